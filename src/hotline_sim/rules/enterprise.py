"""Contacts from enterprises: where they are taken, and that they go first (市长直通车).

Their place is found in ``priority.py``, their limits in ``network/limits.py``; what becomes of late ones says
``supervision.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.compiled import compiled
from hotline_sim.network.limits import is_enterprise

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables


@compiled
def goes_first(tables: Tables, draws: Draws, ticket: int) -> bool:
    """Whether a contact goes before others because it comes from an enterprise."""
    return tables.enterprises.first == 1 and is_enterprise(tables, draws, ticket)
