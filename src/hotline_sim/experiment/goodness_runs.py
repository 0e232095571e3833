"""The replications that records are compared with: each simulated and looked through where it runs.

Only what is compared comes back (``goodness_seen.py``), so that a hundred years of a city fit into memory.
"""

from __future__ import annotations

import tomllib
from collections import deque
from concurrent.futures import BrokenExecutor, CancelledError
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from hotline_sim.engines.simulate import simulate
from hotline_sim.errors import ResultError
from hotline_sim.experiment.executors import pool_of, processors
from hotline_sim.experiment.goodness_seen import Plan, Seen, seen_in
from hotline_sim.scenario.schema import Scenario
from hotline_sim.scenario.write import to_toml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor


class Job(NamedTuple):
    """One replication, as plain data: scenario as TOML text, key of the draws, what to look at."""

    text: str
    seed: int
    replication: int
    plan: Plan


def run_job(job: Job) -> Seen:
    """Simulate a replication and look it through; called in whatever thread or process there is."""
    log = simulate(_scenario(job.text), seed=job.seed, replication=job.replication)
    return seen_in(log, job.plan)


def seen_in_runs(
    scenarios: Sequence[Scenario],
    plan: Plan,
    replications: int,
    *,
    seed: int,
    executor: Executor | str | None,
    workers: int | None,
) -> Iterator[Seen]:
    """What replications 0, 1, 2 and so on hold, in this order; they take the scenarios in turn.

    Raises
    ------
    ValueError
        If the executor is none.
    HotlineError
        If a replication fails.
    ResultError
        If the executor stops working.
    """
    texts = [to_toml(scenario) for scenario in scenarios]
    jobs = (Job(texts[number % len(texts)], seed, number, plan) for number in range(replications))
    with pool_of(executor, workers) as pool:
        waiting: deque[Any] = deque()
        most = 1  # the first run may compile the core, which is nothing to be done twice at a time
        try:
            while True:
                while len(waiting) < most and (job := next(jobs, None)) is not None:
                    waiting.append(pool.submit(run_job, job))
                if not waiting:
                    return
                yield waiting.popleft().result()
                most = 2 * (workers or getattr(pool, "_max_workers", 0) or processors())
        except (CancelledError, BrokenExecutor) as error:
            raise ResultError(f"the executor stopped working ({type(error).__name__})") from error
        finally:
            for future in waiting:
                future.cancel()


@lru_cache(maxsize=16)
def _scenario(text: str) -> Scenario:
    return Scenario.model_validate(tomllib.loads(text))
