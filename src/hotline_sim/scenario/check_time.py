"""Rules about time that span several keys: the calendar, office hours, durations and distributions.

Working time of an office and clock time are different quantities: where each may stand is told here. Time
limits are in ``check_limits.py``, shifts in ``check_shifts.py``; names, shares
and needed parts in ``check.py``.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, Protocol

from pydantic import BaseModel

from hotline_sim.clock.days import CHINA_FIRST, CHINA_LAST
from hotline_sim.clock.ticks import DAY, HOUR, MINUTE, Duration, tick_of
from hotline_sim.sampling.distributions import faults
from hotline_sim.scenario.days import days_of
from hotline_sim.scenario.faults import Finding, KeyPath, nearest, quoted
from hotline_sim.scenario.types import Empirical, Fixed, Triangular, Uniform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline_sim.clock.days import Days
    from hotline_sim.scenario.draft import Draft, Hours
    from hotline_sim.scenario.schema import CalendarTable, Run

ALWAYS_OPEN: Final = "always"
KNOWN_DAYS: Final = {
    "china": (CHINA_FIRST, CHINA_LAST),
    "weekly": (date(1970, 1, 2), date(2100, 12, 31)),
}
"""First and last day on which anything may happen, by calendar."""

LONGEST: Final = 365_250 * DAY
"""A thousand years: longer durations are slips of the pen, and their sums would not fit into 64 bits."""


class HasShare(Protocol):
    """Anything with a share."""

    @property
    def share(self) -> float:
        """Part of the whole."""


def _dates(draft: Draft) -> Iterator[Finding]:
    run, calendar = draft.run, draft.calendar
    if run is None:
        return
    if run.end <= run.start:
        yield Finding(("run", "end"), f"must come after run.start ({run.start})", f"{run.end}")
    if run.horizon is not None and run.horizon < run.end:
        yield Finding(("run", "horizon"), f"must not come before run.end ({run.end})", f"{run.horizon}")
    resolution = run.resolution.ticks()
    if resolution < 1 or MINUTE % resolution:
        yield Finding(
            ("run", "resolution"), "must divide one minute and be at least 1 ms", f'"{run.resolution}"'
        )
    if calendar is not None:
        yield from _covered(run, calendar)


def _covered(run: Run, calendar: CalendarTable) -> Iterator[Finding]:
    first, last = KNOWN_DAYS[calendar.base]
    span = f'must lie between {first} and {last}, the days of calendar "{calendar.base}"'
    days: dict[KeyPath, date] = {("run", "start"): run.start, ("run", "end"): run.end}
    if run.horizon is not None:
        days["run", "horizon"] = run.horizon
    days |= dict(_holidays(calendar))
    for position, day in enumerate(calendar.working_days):
        days["calendar", "working_days", position] = day
    for path, day in days.items():
        if not first <= day <= last:
            yield Finding(path, span, f"{day}")
    whole_days = -(-run.run_in.ticks() // DAY)
    if first <= run.start <= last and tick_of(run.start) - whole_days * DAY < tick_of(first):
        yield Finding(
            ("run", "run_in"),
            f'must not begin before {first}, the first day of calendar "{calendar.base}"',
            f'"{run.run_in}"',
            f"run.start is {run.start}",
        )


def _holidays(calendar: CalendarTable) -> Iterator[tuple[KeyPath, date]]:
    """Every holiday with its key path; of a single date no position is told."""
    for name, dates in calendar.holidays.items():
        for position, day in enumerate(dates):
            path: KeyPath = ("calendar", "holidays", name)
            yield (path if len(dates) == 1 else (*path, position)), day


def _calendar(draft: Draft) -> Iterator[Finding]:
    calendar = draft.calendar
    if calendar is None:
        return
    for path, day in _holidays(calendar):
        if day in calendar.working_days:
            yield Finding(path, "stands in calendar.working_days too", f"{day}")
    if calendar.base == "china" and set(calendar.weekend) != {"Sat", "Sun"}:
        yield Finding(("calendar", "weekend"), 'only for base = "weekly"', f"{len(calendar.weekend)} days")
    if len(set(calendar.weekend)) == 7:
        yield Finding(("calendar", "weekend"), "at least one day of the week must be worked", "7 days")


def _hours(draft: Draft) -> Iterator[Finding]:
    if ALWAYS_OPEN in draft.names["hours"]:
        yield Finding(("hours", ALWAYS_OPEN), '"always" is built in and cannot be given other hours')
    for name, intervals in draft.hours.items():
        for position in range(1, len(intervals)):
            if intervals[position][0] < intervals[position - 1][1]:
                yield Finding(
                    ("hours", name, position), "must begin after the interval before it ends", hint="in order"
                )
    asked: dict[KeyPath, str] = {("units", name, "hours"): unit.hours for name, unit in draft.units.items()}
    if draft.handling:
        asked["handling", "deadline_hours"] = draft.handling.deadline_hours
    if draft.hard_cases:
        asked["hard_cases", "hours"] = draft.hard_cases.hours
    if draft.mediation:
        asked["mediation", "hours"] = draft.mediation.hours
    known = draft.names["hours"] | {ALWAYS_OPEN}
    for path, name in asked.items():
        if name not in known:
            yield Finding(
                path,
                f'must be a name from [hours] or "{ALWAYS_OPEN}"',
                quoted(name),
                nearest(name, sorted(known)),
            )


def _durations(draft: Draft) -> Iterator[Finding]:
    for path, value in _walk(draft):
        if isinstance(value, Duration):
            length = value.working_ticks(DAY) if value.is_working else value.ticks()
            if length > LONGEST:
                yield Finding(path, "must be at most 1000 years", f'"{value}"')
            elif path in _AFTER_CALL and length > DAY:
                yield Finding(path, "must be at most 24 h", f'"{value}"')
            if value.is_working and not _may_be_working(path):
                yield Finding(
                    path, "must be clock time such as 20 min or 8 h, not working time", f'"{value}"'
                )
        elif isinstance(value, BaseModel) and "family" in type(value).model_fields:
            yield from _distribution(path, value)


def _walk(draft: Draft) -> Iterator[tuple[KeyPath, Any]]:
    """Every duration and distribution of the valid parts, with its key path."""
    stack: list[tuple[KeyPath, Any]] = [((part,), getattr(draft, part)) for part in reversed(_TIMED)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, Duration):
            yield path, value
        elif isinstance(value, BaseModel):
            if "family" in type(value).model_fields:
                yield path, value
            stack += [((*path, name), getattr(value, name)) for name in reversed(type(value).model_fields)]
        elif isinstance(value, dict):
            stack += [((*path, name), entry) for name, entry in reversed(value.items())]
        elif isinstance(value, tuple) and path[-1] != "quantiles":  # which are looked at all together
            stack += [((*path, place), entry) for place, entry in reversed(list(enumerate(value)))]


_TIMED = (
    *("run", "intake", "dispatch", "sign", "urgent", "callback", "outcome", "classes", "categories"),
    *("automatic_dispatch", "three_party", "quick_service", "hard_cases", "two_level"),
    *("mediation", "petitions", "chasers", "repeats", "rating", "extension", "supervision", "enterprise"),
)
"""Tables with durations and distributions."""

_WORKING_TIME = (
    ("dispatch", "return_delay"),
    ("sign", "delay"),
    ("two_level", "work"),
    ("two_level", "sign_delay"),
    ("two_level", "village_field"),
    ("sign", "limit"),
    ("outcome", "redo_limit"),
    ("rating", "rectify_work"),
    ("rating", "rectify_limit"),
    ("hard_cases", "limit"),
    ("hard_cases", "time"),
    ("mediation", "time"),
    ("extension", "length"),
    ("supervision", "steps"),
    ("enterprise", "limits"),
    ("enterprise", "escalate_after"),
)


_AFTER_CALL = (("intake", "after_call_direct"), ("intake", "after_call_ticket"))


def _may_be_working(path: KeyPath) -> bool:
    """Whether a duration at this path runs in a unit's hours, or is a limit on the working calendar."""
    if path[0] in ("classes", "categories"):
        return path[2] in ("limit", "desk", "field")
    return path[:2] in _WORKING_TIME


def _distribution(path: KeyPath, value: Any) -> Iterator[Finding]:
    if isinstance(value, Uniform | Triangular):
        names = ("low", "high") if isinstance(value, Uniform) else ("low", "mode", "high")
        parts: list[Duration] = [getattr(value, name) for name in names]
        if len({part.is_working for part in parts}) > 1:
            yield Finding(path, f"{', '.join(names)} must all be clock time or all be working time")
            return
        # A day of 8 hours, should working hours and working days be mixed; the true one is not far.
        ticks = [part.working_ticks(8 * HOUR) if part.is_working else part.ticks() for part in parts]
        if sorted(ticks) != ticks or ticks[0] == ticks[-1]:
            order = "low < high" if len(names) == 2 else "low <= mode <= high, and low < high"
            given = ", ".join(f'{name} "{part}"' for name, part in zip(names, parts, strict=True))
            yield Finding(path, f"must have {order}", given)
    elif isinstance(value, Empirical):
        yield from _quantiles(path, value)
    elif not isinstance(value, Fixed) and value.mean.value <= 0:
        yield Finding((*path, "mean"), "must be greater than 0", f'"{value.mean}"')


def _quantiles(path: KeyPath, value: Empirical) -> Iterator[Finding]:
    if len({entry.is_working for entry in value.quantiles}) > 1:
        yield Finding((*path, "quantiles"), "must all be clock time or all be working time")
        return
    if value.quantiles[0].is_working and not _may_be_working(path):
        yield Finding((*path, "quantiles"), "must be clock time such as 20 min or 8 h, not working time")
    ticks = [
        float(entry.working_ticks(8 * HOUR) if entry.is_working else entry.ticks())
        for entry in value.quantiles
    ]
    if max(ticks) > LONGEST:
        yield Finding((*path, "quantiles"), "must be at most 1000 years")
    for name, rule in faults("empirical", quantiles=ticks, probabilities=value.probabilities):
        yield Finding((*path, name), rule)


def known_days(draft: Draft) -> Days | None:
    """Days of the calendar from the first to the last that may be needed; None while it has faults."""
    run, calendar = draft.run, draft.calendar
    if run is None or calendar is None or any((*_dates(draft), *_calendar(draft))):
        return None
    return days_of(calendar, run)


def deadline_day(draft: Draft) -> int:
    """Working time of a day on which limits in working time run, in milliseconds."""
    return day_length(draft, draft.handling.deadline_hours if draft.handling else ALWAYS_OPEN)


def close_of_day(draft: Draft) -> int:
    """Close of business on a day on which limits in working time run, in milliseconds after midnight."""
    intervals: Hours = draft.hours.get(draft.handling.deadline_hours if draft.handling else "", ((0, DAY),))
    return max(end for _, end in intervals)


def day_length(draft: Draft, hours: str) -> int:
    """Working time of a full day of some hours, in milliseconds."""
    intervals: Hours = draft.hours.get(hours, ((0, DAY),))
    return sum(end - start for start, end in intervals)


RULES = (_dates, _calendar, _hours, _durations)
