"""The event loop of the core: one replication of the whole network over packed whole-number keys.

The same conventions as the SimPy model (``engines/__init__.py``), the same rules; only who waits for whom
is written a second time. A key packs (tick, rank, number), so keys compare as events are ordered. What
cannot depend on anybody else is not an event: visits without a station follow at once, and first-come
stations tell the end of a visit when it becomes ready.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from hotline_sim.clock.ticks import HOUR, NEVER
from hotline_sim.compiled import compiled
from hotline_sim.engines.core.heap import MANY, heap_pop, heap_push
from hotline_sim.engines.core.observe import observe
from hotline_sim.engines.core.prefetch import foresee
from hotline_sim.engines.core.queue import (
    COUNTS,
    EXPECTED,
    FEW,
    KEY,
    LATER,
    SERVED,
    START,
    STATE,
    STATION,
    TICKET,
    WAITING,
    WITHDRAWN,
    Slots,
    as_index,
    enqueue,
    get,
    give_back,
    put,
    take,
    without_first,
)
from hotline_sim.engines.core.station import (
    NOBODY,
    Stations,
    first_come_serve,
    first_come_start,
    next_increase,
    on_duty,
)
from hotline_sim.network.codes import Outcome
from hotline_sim.rules.deadlines import target_of
from hotline_sim.rules.intake import after_call_of, patience_of
from hotline_sim.rules.journey import END, INTAKE, first_visit, next_visit
from hotline_sim.rules.priority import place_of
from hotline_sim.rules.service import finish

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.engines.core.summary import Summary
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.visit import Visit

STAFFING: Final = 0
COMPLETION: Final = 1
ABANDONMENT: Final = 2
READY: Final = 3
RANK_BITS: Final = 2

_OPEN = int(Outcome.OPEN)
_NO_KEY = 2**63 - 1

ARRIVED: Final = 0
EVENTS: Final = 1
ROWS: Final = 2
WAITING_ALL: Final = 3
BUCKET: Final = 4
LATER_ALL: Final = 5
COUNTERS: Final = 6
"""Length of the counters of a run: tickets arrived, events on the heap, rows written, visits waiting, the
present bucket, events in later buckets."""
BUCKET_TICKS: Final = HOUR
"""Events of later hours wait in a list for each hour, so that the heap holds one hour's events only."""

DONE: Final = 0
PAUSED: Final = 1
ROWS_FULL: Final = 2
SLOTS_FULL: Final = 3
EVENTS_FULL: Final = 4
SPARE: Final = 32
"""Rows, and events beyond those of waiting visits, that one turn of the loop never exceeds."""


class Rows(NamedTuple):
    """Room for the log's visits; columns as in the log, with its types."""

    ticket: IntArray
    stage: IntArray
    station: IntArray
    attempt: IntArray
    ready: IntArray
    start: IntArray
    end: IntArray
    after_call: IntArray
    target: IntArray
    unit: IntArray
    due: IntArray
    outcome: IntArray
    opinion: IntArray


def advance(
    tables: Tables,
    draws: Draws,
    first: int,
    bits: int,
    stations: Stations,
    slots: Slots,
    slot_of: IntArray,
    heap: IntArray,
    buckets: IntArray,
    rows: Rows,
    summary: Summary,
    counters: IntArray,
    stop: int,
    turns: int,
) -> int:
    """Go on until nothing more happens, a buffer is full or so many events have passed.

    Parameters
    ----------
    tables, draws
        The network and the chance of the replication.
    first : int
        Tick from which keys count.
    bits : int
        Bits of a key for the number of a ticket or station.
    stations, slots, slot_of, heap, buckets, rows, counters
        The state, changed in place. ``slot_of`` has the slot of each ticket, ``buckets`` the first slot of
        the list of each hour.
    summary : Summary
        Counts visits instead of writing rows, if it is on.
    stop : int
        Last tick that may be reached, at most the horizon.
    turns : int
        Events at most.

    Returns
    -------
    int
        DONE, PAUSED, or which buffer must grow before the next call.
    """
    horizon = tables.horizon
    tickets = draws.arrival.size
    mask = (1 << bits) - 1
    arrived, events, row = counters[ARRIVED] & MANY, counters[EVENTS] & MANY, counters[ROWS] & MANY
    waiting_all, bucket, later = counters[WAITING_ALL], counters[BUCKET], counters[LATER_ALL]
    bucket_end = (bucket + 1) * BUCKET_TICKS
    result = PAUSED
    for _ in range(turns):
        if row + SPARE > rows.ticket.size:
            result = ROWS_FULL
            break
        if slots.free[0] == NOBODY:
            result = SLOTS_FULL
            break
        if events + later + waiting_all + SPARE > heap.size:
            result = EVENTS_FULL
            break

        # The next event: an arrival, or the first of the heap; later hours are opened as they come.
        arrival_key = _NO_KEY
        if arrived < tickets:
            arrival_key = pack(draws.arrival[arrived] - first, READY, arrived, bits)
        key = arrival_key
        if events > 0 and heap[0] < arrival_key:
            key = heap[0]
        if later > 0 and (key >> (bits + RANK_BITS)) >= bucket_end and first + bucket_end <= stop:
            bucket += 1
            bucket_end += BUCKET_TICKS
            slot = buckets[bucket]
            while slot != NOBODY:
                events = heap_push(heap, events, slots.numbers[slot, KEY])
                later -= 1
                foresee(draws, get(slots, slot))
                slot = slots.numbers[slot, LATER]
            continue
        if key == _NO_KEY:
            result = DONE
            break
        now = first + (key >> (bits + RANK_BITS))
        if now > stop:
            result = DONE
            break
        rank = (key >> bits) & 3
        number = key & mask & MANY

        # What happens: a visit becomes ready, a visit ends, agents become free.
        becomes_ready = ends = served = is_cut = False
        start, end = NEVER, now
        slot = freed = station = NOBODY
        if key == arrival_key:
            visit = first_visit(tables, draws, arrived & MANY)
            station = visit.station & MANY
            arrived += 1
            becomes_ready = True
        else:
            events = heap_pop(heap, events)
            if rank == STAFFING:
                freed = number
                stations.expects[freed] = 0
            elif rank == ABANDONMENT:
                front = slot_of[number] & MANY
                if slots.numbers[front, STATE] == WAITING and slots.numbers[front, TICKET] == number:
                    visit = get(slots, front)
                    patience = patience_of(draws, visit)
                    if patience != NEVER and visit.ready + patience == now:
                        slots.numbers[front, STATE] = WITHDRAWN
                        stations.waiting[visit.station] -= 1
                        waiting_all -= 1
                        ends = True
            else:
                slot = slot_of[number] & MANY
                if rank == READY:
                    station = slots.numbers[slot, STATION] & MANY
                    becomes_ready = True
                    if stations.first_come[station] == 1:
                        visit = get(slots, slot)
                else:
                    visit = get(slots, slot)
                    start = slots.numbers[slot, START]
                    freed = visit.station & MANY
                    stations.busy[freed] -= 1
                    ends = served = True

        if becomes_ready:
            if stations.first_come[station] == 1:
                start = first_come_start(tables, stations, station, visit.ready)
                patience = patience_of(draws, visit)
                if start == NEVER or start - visit.ready > patience:
                    start, end = NEVER, NEVER
                    if patience != NEVER:
                        end = visit.ready + patience
                    ends = True
                else:
                    end = NEVER
                    if start <= horizon:
                        end = finish(tables, draws, visit, start)
                        first_come_serve(stations, station, end)
                    else:
                        start = NEVER
                    ends = served = True
                is_cut = end > horizon
            else:
                if slot == NOBODY:
                    slot = take(slots)
                    slot_of[visit.ticket] = slot
                    put(slots, slot, visit, place_of(tables, draws, visit))
                slots.numbers[slot, STATE] = WAITING
                slots.numbers[slot, START] = NEVER
                stations.root[station] = enqueue(slots, stations.root[station], slot)
                stations.waiting[station] += 1
                waiting_all += 1
                freed = station
                # Only callers give up, and only who does not start at once.
                if slots.numbers[slot, COUNTS] & FEW == INTAKE and (
                    stations.waiting[station] > 1
                    or stations.busy[station] >= on_duty(tables, stations, station, now)
                ):
                    leaves = now + patience_of(draws, get(slots, slot))
                    if leaves <= horizon:
                        key = pack(leaves - first, ABANDONMENT, slots.numbers[slot, TICKET], bits)
                        events = heap_push(heap, events, key)
                slot = NOBODY

        if freed != NOBODY and stations.waiting[freed] > 0:
            level = on_duty(tables, stations, freed, now)
            while stations.waiting[freed] > 0 and stations.busy[freed] < level:
                front = stations.root[freed] & MANY
                stations.root[freed] = without_first(slots, front)
                if slots.numbers[front, STATE] == WITHDRAWN:
                    give_back(slots, front)
                    continue
                stations.waiting[freed] -= 1
                waiting_all -= 1
                stations.busy[freed] += 1
                slots.numbers[front, STATE] = SERVED
                slots.numbers[front, START] = now
                done = finish(tables, draws, get(slots, front), now)
                if done <= horizon:
                    key = pack(done - first, COMPLETION, slots.numbers[front, TICKET], bits)
                    if done - first < bucket_end:
                        events = heap_push(heap, events, key)
                    else:
                        later = put_off(slots, buckets, front, key, (done - first) // BUCKET_TICKS, later)
            if stations.waiting[freed] > 0 and stations.expects[freed] == 0:
                more = next_increase(tables, stations, freed)
                if more <= horizon:
                    events = heap_push(heap, events, pack(more - first, STAFFING, freed, bits))
                    stations.expects[freed] = 1

        # Ends follow one another until somebody has to be waited for; a cut visit stays open.
        while ends:
            visit = as_index(visit)
            outcome, opinion, following = _OPEN, visit.opinion, visit
            if is_cut:
                end = NEVER
            else:
                outcome, following = next_visit(tables, draws, visit, served, start, end)
                opinion = following.opinion
            if summary.on == 1:
                observe(tables, draws, summary, visit, start, end, outcome, opinion)
            else:
                write(tables, draws, rows, row, visit, start, end, outcome, opinion)
                row += 1
            visit = following
            ends = False
            if not is_cut and visit.stage != END and visit.ready <= horizon:
                if visit.station == NOBODY:
                    start = visit.ready
                    end = finish(tables, draws, visit, start)
                    ends = served = True
                    is_cut = end > horizon
                else:
                    # The ticket keeps the slot it has.
                    if slot == NOBODY:
                        slot = take(slots)
                        slot_of[visit.ticket] = slot
                    put(slots, slot, visit, place_of(tables, draws, visit))
                    slots.numbers[slot, STATE] = EXPECTED
                    foresee(draws, visit)
                    key = pack(visit.ready - first, READY, visit.ticket, bits)
                    if visit.ready - first < bucket_end:
                        events = heap_push(heap, events, key)
                    else:
                        hour = (visit.ready - first) // BUCKET_TICKS
                        later = put_off(slots, buckets, slot, key, hour, later)
                    slot = NOBODY
        if slot != NOBODY:
            give_back(slots, slot)

    counters[ARRIVED], counters[EVENTS], counters[ROWS] = arrived, events, row
    counters[WAITING_ALL], counters[BUCKET], counters[LATER_ALL] = waiting_all, bucket, later
    return result


def write_open(tables: Tables, draws: Draws, slots: Slots, rows: Rows, summary: Summary, row: int) -> int:
    """Write or count the visits that wait or are served when the run is over; returns the number of rows."""
    for slot in range(slots.numbers.shape[0]):
        state = slots.numbers[slot, STATE]
        if state in (WAITING, SERVED):
            visit = get(slots, slot)
            start = slots.numbers[slot, START]
            if summary.on == 1:
                observe(tables, draws, summary, visit, start, NEVER, _OPEN, visit.opinion)
            else:
                write(tables, draws, rows, row, visit, start, NEVER, _OPEN, visit.opinion)
                row += 1
    return row


@compiled
def pack(tick: int, rank: int, number: int, bits: int) -> int:
    """Key of an event; ``tick`` counts from the start of the run."""
    return (((tick << RANK_BITS) | rank) << bits) | number


@compiled
def put_off(slots: Slots, buckets: IntArray, slot: int, key: int, bucket: int, later: int) -> int:
    """Put the next event of a slot into the list of a later hour; returns the events put off."""
    slots.numbers[slot, KEY] = key
    slots.numbers[slot, LATER] = buckets[bucket]
    buckets[bucket] = slot
    return later + 1


@compiled
def write(
    tables: Tables,
    draws: Draws,
    rows: Rows,
    row: int,
    visit: Visit,
    start: int,
    end: int,
    outcome: int,
    opinion: int,
) -> None:
    """Write one row of the log."""
    rows.ticket[row] = visit.ticket
    rows.stage[row] = visit.stage
    rows.station[row] = visit.station
    rows.attempt[row] = visit.attempt
    rows.ready[row] = visit.ready
    rows.start[row] = start
    rows.end[row] = end
    rows.after_call[row] = after_call_of(tables, draws, visit)
    rows.target[row] = target_of(tables, draws, visit)
    rows.unit[row] = visit.unit
    rows.due[row] = visit.due
    rows.outcome[row] = outcome
    rows.opinion[row] = opinion
