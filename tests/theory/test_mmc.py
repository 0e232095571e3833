"""M/M/c: share of calls that wait, mean wait, share answered within 20 s (Erlang 1917; Cooper 1981).

Three checks of true formulas: with fresh seeds, one of them fails by chance about once in 1,200 runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from agreement import REPLICATIONS, Estimate, agrees, differs, ratio
from formulas import delay_probability, mean_wait, served_within

from hotline_sim.clock.ticks import HOUR, MINUTE, SECOND
from hotline_sim.network.build import build
from hotline_sim.network.draws import draw
from scenarios import des, fixed, mmc

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray

ARRIVALS, SERVICE, SERVERS = 4.2, 2.0, 12  # a minute; minutes; the load is 0.7
DAYS = 2


def waits(
    servers: int = SERVERS, changes: dict[str, Any] | None = None, replications: int = REPLICATIONS
) -> list[IntArray]:
    """Waits of the calls of each replication, without those of the first hour, which begins empty."""
    network = build(mmc(servers, ARRIVALS * 60, SERVICE * MINUTE, days=DAYS, changes=changes))
    found = []
    for replication in range(replications):
        rows = des(network, draw(network, 20210301, replication))
        counted = rows["ready"] >= network.start + HOUR
        found.append((rows["start"] - rows["ready"])[counted])
    return found


def shares_waiting(found: list[IntArray]) -> Estimate:
    return ratio(((wait > 0).sum(), wait.size) for wait in found)


def mean_waits(found: list[IntArray]) -> Estimate:
    return ratio((wait.sum() / MINUTE, wait.size) for wait in found)


def answered_within(found: list[IntArray], limit: int) -> Estimate:
    return ratio(((wait <= limit).sum(), wait.size) for wait in found)


@pytest.fixture(scope="module")
def right() -> list[IntArray]:
    return waits()


def test_share_of_calls_that_wait(right: list[IntArray]) -> None:
    assert agrees(shares_waiting(right), delay_probability(ARRIVALS * SERVICE, SERVERS), width=0.07)


def test_mean_wait(right: list[IntArray]) -> None:
    assert agrees(mean_waits(right), mean_wait(ARRIVALS, SERVICE, SERVERS), width=0.13)


def test_share_answered_within_20_seconds(right: list[IntArray]) -> None:
    theory = served_within(ARRIVALS, SERVICE, SERVERS, 1 / 3)
    assert agrees(answered_within(right, 20 * SECOND), theory, width=0.015)


def test_one_server_fewer_is_noticed() -> None:
    found = waits(SERVERS - 1, replications=8)
    assert differs(shares_waiting(found), delay_probability(ARRIVALS * SERVICE, SERVERS))
    assert differs(mean_waits(found), mean_wait(ARRIVALS, SERVICE, SERVERS))
    assert differs(answered_within(found, 20 * SECOND), served_within(ARRIVALS, SERVICE, SERVERS, 1 / 3))


def test_services_of_equal_length_are_noticed() -> None:
    found = waits(changes={"intake.talk": fixed(SERVICE * MINUTE)}, replications=8)
    assert differs(mean_waits(found), mean_wait(ARRIVALS, SERVICE, SERVERS))
