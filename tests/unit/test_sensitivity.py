from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from click.testing import CliRunner, Result

import hotline_sim as hs
from hotline_sim.cli.main import program
from hotline_sim.errors import ResultError, ScenarioError
from hotline_sim.experiment.sensitivity import Plan, analyse, make_plan
from hotline_sim.experiment.table import SweepResult
from hotline_sim.plot.sensitivity import sensitivity_figure
from hotline_sim.plot.sweep_frame import Origin

if TYPE_CHECKING:
    from pathlib import Path

VOLUME, AGENTS, RING = "demand.requests_per_year", "teams.operators.agents", "callback.ring"
SPEED, TALK = "handling.effort_speed", "intake.talk.mean"


@pytest.fixture(scope="module")
def town() -> hs.Scenario:
    return hs.load("small-town")


def result_of(plan: Plan, value: Any, replications: int = 1) -> SweepResult:
    """A sweep whose only key figure is a function of the values at a point and the replication."""
    rows = [
        {
            "point": point.number,
            "replication": replication,
            "kpi": "y",
            "value": value(*(float(str(one).lstrip("x")) for one in point.values), replication),
            "unit": "share",
        }
        for point in plan.design.points
        for replication in range(replications)
    ]
    table = pa.Table.from_pandas(pd.DataFrame(rows))
    return SweepResult(plan.design, table, (), len(rows), 0, None)


def two(town: hs.Scenario, **settings: Any) -> Plan:
    return make_plan(town, {VOLUME: "x0..x1", TALK: "x1..x2"}, **settings)


def test_sobol_indices_of_a_sum_are_its_shares_of_the_variance(town: hs.Scenario) -> None:
    """Of y = 3a + b with equal uniform laws, a has 9/10 of the variance and b the rest."""
    plan = two(town, method="sobol", size=512)
    frame = analyse(plan, result_of(plan, lambda a, b, _: 3 * a + b), ["y"]).frame
    assert frame["key"].tolist() == [VOLUME, TALK]
    assert frame["first_order"].to_numpy() == pytest.approx([0.9, 0.1], abs=0.02)
    assert frame["total"].to_numpy() == pytest.approx([0.9, 0.1], abs=0.02)


def test_sobol_totals_show_an_interaction(town: hs.Scenario) -> None:
    """Of y = (a - 1/2)(b - 3/2), neither has a share alone, and each has all of it together."""
    plan = two(town, method="sobol", size=512)
    frame = analyse(plan, result_of(plan, lambda a, b, _: (a - 0.5) * (b - 1.5)), ["y"]).frame
    assert frame["first_order"].to_numpy() == pytest.approx([0, 0], abs=0.1)
    assert frame["total"].to_numpy() == pytest.approx([1, 1], abs=0.1)


def test_morris_effects_of_a_sum_are_its_slopes(town: hs.Scenario) -> None:
    plan = two(town, method="morris", size=6)
    frame = analyse(plan, result_of(plan, lambda a, b, _: b - 3 * a), ["y"]).frame
    # Values of a point have six digits.
    assert frame["mu_star"].to_numpy() == pytest.approx([3, 1], rel=1e-4)
    assert frame["mu"].to_numpy() == pytest.approx([-3, 1], rel=1e-4)
    assert frame["sigma"].to_numpy() == pytest.approx([0, 0], abs=1e-4)


def test_a_tornado_has_paired_changes_from_the_scenario_as_it_is(town: hs.Scenario) -> None:
    """Replications differ by 100; the changes do not, so their intervals have no width."""
    plan = make_plan(town, {VOLUME: "x0.5..x2", TALK: "x0.9..x1.1"}, method="tornado")
    found = analyse(plan, result_of(plan, lambda a, b, number: a + 10 * b + 100 * number, 3), ["y"])
    volume, talk = found.frame[found.frame["key"] == VOLUME], found.frame[found.frame["key"] == TALK]
    assert found.frame["key"].tolist() == [TALK, VOLUME]
    assert volume[["base", "at_low", "at_high"]].to_numpy()[0] == pytest.approx([111, -0.5, 1])
    assert talk[["at_low", "at_high"]].to_numpy()[0] == pytest.approx([-1, 1])
    assert volume["at_high_half_width"].to_numpy() == pytest.approx([0], abs=1e-9)


def test_what_does_not_move_has_indices_of_nought(town: hs.Scenario) -> None:
    for method, column in (("morris", "mu_star"), ("sobol", "total")):
        plan = two(town, method=method, size=2)
        frame = analyse(plan, result_of(plan, lambda *_: 1.0), ["y"]).frame
        assert frame[column].tolist() == [0, 0]


def test_real_runs_tell_what_matters_and_what_cannot(town: hs.Scenario) -> None:
    """The ring of a call back can move nothing at the phone; the number of operators must."""
    found = hs.sensitivity(
        town, vary={RING: "10 s..60 s", AGENTS: "x1..x2"}, kpis=["answer_rate"], replications=2
    )
    assert found.frame["key"].tolist() == [AGENTS, RING]
    changes = found.frame[["at_low", "at_high"]].to_numpy()
    assert changes[1].tolist() == [0, 0]
    assert changes[0, 1] > 0.005
    assert found.result.runs == 2 * len(found.result.design.points) == 10 - 2  # x1 is the scenario as it is


def test_whole_numbers_and_listed_values_are_taken_as_they_are(town: hs.Scenario) -> None:
    plan = make_plan(
        town, {"units.north.staff": "1..3", "handling.order": ["due date", "arrival"]}, method="tornado"
    )
    assert plan.ranges == ((1, 3), ("due date", "arrival"))
    assert {type(point.values[0]) for point in plan.design.points} == {int}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"method": "tornados"}, "method: got 'tornados', must be one of tornado, morris, sobol"),
        ({"method": "sobol", "size": 12}, "power of two"),
        ({"method": "morris", "size": 1}, "at least 2"),
        ({"size": 0}, "at least 1"),
        ({"vary": {}}, "at least one key"),
        ({"vary": {SPEED: "2..2"}}, "the ends must differ"),
        ({"vary": {SPEED: [2.0]}}, "a range needs two"),
        ({"vary": {SPEED: "1..3:3"}}, "steps are for a grid"),
        ({"vary": {"classes.*.share": "0.1..0.2"}}, "give factors"),
        ({"vary": {"categories.noise.urgent_field": "0.1..0.2"}}, "the scenario states no value"),
        ({"kpis": ["anser_rate"]}, "did you mean answer_rate"),
        ({"kpis": []}, "at least one key figure"),
        ({"replications": 0}, "replications: got 0"),
    ],
)
def test_what_makes_no_sense_is_told(town: hs.Scenario, change: dict[str, Any], told: str) -> None:
    settings: dict[str, Any] = {"vary": {SPEED: "1..2"}, "kpis": ["answer_rate"]} | change
    with pytest.raises(ValueError, match=told):
        hs.sensitivity(town, **settings)


def test_unknown_keys_and_forbidden_points_are_told(town: hs.Scenario) -> None:
    with pytest.raises(ScenarioError, match="effort_speed"):
        hs.sensitivity(town, vary={"handling.efort_speed": "1..2"}, kpis=["answer_rate"])
    with pytest.raises(ScenarioError, match="must be at most 1"):
        hs.sensitivity(town, vary={"dispatch.misroute": "0.1..1.5"}, kpis=["answer_rate"])


def test_a_key_figure_without_value_is_told(town: hs.Scenario) -> None:
    plan = two(town, method="tornado")
    result = result_of(plan, lambda a, *_: float("nan") if a == 0 else a)
    with pytest.raises(ResultError, match="no value at some points"):
        analyse(plan, result, ["y"])
    with pytest.raises(ResultError, match="no value in this scenario"):
        analyse(plan, result, ["z"])


def test_a_missing_library_is_told_with_its_extra(town: hs.Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "SALib.sample.morris", None)
    with pytest.raises(ResultError, match=r"hotline-sim\[sensitivity\]"):
        two(town, method="morris", size=2)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("method", ["tornado", "morris", "sobol"])
def test_every_figure_has_a_bar_for_each_key(town: hs.Scenario, method: Any, lang: str) -> None:
    plan = two(town, method=method, size=4)
    found = analyse(plan, result_of(plan, lambda a, b, _: 3 * a + b, 2), ["y"])
    frame = found.frame.assign(kpi="answer_rate")
    origin = Origin("small-town", "小镇", found.keys, method, len(plan.design.points), 1)
    names = {key: key for key in found.keys}
    figure = sensitivity_figure(frame, names, lang, method=method, replications=2, origin=origin)
    (axes,) = figure.axes
    bars = axes.patches
    assert len(bars) == 2 * (1 if method == "morris" else 2)
    assert [text.get_text().split()[0] for text in axes.get_yticklabels()] == frame["key"].tolist()
    widths = np.array([bar.get_width() for bar in bars], float)  # type: ignore[attr-defined]
    assert np.isfinite(widths).all()
    assert axes.get_xlabel()


# The command.


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["sensitivity", *arguments])


SMALL = ("small-town", f"--vary={AGENTS}=x1..x2", f"--vary={RING}=10 s..60 s", "-n2", "--lang=en")


def test_the_command_writes_table_and_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*SMALL, "--kpi=answer_rate")
    assert result.exit_code == 0, result.output
    (place,) = (tmp_path / "results").iterdir()
    assert place.name.startswith("small-town-tornado-")
    names = {path.name for path in place.iterdir()}
    assert {
        "sensitivity.csv",
        "sensitivity.json",
        "sensitivity.png",
        "sensitivity.svg",
        "sweep.parquet",
    } <= names
    assert "operators.agents" in result.output
    assert "percentage" in result.output or "points" in result.output
    again = run(*SMALL, "--kpi=answer_rate")
    assert again.exit_code == 0
    assert "8 runs were done before" in again.stderr


def test_json_is_one_object_and_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*SMALL, "--json", "--method=morris", "--size=2", "--kpi=answer_rate")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["method"] == "morris"
    assert [row["key"] for row in document["indices"]] == [AGENTS, RING]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--vary=units.north.staff", "--kpi=answer_rate"), "must be KEY="),
        (("--vary=units.north.staff=1..2", "--vary=units.north.staff=1..3"), "varied twice"),
        (("--vary=units.north.staff=1..2", "--method=sobel"), "did you mean sobol"),
        (("--vary=units.nord.staff=1..2",), "north"),
        (("--vary=units.north.staff=1..2", "--kpi=anser_rate"), "answer_rate"),
    ],
)
def test_bad_input_is_told_before_any_work(
    arguments: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("small-town", *arguments)
    assert result.exit_code == 2
    assert told in result.output
    assert "Traceback" not in result.output
    assert not list(tmp_path.iterdir())
