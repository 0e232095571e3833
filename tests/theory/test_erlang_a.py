"""M/M/c+M: callers with exponential patience (Palm 1957; Garnett, Mandelbaum and Reiman 2002).

Eight checks of true formulas: with fresh seeds, one of them fails by chance about once in 450 runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from agreement import REPLICATIONS, Estimate, agrees, differs, ratio
from formulas import ErlangA, erlang_a

from hotline_sim.clock.ticks import HOUR, MINUTE, NEVER
from hotline_sim.network.build import build
from hotline_sim.network.codes import Outcome
from hotline_sim.network.draws import draw
from scenarios import des, mmc

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, IntArray

ARRIVALS, SERVICE, PATIENCE = 3.5, 3.0, 5.0  # a minute; minutes; minutes


class Calls(NamedTuple):
    """Calls of one replication, without those of the first hour, which begins empty."""

    wait: IntArray
    """Until the answer, or until the caller gave up."""
    abandoned: BoolArray


def calls(servers: int, patience: float | None = PATIENCE, replications: int = REPLICATIONS) -> list[Calls]:
    network = build(
        mmc(servers, ARRIVALS * 60, SERVICE * MINUTE, None if patience is None else patience * MINUTE, days=1)
    )
    found = []
    for replication in range(replications):
        rows = des(network, draw(network, 20210302, replication))
        counted = rows["ready"] >= network.start + HOUR
        left = np.where(rows["start"] < NEVER, rows["start"], rows["end"])
        found.append(Calls((left - rows["ready"])[counted], (rows["outcome"] == Outcome.ABANDONED)[counted]))
    return found


def abandonment(found: list[Calls]) -> Estimate:
    return ratio((one.abandoned.sum(), one.wait.size) for one in found)


def mean_waits(found: list[Calls]) -> Estimate:
    return ratio((one.wait.sum() / MINUTE, one.wait.size) for one in found)


def shares_waiting(found: list[Calls]) -> Estimate:
    return ratio(((one.wait > 0).sum(), one.wait.size) for one in found)


def theory(servers: int) -> ErlangA:
    return erlang_a(ARRIVALS, SERVICE, PATIENCE, servers)


# 9 agents cannot serve the load of 10.5; with 13 the queue would be stable without abandonment too.
@pytest.fixture(scope="module", params=[9, 13])
def case(request: pytest.FixtureRequest) -> tuple[int, list[Calls]]:
    return request.param, calls(request.param)


WIDTHS = {9: (0.05, 0.05, 0.02), 13: (0.2, 0.2, 0.1)}
"""Of the intervals of abandonment, mean wait and share that waits."""


def test_share_of_callers_who_give_up(case: tuple[int, list[Calls]]) -> None:
    servers, found = case
    assert agrees(abandonment(found), theory(servers).abandonment, WIDTHS[servers][0])


def test_mean_wait_of_all_callers(case: tuple[int, list[Calls]]) -> None:
    servers, found = case
    assert agrees(mean_waits(found), theory(servers).mean_wait, WIDTHS[servers][1])


def test_share_of_callers_who_wait(case: tuple[int, list[Calls]]) -> None:
    servers, found = case
    assert agrees(shares_waiting(found), theory(servers).delay_probability, WIDTHS[servers][2])


def test_callers_give_up_at_the_same_rate_all_the_time_they_wait(case: tuple[int, list[Calls]]) -> None:
    """Abandonments per time spent waiting are the rate of patience, whatever the queue does."""
    _, found = case
    rate = ratio((one.abandoned.sum(), one.wait.sum() / MINUTE) for one in found)
    assert agrees(rate, 1 / PATIENCE, width=0.1)


def test_callers_who_never_give_up_are_noticed() -> None:
    found = calls(13, patience=None, replications=8)
    assert differs(mean_waits(found), theory(13).mean_wait)


def test_wrong_patience_is_noticed() -> None:
    found = calls(9, patience=1.5 * PATIENCE, replications=8)
    assert differs(abandonment(found), theory(9).abandonment)
    assert differs(mean_waits(found), theory(9).mean_wait)


def test_one_agent_more_is_noticed() -> None:
    found = calls(10, replications=8)
    assert differs(abandonment(found), theory(9).abandonment)
    assert differs(shares_waiting(found), theory(9).delay_probability)
