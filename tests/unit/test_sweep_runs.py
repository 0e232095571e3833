from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import pytest

import hotline_sim as hs
from hotline_sim.errors import ResultError, UnsupportedFeature
from hotline_sim.experiment import runs
from hotline_sim.experiment.chunks import read_chunk
from hotline_sim.experiment.runs import Failure, SharedDraws, Task, run_chunk
from hotline_sim.scenario.vary import changed
from hotline_sim.scenario.write import to_tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STAFF, VOLUME = "units.north.staff", "demand.requests_per_year"


def task(folder: Path, *values: dict[str, object], replication: int = 0) -> Task:
    return Task(
        name=f"{replication:06d}-000000",
        tables=to_tables(hs.load("small-town")),
        points=tuple(enumerate(values)),
        seed=1,
        replication=replication,
        folder=str(folder),
        sweep="s",
        release=hs.__version__,
    )


def raising(error: BaseException) -> Callable[..., NoReturn]:
    def fail(*arguments: object, **settings: object) -> NoReturn:
        raise error

    return fail


def outcome(folder: Path, work: Task, **settings: Any) -> tuple[set[int], list[Failure]]:
    done = run_chunk(work, **settings)
    assert (done.name, done.runs) == (work.name, len(work.points))
    data = read_chunk(folder / done.file)
    return set(data.table["point"].to_pylist()), [Failure(*failure) for failure in data.failures]


def test_a_point_that_is_no_scenario_fails_alone_and_names_its_key(tmp_path: Path) -> None:
    points, failures = outcome(tmp_path, task(tmp_path, {STAFF: 1}, {STAFF: -3}, {STAFF: 2}))
    assert points == {0, 2}
    (failure,) = failures
    assert failure[:4] == ("change", 1, None, STAFF)
    assert "got -3" in failure.message


@pytest.mark.parametrize(
    ("stage", "function", "error", "message"),
    [
        ("build", "build", ZeroDivisionError("nothing"), "ZeroDivisionError: nothing ("),
        ("draw", "draw", MemoryError(), "not enough memory"),
        ("draw", "draw", MemoryError("8 TiB"), "not enough memory: 8 TiB"),
        ("run", "_run_one", UnsupportedFeature("too many tickets"), "too many tickets"),
        ("run", "_run_one", KeyError("x"), "KeyError: 'x' (test_sweep_runs.py, line "),
    ],
)
def test_a_run_that_fails_is_told_with_its_stage(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
    function: str,
    error: Exception,
    message: str,
) -> None:
    monkeypatch.setattr(runs, function, raising(error))
    points, failures = outcome(tmp_path, task(tmp_path, {STAFF: 1}, {STAFF: 2}, replication=4))
    assert points == set()
    assert [failure[:4] for failure in failures] == [(stage, 0, 4, ""), (stage, 1, 4, "")]
    assert failures[0].message.startswith(message)


def test_an_interruption_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_run_one", raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        run_chunk(task(tmp_path, {STAFF: 1}))
    assert list(tmp_path.iterdir()) == []


def test_another_release_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match=r"the sweep 9\.9"):
        run_chunk(task(tmp_path, {STAFF: 1})._replace(release="9.9"))


def test_draws_are_made_once_for_points_of_one_demand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[int, int]] = []
    real = runs.draw

    def counted(network: Any, seed: int, replication: int) -> Any:
        made.append((seed, replication))
        return real(network, seed, replication)

    monkeypatch.setattr(runs, "draw", counted)
    shared = SharedDraws()
    assert shared.is_new
    run_chunk(task(tmp_path, {STAFF: 1}, {STAFF: 2}, {STAFF: 3}), shared=shared)
    run_chunk(task(tmp_path, {STAFF: 4}, {"teams.operators.agents": 3}), shared=shared)
    assert made == [(1, 0)]
    assert not shared.is_new
    run_chunk(task(tmp_path, {STAFF: 1}, replication=1), shared=shared)
    assert made == [(1, 0), (1, 1)]


def test_points_of_different_demand_in_one_chunk_have_their_own_draws(tmp_path: Path) -> None:
    work = task(tmp_path, {VOLUME: "x1"}, {VOLUME: "x2"}, {STAFF: 2}, {VOLUME: "x2", STAFF: 2})
    together = read_chunk(tmp_path / run_chunk(work).file).table.to_pylist()
    for number, values in work.points:
        alone = run_chunk(task(tmp_path, values)._replace(points=((number, values),)))
        rows = read_chunk(tmp_path / alone.file).table.to_pylist()
        assert [row for row in together if row["point"] == number] == rows


def test_a_large_city_is_drawn_in_blocks_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = task(tmp_path, {STAFF: 2}, {VOLUME: "x2"})
    whole = run_chunk(work)
    monkeypatch.setattr(runs, "MOST_SHARED", 100)
    monkeypatch.setattr(runs, "draw", raising(AssertionError("must not be called")))
    assert run_chunk(work) == whole


def test_key_figures_are_those_of_the_same_run_on_its_own(tmp_path: Path) -> None:
    values: dict[str, object] = {STAFF: 2, VOLUME: "x1.2", "teams.operators.agents": 2}
    table = read_chunk(tmp_path / run_chunk(task(tmp_path, values, replication=3)).file).table
    log = hs.simulate(changed(hs.load("small-town"), values), seed=1, replication=3)
    expected = {name: kpi for name, kpi in hs.kpis(log).items() if name != "backlog_max"}
    rows = {row["kpi"]: row for row in table.to_pylist()}
    assert list(rows) == list(expected)
    for name, kpi in expected.items():
        row = rows[name]
        assert (row["numerator"], row["denominator"], row["unit"]) == (
            kpi.numerator,
            kpi.denominator,
            kpi.unit,
        ), name
        is_quantile = kpi.numerator is None and kpi.value is not None
        assert row["value"] == (pytest.approx(kpi.value, rel=0.01) if is_quantile else kpi.value), name
