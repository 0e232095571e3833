"""Calls about open tickets, repeat calls, ratings and the weekly bulletin, worked out by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.clock.ticks import DAY, HOUR, MINUTE, NEVER
from hotline_sim.engines.core.key_figures import summarise
from hotline_sim.network.build import build
from hotline_sim.network.codes import BESIDE, SATISFIED_BIT, SOLVED_BIT, UNKNOWN, Outcome, Stage
from hotline_sim.plot.staffing import _offered_load
from hotline_sim.results.conservation import check_conservation
from hotline_sim.results.log import build_log
from hotline_sim.results.open_tickets import open_tickets
from hotline_sim.results.view import View
from hotline_sim.rules.ledger import new_ledger
from hotline_sim.rules.weekly import note_reply_of_unit, speed_of_named, week_of
from scenarios import (
    CALLED_BACK,
    LABEL,
    at,
    by_hand,
    des,
    fixed,
    log_rows,
    of_stage,
    one_unit,
    small_town,
    team,
)

if TYPE_CHECKING:
    from hotline_sim.results.log import TicketLog
    from scenarios import Row

OUTCOME = {"outcome": CALLED_BACK["outcome"]}


def rows_of(changes: dict[str, Any], arrival: list[int], **columns: Any) -> list[Row]:
    """Rows of tickets that are recorded after a minute, dispatched in another and signed for in a third."""
    network = build(one_unit(changes))
    return log_rows(network, by_hand(network, arrival, **columns))


def log_of(changes: dict[str, Any], arrival: list[int], **columns: Any) -> TicketLog:
    """Log of the same, whose key figures are those of a run that keeps no log."""
    network = build(one_unit(changes))
    draws = by_hand(network, arrival, **columns)
    log = build_log(network, draws, des(network, draws), scenario="x", seed=1, replication=0, engine="des")
    check_conservation(log)
    figures = hs.kpis(log)
    for name, kpi in summarise(network, draws).items():
        if not name.startswith("response_time_p"):
            assert kpi == figures[name], name
    return log


def calls(rows: list[Row], stage: Stage = Stage.CHASE) -> list[tuple[int, int, int, int]]:
    """When each call of a stage was made, begun and over, and how it ended."""
    return [(row.ready, row.start, row.end, row.outcome) for row in of_stage(rows, stage)]


def ratio(log: TicketLog, name: str) -> tuple[float | None, float | None]:
    figure = hs.kpis(log)[name]
    return figure.numerator, figure.denominator


# Calls about an open ticket. A ticket of Monday 9:00 is recorded at 9:01 and with its unit from 9:03 on.

CHASERS = {
    "teams.clerks": team(1),
    "chasers": {
        "team": "clerks",
        "after": fixed(HOUR),
        "again": fixed(HOUR),
        "most": 2,
        "talk": fixed(MINUTE),
    },
}
FIRST = CHASERS | {"chasers": CHASERS["chasers"] | {"first": True}}
SECOND = CHASERS | {"chasers": CHASERS["chasers"] | {"merged": False, "duplicate_work": 0.5}}
NEVER_CALLS = 100 * DAY


def test_a_citizen_calls_about_a_ticket_that_is_still_open() -> None:
    """An hour after the record, and half an hour after the end of that call; then no more."""
    chase_after = [[HOUR], [30 * MINUTE]]
    rows = rows_of(CHASERS, [at(0, "09:00")], desk=5 * HOUR, chase_after=chase_after)
    assert calls(rows) == [
        (at(0, "10:01"), at(0, "10:01"), at(0, "10:02"), Outcome.CHASED),
        (at(0, "10:32"), at(0, "10:32"), at(0, "10:33"), Outcome.CHASED),
    ]
    assert [row.attempt for row in of_stage(rows, Stage.CHASE)] == [0, 1]
    # The ticket's own life goes on as if nobody had called.
    (handled,) = of_stage(rows, Stage.HANDLING)
    assert (handled.start, handled.end) == (at(0, "09:03"), at(0, "16:03"))


@pytest.mark.parametrize(
    ("after", "number"), [(4 * MINUTE - 1, 1), (4 * MINUTE, 0), (4 * MINUTE + 1, 0), (HOUR, 0)]
)
def test_nobody_calls_about_a_ticket_with_a_reply(after: int, number: int) -> None:
    """The reply comes at 9:05; on that very tick the citizen has no reason to call any more."""
    rows = rows_of(CHASERS, [at(0, "09:00")], chase_after=[[after], [NEVER_CALLS]])
    assert of_stage(rows, Stage.FIELD)[0].end == at(0, "09:05")
    assert len(calls(rows)) == number


def test_a_second_call_is_for_nothing_once_there_is_a_reply() -> None:
    """Made at 9:02, over at 9:03; the next would come at 9:06."""
    rows = rows_of(CHASERS, [at(0, "09:00")], chase_after=[[MINUTE], [3 * MINUTE]])
    assert calls(rows) == [(at(0, "09:02"), at(0, "09:02"), at(0, "09:03"), Outcome.CHASED)]


def test_work_done_again_is_nothing_to_call_about() -> None:
    """The first reply, at 9:05, did not satisfy; the work that is ordered again takes the whole day."""
    rows = rows_of(
        CHASERS | CALLED_BACK,
        [at(0, "09:00")],
        chase_after=HOUR,
        desk=[[MINUTE], [20 * HOUR], [MINUTE]],
        satisfied=[[0.999], [0.0], [0.0]],
        redo=0.0,
    )
    assert len(of_stage(rows, Stage.HANDLING)) == 2
    assert calls(rows) == []


def test_who_gives_up_calls_again() -> None:
    """Nobody takes such calls before noon: the first gives up after five minutes, the next waits."""
    changes = CHASERS | {"teams.clerks": team(1, "12:00", "24:00")}
    rows = rows_of(
        changes,
        [at(0, "09:00")],
        desk=10 * HOUR,
        chase_after=[[HOUR], [30 * MINUTE]],
        chase_patience=[[5 * MINUTE], [3 * HOUR]],
    )
    assert [(row.ready, row.end, row.outcome) for row in of_stage(rows, Stage.CHASE)] == [
        (at(0, "10:01"), at(0, "10:06"), Outcome.ABANDONED),
        (at(0, "10:36"), at(0, "12:01"), Outcome.CHASED),
    ]


def test_who_finds_all_lines_taken_calls_again_later() -> None:
    """The first citizen talks from 10:01 to 11:01; the second calls at 10:02, and again at 11:02."""
    changes = CHASERS | {"teams.clerks": team(2) | {"lines": 1}}
    log = log_of(
        changes,
        [at(0, "09:00"), at(0, "09:01")],
        desk=10 * HOUR,
        chase_after=[[HOUR] * 2, [NEVER_CALLS, HOUR]],
        chase_talk=[[HOUR, MINUTE]] * 2,
    )
    rows = log_rows_of(log)
    assert [(row[0], row[1], row[2]) for row in rows] == [
        (at(0, "10:01"), at(0, "11:01"), Outcome.CHASED),
        (at(0, "10:02"), at(0, "10:02"), Outcome.BLOCKED),
        (at(0, "11:02"), at(0, "11:03"), Outcome.CHASED),
    ]
    # Two requests and three calls about them: four were answered, one found no line.
    assert ratio(log, "answer_rate") == (4, 5)
    assert ratio(log, "chasers_share") == (2, 4)
    assert ratio(log, "blocked_rate") == (1, 5)
    assert hs.kpis(log)["requests_abandoned"].value == 0
    # Who found no line would have talked for an hour as well.
    minutes = 60 * _offered_load(View(log), working=True, days=1)
    assert minutes[9:12].tolist() == pytest.approx([2, 120, 1])


def log_rows_of(log: TicketLog, stage: Stage = Stage.CHASE) -> list[tuple[int, int, int]]:
    among = log.visits["stage"] == stage
    start = log.meta.start
    columns = (
        log.visits["ready"][among] - start,
        log.visits["end"][among] - start,
        log.visits["outcome"][among],
    )
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


# Tickets of Monday 9:00, 9:10, 9:20 and 9:30; the handler is busy with the first of them until 15:03.

ARRIVAL = [at(0, "09:00"), at(0, "09:10"), at(0, "09:20"), at(0, "09:30")]
BUSY = [[4 * HOUR, MINUTE, MINUTE, MINUTE]]


def order_of(changes: dict[str, Any], after: list[int], **columns: Any) -> list[int]:
    """Tickets in the order in which they are handled, with the times until their citizens call."""
    chase_after = [after, [NEVER_CALLS] * 4]
    rows = rows_of(changes, ARRIVAL, **{"desk": BUSY, "chase_after": chase_after} | columns)
    handled = sorted(of_stage(rows, Stage.HANDLING), key=lambda row: row.start)
    assert handled[1].start == at(0, "15:03")
    return [row.ticket for row in handled]


CALLS_THIRD = [NEVER_CALLS, NEVER_CALLS, NEVER_CALLS, HOUR]


@pytest.mark.parametrize("order", ["due date", "first come"])
def test_a_ticket_asked_about_goes_first_if_units_do_so(order: str) -> None:
    assert order_of(CHASERS | {"handling.order": order}, CALLS_THIRD) == [0, 1, 2, 3]
    assert order_of(FIRST | {"handling.order": order}, CALLS_THIRD) == [0, 3, 1, 2]


def test_a_ticket_asked_about_overtakes_one_due_earlier() -> None:
    kind = {"label": LABEL, "share": 0.5, "direct_answer": 0.0, "desk": fixed(MINUTE), "field": fixed(MINUTE)}
    changes = {"classes.complaint.share": 0.5, "classes.consult": kind | {"limit": "6 h"}}
    classes = {"request_class": [1, 0, 0, 1]}  # the first two due at 15:10 and 15:20, the last in a week
    assert order_of(FIRST | changes, [NEVER_CALLS] * 4, **classes) == [0, 1, 2, 3]
    assert order_of(FIRST | changes, CALLS_THIRD, **classes) == [0, 3, 1, 2]


def test_tickets_asked_about_go_by_their_usual_order() -> None:
    assert order_of(FIRST, [NEVER_CALLS, NEVER_CALLS, 2 * HOUR, HOUR]) == [0, 2, 3, 1]


def test_an_urgent_ticket_still_goes_before_one_asked_about() -> None:
    changes = FIRST | {"categories.all.urgent_share": 0.5}
    assert order_of(changes, CALLS_THIRD, urgent=[0, 0, 1, 0]) == [0, 2, 3, 1]


def test_a_supervised_ticket_still_goes_before_one_asked_about() -> None:
    """The second is a consultation, due at 10:10 and blue an hour later."""
    kind = {"label": LABEL, "share": 0.5, "direct_answer": 0.0, "desk": fixed(MINUTE), "field": fixed(MINUTE)}
    changes = {
        "classes.complaint.share": 0.5,
        "classes.consult": kind | {"limit": "1 h"},
        "supervision": {"steps": ["1 h"]},
        "handling.order": "first come",
    }
    assert order_of(FIRST | changes, CALLS_THIRD, request_class=[1, 1, 0, 1]) == [0, 2, 3, 1]


def test_who_gives_up_has_asked_for_nothing() -> None:
    changes = FIRST | {"teams.clerks": team(1, "20:00", "24:00")}
    assert order_of(changes, CALLS_THIRD, chase_patience=MINUTE) == [0, 1, 2, 3]


@pytest.mark.parametrize(("after", "order"), [(331 * MINUTE - 1, [0, 3, 1, 2]), (331 * MINUTE, [0, 1, 3, 2])])
def test_a_call_that_is_over_as_the_handler_chooses_is_too_late(after: int, order: list[int]) -> None:
    """Recorded at 9:31; a call made at 15:02 is over at 15:03, as the first ticket is."""
    assert order_of(FIRST, [NEVER_CALLS] * 3 + [after]) == order


def test_a_ticket_asked_about_before_it_comes_to_the_unit_goes_first_there() -> None:
    """The call is over at 10:32, the receipt takes until 14:32."""
    sign = [[MINUTE, MINUTE, MINUTE, 5 * HOUR - 30 * MINUTE]]
    assert order_of(FIRST, CALLS_THIRD, sign=[[MINUTE, MINUTE, MINUTE, 3 * HOUR]]) == [0, 3, 1, 2]
    assert order_of(FIRST, [NEVER_CALLS] * 4, sign=sign) == [0, 1, 2, 3]


def test_both_parts_of_a_ticket_with_two_units_are_lifted() -> None:
    changes = FIRST | {
        "units.parks": {"label": LABEL, "kind": "department", "staff": 1},
        "categories.all.units": {"works": 1.0},
        "co_handlers": {"share": 0.5},
        "handling.order": "first come",
    }
    rows = rows_of(
        changes,
        ARRIVAL,
        desk=BUSY,
        co_desk=BUSY,
        co_handlers=0.1,
        chase_after=[CALLS_THIRD, [NEVER_CALLS] * 4],
    )
    for unit in (0, 1):
        handled = sorted(
            (row for row in of_stage(rows, Stage.HANDLING) if row.unit == unit), key=lambda r: r.start
        )
        assert [row.ticket for row in handled] == [0, 3, 1, 2]


def test_a_second_ticket_costs_work_at_the_desk_and_at_the_unit() -> None:
    """Made at 10:02; the dispatcher has it for a minute, and the handler is busy until 11:03."""
    log = log_of(
        SECOND,
        [at(0, "09:00")],
        desk=2 * HOUR,
        chase_after=[[HOUR], [MINUTE]],
        dispatch=MINUTE,
        field=20 * HOUR,
    )
    start = log.meta.start
    assert log_rows_of(log)[0] == (at(0, "10:01"), at(0, "10:02"), Outcome.DUPLICATE)
    work = np.flatnonzero(log.visits["stage"] == Stage.DUPLICATE)
    desk, unit = work[:2]
    assert log.meta.stations[log.visits["station"][desk]] == "dispatchers"
    assert log.visits["start"][desk] - start == at(0, "10:02")
    assert log.visits["end"][desk] - start == at(0, "10:03")
    assert log.meta.stations[log.visits["station"][unit]] == "works"
    # Half of two hours, less the break from noon to two o'clock.
    assert log.visits["start"][unit] - start == at(0, "11:03")
    assert log.visits["end"][unit] - start == at(0, "14:03")
    # The citizen calls again a minute after that.
    assert log_rows_of(log)[1][0] == at(0, "14:04")
    assert hs.kpis(log)["duplicates"].value == 2
    # Nothing is recorded, dispatched or replied to twice.
    assert len(log.tickets["arrival"]) == 1
    assert ratio(log, "return_rate") == (0, 1)
    assert hs.kpis(log)["tickets_dispatched"].value == 1


@pytest.mark.parametrize(("clock", "due"), [("arrival", at(7, "18:00")), ("dispatch", at(8, "18:00"))])
def test_a_second_ticket_has_a_deadline_whenever_the_clock_starts(clock: str, due: int) -> None:
    """The first came on day 0, the call about it on day 1: each has five working days."""
    changes = SECOND | {"handling.clock_starts": clock}
    rows = rows_of(changes, [at(0, "09:00")], desk=20 * HOUR, chase_after=[[DAY], [NEVER_CALLS]])
    assert [row.due for row in of_stage(rows, Stage.DUPLICATE)][1] == due


def test_an_open_ticket_does_not_have_the_deadline_of_the_second_one() -> None:
    """The work lasts longer than the run; the first ticket is due on day 7, the second on day 8."""
    changes = SECOND | {"handling.clock_starts": "dispatch", "run.horizon": date(2021, 3, 29)}
    log = log_of(changes, [at(0, "09:00")], desk=400 * HOUR, chase_after=[[DAY], [NEVER_CALLS]])
    assert log.tickets["due"][0] - log.meta.start == at(7, "18:00")
    (found,) = open_tickets(log, date(2021, 3, 10)).tickets
    assert found.due == datetime(2021, 3, 8, 18)


def test_what_goes_on_beside_a_ticket_gives_it_no_deadline() -> None:
    """A direct answer that is rated badly is rectified within a limit; the answer itself has none."""
    log = log_of(
        RATING | {"classes.complaint.direct_answer": 1.0}, [at(0, "09:00")], **RATED | {"rate_bad": 0.1}
    )
    assert (log.visits["due"] < NEVER).any()
    assert log.tickets["due"].tolist() == [NEVER]


def test_calls_about_a_ticket_do_not_keep_it_open() -> None:
    """The reply comes at 9:05 while the citizen still talks; the ticket is closed all the same."""
    log = log_of(CHASERS, [at(0, "09:00")], chase_after=[[MINUTE], [HOUR]], chase_talk=9 * HOUR)
    assert log_rows_of(log) == [(at(0, "09:02"), at(0, "18:02"), Outcome.CHASED)]
    assert log.tickets["closed"][0] - log.meta.start == at(0, "09:05")


# Repeat calls. A ticket of Monday 9:00 has its reply at 9:05, which solves nothing.

REPEATS = OUTCOME | {
    "teams.clerks": team(1),
    "repeats": {"team": "clerks", "share": 0.5, "delay": fixed(DAY), "talk": fixed(MINUTE), "reopened": 0.5},
}
UNSOLVED = {"solved": 0.999, "repeats": 0.1, "repeat_delay": DAY, "reopens": 0.1}


def test_a_citizen_calls_again_about_a_ticket_closed_without_a_solution() -> None:
    """A day after the close; the unit works again, with the limit of three working days for that."""
    log = log_of(REPEATS, [at(0, "09:00")], **UNSOLVED | {"solved": [[0.999], [0.0], [0.0]]})
    assert log_rows_of(log, Stage.REPEAT) == [(at(1, "09:05"), at(1, "09:06"), Outcome.REOPENED)]
    rows = np.flatnonzero(log.visits["stage"] == Stage.HANDLING)
    assert (log.visits["ready"][rows] - log.meta.start).tolist() == [at(0, "09:03"), at(1, "09:06")]
    assert log.visits["due"][rows[1]] - log.meta.start == at(4, "18:00")
    assert log.tickets["redos"][0] == 1
    assert log.tickets["solved"][0] == 1
    assert ratio(log, "repeat_calls_share") == (1, 2)
    assert ratio(log, "repeat_reopened_rate") == (1, 1)
    assert ratio(log, "reopened_rate") == (1, 1)
    assert ratio(log, "first_time_closure_rate") == (0, 1)


@pytest.mark.parametrize("change", [{"solved": 0.0}, {"repeats": 0.51}])
def test_who_has_a_solution_or_gives_up_hope_does_not_call_again(change: dict[str, float]) -> None:
    assert calls(rows_of(REPEATS, [at(0, "09:00")], **UNSOLVED | change), Stage.REPEAT) == []


def test_some_calls_are_only_taken_down() -> None:
    log = log_of(REPEATS, [at(0, "09:00")], **UNSOLVED | {"reopens": 0.51})
    assert log_rows_of(log, Stage.REPEAT) == [(at(1, "09:05"), at(1, "09:06"), Outcome.REPEATED)]
    assert log.tickets["redos"][0] == 0
    assert ratio(log, "repeat_reopened_rate") == (0, 1)


def test_when_all_rounds_are_used_up_a_call_is_only_taken_down() -> None:
    """Two rounds more at most: two calls reopen the ticket, the third does not, and there is no fourth."""
    rows = rows_of(REPEATS, [at(0, "09:00")], **UNSOLVED)
    assert [row[3] for row in calls(rows, Stage.REPEAT)] == [
        Outcome.REOPENED,
        Outcome.REOPENED,
        Outcome.REPEATED,
    ]
    assert [row.attempt for row in of_stage(rows, Stage.REPEAT)] == [0, 1, 2]
    assert len(of_stage(rows, Stage.HANDLING)) == 3


def test_who_is_called_back_calls_again_after_that() -> None:
    """The citizen is satisfied all the same, which a call at 9:05 to 9:06 hears; a day later he calls."""
    rows = rows_of(CALLED_BACK | REPEATS, [at(0, "09:00")], **UNSOLVED | {"reopens": 0.9})
    assert calls(rows, Stage.REPEAT)[0][0] == at(1, "09:06")


def test_who_is_not_reached_calls_again_after_the_last_try() -> None:
    """Calls of half a minute at 9:05, 11:05:30 and 13:06:00."""
    rows = rows_of(CALLED_BACK | REPEATS, [at(0, "09:00")], **UNSOLVED | {"reached": 0.99, "reopens": 0.9})
    assert len(of_stage(rows, Stage.CALLBACK)) == 3
    assert calls(rows, Stage.REPEAT)[0][0] == at(1, "13:06") + 30_000


@pytest.mark.parametrize("clerks", [team(1, "20:00", "24:00"), team(1) | {"lines": 1}])
def test_a_repeat_call_that_nobody_takes_is_the_last(clerks: dict[str, Any]) -> None:
    """Two citizens: nobody is there before they give up, or the first talks so long that no line is free."""
    log = log_of(
        REPEATS | {"teams.clerks": clerks},
        [at(0, "09:00"), at(0, "09:01")],
        **UNSOLVED | {"repeat_talk": 12 * HOUR, "repeat_patience": 2 * MINUTE, "reopens": 0.9},
    )
    blocked = "lines" in clerks
    assert [row[2] for row in log_rows_of(log, Stage.REPEAT)] == (
        [Outcome.REPEATED, Outcome.BLOCKED] if blocked else [Outcome.ABANDONED] * 2
    )
    assert ratio(log, "repeat_reopened_rate") == (0, int(blocked))
    # They are no requests that were lost.
    assert hs.kpis(log)["requests_abandoned"].value == 0
    assert hs.kpis(log)["reply_rate"].value == 1.0


# Ratings. The reply to a ticket of Monday 9:00 comes at 9:05, its rating an hour later.

RATING = OUTCOME | {
    "rating": {
        "share": 0.5,
        "direct_share": 0.25,
        "delay": fixed(HOUR),
        "bad_if_satisfied": 0.3,
        "bad_if_dissatisfied": 0.6,
        "direct_satisfied": 0.8,
        "rectify_work": fixed(HOUR),
        "rectify_limit": "1 h",
    }
}
RATED = {"rates": 0.1, "rate_delay": HOUR, "rectify": HOUR}


@pytest.mark.parametrize(
    ("satisfied", "number", "outcome"),
    [
        (0.0, 0.29, Outcome.RATED_BADLY),
        (0.0, 0.31, Outcome.RATED),
        (0.999, 0.59, Outcome.RATED_BADLY),
        (0.999, 0.61, Outcome.RATED),
    ],
)
def test_a_rating_tells_what_the_citizen_thinks_with_some_noise(
    satisfied: float, number: float, outcome: Outcome
) -> None:
    rows = rows_of(RATING, [at(0, "09:00")], **RATED | {"satisfied": satisfied, "rate_bad": number})
    assert calls(rows, Stage.RATING) == [(at(0, "09:05"), at(0, "09:05"), at(0, "10:05"), outcome)]
    (rated,) = of_stage(rows, Stage.RATING)
    assert (rated.unit, rated.opinion) == (0, UNKNOWN)
    assert len(of_stage(rows, Stage.RECTIFY)) == int(outcome == Outcome.RATED_BADLY)


# Of direct answers 0.8 satisfy, of these 0.3 are rated badly all the same: 0.24; of the others 0.6: to 0.92.
@pytest.mark.parametrize(
    ("number", "is_bad"),
    [(0.23, True), (0.25, False), (0.79, False), (0.81, True), (0.91, True), (0.93, False)],
)
def test_a_direct_answer_is_rated_by_one_number(number: float, is_bad: bool) -> None:
    changes = RATING | {"classes.complaint.direct_answer": 1.0}
    rows = rows_of(changes, [at(0, "09:00")], **RATED | {"rate_bad": number})
    outcome = Outcome.RATED_BADLY if is_bad else Outcome.RATED
    assert calls(rows, Stage.RATING) == [(at(0, "09:01"), at(0, "09:01"), at(0, "10:01"), outcome)]


def test_each_kind_of_reply_has_its_own_share_of_ratings() -> None:
    for direct, share in ((0.0, 0.5), (1.0, 0.25)):
        for number, count in ((share - 0.01, 1), (share + 0.01, 0)):
            changes = RATING | {"classes.complaint.direct_answer": direct}
            rows = rows_of(changes, [at(0, "09:00")], **RATED | {"rates": number})
            assert len(of_stage(rows, Stage.RATING)) == count


def test_a_rating_follows_the_reply_though_the_citizen_calls_again_later() -> None:
    """Nobody calls back, nothing is solved: the citizen rates an hour after the reply, calls after a day."""
    rows = rows_of(REPEATS | RATING, [at(0, "09:00")], **UNSOLVED | RATED)
    assert calls(rows, Stage.REPEAT)[0][0] == at(1, "09:05")
    assert [(row.ready, row.end) for row in of_stage(rows, Stage.RATING)] == [
        (at(0, "09:05"), at(0, "10:05"))
    ]


def test_only_the_first_reply_is_rated() -> None:
    changes = CALLED_BACK | RATING
    rows = rows_of(changes, [at(0, "09:00")], **RATED | {"satisfied": 0.999, "redo": 0.0, "rate_bad": 0.9})
    assert len([row for row in rows if row.outcome == Outcome.REPLIED]) == 3
    assert len(of_stage(rows, Stage.RATING)) == 1


def test_the_desk_rectifies_in_office_hours_though_the_ticket_was_urgent() -> None:
    """Rated at 17:30; the office closes at 18:00, while people on duty are there all night."""
    changes = RATING | {"categories.all.urgent_share": 0.5, "units.works.duty": 1}
    rows = rows_of(changes, [at(0, "16:25")], **RATED | {"rate_bad": 0.1, "urgent": 1})
    (rectified,) = of_stage(rows, Stage.RECTIFY)
    assert (rectified.start, rectified.end) == (at(0, "17:30"), at(1, "09:30"))


def test_a_bad_rating_is_rectified_by_the_unit_within_its_limit() -> None:
    """Rated badly at 10:05 and 10:06; an hour of work each, and an hour's limit: one is in time."""
    log = log_of(
        RATING, [at(0, "09:00"), at(0, "09:01"), at(0, "09:02")], **RATED | {"rate_bad": [[0.1, 0.1, 0.9]]}
    )
    rows = np.flatnonzero(log.visits["stage"] == Stage.RECTIFY)
    columns = (log.visits[name][rows] - log.meta.start for name in ("ready", "start", "end", "due", "target"))
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == [
        (at(0, "10:05"), at(0, "10:05"), at(0, "11:05"), at(0, "11:05"), at(0, "11:05")),
        (at(0, "10:06"), at(0, "11:05"), at(0, "14:05"), at(0, "11:06"), at(0, "11:06")),
    ]
    assert [log.meta.stations[number] for number in log.visits["station"][rows]] == ["works"] * 2
    assert hs.kpis(log)["ratings_given"].value == 3
    assert ratio(log, "rating_bad_share") == (2, 3)
    assert ratio(log, "rectified_on_time_rate") == (1, 2)
    # They change nothing that is true of the reply, nor when the ticket was closed.
    assert log.tickets["satisfied"].tolist() == [1, 1, 1]
    assert (log.tickets["closed"] - log.meta.start).tolist() == [
        at(0, "09:05"),
        at(0, "09:06"),
        at(0, "09:07"),
    ]


@pytest.mark.parametrize(
    ("order", "limit", "first"),
    [("due date", "5 h", True), ("due date", "20 d", False), ("first come", "5 h", False)],
)
def test_rectifying_waits_among_tickets_for_its_turn(order: str, limit: str, first: bool) -> None:
    """Ready at 10:05, behind a ticket that is due in a week; the handler is free at 11:13."""
    changes = RATING | {"handling.order": order, "rating": RATING["rating"] | {"rectify_limit": limit}}
    desk = [[MINUTE, 2 * HOUR, MINUTE]] * 3
    ratings = {"rates": [[0.1, 0.9, 0.9]], "rate_bad": 0.1}
    rows = rows_of(
        changes, [at(0, "09:00"), at(0, "09:10"), at(0, "09:20")], **RATED | ratings | {"desk": desk}
    )
    (rectified,) = of_stage(rows, Stage.RECTIFY)
    third = next(row for row in of_stage(rows, Stage.HANDLING) if row.ticket == 2)
    assert min(rectified.start, third.start) == at(0, "11:13")
    assert (rectified.start < third.start) == first


# The weekly bulletin. Week 0 begins on Monday, 1 March 2021, when the run does; three units.

THREE = {
    "units.parks": {"label": LABEL, "kind": "department", "staff": 1},
    "units.roads": {"label": LABEL, "kind": "department", "staff": 1},
    "bulletin": {"named": 1, "least": 5, "speed": 2.0},
}


def named_after(replies: list[int], late: list[int], **bulletin: Any) -> list[int]:
    """Units that work faster in week 1, after so many replies and late ones of each unit in week 0."""
    network = build(one_unit(THREE | {"bulletin": THREE["bulletin"] | bulletin}))
    tables, ledger = network.tables, new_ledger(network.tables, 9)
    for unit, (count, of_these) in enumerate(zip(replies, late, strict=True)):
        for number in range(count):
            note_reply_of_unit(tables, ledger, unit, network.start + unit * DAY + number, number < of_these)
    during = [speed_of_named(tables, ledger, unit, network.start + 6 * DAY) for unit in range(3)]
    assert during == [1.0] * 3
    speeds = [speed_of_named(tables, ledger, unit, network.start + 7 * DAY) for unit in range(3)]
    assert set(speeds) <= {1.0, 2.0}
    later = [speed_of_named(tables, ledger, unit, network.start + 14 * DAY) for unit in range(3)]
    assert later == [1.0] * 3
    return [unit for unit, speed in enumerate(speeds) if speed == 2.0]


@pytest.mark.parametrize(
    ("replies", "late", "bulletin", "named"),
    [
        ([10, 10, 10], [1, 3, 2], {}, [1]),  # the largest share
        ([10, 20, 10], [3, 5, 2], {}, [0]),  # of late ones: the share counts, not the number
        ([10, 20, 10], [3, 6, 2], {}, [1]),  # equal shares: more replies
        ([10, 10, 10], [2, 2, 2], {}, [0]),  # equal in all: the first
        ([4, 10, 10], [4, 1, 0], {}, [1]),  # too few replies
        ([5, 10, 10], [5, 1, 0], {}, [0]),
        ([10, 10, 10], [0, 0, 0], {}, []),  # nobody was late
        ([10, 10, 10], [1, 0, 2], {"named": 3}, [0, 2]),
        ([10, 10, 10], [1, 3, 2], {"named": 2}, [1, 2]),
    ],
)
def test_the_bulletin_names_the_units_with_the_largest_share_of_late_replies(
    replies: list[int], late: list[int], bulletin: dict[str, int], named: list[int]
) -> None:
    assert named_after(replies, late, **bulletin) == named


def test_weeks_run_from_monday_to_sunday() -> None:
    network = build(one_unit(THREE))
    ticks = [network.start - 1, network.start, network.start + 7 * DAY - 1, network.start + 7 * DAY]
    weeks = [week_of(network.tables, tick) - week_of(network.tables, network.start) for tick in ticks]
    assert weeks == [-1, 0, 0, 1]


def test_a_named_unit_works_faster_in_the_week_after_only() -> None:
    """Late in week 0; two hours of desk work take one in week 1, and two again in week 2."""
    changes = {
        "classes.complaint.limit": "1 h",
        "classes.complaint.desk": fixed(MINUTE),
        "classes.complaint.field": fixed(MINUTE),
        "bulletin": {"named": 1, "least": 1, "speed": 2.0},
    }
    # The reply of week 1 is late too but for the speed: 9:03 to 9:33 at the desk, to 9:34 in the field.
    rows = rows_of(
        changes,
        [at(0, "09:00"), at(7, "09:00"), at(14, "09:00")],
        desk=[[2 * HOUR, HOUR, 2 * HOUR]],
        field=[[MINUTE, 2 * MINUTE, MINUTE]],
    )
    handled = of_stage(rows, Stage.HANDLING)
    assert [(row.start, row.end) for row in handled] == [
        (at(0, "09:03"), at(0, "11:03")),
        (at(7, "09:03"), at(7, "09:33")),
        (at(14, "09:03"), at(14, "11:03")),
    ]
    assert of_stage(rows, Stage.FIELD)[1].end == at(7, "09:34")


# What is left out changes nothing.

QUIET: dict[str, dict[str, Any]] = {
    "chasers": {
        "chasers": {
            "team": "operators",
            "after": fixed(90 * DAY),
            "again": fixed(DAY),
            "most": 1,
            "talk": fixed(MINUTE),
            "first": True,
        }
    },
    "repeats": {"repeats": REPEATS["repeats"] | {"team": "operators", "share": 0.0}},
    "rating": {"rating": RATING["rating"] | {"share": 0.0, "direct_share": 0.0}},
    "bulletin": {"bulletin": {"named": 3, "speed": 1.0}},
    "bulletin without replies enough": {"bulletin": {"named": 3, "least": 1_000_000, "speed": 5.0}},
}


@pytest.mark.parametrize("quiet", QUIET.values(), ids=QUIET)
def test_what_never_happens_changes_no_tick(quiet: dict[str, Any]) -> None:
    one, other = (hs.simulate(small_town(more), engine="core") for more in ({}, quiet))
    for name, column in one.visits.items():
        assert (column == other.visits[name]).all(), name


def test_stages_beside_a_ticket_s_own_life_carry_no_opinion() -> None:
    changes = CHASERS | RATING | {"chasers": SECOND["chasers"]}
    rows = rows_of(
        changes, [at(0, "09:00")], **RATED | {"chase_after": MINUTE, "rate_bad": 0.1, "field": 9 * HOUR}
    )
    beside = [row for row in rows if row.stage in BESIDE]
    assert {row.stage for row in beside} == set(BESIDE)
    assert {row.opinion for row in beside} == {UNKNOWN}
    assert next(row for row in rows if row.outcome == Outcome.REPLIED).opinion == SOLVED_BIT + SATISFIED_BIT
