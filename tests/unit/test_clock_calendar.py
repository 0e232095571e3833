from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest

from hotline_sim.clock.calendar import (
    Calendar,
    build_calendar,
    working_day_closes,
    working_days_through,
)
from hotline_sim.clock.days import Days, china_days, override, weekly_days
from hotline_sim.clock.hours import Hours, add_work, end_of_working_day, hours_of, worked_until
from hotline_sim.clock.ticks import DAY, HOUR, MINUTE, NEVER, datetime_of, parse_clock, tick_of

OFFICE = [(parse_clock("08:30"), parse_clock("12:00")), (parse_clock("14:30"), parse_clock("18:00"))]


def at(text: str) -> int:
    return tick_of(datetime.fromisoformat(text))


def february() -> Days:
    return china_days(date(2021, 2, 1), date(2021, 2, 28))


def office() -> Calendar:
    return build_calendar(february(), OFFICE)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2021-02-01T08:30", 60, "2021-02-01T09:30"),
        ("2021-02-01T11:30", 60, "2021-02-01T15:00"),  # over lunch
        ("2021-02-01T11:30", 30, "2021-02-01T12:00"),  # exact fill ends on the close
        ("2021-02-01T12:00", 1, "2021-02-01T14:31"),
        ("2021-02-01T19:00", 420, "2021-02-02T18:00"),  # one full day ends on its close
        ("2021-02-05T17:00", 120, "2021-02-07T09:30"),  # Sunday 7 February was worked
        ("2021-02-10T17:59", 2, "2021-02-18T08:31"),  # over Spring Festival
        ("2021-02-13T03:00", 1, "2021-02-18T08:31"),
        ("2021-02-19T17:30", 60, "2021-02-20T09:00"),  # Saturday 20 February was worked
    ],
)
def test_work_rests_while_the_office_is_closed(start: str, minutes: int, end: str) -> None:
    calendar = office()
    assert datetime_of(calendar.add(at(start), minutes * MINUTE)) == datetime.fromisoformat(end)
    assert calendar.worked(at(start), at(end)) == minutes * MINUTE


def test_no_work_ends_at_once_even_while_closed() -> None:
    assert office().add(at("2021-02-13T03:00"), 0) == at("2021-02-13T03:00")
    starts = np.array([at("2021-02-13T03:00"), at("2021-02-01T09:00")])
    assert office().add(starts, 0).tolist() == starts.tolist()


def test_work_beyond_the_calendar_never_ends() -> None:
    calendar = office()
    last_day = at("2021-02-26T08:30")
    assert calendar.add(last_day, 7 * HOUR) == at("2021-02-26T18:00")
    assert calendar.add(last_day, 7 * HOUR + 1) == NEVER
    assert calendar.add(np.array([last_day, last_day]), np.array([7 * HOUR, 7 * HOUR + 1])).tolist() == [
        at("2021-02-26T18:00"),
        NEVER,
    ]
    assert calendar.add(NEVER, 1) == NEVER
    assert calendar.add(0, NEVER) == NEVER


def test_negative_work_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        office().add(0, -1)
    with pytest.raises(ValueError, match="negative"):
        office().add(np.array([0, 0]), np.array([1, -1]))


def test_nobody_works_outside_coverage() -> None:
    calendar = office()
    total = 17 * 7 * HOUR
    assert calendar.worked(0, NEVER) == total
    assert calendar.worked(calendar.first_tick, calendar.end_tick) == total
    assert calendar.add(0, 1) == at("2021-02-01T08:30") + 1
    assert not calendar.is_open(calendar.end_tick)
    assert calendar.day_length == 7 * HOUR
    assert (calendar.first_tick, calendar.end_tick) == (at("2021-02-01"), at("2021-03-01"))


def test_the_office_is_open_from_opening_up_to_its_close() -> None:
    calendar = office()
    ticks = [at(f"2021-02-01T{clock}") for clock in ("08:29", "08:30", "11:59", "12:00", "14:30", "18:00")]
    expected = [False, True, True, False, True, False]
    assert [calendar.is_open(tick) for tick in ticks] == expected
    assert calendar.is_open(np.array(ticks)).tolist() == expected
    assert calendar.open_steps().at(np.array(ticks)).tolist() == [int(mark) for mark in expected]


def test_the_open_function_integrates_to_working_time() -> None:
    calendar = office()
    start, end = at("2021-02-03T10:00"), at("2021-02-22T16:00")
    assert calendar.open_steps().integral(start, end) == calendar.worked(start, end)


def test_round_the_clock_hours_merge_over_midnight() -> None:
    calendar = build_calendar(weekly_days(date(2021, 3, 1), date(2021, 3, 14)), [(0, DAY)])
    assert calendar.opens.tolist() == [at("2021-03-01"), at("2021-03-08")]
    assert calendar.closes.tolist() == [at("2021-03-06"), at("2021-03-13")]
    assert calendar.add(at("2021-03-01T12:00"), DAY) == at("2021-03-02T12:00")
    assert calendar.add(at("2021-03-05T12:00"), DAY) == at("2021-03-08T12:00")


def test_hours_that_touch_within_a_day_are_one_segment() -> None:
    calendar = build_calendar(weekly_days(date(2021, 3, 1), date(2021, 3, 1)), [(0, HOUR), (HOUR, 2 * HOUR)])
    assert calendar.opens.size == 1
    assert calendar.day_length == 2 * HOUR


def test_a_calendar_without_working_days_never_finishes_work() -> None:
    weekend = weekly_days(date(2021, 3, 6), date(2021, 3, 7))
    calendar = build_calendar(weekend, OFFICE)
    assert calendar.add(at("2021-03-06"), 1) == NEVER
    assert calendar.add(np.array([at("2021-03-06")]), np.array([1])).tolist() == [NEVER]
    assert calendar.worked(0, NEVER) == 0
    assert calendar.worked(np.array([0]), NEVER).tolist() == [0]
    assert not calendar.is_open(at("2021-03-06T09:00"))
    assert calendar.open_steps().at(at("2021-03-06T09:00")) == 0
    assert working_day_closes(weekend, OFFICE).size == 0


@pytest.mark.parametrize(
    "hours",
    [
        [],
        [(HOUR, HOUR)],
        [(2 * HOUR, HOUR)],
        [(-1, HOUR)],
        [(0, DAY + 1)],
        [(0, 3 * HOUR), (2 * HOUR, 4 * HOUR)],
        [(5 * HOUR, 6 * HOUR), (HOUR, 2 * HOUR)],
    ],
)
def test_impossible_hours_are_refused(hours: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="hours"):
        build_calendar(february(), hours)
    with pytest.raises(ValueError, match="hours"):
        working_day_closes(february(), hours)


def test_several_calendars_share_one_set_of_columns() -> None:
    first = office()
    second = build_calendar(weekly_days(date(2021, 2, 1), date(2021, 2, 28), (4, 5)), [(0, DAY)])
    hours = hours_of([first, second])
    hours = Hours(*(memoryview(item) if isinstance(item, np.ndarray) else item for item in hours))
    friday = at("2021-02-05T10:00")
    assert add_work(hours, 0, friday, HOUR) == at("2021-02-05T11:00")
    assert add_work(hours, 1, friday, HOUR) == at("2021-02-07T01:00")
    assert worked_until(hours, 1, friday) == 4 * DAY
    assert worked_until(hours, 0, friday) == 4 * 7 * HOUR + 90 * MINUTE
    assert add_work(hours, 0, at("2021-02-26T17:00"), 2 * HOUR) == NEVER


def test_calendars_of_other_days_do_not_share_columns() -> None:
    other = build_calendar(weekly_days(date(2021, 3, 1), date(2021, 3, 28)), [(0, DAY)])
    with pytest.raises(ValueError, match="same days"):
        hours_of([office(), other])


def due(days: Days, start: str, count: int) -> int:
    through, closes = working_days_through(days), working_day_closes(days, OFFICE)
    of_arrays = end_of_working_day(days.first_tick // DAY, through, closes, at(start), count)
    of_views = end_of_working_day(
        days.first_tick // DAY, memoryview(through), memoryview(closes), at(start), count
    )
    assert of_arrays == of_views
    return int(of_arrays)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2021-02-01T00:00", 1, "2021-02-02T18:00"),  # the day of the start is not counted
        ("2021-02-01T23:59:59.999", 1, "2021-02-02T18:00"),
        ("2021-02-05T09:00", 1, "2021-02-07T18:00"),  # Sunday made up for the holiday
        ("2021-02-06T09:00", 1, "2021-02-07T18:00"),
        ("2021-02-08T10:00", 2, "2021-02-10T18:00"),
        ("2021-02-08T10:00", 3, "2021-02-18T18:00"),  # 11 to 17 February was Spring Festival
        ("2021-02-10T10:00", 1, "2021-02-18T18:00"),
        ("2021-02-11T10:00", 1, "2021-02-18T18:00"),
        ("2021-02-17T23:00", 1, "2021-02-18T18:00"),
        ("2021-02-10T10:00", 5, "2021-02-23T18:00"),  # 18, 19, 20 (made up), 22, 23
    ],
)
def test_a_term_counts_working_days_and_ends_at_close_of_business(start: str, count: int, end: str) -> None:
    assert due(february(), start, count) == at(end)


@pytest.mark.parametrize(
    ("start", "count"),
    [("2021-01-31T23:59", 1), ("2021-03-01T00:00", 1), ("2021-02-26T10:00", 1), ("2021-02-01T10:00", 17)],
)
def test_a_term_outside_coverage_never_ends(start: str, count: int) -> None:
    assert due(february(), start, count) == NEVER


def test_the_last_working_day_covered_can_end_a_term() -> None:
    assert due(february(), "2021-02-01T10:00", 16) == at("2021-02-26T18:00")


def test_other_weekends_and_own_holidays_move_a_term() -> None:
    days = weekly_days(date(2021, 3, 1), date(2021, 3, 31), weekend=(4, 5))
    assert due(days, "2021-03-04T10:00", 1) == at("2021-03-07T18:00")
    closed = override(days, {date(2021, 3, 7): "fair"}, [date(2021, 3, 6)])
    assert due(closed, "2021-03-04T10:00", 1) == at("2021-03-06T18:00")
    assert due(closed, "2021-03-04T10:00", 2) == at("2021-03-08T18:00")


def test_working_days_are_counted_up_to_and_including_each_day() -> None:
    assert working_days_through(weekly_days(date(2021, 3, 5), date(2021, 3, 9))).tolist() == [1, 1, 1, 2, 3]
