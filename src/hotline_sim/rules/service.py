"""How long a visit takes once it has begun: work that rests outside hours and speeds up near the deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.hours import tick_of_work, worked_until
from hotline_sim.compiled import compiled, compiled_apart
from hotline_sim.network.codes import ALWAYS, UNKNOWN, Stage
from hotline_sim.network.limits import add_working_time, escalation_tick
from hotline_sim.rules.deadlines import working_time
from hotline_sim.rules.hard_cases import LEADER, MEETING, finish_hard_case
from hotline_sim.rules.intake import after_call_of, talk_of
from hotline_sim.rules.local import VILLAGE, level_of
from hotline_sim.rules.mediation import DISPUTE, MEDIATION, PETITION, finish_mediation
from hotline_sim.rules.opinions import is_answer
from hotline_sim.rules.routing import is_automatic, is_wrong
from hotline_sim.rules.supervision import (
    colour_tick,
    escalates,
    extended,
    will_extend,
)
from hotline_sim.rules.weekly import speed_of_named

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.ledger import Ledger
    from hotline_sim.rules.visit import Visit

# Plain module numbers: compiled code reads them as constants.
_INTAKE = int(Stage.INTAKE)
_DISPATCH = int(Stage.DISPATCH)
_SIGN = int(Stage.SIGN)
_HANDLING = int(Stage.HANDLING)
_FIELD = int(Stage.FIELD)
_LOCAL_DISPATCH = int(Stage.LOCAL_DISPATCH)
_LOCAL_SIGN = int(Stage.LOCAL_SIGN)
_CALLBACK = int(Stage.CALLBACK)
_CHASE = int(Stage.CHASE)
_RATING = int(Stage.RATING)
_RECTIFY = int(Stage.RECTIFY)
_REPEAT = int(Stage.REPEAT)
_DUPLICATE = int(Stage.DUPLICATE)
_COUNTER = int(Stage.COUNTER)


@compiled_apart
def finish(tables: Tables, draws: Draws, ledger: Ledger, visit: Visit, start: int) -> int:
    """Tick at which a visit that starts at ``start`` ends.

    Work runs on the visit's calendar and rests while that is closed; the agent keeps the ticket
    meanwhile. A unit's work, at the desk or in the field, goes faster near the deadline; the hotline's own
    teams do not hurry.
    """
    if visit.stage == LEADER or visit.stage == MEETING:
        return finish_hard_case(tables, draws, visit, start)
    if visit.stage == MEDIATION:
        return finish_mediation(tables, draws, visit, start)
    if visit.stage == PETITION:
        return start + int(draws.petition_delay[0, visit.ticket])
    if visit.stage == DISPUTE:
        return start + tables.resolution
    if visit.stage == _FIELD and is_answer(tables, draws, visit):
        return start + tables.resolution
    work = work_of(tables, draws, visit)
    if visit.stage == _HANDLING or visit.stage == _FIELD:
        if tables.weekly.named > 0:
            work = scaled(tables, work, speed_of_named(tables, ledger, visit.unit, start))
        if will_extend(tables, draws, visit):
            # Until more time is asked for nobody hurries; if the work is not over by then, there is more.
            visit = extended(tables, visit)
        calendar = calendar_of(tables, draws, visit)
        end = worked_off(tables, calendar, start, work, visit.effort_from)
        is_watched = tables.late.steps > 0 or tables.enterprises.escalates > 0
        if is_watched and end > visit.due and visit.redos == 0:
            return pressed(tables, draws, visit, calendar, start, work, end)
        return end
    if visit.stage in (_SIGN, _RECTIFY, _DUPLICATE, _LOCAL_DISPATCH, _LOCAL_SIGN):
        return add_working_time(tables, calendar_of(tables, draws, visit), start, work)
    return start + work


@compiled
def worked_off(tables: Tables, calendar: int, start: int, work: int, effort_from: int) -> int:
    """Tick at which work is over, if from ``effort_from`` on each tick does ``effort_speed`` ticks of it."""
    before = 0
    if calendar < 0:
        end = start + work
    else:
        before = worked_until(tables.hours, calendar, start)
        end = tick_of_work(tables.hours, calendar, before + work)
    if end <= effort_from or tables.effort_speed <= 1.0:
        return end
    slow = 0
    if start < effort_from:
        if calendar < 0:
            slow = effort_from - start
        else:
            slow = worked_until(tables.hours, calendar, effort_from) - before
    work = slow + scaled(tables, work - slow, tables.effort_speed)
    if calendar < 0:
        return start + work
    return tick_of_work(tables.hours, calendar, before + work)


@compiled
def pressed(
    tables: Tables, draws: Draws, visit: Visit, calendar: int, start: int, work: int, end: int
) -> int:
    """Tick at which work is over that would end at ``end``, if supervision or the mayor's office presses."""
    if escalates(tables, draws, visit):
        begins, speed = escalation_tick(tables, visit.due), tables.enterprises.speed
    else:
        begins, speed = colour_tick(tables, visit.due, 0), tables.late.speed
    if end <= begins or speed <= tables.effort_speed:
        return end
    begin = max(start, begins)
    hurry = min(max(start, visit.effort_from), begin)
    slow = working_time(tables, calendar, start, hurry)
    fast = working_time(tables, calendar, hurry, begin)
    left = work - slow - int(fast * tables.effort_speed)
    return add_working_time(tables, calendar, begin, scaled(tables, max(left, 1), speed))


@compiled
def work_of(tables: Tables, draws: Draws, visit: Visit) -> int:
    """Ticks of work of a visit, after-call work included, at the usual pace."""
    stage, ticket = visit.stage, visit.ticket
    if stage == _INTAKE:
        return talk_of(tables, draws, visit) + after_call_of(tables, draws, visit)
    if stage == _DISPATCH:
        if is_automatic(tables, draws, ticket, visit.dispatches):
            return int(draws.automatic_work[0, ticket])
        return int(draws.dispatch[visit.dispatches, ticket])
    if stage == _SIGN:
        # A wrong unit looks at an urgent ticket as fast as the right one would, and says so.
        if draws.urgent[ticket] != 1 and is_wrong(tables, draws, visit):
            return int(draws.return_delay[visit.dispatches, ticket])
        return int(draws.sign[visit.dispatches, ticket])
    if stage == _HANDLING:
        desk = (
            draws.desk[visit.redos, ticket] if visit.thread == 0 else draws.co_desk[visit.thread - 1, ticket]
        )
        return scaled(tables, desk, tables.unit_speed[visit.unit])
    if stage == _FIELD:
        if visit.redos == 0 and visit.thread == 0 and level_of(tables, draws, ticket, visit.unit) == VILLAGE:
            return scaled(tables, draws.village_field[0, ticket], tables.unit_speed[visit.unit])
        field = (
            draws.field[visit.redos, ticket]
            if visit.thread == 0
            else draws.co_field[visit.thread - 1, ticket]
        )
        return scaled(tables, field, tables.unit_speed[visit.unit])
    if stage == _CALLBACK:
        if draws.reached[visit.redos, ticket] < tables.reached_by[visit.attempt]:
            return int(draws.callback[visit.redos, ticket])
        return tables.ring
    return _work_of_more(tables, draws, visit)


@compiled
def _work_of_more(tables: Tables, draws: Draws, visit: Visit) -> int:
    """Work of a visit of a further stage."""
    stage, ticket = visit.stage, visit.ticket
    if stage == _CHASE:
        return int(draws.chase_talk[visit.attempt, ticket])
    if stage == _REPEAT:
        return int(draws.repeat_talk[visit.redos, ticket])
    if stage == _RATING:
        return int(draws.rate_delay[0, ticket])
    if stage == _DUPLICATE:
        if visit.unit == UNKNOWN:
            return int(draws.dispatch[0, ticket])
        speed = tables.unit_speed[visit.unit] / tables.chase.work
        return scaled(tables, draws.desk[0, ticket], speed)
    if stage == _LOCAL_DISPATCH:
        return int(draws.local_dispatch[0, ticket])
    if stage == _LOCAL_SIGN:
        return int(draws.local_sign[0, ticket])
    if stage == _COUNTER:
        return int(draws.counter_work[visit.redos, ticket])
    if stage == _RECTIFY:
        return scaled(tables, draws.rectify[0, ticket], tables.unit_speed[visit.unit])
    return 0


@compiled
def calendar_of(tables: Tables, draws: Draws, visit: Visit) -> int:
    """Calendar on which a unit's work runs, or ALWAYS; the hotline's own teams work round the clock."""
    if visit.unit == UNKNOWN or visit.stage == _CALLBACK or visit.stage == _CHASE or visit.stage == _REPEAT:
        return ALWAYS
    # People on duty have nothing to do with bad ratings and second tickets, which are work of the desk.
    if draws.urgent[visit.ticket] == 1 and visit.stage != _RECTIFY and visit.stage != _DUPLICATE:
        return int(tables.duty_calendar[visit.unit])
    return int(tables.unit_calendar[visit.unit])


@compiled
def scaled(tables: Tables, work: int, speed: float) -> int:
    """Ticks that work takes at a speed: rounded once, to whole steps of the resolution, at least one."""
    if speed == 1.0:
        return work
    steps = int(work / speed / tables.resolution + 0.5)
    if steps < 1:
        steps = 1
    return steps * tables.resolution
