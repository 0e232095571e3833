"""Laws of time that hold for every calendar and every step function."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hotline_sim.clock.calendar import (
    Calendar,
    build_calendar,
    working_day_closes,
    working_days_through,
)
from hotline_sim.clock.days import DayKind, Days, override, weekly_days
from hotline_sim.clock.hours import add_work, end_of_working_day, hours_of, worked_until
from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import DAY, NEVER, Duration, datetime_of, parse_duration, tick_of

FIRST = date(2021, 1, 1)
N_DAYS = 30
# Ticks a little before, within and a little after coverage.
TICKS = st.integers(tick_of(FIRST) - 2 * DAY, tick_of(FIRST) + (N_DAYS + 2) * DAY)


@st.composite
def days(draw: st.DrawFn) -> Days:
    weekend = draw(st.sets(st.integers(0, 6), max_size=6))
    offsets = draw(st.lists(st.integers(0, N_DAYS - 1), unique=True, max_size=8))
    dates = [FIRST + timedelta(days=offset) for offset in offsets]
    cut = draw(st.integers(0, len(dates)))
    plain = weekly_days(FIRST, FIRST + timedelta(days=N_DAYS - 1), weekend)
    return override(plain, dict.fromkeys(dates[:cut], "fair"), dates[cut:])


@st.composite
def hours(draw: st.DrawFn) -> list[tuple[int, int]]:
    instants = st.one_of(st.integers(0, DAY), st.sampled_from([0, 1, DAY - 1, DAY]))
    edges = sorted(draw(st.lists(instants, unique=True, min_size=2, max_size=6)))
    edges = edges[: len(edges) // 2 * 2]
    return list(zip(edges[::2], edges[1::2], strict=True))


calendars = st.builds(build_calendar, days(), hours())
work = st.one_of(st.integers(0, 20), st.integers(0, N_DAYS * DAY))


@given(calendars, TICKS, work)
def test_measuring_undoes_adding(calendar: Calendar, start: int, amount: int) -> None:
    end = calendar.add(start, amount)
    if end == NEVER:
        assert calendar.worked(start, NEVER) < amount
    else:
        assert end >= start
        assert calendar.worked(start, end) == amount


@given(calendars, TICKS, st.integers(1, N_DAYS * DAY))
def test_work_ends_on_the_earliest_possible_tick(calendar: Calendar, start: int, amount: int) -> None:
    end = calendar.add(start, amount)
    if end != NEVER:
        assert calendar.worked(start, end - 1) == amount - 1
        assert calendar.is_open(end - 1)


@given(calendars, TICKS, work, work)
def test_work_can_be_split(calendar: Calendar, start: int, one: int, two: int) -> None:
    between = calendar.add(start, one)
    whole = calendar.add(start, one + two)
    if between == NEVER:
        assert whole == NEVER
    elif two or one == 0:
        assert calendar.add(between, two) == whole


@given(calendars, TICKS, TICKS, work)
def test_who_starts_later_never_ends_earlier(calendar: Calendar, one: int, two: int, amount: int) -> None:
    early, late = sorted((one, two))
    assert calendar.add(early, amount) <= calendar.add(late, amount)
    assert 0 <= calendar.worked(early, late) <= late - early


@given(calendars, calendars, st.lists(st.tuples(TICKS, work), min_size=1, max_size=20))
def test_rules_measure_time_as_calendars_do(
    one: Calendar, other: Calendar, cases: list[tuple[int, int]]
) -> None:
    shared = hours_of([one, other])
    starts, amounts = (np.array(column, np.int64) for column in zip(*cases, strict=True))
    for number, calendar in enumerate((one, other)):
        expected = calendar.add(starts, amounts).tolist()
        assert [add_work(shared, number, start, amount) for start, amount in cases] == expected
        worked = calendar.worked(calendar.first_tick, starts).tolist()
        assert [worked_until(shared, number, start) for start, _ in cases] == worked
        assert calendar.is_open(starts).tolist() == [calendar.is_open(start) for start, _ in cases]


@given(calendars, TICKS, TICKS)
def test_working_time_is_the_integral_of_being_open(calendar: Calendar, one: int, two: int) -> None:
    assert calendar.open_steps().integral(one, two) == calendar.worked(one, two)


@given(days(), hours(), TICKS, st.integers(1, N_DAYS))
def test_a_term_ends_as_counting_on_a_wall_calendar_says(
    days: Days, hours: list[tuple[int, int]], tick: int, count: int
) -> None:
    expected, left = NEVER, count
    start = datetime_of(tick).date()
    if days.first <= start <= days.last:
        for position in range(days.index(start) + 1, N_DAYS):
            left -= int(days.working[position])
            if left == 0:
                expected = days.first_tick + position * DAY + hours[-1][1]
                break
    closes, through = working_day_closes(days, hours), working_days_through(days)
    assert end_of_working_day(days.first_tick // DAY, through, closes, tick, count) == expected


@given(days())
def test_holiday_runs_are_days_off_between_working_days(days: Days) -> None:
    inside = np.zeros(N_DAYS, bool)
    for first, last, name in days.holiday_runs():
        start, stop = days.index(first), days.index(last) + 1
        assert name == "fair"
        assert not days.working[start:stop].any()
        assert start == 0 or days.working[start - 1]
        assert stop == N_DAYS or days.working[stop]
        declared = np.flatnonzero(days.kinds[start:stop] == DayKind.HOLIDAY)
        assert days.last_of_holiday[start + declared[-1]]
        inside[start:stop] = True
    assert inside[np.array(days.names) == "fair"].all()
    assert days.last_of_holiday.sum() == len(days.holiday_runs())


intervals = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 20), st.integers(-3, 3)).map(
        lambda interval: (interval[0], interval[0] + interval[1], interval[2])
    ),
    max_size=8,
)


def function_of(intervals: list[tuple[int, int, int]]) -> Steps:
    columns = np.array(intervals, np.int64).reshape(-1, 3)
    return Steps.from_intervals(columns[:, 0], columns[:, 1], columns[:, 2])


@given(intervals, intervals, st.integers(-4, 4), st.integers(-5, 80), st.integers(0, 40))
def test_step_functions_agree_with_their_values_tick_by_tick(
    one: list[tuple[int, int, int]], two: list[tuple[int, int, int]], factor: int, start: int, length: int
) -> None:
    values = [sum(amount for begin, end, amount in one if begin <= tick < end) for tick in range(-5, 125)]
    function, other = function_of(one), function_of(two)
    ticks = np.arange(-5, 125)
    assert function.at(ticks).tolist() == values
    assert function.integral(start, start + length) == sum(values[start + 5 : start + length + 5])
    assert function.plus(other).at(ticks).tolist() == (function.at(ticks) + other.at(ticks)).tolist()
    assert function.times(factor).at(ticks).tolist() == [factor * value for value in values]
    window = function.between(start, start + length).at(ticks)
    assert window.tolist() == np.where((ticks >= start) & (ticks < start + length), values, 0).tolist()


@given(intervals)
def test_a_simplified_function_changes_at_every_step(one: list[tuple[int, int, int]]) -> None:
    values = function_of(one).values
    assert np.diff(values, prepend=0).all()


@given(
    st.floats(0, 1e6, allow_nan=False) | st.integers(0, 10**6).map(float),
    st.sampled_from(["ms", "s", "min", "h", "d", "working h", "working days"]),
)
def test_a_duration_survives_being_written_and_read(value: float, unit: str) -> None:
    duration = Duration(value, unit)
    assert parse_duration(str(duration)) == duration


@given(st.integers(-(10**13), 10**14))
def test_a_tick_survives_being_turned_into_wall_time(tick: int) -> None:
    assert tick_of(datetime_of(tick)) == tick
