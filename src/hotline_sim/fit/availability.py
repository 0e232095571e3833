"""How much of the duty counts: the share at which simulated callers wait as long as real ones.

Agents on duty who hold no call are not all ready for one: they ask, pause, serve some customers only.
Records do not say when. What they say is how long callers waited, so the share of duty that counts is the one
at which a simulated wait is as often longer as it is shorter than one of the records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import SECOND
from hotline_sim.fit.laws import Z

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.fit.calls import Calls
    from hotline_sim.scenario.schema import Scenario

LOWEST: Final = 0.4
HIGHEST: Final = 1.6
_STEPS: Final = 8
_SEED: Final = 2021
_RESAMPLES: Final = 1000


class Availability(NamedTuple):
    """Share of the duty that counts, its 95 % interval, and the mean waits in seconds that belong to it."""

    share: float
    low: float
    high: float
    observed_wait: float
    simulated_wait: float


def availability(
    calls: Calls,
    scenario_at: Callable[[float], Scenario],
    *,
    replications: int = 6,
    progress: Callable[[float], None] | None = None,
) -> Availability:
    """Share of the duty at which simulated and recorded waits exceed each other equally often.

    Parameters
    ----------
    calls : Calls
        Of the period that is fitted.
    scenario_at : callable
        Gives the scenario of that period for a share.
    replications : int
        Of each share tried, under common random numbers; a third of them while the range is halved.
    progress : callable, optional
        Called with the part of the work that is done, from 0 to 1.

    Returns
    -------
    Availability
        The interval is that of the days: those of the records are resampled within their weekdays, and the
        simulated ones count as uncertain in the same way; it is carried over by the slope in the share.

    Notes
    -----
    This is the estimate of Hodges and Lehmann [1]_ from the statistic of Mann and Whitney: P(simulated wait >
    recorded wait) + P(equal) / 2 = 1/2. Unlike the mean wait it gives no more weight to the few longest
    waits, which one queue in the order of arrival makes too long, than to the many short ones. It falls in
    the share but for the steps of rounding to whole agents: the share is found by halving the range, then by
    a straight line around it.

    References
    ----------
    .. [1] Hodges, J. L. and Lehmann, E. L. (1963), Annals of Mathematical Statistics 34, 598-611.
    """
    recorded = Recorded.of(calls)
    tell = progress or (lambda share: None)

    def simulated(share: float, number: int = replications) -> IntArray:
        return _waits(scenario_at(share), number)

    low, high = LOWEST, HIGHEST
    for step in range(_STEPS):
        middle = (low + high) / 2
        # The neighbourhood will do here.
        if recorded.score(simulated(middle, max(1, replications // 3))) > 0:
            low = middle
        else:
            high = middle
        tell((step + 1) / (_STEPS + 6))
    around = np.clip((low + high) / 2 * np.array([0.92, 0.96, 1.0, 1.04, 1.08]), LOWEST, HIGHEST)
    scores = []
    for number, share in enumerate(around):
        scores.append(recorded.score(simulated(float(share))))
        tell((_STEPS + number + 1) / (_STEPS + 6))
    slope, level = np.polyfit(around, scores, 1)
    share = float(np.clip(-level / slope, around[0], around[-1])) if slope < 0 else (low + high) / 2
    waits = simulated(share)
    error = recorded.error(waits) * np.sqrt(1 + 1 / replications)
    half = float(Z * error / abs(slope)) if slope < 0 else float("nan")
    mean = float(waits.mean()) / SECOND if waits.size else 0.0
    tell(1.0)
    return Availability(share, share - half, share + half, float(calls.wait.mean()) / SECOND, mean)


@dataclass(frozen=True, eq=False)
class Recorded:
    """Waits of the records in units of their clock, with the days on which they were."""

    waits: IntArray
    day: IntArray
    weekday: IntArray
    step: int

    @classmethod
    def of(cls, calls: Calls) -> Recorded:
        """Waits of the calls of a period."""
        # Records in whole seconds call a wait of half a second none.
        step = max(1, int(np.gcd.reduce(calls.wait))) if calls.size else 1
        return cls(calls.wait // step, calls.day, calls.weekday, step)

    def ranks(self, simulated: IntArray) -> FloatArray:
        """Of each recorded wait the share of simulated ones that are longer, equal ones by half."""
        ordered = np.sort(simulated // self.step)
        below = np.searchsorted(ordered, self.waits, side="left")
        up_to = np.searchsorted(ordered, self.waits, side="right")
        return 1.0 - (below + up_to) / 2 / max(ordered.size, 1)

    def score(self, simulated: IntArray) -> float:
        """How much more often than in half of the pairs the simulated wait is the longer one."""
        return float(self.ranks(simulated).mean()) - 0.5

    def error(self, simulated: IntArray) -> float:
        """Standard error of the score, days being resampled within their weekdays."""
        days = self.weekday.size
        total = np.bincount(self.day, self.ranks(simulated), days)
        number = np.bincount(self.day, minlength=days).astype(float)
        chance = np.random.default_rng(_SEED)
        totals, numbers = np.zeros(_RESAMPLES), np.zeros(_RESAMPLES)
        for day in range(7):
            rows = np.flatnonzero(self.weekday == day)
            if rows.size:
                chosen = rows[chance.integers(0, rows.size, (_RESAMPLES, rows.size))]
                totals += total[chosen].sum(axis=1)
                numbers += number[chosen].sum(axis=1)
        return float(np.std(totals / np.maximum(numbers, 1.0), ddof=1))


def _waits(scenario: Scenario, replications: int) -> IntArray:
    """Waits in ms of all calls of some replications."""
    from hotline_sim.engines.simulate import simulate
    from hotline_sim.fit.calls import intake_waits

    return np.concatenate(
        [
            intake_waits(simulate(scenario, seed=_SEED, replication=number))[1]
            for number in range(replications)
        ]
    )
