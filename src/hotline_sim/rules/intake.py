"""What a contact is and how long its caller waits: known at birth, asked for when the time comes.

Who answers and what follows is in ``journey.py``; how long the talk takes is in ``service.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.hours import worked_until
from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.network.codes import Stage
from hotline_sim.rules.routing import right_unit

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.visit import Visit

# A plain module number: compiled code reads it as a constant.
_INTAKE = int(Stage.INTAKE)
_CHASE = int(Stage.CHASE)
_REPEAT = int(Stage.REPEAT)


@compiled
def is_invalid(tables: Tables, draws: Draws, ticket: int) -> bool:
    """Whether the contact is no request at all."""
    return bool(draws.invalid[ticket] < tables.invalid_share[draws.source[ticket]])


@compiled
def is_direct(tables: Tables, draws: Draws, ticket: int) -> bool:
    """Whether the request is answered and closed at intake."""
    return bool(draws.direct[ticket] < tables.direct_answer[draws.request_class[ticket]])


@compiled
def is_three_party(tables: Tables, draws: Draws, visit: Visit) -> bool:
    """Whether a call that would make a ticket is settled together with the unit, if open as it comes."""
    ticket = visit.ticket
    if tables.three_party.most <= 0.0 or draws.urgent[ticket] == 1 or tables.live[draws.source[ticket]] != 1:
        return False
    if draws.three_party[0, ticket] >= tables.three_party.share[draws.request_class[ticket]]:
        return False
    if is_invalid(tables, draws, ticket) or is_direct(tables, draws, ticket):
        return False
    calendar = tables.unit_calendar[right_unit(tables, draws, ticket)]
    if calendar < 0:
        return True
    ready = visit.ready
    return worked_until(tables.hours, calendar, ready + 1) > worked_until(tables.hours, calendar, ready)


@compiled
def talk_of(tables: Tables, draws: Draws, visit: Visit) -> int:
    """Ticks of talk, or of work on a written contact."""
    ticket = visit.ticket
    if is_invalid(tables, draws, ticket):
        return int(draws.invalid_talk[ticket])
    if is_three_party(tables, draws, visit):
        return int(draws.talk[ticket] + draws.three_party_talk[0, ticket])
    return int(draws.talk[ticket])


@compiled
def after_call_of(tables: Tables, draws: Draws, visit: Visit) -> int:
    """Ticks for which an agent goes on working after the talk: of callers with a request, at intake."""
    ticket = visit.ticket
    if visit.stage != _INTAKE or tables.live[draws.source[ticket]] != 1 or is_invalid(tables, draws, ticket):
        return 0
    if is_direct(tables, draws, ticket) or is_three_party(tables, draws, visit):
        return tables.after_call_direct
    return tables.after_call_ticket


@compiled
def patience_of(draws: Draws, visit: Visit) -> int:
    """Longest wait accepted; NEVER: any."""
    if visit.stage == _INTAKE:
        return int(draws.patience[visit.attempt, visit.ticket])
    if visit.stage == _CHASE:
        return int(draws.chase_patience[visit.attempt, visit.ticket])
    if visit.stage == _REPEAT:
        return int(draws.repeat_patience[visit.redos, visit.ticket])
    return NEVER
