"""Bands of the replications of a scenario, and whether what was observed could be one more of them.

The observed row and the rows of the replications are treated alike: each is set against the bands of all the
others. If the scenario is right, the rows can be exchanged, and the share of rows that miss as much as the
observed one is a Monte Carlo p-value (Barnard, Journal of the Royal Statistical Society B 25, 1963, page 294;
Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 4.2.5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, FloatArray

LEAST_REPLICATIONS: Final = 39
"""A further value lies outside the range of 39 with a probability of 2 in 40: fewer have no 95 % band."""
RISK: Final = 0.05
"""Share of right scenarios that may be refused."""


class Verdict(NamedTuple):
    """Whether the 95 % bands are missed by more than chance allows.

    Parameters
    ----------
    bands : int
        How many there are.
    missed : int
        How many do not hold the observed value.
    usual : int
        Misses that 95 % of the replications do not exceed.
    excess : float
        How far the observed values lie beyond their bands, in standard deviations, all numbers together.
    share : float
        Share of all rows, replications and observed, with at least this excess: a Monte Carlo p-value.
    farthest : int or None
        Column of the band that is missed by most; None if none is missed.
    """

    bands: int
    missed: int
    usual: int
    excess: float
    share: float
    farthest: int | None

    @property
    def passes(self) -> bool:
        """Whether more than RISK of the rows have such an excess."""
        return self.share > RISK


def judge(rows: FloatArray, one_sided: BoolArray, least: FloatArray) -> Verdict:
    """Compare the misses of the first row with those of the others.

    Parameters
    ----------
    rows : float64 array, shape (1 + replications, columns)
        Observed, then each replication; no NaN.
    one_sided : bool array, shape (columns,)
        Whether only large values are a miss, as with distances.
    least : float64 array, shape (columns,)
        Positive; see :func:`beyond_bands`.

    Returns
    -------
    Verdict
    """
    beyond = beyond_bands(rows, one_sided, least)
    missed, excess = (beyond > 0).sum(axis=1), beyond.sum(axis=1)
    # Equal sums may differ in their last digits, depending on the order of the rows.
    as_much = excess >= excess[0] * (1 - 1e-9)
    return Verdict(
        bands=rows.shape[1],
        missed=int(missed[0]),
        usual=int(np.quantile(missed[1:], 0.95, method="inverted_cdf")),
        excess=float(excess[0]),
        share=float(np.mean(as_much)),
        farthest=int(beyond[0].argmax()) if missed[0] else None,
    )


def beyond_bands(rows: FloatArray, one_sided: BoolArray, least: FloatArray) -> FloatArray:
    """How far each value lies beyond the 95 % band of the other rows, in their standard deviations; 0 inside.

    The deviation counts as no smaller than ``least``: else a single call more than none would be infinitely
    far where nearly all have none.
    """
    low, high = bands_of_others(rows, 95, one_sided)
    beyond = np.maximum(np.where(one_sided, -np.inf, low - rows), rows - high)
    return np.maximum(beyond, 0.0) / np.maximum(_deviations_of_others(rows), least)


def _deviations_of_others(rows: FloatArray) -> FloatArray:
    """Standard deviation of the rows but one, for each row that is left out."""
    others = rows.shape[0] - 1
    # Around the median, so that the squares of large numbers do not swallow their differences.
    apart = rows - np.median(rows, axis=0)
    mean = (apart.sum(axis=0) - apart) / others
    squares = ((apart**2).sum(axis=0) - apart**2) / others - mean**2
    return np.asarray(np.sqrt(np.maximum(squares, 0.0)), np.float64)


def bands_of_others(rows: FloatArray, band: int, one_sided: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Limits that so many per cent of the other rows keep, for each row and column.

    The k-th smallest of n others stands for the quantile k / (n + 1), as in a forecast.

    Returns
    -------
    low, high : float64 array, shape (rows, columns)
        Of a one-sided column, the low limit is 0.
    """
    ordered = np.sort(rows, axis=0)
    order = np.argsort(np.argsort(rows, axis=0, kind="stable"), axis=0)
    tail = (1 - band / 100) / 2
    high = np.where(one_sided, _of_others(ordered, order, band / 100), _of_others(ordered, order, 1 - tail))
    return np.where(one_sided, 0.0, _of_others(ordered, order, tail)), high


def _of_others(ordered: FloatArray, order: np.ndarray, level: float) -> FloatArray:
    """Quantile of the rows but one, for each row that is left out."""
    others = ordered.shape[0] - 1
    at = min(max(level * (others + 1), 1.0), float(others))
    below = int(at)
    part = at - below

    def kth(number: int) -> FloatArray:
        # In the order of all rows, what comes after the one that is left out is one place further on.
        place = np.minimum(number - 1 + (order <= number - 1), others)
        return np.asarray(np.take_along_axis(ordered, place, axis=0), np.float64)

    first = kth(below)
    return first if part < 1e-9 else first + part * (kth(min(below + 1, others)) - first)
