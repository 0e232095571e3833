"""Units that handle a ticket together: which they are, and when the reply can be given (主办、协办).

The lead unit's part is the ticket's own life, thread 0; each co-handler's is a thread beside it. When the
last part is finished, the reply is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.compiled import compiled
from hotline_sim.network.codes import Stage
from hotline_sim.rules.hard_cases import is_hard
from hotline_sim.rules.mediation import is_diverted
from hotline_sim.rules.routing import right_unit

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.ledger import Ledger
    from hotline_sim.rules.visit import Visit

# A plain module number: compiled code reads it as a constant.
_SIGN = int(Stage.SIGN)


@compiled
def co_handlers(tables: Tables, draws: Draws, ticket: int) -> int:
    """How many co-handlers a ticket has."""
    if tables.together.most == 0 or draws.urgent[ticket] == 1:
        return 0
    if is_hard(tables, draws, ticket) or is_diverted(tables, draws, ticket):
        return 0
    number = draws.co_handlers[0, ticket]
    share = tables.together.share[draws.category[ticket]]
    if number >= share:
        return 0
    # The rest of the uniform is itself uniform.
    return 2 if number < share * tables.together.two else 1


@compiled
def co_unit(tables: Tables, draws: Draws, ticket: int, lead: int, which: int) -> int:
    """Unit of a co-handler, counted from 0: any other than the lead, no two the same."""
    first = int(draws.co_unit[0, ticket] * (tables.units - 1))
    if first >= lead:
        first += 1
    if which == 0:
        return first
    second = int(draws.co_unit[1, ticket] * (tables.units - 2))
    low, high = min(lead, first), max(lead, first)
    if second >= low:
        second += 1
    if second >= high:
        second += 1
    return second


@compiled
def lead_unit(tables: Tables, draws: Draws, visit: Visit) -> int:
    """Unit that answers for the ticket of a visit: its own, unless it is a co-handler's part."""
    if visit.thread == 0:
        return visit.unit
    # Others only work on a ticket once the right unit has signed for it.
    return right_unit(tables, draws, visit.ticket)


@compiled
def has_others(tables: Tables, ledger: Ledger, visit: Visit) -> bool:
    """Whether others still work on the ticket, so that the end of this part is a matter of who is last."""
    if tables.together.most == 0 or visit.stage == _SIGN:  # before the right unit has signed there are none
        return False
    return bool(ledger.parts[visit.ticket] > 1)
