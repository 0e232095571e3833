"""What becomes of a visit that is ready, where there is more to it than joining its queue.

A call may find all lines taken, go to a team that helps, or be for nothing by now. A call holds its line
until the talk is over; after-call work needs none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.engines.core.heap import MANY, heap_pop, heap_push
from hotline_sim.engines.core.queue import STATE, WAITING, get, number_of
from hotline_sim.engines.core.station import NOBODY, on_duty, release
from hotline_sim.rules.calls import is_call, is_moot
from hotline_sim.rules.intake import patience_of
from hotline_sim.rules.visit import at_unit

if TYPE_CHECKING:
    from hotline_sim.engines.core.queue import Slots
    from hotline_sim.engines.core.station import Stations
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.ledger import Ledger
    from hotline_sim.rules.visit import Visit


JOINS: Final = 0
"""The visit joins the queue of its station."""
MOOT: Final = 1
"""The citizen has no reason to call any more."""
REFUSED: Final = 2
"""All lines are taken."""


@compiled
def arrive(
    tables: Tables, draws: Draws, ledger: Ledger, stations: Stations, visit: Visit, now: int
) -> tuple[int, Visit]:
    """What becomes of a visit that is ready, and the visit at the station that it joins."""
    if is_moot(tables, ledger, visit, now):
        return MOOT, visit
    if tables.entry.on == 0 or not is_call(tables, draws, visit):
        return JOINS, visit
    station = station_of_call(tables, stations, visit.station & MANY, now)
    if station == NOBODY:
        return REFUSED, visit
    return JOINS, at_unit(visit, station, visit.unit, visit.thread)


@compiled
def station_of_call(tables: Tables, stations: Stations, station: int, now: int) -> int:
    """Station that a call joins now, or NOBODY if all its lines are taken."""
    helper = tables.entry.helper[station]
    if (
        helper >= 0
        and stations.callers[station] >= tables.entry.above[station]
        and not _is_free(tables, stations, station, now)
        and _is_free(tables, stations, helper, now)
        and _has_line(tables, stations, helper, now)
    ):
        return int(helper)
    return station if _has_line(tables, stations, station, now) else NOBODY


@compiled
def _is_free(tables: Tables, stations: Stations, station: int, now: int) -> bool:
    """Whether a call would be taken at once."""
    release(stations, station, now)
    return bool(
        stations.callers[station] == 0 and stations.busy[station] < on_duty(tables, stations, station, now)
    )


@compiled
def _has_line(tables: Tables, stations: Stations, station: int, now: int) -> bool:
    lines = tables.entry.lines[station]
    if lines == NEVER:
        return True
    talking = stations.talking[station]
    while talking > 0 and stations.talk_ends[station, 0] <= now:
        talking = heap_pop(stations.talk_ends[station], talking)
    stations.talking[station] = talking
    return bool(stations.callers[station] + talking < lines)


@compiled
def hold_line(tables: Tables, stations: Stations, station: int, until: int) -> None:
    """Let a talk that begins hold its line until it is over."""
    if tables.entry.lines[station] < NEVER:
        stations.talking[station] = heap_push(stations.talk_ends[station], stations.talking[station], until)


@compiled
def gives_up(draws: Draws, slots: Slots, front: int, number: int, tickets: int, now: int) -> bool:
    """Whether the visit in a slot is still the one that was expected to give up now, and waits."""
    if slots.numbers[front, STATE] != WAITING or number_of(slots, front, tickets) != number:
        return False
    visit = get(slots, front)
    patience = patience_of(draws, visit)
    return bool(patience != NEVER and visit.ready + patience == now)
