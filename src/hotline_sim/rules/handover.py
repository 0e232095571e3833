"""From the record of a ticket to work on it: dispatch, receipt, return, handling.

What follows the work is in ``reply.py``, what goes on at intake in ``journey.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.network.codes import UNKNOWN, UNSTAFFED, ClockStart, Outcome, Stage
from hotline_sim.network.limits import due_after, reply_limit
from hotline_sim.rules.cohandling import co_handlers
from hotline_sim.rules.deadlines import effort_start
from hotline_sim.rules.hard_cases import is_hard, taken_up
from hotline_sim.rules.local import handling_station, level_of
from hotline_sim.rules.mediation import is_diverted, to_mediators
from hotline_sim.rules.routing import is_automatic, is_wrong, unit_for
from hotline_sim.rules.supervision import settled
from hotline_sim.rules.visit import Visit, at_stage, with_more_time

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.ledger import Ledger

# Plain module numbers: compiled code reads them as constants.
_DISPATCH = int(Stage.DISPATCH)
_SIGN = int(Stage.SIGN)
_HANDLING = int(Stage.HANDLING)
_FIELD = int(Stage.FIELD)
_LOCAL_DISPATCH = int(Stage.LOCAL_DISPATCH)
_DISPATCHED = int(Outcome.DISPATCHED)
_AUTOMATIC = int(Outcome.AUTOMATIC)
_SIGNED = int(Outcome.SIGNED)
_RETURNED = int(Outcome.RETURNED)
_SIGNED_LOCALLY = int(Outcome.SIGNED_LOCALLY)
_FROM_DISPATCH = int(ClockStart.DISPATCH)
_FROM_SIGN = int(ClockStart.SIGN)


@compiled
def at_dispatch(
    tables: Tables, draws: Draws, ticket: int, dispatches: int, ready: int, due: int, effort: int
) -> Visit:
    """Give a dispatch, at the desk or by a system."""
    automatic = is_automatic(tables, draws, ticket, dispatches)
    return Visit(
        ticket,
        _DISPATCH,
        UNSTAFFED if automatic else tables.dispatch_station,
        dispatches,
        ready,
        UNKNOWN,
        due,
        effort,
        dispatches,
        0,
        UNKNOWN,
        0,
        0,
    )


@compiled
def after_dispatch(tables: Tables, draws: Draws, visit: Visit, end: int) -> tuple[int, Visit]:
    """How a dispatch ended, and what follows: the unit signs for the ticket."""
    ticket, dispatches = visit.ticket, visit.dispatches
    unit = unit_for(tables, draws, ticket, dispatches, end)
    due, effort = visit.due, visit.effort_from
    # A deadline that a ticket brings along from before the run goes on.
    if (dispatches == 0 and tables.clock_start == _FROM_DISPATCH and due == NEVER) or (
        dispatches > 0 and tables.clock_restarts == 1 and tables.clock_start != _FROM_SIGN
    ):
        limit = reply_limit(tables, draws, ticket)
        due = due_after(tables, limit, end)
        effort = effort_start(tables, limit, end, due)
    outcome = _AUTOMATIC if is_automatic(tables, draws, ticket, dispatches) else _DISPATCHED
    return outcome, Visit(
        ticket,
        _SIGN,
        UNSTAFFED,
        dispatches,
        end,
        unit,
        due,
        effort,
        dispatches,
        0,
        UNKNOWN,
        0,
        0,
    )


@compiled
def after_sign(tables: Tables, draws: Draws, ledger: Ledger, visit: Visit, end: int) -> tuple[int, Visit]:
    """How a receipt ended, and what follows: work on the ticket, or another dispatch."""
    ticket = visit.ticket
    if is_wrong(tables, draws, visit):
        again = visit.dispatches + 1
        return _RETURNED, at_dispatch(tables, draws, ticket, again, end, visit.due, visit.effort_from)
    due, effort = visit.due, visit.effort_from
    if tables.clock_start == _FROM_SIGN:
        limit = reply_limit(tables, draws, ticket)
        due = due_after(tables, limit, end)
        effort = effort_start(tables, limit, end, due)
    if is_hard(tables, draws, ticket):
        return _SIGNED, taken_up(tables, draws, with_more_time(visit, due, NEVER), 0, end)
    if is_diverted(tables, draws, ticket):
        return _SIGNED, to_mediators(tables, draws, visit, due, end)
    others = co_handlers(tables, draws, ticket)
    if others > 0:
        ledger.parts[ticket] = 1 + others
    if level_of(tables, draws, ticket, visit.unit) > 0:
        centre = int(tables.local.centre[visit.unit])
        return _SIGNED, at_stage(visit, _LOCAL_DISPATCH, centre, end, due, effort)
    handling = handled_by(tables, draws, visit, 0, end, due, effort)
    return _SIGNED, settled(tables, draws, handling, end)


@compiled
def after_local_sign(tables: Tables, draws: Draws, visit: Visit, end: int) -> tuple[int, Visit]:
    """What follows when an office or a township has signed in its turn: work on the ticket."""
    handling = handled_by(tables, draws, visit, 0, end, visit.due, visit.effort_from)
    return _SIGNED_LOCALLY, settled(tables, draws, handling, end)


@compiled
def handled_by(
    tables: Tables, draws: Draws, visit: Visit, redos: int, ready: int, due: int, effort: int
) -> Visit:
    """Give work of the unit that has the ticket."""
    ticket, unit = visit.ticket, visit.unit
    station = handling_station(tables, draws, ticket, unit)
    return Visit(
        ticket,
        _HANDLING,
        station,
        redos,
        ready,
        unit,
        due,
        effort,
        visit.dispatches,
        redos,
        visit.opinion,
        0,
        0,
    )


@compiled
def in_the_field(visit: Visit, end: int) -> Visit:
    """Give field time after work at the desk."""
    return Visit(
        visit.ticket,
        _FIELD,
        UNSTAFFED,
        visit.redos,
        end,
        visit.unit,
        visit.due,
        visit.effort_from,
        visit.dispatches,
        visit.redos,
        visit.opinion,
        visit.extended,
        visit.thread,
    )
