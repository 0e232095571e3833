"""What the loop counts of co-handlers, extension, reminders and colours when it keeps no log.

The same counts from a log are in :mod:`hotline_sim.results.lateness`; all others are in ``observe.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.network.codes import ClockStart, Outcome, Stage
from hotline_sim.network.limits import due_after, reply_limit
from hotline_sim.results.lateness import Notice
from hotline_sim.rules.backlog import is_opened
from hotline_sim.rules.cohandling import co_handlers
from hotline_sim.rules.deadlines import share_of_limit
from hotline_sim.rules.supervision import colours

if TYPE_CHECKING:
    from hotline_sim.engines.core.summary import Summary
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.visit import Visit

# Plain module numbers: compiled code reads them as constants.
_FROM_ARRIVAL = int(ClockStart.ARRIVAL)
_FROM_DISPATCH = int(ClockStart.DISPATCH)
_FROM_SIGN = int(ClockStart.SIGN)
_COUNTER = int(Stage.COUNTER)
_RECORDED = int(Outcome.RECORDED)
_DISPATCHED = int(Outcome.DISPATCHED)
_AUTOMATIC = int(Outcome.AUTOMATIC)
_SIGNED = int(Outcome.SIGNED)
(
    _ORIGINALLY_DUE,
    _ORIGINALLY_ON_TIME,
    _EXTENDED,
    _REMINDED,
    _BLUE,
    _ORANGE,
    _RED,
    _N_SIGNED,
    _TOGETHER,
) = (int(notice) for notice in Notice)


@compiled
def note_passage(
    tables: Tables, draws: Draws, summary: Summary, visit: Visit, end: int, outcome: int
) -> None:
    """Note when the time limit of a ticket begins, and who signs for it."""
    ticket = visit.ticket
    if outcome == _RECORDED:
        if tables.clock_start == _FROM_ARRIVAL:
            summary.began[ticket] = draws.arrival[ticket]
    elif outcome in (_DISPATCHED, _AUTOMATIC):
        if (visit.dispatches == 0 and tables.clock_start == _FROM_DISPATCH and visit.due == NEVER) or (
            visit.dispatches > 0 and tables.clock_restarts == 1 and tables.clock_start != _FROM_SIGN
        ):
            summary.began[ticket] = end
    elif outcome == _SIGNED:
        if tables.clock_start == _FROM_SIGN:
            summary.began[ticket] = end
        if summary.start <= end < summary.end:
            summary.passages.notices[_N_SIGNED] += 1
            if co_handlers(tables, draws, ticket) > 0:
                summary.passages.notices[_TOGETHER] += 1


@compiled
def note_lateness(tables: Tables, draws: Draws, summary: Summary, visit: Visit, end: int) -> None:
    """Count a ticket at its first reply, or open at the horizon: ``end`` is NEVER then."""
    start, given = summary.began[visit.ticket], NEVER
    if start == NEVER and is_opened(tables, draws, visit.ticket):
        number = draws.opened[0, visit.ticket] - 1
        start = tables.opened.since[number]
        if tables.clock_start == _FROM_ARRIVAL:
            start = tables.opened.arrival[number]
        given = tables.opened.due[number]
    if visit.due == NEVER:
        return
    counts = summary.passages.notices
    # The limit of the counter of quick service is never moved, nobody is reminded.
    limited = start != NEVER and visit.stage != _COUNTER
    limit = reply_limit(tables, draws, visit.ticket)
    original = visit.due
    if visit.extended == 1:
        original = given if given != NEVER else due_after(tables, limit, start)
    until = min(end, tables.horizon + 1)
    if summary.start <= original < summary.end:
        counts[_ORIGINALLY_DUE] += 1
        if end <= original:
            counts[_ORIGINALLY_ON_TIME] += 1
        if visit.due > original:
            counts[_EXTENDED] += 1
        share = tables.late.remind_at
        if limited and share > 0.0 and share_of_limit(tables, limit, start, original, share) < until:
            counts[_REMINDED] += 1
    if limited and summary.start <= visit.due < summary.end:
        # A colour that is taken on as the reply is given comes too late.
        reached = colours(tables, visit.due, until - 1)
        if reached > 0:
            counts[_BLUE] += 1
        if reached > 1:
            counts[_ORANGE] += 1
        if reached > 2:
            counts[_RED] += 1
