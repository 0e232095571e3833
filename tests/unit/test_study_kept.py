"""Replications that are kept: a study that was interrupted goes on where it was, with the same result."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from click.testing import CliRunner

import hotline_sim as hs
from hotline_sim.cli.main import program
from hotline_sim.errors import ResultError
from hotline_sim.experiment import kept as kept_module
from hotline_sim.experiment import study
from hotline_sim.experiment.folder import locked
from hotline_sim.scenario.vary import changed

if TYPE_CHECKING:
    from hotline_sim.experiment.study import Job, Ran
    from hotline_sim.scenario.schema import Scenario


@pytest.fixture(scope="module")
def town() -> Scenario:
    return hs.load("small-town")


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of the replications that are run, not taken from disk."""
    numbers: list[int] = []
    job_of_study = study.run_job

    def run_job(job: Job) -> Ran:
        numbers.append(job.replication)
        return job_of_study(job)

    monkeypatch.setattr(study, "run_job", run_job)
    return numbers


def interrupt_after(number: int) -> Any:
    def progress(done: int, _: int) -> None:
        if done == number:
            raise KeyboardInterrupt

    return progress


def test_replications_go_on_where_they_were(town: Scenario, tmp_path: Path, ran: list[int]) -> None:
    whole = hs.replicate(town, 6)
    ran.clear()
    with pytest.raises(KeyboardInterrupt):
        hs.replicate(town, 6, workers=1, keep=tmp_path / "runs", progress=interrupt_after(3))
    assert {0, 1, 2} <= set(ran)
    ran.clear()
    again = hs.replicate(town, 6, keep=tmp_path / "runs")
    assert set(ran) <= {3, 4, 5}
    pd.testing.assert_frame_equal(again.frame, whole.frame)
    assert again.engine == whole.engine
    ran.clear()
    more = hs.replicate(town, 7, keep=str(tmp_path / "runs"))
    assert ran == [6]
    pd.testing.assert_frame_equal(
        more.frame[more.frame["replication"] < 6].reset_index(drop=True), whole.frame
    )


def test_comparisons_go_on_where_they_were(town: Scenario, tmp_path: Path, ran: list[int]) -> None:
    more = changed(town, {"units.works.staff": 5})
    whole = hs.compare(town, more, replications=4)
    with pytest.raises(KeyboardInterrupt):
        hs.compare(town, more, replications=4, workers=1, keep=tmp_path, progress=interrupt_after(2))
    ran.clear()
    again = hs.compare(town, more, replications=4, keep=tmp_path)
    assert set(ran) <= {2, 3}
    pd.testing.assert_frame_equal(again.frame, whole.frame)


def test_runs_are_written_while_others_are_under_way(
    town: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_module, "EVERY", 0.0)
    files: list[int] = []
    hs.replicate(
        town, 3, workers=1, keep=tmp_path, progress=lambda *_: files.append(len(list(tmp_path.iterdir())))
    )
    assert files == [0, 0, 1, 2]


@pytest.mark.parametrize("how", [{"seed": 2}, {"engine": "des"}])
def test_another_study_takes_nothing_of_the_first_and_leaves_nothing(
    town: Scenario, tmp_path: Path, ran: list[int], how: dict[str, Any]
) -> None:
    hs.replicate(town, 2, keep=tmp_path)
    first = {path.name for path in tmp_path.iterdir()}
    ran.clear()
    hs.replicate(town, 2, keep=tmp_path, **how)
    assert sorted(ran) == [0, 1]
    second = {path.name for path in tmp_path.iterdir()}
    assert second
    assert not first & second


def test_another_scenario_of_the_same_name_is_another_study(
    town: Scenario, tmp_path: Path, ran: list[int]
) -> None:
    hs.replicate(town, 1, keep=tmp_path)
    ran.clear()
    hs.replicate(changed(town, {"units.works.staff": 5}), 1, keep=tmp_path)
    assert ran == [0]


def test_a_damaged_file_is_done_anew(town: Scenario, tmp_path: Path, ran: list[int]) -> None:
    whole = hs.replicate(town, 2, keep=tmp_path)
    for file in tmp_path.iterdir():
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    ran.clear()
    again = hs.replicate(town, 2, keep=tmp_path)
    assert sorted(ran) == [0, 1]
    pd.testing.assert_frame_equal(again.frame, whole.frame)


def test_a_folder_that_holds_something_else_is_refused(town: Scenario, tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(ResultError, match=r"holds thesis\.docx and is no folder of replications"):
        hs.replicate(town, 2, keep=tmp_path)
    with pytest.raises(ResultError, match="cannot be made"):
        hs.replicate(town, 2, keep=tmp_path / "thesis.docx" / "runs")


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot lock a directory")
def test_two_processes_do_not_work_on_the_same_folder(town: Scenario, tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(ResultError, match="another process is working on it"):
        hs.replicate(town, 2, keep=tmp_path)


def test_a_wrong_name_told_after_the_first_run_leaves_no_folder_and_takes_none_away(
    town: Scenario, tmp_path: Path
) -> None:
    folder = tmp_path / "deep" / "runs"
    with pytest.raises(ValueError, match="no key figure"):
        hs.replicate(town, 2, precision=0.1, kpis=["answer_rate.x"], keep=folder)
    assert not folder.parent.exists()
    hs.replicate(town, 2, keep=folder)
    with pytest.raises(ValueError, match="no key figure"):
        hs.replicate(town, 2, precision=0.1, kpis=["answer_rate.x"], keep=folder)
    assert list(folder.iterdir())


def test_wrong_arguments_make_no_folder(town: Scenario, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="engine: got 'cor'"):
        hs.replicate(town, 2, engine="cor", keep=tmp_path / "runs")  # type: ignore[arg-type]
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("command", [("replicate", "small-town"), ("compare", "small-town", "small-town")])
def test_the_same_command_goes_on_and_tidies_up(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    whole = CliRunner().invoke(program, [*command, "-n4", "--no-figures", "--lang=en", "--out=whole"])
    assert whole.exit_code == 0, whole.output
    job_of_study = study.run_job
    numbers: list[int] = []

    def run_job(job: Job) -> Ran:
        if job.replication == 2 and not numbers.count(2):
            numbers.append(2)
            raise KeyboardInterrupt
        numbers.append(job.replication)
        return job_of_study(job)

    monkeypatch.setattr(study, "run_job", run_job)
    arguments = [*command, "-n4", "--no-figures", "--lang=en", "--workers=1", "--out=part"]
    first = CliRunner().invoke(program, arguments)
    assert first.exit_code == 130
    assert "what was done is kept in part.runs; the same command continues" in first.output
    assert not Path("part").exists()
    numbers[:] = [2]
    second = CliRunner().invoke(program, arguments)
    assert second.exit_code == 0, second.output
    assert sorted(numbers) == [2, 2, 3]
    assert second.stdout.replace("part", "whole") == whole.stdout
    assert not Path("part.runs").exists()
