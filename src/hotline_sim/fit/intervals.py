"""Intervals of sums over days: days are drawn anew, since calls of one day are alike.

Intervals of parametric laws come with :mod:`~hotline_sim.fit.laws`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray

RESAMPLES: Final = 1000
_SEED: Final = 1999


def day_interval(total: FloatArray | IntArray, number: FloatArray | IntArray) -> tuple[float, float]:
    """95 % interval of a ratio of sums over days, by resampling days.

    Parameters
    ----------
    total, number : array, shape (days,)
        Numerator and denominator of each day.
    """
    chance = np.random.default_rng(_SEED)
    rows = chance.integers(0, total.size, (RESAMPLES, total.size))
    below = number[rows].sum(axis=1)
    ratios = total[rows].sum(axis=1)[below > 0] / below[below > 0]
    low, high = np.quantile(ratios, (0.025, 0.975))
    return float(low), float(high)
