"""Where the beginning of a run ends: the truncation point of a series by MSER-5.

The interval of what is left is the subject of ``batch_means.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hotline_sim.arrays import FloatArray

BATCH: Final = 5
"""Observations of a batch in MSER-5."""

KEPT: Final = 5
"""Batches at the end that are never left out: the error of a few alone may be small by chance."""


@dataclass(frozen=True, eq=False)
class Truncation:
    """What to leave out at the beginning of a series.

    Parameters
    ----------
    count : int
        Observations to leave out; a multiple of the batch.
    errors : float64 array, shape (batches,)
        Squared marginal standard error of what is left, when so many batches are left out; NaN where fewer
        are left than are always kept.
    batch : int
        Observations of a batch.
    is_reliable : bool
        False if the point lies in the second half of the series: then the series is too short, or not
        steady at all, and the point says nothing (White and Robinson, Journal of Simulation 4, 2010).
    """

    count: int
    errors: FloatArray
    batch: int
    is_reliable: bool


def mser(series: ArrayLike, *, batch: int = BATCH) -> Truncation:
    """Truncation point with the least marginal standard error of the mean of what is left.

    MSER-5 takes means of five observations, and leaves out the first d of m that minimise the sum of squared
    deviations from the mean of the rest, divided by (m - d) squared (White, Simulation 69, 1997; White,
    Cobb and Spratt, Winter Simulation Conference 2000).

    Parameters
    ----------
    series : float array, shape (n,)
        In order; for several replications, their mean. What fills no batch at the end is not used.
    batch : int
        5 for MSER-5, 1 for MSER.

    Raises
    ------
    ValueError
        If the series has fewer than two batches, or holds anything but finite numbers.

    Examples
    --------
    >>> mser([9.0] * 10 + [1.0, 2.0] * 20).count
    10
    """
    values = np.asarray(series, np.float64)
    if batch < 1:
        raise ValueError(f"batch: got {batch}, must be at least 1")
    if not np.isfinite(values).all():
        raise ValueError("series: holds something else than finite numbers")
    number = values.size // batch
    if number < 2:
        raise ValueError(f"series: got {values.size} observations, must be at least {2 * batch}")
    means = values[: number * batch].reshape(number, batch).mean(axis=1)
    # Sums from the end; centred, so that squares of large numbers do not cancel.
    means = means - means.mean()
    rest = np.arange(number, 0, -1)
    sums = np.cumsum(means[::-1])[::-1]
    squares = np.cumsum((means**2)[::-1])[::-1]
    errors = np.maximum(squares - sums**2 / rest, 0) / rest**2
    kept = max(1, min(KEPT, number // 4))
    errors[number - kept :] = np.nan
    left_out = int(np.nanargmin(errors))
    return Truncation(left_out * batch, errors, batch, is_reliable=2 * left_out <= number)
