"""Whoever does the work, and whoever is killed while at it: the directory of a sweep has the same bytes."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

import hotline_sim as hs
from hotline_sim.errors import ResultError
from hotline_sim.experiment import executors
from hotline_sim.experiment.cluster import check_cluster, cluster
from hotline_sim.experiment.runs import Done, Task, run_chunk

if TYPE_CHECKING:
    from pathlib import Path

    from hotline_sim.experiment.table import SweepResult

VARY: dict[str, object] = {"teams.operators.agents": [1, 2], "demand.requests_per_year": ["x0.2", "x0.1"]}
REPLICATIONS = 8
RUNS = 4 * REPLICATIONS


def sweep(out: Path, **settings: Any) -> SweepResult:
    return hs.sweep(hs.load("small-town"), vary=VARY, replications=REPLICATIONS, out=out, **settings)


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one run after the other gives."""
    folder = tmp_path_factory.mktemp("serial")
    assert sweep(folder, workers=1).failures == ()
    files = content(folder)
    assert len(files) == 2 * REPLICATIONS + 3
    return files


@pytest.mark.parametrize("workers", [2, 5])
def test_threads(tmp_path: Path, serial: dict[str, bytes], workers: int) -> None:
    sweep(tmp_path, workers=workers)
    assert content(tmp_path) == serial


def test_any_executor(tmp_path: Path, serial: dict[str, bytes]) -> None:
    with ThreadPoolExecutor(3) as pool:
        result = sweep(tmp_path, executor=pool)
    assert result.failures == ()
    assert content(tmp_path) == serial


def test_processes_of_which_one_is_killed(tmp_path: Path, serial: dict[str, bytes]) -> None:
    killed: list[int] = []

    def kill(done: int, runs: int) -> None:
        if done >= RUNS // 4 and not killed:
            victim = multiprocessing.active_children()[0].pid
            assert victim is not None
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)

    result = sweep(tmp_path, executor="processes", workers=2, progress=kill)
    assert killed
    assert result.failures == ()
    assert content(tmp_path) == serial


def test_a_cluster_of_which_a_worker_is_killed(tmp_path: Path, serial: dict[str, bytes]) -> None:
    killed: list[int] = []
    with cluster("local:2") as pool:

        def kill(done: int, runs: int) -> None:
            if done >= RUNS // 4 and not killed:
                victim = pool.submit(os.getpid).result()
                assert victim != os.getpid()
                os.kill(victim, signal.SIGKILL)
                killed.append(victim)

        result = sweep(tmp_path, executor=pool, progress=kill)
        client: Any = pool._client  # type: ignore[attr-defined]
        assert len(killed) == 1
        assert killed[0] not in client.run(os.getpid).values()
        assert not [key for key in client.futures if "run_chunk" in key], "futures are let go of"
    assert result.failures == ()
    assert content(tmp_path) == serial


# Work that kills whoever does it.

DEADLY = "000002-000001"


def deadly(task: Task) -> Done:
    """Run a chunk, in a worker process; one chunk kills the process."""
    if task.name == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    return run_chunk(task)


def test_a_chunk_that_kills_its_process_is_given_up_and_all_others_are_done(
    tmp_path: Path, serial: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "run_chunk", deadly)
    result = sweep(tmp_path, executor="processes", workers=2)
    assert [failure[:4] for failure in result.failures] == [("worker", 1, 2, ""), ("worker", 3, 2, "")]
    chunks = {name for name in content(tmp_path) if name.startswith("chunks/")}
    assert chunks == {name for name in serial if name.startswith("chunks/") and DEADLY not in name}
    assert len(result.frame[["point", "replication"]].drop_duplicates()) == RUNS - 2

    monkeypatch.undo()
    again = sweep(tmp_path)
    assert again.found == RUNS - 2
    assert content(tmp_path) == serial


# Executors that stop working.


class Stopped(Executor):
    """Gives futures that end in one way."""

    def __init__(self, outcome: BaseException | None) -> None:
        self.outcome = outcome

    def submit(self, function: Any, /, *arguments: Any, **settings: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if self.outcome is None:
            future.cancel()
            future.set_running_or_notify_cancel()
        else:
            future.set_exception(self.outcome)
        return future


class Shut(Executor):
    def submit(self, function: Any, /, *arguments: Any, **settings: Any) -> Future[Any]:
        raise RuntimeError("cannot schedule new futures after shutdown")


@pytest.mark.parametrize(
    ("executor", "message"),
    [
        (Stopped(None), "the executor stopped working"),
        (Stopped(BrokenExecutor("gone")), "the executor stopped working"),
        (Stopped(ResultError("/disk: is full")), "/disk: is full; start the same sweep again"),
        (Stopped(OSError("no route")), "no route; start the same sweep again"),
        (Shut(), "takes no more work"),
    ],
)
def test_an_executor_that_stops_ends_the_sweep_with_what_to_do(
    tmp_path: Path, serial: dict[str, bytes], executor: Executor, message: str
) -> None:
    with pytest.raises(ResultError, match=message):
        sweep(tmp_path, executor=executor)
    sweep(tmp_path)
    assert content(tmp_path) == serial


def test_nothing_done_at_all_is_told_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="not one run could be done: KeyError: 'worker lost'"):
        sweep(tmp_path, executor=Stopped(KeyError("worker lost")))


class Elsewhere(Executor):
    """Says that a chunk is done, on a disk that nobody sees."""

    def submit(self, function: Any, /, *arguments: Any, **settings: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(Done(arguments[0].name, "nowhere.parquet", 1))
        return future


def test_workers_that_do_not_see_the_directory_are_told(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="must see the same directory"):
        sweep(tmp_path, executor=Elsewhere())


@pytest.mark.parametrize(
    "word", ["local", "local:0", "local:two", "host:8786", "tcp://host", "http://host:1"]
)
def test_a_word_that_names_no_cluster_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="must be local:N or an address"):
        check_cluster(word)


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotline_sim.experiment.cluster._SECONDS", 0.2)
    with pytest.raises(ResultError, match="no scheduler answers"), cluster("tcp://127.0.0.1:9"):
        pass
