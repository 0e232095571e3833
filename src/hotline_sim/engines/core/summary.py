"""Statistics streamed inside the loop: what the KPIs need, without keeping a single visit.

The function ``observe`` sees each visit once, when it ends or is cut off, as the log would have recorded it.
Counts and sums are whole numbers and give the KPIs of ``results.kpis`` exactly; response times go into a
histogram whose bins are at most 1/128 of their value wide, so quantiles are within half a per cent.
``key_figures.py`` turns a summary into KPIs.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotline_sim.clock.calendar import build_calendar
from hotline_sim.clock.hours import Hours, hours_of
from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import HOUR, NEVER
from hotline_sim.network.shortcuts import helping_stations, live_stations
from hotline_sim.network.two_level import LEVELS
from hotline_sim.results.passages import Passages, count_meetings, new_passages

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.network.network import Network, Tables

BINS = 42 * 128 + 256
"""Enough for durations of 2**50 ticks."""
DAYTIME = (8, 18)
"""Hours of the day that count as daytime on working days, as in ``results.series``."""


class Count(IntEnum):
    """Rows of the counters."""

    ABANDONED = 0
    INVALID = 1
    DIRECT = 2
    DIRECT_FIRST = 3
    MADE = 4
    DISPATCHED = 5
    REPLIED = 6
    ON_TIME = 7
    SOLVED = 8
    SATISFIED = 9
    REOPENED = 10
    ONCE = 11
    CALLS = 12
    REDIALS = 13
    LOST = 14
    ANSWERED = 15
    WITHIN_15S = 16
    WITHIN_30S = 17
    WAIT = 18
    BUSY = 19
    BUSY_DAYTIME = 20
    DISPATCHES = 21
    RETURNED = 22
    RECEIPTS = 23
    SIGNED_ON_TIME = 24
    UNITS_BUSY = 25
    OPEN_AT_START = 26
    OPEN_AT_END = 27
    ROUNDS = 28
    ROUNDS_REACHED = 29
    RATINGS = 30
    RATED_SOLVED = 31
    RATED_SATISFIED = 32
    OPEN_ROWS = 33
    ENTERPRISE_ACCEPTED = 34
    ENTERPRISE_MADE = 35
    ENTERPRISE_ON_TIME = 36
    ENTERPRISE_REPLIED = 37
    ENTERPRISE_RESPONSE = 38
    ENTERPRISE_ESCALATED = 39
    ENTERPRISE_ANSWERED = 40
    ENTERPRISE_WAIT = 41
    ASIDE = 42


OF_ENTERPRISES = tuple(Count)[Count.ENTERPRISE_ACCEPTED : Count.ENTERPRISE_WAIT + 1]
"""Rows about enterprises, in the order of their counts in ``results.enterprise``."""


class Summary(NamedTuple):
    """Counters of one run; empty arrays and ``on`` 0 if the log is kept instead."""

    on: int
    """1 if visits are observed, 0 if they are written to the log."""
    start: int
    """First tick of the window."""
    end: int
    """Tick after the last one of the window, cut at the horizon."""
    live_station: IntArray
    """(stations,) 1 if live callers are taken there."""
    help_station: IntArray
    """(stations,) 1 if callers are taken there only where others have too many."""
    unit_kind: IntArray
    """(units,) number of a unit's kind."""
    daytime: Hours
    """Working days from 8 to 18 h, as one calendar."""
    counts: IntArray
    """(rows,) by Count."""
    response: IntArray
    """(6, BINS) histogram of response times by class, then of tickets of all classes."""
    response_sum: IntArray
    """(6,) sum of response times, likewise."""
    response_count: IntArray
    """(6,) number of replied requests, likewise."""
    accepted: IntArray
    """(6,) number of accepted requests, likewise."""
    handling_sum: IntArray
    """(5,) sum of handling times by class, in working ticks."""
    handling_count: IntArray
    """(5,) number of tickets handled."""
    urgent: IntArray
    """(categories,) urgent tickets recorded."""
    urgent_within_hour: IntArray
    """(categories,) of them, replied to within an hour of arrival."""
    due: IntArray
    """(1 + kinds,) tickets due in the window, all and by kind of unit."""
    due_on_time: IntArray
    """(1 + kinds,) of them, replied to by then."""
    passages: Passages
    """Visits of further stages and outcomes."""
    memo: IntArray
    """(tickets,) end of the first dispatch, later start of the present round of call-backs."""
    began: IntArray
    """(tickets,) start of the time limit that holds; NEVER before it; (1,) where nothing asks for it."""


TICKETS = 5
"""Row of the histogram for tickets of all classes."""


def new_summary(network: Network | None, tickets: int) -> Summary:
    """Counters at zero; without a network, those that observe nothing."""
    if network is None:
        few = np.zeros(1, np.int64)
        hours = Hours(0, 0, *(few for _ in range(len(Hours._fields) - 2)))
        flat = np.zeros((1, 1), np.int64)
        return Summary(
            *(0, 0, 0, few, few, few, hours, few, flat, few, few, few, few, few, few, few, few, few),
            passages=new_passages(),
            memo=few,
            began=few,
        )
    tables = network.tables
    live = np.zeros(len(tables.station_pattern), np.int64)
    live[live_stations(tables)] = 1
    helping = np.zeros(len(tables.station_pattern), np.int64)
    helping[helping_stations(tables)] = 1
    kinds = kind_names(network)
    levels = len(LEVELS) if tables.local.on else 0
    counts = np.zeros(len(Count), np.int64)
    counts[[Count.OPEN_AT_START, Count.OPEN_AT_END]] = tables.opened.number
    passages = new_passages()
    window = network.start, max(network.start, min(network.end, tables.horizon + 1))
    if tables.hard.meeting >= 0:
        count_meetings(passages, staffing_of(tables, tables.hard.meeting), window)
    passages.mediators[0], passages.length[0] = tables.mediation.mediators, window[1] - window[0]
    day = build_calendar(network.days, [(DAYTIME[0] * HOUR, DAYTIME[1] * HOUR)])
    return Summary(
        on=1,
        start=window[0],
        end=window[1],
        live_station=live,
        help_station=helping,
        unit_kind=np.array([kinds.index(kind) for kind in network.names.unit_kinds] or [0], np.int64),
        daytime=hours_of([day]),
        counts=counts,
        response=np.zeros((6, BINS), np.int64),
        response_sum=np.zeros(6, np.int64),
        response_count=np.zeros(6, np.int64),
        accepted=np.zeros(6, np.int64),
        handling_sum=np.zeros(5, np.int64),
        handling_count=np.zeros(5, np.int64),
        urgent=np.zeros(max(1, len(network.names.categories)), np.int64),
        urgent_within_hour=np.zeros(max(1, len(network.names.categories)), np.int64),
        due=np.zeros(1 + len(kinds) + levels, np.int64),
        due_on_time=np.zeros(1 + len(kinds) + levels, np.int64),
        passages=passages,
        memo=np.zeros(max(tickets, 1), np.int64),
        began=new_began(tables, tickets),
    )


def staffing_of(tables: Tables, station: int) -> Steps:
    """Agents on duty at a station."""
    pattern = tables.station_pattern[station]
    rows = slice(tables.pattern_low[pattern], tables.pattern_high[pattern])
    return Steps(tables.step_tick[rows], tables.step_level[rows] * tables.station_staff[station])


def new_began(tables: Tables, tickets: int) -> IntArray:
    """Starts of time limits before there are any."""
    return np.full(max(tickets, 1) if tables.late.counted else 1, NEVER, np.int64)


def kind_names(network: Network) -> list[str]:
    """Kinds of units that occur, in order."""
    return sorted(set(network.names.unit_kinds))


def middle_of(row: int) -> float:
    """Middle of a bin, in ticks."""
    shift = max(0, (row >> 7) - 1)
    return float((row - shift * 128) << shift) + ((1 << shift) - 1) / 2
