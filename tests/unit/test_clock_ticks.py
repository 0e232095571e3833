from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from hotline_sim.clock.ticks import (
    DAY,
    HOUR,
    MINUTE,
    NEVER,
    Duration,
    datetime_of,
    day_of,
    format_duration,
    parse_clock,
    parse_duration,
    tick_of,
)


@pytest.mark.parametrize(
    ("text", "ticks"),
    [
        ("15 s", 15_000),
        ("15s", 15_000),
        ("15 秒", 15_000),
        ("１５　秒", 15_000),
        (" 1 second ", 1_000),
        ("2 Seconds", 2_000),
        ("20 min", 1_200_000),
        ("1 minute", 60_000),
        ("20 分钟", 1_200_000),
        ("1.5 h", 5_400_000),
        (".5 hours", 1_800_000),
        ("2 小时", 7_200_000),
        ("3 d", 3 * DAY),
        ("1 day", DAY),
        ("3 天", 3 * DAY),
        ("250 ms", 250),
        ("0 s", 0),
        ("1e-3 s", 1),
        ("2.5 ms", 2),
        ("3.5 ms", 4),
        ("1.0005 s", 1_000),
        ("1.0015 s", 1_002),
        ("0.29 s", 290),
    ],
)
def test_durations_on_the_clock_are_read_and_rounded_half_to_even(text: str, ticks: int) -> None:
    duration = parse_duration(text)
    assert not duration.is_working
    assert duration.ticks() == ticks


@pytest.mark.parametrize(
    ("text", "ticks"),
    [
        ("5 working days", 5 * 7 * HOUR),
        ("1 working day", 7 * HOUR),
        ("1.5 working days", 10 * HOUR + 30 * MINUTE),
        ("5 个工作日", 5 * 7 * HOUR),
        ("5工作日", 5 * 7 * HOUR),
        ("2 working hours", 2 * HOUR),
        ("2 working  h", 2 * HOUR),
        ("2 个工作小时", 2 * HOUR),
    ],
)
def test_durations_in_working_time_need_the_length_of_a_working_day(text: str, ticks: int) -> None:
    duration = parse_duration(text)
    assert duration.is_working
    assert duration.working_ticks(7 * HOUR) == ticks


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("15", "without a unit"),
        ("", "is needed"),
        ("s", "is needed"),
        ("soon", "is needed"),
        ("-5 s", "negative"),
        ("-1 working day", "negative"),
        ("nan s", "finite"),
        ("inf h", "finite"),
        ("-infinity s", "finite"),
        ("1e400 s", "finite"),
        ("1e300 d", "shorter"),
        ("20 m", "ambiguous"),
        ("20 M", "ambiguous"),
        ("2 weeks", "weeks"),
        ("1 h 30 min", "unknown unit"),
        ("1,5 h", "unknown unit"),
        ("5 workings days", "unknown unit"),
    ],
)
def test_other_texts_are_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_duration(text)


def test_a_bare_number_from_a_file_is_told_that_its_unit_is_missing() -> None:
    with pytest.raises(ValueError, match="got 15 without a unit"):
        parse_duration(15)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (Duration(15, "s"), "15 s"),
        (Duration(1.5, "h"), "1.5 h"),
        (Duration(100, "min"), "100 min"),
        (Duration(0, "s"), "0 s"),
        (Duration(1, "working days"), "1 working day"),
        (Duration(5, "working days"), "5 working days"),
        (Duration(2, "working h"), "2 working h"),
    ],
)
def test_a_duration_prints_as_people_write_it(duration: Duration, text: str) -> None:
    assert str(duration) == text
    assert parse_duration(text) == duration


def test_working_and_clock_lengths_are_not_mixed_up() -> None:
    with pytest.raises(ValueError, match="on the clock"):
        Duration(1, "working days").ticks()
    with pytest.raises(ValueError, match="working"):
        Duration(1, "d").working_ticks(DAY)


@pytest.mark.parametrize(
    ("value", "unit"), [(1, "week"), (-1, "s"), (float("nan"), "s"), (float("inf"), "working days")]
)
def test_an_impossible_duration_cannot_be_built(value: float, unit: str) -> None:
    with pytest.raises(ValueError, match="got"):
        Duration(value, unit)


@pytest.mark.parametrize(
    ("text", "ticks"),
    [
        ("00:00", 0),
        ("08:30", 8 * HOUR + 30 * MINUTE),
        ("8:30", 8 * HOUR + 30 * MINUTE),
        ("24:00", DAY),
        ("１４：３０", 52_200_000),
    ],
)
def test_times_of_day_count_from_midnight(text: str, ticks: int) -> None:
    assert parse_clock(text) == ticks


@pytest.mark.parametrize("text", ["24:01", "25:00", "08:60", "8", "08:30:00", "-1:00", "noon", "", "08.30"])
def test_other_times_of_day_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="time of day"):
        parse_clock(text)


def test_a_tick_is_local_wall_time_since_1970() -> None:
    assert tick_of(date(1970, 1, 2)) == DAY
    assert tick_of(datetime(1970, 1, 1, 0, 0, 1, 2_999)) == 1_002
    tick = tick_of(datetime(2021, 2, 11, 8, 30))
    assert np.datetime64(tick, "ms") == np.datetime64("2021-02-11T08:30:00.000")
    assert datetime_of(tick) == datetime(2021, 2, 11, 8, 30)
    assert day_of(tick) * DAY == tick_of(date(2021, 2, 11))
    assert day_of(-1) == -1


def test_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        tick_of(datetime(2021, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("ticks", "english", "chinese"),
    [
        (0, "0 s", "0 秒"),
        (250, "250 ms", "250 毫秒"),
        (45_000, "45 s", "45 秒"),
        (59_940, "59.9 s", "59.9 秒"),
        (59_960, "1 min", "1 分钟"),
        (192_000, "3.2 min", "3.2 分钟"),
        (5_040_000, "1.4 h", "1.4 小时"),
        (DAY - 1, "1 d", "1 天"),
        (198_720_000, "2.3 d", "2.3 天"),
        (-3_000, "-3 s", "-3 秒"),
        (NEVER, "never", "从未"),
    ],
)
def test_people_read_durations_in_the_largest_fitting_unit(ticks: int, english: str, chinese: str) -> None:
    assert format_duration(ticks) == english
    assert format_duration(ticks, "zh") == chinese


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="lang"):
        format_duration(0, "fr")
