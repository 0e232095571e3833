"""Whether the run-in of a scenario is long enough: MSER-5 on the open tickets of each day.

The rule itself is in :mod:`hotline_sim.statistics.warm_up`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.clock.ticks import DAY
from hotline_sim.engines.simulate import simulate
from hotline_sim.results.series import backlog_by_day
from hotline_sim.statistics.warm_up import BATCH, Truncation, mser

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.engines.simulate import EngineName
    from hotline_sim.scenario.schema import Scenario

REPLICATIONS: Final = 5
"""Replications whose mean is looked at; the rule is blind to the noise of a single one."""

SPAN: Final = 4
"""Run-ins that the series is long at most: what later seasons do says nothing about the start."""

LONG: Final = 120
"""Days that it may be long in any case."""

LEAST_DAYS: Final = 4 * BATCH
"""Days of the series below which nothing can be said."""


@dataclass(frozen=True, eq=False)
class RunIn:
    """The run-in of a scenario, and what the open tickets say about it.

    Parameters
    ----------
    days : float
        Length of the scenario's run-in.
    midnights : int64 array, shape (days,)
        Start of each whole day from the start of the run-in on, in ticks: four times the run-in or 120 days,
        whichever is more, but not beyond the window.
    backlog : float64 array, shape (days,)
        Open tickets at the end of each day, mean over replications.
    truncation : Truncation or None
        Found by MSER-5; None if the series is too short for it.
    replications : int
        How many were run.
    """

    days: float
    midnights: IntArray
    backlog: FloatArray
    truncation: Truncation | None
    replications: int

    @property
    def recommended(self) -> int | None:
        """Days to leave out at least, a multiple of five; None if the series does not tell."""
        if self.truncation is None or not self.truncation.is_reliable:
            return None
        return self.truncation.count

    @property
    def is_enough(self) -> bool | None:
        """Whether the run-in is as long as recommended; None if the series does not tell."""
        return None if self.recommended is None else self.days >= self.recommended


def check_run_in(
    scenario: Scenario,
    *,
    replications: int = REPLICATIONS,
    seed: int = 1,
    engine: EngineName = "auto",
    progress: Callable[[int, int], None] | None = None,
) -> RunIn:
    """Look at the open tickets of each day from the start of the run-in on, and say where the start ends.

    A hotline is never quite steady: weeks, holidays and seasons move its backlog, and the rule takes what
    they do for noise. So the series ends after four run-ins, and where it is short, or has a trend, it may
    give no answer.

    Parameters
    ----------
    scenario : Scenario
        From :func:`hotline_sim.load`.
    replications : int
        Averaged before the rule is applied, at least 1.
    seed : int
        Not negative.
    engine : {"auto", "des", "core"}
        As for :func:`hotline_sim.simulate`.
    progress : callable, optional
        Called with the number of replications done and of all.

    Returns
    -------
    RunIn
        Backlog by day and truncation point.

    Raises
    ------
    ValueError
        If there is no replication.
    """
    if replications < 1:
        raise ValueError(f"replications: got {replications}, must be at least 1")
    days = scenario.run.run_in.ticks() / DAY
    series: list[FloatArray] = []
    midnights = np.zeros(0, np.int64)
    for replication in range(replications):
        if progress is not None:
            progress(replication, replications)
        log = simulate(scenario, seed=seed, replication=replication, engine=engine)
        window = log.meta.start - scenario.run.run_in.ticks(), log.meta.end
        midnights, tickets = backlog_by_day(log, window)
        series.append(tickets.astype(np.float64))
    if progress is not None:
        progress(replications, replications)
    looked_at = max(LONG, int(np.ceil(SPAN * days)))
    midnights, backlog = midnights[:looked_at], np.mean(series, axis=0)[:looked_at]
    truncation = mser(backlog) if backlog.size >= LEAST_DAYS else None
    return RunIn(days, midnights, backlog, truncation, replications)
