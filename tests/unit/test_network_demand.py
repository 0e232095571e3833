from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from hotline_sim.clock.ticks import DAY, HOUR, tick_of
from hotline_sim.network.build import build, build_days
from hotline_sim.network.demand import day_weights
from scenarios import LABEL, changed, mmc, scenario_of, small_town, small_town_tables

if TYPE_CHECKING:
    from hotline_sim.network.network import Network

MONTH = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0]
WEEKDAY = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
HOLIDAY = {"spring_festival": 0.01, "other": 0.02, "last_day": 0.03}


@pytest.mark.parametrize(
    ("day", "weight"),
    [
        (date(2021, 3, 1), 3 * 0.1),  # a Monday
        (date(2021, 3, 7), 3 * 0.7),  # a Sunday
        (date(2021, 2, 7), 2 * 0.5),  # a Sunday that is worked counts as a Friday
        (date(2021, 2, 20), 2 * 0.5),  # so does a Saturday
        (date(2021, 2, 11), 2 * 0.01),  # Spring Festival
        (date(2021, 2, 16), 2 * 0.01),
        (date(2021, 2, 17), 2 * 0.03),  # its last day
        (date(2021, 4, 3), 4 * 0.02),  # Qingming, from Saturday to Monday
        (date(2021, 4, 5), 4 * 0.03),
        (date(2021, 10, 4), 10 * 0.02),
    ],
)
def test_day_weight_is_month_times_weekday_or_holiday(day: date, weight: float) -> None:
    scenario = small_town({"demand.month": MONTH, "demand.weekday": WEEKDAY, "demand.holiday": HOLIDAY})
    days = build_days(scenario)
    assert day_weights(scenario, days)[days.index(day)] == pytest.approx(weight, rel=1e-14)


def test_last_day_of_a_holiday_may_be_followed_by_a_plain_weekend() -> None:
    friday = date(2021, 3, 5)
    holiday = {"demand.weekday": WEEKDAY, "demand.holiday": HOLIDAY}
    scenario = small_town(
        holiday | {"calendar": {"base": "weekly", "holidays": {"fair": [date(2021, 3, 4), friday]}}}
    )
    days = build_days(scenario)
    position = days.index(friday)
    np.testing.assert_allclose(
        day_weights(scenario, days)[position - 1 : position + 3], [0.02, 0.03, 0.6, 0.7]
    )


@pytest.mark.parametrize("run_in", ["0 d", "40 d"])
def test_a_year_expects_the_requests_of_the_year(run_in: str) -> None:
    run = {"run.start": date(2021, 1, 1), "run.end": date(2022, 1, 1), "run.run_in": run_in}
    network = build(small_town({**run, "demand.month": MONTH, "demand.holiday": HOLIDAY}))
    since_start = [
        source.valid_share * (source.rate.total - float(source.rate.at(np.array([network.start]))[0]))
        for source in network.demand.sources
    ]
    assert math.fsum(since_start) == pytest.approx(20000, rel=1e-9)


def test_part_of_a_year_expects_its_part() -> None:
    network = build(mmc(1, 60.0, 1.0, days=3))
    (source,) = network.demand.sources
    # A call a minute, at every hour alike.
    assert network.first == network.start
    hours = np.arange(3 * 24 + 1)
    np.testing.assert_allclose(source.rate.at(network.start + hours * HOUR), 60.0 * hours, rtol=1e-12)


def test_rate_does_not_depend_on_when_the_run_ends() -> None:
    short = build(small_town({"run.end": date(2021, 3, 8)})).demand.sources[0].rate
    long = build(small_town()).demand.sources[0].rate
    np.testing.assert_array_equal(short.ticks, long.ticks[: short.ticks.size])
    np.testing.assert_array_equal(short.cumulative, long.cumulative[: short.cumulative.size])


def test_contacts_that_are_no_request_come_on_top() -> None:
    network = build(small_town({"channels.phone.invalid_share": 0.25}))
    phone, web = network.demand.sources
    assert (phone.name, phone.live, phone.valid_share) == ("phone", True, 0.75)
    assert (web.name, web.live, web.valid_share) == ("web", False, 1.0)
    # 90 % of requests come by phone: 1.2 contacts for each request that all channels bring.
    assert phone.rate.total / web.rate.total == pytest.approx(0.9 / 0.75 / 0.1, rel=1e-12)


def two_profiles() -> Network:
    """Morning category, 3 in 4 requests, all between 6 and 8 h; evening category, 1 in 4, from 7 to 9 h."""

    def profile(*hours: int) -> list[float]:
        return [5.0 if hour in hours else 0.0 for hour in range(24)]

    changes: dict[str, Any] = {
        "demand.profiles": {"morning": profile(6, 7), "later": profile(7, 8)},
        "categories": {
            "b": {"label": LABEL, "share": 0.75, "profile": "morning"},
            "a": {"label": LABEL, "share": 0.25, "profile": "later"},
        },
    }
    return build(mmc(1, 60.0, 1.0, changes=changes))


def test_rate_of_an_hour_is_the_sum_over_categories() -> None:
    (source,) = two_profiles().demand.sources
    by_hour = np.diff(source.rate.cumulative)
    expected = np.zeros(24)
    expected[6:9] = [0.375, 0.5, 0.125]
    np.testing.assert_allclose(by_hour, expected * 24 * 60, rtol=1e-12)


def test_mix_of_categories_is_that_of_the_hour() -> None:
    mix = two_profiles().demand.hour_category
    assert mix.shape == (24, 2)
    # Cumulative, in order of name: "a" is the later one.
    np.testing.assert_allclose(mix[6], [0.0, 1.0])
    np.testing.assert_allclose(mix[7], [0.25, 1.0])
    np.testing.assert_allclose(mix[8], [1.0, 1.0])


def test_mix_over_the_day_gives_each_category_its_share() -> None:
    network = two_profiles()
    mix = np.diff(network.demand.hour_category, axis=1, prepend=0.0)
    by_hour = np.diff(network.demand.sources[0].rate.cumulative)
    np.testing.assert_allclose(by_hour @ mix / by_hour.sum(), [0.25, 0.75], rtol=1e-12)


def test_classes_and_areas_are_cumulative_in_their_order() -> None:
    demand = build(small_town()).demand
    # consult, complaint, help; no suggestion, no praise.
    np.testing.assert_allclose(demand.class_cumulative, [0.5, 0.8, 1.0, 1.0, 1.0])
    np.testing.assert_allclose(demand.area_cumulative, [0.6, 1.0])


def test_what_has_no_share_is_never_chosen() -> None:
    """Shares may miss 1 by the tolerance of the check; the rest must not fall to the last name."""
    third = {"share": 0.2 - 5e-10}
    tables = changed(small_town_tables(), {"classes.help": small_town_tables()["classes"]["help"] | third})
    tables["categories"]["zoo"] = tables["categories"]["noise"] | {"share": 0.0}
    demand = build(scenario_of(tables)).demand
    assert demand.class_cumulative[2:].tolist() == [1.0, 1.0, 1.0]
    assert demand.hour_category[:, -2:].tolist() == [[1.0, 1.0]] * 24


def test_scenario_without_areas_has_none() -> None:
    network = build(mmc(1, 1.0, 1.0))
    assert network.demand.area_cumulative.size == 0
    assert network.names.areas == ()


def test_day_factors_cover_the_run_in_and_the_window() -> None:
    network = build(small_town())
    assert network.demand.first_day == tick_of(date(2021, 2, 8)) // DAY
    assert network.demand.days == 21 + 28
    assert network.demand.day_factor_cv == 0.1
