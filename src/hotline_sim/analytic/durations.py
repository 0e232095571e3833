"""Distributions of service and patience, as the formulas need them: tails and their integrals.

The simulator samples the same families in :mod:`hotline_sim.sampling.distributions`; here nothing is
random. Parameters may be arrays, which broadcast against the instants asked for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from scipy import special

from hotline_sim.analytic.arguments import positive, share

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hotline_sim.arrays import FloatArray


@runtime_checkable
class Duration(Protocol):
    """A distribution of a nonnegative length of time."""

    @property
    def average(self) -> FloatArray:
        """Mean."""

    @property
    def variation(self) -> FloatArray:
        """Squared coefficient of variation: variance over squared mean."""

    @property
    def kink(self) -> FloatArray:
        """Where the tail jumps, or 0 if it is smooth."""

    def tail(self, time: ArrayLike) -> FloatArray:
        """Probability of lasting longer than this."""

    def partial(self, time: ArrayLike) -> FloatArray:
        """Mean of the smaller of the length and this time: the integral of the tail from 0."""

    def hazard(self, time: ArrayLike) -> FloatArray:
        """Rate at which a length that has reached this time ends."""


@dataclass(frozen=True)
class Exponential:
    """Exponential distribution.

    Parameters
    ----------
    mean : float array
        Above 0.
    """

    mean: ArrayLike

    def __post_init__(self) -> None:
        positive("mean", self.mean)

    @property
    def average(self) -> FloatArray:
        """Mean."""
        return np.asarray(self.mean, dtype=np.float64)

    @property
    def variation(self) -> FloatArray:
        """Squared coefficient of variation."""
        return np.asarray(1.0)

    @property
    def kink(self) -> FloatArray:
        """The tail is smooth: 0."""
        return np.asarray(0.0)

    def tail(self, time: ArrayLike) -> FloatArray:
        """Probability of lasting longer than this."""
        return np.exp(-np.asarray(time) / self.average)

    def partial(self, time: ArrayLike) -> FloatArray:
        """Integral of the tail from 0."""
        return -self.average * np.expm1(-np.asarray(time) / self.average)

    def hazard(self, time: ArrayLike) -> FloatArray:
        """Constant rate."""
        return np.broadcast_to(1 / self.average, np.broadcast_shapes(np.shape(time), self.average.shape))


@dataclass(frozen=True)
class Deterministic:
    """Always the same length.

    Parameters
    ----------
    mean : float array
        That length, above 0.
    """

    mean: ArrayLike

    def __post_init__(self) -> None:
        positive("mean", self.mean)

    @property
    def average(self) -> FloatArray:
        """Mean."""
        return np.asarray(self.mean, dtype=np.float64)

    @property
    def variation(self) -> FloatArray:
        """Squared coefficient of variation."""
        return np.asarray(0.0)

    @property
    def kink(self) -> FloatArray:
        """The length itself."""
        return self.average

    def tail(self, time: ArrayLike) -> FloatArray:
        """1 before the end, 0 from then on."""
        return np.asarray(np.asarray(time) < self.average, dtype=np.float64)

    def partial(self, time: ArrayLike) -> FloatArray:
        """Integral of the tail from 0."""
        return np.asarray(np.minimum(np.asarray(time), self.average))

    def hazard(self, time: ArrayLike) -> FloatArray:
        """0 before the end, infinite from then on."""
        return np.where(np.asarray(time) < self.average, 0.0, np.inf)


@dataclass(frozen=True)
class Lognormal:
    """Lognormal distribution.

    Parameters
    ----------
    mean : float array
        Mean of the length itself, not of its logarithm; above 0.
    sigma : float array
        Standard deviation of the logarithm, above 0.
    """

    mean: ArrayLike
    sigma: ArrayLike

    def __post_init__(self) -> None:
        positive("mean", self.mean)
        positive("sigma", self.sigma)

    @property
    def average(self) -> FloatArray:
        """Mean."""
        return np.asarray(self.mean, dtype=np.float64)

    @property
    def variation(self) -> FloatArray:
        """Squared coefficient of variation."""
        return np.asarray(np.expm1(np.asarray(self.sigma, dtype=np.float64) ** 2))

    @property
    def kink(self) -> FloatArray:
        """The tail is smooth: 0."""
        return np.asarray(0.0)

    def _score(self, time: ArrayLike) -> FloatArray:
        """Standardised logarithm."""
        sigma = np.asarray(self.sigma, dtype=np.float64)
        with np.errstate(divide="ignore"):
            logs = np.log(np.asarray(time, dtype=np.float64) / self.average)
        return logs / sigma + sigma / 2

    def tail(self, time: ArrayLike) -> FloatArray:
        """Probability of lasting longer than this."""
        return np.asarray(special.ndtr(-self._score(time)))

    def partial(self, time: ArrayLike) -> FloatArray:
        """Integral of the tail from 0."""
        score = self._score(time)
        below = self.average * special.ndtr(score - np.asarray(self.sigma))
        return np.asarray(below + np.asarray(time) * special.ndtr(-score))

    def hazard(self, time: ArrayLike) -> FloatArray:
        """Density over tail; 0 at 0."""
        moment = np.asarray(time, dtype=np.float64)
        score = self._score(time)
        ratio = np.exp(-(score**2) / 2 - special.log_ndtr(-score)) / math.sqrt(2 * math.pi)
        scale = np.asarray(self.sigma) * np.where(moment > 0, moment, 1)
        return np.where(moment > 0, ratio / scale, 0.0)


@dataclass(frozen=True)
class Gamma:
    """Gamma distribution; whole shapes are Erlang distributions.

    Parameters
    ----------
    mean : float array
        Above 0.
    shape : float array
        1 over the squared coefficient of variation, above 0.
    """

    mean: ArrayLike
    shape: ArrayLike

    def __post_init__(self) -> None:
        positive("mean", self.mean)
        positive("shape", self.shape)

    @property
    def average(self) -> FloatArray:
        """Mean."""
        return np.asarray(self.mean, dtype=np.float64)

    @property
    def variation(self) -> FloatArray:
        """Squared coefficient of variation."""
        return np.asarray(1 / np.asarray(self.shape, dtype=np.float64))

    @property
    def kink(self) -> FloatArray:
        """The tail is smooth: 0."""
        return np.asarray(0.0)

    def _scaled(self, time: ArrayLike) -> tuple[FloatArray, FloatArray]:
        shape = np.asarray(self.shape, dtype=np.float64)
        return shape, np.asarray(time) * shape / self.average

    def tail(self, time: ArrayLike) -> FloatArray:
        """Probability of lasting longer than this."""
        return np.asarray(special.gammaincc(*self._scaled(time)))

    def partial(self, time: ArrayLike) -> FloatArray:
        """Integral of the tail from 0."""
        shape, scaled = self._scaled(time)
        return np.asarray(
            self.average * special.gammainc(shape + 1, scaled) + np.asarray(time) * self.tail(time)
        )

    def hazard(self, time: ArrayLike) -> FloatArray:
        """Density over tail."""
        shape, scaled = self._scaled(time)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            logs = special.xlogy(shape - 1, scaled) - scaled - special.gammaln(shape)
            ratio = np.exp(logs) / special.gammaincc(shape, scaled)
        # Where the tail underflows, its exponential rate is reached.
        return np.where(np.isnan(ratio), 1.0, ratio) * shape / self.average


@dataclass(frozen=True)
class Hyperexponential:
    """A mixture of two exponential distributions: some callers hang up soon, some stay.

    Parameters
    ----------
    first, second : float array
        Means of the two.
    weight : float array
        Probability of the first.
    """

    first: ArrayLike
    second: ArrayLike
    weight: ArrayLike

    def __post_init__(self) -> None:
        positive("first", self.first)
        positive("second", self.second)
        share("weight", self.weight)

    def _mixed(self, one: FloatArray, other: FloatArray) -> FloatArray:
        weight = np.asarray(self.weight, dtype=np.float64)
        return weight * one + (1 - weight) * other

    @property
    def average(self) -> FloatArray:
        """Mean."""
        return self._mixed(Exponential(self.first).average, Exponential(self.second).average)

    @property
    def variation(self) -> FloatArray:
        """Squared coefficient of variation."""
        one, other = Exponential(self.first).average, Exponential(self.second).average
        return 2 * self._mixed(one**2, other**2) / self.average**2 - 1

    @property
    def kink(self) -> FloatArray:
        """The tail is smooth: 0."""
        return np.asarray(0.0)

    def tail(self, time: ArrayLike) -> FloatArray:
        """Probability of lasting longer than this."""
        return self._mixed(Exponential(self.first).tail(time), Exponential(self.second).tail(time))

    def partial(self, time: ArrayLike) -> FloatArray:
        """Integral of the tail from 0."""
        return self._mixed(Exponential(self.first).partial(time), Exponential(self.second).partial(time))

    def hazard(self, time: ArrayLike) -> FloatArray:
        """Density over tail, which tends to the rate of the longer mean."""
        moment = np.asarray(time, dtype=np.float64)
        one, other = 1 / Exponential(self.first).average, 1 / Exponential(self.second).average
        slower = np.minimum(one, other)
        shares = self._mixed(np.exp(-(one - slower) * moment), np.exp(-(other - slower) * moment))
        density = self._mixed(
            one * np.exp(-(one - slower) * moment), other * np.exp(-(other - slower) * moment)
        )
        # With all weight on the faster one, both vanish for long times.
        return np.where(shares > 0, density / np.where(shares > 0, shares, 1), np.maximum(one, other))
