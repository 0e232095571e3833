"""What becomes of single rows: kept, repaired or dropped, and counted with its reason."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hotline_sim.clock.ticks import DAY, HOUR, MINUTE, NEVER, SECOND, tick_of
from hotline_sim.errors import RecordsError
from hotline_sim.network.codes import Outcome, Stage
from hotline_sim.results.schema import TicketOutcome
from records_case import CALLS, COUNTS, EVENTS, REQUESTS, read

if TYPE_CHECKING:
    from pathlib import Path

    from hotline_sim.records.read import Records

MONDAY = tick_of(date(2021, 3, 1))

CALL_ROWS = """id,arrival,wait,talk,outcome,agent
1,2021-03-01 08:00,0,60,yes,Ann
2,2021-03-01 08:01,30,0:01:30,yes,Bob
3,2021-03-01 08:02,45,,no,
4,2021-03-01 08:03,-1,60,yes,Ann
5,2021-03-01 08:04,0,-9,yes,Ann
6,2021-03-01 08:05,0,60,maybe,Ann
7,2021-03-01 08:06,0,,yes,Ann
8,2021-03-01 08:07,soon,60,yes,Ann
9,never,0,60,yes,Ann
10,,0,60,yes,Ann
2,2021-03-01 08:09,0,60,yes,Ann
"""


def visits(records: Records, *names: str) -> list[list[int]]:
    return [records.log.visits[name].tolist() for name in names]


def test_calls_become_tickets_with_one_intake_visit(tmp_path: Path) -> None:
    records = read(tmp_path, CALLS, CALL_ROWS)
    tickets = records.log.tickets
    assert tickets["outcome"].tolist() == [
        TicketOutcome.DIRECT,
        TicketOutcome.DIRECT,
        TicketOutcome.ABANDONED,
    ]
    eight = MONDAY + 8 * HOUR
    assert visits(records, "stage", "station", "ready", "start", "end", "outcome") == [
        [Stage.INTAKE] * 3,
        [0] * 3,
        [eight, eight + MINUTE, eight + 2 * MINUTE],
        [eight, eight + 90 * SECOND, NEVER],
        [eight + MINUTE, eight + 180 * SECOND, eight + 2 * MINUTE + 45 * SECOND],
        [Outcome.DIRECT, Outcome.DIRECT, Outcome.ABANDONED],
    ]
    assert records.extra["agent"].tolist() == ["Ann", "Bob", ""]
    assert records.log.meta.live == (True,)
    assert records.log.meta.live_stations == (0,)


def test_every_call_that_is_left_out_has_its_reason(tmp_path: Path) -> None:
    records = read(tmp_path, CALLS, CALL_ROWS)
    assert records.report.dropped == {
        "wait: negative duration": 1,
        "talk: negative duration": 1,
        "outcome: cannot be read": 1,
        "talk: missing": 1,
        "wait: cannot be read": 1,
        "arrival: cannot be read": 1,
        "arrival: missing": 1,
        "id given before": 1,
    }
    assert records.report.rows == 11
    assert records.report.kept == 3
    assert records.rejects["row"].tolist() == [5, 6, 7, 8, 9, 10, 11, 12]
    assert records.rejects["raw"].tolist() == CALL_ROWS.splitlines()[4:]


MENU = """
kind = "calls"
columns = { arrival = ["day", "in"], queued = ["day", "out"], answered = ["day", "up"], ended = ["day", "end"], outcome = "what", source = "line" }
[values.outcome]
served = "answered"
left = "abandoned"
odd = "invalid"
[[rules]]
when = { what = "left", up = "" }
set = { outcome = "menu" }
[[rules]]
when = { what = ["test", "drill"] }
drop = "test of the line"
"""  # noqa: E501


def test_clock_times_past_midnight_belong_to_the_next_day(tmp_path: Path) -> None:
    text = (
        "day,in,out,up,end,what,line\n"
        "2021-03-01,23:59:30,23:59:50,00:00:10,00:05:00,served,a\n"
        "2021-03-01,12:00:30,12:00:10,12:01:00,12:02:00,served,a\n"
        "2021-03-01,12:05:00,12:05:09,,,left,a\n"
        "2021-03-01,12:06:00,12:06:09,12:07:00,12:08:00,odd,b\n"
        "2021-03-01,12:06:00,12:06:09,12:07:00,12:08:00,drill,b\n"
    )
    records = read(tmp_path, MENU, text)
    assert records.report.repaired == {
        "answered: past midnight, moved on by a day": 1,
        "ended: past midnight, moved on by a day": 1,
        "arrival after the queue, taken as the queue": 1,
    }
    assert records.report.dropped == {"test of the line": 1}
    late = records.log.tickets["arrival"].tolist().index(MONDAY + DAY - 30 * SECOND)
    assert records.log.tickets["answered"][late] == MONDAY + DAY + 10 * SECOND
    # Who hung up in the menu has asked nobody: no call, but offered and invalid.
    assert records.log.meta.sources == ("a", "b", "menu")
    assert records.log.meta.live == (True, True, False)
    assert records.log.tickets["outcome"].tolist().count(TicketOutcome.INVALID) == 2


REQUEST_ROWS = """id,opened,due,closed,category,unit
1,2021-03-01 08:00,2021-03-05 17:00,2021-03-02 10:00,water,works
2,2021-03-01 09:00,2021-02-01 09:00,,water,works
3,2021-03-01 10:00,,2021-02-28 10:00,roads,streets
4,2021-03-01 11:00,soon,2021-03-01 12:00,roads &amp; ways,ｗａｔｅｒ Ｂ２（一）
"""


def test_requests_become_tickets_with_one_visit_at_the_unit(tmp_path: Path) -> None:
    records = read(tmp_path, REQUESTS, REQUEST_ROWS)
    tickets = records.log.tickets
    assert records.report.dropped == {"closed before the arrival": 1}
    assert records.report.repaired == {
        "due: before the arrival, taken as unknown": 1,
        "due: cannot be read, taken as unknown": 1,
        "category: HTML entities resolved": 1,
        "unit: full-width signs made plain": 1,
    }
    assert records.log.meta.categories == ("roads & ways", "water")
    assert records.log.meta.units == ("water B2（一）", "works")
    ten = MONDAY + DAY + 10 * HOUR
    assert tickets["replied"].tolist() == [ten, NEVER, MONDAY + 12 * HOUR]
    assert tickets["due"].tolist() == [MONDAY + 4 * DAY + 17 * HOUR, NEVER, NEVER]
    assert visits(records, "stage", "outcome", "end") == [
        [Stage.HANDLING] * 3,
        [Outcome.REPLIED, Outcome.OPEN, Outcome.REPLIED],
        [ten, NEVER, MONDAY + 12 * HOUR],
    ]
    # Nobody said when the requests were dispatched.
    assert "dispatch" in records.log.meta.unknown
    assert np.all(tickets["handling"] == NEVER)


def test_working_time_runs_on_the_calendar_of_the_profile(tmp_path: Path) -> None:
    profile = REQUESTS.replace('due = "due"', 'due = "due"\ndispatched = "opened"')
    for calendar, hours in (
        ("", 8 + 1),
        ("holidays = [2021-03-01]", 1),
        ('base = "none"', 16 + 10),
        ('base = "china"', 8 + 1),
        ('base = "holidays:US"', 8 + 1),
        ('weekend = ["Mon", "Tue"]\nworking_days = [2021-03-02]', 1),
    ):
        records = read(tmp_path, profile + calendar, REQUEST_ROWS)
        assert records.log.tickets["handling"][0] == hours * HOUR, calendar


def test_a_calendar_that_is_not_known_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match="the Chinese calendar is known from"):
        read(
            tmp_path,
            REQUESTS + 'base = "china"',
            REQUEST_ROWS.replace("2021-03-02 10:00", "2071-03-02 10:00"),
        )
    with pytest.raises(RecordsError, match=r'calendar.base: got "holidays:XX"'):
        read(tmp_path, REQUESTS + 'base = "holidays:XX"', REQUEST_ROWS)


def test_the_extract_is_the_horizon_and_the_window_is_whole_days(tmp_path: Path) -> None:
    meta = read(tmp_path, REQUESTS, REQUEST_ROWS).log.meta
    assert (meta.start, meta.end, meta.horizon) == (MONDAY, MONDAY + DAY, MONDAY + DAY + 10 * HOUR)
    times = "[time]\nstart = 2021-03-01\nend = 2021-03-08\nextract = 2021-03-10T12:00:00\n"
    meta = read(tmp_path, REQUESTS + times, REQUEST_ROWS).log.meta
    assert (meta.start, meta.end) == (MONDAY, MONDAY + 7 * DAY)
    assert meta.horizon == MONDAY + 9 * DAY + 12 * HOUR
    meta = read(tmp_path, REQUESTS + "[time]\nextract = 2021-03-10\n", REQUEST_ROWS).log.meta
    assert meta.horizon == MONDAY + 10 * DAY - 1


def test_where_summer_time_ends_a_request_may_close_before_it_opens(tmp_path: Path) -> None:
    profile = REQUESTS + '[time]\nzone = "America/New_York"\n'
    text = (
        "id,opened,due,closed,category,unit\n"
        "1,2021-11-07T05:50:00Z,,2021-11-07T06:10:00Z,a,u\n"
        "2,2021-11-07 01:50,,2021-11-07 01:10,a,u\n"
        "3,2021-11-07 01:50,,2021-11-07 00:55,a,u\n"
    )
    records = read(tmp_path, profile, text)
    tickets = records.log.tickets
    assert (tickets["replied"] - tickets["arrival"]).tolist() == [20 * MINUTE, 20 * MINUTE]
    assert records.report.repaired["closed: hour that happens twice, moved on by an hour"] == 2
    assert records.report.dropped == {"closed before the arrival": 1}


SPLIT = """
kind = "requests"
columns = { id = "id", arrival = ["day", "clock"], category = "what" }
file = { comma_in = "place" }
"""


def test_cells_shifted_by_a_separator_are_moved_back(tmp_path: Path) -> None:
    text = (
        "id,what,place,day,clock\n"
        "a1,water,Main St 1,20210301,080000\n"
        "a2,roads,Main St 2,corner 5th,20210301\n"
        "a3,roads,Main St 3,corner 6th,20210301,090000\n"
        "a4,roads,Main St 4,20210301,\n"
        "a5,roads,Main St 5,one,two\n"
    )
    report = read(tmp_path, SPLIT, text).report
    assert report.kept == 2
    assert report.dropped == {
        "cells shifted by a separator inside place: part of the time is lost": 1,
        "arrival: date or time of day missing": 1,
        "arrival: cannot be read": 1,
    }
    assert report.repaired == {"separator without quotes put right": 1}
    records = read(tmp_path, SPLIT + 'time = { clock_if_missing = "12:00" }', text)
    assert records.report.kept == 4
    assert records.report.repaired["arrival: time of day lost, set by the profile"] == 2
    assert records.log.tickets["arrival"].tolist()[-2:] == [MONDAY + 12 * HOUR] * 2


def test_ids_that_a_spreadsheet_spoiled_are_no_keys(tmp_path: Path) -> None:
    head = "id,opened,due,closed,category,unit\n"
    rows = [f"{{id}},2021-03-01 08:{number:02d},,,a,u\n" for number in range(10)]
    spoiled = read(tmp_path, REQUESTS, head + "".join(row.format(id="2.02505E+12") for row in rows))
    assert spoiled.report.kept == 10
    assert spoiled.report.repaired == {"id in scientific notation, not used as a key": 10}
    shared = read(tmp_path, REQUESTS, head + "".join(row.format(id="202411") for row in rows))
    assert shared.report.kept == 10
    assert shared.report.repaired == {"id shared by many rows, not used as a key": 10}
    assert set(shared.extra["id"]) == {""}


def test_an_id_is_free_again_if_its_first_row_is_dropped(tmp_path: Path) -> None:
    text = REQUEST_ROWS + "3,2021-03-01 10:00,,2021-03-03 10:00,roads,streets\n"
    assert "id given before" not in read(tmp_path, REQUESTS, text).report.dropped


def test_words_are_translated_and_a_part_of_a_cell_is_kept(tmp_path: Path) -> None:
    profile = """
kind = "requests"
[columns]
arrival = "opened"
area = { any_of = ["district", "place"], keep = "^(.+?)区" }
on_time = "state"
satisfied = "happy"
source = "how"
[values.on_time]
LATE = false
OK = true
[values.source]
P = "phone"
"""
    text = (
        "opened,place,state,happy,how\n"
        "2021-03-01,利州区东坝路,OK,是,P\n2021-03-02,昭化,LATE,no,web\n2021-03-03,,?,perhaps,\n"
    )
    records = read(tmp_path, profile, text)
    assert records.log.meta.areas == ("利州", "昭化")
    assert records.log.tickets["area"].tolist() == [0, 1, -1]
    assert records.extra["on_time"].tolist() == [1, 0, -1]
    assert records.log.tickets["satisfied"].tolist() == [1, 0, -1]
    assert records.log.meta.sources == ("phone", "web")
    assert records.report.repaired == {"satisfied: cannot be read, taken as unknown": 1}
    assert records.report.shares == {"on_time": 0.5}


EVENT_ROWS = """case,time,what,who
A,2021-03-01 10:00,take,works
A,2021-03-01 09:00,open,
A,2021-03-01 12:00,take,streets
A,2021-03-01 13:00,wait,streets
A,2021-03-01 15:00,answer,streets
A,2021-03-01 16:00,take,streets
A,2021-03-01 17:00,answer,streets
A,2021-03-03 17:00,close,office
B,2021-03-02 09:00,take,works
,2021-03-02 09:00,take,works
C,never,take,works
"""


def test_events_become_spells_at_units(tmp_path: Path) -> None:
    records = read(tmp_path, EVENTS, EVENT_ROWS)
    nine = MONDAY + 9 * HOUR
    tickets = records.log.tickets
    assert records.report.dropped == {"id: missing": 1, "time: cannot be read": 1}
    assert records.extra["id"].tolist() == ["A", "B"]
    assert tickets["arrival"].tolist() == [nine, nine + DAY]
    assert tickets["replied"].tolist() == [nine + 6 * HOUR, NEVER]
    assert tickets["closed"].tolist() == [nine + 2 * DAY + 8 * HOUR, NEVER]
    assert tickets["dispatched"].tolist() == [nine + HOUR, nine + DAY]
    assert tickets["returns"].tolist() == [1, 0]
    assert tickets["redos"].tolist() == [1, 0]
    assert records.extra["waiting"].tolist() == [2 * HOUR, 0]
    assert records.extra["handovers"].tolist() == [1, 0]
    assert records.extra["events"].tolist() == [8, 1]
    works, streets = records.log.meta.units.index("works"), records.log.meta.units.index("streets")
    handling = records.log.visits["stage"] == Stage.HANDLING
    rows = {name: column[handling].tolist() for name, column in records.log.visits.items()}
    assert rows["unit"] == [works, streets, works]
    assert rows["ready"] == [nine + HOUR, nine + 3 * HOUR, nine + DAY]
    assert rows["end"] == [nine + 3 * HOUR, nine + 6 * HOUR, NEVER]
    assert rows["outcome"] == [Outcome.RETURNED, Outcome.REPLIED, Outcome.OPEN]
    assert rows["attempt"] == [0, 1, 0]
    assert np.count_nonzero(records.log.visits["stage"] == Stage.DISPATCH) == 3


def test_an_event_before_the_arrival_is_taken_as_the_arrival(tmp_path: Path) -> None:
    profile = EVENTS.replace('unit = "who"', 'unit = "who"\narrival = "opened"\nreplied = "answered"')
    text = (
        "case,time,what,who,opened,answered\n"
        "A,2021-03-01 09:00,take,works,2021-03-01 10:00,\n"
        "A,2021-03-01 12:00,answer,works,2021-03-01 10:00,\n"
        "B,2021-03-01 12:00,take,works,2021-03-01 11:00,2021-03-01 13:00\n"
        "C,2021-03-01 12:00,close,works,2021-03-01 11:30,\n"
    )
    records = read(tmp_path, profile, text)
    ten = MONDAY + 10 * HOUR
    assert records.log.tickets["dispatched"].tolist() == [ten, ten + 2 * HOUR, ten + 2 * HOUR]
    assert records.log.tickets["replied"].tolist() == [ten + 2 * HOUR, ten + 3 * HOUR, ten + 2 * HOUR]
    assert records.extra["reply_filled"].tolist() == [1, 0, 1]
    assert records.report.repaired == {
        "event before the arrival, taken as the arrival": 1,
        "reply: time missing, taken from the event": 1,
        "reply: time missing, taken from the closing": 1,
    }
    assert records.rejects.empty


def test_counts_have_no_tickets_but_volumes(tmp_path: Path) -> None:
    rows = ("2021-03-02,120,7,35.5", "2021-03-01,100,,", "2021-03-03,-4,1,2", "2021-03-04,x,1,2")
    text = "\n".join(("day,calls,lost,wait", *rows, "2021-03-05,,1,2"))
    records = read(tmp_path, COUNTS, text)
    assert records.report.dropped == {
        "offered: less than nothing": 1,
        "offered: cannot be read": 1,
        "offered: missing": 1,
    }
    assert records.counts["start"].tolist() == [MONDAY, MONDAY + DAY]
    assert records.counts["length"].tolist() == [DAY, DAY]
    assert records.counts["offered"].tolist() == [100, 120]
    np.testing.assert_array_equal(records.counts["abandoned"], [np.nan, 7])
    np.testing.assert_array_equal(records.counts["wait"], [np.nan, 35.5])
    assert records.log.tickets["arrival"].size == 0
    assert (records.log.meta.start, records.log.meta.end) == (MONDAY, MONDAY + 2 * DAY)


def test_durations_of_centuries_are_no_durations(tmp_path: Path) -> None:
    rows = [
        "id,arrival,wait,talk,outcome,agent",
        "1,2021-03-01 08:00,0,60,yes,Ann",
        "2,2021-03-01 08:01,0,999999999999,yes,Ann",
        "3,2021-03-01 08:02,1e15,,no,",
    ]
    records = read(tmp_path, CALLS, "\n".join(rows))
    assert records.report.kept == 1
    assert records.report.dropped == {"talk: cannot be read": 1, "wait: cannot be read": 1}


def test_impossible_numbers_of_returns_are_not_known(tmp_path: Path) -> None:
    profile = REQUESTS.replace('unit = "unit"', 'unit = "unit"\nreassignments = "moved"')
    rows = ["id,opened,due,closed,category,unit,moved"]
    rows += [f"{place},2021-03-01 08:00,,,a,u,{moved}" for place, moved in enumerate(("2", "-3", "1e30"))]
    records = read(tmp_path, profile, "\n".join(rows))
    assert records.log.tickets["returns"].tolist() == [2, 0, 0]
    assert records.extra["reassignments"].tolist() == [2, -1, -1]
    assert records.report.repaired == {"reassignments: cannot be read, taken as unknown": 2}
