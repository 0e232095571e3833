"""The ticket log made of columns: order by arrival, names, working calendar, window, what stays unknown.

Which tickets and visits there are is said by kind of layout in :mod:`~hotline_sim.records.calls`,
:mod:`~hotline_sim.records.requests` and :mod:`~hotline_sim.records.events`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.clock.calendar import build_calendar
from hotline_sim.clock.days import override, weekly_days
from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import DAY, NEVER, datetime_of, tick_of
from hotline_sim.errors import RecordsError
from hotline_sim.network.codes import UNKNOWN, Outcome
from hotline_sim.results.log import TICKET_COLUMNS, VISIT_COLUMNS, LogMeta, TicketLog
from hotline_sim.results.unknown import RECORDS

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.clock.days import Days
    from hotline_sim.records.columns import Names
    from hotline_sim.records.convert import Columns
    from hotline_sim.records.schema import Profile, RecordsCalendar
    from hotline_sim.records.tally import Tally
    from hotline_sim.results.schema import Column

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_COUNTS: Final = ("outcome", "redials", "returns", "redos", "calls")
_TEXTS: Final = ("agent", "customer", "priority", "service", "status", "id")


@dataclass(frozen=True)
class Assembly:
    """Columns of all files, in the order of the log.

    Parameters
    ----------
    profile : Profile
        What they were read by.
    columns : dict of str to array
        Typed, rows that were dropped taken out; for events, one row for each event.
    names : dict of str to Names
        Texts behind the numbers of a column.
    tally : Tally
        Further repairs are told to it.
    """

    profile: Profile
    columns: Columns
    names: dict[str, Names]
    tally: Tally

    def names_of(self, name: str, single: str = "") -> tuple[tuple[str, ...], IntArray]:
        """Names of a column and their numbers; one name for all if the records have no such column."""
        if name in self.columns:
            return self.names[name].ranked(self.columns[name])
        count = self.columns["arrival"].size
        return ((single,), np.zeros(count, np.int64)) if single else ((), np.full(count, UNKNOWN, np.int64))


@dataclass(frozen=True)
class Draft:
    """Tickets and visits before names and calendar are put to them.

    Parameters
    ----------
    tickets : dict of str to array
        Columns of TICKET_COLUMNS that are known.
    visits : dict of str to array
        All columns of VISIT_COLUMNS.
    sources, units, stations : tuple of str
        Names in the order of their numbers.
    live : tuple of bool
        Whether callers of each source wait on the line.
    live_stations, desk_stations : tuple of int
        As in LogMeta.
    unknown : tuple of str
        Facts that the records do not tell, see :data:`hotline_sim.results.unknown.FACTS`.
    extra : dict of str to array
        Further columns by ticket.
    """

    tickets: Columns
    visits: Columns
    sources: tuple[str, ...]
    live: tuple[bool, ...]
    unknown: tuple[str, ...]
    units: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    live_stations: tuple[int, ...] = ()
    desk_stations: tuple[int, ...] = ()
    extra: Columns = field(default_factory=dict)


def visit_rows(count: int, **known: Any) -> Columns:
    """Columns of visits: those given, the others as unknown as they can be."""
    columns: Columns = {}
    for name, column in VISIT_COLUMNS.items():
        default = NEVER if column.unit == "tick" else UNKNOWN if name in ("unit", "opinion", "station") else 0
        columns[name] = np.broadcast_to(np.asarray(known.get(name, default), np.int64), (count,))
    return columns


def joined_visits(*parts: Columns) -> Columns:
    """Visits of several stages in one table."""
    return {name: np.concatenate([part[name] for part in parts]) for name in VISIT_COLUMNS}


def finish(assembly: Assembly, draft: Draft) -> tuple[TicketLog, Columns]:
    """Ticket log and further columns of a draft.

    Returns
    -------
    log : TicketLog
        Tickets by arrival.
    extra : dict of str to array
        By ticket row.
    """
    columns = assembly.columns
    count = columns["arrival"].size
    order = np.argsort(columns["arrival"], kind="stable")
    names: dict[str, tuple[str, ...]] = {}
    known: Columns = {"arrival": columns["arrival"]}
    if "urgent" in columns:
        known["urgent"] = columns["urgent"]
    for name in ("category", "request_class", "area"):
        names[name], known[name] = assembly.names_of(name)
    known |= draft.tickets
    tickets = {
        name: _narrow(known[name][order], column.dtype)
        if name in known
        else np.full(count, _default(name, column), column.dtype)
        for name, column in TICKET_COLUMNS.items()
    }
    tickets["ticket"] = np.arange(count, dtype=TICKET_COLUMNS["ticket"].dtype)
    meta = _meta(assembly.profile, draft, tickets, names)
    calendar = build_calendar(_days(assembly.profile.calendar, meta), _hours(assembly.profile.calendar))
    tickets["handling"] = _handling(tickets, calendar)
    log = TicketLog(
        visits=_visits(draft.visits, order),
        tickets=tickets,
        meta=meta,
        staffing=tuple(Steps(np.zeros(0, np.int64), np.zeros(0, np.int64)) for _ in draft.stations),
    )
    return log, {name: values[order] for name, values in _extra(assembly, draft).items()}


def _default(name: str, column: Column) -> int:
    """Value of a column of tickets of which nothing is known."""
    if column.unit in ("tick", "ms"):
        return NEVER
    return 0 if name in _COUNTS else UNKNOWN


def _narrow(values: IntArray, dtype: type[np.generic]) -> np.ndarray[Any, Any]:
    """Values in the type of a column; counts beyond its range are as large as it has room for."""
    limits = np.iinfo(dtype)  # type: ignore[type-var]
    if dtype is np.int64:
        return values
    return np.clip(values, limits.min, limits.max).astype(dtype)


def _visits(visits: Columns, order: IntArray) -> Columns:
    place = np.empty(order.size, np.int64)
    place[order] = np.arange(order.size)
    ticket = place[visits["ticket"]]
    keys = [
        _narrow(visits[name], VISIT_COLUMNS[name].dtype) for name in ("stage", "station", "attempt", "ready")
    ]
    rows = np.lexsort([*keys, ticket])
    columns = {name: _narrow(visits[name][rows], column.dtype) for name, column in VISIT_COLUMNS.items()}
    columns["ticket"] = _narrow(ticket[rows], VISIT_COLUMNS["ticket"].dtype)
    return columns


def _extra(assembly: Assembly, draft: Draft) -> Columns:
    """Columns that the log has no place for, by row of the records."""
    columns = assembly.columns
    extra = dict(draft.extra)
    for name in (*_TEXTS, *assembly.profile.extra):
        if name in columns and name not in extra:
            extra[name] = assembly.names[name].texts(columns[name])
    for name in ("reassignments", "reopened"):
        if name in columns and name not in extra:
            values = columns[name]
            extra[name] = np.where(np.isnan(values), UNKNOWN, np.nan_to_num(values)).astype(np.int64)
    if "on_time" in columns and "on_time" not in extra:
        extra["on_time"] = columns["on_time"].astype(np.int8)
    return extra


def _meta(profile: Profile, draft: Draft, tickets: Columns, names: dict[str, tuple[str, ...]]) -> LogMeta:
    start, end, horizon = _window(profile, tickets)
    meta = LogMeta(
        scenario=profile.name,
        seed=0,
        replication=0,
        engine=RECORDS,
        start=start,
        end=end,
        first=min(start, int(tickets["arrival"].min(initial=start))),
        horizon=horizon,
        sources=draft.sources,
        categories=names["category"],
        classes=names["request_class"],
        areas=names["area"],
        units=draft.units,
        stations=draft.stations,
        unit_kinds=("department",) * len(draft.units),
        live=draft.live,
        live_stations=draft.live_stations,
        desk_stations=draft.desk_stations,
        callback_station=None,
        working_days=(),
        day_length=sum(close - opening for opening, close in _hours(profile.calendar)),
        unknown=draft.unknown,
    )
    days = _days(profile.calendar, meta)
    working = np.flatnonzero(days.working) + days.first_tick // DAY
    return replace(meta, working_days=tuple(working.tolist()))


def _window(profile: Profile, tickets: Columns) -> tuple[int, int, int]:
    """First and last (exclusive) tick that count, and the last at which anything is known."""
    how, arrival = profile.time, tickets["arrival"]
    start = _tick(how.start) if how.start else int(arrival.min(initial=NEVER))
    last = int(arrival.max(initial=-NEVER))
    if start == NEVER:
        start = last = _tick(how.extract) if how.extract else 0
    if not how.start:
        start = start // DAY * DAY
    end = _tick(how.end) if how.end else max(last, start) // DAY * DAY + DAY
    known = [tickets[name][tickets[name] < NEVER] for name in ("arrival", "answered", "replied", "closed")]
    latest = max((int(ticks.max(initial=end - 1)) for ticks in known), default=end - 1)
    if how.extract:
        whole_day = not isinstance(how.extract, datetime)
        latest = _tick(how.extract) + (DAY - 1 if whole_day else 0)
    return start, max(end, start), latest


def _tick(instant: date | datetime) -> int:
    if isinstance(instant, datetime) and instant.tzinfo is not None:
        instant = instant.replace(tzinfo=None)
    return tick_of(instant)


def _hours(calendar: RecordsCalendar) -> tuple[tuple[int, int], ...]:
    return ((0, DAY),) if calendar.base == "none" else calendar.hours


def _days(calendar: RecordsCalendar, meta: LogMeta) -> Days:
    """Days from the first arrival to the last instant known."""
    first = datetime_of(min(meta.first, meta.start)).date()
    last = max(datetime_of(max(meta.horizon, meta.end)).date(), first) + timedelta(days=1)
    if calendar.base == "none":
        return weekly_days(first, last, ())
    days = weekly_days(first, last, tuple(WEEKDAYS.index(name) for name in calendar.weekend))
    holidays: dict[date, str] = {}
    worked: set[date] = set()
    if calendar.base == "china":
        days = _china(first, last)
    elif calendar.base != "weekly":
        holidays, worked = _holidays(calendar.base.removeprefix("holidays:"), first, last)
    own = {day: "holiday" for day in calendar.holidays if first <= day <= last}
    own_worked = {day for day in calendar.working_days if first <= day <= last}
    # What the profile says of a day counts.
    holidays = {day: name for day, name in (holidays | own).items() if day not in own_worked}
    return override(days, holidays, (worked - own.keys()) | own_worked)


def _china(first: date, last: date) -> Days:
    from hotline_sim.clock.days import china_days

    try:
        return china_days(first, last)
    except ValueError as error:
        raise RecordsError(
            f'calendar.base: got "china"; {error}; give holidays and working_days of your own under '
            '[calendar] with base = "weekly"'
        ) from None


def _holidays(country: str, first: date, last: date) -> tuple[dict[date, str], set[date]]:
    """Holidays of a country, and weekend days that are worked to make up for them."""
    try:
        import holidays
    except ImportError:
        raise RecordsError(
            f'calendar.base: got "holidays:{country}", which needs the package holidays: '
            "pip install holidays; or list the holidays under [calendar]"
        ) from None
    code, _, region = country.partition("-")
    try:
        found = holidays.country_holidays(code, subdiv=region or None, years=range(first.year, last.year + 1))
    except (NotImplementedError, KeyError) as error:
        raise RecordsError(f'calendar.base: got "holidays:{country}": {error}') from None
    worked = {day for day in getattr(found, "weekend_workdays", ()) if first <= day <= last}
    off = {day: str(name) for day, name in found.items() if first <= day <= last and day not in worked}
    return off, worked


def _handling(tickets: Columns, calendar: Any) -> IntArray:
    handling = np.full(tickets["arrival"].size, NEVER, np.int64)
    start, end = tickets["dispatched"], tickets["replied"]
    known = np.flatnonzero((start < NEVER) & (end < NEVER) & (end >= start))
    handling[known] = calendar.worked(start[known], end[known])
    return handling


def open_outcome(end: IntArray, done: Outcome) -> IntArray:
    """Outcome of visits: done, or open where there is no end."""
    return np.where(end < NEVER, done, Outcome.OPEN)
