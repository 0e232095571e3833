"""Laws of sweeps: who shares draws, what a factor does, and that no order of work shows in the result."""

from __future__ import annotations

import tempfile
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hotline_sim as hs
from hotline_sim.errors import ScenarioError
from hotline_sim.experiment.demand import demand_digest
from hotline_sim.experiment.design import make_design
from hotline_sim.experiment.plan import cut
from hotline_sim.network.build import build
from hotline_sim.network.draws import draw
from hotline_sim.scenario.vary import changed, values_at
from strategies import scenarios

if TYPE_CHECKING:
    from hotline_sim.scenario.schema import Scenario

TOWN = hs.load("small-town")
STAFF, VOLUME, DIRECT = "units.north.staff", "demand.requests_per_year", "classes.consult.direct_answer"

CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "teams.*.agents": st.sampled_from(["x1", "x2", 3]),
        "units.*.staff": st.sampled_from([2, 3]),
        "units.*.speed": st.sampled_from(["x2"]),
        "categories.*.area_share": st.just(0.0),
        "handling.order": st.sampled_from(["first come", "due date"]),
        "handling.clock_starts": st.sampled_from(["arrival", "dispatch"]),
        "intake.hang_up_share": st.sampled_from([0.0, 0.3]),
        "intake.talk": st.just({"family": "fixed", "mean": "3 min"}),
        "intake.after_call_ticket": st.just("2 min"),
        "run.resolution": st.just("1 s"),
    },
)


@given(scenario=scenarios(), changes=CHANGES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_scenarios_with_one_digest_have_the_same_draws(scenario: Scenario, changes: dict[str, Any]) -> None:
    try:
        other = changed(scenario, changes)
    except ScenarioError:
        return  # the change breaks a rule of this scenario
    networks = build(scenario), build(other)
    if demand_digest(networks[0]) != demand_digest(networks[1]):
        return
    one, two = (draw(network, 1, 0) for network in networks)
    if len(one.arrival) == 1:
        return  # its arrays have layers that nobody reads and that hold anything
    for name, first, second in zip(one._fields, one, two, strict=True):
        assert np.array_equal(first, second), name


@given(
    scenario=scenarios(), key=st.sampled_from(["demand.requests_per_year", "teams.*.agents", "units.*.staff"])
)
@settings(max_examples=30)
def test_the_factor_one_changes_nothing(scenario: Scenario, key: str) -> None:
    if key.startswith("units") and not scenario.units:
        return
    assert changed(scenario, {key: "x1"}) == scenario


@given(agents=st.integers(0, 10_000), factor=st.decimals(0, 50, places=3))
def test_whole_numbers_are_multiplied_exactly_and_halves_go_up(agents: int, factor: Any) -> None:
    one = changed(TOWN, {"teams.operators.shifts[day].agents": agents})
    key = "teams.operators.shifts[day].agents"
    (found,) = values_at(changed(one, {key: f"x{factor}"}), key)
    exact = agents * factor
    assert isinstance(found, int)
    assert exact - found <= 0.5
    assert found - exact <= 0.5
    if abs(exact - found) == 0.5:
        assert found > exact


LEVELS = st.fixed_dictionaries(
    {STAFF: st.lists(st.integers(1, 4), min_size=1, max_size=4, unique=True)},
    optional={
        VOLUME: st.lists(st.sampled_from(["x0.5", "x1", "x1.5"]), min_size=1, max_size=3, unique=True),
        DIRECT: st.lists(st.sampled_from([0.2, 0.8]), min_size=1, max_size=2, unique=True),
    },
)


@given(vary=LEVELS)
@settings(max_examples=30, deadline=None)
def test_blocks_are_a_partition_and_every_block_has_one_demand(vary: dict[str, Any]) -> None:
    design = make_design(TOWN, vary)
    blocks = cut(TOWN, design)
    assert sorted(point.number for block in blocks for point in block) == list(range(len(design.points)))
    for block in blocks:
        digests = {demand_digest(build(changed(TOWN, design.changes(point)))) for point in block}
        assert len(digests) == 1


class Shuffled(Executor):
    """Does tasks in an order of its own, some of them twice, when the last one is handed over."""

    def __init__(self, order: list[int]) -> None:
        self.order = order
        self.waiting: list[tuple[Future[Any], Any, Any]] = []

    def submit(self, function: Any, /, *arguments: Any, **settings: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.waiting.append((future, function, arguments))
        if len(self.waiting) == len(self.order):
            for place in self.order:
                future_there, work, given = self.waiting[place]
                work(*given)
                future_there.set_result(work(*given))
        return future


@given(order=st.permutations(range(6)), seed=st.integers(0, 3))
@settings(max_examples=6, deadline=None)
def test_order_and_repetition_of_work_do_not_show_in_the_result(order: list[int], seed: int) -> None:
    vary: dict[str, Any] = {VOLUME: ["x0.2", "x0.1"], STAFF: [1, 2]}
    with tempfile.TemporaryDirectory() as folder:
        one, other = Path(folder) / "one", Path(folder) / "other"
        hs.sweep(TOWN, vary=vary, replications=3, seed=seed, out=one, workers=1)
        hs.sweep(TOWN, vary=vary, replications=3, seed=seed, out=other, executor=Shuffled(order))
        files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
        assert files == sorted(path.relative_to(other) for path in other.rglob("*") if path.is_file())
        assert len(files) == 6 + 3
        for path in files:
            assert (one / path).read_bytes() == (other / path).read_bytes()
