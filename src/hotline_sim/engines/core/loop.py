"""The event loop of the core: one replication of the whole network over packed whole-number keys.

The same conventions as the SimPy model (``engines/__init__.py``), the same rules; only who waits for whom
is written a second time. What cannot depend on anybody else is not an event: visits without a station follow
at once, and first-come stations tell the end of a visit when it becomes ready.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import NEVER
from hotline_sim.engines.core.agenda import (
    ABANDONMENT,
    BUCKET_TICKS,
    COMPLETION,
    RANK_BITS,
    RANKS,
    READY,
    REVIEW,
    STAFFING,
    expect,
    open_hour,
    pack,
)
from hotline_sim.engines.core.entry import JOINS, MOOT, arrive, gives_up
from hotline_sim.engines.core.heap import MANY, heap_pop, heap_push
from hotline_sim.engines.core.observe import observe
from hotline_sim.engines.core.prefetch import foresee, foresee_arrival
from hotline_sim.engines.core.queue import (
    COUNTS,
    EXPECTED,
    FEW,
    SERVED,
    START,
    STATE,
    STATION,
    WAITING,
    WITHDRAWN,
    Slots,
    as_index,
    enqueue,
    get,
    give_back,
    number_of,
    put,
    take,
)
from hotline_sim.engines.core.reviews import lift, look_again
from hotline_sim.engines.core.room import DONE, PAUSED, full
from hotline_sim.engines.core.rows import Rows, write
from hotline_sim.engines.core.starts import start_at_once, start_waiting, starts_at_once
from hotline_sim.engines.core.station import (
    NOBODY,
    Stations,
    first_come_serve,
    first_come_start,
    on_duty,
)
from hotline_sim.network.codes import Outcome
from hotline_sim.rules.calls import is_call
from hotline_sim.rules.citizens import lifts
from hotline_sim.rules.cohandling import has_others
from hotline_sim.rules.intake import patience_of
from hotline_sim.rules.journey import (
    END,
    HANDLING,
    INTAKE,
    first_visit,
    next_visit,
    visit_beside,
    visits_beside,
)
from hotline_sim.rules.priority import place_of
from hotline_sim.rules.service import finish
from hotline_sim.rules.supervision import next_review, settled

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.engines.core.summary import Summary
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.ledger import Ledger

_OPEN = int(Outcome.OPEN)
_NO_KEY = 2**63 - 1

(ARRIVED, EVENTS, ROWS, WAITING_ALL, BUCKET, LATER_ALL, REVIEWS, COUNTERS) = range(8)
"""Tickets arrived, events, rows, visits waiting, bucket, later events, reviews; length of the counters."""


def advance(
    tables: Tables,
    draws: Draws,
    first: int,
    bits: int,
    stations: Stations,
    slots: Slots,
    slot_of: IntArray,
    heap: IntArray,
    reviews: IntArray,
    buckets: IntArray,
    ledger: Ledger,
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
    first, bits : int
        Tick from which keys count; bits of a key for the number of a ticket or station.
    stations, slots, slot_of, heap, reviews, buckets, ledger, rows, counters
        The state, changed in place. ``slot_of`` has the slot of each ticket and thread, ``buckets`` the first
        slot of the list of each hour; ``reviews`` is a heap of its own: far ahead and mostly in vain.
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
    reviewing = tables.late.first == 1 or tables.late.extended > 0.0 or tables.enterprises.escalates == 1
    lifting = tables.chase.first == 1
    more = tables.entry.on == 1 or tables.chase.most > 0 or tables.rating.on == 1 or tables.repeat.share > 0.0
    mask = (1 << bits) - 1
    arrived, events, row = counters[ARRIVED] & MANY, counters[EVENTS] & MANY, counters[ROWS] & MANY
    coming = counters[REVIEWS] & MANY
    waiting_all, bucket, later = counters[WAITING_ALL], counters[BUCKET], counters[LATER_ALL]
    bucket_end = (bucket + 1) * BUCKET_TICKS
    result = PAUSED
    for _ in range(turns):
        result = full(tables, slots, rows, row, heap, events + later + waiting_all, reviews, coming)
        if result != PAUSED:
            break

        # The next event: an arrival, or the first of the heap; later hours are opened as they come.
        arrival_key = _NO_KEY
        if arrived < tickets:
            arrival_key = pack(draws.arrival[arrived] - first, READY, arrived, bits)
        key = arrival_key
        if events > 0 and heap[0] < arrival_key:
            key = heap[0]
        if coming > 0 and reviews[0] < key:
            key = reviews[0]
        if later > 0 and (key >> (bits + RANK_BITS)) >= bucket_end and first + bucket_end <= stop:
            bucket += 1
            bucket_end += BUCKET_TICKS
            events, later = open_hour(
                tables, draws, ledger, slots, slot_of, heap, events, later, buckets[bucket], first, bits
            )
            continue
        now = first + (key >> (bits + RANK_BITS))
        if key == _NO_KEY or now > stop:
            result = DONE
            break
        rank = (key >> bits) & RANKS
        number = key & mask & MANY

        # What happens: a visit becomes ready, a visit ends, agents become free.
        becomes_ready = ends = served = is_cut = False
        start, end = NEVER, now
        slot = freed = station = NOBODY
        if key == arrival_key:
            foresee_arrival(draws, arrived & MANY)
            visit = first_visit(tables, draws, arrived & MANY)
            arrived += 1
            becomes_ready = visit.station != NOBODY
            station = visit.station & MANY
            if not becomes_ready:
                start, end = now, finish(tables, draws, ledger, visit, now)
                ends = served = True
                is_cut = end > horizon
        elif rank == REVIEW:
            coming = heap_pop(reviews, coming)
            review = look_again(tables, draws, ledger, stations, slots, slot_of, number, tickets, now)
            if review <= horizon:
                coming = heap_push(reviews, coming, pack(review - first, REVIEW, number, bits))
        else:
            events = heap_pop(heap, events)
            if rank == STAFFING:
                freed = number
                if stations.expects[freed] == now:
                    stations.expects[freed] = NEVER
            elif rank == ABANDONMENT:
                front = slot_of[number] & MANY
                if gives_up(draws, slots, front, number, tickets, now):
                    visit = get(slots, front)
                    slots.numbers[front, STATE] = WITHDRAWN
                    stations.waiting[visit.station] -= 1
                    waiting_all -= 1
                    if tables.entry.on == 1 and is_call(tables, draws, visit):
                        stations.callers[visit.station] -= 1
                    ends = True
            else:
                slot = slot_of[number] & MANY
                if rank == READY:
                    becomes_ready = True
                    station = slots.numbers[slot, STATION] & MANY
                    if stations.first_come[station] == 1:
                        visit = get(slots, slot)
                else:
                    visit = get(slots, slot)
                    start = slots.numbers[slot, START]
                    if visit.station != NOBODY:
                        freed = visit.station & MANY
                        stations.busy[freed] -= 1
                    ends = served = True

        stage = END
        if becomes_ready:
            stage = visit.stage if slot == NOBODY else slots.numbers[slot, COUNTS] & FEW
        # Whoever asked for a ticket since this visit was foreseen has given it another place.
        lifted = lifting and stage == HANDLING
        if becomes_ready and more and (tables.entry.on == 1 or stage > END or lifted):
            if slot != NOBODY:
                visit = get(slots, slot)
            arrives, visit = arrive(tables, draws, ledger, stations, visit, now)
            if arrives == MOOT:
                give_back(slots, slot)
                continue
            becomes_ready = arrives == JOINS
            ends = not becomes_ready
            if becomes_ready:
                station = visit.station & MANY
                if slot != NOBODY:
                    put(slots, slot, visit, place_of(tables, draws, ledger, visit, now))

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
                        end = finish(tables, draws, ledger, visit, start)
                        first_come_serve(stations, station, end)
                    else:
                        start = NEVER
                    ends = served = True
                is_cut = end > horizon
            elif stage == INTAKE and starts_at_once(tables, stations, station, now):
                if slot != NOBODY:
                    visit = get(slots, slot)
                start, end = now, finish(tables, draws, ledger, visit, now)
                start_at_once(tables, draws, stations, visit, end)
                ends = served = True
                is_cut = end > horizon
            else:
                if slot == NOBODY:
                    slot = take(slots)
                    slot_of[visit.ticket] = slot
                    put(slots, slot, visit, place_of(tables, draws, ledger, visit, now))
                slots.numbers[slot, STATE] = WAITING
                slots.numbers[slot, START] = NEVER
                stations.root[station] = enqueue(slots, stations.root[station], slot)
                stations.waiting[station] += 1
                waiting_all += 1
                freed = station
                # Callers may give up, visits at a unit are looked at again: who does not start at once.
                if tables.entry.on == 1 and is_call(tables, draws, get(slots, slot)):
                    stations.callers[station] += 1
                if (stage == INTAKE or (more and stage > END) or (reviewing and stage == HANDLING)) and (
                    stations.waiting[station] > 1
                    or stations.busy[station] >= on_duty(tables, stations, station, now)
                ):
                    visit = get(slots, slot)
                    number = number_of(slots, slot, tickets)
                    if stage != HANDLING:
                        leaves = now + patience_of(draws, visit)
                        if leaves <= horizon:
                            key = pack(leaves - first, ABANDONMENT, number, bits)
                            events = heap_push(heap, events, key)
                    else:
                        review = next_review(tables, draws, visit, now)
                        if review <= horizon:
                            coming = heap_push(reviews, coming, pack(review - first, REVIEW, number, bits))
                slot = NOBODY

        if freed != NOBODY and stations.waiting[freed] > 0:
            before = stations.waiting[freed]
            events, later = start_waiting(
                tables,
                draws,
                ledger,
                stations,
                slots,
                heap,
                events,
                buckets,
                later,
                freed,
                now,
                first,
                bits,
                bucket_end,
            )
            waiting_all -= before - stations.waiting[freed]

        # Ends follow one another until somebody has to be waited for; a cut visit stays open.
        has_beside = False
        while ends:
            visit = as_index(visit)
            outcome, opinion, following = _OPEN, visit.opinion, visit
            if is_cut:
                end = NEVER
                visit = settled(tables, draws, visit, horizon)
            else:
                visit = settled(tables, draws, visit, end)
                outcome, following = next_visit(tables, draws, ledger, visit, served, end)
                opinion = following.opinion
                for which in range(visits_beside(tables, draws, visit, outcome)):
                    other = visit_beside(tables, draws, following, outcome, which)
                    if other.station == NOBODY:
                        beside, has_beside = other, True
                    elif other.ready <= horizon:
                        front = take(slots)
                        put(slots, front, other, place_of(tables, draws, ledger, other, other.ready))
                        slots.numbers[front, STATE] = EXPECTED
                        number = number_of(slots, front, tickets)
                        slot_of[number] = front
                        key = pack(other.ready - first, READY, number, bits)
                        events, later = expect(
                            heap, events, slots, buckets, later, front, key, bits, bucket_end
                        )
                if lifting and lifts(tables, visit, served):
                    lift(tables, draws, ledger, stations, slots, slot_of, visit.ticket, tickets, end)
            if summary.on == 1:
                observe(tables, draws, summary, visit, start, end, outcome, opinion)
            else:
                write(tables, draws, rows, row, visit, start, end, outcome, opinion)
                row += 1
            visit = following
            ends = False
            if not is_cut and visit.stage != END and visit.ready <= horizon:
                waits_for_others = visit.station == NOBODY and has_others(tables, ledger, visit)
                if visit.station == NOBODY and not waits_for_others:
                    start = visit.ready
                    end = finish(tables, draws, ledger, visit, start)
                    ends = served = True
                    is_cut = end > horizon
                else:
                    # The ticket keeps the slot it has.
                    number = visit.ticket + visit.thread * tickets
                    if slot == NOBODY:
                        slot = take(slots)
                    slot_of[number] = slot
                    put(slots, slot, visit, place_of(tables, draws, ledger, visit, visit.ready))
                    happens, rank = visit.ready, READY
                    slots.numbers[slot, STATE] = EXPECTED
                    if waits_for_others:
                        happens, rank = finish(tables, draws, ledger, visit, visit.ready), COMPLETION
                        slots.numbers[slot, STATE] = SERVED
                        slots.numbers[slot, START] = visit.ready
                    if happens - first < bucket_end:
                        foresee(draws, ledger, visit)
                    if happens <= horizon:
                        key = pack(happens - first, rank, number, bits)
                        events, later = expect(
                            heap, events, slots, buckets, later, slot, key, bits, bucket_end
                        )
                    slot = NOBODY
            if has_beside and not ends:
                # Nobody is waited for there either.
                visit, has_beside = beside, False
                start = visit.ready
                end = finish(tables, draws, ledger, visit, start)
                ends = served = True
                is_cut = end > horizon
        if slot != NOBODY:
            give_back(slots, slot)

    counters[ARRIVED], counters[EVENTS], counters[ROWS] = arrived, events, row
    counters[REVIEWS] = coming
    counters[WAITING_ALL], counters[BUCKET], counters[LATER_ALL] = waiting_all, bucket, later
    return result
