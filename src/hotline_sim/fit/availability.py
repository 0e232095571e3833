"""How much of the duty counts: the share at which simulated callers wait as long as real ones.

Agents on duty who hold no call are not all ready for one: they note, ask, pause. Records do not say when.
What they say is how long callers waited, so the share of duty that counts is the one that makes the mean wait
of the simulated period that of the records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from hotline_sim.fit.laws import Z

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline_sim.fit.calls import Calls
    from hotline_sim.scenario.schema import Scenario

LOWEST: Final = 0.4
HIGHEST: Final = 1.6
_STEPS: Final = 8
_SEED: Final = 2021
_RESAMPLES: Final = 1000


class Availability(NamedTuple):
    """Share of the duty that counts, and the mean waits in seconds that belong to it."""

    share: float
    low: float
    high: float
    observed_wait: float
    simulated_wait: float


def availability(
    calls: Calls,
    scenario_at: Callable[[float], Scenario],
    *,
    replications: int = 3,
    progress: Callable[[float], None] | None = None,
) -> Availability:
    """Share of the duty at which the simulated mean wait is that of the records.

    Parameters
    ----------
    calls : Calls
        Of the period that is fitted.
    scenario_at : callable
        Gives the scenario of that period for a share.
    replications : int
        Of each share tried, under common random numbers.
    progress : callable, optional
        Called with the part of the work that is done, from 0 to 1.

    Returns
    -------
    Availability
        The interval is that of the mean wait, days of the records being resampled within their weekdays,
        carried over by the slope of the simulated mean wait.

    Notes
    -----
    The mean wait falls in the share, but for the steps of rounding to whole agents: the share is found by
    halving the range, then by a straight line through the simulated waits around it.
    """
    observed, error = _observed(calls)
    tell = progress or (lambda share: None)

    def simulated(share: float) -> float:
        return _mean_wait(scenario_at(share), replications)

    low, high = LOWEST, HIGHEST
    for step in range(_STEPS):
        middle = (low + high) / 2
        if simulated(middle) > observed:
            low = middle
        else:
            high = middle
        tell((step + 1) / (_STEPS + 6))
    around = np.clip((low + high) / 2 * np.array([0.94, 0.97, 1.0, 1.03, 1.06]), LOWEST, HIGHEST)
    waits = []
    for number, share in enumerate(around):
        waits.append(simulated(float(share)))
        tell((_STEPS + number + 1) / (_STEPS + 6))
    slope, level = np.polyfit(around, waits, 1)
    share = (
        float(np.clip((observed - level) / slope, around[0], around[-1])) if slope < 0 else (low + high) / 2
    )
    half = Z * error / abs(slope) if slope < 0 else float("nan")
    found = Availability(share, share - half, share + half, observed, simulated(share))
    tell(1.0)
    return found


def _observed(calls: Calls) -> tuple[float, float]:
    """Mean wait of the records in seconds and its standard error, days within weekdays being resampled."""
    total = np.bincount(calls.day, calls.wait, minlength=calls.days) / 1000.0
    number = np.bincount(calls.day, minlength=calls.days).astype(float)
    chance = np.random.default_rng(_SEED)
    totals, numbers = np.zeros(_RESAMPLES), np.zeros(_RESAMPLES)
    for day in range(7):
        rows = np.flatnonzero(calls.weekday == day)
        if rows.size:
            chosen = rows[chance.integers(0, rows.size, (_RESAMPLES, rows.size))]
            totals += total[chosen].sum(axis=1)
            numbers += number[chosen].sum(axis=1)
    return float(total.sum() / number.sum()), float(np.std(totals / numbers, ddof=1))


def _mean_wait(scenario: Scenario, replications: int) -> float:
    """Mean wait in seconds over all calls of some replications."""
    from hotline_sim.engines.simulate import simulate
    from hotline_sim.fit.calls import intake_waits

    total = number = 0.0
    for replication in range(replications):
        _, wait = intake_waits(simulate(scenario, seed=_SEED, replication=replication))
        total += float(wait.sum()) / 1000.0
        number += wait.size
    return total / number if number else 0.0
