"""Rules about time limits: they are long enough for a reply, and end while the calendar is known.

What a duration may be at all is told in ``check_time.py``.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from hotline_sim.clock.ticks import DAY, HOUR, MINUTE, WORKING_DAYS, Duration
from hotline_sim.scenario.check_time import ALWAYS_OPEN, day_length, deadline_day, known_days
from hotline_sim.scenario.faults import Finding, KeyPath, key
from hotline_sim.scenario.types import Empirical, Fixed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline_sim.scenario.draft import Draft

_Chain: TypeAlias = "list[tuple[KeyPath, Duration]]"


def _limits(draft: Draft) -> Iterator[Finding]:
    limits: dict[KeyPath, Duration] = {
        ("classes", name, "limit"): entry.limit for name, entry in draft.classes.items()
    }
    for name, category in draft.categories.items():
        if category.limit:
            limits["categories", name, "limit"] = category.limit
    if draft.urgent:
        limits["urgent", "limit"] = draft.urgent.limit
    if draft.sign:
        limits["sign", "limit"], limits["sign", "urgent_limit"] = draft.sign.limit, draft.sign.urgent_limit
    if draft.outcome:
        limits["outcome", "redo_limit"] = draft.outcome.redo_limit
    if draft.extension:
        limits["extension", "length"] = draft.extension.length
    if draft.rating:
        limits["rating", "rectify_limit"] = draft.rating.rectify_limit
    if draft.hard_cases and draft.hard_cases.limit:
        limits["hard_cases", "limit"] = draft.hard_cases.limit
    for position, step in enumerate(draft.supervision.steps if draft.supervision else ()):
        limits["supervision", "steps", position] = step
    if draft.quick_service:
        limits["quick_service", "limit"] = draft.quick_service.limit
    for class_name, limit in (draft.enterprise.limits if draft.enterprise else {}).items():
        limits["enterprise", "limits", class_name] = limit
    for path, limit in limits.items():
        if limit.value <= 0:
            allowed = "must be greater than 0: no reply is possible before the deadline"
            yield Finding(path, allowed, f'"{limit}"')
        elif limit.unit == WORKING_DAYS and not float(limit.value).is_integer():
            hours = limit.value * deadline_day(draft) / HOUR
            allowed = "must be a whole number of working days, which end at the close of business"
            yield Finding(path, allowed, f'"{limit}"', f'write "{hours:.4g} working h"')
        else:
            yield from _possible(draft, path, limit)


def _possible(draft: Draft, path: KeyPath, limit: Duration) -> Iterator[Finding]:
    """Find a limit that ends before the least work of its tickets could be done by anybody."""
    name = str(path[-1] if path[0] == "enterprise" else path[1])
    if path[0] in ("classes", "enterprise"):
        entry = draft.classes.get(name)
        if entry is None:
            return
        needed = _needed(draft, entry.desk, entry.field)
    elif path[0] == "categories":
        category = draft.categories[name]
        needed = min(
            (
                _needed(draft, category.desk or entry.desk, category.field or entry.field)
                for entry in draft.classes.values()
            ),
            default=0.0,
        )
    elif path == ("urgent", "limit") and draft.urgent:
        desk, field = draft.urgent.desk, draft.urgent.field
        urgent = [category for category in draft.categories.values() if category.urgent_share > 0]
        needed = max((_needed(draft, desk, category.urgent_field or field) for category in urgent), default=0)
    else:
        return
    room = _room(draft, limit)
    if room is not None and needed > room:
        least = f"{needed / HOUR:.4g} h" if needed >= HOUR else f"{needed / MINUTE:.4g} min"
        allowed = f"is shorter than the least possible reply: desk and field take {least} or more"
        yield Finding(path, allowed, f'"{limit}"')


def _needed(draft: Draft, *laws: Any) -> float:
    """Least working time of desk and field together in milliseconds, by the fastest unit in a hurry."""
    speed = max((unit.speed for unit in draft.units.values()), default=1.0)
    if draft.handling and draft.handling.effort_window > 0:
        speed *= draft.handling.effort_speed
    day = deadline_day(draft)
    total = 0
    for law in laws:
        least = law.mean if isinstance(law, Fixed) else getattr(law, "low", None)
        if isinstance(law, Empirical):
            least = law.quantiles[0]
        if least is not None:
            total += least.working_ticks(day) if least.is_working else least.ticks()
    return total / speed


def _room(draft: Draft, limit: Duration) -> float | None:
    """Most working time that any unit has within a limit, in milliseconds; None if not bounded."""
    if not limit.is_working:
        return limit.ticks()
    hours = {unit.hours for unit in draft.units.values()}
    if ALWAYS_OPEN in hours or not hours or "units" not in draft.whole:
        return None  # works through nights and holidays, which are not counted in the limit
    day = max(day_length(draft, name) for name in hours)
    if limit.unit == WORKING_DAYS:
        # The day on which the limit begins is not counted, but may be worked.
        return (limit.value + 1) * day
    return limit.working_ticks(day)


def _ends(draft: Draft) -> Iterator[Finding]:
    """Find limits that may end after the last day whose kind is known: their deadlines would never come."""
    run, calendar, days = draft.run, draft.calendar, known_days(draft)
    if run is None or calendar is None or days is None or not draft.makes_tickets:
        return
    working = np.flatnonzero(days.working)
    for chain in _chains(draft):
        limits = [limit for _, limit in chain]
        on_clock = -(-sum(limit.ticks() for limit in limits if not limit.is_working) // DAY)
        needed = sum(_whole_days(limit, deadline_day(draft)) for limit in limits if limit.is_working)
        if needed == 0:
            continue
        room = working[-needed] - on_clock if needed <= len(working) else -1
        if room >= days.index(run.end):
            continue
        after = f"{needed} working days" + f" and {on_clock} days" * (on_clock > 0)
        path, longest = max(chain, key=lambda link: _rough_days(link[1], deadline_day(draft)))
        if calendar.base != "china":
            yield Finding(path, f"is too long: limits must end before {days.last}", f'"{longest}"')
        elif room < 0:
            yield Finding(path, f"is too long: the calendar is known to {days.last}", f'"{longest}"')
        else:
            last_end = days.first + timedelta(days=int(room))
            allowed = f"must be at most {last_end}: the calendar is known to {days.last}"
            first = chain[0][0]
            name = key(str(first[-1] if first[0] == "enterprise" else first[1]))
            why = f"the limit of {name}, with what may follow it, may end {after} after it"
            yield Finding(("run", "end"), allowed, f"{run.end}", why)
        return


def _chains(draft: Draft) -> list[_Chain]:
    """Limits that may follow one another in a ticket's life, the first reply's first, long chains first."""
    later: _Chain = [(("sign", "limit"), draft.sign.limit)] if draft.sign else []
    if draft.outcome and draft.outcome.redo > 0:
        later += [(("outcome", "redo_limit"), draft.outcome.redo_limit)] * draft.outcome.most_redos
    if draft.hard_cases and draft.hard_cases.limit:
        later.append((("hard_cases", "limit"), draft.hard_cases.limit))
    if draft.extension:
        later.append((("extension", "length"), draft.extension.length))
    if draft.supervision:
        last = len(draft.supervision.steps) - 1
        later.append((("supervision", "steps", last), draft.supervision.steps[last]))
    if draft.rating:
        later.append((("rating", "rectify_limit"), draft.rating.rectify_limit))
    enterprise = draft.enterprise
    if enterprise and enterprise.escalate_after:
        later.append((("enterprise", "escalate_after"), enterprise.escalate_after))
    chains: list[_Chain] = [
        [(("classes", name, "limit"), entry.limit), *later]
        for name, entry in draft.classes.items()
        if entry.direct_answer < 1
    ]
    chains += [
        [(("categories", name, "limit"), category.limit), *later]
        for name, category in draft.categories.items()
        if category.limit
    ]
    chains += [
        [(("enterprise", "limits", name), limit), *later]
        for name, limit in (enterprise.limits if enterprise else {}).items()
    ]
    day = deadline_day(draft)
    return sorted(
        chains, key=lambda chain: -sum(_whole_days(limit, day) for _, limit in chain if limit.is_working)
    )


def _rough_days(limit: Duration, day: int) -> float:
    """Length on the clock in days, a week taken as five working days: enough to say which limit is long."""
    return limit.working_ticks(day) / day * 7 / 5 if limit.is_working else limit.ticks() / DAY


def _whole_days(limit: Duration, day: int) -> int:
    """Most working days that a limit in working time may touch after the day on which it begins."""
    return math.ceil(limit.value if limit.unit == WORKING_DAYS else limit.working_ticks(day) / day)


RULES = (_limits, _ends)
