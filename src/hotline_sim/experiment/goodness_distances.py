"""Distances between what was observed and many simulations, with the distances of the simulations themselves.

Kolmogorov and Smirnov's distance is the largest difference of two distribution functions, Wasserstein's first
distance the area between them: those of ``scipy.stats``, whose functions take two samples, not one and the
mean of a hundred others. Samples come from ``goodness_seen.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.experiment.goodness_seen import OPEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotline_sim.arrays import FloatArray, IntArray

MOST_POINTS: Final = 4000
"""Points at which distribution functions are compared; exact up to so many different values."""


def sample_distances(seen: FloatArray, runs: Sequence[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Distances of each sample to the others.

    Parameters
    ----------
    seen : float64 array
        Observed, increasing.
    runs : sequence of float64 arrays
        One for each replication, increasing.

    Returns
    -------
    ks : float64 array, shape (1 + replications,)
        Of each sample, the observed one first, to all others together; every sample counts alike, however
        large. So all rows are alike if the scenario is right.
    wasserstein : float64 array, shape (1 + replications,)
        In the unit of the samples; up to the longest that is over, if some are open.
    """
    samples = [seen, *runs]
    grid = _grid(np.concatenate(samples))
    shares = np.array([np.searchsorted(sample, grid, side="right") / sample.size for sample in samples])
    apart = np.abs(shares - _others(shares))
    return apart.max(axis=1), apart[:, :-1] @ np.diff(grid)


def series_distances(seen: IntArray, runs: IntArray) -> tuple[FloatArray, FloatArray]:
    """Distances of arrivals by hour of the day, and of arrivals by day.

    Parameters
    ----------
    seen : int64 array, shape (days, 24)
        Observed.
    runs : int64 array, shape (replications, days, 24)
        Simulated.

    Returns
    -------
    hours : float64 array, shape (1 + replications,)
        Total variation: share of the arrivals that would have to come at another hour of the day.
    days : float64 array, shape (1 + replications,)
        Mean absolute difference of the days over their mean.
    """
    counts = np.concatenate([seen[None], runs]).astype(np.float64)
    hours = counts.sum(axis=1)
    hours /= np.maximum(hours.sum(axis=1, keepdims=True), 1.0)
    days = counts.sum(axis=2)
    mean = _others(days)
    return (
        np.abs(hours - _others(hours)).sum(axis=1) / 2,
        np.abs(days - mean).sum(axis=1) / np.maximum(mean.sum(axis=1), 1.0),
    )


def _others(rows: FloatArray) -> FloatArray:
    """Mean of all other rows, for each row."""
    return np.asarray((rows.sum(axis=0) - rows) / (len(rows) - 1), np.float64)


def _grid(values: FloatArray) -> FloatArray:
    done = values[values < OPEN]
    points = np.unique(done)
    if points.size > MOST_POINTS:
        ordered = np.sort(done)
        at = np.linspace(0, ordered.size - 1, MOST_POINTS).astype(np.int64)
        points = np.unique(ordered[at])
    return points
