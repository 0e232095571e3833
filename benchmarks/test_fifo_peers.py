"""One path through a first-come station: the compiled recursion, a binary heap, SimPy, Ciw.

The table of ratios is printed when the file has run. Peers that take microseconds get fewer customers.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from floors import AGENTS, CUSTOMERS, Path, by_ciw, by_heap, by_heap_some, by_simpy, path, tell
from hotline_sim.core import fcfs_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_benchmark.fixture import BenchmarkFixture

FEWER = {"SimPy": 20_000, "Ciw": 5_000}
BUDGETS = {("plain", "SimPy"): 1200, ("plain", "binary heap"): 1, ("patience and steps", "SimPy"): 1000}

pytestmark = pytest.mark.benchmark(timer=time.process_time)


@pytest.fixture(scope="module")
def customers() -> Path:
    """190,000 customers of twenty agents at 90 % load."""
    return path()


@pytest.fixture(scope="module")
def seconds(request: pytest.FixtureRequest) -> Iterator[dict[tuple[str, str], float]]:
    """Best CPU time for each customer, by model and peer; printed as ratios at the end."""
    found: dict[tuple[str, str], float] = {}
    yield found
    lines = []
    for (model, peer), best in found.items():
        ours = found.get((model, "recursion"))
        ratio = f"{best / ours:9,.1f} x" if ours else ""
        budget = BUDGETS.get((model, peer))
        wanted = f"  (budget {budget:,} x)" if budget else ""
        lines.append(f"{model:20} {peer:12} {best * 1e9:10,.1f} ns a customer {ratio}{wanted}")
    tell(request.config, sorted(lines))


def starts(customers: Path, model: str) -> Any:
    """Run the recursion on a model."""
    if model == "plain":
        return fcfs_path(customers.arrival, customers.service, AGENTS).start
    if model == "patience":
        return fcfs_path(customers.arrival, customers.service, AGENTS, customers.patience).start
    return fcfs_path(customers.arrival, customers.service, None, customers.patience, customers.staffing).start


def peer_of(name: str, model: str) -> Callable[[Path], Any]:
    """The function that answers a model as a peer does."""
    if name == "SimPy":
        agents = None if model == "patience and steps" else AGENTS
        return lambda customers: by_simpy(customers, agents, patience=model != "plain")
    if name == "Ciw":
        pytest.importorskip("ciw", reason="Ciw is not installed")
        return lambda customers: by_ciw(customers, AGENTS, patience=model != "plain")
    if model == "plain":
        return lambda customers: by_heap(customers, AGENTS)
    if model == "patience and steps":
        return by_heap_some
    return lambda customers: by_heap_some(
        customers._replace(ticks=np.zeros(1, np.int64), levels=np.full(1, AGENTS))
    )


def timed(
    benchmark: BenchmarkFixture,
    run: Callable[[], Any],
    count: int,
    rounds: int,
    seconds: dict[Any, float],
    key: Any,
) -> None:
    benchmark.extra_info |= {"of": count, "unit": "ns a customer"}
    benchmark.pedantic(run, rounds=rounds, warmup_rounds=1)
    if benchmark.stats is not None:  # switched off by --benchmark-disable
        seconds[key] = benchmark.stats.stats.min / count


@pytest.mark.parametrize("model", ["plain", "patience", "patience and steps"])
def test_recursion(
    benchmark: BenchmarkFixture, customers: Path, seconds: dict[tuple[str, str], float], model: str
) -> None:
    assert np.array_equal(starts(customers, model), peer_of("binary heap", model)(customers))
    timed(benchmark, lambda: starts(customers, model), CUSTOMERS, 60, seconds, (model, "recursion"))


@pytest.mark.parametrize("model", ["plain", "patience", "patience and steps"])
def test_binary_heap(
    benchmark: BenchmarkFixture, customers: Path, seconds: dict[tuple[str, str], float], model: str
) -> None:
    peer = peer_of("binary heap", model)
    assert np.array_equal(peer(customers), starts(customers, model))
    timed(benchmark, lambda: peer(customers), CUSTOMERS, 30, seconds, (model, "binary heap"))


@pytest.mark.parametrize("model", ["plain", "patience", "patience and steps"])
def test_simpy(
    benchmark: BenchmarkFixture, customers: Path, seconds: dict[tuple[str, str], float], model: str
) -> None:
    fewer = customers.first(FEWER["SimPy"])
    peer = peer_of("SimPy", model)
    assert np.array_equal(peer(fewer), starts(fewer, model))
    timed(benchmark, lambda: peer(fewer), FEWER["SimPy"], 10, seconds, (model, "SimPy"))


@pytest.mark.parametrize("model", ["plain", "patience"])
def test_ciw(
    benchmark: BenchmarkFixture, customers: Path, seconds: dict[tuple[str, str], float], model: str
) -> None:
    fewer = customers.first(FEWER["Ciw"])
    peer = peer_of("Ciw", model)
    found, expected = np.array(peer(fewer)), starts(fewer, model)
    if model == "plain":
        assert np.array_equal(found, expected)
    else:
        # Patience goes to other customers there, so only shares can be compared.
        served = [(start < customers.arrival[-1]).mean() for start in (found, expected)]
        assert abs(served[0] - served[1]) < 0.03
    timed(benchmark, lambda: peer(fewer), FEWER["Ciw"], 3, seconds, (model, "Ciw"))
