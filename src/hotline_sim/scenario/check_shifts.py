"""Rules about shifts: when they begin and end, and whether somebody is on duty on every day with requests.

The calendar and office hours are in ``check_time.py``, time limits in ``check_limits.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import DAY
from hotline_sim.scenario.faults import Finding, KeyPath, key
from hotline_sim.scenario.phone import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline_sim.scenario.draft import Draft
    from hotline_sim.scenario.phone import Shift, Team


def _shifts(draft: Draft) -> Iterator[Finding]:
    for name, team in draft.teams.items():
        for position, shift in enumerate(team.shifts):
            yield from _shift(("teams", name, "shifts", position), shift)


def _shift(path: KeyPath, shift: Shift) -> Iterator[Finding]:
    if shift.start == DAY:
        yield Finding((*path, "start"), "a shift begins before 24:00", '"24:00"', 'write "00:00"')
        return
    if shift.start == shift.end != 0:  # from midnight to midnight is the whole day
        yield Finding(
            (*path, "end"), "must differ from start", hint='the whole day is start = "00:00", end = "24:00"'
        )
        return
    if shift.pause is None:
        return
    length = (shift.end - shift.start) % DAY or DAY
    begins = (shift.pause[0] - shift.start) % DAY
    ends = begins + shift.pause[1] - shift.pause[0]
    if begins == 0 or ends >= length:
        yield Finding((*path, "pause"), "must lie within the shift, and not at its edge")


def _staffing(draft: Draft) -> Iterator[Finding]:
    live = {channel.team: name for name, channel in draft.channels.items() if channel.live}
    other = {channel.team: f"channels.{key(name)}" for name, channel in draft.channels.items()}
    if draft.dispatch and draft.makes_tickets:
        other[draft.dispatch.team] = "dispatch"
    if draft.callback and draft.makes_tickets:
        other[draft.callback.team] = "callback"
    callers = {name: f"channels.{key(channel)} has callers who wait" for name, channel in live.items()}
    if draft.enterprise and draft.enterprise.team:
        if live:
            callers.setdefault(draft.enterprise.team, "enterprise has callers who wait")
        other[draft.enterprise.team] = "enterprise"
    if live:
        for name, skill in draft.skills.items():
            callers.setdefault(skill.team, f"skills.{key(name)} has callers who wait")
    for name, table in (("chasers", draft.chasers), ("repeats", draft.repeats)):
        if table and draft.makes_tickets:
            callers.setdefault(table.team, f"{name} has callers who wait")
    if draft.quick_service and draft.makes_tickets:
        other[draft.quick_service.team] = "quick_service"
    for name, team in draft.teams.items():
        days = _days_covered(team)
        path = ("teams", name, "shifts")
        if name in callers:
            missing = _told([day for day in _kinds_of_days(draft) if day not in days])
            if missing:
                yield Finding(
                    path,
                    "at least one agent must be on duty at some time of every day",
                    f"nobody on {missing}",
                    callers[name],
                )
        elif name in other and not days:
            hint = f"{other[name]} needs them"
            yield Finding(path, "at least one shift must have agents", "no agents", hint)
        elif name in other and not any(kind == "working" for _, kind in days):
            allowed = "at least one agent must be on duty at some time of every working day"
            yield Finding(path, allowed, "nobody on working days", f"{other[name]} needs them")


def _kinds_of_days(draft: Draft) -> list[tuple[str, str]]:
    """Weekdays with their kinds on which requests come, as far as known.

    A week without weekend may have no day of rest, and a hotline may be closed on a weekday.
    """
    calendar, demand = draft.calendar, draft.demand
    plain = calendar is not None and calendar.base == "weekly" and not calendar.holidays
    days: list[tuple[str, str]] = []
    for number, weekday in enumerate(WEEKDAYS):
        for kind in ("working", "rest"):
            if plain and calendar is not None and not calendar.working_days:
                occurs = (weekday in calendar.weekend) == (kind == "rest")
            else:
                occurs = not plain or kind == "working" or bool(calendar and calendar.weekend)
            closed = plain and demand is not None and demand.weekday[number] == 0
            if occurs and not closed:
                days.append((weekday, kind))
    return days


def _days_covered(team: Team) -> set[tuple[str, str]]:
    days: set[tuple[str, str]] = set()
    for shift in team.shifts:
        if shift.agents > 0:
            kinds = ("working", "rest") if shift.days == "all" else (shift.days,)
            days |= {(weekday, kind) for weekday in shift.weekdays or WEEKDAYS for kind in kinds}
    return days


def _told(missing: list[tuple[str, str]]) -> str:
    """Kinds of days in words; weekdays only where not all of a kind are meant."""
    by_kind = {kind: [day for day, its in missing if its == kind] for kind in ("working", "rest")}
    if all(len(days) in (0, len(WEEKDAYS)) for days in by_kind.values()):
        kinds = " and ".join(kind for kind, days in by_kind.items() if days)
        return f"{kinds} days" if kinds else ""
    return ", ".join(day for day in WEEKDAYS if any(day in days for days in by_kind.values()))


RULES = (_shifts, _staffing)
