"""What follows what in a ticket's life: intake, dispatch, receipt, handling, reply, call-back, redo.

Two functions are called by the engines: :func:`first_visit` and :func:`next_visit`. A visit that ends
says how it ended (an Outcome) and which visit comes next; the stage END closes the life.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.network.codes import UNKNOWN, ClockStart, Outcome, Stage
from hotline_sim.network.limits import due_after, reply_limit
from hotline_sim.rules.backlog import is_opened
from hotline_sim.rules.calls import intake_station
from hotline_sim.rules.citizens import (
    after_chase,
    after_duplicate,
    after_rating,
    after_rectifying,
    first_chaser,
    is_rated,
    rating_of,
)
from hotline_sim.rules.cohandling import co_handlers, co_unit
from hotline_sim.rules.counter import COUNTER, counter_visit, is_for_counter
from hotline_sim.rules.deadlines import effort_start
from hotline_sim.rules.entering import opened_visit
from hotline_sim.rules.handover import (
    after_dispatch,
    after_local_sign,
    after_sign,
    at_dispatch,
    in_the_field,
)
from hotline_sim.rules.hard_cases import LEADER, MEETING, after_hard_case
from hotline_sim.rules.intake import is_direct, is_invalid, is_three_party
from hotline_sim.rules.local import after_local_dispatch, level_of
from hotline_sim.rules.mediation import (
    DISPUTE,
    MEDIATION,
    PETITION,
    after_dispute,
    after_mediation,
    begins_as_dispute,
    dispute_of,
)
from hotline_sim.rules.reply import after_callback, after_field, after_repeat, after_reply, ended
from hotline_sim.rules.service import scaled
from hotline_sim.rules.visit import Visit, at_unit

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
END = int(Stage.END)
CHASE = int(Stage.CHASE)
RATING = int(Stage.RATING)
REPEAT = int(Stage.REPEAT)
DUPLICATE = int(Stage.DUPLICATE)
LOCAL_DISPATCH = int(Stage.LOCAL_DISPATCH)
LOCAL_SIGN = int(Stage.LOCAL_SIGN)
_REDIAL = int(Outcome.REDIAL)
_ABANDONED = int(Outcome.ABANDONED)
_INVALID = int(Outcome.INVALID)
_DIRECT = int(Outcome.DIRECT)
_RECORDED = int(Outcome.RECORDED)
_SIGNED = int(Outcome.SIGNED)
_SIGNED_LOCALLY = int(Outcome.SIGNED_LOCALLY)
_HANDLED = int(Outcome.HANDLED)
_REPLIED = int(Outcome.REPLIED)
_PETITION = int(Outcome.PETITION)
_BUSY = int(Outcome.BUSY)
_BLOCKED = int(Outcome.BLOCKED)
_THIRD_PARTY = int(Outcome.THIRD_PARTY)
_FROM_ARRIVAL = int(ClockStart.ARRIVAL)


@compiled
def first_visit(tables: Tables, draws: Draws, ticket: int) -> Visit:
    """Intake of a request, at its arrival; or what an open ticket enters with."""
    if is_opened(tables, draws, ticket):
        return opened_visit(tables, draws, ticket)
    if begins_as_dispute(tables, draws, ticket):
        return dispute_of(draws, ticket)
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
    if stage > END:
        return _after_more(tables, draws, ledger, visit, served, end)
    if stage == INTAKE:
        if not served:
            return _after_abandonment(tables, draws, visit, end)
        return _after_intake(tables, draws, visit, end)
    if stage == DISPATCH:
        return after_dispatch(tables, draws, visit, end)
    if stage == SIGN:
        return after_sign(tables, draws, ledger, visit, end)
    if stage == HANDLING:
        return _HANDLED, in_the_field(visit, end)
    if stage == FIELD:
        return after_field(tables, draws, ledger, visit, end)
    return after_callback(tables, draws, visit, end)


@compiled
def _after_more(
    tables: Tables, draws: Draws, ledger: Ledger, visit: Visit, served: bool, end: int
) -> tuple[int, Visit]:
    """How a visit of a further stage ended, and what follows."""
    stage = visit.stage
    if stage == CHASE:
        return after_chase(tables, draws, ledger, visit, served, end)
    if stage == DUPLICATE:
        return after_duplicate(tables, draws, visit, end)
    if stage == RATING:
        return after_rating(tables, draws, visit, end)
    if stage == REPEAT:
        return after_repeat(tables, draws, visit, served, end)
    if stage == LOCAL_DISPATCH:
        return after_local_dispatch(tables, draws, visit, end)
    if stage == LOCAL_SIGN:
        return after_local_sign(tables, draws, visit, end)
    if stage == COUNTER:
        return after_reply(tables, draws, ledger, visit, end)
    if stage in (LEADER, MEETING):
        return after_hard_case(tables, draws, visit, end)
    if stage == DISPUTE:
        return after_dispute(tables, draws, visit, end)
    if stage == MEDIATION:
        return after_mediation(tables, draws, visit, end)
    if stage == PETITION:
        return _PETITION, ended(visit, end, visit.opinion)
    return after_rectifying(visit, end)


@compiled
def visits_beside(tables: Tables, draws: Draws, visit: Visit, outcome: int) -> int:
    """How many visits begin beside the next one, now that a visit ended so."""
    if outcome == _SIGNED and level_of(tables, draws, visit.ticket, visit.unit) > 0:
        return 0  # they begin with those to whom the unit passes the ticket on
    if outcome in (_SIGNED, _SIGNED_LOCALLY):
        return co_handlers(tables, draws, visit.ticket)
    if outcome == _RECORDED:
        return 1 if tables.chase.most > 0 else 0
    if outcome in (_REPLIED, _DIRECT, _THIRD_PARTY):
        return 1 if visit.redos == 0 and is_rated(tables, draws, visit.ticket, outcome != _REPLIED) else 0
    return 0


@compiled
def visit_beside(tables: Tables, draws: Draws, following: Visit, outcome: int, which: int) -> Visit:
    """One of these visits, counted from 0.

    A co-handler's part begins with the lead unit's; the first call about a ticket follows its record, a
    rating the reply.
    """
    if outcome in (_SIGNED, _SIGNED_LOCALLY):
        unit = co_unit(tables, draws, following.ticket, following.unit, which)
        return at_unit(following, tables.desk_station[unit], unit, 1 + which)
    if outcome == _RECORDED:
        return first_chaser(tables, draws, following)
    return rating_of(tables, draws, following)


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
    # Who finds all lines taken leaves on the tick of the call; whoever waits does so for one tick at least.
    blocked = end == visit.ready
    window = redial_window(tables, end)
    if attempt < tables.redial_most[window] and draws.redial[attempt, ticket] < tables.redial[window]:
        ready = end + scaled(tables, draws.redial_delay[attempt, ticket], tables.redial_speed[window])
        return _BUSY if blocked else _REDIAL, _intake(tables, draws, ticket, attempt + 1, ready)
    return _BLOCKED if blocked else _ABANDONED, ended(visit, end, visit.opinion)


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
        return _INVALID, ended(visit, end, visit.opinion)
    if is_direct(tables, draws, ticket):
        return _DIRECT, ended(visit, end, visit.opinion)
    if is_three_party(tables, draws, visit):
        return _THIRD_PARTY, ended(visit, end, visit.opinion)
    if is_for_counter(tables, draws, ticket, end):
        return _RECORDED, counter_visit(tables, ticket, 0, end, end + tables.counter.limit, UNKNOWN)
    due, effort = NEVER, NEVER
    if tables.clock_start == _FROM_ARRIVAL:
        limit = reply_limit(tables, draws, ticket)
        due = due_after(tables, limit, draws.arrival[ticket])
        effort = effort_start(tables, limit, draws.arrival[ticket], due)
    return _RECORDED, at_dispatch(tables, draws, ticket, 0, end, due, effort)
