"""A binary heap of packed keys in an array: the event list of the core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hotline_sim.compiled import compiled

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray

MANY: Final = 2**40 - 1
"""A mask that changes nothing, but tells the compiler that an index is not negative: it then leaves out the
code for counting from the end of an array."""


@compiled
def heap_push(heap: IntArray, size: int, key: int) -> int:
    """Add a key; the array must have room. Returns the new size."""
    child = size & MANY
    while child > 0:
        parent = (child - 1) >> 1
        if heap[parent] <= key:
            break
        heap[child] = heap[parent]
        child = parent
    heap[child] = key
    return size + 1


@compiled
def heap_pop(heap: IntArray, size: int) -> int:
    """Remove the smallest key, which is ``heap[0]``. Returns the new size."""
    size = (size - 1) & MANY
    last = heap[size]
    # The hole sinks to a leaf along smaller children, then the last key rises: fewer comparisons,
    # since the last key nearly always belongs near the bottom.
    hole = 0
    child = 1
    while child + 1 < size:
        left, right = heap[child], heap[child + 1]
        heap[hole & MANY] = min(left, right)
        hole = child + int(right < left)  # added, not branched on: no processor can guess it
        child = (2 * hole + 1) & MANY
    if child < size:
        heap[hole] = heap[child]
        hole = child
    while hole > 0:
        parent = (hole - 1) >> 1
        if heap[parent] <= last:
            break
        heap[hole] = heap[parent]
        hole = parent
    heap[hole] = last
    return size
