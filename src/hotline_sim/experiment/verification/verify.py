"""The verb: cases run on the compiled core, judged against theory, and compared between the engines."""

from __future__ import annotations

import secrets
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from hotline_sim.arguments import check_whole
from hotline_sim.engines.simulate import simulate
from hotline_sim.experiment.executors import pool_of
from hotline_sim.experiment.verification.cases import Case, Row, chosen
from hotline_sim.experiment.verification.engines import engines_agree
from hotline_sim.experiment.verification.judge import (
    FALSE_ALARM,
    PRECISION,
    Judgement,
    Verdict,
    bound,
    estimated,
    is_narrow,
    judge,
)
from hotline_sim.experiment.verification.measures import Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Executor, Future

    import pandas as pd

    from hotline_sim.arrays import FloatArray
    from hotline_sim.scenario.schema import Scenario

SEED: Final = 20210101
"""Used unless another is asked for, so that a run can be repeated."""
FEWEST: Final = 24
"""Replications at least, so that their mean is near normal."""
MORE: Final = 4
"""A case whose intervals come out too wide goes on to so many times its replications, at most."""

Progress: TypeAlias = "Callable[[int, int], None]"
"""Told the number of replications that are done, and of all."""


@dataclass(frozen=True)
class Verification:
    """What came out.

    Parameters
    ----------
    seed : int
        Of all cases; each takes its own numbers from it.
    precision : float
        Widest interval that passes, as a share of the theory.
    bound : float
        Largest distance that passes, in standard errors.
    rows : tuple of Judgement
        In the order of the cases.
    engines : dict of str to bool
        Whether both engines wrote the same log, by case.
    contacts : int
        Contacts simulated on the core.
    """

    seed: int
    precision: float
    bound: float
    rows: tuple[Judgement, ...]
    engines: dict[str, bool]
    contacts: int = 0
    false_alarm: float = field(default=FALSE_ALARM)

    @property
    def failures(self) -> tuple[Judgement, ...]:
        """Rows that did not pass."""
        return tuple(row for row in self.rows if row.verdict is not Verdict.PASS)

    @property
    def disagreements(self) -> tuple[str, ...]:
        """Cases in which the engines differ."""
        return tuple(name for name, agree in self.engines.items() if not agree)

    @property
    def passed(self) -> bool:
        """Whether every row passed and the engines agree in every case."""
        return not self.failures and not self.disagreements

    @property
    def frame(self) -> pd.DataFrame:
        """One row for each comparison, with case, what, theory, estimate, half_width, z, verdict and more."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "case": row.case,
                    "what": row.what.en,
                    "unit": row.unit,
                    "theory": row.theory,
                    "estimate": row.estimate,
                    "half_width": row.half_width,
                    "width": row.width,
                    "z": row.z,
                    "exact": row.exact,
                    "replications": row.replications,
                    "verdict": str(row.verdict),
                    "engines_agree": self.engines[row.case],
                }
                for row in self.rows
            ]
        )


def verify(
    cases: Iterable[str | Case] | None = None,
    *,
    seed: int | None = None,
    fresh: bool = False,
    precision: float = PRECISION,
    executor: Executor | str | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Compare the simulator with theory.

    Every case is a scenario with a known answer. It is simulated on the compiled core in independent
    replications, whose logs are counted and compared with formulas; and its first contacts are simulated on
    both engines, which must write the same log.

    Parameters
    ----------
    cases : iterable of str or Case, optional
        Names of cases; all if not given.
    seed : int, optional
        Not negative; always the same one if not given.
    fresh : bool
        Whether to take a new seed, which the result tells.
    precision : float
        Widest 95 % interval that passes, as a share of the theory, and a quarter of it for shares of a whole.
        Half of it takes four times as many replications.
    executor : Executor, "threads", "processes" or None
        Who does the work; None stands for threads. Processes are faster for many cases, and only for cases by
        name; in a script they need ``if __name__ == "__main__":``.
    workers : int, optional
        Threads or processes; one for each processor if not given.
    progress : callable, optional
        Called with the number of replications done and of all.

    Returns
    -------
    Verification
        The same for the same cases, seed and precision, whoever does the work.

    Raises
    ------
    ValueError
        If an argument makes no sense.
    ResultError
        If worker processes cannot be started.

    Examples
    --------
    >>> import hotline_sim as hs
    >>> result = hs.verify(["working-calendar"])
    >>> result.passed, len(result.failures)
    (True, 0)
    """
    if fresh and seed is not None:
        raise ValueError("seed: a fresh one is asked for, so none can be given")
    if seed is not None:
        check_whole("seed", seed)
    if not 0 < precision <= 1:
        raise ValueError(f"precision: got {precision}, must be above 0 and at most 1")
    if seed is None:
        seed = secrets.randbits(32) if fresh else SEED
    wanted = None if cases is None else tuple(cases)
    todo = chosen(wanted)
    own = {case.name for case in wanted or () if isinstance(case, Case)}
    tables = [case.rows() for case in todo]
    farthest = bound(sum(not row.exact for rows in tables for row in rows))
    meter = _Meter(sum(replications(case, precision) for case in todo), progress)
    rows: list[Judgement] = []
    with pool_of(executor, workers) as pool:
        runs = [
            _Run(case if case.name in own else case.name, case, seed_of(case, seed), precision, pool)
            for case in todo
        ]
        for run, measured in zip(runs, tables, strict=True):
            parts = run.parts(measured, meter)
            for number, row in enumerate(measured):
                rows.append(judge(run.case, row, parts[:, number], farthest, precision))
        engines = {run.case.name: run.compared.result() for run in runs}
    return Verification(seed, precision, farthest, tuple(rows), engines, meter.contacts)


def replications(case: Case, precision: float) -> int:
    """Replications for a precision: half the width takes four times as many."""
    return max(FEWEST, round(case.replications * (PRECISION / precision) ** 2))


def seed_of(case: Case, seed: int) -> int:
    """Give a case a seed of its own, so that no two cases share their chance."""
    return seed << 32 | zlib.crc32(case.name.encode())


class _Meter:
    """Counts what is done; a case that goes on raises the total."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total = total
        self.done = 0
        self.contacts = 0
        self._progress = progress
        self.tell()

    def one_more(self, contacts: int) -> None:
        self.done += 1
        self.contacts += contacts
        self.tell()

    def tell(self) -> None:
        if self._progress is not None:
            self._progress(self.done, self.total)


class _Run:
    """The replications of one case, handed out when it is made.

    A case by its name can be handed to another process, which looks it up; a case itself only to a thread.
    """

    def __init__(self, key: str | Case, case: Case, seed: int, precision: float, pool: Executor) -> None:
        self.key = key
        self.case = case
        self.seed = seed
        self.precision = precision
        self.pool = pool
        self.count = replications(case, precision)
        self.compared: Future[bool] = pool.submit(_compare, key, seed)
        self.first = self._more(0, self.count)

    def _more(self, low: int, high: int) -> list[Future[_Found]]:
        return [self.pool.submit(_measure, self.key, self.seed, number) for number in range(low, high)]

    def parts(self, rows: tuple[Row, ...], meter: _Meter) -> FloatArray:
        """Numerators and denominators, shape (replications, rows, 2); more of them if they are too vague."""
        found: list[list[tuple[float, float]]] = []
        under_way = self.first
        while True:
            for future in under_way:
                pairs, contacts = future.result()
                found.append(pairs)
                meter.one_more(contacts)
            parts = np.array(found, dtype=np.float64)
            if self._is_narrow(rows, parts) or len(found) >= MORE * self.count:
                return parts
            meter.total += self.count
            under_way = self._more(len(found), len(found) + self.count)

    def _is_narrow(self, rows: tuple[Row, ...], parts: FloatArray) -> bool:
        return all(
            row.exact or is_narrow(estimated(parts[:, number]), row, self.precision)
            for number, row in enumerate(rows)
        )


_Found: TypeAlias = tuple[list[tuple[float, float]], int]
"""Numerators and denominators of a replication, and its contacts."""


@lru_cache(maxsize=4)
def _prepared(key: str | Case) -> tuple[Case, Scenario, tuple[Row, ...]]:
    (case,) = chosen([key])
    return case, case.scenario(), case.rows()


def _measure(key: str | Case, seed: int, replication: int) -> _Found:
    case, scenario, rows = _prepared(key)
    log = simulate(scenario, seed=seed, replication=replication, engine="core")
    seen = Seen(log, case.tail)
    return [row.measure(seen) for row in rows], log.tickets["arrival"].size


def _compare(key: str | Case, seed: int) -> bool:
    case, scenario, _ = _prepared(key)
    return engines_agree(scenario, seed, case.contacts)
