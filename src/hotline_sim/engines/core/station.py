"""Stations of the core: staffing, first-come stations without events, queues in order of priority.

A first-come station needs no event list: whoever becomes ready learns at once when an agent will be free
for him, because nobody who comes later can overtake. Only the ends of the visits in service are kept.
Elsewhere waiting visits stand in a pairing heap by (priority, since, ticket).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.engines.core.heap import heap_pop, heap_push

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.network.network import Tables

LARGE = 32
"""More agents than this keep their ends in a heap."""
NOBODY = -1
"""No slot: an empty queue, the end of a list."""


class Stations(NamedTuple):
    """State of all stations; ``s`` is the number of stations."""

    first_come: IntArray
    """(s,) 1 if everybody there has the same priority and comes in the order of being ready."""
    step: IntArray
    """(s,) row of the staffing step that holds, or one below the first."""
    busy: IntArray
    """(s,) agents busy, as far as is known; at a first-come station, entries of ``ends`` in use."""
    held: IntArray
    """(s,) entries of ``ends`` in use elsewhere: a heap of visits that began at once."""
    is_large: IntArray
    """(s,) 1 if a first-come station keeps its ends as a heap: sorting them costs more where many serve."""
    last_start: IntArray
    """(s,) earliest tick at which anybody else can start at a first-come station: nobody overtakes."""
    ends: IntArray
    """(s, widest staffing + 1) ends of visits in service that nobody waits for, the first in front."""
    waiting: IntArray
    """(s,) visits that wait in the queue; none at a first-come station."""
    root: IntArray
    """(s,) slot of the visit that goes next, or NOBODY."""
    expects: IntArray
    """(s,) tick of the event at which an agent may become free for those who wait; NEVER: there is none."""
    callers: IntArray
    """(s,) callers who wait, where lines are limited or others help."""
    talking: IntArray
    """(s,) entries of ``talk_ends`` in use, where lines are limited."""
    talk_ends: IntArray
    """(s, most lines + 1) ends of talks, a heap; those that are over leave it when somebody calls."""


def new_stations(tables: Tables, first_come: IntArray) -> Stations:
    """Stations before anything has happened."""
    count = len(first_come)
    widest = np.ones(count, np.int64)
    for station in np.flatnonzero(first_come | taking_calls(tables)):
        pattern = tables.station_pattern[station]
        levels = tables.step_level[tables.pattern_low[pattern] : tables.pattern_high[pattern]]
        widest[station] = levels.max(initial=1) * tables.station_staff[station]
    return Stations(
        first_come=first_come,
        step=tables.pattern_low[tables.station_pattern] - 1,
        busy=np.zeros(count, np.int64),
        held=np.zeros(count, np.int64),
        is_large=(widest > LARGE).astype(np.int64),
        last_start=np.zeros(count, np.int64),
        ends=np.zeros((count, int(widest.max(initial=1)) + 1), np.int64),
        waiting=np.zeros(count, np.int64),
        root=np.full(count, NOBODY, np.int64),
        expects=np.full(count, NEVER, np.int64),
        callers=np.zeros(count, np.int64),
        talking=np.zeros(count, np.int64),
        talk_ends=np.zeros((count, tables.entry.most_lines + 1), np.int64),
    )


def taking_calls(tables: Tables) -> IntArray:
    """Stations at which requests come in, int64 array of 0 and 1, shape (stations,)."""
    found = np.zeros(len(tables.station_pattern), np.int64)
    helper, enterprise = tables.entry.helper, tables.enterprises.station
    for stations in (tables.intake_station, helper[helper >= 0]):
        found[stations] = 1
    if tables.skills.kinds > 0:
        found[tables.skills.station] = 1
    if enterprise >= 0:
        found[enterprise] = 1
    return found


@compiled
def hold(stations: Stations, station: int, end: int) -> None:
    """Let a visit hold an agent of a queue's station until its end, without an event."""
    stations.held[station] = heap_push(stations.ends[station], stations.held[station], end)
    stations.busy[station] += 1


@compiled
def release(stations: Stations, station: int, now: int) -> None:
    """Learn which agents have become free by now."""
    held = stations.held[station]
    while held > 0 and stations.ends[station, 0] <= now:
        held = heap_pop(stations.ends[station], held)
        stations.busy[station] -= 1
    stations.held[station] = held


@compiled
def next_release(stations: Stations, station: int) -> int:
    """Next tick at which an agent becomes free without an event, or NEVER."""
    return int(stations.ends[station, 0]) if stations.held[station] > 0 else NEVER


@compiled
def on_duty(tables: Tables, stations: Stations, station: int, now: int) -> int:
    """Agents on duty at a tick; ticks must not go back from call to call."""
    pattern = tables.station_pattern[station]
    high = tables.pattern_high[pattern]
    step = stations.step[station]
    while step + 1 < high and tables.step_tick[step + 1] <= now:
        step += 1
    stations.step[station] = step
    if step < tables.pattern_low[pattern]:
        return 0
    return int(tables.step_level[step] * tables.station_staff[station])


@compiled
def next_increase(tables: Tables, stations: Stations, station: int) -> int:
    """Tick at which more agents come on duty than before, after the step that holds; or NEVER."""
    pattern = tables.station_pattern[station]
    low, high = tables.pattern_low[pattern], tables.pattern_high[pattern]
    if tables.station_staff[station] == 0:
        return NEVER
    step = stations.step[station] + 1
    while step < high:
        before = tables.step_level[step - 1] if step > low else 0
        if tables.step_level[step] > before:
            return int(tables.step_tick[step])
        step += 1
    return NEVER


@compiled
def first_come_start(tables: Tables, stations: Stations, station: int, ready: int) -> int:
    """Tick at which a visit that becomes ready now could start at a first-come station; or NEVER.

    Ends up to that tick leave the list of visits in service: nobody who comes later starts earlier,
    whether this visit waits until then or gives up.
    """
    ends = stations.ends
    busy = stations.busy[station]
    now = max(ready, stations.last_start[station])
    while now < NEVER:
        level = on_duty(tables, stations, station, now)
        if stations.is_large[station] == 1:
            while busy > 0 and ends[station, 0] <= now:
                busy = heap_pop(ends[station], busy)
        else:
            gone = 0
            while gone < busy and ends[station, gone] <= now:
                gone += 1
            if gone > 0:
                busy -= gone
                for index in range(busy):
                    ends[station, index] = ends[station, index + gone]
        if busy < level:
            stations.busy[station] = busy
            stations.last_start[station] = now
            return int(now)
        free = ends[station, 0] if busy > 0 else NEVER
        more = next_increase(tables, stations, station)
        now = min(free, more)
        if now >= NEVER:
            stations.busy[station] = busy
            stations.last_start[station] = NEVER
    return NEVER


@compiled
def first_come_serve(stations: Stations, station: int, end: int) -> None:
    """Let a visit hold an agent until its end, from the tick that :func:`first_come_start` found."""
    ends = stations.ends
    if stations.is_large[station] == 1:
        stations.busy[station] = heap_push(ends[station], stations.busy[station], end)
        return
    index = stations.busy[station]
    while index > 0 and ends[station, index - 1] > end:
        ends[station, index] = ends[station, index - 1]
        index -= 1
    ends[station, index] = end
    stations.busy[station] += 1
