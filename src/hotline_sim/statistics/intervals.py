"""Intervals of means, ratios and quantiles from independent observations.

Series that are correlated in time are the subject of ``batch_means.py``, pairs of runs that of ``paired.py``.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from hotline_sim.arrays import FloatArray, IntArray

RESAMPLES: Final = 1999
"""Resamples of a bootstrap: with the sample itself two thousand, twice what Efron and Tibshirani ask for."""


@dataclass(frozen=True)
class Interval:
    """An estimate and the interval that covers the true value with some confidence.

    Parameters
    ----------
    estimate : float
        NaN without observations.
    low, high : float
        NaN where there are too few observations for a limit.
    count : int
        Independent observations.
    confidence : float
        In (0, 1).
    """

    estimate: float
    low: float
    high: float
    count: int
    confidence: float

    @property
    def half_width(self) -> float:
        """Half of the distance between the limits."""
        return (self.high - self.low) / 2

    def covers(self, value: float) -> bool:
        """Whether a value lies between the limits, these included."""
        return self.low <= value <= self.high


def check_confidence(confidence: float) -> None:
    """Check that a confidence can be one.

    Raises
    ------
    ValueError
        If it is not in (0, 1).
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence: got {confidence}, must lie in (0, 1)")


def half_width(count: IntArray, deviation: FloatArray, confidence: float = 0.95) -> FloatArray:
    """Half-width of the t interval of a mean.

    Parameters
    ----------
    count : int array, shape (n,)
        Independent observations.
    deviation : float64 array, shape (n,)
        Their standard deviation, by n - 1.
    confidence : float
        In (0, 1).

    Returns
    -------
    float64 array, shape (n,)
        NaN below two observations.

    Raises
    ------
    ValueError
        If the confidence is not in (0, 1).

    Examples
    --------
    >>> half_width(np.array([10]), np.array([1.0])).round(4).tolist()
    [0.7154]
    """
    from scipy.special import stdtrit

    check_confidence(confidence)
    freedom = np.maximum(np.asarray(count, np.float64) - 1, 1)
    width = stdtrit(freedom, (1 + confidence) / 2) * deviation / np.sqrt(freedom + 1)
    return np.where(np.asarray(count) > 1, width, np.nan)


def mean_interval(values: ArrayLike, confidence: float = 0.95) -> Interval:
    """Mean of independent observations with Student's t interval.

    Parameters
    ----------
    values : float array, shape (n,)
        NaN counts as no observation.
    confidence : float
        In (0, 1).

    Examples
    --------
    >>> found = mean_interval([1.0, 2.0, 3.0, 4.0, 5.0])
    >>> found.estimate, round(found.low, 3), round(found.high, 3)
    (3.0, 1.037, 4.963)
    """
    sample = _observed(values)
    if sample.size == 0:
        check_confidence(confidence)
        return Interval(np.nan, np.nan, np.nan, 0, confidence)
    deviation = sample.std(ddof=1) if sample.size > 1 else np.nan
    width = float(half_width(np.array(sample.size), np.array(deviation), confidence))
    mean = float(sample.mean())
    return Interval(mean, mean - width, mean + width, sample.size, confidence)


def ratio_interval(numerators: ArrayLike, denominators: ArrayLike, confidence: float = 0.95) -> Interval:
    """Ratio of two sums over independent observations, with its interval.

    The ratio of sums weighs every call or ticket alike; the mean of the ratios of single observations, which
    is another number, weighs every observation alike. The interval is that of the classical estimator: by
    the delta method, with Student's t (Law, Simulation Modeling and Analysis, 5th ed. 2015, section 9.5.2;
    Cochran, Sampling Techniques, 3rd ed. 1977, equation 6.9).

    Parameters
    ----------
    numerators, denominators : float array, shape (n,)
        Pairs with a NaN count as no observation.
    confidence : float
        In (0, 1).

    Returns
    -------
    Interval
        NaN if the denominators sum to 0.

    Raises
    ------
    ValueError
        If there are not as many numerators as denominators.

    Examples
    --------
    >>> found = ratio_interval([1, 3], [10, 10])
    >>> found.estimate, round(found.half_width, 3)
    (0.2, 1.271)
    """
    check_confidence(confidence)
    upper, lower = np.asarray(numerators, np.float64), np.asarray(denominators, np.float64)
    if upper.shape != lower.shape:
        raise ValueError(f"got {upper.size} numerators and {lower.size} denominators, must be as many")
    known = ~(np.isnan(upper) | np.isnan(lower))
    upper, lower = upper[known], lower[known]
    total = lower.sum()
    if total == 0:
        return Interval(np.nan, np.nan, np.nan, upper.size, confidence)
    ratio = float(upper.sum() / total)
    errors = (upper - ratio * lower) / lower.mean()
    deviation = errors.std(ddof=1) if errors.size > 1 else np.nan
    width = float(half_width(np.array(errors.size), np.array(deviation), confidence))
    return Interval(ratio, ratio - width, ratio + width, errors.size, confidence)


def quantile_interval(values: ArrayLike, probability: float, confidence: float = 0.95) -> Interval:
    """Quantile of independent observations, with an interval between two of them.

    The limits are order statistics chosen by the binomial law, so the interval is right for every law of
    the observations, and at least as confident as it says (:func:`scipy.stats.quantile_test`; Conover,
    Practical Nonparametric Statistics, 3rd ed. 1999, section 3.2).

    Parameters
    ----------
    values : float array, shape (n,)
        NaN counts as no observation.
    probability : float
        In (0, 1).
    confidence : float
        In (0, 1).

    Returns
    -------
    Interval
        The estimate is the least observation that a share ``probability`` of them does not exceed. A limit
        is NaN where the sample is too small to have one: for the 90 % quantile the upper one needs 36
        observations.

    Raises
    ------
    ValueError
        If the probability is not in (0, 1).
    """
    from scipy.stats import quantile_test

    check_confidence(confidence)
    if not 0 < probability < 1:
        raise ValueError(f"probability: got {probability}, must lie in (0, 1)")
    sample = _observed(values)
    if sample.size == 0:
        return Interval(np.nan, np.nan, np.nan, 0, confidence)
    estimate = float(np.quantile(sample, probability, method="inverted_cdf"))
    limits: Any = quantile_test(sample, p=probability).confidence_interval(confidence)
    return Interval(estimate, float(limits.low), float(limits.high), sample.size, confidence)


def bootstrap_limits(
    statistic: Callable[..., Any],
    *samples: ArrayLike,
    confidence: float = 0.95,
    method: str = "BCa",
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> tuple[FloatArray, FloatArray]:
    """Limits by bootstrap, bias-corrected and accelerated unless another method is asked for.

    They need no law, but observations: below twenty they are too narrow (``docs/statistics.md``). The work
    is that of :func:`scipy.stats.bootstrap` (Efron and Tibshirani, An Introduction to the Bootstrap 1993,
    chapter 14).

    Parameters
    ----------
    statistic : callable
        Of as many samples as are given, with a keyword ``axis``: ``numpy.mean``.
    *samples : float array, shape (..., n)
        Observations along the last axis; several samples are drawn together, as pairs. Without NaN.
    confidence : float
        In (0, 1).
    method : {"BCa", "percentile", "basic"}
        ``"percentile"`` for statistics that jump, such as quantiles.
    resamples : int
        Number of resamples.
    seed : int
        Of the resampling: the same limits on every call.

    Returns
    -------
    low, high : float64 array, shape (...)
        NaN below three observations. Percentiles of the resamples where the bias correction does not exist:
        where all observations are alike, or no resample is on one side of the estimate.
    """
    from scipy.stats import DegenerateDataWarning, bootstrap

    check_confidence(confidence)
    arrays = tuple(np.asarray(sample, np.float64) for sample in samples)
    size, shape = arrays[0].shape[-1], arrays[0].shape[:-1]
    if size < 3:
        return np.full(shape, np.nan), np.full(shape, np.nan)
    with warnings.catch_warnings(), np.errstate(invalid="ignore", divide="ignore"):
        # Where resamples are all alike, scipy warns and gives NaN; the limits are then plain to see.
        warnings.simplefilter("ignore", DegenerateDataWarning)
        found: Any = bootstrap(  # type: ignore[call-overload]
            arrays,
            statistic,
            axis=-1,
            paired=True,
            vectorized=True,
            n_resamples=resamples,
            batch=max(1, 20_000_000 // max(arrays[0].size, 1)),
            confidence_level=confidence,
            method=method,
            random_state=np.random.default_rng(seed),
        )
    tails = (1 - confidence) / 2, (1 + confidence) / 2
    plain = np.quantile(found.bootstrap_distribution, tails, axis=-1)
    limits = np.array([found.confidence_interval.low, found.confidence_interval.high], np.float64)
    low, high = np.where(np.isnan(limits), plain, limits)
    return low, high


def _observed(values: ArrayLike) -> FloatArray:
    sample = np.asarray(values, np.float64).ravel()
    return sample[~np.isnan(sample)]
