"""What is to happen, in order: keys of events, and lists of events by the hour.

A key packs (tick, rank, number), so keys compare as events are ordered (``engines/__init__.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hotline_sim.clock.ticks import HOUR
from hotline_sim.compiled import compiled
from hotline_sim.engines.core.heap import heap_push
from hotline_sim.engines.core.queue import KEY, LATER

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.engines.core.queue import Slots

STAFFING: Final = 0
COMPLETION: Final = 1
ABANDONMENT: Final = 2
REVIEW: Final = 3
READY: Final = 4
RANK_BITS: Final = 3
RANKS: Final = (1 << RANK_BITS) - 1

BUCKET_TICKS: Final = HOUR
"""Events of later hours wait in a list for each hour, so that the heap holds one hour's events only."""


@compiled
def pack(tick: int, rank: int, number: int, bits: int) -> int:
    """Key of an event; ``tick`` counts from the start of the run."""
    return (((tick << RANK_BITS) | rank) << bits) | number


@compiled
def expect(
    heap: IntArray,
    events: int,
    slots: Slots,
    buckets: IntArray,
    later: int,
    slot: int,
    key: int,
    bits: int,
    bucket_end: int,
) -> tuple[int, int]:
    """Put the next event of a slot on the heap or into the list of its hour; returns how many are in each."""
    tick = key >> (bits + RANK_BITS)
    if tick < bucket_end:
        return heap_push(heap, events, key), later
    hour = tick // BUCKET_TICKS
    slots.numbers[slot, KEY] = key
    slots.numbers[slot, LATER] = buckets[hour]
    buckets[hour] = slot
    return events, later + 1
