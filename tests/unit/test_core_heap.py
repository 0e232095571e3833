from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sim.engines.core.heap import heap_pop, heap_push

KEYS = st.integers(0, 2**63 - 1) | st.integers(0, 5)


def heap_of(keys: list[int], room: int) -> tuple[np.ndarray, int]:
    """Keys pushed one by one into an array of so many places."""
    heap, size = np.full(room, -1), 0
    for key in keys:
        size = heap_push(heap, size, key)
    return heap, size


def test_first_key_stands_in_front() -> None:
    heap, size = heap_of([7, 3, 5], room=3)
    assert (heap[0], size) == (3, 3)


def test_last_key_leaves_an_empty_heap_that_can_be_filled_again() -> None:
    heap, size = heap_of([7], room=1)
    assert heap_pop(heap, size) == 0
    assert heap_push(heap, 0, 9) == 1
    assert heap[0] == 9


def test_equal_keys_are_kept_apart() -> None:
    heap, size = heap_of([4, 4, 4], room=3)
    size = heap_pop(heap, size)
    assert (heap[0], size) == (4, 2)


@pytest.mark.parametrize("keys", [range(40), range(40, 0, -1), [3, 1, 2] * 10])
def test_keys_leave_in_order(keys: list[int]) -> None:
    heap, size = heap_of(list(keys), room=len(keys))
    left = []
    while size > 0:
        left.append(heap[0])
        size = heap_pop(heap, size)
    assert left == sorted(keys)


@given(st.lists(KEYS | st.none(), max_size=60))
def test_first_key_is_the_smallest_after_every_push_and_pop(steps: list[int | None]) -> None:
    """A key is pushed, None pops."""
    expected: list[int] = []
    heap, size = np.full(len(steps) + 1, -1), 0
    for key in steps:
        if key is not None:
            heapq.heappush(expected, key)
            size = heap_push(heap, size, key)
        elif expected:
            heapq.heappop(expected)
            size = heap_pop(heap, size)
        assert size == len(expected)
        assert sorted(heap[:size]) == sorted(expected)
        assert not expected or heap[0] == expected[0]


@given(st.lists(KEYS, max_size=30))
def test_push_and_pop_write_nothing_beyond_the_keys(keys: list[int]) -> None:
    heap, size = heap_of(keys, room=len(keys) + 2)
    while size > 0:
        size = heap_pop(heap, size)
    assert list(heap[len(keys) :]) == [-1, -1]
