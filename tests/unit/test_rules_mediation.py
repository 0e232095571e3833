"""Disputes, mediation, screening and petitions, worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.clock.ticks import DAY, HOUR, NEVER
from hotline_sim.errors import ScenarioError
from hotline_sim.network.build import build
from hotline_sim.network.codes import Outcome, Stage
from hotline_sim.network.draws import draw
from hotline_sim.results.conservation import check_conservation
from hotline_sim.results.log import build_log
from hotline_sim.results.schema import TicketOutcome
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
    from hotline_sim.network.network import Network
    from scenarios import Row

TABLE: dict[str, Any] = {
    "disputes_per_year": 365.0,
    "diverted": 0.2,
    "mediators": 1,
    "time": fixed(8 * HOUR),
    "success": 0.9878,
}
MEDIATE = {"mediation": TABLE}
PETITIONS = {"petitions": {"unsolved": 0.1, "hard_case": 0.3, "mediation": 0.5, "unmediated": 0.2}}
LEVELS = {"county": {"every": "month", "found": 0.5}, "village": {"every": "week", "found": 0.2}}
SCREENING = {"latent": fixed(10 * DAY), "levels": LEVELS}
SCREENED = {"mediation": TABLE | {"screening": SCREENING}}
HARD = {"hard_cases": {"share": 0.1, "leaders": 1, "cases_each": 1, "time": fixed(HOUR), "success": 0.98}}
# Channels come before the source of disputes.
PHONE, DISPUTES = 0, 1
MONDAY = [at(0, "09:00")]


def rows_of(changes: dict[str, Any], arrival: list[int], **columns: Any) -> list[Row]:
    """Rows of requests that are signed for after three minutes, or of disputes; the office has 7 h a day."""
    network = build(one_unit(changes))
    return log_rows(network, by_hand(network, arrival, **({"mediation_work": 8 * HOUR} | columns)))


def log_of(network: Network, arrival: list[int], **columns: Any) -> hs.TicketLog:
    draws = by_hand(network, arrival, **({"mediation_work": HOUR} | columns))
    rows = des(network, draws)
    return build_log(network, draws, rows, scenario="one-unit", seed=0, replication=0, engine="des")


def outcomes(rows: list[Row]) -> list[tuple[str, str]]:
    return [(Stage(row.stage).name, Outcome(row.outcome).name) for row in rows]


# Disputes that nobody calls about.


@pytest.mark.parametrize(("number", "outcome"), [(0.987, "SETTLED"), (0.988, "FAILED")])
def test_a_dispute_goes_to_mediators_and_ends_there(number: float, outcome: str) -> None:
    """Brought forward on Monday at 9:00; eight hours of work end on Tuesday at 10:00."""
    rows = rows_of(MEDIATE, MONDAY, source=DISPUTES, mediated=0.9, mediation_settled=number)
    assert outcomes(rows) == [("DISPUTE", "PASSED_ON"), ("MEDIATION", outcome)]
    assert (rows[1].start, rows[1].end) == (at(0, "09:00") + 1, at(1, "10:00") + 1)
    assert rows[1].unit == -1
    assert rows[1].due == NEVER


def test_mediators_have_one_dispute_each_in_the_area_of_the_citizen() -> None:
    """Of three mediators two work in the larger area: the third dispute there waits, that elsewhere not."""
    label = {"en": "x", "zh": "x"}
    areas = {
        f"units.{name}": {"label": label, "kind": "county", "staff": 1, "area_weight": weight}
        for name, weight in (("east", 1.0), ("west", 3.0))
    }
    changes = areas | {"mediation": TABLE | {"mediators": 3}}
    network = build(one_unit(changes))
    assert network.names.stations[-2:] == ("mediators/east", "mediators/west")
    arrival = [at(0, "09:00"), at(0, "09:10"), at(0, "09:20"), at(0, "09:30")]
    rows = rows_of(changes, arrival, source=DISPUTES, mediated=0.9, area=[1, 1, 1, 0])
    starts = {row.ticket: row.start for row in of_stage(rows, Stage.MEDIATION)}
    assert starts == {0: arrival[0] + 1, 1: arrival[1] + 1, 2: at(1, "10:00") + 1, 3: arrival[3] + 1}


def test_people_are_shared_out_by_weight() -> None:
    weights = {"a": 5.0, "b": 3.0, "c": 0.1}
    units = {
        f"units.{name}": {
            "label": {"en": "x", "zh": "x"},
            "kind": "county",
            "staff": 1,
            "area_weight": weight,
        }
        for name, weight in weights.items()
    }
    network = build(one_unit(units | {"mediation": TABLE | {"mediators": 84}}))
    # One each, then 81 by weight: 50, 30 and 1.
    assert network.tables.station_staff[-3:].tolist() == [51, 31, 2]


def test_a_mediation_ends_after_so_long_at_the_latest() -> None:
    rows = rows_of({"mediation": TABLE | {"longest": "20 h"}}, MONDAY, source=DISPUTES, mediated=0.9)
    assert rows[1].end == rows[1].start + 20 * HOUR


def test_a_dispute_is_no_request() -> None:
    network = build(one_unit(MEDIATE | CALLED_BACK))
    log = log_of(network, [at(0, "09:00"), at(0, "09:30")], source=[DISPUTES, PHONE], mediated=0.9)
    check_conservation(log)
    assert log.tickets["outcome"].tolist() == [TicketOutcome.DISPUTE, TicketOutcome.TICKET]
    figures = hs.kpis(log)
    for name in ("requests_offered", "requests_accepted", "tickets_dispatched", "calls_offered"):
        assert figures[name].value == 1, name
    assert figures["reply_rate"].denominator == 1
    assert figures["mediation_cases"].value == 1
    assert figures["mediation_success_rate"].value == 1.0
    # An hour in hand, of four weeks of one mediator.
    assert figures["mediator_load"].value == pytest.approx(1 / (28 * 24))
    assert figures["mediation_time"].value == pytest.approx(1 / 24)


def test_a_team_and_a_unit_may_have_the_names_of_further_stations() -> None:
    names = {"teams.mediators": team(5), "units.joint meeting": {"label": LABEL, "kind": "zone", "staff": 7}}
    meeting = {"share": 1.0, "every": "week", "start": "14:30", "length": "2 h", "cases": 2}
    hard = {"hard_cases": HARD["hard_cases"] | {"meeting": meeting}}
    network = build(one_unit(names | hard | {"mediation": TABLE | {"mediators": 2}}))
    log = log_of(network, MONDAY, source=DISPUTES, mediated=0.9)
    figures = hs.kpis(log)
    assert figures["mediator_load"].denominator == 2 * 28 * 24
    assert figures["hard_cases_a_meeting"].denominator == 4


def test_as_many_disputes_come_in_a_year_as_are_stated() -> None:
    scenario = one_unit({"mediation": TABLE | {"disputes_per_year": 20_000.0}})
    network = build(scenario)
    source = network.demand.sources[DISPUTES]
    # March 2021 has 20 working days of the 250 of the year until the 29th.
    assert source.rate.total == pytest.approx(20_000 * 20 / 250)
    draws = draw(network, 1, 0)
    came = draws.arrival[draws.source == DISPUTES] - network.start
    assert set((came // HOUR % 24).tolist()) <= {9, 10, 11, 14, 15, 16, 17}
    assert abs(len(came) - source.rate.total) < 5 * source.rate.total**0.5


# Complaints that are disputes.


@pytest.mark.parametrize(("number", "is_mediated"), [(0.199, True), (0.201, False)])
def test_a_share_of_complaints_goes_to_mediators_and_is_answered_by_the_unit(
    number: float, is_mediated: bool
) -> None:
    rows = rows_of(MEDIATE, MONDAY, mediated=number)
    cases = of_stage(rows, Stage.MEDIATION)
    assert len(cases) == is_mediated
    assert len(of_stage(rows, Stage.HANDLING)) == (not is_mediated)
    (reply,) = of_stage(rows, Stage.FIELD)
    assert reply.outcome == Outcome.REPLIED
    if is_mediated:
        assert (cases[0].ready, cases[0].end) == (at(0, "09:03"), at(1, "10:03"))
        assert reply.end == cases[0].end + 1
        assert reply.due == at(7, "18:00")


def test_other_classes_and_urgent_complaints_are_not_diverted() -> None:
    for columns in ({"request_class": 2}, {"urgent": 1}):
        changes = MEDIATE | {"categories.all.urgent_share": 1.0}
        assert not of_stage(rows_of(changes, MONDAY, mediated=0.1, **columns), Stage.MEDIATION)


def test_without_mediation_disputes_are_left_alone_and_complaints_are_the_units() -> None:
    changes = PETITIONS | {"mediation": TABLE | {"taken": 0.0}}
    arrival = [at(0, "09:00"), at(0, "09:30"), at(0, "10:00")]
    rows = rows_of(
        changes, arrival, source=[DISPUTES, DISPUTES, PHONE], mediated=0.1, petition=[[0.19, 0.21, 0.99]]
    )
    assert outcomes([row for row in rows if row.ticket == 0]) == [
        ("DISPUTE", "FAILED"),
        ("PETITION", "PETITION"),
    ]
    assert outcomes([row for row in rows if row.ticket == 1]) == [("DISPUTE", "FAILED")]
    assert of_stage(rows, Stage.HANDLING)
    assert not of_stage(rows, Stage.MEDIATION)


# Screening.


def test_what_screening_finds_makes_no_load() -> None:
    """A dispute and a complaint that is one are prevented; a complaint that is none calls."""
    arrival = [at(0, "09:00"), at(0, "09:30"), at(0, "10:00")]
    network = build(one_unit(SCREENED))
    columns = {"source": [DISPUTES, PHONE, PHONE], "mediated": [[0.9, 0.1, 0.3]], "prevented": 1}
    log = log_of(network, arrival, **columns)
    check_conservation(log)
    stages = {ticket: set(log.visits["stage"][log.visits["ticket"] == ticket]) for ticket in range(3)}
    assert stages[0] == stages[1] == {Stage.DISPUTE}
    assert Stage.INTAKE in stages[2]
    figures = hs.kpis(log)
    assert figures["disputes_prevented"].value == 2
    assert figures["requests_offered"].value == 1
    assert figures["mediation_cases"].value == 0


def test_a_dispute_is_missed_by_each_round_while_it_exists_with_its_own_probability() -> None:
    """Ten days before a dispute of the evening of a day there were one or two Mondays, and perhaps a 1st."""
    table = TABLE | {"disputes_per_year": 60_000.0, "screening": SCREENING}
    network = build(one_unit({"mediation": table}))
    draws = draw(network, 3, 0)
    ours = draws.source == DISPUTES
    day = (draws.arrival[ours] - network.start) // DAY
    found = draws.prevented[0][ours]
    # Day 3, a Thursday: the rounds of Monday the 1st, of both levels; ten days before begins on 22 February,
    # a Monday, whose round was at midnight. Day 9, a Wednesday: those of the 1st and the 8th. Day 18, a
    # Thursday: those of the 8th, at whose midnight it did not exist yet, and of the 15th.
    for number, missed in ((3, 0.8 * 0.5), (9, 0.8 * 0.8 * 0.5), (18, 0.8)):
        group = found[day == number]
        assert len(group) > 150
        bound = 4 * (missed * (1 - missed) / len(group)) ** 0.5
        assert abs(group.mean() - (1 - missed)) < bound, number


def test_rounds_of_a_year_are_on_working_days() -> None:
    network = build(small_town({"mediation": TABLE | {"mediators": 9, "screening": SCREENING}}))
    rounds = network.demand.rounds
    assert rounds is not None
    days = (rounds.ticks - network.days.first_tick) // DAY
    assert network.days.working[days].all()
    assert (np.diff(rounds.missed) < 0).all()


# Petitions.


@pytest.mark.parametrize(
    ("columns", "probability"),
    [
        ({"solved": 0.9, "satisfied": 0.99}, 0.1),
        ({"hard": 0.0, "hard_settled": 0.99, "satisfied": 0.0}, 0.3),
        ({"mediated": 0.0, "mediation_settled": 0.99, "satisfied": 0.0}, 0.5),
        ({"source": DISPUTES, "mediated": 0.5, "mediation_settled": 0.99}, 0.5),
    ],
)
def test_whom_nobody_could_help_petitions_by_what_went_before(
    columns: dict[str, Any], probability: float
) -> None:
    changes = CALLED_BACK | MEDIATE | HARD | PETITIONS
    for number, count in ((probability - 0.001, 1), (probability + 0.001, 0)):
        rows = rows_of(changes, MONDAY, petition=number, **columns)
        last = of_stage(rows, Stage.PETITION)
        assert len(last) == count
        if count:
            assert last[0].outcome == Outcome.PETITION
            assert last[0].ready == max(row.end for row in rows if row.stage != Stage.PETITION)


def test_nobody_petitions_who_has_a_solution_or_is_satisfied() -> None:
    changes = CALLED_BACK | PETITIONS
    for columns in ({"solved": 0.0, "satisfied": 0.99}, {"solved": 0.9, "satisfied": 0.0}):
        assert not of_stage(rows_of_plain(changes, **columns), Stage.PETITION)


def rows_of_plain(changes: dict[str, Any], **columns: Any) -> list[Row]:
    network = build(one_unit(changes))
    return log_rows(network, by_hand(network, MONDAY, petition=0.0, **columns))


def test_a_petition_may_take_time() -> None:
    changes = CALLED_BACK | {"petitions": {"unsolved": 1.0, "delay": fixed(5 * DAY)}}
    rows = rows_of_plain(changes, solved=0.9, satisfied=0.99, petition_delay=5 * DAY)
    (petition,) = of_stage(rows, Stage.PETITION)
    assert petition.end == petition.ready + 5 * DAY


def test_without_mediation_there_are_more_petitions() -> None:
    tables = {"mediation": TABLE | {"disputes_per_year": 20_000.0, "mediators": 1000}, **PETITIONS}
    off = tables | {"mediation": tables["mediation"] | {"taken": 0.0}}
    one, other = (hs.kpis(hs.simulate(small_town(more), engine="des")) for more in (tables, off))
    assert one["requests_offered"].value == other["requests_offered"].value
    assert 0 < one["petitions"].value < other["petitions"].value / 2


@pytest.mark.parametrize(
    ("changes", "where", "told"),
    [
        ({"mediation": TABLE | {"hours": "offices"}}, "mediation.hours", "office"),
        ({"mediation": TABLE | {"mediators": 1}}, "mediation.mediators", "one for each area"),
        ({"mediation": TABLE | {"mediators": 9, "longest": "0 d"}}, "mediation.longest", "greater than 0"),
        (
            {
                "mediation": TABLE | {"mediators": 9},
                "channels.disputes": {
                    "label": {"en": "x", "zh": "x"},
                    "share": 0.0,
                    "team": "operators",
                    "live": False,
                },
            },
            "channels.disputes",
            "without a call",
        ),
    ],
)
def test_what_is_wrong_with_mediation_is_told(changes: dict[str, Any], where: str, told: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        small_town(changes)
    assert any(fault.where.startswith(where) for fault in caught.value.faults), caught.value
    assert told in str(caught.value)


def test_mediation_and_petitions_that_never_happen_move_no_number() -> None:
    never = {
        "mediation": TABLE | {"disputes_per_year": 0.0, "diverted": 0.0, "mediators": 9},
        "petitions": {"unsolved": 0.0},
    }
    one, other = (hs.simulate(small_town(more), engine="des") for more in ({}, never))
    for name, column in one.visits.items():
        assert np.array_equal(column, other.visits[name]), name


def test_disputes_move_no_number_of_any_request() -> None:
    plenty = {"mediation": TABLE | {"disputes_per_year": 2000.0, "mediators": 9}} | PETITIONS
    one, other = (draw(build(small_town(more)), 1, 0) for more in ({}, plenty))
    kept = other.source < other.source.max()
    assert kept.sum() == len(one.arrival)
    for name, column in one._asdict().items():
        if column.size:
            assert np.array_equal(column, getattr(other, name)[..., kept]), name
