"""Many runs: which scenarios, on which processors, kept where.

A run is one (scenario, replication); the same run gives the same numbers wherever and whenever it is done.
"""
