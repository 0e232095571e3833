from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from asked import asked

from hotline_sim.clock.ticks import HOUR, NEVER, datetime_of, tick_of
from hotline_sim.network.build import build
from hotline_sim.network.codes import Limit, Outcome, Stage
from hotline_sim.network.limits import due_after, reply_limit
from hotline_sim.rules.deadlines import effort_start, sign_limit
from hotline_sim.rules.journey import first_visit, next_visit
from scenarios import LABEL, at, by_hand, fixed, ledger_of, one_unit

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network
    from hotline_sim.rules.visit import Visit


def request_class(limit: str, share: float) -> dict[str, Any]:
    return {
        "label": LABEL,
        "share": share,
        "direct_answer": 0.0,
        "limit": limit,
        "desk": fixed(1),
        "field": fixed(1),
    }


LIMITS: dict[str, Any] = {
    "classes.consult": request_class("1 working days", 0.2),
    "classes.complaint": request_class("15 working days", 0.2),
    "classes.help": request_class("3 working days", 0.2),
    "classes.suggestion": request_class("5 working days", 0.2),
    "classes.praise": request_class("4 working h", 0.2),
    "urgent.limit": "24 h",
    "sign.limit": "1 working days",
    "sign.urgent_limit": "30 min",
    "outcome": {
        "solved": 1.0,
        "solved_when_late": 1.0,
        "satisfied_if_solved": 1.0,
        "satisfied_if_unsolved": 1.0,
        "redo": 0.0,
        "most_redos": 0,
        "redo_limit": "3.5 working h",
    },
}


# Spring Festival 2021: 11 to 17 February off; Sunday the 7th and Saturday the 20th worked. Office hours are
# 9 to 12 and 14 to 18.
@pytest.mark.parametrize(
    ("limit", "start", "due"),
    [
        # 18, 19 and 20 February, then 22 to 26, 1 to 5 March, 8 and 9 March.
        (Limit.CONSULT, "2021-02-10T16:00", "2021-02-18T18:00"),
        (Limit.HELP, "2021-02-10T16:00", "2021-02-20T18:00"),
        (Limit.SUGGESTION, "2021-02-10T16:00", "2021-02-23T18:00"),
        (Limit.COMPLAINT, "2021-02-10T16:00", "2021-03-09T18:00"),
        # Two hours that day, the others after the holiday.
        (Limit.PRAISE, "2021-02-10T16:00", "2021-02-18T11:00"),
        # Half a working day of seven hours.
        (Limit.REDO, "2021-02-10T16:00", "2021-02-18T10:30"),
        (Limit.SIGN, "2021-02-10T16:00", "2021-02-18T18:00"),
        # Round the clock, holiday or not.
        (Limit.URGENT, "2021-02-10T16:00", "2021-02-11T16:00"),
        (Limit.URGENT_SIGN, "2021-02-10T23:50", "2021-02-11T00:20"),
        # Begun on a holiday, or after the close of business: the next working day is the first.
        (Limit.CONSULT, "2021-02-14T08:00", "2021-02-18T18:00"),
        (Limit.CONSULT, "2021-02-10T23:59", "2021-02-18T18:00"),
        # The day on which it begins never counts, however early.
        (Limit.CONSULT, "2021-02-08T00:00", "2021-02-09T18:00"),
        # A Sunday that is worked counts.
        (Limit.CONSULT, "2021-02-06T12:00", "2021-02-07T18:00"),
        (Limit.CONSULT, "2021-02-07T12:00", "2021-02-08T18:00"),
    ],
)
def test_limits_over_spring_festival(limit: Limit, start: str, due: str) -> None:
    tables = build(one_unit(LIMITS)).tables
    found = due_after(tables, limit, tick_of(datetime.fromisoformat(start)))
    assert datetime_of(found) == datetime.fromisoformat(due)


@pytest.mark.parametrize("limit", [Limit.COMPLAINT, Limit.PRAISE])
def test_limit_beyond_the_calendar_never_ends(limit: Limit) -> None:
    tables = build(one_unit(LIMITS)).tables
    assert due_after(tables, limit, tick_of(datetime(2026, 12, 31, 17))) == NEVER


def test_working_days_end_at_the_close_of_the_deadline_hours() -> None:
    changes = {"hours.court": ["08:00-16:30"], "handling.deadline_hours": "court"}
    tables = build(one_unit(LIMITS | changes)).tables
    found = due_after(tables, Limit.CONSULT, tick_of(datetime(2021, 3, 1, 20)))
    assert datetime_of(found) == datetime(2021, 3, 2, 16, 30)


def test_limit_follows_class_unless_urgent() -> None:
    network = build(one_unit(LIMITS))
    draws = by_hand(network, [0, 0, 0], request_class=[0, 2, 2], urgent=[0, 0, 1])
    assert [reply_limit(network.tables, draws, ticket) for ticket in range(3)] == [
        Limit.CONSULT,
        Limit.HELP,
        Limit.URGENT,
    ]
    assert [sign_limit(draws, ticket) for ticket in range(3)] == [Limit.SIGN, Limit.SIGN, Limit.URGENT_SIGN]


def to_sign(network: Network, draws: Draws, instants: dict[Stage, int]) -> tuple[Visit, Visit]:
    """Last visit to sign and first visit of handling; returned once if the draws say so."""
    visit = first_visit(network.tables, draws, 0)
    while True:
        end = network.start + instants[Stage(visit.stage)] + visit.attempt * HOUR
        outcome, following = next_visit(network.tables, draws, ledger_of(network, draws), visit, True, end)
        if outcome == Outcome.SIGNED:
            return visit, following
        visit = following


# Arrival on Friday, dispatch on Monday, signing on Tuesday; returned after an hour where it goes wrong.
ARRIVAL = at(4, "23:00")
STAGES = {Stage.INTAKE: at(4, "23:01"), Stage.DISPATCH: at(7, "10:00"), Stage.SIGN: at(8, "10:00")}
TWO_UNITS = {
    "units.health": {"label": LABEL, "kind": "department", "staff": 1},
    "dispatch.misroute": 0.5,
    "dispatch.most_returns": 2,
}
AFTER_RETURN = {Stage.INTAKE: at(4, "23:01"), Stage.DISPATCH: at(6, "23:30"), Stage.SIGN: at(8, "10:00")}
"""The first dispatch ends on Sunday, the second, an hour later, on Monday."""


@pytest.mark.parametrize(
    ("clock_starts", "before_signing", "due"),
    [
        ("arrival", at(11, "18:00"), at(11, "18:00")),
        ("dispatch", at(14, "18:00"), at(14, "18:00")),
        ("sign", None, at(15, "18:00")),
    ],
)
def test_limit_runs_from_the_instant_chosen(clock_starts: str, before_signing: int | None, due: int) -> None:
    network = build(one_unit({"handling.clock_starts": clock_starts}))
    draws = by_hand(network, [ARRIVAL])
    sign, handling = to_sign(network, draws, STAGES)
    assert sign.due == (NEVER if before_signing is None else network.start + before_signing)
    assert handling.due == asked(network, draws, handling).target == network.start + due


@pytest.mark.parametrize(
    ("clock_starts", "after_return", "due"),
    [
        ("arrival", "continues", at(11, "18:00")),
        ("dispatch", "continues", at(11, "18:00")),
        ("arrival", "restarts", at(14, "18:00")),
        ("dispatch", "restarts", at(14, "18:00")),
        # Only the right unit's signature starts it, so there is nothing to restart.
        ("sign", "continues", at(15, "18:00")),
        ("sign", "restarts", at(15, "18:00")),
    ],
)
def test_limit_after_a_return(clock_starts: str, after_return: str, due: int) -> None:
    changes = {"handling.clock_starts": clock_starts, "handling.clock_after_return": after_return}
    network = build(one_unit(TWO_UNITS | changes))
    draws = by_hand(network, [ARRIVAL], misroute=[[0.1], [0.9], [0.9]])
    sign, handling = to_sign(network, draws, AFTER_RETURN)
    assert sign.attempt == 1
    assert handling.due == network.start + due


def test_hurry_begins_with_the_last_share_of_the_working_time() -> None:
    network = build(one_unit({"handling.effort_window": 0.2, "handling.effort_speed": 2.0}))
    start = network.start + at(0, "09:00")
    due = due_after(network.tables, Limit.COMPLAINT, start)
    # Six days of seven hours, of which four fifths are 33 h 36 min: four days, then 5 h 36 min on Friday.
    assert due == network.start + at(7, "18:00")
    found = effort_start(network.tables, Limit.COMPLAINT, start, due)
    assert found == network.start + at(4, "16:36")


def test_hurry_for_a_limit_round_the_clock_ignores_the_office() -> None:
    network = build(one_unit({"handling.effort_window": 0.25, "handling.effort_speed": 2.0}))
    start = network.start + at(5, "20:00")
    found = effort_start(network.tables, Limit.URGENT, start, start + 24 * HOUR)
    assert found == start + 18 * HOUR


def test_nobody_hurries_without_a_window_or_a_deadline() -> None:
    network = build(one_unit())
    assert effort_start(network.tables, Limit.COMPLAINT, network.start, network.start + HOUR) == NEVER
    network = build(one_unit({"handling.effort_window": 0.2, "handling.effort_speed": 2.0}))
    assert effort_start(network.tables, Limit.COMPLAINT, network.start, NEVER) == NEVER


def test_handling_carries_the_start_of_hurry_of_its_own_limit() -> None:
    changes = {"handling.effort_window": 0.2, "handling.effort_speed": 2.0, "handling.clock_starts": "sign"}
    network = build(one_unit(changes))
    instants = {Stage.INTAKE: 1, Stage.DISPATCH: 2, Stage.SIGN: at(0, "09:00")}
    sign, handling = to_sign(network, by_hand(network, [0]), instants)
    assert sign.effort_from == NEVER
    assert handling.effort_from == network.start + at(4, "16:36")


def test_scenario_without_a_class_gives_it_no_limit_at_all() -> None:
    tables = build(one_unit()).tables
    start = tick_of(date(2021, 3, 1))
    assert due_after(tables, Limit.PRAISE, start) > tick_of(date(9999, 12, 31))
