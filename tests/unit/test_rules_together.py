"""Co-handlers, extension and supervision, worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

import hotline_sim as hs
from hotline_sim.clock.ticks import HOUR, MINUTE
from hotline_sim.errors import ScenarioError
from hotline_sim.network.build import build
from hotline_sim.network.codes import Outcome, Stage
from scenarios import LABEL, at, by_hand, log_rows, of_stage, one_unit, small_town

if TYPE_CHECKING:
    from scenarios import Row

PARKS = {"units.parks": {"label": LABEL, "kind": "department", "staff": 1}}
ROADS = {"units.roads": {"label": LABEL, "kind": "department", "staff": 1}}
TWO = PARKS | ROADS | {"co_handlers": {"share": 0.5, "two": 0.5}}
# Units by number: parks, roads, works; the ticket belongs to works.
WORKS = 2


def rows_of(changes: dict[str, Any], arrival: list[int], **columns: Any) -> list[Row]:
    """Rows of tickets that are recorded, dispatched and signed for within three minutes."""
    network = build(one_unit(changes))
    return log_rows(network, by_hand(network, arrival, **columns))


# Co-handlers. A ticket of Monday 9:00 comes to its units at 9:03.


def test_the_reply_waits_for_the_last_of_three_units() -> None:
    """Works needs an hour at the desk and one in the field, parks two and one, roads half an hour and one."""
    rows = rows_of(
        TWO,
        [at(0, "09:00")],
        desk=HOUR,
        field=HOUR,
        co_handlers=0.1,
        co_unit=[[0.0], [0.9]],
        co_desk=[[2 * HOUR], [30 * MINUTE]],
        co_field=HOUR,
    )
    fields = {row.unit: (row.end, row.outcome) for row in of_stage(rows, Stage.FIELD)}
    assert fields == {
        WORKS: (at(0, "11:03"), Outcome.JOINED),
        1: (at(0, "10:33"), Outcome.JOINED),
        # Noon to two o'clock is a break.
        0: (at(0, "14:03"), Outcome.REPLIED),
    }
    assert [row.ready for row in of_stage(rows, Stage.HANDLING)] == [at(0, "09:03")] * 3


@pytest.mark.parametrize(("number", "units"), [(0.24, 3), (0.26, 2), (0.49, 2), (0.51, 1)])
def test_shares_say_how_many_units_there_are(number: float, units: int) -> None:
    rows = rows_of(TWO, [at(0, "09:00")], co_handlers=number)
    assert len(of_stage(rows, Stage.HANDLING)) == units


@pytest.mark.parametrize("first", [0.0, 0.49, 0.51, 0.99])
@pytest.mark.parametrize("second", [0.0, 0.99])
def test_no_unit_helps_itself(first: float, second: float) -> None:
    rows = rows_of(TWO, [at(0, "09:00")], co_handlers=0.1, co_unit=[[first], [second]])
    assert sorted(row.unit for row in of_stage(rows, Stage.HANDLING)) == [0, 1, 2]


def test_urgent_tickets_and_work_done_again_are_the_lead_units_alone() -> None:
    rows = rows_of(TWO | {"categories.all.urgent_share": 1.0}, [at(0, "09:00")], co_handlers=0.1, urgent=1)
    assert len(of_stage(rows, Stage.HANDLING)) == 1


def test_a_category_may_have_a_share_of_its_own() -> None:
    changes = TWO | {"co_handlers": {"share": 0.0, "categories": {"all": 1.0}}}
    assert len(of_stage(rows_of(changes, [at(0, "09:00")], co_handlers=0.9), Stage.HANDLING)) == 2


def test_the_ticket_is_the_lead_units_whoever_was_last() -> None:
    scenario = small_town({"co_handlers": {"share": 1.0}})
    log = hs.simulate(scenario, engine="core")
    signed = log.visits["outcome"] == Outcome.SIGNED
    lead = dict(zip(log.visits["ticket"][signed], log.visits["unit"][signed], strict=True))
    assert all(log.tickets["unit"][ticket] == unit for ticket, unit in lead.items())
    assert hs.kpis(log)["reply_rate"].value == 1.0


# Extension. The limit is five working days: a ticket of Monday is due the Monday after at 18:00.

MORE = {"extension": {"asked": 0.5, "granted": 0.5, "length": "3 working days"}}
DUE, LATER = at(7, "18:00"), at(10, "18:00")


@pytest.mark.parametrize(
    ("number", "field", "due"),
    [
        (0.24, 60 * HOUR, LATER),  # still open on Monday at 18:00, and time was asked for
        (0.26, 60 * HOUR, DUE),  # not granted
        (0.24, 10 * HOUR, DUE),  # over long before
    ],
)
def test_the_deadline_is_moved_once_if_the_ticket_is_still_open(number: float, field: int, due: int) -> None:
    rows = rows_of(MORE, [at(0, "09:00")], extension=number, field=field)
    (reply,) = of_stage(rows, Stage.FIELD)
    assert reply.due == due


def test_a_unit_that_asked_for_time_hurries_in_the_last_part_of_that() -> None:
    """A limit of five days of seven hours: a fifth of it begins on day 4; of three more days, on day 9."""
    hurry = {"handling.effort_window": 0.2, "handling.effort_speed": 2.0}
    late = rows_of(hurry, [at(0, "09:00")], extension=0.1, field=45 * HOUR)
    more = rows_of(hurry | MORE, [at(0, "09:00")], extension=0.1, field=45 * HOUR)
    ends = [of_stage(rows, Stage.FIELD)[0].end for rows in (late, more)]
    assert ends[0] < DUE < ends[1] <= LATER
    assert of_stage(more, Stage.FIELD)[0].due == LATER


# Supervision. Tickets of Monday 9:00, 9:10, 9:20 and 9:30, first come first served; the handler is busy with
# the first of them until 15:03. Complaints are due in five days, requests for help in four hours,
# consultations in one.


def order_under(supervision: dict[str, Any]) -> list[int]:
    """Tickets in the order in which they are handled."""
    kind = {
        "label": LABEL,
        "share": 0.25,
        "direct_answer": 0.0,
        "desk": {"family": "fixed", "mean": "1 min"},
        "field": {"family": "fixed", "mean": "1 min"},
    }
    changes = {
        "handling.order": "first come",
        "classes.complaint.share": 0.5,
        "classes.consult": kind | {"limit": "1 h"},
        "classes.help": kind | {"limit": "4 h"},
    } | supervision
    arrival = [at(0, "09:00"), at(0, "09:10"), at(0, "09:20"), at(0, "09:30")]
    rows = rows_of(changes, arrival, desk=[[4 * HOUR, HOUR, HOUR, HOUR]], request_class=[1, 1, 2, 0])
    handled = sorted(of_stage(rows, Stage.HANDLING), key=lambda row: row.start)
    assert handled[1].start == at(0, "15:03")
    return [row.ticket for row in handled]


def test_without_supervision_the_first_to_come_goes_first() -> None:
    assert order_under({}) == [0, 1, 2, 3]
    assert order_under({"supervision": {"steps": ["1 h"], "first": False}}) == [0, 1, 2, 3]


def test_tickets_go_by_colour_once_they_are_supervised() -> None:
    """At 15:03 the consultation, due at 10:30, is orange; the request for help, due at 13:20, is blue."""
    assert order_under({"supervision": {"steps": ["1 h", "3 h"]}}) == [0, 3, 2, 1]


def test_tickets_of_one_colour_keep_their_order() -> None:
    assert order_under({"supervision": {"steps": ["1 h", "5 h"]}}) == [0, 2, 3, 1]


def test_a_ticket_that_turns_blue_as_the_handler_chooses_is_too_late() -> None:
    """The request for help, due at 13:20, is blue at 15:03, on the tick of the choice; or a tick before."""
    assert order_under({"supervision": {"steps": ["103 min"]}}) == [0, 3, 2, 1]
    assert order_under({"supervision": {"steps": [f"{103 * MINUTE - 1} ms"]}}) == [0, 2, 3, 1]


def test_supervised_work_goes_faster() -> None:
    """Due on Monday, day 7, at 18:00 and blue an hour later: the rest of the field time is halved."""
    changes = {"supervision": {"steps": ["1 h"], "speed": 2.0}}
    slow, fast = (
        of_stage(rows_of(more, [at(0, "09:00")], desk=HOUR, field=45 * HOUR), Stage.FIELD)[0]
        for more in ({}, changes)
    )
    # Field work begins on day 0 at 10:03. Until the evening of day 7 it has 6 h less 3 min of that day and
    # five days of 7 h: 40 h 57 min. The other 4 h 3 min end on day 8 at 15:03; at double speed at 11:01:30.
    assert slow.end == at(8, "15:03")
    assert fast.end == at(8, "11:01") + 30_000


@pytest.mark.parametrize(
    ("changes", "where", "told"),
    [
        (
            {"co_handlers": {"share": 0.1, "categories": {"noize": 0.1}}},
            "co_handlers.categories.noize",
            "noise",
        ),
        ({"co_handlers": {"share": 1.1}}, "co_handlers.share", "less than or equal to 1"),
        ({"extension": {"asked": 0.1, "length": "0 d"}}, "extension.length", "greater than 0"),
        ({"extension": {"asked": 0.1, "length": "1.5 working days"}}, "extension.length", "whole number"),
        (
            {"extension": {"asked": 0.1, "length": "2000 working days"}},
            "extension.length",
            "the calendar is known",
        ),
        ({"supervision": {"steps": []}}, "supervision.steps", "at least 1 item"),
        ({"supervision": {"steps": ["2 d", "1 d"]}}, "supervision.steps[1]", "longer than the step before"),
        ({"supervision": {"steps": ["24 h", "1 d"]}}, "supervision.steps[1]", "longer than the step before"),
        (
            {"supervision": {"steps": ["2 working days", "1 d"]}},
            "supervision.steps[1]",
            "this one may be over after 24 h",
        ),
        # From Sunday night to the close of business on Monday.
        (
            {"supervision": {"steps": ["18 h", "1 working day"]}},
            "supervision.steps[1]",
            "this one may be over after 18 h",
        ),
        # Nine days off at the Spring Festival of 2026, and the days worked before and after it.
        ({"supervision": {"steps": ["1 working day", "9 d"]}}, "supervision.steps[1]", "may last 264 h"),
        # From Monday morning to the close of business on Tuesday: two days of seven hours.
        ({"supervision": {"steps": ["1 working day", "14 working h"]}}, "supervision.steps[1]", "last 14 h"),
        ({"supervision": {"steps": ["7 working h", "1 working day"]}}, "supervision.steps[1]", "after 7 h"),
        (
            {"supervision": {"steps": ["1 d"], "remind_at": 1.0}},
            "supervision.remind_at",
            "less than 1",
        ),
        (
            {"supervision": {"steps": ["1 d"], "speed": 0.5}},
            "supervision.speed",
            "greater than or equal to 1",
        ),
    ],
)
def test_what_is_wrong_with_them_is_told(changes: dict[str, Any], where: str, told: str) -> None:
    with pytest.raises((ScenarioError, ValidationError)) as caught:
        small_town(changes)
    if isinstance(caught.value, ScenarioError):
        assert any(fault.where.startswith(where) for fault in caught.value.faults), caught.value
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "steps",
    [
        ["10 min", "1 working day"],
        ["1 d", "25 h"],
        ["1 d", "2 working days"],
        ["17 h", "1 working day"],
        ["1 working day", "15 working h"],
        ["6 working h", "1 working day"],
        ["1 working day", "12 d"],
    ],
)
def test_steps_of_different_units_are_accepted_where_their_order_is_sure(steps: list[str]) -> None:
    assert small_town({"supervision": {"steps": steps}}).supervision is not None


# What is left out changes nothing.


@pytest.mark.parametrize(
    "changes",
    [
        {"co_handlers": {"share": 0.0}},
        {"extension": {"asked": 0.0, "length": "3 working days"}},
        {"supervision": {"steps": ["3 working days"], "first": False}},
        {"supervision": {"steps": ["3 working days"], "first": False, "remind_at": 0.5}},
    ],
)
def test_what_never_happens_changes_no_tick(changes: dict[str, Any]) -> None:
    one, other = (hs.simulate(small_town(more), engine="core") for more in ({}, changes))
    for name, column in one.visits.items():
        assert (column == other.visits[name]).all(), name
