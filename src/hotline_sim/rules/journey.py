"""What follows what in a ticket's life: intake, dispatch, receipt, handling, reply, call-back, redo.

Two functions are called by the engines: :func:`first_visit` and :func:`next_visit`. A visit that ends
says how it ended (an Outcome) and which visit comes next; the stage END closes the life.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.network.codes import (
    SATISFIED_BIT,
    SOLVED_BIT,
    UNKNOWN,
    UNSTAFFED,
    ClockStart,
    Outcome,
    Stage,
)
from hotline_sim.network.limits import due_after
from hotline_sim.rules.backlog import is_opened, opened_visit
from hotline_sim.rules.cohandling import co_handlers, co_unit, lead_unit
from hotline_sim.rules.deadlines import REDO_LIMIT, effort_start, reply_limit
from hotline_sim.rules.enterprise import intake_station
from hotline_sim.rules.intake import is_direct, is_invalid, is_three_party
from hotline_sim.rules.local import after_local_dispatch, handling_station, level_of
from hotline_sim.rules.routing import is_automatic, is_wrong, unit_for
from hotline_sim.rules.service import scaled
from hotline_sim.rules.supervision import settled
from hotline_sim.rules.visit import Visit, at_stage, at_unit

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.ledger import Ledger

# Plain module numbers: compiled code reads them as constants.
INTAKE = int(Stage.INTAKE)
DISPATCH = int(Stage.DISPATCH)
SIGN = int(Stage.SIGN)
HANDLING = int(Stage.HANDLING)
FIELD = int(Stage.FIELD)
CALLBACK = int(Stage.CALLBACK)
END = int(Stage.END)
LOCAL_DISPATCH = int(Stage.LOCAL_DISPATCH)
LOCAL_SIGN = int(Stage.LOCAL_SIGN)
_REDIAL = int(Outcome.REDIAL)
_ABANDONED = int(Outcome.ABANDONED)
_INVALID = int(Outcome.INVALID)
_DIRECT = int(Outcome.DIRECT)
_RECORDED = int(Outcome.RECORDED)
_DISPATCHED = int(Outcome.DISPATCHED)
_SIGNED = int(Outcome.SIGNED)
_RETURNED = int(Outcome.RETURNED)
_HANDLED = int(Outcome.HANDLED)
_REPLIED = int(Outcome.REPLIED)
_UNREACHED = int(Outcome.UNREACHED)
_CONFIRMED = int(Outcome.CONFIRMED)
_REDO = int(Outcome.REDO)
_JOINED = int(Outcome.JOINED)
_SIGNED_LOCALLY = int(Outcome.SIGNED_LOCALLY)
_AUTOMATIC = int(Outcome.AUTOMATIC)
_THIRD_PARTY = int(Outcome.THIRD_PARTY)
_FROM_ARRIVAL = int(ClockStart.ARRIVAL)
_FROM_DISPATCH = int(ClockStart.DISPATCH)
_FROM_SIGN = int(ClockStart.SIGN)


@compiled
def first_visit(tables: Tables, draws: Draws, ticket: int) -> Visit:
    """Intake of a request, at its arrival; or what an open ticket enters with."""
    if is_opened(tables, draws, ticket):
        return opened_visit(tables, draws, ticket)
    return _intake(tables, draws, ticket, 0, draws.arrival[ticket])


@compiled
def next_visit(
    tables: Tables, draws: Draws, ledger: Ledger, visit: Visit, served: bool, end: int
) -> tuple[int, Visit]:
    """How a visit ended, and what follows.

    Parameters
    ----------
    tables : Tables
        Of the network.
    draws : Draws
        Of the replication.
    ledger : Ledger
        Facts so far; changed.
    visit : Visit
        That has just ended, as :func:`~hotline_sim.rules.supervision.settled` left it.
    served : bool
        False if it left the queue unserved.
    end : int
        Tick.

    Returns
    -------
    outcome : int
        An Outcome.
    visit : Visit
        The next one; its stage is END if there is none.
    """
    stage = visit.stage
    if stage == INTAKE:
        if not served:
            return _after_abandonment(tables, draws, visit, end)
        return _after_intake(tables, draws, visit, end)
    if stage == DISPATCH:
        return _after_dispatch(tables, draws, visit, end)
    if stage == SIGN:
        return _after_sign(tables, draws, ledger, visit, end)
    if stage == HANDLING:
        return _HANDLED, _field(visit, end)
    if stage == FIELD:
        return _after_field(tables, draws, ledger, visit, end)
    if stage == LOCAL_DISPATCH:
        return after_local_dispatch(tables, draws, visit, end)
    if stage == LOCAL_SIGN:
        handling = _handling(tables, draws, visit, 0, end, visit.due, visit.effort_from)
        return _SIGNED_LOCALLY, settled(tables, draws, handling, end)
    return _after_callback(tables, draws, visit, end)


@compiled
def visits_beside(tables: Tables, draws: Draws, visit: Visit, outcome: int) -> int:
    """How many visits begin beside the next one, now that a visit ended so."""
    if outcome == _SIGNED and level_of(tables, draws, visit.ticket, visit.unit) > 0:
        return 0  # they begin with those to whom the unit passes the ticket on
    if outcome in (_SIGNED, _SIGNED_LOCALLY):
        return co_handlers(tables, draws, visit.ticket)
    return 0


@compiled
def visit_beside(tables: Tables, draws: Draws, following: Visit, which: int) -> Visit:
    """One of these visits, counted from 0: a co-handler's part, which begins with the lead unit's."""
    unit = co_unit(tables, draws, following.ticket, following.unit, which)
    return at_unit(following, tables.desk_station[unit], unit, 1 + which)


@compiled
def _intake(tables: Tables, draws: Draws, ticket: int, attempt: int, ready: int) -> Visit:
    return Visit(
        ticket,
        INTAKE,
        intake_station(tables, draws, ticket),
        attempt,
        ready,
        UNKNOWN,
        NEVER,
        NEVER,
        0,
        0,
        UNKNOWN,
        0,
        0,
    )


@compiled
def _after_abandonment(tables: Tables, draws: Draws, visit: Visit, end: int) -> tuple[int, Visit]:
    attempt, ticket = visit.attempt, visit.ticket
    window = redial_window(tables, end)
    if attempt < tables.redial_most[window] and draws.redial[attempt, ticket] < tables.redial[window]:
        ready = end + scaled(tables, draws.redial_delay[attempt, ticket], tables.redial_speed[window])
        return _REDIAL, _intake(tables, draws, ticket, attempt + 1, ready)
    return _ABANDONED, _end(visit, end, visit.opinion)


@compiled
def redial_window(tables: Tables, tick: int) -> int:
    """Window of redial habits that holds at a tick."""
    window = 0
    while window + 1 < tables.windows and tables.redial_from[window + 1] <= tick:
        window += 1
    return window


@compiled
def _after_intake(tables: Tables, draws: Draws, visit: Visit, end: int) -> tuple[int, Visit]:
    ticket = visit.ticket
    if is_invalid(tables, draws, ticket):
        return _INVALID, _end(visit, end, visit.opinion)
    if is_direct(tables, draws, ticket):
        return _DIRECT, _end(visit, end, visit.opinion)
    if is_three_party(tables, draws, visit):
        return _THIRD_PARTY, _end(visit, end, visit.opinion)
    due, effort = NEVER, NEVER
    if tables.clock_start == _FROM_ARRIVAL:
        limit = reply_limit(tables, draws, ticket)
        due = due_after(tables, limit, draws.arrival[ticket])
        effort = effort_start(tables, limit, draws.arrival[ticket], due)
    return _RECORDED, _dispatch(tables, draws, ticket, 0, end, due, effort)


@compiled
def _dispatch(
    tables: Tables, draws: Draws, ticket: int, dispatches: int, ready: int, due: int, effort: int
) -> Visit:
    automatic = is_automatic(tables, draws, ticket, dispatches)
    return Visit(
        ticket,
        DISPATCH,
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
def _after_dispatch(tables: Tables, draws: Draws, visit: Visit, end: int) -> tuple[int, Visit]:
    ticket, dispatches = visit.ticket, visit.dispatches
    unit = unit_for(tables, draws, ticket, dispatches, end)
    due, effort = visit.due, visit.effort_from
    if (dispatches == 0 and tables.clock_start == _FROM_DISPATCH) or (
        dispatches > 0 and tables.clock_restarts == 1 and tables.clock_start != _FROM_SIGN
    ):
        limit = reply_limit(tables, draws, ticket)
        due = due_after(tables, limit, end)
        effort = effort_start(tables, limit, end, due)
    outcome = _AUTOMATIC if is_automatic(tables, draws, ticket, dispatches) else _DISPATCHED
    return outcome, Visit(
        ticket,
        SIGN,
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
def _after_sign(tables: Tables, draws: Draws, ledger: Ledger, visit: Visit, end: int) -> tuple[int, Visit]:
    ticket = visit.ticket
    if is_wrong(tables, draws, visit):
        again = visit.dispatches + 1
        return _RETURNED, _dispatch(tables, draws, ticket, again, end, visit.due, visit.effort_from)
    due, effort = visit.due, visit.effort_from
    if tables.clock_start == _FROM_SIGN:
        limit = reply_limit(tables, draws, ticket)
        due = due_after(tables, limit, end)
        effort = effort_start(tables, limit, end, due)
    others = co_handlers(tables, draws, ticket)
    if others > 0:
        ledger.parts[ticket] = 1 + others
    if level_of(tables, draws, ticket, visit.unit) > 0:
        centre = int(tables.local.centre[visit.unit])
        return _SIGNED, at_stage(visit, LOCAL_DISPATCH, centre, end, due, effort)
    handling = _handling(tables, draws, visit, 0, end, due, effort)
    return _SIGNED, settled(tables, draws, handling, end)


@compiled
def _handling(
    tables: Tables, draws: Draws, visit: Visit, redos: int, ready: int, due: int, effort: int
) -> Visit:
    ticket, unit = visit.ticket, visit.unit
    station = handling_station(tables, draws, ticket, unit)
    return Visit(
        ticket,
        HANDLING,
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
def _field(visit: Visit, end: int) -> Visit:
    return Visit(
        visit.ticket,
        FIELD,
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


@compiled
def _after_field(tables: Tables, draws: Draws, ledger: Ledger, visit: Visit, end: int) -> tuple[int, Visit]:
    ticket, redos = visit.ticket, visit.redos
    if tables.together.most > 0 and ledger.parts[ticket] > 0:
        ledger.parts[ticket] -= 1
        if ledger.parts[ticket] > 0:
            return _JOINED, _end(visit, end, visit.opinion)
        # The reply is the lead unit's, whoever was last.
        visit = at_unit(visit, UNSTAFFED, lead_unit(tables, draws, visit), 0)
    late = end > visit.due
    solved = draws.solved[redos, ticket] < (tables.solved_when_late if late else tables.solved)
    satisfied = tables.satisfied_if_solved if solved else tables.satisfied_if_unsolved
    if late:
        satisfied = satisfied * tables.late_factor
    opinion = SOLVED_BIT if solved else 0
    if draws.satisfied[redos, ticket] < satisfied:
        opinion += SATISFIED_BIT
    if tables.callback_station == UNSTAFFED or draws.called[redos, ticket] >= tables.callback_share:
        return _REPLIED, _end(visit, end, opinion)
    return _REPLIED, _callback(tables, visit, 0, end, opinion)


@compiled
def _callback(tables: Tables, visit: Visit, tries: int, ready: int, opinion: int) -> Visit:
    return Visit(
        visit.ticket,
        CALLBACK,
        tables.callback_station,
        tries,
        ready,
        visit.unit,
        visit.due,
        visit.effort_from,
        visit.dispatches,
        visit.redos,
        opinion,
        visit.extended,
        0,
    )


@compiled
def _after_callback(tables: Tables, draws: Draws, visit: Visit, end: int) -> tuple[int, Visit]:
    ticket, redos = visit.ticket, visit.redos
    if draws.reached[redos, ticket] >= tables.reached_by[visit.attempt]:
        if visit.attempt + 1 < tables.most_tries:
            again = end + tables.retry_after
            return _UNREACHED, _callback(tables, visit, visit.attempt + 1, again, visit.opinion)
        return _UNREACHED, _end(visit, end, visit.opinion)
    dissatisfied = visit.opinion < SATISFIED_BIT
    if dissatisfied and redos < tables.most_redos and draws.redo[redos, ticket] < tables.redo:
        due = due_after(tables, REDO_LIMIT, end)
        effort = effort_start(tables, REDO_LIMIT, end, due)
        return _REDO, _handling(tables, draws, visit, redos + 1, end, due, effort)
    return _CONFIRMED, _end(visit, end, visit.opinion)


@compiled
def _end(visit: Visit, end: int, opinion: int) -> Visit:
    return Visit(
        visit.ticket,
        END,
        UNSTAFFED,
        visit.attempt,
        end,
        visit.unit,
        visit.due,
        visit.effort_from,
        visit.dispatches,
        visit.redos,
        opinion,
        visit.extended,
        visit.thread,
    )
