"""Disputes: which tickets are such, who finds them early, how mediation ends, who petitions in the end.

Disputes come from a source of their own, which is no request, or are complaint tickets. Each is prevented by
a round of screening (排查), mediated (调解), or left alone. A citizen whom nobody could help may petition
(信访): the last thing that happens to a ticket.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.network.codes import SOLVED_BIT, UNKNOWN, UNSTAFFED, Limit, Outcome, Stage
from hotline_sim.network.limits import add_working_time
from hotline_sim.rules.backlog import is_opened
from hotline_sim.rules.hard_cases import elsewhere, is_hard
from hotline_sim.rules.intake import is_direct, is_invalid
from hotline_sim.rules.visit import Visit, with_opinion

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables

# Plain module numbers: compiled code reads them as constants.
DISPUTE = int(Stage.DISPUTE)
MEDIATION = int(Stage.MEDIATION)
PETITION = int(Stage.PETITION)
_FIELD = int(Stage.FIELD)
_END = int(Stage.END)
_COMPLAINT = int(Limit.COMPLAINT)
_SETTLED = int(Outcome.SETTLED)
_FAILED = int(Outcome.FAILED)
_PREVENTED = int(Outcome.PREVENTED)
_PASSED_ON = int(Outcome.PASSED_ON)


@compiled
def is_brought(tables: Tables, draws: Draws, ticket: int) -> bool:
    """Whether it is a dispute that nobody calls about."""
    return tables.mediation.source >= 0 and draws.source[ticket] == tables.mediation.source


@compiled
def is_diverted(tables: Tables, draws: Draws, ticket: int) -> bool:
    """Whether a complaint ticket goes to mediators when the unit signs for it."""
    if tables.mediation.on == 0:
        return False
    share = tables.mediation.diverted * tables.mediation.taken
    return bool(draws.mediated[0, ticket] < share) and _may_be_dispute(tables, draws, ticket)


@compiled
def _may_be_dispute(tables: Tables, draws: Draws, ticket: int) -> bool:
    if draws.request_class[ticket] != _COMPLAINT or draws.urgent[ticket] == 1:
        return False
    return not is_opened(tables, draws, ticket) and not is_hard(tables, draws, ticket)


@compiled
def is_prevented(tables: Tables, draws: Draws, ticket: int) -> bool:
    """Whether a round of screening found a dispute before it was brought forward or called about."""
    if tables.mediation.screened == 0 or draws.prevented[0, ticket] == 0:
        return False
    if is_brought(tables, draws, ticket):
        return True
    if draws.mediated[0, ticket] >= tables.mediation.diverted or not _may_be_dispute(tables, draws, ticket):
        return False
    return not is_invalid(tables, draws, ticket) and not is_direct(tables, draws, ticket)


@compiled
def begins_as_dispute(tables: Tables, draws: Draws, ticket: int) -> bool:
    """Whether the hotline never hears of it: a dispute that nobody calls about, or one that is prevented."""
    if tables.mediation.on == 0:
        return False
    return is_brought(tables, draws, ticket) or is_prevented(tables, draws, ticket)


@compiled
def dispute_of(draws: Draws, ticket: int) -> Visit:
    """Give the moment at which a dispute is brought forward, or would be."""
    return _alone(ticket, DISPUTE, UNSTAFFED, draws.arrival[ticket])


@compiled
def _alone(ticket: int, stage: int, station: int, ready: int) -> Visit:
    """Give a visit of a dispute that no unit has."""
    return Visit(ticket, stage, station, 0, ready, UNKNOWN, NEVER, NEVER, 0, 0, UNKNOWN, 0, 0)


@compiled
def _mediators(tables: Tables, draws: Draws, ticket: int) -> int:
    """Station of the mediators of the citizen's area."""
    return int(tables.mediation.station + min(int(draws.area[ticket]), tables.mediation.pools - 1))


@compiled
def after_dispute(tables: Tables, draws: Draws, visit: Visit, end: int) -> tuple[int, Visit]:
    """What becomes of a dispute that is brought forward."""
    ticket = visit.ticket
    if is_prevented(tables, draws, ticket):
        return _PREVENTED, _finished(visit, end)
    if draws.mediated[0, ticket] < tables.mediation.taken:
        return _PASSED_ON, _alone(ticket, MEDIATION, _mediators(tables, draws, ticket), end)
    return _FAILED, petition_or_end(tables, draws, visit, end, tables.petition.unmediated)


@compiled
def to_mediators(tables: Tables, draws: Draws, visit: Visit, due: int, end: int) -> Visit:
    """Give the mediation of a complaint ticket, whose deadline goes on."""
    return elsewhere(visit, MEDIATION, _mediators(tables, draws, visit.ticket), end, due, 0)


@compiled
def finish_mediation(tables: Tables, draws: Draws, visit: Visit, start: int) -> int:
    """Tick at which a mediation ends that begins at ``start``."""
    end = add_working_time(tables, tables.mediation.calendar, start, draws.mediation_work[0, visit.ticket])
    return min(end, start + tables.mediation.longest)


@compiled
def mediates_well(tables: Tables, draws: Draws, ticket: int) -> bool:
    """Whether mediation settles a dispute."""
    return bool(draws.mediation_settled[0, ticket] < tables.mediation.success)


@compiled
def after_mediation(tables: Tables, draws: Draws, visit: Visit, end: int) -> tuple[int, Visit]:
    """How a mediation ended; of a ticket, the unit passes on the answer."""
    settled = mediates_well(tables, draws, visit.ticket)
    outcome = _SETTLED if settled else _FAILED
    if visit.unit != UNKNOWN:
        return outcome, elsewhere(visit, _FIELD, UNSTAFFED, end, visit.due, 0)
    if settled:
        return outcome, _finished(visit, end)
    return outcome, petition_or_end(tables, draws, visit, end, tables.petition.mediation)


@compiled
def last_step(tables: Tables, draws: Draws, visit: Visit, end: int, opinion: int) -> Visit:
    """Give what follows when nobody does anything more for a ticket: the end, or a petition.

    A hard case or a mediation that failed leads there by itself; else the citizen must be dissatisfied too.
    """
    visit = with_opinion(visit, opinion)
    if tables.petition.on == 0 or opinion == UNKNOWN or opinion % 2 == SOLVED_BIT:
        return _finished(visit, end)
    probability = tables.petition.unsolved if opinion == 0 else 0.0
    if visit.redos > tables.most_redos or (visit.unit != UNKNOWN and is_hard(tables, draws, visit.ticket)):
        probability = tables.petition.hard_case
    elif visit.unit != UNKNOWN and visit.redos == 0 and is_diverted(tables, draws, visit.ticket):
        probability = tables.petition.mediation
    return petition_or_end(tables, draws, visit, end, probability)


@compiled
def petition_or_end(tables: Tables, draws: Draws, visit: Visit, end: int, probability: float) -> Visit:
    """Give the petition, with some probability, or else the end."""
    if tables.petition.on == 1 and draws.petition[0, visit.ticket] < probability:
        return _at_stage(visit, PETITION, end)
    return _finished(visit, end)


@compiled
def _finished(visit: Visit, end: int) -> Visit:
    return _at_stage(visit, _END, end)


@compiled
def _at_stage(visit: Visit, stage: int, ready: int) -> Visit:
    return Visit(
        visit.ticket,
        stage,
        UNSTAFFED,
        visit.attempt,
        ready,
        visit.unit,
        visit.due,
        visit.effort_from,
        visit.dispatches,
        visit.redos,
        visit.opinion,
        visit.extended,
        visit.thread,
    )
