from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

import numpy as np
import pytest

from hotline_sim.clock.ticks import DAY, HOUR, MINUTE, NEVER, tick_of
from hotline_sim.errors import ScenarioError
from hotline_sim.network.build import build, build_days
from hotline_sim.network.codes import ALWAYS, UNSTAFFED, Limit, LimitKind
from hotline_sim.network.limits import due_after
from hotline_sim.scenario.load import loads
from hotline_sim.scenario.schema import Scenario
from hotline_sim.scenario.write import to_toml
from scenarios import CALLED_BACK, LABEL, mmc, one_unit, small_town, small_town_tables


def backwards(value: Any) -> Any:
    """The same tables, each in the opposite order."""
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in reversed(value)}
    return value


def assert_same(one: Any, two: Any, path: str) -> None:
    """Equal in every number, down to the last bit."""
    assert type(one) is type(two), path
    if isinstance(one, np.ndarray):
        assert one.dtype == two.dtype, path
        np.testing.assert_array_equal(one, two, err_msg=path)
    elif is_dataclass(one):
        for field in fields(one):
            assert_same(getattr(one, field.name), getattr(two, field.name), f"{path}.{field.name}")
    elif isinstance(one, tuple):
        names = getattr(one, "_fields", range(len(one)))
        assert len(one) == len(two), path
        for name, left, right in zip(names, one, two, strict=True):
            assert_same(left, right, f"{path}.{name}")
    else:
        assert one == two, path


def test_order_of_tables_in_the_file_changes_nothing() -> None:
    tables = small_town_tables()
    forwards = build(Scenario.model_validate(tables))
    assert list(backwards(tables)["units"]) != list(tables["units"])
    assert_same(build(Scenario.model_validate(backwards(tables))), forwards, "network")


def test_everything_is_numbered_in_the_order_of_its_name() -> None:
    names = build(small_town({"units.north.duty": 1})).names
    assert names.sources == ("phone", "web")
    assert names.categories == ("noise", "streets", "welfare")
    assert names.units == ("north", "south", "welfare", "works")
    assert names.areas == ("north", "south")
    assert names.stations == (
        *("back-office", "operators"),
        *("north", "south", "welfare", "works"),
        *("north/duty", "works/duty"),
    )


def test_stations_are_found_by_their_names() -> None:
    network = build(small_town({"units.north.duty": 1}))
    tables, stations = network.tables, network.names.stations
    assert [stations[number] for number in tables.intake_station] == ["operators", "operators"]
    assert stations[tables.dispatch_station] == "back-office"
    assert stations[tables.callback_station] == "back-office"
    assert [stations[number] for number in tables.desk_station] == ["north", "south", "welfare", "works"]
    assert [stations[number] for number in tables.duty_station] == [
        "north/duty",
        "south",
        "welfare",
        "works/duty",
    ]
    office = int(tables.unit_calendar[0])
    assert tables.duty_calendar.tolist() == [ALWAYS, office, office, ALWAYS]


def test_queue_without_tickets_needs_no_desks() -> None:
    network = build(mmc(3, 1.0, 1.0))
    tables = network.tables
    assert network.names.stations == ("operators",)
    assert tables.dispatch_station == tables.callback_station == UNSTAFFED
    assert (tables.units, tables.most_returns, tables.most_redials, tables.most_redos) == (0, 0, 0, 0)
    assert tables.direct_answer.tolist() == [1.0] * 5


def test_routes_of_a_category_are_cumulative_shares() -> None:
    network = build(small_town({"categories.noise.units": {"works": 3.0, "south": 1.0}}))
    tables = network.tables
    rows = slice(tables.route_low[0], tables.route_high[0])
    assert [network.names.units[unit] for unit in tables.route_unit[rows]] == ["south", "works"]
    np.testing.assert_allclose(tables.route_cumulative[rows], [0.25, 1.0])
    np.testing.assert_allclose(tables.area_share, [0.8, 0.0, 0.3])
    assert tables.route_high[:-1].tolist() == tables.route_low[1:].tolist()


def test_limits_keep_the_clock_they_run_on() -> None:
    tables = build(
        one_unit(
            CALLED_BACK
            | {
                "classes.complaint.limit": "5 working days",
                "sign.limit": "4 working h",
                "outcome.redo_limit": "10.5 working h",
                "urgent.limit": "24 h",
            }
        )
    ).tables
    kinds = [LimitKind(kind) for kind in tables.limit_kind]
    assert kinds[Limit.COMPLAINT] == LimitKind.WORKING_DAYS
    assert kinds[Limit.SIGN] == kinds[Limit.REDO] == LimitKind.WORKING_TIME
    assert kinds[Limit.URGENT] == kinds[Limit.URGENT_SIGN] == LimitKind.CLOCK
    assert tables.limit_amount[Limit.COMPLAINT] == 5
    assert tables.limit_amount[Limit.SIGN] == 4 * HOUR
    assert tables.limit_amount[Limit.REDO] == 10.5 * HOUR
    assert tables.limit_amount[Limit.URGENT] == DAY
    assert tables.limit_amount[Limit.URGENT_SIGN] == 30 * MINUTE
    assert tables.limit_amount[Limit.CONSULT] == NEVER // 2  # no such class


def test_horizon_is_the_midnight_asked_for_or_the_end_of_the_calendar() -> None:
    assert build(small_town({"run.horizon": date(2021, 5, 1)})).tables.horizon == tick_of(date(2021, 5, 1))
    assert build(small_town()).tables.horizon == tick_of(date(2027, 1, 1))


def test_limits_of_the_last_possible_day_end_within_the_calendar() -> None:
    end = date(2026, 12, 24)  # five working days for the reply and one to sign are left: 24 to 31 December
    last = {"run.start": date(2026, 12, 1), "run.end": end}
    tables = build(one_unit(last)).tables
    assert due_after(tables, Limit.COMPLAINT, tick_of(end) - 1) == tick_of(date(2026, 12, 30)) + 18 * HOUR
    with pytest.raises(ScenarioError, match="at most 2026-12-24"):
        one_unit(last | {"run.end": date(2026, 12, 25)})


@pytest.mark.parametrize(
    ("changes", "first", "last"),
    [
        # All of the year, for its average day, and the night before.
        ({}, date(2020, 12, 31), date(2026, 12, 31)),
        ({"run.run_in": "70 d"}, date(2020, 12, 20), date(2026, 12, 31)),
        ({"calendar": {"base": "weekly"}}, date(2020, 12, 31), date(2026, 12, 31)),
        (
            {"calendar": {"base": "weekly"}, "run.horizon": date(2030, 6, 1)},
            date(2020, 12, 31),
            date(2030, 6, 1),
        ),
    ],
)
def test_calendar_covers_the_year_the_run_in_and_the_drain(
    changes: dict[str, Any], first: date, last: date
) -> None:
    days = build_days(small_town(changes))
    assert (days.first, days.last) == (first, last)


def test_holidays_and_working_days_of_the_scenario_are_laid_over_the_calendar() -> None:
    days = build_days(
        small_town(
            {
                "calendar.holidays": {"fair": date(2021, 3, 3)},
                "calendar.working_days": [date(2021, 3, 6)],
            }
        )
    )
    assert not days.working[days.index(date(2021, 3, 3))]
    assert days.working[days.index(date(2021, 3, 6))]


def test_call_that_rings_for_no_time_still_takes_a_step() -> None:
    assert build(one_unit(CALLED_BACK | {"callback.ring": "0 s"})).tables.ring == 1
    minute = build(one_unit(CALLED_BACK | {"callback.ring": "0 s", "run.resolution": "1 min"}))
    assert minute.tables.ring == MINUTE


@pytest.mark.parametrize(
    ("written", "ticks"), [("0 s", 0), ("1 s", MINUTE), ("89 s", MINUTE), ("91 s", 2 * MINUTE)]
)
def test_stated_durations_are_whole_steps_of_the_resolution(written: str, ticks: int) -> None:
    changes = {"run.resolution": "1 min", "callback.retry_after": written, "callback.ring": written}
    after_call = {"intake.after_call_direct": written, "intake.after_call_ticket": written}
    tables = build(one_unit(CALLED_BACK | changes | after_call)).tables
    assert tables.after_call_direct == tables.after_call_ticket == tables.retry_after == ticks
    assert tables.ring == max(ticks, MINUTE)


def test_labels_mean_nothing_to_the_network() -> None:
    renamed = small_town({"units.north.label": LABEL, "teams.operators.label": LABEL})
    assert_same(build(renamed), build(small_town()), "network")


def test_scenario_that_is_always_open_needs_no_hours() -> None:
    network = build(mmc(1, 1.0, 1.0, changes={"hours": {}, "handling": {"deadline_hours": "always"}}))
    assert network.tables.deadline_calendar == ALWAYS


def test_working_time_of_a_unit_that_is_always_open_runs_on_days_of_rest_too() -> None:
    changes = {"handling.deadline_hours": "always", "classes.complaint.limit": "10 working h"}
    network = build(one_unit(changes | {"units.works.hours": "always"}))
    saturday = tick_of(date(2021, 3, 6))
    assert due_after(network.tables, Limit.COMPLAINT, saturday) == saturday + 10 * HOUR
    # What is measured on the network's own calendar agrees with the limit.
    assert network.calendar.worked(saturday, saturday + 10 * HOUR) == 10 * HOUR


def test_units_keep_their_kinds() -> None:
    names = build(small_town()).names
    assert dict(zip(names.units, names.unit_kinds, strict=True)) == {
        "north": "county",
        "south": "county",
        "welfare": "department",
        "works": "company",
    }


def test_holiday_may_have_several_dates() -> None:
    dates = [date(2021, 3, 3), date(2021, 3, 4)]
    scenario = small_town({"calendar.holidays": {"fair": dates, "eve": date(2021, 3, 10)}})
    days = build_days(scenario)
    off = [days.names[days.index(day)] for day in (*dates, date(2021, 3, 10))]
    assert off == ["fair", "fair", "eve"]
    # Written out, one date stays one date.
    text = to_toml(scenario)
    assert "eve = 2021-03-10\n" in text
    assert "fair = [2021-03-03, 2021-03-04]\n" in text
    assert loads(text) == scenario


def test_holiday_before_the_days_that_are_needed_is_left_out() -> None:
    days = build_days(small_town({"calendar.holidays": {"fair": date(2020, 6, 1)}}))
    assert days.first == date(2020, 12, 31)
