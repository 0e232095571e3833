from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sim.clock.ticks import MINUTE, NEVER
from hotline_sim.engines.core.station import (
    LARGE,
    first_come_serve,
    first_come_start,
    new_stations,
    next_increase,
    on_duty,
)
from hotline_sim.network.build import build
from scenarios import mmc

if TYPE_CHECKING:
    from hotline_sim.network.network import Tables

Steps = list[tuple[int, int]]
"""Staffing: ticks, and the level from each on."""


class Caller(NamedTuple):
    ready: int
    work: int
    patience: int = NEVER


@cache
def some_tables() -> Tables:
    return build(mmc(1, 1.0, MINUTE)).tables


def tables_of(*patterns: Steps, staff: tuple[int, ...] = (1,)) -> Tables:
    """Tables in which only staffing matters; the stations take the patterns in turn."""
    high = np.cumsum([len(steps) for steps in patterns])
    return some_tables()._replace(
        station_pattern=np.arange(len(staff)) % len(patterns),
        station_staff=np.array(staff),
        pattern_low=np.concatenate(([0], high[:-1])).astype(np.int64),
        pattern_high=high.astype(np.int64),
        step_tick=np.array([tick for steps in patterns for tick, _ in steps], np.int64),
        step_level=np.array([level for steps in patterns for _, level in steps], np.int64),
    )


def level_at(steps: Steps, tick: int) -> int:
    return next((level for begin, level in reversed(steps) if begin <= tick), 0)


def starts(tables: Tables, callers: list[Caller], *, is_large: bool | None = None) -> list[int]:
    """When each caller starts at the first station; NEVER for who gives up or finds nobody ever."""
    stations = new_stations(tables, np.ones(len(tables.station_staff), np.int64))
    if is_large is not None:
        stations.is_large[:] = is_large
    found = []
    for caller in callers:
        start = first_come_start(tables, stations, 0, caller.ready)
        if start == NEVER or start - caller.ready > caller.patience:
            found.append(NEVER)
        else:
            first_come_serve(stations, 0, start + caller.work)
            found.append(start)
    return found


def starts_tick_by_tick(steps: Steps, staff: int, callers: list[Caller], until: int) -> list[int]:
    """The same by looking at every tick: ends, then starts, then who gives up, then who comes."""
    found = [NEVER] * len(callers)
    queue: list[int] = []
    ends: list[int] = []
    for now in range(until):
        ends = [end for end in ends if end > now]
        free = level_at(steps, now) * staff - len(ends)
        coming = [n for n, caller in enumerate(callers) if caller.ready == now]
        for number in (*queue, *coming):
            if free > 0:
                free -= 1
                found[number] = now
                ends.append(now + callers[number].work)
        queue = [
            number
            for number in (*queue, *coming)
            if found[number] == NEVER and callers[number].ready + callers[number].patience > now
        ]
    return found


STEPS = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 3)), min_size=1, max_size=6)


@st.composite
def staffings(draw: st.DrawFn) -> Steps:
    """Up to six steps, the first on tick 0 or later."""
    steps, tick = [], draw(st.integers(0, 3)) - 1
    for gap, level in draw(STEPS):
        tick += gap
        steps.append((tick, level))
    return steps


@st.composite
def caller_lists(draw: st.DrawFn) -> list[Caller]:
    """Up to a dozen callers, in the order in which they come; many of them on the same tick."""
    patience = st.just(NEVER) | st.integers(1, 10)
    numbers = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9), patience), max_size=12))
    ready = np.cumsum([gap for gap, _, _ in numbers]).tolist()
    return [Caller(tick, work, wait) for tick, (_, work, wait) in zip(ready, numbers, strict=True)]


def test_nobody_is_on_duty_before_the_first_step() -> None:
    tables = tables_of([(5, 2), (9, 0)])
    stations = new_stations(tables, np.ones(1, np.int64))
    assert [on_duty(tables, stations, 0, tick) for tick in (4, 5, 8, 9, 20)] == [0, 2, 2, 0, 0]


def test_level_counts_once_for_each_of_the_staff() -> None:
    tables = tables_of([(0, 1)], [(0, 2), (5, 3)], staff=(4, 5))
    stations = new_stations(tables, np.zeros(2, np.int64))
    assert on_duty(tables, stations, 0, 7) == 4
    assert on_duty(tables, stations, 1, 7) == 15


def test_steps_of_one_pattern_end_where_those_of_the_next_begin() -> None:
    tables = tables_of([(0, 1), (5, 0)], [(7, 9)], staff=(1, 1))
    stations = new_stations(tables, np.zeros(2, np.int64))
    assert on_duty(tables, stations, 0, 8) == 0
    assert next_increase(tables, stations, 0) == NEVER
    assert on_duty(tables, stations, 1, 6) == 0
    assert next_increase(tables, stations, 1) == 7


def test_next_increase_passes_over_steps_down() -> None:
    tables = tables_of([(0, 3), (5, 1), (8, 1), (9, 2)])
    stations = new_stations(tables, np.zeros(1, np.int64))
    assert next_increase(tables, stations, 0) == 0
    assert on_duty(tables, stations, 0, 0) == 3
    assert next_increase(tables, stations, 0) == 9
    assert on_duty(tables, stations, 0, 9) == 2
    assert next_increase(tables, stations, 0) == NEVER


def test_without_staff_nothing_is_expected() -> None:
    tables = tables_of([(0, 0), (5, 1)], staff=(0,))
    stations = new_stations(tables, np.ones(1, np.int64))
    assert next_increase(tables, stations, 0) == NEVER
    assert starts(tables, [Caller(0, 1)]) == [NEVER]


def test_caller_who_gives_up_takes_no_agent() -> None:
    tables = tables_of([(0, 1)])
    assert starts(tables, [Caller(0, 9), Caller(1, 5, patience=3), Caller(2, 5)]) == [0, NEVER, 9]


def test_caller_is_served_on_the_last_tick_of_his_patience() -> None:
    tables = tables_of([(0, 1)])
    assert starts(tables, [Caller(0, 9), Caller(2, 5, patience=7)]) == [0, 9]


def test_overtime_fills_a_place_when_staff_comes_back() -> None:
    tables = tables_of([(0, 2), (5, 1), (10, 2)])
    assert starts(tables, [Caller(0, 20), Caller(0, 30), Caller(6, 1)]) == [0, 0, 20]


def test_room_is_kept_for_the_widest_staffing_of_any_first_come_station() -> None:
    tables = tables_of([(0, 2), (5, 7)], [(0, 9)], staff=(3, 5))
    both, first = np.array([1, 1]), np.array([1, 0])
    assert new_stations(tables, both).ends.shape == (2, 46)
    assert new_stations(tables, first).ends.shape == (2, 22)


@pytest.mark.parametrize("agents", [LARGE, LARGE + 1])
def test_many_agents_take_many_callers_at_once(agents: int) -> None:
    tables = tables_of([(0, agents)])
    work = [1 + 7 * number % 19 for number in range(agents)]
    callers = [Caller(0, ticks) for ticks in work] + [Caller(0, 50) for _ in range(agents)]
    assert starts(tables, callers) == [0] * agents + sorted(work)


@given(staffings(), st.integers(1, 2), caller_lists(), st.booleans())
def test_first_come_starts_are_those_found_tick_by_tick(
    steps: Steps, staff: int, callers: list[Caller], is_large: bool
) -> None:
    tables = tables_of(steps, staff=(staff,))
    until = 1 + max([tick for tick, _ in steps] + [caller.ready for caller in callers])
    until += sum(caller.work for caller in callers)
    expected = starts_tick_by_tick(steps, staff, callers, until)
    assert starts(tables, callers, is_large=is_large) == expected


@given(staffings(), st.lists(st.integers(0, 50), min_size=1))
def test_level_and_next_increase_are_those_of_the_steps(steps: Steps, ticks: list[int]) -> None:
    tables = tables_of(steps)
    stations = new_stations(tables, np.ones(1, np.int64))
    for now in sorted(ticks):
        assert on_duty(tables, stations, 0, now) == level_at(steps, now)
        later = [tick for tick, level in steps if tick > now and level > level_at(steps, tick - 1)]
        assert next_increase(tables, stations, 0) == min(later, default=NEVER)
