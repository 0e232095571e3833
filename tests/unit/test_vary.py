from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.errors import ScenarioError
from hotline_sim.scenario.vary import changed, check_keys, factor_of, values_at

if TYPE_CHECKING:
    from hotline_sim.scenario.schema import Scenario


@pytest.fixture(scope="module")
def town() -> Scenario:
    staffed = changed(hs.load("small-town"), {"teams.operators.agents": 1, "units.*.staff": 2})
    return changed(staffed, {"units.works.staff": 4})


def faults(town: Scenario, changes: dict[str, Any]) -> str:
    with pytest.raises(ScenarioError) as caught:
        changed(town, changes)
    return str(caught.value)


def test_nothing_changed_is_the_same_scenario(town: Scenario) -> None:
    assert changed(town, {}) == town


def test_a_key_is_changed_and_nothing_else(town: Scenario) -> None:
    other = changed(town, {"classes.consult.direct_answer": 0.5})
    assert other.classes["consult"].direct_answer == 0.5
    assert town.classes["consult"].direct_answer == 0.9
    assert changed(other, {"classes.consult.direct_answer": 0.9}) == town


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("demand.requests_per_year", 30_000, (30_000.0,)),
        ("demand.requests_per_year", np.float64(25_000), (25_000.0,)),
        ("teams.operators.shifts[day].agents", 4, (4,)),
        ("teams.operators.shifts[all day].agents", np.int64(4), (4,)),
        ('teams.operators.shifts["all day"].agents', 4, (4,)),
        ("teams.operators.shifts[1].agents", 4, (4,)),
        ("teams.operators.shifts.day.agents", 4, (4,)),
        ("teams.operators.agents", 4, (4, 4)),
        ("teams.operators.shifts[*].agents", 4, (4, 4)),
        ("teams.*.agents", 3, (3, 3, 3)),
        ("units.*.staff", 7, (7, 7, 7, 7)),
        ('units."works".staff', 7, (7,)),
        ("units . 'works' . staff", 7, (7,)),
        ("demand.month[11]", 0.5, (0.5,)),
        ("demand.month", [1.0] * 12, ([1.0] * 12,)),
        ("intake.talk.mean", "5 min", ("5 min",)),
        ("intake.talk", {"family": "fixed", "mean": "1 min"}, ({"family": "fixed", "mean": "1 min"},)),
        ("run.horizon", date(2021, 6, 1), (date(2021, 6, 1),)),
        ("handling.effort_speed", 2, (2.0,)),
        ("hours.office[0]", "08:00-12:00", ("08:00-12:00",)),
    ],
)
def test_key_paths_lead_where_they_say(
    town: Scenario, key: str, value: object, found: tuple[object, ...]
) -> None:
    assert values_at(changed(town, {key: value}), key) == found


@pytest.mark.parametrize(
    ("key", "factor", "found"),
    [
        ("teams.operators.agents", "x2.5", (3, 3)),
        ("teams.operators.shifts[day].agents", "x0.49", (0,)),
        ("teams.operators.agents", "×3", (3, 3)),
        ("demand.requests_per_year", "x1.1", (22_000.0,)),
        ("demand.month[1]", "x1.1", (0.88,)),
        ("demand.weekday", "x10", ([12.0, 11.0, 11.0, 11.0, 10.0, 8.0, 7.0],)),
        ("intake.talk.mean", "x1.2", ("240 s",)),
        ("classes.complaint.limit", "x0.5", ("5 working days",)),
        ("classes.consult.field.mean", "x2", ("2 working days",)),
        ("units.*.staff", "x2", (4, 4, 4, 8)),
    ],
)
def test_factors_multiply_numbers_and_durations(
    town: Scenario, key: str, factor: str, found: tuple[object, ...]
) -> None:
    assert values_at(changed(town, {key: factor}), key) == found


def test_halves_are_rounded_up_in_decimals() -> None:
    """In binary, 1.15 × 10 is a little less than 11.5."""
    town = changed(hs.load("small-town"), {"units.works.staff": 10})
    assert values_at(changed(town, {"units.works.staff": "x1.15"}), "units.works.staff") == (12,)


def test_factor_of_a_text_is_only_what_looks_like_one() -> None:
    assert factor_of(" x 1.50 ") == Decimal("1.5")
    assert [factor_of(value) for value in ("x", "1.5", "x-1", "x1 s", "xx1", 1.5, None)] == [None] * 7


def test_texts_that_are_no_durations_are_replaced_not_multiplied(town: Scenario) -> None:
    """A profile may be called x2."""
    profiles = {"demand.profiles": {"usual": [1.0] * 24, "x2": [2.0] * 24}}
    other = changed(changed(town, profiles), {"categories.*.profile": "x2"})
    assert {category.profile for category in other.categories.values()} == {"x2"}


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ({"demand.request_per_year": 1}, ["demand.request_per_year: ", "did you mean requests_per_year?"]),
        ({"deman.month": 1}, ["deman.month: ", "did you mean demand?"]),
        ({"teams.operator.agents": 1}, ["teams.operator.agents: ", "did you mean operators?"]),
        ({"teams.operators.agent": 1}, ["there is no key agent in teams.operators"]),
        ({"teams.operators.shifts[night].agents": 1}, ["in teams.operators.shifts; known: "]),
        ({"demand.month[12]": 1.0}, ["demand.month has entries 0 to 11"]),
        ({"demand.month[1].x": 1}, ["demand.month[1] is 0.8 and has no keys"]),
        ({"run.horizon.day": 1}, ["the scenario has no run.horizon"]),
        ({"calendar.holidays.*": 1}, ["leads nowhere"]),
        ({"calendar.working_days[0]": 1}, ["calendar.working_days is an empty list"]),
        ({"units.newcomer": {}}, ["there is no key newcomer in units"]),
        ({"": 1}, ["is no key path"]),
        ({"demand..month": 1}, ["is no key path"]),
        ({"demand.month[": 1}, ["is no key path"]),
        ({"demand.month[1": 1}, ["is no key path"]),
        ({"demand.month]": 1}, ["is no key path"]),
        ({"run.horizon": "x2"}, ['got "x2", nothing stands there to be multiplied']),
        ({"channels.phone.live": "x2"}, ["true is no number to be multiplied"]),
        ({"units.works": "x2"}, ["a table is no number", "staff"]),
        ({"classes.consult.direct_answer": 1.2}, ["got 1.2, must be at most 1"]),
        ({"units.works.staff": 1.5}, ["got 1.5, must be a whole number"]),
        ({"units.works.staff": True}, ["must be a whole number"]),
        ({"classes.consult.share": 0.9}, ["sum to 1.4, must sum to 1"]),
        ({"intake.talk.family": "gamma"}, ["intake.talk.cv: is missing"]),
        ({"intake.talk": 1, "intake.talk.mean": "1 s"}, ["which intake.talk changes as well"]),
        ({"units.*.staff": 2, "units.works.staff": 3}, ["which units.*.staff changes as well"]),
        ({"demand.xx": 1, "units.xx": 1}, ["demand.xx: ", "units.xx: "]),
        ({"units.works.staff": -1, "units.north.speed": 0}, ["units.works.staff: ", "units.north.speed: "]),
    ],
)
def test_what_cannot_be_changed_is_told_with_its_key(
    town: Scenario, changes: dict[str, Any], messages: list[str]
) -> None:
    told = faults(town, changes)
    assert all(line.startswith("small-town: ") for line in told.splitlines())
    for message in messages:
        assert message in told


def test_keys_are_checked_without_values(town: Scenario) -> None:
    check_keys(town, ["units.*.staff", "demand.month", "run.horizon"])
    with pytest.raises(ScenarioError, match=r"demand\.moth: .*\n.*unit\.works"):
        check_keys(town, ["demand.moth", "unit.works"])
    with pytest.raises(ScenarioError, match="changes as well"):
        check_keys(town, ["demand", "demand.month"])
    with pytest.raises(ScenarioError, match="did you mean month"):
        values_at(town, "demand.moth")


def test_values_that_are_not_stated_are_none(town: Scenario) -> None:
    assert values_at(town, "run.horizon") == (None,)
