"""One long run: batch means, and whether the batches are long enough to count as independent.

What to leave out at its beginning is the subject of ``warm_up.py``, independent runs that of
``intervals.py``.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.errors import CorrelatedBatchesWarning
from hotline_sim.statistics.intervals import Interval, check_confidence, mean_interval, ratio_interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hotline_sim.arrays import FloatArray

BATCHES: Final = 20
"""Of between 10 and 30, more cost much and fewer gain little (Schmeiser, Operations Research 30, 1982)."""

CRITICAL: Final = 1.645
"""Upper 5 % point of the normal law: one test in twenty finds a correlation where there is none."""


@dataclass(frozen=True)
class BatchMeans:
    """Mean or ratio of one long run with its interval, and how far its batches are independent.

    Parameters
    ----------
    interval : Interval
        Its count is that of the batches.
    size : int
        Observations of a batch.
    left_out : int
        Observations at the beginning that filled no batch.
    correlation : float
        Of neighbouring batches, by von Neumann's ratio; NaN if all are alike.
    z : float
        The same in standard errors: above ``CRITICAL`` the batches are too short, and the interval too.
    """

    interval: Interval
    size: int
    left_out: int
    correlation: float
    z: float

    @property
    def is_correlated(self) -> bool:
        """Whether neighbouring batches are correlated more than chance explains."""
        return self.z > CRITICAL


def batch_means(
    series: ArrayLike, *, batches: int = BATCHES, confidence: float = 0.95, overlapping: bool = False
) -> BatchMeans:
    """Mean of a stationary series with the interval of batch means.

    The series is cut into batches of equal length; their means are nearly independent and nearly normal if
    the batches are long (Conway, Management Science 10, 1963). Whether they are is tested by von Neumann's
    ratio (Fishman, Management Science 24, 1978). What fills no batch is left out at the beginning, where the
    run is farthest from its steady state.

    Parameters
    ----------
    series : float array, shape (n,)
        Observations in order, without those of the run-in.
    batches : int
        At least 3; two observations for each at least.
    confidence : float
        In (0, 1).
    overlapping : bool
        Use every batch of that length, not only those side by side: 1.5 times the degrees of freedom
        (Meketon and Schmeiser, Winter Simulation Conference 1984).

    Raises
    ------
    ValueError
        If the series is too short.

    Warns
    -----
    CorrelatedBatchesWarning
        If the batches are too short: the interval is too narrow.
    """
    values = np.asarray(series, np.float64)
    size = _size(values.size, batches)
    left_out = values.size - size * batches
    values = values[left_out:]
    means = values.reshape(batches, size).mean(axis=1)
    interval = _overlapping(values, size, confidence) if overlapping else mean_interval(means, confidence)
    return _checked(interval, size, left_out, means)


def batch_ratio(
    numerators: ArrayLike, denominators: ArrayLike, *, batches: int = BATCHES, confidence: float = 0.95
) -> BatchMeans:
    """Ratio of two sums over one long run, such as answered to offered calls by day, with its interval.

    Parameters
    ----------
    numerators, denominators : float array, shape (n,)
        In order, such as one pair for each day.
    batches, confidence
        As for :func:`batch_means`.

    Raises
    ------
    ValueError
        If the series are too short, or not of one length.

    Warns
    -----
    CorrelatedBatchesWarning
        As for :func:`batch_means`.
    """
    pair = [np.asarray(series, np.float64) for series in (numerators, denominators)]
    size = _size(min(series.size for series in pair), batches)
    left_out = pair[0].size - size * batches
    sums = [series[series.size - size * batches :].reshape(batches, size).sum(axis=1) for series in pair]
    if pair[0].size != pair[1].size:
        raise ValueError(f"got {pair[0].size} numerators and {pair[1].size} denominators, must be as many")
    interval = ratio_interval(sums[0], sums[1], confidence)
    return _checked(interval, size, left_out, sums[0] - interval.estimate * sums[1])


def _size(count: int, batches: int) -> int:
    if batches < 3:
        raise ValueError(f"batches: got {batches}, must be at least 3")
    if count < 2 * batches:
        raise ValueError(f"series: got {count} observations, {batches} batches need at least {2 * batches}")
    return count // batches


def _overlapping(values: FloatArray, size: int, confidence: float) -> Interval:
    from scipy.special import stdtrit

    check_confidence(confidence)
    count, mean = values.size, float(values.mean())
    sums = np.concatenate(([0.0], np.cumsum(values - mean)))
    means = (sums[size:] - sums[:-size]) / size
    variance = size * float(means @ means) / ((count - size + 1) * (count - size))
    freedom = 1.5 * (count / size - 1)
    width = float(stdtrit(freedom, (1 + confidence) / 2)) * math.sqrt(variance)
    return Interval(mean, mean - width, mean + width, count // size, confidence)


def _checked(interval: Interval, size: int, left_out: int, means: FloatArray) -> BatchMeans:
    """Put the test of independence beside an interval, and warn if it fails."""
    batches = means.size
    spread = float(((means - means.mean()) ** 2).sum())
    correlation = 1 - float((np.diff(means) ** 2).sum()) / (2 * spread) if spread > 0 else math.nan
    z = correlation * math.sqrt((batches**2 - 1) / (batches - 2))
    found = BatchMeans(interval, size, left_out, correlation, z)
    if found.is_correlated:
        message = (
            f"batch means: neighbouring batches of {size} observations are correlated by {correlation:.2f}; "
            f"the interval is too narrow, a longer run or fewer batches are needed"
        )
        warnings.warn(message, CorrelatedBatchesWarning, stacklevel=3)
    return found
