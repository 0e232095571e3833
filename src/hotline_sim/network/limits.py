"""Which time limit holds for a ticket and when it ends, for rules and for logs.

Limits run on the working calendar of ``handling.deadline_hours`` or round the clock. Counting in working days
follows the Civil Code of the People's Republic of China, articles 201 and 203: the day on which the term
begins is not counted, and the term ends at the close of business of its last day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.hours import add_work, end_of_working_day
from hotline_sim.compiled import compiled
from hotline_sim.network.codes import Limit, LimitKind

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables

# Plain module numbers: compiled code reads them as constants.
URGENT_LIMIT = int(Limit.URGENT)
_WORKING_DAYS = int(LimitKind.WORKING_DAYS)
_WORKING_TIME = int(LimitKind.WORKING_TIME)


@compiled
def is_enterprise(tables: Tables, draws: Draws, ticket: int) -> bool:
    """Whether a contact comes from an enterprise."""
    return tables.enterprises.on == 1 and bool(draws.enterprise[0, ticket] == 1)


@compiled
def reply_limit(tables: Tables, draws: Draws, ticket: int) -> int:
    """Row of the limit table that holds for a ticket's first reply."""
    if draws.urgent[ticket] == 1:
        return URGENT_LIMIT
    if is_enterprise(tables, draws, ticket):
        row = tables.enterprises.class_limit[draws.request_class[ticket]]
        if row >= 0:
            return int(row)
    own = tables.category_limit[draws.category[ticket]]
    if own >= 0:
        return int(own)
    return int(draws.request_class[ticket])


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
def escalation_tick(tables: Tables, due: int) -> int:
    """Last tick before an enterprise's ticket that is still open is brought before the mayor's office."""
    if tables.enterprises.escalation_limit < 0:
        return due
    return due_after(tables, tables.enterprises.escalation_limit, due)


@compiled
def add_working_time(tables: Tables, calendar: int, start: int, work: int) -> int:
    """Earliest tick at which so much working time has passed; NEVER beyond the calendar."""
    if calendar < 0:
        return start + work
    return add_work(tables.hours, calendar, start, work)
