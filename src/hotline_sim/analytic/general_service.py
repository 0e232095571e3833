"""Several agents with services of any kind: M/D/c exactly, M/G/c by four approximations.

One agent has an exact formula in :mod:`hotline_sim.analytic.priority`, exponential services have theirs in
:mod:`hotline_sim.analytic.erlang`.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from hotline_sim.analytic.arguments import nonnegative, positive, whole
from hotline_sim.analytic.erlang import MMc

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hotline_sim.arrays import FloatArray

_EXACT_TERMS = 4_096
"""Terms of a series that are added one by one; the smooth rest is integrated."""
_SMALL = 42.0
"""A term smaller than the first by exp(-42) is left out."""
_PLACES, _WEIGHTS = special.roots_legendre(200)


class MDc:
    """Several agents, Poisson arrivals, all services equally long, first come first served.

    Results have the shape to which the parameters are broadcast; waits are infinite where the load reaches
    the agents.

    Parameters
    ----------
    rate : float array
        Arrivals per unit of time.
    service : float array
        Length of each service.
    agents : int array
        At least 1.

    Notes
    -----
    Seen once per service, the number beyond the agents is a random walk that stops at 0, whose steps are
    Poisson numbers less the agents (Crommelin 1932). Spitzer's identity gives its mean as the sum over k of
    E(A_k - kc)+ / k with A_k Poisson of mean k times the load, and the probability that somebody is free as
    exp(-sum of P(A_k >= kc) / k) [1]_. Nine digits up to an occupancy of 0.99, five up to 0.99999.

    References
    ----------
    .. [1] Asmussen, S. (2003). Applied Probability and Queues, 2nd ed., chapter VIII; the mean wait is
       Pollaczek's (1930).

    Examples
    --------
    >>> round(float(MDc(rate=4, service=1, agents=5).mean_wait), 8)
    0.28906001
    """

    def __init__(self, *, rate: ArrayLike, service: ArrayLike, agents: ArrayLike) -> None:
        self.rate = nonnegative("rate", rate)
        self.service = positive("service", service)
        self.agents = whole("agents", agents)

    @property
    def occupancy(self) -> FloatArray:
        """Share of agents' time spent on calls."""
        return np.minimum(self.rate * self.service / self.agents, 1.0)

    @cached_property
    def _sums(self) -> FloatArray:
        """Mean number waiting and minus the logarithm of the probability of a free agent, shape (2, ...)."""
        load, agents = np.broadcast_arrays(self.rate * self.service, self.agents)
        sums = [_spitzer(float(a), int(c)) for a, c in zip(load.flat, agents.flat, strict=True)]
        return np.array(sums).T.reshape(2, *load.shape)

    @property
    def delay_probability(self) -> FloatArray:
        """Share of calls that wait."""
        return np.asarray(-np.expm1(-self._sums[1]))[()]

    @property
    def queue_length(self) -> FloatArray:
        """Mean number waiting."""
        return np.asarray(self._sums[0])[()]

    @property
    def mean_wait(self) -> FloatArray:
        """Mean wait of all calls."""
        calls = np.where(self.rate > 0, self.rate, 1)
        return np.asarray(self._sums[0] / calls)[()]

    @property
    def mean_sojourn(self) -> FloatArray:
        """Mean time from arrival to the end of service."""
        return self.mean_wait + self.service


def _stirling_error(number: FloatArray) -> FloatArray:
    """Logarithm of a factorial less Stirling's formula for it."""
    plain = (
        special.gammaln(number + 1) - (number + 0.5) * np.log(number) + number - 0.5 * math.log(2 * math.pi)
    )
    series = (1 / 12 - (1 / 360 - 1 / (1260 * number**2)) / number**2) / number
    return np.where(number > 64, series, plain)


def _spitzer(load: float, agents: int) -> tuple[float, float]:
    """Sums over k of the mean of a Poisson number above k agents, and of its probability to reach them."""
    if load >= agents:
        return math.inf, math.inf
    if load == 0:
        return 0.0, 0.0

    spare = (agents - load) / agents
    # Of one term, the Poisson probability falls by this exponent each time.
    decay = agents * (-spare - math.log1p(-spare))

    def terms(k: FloatArray) -> FloatArray:
        # The functions of incomplete gammas go on smoothly between the whole numbers.
        number = k * agents
        exactly = np.exp(-k * decay - _stirling_error(number)) / np.sqrt(2 * math.pi * number)
        more = special.gammainc(number + 1, k * load)
        return np.array([load * exactly - (agents - load) * more, (exactly + more) / k])

    last = _SMALL / decay
    total = terms(np.arange(1.0, min(last, _EXACT_TERMS) + 2)).sum(axis=1)
    if last > _EXACT_TERMS:
        # From the midpoint before the next term on, in logarithms of k.
        low, high = math.log(math.floor(min(last, _EXACT_TERMS) + 1) + 0.5), math.log(last)
        places = np.exp((low + high) / 2 + (high - low) / 2 * _PLACES)
        total += (terms(places) * places * _WEIGHTS).sum(axis=1) * (high - low) / 2
    return float(total[0]), float(total[1])


class MGc:
    """Several agents with services of any distribution: mean waits by approximations of two moments.

    All but ``whitt`` are exact for one agent, all for exponential services, ``kimura`` for services of equal
    length. Waits are infinite where the load reaches the agents.

    Parameters
    ----------
    rate : float array
        Arrivals per unit of time, Poisson.
    service : float array
        Mean service.
    agents : int array
        At least 1.
    variation : float array
        Squared coefficient of variation of the service.

    References
    ----------
    .. [1] Allen, A. O. (1990). Probability, Statistics, and Queueing Theory, 2nd ed., chapter 5, after
       Lee, A. M., Longton, P. A. (1959). Queueing processes associated with airline passenger check-in.
       Operational Research Quarterly 10, 56-71.
    .. [2] Cosmetatos, G. P. (1976). Some approximate equilibrium results for the multi-server queue (M/G/r).
       Operational Research Quarterly 27, 615-620.
    .. [3] Kimura, T. (1986). A two-moment approximation for the mean waiting time in the GI/G/s queue.
       Management Science 32, 751-763.
    .. [4] Whitt, W. (1993). Approximations for the GI/G/m queue. Production and Operations Management 2,
       114-161, equations 2.16 to 2.25.

    Examples
    --------
    >>> queue = MGc(rate=4, service=1, agents=5, variation=0)
    >>> round(float(queue.allen_cunneen), 4), round(float(queue.kimura), 4)
    (0.2771, 0.2891)
    """

    def __init__(
        self, *, rate: ArrayLike, service: ArrayLike, agents: ArrayLike, variation: ArrayLike
    ) -> None:
        self.rate = nonnegative("rate", rate)
        self.service = positive("service", service)
        self.agents = whole("agents", agents)
        self.variation = nonnegative("variation", variation)

    @property
    def occupancy(self) -> FloatArray:
        """Share of agents' time spent on calls."""
        return np.minimum(self.rate * self.service / self.agents, 1.0)

    @cached_property
    def _exponential(self) -> FloatArray:
        """Mean wait with exponential services."""
        return MMc(rate=self.rate, service=self.service, agents=self.agents).mean_wait

    @cached_property
    def _fixed(self) -> FloatArray:
        """Mean wait with services of equal length."""
        return MDc(rate=self.rate, service=self.service, agents=self.agents).mean_wait

    @cached_property
    def _spread(self) -> FloatArray:
        """The term that Cosmetatos found: how much several agents even out services of equal length less."""
        agents, busy = self.agents, np.where(self.occupancy > 0, self.occupancy, 1)
        many = (agents - 1) * (np.sqrt(4 + 5 * agents) - 2) / (16 * agents)
        return np.asarray(many * (1 - busy) / busy)

    @property
    def allen_cunneen(self) -> FloatArray:
        """Half of 1 plus variation, times the mean wait with exponential services [1]_."""
        return (1 + self.variation) / 2 * self._exponential

    @property
    def cosmetatos(self) -> FloatArray:
        """Line between exponential and equal services, the latter by Cosmetatos's own approximation [2]_.

        Meant for a variation of at most 1; far beyond, at low loads, the line would cross 0 and is cut there.
        """
        with np.errstate(invalid="ignore"):
            fixed = (1 + self._spread) / 2 * self._exponential
            line = self.variation * self._exponential + (1 - self.variation) * fixed
        return np.asarray(np.where(np.isfinite(self._exponential), np.maximum(line, 0), np.inf))[()]

    @property
    def kimura(self) -> FloatArray:
        """Harmonic mean between exponential and equal services, both exact [3]_."""
        v = self.variation
        with np.errstate(divide="ignore", invalid="ignore"):
            wait = (1 + v) / (2 * v / self._exponential + (1 - v) / self._fixed)
        plain = np.isfinite(self._exponential) & (self._exponential > 0)
        return np.where(plain, wait, self._exponential)[()]

    @property
    def whitt(self) -> FloatArray:
        """Allen and Cunneen's, corrected for the number of agents by two interpolations [4]_."""
        v, busy = self.variation, np.where(self.occupancy > 0, self.occupancy, 1)
        spread = np.minimum(0.24, self._spread)
        first = 1 + spread
        third = (1 - 4 * spread) * np.exp(-2 * (1 - busy) / (3 * busy))
        fourth = np.minimum(1, (first + third) / 2)
        middle = (1 + v) / 2
        inner = np.where(middle >= 1, 1.0, fourth ** (2 * (1 - np.minimum(middle, 1))))
        steady = (4 * (1 - v) * first + v * inner) / np.where(v <= 1, 4 - 3 * v, 1)
        bursty = ((v - 1) * third + (v + 3) * inner) / (2 + 2 * v)
        return np.asarray(np.where(v <= 1, steady, bursty) * self.allen_cunneen)[()]
