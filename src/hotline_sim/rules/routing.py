"""Which unit a ticket is sent to: the right one by category and area, or a wrong one by mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.compiled import compiled

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables


@compiled
def is_misrouted(tables: Tables, draws: Draws, ticket: int, dispatches: int) -> bool:
    """Whether this dispatch goes wrong; the final assignment after the last return never does."""
    if dispatches >= tables.most_returns or tables.units < 2:
        return False
    return bool(draws.misroute[dispatches, ticket] < tables.misroute)


@compiled
def unit_for(tables: Tables, draws: Draws, ticket: int, dispatches: int) -> int:
    """Unit that receives this dispatch."""
    right = right_unit(tables, draws, ticket)
    if not is_misrouted(tables, draws, ticket, dispatches):
        return right
    wrong = int(draws.wrong_unit[dispatches, ticket] * (tables.units - 1))
    if wrong >= right:
        wrong += 1
    return wrong


@compiled
def right_unit(tables: Tables, draws: Draws, ticket: int) -> int:
    """Unit that ought to handle the ticket: the citizen's area, or one of the category's other units."""
    category = draws.category[ticket]
    share = tables.area_share[category]
    number = draws.route[ticket]
    if number < share:
        return int(tables.area_unit[draws.area[ticket]])
    # The rest of the uniform is itself uniform on what is left.
    number = (number - share) / (1.0 - share)
    row, last = tables.route_low[category], tables.route_high[category] - 1
    while row < last and number >= tables.route_cumulative[row]:
        row += 1
    return int(tables.route_unit[row])
