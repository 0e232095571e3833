"""The compiled core gives the log of the SimPy model, bit for bit."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import hotline_sim as hs
from equivalence.comparison import assert_same_path, first_difference, log_of
from hotline_sim.clock.ticks import MINUTE
from hotline_sim.network.absence import present
from hotline_sim.results.conservation import check_conservation
from hotline_sim.scenario.shipped import shipped_names
from hotline_sim.scenario.vary import changed
from scenarios import mmc
from strategies import coarse, replications

if TYPE_CHECKING:
    from hotline_sim.scenario.schema import Scenario
    from strategies import Replication


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(replications())
def test_engines_agree_on_random_networks(replication: Replication) -> None:
    assert_same_path(replication.network, replication.draws)
    assert_same_path(replication.network, coarse(replication.draws, 30 * MINUTE))


WHOLE = ("guangyuan-2021", "small-town")


@pytest.mark.parametrize("name", WHOLE)
def test_engines_agree_on_whole_scenarios(name: str) -> None:
    network = hs.build(hs.load(name))
    assert_same_path(network, hs.draw(network, 1, 0))


def reduced(name: str) -> Scenario:
    """Two weeks of a shipped scenario, those of its first event if it has one, with few requests."""
    scenario = hs.load(name)
    run = scenario.run
    start = min([event.start.date() for event in scenario.events.values()], default=run.start)
    start = max(run.start, start - timedelta(days=4))
    return changed(
        scenario,
        {
            "run.start": start,
            "run.end": min(run.end, start + timedelta(days=14)),
            "run.run_in": "14 d",
            "demand.requests_per_year": scenario.demand.requests_per_year / 4,
        },
    )


@pytest.mark.parametrize("name", sorted({*shipped_names()} - {*WHOLE}))
def test_engines_agree_on_some_weeks_of_every_other_shipped_scenario(name: str) -> None:
    network = present(hs.build(reduced(name)), 1, 0)
    log = assert_same_path(network, hs.draw(network, 1, 0))
    check_conservation(log)
    assert len(log.tickets["ticket"]) > 3_000


@pytest.mark.parametrize("agents", [32, 33, 60])
def test_engines_agree_where_many_agents_serve(agents: int) -> None:
    network = hs.build(mmc(agents, agents * 20.5, 3 * MINUTE, patience=2 * MINUTE))
    log = assert_same_path(network, hs.draw(network, 1, 0))
    assert (log.visits["start"] > log.visits["ready"]).any(), "nobody waited: nothing was tried"


def test_a_difference_is_told_with_its_neighbours() -> None:
    network = hs.build(hs.load("small-town"))
    draws = hs.draw(network, 1, 0)
    one, other = log_of("des", network, draws), log_of("core", network, draws)
    assert first_difference(one, other) is None
    row = 1234
    other.visits["start"].flags.writeable = True
    other.visits["start"][row] += 1
    told = first_difference(one, other)
    assert told is not None
    assert f"row {row} of" in told
    assert told.count("> ticket") == 2
    assert np.array_equal(one.visits["ready"], other.visits["ready"])
