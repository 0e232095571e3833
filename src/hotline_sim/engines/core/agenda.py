"""What is to happen, in order: keys of events, and lists of events by the hour.

A key packs (tick, rank, number), so keys compare as events are ordered (``engines/__init__.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hotline_sim.clock.ticks import HOUR
from hotline_sim.compiled import compiled
from hotline_sim.engines.core.heap import MANY, heap_push
from hotline_sim.engines.core.prefetch import foresee, prefetch, prefetch_one
from hotline_sim.engines.core.queue import EXPECTED, KEY, LATER, STATE, UNIT, get, give_back
from hotline_sim.engines.core.station import NOBODY
from hotline_sim.rules.calls import is_moot

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.engines.core.queue import Slots
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.ledger import Ledger

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


@compiled
def open_hour(
    tables: Tables,
    draws: Draws,
    ledger: Ledger,
    slots: Slots,
    slot_of: IntArray,
    heap: IntArray,
    events: int,
    later: int,
    slot: int,
    first: int,
    bits: int,
) -> tuple[int, int]:
    """Put the events of an hour on the heap, from the first slot of its list; returns how many are in each.

    A citizen who would call about a ticket that has its reply by now never comes that far.
    """
    numbers, mask = slots.numbers, (1 << bits) - 1
    while slot != NOBODY:
        following = numbers[slot, LATER]
        prefetch(numbers, max(following, 0), KEY)
        key = numbers[slot, KEY]
        later -= 1
        visit = get(slots, slot)
        ready = numbers[slot, STATE] == EXPECTED
        if ready and is_moot(tables, ledger, visit, first + (key >> (bits + RANK_BITS))):
            give_back(slots, slot)
        else:
            prefetch(numbers, slot, UNIT)
            prefetch_one(slot_of, key & mask & MANY)
            foresee(draws, ledger, visit)
            events = heap_push(heap, events, key)
        slot = following
    return events, later
