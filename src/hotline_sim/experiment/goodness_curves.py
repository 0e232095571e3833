"""Distribution functions and quantiles of samples, observed beside simulated, with bands: what is drawn.

The numbers that count for the verdict are in ``goodness_tables.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.experiment.goodness_seen import OPEN
from hotline_sim.experiment.goodness_tables import banded, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from hotline_sim.arrays import FloatArray

POINTS: Final = 241
"""Points at which a distribution function is told."""
LEVELS: Final = np.arange(1, 100) / 100
"""Quantiles that are set against each other."""


def distribution(seen: FloatArray, runs: Sequence[FloatArray]) -> pd.DataFrame:
    """Share of each sample that does not exceed some values: value, observed, mean, bands.

    Parameters
    ----------
    seen : float64 array
        Observed, increasing.
    runs : sequence of float64 arrays
        One for each replication, increasing.

    Returns
    -------
    DataFrame
        241 evenly spaced values up to the larger of the 99 % quantiles of what is observed and of what is
        simulated, as far as it is over.
    """
    import pandas as pd

    samples = [seen, *runs]
    done = [sample[sample < OPEN] for sample in (seen, np.concatenate(runs))]
    longest = max(float(np.quantile(part, 0.99, method="inverted_cdf")) for part in done)
    values = np.linspace(0, longest or 1.0, POINTS)
    shares = np.array([np.searchsorted(sample, values, side="right") / sample.size for sample in samples])
    part: dict[str, Any] = {"value": values}
    return pd.DataFrame(part | banded(shares))


def quantile_pairs(seen: FloatArray, runs: Sequence[FloatArray]) -> pd.DataFrame:
    """Quantiles of 1 to 99 %: percent, observed, mean, bands; infinite among open requests."""
    import pandas as pd

    samples = [seen, *runs]
    values = np.array([np.quantile(sample, LEVELS, method="inverted_cdf") for sample in samples])
    part: dict[str, Any] = {"percent": np.round(100 * LEVELS).astype(np.int64)}
    rows = pd.DataFrame(part | banded(values))
    for name in rows.columns.drop(["percent", "inside_80", "inside_95"]):
        rows[name] = shown(rows[name].to_numpy(np.float64))
    return rows
