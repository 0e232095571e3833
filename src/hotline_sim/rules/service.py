"""How long a visit takes once it has begun: work that rests outside hours and speeds up near the deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.network.codes import Stage
from hotline_sim.rules.deadlines import add_working_time, working_time

if TYPE_CHECKING:
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.visit import Visit

# Plain module numbers: compiled code reads them as constants.
_HANDLING = int(Stage.HANDLING)
_FIELD = int(Stage.FIELD)


@compiled
def finish(tables: Tables, visit: Visit, start: int) -> int:
    """Tick at which a visit that starts at ``start`` ends.

    Work runs on the visit's calendar and rests while that is closed; the agent keeps the ticket
    meanwhile. From ``effort_from`` on, each tick of a unit's work, at the desk or in the field, does
    ``effort_speed`` ticks of it; the hotline's own teams do not hurry.
    """
    work = visit.work
    if (
        visit.effort_from == NEVER
        or tables.effort_speed <= 1.0
        or (visit.stage != _HANDLING and visit.stage != _FIELD)
    ):
        return add_working_time(tables, visit.calendar, start, work)
    slow = 0
    if start < visit.effort_from:
        slow = working_time(tables, visit.calendar, start, visit.effort_from)
        if work <= slow:
            return add_working_time(tables, visit.calendar, start, work)
    fast = scaled(tables, work - slow, tables.effort_speed)
    return add_working_time(tables, visit.calendar, start, slow + fast)


@compiled
def scaled(tables: Tables, work: int, speed: float) -> int:
    """Ticks that work takes at a speed: rounded once, to whole steps of the resolution, at least one."""
    if speed == 1.0:
        return work
    steps = int(work / speed / tables.resolution + 0.5)
    if steps < 1:
        steps = 1
    return steps * tables.resolution
