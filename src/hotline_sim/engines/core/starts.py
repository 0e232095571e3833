"""Visits that begin because agents are free."""

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
from hotline_sim.engines.core.station import next_increase, on_duty
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
    if stations.waiting[freed] > 0 and stations.expects[freed] == 0:
        chance = min(next_increase(tables, stations, freed), next_opening(tables, freed, now))
        if chance <= horizon:
            events = heap_push(heap, events, pack(chance - first, STAFFING, freed, bits))
            stations.expects[freed] = 1
    return events, later
