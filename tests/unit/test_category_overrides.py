"""Limits and handling times of a category of its own, tables of quantiles, and a wandering level."""

from __future__ import annotations

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.clock.ticks import DAY, HOUR
from hotline_sim.errors import ScenarioError
from hotline_sim.network.rates import rates
from hotline_sim.sampling.arrivals import level_factors
from hotline_sim.scenario.write import to_toml
from scenarios import one_unit

TABLE = {"family": "empirical", "quantiles": ["1 h", "2 h", "6 h"], "probabilities": [0.0, 0.9, 1.0]}


def first_category(scenario: hs.Scenario) -> str:
    return sorted(scenario.categories)[0]


def test_own_limit_of_a_category_stands_before_that_of_the_class() -> None:
    scenario = one_unit()
    name = first_category(scenario)
    own = one_unit({f"categories.{name}.limit": "36 h"})
    log = hs.simulate(own, engine="core")
    made = log.tickets["category"] == sorted(own.categories).index(name)
    due, arrival = log.tickets["due"][made], log.tickets["arrival"][made]
    made_tickets = due < 2**62
    assert made_tickets.any()
    assert set((due - arrival)[made_tickets].tolist()) == {36 * HOUR}


def test_own_field_time_of_a_category_is_drawn_from_its_table_in_both_engines() -> None:
    scenario = one_unit()
    name = first_category(scenario)
    own = one_unit({f"categories.{name}.field": TABLE, f"categories.{name}.desk": TABLE})
    draws = hs.draw(hs.build(own), 1, 0)
    members = draws.category == sorted(own.categories).index(name)
    for column in (draws.field[0][members], draws.desk[0][members]):
        assert column.min() >= HOUR
        assert column.max() <= 6 * HOUR
    core, des = (hs.simulate(own, engine=engine) for engine in ("core", "des"))
    assert all(np.array_equal(core.visits[column], des.visits[column]) for column in core.visits)


def test_keys_left_out_change_no_draw() -> None:
    plain, explicit = one_unit(), one_unit({"demand.level": {"cv": 0.0, "memory": 5.0}})
    one, other = hs.draw(hs.build(plain), 3, 1), hs.draw(hs.build(explicit), 3, 1)
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_table_of_quantiles_is_written_and_read_back() -> None:
    scenario = one_unit({"intake.talk": TABLE})
    again = hs.loads(to_toml(scenario))
    assert again.intake.talk == scenario.intake.talk


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"quantiles": ["2 h", "1 h"]}, "never fall"),
        ({"quantiles": ["1 h", "2 h"], "probabilities": [0.0, 0.5, 1.0]}, "one per quantile"),
        ({"quantiles": ["1 h", "2 h"], "probabilities": [0.1, 1.0]}, "from 0 to 1"),
        ({"quantiles": ["1 h", "2 working h"]}, "clock time or all"),
        ({"quantiles": ["1 working h", "2 working h"]}, "not working time"),
    ],
)
def test_table_that_is_no_law_is_refused_with_its_key(table: dict[str, object], message: str) -> None:
    with pytest.raises(ScenarioError, match=message) as refused:
        one_unit({"intake.talk": {"family": "empirical"} | table})
    assert "intake.talk." in str(refused.value)


def test_limit_of_a_category_shorter_than_its_least_work_is_refused() -> None:
    name = first_category(one_unit())
    fixed = {"family": "fixed", "mean": "5 h"}
    with pytest.raises(ScenarioError, match="shorter than the least possible"):
        one_unit({f"categories.{name}.limit": "1 h", f"categories.{name}.field": fixed})


def test_level_begins_where_it_is_told_and_returns_to_the_long_run() -> None:
    paths = np.array(
        [level_factors(1, r, first_week=2000, count=60, cv=0.2, memory=4.0, start=1.5) for r in range(400)]
    )
    assert (paths[:, 0] == 1.5).all()
    late = np.log(paths[:, 40:])
    # Of 20 weeks with a memory of 4, some 2.5 are independent: the error of the mean is about 0.006.
    assert paths[:, 40:].mean() == pytest.approx(1.0, abs=0.025)
    assert late.std() == pytest.approx(np.sqrt(np.log1p(0.04)), abs=0.012)
    neighbours = np.corrcoef(late[:, :-1].ravel(), late[:, 1:].ravel())[0, 1]
    assert neighbours == pytest.approx(np.exp(-1 / 4), abs=0.03)


def test_level_holds_for_whole_weeks_and_all_channels() -> None:
    scenario = one_unit({"demand.level": {"cv": 0.3, "memory": 2.0, "start": 1.2}, "run.run_in": "14 d"})
    plain, wandering = hs.build(one_unit({"run.run_in": "14 d"})), hs.build(scenario)
    for before, after in zip(rates(plain, 1, 0), rates(wandering, 1, 0), strict=True):
        expected = np.diff(before.cumulative)
        factor = np.diff(after.cumulative)[expected > 0] / expected[expected > 0]
        day = after.ticks[:-1][expected > 0] // DAY - wandering.start // DAY
        assert factor[day < 7] == pytest.approx(1.2)
        for week in range(1, int(day.max()) // 7 + 1):
            assert np.ptp(factor[day // 7 == week]) < 1e-9


@pytest.mark.parametrize(("cv", "memory", "start"), [(-0.1, 1.0, 1.0), (0.1, 0.0, 1.0), (0.1, 1.0, 0.0)])
def test_level_out_of_range_is_refused(cv: float, memory: float, start: float) -> None:
    with pytest.raises(ValueError, match="level"):
        level_factors(1, 0, first_week=0, count=3, cv=cv, memory=memory, start=start)
