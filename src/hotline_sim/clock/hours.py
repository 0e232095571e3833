"""Working time instant by instant, for rules: several calendars in one set of columns.

The functions do what :class:`hotline_sim.clock.calendar.Calendar` does for arrays, in a fixed number of
steps: a table by day finds the segment of an instant, a table by whole days of work finds that of an amount.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from hotline_sim.clock.ticks import DAY, NEVER
from hotline_sim.compiled import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotline_sim.arrays import IntArray
    from hotline_sim.clock.calendar import Calendar

IntColumn: TypeAlias = "IntArray | memoryview[int]"
"""A column of whole numbers that is only indexed: an array, or the faster memory view of one."""


class Hours(NamedTuple):
    """Segments of working time of several calendars over the same days, one calendar after the other."""

    first_day: int
    """Days from 1970-01-01 to the first day covered."""
    days: int
    """Days covered."""
    low: IntColumn
    """(calendars,) first segment."""
    high: IntColumn
    """(calendars,) segment after the last one."""
    opens: IntColumn
    """(segments,) first tick."""
    closes: IntColumn
    """(segments,) tick after the last one."""
    worked_before: IntColumn
    """(segments,) working ticks of the same calendar before this segment."""
    by_day: IntColumn
    """(calendars x days,) first segment that opens after the midnight of a day."""
    portion: IntColumn
    """(calendars,) working ticks of a full day."""
    portion_low: IntColumn
    """(calendars,) first row of a calendar in ``by_portion``."""
    portion_high: IntColumn
    """(calendars,) row after its last one."""
    by_portion: IntColumn
    """(rows,) segment in which so many full days of work are over."""


def hours_of(calendars: Sequence[Calendar]) -> Hours:
    """Columns of calendars that cover the same days.

    Raises
    ------
    ValueError
        If there is no calendar, or they cover different days.
    """
    if len({(calendar.first_tick, calendar.end_tick) for calendar in calendars}) != 1:
        raise ValueError("calendars: at least one is needed, and all must cover the same days")
    first_tick, end_tick = calendars[0].first_tick, calendars[0].end_tick
    midnights = np.arange(first_tick, end_tick, DAY, dtype=np.int64)
    low, by_day, portions = 0, [], []
    lows = []
    for calendar in calendars:
        lows.append(low)
        by_day.append(low + np.searchsorted(calendar.opens, midnights, side="right"))
        total = int((calendar.closes - calendar.opens).sum())
        amounts = np.arange(0, total, calendar.day_length, dtype=np.int64)
        portions.append(low + np.searchsorted(calendar.worked_before, amounts, side="right") - 1)
        low += calendar.opens.size
    portion_high = np.cumsum([part.size for part in portions], dtype=np.int64)
    return Hours(
        first_day=first_tick // DAY,
        days=midnights.size,
        low=np.array(lows, np.int64),
        high=np.array([*lows[1:], low], np.int64),
        opens=np.concatenate([calendar.opens for calendar in calendars]),
        closes=np.concatenate([calendar.closes for calendar in calendars]),
        worked_before=np.concatenate([calendar.worked_before for calendar in calendars]),
        by_day=np.concatenate(by_day).astype(np.int64),
        portion=np.array([calendar.day_length for calendar in calendars], np.int64),
        portion_low=np.concatenate((np.zeros(1, np.int64), portion_high[:-1])),
        portion_high=portion_high,
        by_portion=np.concatenate(portions).astype(np.int64),
    )


@compiled
def worked_until(hours: Hours, calendar: int, tick: int) -> int:
    """Working ticks of a calendar from the start of coverage to a tick; outside coverage nobody works."""
    low, high = hours.low[calendar], hours.high[calendar]
    day = tick // DAY - hours.first_day
    if day < 0:
        return 0
    segment = high
    if day < hours.days:
        segment = hours.by_day[calendar * hours.days + day]
        while segment < high and hours.opens[segment] <= tick:
            segment += 1
    if segment == low:
        return 0
    segment -= 1
    end = hours.closes[segment]
    if tick < end:
        end = tick
    return hours.worked_before[segment] + end - hours.opens[segment]


@compiled
def add_work(hours: Hours, calendar: int, tick: int, work: int) -> int:
    """Earliest tick by which so much working time has passed since a tick.

    It is the inverse of :func:`worked_until`: work that exactly fills a segment ends on its close, not on
    the next opening. No work ends at once, even while closed; ``NEVER`` if the calendar ends first.
    """
    if work <= 0:
        return tick
    return tick_of_work(hours, calendar, worked_until(hours, calendar, tick) + work)


@compiled
def tick_of_work(hours: Hours, calendar: int, target: int) -> int:
    """Earliest tick by which a calendar has worked so many ticks, at least 1; ``NEVER`` if it ends first."""
    row = hours.portion_low[calendar] + (target - 1) // hours.portion[calendar]
    if row >= hours.portion_high[calendar]:
        return NEVER
    segment, last = hours.by_portion[row], hours.high[calendar] - 1
    while segment < last and hours.worked_before[segment + 1] < target:
        segment += 1
    end = hours.opens[segment] + target - hours.worked_before[segment]
    if end > hours.closes[segment]:
        return NEVER
    return end


@compiled
def end_of_working_day(
    first_day: int, days_through: IntColumn, day_closes: IntColumn, tick: int, count: int
) -> int:
    """Close of business of the ``count``-th working day after the calendar day of a tick.

    The day on which a term begins is not counted, and the term ends with the business hours of its last day.

    Parameters
    ----------
    first_day : int
        Absolute number of the first day covered (its tick divided by ``DAY``).
    days_through : int column, one entry a day
        From :func:`hotline_sim.clock.calendar.working_days_through`.
    day_closes : int column, one entry a working day
        From :func:`hotline_sim.clock.calendar.working_day_closes`.
    tick : int
        Instant at which the term begins, on a working day or not.
    count : int
        Working days, at least 1.

    Returns
    -------
    int
        ``NEVER`` if the tick or the last day of the term is not covered.

    References
    ----------
    .. [1] Civil Code of the People's Republic of China (2020), articles 201 and 203.
    """
    day = tick // DAY - first_day
    n_days = len(days_through)
    if day < 0 or day >= n_days:
        return NEVER
    last = days_through[day] + count
    if last > days_through[n_days - 1]:
        return NEVER
    close: int = day_closes[last - 1]
    return close
