"""Statistics of simulation output: intervals, warm-up, stopping rules, comparisons.

Functions of plain arrays; what runs the replications is in :mod:`hotline_sim.experiment`.
"""
