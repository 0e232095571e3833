from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from hotline_sim.clock.days import weekly_days
from hotline_sim.clock.ticks import DAY, tick_of
from hotline_sim.errors import ScenarioError
from hotline_sim.network.build import build
from hotline_sim.network.draws import draw
from hotline_sim.network.staffing import team_staffing
from hotline_sim.scenario.load import loads
from hotline_sim.scenario.phone import Team
from hotline_sim.scenario.write import digest, to_toml
from scenarios import LABEL, at, mmc, small_town

if TYPE_CHECKING:
    from hotline_sim.network.network import Network

MONDAY = date(2021, 3, 1)


def only(*hours: int) -> list[float]:
    return [1.0 if hour in hours else 0.0 for hour in range(24)]


def week(day_profiles: dict[str, str], *, days: int = 7) -> Network:
    """One call a minute; hour 6 or, with other names, hours 7, 8 and 9."""
    changes: dict[str, Any] = {
        "demand.profiles": {"six": only(6), "seven": only(7), "eight": only(8), "nine": only(9)},
        "categories": {"all": {"label": LABEL, "share": 1.0, "profile": "six", "day_profiles": day_profiles}},
    }
    return build(mmc(1, 60.0, 1.0, days=days, changes=changes))


def busy_hours(network: Network) -> list[list[int]]:
    (source,) = network.demand.sources
    by_day = np.diff(source.rate.cumulative).reshape(-1, 24)
    return [np.flatnonzero(day).tolist() for day in by_day]


def test_a_weekday_can_have_hours_of_its_own() -> None:
    assert busy_hours(week({"Fri": "seven"})) == [[6], [6], [6], [6], [7], [6], [6]]


def test_rest_days_can_have_hours_of_their_own_and_a_weekday_counts_before_them() -> None:
    network = week({"rest": "seven", "working": "eight", "Sat": "nine"})
    assert busy_hours(network) == [[8], [8], [8], [8], [8], [9], [7]]


def test_a_day_keeps_its_number_of_requests_whatever_its_hours() -> None:
    by_day = np.diff(week({"Fri": "seven"}).demand.sources[0].rate.cumulative).reshape(-1, 24).sum(axis=1)
    np.testing.assert_allclose(by_day, 24 * 60, rtol=1e-12)


def test_categories_follow_the_hours_of_the_day_they_arrive_on() -> None:
    changes: dict[str, Any] = {
        "demand.profiles": {"six": only(6), "seven": only(7)},
        "categories": {
            "a": {"label": LABEL, "share": 0.5, "profile": "six"},
            "b": {"label": LABEL, "share": 0.5, "profile": "six", "day_profiles": {"Tue": "seven"}},
        },
    }
    drawn = draw(build(mmc(1, 60.0, 1.0, days=2, changes=changes)), seed=1, replication=0)
    hour = (drawn.arrival - tick_of(MONDAY)) // (DAY // 24)
    assert set(hour.tolist()) == {6, 24 + 6, 24 + 7}
    assert set(drawn.category[hour == 6].tolist()) == {0, 1}
    assert set(drawn.category[hour == 24 + 6].tolist()) == {0}
    assert set(drawn.category[hour == 24 + 7].tolist()) == {1}


def test_the_same_hours_under_another_name_change_no_arrival() -> None:
    plain = draw(week({}, days=3), seed=1, replication=0)
    named = draw(week({"Tue": "six"}, days=3), seed=1, replication=0)
    np.testing.assert_array_equal(named.arrival, plain.arrival)


def test_a_shift_can_begin_on_some_weekdays_only() -> None:
    shifts = [{"name": "s", "start": "20:00", "end": "02:00", "agents": 2, "weekdays": ["Tue", "Sun"]}]
    steps = team_staffing(
        Team.model_validate({"label": LABEL, "shifts": shifts}), weekly_days(MONDAY, date(2021, 3, 7))
    )
    found = list(zip((steps.ticks - tick_of(MONDAY)).tolist(), steps.values.tolist(), strict=True))
    assert found == [(at(1, "20:00"), 2), (at(2, "02:00"), 0), (at(6, "20:00"), 2), (at(7, "02:00"), 0)]


def shifts(*groups: list[str]) -> dict[str, Any]:
    rows = [
        {"name": str(number), "start": "08:00", "end": "18:00", "agents": 1, "weekdays": weekdays}
        for number, weekdays in enumerate(groups)
    ]
    return {"teams.operators.shifts": rows, "calendar": {"base": "weekly"}}


def test_a_weekday_without_anybody_for_callers_is_refused() -> None:
    with pytest.raises(ScenarioError, match="nobody on Thu, Sun"):
        small_town(shifts(["Mon", "Tue", "Wed"], ["Fri", "Sat"]))


def test_a_weekday_on_which_nobody_calls_needs_nobody() -> None:
    closed = {"demand.weekday": [1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0]}
    scenario = small_town(shifts(["Mon", "Tue", "Wed"], ["Fri", "Sat"]) | closed)
    assert loads(to_toml(scenario)) == scenario


def test_a_profile_for_some_days_must_exist() -> None:
    with pytest.raises(ScenarioError, match=r"categories\.noise\.day_profiles\.Fri"):
        small_town({"categories.noise.day_profiles": {"Fri": "unusual"}})


def test_a_scenario_without_such_keys_is_written_as_before() -> None:
    town = small_town()
    assert "day_profiles" not in to_toml(town)
    assert "weekdays" not in to_toml(town)
    assert digest(town) == digest(loads(to_toml(town)))
