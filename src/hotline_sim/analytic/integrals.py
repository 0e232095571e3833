"""Integrals of functions with one peak, many of them in one call.

The virtual wait of :mod:`hotline_sim.analytic.erlang_a` has a density whose logarithm is concave: it rises
to one peak and falls. It is summed up by the rule of Gauss and Legendre on pieces that meet at the peak.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline_sim.arrays import FloatArray

DROP = 60.0
"""Where the logarithm lies so far below its peak, the density is left out: exp(-60) is 1e-26."""
_PLACES, _WEIGHTS = special.roots_legendre(24)
_CUTS = (1e-7, 1e-4, 3e-3, 1 / 32, 1 / 8, 1 / 3)
"""Pieces, finer near the peak and near the low end, where the tail of patience may be steep."""


def crossing(
    falling: Callable[[FloatArray], FloatArray],
    start: FloatArray,
    scale: FloatArray,
    tolerance: float = 0.01,
) -> FloatArray:
    """Distance from the start at which a falling function passes 0.

    Parameters
    ----------
    falling : callable
        Takes and gives float64 arrays of the shape of the start; falls below 0 in the end.
    start : float64 array, shape (...)
        Where to begin.
    scale : float64 array, shape (...)
        First step, above 0.
    tolerance : float
        Relative error of the distance.

    Returns
    -------
    float64 array, shape (...)
        The function is at most 0 there; next to nothing where it is so from the start on.

    Raises
    ------
    ValueError
        If the function does not fall below 0; the functions of patience do if everybody gives up some time.
    """
    step = scale.copy()
    while (above := falling(start + step) > 0).any():
        step = np.where(above, 2 * step, step)
        if (step > 1e200 * scale).any():
            msg = "patience: too many callers never give up, the queue grows without end"
            raise ValueError(msg)
    low, high = np.zeros_like(step), step
    while (high - low > np.maximum(tolerance * high, 1e-15 * scale)).any():
        middle = (low + high) / 2
        above = falling(start + middle) > 0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return high


def nodes(
    low: FloatArray, peak: FloatArray, high: FloatArray, kink: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Places and weights of the rule from low to high, each of shape (number of places, ...)."""
    inner = [peak + cut * (high - peak) for cut in _CUTS]
    inner += [low + cut * (peak - low) for cut in (*_CUTS, *(1 - cut for cut in _CUTS[2:]))]
    edges = np.sort(np.stack([low, peak, high, np.clip(kink, low, high), *inner]), axis=0)
    half = np.diff(edges, axis=0)[:, None] / 2
    column = (1, -1) + (1,) * low.ndim
    places = edges[:-1, None] + half * (1 + _PLACES.reshape(column))
    weights = np.broadcast_to(half * _WEIGHTS.reshape(column), places.shape)
    return places.reshape(-1, *low.shape), weights.reshape(-1, *low.shape)
