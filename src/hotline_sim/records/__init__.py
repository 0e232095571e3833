"""A city's own records: files of calls, requests or events, read into the schema of the ticket log.

What can be learned from them is in :mod:`hotline_sim.fit`.
"""
