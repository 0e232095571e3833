"""Peers and floors for a first-come station: SimPy, Ciw, and a binary heap written as one would in C.

All are fed the same path in whole ticks, and their results are compared before anything is timed.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import simpy

from hotline_sim.clock.ticks import MINUTE, NEVER

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import pytest

    from hotline_sim.arrays import IntArray

CUSTOMERS: Final = 190_000
AGENTS: Final = 20
LOAD: Final = 0.9


class Path(NamedTuple):
    """Customers of one station in order of arrival, and a staffing that steps every quarter of an hour."""

    arrival: IntArray
    service: IntArray
    patience: IntArray
    ticks: IntArray
    levels: IntArray

    def first(self, count: int) -> Path:
        """The same path, cut after some customers."""
        return self._replace(**{name: getattr(self, name)[:count] for name in self._fields[:3]})

    @property
    def staffing(self) -> tuple[IntArray, IntArray]:
        """Ticks and levels."""
        return self.ticks, self.levels


def path(agents: int = AGENTS, count: int = CUSTOMERS, seed: int = 1) -> Path:
    """Poisson arrivals at 90 % load, exponential work of five minutes and patience of two and a half."""
    numbers = np.random.default_rng(seed)
    mean = 5 * MINUTE
    arrival = np.cumsum(numbers.exponential(mean / agents / LOAD, count)).astype(np.int64)
    ticks = np.arange(0, arrival[-1], 15 * MINUTE)
    return Path(
        arrival,
        numbers.exponential(mean, count).astype(np.int64) + 1,
        numbers.exponential(mean / 2, count).astype(np.int64) + 1,
        ticks,
        numbers.integers(agents - agents // 4, agents + agents // 4 + 1, len(ticks)),
    )


def by_simpy(customers: Path, agents: int | None, patience: bool = False) -> list[int]:
    """Starts from a SimPy model as its users write it, one process for each customer.

    Without a number of agents they come and go as the staffing says: a process sets the capacity of the
    resource and lets it look at its queue.
    """
    env = simpy.Environment()
    resource = simpy.Resource(env, agents or int(customers.levels.max()))
    start = [NEVER] * len(customers.arrival)

    def customer(number: int, work: int) -> Generator[Any, Any, None]:
        with resource.request() as request:
            yield request
            start[number] = int(env.now)
            yield env.timeout(work)

    def caller(number: int, work: int, limit: int) -> Generator[Any, Any, None]:
        with resource.request() as request:
            yield request | env.timeout(limit)
            if request.triggered:
                start[number] = int(env.now)
                yield env.timeout(work)

    def source() -> Generator[Any, Any, None]:
        gaps = np.diff(customers.arrival, prepend=0).tolist()
        columns = (gaps, customers.service.tolist(), customers.patience.tolist())
        for number, (gap, work, limit) in enumerate(zip(*columns, strict=True)):
            yield env.timeout(gap)
            env.process(caller(number, work, limit) if patience else customer(number, work))

    def staff() -> Generator[Any, Any, None]:
        for tick, level in zip(customers.ticks.tolist(), customers.levels.tolist(), strict=True):
            if tick > customers.arrival[-1]:
                return
            yield env.timeout(tick - env.now)
            resource._capacity = level
            while resource.queue and resource.count < level:
                resource._trigger_put(None)  # starts one at a time

    if agents is None:
        env.process(staff())
    env.process(source())
    env.run()
    return start


def by_ciw(customers: Path, agents: int, patience: bool = False) -> list[int]:
    """Starts from a Ciw model with the same numbers; it hands patience out in another order."""
    import ciw

    more = {}
    if patience:
        more["reneging_time_distributions"] = [ciw.dists.Sequential(customers.patience.tolist())]
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential(np.diff(customers.arrival, prepend=0).tolist())],
        service_distributions=[ciw.dists.Sequential(customers.service.tolist())],
        number_of_servers=[agents],
        **more,
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(int(customers.arrival[-1]) + 1000 * MINUTE)
    start = [NEVER] * len(customers.arrival)
    for record in simulation.get_all_records():
        if record.record_type == "service" and record.id_number <= len(start):
            start[record.id_number - 1] = round(record.service_start_date)
    return start


def heap_all(arrival: IntArray, service: IntArray, agents: int, heap: IntArray, start: IntArray) -> None:
    """Kernel: the instants at which agents become free in a binary heap; the first one is replaced."""
    for index in range(len(arrival)):
        now, free = arrival[index], heap[0]
        begin = now if now > free else free
        start[index] = begin
        end = begin + service[index]
        hole, child = 0, 1
        while child < agents:
            if child + 1 < agents and heap[child + 1] < heap[child]:
                child += 1
            if heap[child] >= end:
                break
            heap[hole] = heap[child]
            hole = child
            child = 2 * hole + 1
        heap[hole] = end


def heap_some(
    arrival: IntArray,
    service: IntArray,
    patience: IntArray,
    ticks: IntArray,
    levels: IntArray,
    heap: IntArray,
    start: IntArray,
    never: int,
) -> None:
    """Kernel: ends of those in service in a binary heap; customers give up, agents come and go."""
    busy, step, level, earliest = 0, -1, 0, 0
    for index in range(len(arrival)):
        now = arrival[index]
        begin = now if now > earliest else earliest
        while True:
            while step + 1 < len(ticks) and ticks[step + 1] <= begin:
                step += 1
                level = levels[step]
            while busy > 0 and heap[0] <= begin:
                busy -= 1
                end = heap[busy]
                hole, child = 0, 1
                while child < busy:
                    if child + 1 < busy and heap[child + 1] < heap[child]:
                        child += 1
                    if heap[child] >= end:
                        break
                    heap[hole] = heap[child]
                    hole = child
                    child = 2 * hole + 1
                heap[hole] = end
            if busy < level:
                break
            following = ticks[step + 1] if step + 1 < len(ticks) else never
            free = heap[0] if busy > 0 else never
            begin = following if following < free else free
            if begin == never:
                break
        earliest = begin
        if begin == never or begin - now > patience[index]:
            start[index] = never
            continue
        start[index] = begin
        end = begin + service[index]
        hole = busy
        while hole > 0 and heap[(hole - 1) // 2] > end:
            heap[hole] = heap[(hole - 1) // 2]
            hole = (hole - 1) // 2
        heap[hole] = end
        busy += 1


def tell(config: pytest.Config, lines: list[str]) -> None:
    """Write lines to the terminal in the middle of a run, past pytest's capture."""
    reporter = config.pluginmanager.getplugin("terminalreporter")
    capture = config.pluginmanager.getplugin("capturemanager")
    if reporter is None or capture is None or not lines:
        return
    with capture.global_and_fixture_disabled():
        reporter.write_line("")
        for line in lines:
            reporter.write_line(line)


@cache
def compiled(kernel: Callable[..., None]) -> Any:
    """Machine code of a floor, made as the package makes its own, but not kept on disk."""
    import numba

    return numba.njit(nogil=True, _nrt=False)(kernel)


def by_heap(customers: Path, agents: int) -> IntArray:
    """Starts from the heap of free instants."""
    start = np.empty_like(customers.arrival)
    heap = np.full(agents, -NEVER)
    compiled(heap_all)(customers.arrival, customers.service, agents, heap, start)
    return start


def by_heap_some(customers: Path) -> IntArray:
    """Starts from the heap of ends, with patience and staffing."""
    start = np.empty_like(customers.arrival)
    heap = np.empty(int(customers.levels.max()) + 1, np.int64)
    compiled(heap_some)(*customers, heap, start, NEVER)
    return start
