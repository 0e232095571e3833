"""Figures of results: one function per figure, which takes results and returns the figure.

Nothing here computes a KPI or a series (see :mod:`hotline_sim.results`), and nothing in the model knows
that this folder exists. Figures are made without pyplot, so that they need no screen and leave no global
state behind.
"""

from __future__ import annotations

from hotline_sim.plot.figures import FIGURES, save_figure, save_figures
from hotline_sim.plot.open_tickets import backlog
from hotline_sim.plot.phone import phone_wait
from hotline_sim.plot.response import response_time
from hotline_sim.plot.staffing import load_and_staffing

__all__ = [
    "FIGURES",
    "backlog",
    "load_and_staffing",
    "phone_wait",
    "response_time",
    "save_figure",
    "save_figures",
]
