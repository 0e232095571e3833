"""What citizens with a ticket do: call about it while it is open, rate the reply, call again after the close.

Calls about an open ticket and ratings are threads beside the ticket's own life; a repeat call is part of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.network.codes import SATISFIED_BIT, SOLVED_BIT, UNKNOWN, UNSTAFFED, Outcome, Stage
from hotline_sim.network.limits import due_after, reply_limit
from hotline_sim.rules.routing import right_unit
from hotline_sim.rules.visit import Visit, with_opinion

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.ledger import Ledger

# Plain module numbers: compiled code reads them as constants.
_END = int(Stage.END)
_CHASE = int(Stage.CHASE)
_RATING = int(Stage.RATING)
_RECTIFY = int(Stage.RECTIFY)
_REPEAT = int(Stage.REPEAT)
_DUPLICATE = int(Stage.DUPLICATE)
_ABANDONED = int(Outcome.ABANDONED)
_BLOCKED = int(Outcome.BLOCKED)
_CHASED = int(Outcome.CHASED)
_DUPLICATED = int(Outcome.DUPLICATE)
_RATED = int(Outcome.RATED)
_RATED_BADLY = int(Outcome.RATED_BADLY)
_RECTIFIED = int(Outcome.RECTIFIED)


@compiled
def first_chaser(tables: Tables, draws: Draws, following: Visit) -> Visit:
    """First call about a ticket, from the visit that follows its record."""
    return _chaser(tables, draws, following, 0, following.ready)


@compiled
def _chaser(tables: Tables, draws: Draws, visit: Visit, attempt: int, since: int) -> Visit:
    ready = since + draws.chase_after[attempt, visit.ticket]
    return _beside(
        visit, _CHASE, tables.chase.station, attempt, ready, UNKNOWN, visit.due, tables.threads.chase
    )


@compiled
def after_chase(
    tables: Tables, draws: Draws, ledger: Ledger, visit: Visit, served: bool, end: int
) -> tuple[int, Visit]:
    """How a call about an open ticket ended, and what the citizen does next."""
    outcome = _CHASED
    if lifts(tables, visit, served):
        ledger.chased[visit.ticket] = min(ledger.chased[visit.ticket], end)
    if not served:
        outcome = _BLOCKED if end == visit.ready else _ABANDONED
    elif tables.chase.merged == 0:
        desk = _beside(
            visit,
            _DUPLICATE,
            tables.dispatch_station,
            visit.attempt,
            end,
            UNKNOWN,
            visit.due,
            visit.thread,
        )
        return _DUPLICATED, desk
    return outcome, _again(tables, draws, visit, end)


@compiled
def after_duplicate(tables: Tables, draws: Draws, visit: Visit, end: int) -> tuple[int, Visit]:
    """What follows work on a second ticket: the dispatch desk sends it to the unit."""
    if visit.unit != UNKNOWN:
        return _DUPLICATED, _again(tables, draws, visit, end)
    unit = right_unit(tables, draws, visit.ticket)
    station, due = tables.desk_station[unit], visit.due
    if due == NEVER:  # the limit of the first ticket began after its record: that of the second begins now
        due = due_after(tables, reply_limit(tables, draws, visit.ticket), end)
    at_work = _beside(visit, _DUPLICATE, station, visit.attempt, end, unit, due, visit.thread)
    return _DUPLICATED, at_work


@compiled
def _again(tables: Tables, draws: Draws, visit: Visit, end: int) -> Visit:
    if visit.attempt + 1 < tables.chase.most:
        return _chaser(tables, draws, visit, visit.attempt + 1, end)
    return _beside(visit, _END, UNSTAFFED, visit.attempt, end, UNKNOWN, NEVER, visit.thread)


@compiled
def is_rated(tables: Tables, draws: Draws, ticket: int, direct: bool) -> bool:
    """Whether the citizen rates the reply."""
    if tables.rating.on == 0:
        return False
    share = tables.rating.direct_share if direct else tables.rating.share
    return bool(draws.rates[0, ticket] < share)


@compiled
def rating_of(tables: Tables, draws: Draws, following: Visit) -> Visit:
    """Rating of a reply, from the visit that follows it."""
    ticket, unit = following.ticket, following.unit
    if unit == UNKNOWN:
        unit = right_unit(tables, draws, ticket)
    thread, ready = tables.threads.rating, following.ready
    if following.stage == _REPEAT:  # nobody called back: the citizen's next call comes later than the reply
        ready -= draws.repeat_delay[following.redos, ticket]
    visit = _beside(following, _RATING, UNSTAFFED, 0, ready, unit, NEVER, thread)
    return with_opinion(visit, following.opinion)


@compiled
def after_rating(tables: Tables, draws: Draws, visit: Visit, end: int) -> tuple[int, Visit]:
    """Which rating was given; a bad one is rectified by the unit."""
    rating, number = tables.rating, draws.rate_bad[0, visit.ticket]
    if visit.opinion == UNKNOWN:
        # A direct answer; one number tells whether it satisfied, the rest of it what is said of it.
        if number < rating.direct_satisfied:
            bad = number < rating.direct_satisfied * rating.bad_if_satisfied
        else:
            number = (number - rating.direct_satisfied) / (1.0 - rating.direct_satisfied)
            bad = number < rating.bad_if_dissatisfied
    elif visit.opinion >= SATISFIED_BIT:
        bad = number < rating.bad_if_satisfied
    else:
        bad = number < rating.bad_if_dissatisfied
    if not bad:
        return _RATED, _beside(visit, _END, UNSTAFFED, 0, end, visit.unit, NEVER, visit.thread)
    due = due_after(tables, rating.limit, end)
    station = tables.desk_station[visit.unit]
    return _RATED_BADLY, _beside(visit, _RECTIFY, station, 0, end, visit.unit, due, visit.thread)


@compiled
def after_rectifying(visit: Visit, end: int) -> tuple[int, Visit]:
    """Nothing follows."""
    return _RECTIFIED, _beside(visit, _END, UNSTAFFED, 0, end, visit.unit, visit.due, visit.thread)


@compiled
def calls_again(tables: Tables, draws: Draws, visit: Visit, opinion: int) -> bool:
    """Whether the citizen calls again, now that the ticket is closed."""
    if tables.repeat.share <= 0.0 or opinion == UNKNOWN or opinion % 2 == SOLVED_BIT:
        return False
    return bool(draws.repeats[visit.redos, visit.ticket] < tables.repeat.share)


@compiled
def repeat_call(tables: Tables, draws: Draws, visit: Visit, end: int, opinion: int) -> Visit:
    """Call about a ticket that was closed without a solution."""
    ready = end + draws.repeat_delay[visit.redos, visit.ticket]
    return Visit(
        visit.ticket,
        _REPEAT,
        tables.repeat.station,
        visit.redos,
        ready,
        visit.unit,
        visit.due,
        visit.effort_from,
        visit.dispatches,
        visit.redos,
        opinion,
        visit.extended,
        0,
    )


@compiled
def is_reopened(tables: Tables, draws: Draws, visit: Visit) -> bool:
    """Whether the unit works on the ticket again after a repeat call."""
    if visit.redos >= tables.most_redos:
        return False
    return bool(draws.reopens[visit.redos, visit.ticket] < tables.repeat.reopened)


@compiled
def unserved_repeat(visit: Visit, end: int) -> int:
    """How a repeat call ended that nobody took."""
    return _BLOCKED if end == visit.ready else _ABANDONED


@compiled
def lifts(tables: Tables, visit: Visit, served: bool) -> bool:
    """Whether the end of a visit gives waiting visits of its ticket another place."""
    return tables.chase.first == 1 and visit.stage == _CHASE and served


@compiled
def _beside(
    visit: Visit, stage: int, station: int, attempt: int, ready: int, unit: int, due: int, thread: int
) -> Visit:
    """Give a visit beside a ticket's own life; what is true of the reply is not its business."""
    return Visit(
        visit.ticket,
        stage,
        station,
        attempt,
        ready,
        unit,
        due,
        NEVER,
        visit.dispatches,
        visit.redos,
        UNKNOWN,
        0,
        thread,
    )
