"""Staffing from who served when: agents on duty by weekday and hour, and how days differ.

No roster is needed, only a name or number of the agent in each record. What keeps agents between two calls is
measured in :mod:`~hotline_sim.fit.after_call`; how much of the duty counts is settled by
:mod:`~hotline_sim.fit.availability`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import DAY, HOUR, MINUTE, SECOND
from hotline_sim.fit.after_call import AfterCall, after_call
from hotline_sim.fit.talk import by_hour
from hotline_sim.scenario.phone import WEEKDAYS

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.fit.calls import Calls

BREAK: Final = 15 * MINUTE
"""An agent without a call for longer is off duty in between."""


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
    after_call : AfterCall
        Work after a call.
    effort : float64 array, shape (24,)
        Talk and after-call work of a call in each hour of the day, over their mean.
    talked, answered : float64 arrays, shape (days,)
        Seconds of talk and number of answered calls by day.
    busy_while_waiting : float
        Share of the agents on duty who are on a call, at instants at which callers wait.
    unnamed : float
        Share of answered calls whose agent is unknown.
    """

    on_duty: FloatArray
    weekday: IntArray
    called: np.ndarray
    agents: int
    after_call: AfterCall
    effort: FloatArray
    talked: FloatArray
    answered: FloatArray
    busy_while_waiting: float
    unnamed: float

    def roster(self, availability: float, factor: FloatArray | None = None) -> IntArray:
        """Whole agents by weekday and hour.

        A scenario has one talk time for all hours. Where calls of an hour take longer than that, as many
        agents answer fewer of them: agents on duty count by the mean calls that they can take.

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
        mean = self.by_weekday * availability / self.effort
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

    def days_drawn(self, chance: np.random.Generator) -> tuple[FloatArray, float]:
        """Factors of a week made of days of the records, one of each weekday, chosen by chance.

        Parameters
        ----------
        chance : Generator
            Of NumPy.

        Returns
        -------
        agents : float64 array, shape (7,)
            Agent hours of the day over the mean of its weekday; 1 for a weekday that the records lack.
        talk : float
            Mean talk of those days over that of all days.
        """
        hours = self.on_duty.sum(axis=1)
        agents, chosen = np.ones(7), []
        for day in range(7):
            rows = np.flatnonzero(self.weekday == day)
            if rows.size:
                chosen.append(rows[chance.integers(0, rows.size)])
                mean = hours[rows].mean()
                agents[day] = hours[chosen[-1]] / mean if mean > 0 else 1.0
        calls = self.answered[chosen].sum()
        talk = self.talked[chosen].sum() / calls / (self.talked.sum() / self.answered.sum()) if calls else 1.0
        return agents, float(talk)


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

    An agent is on duty from the first to the last call of a stretch in which no gap exceeds 15 minutes;
    longer gaps are breaks, and no after-call work.
    """
    ordered = calls_of_agents(calls)
    if ordered is None:
        return None
    agent, begin, over, gap = ordered
    on_duty = _spells(begin, over, gap)
    hours = np.arange(calls.days * 24 + 1, dtype=np.int64) * HOUR + calls.start
    duty = on_duty.integral(hours[:-1], hours[1:]).reshape(-1, 24) / HOUR
    called = np.zeros((7, 24), bool)
    for day in range(7):
        called[day] = calls.by_day_and_hour[calls.weekday == day].any(axis=0)
    anybody = Steps(calls.waiting.ticks, np.minimum(calls.waiting.values, 1)).simplified()
    work = after_call(calls, over[:-1], gap, BREAK)
    pause = work.mean if work.seen else 0.0
    served = calls.answered & (calls.ended > calls.left)
    length, of_day = (calls.ended - calls.left)[served] / SECOND, calls.day[served]
    return Duty(
        on_duty=duty,
        weekday=calls.weekday,
        called=called,
        agents=np.unique(agent).size,
        after_call=work,
        effort=(by_hour(calls) + pause) / (float(length.mean()) + pause),
        talked=np.bincount(of_day, length, calls.days).astype(np.float64),
        answered=np.bincount(of_day, minlength=calls.days).astype(np.float64),
        busy_while_waiting=_while(calls.talking, anybody, calls) / max(_while(on_duty, anybody, calls), 1.0),
        unnamed=1.0 - agent.size / max(int(calls.answered.sum()), 1),
    )


def calls_of_agents(calls: Calls) -> tuple[np.ndarray, IntArray, IntArray, IntArray] | None:
    """Answered calls by agent, in order: agent, begin and end of each talk, ms until the agent's next talk.

    The gap is a day where the next call is that of another agent; there is one gap less than calls. None if
    hardly any agent has a name.
    """
    named = np.flatnonzero(calls.answered & calls.agent.astype(bool) & (calls.ended > calls.left))
    if named.size < 2 or named.size < 0.5 * calls.answered.sum():
        return None
    agent = calls.agent[named].astype(str)
    order = np.lexsort((calls.left[named], agent))
    agent, begin, over = agent[order], calls.left[named][order], calls.ended[named][order]
    return agent, begin, over, np.where(agent[1:] == agent[:-1], begin[1:] - over[:-1], DAY)


def _spells(begin: IntArray, over: IntArray, gap: IntArray) -> Steps:
    """Agents on duty over time."""
    first = np.concatenate(([True], gap > BREAK))
    number = np.cumsum(first) - 1
    start = begin[first]
    end = np.zeros(start.size, np.int64)
    np.maximum.at(end, number, over)
    return Steps.from_intervals(start, np.maximum(start, end))


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
