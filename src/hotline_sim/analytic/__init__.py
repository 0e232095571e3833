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

__all__ = [
    "Deterministic",
    "Duration",
    "ErlangA",
    "Exponential",
    "Gamma",
    "Hyperexponential",
    "Lognormal",
    "MMc",
    "MMcG",
    "MMcK",
    "erlang_b",
    "erlang_c",
]
