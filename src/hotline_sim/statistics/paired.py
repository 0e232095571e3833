"""Two or more systems under common random numbers: paired differences, and comparison with the best.

Intervals of one system are in ``intervals.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from hotline_sim.statistics.intervals import Interval, check_confidence, mean_interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hotline_sim.arrays import FloatArray

BestMethod: TypeAlias = Literal["pairs", "pooled"]


@dataclass(frozen=True)
class Paired:
    """Difference of two systems over pairs of runs.

    Parameters
    ----------
    difference : Interval
        Mean of the second minus the first, with the paired t interval.
    correlation : float
        Of the two over the pairs; NaN if one of them is always the same.
    variance_reduction : float
        Share by which the variance of the difference is below that of independent runs; negative if
        pairing did harm, NaN if both systems are always the same.
    """

    difference: Interval
    correlation: float
    variance_reduction: float


def paired_difference(first: ArrayLike, second: ArrayLike, confidence: float = 0.95) -> Paired:
    """Mean difference of paired runs, and what the pairing was worth.

    Parameters
    ----------
    first, second : float array, shape (n,)
        One entry for each pair; pairs with a NaN do not count.
    confidence : float
        In (0, 1).

    Raises
    ------
    ValueError
        If the two are not of one length.

    Examples
    --------
    >>> found = paired_difference([1.0, 2.0, 3.0], [2.0, 3.0, 4.5])
    >>> [round(float(x), 3) for x in (found.difference.estimate, found.correlation, found.variance_reduction)]
    [1.167, 0.993, 0.968]
    """
    a, b = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if a.shape != b.shape:
        raise ValueError(f"got {a.size} runs and {b.size}, must be pairs")
    known = ~(np.isnan(a) | np.isnan(b))
    a, b = a[known], b[known]
    interval = mean_interval(b - a, confidence)
    if a.size < 2:
        return Paired(interval, math.nan, math.nan)
    (var_a, covariance), (_, var_b) = np.cov(a, b)
    both = math.sqrt(var_a) * math.sqrt(var_b)
    correlation = min(1.0, max(-1.0, float(covariance) / both)) if both > 0 else math.nan
    total = var_a + var_b
    reduction = 1 - float((b - a).var(ddof=1) / total) if total > 0 else math.nan
    return Paired(interval, correlation, reduction)


@dataclass(frozen=True, eq=False)
class Best:
    """Each of k systems against the best of the others.

    Parameters
    ----------
    difference : float64 array, shape (k,)
        Mean minus that of the best other.
    low, high : float64 array, shape (k,)
        Simultaneous limits, on both sides of 0 or at it. For the higher being better: ``high`` of 0 says
        that the system is not the best, ``low`` of 0 that none is better.
    may_be_best : bool array, shape (k,)
        Systems that are not ruled out.
    """

    difference: FloatArray
    low: FloatArray
    high: FloatArray
    may_be_best: np.ndarray[tuple[int], np.dtype[np.bool_]]


def compare_with_best(
    values: ArrayLike,
    *,
    higher: bool = True,
    confidence: float = 0.95,
    method: BestMethod = "pairs",
) -> Best:
    """Multiple comparisons with the best, for systems that were run in blocks.

    All k intervals hold together with the confidence given. If the true best is b, it is enough that the
    k - 1 one-sided statements about b and each other system hold (Hsu, Annals of Statistics 12, 1984;
    Edwards and Hsu, Journal of the American Statistical Association 78, 1983, for unequal widths).

    Parameters
    ----------
    values : float array, shape (n, k)
        Row by replication, column by system: at least 2 of each. Rows with a NaN do not count.
    higher : bool
        Whether the highest mean is the best; else the lowest.
    confidence : float
        In (0, 1), of all statements together.
    method : {"pairs", "pooled"}
        ``"pairs"``: paired t statements, each with its own variance, put together by Bonferroni's
        inequality: holds however the systems are correlated. ``"pooled"``: one variance for all differences
        (Nelson and Matejcik, Management Science 41, 1995, procedure for common random numbers): narrower, if
        all pairs of systems have about the same variance of their difference.

    Raises
    ------
    ValueError
        If there are fewer than two systems or rows, or the method is not known.
    """
    check_confidence(confidence)
    if method not in ("pairs", "pooled"):
        raise ValueError(f'method: got {method!r}, must be "pairs" or "pooled"')
    table = np.asarray(values, np.float64)
    if table.ndim != 2 or table.shape[1] < 2:
        raise ValueError("values: must have a column for each of at least two systems")
    table = table[~np.isnan(table).any(axis=1)]
    if table.shape[0] < 2:
        raise ValueError(f"values: got {table.shape[0]} complete replications, must be at least 2")
    if not higher:
        table = -table
    means = table.mean(axis=0)
    differences = means[:, None] - means[None, :]
    widths = (_pair_widths if method == "pairs" else _pooled_widths)(table, confidence)
    np.fill_diagonal(differences, np.inf)  # nobody is compared with itself
    most = np.min(differences + widths, axis=1)
    # At least 0, not above: two systems that never differ may both be the best.
    may_be_best = most >= 0
    upper = np.maximum(most, 0)
    against = np.where(may_be_best[None, :], differences - widths, np.inf)
    lower = np.minimum(np.min(against, axis=1), 0)
    difference = np.min(differences, axis=1)
    if higher:
        return Best(difference, lower, upper, may_be_best)
    return Best(-difference, -upper + 0.0, -lower + 0.0, may_be_best)


def _pair_widths(table: FloatArray, confidence: float) -> FloatArray:
    from scipy.special import stdtrit

    count, systems = table.shape
    pairs = table[:, :, None] - table[:, None, :]
    point = float(stdtrit(count - 1, 1 - (1 - confidence) / (systems - 1)))
    return np.asarray(point * pairs.std(axis=0, ddof=1) / math.sqrt(count), np.float64)


def _pooled_widths(table: FloatArray, confidence: float) -> FloatArray:
    count, systems = table.shape
    rest = table - table.mean(axis=0) - table.mean(axis=1)[:, None] + table.mean()
    freedom = (systems - 1) * (count - 1)
    variance = float((rest**2).sum()) / freedom
    width = largest_t_point(systems - 1, freedom, confidence) * math.sqrt(2 * variance / count)
    return np.full((systems, systems), width)


@cache
def largest_t_point(number: int, freedom: float, confidence: float = 0.95) -> float:
    """Value that the largest of several t variables with correlations of one half does not exceed.

    It is the one-sided critical value of Dunnett (Journal of the American Statistical Association 50, 1955,
    table 1), found by integrating over the variable and the variance that all share.

    Parameters
    ----------
    number : int
        Variables, at least 1.
    freedom : float
        Degrees of freedom, above 0.
    confidence : float
        Probability of not exceeding the value.

    Examples
    --------
    >>> round(largest_t_point(2, 10), 2)
    2.15
    """
    from scipy.optimize import brentq
    from scipy.special import gammaincinv, ndtr, roots_hermitenorm, roots_legendre

    shared, weights = roots_hermitenorm(64)
    weights = weights / weights.sum()
    places, shares = roots_legendre(128)
    scale = np.sqrt(2 / freedom * gammaincinv(freedom / 2, (places + 1) / 2))

    def excess(point: float) -> float:
        below = ndtr(math.sqrt(2) * point * scale[:, None] - shared[None, :]) ** number
        return float(shares / 2 @ below @ weights) - confidence

    return float(brentq(excess, -50.0, 100.0, xtol=1e-10))
