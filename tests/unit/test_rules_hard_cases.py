"""Hard cases, leaders and joint meetings, worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.clock.ticks import DAY, HOUR, NEVER
from hotline_sim.errors import ScenarioError
from hotline_sim.network.build import build
from hotline_sim.network.codes import SATISFIED_BIT, SOLVED_BIT, Outcome, Stage
from hotline_sim.results.conservation import check_conservation
from hotline_sim.results.log import build_log
from scenarios import CALLED_BACK, at, by_hand, des, fixed, log_rows, of_stage, one_unit, small_town

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network
    from scenarios import Row

TABLE: dict[str, Any] = {
    "share": 0.1,
    "leaders": 1,
    "cases_each": 1,
    "time": fixed(8 * HOUR),
    "success": 0.98,
}
# The office is open for seven hours a day, from 9 to 12 and from 14 to 18.
HARD = {"hard_cases": TABLE}
MEETING = {"share": 1.0, "every": "half-month", "start": "14:30", "length": "2 h", "cases": 2}
MEET = {"hard_cases": TABLE | {"meeting": MEETING}}
MONDAY = [at(0, "09:00")]


def rows_of(changes: dict[str, Any], arrival: list[int], **columns: Any) -> list[Row]:
    """Rows of tickets that are signed for three minutes after the call of one who finds nobody before him."""
    network = build(one_unit(changes))
    return log_rows(network, by_hand(network, arrival, **({"hard_work": 8 * HOUR} | columns)))


def log_of(network: Network, draws: Draws) -> hs.TicketLog:
    """Log of hand-made draws."""
    rows = des(network, draws)
    return build_log(network, draws, rows, scenario="one-unit", seed=0, replication=0, engine="des")


def test_a_leader_takes_a_hard_case_and_the_unit_passes_on_his_answer() -> None:
    """Signed for on Monday at 9:03; eight hours of work end on Tuesday at 10:03."""
    rows = rows_of(HARD, MONDAY, hard=0.099)
    (case,) = of_stage(rows, Stage.LEADER)
    assert (case.ready, case.start, case.end) == (at(0, "09:03"), at(0, "09:03"), at(1, "10:03"))
    assert case.outcome == Outcome.SETTLED
    (reply,) = of_stage(rows, Stage.FIELD)
    assert (reply.start, reply.end, reply.outcome) == (case.end, case.end + 1, Outcome.REPLIED)
    assert reply.opinion == SOLVED_BIT + SATISFIED_BIT
    assert not of_stage(rows, Stage.HANDLING)


def test_other_tickets_and_urgent_ones_are_the_units() -> None:
    assert not of_stage(rows_of(HARD, MONDAY, hard=0.101), Stage.LEADER)
    urgent = rows_of(HARD | {"categories.all.urgent_share": 1.0}, MONDAY, hard=0.099, urgent=1)
    assert not of_stage(urgent, Stage.LEADER)


def test_leaders_have_only_so_many_cases_in_hand() -> None:
    """Cases of 9:03, 9:04 and 9:05 on Monday, eight hours each: two at a time, the third on Tuesday."""
    arrival = [at(0, "09:00"), at(0, "09:01"), at(0, "09:02")]
    rows = rows_of({"hard_cases": TABLE | {"cases_each": 2}}, arrival, hard=0.0)
    cases = of_stage(rows, Stage.LEADER)
    assert [case.start for case in cases] == [at(0, "09:03"), at(0, "09:04"), at(1, "10:03")]
    assert cases[2].end == at(2, "11:03")


@pytest.mark.parametrize(("number", "outcome"), [(0.979, Outcome.SETTLED), (0.981, Outcome.FAILED)])
def test_a_case_that_fails_is_answered_and_not_solved(number: float, outcome: Outcome) -> None:
    rows = rows_of(HARD | CALLED_BACK, MONDAY, hard=0.0, hard_settled=number)
    assert of_stage(rows, Stage.LEADER)[0].outcome == outcome
    (reply,) = of_stage(rows, Stage.FIELD)
    assert reply.outcome == Outcome.REPLIED
    assert bool(reply.opinion & SOLVED_BIT) == (outcome == Outcome.SETTLED)


def test_a_hard_case_has_a_longer_time_limit_and_never_a_shorter_one() -> None:
    usual, longer, shorter = (
        of_stage(rows_of({"hard_cases": TABLE | more}, MONDAY, hard=0.0), Stage.LEADER)[0]
        for more in ({}, {"limit": "8 working days"}, {"limit": "1 working day"})
    )
    assert (usual.due, longer.due, shorter.due) == (at(7, "18:00"), at(10, "18:00"), at(7, "18:00"))
    assert longer.target == longer.due


@pytest.mark.parametrize("more", [{}, {"supervision": {"steps": ["1 d"]}}])
def test_the_columns_tell_that_the_deadline_of_a_hard_case_was_moved(more: dict[str, Any]) -> None:
    network = build(one_unit(more | {"hard_cases": TABLE | {"limit": "8 working days"}}))
    log = log_of(network, by_hand(network, MONDAY * 2, hard=[0.0, 0.999], hard_work=HOUR))
    due, original = (log.tickets[name] - network.start for name in ("due", "original_due"))
    assert due.tolist() == [at(10, "18:00"), at(7, "18:00")]
    assert original.tolist() == [at(7, "18:00")] * 2
    assert log.tickets["extended"].tolist() == [1, 0]


def test_a_hard_case_has_no_co_handlers_and_is_not_done_again() -> None:
    parks = {"units.parks": {"label": {"en": "x", "zh": "x"}, "kind": "department", "staff": 1}}
    changes = parks | HARD | CALLED_BACK | {"co_handlers": {"share": 1.0}}
    rows = rows_of(changes, MONDAY, hard=0.0, satisfied=0.999, redo=0.0, co_handlers=0.0)
    assert not of_stage(rows, Stage.HANDLING)
    assert [row.outcome for row in of_stage(rows, Stage.CALLBACK)] == [Outcome.CONFIRMED]


# After the last redo.


@pytest.mark.parametrize("most_redos", [0, 1])
@pytest.mark.parametrize(("number", "cases"), [(0.49, 1), (0.51, 0)])
def test_who_is_dissatisfied_after_the_last_redo_goes_to_a_leader(
    most_redos: int, number: float, cases: int
) -> None:
    changes = CALLED_BACK | {"outcome.most_redos": most_redos, "hard_cases": TABLE | {"after_redos": 0.5}}
    redo = [[0.0]] * most_redos + [[number]]
    # The citizen is dissatisfied; the number of the leader's case says settled, and its rest satisfied.
    rows = rows_of(changes, MONDAY, satisfied=0.999, redo=redo, hard_settled=0.98 * 0.8)
    found = of_stage(rows, Stage.LEADER)
    assert len(found) == cases
    calls = of_stage(rows, Stage.CALLBACK)
    assert calls[-1].outcome == Outcome.CONFIRMED
    if cases:
        assert found[0].ready == calls[-1].end
        assert found[0].due == NEVER
        reply = of_stage(rows, Stage.FIELD)[-1]
        assert (reply.outcome, reply.opinion) == (Outcome.REPLIED, SOLVED_BIT + SATISFIED_BIT)
        assert reply.end == found[0].end + 1


def test_the_first_reply_and_the_last_opinion_are_told_apart() -> None:
    network = build(one_unit(CALLED_BACK | HARD | {"outcome.most_redos": 0}))
    draws = by_hand(network, MONDAY, satisfied=0.999, redo=0.0, hard_settled=0.5, hard_work=HOUR)
    log = log_of(network, draws)
    check_conservation(log)
    # A minute at the desk and one in the field from 9:03 on.
    assert log.tickets["replied"][0] == network.start + at(0, "09:05")
    assert log.tickets["solved"][0] == log.tickets["satisfied"][0] == 1


# Meetings. 1 March 2021 is a Monday; the 16th is a Tuesday, day 15; 1 April is a Thursday, day 31.


def test_a_meeting_settles_so_many_cases_and_the_rest_wait_for_the_next() -> None:
    """After the meeting of the 1st, so that the next is that of the 16th."""
    arrival = [at(1, "09:00"), at(1, "09:01"), at(1, "09:02")]
    rows = rows_of(MEET, arrival, hard=0.0, hard_meeting=0.5)
    times = [(row.start, row.end) for row in of_stage(rows, Stage.MEETING)]
    assert times == [(at(15, "14:30"), at(15, "16:30"))] * 2 + [(at(31, "14:30"), at(31, "16:30"))]
    assert not of_stage(rows, Stage.LEADER)


def test_a_case_that_joins_late_ends_with_the_meeting() -> None:
    """Signed for at 15:03 during the meeting, whose agenda has room."""
    (case,) = of_stage(rows_of(MEET, [at(15, "15:00")], hard=0.0, hard_meeting=0.0), Stage.MEETING)
    assert (case.start, case.end) == (at(15, "15:03"), at(15, "16:30"))


def test_cases_a_meeting_are_counted_by_meetings_that_ended() -> None:
    """Two meetings within the four weeks from 1 March: the 1st and the 16th; three cases at the second."""
    changes = {"hard_cases": TABLE | {"meeting": MEETING | {"cases": 3}}}
    network = build(one_unit(changes))
    arrival = [at(1, "09:00"), at(1, "09:01"), at(1, "09:02")]
    draws = by_hand(network, arrival, hard=0.0, hard_meeting=0.5, hard_work=HOUR)
    figures = hs.kpis(log_of(network, draws))
    meeting = figures["hard_cases_a_meeting"]
    assert (meeting.numerator, meeting.denominator) == (3, 2)
    assert figures["hard_cases"].value == 3
    assert figures["hard_case_success_rate"].value == 1.0
    # Ready on day 1 at 9:03, 9:04 and 9:05, ended on day 15 at 16:30.
    assert figures["hard_case_time"].value == pytest.approx((at(15, "16:30") - at(1, "09:04")) / DAY)


@pytest.mark.parametrize(
    ("changes", "where", "told"),
    [
        ({"hard_cases": TABLE | {"hours": "offices"}}, "hard_cases.hours", "office"),
        ({"hard_cases": TABLE | {"limit": "0 d"}}, "hard_cases.limit", "greater than 0"),
        ({"hard_cases": TABLE | {"limit": "1.5 working days"}}, "hard_cases.limit", "whole number"),
        ({"hard_cases": TABLE | {"limit": "3000 working days"}}, "hard_cases.limit", "calendar is known"),
        (
            {"hard_cases": TABLE | {"meeting": MEETING | {"start": "23:00"}}},
            "hard_cases.meeting.length",
            "over by midnight",
        ),
        ({"hard_cases": TABLE | {"time": fixed(-1)}}, "hard_cases.time", "must"),
    ],
)
def test_what_is_wrong_with_hard_cases_is_told(changes: dict[str, Any], where: str, told: str) -> None:
    with pytest.raises((ScenarioError, ValueError)) as caught:
        small_town(changes)
    if isinstance(caught.value, ScenarioError):
        assert any(fault.where.startswith(where) for fault in caught.value.faults), caught.value
    assert told in str(caught.value)


def test_hard_cases_that_never_happen_change_no_tick() -> None:
    never = {"hard_cases": TABLE | {"share": 0.0, "after_redos": 0.0}}
    one, other = (hs.simulate(small_town(more), engine="core") for more in ({}, never))
    for name, column in one.visits.items():
        assert np.array_equal(column, other.visits[name]), name


def test_hard_cases_move_no_number_of_anything_else() -> None:
    """Tickets that are not hard have the same talk, route, work and opinions as before."""
    from hotline_sim.network.draws import draw

    one, other = (draw(build(small_town(more)), 1, 0) for more in ({}, HARD))
    for name, column in one._asdict().items():
        if column.size:
            assert np.array_equal(column, getattr(other, name)), name
