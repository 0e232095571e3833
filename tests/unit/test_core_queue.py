from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sim.clock.ticks import NEVER
from hotline_sim.engines.core.queue import (
    CHILD,
    COLUMNS,
    FREE,
    PRIORITY,
    SINCE,
    START,
    STATE,
    WAITING,
    Slots,
    enqueue,
    get,
    give_back,
    more_slots,
    put,
    take,
    without_first,
)
from hotline_sim.engines.core.station import NOBODY
from hotline_sim.rules.priority import URGENT_FIRST
from hotline_sim.rules.visit import Visit

Waiting = tuple[int, int, int]
"""Priority, since and ticket."""


def visit(ticket: int) -> Visit:
    return Visit(**(dict.fromkeys(Visit._fields, 0) | {"ticket": ticket}))


def put_new(slots: Slots, ticket: int, priority: int = 0, since: int = 0) -> int:
    """Slot, taken for a visit."""
    slot = take(slots)
    put(slots, slot, visit(ticket), (priority, since))
    return slot


def in_turn(slots: Slots, root: int) -> list[int]:
    """Tickets of a queue in the order in which they leave it."""
    tickets = []
    while root != NOBODY:
        tickets.append(get(slots, root).ticket)
        root = without_first(slots, root)
    return tickets


def queue_of(visits: list[Waiting]) -> tuple[Slots, int]:
    slots, root = more_slots(None, max(len(visits), 1)), NOBODY
    for priority, since, ticket in visits:
        root = enqueue(slots, root, put_new(slots, ticket, priority, since))
    return slots, root


def test_every_field_of_a_visit_comes_back() -> None:
    slots = more_slots(None, 3)
    # Counts of attempts are small; everything else may be any tick, and the signs matter.
    few = ("stage", "attempt", "dispatches", "redos", "extended", "thread")
    one = Visit(*(5 + n if name in few else 2**39 + n for n, name in enumerate(Visit._fields)))
    many = Visit(**{name: 100 + n if name in few else NEVER for n, name in enumerate(Visit._fields)})
    other = one._replace(unit=-1, opinion=-1, station=-1, due=NEVER)
    for given_visit in (one._replace(opinion=3), many._replace(ticket=2**40 - 1, opinion=0), other):
        slot = take(slots)
        put(slots, slot, given_visit, (-URGENT_FIRST, NEVER))
        assert get(slots, slot) == given_visit
        assert list(slots.numbers[slot, [PRIORITY, SINCE]]) == [-URGENT_FIRST, NEVER]


def test_lower_priority_number_goes_first_then_since_then_ticket() -> None:
    visits = [(1, 0, 0), (0, 9, 1), (0, 3, 5), (0, 3, 4), (-1, 9, 2)]
    assert in_turn(*queue_of(visits)) == [2, 4, 5, 1, 0]


def test_queue_of_one_is_empty_without_him() -> None:
    slots, root = queue_of([(0, 0, 7)])
    assert without_first(slots, root) == NOBODY


def test_slot_that_was_given_back_is_the_next_to_be_used() -> None:
    slots = more_slots(None, 4)
    used = [put_new(slots, n) for n in range(3)]
    slots.numbers[used[1], STATE] = WAITING
    give_back(slots, used[1])
    assert slots.numbers[used[1], STATE] == FREE
    assert put_new(slots, 9) == used[1]
    assert get(slots, used[0]).ticket == 0
    assert get(slots, used[2]).ticket == 2


def test_all_slots_are_used_before_more_are_wanted() -> None:
    slots = more_slots(None, 5)
    assert sorted(put_new(slots, n) for n in range(5)) == [0, 1, 2, 3, 4]
    assert list(slots.free) == [NOBODY, 0]


@pytest.mark.parametrize("given_back", [[], [1], [0, 2]])
def test_more_slots_keep_what_is_there_and_what_is_free(given_back: list[int]) -> None:
    slots, root = queue_of([(0, 0, n) for n in range(3)])
    slots.numbers[:, START] = 77
    for slot in given_back:
        give_back(slots, slot)
    more = more_slots(slots, 2)
    assert more.numbers.shape == (5, COLUMNS)
    assert np.array_equal(more.numbers[:3, :CHILD], slots.numbers[:3, :CHILD])
    assert list(more.numbers[:3, START]) == [77, 77, 77]
    assert more.free[1] == len(given_back) + 2
    free = []
    while more.free[0] != NOBODY:
        free.append(put_new(more, 9))
    assert sorted(free) == [*given_back, 3, 4]
    if not given_back:
        assert in_turn(more, root) == [0, 1, 2]


@given(st.lists(st.tuples(st.integers(-2, 2), st.integers(0, 3), st.integers(0, 99))))
def test_queue_empties_in_order(numbers: list[tuple[int, int, int]]) -> None:
    # Numbered in the order of joining after a random number, so that no two are the same.
    visits = [(priority, since, 100 * ticket + n) for n, (priority, since, ticket) in enumerate(numbers)]
    assert in_turn(*queue_of(visits)) == [ticket for *_, ticket in sorted(visits)]


JOIN = st.tuples(st.integers(0, 1), st.integers(-2, 2), st.integers(0, 3))
LEAVE = st.sampled_from([0, 1])


@given(st.lists(JOIN | LEAVE, max_size=60))
def test_first_of_each_queue_goes_first_whatever_came_before(
    steps: list[tuple[int, int, int] | int],
) -> None:
    """Two queues share slots; a tuple joins one with a priority and since, a number is served from one."""
    slots, roots = more_slots(None, 2), [NOBODY, NOBODY]
    queues: list[list[Waiting]] = [[], []]
    for ticket, step in enumerate(steps):
        if isinstance(step, tuple):
            number, priority, since = step
            if slots.free[0] == NOBODY:
                slots = more_slots(slots, len(slots.numbers))
            queues[number].append((priority, since, ticket))
            roots[number] = enqueue(slots, roots[number], put_new(slots, ticket, priority, since))
        elif queues[step]:
            first = min(queues[step])
            queues[step].remove(first)
            slot = roots[step]
            assert get(slots, slot) == visit(first[2])
            roots[step] = without_first(slots, slot)
            give_back(slots, slot)
    for number in (0, 1):
        assert in_turn(slots, roots[number]) == [ticket for *_, ticket in sorted(queues[number])]
