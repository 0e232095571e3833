"""Waiting visits and visits in service: slots with the numbers of a visit, and queues that link slots.

A queue is a pairing heap (Fredman, Sedgewick, Sleator and Tarjan 1986): joining is one comparison, and
taking out the first pairs up its children. Slots are used again, so memory grows with the open tickets,
not with all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from hotline_sim.compiled import compiled
from hotline_sim.engines.core.heap import MANY
from hotline_sim.engines.core.station import NOBODY
from hotline_sim.network.layout import aligned
from hotline_sim.rules.visit import Visit

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray

TICKET: Final = 0
COUNTS: Final = 1
"""Column: the small numbers of the visit, a byte each: stage, attempt, dispatches, redos, opinion + 1."""
STATION: Final = 2
STATE: Final = 3
"""Column: what the visit does."""
KEY: Final = 4
"""Column: key of the visit's next event while that is in a later hour."""
LATER: Final = 5
"""Column: next slot with an event in the same later hour."""
START: Final = 6
"""Column: when the visit started, or NEVER."""
READY_AT: Final = 7
UNIT: Final = 8
"""Column: from here on in a second line of memory, which is not needed before the visit waits or ends."""
DUE: Final = 9
EFFORT_FROM: Final = 10
PRIORITY: Final = 11
SINCE: Final = 12
CHILD: Final = 13
"""Column: first child in the queue; for a free slot, the next free one."""
SIBLING: Final = 14
"""Column: next sibling in the queue."""
COLUMNS: Final = 16
"""Two cache lines; the last column is not used."""
FEW: Final = 2**8 - 1
"""A mask like MANY for stages and counts of attempts."""
_BITS = 8
THREAD_SHIFT: Final = 6 * _BITS
"""Bits of COUNTS below the thread."""
FREE: Final = 0
EXPECTED: Final = 1
"""The visit has yet to become ready."""
WAITING: Final = 2
SERVED: Final = 3
WITHDRAWN: Final = 4
"""The visit has left the queue; the slot waits to be taken out of it."""


class Slots(NamedTuple):
    """Room for visits that wait or are served."""

    numbers: IntArray
    """(slots, COLUMNS) by the columns above."""
    free: IntArray
    """(2,) first free slot, or NOBODY; how many are free."""


def more_slots(slots: Slots | None, count: int) -> Slots:
    """The same slots and so many more, all of which are free; None stands for no slots."""
    old = np.empty((0, COLUMNS), np.int64) if slots is None else slots.numbers
    first_free = NOBODY if slots is None else int(slots.free[0])
    numbers = aligned((len(old) + count, COLUMNS), np.dtype(np.int64))
    numbers[: len(old)] = old
    numbers[len(old) :] = 0
    numbers[len(old) :, CHILD] = np.arange(len(old) + 1, len(numbers) + 1)
    numbers[-1, CHILD] = first_free
    free = count if slots is None else count + int(slots.free[1])
    return Slots(numbers, np.array([len(old), free], np.int64))


@compiled
def has_room(slots: Slots, count: int) -> bool:
    """Whether at least so many slots are free, and one more."""
    return bool(slots.free[1] > count)


@compiled
def number_of(slots: Slots, slot: int, tickets: int) -> int:
    """Number of the ticket and thread in a slot, as events have it."""
    numbers = slots.numbers
    return int(numbers[slot, TICKET] + (numbers[slot, COUNTS] >> THREAD_SHIFT) * tickets) & MANY


@compiled
def take(slots: Slots) -> int:
    """Take a free slot, of which there must be one."""
    slot = int(slots.free[0])
    slots.free[0] = slots.numbers[slot, CHILD]
    slots.free[1] -= 1
    return slot


@compiled
def put(slots: Slots, slot: int, visit: Visit, place: tuple[int, int]) -> None:
    """Write a visit and its place in a queue, (priority, since), into a slot."""
    numbers = slots.numbers
    counts = (
        (visit.thread << THREAD_SHIFT) | (visit.extended << 5 * _BITS) | ((visit.opinion + 1) << 4 * _BITS)
    )
    counts |= (
        (visit.redos << 3 * _BITS) | (visit.dispatches << 2 * _BITS) | (visit.attempt << _BITS) | visit.stage
    )
    numbers[slot, TICKET] = visit.ticket
    numbers[slot, COUNTS] = counts
    numbers[slot, STATION] = visit.station
    numbers[slot, READY_AT] = visit.ready
    numbers[slot, UNIT] = visit.unit
    numbers[slot, DUE] = visit.due
    numbers[slot, EFFORT_FROM] = visit.effort_from
    numbers[slot, PRIORITY] = place[0]
    numbers[slot, SINCE] = place[1]


@compiled
def give_back(slots: Slots, slot: int) -> None:
    """Free a slot."""
    slots.numbers[slot, STATE] = FREE
    slots.numbers[slot, CHILD] = slots.free[0]
    slots.free[0] = slot
    slots.free[1] += 1


@compiled
def get(slots: Slots, slot: int) -> Visit:
    """Read the visit in a slot."""
    numbers = slots.numbers
    counts = numbers[slot, COUNTS]
    return Visit(
        numbers[slot, TICKET] & MANY,
        counts & FEW,
        numbers[slot, STATION],
        (counts >> _BITS) & FEW,
        numbers[slot, READY_AT],
        numbers[slot, UNIT],
        numbers[slot, DUE],
        numbers[slot, EFFORT_FROM],
        (counts >> 2 * _BITS) & FEW,
        (counts >> 3 * _BITS) & FEW,
        ((counts >> 4 * _BITS) & FEW) - 1,
        (counts >> 5 * _BITS) & FEW,
        (counts >> THREAD_SHIFT) & FEW,
    )


@compiled
def as_index(visit: Visit) -> Visit:
    """Return the same visit; the compiler learns that its numbers are not negative, as :data:`MANY` says."""
    return Visit(
        visit.ticket & MANY,
        visit.stage & FEW,
        visit.station,
        visit.attempt & FEW,
        visit.ready,
        visit.unit,
        visit.due,
        visit.effort_from,
        visit.dispatches & FEW,
        visit.redos & FEW,
        visit.opinion,
        visit.extended,
        visit.thread,
    )


@compiled
def goes_before(numbers: IntArray, one: int, other: int) -> bool:
    """Whether the visit in one slot goes before that in another."""
    if numbers[one, PRIORITY] != numbers[other, PRIORITY]:
        return bool(numbers[one, PRIORITY] < numbers[other, PRIORITY])
    if numbers[one, SINCE] != numbers[other, SINCE]:
        return bool(numbers[one, SINCE] < numbers[other, SINCE])
    threads, other_threads = numbers[one, COUNTS] >> THREAD_SHIFT, numbers[other, COUNTS] >> THREAD_SHIFT
    if threads != other_threads:
        return bool(threads < other_threads)
    return bool(numbers[one, TICKET] < numbers[other, TICKET])


@compiled
def joined(numbers: IntArray, one: int, other: int) -> int:
    """Join two queues by their first slots; returns the first of both."""
    if one == NOBODY:
        return other
    if other == NOBODY:
        return one
    if goes_before(numbers, other, one):
        one, other = other, one
    numbers[other, SIBLING] = numbers[one, CHILD]
    numbers[one, CHILD] = other
    return one


@compiled
def enqueue(slots: Slots, root: int, slot: int) -> int:
    """Add a slot to a queue; returns the new first one."""
    slots.numbers[slot, CHILD] = NOBODY
    slots.numbers[slot, SIBLING] = NOBODY
    return joined(slots.numbers, root, slot)


@compiled
def without_first(slots: Slots, root: int) -> int:
    """Take the first slot out of a queue; returns the new first one, or NOBODY."""
    numbers = slots.numbers
    child = numbers[root, CHILD]
    pairs = NOBODY
    while child != NOBODY:
        other = numbers[child, SIBLING]
        numbers[child, SIBLING] = NOBODY
        following = NOBODY
        if other != NOBODY:
            following = numbers[other, SIBLING]
            numbers[other, SIBLING] = NOBODY
        pair = joined(numbers, child, other)
        numbers[pair, SIBLING] = pairs
        pairs = pair
        child = following
    first = NOBODY
    while pairs != NOBODY:
        following = numbers[pairs, SIBLING]
        numbers[pairs, SIBLING] = NOBODY
        first = joined(numbers, first, pairs)
        pairs = following
    return first
