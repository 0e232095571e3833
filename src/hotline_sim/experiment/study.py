"""Replications of one or more scenarios under common random numbers: who runs them, and the table they give.

What is made of the table is the subject of ``replicate.py`` and ``compare.py``; sweeps, which may be much
larger, keep their runs in chunks (``sweep.py``).
"""

from __future__ import annotations

import tomllib
import warnings
from collections import deque
from concurrent.futures import BrokenExecutor, CancelledError
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np

from hotline_sim.arguments import check_choice, check_whole
from hotline_sim.engines.simulate import ENGINES, simulate
from hotline_sim.errors import HotlineWarning, ResultError, UnsupportedFeature
from hotline_sim.experiment.executors import pool_of, processors
from hotline_sim.experiment.runs import SharedDraws, is_large
from hotline_sim.network.absence import present
from hotline_sim.network.build import build
from hotline_sim.results.names import ALL
from hotline_sim.scenario.given import check_scenario
from hotline_sim.scenario.schema import Scenario
from hotline_sim.scenario.write import to_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    import pandas as pd

    from hotline_sim.arrays import FloatArray
    from hotline_sim.engines.simulate import EngineName
    from hotline_sim.experiment.kept import Kept
    from hotline_sim.network.network import Network
    from hotline_sim.results.view import Kpi

Progress: TypeAlias = "Callable[[int, int], None]"
"""Told the number of replications that are done, and of all."""

MOST: Final = 2**32
"""Replications at most: their number is a word of 32 bits in the key of the draws."""

COLUMNS: Final = ("scenario", "replication", "kpi", "value", "numerator", "denominator", "unit")
"""Columns of the table of a study: one row for each scenario, replication and key figure."""


class Job(NamedTuple):
    """One replication of every scenario of a study, as plain data.

    Parameters
    ----------
    scenarios : tuple of str
        As TOML text, in order.
    seed, replication : int
        Key of the draws, which scenarios with the same demand share.
    engine : {"auto", "des", "core"}
        Which engine.
    """

    scenarios: tuple[str, ...]
    seed: int
    replication: int
    engine: EngineName


class Ran(NamedTuple):
    """What a job found.

    Parameters
    ----------
    kpis : tuple of dict
        Key figures of each scenario.
    engine : str
        The engine that ran; the slower one if the scenarios needed both.
    """

    kpis: tuple[dict[str, Kpi], ...]
    engine: str


def run_job(job: Job) -> Ran:
    """Run a job; called in whatever thread or process there is.

    Raises
    ------
    HotlineError
        As :func:`hotline_sim.simulate`.
    """
    shared = SharedDraws()
    found, engines = [], set()
    for text in job.scenarios:
        kpis, engine = _run(text, job, shared)
        found.append(kpis)
        engines.add(engine)
    return Ran(tuple(found), "des" if "des" in engines else "core")


def _run(text: str, job: Job, shared: SharedDraws) -> tuple[dict[str, Kpi], str]:
    if job.engine != "des":
        from hotline_sim.engines.core.key_figures import summarise
        from hotline_sim.engines.core.stream import summarise_blocks

        network = _network(text)
        try:
            if is_large(network):
                return summarise_blocks(network, job.seed, job.replication), "core"
            staffed = present(network, job.seed, job.replication)
            return summarise(staffed, shared.of(network, job.seed, job.replication)), "core"
        except UnsupportedFeature as refusal:
            if job.engine == "core":
                raise
            warnings.warn(f"{refusal}; going on with SimPy, slowly", HotlineWarning, stacklevel=2)
    from hotline_sim.engines.core.key_figures import LEFT_OUT
    from hotline_sim.results.kpis import kpis

    log = simulate(_scenario(text), seed=job.seed, replication=job.replication, engine="des")
    return {name: kpi for name, kpi in kpis(log).items() if name not in LEFT_OUT}, "des"


@lru_cache(maxsize=16)
def _scenario(text: str) -> Scenario:
    return Scenario.model_validate(tomllib.loads(text))


@lru_cache(maxsize=16)
def _network(text: str) -> Network:
    return build(_scenario(text))


def ran(
    scenarios: Sequence[Scenario],
    replications: int,
    *,
    seed: int,
    engine: EngineName,
    executor: Executor | str | None,
    workers: int | None,
    kept: Kept | None = None,
) -> Iterator[Ran]:
    """Run replications 0, 1, 2 and so on of some scenarios, side by side, and give them in this order.

    Parameters
    ----------
    scenarios : sequence of Scenario
        At least one.
    replications : int
        How many at most; whoever needs fewer stops asking.
    seed : int
        Not negative.
    engine : {"auto", "des", "core"}
        As for :func:`hotline_sim.simulate`.
    executor, workers
        As for :func:`hotline_sim.sweep`.
    kept : Kept, optional
        Replications that need not be run again; those that are run are put there.

    Yields
    ------
    Ran
        The same whoever does the work.

    Raises
    ------
    TypeError, ValueError
        If an argument makes no sense.
    HotlineError
        If a replication fails: those of one scenario fail alike, so there is nothing to go on with.
    ResultError
        If the executor stops working.
    """
    check_study(scenarios, replications, seed=seed, engine=engine)
    texts = tuple(map(to_toml, scenarios))
    jobs = (Job(texts, seed, replication, engine) for replication in range(replications))
    with pool_of(executor, workers) as pool:
        # The very first run compiles the core if need be, which is nothing to be done twice at a time.
        waiting: deque[tuple[int, Any]] = deque()
        most = 1
        try:
            while True:
                while len(waiting) < most and (job := next(jobs, None)) is not None:
                    done = kept.take(job.replication) if kept is not None else None
                    waiting.append((job.replication, done or _submit(pool, job)))
                if not waiting:
                    return
                replication, run = waiting.popleft()
                if not isinstance(run, Ran):
                    run = _result(run)
                    if kept is not None:
                        kept.put(replication, run)
                yield run
                most = 2 * (workers or getattr(pool, "_max_workers", 0) or processors())
        finally:
            for _, future in waiting:
                if not isinstance(future, Ran):
                    future.cancel()


def _submit(pool: Executor, job: Job) -> Any:
    try:
        return pool.submit(run_job, job)
    except RuntimeError as error:  # broken, or shut down
        raise ResultError(f"the executor takes no more work: {error}") from error


def _result(future: Any) -> Ran:
    try:
        found: Ran = future.result()
    except (CancelledError, BrokenExecutor) as error:
        raise ResultError(f"the executor stopped working ({type(error).__name__})") from error
    return found


def check_study(scenarios: Sequence[Scenario], replications: int, *, seed: int, engine: str) -> None:
    """Check what a study is of.

    Raises
    ------
    TypeError, ValueError
        If an argument makes no sense.
    """
    for scenario in scenarios:
        check_scenario(scenario)
    check_whole("replications", replications, least=1, most=MOST)
    check_whole("seed", seed)
    check_choice("engine", engine, ENGINES)


def frame_of(names: Sequence[str], runs: Sequence[Ran]) -> pd.DataFrame:
    """Table of a study.

    Parameters
    ----------
    names : sequence of str
        Of the scenarios.
    runs : sequence of Ran
        By replication.

    Returns
    -------
    DataFrame
        Columns as in ``COLUMNS``, rows by scenario, replication and key figure; NaN where there is no value.
    """
    import pandas as pd

    rows = [
        (name, replication, kpi, found.value, found.numerator, found.denominator, found.unit)
        for place, name in enumerate(names)
        for replication, run in enumerate(runs)
        for kpi, found in run.kpis[place].items()
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    numbers = ["value", "numerator", "denominator"]
    return frame.astype(dict.fromkeys(numbers, "float64") | {"replication": "int64"})


def check_kpis(kpis: Sequence[str], known: Sequence[str], lacking: Mapping[str, str] | None = None) -> None:
    """Check that names are among those of a study; ``lacking`` tells who has not what others of it have.

    Raises
    ------
    ValueError
        If one is not, with the nearest that is.
    """
    from hotline_sim.scenario.faults import nearest

    if isinstance(kpis, str):
        raise ValueError(f"kpis: got {kpis!r}, must be a list of names")
    for name in kpis:
        if name not in known:
            without = (lacking or {}).get(name)
            hint = f"without it: {without}" if without else nearest(name, list(known))
            raise ValueError(f"kpis: {name!r} is no key figure here" + (f"; {hint}" if hint else ""))


def without_parts(kpis: Sequence[str]) -> list[str]:
    """Key figures of all tickets, in the order in which people read them; those of parts are left out."""
    order = {name: place for place, name in enumerate(ALL)}
    return sorted((name for name in kpis if "." not in name), key=order.__getitem__)


def wide(frame: pd.DataFrame, kpis: Sequence[str]) -> pd.DataFrame:
    """One row for each replication, one column for each key figure, in the order given."""
    table = frame.pivot(index="replication", columns="kpi", values="value")
    found: pd.DataFrame = table[list(kpis)].rename_axis(columns=None)
    return found


def columns_of(frame: pd.DataFrame) -> dict[str, FloatArray]:
    """Values of each key figure by replication."""
    return {
        str(kpi): rows["value"].to_numpy(np.float64)
        for kpi, rows in frame.groupby("kpi", sort=False, observed=True)
    }
