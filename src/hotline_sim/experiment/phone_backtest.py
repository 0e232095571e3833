"""Back-test of a phone room: fitted to one period of its records, simulated over the next, and compared.

Back-tests of demand and of times to the reply are in ``backtest.py``; the fit itself is in
:mod:`hotline_sim.fit`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.clock.ticks import NEVER, SECOND, tick_of
from hotline_sim.engines.simulate import simulate
from hotline_sim.errors import RecordsError
from hotline_sim.fit.door import fit
from hotline_sim.network.codes import Outcome, Stage

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import pandas as pd

    from hotline_sim.fit.door import Fit
    from hotline_sim.records.read import Records
    from hotline_sim.results.log import TicketLog

STATISTICS: Final = (
    "calls",
    "wait_median",
    "wait_p90",
    "abandonment",
    "within_20s",
    "wait_answered_median",
)
"""Calls that want an agent; median and 90 % quantile of their wait, until answered or given up, in seconds;
share of them given up; share of them answered within 20 s; median wait of the answered, in seconds."""


@dataclass(frozen=True, eq=False)
class PhoneBacktest:
    """What a held-back period was, and what the fit predicted for it.

    Parameters
    ----------
    fit : Fit
        To the period before.
    observed : dict of str to float
        By name of STATISTICS.
    simulated : DataFrame
        One row for each replication, one column for each of STATISTICS.
    start, end : date
        The held-back period, the end exclusive.
    """

    fit: Fit
    observed: dict[str, float]
    simulated: pd.DataFrame
    start: date
    end: date

    def table(self, *, levels: tuple[float, ...] = (0.8, 0.95)) -> pd.DataFrame:
        """Observed value, mean of the simulations, and prediction bands.

        Parameters
        ----------
        levels : tuple of float
            Shares of the simulations that a band holds, in (0, 1).

        Returns
        -------
        DataFrame
            One row for each of STATISTICS: observed, mean, then low, high and inside for each level.
        """
        import pandas as pd

        rows = []
        for name in STATISTICS:
            values = self.simulated[name].to_numpy(np.float64)
            row: dict[str, object] = {
                "statistic": name,
                "observed": self.observed[name],
                "mean": float(values.mean()),
            }
            for level in levels:
                low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
                row |= {
                    f"low_{level:g}": float(low),
                    f"high_{level:g}": float(high),
                    f"inside_{level:g}": bool(low <= self.observed[name] <= high),
                }
            rows.append(row)
        return pd.DataFrame(rows)


def phone_backtest(
    records: Records,
    *,
    start: date,
    end: date,
    fit_from: date | None = None,
    replications: int = 200,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> PhoneBacktest:
    """Fit a phone room to the records before a period, and predict that period.

    Each replication is a scenario of its own, as uncertain as the estimates are, with citizens of its own; so
    the band holds both what the records leave open and chance.

    Parameters
    ----------
    records : Records
        Of calls that name the agents.
    start, end : date
        The period that is held back, the end exclusive.
    fit_from : date, optional
        First day that is fitted; that of the records if not given.
    replications : int
        Simulations of the period, at least 2.
    seed : int
        Of the scenarios and of the citizens.
    progress : callable, optional
        Called with the number of simulations that are done, and of all.

    Raises
    ------
    RecordsError
        If the records are no phone room, or the held-back period holds no calls.
    ValueError
        If there are fewer than two replications.
    """
    import pandas as pd

    if replications < 2:
        raise ValueError(f"replications: got {replications}, must be at least 2")
    learned = fit(records, start=fit_from, end=start)
    observed = statistics(records.log, (tick_of(start), tick_of(end)))
    if not observed["calls"]:
        raise RecordsError(f"period: {start} to {end} holds no calls")
    rows = []
    for number, scenario in enumerate(learned.variants(replications, seed=seed, start=start, end=end)):
        log = simulate(scenario, seed=seed, replication=number)
        rows.append(statistics(log, (tick_of(start), tick_of(end))))
        if progress is not None:
            progress(number + 1, replications)
    return PhoneBacktest(learned, observed, pd.DataFrame(rows, columns=list(STATISTICS)), start, end)


def statistics(log: TicketLog, window: tuple[int, int]) -> dict[str, float]:
    """What is compared, of the calls that join the queue in a window.

    Parameters
    ----------
    log : TicketLog
        Simulated, or of records.
    window : (int, int)
        First and last (exclusive) tick.

    Returns
    -------
    dict of str to float
        By name of STATISTICS; NaN where there are no such calls.
    """
    visits, tickets, meta = log.visits, log.tickets, log.meta
    live = np.array([*meta.live, False], np.bool_)[tickets["source"]][visits["ticket"]]
    ready, start, end = visits["ready"], visits["start"], visits["end"]
    called = (visits["stage"] == Stage.INTAKE) & live & (ready >= window[0]) & (ready < window[1])
    given_up = called & ((visits["outcome"] == Outcome.REDIAL) | (visits["outcome"] == Outcome.ABANDONED))
    answered = called & (start < NEVER)
    count = int(called.sum())
    over = called & (answered | given_up)
    if not over.any():
        return {"calls": float(count)} | dict.fromkeys(STATISTICS[1:], float("nan"))
    wait = np.where(answered, start, end)[over] - ready[over]
    median, p90 = np.quantile(wait / SECOND, [0.5, 0.9])
    patient = (start - ready)[answered] / SECOND
    return {
        "calls": float(count),
        "wait_median": float(median),
        "wait_p90": float(p90),
        "abandonment": float(given_up.sum()) / count,
        "within_20s": float((answered & (start - ready <= 20 * SECOND)).sum()) / count,
        "wait_answered_median": float(np.median(patient)) if patient.size else float("nan"),
    }
