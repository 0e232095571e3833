"""What the rules remember of a replication while it runs: facts that later visits ask for.

Facts are instants or counts, written in the order of events; an engine only carries the ledger along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.network.layout import aligned

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.network.network import Tables


class Ledger(NamedTuple):
    """Facts, changed in place; ``n`` is the number of tickets, or 2 where a scenario has no use for them."""

    parts: IntArray
    """(n,) handlers of a ticket that are not finished; 0: it has no co-handlers, or the reply is given."""
    replied: IntArray
    """(n,) tick of the first reply; NEVER: not known yet."""
    chased: IntArray
    """(n,) tick from which on a ticket goes first because its citizen asked for it; NEVER: nobody did."""
    week_replies: IntArray
    """(weeks, units) replies of a unit by week."""
    week_late: IntArray
    """(weeks, units) of these, late ones."""
    week_named: IntArray
    """(weeks, units) 1 if the bulletin of the week names the unit."""
    week_closed: IntArray
    """(weeks,) 1 if the bulletin is out."""


OF_TICKETS: Final = ("parts", "replied", "chased")
"""Facts about single tickets."""


def new_ledger(tables: Tables, tickets: int) -> Ledger:
    """Ledger before anything has happened."""
    many, few = max(tickets, 2), 2
    weeks = tables.weekly.weeks if tables.weekly.named else 1
    units = max(tables.units, 1) if tables.weekly.named else 1
    # The facts of a ticket lie side by side, half a line of memory; the last place is not used.
    facts = aligned((many if tables.together.most or tables.chase.most else few, 4), np.dtype(np.int64))
    facts[:, 0], facts[:, 1], facts[:, 2] = 0, NEVER, NEVER
    return Ledger(
        parts=facts[:, 0],
        replied=facts[:, 1],
        chased=facts[:, 2],
        week_replies=np.zeros((weeks, units), np.int64),
        week_late=np.zeros((weeks, units), np.int64),
        week_named=np.zeros((weeks, units), np.int64),
        week_closed=np.zeros(weeks, np.int64),
    )


@compiled
def note_reply(tables: Tables, ledger: Ledger, ticket: int, end: int) -> None:
    """Remember when a ticket got its first reply; for every rule that gives one."""
    if tables.chase.most > 0 and end < ledger.replied[ticket]:
        ledger.replied[ticket] = end
