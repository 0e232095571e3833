from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hotline_sim.clock.ticks import DAY, HOUR
from hotline_sim.network.build import build
from hotline_sim.rules.priority import desk_priority, unit_priority, unit_since
from scenarios import by_hand, one_unit

if TYPE_CHECKING:
    from hotline_sim.network.network import Network


def order(network: Network, tickets: list[tuple[int, int, int, int]]) -> list[int]:
    """Order of service in a unit of tickets given as (arrival, urgent, due, ready)."""
    arrival, urgent, dues, readies = zip(*tickets, strict=True)
    draws = by_hand(network, arrival, urgent=list(urgent))
    start, tables = network.start, network.tables
    keys = [
        (
            unit_priority(tables, draws, ticket, start + dues[ticket]),
            unit_since(tables, draws, ticket, start + readies[ticket]),
            ticket,
        )
        for ticket in range(len(tickets))
    ]
    return [ticket for *_, ticket in sorted(keys)]


def test_urgent_tickets_come_first_however_late_they_are_due() -> None:
    network = build(one_unit())
    assert order(network, [(0, 0, HOUR, 0), (1, 1, 300 * DAY, 9), (2, 1, 200 * DAY, 9)]) == [2, 1, 0]


def test_earlier_due_date_comes_first_then_earlier_arrival() -> None:
    network = build(one_unit())
    tickets = [(0, 0, 3 * DAY, 1), (1, 0, 2 * DAY, 9), (2, 0, 2 * DAY, 3), (3, 0, 1 * DAY, 9)]
    # 1 came before 2, although it became ready later.
    assert order(network, tickets) == [3, 1, 2, 0]


def test_first_come_takes_urgent_tickets_first_and_then_the_longest_waiting() -> None:
    network = build(one_unit({"handling.order": "first come"}))
    tickets = [(0, 0, 1 * DAY, 9), (1, 0, 3 * DAY, 3), (2, 0, 2 * DAY, 5), (3, 1, 9 * DAY, 10)]
    assert order(network, tickets) == [3, 1, 2, 0]


def test_ticket_number_breaks_the_last_tie() -> None:
    network = build(one_unit({"handling.order": "first come"}))
    assert order(network, [(0, 0, DAY, 5), (0, 0, DAY, 5), (0, 0, DAY, 5)]) == [0, 1, 2]


@pytest.mark.parametrize("rule", ["due date", "first come"])
def test_dispatch_desk_knows_only_urgent_and_other_tickets(rule: str) -> None:
    network = build(one_unit({"handling.order": rule}))
    draws = by_hand(network, [0, 1, 2], urgent=[0, 1, 0])
    priorities = [desk_priority(network.tables, draws, ticket) for ticket in range(3)]
    assert priorities[1] < priorities[0] == priorities[2]
