from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sim.clock.ticks import HOUR, NEVER, tick_of
from hotline_sim.errors import RecordsError
from hotline_sim.records.schema import TimeTable
from hotline_sim.records.times import Times, parse_durations, parse_times


def parsed(text: str, **how: str) -> str:
    found = parse_times(pa.array([text]), TimeTable(**how))
    tick = int(found.ticks[0])
    assert bool(found.bad[0]) == (tick == NEVER and text != "")
    return "" if tick == NEVER else str(np.datetime64(tick, "ms"))[:19]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2021-03-05", "2021-03-05T00:00:00"),
        ("2021-03-05 14:05", "2021-03-05T14:05:00"),
        ("2021/3/5 4:05:06", "2021-03-05T04:05:06"),
        ("2021.03.05 14:05:06.789", "2021-03-05T14:05:06"),
        ("2021-03-05T14:05:06", "2021-03-05T14:05:06"),
        ("2021-03-05 24:00", "2021-03-06T00:00:00"),
        ("20210305", "2021-03-05T00:00:00"),
        ("20210305 140506", "2021-03-05T14:05:06"),
        ("202103051405", "2021-03-05T14:05:00"),
        ("20210305140506", "2021-03-05T14:05:06"),
        ("20210305 000400.0", "2021-03-05T00:04:00"),
        ("20210305 400", "2021-03-05T00:04:00"),
        ("20210305 0405", "2021-03-05T04:05:00"),
        ("20210305 14:05", "2021-03-05T14:05:00"),
        ("2021-03-05 140506", "2021-03-05T14:05:06"),
        ("2021/3/5 80000.0", "2021-03-05T08:00:00"),
        ("2021/3/5 0805", "2021-03-05T08:05:00"),
        ("2021年3月5日", "2021-03-05T00:00:00"),
        ("2021年3月5日 14时05分06秒", "2021-03-05T14:05:06"),
        ("2021年3月5日14點5分", "2021-03-05T14:05:00"),
        ("2021年3月5日 14时", "2021-03-05T14:00:00"),
        ("2021/3/5 下午 2:05", "2021-03-05T14:05:00"),
        ("2021/3/5 上午 12:05", "2021-03-05T00:05:00"),
        ("２０２１－０３－０５　１４：０５", "2021-03-05T14:05:00"),
        ("民國110年3月5日 14時05分", "2021-03-05T14:05:00"),
        ("中華民國110/03/05", "2021-03-05T00:00:00"),
        ("Mar 5, 2021 2:05 PM", "2021-03-05T14:05:00"),
        ("5-Mar-2021 14:05:06", "2021-03-05T14:05:06"),
        ("Fri, 05 March 2021 14:05", "2021-03-05T14:05:00"),
        ("2024-02-29", "2024-02-29T00:00:00"),
    ],
)
def test_instants_are_read_as_people_write_them(text: str, meant: str) -> None:
    assert parsed(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "2021-02-29",
        "2021-13-01",
        "2021-00-10",
        "2021-04-31",
        "2100-01-01",
        "1899-12-31",
        "2021-03-05 25:00",
        "2021-03-05 24:01",
        "2021-03-05 12:60",
        "2021-03-05 13:05 PM",
        "03/05/2021",
        "21-03-05",
        "yesterday",
        "14:05",
        "2021",
        "○○路○號",
        "Mar 5",
    ],
)
def test_what_is_no_instant_is_told_to_be_none(text: str) -> None:
    assert parsed(text) == ""


@pytest.mark.parametrize(
    ("order", "text", "meant"),
    [
        ("mdy", "03/05/2021 02:05:06 PM", "2021-03-05T14:05:06"),
        ("dmy", "05/03/2021 14:05", "2021-03-05T14:05:00"),
        ("dmy", "5.3.2021", "2021-03-05T00:00:00"),
        ("dmy", "2021-03-05", "2021-03-05T00:00:00"),
        ("roc", "110/03/05 14:05", "2021-03-05T14:05:00"),
        ("roc", "1100305", "2021-03-05T00:00:00"),
        ("roc", "1100305 1405", "2021-03-05T14:05:00"),
        ("roc", "99-12-31", "2010-12-31T00:00:00"),
    ],
)
def test_the_profile_says_in_which_order_the_parts_of_a_date_stand(order: str, text: str, meant: str) -> None:
    assert parsed(text, order=order) == meant


def test_bare_numbers_are_what_the_profile_says() -> None:
    assert parsed("44260.5", number="excel") == "2021-03-05T12:00:00"
    assert parsed("1614952800", number="unix", zone="Asia/Shanghai") == "2021-03-05T22:00:00"
    assert parsed("1614952800000", number="unix-ms", zone="UTC") == "2021-03-05T14:00:00"


def test_a_format_of_ones_own_is_tried_first() -> None:
    assert parsed("05|03|21 14h05", format="%d|%m|%y %Hh%M") == "2021-03-05T14:05:00"
    assert parsed("2021-03-05", format="%d|%m|%y %Hh%M") == "2021-03-05T00:00:00"


def times(texts: list[str], **how: str) -> Times:
    return parse_times(pa.array(texts), TimeTable(**how))


def test_instants_with_an_offset_become_wall_time_of_the_city() -> None:
    texts = [
        "2021-07-01T12:00:00Z",
        "2021-07-01T14:00:00+02:00",
        "2021-01-01T12:00:00-0500",
        "2021-07-01 12:00",
    ]
    found = times(texts, zone="America/New_York").ticks.astype("datetime64[ms]").astype(str)
    assert [tick[:16] for tick in found] == [
        "2021-07-01T08:00",
        "2021-07-01T08:00",
        "2021-01-01T12:00",
        "2021-07-01T12:00",
    ]


def test_an_offset_without_a_zone_is_the_wall_time_as_written_but_utc_is_refused() -> None:
    assert parsed("2021-07-01T14:00:00+02:00") == "2021-07-01T14:00:00"
    with pytest.raises(RecordsError, match=r"must name the zone of the city"):
        times(["2021-07-01T14:00:00Z"])


def test_the_hour_that_does_not_exist_and_the_one_that_happens_twice_are_noted() -> None:
    texts = ["2021-03-14 02:30", "2021-11-07 01:30", "2021-11-07T06:30:00Z", "2021-11-07 03:00"]
    found = times(texts, zone="America/New_York")
    assert found.notes["gap"].tolist() == [True, False, False, False]
    assert str(np.datetime64(int(found.ticks[0]), "ms"))[:16] == "2021-03-14T03:30"
    assert found.twice.tolist() == [False, True, True, False]
    # An instant with an offset is certain; only the one without is taken as written.
    assert found.notes["twice"].tolist() == [False, True, False, False]


@given(
    st.integers(0, 5 * 365 * 24 * 60), st.sampled_from(["America/New_York", "Asia/Taipei", "Europe/Berlin"])
)
def test_conversion_agrees_with_the_standard_library(minutes: int, zone: str) -> None:
    utc = datetime(2019, 1, 1, tzinfo=ZoneInfo("UTC")) + timedelta(minutes=minutes)
    wall = utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    found = times([utc.strftime("%Y-%m-%dT%H:%M:%SZ")], zone=zone)
    assert int(found.ticks[0]) == tick_of(wall)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2099, 12, 31)))
def test_iso_and_compact_forms_of_any_instant_are_read_back(instant: datetime) -> None:
    instant = instant.replace(microsecond=0)
    texts = [instant.isoformat(), instant.isoformat(" "), instant.strftime("%Y%m%d%H%M%S").zfill(14)]
    texts.append(f"{instant.year}年{instant.month}月{instant.day}日 {instant:%H:%M:%S}")
    assert times(texts).ticks.tolist() == [tick_of(instant)] * len(texts)


def test_repairs_of_the_time_of_day_are_noted() -> None:
    found = times(["20210305 000400.0", "20210305 400", "20210305 000400"])
    assert found.notes["decimal_tail"].tolist() == [True, False, False]
    assert found.notes["leading_zeros"].tolist() == [False, True, False]


def test_durations_are_numbers_or_clock_times() -> None:
    texts = pa.array(["30", "-3", "1.5", "1:02:03", "0:00:01.5", "0:75", "soon", "", "1e300"])
    values, bad = parse_durations(texts, "s")
    assert values.tolist() == [30_000, -3000, 1500, 3_723_000, 1500, NEVER, NEVER, NEVER, NEVER]
    assert bad.tolist() == [False] * 5 + [True, True, False, True]
    assert parse_durations(pa.array(["2"]), "h")[0].tolist() == [2 * HOUR]
