"""Who comes first in a queue: smaller (priority, since, ticket) goes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.network.codes import UNKNOWN, Stage
from hotline_sim.network.limits import escalation_tick
from hotline_sim.rules.backlog import came_at
from hotline_sim.rules.enterprise import goes_first
from hotline_sim.rules.supervision import SUPERVISED_FIRST, colours, escalates

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.ledger import Ledger
    from hotline_sim.rules.visit import Visit

# Plain module numbers: compiled code reads them as constants.
_DISPATCH = int(Stage.DISPATCH)
_HANDLING = int(Stage.HANDLING)
_CALLBACK = int(Stage.CALLBACK)
_RECTIFY = int(Stage.RECTIFY)
_DUPLICATE = int(Stage.DUPLICATE)
_LOCAL_DISPATCH = int(Stage.LOCAL_DISPATCH)
_INTAKE = int(Stage.INTAKE)
URGENT_FIRST = 2**61
"""Taken off the priority of urgent tickets: more than any instant."""
CHASED_FIRST = 2**48
"""Taken off the priority of tickets that citizens asked about: more than any instant, less than a colour."""
ENTERPRISE_FIRST = 2**53
"""Taken off that of an enterprise's ticket: more than any colour of supervision, less than urgency."""
ESCALATED_FIRST = 2**55
"""Taken off besides once it has been brought before the mayor's office."""


@compiled
def place_of(tables: Tables, draws: Draws, ledger: Ledger, visit: Visit, now: int) -> tuple[int, int]:
    """Priority and since of a visit that waits: its place in a queue; equal ones go by ticket."""
    if visit.stage == _HANDLING:
        priority = unit_priority(tables, draws, visit.ticket, visit.due)
        if goes_first(tables, draws, visit.ticket):
            priority -= ENTERPRISE_FIRST
        if escalates(tables, draws, visit):
            if now > escalation_tick(tables, visit.due):
                priority -= ESCALATED_FIRST
        elif tables.late.first == 1 and visit.redos == 0:
            priority -= colours(tables, visit.due, now) * SUPERVISED_FIRST
        if tables.chase.first == 1 and ledger.chased[visit.ticket] <= now:
            priority -= CHASED_FIRST
        return (
            priority,
            unit_since(tables, draws, visit.ticket, visit.ready),
        )
    if visit.stage == _LOCAL_DISPATCH:
        priority = unit_priority(tables, draws, visit.ticket, visit.due)
        if goes_first(tables, draws, visit.ticket):
            priority -= ENTERPRISE_FIRST
        return priority, unit_since(tables, draws, visit.ticket, visit.ready)
    if visit.stage == _DISPATCH:
        return desk_priority(tables, draws, visit.ticket), visit.ready
    if visit.stage == _CALLBACK:
        return 1 if tables.idle.on == 1 else 0, visit.ready
    if visit.unit != UNKNOWN and (visit.stage == _RECTIFY or visit.stage == _DUPLICATE):
        return (
            visit.due if tables.by_due_date == 1 else 0,
            unit_since(tables, draws, visit.ticket, visit.ready),
        )
    if visit.stage == _INTAKE and goes_first(tables, draws, visit.ticket):
        return -1, visit.ready
    return 0, visit.ready


@compiled
def desk_priority(tables: Tables, draws: Draws, ticket: int) -> int:
    """Priority at the dispatch desk: urgent tickets first, then those of enterprises if they go first."""
    if draws.urgent[ticket] == 1:
        return -2
    return -1 if goes_first(tables, draws, ticket) else 0


@compiled
def unit_priority(tables: Tables, draws: Draws, ticket: int, due: int) -> int:
    """Priority in a unit's queue: urgent first, then the earliest due date if units go by it."""
    priority = due if tables.by_due_date == 1 else 0
    if draws.urgent[ticket] == 1:
        priority -= URGENT_FIRST
    return priority


@compiled
def unit_since(tables: Tables, draws: Draws, ticket: int, ready: int) -> int:
    """Among equal priorities: arrival of the request where due dates rule, else of the visit."""
    if tables.by_due_date == 1:
        return came_at(tables, draws, ticket)
    return ready


def first_come_stations(tables: Tables) -> IntArray:
    """Stations where all have the same priority and come in the order of being ready.

    Returns
    -------
    int64 array, shape (stations,)
        1 for the teams that only take requests, call back or serve at the counter; 0 for the dispatch desk
        and the units, and where lines are limited, others help, enterprises go first, or calls back give way.
    """
    first_come = np.zeros(len(tables.station_pattern), np.int64)
    first_come[tables.intake_station] = 1
    if tables.skills.kinds > 0:
        first_come[tables.skills.station] = 1
    if tables.repeat.station >= 0:
        first_come[tables.repeat.station] = 1
    if tables.callback_station >= 0:
        first_come[tables.callback_station] = 1
    if tables.counter.station >= 0:
        first_come[tables.counter.station] = 1
    if tables.enterprises.first == 1:
        if tables.enterprises.station >= 0:
            # Others may come there too: from a channel of the same team, or to be called back.
            first_come[tables.enterprises.station] = 0
        else:
            first_come[tables.intake_station] = 0
            if tables.skills.kinds > 0:
                first_come[tables.skills.station] = 0
    if tables.dispatch_station >= 0:
        first_come[tables.dispatch_station] = 0
    if tables.idle.on == 1:
        first_come[tables.idle.station] = 0
    helper = tables.entry.helper
    first_come[(helper >= 0) | (tables.entry.lines < NEVER)] = 0
    first_come[helper[helper >= 0]] = 0
    if tables.chase.most > 0:
        # Whether a citizen still has a reason to call is only known when the time has come.
        first_come[tables.chase.station] = 0
    first_come[tables.desk_station] = 0
    first_come[tables.duty_station] = 0
    return first_come
