"""Counties that pass tickets on to their offices, townships and villages, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.clock.ticks import HOUR, MINUTE
from hotline_sim.engines.core.key_figures import summarise
from hotline_sim.errors import ScenarioError
from hotline_sim.network.build import build
from hotline_sim.network.codes import Outcome, Stage
from hotline_sim.network.two_level import levels
from hotline_sim.results.log import build_log
from hotline_sim.rules.local import level_of
from scenarios import CALLED_BACK, LABEL, at, by_hand, des, fixed, log_rows, of_stage, one_unit, small_town

if TYPE_CHECKING:
    from hotline_sim.network.network import Network
    from scenarios import Row

TABLE: dict[str, Any] = {
    "staff": 1,
    "work": fixed(10 * MINUTE),
    "sign_delay": fixed(20 * MINUTE),
    "office_share": 0.5,
    "townships": 2,
    "township_staff": 1,
    "village_share": 0.5,
    "village_field": fixed(30 * MINUTE),
}
COUNTY: dict[str, Any] = {"units.works.kind": "county", "two_level": TABLE}
TIMES: dict[str, Any] = {
    "local_dispatch": 10 * MINUTE,
    "local_sign": 20 * MINUTE,
    "village_field": 30 * MINUTE,
    "desk": HOUR,
    "field": HOUR,
}
OFFICE, TOWNSHIP, VILLAGE = 0.49, 0.76, 0.74
"""Uniforms: below a half it is an office, of the rest the first half is the village's."""


def network_of(changes: dict[str, Any] | None = None) -> Network:
    return build(one_unit(COUNTY | (changes or {})))


def rows_of(network: Network, arrival: list[int], **columns: Any) -> list[Row]:
    """Rows of tickets that are recorded, dispatched and signed for within three minutes."""
    return log_rows(network, by_hand(network, arrival, **(TIMES | columns)))


def station_of(network: Network, row: Row) -> str:
    return network.names.stations[row.station]


# A ticket of Monday 9:00 is signed for at 9:03.


def test_an_office_signs_and_handles_after_the_centre_has_passed_the_ticket_on() -> None:
    network = network_of()
    rows = rows_of(network, [at(0, "09:00")], local=OFFICE)
    assert [(Stage(row.stage), Outcome(row.outcome), row.end) for row in rows[2:]] == [
        (Stage.SIGN, Outcome.SIGNED, at(0, "09:03")),
        (Stage.LOCAL_DISPATCH, Outcome.PASSED_ON, at(0, "09:13")),
        (Stage.LOCAL_SIGN, Outcome.SIGNED_LOCALLY, at(0, "09:33")),
        (Stage.HANDLING, Outcome.HANDLED, at(0, "10:33")),
        (Stage.FIELD, Outcome.REPLIED, at(0, "11:33")),
    ]
    assert [station_of(network, row) for row in rows if row.stage == Stage.LOCAL_DISPATCH] == ["works/centre"]
    assert [station_of(network, row) for row in rows if row.stage == Stage.HANDLING] == ["works"]
    assert len({row.due for row in rows[1:]}) == 1


@pytest.mark.parametrize(("number", "station"), [(0.49, "works/township 1"), (0.51, "works/township 2")])
def test_a_township_has_its_own_handlers(number: float, station: str) -> None:
    network = network_of()
    rows = rows_of(network, [at(0, "09:00")], local=TOWNSHIP, township=number)
    assert [station_of(network, row) for row in rows if row.stage == Stage.HANDLING] == [station]
    assert rows[-1].end == at(0, "11:33")


def test_the_village_needs_no_second_receipt_and_no_desk() -> None:
    rows = rows_of(network_of(), [at(0, "09:00")], local=VILLAGE)
    assert [(Stage(row.stage), Outcome(row.outcome), row.end) for row in rows[3:]] == [
        (Stage.LOCAL_DISPATCH, Outcome.TO_VILLAGE, at(0, "09:13")),
        (Stage.FIELD, Outcome.REPLIED, at(0, "09:43")),
    ]


def test_centre_and_townships_wait_for_their_people_by_deadline_and_rest_outside_hours() -> None:
    """Two tickets of 11:50 share the one person of the centre; the break is from noon to two."""
    network = network_of()
    rows = rows_of(network, [at(0, "11:49"), at(0, "11:50")], local=TOWNSHIP, dispatch=MINUTE)
    passed = of_stage(rows, Stage.LOCAL_DISPATCH)
    assert [(row.start, row.end) for row in passed] == [
        (at(0, "11:52"), at(0, "14:02")),
        (at(0, "14:02"), at(0, "14:12")),
    ]
    # One township has one handler, so the second waits for the first.
    handled = of_stage(rows, Stage.HANDLING)
    assert [(row.ready, row.start) for row in handled] == [
        (at(0, "14:22"), at(0, "14:22")),
        (at(0, "14:32"), at(0, "15:22")),
    ]
    apart = rows_of(network, [at(0, "11:49"), at(0, "11:50")], local=TOWNSHIP, township=[[0.1, 0.9]])
    assert [row.start - row.ready for row in of_stage(apart, Stage.HANDLING)] == [0, 0]


def test_urgent_tickets_are_not_passed_on() -> None:
    rows = rows_of(
        network_of({"units.works.duty": 1}), [at(0, "09:00")], local=TOWNSHIP, urgent=1, request_class=1
    )
    assert not of_stage(rows, Stage.LOCAL_DISPATCH)


def test_work_done_again_goes_straight_back_to_the_township() -> None:
    network = network_of(CALLED_BACK)
    rows = rows_of(
        network, [at(0, "09:00")], local=TOWNSHIP, satisfied=[[0.999], [0.001], [0.001]], redo=0.001
    )
    assert len(of_stage(rows, Stage.LOCAL_DISPATCH)) == 1
    handled = of_stage(rows, Stage.HANDLING)
    assert [(row.attempt, station_of(network, row)) for row in handled] == [
        (0, "works/township 2"),
        (1, "works/township 2"),
    ]


def test_co_handlers_begin_with_those_who_do_the_work_and_leave_nothing_to_the_village() -> None:
    parks = {"units.parks": {"label": LABEL, "kind": "department", "staff": 1}, "co_handlers": {"share": 0.5}}
    network = network_of(parks)
    rows = rows_of(network, [at(0, "09:00")], local=VILLAGE, co_handlers=0.1, co_desk=HOUR, co_field=HOUR)
    handled = of_stage(rows, Stage.HANDLING)
    assert sorted((row.ready, station_of(network, row)) for row in handled) == [
        (at(0, "09:33"), "parks"),
        (at(0, "09:33"), "works/township 2"),
    ]
    alone = rows_of(network, [at(0, "09:00")], local=VILLAGE, co_handlers=0.9)
    assert not of_stage(alone, Stage.HANDLING)


def test_an_enterprise_goes_first_at_the_centre_too() -> None:
    """The centre has the ticket of 9:00 until 9:13; the others come at 9:04 and 9:05."""
    network = network_of({"enterprise": {"share": 0.5}})
    arrival = [at(0, "09:00"), at(0, "09:01"), at(0, "09:02")]
    rows = of_stage(rows_of(network, arrival, local=OFFICE, enterprise=[[0, 0, 1]]), Stage.LOCAL_DISPATCH)
    assert [row.start for row in rows] == [at(0, "09:03"), at(0, "09:23"), at(0, "09:13")]


def test_a_dispute_that_goes_to_mediators_is_nobodys_below_the_county() -> None:
    table = {"disputes_per_year": 1.0, "diverted": 0.2, "mediators": 1, "time": fixed(HOUR), "success": 0.9}
    network = network_of({"mediation": table})
    draws = by_hand(
        network, [at(0, "09:00")] * 3, local=TOWNSHIP, mediated=[[0.1, 0.9, 0.1]], urgent=[0, 0, 1]
    )
    found = [level_of(network.tables, draws, ticket, 0) for ticket in range(3)]
    assert found == levels(network.tables, draws, np.zeros(3, np.int64)).tolist() == [0, 2, 0]


def test_a_ticket_at_the_centre_has_the_co_handlers_that_will_begin() -> None:
    parks = {"units.parks": {"label": LABEL, "kind": "department", "staff": 1}, "co_handlers": {"share": 0.5}}
    network = network_of(parks)
    network = replace(network, tables=network.tables._replace(horizon=network.start + at(0, "09:20")))
    columns = TIMES | {"local": TOWNSHIP, "local_dispatch": HOUR, "co_handlers": [0.1, 0.9]}
    draws = by_hand(network, [at(0, "09:00")] * 2, **columns)
    log = build_log(network, draws, des(network, draws), scenario="x", seed=1, replication=0, engine="des")
    assert log.tickets["handlers"].tolist() == [2, 1]
    assert hs.kpis(log)["co_handled_rate"] == summarise(network, draws)["co_handled_rate"]
    assert hs.kpis(log)["co_handled_rate"].value == 0.5


def test_tickets_open_at_the_centre_and_before_the_second_receipt_count_as_due() -> None:
    """All are due on day 7; on day 8 one has its reply, one is to be signed for, one is at the centre."""
    network = network_of()
    network = replace(network, tables=network.tables._replace(horizon=network.start + at(8, "12:00")))
    times = TIMES | {"local_dispatch": [[HOUR, HOUR, 90 * HOUR]], "local_sign": [[HOUR, 90 * HOUR, HOUR]]}
    draws = by_hand(network, [at(0, "09:00")] * 3, local=OFFICE, **times)
    log = build_log(network, draws, des(network, draws), scenario="x", seed=1, replication=0, engine="des")
    figures = hs.kpis(log)
    for name, figure in summarise(network, draws).items():
        if not name.startswith("response_time_p"):
            assert figure == figures[name], name
    on_time = figures["on_time_closure_rate"]
    assert (on_time.numerator, on_time.denominator) == (1, 3)


def test_only_units_of_the_kind_pass_tickets_on() -> None:
    network = network_of({"two_level": TABLE | {"kind": "department"}, "units.works.kind": "department"})
    assert network.names.stations[-3:] == ("works/centre", "works/township 1", "works/township 2")
    town = build(small_town({"two_level": TABLE}))
    kinds = zip(town.names.units, town.names.unit_kinds, strict=True)
    centres = [f"{name}/centre" for name, kind in kinds if kind == "county"]
    assert [name for name in town.names.stations if name.endswith("/centre")] == centres


def test_a_unit_may_have_other_numbers() -> None:
    own = {"works": {"staff": 3, "townships": 4, "township_staff": 5}}
    network = network_of({"two_level": TABLE | {"units": own}})
    staff = dict(zip(network.names.stations, network.tables.station_staff.tolist(), strict=True))
    assert staff["works/centre"] == 3
    assert [staff[f"works/township {number}"] for number in range(1, 5)] == [5] * 4
    assert network.tables.local.townships.tolist() == [4]


def test_what_a_unit_had_before_the_run_is_not_left_to_the_village() -> None:
    """Of two open tickets one is in the field, where an hour is left; the other waits for dispatch."""
    has = {"arrived": datetime(2021, 2, 26, 10), "category": "all", "request_class": "complaint"}
    field = has | {"unit": "works", "stage": "field"}
    network = network_of({"backlog": {"tickets": [field, has]}})
    rows = rows_of(network, [0, 0], opened=[1, 2], source=1, local=VILLAGE)
    assert [(row.ticket, row.end) for row in of_stage(rows, Stage.FIELD)] == [
        (0, at(0, "10:00")),
        (1, at(0, "09:41")),
    ]
    draws = by_hand(network, [0, 0], opened=[1, 2], source=1, local=VILLAGE)
    assert levels(network.tables, draws, np.zeros(2, np.int64)).tolist() == [2, 3]


def test_levels_of_a_log_are_those_of_the_rules() -> None:
    table = {"disputes_per_year": 9.0, "diverted": 0.3, "mediators": 9, "time": fixed(HOUR), "success": 0.9}
    changes = {"two_level": TABLE, "co_handlers": {"share": 0.3}, "mediation": table}
    network = build(small_town(changes))
    draws = hs.draw(network, 1, 0)
    units = np.random.default_rng(1).integers(-1, network.tables.units, len(draws.arrival))
    found = levels(network.tables, draws, units)
    expected = [level_of(network.tables, draws, ticket, int(unit)) for ticket, unit in enumerate(units)]
    assert found.tolist() == expected
    assert set(expected) == {0, 1, 2, 3}


def test_figures_of_both_engines_and_of_the_summaries_agree() -> None:
    scenario = small_town({"two_level": TABLE | {"work": fixed(40 * MINUTE)}})
    logs = [hs.simulate(scenario, engine=engine) for engine in ("core", "des")]
    assert all(np.array_equal(logs[0].visits[name], logs[1].visits[name]) for name in logs[0].visits)
    figures, network = hs.kpis(logs[0]), build(scenario)
    whole = hs.summarise(network, hs.draw(network, 1, 0))
    for name in whole:
        if "_p" not in name or name.startswith("pass"):
            assert whole[name].value == figures[name].value, name
    assert list(whole) == [name for name in figures if name != "backlog_max"]
    visits = logs[0].visits
    inside = (visits["end"] >= logs[0].meta.start) & (visits["end"] < logs[0].meta.end)
    passed = inside & (visits["stage"] == Stage.LOCAL_DISPATCH)
    mean = (visits["end"] - visits["ready"])[passed].mean() / HOUR
    assert figures["pass_on_time_mean"].value == pytest.approx(mean, rel=1e-12)
    assert figures["village_rate"].value == (visits["outcome"][passed] == Outcome.TO_VILLAGE).mean()
    parts = [figures[f"on_time_closure_rate.{level}"] for level in ("office", "township", "village")]
    assert sum(part.denominator for part in parts) <= figures["on_time_closure_rate.county"].denominator
    assert all(part.denominator > 0 for part in parts)


def test_without_the_table_nothing_changes() -> None:
    assert build(small_town()).tables.local.on == 0
    # Units that get no tickets may pass them on as they like.
    zoo = {"label": LABEL, "kind": "zone", "staff": 1}
    idle = [
        hs.simulate(small_town({"units.zoo": zoo, "two_level": table, "dispatch.misroute": 0.0}))
        for table in (None, TABLE | {"kind": "zone"})
    ]
    names = [name for name in idle[0].visits if name != "station"]
    assert all(np.array_equal(idle[0].visits[name], idle[1].visits[name]) for name in names)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"two_level.kind": "zone"}, "two_level.kind"),
        ({"two_level.village_field": None}, "two_level.village_field"),
        ({"two_level.units": {"work": {"staff": 1}}}, "two_level.units.work"),
        ({"units.works.staff": 0}, "units.works.staff"),
        (
            {
                "units.parks": {"label": LABEL, "kind": "company", "staff": 1},
                "two_level.units": {"parks": {"staff": 1}},
            },
            "must be a unit of kind",
        ),
    ],
)
def test_faults_are_told(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        one_unit(COUNTY | changes)
    assert told in str(raised.value)
