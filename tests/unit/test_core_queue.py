from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sim.clock.ticks import NEVER
from hotline_sim.engines.core.queue import (
    COLUMNS,
    FIELDS,
    FREE,
    START,
    STATE,
    WAITING,
    Slots,
    enqueue,
    get,
    give_back,
    more_slots,
    put,
    without_first,
)
from hotline_sim.engines.core.station import NOBODY
from hotline_sim.rules.priority import URGENT_FIRST
from hotline_sim.rules.visit import Visit


def visit(ticket: int, priority: int = 0, since: int = 0) -> Visit:
    numbers = dict.fromkeys(Visit._fields, 0) | {"ticket": ticket, "priority": priority, "since": since}
    return Visit(**numbers)


def order(one: Visit) -> tuple[int, int, int]:
    return one.priority, one.since, one.ticket


def in_turn(slots: Slots, root: int) -> list[int]:
    """Tickets of a queue in the order in which they leave it."""
    tickets = []
    while root != NOBODY:
        tickets.append(get(slots, root).ticket)
        root = without_first(slots, root)
    return tickets


def queue_of(visits: list[Visit]) -> tuple[Slots, int]:
    slots, root = more_slots(None, max(len(visits), 1)), NOBODY
    for one in visits:
        root = enqueue(slots, root, put(slots, one))
    return slots, root


def test_every_field_of_a_visit_comes_back() -> None:
    slots = more_slots(None, 3)
    # Counts of attempts are small; everything else may be any tick, and the signs matter.
    few = ("stage", "attempt", "dispatches", "redos")
    one = Visit(*(5 + n if name in few else 2**39 + n for n, name in enumerate(Visit._fields)))
    other = one._replace(priority=-URGENT_FIRST, patience=NEVER, calendar=-1, unit=-1, opinion=-1, station=-1)
    for given_visit in (one, other):
        assert get(slots, put(slots, given_visit)) == given_visit


def test_lower_priority_number_goes_first_then_since_then_ticket() -> None:
    visits = [visit(0, 1, 0), visit(1, 0, 9), visit(5, 0, 3), visit(4, 0, 3), visit(2, -1, 9)]
    assert in_turn(*queue_of(visits)) == [2, 4, 5, 1, 0]


def test_queue_of_one_is_empty_without_him() -> None:
    slots, root = queue_of([visit(7)])
    assert without_first(slots, root) == NOBODY


def test_slot_that_was_given_back_is_the_next_to_be_used() -> None:
    slots = more_slots(None, 4)
    used = [put(slots, visit(n)) for n in range(3)]
    slots.numbers[used[1], STATE] = WAITING
    give_back(slots, used[1])
    assert slots.numbers[used[1], STATE] == FREE
    assert put(slots, visit(9)) == used[1]
    assert get(slots, used[0]).ticket == 0
    assert get(slots, used[2]).ticket == 2


def test_all_slots_are_used_before_more_are_wanted() -> None:
    slots = more_slots(None, 5)
    assert sorted(put(slots, visit(n)) for n in range(5)) == [0, 1, 2, 3, 4]
    assert slots.free[0] == NOBODY


@pytest.mark.parametrize("given_back", [[], [1], [0, 2]])
def test_more_slots_keep_what_is_there_and_what_is_free(given_back: list[int]) -> None:
    slots, root = queue_of([visit(n) for n in range(3)])
    slots.numbers[:, START] = 77
    for slot in given_back:
        give_back(slots, slot)
    more = more_slots(slots, 2)
    assert more.numbers.shape == (5, COLUMNS)
    assert np.array_equal(more.numbers[:3, :FIELDS], slots.numbers[:3, :FIELDS])
    assert list(more.numbers[:3, START]) == [77, 77, 77]
    free = []
    while more.free[0] != NOBODY:
        free.append(put(more, visit(9)))
    assert sorted(free) == [*given_back, 3, 4]
    if not given_back:
        assert in_turn(more, root) == [0, 1, 2]


@given(st.lists(st.tuples(st.integers(-2, 2), st.integers(0, 3), st.integers(0, 99))))
def test_queue_empties_in_order(numbers: list[tuple[int, int, int]]) -> None:
    # Numbered in the order of joining after a random number, so that no two are the same.
    visits = [visit(100 * ticket + n, priority, since) for n, (priority, since, ticket) in enumerate(numbers)]
    assert in_turn(*queue_of(visits)) == [one.ticket for one in sorted(visits, key=order)]


JOIN = st.tuples(st.integers(0, 1), st.integers(-2, 2), st.integers(0, 3))
LEAVE = st.sampled_from([0, 1])


@given(st.lists(JOIN | LEAVE, max_size=60))
def test_first_of_each_queue_goes_first_whatever_came_before(
    steps: list[tuple[int, int, int] | int],
) -> None:
    """Two queues share slots; a tuple joins one with a priority and since, a number is served from one."""
    slots, roots = more_slots(None, 2), [NOBODY, NOBODY]
    queues: list[list[Visit]] = [[], []]
    for ticket, step in enumerate(steps):
        if isinstance(step, tuple):
            number, priority, since = step
            if slots.free[0] == NOBODY:
                slots = more_slots(slots, len(slots.numbers))
            queues[number].append(visit(ticket, priority, since))
            roots[number] = enqueue(slots, roots[number], put(slots, queues[number][-1]))
        elif queues[step]:
            first = min(queues[step], key=order)
            queues[step].remove(first)
            slot = roots[step]
            assert get(slots, slot) == first
            roots[step] = without_first(slots, slot)
            give_back(slots, slot)
    for number in (0, 1):
        assert in_turn(slots, roots[number]) == [one.ticket for one in sorted(queues[number], key=order)]
