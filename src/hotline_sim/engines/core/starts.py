"""Visits that begin because agents are free.

A request that comes in while an agent is free begins at once. What follows its end depends on nobody else, so
that end is no event; whoever has to wait later asks for an event when the agent becomes free.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.compiled import compiled
from hotline_sim.engines.core.agenda import COMPLETION, STAFFING, expect, pack
from hotline_sim.engines.core.entry import hold_line
from hotline_sim.engines.core.heap import MANY, heap_push
from hotline_sim.engines.core.queue import (
    COUNTS,
    FEW,
    SERVED,
    START,
    STATE,
    WITHDRAWN,
    get,
    give_back,
    number_of,
    without_first,
)
from hotline_sim.engines.core.station import hold, next_increase, next_release, on_duty, release
from hotline_sim.rules.calls import is_call, kept_free, next_opening
from hotline_sim.rules.intake import after_call_of
from hotline_sim.rules.service import finish

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.engines.core.queue import Slots
    from hotline_sim.engines.core.station import Stations
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.ledger import Ledger
    from hotline_sim.rules.visit import Visit


@compiled
def start_waiting(
    tables: Tables,
    draws: Draws,
    ledger: Ledger,
    stations: Stations,
    slots: Slots,
    heap: IntArray,
    events: int,
    buckets: IntArray,
    later: int,
    freed: int,
    now: int,
    first: int,
    bits: int,
    bucket_end: int,
) -> tuple[int, int]:
    """Start waiting visits of a station while an agent is free; returns how many events there are then.

    Events are those on the heap and those of later hours, as in ``agenda.expect``.
    """
    horizon, tickets = tables.horizon, draws.arrival.size
    release(stations, freed, now)
    level = on_duty(tables, stations, freed, now)
    while stations.waiting[freed] > 0 and stations.busy[freed] < level:
        front = stations.root[freed] & MANY
        if slots.numbers[front, STATE] == WITHDRAWN:
            stations.root[freed] = without_first(slots, front)
            give_back(slots, front)
            continue
        if tables.idle.on == 1:
            kept = kept_free(tables, slots.numbers[front, COUNTS] & FEW, now)
            if stations.busy[freed] >= level - kept:
                break
        stations.root[freed] = without_first(slots, front)
        stations.waiting[freed] -= 1
        stations.busy[freed] += 1
        slots.numbers[front, STATE] = SERVED
        slots.numbers[front, START] = now
        visit = get(slots, front)
        done = finish(tables, draws, ledger, visit, now)
        if tables.entry.on == 1 and is_call(tables, draws, visit):
            stations.callers[freed] -= 1
            hold_line(tables, stations, freed, done - after_call_of(tables, draws, visit))
        if done <= horizon:
            key = pack(done - first, COMPLETION, number_of(slots, front, tickets), bits)
            events, later = expect(heap, events, slots, buckets, later, front, key, bits, bucket_end)
    if stations.waiting[freed] > 0:
        chance = min(next_increase(tables, stations, freed), next_opening(tables, freed, now))
        chance = min(chance, next_release(stations, freed))
        if chance <= horizon and chance < stations.expects[freed]:
            events = heap_push(heap, events, pack(chance - first, STAFFING, freed, bits))
            stations.expects[freed] = chance
    return events, later


@compiled
def starts_at_once(tables: Tables, stations: Stations, station: int, now: int) -> bool:
    """Whether a request that comes in now begins at once.

    While an agent is free only calls back wait, which keep agents free for others: whoever else waited has
    begun when the agent became free.
    """
    release(stations, station, now)
    return bool(stations.busy[station] < on_duty(tables, stations, station, now))


@compiled
def start_at_once(tables: Tables, draws: Draws, stations: Stations, visit: Visit, end: int) -> None:
    """Let a request that begins at once hold its agent until the end, and its line while it is a call."""
    station = visit.station & MANY
    hold(stations, station, end)
    if tables.entry.on == 1 and is_call(tables, draws, visit):
        hold_line(tables, stations, station, end - after_call_of(tables, draws, visit))
