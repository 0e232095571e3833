"""What kind each date is: working day, weekend, holiday, or a weekend day that is worked.

China's days come from the notices of the State Council through the ``chinesecalendar`` package; any other
country is a weekly pattern with exceptions. Hours within a day are the subject of
:mod:`hotline_sim.clock.calendar`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hotline_sim.clock.ticks import DAY, tick_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from hotline_sim.arrays import BoolArray

KindArray: TypeAlias = NDArray[np.int8]

CHINA_FIRST: Final = date(2020, 1, 1)
CHINA_LAST: Final = date(2026, 12, 31)
"""First and last day on which a scenario with China's calendar may play: later notices are not out yet."""


class DayKind(IntEnum):
    """Kind of a date."""

    WORKING = 0
    WEEKEND = 1
    HOLIDAY = 2
    MAKE_UP = 3
    """A weekend day that is worked, to make up for a day off elsewhere (调休上班)."""


@dataclass(frozen=True, eq=False)
class Days:
    """A stretch of dates without gaps, with the kind of each.

    Parameters
    ----------
    first : date
        First date covered.
    kinds : int8 array, shape (n_days,)
        Values of :class:`DayKind`; at least one day.
    names : tuple of str, length n_days
        Name of the holiday a date belongs to, such as ``"spring_festival"``; empty on other dates.
    weekend : tuple of int
        Weekdays of the weekend, Monday being 0.

    Raises
    ------
    ValueError
        If lengths differ, there is no day, or a kind is unknown.
    """

    first: date
    kinds: KindArray
    names: tuple[str, ...]
    weekend: tuple[int, ...] = (5, 6)

    def __post_init__(self) -> None:
        if self.kinds.ndim != 1 or self.kinds.dtype != np.int8 or self.kinds.size == 0:
            raise ValueError("kinds: a one-dimensional int8 array of at least one day is needed")
        if len(self.names) != self.kinds.size:
            raise ValueError(f"names: got {len(self.names)} for {self.kinds.size} days, one each is needed")
        if np.any((self.kinds < 0) | (self.kinds > DayKind.MAKE_UP)):
            raise ValueError("kinds: only values of DayKind may stand there")

    @property
    def last(self) -> date:
        """Last date covered."""
        return self.first + timedelta(days=self.kinds.size - 1)

    @property
    def first_tick(self) -> int:
        """Midnight at which coverage begins."""
        return tick_of(self.first)

    @property
    def end_tick(self) -> int:
        """Midnight after the last date."""
        return self.first_tick + self.kinds.size * DAY

    @cached_property
    def working(self) -> BoolArray:
        """Whether offices work, bool array of shape (n_days,)."""
        return np.isin(self.kinds, (DayKind.WORKING, DayKind.MAKE_UP))

    @cached_property
    def weekday(self) -> KindArray:
        """Day of the week, Monday being 0, int8 array of shape (n_days,)."""
        return ((self.first.weekday() + np.arange(self.kinds.size)) % 7).astype(np.int8)

    def index(self, day: date) -> int:
        """Position of a date.

        Raises
        ------
        ValueError
            If the date is not covered.
        """
        position = (day - self.first).days
        if not 0 <= position < self.kinds.size:
            raise ValueError(f"got {day}, must lie between {self.first} and {self.last}")
        return position

    def holiday_runs(self) -> list[tuple[date, date, str]]:
        """First date, last date and name of each stretch of days off that holds a holiday.

        Weekend days that touch the holiday belong to it. The name is that of most of its days. A stretch
        that is cut by the end of coverage ends there.
        """
        runs = []
        for start, stop in self._runs:
            counts = Counter(name for name in self.names[start:stop] if name)
            name = counts.most_common(1)[0][0] if counts else ""
            runs.append((self.first + timedelta(days=start), self.first + timedelta(days=stop - 1), name))
        return runs

    @cached_property
    def last_of_holiday(self) -> BoolArray:
        """Whether a date is the last holiday of a holiday run, bool array of shape (n_days,).

        A plain weekend may follow it in the same run.
        """
        marks = np.zeros(self.kinds.size, np.bool_)
        for start, stop in self._runs:
            marks[start + np.flatnonzero(self.kinds[start:stop] == DayKind.HOLIDAY)[-1]] = True
        return marks

    @cached_property
    def _runs(self) -> list[tuple[int, int]]:
        edges = np.flatnonzero(np.diff(self.working, prepend=True, append=True))
        holidays = np.concatenate(([0], np.cumsum(self.kinds == DayKind.HOLIDAY)))
        starts, stops = edges[::2], edges[1::2]
        kept = holidays[stops] > holidays[starts]
        return list(zip(starts[kept].tolist(), stops[kept].tolist(), strict=True))


def weekly_days(first: date, last: date, weekend: Collection[int] = (5, 6)) -> Days:
    """Days of a plain week without holidays, both dates included.

    Parameters
    ----------
    first, last : date
        Coverage.
    weekend : collection of int
        Weekdays off, Monday being 0; may be empty.

    Raises
    ------
    ValueError
        If the last date comes before the first, or a weekday is not 0 to 6.
    """
    if last < first:
        raise ValueError(f"last: got {last}, must not come before {first}")
    if any(weekday not in range(7) for weekday in weekend):
        raise ValueError(f"weekend: got {tuple(weekend)}, weekdays from 0 (Monday) to 6 (Sunday) are allowed")
    n_days = (last - first).days + 1
    off = np.zeros(7, np.int8)
    off[list(weekend)] = DayKind.WEEKEND
    kinds = off[(first.weekday() + np.arange(n_days)) % 7]
    return Days(first, _frozen(kinds), ("",) * n_days, tuple(sorted(set(weekend))))


def override(days: Days, holidays: Mapping[date, str], working_days: Collection[date]) -> Days:
    """Days with some dates declared holidays, by name, and some declared working days.

    Raises
    ------
    ValueError
        If a date stands in both, or is not covered.
    """
    twice = sorted(set(holidays) & set(working_days))
    if twice:
        raise ValueError(f"got {twice[0]} as a holiday and as a working day; it can be only one of them")
    kinds, names = days.kinds.copy(), list(days.names)
    for day, name in holidays.items():
        position = days.index(day)
        kinds[position], names[position] = DayKind.HOLIDAY, name
    for day in working_days:
        position = days.index(day)
        is_weekend = day.weekday() in days.weekend
        kinds[position], names[position] = DayKind.MAKE_UP if is_weekend else DayKind.WORKING, ""
    return Days(days.first, _frozen(kinds), tuple(names), days.weekend)


@lru_cache(maxsize=32)
def china_days(first: date, last: date) -> Days:
    """Working days, weekends, statutory holidays and make-up days of mainland China, both dates included.

    A weekend day within a holiday announced by the State Council counts as a holiday.

    Raises
    ------
    ValueError
        If a date lies outside the years with an announcement (2004 to 2026, or later with a newer
        ``chinesecalendar``). Nothing is guessed: next year's make-up days are not known before autumn.
    """
    # Read as tables: the package's own look-ups search the whole range of years on every call.
    from chinese_calendar.constants import holidays, workdays

    known_first, known_last = date(min(holidays).year, 1, 1), date(max(holidays).year, 12, 31)
    for day in (first, last):
        if not known_first <= day <= known_last:
            raise ValueError(f"got {day}, the Chinese calendar is known from {known_first} to {known_last}")
    return override(
        weekly_days(first, last),
        {day: _holiday_key(str(name)) for day, name in holidays.items() if first <= day <= last},
        {day for day in workdays if first <= day <= last},
    )


_HOLIDAY_KEYS: Final[dict[str, str]] = {
    "New Year's Day": "new_year",
    "Spring Festival": "spring_festival",
    "Tomb-sweeping Day": "tomb_sweeping",
    "Labour Day": "labour_day",
    "Dragon Boat Festival": "dragon_boat",
    "Mid-autumn Festival": "mid_autumn",
    "National Day": "national_day",
}


def _holiday_key(name: str) -> str:
    return _HOLIDAY_KEYS.get(name) or re.sub(r"\W+", "_", name.lower()).strip("_")


def _frozen(kinds: KindArray) -> KindArray:
    # Results are shared through the cache, so nobody may write into them.
    kinds.setflags(write=False)
    return kinds
