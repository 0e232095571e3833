"""Sixty-four rooms that share their draws, in machine code, against SimPy room by room."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from floors import AGENTS, Path, by_simpy, path, tell
from hotline_sim.clock.ticks import NEVER
from hotline_sim.core import PhoneRoom, phone_room

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_benchmark.fixture import BenchmarkFixture

FEWER = 20_000
"""Calls for SimPy."""
BUDGETS = {"64 volumes": 4000, "64 volumes, patience": 4000, "8 staffings x 8 volumes, patience": 4000}

pytestmark = pytest.mark.benchmark(timer=time.process_time)

VOLUMES = np.linspace(0.9, 1.0, 64)
CASES: dict[str, dict[str, Any]] = {
    "64 volumes": {"servers": [AGENTS], "volumes": VOLUMES},
    "64 volumes, patience": {"servers": [AGENTS], "volumes": VOLUMES, "patience": True},
    "8 staffings x 8 volumes, patience": {
        "servers": list(range(AGENTS - 4, AGENTS + 4)),
        "volumes": VOLUMES[7::8],
        "patience": True,
    },
    "64 volumes, patience and steps": {"servers": "steps", "volumes": VOLUMES, "patience": True},
}


@pytest.fixture(scope="module")
def customers() -> Path:
    """190,000 calls to twenty agents at 90 % load."""
    return path()


@pytest.fixture(scope="module")
def seconds(request: pytest.FixtureRequest) -> Iterator[dict[str, float]]:
    """Best CPU time for each call offered to a room, with the peer's; printed as ratios at the end."""
    found: dict[str, float] = {}
    yield found
    lines = []
    for case in CASES:
        ours, peer = found.get(case), found.get(_peer(case))
        if ours and peer:
            line = f"{case:34} {ours * 1e9:6.2f} ns a call and room, SimPy {peer * 1e9:9,.0f} ns"
            budget = f"  (budget {BUDGETS[case]:,} x)" if case in BUDGETS else ""
            lines.append(f"{line}: {peer / ours:8,.0f} x{budget}")
    tell(request.config, lines)


def _peer(case: str) -> str:
    """Name of the SimPy model that a case is compared with."""
    patience = "patience" if CASES[case].get("patience") else "plain"
    return f"SimPy {'steps' if CASES[case]['servers'] == 'steps' else patience}"


def answer(customers: Path, case: str) -> PhoneRoom:
    """Run all rooms of a case."""
    options = CASES[case]
    servers = [customers.staffing] if options["servers"] == "steps" else options["servers"]
    patience = customers.patience if options.get("patience") else None
    return phone_room(
        customers.arrival, customers.service, patience, servers=servers, volumes=options["volumes"]
    )


def assert_same_as_simpy(fewer: Path, case: str) -> None:
    """The room in which every call comes."""
    room = answer(fewer, case)
    servers = CASES[case]["servers"]
    row = 0 if servers == "steps" else servers.index(AGENTS)
    agents = None if servers == "steps" else AGENTS
    start = np.array(by_simpy(fewer, agents, patience=bool(CASES[case].get("patience"))))
    served = start < NEVER
    assert room.offered[row, -1, 0] == len(start)
    assert room.answered[row, -1, 0] == served.sum()
    assert room.wait_answered[row, -1, 0] == (start - fewer.arrival)[served].sum()


@pytest.mark.parametrize("case", CASES)
def test_shared_draws(
    benchmark: BenchmarkFixture, customers: Path, seconds: dict[str, float], case: str
) -> None:
    assert_same_as_simpy(customers.first(FEWER), case)
    calls = int(answer(customers, case).offered.sum())
    benchmark.extra_info |= {"of": calls, "unit": "ns a call and room"}
    benchmark.pedantic(answer, (customers, case), rounds=30, warmup_rounds=1)
    if benchmark.stats is not None:
        seconds[case] = benchmark.stats.stats.min / calls


@pytest.mark.parametrize("model", ["plain", "patience", "steps"])
def test_simpy(benchmark: BenchmarkFixture, customers: Path, seconds: dict[str, float], model: str) -> None:
    """What one room costs there; 64 rooms cost 64 times as much."""
    fewer = customers.first(FEWER)
    agents, patience = (None if model == "steps" else AGENTS), model != "plain"
    assert min(by_simpy(fewer, agents, patience)) >= fewer.arrival[0]
    benchmark.extra_info |= {"of": FEWER, "unit": "ns a call and room"}
    benchmark.pedantic(by_simpy, (fewer, agents, patience), rounds=10)
    if benchmark.stats is not None:
        seconds[f"SimPy {model}"] = benchmark.stats.stats.min / FEWER
