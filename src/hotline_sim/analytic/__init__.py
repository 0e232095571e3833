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
from hotline_sim.analytic.general_service import MDc, MGc
from hotline_sim.analytic.jackson import JacksonNetwork
from hotline_sim.analytic.offered_load import StepRate, mean_busy, modified_offered_load
from hotline_sim.analytic.priority import MG1, PriorityMG1, PriorityMMc
from hotline_sim.analytic.square_root import (
    garnett,
    garnett_beta,
    halfin_whitt,
    halfin_whitt_beta,
    square_root_agents,
)
from hotline_sim.analytic.staffing import (
    Target,
    agents_for,
    agents_for_blocking,
    least_agents,
    load_for_blocking,
    with_shrinkage,
)
from hotline_sim.analytic.time_varying import Course, follow
from hotline_sim.analytic.whitt import WhittMMcG

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
    "MDc",
    "MGc",
    "MMc",
    "MMcG",
    "MMcK",
    "PriorityMG1",
    "PriorityMMc",
    "StepRate",
    "Target",
    "WhittMMcG",
    "agents_for",
    "agents_for_blocking",
    "erlang_b",
    "erlang_c",
    "follow",
    "garnett",
    "garnett_beta",
    "halfin_whitt",
    "halfin_whitt_beta",
    "least_agents",
    "load_for_blocking",
    "mean_busy",
    "modified_offered_load",
    "square_root_agents",
    "with_shrinkage",
]
