from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from hotline_sim.clock.days import china_days, override, weekly_days
from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import DAY, HOUR, tick_of
from hotline_sim.network.build import build
from hotline_sim.network.staffing import stacked, team_staffing
from hotline_sim.scenario.phone import Team
from scenarios import LABEL, at, one_unit, small_town

if TYPE_CHECKING:
    from hotline_sim.network.network import Network

MONDAY = date(2021, 3, 1)
WEEK = weekly_days(MONDAY, date(2021, 3, 7))
MIDNIGHT = tick_of(MONDAY)


def steps_of(*shifts: dict[str, Any]) -> list[tuple[int, int]]:
    """Steps of a team in the week from Monday, 1 March 2021, in ticks since its first midnight."""
    names = [{"name": "s"} | shift for shift in shifts]
    steps = team_staffing(Team.model_validate({"label": LABEL, "shifts": names}), WEEK)
    return list(zip((steps.ticks - MIDNIGHT).tolist(), steps.values.tolist(), strict=True))


def test_whole_days_of_one_shift_are_one_step() -> None:
    whole_week = [(0, 3), (7 * DAY, 0)]
    assert steps_of({"start": "00:00", "end": "24:00", "agents": 3}) == whole_week
    assert steps_of({"start": "00:00", "end": "00:00", "agents": 3}) == whole_week


def test_day_shift_comes_and_goes_every_day() -> None:
    found = steps_of({"start": "08:00", "end": "18:30", "agents": 2})
    assert found[:3] == [(at(0, "08:00"), 2), (at(0, "18:30"), 0), (at(1, "08:00"), 2)]
    assert len(found) == 14


def test_night_shift_ends_on_the_next_day() -> None:
    found = steps_of({"start": "20:00", "end": "08:00", "agents": 2})
    assert found[:2] == [(at(0, "20:00"), 2), (at(1, "08:00"), 0)]
    assert found[-1] == (at(7, "08:00"), 0)


def test_shifts_that_overlap_add_up() -> None:
    found = steps_of(
        {"start": "00:00", "end": "24:00", "agents": 1}, {"start": "09:00", "end": "17:00", "agents": 4}
    )
    assert found[:3] == [(0, 1), (at(0, "09:00"), 5), (at(0, "17:00"), 1)]


def test_shift_that_takes_over_an_equal_one_is_no_step() -> None:
    found = steps_of(
        {"start": "00:00", "end": "12:00", "agents": 2}, {"start": "12:00", "end": "24:00", "agents": 2}
    )
    assert found == [(0, 2), (7 * DAY, 0)]


def test_nobody_of_a_shift_is_there_in_its_pause() -> None:
    found = steps_of({"start": "08:00", "end": "18:00", "agents": 2, "pause": "12:00-13:00"})
    assert found[:4] == [
        (at(0, "08:00"), 2),
        (at(0, "12:00"), 0),
        (at(0, "13:00"), 2),
        (at(0, "18:00"), 0),
    ]


@pytest.mark.parametrize(("pause", "day"), [("22:00-23:00", 0), ("03:00-04:00", 1)])
def test_pause_of_a_night_shift_may_lie_on_either_day(pause: str, day: int) -> None:
    start, end = pause.split("-")
    found = steps_of({"start": "20:00", "end": "08:00", "agents": 2, "pause": pause})
    assert found[:4] == [(at(0, "20:00"), 2), (at(day, start), 0), (at(day, end), 2), (at(1, "08:00"), 0)]


def test_shifts_of_working_and_rest_days_begin_on_those_days() -> None:
    working = steps_of({"start": "20:00", "end": "08:00", "agents": 1, "days": "working"})
    # Monday's to Friday's nights; the last one ends on Saturday.
    assert [tick for tick, agents in working if agents] == [at(day, "20:00") for day in range(5)]
    assert working[-1] == (at(5, "08:00"), 0)
    rest = steps_of({"start": "08:00", "end": "20:00", "agents": 1, "days": "rest"})
    assert [tick for tick, agents in rest if agents] == [at(5, "08:00"), at(6, "08:00")]


def test_holidays_are_days_of_rest_and_make_up_days_are_worked() -> None:
    days = china_days(date(2021, 2, 6), date(2021, 2, 12))  # Saturday; Sunday is worked, Thursday is not
    shifts = [{"name": "s", "start": "09:00", "end": "17:00", "agents": 1, "days": "working"}]
    steps = team_staffing(Team.model_validate({"label": LABEL, "shifts": shifts}), days)
    begun = [(tick - days.first_tick) // DAY for tick in steps.ticks[::2].tolist()]
    assert begun == [1, 2, 3, 4]


def test_team_without_a_day_to_work_has_no_steps() -> None:
    days = override(weekly_days(MONDAY, MONDAY), {MONDAY: "fair"}, [])
    shifts = [{"name": "s", "start": "09:00", "end": "17:00", "agents": 1, "days": "working"}]
    steps = team_staffing(Team.model_validate({"label": LABEL, "shifts": shifts}), days)
    assert steps.ticks.size == 0


def test_stacked_patterns_keep_their_rows_apart() -> None:
    one = Steps(np.array([5], np.int64), np.array([1], np.int64))
    none = Steps(np.empty(0, np.int64), np.empty(0, np.int64))
    two = Steps(np.array([3, 4], np.int64), np.array([2, 0], np.int64))
    low, high, ticks, levels = stacked([one, none, two])
    assert (low.tolist(), high.tolist()) == ([0, 1, 1], [1, 1, 3])
    assert (ticks.tolist(), levels.tolist()) == ([5, 3, 4], [1, 2, 0])


def level(network: Network, station: str, day: int, clock: str) -> int:
    """Agents at a station of the network on a day of the run."""
    tables = network.tables
    number = network.names.stations.index(station)
    pattern = tables.station_pattern[number]
    rows = slice(tables.pattern_low[pattern], tables.pattern_high[pattern])
    steps = Steps(tables.step_tick[rows], tables.step_level[rows])
    return steps.at(network.start + at(day, clock)) * int(tables.station_staff[number])


def test_handlers_are_there_in_the_hours_of_their_unit() -> None:
    network = build(one_unit({"units.works.staff": 3, "units.works.duty": 2}))
    clocks = ["08:59", "09:00", "11:59", "12:00", "13:59", "14:00", "17:59", "18:00"]
    assert [level(network, "works", 0, clock) for clock in clocks] == [0, 3, 3, 0, 0, 3, 3, 0]
    assert level(network, "works", 5, "10:00") == 0
    assert {level(network, "works/duty", 5, clock) for clock in clocks} == {2}


def test_unit_that_is_always_open_never_closes() -> None:
    network = build(one_unit({"units.works.hours": "always"}))
    assert {level(network, "works", 6, clock) for clock in ("00:00", "12:30", "23:59")} == {1}


def test_units_of_the_same_hours_share_one_pattern() -> None:
    network = build(small_town())
    patterns = network.tables.station_pattern
    offices = [network.names.stations.index(name) for name in ("north", "south", "welfare", "works")]
    assert len({int(patterns[number]) for number in offices}) == 1


def test_night_shift_before_the_first_day_is_on_duty() -> None:
    team = {"label": LABEL, "shifts": [{"name": "s", "start": "20:00", "end": "08:00", "agents": 2}]}
    for run in ({"run.start": date(2021, 1, 1)}, {"run.run_in": "3 d"}):
        network = build(small_town({"teams.operators": team} | run))
        day = (network.first - network.start) // DAY
        assert level(network, "operators", day, "00:00") == 2
        assert level(network, "operators", day, "08:00") == 0


def test_run_in_is_rounded_up_to_whole_days() -> None:
    network = build(small_town({"run.run_in": "25 h"}))
    assert network.start - network.first == 48 * HOUR
