"""From a scenario file to a network."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

import hotline_sim as hs

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

# Processor time: what else the machine does counts little.
pytestmark = pytest.mark.benchmark(timer=time.process_time)


def test_load_the_baseline(benchmark: BenchmarkFixture) -> None:
    scenario = hs.load("guangyuan-2021")
    assert len(scenario.units) == 50
    assert scenario == hs.load("guangyuan-2021")
    benchmark(hs.load, "guangyuan-2021")


def test_build_the_baseline(benchmark: BenchmarkFixture) -> None:
    scenario = hs.load("guangyuan-2021")
    network = hs.build(scenario)
    sources = zip(network.names.sources, network.demand.sources, strict=True)
    # Disputes that come to mediators by themselves are no requests.
    valid = sum(item.rate.total * item.valid_share for name, item in sources if name in scenario.channels)
    counted = (network.end - network.start) / (network.end - network.first)
    # The run-in is a quieter season than the year as a whole, but not by much.
    assert abs(valid * counted / scenario.demand.requests_per_year - 1) < 0.05
    benchmark(hs.build, scenario)
