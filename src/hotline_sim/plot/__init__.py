"""Figures of results: one function per figure, which takes results and returns the figure.

Nothing here computes a KPI or a series (see :mod:`hotline_sim.results`), and nothing in the model knows
that this folder exists. Figures are made without pyplot, so that they need no screen and leave no global
state behind.
"""
