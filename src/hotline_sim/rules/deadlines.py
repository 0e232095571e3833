"""When a reply or a signature is due, and from when on a unit hurries.

When a limit ends that begins at some instant is said in :mod:`hotline_sim.network.limits`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.hours import tick_of_work, worked_until
from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.network.codes import Limit, LimitKind, Stage
from hotline_sim.network.limits import due_after

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.visit import Visit

# Plain module numbers: compiled code reads them as constants.
SIGN_LIMIT = int(Limit.SIGN)
URGENT_SIGN_LIMIT = int(Limit.URGENT_SIGN)
REDO_LIMIT = int(Limit.REDO)
_WORKING_DAYS = int(LimitKind.WORKING_DAYS)
_SIGN = int(Stage.SIGN)
_HANDLING = int(Stage.HANDLING)
_FIELD = int(Stage.FIELD)
_RECTIFY = int(Stage.RECTIFY)
_COUNTER = int(Stage.COUNTER)
_LEADER = int(Stage.LEADER)
_MEETING = int(Stage.MEETING)


@compiled
def sign_limit(draws: Draws, ticket: int) -> int:
    """Row of the limit table that holds for signing."""
    if draws.urgent[ticket] == 1:
        return URGENT_SIGN_LIMIT
    return SIGN_LIMIT


@compiled
def target_of(tables: Tables, draws: Draws, visit: Visit) -> int:
    """When a visit should have ended; NEVER: no such limit."""
    if visit.stage == _SIGN:
        return due_after(tables, sign_limit(draws, visit.ticket), visit.ready)
    if visit.stage in (_HANDLING, _FIELD, _RECTIFY, _COUNTER, _LEADER, _MEETING):
        return visit.due
    return NEVER


@compiled
def effort_start(tables: Tables, limit: int, start: int, due: int) -> int:
    """Tick from which the last share of a limit runs; NEVER if units never hurry.

    The share is taken on the clock on which the limit runs: working time for limits in working time,
    round the clock otherwise.
    """
    if tables.effort_window <= 0.0:
        return NEVER
    return share_of_limit(tables, limit, start, due, 1.0 - tables.effort_window)


@compiled
def share_of_limit(tables: Tables, limit: int, start: int, due: int, share: float) -> int:
    """Tick at which a share of a limit has passed, on the clock on which the limit runs; NEVER without it."""
    if due == NEVER:
        return NEVER
    if tables.limit_kind[limit] >= _WORKING_DAYS:
        calendar = tables.deadline_calendar
        before = start if calendar < 0 else worked_until(tables.hours, calendar, start)
        whole = (due if calendar < 0 else worked_until(tables.hours, calendar, due)) - before
        ahead = int(whole * share)
        if calendar < 0 or ahead <= 0:
            return start + ahead
        return tick_of_work(tables.hours, calendar, before + ahead)
    return start + int((due - start) * share)


@compiled
def working_time(tables: Tables, calendar: int, start: int, end: int) -> int:
    """Working ticks between two instants; plain difference on the calendar ALWAYS."""
    if calendar < 0:
        return end - start
    return worked_until(tables.hours, calendar, end) - worked_until(tables.hours, calendar, start)
