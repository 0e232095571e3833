"""Instants of arrival: unit-rate Poisson times sent through the inverse of the cumulative rate.

By this change of time the n-th citizen of a source stays the same person when the rate changes. The
uniforms come from :mod:`hotline_sim.sampling.streams`; which rate holds on which day is said by the scenario.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.sampling.distributions import unit_exponential, unit_gamma
from hotline_sim.sampling.streams import Stream, uniforms

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class CumulativeRate:
    """Expected number of arrivals since the first edge, linear between edges.

    Parameters
    ----------
    ticks : int64 array, shape (pieces + 1,)
        Edges in ms, strictly increasing.
    cumulative : float64 array, shape (pieces + 1,)
        Expected number of arrivals up to each edge; starts at 0, never falls, may be flat.

    Raises
    ------
    ValueError
        If the arrays do not have these properties.
    """

    ticks: IntArray
    cumulative: FloatArray

    def __post_init__(self) -> None:
        if self.ticks.ndim != 1 or self.ticks.size < 2 or not (np.diff(self.ticks) > 0).all():
            raise ValueError("ticks: must be at least 2 strictly increasing edges")
        if self.cumulative.shape != self.ticks.shape:
            raise ValueError(f"cumulative: got shape {self.cumulative.shape}, must be {self.ticks.shape}")
        if self.cumulative[0] != 0 or not np.isfinite(self.cumulative).all():
            raise ValueError("cumulative: must be finite and start at 0")
        if not (np.diff(self.cumulative) >= 0).all():
            raise ValueError("cumulative: must never fall")

    @classmethod
    def from_rates(cls, edges: IntArray, expected_per_piece: FloatArray) -> CumulativeRate:
        """Sum up the expected numbers of arrivals between edges.

        Parameters
        ----------
        edges : int64 array, shape (pieces + 1,)
            Edges in ms, strictly increasing.
        expected_per_piece : float64 array, shape (pieces,)
            Expected number of arrivals from each edge to the next, at least 0.

        Returns
        -------
        CumulativeRate
            A longer horizon with the same first pieces has the same first values, bit for bit.

        Raises
        ------
        ValueError
            If the edges do not increase, a number is negative or the lengths do not match.
        """
        expected = np.asarray(expected_per_piece, dtype=np.float64)
        cumulative = np.concatenate((np.zeros(1), np.cumsum(expected)))
        return cls(np.asarray(edges, dtype=np.int64), cumulative)

    @property
    def total(self) -> float:
        """Expected number of arrivals up to the last edge."""
        return float(self.cumulative[-1])

    def at(self, ticks: IntArray) -> FloatArray:
        """Give the expected number of arrivals up to given ticks.

        Parameters
        ----------
        ticks : int64 array, shape (...)
            In ms; before the first edge the answer is 0, after the last one it is the total.

        Returns
        -------
        float64 array, shape (...)
            In [0, total].
        """
        result: FloatArray = np.interp(ticks, self.ticks, self.cumulative)
        return result

    def inverse(self, unit_times: FloatArray) -> FloatArray:
        """First instants at which the expected number of arrivals reaches given values.

        Parameters
        ----------
        unit_times : float64 array, shape (...)
            In [0, total].

        Returns
        -------
        float64 array, shape (...)
            In ms, between the first and the last edge; never inside a flat piece, 0 gives the first edge.

        Raises
        ------
        ValueError
            If a value lies outside [0, total].
        """
        if unit_times.size and not (unit_times.min() >= 0 and unit_times.max() <= self.total):
            raise ValueError(f"unit_times: must lie in [0, {self.total}]")
        piece, offset = self._locate(unit_times)
        return self.ticks[piece] + offset

    def _locate(self, unit_times: FloatArray) -> tuple[IntArray, FloatArray]:
        """Piece of each value and ms since the start of that piece."""
        # The first edge at or above the value closes its piece; the piece therefore rises, unless the
        # value is 0, and is the last one before any flat pieces.
        piece = np.maximum(np.searchsorted(self.cumulative, unit_times, side="left") - 1, 0)
        height = np.diff(self.cumulative)[piece]
        share = np.zeros(unit_times.shape)
        np.divide(unit_times - self.cumulative[piece], height, out=share, where=height > 0)
        return piece, share * np.diff(self.ticks)[piece]


class UnitProcess:
    """The times of a Poisson process of rate 1, given one stretch after the other.

    Parameters
    ----------
    seed, replication, source : int
        Address, as in :func:`hotline_sim.sampling.streams.uniforms`.

    Notes
    -----
    The n-th time depends on the address and n alone, whatever the stretches: carried into the first element
    of a block, the sum takes the same steps as one long cumulative sum, which NumPy does one by one from the
    left.
    """

    def __init__(self, seed: int, replication: int, source: int) -> None:
        self._address = seed, replication, source
        self._drawn = 0
        self._reached = 0.0
        self._ahead: FloatArray = np.empty(0)

    def times(self, until: float, block: int | None = None) -> FloatArray:
        """Give the times up to a given one that were not given before.

        Parameters
        ----------
        until : float
            Last time wanted, finite and at least 0.
        block : int, optional
            Numbers drawn at a time; leaves no trace in the result. By default so many that a second block is
            rare: six standard deviations beyond the mean.

        Returns
        -------
        float64 array, shape (number,)
            Non-decreasing, at most ``until``.

        Raises
        ------
        ValueError
            If ``until`` is out of range.
        """
        if not 0 <= until < math.inf:
            raise ValueError(f"until: got {until}, must be finite and at least 0")
        seed, replication, source = self._address
        blocks = [self._ahead]
        while self._reached <= until:
            left = until - self._reached
            count = block or math.ceil(left + 6 * math.sqrt(left) + 16)
            u = uniforms(seed, replication, Stream.ARRIVAL, source, 0, count, start=self._drawn)
            times = unit_exponential(u)
            times[0] += self._reached
            np.cumsum(times, out=times)
            self._reached = float(times[-1])
            self._drawn += count
            blocks.append(times)
        times = np.concatenate(blocks)
        cut = int(np.searchsorted(times, until, side="right"))
        self._ahead = times[cut:]
        return times[:cut]


def unit_times(seed: int, replication: int, source: int, until: float) -> FloatArray:
    """Give the times of a Poisson process of rate 1, up to a given one; see :class:`UnitProcess`."""
    return UnitProcess(seed, replication, source).times(until)


def arrival_times(
    seed: int, replication: int, source: int, cumulative: CumulativeRate, resolution: int = 1
) -> IntArray:
    """Instants of a Poisson process whose rate varies in time.

    Parameters
    ----------
    seed, replication, source : int
        Address, as in :func:`hotline_sim.sampling.streams.uniforms`.
    cumulative : CumulativeRate
        Expected numbers; the first edge must be a multiple of `resolution`.
    resolution : int
        Granularity in ms, at least 1.

    Returns
    -------
    int64 array, shape (number,)
        Ticks in [first edge, last edge), non-decreasing, whole multiples of `resolution`. The index is the
        serial number of the citizen. A horizon with further pieces keeps all earlier arrivals.

    Raises
    ------
    ValueError
        If the address or the resolution is out of range, or the first edge is not on the grid.

    Notes
    -----
    If T is a unit-rate Poisson time and R the cumulative rate, R^-1(T) is an arrival [1]_. Instants are
    rounded down, so that none reaches the end. With inner edges off the grid of `resolution`, an arrival may
    so fall up to one step before the start of its piece.

    References
    ----------
    .. [1] Çinlar, E. (1975). Introduction to Stochastic Processes, section 4.7. Prentice-Hall.
    """
    if resolution < 1:
        raise ValueError(f"resolution: got {resolution}, must be at least 1 ms")
    if cumulative.ticks[0] % resolution:
        raise ValueError(f"cumulative: first edge {cumulative.ticks[0]}, not a multiple of {resolution} ms")
    return ticks_of(unit_times(seed, replication, source, cumulative.total), cumulative, resolution)


def ticks_of(times: FloatArray, cumulative: CumulativeRate, resolution: int = 1) -> IntArray:
    """Instants of arrival of unit-rate times; see :func:`arrival_times`.

    Parameters
    ----------
    times : float64 array, shape (n,)
        In [0, total].
    cumulative : CumulativeRate
        Expected numbers.
    resolution : int
        Granularity in ms, at least 1.

    Returns
    -------
    int64 array, shape (n,)
        Ticks.
    """
    piece, offset = cumulative._locate(times)
    # Rounding can carry a value just below the end of a piece onto it, where a flat piece or the end of
    # the horizon may stand.
    within = np.minimum(offset.astype(np.int64), np.diff(cumulative.ticks)[piece] - 1)
    ticks: IntArray = cumulative.ticks[piece] + within
    if resolution > 1:
        ticks -= ticks % resolution
    return ticks


def day_factors(seed: int, replication: int, first_day: int, count: int, cv: float) -> FloatArray:
    """Random multipliers of whole days' rates: gamma with mean 1.

    They make daily counts more variable than a Poisson law allows, as call centres find them
    (Avramidis, Deslauriers and L'Ecuyer 2004, Management Science 50, 896-908).

    Parameters
    ----------
    seed, replication : int
        Address, as in :func:`hotline_sim.sampling.streams.uniforms`; all sources share the factor.
    first_day : int
        Days since 1970-01-01, at least 0. A day keeps its factor whatever day the run begins on.
    count : int
        Number of days, at least 0.
    cv : float
        Coefficient of variation, finite and at least 0.

    Returns
    -------
    float64 array, shape (count,)
        At least 0; exactly 1 if `cv` is 0.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    if not 0 <= cv < math.inf:
        raise ValueError(f"cv: got {cv}, must be finite and at least 0")
    u = uniforms(seed, replication, Stream.DAY_FACTOR, 0, 0, count, start=first_day)
    return np.ones(count) if cv == 0 else unit_gamma(u, cv)


def level_factors(
    seed: int, replication: int, *, first_week: int, count: int, cv: float, memory: float, start: float
) -> FloatArray:
    """Random level of demand week by week: lognormal, correlated, with mean 1 in the long run.

    The logarithm is an autoregression of order one that begins at the given level. Forecasts of call centres
    need such a level beside the factors of single days (Ibrahim, Ye, L'Ecuyer and Shen 2016, International
    Journal of Forecasting 32, 865-874).

    Parameters
    ----------
    seed, replication : int
        Address, as in :func:`hotline_sim.sampling.streams.uniforms`; all sources share the level.
    first_week : int
        Number of the week in which the path begins, at least 0: part of the address.
    count : int
        Number of weeks, at least 0.
    cv : float
        Coefficient of variation in the long run, at least 0.
    memory : float
        Weeks after which the correlation has fallen to 1/e, above 0.
    start : float
        Level in the first week, above 0.

    Returns
    -------
    float64 array, shape (count,)
        Above 0; the first is ``start``.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    if not (0 <= cv < math.inf and memory > 0 and 0 < start < math.inf):
        raise ValueError(f"level: got cv {cv}, memory {memory}, start {start}; must be positive")
    from scipy.special import ndtri

    variance = math.log1p(cv**2)
    keep = math.exp(-1.0 / memory)
    steps = math.sqrt(variance * (1.0 - keep**2)) * ndtri(
        uniforms(seed, replication, Stream.LEVEL, 0, 0, count, start=first_week)
    )
    log = math.log(start) + variance / 2
    path = np.empty(count)
    for week in range(count):
        log = log if week == 0 else keep * log + steps[week]
        path[week] = math.exp(log - variance / 2)
    return path
