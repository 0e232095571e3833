from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from asked import asked

from hotline_sim.clock.ticks import HOUR, MINUTE, NEVER, tick_of
from hotline_sim.network.build import build
from hotline_sim.network.codes import ALWAYS, Stage
from hotline_sim.rules.journey import first_visit, next_visit
from hotline_sim.rules.service import finish, scaled, worked_off
from scenarios import CALLED_BACK, at, by_hand, ledger_of, one_unit

if TYPE_CHECKING:
    from hotline_sim.network.network import Network

HURRY = {"handling.effort_window": 0.2, "handling.effort_speed": 2.0}
OFFICE = 0
"""The only calendar of one unit."""


@pytest.fixture(scope="module")
def network() -> Network:
    return build(one_unit())


@pytest.fixture(scope="module")
def hurried() -> Network:
    return build(one_unit(HURRY))


# Office hours are 9 to 12 and 14 to 18; day 0 is a Monday; Qingming, 3 to 5 April 2021, is days 33 to 35.
@pytest.mark.parametrize(
    ("start", "work", "end"),
    [
        (at(0, "09:30"), 2 * HOUR, at(0, "11:30")),
        (at(0, "11:00"), 1 * HOUR, at(0, "12:00")),
        (at(0, "11:00"), 2 * HOUR, at(0, "15:00")),
        (at(0, "12:00"), 1 * HOUR, at(0, "15:00")),
        (at(0, "13:00"), 1 * HOUR, at(0, "15:00")),
        (at(0, "17:00"), 2 * HOUR, at(1, "10:00")),
        (at(4, "17:00"), 2 * HOUR, at(7, "10:00")),
        (at(6, "11:00"), 1 * HOUR, at(7, "10:00")),
        (at(0, "09:00"), 15 * HOUR, at(2, "10:00")),
        (at(32, "17:00"), 2 * HOUR, at(36, "10:00")),
    ],
)
def test_work_rests_over_lunch_night_weekend_and_holiday(
    network: Network, start: int, work: int, end: int
) -> None:
    assert worked_off(network.tables, OFFICE, network.start + start, work, NEVER) == network.start + end


def test_work_round_the_clock_never_rests(network: Network) -> None:
    start = network.start + at(6, "03:00")
    assert worked_off(network.tables, ALWAYS, start, 5 * HOUR, NEVER) == start + 5 * HOUR


def test_work_beyond_the_calendar_never_ends(network: Network) -> None:
    evening = tick_of(datetime(2026, 12, 31, 17))
    assert worked_off(network.tables, OFFICE, evening, 2 * HOUR, NEVER) == NEVER


@pytest.mark.parametrize(
    ("start", "work", "effort_from", "end"),
    [
        # An hour at the usual pace, then two hours' work in one.
        (at(0, "09:00"), 3 * HOUR, at(0, "10:00"), at(0, "11:00")),
        # Half an hour, then three hours' work in an hour and a half, with lunch between.
        (at(0, "11:00"), 7 * HOUR // 2, at(0, "11:30"), at(0, "15:00")),
        # Done before the hurry begins, or at that very instant.
        (at(0, "09:00"), HOUR // 2, at(0, "10:00"), at(0, "09:30")),
        (at(0, "09:00"), HOUR, at(0, "10:00"), at(0, "10:00")),
        # In a hurry from the start, on the bound or past it, overdue or not.
        (at(0, "10:00"), 2 * HOUR, at(0, "10:00"), at(0, "11:00")),
        (at(0, "10:00"), 2 * HOUR, at(0, "09:00"), at(0, "11:00")),
        # The hurry begins at night: three hours until the close, one hour's work next morning.
        (at(0, "15:00"), 4 * HOUR, at(0, "22:00"), at(1, "09:30")),
    ],
)
def test_work_speeds_up_near_the_deadline(
    hurried: Network, start: int, work: int, effort_from: int, end: int
) -> None:
    first = hurried.start
    assert worked_off(hurried.tables, OFFICE, first + start, work, first + effort_from) == first + end


def test_hurry_works_round_the_clock_too(hurried: Network) -> None:
    start = hurried.start + at(6, "03:00")
    assert worked_off(hurried.tables, ALWAYS, start, 3 * HOUR, start + HOUR) == start + 2 * HOUR


@pytest.mark.parametrize(
    ("stage", "hurries"),
    [
        (Stage.INTAKE, False),
        (Stage.DISPATCH, False),
        (Stage.SIGN, False),
        (Stage.HANDLING, True),
        (Stage.FIELD, True),
        (Stage.CALLBACK, False),
    ],
)
def test_only_the_work_of_a_unit_is_hurried(stage: Stage, hurries: bool) -> None:
    network = build(one_unit(HURRY | CALLED_BACK))
    columns = ("talk", "dispatch", "sign", "desk", "field", "callback")
    draws = by_hand(network, [0], **dict.fromkeys(columns, 2 * HOUR))
    start = network.start + at(0, "09:00")
    item = first_visit(network.tables, draws, 0)._replace(stage=stage, unit=0, effort_from=start)
    assert finish(network.tables, draws, ledger_of(network, draws), item, start) == start + (
        HOUR if hurries else 2 * HOUR
    )


def test_hurry_at_the_usual_speed_changes_nothing(network: Network) -> None:
    start = network.start + at(0, "09:00")
    assert worked_off(network.tables, OFFICE, start, 2 * HOUR, start) == start + 2 * HOUR


@pytest.mark.parametrize(
    ("resolution", "work", "speed", "ticks"),
    [
        ("1 ms", 10, 1.0, 10),
        ("1 ms", 10, 4.0, 3),  # 2.5 is rounded up
        ("1 ms", 9, 4.0, 2),  # 2.25 down
        ("1 ms", 10, 0.5, 20),
        ("1 ms", 1, 100.0, 1),  # at least one step
        ("1 min", 5 * MINUTE, 2.0, 3 * MINUTE),
        ("1 min", MINUTE, 100.0, MINUTE),
    ],
)
def test_scaled_work_is_rounded_once_to_steps(resolution: str, work: int, speed: float, ticks: int) -> None:
    tables = build(one_unit({"run.resolution": resolution})).tables
    assert scaled(tables, work, speed) == ticks


def test_fast_unit_takes_less_time_at_the_desk_and_in_the_field() -> None:
    network = build(one_unit({"units.works.speed": 2.0}))
    draws = by_hand(network, [at(0, "09:00")], sign=HOUR, desk=3 * HOUR, field=4 * HOUR)
    item = first_visit(network.tables, draws, 0)
    works = {}
    while item.stage != Stage.END:
        work = works[item.stage] = asked(network, draws, item).work
        _, item = next_visit(network.tables, draws, ledger_of(network, draws), item, True, item.ready + work)
    assert works[Stage.HANDLING] == 3 * HOUR // 2
    assert works[Stage.FIELD] == 2 * HOUR
    assert works[Stage.SIGN] == HOUR  # signing is no work
