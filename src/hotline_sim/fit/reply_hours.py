"""When units reply: which of them rest at night and on days off, and times counted in the hours they work.

Records have no rosters of units; the replies show the hours. How long a reply takes is estimated in
:mod:`~hotline_sim.fit.handling` from the times made here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.clock.calendar import build_calendar
from hotline_sim.clock.ticks import DAY, HOUR, SECOND
from hotline_sim.fit.handling import Handled, duration_text

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.clock.calendar import Calendar
    from hotline_sim.clock.days import Days

HOURS_NAME: Final = "replies"
"""Entry of ``[hours]`` in a fitted scenario."""
LEAST_REPLIES: Final = 100
"""Replies below which a unit does not show its hours: it is taken to keep those of the city."""
MOST_AT_REST: Final = 0.05
"""Share of replies on days off up to which a unit is said to rest on them."""
_INSIDE: Final = 0.98


@dataclass(frozen=True, eq=False)
class ReplyHours:
    """The hours of a working day in which replies are given, and who keeps them.

    Parameters
    ----------
    start, end : int
        Whole hours of the day; 0 and 24 where replies are given at any hour.
    units : frozenset of int
        Numbers of the units that rest outside them and on days off; -1: where no unit is named.
    calendar : Calendar
        These hours on working days.
    share : float
        Share of the replies of these units that were given on days off.
    count : int
        Replies of these units.
    """

    start: int
    end: int
    units: frozenset[int]
    calendar: Calendar
    share: float
    count: int

    @property
    def text(self) -> str:
        """Interval as a scenario file has it."""
        return f"{self.start:02}:00-{self.end:02}:00"

    def kept(self, unit: IntArray) -> BoolArray:
        """Which of some units rest."""
        return np.isin(unit, list(self.units))


def reply_hours(tickets: Handled, days: Days) -> ReplyHours | None:
    """Hours in which units reply, where most of them rest on days off.

    Parameters
    ----------
    tickets : Handled
        By the clock.
    days : Days
        From the first arrival to the last day on which replies are known.

    Returns
    -------
    ReplyHours or None
        None if no unit is seen to rest on days off. The hours are the shortest run of whole hours that holds
        98 % of the replies that the units that rest gave on working days. A unit with fewer than 100 replies
        is one of them if all units together are.
    """
    replied = (tickets.arrival + tickets.age)[tickets.closed]
    unit = tickets.unit[tickets.closed]
    day = replied // DAY - days.first_tick // DAY
    known = (day >= 0) & (day < days.working.size)
    replied, unit, day = replied[known], unit[known], day[known]
    off = ~days.working[day]
    if days.working.all() or unit.size < LEAST_REPLIES:
        return None
    numbers = np.unique(tickets.unit)
    whole = bool(off.mean() <= MOST_AT_REST)
    rest = frozenset(
        int(number)
        for number in numbers
        if (
            bool(off[unit == number].mean() <= MOST_AT_REST)
            if (unit == number).sum() >= LEAST_REPLIES
            else whole
        )
    )
    own = np.isin(unit, list(rest))
    if not own.any():
        return None
    start, end = _shortest(np.bincount(replied[own & ~off] // HOUR % 24, minlength=24))
    calendar = build_calendar(days, [(start * HOUR, end * HOUR)])
    return ReplyHours(start, end, rest, calendar, float(off[own].mean()), int(own.sum()))


def _shortest(counts: IntArray) -> tuple[int, int]:
    """Shortest run of hours within a day that holds nearly all, and of those the one that holds most."""
    total = np.concatenate(([0], np.cumsum(counts)))
    runs = [
        (end - start, -int(total[end] - total[start]), start, end)
        for start in range(24)
        for end in range(start + 1, 25)
        if total[end] - total[start] >= _INSIDE * total[24]
    ]
    _, _, start, end = min(runs)
    return start, end


def in_hours(tickets: Handled, hours: ReplyHours | None) -> Handled:
    """Ages and limits in the hours of those units that keep them; by the clock for the others.

    A limit that ends outside the hours ends, so counted, with the last of them before it; no reply is late
    by the one count and in time by the other unless it was given outside the hours.
    """
    if hours is None:
        return tickets
    own = hours.kept(tickets.unit)
    age = np.where(own, _worked(hours.calendar, tickets.arrival, tickets.age), tickets.age)
    limit = np.where(own, _worked(hours.calendar, tickets.arrival, tickets.limit), tickets.limit)
    limit = np.where(tickets.limit > 0, np.maximum(limit, SECOND), 0)
    return replace(tickets, age=np.maximum(age, SECOND), limit=limit)


def _worked(calendar: Calendar, start: IntArray, length: IntArray) -> IntArray:
    """Working time of stretches of time; beyond the calendar as much of it as within, on the average."""
    beyond = np.maximum(start + length - calendar.end_tick, 0)
    whole = calendar.worked(calendar.first_tick, calendar.end_tick)
    mean = whole / (calendar.end_tick - calendar.first_tick)
    inside = calendar.worked(start, start + length)
    return np.asarray(inside + np.rint(beyond * mean), np.int64)


def limit_text(limit: float, clock: IntArray, worked: IntArray, *, keeps_hours: bool) -> str:
    """Time limit of a subject for a scenario file.

    Parameters
    ----------
    limit : float
        In ms, of working time if the unit keeps hours.
    clock, worked : int64 array
        Limits of its tickets by the clock and in the hours of their unit.
    keeps_hours : bool
        Whether the unit rests outside the hours.

    Returns
    -------
    str
        In working hours if the unit keeps hours and limits vary less so counted, else by the clock.
    """
    if not keeps_hours:
        return duration_text(limit)
    if _spread(worked) <= _spread(clock):
        return f"{limit / HOUR:.5g} working hours"
    return duration_text(limit * float(np.median(clock) / np.median(worked)))


def _spread(values: IntArray) -> float:
    """Width of the middle half over the median."""
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    return float((high - low) / middle)
