"""Working time: office hours on working days, added and measured exactly, and terms in working days.

Which dates are worked is said in :mod:`hotline_sim.clock.days`. :class:`Calendar` serves people and arrays;
:mod:`hotline_sim.clock.hours` does the same one instant at a time, for rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np

from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import DAY, NEVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.clock.days import Days


@dataclass(frozen=True, eq=False)
class Calendar:
    """Segments of working time over a stretch of days; outside them, and outside coverage, nobody works.

    Parameters
    ----------
    opens, closes : int64 array, shape (k,)
        First tick of each segment and the tick after its last, in order, never touching; k may be 0.
    worked_before : int64 array, shape (k,)
        Working milliseconds before each segment opens.
    day_length : int
        Working milliseconds of a full working day.
    first_tick, end_tick : int
        Coverage, from midnight to midnight.
    """

    opens: IntArray
    closes: IntArray
    worked_before: IntArray
    day_length: int
    first_tick: int
    end_tick: int

    @overload
    def worked(self, start: int, end: int) -> int: ...
    @overload
    def worked(self, start: IntArray, end: IntArray | int) -> IntArray: ...
    @overload
    def worked(self, start: int, end: IntArray) -> IntArray: ...
    def worked(self, start: int | IntArray, end: int | IntArray) -> int | IntArray:
        """Working milliseconds from start to end; negative if end comes before start."""
        if isinstance(start, np.ndarray) or isinstance(end, np.ndarray):
            return self._worked_until(np.asarray(end)) - self._worked_until(np.asarray(start))
        return int(self._worked_until(np.asarray(end)) - self._worked_until(np.asarray(start)))

    @overload
    def add(self, start: int, work: int) -> int: ...
    @overload
    def add(self, start: IntArray, work: IntArray | int) -> IntArray: ...
    @overload
    def add(self, start: int, work: IntArray) -> IntArray: ...
    def add(self, start: int | IntArray, work: int | IntArray) -> int | IntArray:
        """Earliest tick by which so many working milliseconds have passed since start.

        ``NEVER`` if the calendar ends before that; the start itself for no work.

        Raises
        ------
        ValueError
            If work is negative.
        """
        if np.any(np.less(work, 0)):
            raise ValueError("work: must not be negative")
        if isinstance(start, np.ndarray) or isinstance(work, np.ndarray):
            return self._add(np.asarray(start, np.int64), np.asarray(work, np.int64))
        return int(self._add(np.asarray(start, np.int64), np.asarray(work, np.int64)))

    @overload
    def is_open(self, tick: int) -> bool: ...
    @overload
    def is_open(self, tick: IntArray) -> BoolArray: ...
    def is_open(self, tick: int | IntArray) -> bool | BoolArray:
        """Whether working time runs on a tick: from each opening up to, not including, the close."""
        # Segments do not touch, so exactly one more opening than close has passed while one runs.
        passed = np.searchsorted(self.opens, tick, side="right") > np.searchsorted(
            self.closes, tick, side="right"
        )
        return np.asarray(passed) if isinstance(tick, np.ndarray) else bool(passed)

    def open_steps(self) -> Steps:
        """Step function that is 1 while working time runs and 0 elsewhere."""
        ticks = np.stack((self.opens, self.closes), axis=1).ravel()
        return Steps(ticks, np.tile(np.array([1, 0], np.int64), self.opens.size))

    def _worked_until(self, tick: IntArray) -> IntArray:
        if self.opens.size == 0:
            return np.zeros(tick.shape, np.int64)
        index = np.maximum(np.searchsorted(self.opens, tick, side="right") - 1, 0)
        passed = np.minimum(tick, self.closes[index]) - self.opens[index]
        return np.asarray(self.worked_before[index] + np.maximum(passed, 0), np.int64)

    def _add(self, start: IntArray, work: IntArray) -> IntArray:
        if self.opens.size == 0:
            return np.where(work > 0, NEVER, start)
        target = self._worked_until(start) + work
        index = np.maximum(np.searchsorted(self.worked_before, target, side="left") - 1, 0)
        end = self.opens[index] + (target - self.worked_before[index])
        return np.where(work > 0, np.where(end > self.closes[index], NEVER, end), start)


def build_calendar(days: Days, hours: Sequence[tuple[int, int]]) -> Calendar:
    """Calendar with the same hours on every working day.

    Parameters
    ----------
    days : Days
        Coverage, and which days are worked.
    hours : sequence of (int, int)
        Start and end of each working period in milliseconds since midnight, in order and disjoint;
        ``[(0, DAY)]`` works round the clock.

    Raises
    ------
    ValueError
        If there are no hours, or they overlap, are empty, out of order or outside the day.
    """
    periods = _checked_hours(hours)
    midnights = days.first_tick + np.flatnonzero(days.working).astype(np.int64)[:, None] * DAY
    opens, closes = (midnights + periods[:, 0]).ravel(), (midnights + periods[:, 1]).ravel()
    # Periods that touch, as at midnight of a round-the-clock calendar, are one segment.
    apart = opens[1:] != closes[:-1]
    opens = opens[np.concatenate((np.ones(min(opens.size, 1), np.bool_), apart))]
    closes = closes[np.concatenate((apart, np.ones(min(closes.size, 1), np.bool_)))]
    lengths = closes - opens
    return Calendar(
        opens=opens,
        closes=closes,
        worked_before=np.cumsum(lengths) - lengths,
        day_length=int((periods[:, 1] - periods[:, 0]).sum()),
        first_tick=days.first_tick,
        end_tick=days.end_tick,
    )


def working_day_closes(days: Days, hours: Sequence[tuple[int, int]]) -> IntArray:
    """Close of business of each working day in order, in ticks, int64 array of shape (n_working_days,).

    Raises
    ------
    ValueError
        As for :func:`build_calendar`.
    """
    close = int(_checked_hours(hours)[-1, 1])
    return days.first_tick + np.flatnonzero(days.working).astype(np.int64) * DAY + close


def working_days_through(days: Days) -> IntArray:
    """Count the working days up to and including each day, int64 array of shape (n_days,)."""
    return np.cumsum(days.working, dtype=np.int64)


def _checked_hours(hours: Sequence[tuple[int, int]]) -> IntArray:
    if not hours:
        raise ValueError("hours: at least one working period is needed")
    previous = 0
    for start, end in hours:
        if not 0 <= start < end <= DAY:
            raise ValueError(f"hours: got {start} to {end}, must start before it ends, within 0 to {DAY} ms")
        if start < previous:
            raise ValueError(
                f"hours: got a period from {start} ms before the one ahead of it ends ({previous} ms)"
            )
        previous = end
    return np.array(hours, np.int64).reshape(-1, 2)
