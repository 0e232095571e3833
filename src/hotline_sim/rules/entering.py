"""With which visit a ticket that was open before the run enters it.

From there on its life is that of any other ticket; when it came is asked in ``backlog.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.network.codes import UNKNOWN, UNSTAFFED, ClockStart, Stage
from hotline_sim.network.limits import due_after, reply_limit
from hotline_sim.rules.deadlines import effort_start
from hotline_sim.rules.local import handling_station
from hotline_sim.rules.supervision import settled
from hotline_sim.rules.visit import Visit

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables

# Plain module numbers: compiled code reads them as constants.
_DISPATCH = int(Stage.DISPATCH)
_HANDLING = int(Stage.HANDLING)
_FROM_ARRIVAL = int(ClockStart.ARRIVAL)


@compiled
def opened_visit(tables: Tables, draws: Draws, ticket: int) -> Visit:
    """Visit with which an open ticket enters the run."""
    number = draws.opened[0, ticket] - 1
    stage, unit = tables.opened.stage[number], tables.opened.unit[number]
    limit = reply_limit(tables, draws, ticket)
    begin = tables.opened.since[number]
    if tables.clock_start == _FROM_ARRIVAL:
        begin = tables.opened.arrival[number]
    due = tables.opened.due[number]
    if due == NEVER and (stage != _DISPATCH or tables.clock_start == _FROM_ARRIVAL):
        due = due_after(tables, limit, begin)
    effort = effort_start(tables, limit, begin, due)
    station = UNSTAFFED
    if stage == _DISPATCH:
        station = tables.dispatch_station
    elif stage == _HANDLING:
        station = handling_station(tables, draws, ticket, unit)
    ready = draws.arrival[ticket]
    visit = Visit(ticket, stage, station, 0, ready, unit, due, effort, 0, 0, UNKNOWN, 0, 0)
    return settled(tables, draws, visit, ready)
