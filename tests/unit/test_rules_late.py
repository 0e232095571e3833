"""Extension and supervision at the edges: the tick of asking, hurry, redone work, worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hotline_sim.clock.ticks import HOUR, MINUTE, NEVER
from hotline_sim.network.build import build
from hotline_sim.network.codes import Outcome, Stage
from hotline_sim.rules.priority import place_of
from hotline_sim.rules.supervision import next_review
from hotline_sim.rules.visit import Visit
from scenarios import CALLED_BACK, LABEL, at, by_hand, ledger_of, log_rows, of_stage, one_unit

if TYPE_CHECKING:
    from scenarios import Row

# The office is open from 9 to 12 and from 14 to 18 h. A ticket of Monday, 9:00, comes to its unit at 9:03;
# with a minute at the desk, its field work begins at 9:04. It is due five working days after its arrival: on
# Monday, day 7, at 18:00; three working days more end on Thursday, day 10.
MORE = {"extension": {"asked": 0.5, "length": "3 working days"}}
HURRY = {"handling.effort_window": 0.2, "handling.effort_speed": 2.0}
DUE, LATER = at(7, "18:00"), at(10, "18:00")
HURRY_FROM = at(4, "16:36")
"""From 9:00 to the deadline there are 42 h; four fifths of them, 33 h 36 min, end on Friday."""
DONE_AGAIN = {"satisfied": [[0.999], [0.001], [0.001]], "redo": [[0.001], [0.999], [0.999]]}


def rows_of(changes: dict[str, Any], arrival: list[int], **columns: Any) -> list[Row]:
    network = build(one_unit(changes))
    return log_rows(network, by_hand(network, arrival, **columns))


def reply_of(changes: dict[str, Any], **columns: Any) -> Row:
    """End of the field work of one ticket of Monday, 9:00, for which more time would be asked for."""
    return of_stage(rows_of(changes, [at(0, "09:00")], **({"extension": 0.1} | columns)), Stage.FIELD)[-1]


# Extension.


def test_work_that_ends_as_time_would_be_asked_for_keeps_its_deadline() -> None:
    """From 9:04 on Monday until 18:00 on day 7 there are 41 h 56 min."""
    whole = 41 * HOUR + 56 * MINUTE
    reply = reply_of(MORE, field=whole)
    assert (reply.end, reply.due) == (DUE, DUE)
    reply = reply_of(MORE, field=whole + 1)
    assert (reply.end, reply.due) == (at(8, "09:00") + 1, LATER)


def test_where_units_hurry_time_is_asked_for_as_they_would_begin() -> None:
    """From 9:04 on Monday until Friday, 16:36, there are 33 h 32 min."""
    before = 33 * HOUR + 32 * MINUTE
    reply = reply_of(MORE | HURRY, field=before)
    assert (reply.end, reply.due) == (HURRY_FROM, DUE)
    reply = reply_of(MORE | HURRY, field=before + 1)
    assert (reply.end, reply.due) == (HURRY_FROM + 1, LATER)


def test_a_reply_before_the_old_deadline_has_the_new_one_if_time_was_asked_for_and_nobody_hurried() -> None:
    """Until Friday, 18:00, there are 34 h 56 min; of 36 h the rest is done on Monday at the usual pace."""
    reply = reply_of(MORE | HURRY, field=36 * HOUR)
    assert (reply.end, reply.due) == (at(7, "10:04"), LATER)


def test_an_urgent_ticket_past_its_limit_keeps_its_deadline() -> None:
    """A day after its arrival."""
    changes = MORE | {"categories.all.urgent_share": 1.0}
    assert reply_of(changes, urgent=1, field=60 * HOUR).due == at(1, "09:00")


def test_redone_work_past_its_limit_keeps_its_deadline() -> None:
    """Field work ends at 9:05, the call back at 9:06; three working days later it is Thursday."""
    reply = reply_of(MORE | CALLED_BACK, field=[[MINUTE], [60 * HOUR], [MINUTE]], **DONE_AGAIN)
    assert (reply.attempt, reply.due) == (1, at(3, "18:00"))
    assert reply.end > reply.due


def third_choice(desk: int, sign: int, changes: dict[str, Any]) -> int:
    """Ticket that a handler takes after a first one that has lasted so long.

    Ticket 1 is one of Monday, 9:10, for which more time is asked for; ticket 2 is one of Tuesday, due on
    Tuesday, day 8.
    """
    rows = rows_of(
        MORE | changes,
        [at(0, "09:00"), at(0, "09:10"), at(1, "09:00")],
        extension=[0.999, 0.1, 0.999],
        desk=[[desk, HOUR, HOUR]],
        sign=[[MINUTE, sign, MINUTE]],
    )
    handled = sorted(of_stage(rows, Stage.HANDLING), key=lambda row: row.start)
    return handled[1].ticket


def test_a_ticket_signed_after_the_tick_of_asking_has_its_new_place() -> None:
    """Signing takes 45 h of ticket 1, until 14:12 on day 8; the handler is free at 17:00.

    Its deadline was day 7, and is day 10 now: ticket 2, of day 8, goes first.
    """
    until_five = 47 * HOUR + 57 * MINUTE
    assert third_choice(until_five, 45 * HOUR, {}) == 2
    # Without an extension, or at noon on day 7, before time is asked for, it is ticket 1.
    assert third_choice(until_five, 45 * HOUR, {"extension.asked": 0.05}) == 1
    assert third_choice(37 * HOUR + 57 * MINUTE, MINUTE, {}) == 1


@pytest.mark.parametrize(("later", "ticket"), [(0, 1), (1, 1), (2, 2)])
def test_a_handler_freed_after_the_tick_of_asking_sees_the_new_place(later: int, ticket: int) -> None:
    """Four fifths of 41 h 50 min, 33 h 28 min, end on Friday at 16:38 for ticket 1.

    A tick later it has more time, but on that tick the end of work comes before the change of place.
    """
    hurry = {"handling.effort_window": 0.2, "handling.effort_speed": 1.0}
    until = 33 * HOUR + 35 * MINUTE
    assert third_choice(until + later, MINUTE, hurry) == ticket


# Supervision.


def test_pressed_work_goes_faster_from_the_first_colour_on_and_not_from_the_deadline() -> None:
    """Due at 15:00, blue at 16:00: until then 4 h 56 min of field work, then 2 h at double speed."""
    changes = {"classes.complaint.limit": "6 h", "supervision": {"steps": ["1 h"], "speed": 2.0}}
    assert reply_of(changes, field=6 * HOUR + 56 * MINUTE).end == at(0, "17:00")


def test_pressed_work_goes_on_from_the_pace_of_hurry() -> None:
    """Due at 17:00; the last quarter of eight hours begins at 15:00, blue at 17:30.

    3 h 56 min at the usual pace, 2 h 30 min at double speed are 5 h of work, and one hour more at four times
    the speed is a quarter of an hour.
    """
    changes = {
        "classes.complaint.limit": "8 h",
        "handling.effort_window": 0.25,
        "handling.effort_speed": 2.0,
        "supervision": {"steps": ["30 min"], "speed": 4.0},
    }
    assert reply_of(changes, field=9 * HOUR + 56 * MINUTE).end == at(0, "17:45")


def test_hurry_that_is_faster_than_pressed_work_stays() -> None:
    """From 15:00 on, half an hour of it blue, three hours at triple speed, after 3 h 56 min at the usual."""
    changes = {
        "classes.complaint.limit": "8 h",
        "handling.effort_window": 0.25,
        "handling.effort_speed": 3.0,
        "supervision": {"steps": ["30 min"], "speed": 2.0},
    }
    assert reply_of(changes, field=12 * HOUR + 56 * MINUTE).end == at(0, "18:00")


PRESSED_SOON = CALLED_BACK | {
    "handling.order": "first come",
    "outcome": CALLED_BACK["outcome"] | {"redo_limit": "1 h"},
    "supervision": {"steps": ["1 h"], "speed": 2.0},
}


def test_redone_work_is_not_pressed() -> None:
    """Due at 10:06, it would be blue at 11:06; after a minute at the desk, five hours end at 16:07."""
    reply = reply_of(PRESSED_SOON, field=[[MINUTE], [5 * HOUR], [MINUTE]], **DONE_AGAIN)
    assert (reply.attempt, reply.due, reply.end) == (1, at(0, "10:06"), at(0, "16:07"))


def test_redone_work_does_not_go_first() -> None:
    """The handler is busy until 15:05; a ticket waits since 9:06, and redone work due at 10:10 since 9:10."""
    rows = rows_of(
        PRESSED_SOON,
        [at(0, "09:00"), at(0, "09:02"), at(0, "09:03")],
        desk=[[MINUTE, 4 * HOUR, MINUTE], [MINUTE] * 3, [MINUTE] * 3],
        field=[[5 * MINUTE] * 3, [MINUTE] * 3, [MINUTE] * 3],
        satisfied=[[0.999, 0.001, 0.001], [0.001] * 3, [0.001] * 3],
        redo=[[0.001, 0.999, 0.999], [0.999] * 3, [0.999] * 3],
    )
    handled = sorted(of_stage(rows, Stage.HANDLING), key=lambda row: row.start)
    assert [(row.ticket, row.ready) for row in handled] == [
        (0, at(0, "09:03")),
        (1, at(0, "09:05")),
        (2, at(0, "09:06")),
        (0, at(0, "09:10")),
    ]
    assert handled[2].start == at(0, "15:05")


@pytest.mark.parametrize("redos", [0, 1])
def test_the_place_of_redone_work_never_changes(redos: int) -> None:
    """Due at 10:10 and blue at 11:10: another look is taken then, and at noon the first round goes first."""
    network = build(one_unit(PRESSED_SOON))
    draws = by_hand(network, [at(0, "09:00")])
    ledger, start = ledger_of(network, draws), network.start
    due = start + at(0, "10:10")
    visit = Visit(0, Stage.HANDLING, 3, redos, start + at(0, "09:10"), 0, due, NEVER, 0, redos, -1, 0, 0)
    tables = network.tables
    early, late = (place_of(tables, draws, ledger, visit, start + at(0, hour)) for hour in ("09:10", "12:00"))
    review = next_review(tables, draws, visit, start + at(0, "09:10"))
    if redos:
        assert (late, review) == (early, NEVER)
    else:
        assert late < early
        assert review == start + at(0, "11:10")


# Co-handlers: parks, roads and works, to which the ticket belongs.

TOGETHER = CALLED_BACK | {
    "units.parks": {"label": LABEL, "kind": "department", "staff": 1},
    "units.roads": {"label": LABEL, "kind": "department", "staff": 1},
    "co_handlers": {"share": 0.5, "two": 0.5},
}


def test_the_call_back_and_redone_work_are_the_lead_units_though_a_co_handler_was_last() -> None:
    """Parks is last, at 14:03: two hours at its desk and one in the field, over the break."""
    rows = rows_of(
        TOGETHER,
        [at(0, "09:00")],
        co_handlers=0.1,
        co_unit=[[0.0], [0.9]],
        co_desk=[[2 * HOUR], [MINUTE]],
        co_field=[[HOUR], [MINUTE]],
        **DONE_AGAIN,
    )
    parks, works = 0, 2
    parts = [(row.unit, row.outcome) for row in of_stage(rows, Stage.FIELD) if row.attempt == 0]
    assert (parks, Outcome.REPLIED) in parts
    assert [outcome for _, outcome in parts].count(Outcome.JOINED) == 2
    calls = of_stage(rows, Stage.CALLBACK)
    assert [(row.unit, row.ready, row.outcome) for row in calls] == [
        (works, at(0, "14:03"), Outcome.REDO),
        (works, at(0, "14:06"), Outcome.CONFIRMED),
    ]
    again = [row for row in rows if row.stage in (Stage.HANDLING, Stage.FIELD) and row.attempt == 1]
    assert [(row.stage, row.unit, row.outcome) for row in again] == [
        (Stage.HANDLING, works, Outcome.HANDLED),
        (Stage.FIELD, works, Outcome.REPLIED),
    ]
