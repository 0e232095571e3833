"""When a reply or a signature is due, and from when on a unit hurries.

Limits run on the working calendar of ``handling.deadline_hours`` or round the clock. Counting in
working days follows the Civil Code of the People's Republic of China, articles 201 and 203: the day on
which the term begins is not counted, and the term ends at the close of business of its last day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.hours import add_work, end_of_working_day, tick_of_work, worked_until
from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.network.codes import Limit, LimitKind, Stage

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.visit import Visit

# Plain module numbers: compiled code reads them as constants.
URGENT_LIMIT = int(Limit.URGENT)
SIGN_LIMIT = int(Limit.SIGN)
URGENT_SIGN_LIMIT = int(Limit.URGENT_SIGN)
REDO_LIMIT = int(Limit.REDO)
_WORKING_DAYS = int(LimitKind.WORKING_DAYS)
_WORKING_TIME = int(LimitKind.WORKING_TIME)
_SIGN = int(Stage.SIGN)
_HANDLING = int(Stage.HANDLING)
_FIELD = int(Stage.FIELD)
_LEADER = int(Stage.LEADER)
_MEETING = int(Stage.MEETING)


@compiled
def reply_limit(tables: Tables, draws: Draws, ticket: int) -> int:
    """Row of the limit table that holds for a ticket's first reply."""
    if draws.urgent[ticket] == 1:
        return URGENT_LIMIT
    own = tables.category_limit[draws.category[ticket]]
    if own >= 0:
        return int(own)
    return int(draws.request_class[ticket])


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
    if visit.stage == _HANDLING or visit.stage == _FIELD or visit.stage == _LEADER or visit.stage == _MEETING:
        return visit.due
    return NEVER


@compiled
def due_after(tables: Tables, limit: int, start: int) -> int:
    """Tick at which a limit that begins at ``start`` ends; NEVER beyond the calendar."""
    amount = tables.limit_amount[limit]
    kind = tables.limit_kind[limit]
    if kind == _WORKING_DAYS:
        return end_of_working_day(
            tables.first_day,
            tables.working_days_through,
            tables.day_closes,
            start,
            amount,
        )
    if kind == _WORKING_TIME:
        return add_working_time(tables, tables.deadline_calendar, start, amount)
    due: int = start + amount
    return due


@compiled
def effort_start(tables: Tables, limit: int, start: int, due: int) -> int:
    """Tick from which the last share of a limit runs; NEVER if units never hurry.

    The share is taken on the clock on which the limit runs: working time for limits in working time,
    round the clock otherwise.
    """
    if tables.effort_window <= 0.0 or due == NEVER:
        return NEVER
    if tables.limit_kind[limit] >= _WORKING_DAYS:
        calendar = tables.deadline_calendar
        before = start if calendar < 0 else worked_until(tables.hours, calendar, start)
        whole = (due if calendar < 0 else worked_until(tables.hours, calendar, due)) - before
        ahead = int(whole * (1.0 - tables.effort_window))
        if calendar < 0 or ahead <= 0:
            return start + ahead
        return tick_of_work(tables.hours, calendar, before + ahead)
    return start + int((due - start) * (1.0 - tables.effort_window))


@compiled
def working_time(tables: Tables, calendar: int, start: int, end: int) -> int:
    """Working ticks between two instants; plain difference on the calendar ALWAYS."""
    if calendar < 0:
        return end - start
    return worked_until(tables.hours, calendar, end) - worked_until(tables.hours, calendar, start)


@compiled
def add_working_time(tables: Tables, calendar: int, start: int, work: int) -> int:
    """Earliest tick at which so much working time has passed; NEVER beyond the calendar."""
    if calendar < 0:
        return start + work
    return add_work(tables.hours, calendar, start, work)
