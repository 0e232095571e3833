"""What a contact is and how long its caller waits: known at birth, asked for when the time comes.

Who answers and what follows is in ``journey.py``; how long the talk takes is in ``service.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.network.codes import Stage

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
def talk_of(tables: Tables, draws: Draws, ticket: int) -> int:
    """Ticks of talk, or of work on a written contact."""
    if is_invalid(tables, draws, ticket):
        return int(draws.invalid_talk[ticket])
    return int(draws.talk[ticket])


@compiled
def after_call_of(tables: Tables, draws: Draws, visit: Visit) -> int:
    """Ticks for which an agent goes on working after the talk: of callers with a request, at intake."""
    ticket = visit.ticket
    if visit.stage != _INTAKE or tables.live[draws.source[ticket]] != 1 or is_invalid(tables, draws, ticket):
        return 0
    if is_direct(tables, draws, ticket):
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
