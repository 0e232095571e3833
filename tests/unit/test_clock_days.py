from __future__ import annotations

import pickle
from datetime import date, timedelta

import holidays as holidays_package
import numpy as np
import pytest

from hotline_sim.clock.days import DayKind, Days, china_days, override, weekly_days
from hotline_sim.clock.ticks import DAY, tick_of

# Days off and make-up days from the notices of the State Council for 2021 and 2022.
HOLIDAYS_2021 = [
    (date(2021, 1, 1), date(2021, 1, 3), "new_year"),
    (date(2021, 2, 11), date(2021, 2, 17), "spring_festival"),
    (date(2021, 4, 3), date(2021, 4, 5), "tomb_sweeping"),
    (date(2021, 5, 1), date(2021, 5, 5), "labour_day"),
    (date(2021, 6, 12), date(2021, 6, 14), "dragon_boat"),
    (date(2021, 9, 19), date(2021, 9, 21), "mid_autumn"),
    (date(2021, 10, 1), date(2021, 10, 7), "national_day"),
]
MAKE_UP_2021 = [
    "2021-02-07",
    "2021-02-20",
    "2021-04-25",
    "2021-05-08",
    "2021-09-18",
    "2021-09-26",
    "2021-10-09",
]
MAKE_UP_2022 = [
    "2022-01-29",
    "2022-01-30",
    "2022-04-02",
    "2022-04-24",
    "2022-05-07",
    "2022-10-08",
    "2022-10-09",
]


def year(number: int) -> Days:
    return china_days(date(number, 1, 1), date(number, 12, 31))


def dates(days: Days, marks: np.ndarray) -> list[str]:
    return [str(days.first + timedelta(days=int(position))) for position in np.flatnonzero(marks)]


@pytest.mark.parametrize(("number", "make_up"), [(2021, MAKE_UP_2021), (2022, MAKE_UP_2022)])
def test_make_up_days_are_those_of_the_notice(number: int, make_up: list[str]) -> None:
    days = year(number)
    assert dates(days, days.kinds == DayKind.MAKE_UP) == make_up
    assert days.working[days.kinds == DayKind.MAKE_UP].all()


@pytest.mark.parametrize(
    ("number", "working"),
    [(2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)],
)
def test_each_year_has_its_number_of_working_days(number: int, working: int) -> None:
    assert int(year(number).working.sum()) == working


def test_holidays_of_2021_run_as_announced_with_their_names() -> None:
    days = year(2021)
    assert days.holiday_runs() == HOLIDAYS_2021
    assert dates(days, days.last_of_holiday) == [str(last) for _, last, _ in HOLIDAYS_2021]


def test_every_day_from_2020_to_2026_agrees_with_a_second_package() -> None:
    days = china_days(date(2020, 1, 1), date(2026, 12, 31))
    witness = holidays_package.country_holidays("CN", years=range(2020, 2027))
    expected = [witness.is_working_day(days.first + timedelta(days=k)) for k in range(days.kinds.size)]
    assert days.working.tolist() == expected


def test_a_run_takes_the_weekend_that_touches_the_holiday() -> None:
    friday = date(2021, 3, 5)
    days = override(weekly_days(date(2021, 3, 1), date(2021, 3, 14)), {friday: "fair"}, [])
    assert days.holiday_runs() == [(friday, date(2021, 3, 7), "fair")]
    assert dates(days, days.last_of_holiday) == ["2021-03-05"]  # the weekend is none of the holiday's days


def test_a_plain_weekend_is_no_holiday_run() -> None:
    days = weekly_days(date(2021, 3, 1), date(2021, 3, 14))
    assert days.holiday_runs() == []
    assert not days.last_of_holiday.any()


def test_a_run_bears_the_name_of_most_of_its_days() -> None:
    # Mid-autumn fell on the first of eight days off.
    runs = china_days(date(2020, 9, 1), date(2020, 10, 31)).holiday_runs()
    assert runs == [(date(2020, 10, 1), date(2020, 10, 8), "national_day")]


def test_a_run_cut_by_coverage_ends_there() -> None:
    days = china_days(date(2021, 2, 13), date(2021, 2, 15))
    assert days.holiday_runs() == [(date(2021, 2, 13), date(2021, 2, 15), "spring_festival")]


def test_weekdays_and_ticks_follow_the_dates() -> None:
    days = weekly_days(date(2021, 1, 1), date(2021, 1, 9))
    assert days.weekday.tolist() == [4, 5, 6, 0, 1, 2, 3, 4, 5]
    assert days.kinds.tolist() == [0, 1, 1, 0, 0, 0, 0, 0, 1]
    assert days.last == date(2021, 1, 9)
    assert days.first_tick == tick_of(date(2021, 1, 1))
    assert days.end_tick == days.first_tick + 9 * DAY
    assert days.index(date(2021, 1, 9)) == 8


@pytest.mark.parametrize("day", [date(2020, 12, 31), date(2021, 1, 10)])
def test_a_date_outside_coverage_has_no_index(day: date) -> None:
    with pytest.raises(ValueError, match="2021-01-01 and 2021-01-09"):
        weekly_days(date(2021, 1, 1), date(2021, 1, 9)).index(day)


def test_a_friday_and_saturday_weekend_is_kept_by_overrides() -> None:
    days = weekly_days(date(2021, 3, 1), date(2021, 3, 14), weekend=(4, 5))
    assert dates(days, ~days.working) == ["2021-03-05", "2021-03-06", "2021-03-12", "2021-03-13"]
    changed = override(days, {date(2021, 3, 7): "fair"}, [date(2021, 3, 5)])
    assert changed.kinds[changed.index(date(2021, 3, 5))] == DayKind.MAKE_UP
    assert changed.holiday_runs() == [(date(2021, 3, 6), date(2021, 3, 7), "fair")]


def test_a_holiday_can_be_turned_back_into_a_working_day() -> None:
    days = override(year(2021), {}, [date(2021, 2, 17), date(2021, 2, 14)])
    assert days.kinds[days.index(date(2021, 2, 17))] == DayKind.WORKING
    assert days.kinds[days.index(date(2021, 2, 14))] == DayKind.MAKE_UP
    assert days.names[days.index(date(2021, 2, 17))] == ""
    assert year(2021).kinds[47] == DayKind.HOLIDAY


def test_a_city_without_weekend_works_every_day() -> None:
    assert weekly_days(date(2021, 3, 1), date(2021, 3, 14), weekend=()).working.all()


def test_a_date_cannot_be_holiday_and_working_day() -> None:
    day = date(2021, 3, 3)
    with pytest.raises(ValueError, match="2021-03-03"):
        override(weekly_days(date(2021, 3, 1), date(2021, 3, 14)), {day: "fair"}, [day])


def test_an_override_outside_coverage_is_refused() -> None:
    days = weekly_days(date(2021, 3, 1), date(2021, 3, 14))
    with pytest.raises(ValueError, match="2021-03-15"):
        override(days, {date(2021, 3, 15): "fair"}, [])
    with pytest.raises(ValueError, match="2021-02-28"):
        override(days, {}, [date(2021, 2, 28)])


@pytest.mark.parametrize(
    ("first", "last"), [(date(1999, 1, 1), date(2021, 1, 1)), (date(2021, 1, 1), date(2100, 1, 1))]
)
def test_days_nobody_has_announced_are_refused_with_the_known_range(first: date, last: date) -> None:
    with pytest.raises(ValueError, match=r"known from 2004-01-01 to 20\d\d-12-31"):
        china_days(first, last)


def test_backward_stretches_and_unknown_weekdays_are_refused() -> None:
    with pytest.raises(ValueError, match="must not come before"):
        weekly_days(date(2021, 1, 2), date(2021, 1, 1))
    with pytest.raises(ValueError, match="weekend"):
        weekly_days(date(2021, 1, 1), date(2021, 1, 2), weekend=(7,))


@pytest.mark.parametrize(
    ("kinds", "names"),
    [
        (np.zeros(0, np.int8), ()),
        (np.zeros(2, np.int8), ("",)),
        (np.zeros(2, np.int64), ("", "")),
        (np.array([0, 4], np.int8), ("", "")),
    ],
)
def test_malformed_days_are_refused(kinds: np.ndarray, names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"kinds|names"):
        Days(date(2021, 1, 1), kinds, names)


def test_shared_days_cannot_be_written_into() -> None:
    with pytest.raises(ValueError, match="read-only"):
        year(2021).kinds[0] = 0


def test_days_travel_between_processes() -> None:
    days = year(2021)
    assert pickle.loads(pickle.dumps(days)).holiday_runs() == days.holiday_runs()
