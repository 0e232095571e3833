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
from hotline_sim.rules.visit import Visit

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray

FIELDS: Final = len(Visit._fields)
START: Final = FIELDS
"""Column of a slot: when its visit started, or NEVER."""
CHILD: Final = FIELDS + 1
"""Column: first child in the queue; for a free slot, the next free one."""
SIBLING: Final = FIELDS + 2
"""Column: next sibling in the queue."""
STATE: Final = FIELDS + 3
"""Column: what the visit does."""
KEY: Final = FIELDS + 4
"""Column: key of the visit's next event while that is in a later hour."""
LATER: Final = FIELDS + 5
"""Column: next slot with an event in the same later hour."""
COLUMNS: Final = FIELDS + 6
FEW: Final = 2**8 - 1
"""A mask like MANY for counts of attempts."""
FREE: Final = 0
EXPECTED: Final = 1
"""The visit has yet to become ready."""
WAITING: Final = 2
SERVED: Final = 3
WITHDRAWN: Final = 4
"""The visit has left the queue; the slot waits to be taken out of it."""
_TICKET, _PRIORITY, _SINCE = (Visit._fields.index(name) for name in ("ticket", "priority", "since"))


class Slots(NamedTuple):
    """Room for visits that wait or are served."""

    numbers: IntArray
    """(slots, COLUMNS) the fields of a visit, then START, CHILD, SIBLING and STATE."""
    free: IntArray
    """(1,) first free slot, or NOBODY."""


def more_slots(slots: Slots | None, count: int) -> Slots:
    """The same slots and so many more, all of which are free; None stands for no slots."""
    old = np.empty((0, COLUMNS), np.int64) if slots is None else slots.numbers
    first_free = NOBODY if slots is None else int(slots.free[0])
    numbers = np.zeros((len(old) + count, COLUMNS), np.int64)
    numbers[: len(old)] = old
    numbers[len(old) :, CHILD] = np.arange(len(old) + 1, len(numbers) + 1)
    numbers[-1, CHILD] = first_free
    return Slots(numbers, np.array([len(old)], np.int64))


@compiled
def put(slots: Slots, visit: Visit) -> int:
    """Write a visit into a free slot; returns the slot. There must be a free one."""
    numbers = slots.numbers
    slot = int(slots.free[0])
    slots.free[0] = numbers[slot, CHILD]
    numbers[slot, 0] = visit.ticket
    numbers[slot, 1] = visit.stage
    numbers[slot, 2] = visit.station
    numbers[slot, 3] = visit.attempt
    numbers[slot, 4] = visit.ready
    numbers[slot, 5] = visit.work
    numbers[slot, 6] = visit.after_call
    numbers[slot, 7] = visit.patience
    numbers[slot, 8] = visit.priority
    numbers[slot, 9] = visit.since
    numbers[slot, 10] = visit.calendar
    numbers[slot, 11] = visit.target
    numbers[slot, 12] = visit.unit
    numbers[slot, 13] = visit.due
    numbers[slot, 14] = visit.effort_from
    numbers[slot, 15] = visit.dispatches
    numbers[slot, 16] = visit.redos
    numbers[slot, 17] = visit.opinion
    return slot


@compiled
def give_back(slots: Slots, slot: int) -> None:
    """Free a slot."""
    slots.numbers[slot, STATE] = FREE
    slots.numbers[slot, CHILD] = slots.free[0]
    slots.free[0] = slot


@compiled
def get(slots: Slots, slot: int) -> Visit:
    """Read the visit in a slot."""
    numbers = slots.numbers
    return Visit(
        numbers[slot, 0] & MANY,
        numbers[slot, 1] & FEW,
        numbers[slot, 2],
        numbers[slot, 3] & FEW,
        numbers[slot, 4],
        numbers[slot, 5],
        numbers[slot, 6],
        numbers[slot, 7],
        numbers[slot, 8],
        numbers[slot, 9],
        numbers[slot, 10],
        numbers[slot, 11],
        numbers[slot, 12],
        numbers[slot, 13],
        numbers[slot, 14],
        numbers[slot, 15] & FEW,
        numbers[slot, 16] & FEW,
        numbers[slot, 17],
    )


@compiled
def goes_before(numbers: IntArray, one: int, other: int) -> bool:
    """Whether the visit in one slot goes before that in another."""
    if numbers[one, _PRIORITY] != numbers[other, _PRIORITY]:
        return bool(numbers[one, _PRIORITY] < numbers[other, _PRIORITY])
    if numbers[one, _SINCE] != numbers[other, _SINCE]:
        return bool(numbers[one, _SINCE] < numbers[other, _SINCE])
    return bool(numbers[one, _TICKET] < numbers[other, _TICKET])


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
