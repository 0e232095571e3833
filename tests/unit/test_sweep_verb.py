from __future__ import annotations

import json
import re
import tempfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.errors import ResultError, ScenarioError
from hotline_sim.experiment import runs
from hotline_sim.experiment import sweep as verb

if TYPE_CHECKING:
    from pathlib import Path

    from hotline_sim.experiment.table import SweepResult
    from hotline_sim.scenario.schema import Scenario

STAFF, VOLUME = "units.north.staff", "demand.requests_per_year"
AGENTS = "teams.operators.agents"


@pytest.fixture(scope="module")
def town() -> Scenario:
    return hs.load("small-town")


def values(result: SweepResult, kpi: str) -> dict[int, list[float]]:
    """Values of a key figure by point, in the order of replications."""
    frame = result.frame
    found = frame[frame["kpi"] == kpi]
    return {int(point): rows["value"].tolist() for point, rows in found.groupby("point")}


def test_points_without_other_demand_have_the_same_citizens(town: Scenario) -> None:
    result = hs.sweep(town, vary={AGENTS: [1, 2, 3], STAFF: [1, 2]}, replications=2)
    offered = values(result, "requests_offered")
    assert len(offered) == 6
    assert all(counts == offered[0] for counts in offered.values())
    assert offered[0][0] != offered[0][1]
    assert len({tuple(waits) for waits in values(result, "mean_speed_of_answer").values()}) == 3
    assert (result.runs, result.found, result.failures, result.directory) == (12, 0, (), None)


def test_points_with_other_demand_have_the_same_numbers_behind_it(town: Scenario) -> None:
    """More requests, and still the pair moves together: compare with unpaired seeds."""
    result = hs.sweep(town, vary={VOLUME: ["x1", "x1.1"]}, replications=12)
    low, high = (np.array(counts) for counts in values(result, "requests_offered").values())
    assert (high > low).all()
    assert np.corrcoef(low, high)[0, 1] > 0.9


def test_the_same_sweep_has_the_same_table_and_another_seed_another(town: Scenario) -> None:
    vary = {STAFF: [1, 2]}
    one, same, other = (hs.sweep(town, vary=vary, seed=seed) for seed in (1, 1, 2))
    assert one.table.equals(same.table, check_metadata=True)
    assert not one.table.equals(other.table)


def test_a_single_run_can_be_had_alone(town: Scenario) -> None:
    whole = hs.sweep(town, vary={STAFF: [1, 2], VOLUME: ["x1", "x2"]}, replications=3).frame
    alone = hs.sweep(town, vary={STAFF: [2], VOLUME: ["x2"]}, replications=3).frame
    found = whole[(whole[STAFF] == 2) & (whole[VOLUME] == "x2")]
    assert found.drop(columns="point").to_numpy().tolist() == [
        [pytest.approx(cell, nan_ok=True, abs=0) if isinstance(cell, float) else cell for cell in row]
        for row in alone.drop(columns="point").to_numpy().tolist()
    ]


def test_a_wrong_guess_about_demand_changes_nothing(town: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    vary = {VOLUME: ["x1", "x1.5"], STAFF: [1, 2]}
    right = hs.sweep(town, vary=vary)
    monkeypatch.setattr("hotline_sim.experiment.plan._changes_demand", lambda *_: False)
    assert hs.sweep(town, vary=vary).table.equals(right.table)
    monkeypatch.setattr("hotline_sim.experiment.plan._changes_demand", lambda *_: True)
    assert hs.sweep(town, vary=vary).table.equals(right.table)


def test_what_is_kept_is_what_is_returned(town: Scenario, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    result = hs.sweep(town, vary={STAFF: [1, -1]}, replications=2, out=tmp_path / "a")
    assert result.directory == tmp_path / "a"
    with pq.ParquetFile(tmp_path / "a" / "sweep.parquet") as file:
        assert file.read().equals(result.table, check_metadata=True)
    (failure,) = json.loads((tmp_path / "a" / "failures.json").read_text(encoding="utf-8"))
    assert failure.pop("message").startswith("small-town: units.north.staff: got -1")
    assert failure.pop("id") == result.design.points[1].id
    assert failure == {
        "stage": "change",
        "point": 1,
        "replication": None,
        "key": STAFF,
        "values": {STAFF: -1},
    }
    assert {path.name for path in (tmp_path / "a").iterdir()} == {
        "manifest.json",
        "chunks",
        "sweep.parquet",
        "failures.json",
    }


def test_nothing_is_left_behind_without_a_directory(
    town: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    hs.sweep(town, vary={STAFF: [1]})
    assert list(tmp_path.iterdir()) == []


def test_a_finished_sweep_is_not_computed_again(
    town: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = hs.sweep(town, vary={STAFF: [1, 2]}, replications=2, out=tmp_path)
    before = (tmp_path / "sweep.parquet").read_bytes()
    monkeypatch.setattr(runs, "_run_one", lambda *_: pytest.fail("must not be called"))
    again = hs.sweep(town, vary={STAFF: [1, 2]}, replications=2, out=tmp_path)
    assert (first.found, again.found) == (0, 4)
    assert (tmp_path / "sweep.parquet").read_bytes() == before


def test_more_replications_go_on_from_what_is_there(town: Scenario, tmp_path: Path) -> None:
    hs.sweep(town, vary={STAFF: [1, 2]}, replications=2, out=tmp_path / "a")
    more = hs.sweep(town, vary={STAFF: [1, 2]}, replications=3, out=tmp_path / "a")
    hs.sweep(town, vary={STAFF: [1, 2]}, replications=3, out=tmp_path / "b")
    assert (more.found, more.runs) == (4, 6)
    for name in ("sweep.parquet", "failures.json", "manifest.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    fewer = hs.sweep(town, vary={STAFF: [1, 2]}, replications=1, out=tmp_path / "a")
    assert set(fewer.frame["replication"]) == {0}


def test_progress_counts_every_run_once_and_begins_with_those_found(town: Scenario, tmp_path: Path) -> None:
    for executor, first in (("threads", 0), ("threads", 6)):
        told: list[tuple[int, int]] = []
        hs.sweep(
            town,
            vary={STAFF: [1, 2], VOLUME: ["x1", "x2", "x3"]},
            executor=executor,
            workers=2,
            out=tmp_path,
            progress=lambda done, runs, told=told: told.append((done, runs)),  # type: ignore[misc]
        )
        assert told == [(done, 6) for done in range(first, 7)]


def test_only_key_figures_asked_for_are_in_the_table(town: Scenario) -> None:
    kpis = ["service_level_15s", "response_time_p90.complaint"]
    result = hs.sweep(town, vary={STAFF: [1]}, kpis=kpis)
    assert sorted(result.frame["kpi"]) == sorted(kpis)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kpis": ["service_level_15"]}, "did you mean service_level_15s?"),
        ({"kpis": ["backlog_max"]}, "no key figure of a sweep"),
        ({"kpis": ["answer_rate.consult"]}, "no key figure of a sweep"),
        ({"kpis": "answer_rate"}, "must be a list of names"),
        ({"replications": 0}, "replications: got 0"),
        ({"seed": -1}, "seed: got -1"),
        ({"workers": 0}, "workers: got 0"),
        ({"executor": "thread"}, "executor: got 'thread'"),
        ({"executor": 7}, "executor: got 7"),
        ({"design": "lhs"}, "points: must be given"),
    ],
)
def test_arguments_that_make_no_sense_are_told(
    town: Scenario, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        hs.sweep(town, vary={STAFF: [1]}, **settings)


def test_a_design_without_one_valid_point_is_refused_before_any_work(town: Scenario, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="got -2"):
        hs.sweep(town, vary={STAFF: [-2, -1]}, out=tmp_path / "a")
    with pytest.raises(ScenarioError, match="did you mean north"):
        hs.sweep(town, vary={"units.nort.staff": [1]}, out=tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_the_directory_of_another_sweep_is_refused_and_left(town: Scenario, tmp_path: Path) -> None:
    hs.sweep(town, vary={STAFF: [1]}, out=tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for settings in ({"vary": {STAFF: [2]}}, {"vary": {STAFF: [1]}, "seed": 2}):
        with pytest.raises(ResultError, match="holds another sweep"):
            hs.sweep(town, out=tmp_path, **settings)  # type: ignore[arg-type]
    with pytest.raises(ResultError, match="its scenario"):
        hs.sweep(hs.load("manhole-one-hour"), vary={"callback.share": [1.0]}, out=tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_runs_that_fail_are_left_out_and_the_others_are_there(
    town: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = runs._run_one

    def sometimes(network: Any, draws: Any) -> Any:
        if network.tables.unit_speed.max() > 2 and draws.arrival[0] != first:
            raise ZeroDivisionError("unlucky")
        return real(network, draws)

    first = hs.draw(hs.build(town), 1, 0).arrival[0]
    monkeypatch.setattr(runs, "_run_one", sometimes)
    result = hs.sweep(town, vary={"units.north.speed": [1, 3]}, replications=2)
    assert [failure[:4] for failure in result.failures] == [("run", 1, 1, "")]
    runs_there = set(result.frame[["point", "replication"]].itertuples(index=False, name=None))
    assert runs_there == {(0, 0), (0, 1), (1, 0)}


def test_the_door_leads_to_the_verb() -> None:
    assert hs.sweep is verb.sweep
