"""Tickets that were open before the run: whether a ticket is one, and when its citizen came (期初在办).

With which visit it enters the run is said in ``entering.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.compiled import compiled
from hotline_sim.network.codes import UNKNOWN

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables


@compiled
def is_opened(tables: Tables, draws: Draws, ticket: int) -> bool:
    """Whether a ticket was open before the run."""
    return tables.opened.number > 0 and bool(draws.opened[0, ticket] > 0)


@compiled
def began_at_unit(tables: Tables, draws: Draws, ticket: int) -> bool:
    """Whether a unit had the ticket already when the run began."""
    return is_opened(tables, draws, ticket) and tables.opened.unit[draws.opened[0, ticket] - 1] != UNKNOWN


@compiled
def came_at(tables: Tables, draws: Draws, ticket: int) -> int:
    """Tick of the citizen's first call or message."""
    if is_opened(tables, draws, ticket):
        return int(tables.opened.arrival[draws.opened[0, ticket] - 1])
    return int(draws.arrival[ticket])
