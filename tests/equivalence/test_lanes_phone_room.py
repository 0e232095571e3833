"""Sums of a phone room: lanes side by side against one path for each staffing, volume and replication."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import DAY, NEVER
from hotline_sim.core import fcfs_path, phone_room
from hotline_sim.sampling.streams import Stream, uniforms

Array = np.ndarray[Any, Any]
SUMS = ("offered", "answered", "abandoned", "within", "wait_answered", "wait_abandoned")


class Calls(NamedTuple):
    """Calls of all replications, and a uniform for each."""

    arrival: Array
    service: Array
    patience: Array | None
    thinning: Array


def by_paths(calls: Calls, servers: list[Any], volumes: list[float], threshold: int, since: int) -> Array:
    """Sums from the start of every single call, shape (6, servers, volumes, replications)."""
    found = np.zeros((6, len(servers), len(volumes), len(calls.arrival)), np.int64)
    for place in np.ndindex(found.shape[1:]):
        agents, share, row = servers[place[0]], volumes[place[1]], place[2]
        come = (calls.thinning[row] < share) & (calls.arrival[row] < NEVER)
        patience = None if calls.patience is None else calls.patience[row, come]
        fixed, staffing = (agents, None) if isinstance(agents, int) else (None, agents)
        path = fcfs_path(calls.arrival[row, come], calls.service[row, come], fixed, patience, staffing)
        counted = path.arrival >= since
        answered, abandoned = path.served & counted, path.abandoned & counted
        found[:, *place] = (
            counted.sum(),
            answered.sum(),
            abandoned.sum(),
            (answered & (path.wait <= threshold)).sum(),
            path.wait[answered].sum(),
            path.wait[abandoned].sum(),
        )
    return found


def assert_same_sums(
    calls: Calls, servers: list[Any], volumes: list[float], threshold: int = 10, since: int | None = None
) -> None:
    room = phone_room(
        calls.arrival,
        calls.service,
        calls.patience,
        servers=servers,
        volumes=volumes,
        threshold=threshold,
        thinning=calls.thinning,
        count_from=since,
    )
    expected = by_paths(calls, servers, volumes, threshold, -NEVER if since is None else since)
    for name, sums in zip(SUMS, expected, strict=True):
        assert np.array_equal(getattr(room, name), sums), name


def calls_of(seed: int, count: int, gap: int, work: int, patience: int | None, rows: int = 2) -> Calls:
    """Calls with whole times below these limits; rows end at different calls."""
    numbers = np.random.default_rng(seed)
    arrival = np.cumsum(numbers.integers(0, gap, (rows, count)), axis=-1)
    for row in range(rows):
        arrival[row, count - numbers.integers(0, count // 2 + 1) :] = NEVER
    limit = None
    if patience is not None:
        limit = numbers.integers(0, patience, (rows, count))
        limit[numbers.random(limit.shape) < 0.2] = NEVER
    return Calls(arrival, numbers.integers(0, work, arrival.shape), limit, numbers.random(arrival.shape))


@st.composite
def staffings(draw: st.DrawFn) -> Any:
    if draw(st.booleans()):
        return draw(st.integers(1, 6))
    ticks = sorted(draw(st.sets(st.integers(0, 300), max_size=5)))
    return ticks, [draw(st.integers(0, 4)) for _ in ticks]


@settings(max_examples=120)
@given(
    st.integers(0, 2**32),
    st.lists(staffings(), min_size=1, max_size=4),
    st.lists(st.sampled_from([0.0, 0.3, 0.7, 1.0]), min_size=1, max_size=3),
    st.sampled_from([None, 8, 60]),
    st.sampled_from([0, 5, 1000]),
    st.sampled_from([None, 0, 50, 10**6]),
)
def test_sums_are_those_of_single_paths(
    seed: int,
    servers: list[Any],
    volumes: list[float],
    patience: int | None,
    threshold: int,
    since: int | None,
) -> None:
    calls = calls_of(seed, seed % 60, 10, 30, patience)
    assert_same_sums(calls, servers, volumes, threshold, since)


def test_more_lanes_than_one_group_are_all_told_apart() -> None:
    calls = calls_of(1, 400, 6, 60, 50)
    assert_same_sums(calls, [*range(40, 0, -1), ([0, 500, 700], [9, 0, 30])], [1.0, 0.2, 0.6])


@pytest.mark.parametrize("patience", [None, 5 * DAY])
def test_talks_of_days_and_weeks_of_waiting_do_not_fit_into_narrow_ticks(patience: int | None) -> None:
    """Three days of talk and a call every day: whoever waits does so for months."""
    calls = calls_of(2, 300, 2 * DAY, 3 * DAY, patience)
    assert_same_sums(calls, [1, 2], [1.0, 0.5], threshold=DAY)
    assert_same_sums(calls, [1, ([0, 200 * DAY], [1, 3])], [1.0, 0.5], threshold=DAY)


def test_a_room_closed_for_months_does_not_fit_into_narrow_ticks() -> None:
    """Short talks and patient callers, who wait until somebody comes on duty again."""
    calls = calls_of(2, 300, DAY, DAY // 50, None)
    assert_same_sums(calls, [([0, 20 * DAY, 60 * DAY], [1, 0, 2])], [1.0, 0.5], threshold=DAY)


@pytest.mark.parametrize("work", [2**29 - 1, 2**29, 2**40])
def test_narrow_ticks_are_left_in_time(work: int) -> None:
    """Talks as long as the widest that narrow ticks can hold, and longer."""
    calls = calls_of(3, 60, 2**28, work, 2**29)
    assert_same_sums(calls, [1, 3, 17], [1.0, 0.5])


def test_patience_between_narrow_and_wide_is_kept() -> None:
    calls = calls_of(4, 60, 2**28, 2**28, None)
    limit = np.full_like(calls.arrival, 2**30 + 5)
    assert_same_sums(calls._replace(patience=limit), [1, ([0, 2**31], [1, 0])], [1.0])


def test_a_run_of_years_moves_its_base() -> None:
    """Calls every two days, offices closed for months: nothing is narrow for long."""
    calls = calls_of(5, 900, 4 * DAY, 2 * DAY, 20 * DAY)
    half_years = [180 * DAY * number for number in range(12)]
    assert_same_sums(calls, [1, 2, (half_years, [3, 0] * 6)], [1.0, 0.8], threshold=DAY, since=500 * DAY)


def test_more_calls_than_one_batch_are_answered_in_order() -> None:
    calls = calls_of(6, 80_000, 10, 300, 500, rows=1)
    assert_same_sums(calls, [40, 60, ([0, 100_000], [80, 50])], [1.0, 0.7])


def test_calls_may_come_before_1970() -> None:
    calls = calls_of(7, 200, 10, 60, 50)
    early = np.where(calls.arrival < NEVER, calls.arrival - 10**12, NEVER)
    room, same = (
        phone_room(arrival, calls.service, calls.patience, servers=[3, 5], threshold=10)
        for arrival in (calls.arrival, early)
    )
    assert all(np.array_equal(getattr(room, name), getattr(same, name)) for name in SUMS)


def test_steps_are_taken_like_pairs() -> None:
    calls = calls_of(8, 200, 10, 60, 50)
    ticks, levels = np.array([0, 400, 700]), np.array([4, 0, 9])
    assert_same_sums(calls, [(ticks, levels)], [1.0])
    room = phone_room(
        *calls[:3], servers=[(ticks, levels), Steps(ticks, levels)], threshold=10, thinning=calls.thinning
    )
    assert np.array_equal(room.wait_answered[0], room.wait_answered[1])


def test_volumes_share_their_calls_by_address() -> None:
    """Left to itself the room looks the uniforms up, by seed and replication."""
    calls = calls_of(9, 300, 10, 60, 50)
    drawn = np.array([uniforms(11, row, Stream.VOLUME, 0, 0, 300) for row in (4, 5)])
    told = phone_room(*calls[:3], servers=[3], volumes=[0.4, 0.9], thinning=drawn)
    found = phone_room(*calls[:3], servers=[3], volumes=[0.4, 0.9], seed=11, first_replication=4)
    assert all(np.array_equal(getattr(told, name), getattr(found, name)) for name in SUMS)
    other = phone_room(*calls[:3], servers=[3], volumes=[0.4, 0.9], seed=12, first_replication=4)
    assert not np.array_equal(found.offered, other.offered)
    everything = phone_room(*calls[:3], servers=[3], volumes=[1.0])
    assert everything.offered[0, 0].tolist() == (calls.arrival < NEVER).sum(axis=-1).tolist()
    assert (found.offered[:, 0] < found.offered[:, 1]).all()
    assert (found.offered[:, 1] < everything.offered[:, 0]).all()


@pytest.mark.parametrize(
    ("agents", "abandonment", "within_20_s"), [(14, 0.01398374, 0.91679209), (13, 0.0249633, 0.8581777)]
)
def test_a_thinned_room_is_erlang_a(agents: int, abandonment: float, within_20_s: float) -> None:
    """100 calls in 30 minutes (half of 200), 3 minutes of talk, 5 of patience (both exponential).

    Exact values from the birth-death chain. Shares of 200 replications: a false alarm at 4 standard errors is
    rarer than one in 10,000, and a vague run fails the second condition.
    """
    numbers = np.random.default_rng(10)
    shape = (200, 12_000)
    arrival = np.cumsum(numbers.exponential(9_000, shape), axis=-1).astype(np.int64)
    service, patience = (numbers.exponential(mean, shape).astype(np.int64) + 1 for mean in (180_000, 300_000))
    room = phone_room(
        arrival, service, patience, servers=[agents], volumes=[0.5], threshold=20_000, count_from=3_600_000
    )
    for found, exact in ((1 - room.answer_rate, abandonment), (room.service_level, within_20_s)):
        error = found.std(ddof=1) / len(arrival) ** 0.5
        assert abs(found.mean() - exact) < 4 * error
        assert error < 0.002


def test_where_nobody_ever_comes_on_duty_the_patient_wait_for_ever() -> None:
    calls = calls_of(11, 101, 10, 60, 50)
    assert calls.patience is not None
    assert_same_sums(calls, [([], [])], [1.0, 0.5])
    room = phone_room(*calls[:3], servers=[([], [])])
    gone = (calls.patience < NEVER) & (calls.arrival < NEVER)
    assert room.abandoned[0, 0].tolist() == gone.sum(axis=-1).tolist()
    assert (room.offered > room.abandoned).all()
