"""Automatic dispatch and editions of the dispatch catalogue, worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

import hotline_sim as hs
from hotline_sim.clock.ticks import HOUR, MINUTE, SECOND
from hotline_sim.errors import ScenarioError
from hotline_sim.network.build import build
from hotline_sim.network.codes import UNSTAFFED, Outcome, Stage
from hotline_sim.results.log import build_log
from scenarios import LABEL, at, by_hand, des, fixed, log_rows, of_stage, one_unit, small_town

if TYPE_CHECKING:
    from scenarios import Row

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
    ],
)
def test_what_never_happens_changes_no_tick(changes: dict[str, Any]) -> None:
    one, other = (hs.simulate(small_town(more), engine="core") for more in ({}, changes))
    for name, column in one.visits.items():
        assert (column == other.visits[name]).all(), name
