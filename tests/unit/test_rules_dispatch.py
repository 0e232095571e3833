from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from asked import asked

from hotline_sim.clock.ticks import HOUR, MINUTE, SECOND
from hotline_sim.network.build import build
from hotline_sim.network.codes import ALWAYS, UNSTAFFED, Outcome, Stage
from hotline_sim.rules.journey import first_visit, next_visit
from hotline_sim.rules.routing import is_misrouted, right_unit, unit_for
from scenarios import LABEL, at, by_hand, ledger_of, one_unit

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network
    from hotline_sim.rules.visit import Visit


def unit(kind: str = "department", **more: Any) -> dict[str, Any]:
    return {"label": LABEL, "kind": kind, "staff": 1, **more}


FOUR_UNITS: dict[str, Any] = {
    "categories.all.units": {"works": 3.0, "health": 1.0},
    "categories.all.area_share": 0.2,
    "units.works": unit(),
    "units.health": unit(hours="long", duty=1),
    "units.north": unit("county", area_weight=0.5),
    "units.south": unit("county", area_weight=0.5),
    "hours.long": ["08:00-20:00"],
    "dispatch.misroute": 0.3,
    "dispatch.most_returns": 2,
}
HEALTH, NORTH, SOUTH, WORKS = range(4)


@pytest.fixture
def network() -> Network:
    network = build(one_unit(FOUR_UNITS))
    assert network.names.units == ("health", "north", "south", "works")
    return network


def dispatched(network: Network, end: int, **columns: Any) -> tuple[Draws, Visit]:
    """Numbers of one ticket, and its visit to sign, once the desk has dispatched it at ``end``."""
    draws = by_hand(network, [0], **columns)
    visit = first_visit(network.tables, draws, 0)
    outcome, visit = ended(network, draws, visit, MINUTE)
    assert outcome == Outcome.RECORDED
    outcome, visit = ended(network, draws, visit, end)
    assert outcome == Outcome.DISPATCHED
    return draws, visit


def ended(network: Network, draws: Draws, visit: Visit, end: int) -> tuple[int, Visit]:
    return next_visit(network.tables, draws, ledger_of(network, draws), visit, True, network.start + end)


@pytest.mark.parametrize(
    ("route", "area", "right"),
    [
        (0.0, 0, NORTH),
        (0.19, 1, SOUTH),
        # Beyond the area's share the rest is split 1 to 3 between the other units, in order of name.
        (0.2, 1, HEALTH),
        (0.39, 0, HEALTH),
        (0.41, 0, WORKS),
        (0.99, 0, WORKS),
    ],
)
def test_right_unit_follows_from_category_and_area(
    network: Network, route: float, area: int, right: int
) -> None:
    draws = by_hand(network, [0], route=route, area=area)
    assert right_unit(network.tables, draws, 0) == right


def test_dispatch_goes_wrong_below_the_probability(network: Network) -> None:
    wrong = by_hand(network, [0], misroute=[[0.29], [0.3], [0.0]])
    assert is_misrouted(network.tables, wrong, 0, 0, network.start)
    assert not is_misrouted(network.tables, wrong, 0, 1, network.start)


def test_final_assignment_never_goes_wrong(network: Network) -> None:
    draws = by_hand(network, [0], misroute=0.0, route=0.9)
    assert [is_misrouted(network.tables, draws, 0, dispatches, network.start) for dispatches in range(3)] == [
        True,
        True,
        False,
    ]
    assert unit_for(network.tables, draws, 0, 2, network.start) == WORKS


def test_single_unit_is_never_wrong() -> None:
    network = build(one_unit({"dispatch.misroute": 1.0, "dispatch.most_returns": 2}))
    draws = by_hand(network, [0], misroute=0.0, wrong_unit=0.0)
    assert not is_misrouted(network.tables, draws, 0, 0, network.start)
    assert unit_for(network.tables, draws, 0, 0, network.start) == 0


@pytest.mark.parametrize(
    ("wrong_unit", "expected"), [(0.0, HEALTH), (0.34, NORTH), (0.67, WORKS), (0.999, WORKS)]
)
def test_wrong_unit_is_any_but_the_right_one(network: Network, wrong_unit: float, expected: int) -> None:
    draws = by_hand(network, [0], misroute=0.0, wrong_unit=wrong_unit, route=0.0, area=1)
    assert right_unit(network.tables, draws, 0) == SOUTH
    assert unit_for(network.tables, draws, 0, 0, network.start) == expected


def test_right_unit_signs_in_its_own_hours(network: Network) -> None:
    draws, visit = dispatched(network, at(0, "09:30"), route=0.9, sign=7 * MINUTE)
    assert (visit.stage, visit.unit, visit.station) == (Stage.SIGN, WORKS, UNSTAFFED)
    assert (visit.ready, asked(network, draws, visit).work) == (network.start + at(0, "09:30"), 7 * MINUTE)
    assert asked(network, draws, visit).calendar == network.tables.unit_calendar[WORKS] != ALWAYS


def test_wrong_unit_takes_its_own_time_to_return(network: Network) -> None:
    draws, visit = dispatched(
        network, at(0, "09:30"), route=0.9, misroute=0.0, wrong_unit=0.0, sign=1, return_delay=3 * HOUR
    )
    assert (visit.unit, asked(network, draws, visit).work) == (HEALTH, 3 * HOUR)
    assert asked(network, draws, visit).calendar == network.tables.unit_calendar[HEALTH]
    outcome, again = ended(network, draws, visit, at(0, "12:30"))
    assert outcome == Outcome.RETURNED
    assert (again.stage, again.attempt, again.ready) == (
        Stage.DISPATCH,
        1,
        network.start + at(0, "12:30"),
    )


def test_each_dispatch_has_numbers_of_its_own(network: Network) -> None:
    draws, visit = dispatched(
        network,
        at(0, "09:30"),
        route=0.9,
        dispatch=[[1], [2], [3]],
        misroute=[[0.0], [0.0], [0.0]],
        wrong_unit=[[0.0], [0.4], [0.0]],
        return_delay=[[10], [20], [30]],
        sign=[[100], [200], [300]],
    )
    works, units, waits, outcomes = [], [visit.unit], [asked(network, draws, visit).work], []
    while visit.stage != Stage.HANDLING:
        outcome, visit = ended(
            network, draws, visit, visit.ready - network.start + asked(network, draws, visit).work
        )
        outcomes.append(outcome)
        if visit.stage == Stage.DISPATCH:
            works.append(asked(network, draws, visit).work)
        elif visit.stage == Stage.SIGN:
            units.append(visit.unit)
            waits.append(asked(network, draws, visit).work)
    assert works == [2, 3]
    assert units == [HEALTH, NORTH, WORKS]
    assert waits == [10, 20, 300]
    assert outcomes == [
        Outcome.RETURNED,
        Outcome.DISPATCHED,
        Outcome.RETURNED,
        Outcome.DISPATCHED,
        Outcome.SIGNED,
    ]
    assert (visit.unit, visit.attempt, visit.dispatches) == (WORKS, 0, 2)


def test_signed_ticket_waits_for_the_handlers_of_its_unit(network: Network) -> None:
    draws, visit = dispatched(network, at(0, "09:30"), route=0.9, desk=25 * SECOND)
    outcome, following = ended(network, draws, visit, at(0, "10:00"))
    assert outcome == Outcome.SIGNED
    assert following.stage == Stage.HANDLING
    assert network.names.stations[following.station] == "works"
    assert (following.ready, asked(network, draws, following).work) == (
        network.start + at(0, "10:00"),
        25 * SECOND,
    )
    assert asked(network, draws, following).target == following.due == visit.due


def test_urgent_ticket_goes_to_the_duty_round_the_clock(network: Network) -> None:
    draws, visit = dispatched(network, at(0, "03:00"), urgent=1, route=0.3)
    assert (visit.unit, asked(network, draws, visit).calendar) == (HEALTH, ALWAYS)
    _, following = ended(network, draws, visit, at(0, "03:01"))
    assert network.names.stations[following.station] == "health/duty"
    assert asked(network, draws, following).calendar == ALWAYS


def test_urgent_ticket_goes_to_the_desk_where_there_is_no_duty(network: Network) -> None:
    draws, visit = dispatched(network, at(0, "03:00"), urgent=1, route=0.9)
    assert asked(network, draws, visit).calendar == network.tables.unit_calendar[WORKS] != ALWAYS
    _, following = ended(network, draws, visit, at(0, "09:01"))
    assert network.names.stations[following.station] == "works"
    assert asked(network, draws, following).calendar == network.tables.unit_calendar[WORKS]


def test_wrong_unit_returns_an_urgent_ticket_as_fast_as_the_right_one_signs(network: Network) -> None:
    draws, visit = dispatched(
        network,
        at(0, "03:00"),
        urgent=1,
        route=0.9,
        misroute=0.0,
        wrong_unit=0.0,
        sign=4 * MINUTE,
        return_delay=HOUR,
    )
    assert (visit.unit, asked(network, draws, visit).work, asked(network, draws, visit).calendar) == (
        HEALTH,
        4 * MINUTE,
        ALWAYS,
    )


def test_signing_is_due_a_working_day_after_dispatch(network: Network) -> None:
    draws, visit = dispatched(network, at(4, "17:59"))  # a Friday
    assert asked(network, draws, visit).target == network.start + at(7, "18:00")


def test_urgent_ticket_must_be_signed_within_its_own_limit(network: Network) -> None:
    draws, visit = dispatched(network, at(4, "23:59"), urgent=1)
    assert asked(network, draws, visit).target == network.start + at(5, "00:29")


def test_every_dispatch_starts_a_new_limit_for_signing(network: Network) -> None:
    draws, visit = dispatched(network, at(0, "10:00"), misroute=0.0)
    _, visit = ended(network, draws, visit, at(1, "10:00"))
    _, visit = ended(network, draws, visit, at(1, "11:00"))
    assert asked(network, draws, visit).target == network.start + at(2, "18:00")
