"""A waiting visit whose place in the queue changes, because its deadline is moved or supervision presses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.engines.core.heap import MANY
from hotline_sim.engines.core.queue import (
    COUNTS,
    FEW,
    START,
    STATE,
    WAITING,
    WITHDRAWN,
    enqueue,
    get,
    number_of,
    put,
    take,
)
from hotline_sim.network.codes import Stage
from hotline_sim.rules.priority import place_of
from hotline_sim.rules.supervision import next_review, settled

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.engines.core.queue import Slots
    from hotline_sim.engines.core.station import Stations
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.ledger import Ledger

# A plain module number: compiled code reads it as a constant.
_HANDLING = int(Stage.HANDLING)


@compiled
def look_again(
    tables: Tables,
    draws: Draws,
    ledger: Ledger,
    stations: Stations,
    slots: Slots,
    slot_of: IntArray,
    number: int,
    tickets: int,
    now: int,
) -> int:
    """Give a visit its new place if it still waits; returns the tick of the next look, or NEVER."""
    old = slot_of[number] & MANY
    if slots.numbers[old, STATE] != WAITING or number_of(slots, old, tickets) != number:
        return NEVER
    return _another_place(tables, draws, ledger, stations, slots, slot_of, old, number, now)


@compiled
def lift(
    tables: Tables,
    draws: Draws,
    ledger: Ledger,
    stations: Stations,
    slots: Slots,
    slot_of: IntArray,
    ticket: int,
    tickets: int,
    now: int,
) -> None:
    """Give waiting visits of a ticket another place, because its citizen asked for it."""
    for thread in range(1 + tables.together.most):
        number = ticket + thread * tickets
        old = slot_of[number] & MANY
        if (
            slots.numbers[old, STATE] == WAITING
            and number_of(slots, old, tickets) == number
            and slots.numbers[old, COUNTS] & FEW == _HANDLING
        ):
            _another_place(tables, draws, ledger, stations, slots, slot_of, old, number, now)


@compiled
def _another_place(
    tables: Tables,
    draws: Draws,
    ledger: Ledger,
    stations: Stations,
    slots: Slots,
    slot_of: IntArray,
    old: int,
    number: int,
    now: int,
) -> int:
    visit = settled(tables, draws, get(slots, old), now)
    # The old place stays in the queue until it comes to the front, like that of somebody who left.
    slots.numbers[old, STATE] = WITHDRAWN
    slot = take(slots)
    slot_of[number] = slot
    put(slots, slot, visit, place_of(tables, draws, ledger, visit, now))
    slots.numbers[slot, STATE] = WAITING
    slots.numbers[slot, START] = NEVER
    stations.root[visit.station] = enqueue(slots, stations.root[visit.station], slot)
    return next_review(tables, draws, visit, now)
