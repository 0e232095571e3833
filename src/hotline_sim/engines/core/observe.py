"""What the loop counts of each visit when it keeps no log; the counters are in ``summary.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.hours import worked_until
from hotline_sim.clock.ticks import HOUR, NEVER, SECOND
from hotline_sim.compiled import compiled
from hotline_sim.engines.core.notices import note_lateness, note_passage
from hotline_sim.engines.core.summary import TICKETS, Count
from hotline_sim.network.codes import SATISFIED_BIT, SOLVED_BIT, UNKNOWN, Outcome, Stage
from hotline_sim.network.limits import escalation_tick, is_enterprise
from hotline_sim.rules.backlog import came_at
from hotline_sim.rules.calls import is_call
from hotline_sim.rules.cohandling import lead_unit
from hotline_sim.rules.deadlines import target_of, working_time
from hotline_sim.rules.intake import after_call_of
from hotline_sim.rules.local import VILLAGE, level_of
from hotline_sim.rules.routing import wrong_unit
from hotline_sim.rules.supervision import escalates

if TYPE_CHECKING:
    from hotline_sim.engines.core.summary import Summary
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.visit import Visit

# Plain module numbers: compiled code reads them as constants.
_INTAKE, _DISPATCH, _SIGN, _, _FIELD, _CALLBACK = (int(stage) for stage in list(Stage)[:6])
_END = int(Stage.END)
_COUNTER, _LOCAL_DISPATCH, _LOCAL_SIGN = int(Stage.COUNTER), int(Stage.LOCAL_DISPATCH), int(Stage.LOCAL_SIGN)
_LEADER = int(Stage.LEADER)
_MEDIATION = int(Stage.MEDIATION)
_DISPUTE = int(Stage.DISPUTE)
_OPEN = int(Outcome.OPEN)
_REDIAL = int(Outcome.REDIAL)
_ABANDONED = int(Outcome.ABANDONED)
_INVALID = int(Outcome.INVALID)
_DIRECT = int(Outcome.DIRECT)
_RECORDED = int(Outcome.RECORDED)
_DISPATCHED = int(Outcome.DISPATCHED)
_RETURNED = int(Outcome.RETURNED)
_REPLIED = int(Outcome.REPLIED)
_CONFIRMED = int(Outcome.CONFIRMED)
_REDO = int(Outcome.REDO)
_JOINED = int(Outcome.JOINED)
_BLOCKED = int(Outcome.BLOCKED)
_REOPENED = int(Outcome.REOPENED)
_AUTOMATIC = int(Outcome.AUTOMATIC)
_THIRD_PARTY = int(Outcome.THIRD_PARTY)
(
    _N_ABANDONED,
    _N_INVALID,
    _N_DIRECT,
    _N_DIRECT_FIRST,
    _N_MADE,
    _N_DISPATCHED,
    _N_REPLIED,
    _N_ON_TIME,
    _N_SOLVED,
    _N_SATISFIED,
    _N_REOPENED,
    _N_ONCE,
    _N_CALLS,
    _N_REDIALS,
    _N_LOST,
    _N_ANSWERED,
    _N_WITHIN_15S,
    _N_WITHIN_30S,
    _N_WAIT,
    _N_BUSY,
    _N_BUSY_DAYTIME,
    _N_DISPATCHES,
    _N_RETURNED,
    _N_RECEIPTS,
    _N_SIGNED_ON_TIME,
    _N_UNITS_BUSY,
    _N_OPEN_AT_START,
    _N_OPEN_AT_END,
    _N_ROUNDS,
    _N_ROUNDS_REACHED,
    _N_RATINGS,
    _N_RATED_SOLVED,
    _N_RATED_SATISFIED,
    _N_OPEN_ROWS,
    _N_E_ACCEPTED,
    _N_E_MADE,
    _N_E_ON_TIME,
    _N_E_REPLIED,
    _N_E_RESPONSE,
    _N_E_ESCALATED,
    _N_E_ANSWERED,
    _N_E_WAIT,
    _N_ASIDE,
) = (int(count) for count in Count)


@compiled
def observe(
    tables: Tables,
    draws: Draws,
    summary: Summary,
    visit: Visit,
    start: int,
    end: int,
    outcome: int,
    opinion: int,
) -> None:
    """Count one visit, as the log would record it."""
    counts = summary.counts
    stage = visit.stage
    if stage > _END or outcome > _JOINED:
        _observe_passage(tables, draws, summary, visit, start, end, outcome)
    if tables.late.counted == 1:
        note_passage(tables, draws, summary, visit, end, outcome)
    if outcome == _OPEN:
        counts[_N_OPEN_ROWS] += 1
        if (
            (_DISPATCH <= stage <= _FIELD or stage in (_COUNTER, _LOCAL_DISPATCH, _LOCAL_SIGN))
            and visit.redos == 0
            and _is_first_part(tables, summary, visit.ticket)
        ):
            unit = lead_unit(tables, draws, visit)
            if stage == _DISPATCH and visit.dispatches > 0:
                unit = wrong_unit(tables, draws, visit.ticket, visit.dispatches - 1)
            level = level_of(tables, draws, visit.ticket, unit)
            _note_due(summary, unit, level, visit.due, False)
            if tables.late.counted == 1:
                note_lateness(tables, draws, summary, visit, NEVER)
    if is_call(tables, draws, visit) and _within(summary, visit.ready):
        _observe_call(tables, draws, summary, visit, start, outcome)
    if stage == _INTAKE:
        _observe_intake(tables, draws, summary, visit, end, outcome)
    elif stage == _DISPATCH:
        if outcome in (_DISPATCHED, _AUTOMATIC):
            if visit.attempt == 0:
                summary.memo[visit.ticket] = end
                if _within(summary, came_at(tables, draws, visit.ticket)):
                    counts[_N_DISPATCHED] += 1
            if _within(summary, end):
                counts[_N_DISPATCHES] += 1
    elif stage == _SIGN:
        if outcome == _RETURNED and _within(summary, visit.ready):
            counts[_N_RETURNED] += 1
        target = target_of(tables, draws, visit)
        if _within(summary, target):
            counts[_N_RECEIPTS] += 1
            if end <= target:
                counts[_N_SIGNED_ON_TIME] += 1
    elif stage in (_FIELD, _COUNTER):
        if outcome == _REPLIED:
            _observe_reply(tables, draws, summary, visit, end, opinion)
    elif stage == _CALLBACK:
        _observe_callback(tables, draws, summary, visit, end, outcome)
    if outcome == _REOPENED:
        _note_reopened(tables, draws, summary, visit)
    if visit.unit >= 0 and start < NEVER and visit.station == tables.desk_station[visit.unit]:
        since, until = max(start, summary.start), min(end, summary.end)
        if until > since:
            counts[_N_UNITS_BUSY] += open_time(tables, visit, since, until)
    if visit.station >= 0 and summary.live_station[visit.station] == 1 and start < NEVER:
        since, until = max(start, summary.start), min(end, summary.end)
        if until > since:
            counts[_N_BUSY] += until - since
            counts[_N_BUSY_DAYTIME] += worked_until(summary.daytime, 0, until) - worked_until(
                summary.daytime, 0, since
            )


@compiled
def _observe_passage(
    tables: Tables, draws: Draws, summary: Summary, visit: Visit, start: int, end: int, outcome: int
) -> None:
    counts, stage = summary.passages, visit.stage
    if stage == _DISPUTE and _within(summary, draws.arrival[visit.ticket]):
        summary.counts[_N_ASIDE] += 1
    if outcome == _OPEN and _LEADER <= stage <= _MEDIATION and visit.redos == 0:
        _note_due(summary, visit.unit, 0, visit.due, False)
        if tables.late.counted == 1:
            note_lateness(tables, draws, summary, visit, NEVER)
    if start < NEVER:
        counts.busy[stage] += max(0, min(end, summary.end) - max(start, summary.start))
    if _within(summary, end):
        counts.ended[stage, outcome] += 1
        counts.time[stage] += end - visit.ready
    if start < NEVER and _within(summary, visit.ready):
        counts.served[stage] += 1
        counts.wait[stage] += start - visit.ready
    target = target_of(tables, draws, visit)
    if _within(summary, target):
        counts.due[stage] += 1
        if end <= target:
            counts.met[stage] += 1


@compiled
def open_time(tables: Tables, visit: Visit, since: int, until: int) -> int:
    """Ticks between two instants in which anybody is on duty at the desk of a visit."""
    pattern = tables.station_pattern[visit.station]
    if pattern < tables.shared_patterns:
        return working_time(tables, tables.unit_calendar[visit.unit], since, until)
    total = 0
    row, last = tables.pattern_low[pattern], tables.pattern_high[pattern] - 1
    while row <= last and tables.step_tick[row] < until:
        ends = tables.step_tick[row + 1] if row < last else until
        if tables.step_level[row] > 0:
            total += max(0, min(ends, until) - max(tables.step_tick[row], since))
        row += 1
    return total


@compiled
def _is_first_part(tables: Tables, summary: Summary, ticket: int) -> bool:
    """Whether no other part of an open ticket has been counted; nothing else is remembered of it any more."""
    if tables.together.most == 0:
        return True
    if summary.memo[ticket] == NEVER:
        return False
    summary.memo[ticket] = NEVER
    return True


@compiled
def _within(summary: Summary, tick: int) -> bool:
    return bool(summary.start <= tick < summary.end)


@compiled
def _observe_call(
    tables: Tables, draws: Draws, summary: Summary, visit: Visit, start: int, outcome: int
) -> None:
    counts = summary.counts
    counts[_N_CALLS] += 1
    if visit.stage == _INTAKE and visit.attempt > 0:
        counts[_N_REDIALS] += 1
    counts[_N_LOST] += int(outcome in (_REDIAL, _ABANDONED))
    if start < NEVER:
        wait = start - visit.ready
        counts[_N_ANSWERED] += 1
        counts[_N_WAIT] += wait
        if is_enterprise(tables, draws, visit.ticket):
            counts[_N_E_ANSWERED] += 1
            counts[_N_E_WAIT] += wait
        counts[_N_WITHIN_15S] += int(wait <= 15 * SECOND)
        counts[_N_WITHIN_30S] += int(wait <= 30 * SECOND)
        if summary.help_station[visit.station] == 1:
            summary.passages.helped[0] += 1


@compiled
def _observe_intake(
    tables: Tables, draws: Draws, summary: Summary, visit: Visit, end: int, outcome: int
) -> None:
    counts, ticket = summary.counts, visit.ticket
    if outcome == _RECORDED:
        if end <= summary.start:
            counts[_N_OPEN_AT_START] += 1
        if end <= min(summary.end, tables.horizon):
            counts[_N_OPEN_AT_END] += 1
    if not _within(summary, draws.arrival[ticket]):
        return
    if is_enterprise(tables, draws, ticket):
        if outcome in (_DIRECT, _THIRD_PARTY, _RECORDED):
            counts[_N_E_ACCEPTED] += 1
        if outcome == _RECORDED:
            counts[_N_E_MADE] += 1
    if outcome in (_ABANDONED, _BLOCKED):
        counts[_N_ABANDONED] += 1
    elif outcome == _INVALID:
        counts[_N_INVALID] += 1
    elif outcome in (_DIRECT, _THIRD_PARTY):
        counts[_N_DIRECT] += 1
        if visit.attempt == 0:
            counts[_N_DIRECT_FIRST] += 1
        number = draws.request_class[ticket]
        summary.accepted[number] += 1
        _note_response(summary, number, end - after_call_of(tables, draws, visit) - draws.arrival[ticket])
    elif outcome == _RECORDED:
        counts[_N_MADE] += 1
        summary.accepted[draws.request_class[ticket]] += 1
        summary.accepted[TICKETS] += 1
        if draws.urgent[ticket] == 1:
            summary.urgent[draws.category[ticket]] += 1


@compiled
def _observe_reply(
    tables: Tables, draws: Draws, summary: Summary, visit: Visit, end: int, opinion: int
) -> None:
    counts, ticket = summary.counts, visit.ticket
    arrival = came_at(tables, draws, ticket)
    counted = _within(summary, arrival)
    if counted:
        if visit.opinion != UNKNOWN:
            counts[_N_SOLVED] -= visit.opinion & SOLVED_BIT
            counts[_N_SATISFIED] -= (visit.opinion & SATISFIED_BIT) // SATISFIED_BIT
        counts[_N_SOLVED] += opinion & SOLVED_BIT
        counts[_N_SATISFIED] += (opinion & SATISFIED_BIT) // SATISFIED_BIT
    if visit.redos > 0:
        return
    unit = lead_unit(tables, draws, visit)
    level = level_of(tables, draws, ticket, unit)
    _note_due(summary, unit, level, visit.due, end <= visit.due)
    if tables.late.counted == 1:
        note_lateness(tables, draws, summary, visit, end)
    if end <= summary.start:
        counts[_N_OPEN_AT_START] -= 1
    if end <= min(summary.end, tables.horizon):
        counts[_N_OPEN_AT_END] -= 1
    if not counted:
        return
    counts[_N_REPLIED] += 1
    if end <= visit.due:
        counts[_N_ON_TIME] += 1
    if is_enterprise(tables, draws, ticket):
        counts[_N_E_REPLIED] += 1
        counts[_N_E_RESPONSE] += end - arrival
        if end <= visit.due:
            counts[_N_E_ON_TIME] += 1
        if escalates(tables, draws, visit) and end > escalation_tick(tables, visit.due):
            counts[_N_E_ESCALATED] += 1
    if draws.urgent[ticket] == 1 and end - arrival <= HOUR:
        summary.urgent_within_hour[draws.category[ticket]] += 1
    if visit.dispatches == 0:
        counts[_N_ONCE] += 1
    number = draws.request_class[ticket]
    _note_response(summary, number, end - arrival)
    _note_response(summary, TICKETS, end - arrival)
    if visit.stage == _COUNTER:
        return  # it was never dispatched
    worked = working_time(tables, tables.deadline_calendar, summary.memo[ticket], end)
    summary.handling_sum[number] += worked
    summary.handling_count[number] += 1


@compiled
def _observe_callback(
    tables: Tables, draws: Draws, summary: Summary, visit: Visit, end: int, outcome: int
) -> None:
    counts = summary.counts
    if visit.attempt == 0:
        summary.memo[visit.ticket] = visit.ready
        if _within(summary, visit.ready):
            counts[_N_ROUNDS] += 1
    if outcome in (_CONFIRMED, _REDO):
        if _within(summary, summary.memo[visit.ticket]):
            counts[_N_ROUNDS_REACHED] += 1
        if _within(summary, end):
            counts[_N_RATINGS] += 1
            counts[_N_RATED_SOLVED] += visit.opinion & SOLVED_BIT
            counts[_N_RATED_SATISFIED] += (visit.opinion & SATISFIED_BIT) // SATISFIED_BIT
    if outcome == _REDO:
        _note_reopened(tables, draws, summary, visit)


@compiled
def _note_reopened(tables: Tables, draws: Draws, summary: Summary, visit: Visit) -> None:
    if visit.redos == 0 and _within(summary, came_at(tables, draws, visit.ticket)):
        summary.counts[_N_REOPENED] += 1
        if visit.dispatches == 0:
            summary.counts[_N_ONCE] -= 1


@compiled
def _note_response(summary: Summary, row: int, duration: int) -> None:
    summary.response[row, bin_of(duration)] += 1
    summary.response_sum[row] += duration
    summary.response_count[row] += 1


@compiled
def _note_due(summary: Summary, unit: int, level: int, due: int, on_time: bool) -> None:
    if not _within(summary, due):
        return
    summary.due[0] += 1
    if unit >= 0:
        summary.due[1 + summary.unit_kind[unit]] += 1
    # Levels are the last rows, where there are any.
    if level > 0:
        summary.due[summary.due.size - 1 - VILLAGE + level] += 1
    if on_time:
        summary.due_on_time[0] += 1
    if on_time and unit >= 0:
        summary.due_on_time[1 + summary.unit_kind[unit]] += 1
        if level > 0:
            summary.due_on_time[summary.due_on_time.size - 1 - VILLAGE + level] += 1


@compiled
def bin_of(duration: int) -> int:
    """Bin of a duration: exact below 256 ticks, then 128 bins for each doubling."""
    shift = 0
    if duration >= 1 << 24:
        shift = 16
    if duration >> shift >= 1 << 16:
        shift += 8
    while duration >> shift > 255:
        shift += 1
    return shift * 128 + (duration >> shift)
