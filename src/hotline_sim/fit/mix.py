"""What requests are about, where they go and at which hours they come: subjects, units, hour profiles.

How long a subject takes is estimated in :mod:`hotline_sim.fit.handling`, how many come in
:mod:`hotline_sim.fit.demand`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.clock.ticks import DAY, HOUR
from hotline_sim.fit.handling import (
    LEAST_CLOSED,
    LEAST_TICKETS,
    Handled,
    HandlingLaw,
    handling_law,
    without_limits,
)

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, FloatArray, IntArray
    from hotline_sim.results.schema import LogMeta

NO_UNIT: Final = "city"
"""Stands for the unit where records name none."""
PROFILE_COUNT: Final = 1000
"""Requests above which the hours of a subject are taken from its own records."""


@dataclass(frozen=True, eq=False)
class Subject:
    """Tickets of one category and unit, with or without a deadline.

    Parameters
    ----------
    name : str
        For the table of categories.
    unit : str
        Unit that handles it.
    share : float
        Of all tickets.
    limit : int
        In ms; 0: none. The median of the deadlines, or where they differ, so that times of all are late as
        often as each is by its own deadline.
    law : HandlingLaw or None
        In multiples of the limit. None if too few were closed, here and in the unit.
    times : HandlingLaw or None
        The same in days, whatever the limits.
    members : bool array
        Which of the tickets belong to it.
    key : tuple of (str, str or None, bool)
        Unit, category (None: the rest of the unit), and whether there is a deadline.
    pooled : bool
        Whether the law is that of the whole unit.
    source : bool array
        The tickets that the law is of.
    """

    name: str
    unit: str
    share: float
    limit: int
    law: HandlingLaw | None
    times: HandlingLaw | None
    members: BoolArray
    key: tuple[str, str | None, bool]
    pooled: bool
    source: BoolArray

    def field(self, law: HandlingLaw, times: HandlingLaw) -> dict[str, Any]:
        """Distribution of the field time with the times of one law and the share overdue of another."""
        return times.table(DAY, (self.limit, 1.0 - law.overdue) if self.limit else None)


def subjects(tickets: Handled, meta: LogMeta, weight: FloatArray | None = None) -> list[Subject]:
    """Divide tickets by category, unit and whether they have a deadline.

    Parameters
    ----------
    tickets : Handled
        As they stood at one instant.
    meta : LogMeta
        Names of categories and units.
    weight : float64 array, shape (n,), optional
        How much each ticket counts for the shares; all alike if not given.

    Returns
    -------
    list of Subject
        Groups with fewer than 30 tickets are put together by unit; a group with fewer than 8 closed tickets
        has the law of its unit, or of the city.
    """
    limited = tickets.limit > 0
    key = (tickets.unit + 1) * 2 * (len(meta.categories) + 2) + (tickets.category + 1) * 2 + limited
    _, group, counts = np.unique(key, return_inverse=True, return_counts=True)
    small = counts[group] < LEAST_TICKETS
    # Numbers below zero are free: the rest of a unit, with and without a deadline.
    rest = -((tickets.unit + 1) * 2 + limited + 1)
    group = np.where(small, rest, group)
    # The names of single subjects come before those that are put together, each in the order of numbers.
    found, taken = [], set[str]()
    for number in sorted(np.unique(group).tolist(), key=lambda one: (one < 0, abs(one))):
        members = group == number
        first = int(np.flatnonzero(members)[0])
        unit_number, has_limit = int(tickets.unit[first]), bool(limited[first])
        unit = meta.units[unit_number] if unit_number >= 0 else NO_UNIT
        category = int(tickets.category[first])
        subject = "other" if number < 0 else meta.categories[category] if category >= 0 else "unnamed"
        name = _free_name(subject, unit, taken, has_limit=has_limit, alone=number >= 0)
        of_unit = (tickets.unit == unit_number) & (limited == has_limit)
        law, source = handling_law(tickets[members]), members
        pooled = law is None
        for wider in (of_unit, limited == has_limit):
            if law is None and tickets.closed[wider].sum() >= LEAST_CLOSED:
                law, source = handling_law(tickets[wider]), wider
        times = handling_law(without_limits(tickets[source])) if law is not None else None
        limit = _limit(tickets.limit[members], law, times) if has_limit else 0
        named = meta.categories[category] if category >= 0 else ""
        key_of = (unit, named if number >= 0 else None, has_limit)
        share = float(np.average(members, weights=weight))
        found.append(Subject(name, unit, share, limit, law, times, members, key_of, pooled, source))
    return found


def _limit(limits: IntArray, law: HandlingLaw | None, times: HandlingLaw | None) -> int:
    """One limit for tickets of several: their median, unless times would be late too often or too rarely."""
    median = float(np.median(limits))
    if law is None or times is None or law.low <= float(times.sf(median / DAY)[0]) <= law.high:
        return int(median)
    same = times.quantile(min(1.0 - law.overdue, 0.9995)) * DAY
    return int(np.clip(same, limits.min(), limits.max()))


def _free_name(subject: str, unit: str, taken: set[str], *, has_limit: bool, alone: bool) -> str:
    name = subject[:50] if alone else f"{subject}, {unit}"[:60]
    name = name if has_limit else f"{name}, no limit"
    for candidate in (name, f"{name} / {unit}"[:80], *(f"{name[:70]} {number}" for number in range(2, 999))):
        if candidate not in taken:
            taken.add(candidate)
            return candidate
    raise ValueError(f"category: no free name for {name!r}")


def hour_profiles(arrival: IntArray, working_days: IntArray) -> dict[str, FloatArray]:
    """Shares of the hours on working and on rest days.

    Parameters
    ----------
    arrival : int64 array
        Ticks.
    working_days : int64 array
        Days since 1970-01-01 that are worked.

    Returns
    -------
    dict of str to float64 array, shape (24,)
        ``"working"`` and, if there are requests on such days, ``"rest"``. An hour without any has a share of
        half a request.
    """
    worked = np.isin(arrival // DAY, working_days)
    hour = arrival // HOUR % 24
    found = {}
    for name, chosen in (("working", worked), ("rest", ~worked)):
        if chosen.any():
            counts = np.maximum(np.bincount(hour[chosen], minlength=24).astype(np.float64), 0.5)
            found[name] = counts / counts.sum()
    if "working" not in found:
        found["working"] = found["rest"]
    return found
