"""What the rules remember of a replication while it runs: facts about tickets that later visits ask for.

Facts are instants or counts, written in the order of events; an engine only carries the ledger along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.network.network import Tables


class Ledger(NamedTuple):
    """Facts, changed in place; ``n`` is the number of tickets, or 0 where a scenario has no use for them."""

    parts: IntArray
    """(n,) handlers of a ticket that are not finished; 0: it has no co-handlers, or the reply is given."""


def new_ledger(tables: Tables, tickets: int) -> Ledger:
    """Ledger before anything has happened."""
    return Ledger(parts=np.zeros(max(tickets, 2) if tables.together.most else 2, np.int64))
