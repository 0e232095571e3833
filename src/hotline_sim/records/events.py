"""Event logs: several rows for each request, one for everything that was done to it.

Requests with one row each are the subject of :mod:`~hotline_sim.records.requests`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from hotline_sim.clock.ticks import NEVER
from hotline_sim.network.codes import UNKNOWN, UNSTAFFED, Outcome, Stage
from hotline_sim.records.assemble import Assembly, Draft, joined_visits, visit_rows
from hotline_sim.records.requests import common_tickets, unknown_facts
from hotline_sim.records.requests import settle as settle_request
from hotline_sim.records.tally import REPAIRED

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.records.convert import Columns, Converter, Rows


Values: TypeAlias = "np.ndarray[Any, Any]"


def settle(columns: Columns, rows: Rows, converter: Converter) -> Columns:
    """Check each event by itself; what it says about the request is checked as for a request."""
    if "arrival" not in columns:
        return columns
    return settle_request(columns, rows, converter)


def by_request(assembly: Assembly) -> tuple[Assembly, _Events]:
    """One row for each request, and its events in order.

    A column of the request has the value of its last event that has one.
    """
    columns = assembly.columns
    order = np.lexsort((columns["time"], columns["id"]))
    events = {name: values[order] for name, values in columns.items()}
    case = events["id"]
    begins = _begins(case)
    first, number = np.flatnonzero(begins), np.cumsum(begins) - 1
    whole: Columns = {}
    for name, values in events.items():
        whole[name] = _last_known(values, number, first)
    whole["id"] = case[first]
    whole["arrival"] = np.where(
        whole["arrival"] < NEVER if "arrival" in whole else np.zeros(first.size, np.bool_),
        whole.get("arrival", events["time"][first]),
        events["time"][first],
    )
    early = events["time"] < whole["arrival"][number]
    assembly.tally.note(REPAIRED, "event_early", "", int(np.count_nonzero(early)))
    events["time"] = np.maximum(events["time"], whole["arrival"][number])
    requests = Assembly(assembly.profile, whole, assembly.names, assembly.tally)
    return requests, _Events(events, number, first, assembly)


def _last_known(values: Values, number: IntArray, first: IntArray) -> Values:
    if values.dtype == np.bool_:
        return values[first]
    if values.dtype.kind == "f":
        known, none = ~np.isnan(values), np.nan
    elif np.any(values == NEVER):
        known, none = values != NEVER, NEVER
    else:
        known, none = values != UNKNOWN, UNKNOWN
    picked = np.full(first.size, none, values.dtype)
    picked[number[known]] = values[known]  # the last of several
    return picked


class _Events:
    """Events by request and time, and what can be told from their order."""

    def __init__(self, columns: Columns, number: IntArray, first: IntArray, assembly: Assembly) -> None:
        self.columns = columns
        self.number = number
        self.first = first
        self.time = columns["time"]
        self._words = [*assembly.names["activity"].number]
        self._table = assembly.profile.events
        self.count = first.size

    def are(self, activities: tuple[str, ...]) -> BoolArray:
        """Whether each event is one of some activities."""
        chosen = np.array([word in activities for word in self._words], np.bool_)
        return np.asarray(chosen[self.columns["activity"]])

    def last(self, among: BoolArray) -> IntArray:
        """Time of the last of some events of each request, NEVER without any."""
        picked = np.full(self.count, NEVER, np.int64)
        picked[self.number[among]] = self.time[among]
        return picked

    def first_of(self, among: BoolArray) -> IntArray:
        """Time of the first of some events of each request, NEVER without any."""
        picked = np.full(self.count, NEVER, np.int64)
        rows = np.flatnonzero(among)[::-1]
        picked[self.number[rows]] = self.time[rows]
        return picked

    @property
    def replies(self) -> BoolArray:
        return self.are(self._table.replied)

    @property
    def closings(self) -> BoolArray:
        return self.are(self._table.closed)

    def reopened(self) -> IntArray:
        """How often work goes on after a reply."""
        replies, done = self.replies, self.replies | self.closings
        again = replies[:-1] & ~done[1:] & (self.number[1:] == self.number[:-1])
        return np.bincount(self.number[:-1][again], minlength=self.count).astype(np.int64)

    def waiting(self) -> IntArray:
        """Ticks in which a request waited for somebody outside, from such an event to the next."""
        waits = self.are(self._table.waiting)[:-1] & (self.number[1:] == self.number[:-1])
        length = (self.time[1:] - self.time[:-1])[waits]
        total = np.zeros(self.count, np.int64)
        np.add.at(total, self.number[:-1][waits], length)
        return total

    def spells(self, holder: IntArray) -> tuple[IntArray, IntArray]:
        """Number of the request and first event of each spell in which one unit had it."""
        known = np.flatnonzero(holder >= 0)
        rows = known[_begins(holder[known]) | _begins(self.number[known])]
        return self.number[rows], rows


def assemble(assembly: Assembly) -> tuple[Assembly, Draft]:
    """Tickets of an event log, with a dispatch and a visit at the unit for each spell there."""
    requests, events = by_request(assembly)
    columns, mapped = requests.columns, assembly.profile.columns
    replied, closed, filled = _ends(requests, events)
    holder_name = "unit" if "unit" in mapped else "agent"
    units, holder = (
        assembly.names[holder_name].ranked(events.columns[holder_name])
        if holder_name in mapped
        else ((), None)
    )
    sources, source = requests.names_of("source", "request")
    unit = np.full(events.count, UNKNOWN, np.int64)
    visits = visit_rows(0)
    handovers = np.zeros(events.count, np.int64)
    if holder is not None:
        unit = _last_known(holder, events.number, events.first)
        visits, handovers, signed = _visits(events, holder, replied)
        columns.setdefault("dispatched", signed)
        columns.setdefault("signed", signed)
    reopened = events.reopened()
    columns.setdefault("reassignments", handovers.astype(np.float64))
    columns.setdefault("reopened", reopened.astype(np.float64))
    tickets = common_tickets(requests, source, unit) | {"replied": replied, "closed": closed}
    extra: Columns = {"handovers": handovers, "events": np.bincount(events.number, minlength=events.count)}
    if "replied" in mapped:
        extra["reply_filled"] = filled.astype(np.int8)
    if assembly.profile.events.waiting:
        extra["waiting"] = events.waiting()
    draft = Draft(
        tickets,
        visits,
        sources=sources,
        live=tuple(name in assembly.profile.live for name in sources),
        unknown=_unknown(requests, with_holder=holder is not None),
        units=units,
        stations=units,
        desk_stations=tuple(range(len(units))),
        extra=extra,
    )
    return requests, draft


def _unknown(requests: Assembly, *, with_holder: bool) -> tuple[str, ...]:
    """Facts that neither the columns nor the order of the events tell."""
    table = requests.profile.events
    told = {"returns", "dispatch", "sign", "units"} if with_holder else set()
    if table.replied:
        told.add("redos")
    if table.replied or table.closed:
        told.add("reply")
    return tuple(fact for fact in unknown_facts(requests) if fact not in told)


def _begins(request: IntArray) -> BoolArray:
    """Whether each row is the first of its request."""
    return np.append(True, request[1:] != request[:-1])[: request.size]


def _ends(requests: Assembly, events: _Events) -> tuple[IntArray, IntArray, BoolArray]:
    """Reply and closing of each request, and whether the reply was missing in its column."""
    none = np.full(events.count, NEVER, np.int64)
    columns = requests.columns
    closed = columns.get("closed", none)
    closed = np.where(closed < NEVER, closed, events.last(events.closings))
    given = columns.get("replied", none)
    by_event = events.first_of(events.replies)
    filled = (given == NEVER) & (by_event < NEVER)
    replied = np.where(filled, by_event, given)
    at_closing = (replied == NEVER) & (closed < NEVER)
    replied = np.where(at_closing, closed, replied)
    if "replied" in columns:
        requests.tally.note(REPAIRED, "reply_from_event", "", int(np.count_nonzero(filled)))
    if "replied" in columns or events.replies.any():
        requests.tally.note(REPAIRED, "reply_from_closing", "", int(np.count_nonzero(at_closing)))
    replied = np.where(replied < columns["arrival"], columns["arrival"], replied)
    closed = np.where((closed < NEVER) & (replied < NEVER), np.maximum(closed, replied), closed)
    return replied, closed, filled | at_closing


def _visits(events: _Events, holder: IntArray, replied: IntArray) -> tuple[Columns, IntArray, IntArray]:
    """Visits of all spells up to the reply, how often requests changed hands, and when the first had it."""
    request, rows = events.spells(holder)
    start = events.time[rows]
    first_held = np.full(events.count, NEVER, np.int64)
    first_held[request[::-1]] = start[::-1]
    # What somebody does with the reply or after it, such as closing the file, is no work on the request.
    counts = (start < replied[request]) | _begins(request)
    request, rows, start = request[counts], rows[counts], start[counts]
    begins = _begins(request)
    follows = np.append(~begins[1:], False)[: request.size]
    handovers = np.bincount(request[follows], minlength=events.count).astype(np.int64)
    end = np.maximum(replied[request], start)
    end[follows] = start[1:][follows[:-1]]
    unit = holder[rows]
    place = np.arange(request.size)
    attempt = place - place[begins][np.cumsum(begins) - 1]
    common = {"ticket": request, "unit": unit, "attempt": attempt}
    handling = visit_rows(
        request.size,
        stage=Stage.HANDLING,
        station=unit,
        ready=start,
        start=start,
        end=end,
        outcome=np.where(follows, Outcome.RETURNED, np.where(end < NEVER, Outcome.REPLIED, Outcome.OPEN)),
        **common,
    )
    dispatch = visit_rows(
        request.size,
        stage=Stage.DISPATCH,
        station=UNSTAFFED,
        ready=start,
        start=start,
        end=start,
        outcome=Outcome.DISPATCHED,
        **common,
    )
    return joined_visits(dispatch, handling), handovers, first_held
