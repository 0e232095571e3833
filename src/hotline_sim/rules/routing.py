"""Which unit a ticket is sent to, and by whom: the right one by category and area, or a wrong one by mistake.

The desk chooses, or for some tickets a system (智能派单); how often each is wrong depends on the edition of
the catalogue that is in use when it chooses (派单目录).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.compiled import compiled
from hotline_sim.rules.backlog import is_opened

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.visit import Visit


@compiled
def is_automatic(tables: Tables, draws: Draws, ticket: int, dispatches: int) -> bool:
    """Whether a system dispatches a ticket; a person does if it is urgent, came back or waits already."""
    if tables.dispatching.automatic <= 0.0 or dispatches > 0 or draws.urgent[ticket] == 1:
        return False
    if is_opened(tables, draws, ticket):
        return False
    return bool(draws.automatic[0, ticket] < tables.dispatching.automatic)


@compiled
def misroute_of(tables: Tables, draws: Draws, ticket: int, dispatches: int, tick: int) -> float:
    """Probability that a dispatch that ends at a tick goes to a wrong unit."""
    probability = tables.misroute
    if is_automatic(tables, draws, ticket, dispatches):
        probability = tables.dispatching.misroute
    edition = tables.dispatching.editions - 1
    while edition > 0 and tables.dispatching.edition_from[edition] > tick:
        edition -= 1
    return float(probability * tables.dispatching.factor[edition])


@compiled
def is_misrouted(tables: Tables, draws: Draws, ticket: int, dispatches: int, tick: int) -> bool:
    """Whether a dispatch that ends at a tick goes wrong; the final one, after the last return, never does."""
    if dispatches >= tables.most_returns or tables.units < 2:
        return False
    return bool(draws.misroute[dispatches, ticket] < misroute_of(tables, draws, ticket, dispatches, tick))


@compiled
def unit_for(tables: Tables, draws: Draws, ticket: int, dispatches: int, tick: int) -> int:
    """Unit that receives a dispatch that ends at a tick."""
    if is_misrouted(tables, draws, ticket, dispatches, tick):
        return wrong_unit(tables, draws, ticket, dispatches)
    return right_unit(tables, draws, ticket)


@compiled
def wrong_unit(tables: Tables, draws: Draws, ticket: int, dispatches: int) -> int:
    """Unit that receives a dispatch that goes wrong: any but the right one."""
    right = right_unit(tables, draws, ticket)
    wrong = int(draws.wrong_unit[dispatches, ticket] * (tables.units - 1))
    if wrong >= right:
        wrong += 1
    return wrong


@compiled
def is_wrong(tables: Tables, draws: Draws, visit: Visit) -> bool:
    """Whether the unit that has to sign for a ticket is a wrong one."""
    if draws.misroute[visit.dispatches, visit.ticket] >= tables.dispatching.most_misroute:
        return False  # whoever chose, and whenever
    return visit.unit != right_unit(tables, draws, visit.ticket)


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
