"""Rules about mechanisms that may be left out: what they name exists, and units can do what is asked.

How long their time limits may be is checked in ``check_limits.py``, like that of all limits.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.clock.ticks import DAY, HOUR, WORKING_DAYS
from hotline_sim.scenario.check_time import close_of_day, deadline_day, known_days
from hotline_sim.scenario.faults import Finding, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline_sim.clock.ticks import Duration
    from hotline_sim.scenario.draft import Draft


def findings(draft: Draft) -> Iterator[Finding]:
    """Everything that is wrong with them, as far as they are valid in themselves."""
    yield from _co_handlers(draft)
    yield from _supervision(draft)


def _co_handlers(draft: Draft) -> Iterator[Finding]:
    if draft.co_handlers is None:
        return
    known = draft.names["categories"]
    for name in draft.co_handlers.categories:
        if name not in known:
            path = ("co_handlers", "categories", name)
            yield Finding(path, "must be a name from [categories]", "", nearest(name, sorted(known)))
    if len(draft.names["units"]) == 1:
        yield Finding(("co_handlers",), "needs at least two units: nobody helps itself")
    for name, unit in draft.units.items():
        if unit.staff < 1:
            allowed = "must be at least 1: with [co_handlers] any unit may be asked to help"
            yield Finding(("units", name, "staff"), allowed, "0")


def _supervision(draft: Draft) -> Iterator[Finding]:
    if draft.supervision is None:
        return
    for position, (one, other) in enumerate(pairwise(draft.supervision.steps), 1):
        lengths = _most_and_least(draft, one, other)
        if lengths is not None and lengths[0] >= lengths[1]:
            most, least = (length / HOUR for length in lengths)
            hint = ""
            if one.unit != other.unit:
                hint = f"the step before it may last {most:.4g} h, this one may be over after {least:.4g} h"
            allowed = f"must be longer than the step before it ({one})"
            yield Finding(("supervision", "steps", position), allowed, f'"{other}"', hint)


def _most_and_least(draft: Draft, one: Duration, other: Duration) -> tuple[float, float] | None:
    """Most that one step and least that another may last, in ms of one and the same kind of time.

    On the clock, or in working time if both run in it; both begin at the same instant. None while nobody can
    tell.
    """
    day = deadline_day(draft)
    if one.unit == other.unit:
        return (one.working_ticks(day), other.working_ticks(day)) if one.is_working else _ticks(one, other)
    if not (one.is_working or other.is_working):
        return _ticks(one, other)
    if one.is_working and other.is_working:
        # A limit in working days begins at any hour and ends at the close of business.
        rest = day if one.unit == WORKING_DAYS else 0
        return one.working_ticks(day) + rest, other.working_ticks(day)
    days = known_days(draft)
    if days is None or not day:
        return None
    if not one.is_working:
        return one.ticks(), _least_on_clock(draft, other)
    whole_days = math.ceil(one.working_ticks(day) / day)
    working = np.flatnonzero(days.working)
    if not 0 < whole_days < working.size:
        return None  # told elsewhere: nothing, or longer than the calendar is known
    gap = int((working[whole_days:] - working[:-whole_days]).max())
    return (gap + 1) * DAY, other.ticks()


def _ticks(one: Duration, other: Duration) -> tuple[int, int]:
    return one.ticks(), other.ticks()


def _least_on_clock(draft: Draft, limit: Duration) -> float:
    """Least that a limit in working time may last on the clock: each of its days is worked."""
    day = deadline_day(draft)
    if limit.unit == WORKING_DAYS:  # from midnight to the close of business of the last day
        return (limit.value - 1) * DAY + close_of_day(draft)
    whole_days, rest = divmod(limit.working_ticks(day), day)
    return whole_days * DAY + rest if rest else (whole_days - 1) * DAY + day
