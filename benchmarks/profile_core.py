"""Where the nanoseconds of the compiled loop go: parts of the baseline switched off one after the other.

Run with ``python benchmarks/profile_core.py``; it prints the table of ``benchmarks/profile.md``.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

import hotline_sim as hs
from hotline_sim.engines.core.compiler import compiled_kernel
from hotline_sim.engines.core.engine import Core
from hotline_sim.engines.core.heap import heap_pop, heap_push
from hotline_sim.engines.core.summary import new_summary
from hotline_sim.scenario.schema import Scenario
from hotline_sim.scenario.write import to_tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network

REPEATS = 15


def best(work: Callable[[], object]) -> float:
    """Least processor time of several runs, in seconds."""
    times = []
    for _ in range(REPEATS):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def variants() -> dict[str, Scenario]:
    """The baseline, and with parts of it switched off."""
    tables: dict[str, Any] = to_tables(hs.load("guangyuan-2021"))
    found = {"whole baseline": Scenario.model_validate(tables)}
    for name in ("chasers", "repeats", "rating"):
        del tables[name]
    found["without calls about tickets and ratings"] = Scenario.model_validate(tables)
    for name in ("co_handlers", "extension", "supervision", "bulletin"):
        del tables[name]
    for name in ("hard_cases", "petitions", "mediation"):
        del tables[name]
    found["and without the other further mechanisms"] = Scenario.model_validate(tables)
    for name in ("idle_above", "between"):
        del tables["callback"][name]
    found["and with calls back before idle time"] = Scenario.model_validate(tables)
    tables["handling"]["effort_window"] = 0.0
    found["and without effort near the deadline"] = Scenario.model_validate(tables)
    del tables["callback"]
    found["and without call-back and redo"] = Scenario.model_validate(tables)
    tables["dispatch"]["misroute"] = 0.0
    found["and without returns"] = Scenario.model_validate(tables)
    for request_class in tables["classes"].values():
        request_class["direct_answer"] = 1.0
    found["and without tickets: intake only"] = Scenario.model_validate(tables)
    return found


def seconds(network: Network, draws: Draws, *, log: bool) -> tuple[float, int]:
    """Least time of a run, and its visits."""
    visits = len(Core(network, draws).run()["ticket"])

    def run() -> None:
        Core(network, draws, summary=None if log else new_summary(network, len(draws.arrival))).run()

    return best(run), visits


def holds(keys: np.ndarray, heap: np.ndarray, size: int, steps: int) -> int:
    """Pop the first key and push a later one, so many times."""
    for index in range(size):
        heap_push(heap, index, keys[index])
    for step in range(steps):
        key = heap[0]
        left = heap_pop(heap, size)
        heap_push(heap, left, key + keys[step % keys.size])
    return int(heap[0])


def main() -> None:
    """Print the tables."""
    print("| what runs | visits | ms | ns a visit |")
    print("| --- | ---: | ---: | ---: |")
    for name, scenario in variants().items():
        network = hs.build(scenario)
        draws = hs.draw(network, 1, 0)
        spent, visits = seconds(network, draws, log=False)
        print(f"| {name} | {visits:,} | {spent * 1e3:.0f} | {spent / visits * 1e9:.0f} |", flush=True)
        if name == "whole baseline":
            logged, _ = seconds(network, draws, log=True)
            apart = type(draws)(*(np.ascontiguousarray(column) for column in draws))
            scattered = best(partial(_run_apart, network, apart))
            notes = logged, scattered
    kernel = compiled_kernel(holds)
    rng = np.random.default_rng(1)
    keys = rng.integers(1, 1 << 30, 100_000) << 20
    print()
    print(f"Keeping the log instead of streaming KPIs: {notes[0] * 1e3:.0f} ms for the whole baseline.")
    print(f"With random numbers apart in memory: {notes[1] * 1e3:.0f} ms (log kept).")
    for size in (100, 3000):
        heap = np.zeros(size + 8, np.int64)
        kernel(keys, heap, size, 10)
        spent = best(lambda heap=heap, size=size: kernel(keys, heap, size, 200_000)) / 200_000
        print(f"One pop and one push on a heap of {size}: {spent * 1e9:.0f} ns.")


def _run_apart(network: Network, draws: Draws) -> None:
    core = Core(network, draws)
    core.draws = draws
    core.run()


if __name__ == "__main__":
    main()
