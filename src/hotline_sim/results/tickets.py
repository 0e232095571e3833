"""Tickets derived from visits: one row for each contact, with the instants that KPIs ask for.

The visits come from an engine through :func:`hotline_sim.results.log.build_log`; the columns are described
in :mod:`~hotline_sim.results.schema`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from hotline_sim.clock.ticks import NEVER
from hotline_sim.network.codes import BESIDE, SATISFIED_BIT, SOLVED_BIT, UNKNOWN, Outcome, Stage
from hotline_sim.network.limits import escalation_tick
from hotline_sim.network.two_level import LEVELS, handlers_below, levels
from hotline_sim.results.lateness import lateness
from hotline_sim.results.schema import TICKET_COLUMNS, TicketOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network

Columns: TypeAlias = "Mapping[str, np.ndarray[Any, Any]]"

_OUTCOMES = {
    Outcome.ABANDONED: TicketOutcome.ABANDONED,
    Outcome.BLOCKED: TicketOutcome.ABANDONED,
    Outcome.INVALID: TicketOutcome.INVALID,
    Outcome.DIRECT: TicketOutcome.DIRECT,
    Outcome.THIRD_PARTY: TicketOutcome.DIRECT,
    Outcome.RECORDED: TicketOutcome.TICKET,
}


def derive_tickets(visits: Columns, draws: Draws, network: Network) -> dict[str, np.ndarray[Any, Any]]:
    """Table of tickets from sorted visits.

    Parameters
    ----------
    visits : dict of str to array
        Columns of VISIT_COLUMNS in the order of the log.
    draws : Draws
        Says who the tickets are.
    network : Network
        Gives the calendar of working time and the number of calls back.

    Returns
    -------
    dict of str to array
        Columns of TICKET_COLUMNS; row ``i`` is ticket ``i``.
    """
    rows = _Rows(visits, len(draws.arrival))
    derived: dict[str, IntArray] = {
        "ticket": np.arange(rows.count, dtype=np.int64),
        "source": draws.source,
        "category": draws.category,
        "request_class": draws.request_class,
        # A scenario may have no areas; then there is no name that a number could stand for.
        "area": draws.area if network.names.areas else np.full(rows.count, -1, np.int64),
        "urgent": draws.urgent,
        "arrival": draws.arrival,
    }
    derived |= _intake(rows)
    derived |= _handling(rows, derived, network)
    derived |= _callback(rows)
    derived |= _enterprises(derived, draws, network)
    derived["handlers"] = rows.number((rows.stage == Stage.HANDLING) & (rows.visits["attempt"] == 0))
    at_counter = rows.number(rows.stage == Stage.COUNTER) > 0
    derived |= lateness(derived, _dispatches(rows), at_counter, draws, network)
    if network.tables.opened.number:
        _open_before(rows, derived, draws, network)
    derived["level"] = levels(network.tables, draws, derived["unit"])
    if network.tables.local.on:
        # What a centre has yet to pass on has no visits of those who are going to handle it.
        at_centre = (derived["level"] > 0) & (derived["signed"] < NEVER) & (derived["handlers"] == 0)
        at_centre &= derived["level"] != 1 + LEVELS.index("village")
        derived["handlers"][at_centre] = handlers_below(network.tables, draws)[: rows.count][at_centre]
    derived["closed"] = _closed(rows, derived, int(network.tables.most_tries))
    return {name: derived[name].astype(column.dtype) for name, column in TICKET_COLUMNS.items()}


class _Rows:
    """Picks one value for each ticket from its visits.

    Visits of a ticket stand in the order in which they became ready. Those of one stage follow one another,
    so first and last are the first and last that happened; but where units handle a ticket together, the work
    of the lead unit and of its co-handlers overlaps, and it may end, or have its deadline moved, in another
    order than it began. NumPy gives a repeated index the last of its values.
    """

    def __init__(self, visits: Columns, count: int) -> None:
        self.visits = visits
        self.count = count
        self.stage = visits["stage"]
        self.outcome = visits["outcome"]

    def having(self, *outcomes: Outcome) -> BoolArray:
        found = np.zeros(self.outcome.shape, np.bool_)
        for outcome in outcomes:
            found |= self.outcome == outcome
        return found

    def last(self, column: str, among: BoolArray, none: int) -> IntArray:
        return self._pick(column, np.flatnonzero(among), none)

    def first(self, column: str, among: BoolArray, none: int) -> IntArray:
        return self._pick(column, np.flatnonzero(among)[::-1], none)

    def largest(self, column: str, among: BoolArray, none: int) -> IntArray:
        index = np.flatnonzero(among)
        largest = np.full(self.count, np.iinfo(np.int64).min, np.int64)
        np.maximum.at(largest, self.visits["ticket"][index], self.visits[column][index])
        return np.where(largest == np.iinfo(np.int64).min, none, largest)

    def number(self, among: BoolArray) -> IntArray:
        return np.bincount(self.visits["ticket"][among], minlength=self.count).astype(np.int64)

    def _pick(self, column: str, index: IntArray, none: int) -> IntArray:
        picked = np.full(self.count, none, np.int64)
        picked[self.visits["ticket"][index]] = self.visits[column][index]
        return picked


def _intake(rows: _Rows) -> dict[str, IntArray]:
    intake = rows.stage == Stage.INTAKE
    served = intake & (rows.visits["start"] < NEVER)
    codes = np.full(len(Outcome), TicketOutcome.OPEN, np.int64)
    for visit_outcome, ticket_outcome in _OUTCOMES.items():
        codes[visit_outcome] = ticket_outcome
    return {
        "redials": rows.last("attempt", intake, 0),
        "answered": rows.last("start", served, NEVER),
        "outcome": np.where(
            rows.number(rows.stage == Stage.DISPUTE) > 0,
            TicketOutcome.DISPUTE,
            codes[rows.last("outcome", intake, Outcome.OPEN)],
        ),
        "recorded": rows.last("end", intake & rows.having(Outcome.RECORDED), NEVER),
    }


def _handling(rows: _Rows, intake: Mapping[str, IntArray], network: Network) -> dict[str, IntArray]:
    visits = rows.visits
    replies = rows.having(Outcome.REPLIED)
    dispatched = rows.first("end", rows.having(Outcome.DISPATCHED, Outcome.AUTOMATIC), NEVER)
    replied = rows.first("end", replies, NEVER)
    due = rows.first("due", replies, NEVER)
    # Before the first reply, the deadline is the latest one set: it may have started afresh after a return,
    # or been moved for one of several handlers and not yet for another whose part was over.
    # What goes on beside it, such as rectifying a bad rating, has a limit of its own.
    stated = (visits["due"] < NEVER) & ~np.isin(rows.stage, BESIDE)
    due = np.where(replied < NEVER, due, rows.largest("due", stated, NEVER))

    handling = np.full(rows.count, NEVER, np.int64)
    known = np.flatnonzero((dispatched < NEVER) & (replied < NEVER))
    handling[known] = network.calendar.worked(dispatched[known], replied[known])

    direct = intake["outcome"] == TicketOutcome.DIRECT
    answers = rows.having(Outcome.DIRECT, Outcome.THIRD_PARTY)
    talk_end = rows.last("end", answers, 0) - rows.last("after_call", answers, 0)
    return {
        "dispatched": dispatched,
        "signed": rows.last("end", rows.having(Outcome.SIGNED), NEVER),
        "unit": rows.last("unit", rows.stage == Stage.SIGN, UNKNOWN),
        "due": due,
        "replied": np.where(direct, talk_end, replied),
        "handling": handling,
        "returns": rows.number(rows.having(Outcome.RETURNED)),
        "redos": rows.number(rows.having(Outcome.REDO, Outcome.REOPENED)),
    }


def _callback(rows: _Rows) -> dict[str, IntArray]:
    calls = rows.number(rows.having(Outcome.UNREACHED, Outcome.CONFIRMED, Outcome.REDO))
    reached = rows.number(rows.having(Outcome.CONFIRMED, Outcome.REDO)) > 0
    opinion = rows.last("opinion", rows.visits["opinion"] != UNKNOWN, UNKNOWN)
    known = opinion != UNKNOWN
    return {
        "calls": calls,
        "reached": np.where(calls > 0, reached, UNKNOWN),
        "solved": np.where(known, (opinion & SOLVED_BIT) != 0, UNKNOWN),
        "satisfied": np.where(known, (opinion & SATISFIED_BIT) != 0, UNKNOWN),
    }


def _dispatches(rows: _Rows) -> tuple[IntArray, IntArray]:
    """End of the first dispatch, and of the last one after a return; NEVER if there is none."""
    dispatched = rows.having(Outcome.DISPATCHED, Outcome.AUTOMATIC)
    again = rows.visits["attempt"] > 0
    return rows.last("end", dispatched & ~again, NEVER), rows.last("end", dispatched & again, NEVER)


def _enterprises(tickets: Mapping[str, IntArray], draws: Draws, network: Network) -> dict[str, IntArray]:
    tables, replied = network.tables, tickets["replied"]
    escalated = np.full(replied.shape, NEVER, np.int64)
    if not tables.enterprises.on:
        return {"enterprise": np.zeros(replied.shape, np.int64), "escalated": escalated}
    enterprise = np.asarray(draws.enterprise[0][: replied.size])
    if tables.enterprises.escalates:
        due = tickets["due"]
        late = (enterprise == 1) & (tickets["urgent"] != 1) & (due < np.minimum(replied, tables.horizon))
        for ticket in np.flatnonzero(late):
            tick = escalation_tick(tables, int(due[ticket]))
            if tick < min(replied[ticket], tables.horizon):
                escalated[ticket] = tick
    return {"enterprise": enterprise, "escalated": escalated}


def _open_before(rows: _Rows, derived: dict[str, IntArray], draws: Draws, network: Network) -> None:
    """What is known of tickets that were open before the run, and have no visits from that time."""
    opened = network.tables.opened
    tickets = np.flatnonzero(np.asarray(draws.opened)[0, : rows.count])
    number = np.asarray(draws.opened)[0, tickets] - 1
    arrival = derived["arrival"] = np.array(derived["arrival"], np.int64)
    arrival[tickets] = opened.arrival[number]
    derived["outcome"][tickets] = TicketOutcome.TICKET
    derived["recorded"][tickets] = opened.arrival[number]
    derived["unit"][tickets] = np.where(
        derived["unit"][tickets] == UNKNOWN, opened.unit[number], derived["unit"][tickets]
    )


def _closed(rows: _Rows, tickets: Mapping[str, IntArray], most_tries: int) -> IntArray:
    outcome = tickets["outcome"]
    finished = (outcome != TicketOutcome.OPEN) & (
        (outcome != TicketOutcome.TICKET) | (tickets["replied"] < NEVER)
    )
    # What comes next may lie beyond the horizon and then has no row: another call, or work done again.
    callback = rows.stage == Stage.CALLBACK
    calls_again = (rows.last("outcome", callback, Outcome.OPEN) == Outcome.UNREACHED) & (
        rows.last("attempt", callback, 0) + 1 < most_tries
    )
    worked = (rows.stage == Stage.HANDLING) | (rows.stage == Stage.COUNTER)
    redone = rows.last("attempt", worked, 0)
    # What citizens do beside the ticket's own life neither closes it nor keeps it open.
    own = ~np.isin(rows.stage, BESIDE)
    is_open = rows.number(rows.having(Outcome.OPEN) & own) > 0
    pending = is_open | calls_again | (tickets["redos"] > redone)

    closed = np.full(rows.count, NEVER, np.int64)
    ticket, end = rows.visits["ticket"][own], rows.visits["end"][own]
    if ticket.size:
        begins = np.flatnonzero(np.append(True, ticket[1:] != ticket[:-1]))
        closed[ticket[begins]] = np.maximum.reduceat(end, begins)
    closed[~finished | pending] = NEVER
    return closed
