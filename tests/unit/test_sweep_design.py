from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.errors import ScenarioError
from hotline_sim.experiment.design import Design, make_design
from hotline_sim.experiment.levels import Levels, Span, distinct, parse_range, parse_vary, range_of

if TYPE_CHECKING:
    from hotline_sim.scenario.schema import Scenario

STAFF, SPEED, TALK = "units.works.staff", "units.works.speed", "intake.talk.mean"


@pytest.fixture(scope="module")
def town() -> Scenario:
    return hs.load("small-town")


def rows(design: Design) -> list[tuple[object, ...]]:
    return [point.values for point in design.points]


# Values of one key.


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,2,4", (1, 2, 4)),
        (" 0.5 , 1 ", (0.5, 1)),
        ("x0.5,x1", ("x0.5", "x1")),
        ("15 s,1 min", ("15 s", "1 min")),
        ("true,false", (True, False)),
        ("2021-06-01", (date(2021, 6, 1),)),
        ('"due date",first come', ("due date", "first come")),
        ('["08:30-12:00", "14:00-17:00"],["09:00-17:00"]', (["08:30-12:00", "14:00-17:00"], ["09:00-17:00"])),
        ('{ family = "fixed", mean = "1 s" }', ({"family": "fixed", "mean": "1 s"},)),
        ("1,1.0,2,1", (1, 2)),
        ("1,true", (1, True)),
        ("a..b", ("a..b",)),
    ],
)
def test_values_are_read_one_by_one(text: str, values: tuple[object, ...]) -> None:
    assert parse_range(text) == Levels(values)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("1..5", Span(1, 5)),
        ("0.5..1.5:3", Span(0.5, 1.5, 3)),
        (".5..1", Span(0.5, 1)),
        ("x0.8..x1.2", Span(0.8, 1.2, None, "x{}")),
        ("10 s..30 s:5", Span(10, 30, 5, "{} s")),
        ("10..30 s", Span(10, 30, None, "{} s")),
        ("1 working days..2 working days", Span(1, 2, None, "{} working days")),
        ("-1..1", Span(-1, 1)),
    ],
)
def test_ranges_are_read_with_their_unit_and_steps(text: str, span: Span) -> None:
    assert parse_range(text) == span


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("5..1", "the low end must come first"),
        ("1..5:0", "0 steps"),
        ("1 s..5 min", "written alike"),
        ("x1..5", "written alike"),
        ("1,,2", "missing between two commas"),
    ],
)
def test_values_that_make_no_sense_are_told(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_range(text)
    with pytest.raises(ValueError, match=rf"^a\.b: .*{message}"):
        parse_vary(f"a.b={text}")


@pytest.mark.parametrize("text", ["", "a", "a=", "=1"])
def test_key_and_values_are_both_needed(text: str) -> None:
    with pytest.raises(ValueError, match="must be KEY="):
        parse_vary(text)


def test_python_values_may_be_a_sequence_an_array_a_text_or_one_value() -> None:
    assert range_of([1, 2, 2]) == Levels((1, 2))
    assert range_of(range(3)) == Levels((0, 1, 2))
    assert range_of(np.array([0.5, 1.0])) == Levels((0.5, 1.0))
    assert range_of("1..3:2") == Span(1, 3, 2)
    assert range_of(7) == Levels((7,))
    assert range_of({"family": "fixed", "mean": "1 s"}) == Levels(({"family": "fixed", "mean": "1 s"},))
    assert range_of(Span(0, 1)) == Span(0, 1)
    with pytest.raises(ValueError, match="at least one"):
        range_of([])


def test_levels_of_a_range_are_evenly_spaced_and_include_both_ends() -> None:
    assert Span(0, 1, 5).levels(whole=False).values == (0.0, 0.25, 0.5, 0.75, 1.0)
    assert Span(1, 4).levels(whole=True).values == (1, 2, 3, 4)
    assert Span(1, 4, 3).levels(whole=True).values == (1, 3, 4)
    assert Span(0.8, 1.2, 3, "x{}").levels(whole=True).values == ("x0.8", "x1", "x1.2")
    assert Span(10, 30, 3, "{} s").levels(whole=False).values == ("10 s", "20 s", "30 s")
    assert Span(0, 1, 1).levels(whole=False).values == (0.0,)
    for whole, span in ((False, Span(0, 1)), (True, Span(0, 100)), (True, Span(0, 1, None, "x{}"))):
        with pytest.raises(ValueError, match="without steps"):
            span.levels(whole=whole)


def test_places_in_a_range_stay_within_it_and_whole_numbers_are_equally_likely() -> None:
    places = (np.arange(400) + 0.5) / 400
    whole = Span(1, 4).spread(places, whole=True)
    assert [whole.count(value) for value in (1, 2, 3, 4)] == [100] * 4
    assert all(type(value) is int for value in whole)
    some = Span(0.1, 0.3).spread(np.array([0.0, 1 / 3, 1.0]), whole=False)
    assert some == [0.1, 0.166667, 0.3]
    assert Span(1, 2, None, "x{}").spread(np.array([0.5]), whole=True) == ["x1.5"]


def test_distinct_values_keep_their_order_and_their_kind() -> None:
    assert distinct([2, 1, 2.0, True, "1", [1], [1]]) == (2, 1, True, "1", [1])


# Points.


def test_grid_has_every_combination_and_the_last_key_changes_fastest(town: Scenario) -> None:
    design = make_design(town, {STAFF: "1..2", SPEED: [0.5, 1.0, 2.0]})
    assert design.keys == (STAFF, SPEED)
    assert rows(design) == [(1, 0.5), (1, 1.0), (1, 2.0), (2, 0.5), (2, 1.0), (2, 2.0)]
    assert [point.number for point in design.points] == list(range(6))
    assert design.changes(design.points[3]) == {STAFF: 2, SPEED: 0.5}


def test_a_point_is_called_the_same_in_every_design(town: Scenario) -> None:
    one = make_design(town, {STAFF: [1, 2], SPEED: [1, 2]})
    other = make_design(town, {SPEED: [2.0, 1.0, 0.5], STAFF: [2]})
    ids = {frozenset(one.changes(point).items()): point.id for point in one.points}
    shared = [point for point in other.points if frozenset(other.changes(point).items()) in ids]
    assert len(shared) == 2
    for point in shared:
        assert ids[frozenset(other.changes(point).items())] == point.id
    assert len({point.id for point in one.points}) == 4
    assert all(len(point.id) == 12 for point in one.points)


def test_digest_tells_points_and_their_order(town: Scenario) -> None:
    digests = [
        make_design(town, vary).digest
        for vary in ({STAFF: [1, 2]}, {STAFF: [2, 1]}, {STAFF: [1, 2, 3]}, {SPEED: [1, 2]})
    ]
    assert len(set(digests)) == 4
    assert make_design(town, {STAFF: "1..2"}).digest == digests[0]


@pytest.mark.parametrize("method", ["lhs", "sobol"])
def test_drawn_designs_are_spread_and_the_same_for_the_same_seed(town: Scenario, method: Any) -> None:
    vary = {SPEED: "0.5..1.5", "demand.requests_per_year": "x0.8..x1.2", STAFF: [1, 5, 9], TALK: "2..4 min"}
    design = make_design(town, vary, method=method, points=32, seed=3)
    assert len(design.points) == 32
    assert design == make_design(town, vary, method=method, points=32, seed=3)
    assert design != make_design(town, vary, method=method, points=32, seed=4)
    speeds = np.array(design.column(SPEED))
    # One in each of 32 equal slices for a hypercube, two at most for a scrambled net of powers of two.
    assert (np.bincount(((speeds - 0.5) * 31.9999).astype(int), minlength=32) <= 2).all()
    counts = [design.column(STAFF).count(value) for value in (1, 5, 9)]
    assert sum(counts) == 32
    assert max(counts) - min(counts) <= 2
    assert all(0.8 <= float(value[1:]) <= 1.2 for value in design.column("demand.requests_per_year"))
    assert all(value.endswith(" min") for value in design.column(TALK))


def test_hypercube_has_one_point_in_every_slice(town: Scenario) -> None:
    design = make_design(town, {SPEED: "1..2", STAFF: "1..20"}, method="lhs", points=20)
    assert sorted(((np.array(design.column(SPEED)) - 1) * 20).astype(int)) == list(range(20))
    assert sorted(design.column(STAFF)) == list(range(1, 21))


def test_sobol_points_of_a_shorter_design_come_first_in_a_longer_one(town: Scenario) -> None:
    short = make_design(town, {SPEED: "1..2", "units.north.speed": "1..2"}, method="sobol", points=5)
    long = make_design(town, {SPEED: "1..2", "units.north.speed": "1..2"}, method="sobol", points=8)
    assert rows(short) == rows(long)[:5]


def test_equal_points_are_dropped(town: Scenario) -> None:
    design = make_design(town, {STAFF: "1..3"}, method="lhs", points=30)
    assert sorted(design.column(STAFF)) == [1, 2, 3]


def test_columns_are_of_one_kind(town: Scenario) -> None:
    mixed: dict[str, tuple[list[Any], list[Any]]] = {
        STAFF: ([1, 2], [1, 2]),
        SPEED: ([1, 1.5], [1.0, 1.5]),
        "channels.web.live": ([True, False], [True, False]),
        "run.start": ([date(2021, 3, 1), date(2021, 3, 2)], ["2021-03-01", "2021-03-02"]),
        "teams.operators.agents": ([2, "x2"], ["2", "x2"]),
        "hours.office": ([["09:00-17:00"], ["08:00-12:00"]], ['["09:00-17:00"]', '["08:00-12:00"]']),
    }
    for key, (values, column) in mixed.items():
        found = make_design(town, {key: values}).column(key)
        assert found == column
        assert len({type(value) for value in found}) == 1


@pytest.mark.parametrize(
    ("vary", "settings", "message"),
    [
        ({}, {}, "at least one key"),
        ({STAFF: [1]}, {"method": "random"}, "must be one of grid, lhs, sobol"),
        ({STAFF: [1]}, {"points": 4}, "a grid has as many"),
        ({SPEED: "0.5..1.5"}, {}, rf"^{SPEED}: got 0.5..1.5 without steps; write 0.5..1.5:5"),
        ({SPEED: "0.5..1.5"}, {"method": "lhs"}, "must be given"),
        ({SPEED: "0.5..1.5"}, {"method": "sobol", "points": 0}, "from 1 to"),
        ({SPEED: "0.5..1.5:4"}, {"method": "lhs", "points": 4}, "leave :4 out"),
        ({SPEED: []}, {}, rf"^{SPEED}: got no value"),
        ({SPEED: "0..1:2000", "units.north.speed": "0..1:2000"}, {}, "4,000,000 points"),
    ],
)
def test_designs_that_make_no_sense_are_told(
    town: Scenario, vary: dict[str, object], settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make_design(town, vary, **settings)


def test_keys_that_lead_nowhere_are_told_all_at_once(town: Scenario) -> None:
    with pytest.raises(ScenarioError, match=r"did you mean works[\s\S]*did you mean month"):
        make_design(town, {"units.work.staff": [1], "demand.moth": [1]})
