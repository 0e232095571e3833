"""Whether the buffers of the core have room for what one turn of its loop may bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hotline_sim.compiled import compiled
from hotline_sim.engines.core.queue import has_room

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.engines.core.queue import Slots
    from hotline_sim.engines.core.rows import Rows
    from hotline_sim.network.network import Tables

(DONE, PAUSED, ROWS_FULL, SLOTS_FULL, EVENTS_FULL) = range(5)
"""Why the loop stops: nothing more happens before the end, it has had its turns, or a buffer must grow."""
SPARE: Final = 32
"""Rows, and events beyond those of waiting visits, that one turn of the loop never exceeds."""


@compiled
def full(
    tables: Tables,
    slots: Slots,
    rows: Rows,
    row: int,
    heap: IntArray,
    events: int,
    reviews: IntArray,
    coming: int,
) -> int:
    """Which buffer is too full for another turn, or PAUSED.

    Parameters
    ----------
    tables, slots, rows, heap, reviews
        As in ``loop.advance``.
    row, events, coming : int
        Rows; events, those of waiting visits included; reviews.
    """
    if row + SPARE > rows.ticket.size:
        return ROWS_FULL
    if not has_room(slots, tables.threads.used):
        return SLOTS_FULL
    if events + SPARE > heap.size or coming + SPARE > reviews.size:
        return EVENTS_FULL
    return PAUSED
