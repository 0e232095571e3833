"""Closed-form queueing theory: delays, abandonment, networks and staffing, each with its source.

Functions take and give NumPy arrays and know nothing of scenarios; the simulator is held against them by
``hotline-sim verify``. Every formula is listed in ``docs/theory.md``.
"""

from __future__ import annotations

from hotline_sim.analytic.durations import (
    Deterministic,
    Duration,
    Exponential,
    Gamma,
    Hyperexponential,
    Lognormal,
)
from hotline_sim.analytic.erlang import MMc, MMcK, erlang_b, erlang_c
from hotline_sim.analytic.erlang_a import ErlangA, MMcG
from hotline_sim.analytic.jackson import JacksonNetwork
from hotline_sim.analytic.offered_load import StepRate, mean_busy, modified_offered_load
from hotline_sim.analytic.priority import MG1, PriorityMG1, PriorityMMc
from hotline_sim.analytic.time_varying import Course, follow

__all__ = [
    "MG1",
    "Course",
    "Deterministic",
    "Duration",
    "ErlangA",
    "Exponential",
    "Gamma",
    "Hyperexponential",
    "JacksonNetwork",
    "Lognormal",
    "MMc",
    "MMcG",
    "MMcK",
    "PriorityMG1",
    "PriorityMMc",
    "StepRate",
    "erlang_b",
    "erlang_c",
    "follow",
    "mean_busy",
    "modified_offered_load",
]
