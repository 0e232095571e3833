"""Expected arrivals of one replication: the scenario's, times random factors of days and weeks.

What a day is expected to bring is worked out in :mod:`hotline_sim.network.demand`; arrivals are drawn in
:mod:`hotline_sim.network.draws`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.clock.ticks import DAY
from hotline_sim.sampling.arrivals import CumulativeRate, day_factors, level_factors

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray
    from hotline_sim.network.network import Network
    from hotline_sim.network.wanted import Demand


def rates(network: Network, seed: int, replication: int) -> list[CumulativeRate]:
    """Expected arrivals of each source with the random factors of its days and weeks.

    Parameters
    ----------
    network : Network
        Only its demand is read.
    seed, replication : int
        Not negative.

    Returns
    -------
    list of CumulativeRate
        One for each source.
    """
    demand = network.demand
    factors = day_factors(
        seed, replication, first_day=demand.first_day, count=demand.days, cv=demand.day_factor_cv
    )
    if demand.level is not None:
        factors = factors * _levels(demand, seed, replication)
    found = []
    for source in demand.sources:
        if source.steady:
            found.append(source.rate)
            continue
        day = source.rate.ticks[:-1] // DAY - demand.first_day
        found.append(
            CumulativeRate.from_rates(source.rate.ticks, np.diff(source.rate.cumulative) * factors[day])
        )
    return found


def _levels(demand: Demand, seed: int, replication: int) -> FloatArray:
    """Level of every day: that of its week; before the window that of the first week."""
    level = demand.level
    assert level is not None
    days = demand.first_day + np.arange(demand.days)
    week = np.maximum((days - level.first_week) // 7, 0)
    path = level_factors(
        seed,
        replication,
        first_week=level.first_week // 7,
        count=int(week[-1]) + 1,
        cv=level.cv,
        memory=level.memory,
        start=level.start,
    )
    return path[week]
