"""Offered load when the rate follows the clock: the number busy if there were an agent for everybody.

The load lags behind the rate by about a service and is flatter than it. It is exact for any service; what a
limited number of agents makes of it is approximated here by stationary formulas at each instant, and computed
exactly, for exponential services, in :mod:`hotline_sim.analytic.time_varying`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.analytic.arguments import nonnegative
from hotline_sim.analytic.erlang import MMc
from hotline_sim.analytic.erlang_a import MMcG

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hotline_sim.analytic.durations import Duration
    from hotline_sim.arrays import FloatArray

_FORGOTTEN = 1e-12
"""Share of the load of earlier cycles from which on they count with their mean rate."""
_MOST_CYCLES = 2_000


class StepRate:
    """Arrival rate that is constant between edges; Poisson arrivals.

    Parameters
    ----------
    edges : float array, shape (pieces + 1,)
        Instants, rising.
    rates : float array, shape (pieces,)
        Arrivals per unit of time between two edges.
    repeats : bool
        Whether the whole goes round and round, as the hours of a day; otherwise nobody arrives before the
        first edge or after the last.

    Raises
    ------
    ValueError
        If edges do not rise or there is not one rate for each pair of edges.
    """

    def __init__(self, edges: ArrayLike, rates: ArrayLike, *, repeats: bool = False) -> None:
        self.edges = np.atleast_1d(np.asarray(edges, dtype=np.float64))
        self.rates = np.atleast_1d(nonnegative("rates", rates))
        self.repeats = repeats
        if not np.isfinite(self.edges).all() or (np.diff(self.edges) <= 0).any():
            msg = "edges: must be finite and rise from each to the next"
            raise ValueError(msg)
        if self.edges.size != self.rates.size + 1:
            msg = f"rates: got {self.rates.size} for {self.edges.size} edges, must be one fewer than edges"
            raise ValueError(msg)

    @property
    def lengths(self) -> FloatArray:
        """Length of each piece, shape (pieces,)."""
        return np.diff(self.edges)

    @property
    def arrivals(self) -> FloatArray:
        """Expected arrivals of each piece, shape (pieces,)."""
        return self.rates * self.lengths


def mean_busy(rate: StepRate, service: Duration, *, at: ArrayLike) -> FloatArray:
    """Mean number in service in M(t)/G/infinity: the offered load as it changes.

    The number itself is a Poisson variable. Without repetition, the system is empty at the first edge.

    Parameters
    ----------
    rate : StepRate
        Arrivals.
    service : Duration
        Of any distribution, with scalar parameters.
    at : float array, shape (...)
        Instants; with a repeating rate, any.

    Returns
    -------
    float64 array, shape (...)
        In erlang.

    Notes
    -----
    The integral of rate(t - u) P(S > u) over u [1]_ (equation 1.2 there), which for steps is a sum of
    differences of the partial mean of the service; no discretisation.

    References
    ----------
    .. [1] Eick, S. G., Massey, W. A., Whitt, W. (1993). The physics of the M_t/G/infinity queue. Operations
       Research 41, 731-742, theorem 1.

    Examples
    --------
    >>> from hotline_sim.analytic import Deterministic
    >>> hour = StepRate([0, 1], [60])
    >>> mean_busy(hour, Deterministic(0.5), at=[0.25, 1, 1.25]).tolist()
    [15.0, 30.0, 15.0]
    """
    now = np.asarray(at, dtype=np.float64)
    if not rate.repeats:
        return _of_one_cycle(rate, service, now)[()]
    cycle = float(rate.edges[-1] - rate.edges[0])
    now = rate.edges[0] + np.mod(now - rate.edges[0], cycle)
    total = np.zeros(now.shape)
    mean = float(service.average)
    for passed in range(_MOST_CYCLES):
        total += _of_one_cycle(rate, service, now + passed * cycle)
        # Those of earlier cycles are of at least this age.
        left = mean - float(service.partial(passed * cycle))
        if left < _FORGOTTEN * mean:
            break
    # What is still in service from all cycles before, each at its mean rate.
    since = now - rate.edges[0] + passed * cycle
    return np.asarray(total + rate.arrivals.sum() / cycle * (mean - service.partial(since)))[()]


def _of_one_cycle(rate: StepRate, service: Duration, now: FloatArray) -> FloatArray:
    """Mean number in service at an instant of those who arrived between the first and the last edge."""
    ages = np.maximum(now[..., None] - rate.edges, 0)
    return np.asarray((rate.rates * -np.diff(service.partial(ages), axis=-1)).sum(axis=-1))


def modified_offered_load(
    rate: StepRate,
    service: Duration,
    agents: ArrayLike,
    *,
    at: ArrayLike,
    patience: Duration | None = None,
) -> MMc | MMcG:
    """M(t)/G/c at each instant as the stationary queue with the offered load of that instant.

    Parameters
    ----------
    rate : StepRate
        Arrivals.
    service : Duration
        Only the offered load knows its distribution; the stationary queue takes it as exponential.
    agents : int array, shape (...)
        On duty at the instants.
    at : float array, shape (...)
        Instants.
    patience : Duration or None
        None stands for callers of endless patience.

    Returns
    -------
    MMc or MMcG
        One queue for each instant.

    Notes
    -----
    Good where few calls wait or agents follow the load; it knows of no backlog from an overload before
    [1]_, [2]_. Without patience, an instant at which the load reaches the agents has infinite waits.

    References
    ----------
    .. [1] Jagerman, D. L. (1975). Nonstationary blocking in telephone traffic. Bell System Technical Journal
       54, 625-661.
    .. [2] Massey, W. A., Whitt, W. (1997). Peak congestion in multi-server service systems with slowly
       varying arrival rates. Queueing Systems 25, 157-172.
    """
    mean = service.average
    stationary = mean_busy(rate, service, at=at) / mean
    if patience is None:
        return MMc(rate=stationary, service=mean, agents=agents)
    return MMcG(rate=stationary, service=mean, agents=agents, patience=patience)
