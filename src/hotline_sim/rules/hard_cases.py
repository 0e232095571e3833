"""Hard cases: which tickets leaders or a joint meeting take up, how long that takes, how it ends.

A ticket is found hard when the unit signs for it, or when its citizen is still dissatisfied after the last
redo (疑难件). A leader takes it into his own hands (领导包案), or it waits for the next joint meeting (会商);
then the unit passes on the answer at once, which is its reply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.network.codes import UNKNOWN, UNSTAFFED, Outcome, Stage
from hotline_sim.network.limits import add_working_time, due_after
from hotline_sim.rules.backlog import is_opened
from hotline_sim.rules.visit import Visit

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables

# Plain module numbers: compiled code reads them as constants.
_FIELD = int(Stage.FIELD)
LEADER = int(Stage.LEADER)
MEETING = int(Stage.MEETING)
_SETTLED = int(Outcome.SETTLED)
_FAILED = int(Outcome.FAILED)


@compiled
def is_hard(tables: Tables, draws: Draws, ticket: int) -> bool:
    """Whether a ticket is found hard when the unit signs for it."""
    if tables.hard.on == 0 or draws.urgent[ticket] == 1 or is_opened(tables, draws, ticket):
        return False
    return bool(draws.hard[0, ticket] < tables.hard.share)


@compiled
def becomes_hard(tables: Tables, draws: Draws, visit: Visit) -> bool:
    """Whether a ticket whose citizen is dissatisfied now becomes a hard case: after the last redo."""
    if tables.hard.on == 0 or visit.redos != tables.most_redos or visit.unit == UNKNOWN:
        return False
    # Of the last round nothing else asks for this number: there is no further redo.
    return bool(draws.redo[visit.redos, visit.ticket] < tables.hard.after_redos)


@compiled
def is_settled(tables: Tables, draws: Draws, ticket: int) -> bool:
    """Whether leaders or the meeting settle a case."""
    return bool(draws.hard_settled[0, ticket] < tables.hard.success)


@compiled
def taken_up(tables: Tables, draws: Draws, visit: Visit, redos: int, ready: int) -> Visit:
    """A hard case on its way to a leader or to the meeting; its deadline is never moved to an earlier day."""
    stage, station = LEADER, tables.hard.leaders
    if draws.hard_meeting[0, visit.ticket] < tables.hard.meeting_share:
        stage, station = MEETING, tables.hard.meeting
    due = visit.due if redos == 0 else NEVER
    if tables.hard.limit >= 0:
        limit = due_after(tables, tables.hard.limit, ready)
        due = max(due, limit) if redos == 0 else limit
    return elsewhere(visit, stage, station, ready, due, redos)


@compiled
def elsewhere(visit: Visit, stage: int, station: int, ready: int, due: int, redos: int) -> Visit:
    """The same ticket in other hands, which neither hurry nor ask for more time."""
    return Visit(
        visit.ticket,
        stage,
        station,
        redos,
        ready,
        visit.unit,
        due,
        NEVER,
        visit.dispatches,
        redos,
        visit.opinion,
        1,
        0,
    )


@compiled
def after_hard_case(tables: Tables, draws: Draws, visit: Visit, end: int) -> tuple[int, Visit]:
    """How a leader's case or one of the meeting ended, and the answer that follows."""
    outcome = _SETTLED if is_settled(tables, draws, visit.ticket) else _FAILED
    return outcome, elsewhere(visit, _FIELD, UNSTAFFED, end, visit.due, visit.redos)


@compiled
def finish_hard_case(tables: Tables, draws: Draws, visit: Visit, start: int) -> int:
    """Tick at which a case ends that a leader, or the meeting, takes up at ``start``."""
    if visit.stage == LEADER:
        return add_working_time(tables, tables.hard.calendar, start, draws.hard_work[0, visit.ticket])
    # Whatever is on the agenda ends with the meeting.
    pattern = tables.station_pattern[tables.hard.meeting]
    row, high = tables.pattern_low[pattern], tables.pattern_high[pattern]
    while row < high:
        middle = (row + high) // 2
        if tables.step_tick[middle] <= start:
            row = middle + 1
        else:
            high = middle
    return int(tables.step_tick[row])
