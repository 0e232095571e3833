"""Tickets that a counter settles at once, within a limit of their own (限时办).

A ticket goes there as it is recorded, if somebody is there; no unit has it, and the reply is given at the
counter. What follows the reply is in ``journey.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.network.codes import UNKNOWN, Stage
from hotline_sim.rules.visit import Visit

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables

# A plain module number: compiled code reads it as a constant.
COUNTER = int(Stage.COUNTER)


@compiled
def is_for_counter(tables: Tables, draws: Draws, ticket: int, tick: int) -> bool:
    """Whether a ticket that is recorded at a tick goes to the counter."""
    if tables.counter.station < 0 or draws.urgent[ticket] == 1:
        return False
    if tables.counter.of_class[draws.request_class[ticket]] == 0:
        return False
    if draws.counter[0, ticket] >= tables.counter.share[draws.category[ticket]]:
        return False
    return is_staffed(tables, tables.counter.station, tick)


@compiled
def is_staffed(tables: Tables, station: int, tick: int) -> bool:
    """Whether anybody is on duty at a station at a tick."""
    pattern = tables.station_pattern[station]
    low, high = tables.pattern_low[pattern], tables.pattern_high[pattern]
    # The last step that has come lies before ``high``, if any has.
    first = low
    while low < high:
        middle = (low + high) // 2
        if tables.step_tick[middle] <= tick:
            low = middle + 1
        else:
            high = middle
    return low > first and bool(tables.step_level[low - 1] * tables.station_staff[station] > 0)


@compiled
def counter_visit(tables: Tables, ticket: int, redos: int, ready: int, due: int, opinion: int) -> Visit:
    """A visit at the counter."""
    return Visit(
        ticket, COUNTER, tables.counter.station, redos, ready, UNKNOWN, due, NEVER, 0, redos, opinion, 0, 0
    )
