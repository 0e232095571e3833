"""What a reply is worth: whether it solves the problem, and whether the citizen is satisfied (解决、满意).

Both are settled at the reply, known or not; who asks the citizen is in ``journey.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.compiled import compiled
from hotline_sim.network.codes import SATISFIED_BIT, SOLVED_BIT, UNKNOWN
from hotline_sim.rules.hard_cases import is_hard, is_settled
from hotline_sim.rules.mediation import is_diverted, mediates_well

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.visit import Visit


@compiled
def is_answer(tables: Tables, draws: Draws, visit: Visit) -> bool:
    """Whether the unit only passes on what others came to: leaders, a joint meeting or mediators."""
    if (tables.hard.on == 0 and tables.mediation.on == 0) or visit.unit == UNKNOWN:
        return False
    return visit.redos > tables.most_redos or (visit.redos == 0 and was_taken(tables, draws, visit))


@compiled
def was_taken(tables: Tables, draws: Draws, visit: Visit) -> bool:
    """Whether others than the unit took the ticket when that signed for it."""
    if visit.unit == UNKNOWN:
        return False
    return is_hard(tables, draws, visit.ticket) or is_diverted(tables, draws, visit.ticket)


@compiled
def opinion_of(tables: Tables, draws: Draws, visit: Visit, late: bool) -> int:
    """Truth about the reply with which a visit ends."""
    if is_answer(tables, draws, visit):
        return opinion_of_answer(tables, draws, visit, late)
    ticket, redos = visit.ticket, visit.redos
    solved = draws.solved[redos, ticket] < (tables.solved_when_late if late else tables.solved)
    opinion = SOLVED_BIT if solved else 0
    if draws.satisfied[redos, ticket] < satisfied_share(tables, solved, late):
        opinion += SATISFIED_BIT
    return opinion


@compiled
def satisfied_share(tables: Tables, solved: bool, late: bool) -> float:
    """Probability that a citizen is satisfied with a reply."""
    share = tables.satisfied_if_solved if solved else tables.satisfied_if_unsolved
    return share * tables.late_factor if late else share


@compiled
def opinion_of_answer(tables: Tables, draws: Draws, visit: Visit, late: bool) -> int:
    """Truth about a reply that passes on what others came to."""
    ticket = visit.ticket
    if visit.redos == 0 and is_diverted(tables, draws, ticket):
        solved = mediates_well(tables, draws, ticket)
    else:
        solved = is_settled(tables, draws, ticket)
    if visit.redos == 0:
        number = draws.satisfied[0, ticket]
    else:
        # The rest of the uniform is itself uniform.
        success, number = tables.hard.success, draws.hard_settled[0, ticket]
        number = number / success if solved else (number - success) / (1.0 - success)
    opinion = SOLVED_BIT if solved else 0
    if number < satisfied_share(tables, solved, late):
        opinion += SATISFIED_BIT
    return opinion
