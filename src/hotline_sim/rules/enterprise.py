"""Contacts from enterprises: which they are, and where they are taken (市长直通车).

They go before others, by ``priority.py``; their limits are in ``deadlines.py``, and what becomes of late ones
in ``supervision.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.compiled import compiled

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables


@compiled
def is_enterprise(tables: Tables, draws: Draws, ticket: int) -> bool:
    """Whether a contact comes from an enterprise."""
    return tables.enterprises.on == 1 and bool(draws.enterprise[0, ticket] == 1)


@compiled
def goes_first(tables: Tables, draws: Draws, ticket: int) -> bool:
    """Whether a contact goes before others because it comes from an enterprise."""
    return tables.enterprises.first == 1 and is_enterprise(tables, draws, ticket)
