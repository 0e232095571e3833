"""The verb: many scenarios and replications, cut into chunks, done by whoever is there, resumed where it was.

Points come from ``design.py``, their cut from ``plan.py``, runs from ``runs.py``; ``folder.py`` and
``chunks.py`` keep what is done, ``executors.py`` says who does it, ``table.py`` puts it together.
"""

from __future__ import annotations

import secrets
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from hotline_sim.arguments import check_path, check_whole
from hotline_sim.errors import ResultError, ScenarioError
from hotline_sim.experiment.chunks import find_chunks
from hotline_sim.experiment.design import Design, Method, make_design
from hotline_sim.experiment.executors import AGAIN, outcomes
from hotline_sim.experiment.folder import manifest_of, opened, write_result
from hotline_sim.experiment.plan import Chunk, chunks, cut
from hotline_sim.experiment.runs import Done, Failure, Task
from hotline_sim.experiment.table import SweepResult, assemble, in_order
from hotline_sim.scenario.faults import nearest
from hotline_sim.scenario.given import check_scenario
from hotline_sim.scenario.vary import changed
from hotline_sim.scenario.write import to_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    from hotline_sim.scenario.schema import Scenario


Progress: TypeAlias = "Callable[[int, int], None]"
"""Told the number of runs that are done, and of all."""


def sweep(
    scenario: Scenario,
    *,
    vary: Mapping[str, object] | Design,
    replications: int = 1,
    seed: int = 1,
    design: Method = "grid",
    points: int | None = None,
    kpis: Sequence[str] | None = None,
    executor: Executor | str | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> SweepResult:
    """Simulate a scenario with some of its keys varied.

    All points are under common random numbers: they have the same citizens, or, where demand is varied, the
    same random numbers behind them. The result does not depend on who does the work or in which order.

    Parameters
    ----------
    scenario : Scenario
        From :func:`hotline_sim.load`.
    vary : mapping of str to object, or Design
        Values by key path; see :func:`hotline_sim.experiment.design.make_design` for values and
        :func:`hotline_sim.scenario.vary.changed` for keys. Or the points themselves: ``design`` and
        ``points`` are not looked at then.
    replications : int
        Independent replications of every point.
    seed : int
        Not negative: of the random numbers, and of a design that is drawn.
    design : {"grid", "lhs", "sobol"}
        Every combination of values, a Latin hypercube, or a Sobol sequence.
    points : int, optional
        Points of the latter two.
    kpis : sequence of str, optional
        Key figures that the table keeps; all if not given. All are computed and stored in any case.
    executor : Executor, "threads", "processes" or None
        Who does the work: anything with the interface of :mod:`concurrent.futures`; default threads.
    workers : int, optional
        Number of threads or processes; all processors if not given.
    out : path, optional
        Directory of the result. A sweep that was interrupted goes on where it was when it is started again
        with the same arguments; more replications may be asked for later.
    progress : callable, optional
        Called with the number of runs done and of all, at the start with those that were done before.

    Returns
    -------
    SweepResult
        The table, its summary, and the runs that failed.

    Raises
    ------
    ScenarioError
        If a key leads nowhere, or no point makes a scenario that can be used.
    TypeError, ValueError
        If another argument makes no sense.
    ResultError
        If the directory holds something else or cannot be written to, or the executor stopped working.

    Examples
    --------
    >>> import hotline_sim as hs
    >>> result = hs.sweep(hs.load("small-town"), vary={"units.north.staff": [1, 2]}, kpis=["reply_rate"])
    >>> result.frame[["units.north.staff", "kpi", "value"]].to_dict("list")
    {'units.north.staff': [1, 2], 'kpi': ['reply_rate', 'reply_rate'], 'value': [1.0, 1.0]}
    """
    check_scenario(scenario)
    check_whole("replications", replications, least=1)
    check_whole("seed", seed)
    if out is not None:
        check_path("out", out, "the path of a directory")
    check_kpis(kpis)
    if isinstance(vary, Design):
        table = vary
    else:
        table = make_design(scenario, vary, method=design, points=points, seed=seed)
    _check_any(scenario, table)
    with ExitStack() as stack:
        if out is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hotline-sim-")))
        else:
            folder = Path(out).absolute()
        manifest = manifest_of(scenario, table, seed=seed, replications=replications)
        store = stack.enter_context(opened(folder, manifest))
        work = _Sweep(scenario, table, seed, replications, store, manifest)
        work.go(executor, workers, progress)
        return work.result(kpis, folder, keep=out is not None)


class _Sweep:
    """The state of a sweep: which chunks are there, and which were lost."""

    def __init__(
        self,
        scenario: Scenario,
        design: Design,
        seed: int,
        replications: int,
        store: Path,
        manifest: Mapping[str, Any],
    ) -> None:
        self.scenario = scenario
        self.design = design
        self.seed = seed
        self.store = store
        self.manifest = manifest
        self.chunks = list(chunks(cut(scenario, design), replications))
        self.files = find_chunks(store, manifest["sweep"]).whole
        self.runs = sum(len(chunk.points) for chunk in self.chunks)
        self.found = sum(len(chunk.points) for chunk in self.chunks if chunk.name in self.files)
        self.lost: list[Failure] = []

    def go(self, executor: Executor | str | None, workers: int | None, progress: Progress | None) -> None:
        """Do every chunk that is not there."""
        done = self.found

        def reached(number: int) -> None:
            nonlocal done
            done += number
            if progress is not None:
                progress(done, self.runs)

        reached(0)
        waiting = {chunk.name: chunk for chunk in self.chunks if chunk.name not in self.files}
        with closing(outcomes(self._tasks(waiting.values()), executor, workers, reached)) as ended:
            for task, outcome in ended:
                if isinstance(outcome, Done):
                    self._note(outcome)
                elif isinstance(outcome, ResultError | OSError):
                    raise ResultError(f"{outcome}; {AGAIN}") from outcome
                else:
                    message = f"{type(outcome).__name__}: {outcome}"
                    self.lost += [
                        Failure("worker", number, task.replication, "", message) for number, _ in task.points
                    ]

    def _tasks(self, waiting: Sequence[Chunk] | Any) -> Iterator[Task]:
        tables = to_tables(self.scenario)
        for chunk in waiting:
            yield Task(
                name=chunk.name,
                tables=tables,
                points=tuple((point.number, self.design.changes(point)) for point in chunk.points),
                seed=self.seed,
                replication=chunk.replication,
                folder=str(self.store),
                sweep=self.manifest["sweep"],
                release=self.manifest["versions"]["hotline-sim"],
                token=secrets.token_hex(8),
            )

    def _note(self, done: Done) -> None:
        if not (self.store / done.file).is_file():
            msg = (
                f"{self.store / done.file}: was written by a worker and is not here; "
                f"workers and this process must see the same directory"
            )
            raise ResultError(msg)
        self.files[done.name] = done.file

    def result(self, kpis: Sequence[str] | None, folder: Path, *, keep: bool) -> SweepResult:
        """Put everything together, and write it if it is to be kept."""
        there = [
            (chunk.replication, self.store / self.files[chunk.name])
            for chunk in self.chunks
            if chunk.name in self.files
        ]
        if not there:
            raise ResultError(f"not one run could be done: {self.lost[0].message}")
        table, failures = assemble(self.design, there, kpis)
        failures = in_order([*failures, *self.lost])
        if keep:
            write_result(folder, table, failures, self.design)
        return SweepResult(
            self.design, table, tuple(failures), self.runs, self.found, folder if keep else None
        )


def check_kpis(kpis: Sequence[str] | None) -> None:
    """Check that names are those of key figures that a sweep has.

    Raises
    ------
    ValueError
        If one is not, with the nearest that is.
    """
    from hotline_sim.engines.core.key_figures import LEFT_OUT
    from hotline_sim.results.further import FURTHER
    from hotline_sim.results.kpis import KPIS, PARTS

    if isinstance(kpis, str):
        raise ValueError(f"kpis: got {kpis!r}, must be a list of names")
    known = [name for name in KPIS if name not in LEFT_OUT]
    known += list(FURTHER)
    for name in kpis or ():
        base, _, part = name.partition(".")
        if base not in known or (part and base not in PARTS):
            hint = nearest(name, known)
            raise ValueError(f"kpis: {name!r} is no key figure of a sweep" + (f"; {hint}" if hint else ""))


def _check_any(scenario: Scenario, design: Design) -> None:
    """Refuse a design of which no point makes a scenario; single points that do not are failures later."""
    first: ScenarioError | None = None
    for point in design.points:
        try:
            changed(scenario, design.changes(point))
        except ScenarioError as error:
            first = first or error
        else:
            return
    if first is not None:
        raise first
