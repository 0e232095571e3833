"""Kinds of days for a fit: which factor of the demand holds on a date, and the holidays of other countries.

The factors themselves are estimated in :mod:`hotline_sim.fit.day_counts`; the same order of kinds is used by
:mod:`hotline_sim.network.demand`.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.clock.days import DayKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.clock.days import Days

KINDS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "spring_festival", "other", "last_day")
"""Weekdays, then the kinds of holidays that have a factor of their own."""
SPRING_FESTIVAL, OTHER, LAST_DAY = 7, 8, 9
SURGE_DAYS: Final = 14
"""Days before the Spring Festival in which cities clear out and demand surges: no key describes them."""


def kinds_of(days: Days) -> IntArray:
    """Kind of each day, a position in ``KINDS``.

    Parameters
    ----------
    days : Days
        Which days are worked, and the holidays by name.

    Returns
    -------
    int64 array, shape (n_days,)
        A make-up day is a Friday, as in the demand of a scenario.
    """
    kinds = days.weekday.astype(np.int64)
    kinds[days.kinds == DayKind.MAKE_UP] = 4
    for index in np.flatnonzero(days.kinds == DayKind.HOLIDAY):
        kinds[index] = SPRING_FESTIVAL if days.names[index] == "spring_festival" else OTHER
    kinds[days.last_of_holiday] = LAST_DAY
    return kinds


def surge_before_festival(days: Days, before: int = SURGE_DAYS) -> BoolArray:
    """Days of the two weeks before each Spring Festival, bool array of shape (n_days,)."""
    marks = np.zeros(len(days.names), np.bool_)
    festival = np.array([name == "spring_festival" for name in days.names], np.bool_)
    starts = np.flatnonzero(festival & ~np.concatenate(([False], festival[:-1])))
    for start in starts:
        marks[max(0, start - before) : start] = True
    return marks & ~festival


def marked(days: Days, dates: Iterable[date], following: int = 0) -> BoolArray:
    """Given dates and so many days after each, bool array of shape (n_days,)."""
    marks = np.zeros(len(days.names), np.bool_)
    for day in dates:
        low = (day - days.first).days
        marks[max(0, low) : max(0, low + following + 1)] = True
    return marks


def country_calendar(country: str, first: date, last: date) -> dict[str, Any]:
    """``[calendar]`` of a scenario with the public holidays and make-up days of a country.

    Parameters
    ----------
    country : str
        Code of the package ``holidays``, such as ``"TW"`` or ``"US-MA"``.
    first, last : date
        Whole years from that of the first to that of the last are listed.

    Returns
    -------
    dict
        Base ``"weekly"``. Days of the lunar new year stand under ``spring_festival``, so that they get its
        factor; weekend days within a holiday are listed too.

    Raises
    ------
    ValueError
        If the package does not know the country, or is not installed.
    """
    try:
        import holidays
    except ImportError:
        raise ValueError("country: needs the package holidays: pip install holidays") from None

    code, _, region = country.partition("-")
    try:
        found = holidays.country_holidays(
            code, subdiv=region or None, years=range(first.year, last.year + 1), language="en_US"
        )
    except NotImplementedError as error:
        raise ValueError(f"country: {error}") from None
    by_name: dict[str, list[date]] = defaultdict(list)
    for day, name in sorted(found.items()):
        by_name[_key(name)].append(day)
    weekend = {day for day in _between(by_name.get("spring_festival", [])) if day.weekday() >= 5}
    by_name["spring_festival"] = sorted({*by_name.get("spring_festival", []), *weekend})
    worked = [day for day in sorted(getattr(found, "weekend_workdays", ())) if first <= day <= last]
    return {
        "base": "weekly",
        "weekend": ["Sat", "Sun"],
        "holidays": {name: dates for name, dates in by_name.items() if dates},
        "working_days": worked,
    }


def _key(name: str) -> str:
    lunar = ("chinese new year", "lunar new year", "spring festival")
    return "spring_festival" if any(word in name.lower() for word in lunar) else "public_holiday"


def _between(dates: list[date]) -> list[date]:
    """Days between neighbours that are at most three days apart: weekends inside a holiday."""
    return [
        early + timedelta(days=step)
        for early, late in pairwise(dates)
        if (late - early).days <= 3
        for step in range(1, (late - early).days)
    ]
