"""From finished work to the end of a ticket: reply, call-back, work done again, a repeat call.

Work itself is in ``handover.py``; what citizens do of their own accord is in ``citizens.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.compiled import compiled
from hotline_sim.network.codes import SATISFIED_BIT, UNKNOWN, UNSTAFFED, Outcome, Stage
from hotline_sim.network.limits import due_after
from hotline_sim.rules.citizens import calls_again, is_reopened, repeat_call, unserved_repeat
from hotline_sim.rules.cohandling import lead_unit
from hotline_sim.rules.counter import counter_visit
from hotline_sim.rules.deadlines import REDO_LIMIT, effort_start
from hotline_sim.rules.handover import handled_by
from hotline_sim.rules.hard_cases import becomes_hard, taken_up
from hotline_sim.rules.ledger import note_reply
from hotline_sim.rules.mediation import last_step
from hotline_sim.rules.opinions import opinion_of, was_taken
from hotline_sim.rules.visit import Visit, at_unit
from hotline_sim.rules.weekly import note_reply_of_unit

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.ledger import Ledger

# Plain module numbers: compiled code reads them as constants.
_CALLBACK = int(Stage.CALLBACK)
_END = int(Stage.END)
_REPLIED = int(Outcome.REPLIED)
_UNREACHED = int(Outcome.UNREACHED)
_CONFIRMED = int(Outcome.CONFIRMED)
_REDO = int(Outcome.REDO)
_JOINED = int(Outcome.JOINED)
_REOPENED = int(Outcome.REOPENED)
_REPEATED = int(Outcome.REPEATED)


@compiled
def after_field(tables: Tables, draws: Draws, ledger: Ledger, visit: Visit, end: int) -> tuple[int, Visit]:
    """How work ended, and what follows the reply."""
    ticket = visit.ticket
    if tables.together.most > 0 and ledger.parts[ticket] > 0:
        ledger.parts[ticket] -= 1
        if ledger.parts[ticket] > 0:
            return _JOINED, ended(visit, end, visit.opinion)
        # The reply is the lead unit's, whoever was last.
        visit = at_unit(visit, UNSTAFFED, lead_unit(tables, draws, visit), 0)
    return after_reply(tables, draws, ledger, visit, end)


@compiled
def after_reply(tables: Tables, draws: Draws, ledger: Ledger, visit: Visit, end: int) -> tuple[int, Visit]:
    """What the reply is worth, and what follows it."""
    ticket, redos = visit.ticket, visit.redos
    late = end > visit.due
    opinion = opinion_of(tables, draws, visit, late)
    note_reply(tables, ledger, ticket, end)
    note_reply_of_unit(tables, ledger, visit.unit, end, late)
    if redos > tables.most_redos:  # the answer to who was dissatisfied after the last redo
        return _REPLIED, last_step(tables, draws, visit, end, opinion)
    if tables.callback_station == UNSTAFFED or draws.called[redos, ticket] >= tables.callback_share:
        return _REPLIED, closed(tables, draws, visit, end, opinion)
    return _REPLIED, called_back(tables, visit, 0, end, opinion)


@compiled
def called_back(tables: Tables, visit: Visit, tries: int, ready: int, opinion: int) -> Visit:
    """Give a call to the citizen."""
    return Visit(
        visit.ticket,
        _CALLBACK,
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
def after_callback(tables: Tables, draws: Draws, visit: Visit, end: int) -> tuple[int, Visit]:
    """How a call to the citizen ended, and what follows."""
    ticket, redos = visit.ticket, visit.redos
    if draws.reached[redos, ticket] >= tables.reached_by[visit.attempt]:
        if visit.attempt + 1 < tables.most_tries:
            again = end + tables.retry_after
            return _UNREACHED, called_back(tables, visit, visit.attempt + 1, again, visit.opinion)
        return _UNREACHED, closed(tables, draws, visit, end, visit.opinion)
    if visit.opinion < SATISFIED_BIT and not was_taken(tables, draws, visit):
        if becomes_hard(tables, draws, visit):
            return _CONFIRMED, taken_up(tables, draws, visit, redos + 1, end)
        if redos < tables.most_redos and draws.redo[redos, ticket] < tables.redo:
            return _REDO, done_again(tables, draws, visit, end)
    return _CONFIRMED, closed(tables, draws, visit, end, visit.opinion)


@compiled
def done_again(tables: Tables, draws: Draws, visit: Visit, end: int) -> Visit:
    """Give work done again."""
    due = due_after(tables, REDO_LIMIT, end)
    if visit.unit == UNKNOWN:
        return counter_visit(tables, visit.ticket, visit.redos + 1, end, due, visit.opinion)
    effort = effort_start(tables, REDO_LIMIT, end, due)
    return handled_by(tables, draws, visit, visit.redos + 1, end, due, effort)


@compiled
def after_repeat(tables: Tables, draws: Draws, visit: Visit, served: bool, end: int) -> tuple[int, Visit]:
    """How a call about a closed ticket ended, and what follows."""
    if not served:
        return unserved_repeat(visit, end), last_step(tables, draws, visit, end, visit.opinion)
    if is_reopened(tables, draws, visit):
        return _REOPENED, done_again(tables, draws, visit, end)
    return _REPEATED, last_step(tables, draws, visit, end, visit.opinion)


@compiled
def closed(tables: Tables, draws: Draws, visit: Visit, end: int, opinion: int) -> Visit:
    """Give what follows when the hotline has nothing more to do: another call, a petition or the end."""
    if calls_again(tables, draws, visit, opinion):
        return repeat_call(tables, draws, visit, end, opinion)
    return last_step(tables, draws, visit, end, opinion)


@compiled
def ended(visit: Visit, end: int, opinion: int) -> Visit:
    """Give the end of a life, which is no visit."""
    return Visit(
        visit.ticket,
        _END,
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
