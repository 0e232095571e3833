"""Starts at a first-come station: array recursion, compiled path, core station, SimPy station, event list.

The event list is written here once more, by the book, so that no code is shared with what is tested. Times
are small whole numbers: most instants are tied with others.
"""

from __future__ import annotations

import heapq
from collections import deque
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import NEVER
from hotline_sim.core import fcfs_lanes, fcfs_path
from hotline_sim.engines.core.station import first_come_serve, first_come_start, new_stations
from hotline_sim.engines.des.events import At, Rank
from hotline_sim.engines.des.station import Rules, Station

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from simpy.events import Event

TYPES = ("float64", "float32", "int64", "int32")


class Queue(NamedTuple):
    """A first-come station and its customers; NEVER is the patience of those who never give up."""

    arrival: list[int]
    service: list[int]
    patience: list[int]
    ticks: list[int]
    levels: list[int]

    @property
    def staffing(self) -> tuple[list[int], list[int]]:
        return self.ticks, self.levels


# By event: tick, rank (staffing, completion, abandonment, arrival), number.
STAFFING, COMPLETION, ABANDONMENT, ARRIVAL = range(4)


def by_events(queue: Queue) -> list[int]:
    """Starts from an event list; NEVER for those who are not served."""
    events = [(tick, STAFFING, level) for tick, level in zip(queue.ticks, queue.levels, strict=True)]
    events += [(tick, ARRIVAL, number) for number, tick in enumerate(queue.arrival)]
    heapq.heapify(events)
    start = [NEVER] * len(queue.arrival)
    waiting: deque[int] = deque()
    busy = level = 0
    while events:
        now, rank, number = heapq.heappop(events)
        if rank == STAFFING:
            level = number
        elif rank == COMPLETION:
            busy -= 1
        elif rank == ABANDONMENT:
            if number in waiting:
                waiting.remove(number)
        else:
            waiting.append(number)
            heapq.heappush(events, (now + queue.patience[number], ABANDONMENT, number))
        while waiting and busy < level:
            served = waiting.popleft()
            busy += 1
            start[served] = now
            heapq.heappush(events, (now + queue.service[served], COMPLETION, served))
    return start


def by_core_station(queue: Queue) -> list[int]:
    """Starts from the first-come station of the event loop."""
    table: Any = SimpleNamespace(
        station_pattern=np.zeros(1, np.int64),
        station_staff=np.ones(1, np.int64),
        pattern_low=np.zeros(1, np.int64),
        pattern_high=np.full(1, len(queue.ticks)),
        step_tick=np.array(queue.ticks, np.int64),
        step_level=np.array(queue.levels, np.int64),
        entry=SimpleNamespace(most_lines=0, helper=np.full(1, -1)),
        intake_station=np.zeros(1, np.int64),
        skills=SimpleNamespace(kinds=0),
        enterprises=SimpleNamespace(station=-1),
    )
    stations = new_stations(table, np.ones(1, np.int64))
    found = []
    for arrival, service, patience in zip(queue.arrival, queue.service, queue.patience, strict=True):
        start = first_come_start(table, stations, 0, arrival)
        if start < NEVER and start - arrival <= patience:
            first_come_serve(stations, 0, start + service)
        else:
            start = NEVER
        found.append(start)
    return found


def by_simpy_station(queue: Queue) -> list[int]:
    """Starts from the station of the SimPy engine, with processes as its model has them."""
    env = simpy.Environment()
    rules = Rules(lambda visit, _: (0, visit.ready), lambda _stage, _now: 0, lambda _station, _now: NEVER)
    station = Station(env, 0, queue.ticks, queue.levels, rules=rules)
    found = [NEVER] * len(queue.arrival)

    def customer(number: int) -> Generator[Event, None, None]:
        yield At(env, queue.arrival[number], Rank.READY, number)
        visit: Any = SimpleNamespace(ticket=number, ready=env.now, stage=0)
        grant = station.request(visit, visit.ticket)
        if grant is not None:
            yield grant | At(env, int(env.now) + queue.patience[number], Rank.ABANDONMENT, number)
        if grant is None or grant.triggered:
            found[number] = int(env.now)
            yield At(env, found[number] + queue.service[number], Rank.COMPLETION, number)
            station.release()
        else:
            station.withdraw(visit.ticket)

    for number in range(len(queue.arrival)):
        env.process(customer(number))
    env.run()
    return found


def by_path(queue: Queue, dtype: str = "int64") -> list[int]:
    times = (np.array(times, dtype) for times in _narrow(queue, dtype))
    arrival, service, patience = times
    return _wide(fcfs_path(arrival, service, None, patience, queue.staffing).start)


def by_lanes(queue: Queue, dtype: str = "int64") -> list[int]:
    arrival, service, patience = (np.array([times], dtype) for times in _narrow(queue, dtype))
    return _wide(fcfs_lanes(arrival, service, None, patience, queue.staffing).start[0])


def _narrow(queue: Queue, dtype: str) -> tuple[list[float], ...]:
    """Times of a queue with "never" as the type has it."""
    never: float = {"int64": NEVER, "int32": 2**30}.get(dtype, np.inf)
    columns = (queue.arrival, queue.service, queue.patience)
    return tuple([never if time == NEVER else time for time in column] for column in columns)


def _wide(start: np.ndarray[Any, Any]) -> list[int]:
    never = {"int64": NEVER, "int32": 2**30}.get(str(start.dtype), np.inf)
    return [NEVER if time == never else int(time) for time in start.tolist()]


ANSWERS: dict[str, Callable[[Queue], list[int]]] = {
    "event list": by_events,
    "core station": by_core_station,
    "SimPy station": by_simpy_station,
    "path": by_path,
    "lanes": by_lanes,
}


def assert_all_agree(queue: Queue) -> None:
    """Compare all starts; on a difference show the first customer who differs, and two before."""
    found = {name: answer(queue) for name, answer in ANSWERS.items()}
    for name, start in found.items():
        for number, (one, other) in enumerate(zip(start, found["event list"], strict=True)):
            if one != other:
                shown = slice(max(number - 2, 0), number + 1)
                lines = [f"{who}: {answer[shown]}" for who, answer in found.items()]
                lines += [
                    f"{field}: {column[shown]}"
                    for field, column in zip(Queue._fields[:3], queue[:3], strict=True)
                ]
                lines += [f"staffing: {list(zip(*queue.staffing, strict=True))}"]
                pytest.fail(f"{name} differs at customer {number}\n" + "\n".join(lines))


small = st.integers(0, 6)
long = st.one_of(small, st.integers(0, 40))
patiences = st.one_of(small, st.just(NEVER), st.integers(0, 60))


@st.composite
def staffings(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """A few steps of 0 to 4 agents, some before any arrival, some after all."""
    ticks = sorted(draw(st.sets(st.integers(0, 60), max_size=8)))
    levels = [draw(st.integers(0, 4)) for _ in ticks]
    return ticks, levels


@st.composite
def queues(draw: st.DrawFn) -> Queue:
    count = draw(st.integers(0, 25))
    gaps = [draw(small) for _ in range(count)]
    arrival = np.cumsum(gaps, dtype=np.int64).tolist()
    service = [draw(long) for _ in range(count)]
    patience = [draw(patiences) for _ in range(count)]
    return Queue(arrival, service, patience, *draw(staffings()))


@settings(max_examples=400)
@given(queues())
def test_all_answers_are_the_same(queue: Queue) -> None:
    assert_all_agree(queue)


@settings(max_examples=150)
@given(queues(), st.sampled_from(TYPES))
def test_every_type_gives_the_same_starts(queue: Queue, dtype: str) -> None:
    expected = by_events(queue)
    assert by_path(queue, dtype) == expected
    assert by_lanes(queue, dtype) == expected


@settings(max_examples=150)
@given(queues(), st.integers(1, 6), st.sampled_from(TYPES))
def test_agents_who_are_always_there_need_no_staffing(queue: Queue, agents: int, dtype: str) -> None:
    queue = queue._replace(ticks=[0], levels=[agents])
    arrival, service, patience = (np.array(times, dtype) for times in _narrow(queue, dtype))
    expected = by_events(queue)
    assert _wide(fcfs_path(arrival, service, agents, patience).start) == expected
    assert _wide(fcfs_lanes(arrival, service, agents, patience).start) == expected
    patient = by_events(queue._replace(patience=[NEVER] * len(queue.arrival)))
    assert _wide(fcfs_path(arrival, service, agents).start) == patient
    assert _wide(fcfs_lanes(arrival, service, agents).start) == patient


@pytest.mark.parametrize("agents", [1, 2, 3, 19, 64])
@pytest.mark.parametrize("seed", range(3))
def test_a_long_busy_path_is_the_same(agents: int, seed: int) -> None:
    numbers = np.random.default_rng([agents, seed])
    count = 2000
    arrival = np.cumsum(numbers.random(count) * 60 / agents).astype(np.int64)
    ticks = np.sort(numbers.choice(arrival[-1] + 1, 40, replace=False))
    patience = np.where(numbers.random(count) < 0.5, NEVER, numbers.integers(0, 60, count))
    queue = Queue(
        arrival.tolist(),
        numbers.integers(0, 60, count).tolist(),
        patience.tolist(),
        ticks.tolist(),
        numbers.integers(0, agents + 1, 40).tolist(),
    )
    assert_all_agree(queue)
    assert_all_agree(queue._replace(ticks=[0], levels=[agents]))
    assert_all_agree(queue._replace(ticks=[0, 1], levels=[0, agents], patience=[NEVER] * count))


@settings(max_examples=100)
@given(st.lists(queues(), min_size=1, max_size=5), st.sampled_from(TYPES), st.booleans())
def test_lanes_of_any_length_do_not_touch_each_other(made: list[Queue], dtype: str, gives_up: bool) -> None:
    """Each lane has its own customers and staffing; short lanes are filled up with nobody."""
    never: float = {"int64": NEVER, "int32": 2**30}.get(dtype, np.inf)
    count, steps = (max(len(getattr(queue, name)) for queue in made) for name in ("arrival", "ticks"))
    arrival = np.full((len(made), count), never, dtype)
    service, patience = np.zeros_like(arrival), np.zeros_like(arrival)
    ticks, levels = np.full((len(made), steps), NEVER), np.full((len(made), steps), 3)
    for lane, queue in enumerate(made):
        times = _narrow(queue, dtype)
        for array, column in zip((arrival, service, patience), times, strict=True):
            array[lane, : len(column)] = column
        ticks[lane, : len(queue.ticks)], levels[lane, : len(queue.ticks)] = queue.staffing
    passage = fcfs_lanes(arrival, service, None, patience if gives_up else None, (ticks, levels))
    for lane, queue in enumerate(made):
        alone = queue if gives_up else queue._replace(patience=[NEVER] * len(queue.arrival))
        here = slice(len(queue.arrival))
        assert _wide(passage.start[lane, here]) == by_events(alone)
        assert (passage.start[lane, len(queue.arrival) :] == never).all()
        path = fcfs_path(
            arrival[lane], service[lane], None, patience[lane] if gives_up else None, queue.staffing
        )
        for name in ("start", "end", "wait", "served", "abandoned"):
            one, other = getattr(passage, name)[lane], getattr(path, name)
            assert one.dtype == other.dtype
            assert np.array_equal(one, other), name


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("has_patience", [False, True])
def test_lanes_in_many_chunks_are_the_paths_one_by_one(dtype: str, has_patience: bool) -> None:
    """More lanes than one chunk holds, in three loop dimensions, all arguments of other shapes."""
    numbers = np.random.default_rng(5)
    count = 60
    arrival = np.cumsum(numbers.integers(0, 5, (700, count)), axis=-1).astype(dtype)
    service = numbers.integers(0, 60, (3, 1, count)).astype(dtype)
    patience = numbers.integers(0, 30, (700, count)).astype(dtype) if has_patience else None
    servers = np.array([1, 30, 2, 40])[:, None, None]
    passage = fcfs_lanes(arrival, service, servers, patience)
    assert passage.start.shape == passage.arrival.shape == (4, 3, 700, count)
    for one, two, three in ((0, 0, 0), (1, 1, 699), (2, 2, 350), (3, 0, 123), (3, 2, 698), (0, 2, 699)):
        limit = None if patience is None else patience[three]
        path = fcfs_path(arrival[three], service[two, 0], int(servers[one, 0, 0]), limit)
        for name in ("arrival", "start", "end", "wait", "served", "abandoned"):
            assert np.array_equal(getattr(passage, name)[one, two, three], getattr(path, name)), name


@settings(max_examples=100)
@given(queues())
def test_floats_of_lanes_and_path_are_the_same_in_every_bit(queue: Queue) -> None:
    arrival, service = np.array(queue.arrival) / 7, np.array(queue.service) / 3
    patience = np.array([np.inf if limit == NEVER else limit / 7 for limit in queue.patience])
    staffing = (np.array(queue.ticks) / 7, queue.levels)
    path = fcfs_path(arrival, service, None, patience, staffing)
    lanes = fcfs_lanes(arrival, service, None, patience, staffing)
    assert path.start.tobytes() == lanes.start.tobytes()
    assert path.end.tobytes() == lanes.end.tobytes()


@settings(max_examples=100)
@given(queues())
def test_one_agent_has_a_closed_form(queue: Queue) -> None:
    """Written here with running sums of Python; the lanes use the closed form, the path does not."""
    expected, before, ready = [], 0, -(2**60)
    for arrival, service in zip(queue.arrival, queue.service, strict=True):
        ready = max(ready, arrival - before)
        expected.append(ready + before)
        before += service
    arrival, service = np.array(queue.arrival, np.int64), np.array(queue.service, np.int64)
    assert fcfs_lanes(arrival, service, 1).start.tolist() == expected
    assert fcfs_path(arrival, service, 1).start.tolist() == expected


def test_steps_of_the_clock_are_taken_as_they_are() -> None:
    steps = Steps(np.array([0, 10, 20]), np.array([1, 0, 2]))
    arrival, service = np.array([0, 1, 2, 3]), np.array([15, 4, 4, 4])
    # The first is served in overtime until 15, the others wait for the two agents of 20.
    assert fcfs_path(arrival, service, None, staffing=steps).start.tolist() == [0, 20, 20, 24]
    assert fcfs_lanes(arrival, service, None, staffing=steps).start.tolist() == [0, 20, 20, 24]


OVERTIME = Queue([0, 0, 0, 1, 2, 3], [30, 30, 30, 5, 5, 5], [NEVER] * 6, [0, 10, 20], [3, 0, 1])
FALL = Queue([0, 0, 0, 1, 2], [10, 12, 14, 5, 5], [NEVER] * 5, [0, 5], [3, 1])


@pytest.mark.parametrize(
    ("queue", "expected"),
    [
        # All three of the first shift are busy until 30; the one agent of 20 is among them.
        (OVERTIME, [0, 0, 0, 30, 35, 40]),
        # One place from 5 on: two in overtime must be gone before the next call is taken at 14.
        (FALL, [0, 0, 0, 14, 19]),
        # A change on the tick of a completion comes first: nobody is on duty at 10.
        (Queue([0, 1], [10, 1], [NEVER] * 2, [0, 10, 12], [1, 0, 1]), [0, 12]),
        # Whose patience ends on the tick of the first start is served, one tick less and he is gone.
        (Queue([0, 1, 1], [10, 5, 5], [NEVER, 9, 8], [0], [1]), [0, 10, NEVER]),
        # No patience at all: only who finds an agent free, or freed on this very tick, is served.
        (Queue([0, 5, 10], [10, 5, 5], [0, 0, 0], [0], [1]), [0, NEVER, 10]),
        # Nobody ever comes on duty.
        (Queue([0, 5], [1, 1], [NEVER, 3], [], []), [NEVER, NEVER]),
        # The last shift ends while somebody waits.
        (Queue([0, 5], [10, 1], [NEVER, NEVER], [0, 8], [1, 0]), [0, NEVER]),
        # One customer, and none.
        (Queue([7], [0], [0], [7], [1]), [7]),
        (Queue([], [], [], [0], [1]), []),
    ],
)
def test_small_cases_can_be_worked_out_by_hand(queue: Queue, expected: list[int]) -> None:
    assert by_events(queue) == expected
    assert_all_agree(queue)
    for dtype in TYPES:
        assert by_path(queue, dtype) == by_lanes(queue, dtype) == expected
