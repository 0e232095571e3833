"""The runs of one chunk: each point's scenario is made, built and simulated on draws that the chunk shares.

Plain data goes in and out, so that a chunk can be run in a thread, in another process or on another machine.
Chunk files are the subject of ``chunks.py``.
"""

from __future__ import annotations

import threading
import traceback
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from hotline_sim.errors import HotlineError, ResultError, ScenarioError
from hotline_sim.experiment.chunks import write_chunk
from hotline_sim.experiment.demand import demand_digest
from hotline_sim.network.absence import present
from hotline_sim.network.build import build
from hotline_sim.network.draws import draw
from hotline_sim.scenario.schema import Scenario
from hotline_sim.scenario.vary import changed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Executor

    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network
    from hotline_sim.results.view import Kpi

ENGINE: Final = "core"
"""Engine of every run of a sweep."""

MOST_SHARED: Final = 1_000_000
"""Expected contacts above which a run draws its tickets block by block: all at once would take gigabytes."""

Row: TypeAlias = "tuple[str, float | None, float | None, float | None, str]"
"""Name of a key figure, value, numerator, denominator, unit."""


class Failure(NamedTuple):
    """A run that could not be done.

    Parameters
    ----------
    stage : str
        ``"change"``, ``"build"``, ``"draw"``, ``"run"``; ``"worker"`` if whoever did the work was lost.
    point : int
        Number of the point.
    replication : int or None
        None where every replication fails alike.
    key : str
        Key path of the scenario; empty if the failure is not about one.
    message : str
        What went wrong.
    """

    stage: str
    point: int
    replication: int | None
    key: str
    message: str


class Task(NamedTuple):
    """A chunk as plain data, together with everything that its runs need.

    Parameters
    ----------
    name : str
        Of the chunk.
    tables : dict
        The scenario that is varied.
    points : tuple of (int, dict)
        Number of each point and its values by key.
    seed, replication : int
        Key of the draws.
    folder : str
        Absolute path of the folder of chunks.
    sweep : str
        Digest of the sweep, kept in the chunk.
    release : str
        Release of the package that started the sweep.
    token : str
        Different on every submission, for executors that remember calls with the same arguments.
    """

    name: str
    tables: dict[str, Any]
    points: tuple[tuple[int, dict[str, object]], ...]
    seed: int
    replication: int
    folder: str
    sweep: str
    release: str
    token: str = ""


class Done(NamedTuple):
    """What comes back from a chunk: small, for the numbers are in the file.

    Parameters
    ----------
    name : str
        Of the chunk.
    file : str
        Name of its file.
    runs : int
        How many runs it holds, failed ones included.
    """

    name: str
    file: str
    runs: int


_Given: TypeAlias = "tuple[int, Mapping[str, object]]"
_Result: TypeAlias = "list[Row] | Failure"


class SharedDraws:
    """The last draws that were made, for the runs after it that have the same demand.

    Only one set is kept: a year's draws take hundreds of megabytes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: tuple[str, int, int] | None = None
        self._draws: Draws | None = None

    @property
    def is_new(self) -> bool:
        """Whether nothing was drawn yet."""
        return self._key is None

    def of(self, network: Network, seed: int, replication: int) -> Draws:
        """Draws of a network, made anew only if those at hand are of another demand."""
        key = demand_digest(network), seed, replication
        with self._lock:
            if self._key != key or self._draws is None:
                self._key = self._draws = None  # let go of the old before making the new
                self._draws = draw(network, seed, replication)
                self._key = key
            return self._draws


def run_chunk(
    task: Task,
    *,
    threads: Executor | None = None,
    shared: SharedDraws | None = None,
    reached: Callable[[int], None] | None = None,
) -> Done:
    """Run a chunk and write its file.

    Parameters
    ----------
    task : Task
        What to do.
    threads : Executor, optional
        Where the runs are done side by side; one after the other if not given.
    shared : SharedDraws, optional
        Kept from one chunk to the next.
    reached : callable, optional
        Called with 1 after each run.

    Returns
    -------
    Done
        Once the file is on disk.

    Raises
    ------
    ResultError
        If the file cannot be written, or this is another release of the package than the sweep's.
    """
    from hotline_sim.results.provenance import versions

    release = versions()["hotline-sim"]
    if release != task.release:
        raise ResultError(
            f"this worker has hotline-sim {release}, the sweep {task.release}; install the same"
        )
    base = Scenario.model_validate(task.tables)
    shared = shared or SharedDraws()
    one = partial(_run_point, base, task.seed, task.replication, shared)
    rows: list[tuple[int, list[Row]]] = []
    failures: list[Failure] = []
    results = map(one, task.points) if threads is None else _side_by_side(one, base, task, threads, shared)
    for (number, _), result in zip(task.points, results, strict=True):
        if isinstance(result, Failure):
            failures.append(result)
        else:
            rows.append((number, result))
        if reached is not None:
            reached(1)
    file = write_chunk(Path(task.folder), task.name, task.sweep, rows, failures)
    return Done(task.name, file, len(task.points))


def _side_by_side(
    one: Callable[[_Given], _Result], base: Scenario, task: Task, threads: Executor, shared: SharedDraws
) -> Iterator[_Result]:
    points: tuple[_Given, ...] = task.points
    if shared.is_new:
        # The very first run compiles the core if need be, which is nothing to be done twice at a time.
        yield one(points[0])
        points = points[1:]
    else:
        # Drawn here, always in the same thread: each thread keeps the memory that it once needed.
        with suppress(Exception):
            network = build(changed(base, points[0][1]))
            if not is_large(network):
                shared.of(network, task.seed, task.replication)
    yield from threads.map(one, points)


def _run_point(base: Scenario, seed: int, replication: int, shared: SharedDraws, point: _Given) -> _Result:
    """Key figures of one run, or why there are none: a scenario that fails must not end the sweep."""
    number, values = point
    stage = "change"
    try:
        scenario = changed(base, values)
        stage = "build"
        network = build(scenario)
        if is_large(network):
            stage = "run"
            kpis = _run_large(network, seed, replication)
        else:
            stage = "draw"
            draws = shared.of(network, seed, replication)
            stage = "run"
            kpis = _run_one(present(network, seed, replication), draws)
        return [row_of(name, kpi) for name, kpi in kpis.items()]
    except ScenarioError as error:
        return Failure(stage, number, None, error.faults[0].where, str(error))
    except MemoryError as error:
        return Failure(stage, number, replication, "", f"not enough memory: {error}".rstrip(": "))
    except HotlineError as error:
        return Failure(stage, number, replication, "", str(error))
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}, line {last.lineno}"
        return Failure(stage, number, replication, "", f"{type(error).__name__}: {error} ({place})")


def is_large(network: Network) -> bool:
    """Whether a run draws its tickets block by block."""
    return sum(source.rate.total for source in network.demand.sources) > MOST_SHARED


def _run_one(network: Network, draws: Draws) -> dict[str, Kpi]:
    from hotline_sim.engines.core.key_figures import summarise

    return summarise(network, draws)


def _run_large(network: Network, seed: int, replication: int) -> dict[str, Kpi]:
    from hotline_sim.engines.core.stream import summarise_blocks

    return summarise_blocks(network, seed, replication)


def row_of(name: str, kpi: Kpi) -> Row:
    """Key figure as a row of a chunk."""
    return name, kpi.value, kpi.numerator, kpi.denominator, kpi.unit
