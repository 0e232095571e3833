"""Back-test of a phone room: fitted to one period of its records, simulated over the next, and compared.

Back-tests of demand and of times to the reply are in ``backtest.py``; the fit itself is in
:mod:`hotline_sim.fit`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.clock.ticks import tick_of
from hotline_sim.engines.simulate import simulate
from hotline_sim.errors import RecordsError
from hotline_sim.fit.calls import FIGURES, phone_figures
from hotline_sim.fit.door import fit

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import pandas as pd

    from hotline_sim.fit.door import Fit
    from hotline_sim.records.read import Records


@dataclass(frozen=True, eq=False)
class PhoneBacktest:
    """What a held-back period was, and what the fit predicted for it.

    Parameters
    ----------
    fit : Fit
        To the period before.
    observed : dict of str to float
        By name of FIGURES.
    simulated : DataFrame
        One row for each replication, one column for each of FIGURES.
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
            One row for each of FIGURES: observed, mean, then low, high and inside for each level.
        """
        import pandas as pd

        rows = []
        for name in FIGURES:
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
    observed = phone_figures(records.log, tick_of(start), tick_of(end))
    if not observed["calls"]:
        raise RecordsError(f"period: {start} to {end} holds no calls")
    rows = []
    for number, scenario in enumerate(learned.variants(replications, seed=seed, start=start, end=end)):
        log = simulate(scenario, seed=seed, replication=number)
        rows.append(phone_figures(log, tick_of(start), tick_of(end)))
        if progress is not None:
            progress(number + 1, replications)
    return PhoneBacktest(learned, observed, pd.DataFrame(rows, columns=list(FIGURES)), start, end)
