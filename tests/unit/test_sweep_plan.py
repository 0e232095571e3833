from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import hotline_sim as hs
from hotline_sim.experiment import plan
from hotline_sim.experiment.demand import demand_digest
from hotline_sim.experiment.design import make_design
from hotline_sim.experiment.plan import LARGEST, Chunk, chunks, cut
from hotline_sim.scenario.vary import changed

if TYPE_CHECKING:
    from hotline_sim.scenario.schema import Scenario

VOLUME, STAFF, DIRECT = "demand.requests_per_year", "units.north.staff", "classes.consult.direct_answer"


@pytest.fixture(scope="module")
def town() -> Scenario:
    return hs.load("small-town")


def digest(scenario: Scenario) -> str:
    return demand_digest(hs.build(scenario))


# Whether two scenarios share their draws.


def test_digest_is_that_of_the_content(town: Scenario) -> None:
    assert digest(town) == digest(hs.load("small-town"))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (STAFF, 5),
        (DIRECT, 0.1),
        ("teams.operators.agents", 7),
        ("handling.effort_speed", 3.0),
        ("handling.order", "first come"),
        ("classes.complaint.limit", "1 working day"),
        ("dispatch.misroute", 0.5),
        ("callback.share", 0.0),
        ("outcome.solved", 0.1),
        ("units.works.speed", 2.0),
        ("categories.noise.area_share", 0.0),
        ("intake.redial.probability", 0.0),
        ("intake.after_call_ticket", "9 min"),
    ],
)
def test_what_does_not_change_demand_leaves_the_digest(town: Scenario, key: str, value: object) -> None:
    assert digest(changed(town, {key: value})) == digest(town)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (VOLUME, "x1.001"),
        ("demand.day_factor_cv", 0.2),
        ("demand.month[2]", 0.9),
        ("demand.weekday[0]", 0.9),
        ("demand.profiles.usual[9]", 20.0),
        ("channels.phone.invalid_share", 0.1),
        ("channels.web.live", True),
        ("categories.streets.urgent_share", 0.9),
        ("intake.talk.mean", "x1.1"),
        ("intake.talk.sigma", 0.9),
        ("intake.patience.mean", "9 min"),
        ("intake.hang_up_share", 0.5),
        ("intake.redial.most", 4),
        ("dispatch.most_returns", 3),
        ("outcome.most_redos", 3),
        ("run.resolution", "2 ms"),
        ("run.end", "2021-03-28"),
        ("run.run_in", "20 d"),
        ("classes.help.field.mean", "9 working days"),
        ("hours.office", ["09:00-18:00"]),
        ("units.north.area_weight", 0.9),
        ("urgent.field.mean", "9 min"),
        ("callback.talk.mean", "9 min"),
    ],
)
def test_what_changes_demand_changes_the_digest(town: Scenario, key: str, value: Any) -> None:
    if key == "run.end":
        value = town.run.end.replace(day=28)
    assert digest(changed(town, {key: value})) != digest(town)


# How the work is cut.


def test_blocks_have_each_point_once_and_one_demand_each(town: Scenario) -> None:
    design = make_design(town, {STAFF: "1..9", VOLUME: ["x1", "x2"], DIRECT: "0.1..0.9:9"})
    blocks = cut(town, design)
    assert sorted(point.number for block in blocks for point in block) == list(range(162))
    assert [len(block) for block in blocks] == [32, 32, 17, 32, 32, 17]
    assert all(len({point.values[1] for point in block}) == 1 for block in blocks)
    assert all(block == tuple(sorted(block, key=lambda point: point.number)) for block in blocks)
    assert LARGEST == 32


def test_a_key_that_changes_demand_only_at_the_end_of_its_values_is_found(town: Scenario) -> None:
    steps = {"run.resolution": ["1 ms"] * 1 + [f"{1 + number / 100} ms" for number in range(40)] + ["1 s"]}
    assert len(cut(town, make_design(town, steps))) > 1


def test_a_key_whose_values_are_not_allowed_alone_has_blocks_of_its_own(town: Scenario) -> None:
    shares = {"classes.consult.share": [0.4, 0.6], "classes.help.share": [0.3, 0.1]}
    assert [len(block) for block in cut(town, make_design(town, shares))] == [1, 1, 1, 1]


def test_dates_and_tables_are_asked_about_as_they_are(town: Scenario) -> None:
    horizons = [town.run.end.replace(month=month) for month in (7, 8, 9)]
    field = {"family": "fixed", "mean": "1 working h"}
    assert [len(block) for block in cut(town, make_design(town, {"run.horizon": horizons}))] == [3]
    laws = make_design(town, {"classes.help.field": [field, {**field, "mean": "2 working h"}]})
    assert [len(block) for block in cut(town, laws)] == [1, 1]


def test_a_key_with_one_value_shares_its_draws(town: Scenario) -> None:
    assert [len(block) for block in cut(town, make_design(town, {VOLUME: ["x2"], STAFF: [1, 2]}))] == [2]


def test_the_cut_depends_on_nothing_but_scenario_and_design(town: Scenario) -> None:
    design = make_design(town, {STAFF: "1..9", VOLUME: "x1..x2:3"})
    assert cut(town, design) == cut(hs.load("small-town"), design)


def test_chunks_are_named_in_the_order_of_replications_and_blocks(town: Scenario) -> None:
    blocks = cut(town, make_design(town, {VOLUME: "x1..x2:12"}))
    work = list(chunks(blocks, 11))
    assert len(work) == 132
    assert [chunk.name for chunk in work] == sorted(chunk.name for chunk in work)
    assert work[13] == Chunk(1, 1, blocks[1])


def test_points_of_one_block_keep_the_order_of_the_design(
    town: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "LARGEST", 3)
    design = make_design(town, {VOLUME: ["x1", "x2"], STAFF: "1..4"})
    numbers = [[point.number for point in block] for block in cut(town, design)]
    assert numbers == [[0, 1, 2], [3], [4, 5, 6], [7]]
