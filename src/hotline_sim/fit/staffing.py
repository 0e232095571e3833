"""Staffing from who served when: agents on duty by weekday and hour, and what keeps them between two calls.

No roster is needed, only a name or number of the agent in each record. How much of the duty counts is settled
by :mod:`~hotline_sim.fit.availability`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import DAY, HOUR, MINUTE
from hotline_sim.scenario.phone import WEEKDAYS

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.fit.calls import Calls

BREAK: Final = 15 * MINUTE
"""An agent without a call for longer is off duty in between."""
RESAMPLES: Final = 1000
_SEED: Final = 1999


@dataclass(frozen=True, eq=False)
class Duty:
    """What the records tell about the agents.

    Parameters
    ----------
    on_duty : float64 array, shape (days, 24)
        Mean number of agents on duty in each hour.
    weekday : int64 array, shape (days,)
        Monday is 0.
    called : bool array, shape (7, 24)
        Whether anybody called in that hour of some such weekday.
    agents : int
        Different agents.
    after_call : float
        Mean seconds between two calls of an agent, while callers wait all the time.
    after_call_low, after_call_high : float
        95 % interval by resampling days.
    gaps : int
        Number of such gaps.
    busy_while_waiting : float
        Share of the agents on duty who are on a call, at instants at which callers wait.
    unnamed : float
        Share of answered calls whose agent is unknown.
    """

    on_duty: FloatArray
    weekday: IntArray
    called: np.ndarray
    agents: int
    after_call: float
    after_call_low: float
    after_call_high: float
    gaps: int
    busy_while_waiting: float
    unnamed: float

    def roster(self, availability: float, factor: FloatArray | None = None) -> IntArray:
        """Whole agents by weekday and hour.

        Parameters
        ----------
        availability : float
            Share of the duty that counts.
        factor : float64 array, shape (7,), optional
            Further factor of each weekday.

        Returns
        -------
        int64 array, shape (7, 24)
            Rounded such that the agent hours of a stretch are kept; at least one agent where anybody called.
        """
        mean = self.by_weekday * availability
        if factor is not None:
            mean = mean * factor[:, None]
        return np.array([_rounded(day, called) for day, called in zip(mean, self.called, strict=True)])

    @property
    def by_weekday(self) -> FloatArray:
        """Mean agents on duty, shape (7, 24); of a weekday that the records lack, the mean of all days."""
        means = np.empty((7, 24))
        for day in range(7):
            rows = self.on_duty[self.weekday == day]
            means[day] = rows.mean(axis=0) if rows.size else self.on_duty.mean(axis=0)
        return means

    @property
    def day_ratios(self) -> list[FloatArray]:
        """By weekday, agent hours of each such day over their mean."""
        hours = self.on_duty.sum(axis=1)
        ratios = []
        for day in range(7):
            own = hours[self.weekday == day]
            ratios.append(own / own.mean() if own.size and own.mean() > 0 else np.ones(1))
        return ratios


def _rounded(agents: FloatArray, called: np.ndarray) -> IntArray:
    """Whole numbers; what one hour loses by rounding the next one gets."""
    whole = np.zeros(agents.size, np.int64)
    owed = 0.0
    for hour, wanted in enumerate(agents):
        if wanted <= 0.05 and not called[hour]:
            owed = 0.0
            continue
        whole[hour] = max(1, round(wanted + owed))
        owed = float(np.clip(wanted + owed - whole[hour], -0.5, 0.5))
    return whole


def duty_of(calls: Calls) -> Duty | None:
    """What calls tell about the agents; None if hardly any agent has a name.

    An agent is on duty from the first to the last call of a stretch in which no gap exceeds 15 minutes. The
    after-call time is measured where callers wait all the time between two calls of an agent, who would
    otherwise take the next one; gaps over 15 minutes are breaks and do not count.
    """
    named = np.flatnonzero(calls.answered & calls.agent.astype(bool) & (calls.ended > calls.left))
    if named.size < 2 or named.size < 0.5 * calls.answered.sum():
        return None
    agent = calls.agent[named].astype(str)
    order = np.lexsort((calls.left[named], agent))
    agent, begin, over = agent[order], calls.left[named][order], calls.ended[named][order]
    same = agent[1:] == agent[:-1]
    gap = np.where(same, begin[1:] - over[:-1], DAY)
    on_duty = _spells(begin, over, gap)
    hours = np.arange(calls.days * 24 + 1, dtype=np.int64) * HOUR + calls.start
    duty = on_duty.integral(hours[:-1], hours[1:]).reshape(-1, 24) / HOUR
    called = np.zeros((7, 24), bool)
    for day in range(7):
        called[day] = calls.by_day_and_hour[calls.weekday == day].any(axis=0)
    anybody = Steps(calls.waiting.ticks, np.minimum(calls.waiting.values, 1)).simplified()
    mean, low, high, count = _after_call(calls, over[:-1], begin[1:], gap, anybody)
    return Duty(
        on_duty=duty,
        weekday=calls.weekday,
        called=called,
        agents=np.unique(agent).size,
        after_call=mean,
        after_call_low=low,
        after_call_high=high,
        gaps=count,
        busy_while_waiting=_while(calls.talking, anybody, calls) / max(_while(on_duty, anybody, calls), 1.0),
        unnamed=1.0 - named.size / max(int(calls.answered.sum()), 1),
    )


def _spells(begin: IntArray, over: IntArray, gap: IntArray) -> Steps:
    """Agents on duty over time."""
    first = np.concatenate(([True], gap > BREAK))
    number = np.cumsum(first) - 1
    start = begin[first]
    end = np.zeros(start.size, np.int64)
    np.maximum.at(end, number, over)
    return Steps.from_intervals(start, np.maximum(start, end))


def _after_call(
    calls: Calls, over: IntArray, begin: IntArray, gap: IntArray, anybody: Steps
) -> tuple[float, float, float, int]:
    """Mean gap in seconds between calls of an agent while callers wait, with its interval."""
    between = (gap >= 0) & (gap <= BREAK)
    over, begin, gap = over[between], begin[between], gap[between]
    pressed = anybody.integral(over, begin) == gap
    seconds, day = gap[pressed] / 1000.0, (over[pressed] - calls.start) // DAY
    if not seconds.size:
        return 0.0, float("nan"), float("nan"), 0
    inside = (day >= 0) & (day < calls.days)
    total = np.bincount(day[inside], seconds[inside], minlength=calls.days)
    number = np.bincount(day[inside], minlength=calls.days)
    low, high = day_interval(total, number)
    return float(total.sum() / number.sum()), low, high, int(number.sum())


def day_interval(total: FloatArray | IntArray, number: FloatArray | IntArray) -> tuple[float, float]:
    """95 % interval of a ratio of sums over days, by resampling days.

    Parameters
    ----------
    total, number : array, shape (days,)
        Numerator and denominator of each day.
    """
    chance = np.random.default_rng(_SEED)
    rows = chance.integers(0, total.size, (RESAMPLES, total.size))
    below = number[rows].sum(axis=1)
    ratios = total[rows].sum(axis=1)[below > 0] / below[below > 0]
    low, high = np.quantile(ratios, (0.025, 0.975))
    return float(low), float(high)


def _while(steps: Steps, anybody: Steps, calls: Calls) -> float:
    """Integral of a step function over the time at which anybody waits."""
    ticks = np.union1d(steps.ticks, anybody.ticks)
    ticks = ticks[(ticks >= calls.start) & (ticks < calls.end)]
    if ticks.size < 2:
        return 0.0
    values = steps.at(ticks[:-1]) * anybody.at(ticks[:-1])
    return float((values * np.diff(ticks)).sum())


def shifts(roster: IntArray) -> list[dict[str, Any]]:
    """Shifts that put so many agents on duty.

    Parameters
    ----------
    roster : int64 array, shape (7, 24)
        Agents by weekday, Monday first, and hour.

    Returns
    -------
    list of dict
        As a scenario file states them; equal weekdays share a shift, and so do equal hours in a row.
    """
    groups: dict[tuple[int, ...], list[str]] = {}
    for day, name in enumerate(WEEKDAYS):
        groups.setdefault(tuple(roster[day].tolist()), []).append(name)
    found: list[dict[str, Any]] = []
    for levels, days in groups.items():
        edges = [0, *(hour for hour in range(1, 24) if levels[hour] != levels[hour - 1]), 24]
        for start, end in pairwise(edges):
            if levels[start] == 0:
                continue
            shift: dict[str, Any] = {
                "name": f"{'-'.join(days)} {start:02d}-{end:02d}",
                "start": f"{start:02d}:00",
                "end": f"{end:02d}:00",
                "agents": int(levels[start]),
            }
            found.append(shift | ({} if len(days) == 7 else {"weekdays": days}))
    return found
