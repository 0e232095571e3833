"""M/M/c+M: callers with exponential patience (Palm 1957; Garnett, Mandelbaum and Reiman 2002).

Eight checks of true formulas on either engine: with fresh seeds, one of them fails by chance about once in
340 runs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from agreement import Effort, Estimate, differs, name_of, on_core, on_des, ratio

from hotline_sim.analytic import ErlangA
from hotline_sim.clock.ticks import HOUR, MINUTE, NEVER
from hotline_sim.network.build import build
from hotline_sim.network.codes import Outcome
from hotline_sim.network.draws import draw
from scenarios import mmc

ARRIVALS, SERVICE, PATIENCE = 3.5, 3.0, 5.0  # a minute; minutes; minutes
EFFORTS = [on_des(days=1), on_core(days=7)]


class Sums(NamedTuple):
    """Calls of one replication, without those of the first hour, which begins empty."""

    calls: int
    waiting: int
    minutes: float
    """Of all waits together, until the answer or until the caller gave up."""
    abandoned: int


def simulate(effort: Effort, servers: int, patience: float | None = PATIENCE) -> list[Sums]:
    limit = None if patience is None else patience * MINUTE
    network = build(mmc(servers, ARRIVALS * 60, SERVICE * MINUTE, limit, days=effort.days))
    found = []
    for replication in range(effort.replications):
        rows = effort.engine(network, draw(network, 20210302, replication))
        counted = rows["ready"] >= network.start + HOUR
        left = np.where(rows["start"] < NEVER, rows["start"], rows["end"])
        wait = (left - rows["ready"])[counted]
        abandoned = (rows["outcome"] == Outcome.ABANDONED)[counted].sum()
        found.append(Sums(wait.size, (wait > 0).sum(), wait.sum() / MINUTE, abandoned))
    return found


def abandonment(found: list[Sums]) -> Estimate:
    return ratio((one.abandoned, one.calls) for one in found)


def wait_of_all(found: list[Sums]) -> Estimate:
    return ratio((one.minutes, one.calls) for one in found)


def share_waiting(found: list[Sums]) -> Estimate:
    return ratio((one.waiting, one.calls) for one in found)


def theory(servers: int) -> ErlangA:
    return ErlangA(rate=ARRIVALS, service=SERVICE, agents=servers, patience=PATIENCE)


class Case(NamedTuple):
    """What was simulated, and what came out."""

    effort: Effort
    servers: int
    found: list[Sums]


# 9 agents cannot serve the load of 10.5; with 13 the queue would be stable without abandonment too.
@pytest.fixture(
    scope="module",
    params=[(effort, servers) for effort in EFFORTS for servers in (9, 13)],
    ids=lambda chosen: f"{chosen[0].name}-{chosen[1]}",
)
def case(request: pytest.FixtureRequest) -> Case:
    effort, servers = request.param
    return Case(effort, servers, simulate(effort, servers))


WIDTHS = {9: (0.05, 0.05, 0.02), 13: (0.2, 0.2, 0.1)}
"""On SimPy, of the intervals of abandonment, mean wait and share that waits."""


def test_share_of_callers_who_give_up(case: Case) -> None:
    value, width = theory(case.servers).abandonment, WIDTHS[case.servers][0]
    assert case.effort.accepts(abandonment(case.found), value, width, share=True)


def test_mean_wait_of_all_callers(case: Case) -> None:
    value, width = theory(case.servers).mean_wait, WIDTHS[case.servers][1]
    assert case.effort.accepts(wait_of_all(case.found), value, width)


def test_share_of_callers_who_wait(case: Case) -> None:
    value, width = theory(case.servers).delay_probability, WIDTHS[case.servers][2]
    assert case.effort.accepts(share_waiting(case.found), value, width, share=True)


def test_callers_give_up_at_the_same_rate_all_the_time_they_wait(case: Case) -> None:
    """Abandonments per time spent waiting are the rate of patience, whatever the queue does."""
    rate = ratio((one.abandoned, one.minutes) for one in case.found)
    assert case.effort.accepts(rate, 1 / PATIENCE, on_des=0.1)


@pytest.mark.parametrize("effort", EFFORTS, ids=name_of)
def test_callers_who_never_give_up_are_noticed(effort: Effort) -> None:
    assert differs(wait_of_all(simulate(effort.part(), 13, patience=None)), theory(13).mean_wait)


@pytest.mark.parametrize("effort", EFFORTS, ids=name_of)
def test_wrong_patience_is_noticed(effort: Effort) -> None:
    found = simulate(effort.part(), 9, patience=1.5 * PATIENCE)
    assert differs(abandonment(found), theory(9).abandonment)
    assert differs(wait_of_all(found), theory(9).mean_wait)


def test_patience_longer_by_a_tenth_is_noticed_on_the_core() -> None:
    found = simulate(on_core(days=7), 13, patience=1.1 * PATIENCE)
    assert differs(abandonment(found), theory(13).abandonment)
    assert differs(wait_of_all(found), theory(13).mean_wait)


@pytest.mark.parametrize("effort", EFFORTS, ids=name_of)
def test_one_agent_more_is_noticed(effort: Effort) -> None:
    found = simulate(effort.part(), 10)
    assert differs(abandonment(found), theory(9).abandonment)
    assert differs(share_waiting(found), theory(9).delay_probability)
