"""What happens to a ticket that takes long: more time is asked for, and others press (延期、督办).

These are facts of the clock that find a visit waiting or being worked on: more time, supervision, and for
enterprises the mayor's office in its place. What a waiting visit becomes when its time has come says
:func:`settled`; work in progress is the subject of ``service.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.network.codes import Stage
from hotline_sim.network.limits import due_after, escalation_tick, is_enterprise
from hotline_sim.rules.deadlines import effort_start
from hotline_sim.rules.visit import with_more_time

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.visit import Visit

# Plain module numbers: compiled code reads them as constants.
_HANDLING = int(Stage.HANDLING)
_FIELD = int(Stage.FIELD)
SUPERVISED_FIRST = 2**50
"""Taken off the priority for each colour of supervision: more than any instant, less than urgency."""


@compiled
def will_extend(tables: Tables, draws: Draws, visit: Visit) -> bool:
    """Whether the deadline of a unit's visit will be moved, if the ticket stays open so long."""
    if tables.late.extended <= 0.0 or visit.extended == 1 or visit.redos > 0 or visit.due == NEVER:
        return False
    return draws.urgent[visit.ticket] != 1 and bool(draws.extension[0, visit.ticket] < tables.late.extended)


@compiled
def extension_tick(visit: Visit) -> int:
    """When more time is asked for: when the unit would begin to hurry, else at the deadline."""
    if visit.effort_from != NEVER:
        return visit.effort_from
    return visit.due


@compiled
def extended(tables: Tables, visit: Visit) -> Visit:
    """The same visit with more time."""
    limit = tables.late.extension_limit
    due = due_after(tables, limit, visit.due)
    effort = effort_start(tables, limit, visit.due, due)
    return with_more_time(visit, due, effort)


@compiled
def settled(tables: Tables, draws: Draws, visit: Visit, tick: int) -> Visit:
    """The visit as it stands at a tick: with more time if that was asked for and it is still open."""
    if visit.stage != _HANDLING and visit.stage != _FIELD:
        return visit
    if will_extend(tables, draws, visit) and tick > extension_tick(visit):
        return extended(tables, visit)
    return visit


@compiled
def colour_tick(tables: Tables, due: int, colour: int) -> int:
    """When an open ticket takes on a colour of supervision, counted from 0; NEVER if nobody supervises."""
    if colour >= tables.late.steps or due == NEVER:
        return NEVER
    return due_after(tables, tables.late.step_limit + colour, due)


@compiled
def colours(tables: Tables, due: int, tick: int) -> int:
    """How many colours of supervision an open ticket has at a tick; 0: it is not supervised."""
    if tick <= due:
        return 0
    count = 0
    while count < tables.late.steps and colour_tick(tables, due, count) <= tick:
        count += 1
    return count


@compiled
def escalates(tables: Tables, draws: Draws, visit: Visit) -> bool:
    """Whether a unit's visit would be brought before the mayor's office if late, in place of supervision."""
    if tables.enterprises.escalates == 0 or visit.redos > 0 or visit.due == NEVER:
        return False
    return draws.urgent[visit.ticket] != 1 and is_enterprise(tables, draws, visit.ticket)


@compiled
def next_review(tables: Tables, draws: Draws, visit: Visit, now: int) -> int:
    """Next tick after now at which the place of a waiting visit changes, or NEVER."""
    if visit.stage != _HANDLING or visit.redos > 0:
        return NEVER
    review = NEVER
    if will_extend(tables, draws, visit):
        asked = extension_tick(visit) + 1
        if asked > now:
            # Supervision counts from the deadline that will hold by then.
            return asked
    if escalates(tables, draws, visit):
        escalated = escalation_tick(tables, visit.due) + 1
        return escalated if escalated > now else NEVER
    if tables.late.first == 1:
        colour = colours(tables, visit.due, now)
        review = colour_tick(tables, visit.due, colour)
    return review
