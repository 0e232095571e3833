"""The compiled core against the SimPy engine: a year of the baseline, the same log."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.engines.core.engine import Core
from hotline_sim.engines.core.key_figures import summarise
from hotline_sim.engines.des.model import HotlineModel
from hotline_sim.results.log import build_log

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network


@pytest.fixture(scope="module")
def year() -> tuple[Network, Draws, dict[str, np.ndarray], float]:
    """Network, draws, the log's visits by SimPy, and the processor time that these took."""
    network = hs.build(hs.load("guangyuan-2021"))
    draws = hs.draw(network, 1, 0)
    begin = time.process_time()
    columns = HotlineModel(network, draws).run()
    seconds = time.process_time() - begin
    log = build_log(network, draws, columns, scenario="x", seed=1, replication=0, engine="des")
    return network, draws, log.visits, seconds


@pytest.mark.benchmark(timer=time.process_time)
def test_core_year_with_log(
    benchmark: BenchmarkFixture, year: tuple[Network, Draws, dict[str, np.ndarray], float]
) -> None:
    network, draws, expected, seconds = year
    columns = Core(network, draws).run()
    log = build_log(network, draws, columns, scenario="x", seed=1, replication=0, engine="core")
    for name, column in expected.items():
        assert np.array_equal(column, log.visits[name]), name
    benchmark.pedantic(lambda: Core(network, draws).run(), rounds=15)
    benchmark.extra_info |= {
        "of": len(expected["ticket"]),
        "unit": "ns a visit",
        "times SimPy": round(seconds / benchmark.stats.stats.min),
    }


@pytest.mark.benchmark(timer=time.process_time)
def test_core_year_with_streamed_kpis(
    benchmark: BenchmarkFixture, year: tuple[Network, Draws, dict[str, np.ndarray], float]
) -> None:
    network, draws, expected, seconds = year
    assert summarise(network, draws)["reply_rate"].value == 1.0
    benchmark.pedantic(lambda: summarise(network, draws), rounds=15)
    benchmark.extra_info |= {
        "of": len(expected["ticket"]),
        "unit": "ns a visit",
        "times SimPy": round(seconds / benchmark.stats.stats.min),
    }
