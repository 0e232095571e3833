"""Automatic dispatch, the line for enterprises, three-party calls and the counter, worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

import hotline_sim as hs
from hotline_sim.clock.ticks import HOUR, MINUTE, NEVER, SECOND
from hotline_sim.engines.core.engine import Core
from hotline_sim.engines.core.key_figures import summarise
from hotline_sim.errors import ScenarioError
from hotline_sim.network.build import build
from hotline_sim.network.codes import UNSTAFFED, Outcome, Stage
from hotline_sim.results.conservation import check_conservation
from hotline_sim.results.log import build_log
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
    one_unit_tables,
    small_town,
    team,
)

if TYPE_CHECKING:
    from scenarios import Engine, Row

PARKS = {"units.parks": {"label": LABEL, "kind": "department", "staff": 1}}
# Units by number: parks, works; the ticket belongs to works.
PARKS_NUMBER, WORKS = 0, 1


def rows_of(changes: dict[str, Any], arrival: list[int], **columns: Any) -> list[Row]:
    """Rows of tickets that are recorded after a minute, and signed for a minute after their dispatch."""
    network = build(one_unit(changes))
    return log_rows(network, by_hand(network, arrival, **columns))


# Automatic dispatch. The desk needs an hour for a ticket, the system 19 seconds.

SYSTEM = PARKS | {
    "automatic_dispatch": {"share": 0.5, "misroute": 0.03, "work": fixed(19 * SECOND)},
    "dispatch.misroute": 0.08,
    "dispatch.most_returns": 2,
}
TIMES = {"dispatch": HOUR, "automatic_work": 19 * SECOND}


def test_the_system_sends_a_ticket_past_the_desk() -> None:
    """Three calls at 9:00, 9:01 and 9:02; the third is the system's and does not wait for the first two."""
    arrival = [at(0, "09:00"), at(0, "09:01"), at(0, "09:02")]
    rows = rows_of(SYSTEM, arrival, automatic=[[0.9, 0.51, 0.49]], **TIMES)
    assert [(row.station == UNSTAFFED, row.start, row.end, row.outcome) for row in of_stage(rows, 1)] == [
        (False, at(0, "09:01"), at(0, "10:01"), Outcome.DISPATCHED),
        (False, at(0, "10:01"), at(0, "11:01"), Outcome.DISPATCHED),
        (True, at(0, "09:03"), at(0, "09:03") + 19 * SECOND, Outcome.AUTOMATIC),
    ]


@pytest.mark.parametrize(
    ("automatic", "misroute", "unit"),
    [(0.9, 0.079, PARKS_NUMBER), (0.9, 0.081, WORKS), (0.1, 0.029, PARKS_NUMBER), (0.1, 0.031, WORKS)],
)
def test_the_system_and_the_desk_are_wrong_each_with_its_own_probability(
    automatic: float, misroute: float, unit: int
) -> None:
    rows = rows_of(SYSTEM, [at(0, "09:00")], automatic=automatic, misroute=[[misroute], [0.9], [0.9]])
    signs = of_stage(rows, Stage.SIGN)
    assert signs[0].unit == unit
    assert [row.outcome for row in signs] == (
        [Outcome.SIGNED] if unit == WORKS else [Outcome.RETURNED, Outcome.SIGNED]
    )
    assert signs[-1].unit == WORKS


def test_what_a_unit_returned_goes_to_the_desk() -> None:
    rows = rows_of(SYSTEM, [at(0, "09:00")], automatic=0.1, misroute=[[0.01], [0.01], [0.9]], **TIMES)
    # One minute of talk, 19 seconds, and a minute until the unit returns it.
    returned = at(0, "09:02") + 19 * SECOND
    assert [(row.ready, row.end, row.outcome) for row in of_stage(rows, Stage.DISPATCH)] == [
        (at(0, "09:01"), at(0, "09:01") + 19 * SECOND, Outcome.AUTOMATIC),
        (returned, returned + HOUR, Outcome.DISPATCHED),
        (returned + HOUR + MINUTE, returned + 2 * HOUR + MINUTE, Outcome.DISPATCHED),
    ]


def test_urgent_tickets_are_left_to_a_person() -> None:
    changes = SYSTEM | {"categories.all.urgent_share": 1.0}
    (dispatch,) = of_stage(rows_of(changes, [at(0, "09:00")], automatic=0.1, urgent=1), Stage.DISPATCH)
    assert dispatch.outcome == Outcome.DISPATCHED
    assert dispatch.station != UNSTAFFED


def test_dispatches_of_the_system_are_counted_in_both_figures() -> None:
    network = build(one_unit(SYSTEM))
    arrival = [at(day, "09:00") for day in range(4)]
    draws = by_hand(network, arrival, automatic=[[0.9, 0.1, 0.9, 0.9]], misroute=[[0.01, 0.01, 0.9, 0.9]] * 3)
    log = build_log(network, draws, des(network, draws), scenario="x", seed=1, replication=0, engine="des")
    figures = hs.kpis(log)
    # Two tickets are returned twice: eight dispatches, four of which come back.
    assert (figures["return_rate"].numerator, figures["return_rate"].denominator) == (4, 8)
    rate = figures["automatic_dispatch_rate"]
    assert (rate.numerator, rate.denominator) == (1, 8)
    assert log.tickets["dispatched"][1] - network.start == at(1, "09:01") + MINUTE  # by hand: a minute
    assert "automatic_dispatch_rate" not in hs.kpis(hs.simulate(small_town(), engine="core"))


# Editions of the catalogue: from 3 March on (day 2) half as many mistakes, from 5 March on (day 4) none.

EDITIONS = {
    "dispatch.updates": [
        {"start": date(2021, 3, 3), "misroute_factor": 0.5},
        {"start": date(2021, 3, 5), "misroute_factor": 0.0},
    ]
}


@pytest.mark.parametrize("automatic", [0.1, 0.9])
@pytest.mark.parametrize(
    ("day", "clock", "highest"),
    [(0, "09:00", 1.0), (1, "23:57", 1.0), (1, "23:58", 0.5), (2, "09:00", 0.5), (4, "09:00", 0.0)],
)
def test_mistakes_go_by_the_edition_in_use_when_the_dispatch_ends(
    automatic: float, day: int, clock: str, highest: float
) -> None:
    """A call at 23:58 is dispatched at midnight, with the new edition."""
    base = 0.03 if automatic < 0.5 else 0.08
    for factor, wrong in ((0.99, True), (1.01, False)):
        number = max(base * highest * factor, 1e-9)
        misroute = [[number], [0.9], [0.9]]
        rows = rows_of(SYSTEM | EDITIONS, [at(day, clock)], automatic=automatic, misroute=misroute)
        first = of_stage(rows, Stage.SIGN)[0]
        assert (first.unit != WORKS) == (wrong and highest > 0)
        assert (first.outcome == Outcome.RETURNED) == (first.unit != WORKS)


# The line for enterprises. One operator, one dispatcher, one handler; tickets are due in five working days.

LINE = {"enterprise": {"share": 0.5}}
NOT_FIRST = {"enterprise": {"share": 0.5, "first": False}}


@pytest.mark.parametrize(("changes", "order"), [(LINE, [0, 3, 1, 2]), (NOT_FIRST, [0, 1, 2, 3])])
def test_enterprises_go_first_on_the_phone_but_interrupt_nobody(
    changes: dict[str, Any], order: list[int]
) -> None:
    """The operator talks to the first caller until 9:10; the last one to call is an enterprise."""
    arrival = [at(0, "09:00"), at(0, "09:01"), at(0, "09:02"), at(0, "09:03")]
    talk = [10 * MINUTE, MINUTE, MINUTE, MINUTE]
    rows = rows_of(changes, arrival, talk=talk, enterprise=[[0, 0, 0, 1]])
    calls = sorted(of_stage(rows, Stage.INTAKE), key=lambda row: row.start)
    assert [row.ticket for row in calls] == order
    assert calls[1].start == at(0, "09:10")


@pytest.mark.parametrize("engine", [des, lambda network, draws: Core(network, draws).run()])
def test_enterprises_go_first_at_seats_for_certain_callers_too(engine: Engine) -> None:
    changes = LINE | {"teams.seats": team(1), "skills.dialect": {"team": "seats", "share": 0.5}}
    network = build(one_unit(changes))
    arrival = [at(0, "09:00"), at(0, "09:01"), at(0, "09:02")]
    draws = by_hand(network, arrival, talk=10 * MINUTE, enterprise=[[0, 0, 1]], skill=0.1)
    calls = sorted(of_stage(log_rows(network, draws, engine), Stage.INTAKE), key=lambda row: row.start)
    assert [row.ticket for row in calls] == [0, 2, 1]


def test_a_team_of_their_own_takes_enterprises() -> None:
    changes = {"enterprise": {"share": 0.5, "team": "seats"}, "teams.seats": team(1)}
    network = build(one_unit(changes))
    draws = by_hand(network, [at(0, "09:00")] * 3, talk=10 * MINUTE, enterprise=[[0, 1, 1]])
    rows = of_stage(log_rows(network, draws), Stage.INTAKE)
    seats = network.names.stations.index("seats")
    assert [(row.station == seats, row.start) for row in rows] == [
        (False, at(0, "09:00")),
        (True, at(0, "09:00")),
        (True, at(0, "09:10")),
    ]
    log = build_log(network, draws, des(network, draws), scenario="x", seed=1, replication=0, engine="des")
    assert set(log.meta.live_stations) == {seats, network.names.stations.index("operators")}
    figures = hs.kpis(log)
    assert figures["mean_speed_of_answer"].value == 200.0  # ten minutes over three calls
    assert figures["enterprise_mean_speed_of_answer"].value == 300.0
    assert figures["enterprise_requests"].value == 2


def test_urgent_tickets_go_before_those_of_enterprises_at_the_desk_and_at_the_unit() -> None:
    """All wait for the dispatcher, who is busy until 9:11, and then for the handler."""
    arrival = [at(0, "09:00"), at(0, "09:02"), at(0, "09:03"), at(0, "09:04")]
    changes = LINE | {"categories.all.urgent_share": 0.5}
    dispatch = [[10 * MINUTE, MINUTE, MINUTE, MINUTE]]
    rows = rows_of(
        changes, arrival, dispatch=dispatch, desk=HOUR, enterprise=[[0, 0, 1, 0]], urgent=[0, 0, 0, 1]
    )
    for stage in (Stage.DISPATCH, Stage.HANDLING):
        served = sorted(of_stage(rows, stage), key=lambda row: row.start)
        # The first ticket to be dispatched is in the handler's hands before the others come.
        assert [row.ticket for row in served] == [0, 3, 2, 1]


def test_limits_of_enterprises_are_their_own() -> None:
    changes = {"enterprise": {"share": 0.5, "limits": {"complaint": "2 working days"}}}
    changes |= {"categories.all.urgent_share": 0.5}
    rows = rows_of(changes, [at(0, "09:00")] * 3, enterprise=[[1, 1, 0]], urgent=[0, 1, 0])
    dues = {row.ticket: row.due for row in of_stage(rows, Stage.SIGN)}
    assert dues == {0: at(2, "18:00"), 1: at(1, "09:00"), 2: at(7, "18:00")}
    rows = rows_of(LINE, [at(0, "09:00")], enterprise=1)
    assert of_stage(rows, Stage.SIGN)[0].due == at(7, "18:00")  # left out: as for everybody


# Escalation. Limit four hours; tickets of Monday 9:00, 9:10, 9:20 and 9:30 are due at 13:00, 13:10, 13:20 and
# 13:30. The handler is busy with the first until 15:03 (noon to two o'clock is a break).


def order_under(changes: dict[str, Any], enterprise: list[int]) -> list[int]:
    """Tickets in the order in which they are handled."""
    arrival = [at(0, "09:00"), at(0, "09:10"), at(0, "09:20"), at(0, "09:30")]
    late = {"classes.complaint.limit": "4 h"}
    rows = rows_of(late | changes, arrival, desk=[[4 * HOUR, HOUR, HOUR, HOUR]], enterprise=[enterprise])
    handled = sorted(of_stage(rows, Stage.HANDLING), key=lambda row: row.start)
    assert handled[1].start == at(0, "15:03")
    return [row.ticket for row in handled]


def line(after: str, **more: Any) -> dict[str, Any]:
    return {"enterprise": {"share": 0.5, "first": False, "escalate_after": after, **more}}


def test_a_ticket_before_the_mayor_goes_before_others() -> None:
    assert order_under(line("3 h"), [0, 0, 0, 1]) == [0, 1, 2, 3]
    assert order_under(line("0 h"), [0, 0, 0, 1]) == [0, 3, 1, 2]


def test_a_ticket_is_escalated_on_the_tick_after_its_time() -> None:
    """The last ticket is due at 13:30; the handler chooses at 15:03, 93 minutes later.

    On that very tick it is too late to be put first; then it is second when the handler chooses again.
    """
    assert order_under(line("93 min"), [0, 0, 0, 1]) == [0, 1, 3, 2]
    assert order_under(line(f"{93 * MINUTE - 1} ms"), [0, 0, 0, 1]) == [0, 1, 3, 2]
    assert order_under(line(f"{93 * MINUTE - 2} ms"), [0, 0, 0, 1]) == [0, 3, 1, 2]


def test_the_mayor_comes_in_place_of_supervision() -> None:
    """All are red at 15:03; the enterprise's would be too, but goes by the mayor alone."""
    red = {"supervision": {"steps": ["10 min", "20 min", "30 min"]}}
    assert order_under(red | line("3 h"), [0, 1, 0, 0]) == [0, 2, 3, 1]
    assert order_under(red | line("1 h"), [0, 0, 0, 1]) == [0, 3, 1, 2]
    first = {"enterprise": {"share": 0.5, "escalate_after": "3 h"}}
    assert order_under(red | first, [0, 0, 1, 0]) == [0, 2, 1, 3]


def test_work_goes_faster_once_it_is_escalated() -> None:
    """Due on Monday, day 7, at 18:00 and escalated then: the rest of the field time is halved."""
    slow, fast, others = (
        of_stage(
            rows_of(
                line("0 h", escalate_after="1 h", speed=speed),
                [at(0, "09:00")],
                desk=HOUR,
                field=45 * HOUR,
                enterprise=flag,
            ),
            Stage.FIELD,
        )[0]
        for speed, flag in ((1.0, 1), (2.0, 1), (2.0, 0))
    )
    # On the evening of day 7, 4 h 3 min of the field time are left: on day 8 until 15:03, at double speed
    # until 11:01:30.
    assert (slow.end, others.end) == (at(8, "15:03"), at(8, "15:03"))
    assert fast.end == at(8, "11:01") + 30 * SECOND


def test_what_is_escalated_is_in_the_log_and_in_the_figures() -> None:
    """Due at 11:03 and escalated at 12:00. The first reply is at 11:03, the second after the break."""
    limits = {"classes.complaint.limit": "3 h"} | line("57 min", limits={"complaint": "123 min"})
    network = build(one_unit(limits))
    arrival = [at(0, "09:00"), at(0, "09:00"), at(0, "09:00"), at(1, "09:00")]
    draws = by_hand(
        network, arrival, desk=[[HOUR, HOUR, MINUTE, MINUTE]], field=HOUR, enterprise=[[1, 1, 0, 1]]
    )
    log = build_log(network, draws, des(network, draws), scenario="x", seed=1, replication=0, engine="des")
    assert log.tickets["enterprise"].tolist() == [1, 1, 0, 1]
    replied = [int(tick) - network.start for tick in log.tickets["replied"]]
    assert replied == [at(0, "11:03"), at(0, "14:03"), at(0, "14:04"), at(1, "10:04")]
    assert log.tickets["escalated"].tolist() == [NEVER, network.start + at(0, "12:00"), NEVER, NEVER]
    figures = hs.kpis(log)
    rate = figures["enterprise_escalation_rate"]
    assert (rate.numerator, rate.denominator) == (1, 3)
    on_time = figures["enterprise_reply_rate_within_deadline"]
    assert (on_time.numerator, on_time.denominator) == (2, 3)
    response = (123 + 303 + 64) / 60
    assert figures["enterprise_response_time_mean"].value == pytest.approx(response / 3)


# Three-party calls. A minute of talk; after-call work of three minutes for a ticket, one for a direct answer.

THREE = {
    "three_party": {"share": 0.5, "talk": fixed(5 * MINUTE)},
    "intake.after_call_direct": "1 min",
    "intake.after_call_ticket": "3 min",
}


def calls_of(changes: dict[str, Any], clock: str, **columns: Any) -> list[tuple[int, int, int]]:
    """Outcome, time on the line and after-call work of calls that come at a clock time of a Monday."""
    columns = {"three_party": 0.1, "three_party_talk": 5 * MINUTE} | columns
    rows = of_stage(rows_of(THREE | changes, [at(0, clock)], **columns), Stage.INTAKE)
    return [(row.outcome, row.end - row.start - row.after_call, row.after_call) for row in rows]


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [("08:59", False), ("09:00", True), ("11:59", True), ("12:00", False), ("14:00", True), ("18:00", False)],
)
def test_the_unit_joins_a_call_that_comes_in_its_hours(clock: str, is_open: bool) -> None:
    settled = (Outcome.THIRD_PARTY, 6 * MINUTE, MINUTE)
    recorded = (Outcome.RECORDED, MINUTE, 3 * MINUTE)
    assert calls_of({}, clock) == [settled if is_open else recorded]
    assert calls_of({"units.works.hours": "always"}, clock) == [settled]


def test_a_share_of_the_calls_is_settled_so() -> None:
    assert calls_of({}, "09:00", three_party=0.51)[0][0] == Outcome.RECORDED
    of_class = {"three_party": THREE["three_party"] | {"classes": {"complaint": 0.6}}}
    assert calls_of(of_class, "09:00", three_party=0.59)[0][0] == Outcome.THIRD_PARTY


def test_what_is_urgent_written_or_no_request_is_not_settled_with_the_unit() -> None:
    urgent = {"categories.all.urgent_share": 1.0}
    assert calls_of(urgent, "09:00", urgent=1)[0][0] == Outcome.RECORDED
    assert calls_of({"channels.phone.live": False}, "09:00")[0][0] == Outcome.RECORDED
    assert calls_of({"channels.phone.invalid_share": 0.5}, "09:00", invalid=0.1)[0][0] == Outcome.INVALID
    direct = {"classes.complaint.direct_answer": 0.5}
    assert calls_of(direct, "09:00", direct=0.1) == [(Outcome.DIRECT, MINUTE, MINUTE)]


def test_a_three_party_call_is_a_direct_answer() -> None:
    network = build(one_unit(THREE | {"classes.complaint.direct_answer": 0.5}))
    arrival = [at(0, "09:00"), at(0, "10:00"), at(0, "11:00"), at(0, "12:30")]
    draws = by_hand(network, arrival, direct=[0.1, 0.9, 0.9, 0.9], three_party=[[0.1, 0.1, 0.9, 0.1]])
    log = build_log(network, draws, des(network, draws), scenario="x", seed=1, replication=0, engine="des")
    figures = hs.kpis(log)
    check_conservation(log)
    rate = figures["direct_answer_rate"]
    assert (rate.numerator, rate.denominator) == (2, 4)
    rate = figures["three_party_rate"]
    assert (rate.numerator, rate.denominator) == (1, 2)
    # The reply is given as the talk ends: by hand a minute, and another of the three.
    assert log.tickets["replied"][1] - network.start == at(0, "10:02")


QUICK = {"team": "operators", "share": 0.1, "work": fixed(MINUTE), "limit": "30 min"}


# Thirty-minute service. One clerk is at the counter from 9 to 17 h; tickets are recorded after a minute.

COUNTER: dict[str, Any] = {
    "teams.counter": team(1, "09:00", "17:00"),
    "quick_service": {"team": "counter", "share": 0.5, "work": fixed(20 * MINUTE), "limit": "30 min"},
}
THERE = {"counter": 0.1, "counter_work": 20 * MINUTE}


def visit_of(changes: dict[str, Any], clock: str, **columns: Any) -> Row:
    """Second visit of a ticket: at the counter, or at the dispatch desk."""
    rows = rows_of(COUNTER | changes, [at(0, clock)], **THERE | columns)
    return next(row for row in rows if row.stage != Stage.INTAKE)


@pytest.mark.parametrize(
    ("clock", "stage"),
    [
        ("08:58", Stage.DISPATCH),
        ("08:59", Stage.COUNTER),
        ("16:58", Stage.COUNTER),
        ("16:59", Stage.DISPATCH),
        ("00:00", Stage.DISPATCH),
    ],
)
def test_the_counter_takes_what_is_recorded_while_it_is_staffed(clock: str, stage: int) -> None:
    assert visit_of({}, clock).stage == stage


def test_shares_classes_and_urgency_say_what_goes_to_the_counter() -> None:
    quick = COUNTER["quick_service"]
    assert visit_of({}, "10:00", counter=0.51).stage == Stage.DISPATCH
    assert visit_of({"quick_service": quick | {"categories": {"all": 0.1}}}, "10:00").stage == Stage.DISPATCH
    assert visit_of({"quick_service": quick | {"classes": ["complaint"]}}, "10:00").stage == Stage.COUNTER
    help_too = {
        "classes.complaint.share": 0.5,
        "classes.help": one_unit_tables()["classes"]["complaint"] | {"share": 0.5},
    }
    only_help = help_too | {"quick_service": quick | {"classes": ["help"]}}
    assert visit_of(only_help, "10:00", request_class=1).stage == Stage.DISPATCH
    assert visit_of(only_help, "10:00", request_class=2).stage == Stage.COUNTER
    assert visit_of({"categories.all.urgent_share": 0.5}, "10:00", urgent=1).stage == Stage.DISPATCH


def test_the_counter_gives_the_reply_within_its_limit_or_breaks_it() -> None:
    """Recorded at 10:01, 10:02 and 10:03; done at 10:21, 10:41 and 11:01; due half an hour later."""
    network = build(one_unit(COUNTER))
    draws = by_hand(network, [at(0, "10:00"), at(0, "10:01"), at(0, "10:02"), at(0, "10:03")], **THERE)
    draws.counter[0, 3] = 0.9  # goes to the unit
    rows = of_stage(log_rows(network, draws), Stage.COUNTER)
    assert [(row.start, row.end, row.due, row.target, row.outcome, row.unit) for row in rows] == [
        (at(0, "10:01"), at(0, "10:21"), at(0, "10:31"), at(0, "10:31"), Outcome.REPLIED, -1),
        (at(0, "10:21"), at(0, "10:41"), at(0, "10:32"), at(0, "10:32"), Outcome.REPLIED, -1),
        (at(0, "10:41"), at(0, "11:01"), at(0, "10:33"), at(0, "10:33"), Outcome.REPLIED, -1),
    ]
    log = build_log(network, draws, des(network, draws), scenario="x", seed=1, replication=0, engine="des")
    check_conservation(log)
    figures = hs.kpis(log)
    assert figures["quick_service_replies"].value == 3
    breaches = figures["quick_service_breach_rate"]
    assert (breaches.numerator, breaches.denominator) == (2, 3)
    assert figures["tickets_dispatched"].value == 1
    on_time = figures["on_time_closure_rate"]
    assert (on_time.numerator, on_time.denominator) == (2, 4)
    assert figures["reply_rate"].value == 1.0
    assert log.tickets["dispatched"][0] == log.tickets["handling"][0] == NEVER
    for name, kpi in summarise(network, draws).items():
        if not name.startswith("response_time_p"):  # from a histogram
            assert kpi == figures[name], name


def test_work_is_done_again_at_the_counter() -> None:
    """Replied to at 10:21, the citizen is called at once and dissatisfied; due in three working days."""
    changes = COUNTER | CALLED_BACK | {"callback.reached": 1.0, "callback.most_tries": 1}
    columns: dict[str, Any] = THERE | {
        "solved": 0.99,
        "satisfied": [[0.99], [0.1], [0.1]],
        "redo": [[0.1], [0.9], [0.9]],
    }
    columns["counter_work"] = [[20 * MINUTE], [5 * MINUTE], [MINUTE]]
    rows = [row for row in rows_of(changes, [at(0, "10:00")], **columns) if row.stage != Stage.INTAKE]
    assert [(row.stage, row.attempt, row.ready, row.end, row.due, row.outcome) for row in rows] == [
        (Stage.COUNTER, 0, at(0, "10:01"), at(0, "10:21"), at(0, "10:31"), Outcome.REPLIED),
        (Stage.CALLBACK, 0, at(0, "10:21"), at(0, "10:22"), at(0, "10:31"), Outcome.REDO),
        (Stage.COUNTER, 1, at(0, "10:22"), at(0, "10:27"), at(3, "18:00"), Outcome.REPLIED),
        (Stage.CALLBACK, 0, at(0, "10:27"), at(0, "10:28"), at(3, "18:00"), Outcome.CONFIRMED),
    ]


@pytest.mark.parametrize(
    ("changes", "where", "told"),
    [
        (
            {"dispatch.updates": [EDITIONS["dispatch.updates"][0]] * 2},
            "dispatch.updates[1].start",
            "later than",
        ),
        ({"automatic_dispatch": {"share": 0.5}}, "automatic_dispatch", "misroute"),
        (
            {
                "automatic_dispatch": {
                    "share": 0.5,
                    "misroute": 0.1,
                    "work": {"family": "fixed", "mean": "1 working h"},
                }
            },
            "automatic_dispatch.work.mean",
            "clock time",
        ),
        ({"enterprise": {"share": 0.1, "team": "operatros"}}, "enterprise.team", "operators"),
        (
            {"enterprise": {"share": 0.1, "categories": {"noize": 0.1}}},
            "enterprise.categories.noize",
            "noise",
        ),
        (
            {"enterprise": {"share": 0.1, "limits": {"help": "0 h"}}},
            "enterprise.limits.help",
            "greater than 0",
        ),
        (
            {
                "three_party": {"share": 0.1, "talk": fixed(1), "classes": {"praise": 0.1}},
                "classes.praise": None,
            },
            "three_party.classes.praise",
            "[classes]",
        ),
        ({"quick_service": QUICK | {"team": "countre"}}, "quick_service.team", "[teams]"),
        (
            {"quick_service": QUICK | {"categories": {"noize": 0.1}}},
            "quick_service.categories.noize",
            "noise",
        ),
        ({"quick_service": QUICK | {"classes": ["praise"]}}, "quick_service.classes", "[classes]"),
        ({"quick_service": QUICK | {"limit": "0 min"}}, "quick_service.limit", "greater than 0"),
        ({"quick_service": QUICK | {"limit": "1 working days"}}, "quick_service.limit", "clock time"),
        ({"enterprise": {"share": 0.1, "speed": 2.0}}, "enterprise.speed", "escalate_after"),
        (
            {"enterprise": {"share": 0.1, "escalate_after": "0.5 working days"}},
            "enterprise.escalate_after",
            "whole number",
        ),
        (
            {"enterprise": {"share": 0.1, "team": "seats"}, "teams.seats": team(1, days="working")},
            "teams.seats.shifts",
            "every day",
        ),
        (
            {"automatic_dispatch": SYSTEM["automatic_dispatch"], "dispatch": None},
            "dispatch",
            "is missing",
        ),
    ],
)
def test_what_is_wrong_with_them_is_told(changes: dict[str, Any], where: str, told: str) -> None:
    with pytest.raises((ScenarioError, ValidationError)) as caught:
        small_town(changes)
    if isinstance(caught.value, ScenarioError):
        assert any(fault.where.startswith(where) for fault in caught.value.faults), caught.value
    assert told in str(caught.value)


# What is left out changes nothing.


@pytest.mark.parametrize(
    "changes",
    [
        {"automatic_dispatch": {"share": 0.0, "misroute": 1.0, "work": fixed(MINUTE)}},
        {"dispatch.updates": [{"start": date(2021, 3, 3), "misroute_factor": 1.0}]},
        {"dispatch.updates": [{"start": date(2031, 3, 3), "misroute_factor": 0.0}]},
        {"enterprise": {"share": 0.0, "limits": {"help": "1 h"}, "escalate_after": "0 h", "speed": 2.0}},
        {"enterprise": {"share": 1.0, "first": False}},
        {"three_party": {"share": 0.0, "talk": fixed(MINUTE)}},
        {"quick_service": {"team": "operators", "share": 0.0, "work": fixed(MINUTE), "limit": "30 min"}},
    ],
)
def test_what_never_happens_changes_no_tick(changes: dict[str, Any]) -> None:
    one, other = (hs.simulate(small_town(more), engine="core") for more in ({}, changes))
    for name, column in one.visits.items():
        assert (column == other.visits[name]).all(), name
