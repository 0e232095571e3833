"""Lanes in NumPy array operations, by number of lanes, agents and type of the times."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from floors import tell
from hotline_sim.core import fcfs_lanes, fcfs_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_benchmark.fixture import BenchmarkFixture

    Array = np.ndarray[Any, Any]

COUNT = 400
BUDGETS = {"float64": 30, "float32": 60, "int32": 60}
"""Millions of tickets a second for 20 agents and at least 1,024 lanes."""

pytestmark = pytest.mark.benchmark(timer=time.process_time)


@pytest.fixture(scope="module")
def speeds(request: pytest.FixtureRequest) -> Iterator[dict[tuple[str, str, int, int], float]]:
    """Millions of tickets a second by model, type, agents and lanes; printed at the end."""
    found: dict[tuple[str, str, int, int], float] = {}
    yield found
    lines = []
    for model, dtype, agents in dict.fromkeys(key[:3] for key in found):
        row = {key[3]: speed for key, speed in found.items() if key[:3] == (model, dtype, agents)}
        speed = ", ".join(f"{lanes} lanes {row[lanes]:6.1f}" for lanes in sorted(row))
        wanted = (
            f"  (budget {BUDGETS[dtype]})" if agents == 20 and model == "plain" and dtype in BUDGETS else ""
        )
        lines.append(f"{model:20} {dtype:8} c = {agents:2}: {speed} M/s{wanted}")
    tell(request.config, sorted(lines))


def lanes_of(lanes: int, agents: int, dtype: str) -> tuple[Array, Array, Array]:
    """Arrival, service and patience of lanes at 90 % load, with all lanes of a customer side by side."""
    numbers = np.random.default_rng(1)
    mean = 6000 if dtype.startswith("int") else 1.0
    shape = (COUNT, lanes)
    arrival = np.cumsum(numbers.exponential(mean / agents / 0.9, shape), axis=0).astype(dtype)
    service = numbers.exponential(mean, shape).astype(dtype)
    return arrival.T, service.T, numbers.exponential(mean / 2, shape).astype(dtype).T


def timed(benchmark: BenchmarkFixture, run: Any, lanes: int, speeds: dict[Any, float], key: Any) -> None:
    tickets = COUNT * lanes
    benchmark.extra_info |= {"of": tickets, "unit": "ns a ticket"}
    benchmark.pedantic(run, rounds=15, warmup_rounds=1)
    if benchmark.stats is not None:
        speeds[key] = tickets / benchmark.stats.stats.min / 1e6


@pytest.mark.parametrize("lanes", [64, 256, 1024, 4096])
@pytest.mark.parametrize("agents", [5, 20, 60])
@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "int32"])
def test_plain(
    benchmark: BenchmarkFixture, speeds: dict[Any, float], dtype: str, agents: int, lanes: int
) -> None:
    arrival, service, _ = lanes_of(lanes, agents, dtype)
    start = fcfs_lanes(arrival, service, agents).start
    for lane in (0, lanes // 2, lanes - 1):
        assert np.array_equal(start[lane], fcfs_path(arrival[lane], service[lane], agents).start)
    timed(
        benchmark,
        lambda: fcfs_lanes(arrival, service, agents),
        lanes,
        speeds,
        ("plain", dtype, agents, lanes),
    )


@pytest.mark.parametrize("lanes", [256, 1024])
@pytest.mark.parametrize("dtype", ["float64", "int32"])
def test_patience(benchmark: BenchmarkFixture, speeds: dict[Any, float], dtype: str, lanes: int) -> None:
    arrival, service, patience = lanes_of(lanes, 20, dtype)
    start = fcfs_lanes(arrival, service, 20, patience).start
    for lane in (0, lanes - 1):
        path = fcfs_path(arrival[lane], service[lane], 20, patience[lane])
        assert np.array_equal(start[lane], path.start)
    key = ("patience", dtype, 20, lanes)
    timed(benchmark, lambda: fcfs_lanes(arrival, service, 20, patience), lanes, speeds, key)


@pytest.mark.parametrize("lanes", [256, 1024])
@pytest.mark.parametrize("dtype", ["float64", "int32"])
def test_patience_and_steps(
    benchmark: BenchmarkFixture, speeds: dict[Any, float], dtype: str, lanes: int
) -> None:
    arrival, service, patience = lanes_of(lanes, 20, dtype)
    steps = (np.linspace(0, arrival.max(), 9)[:-1].astype(dtype), [20, 15, 25, 18, 22, 20, 16, 24])
    start = fcfs_lanes(arrival, service, None, patience, steps).start
    for lane in (0, lanes - 1):
        path = fcfs_path(arrival[lane], service[lane], None, patience[lane], steps)
        assert np.array_equal(start[lane], path.start)
    key = ("patience and steps", dtype, 20, lanes)
    timed(benchmark, lambda: fcfs_lanes(arrival, service, None, patience, steps), lanes, speeds, key)
