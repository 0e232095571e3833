"""One agent with services of any kind, and urgent visits first: mean waits by class.

Nobody is interrupted: who is being served stays so. Several agents without classes, whose services are not
exponential, are in :mod:`hotline_sim.analytic.general_service`.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.analytic.arguments import nonnegative, positive, whole
from hotline_sim.analytic.erlang import erlang_c

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hotline_sim.arrays import FloatArray


class MG1:
    """One agent, Poisson arrivals, services of any distribution, first come first served.

    Results have the shape to which the parameters are broadcast; waits are infinite where the load reaches 1.

    Parameters
    ----------
    rate : float array
        Arrivals per unit of time.
    service : float array
        Mean service.
    variation : float array
        Squared coefficient of variation of the service: 0 if all are equal, 1 if exponential.

    Notes
    -----
    Mean wait rho (1 + v) S / (2 (1 - rho)), of Pollaczek (1930) and Khinchine (1932) [1]_.

    References
    ----------
    .. [1] Kleinrock, L. (1975). Queueing Systems I: Theory, chapter 5.

    Examples
    --------
    >>> round(float(MG1(rate=0.7, service=1, variation=1.5).mean_wait), 8)
    2.91666667
    """

    def __init__(self, *, rate: ArrayLike, service: ArrayLike, variation: ArrayLike) -> None:
        self.rate = nonnegative("rate", rate)
        self.service = positive("service", service)
        self.variation = nonnegative("variation", variation)

    @property
    def occupancy(self) -> FloatArray:
        """Share of time in which the agent is busy; also the share that waits."""
        return np.minimum(self.rate * self.service, 1.0)

    @property
    def delay_probability(self) -> FloatArray:
        """Share that finds the agent busy: the occupancy, as arrivals are Poisson."""
        return self.occupancy

    @property
    def mean_wait(self) -> FloatArray:
        """Mean wait of all, in the unit of the service."""
        busy = self.occupancy
        idle = np.where(busy < 1, 1 - busy, 1)
        wait = busy * (1 + self.variation) * self.service / (2 * idle)
        return np.where(busy < 1, wait, np.inf)[()]

    @property
    def queue_length(self) -> FloatArray:
        """Mean number waiting."""
        return self.rate * self.mean_wait

    @property
    def mean_sojourn(self) -> FloatArray:
        """Mean time from arrival to the end of service."""
        return self.mean_wait + self.service


class _Classes:
    """Mean waits by class from the residual work that an arrival finds and the loads of the classes.

    Cobham's formula: W_k = W_0 / ((1 - s_(k-1)) (1 - s_k)), s_k the load of the classes 1 to k per agent.
    """

    rates: FloatArray
    """By class, the first class first, on the last axis."""

    @property
    def loads(self) -> FloatArray:
        """Share of the agents' time that each class asks for, on the last axis."""
        raise NotImplementedError

    @property
    def _residual(self) -> FloatArray:
        """Mean time until an agent is free for an arrival, if nobody else waits; no last axis."""
        raise NotImplementedError

    @property
    def _served(self) -> FloatArray:
        """Share of the agents' time that each class gets: what those before it leave, at most its load."""
        before = np.cumsum(self.loads, axis=-1) - self.loads
        return np.minimum(self.loads, np.maximum(1 - before, 0))

    @cached_property
    def mean_wait(self) -> FloatArray:
        """Mean wait by class on the last axis; infinite for classes that are not all served."""
        until = np.cumsum(self.loads, axis=-1)
        stable = until < 1
        left = np.where(stable, (1 - until) * (1 - until + self.loads), 1)
        return np.where(stable, self._residual[..., None] / left, np.inf)

    @property
    def queue_length(self) -> FloatArray:
        """Mean number waiting by class, on the last axis."""
        return np.where(self.rates > 0, self.rates * np.where(self.rates > 0, self.mean_wait, 0), 0.0)

    @property
    def mean_wait_of_all(self) -> FloatArray:
        """Mean wait over the visits of all classes; NaN without visits."""
        total = self.rates.sum(axis=-1)
        wait = self.queue_length.sum(axis=-1) / np.where(total > 0, total, 1)
        return np.where(total > 0, wait, np.nan)[()]


class PriorityMG1(_Classes):
    """One agent, classes with services of their own, the first class first, nobody interrupted.

    A class waits without end if the load up to it reaches 1; the classes before it keep a mean wait.

    Parameters
    ----------
    rates : float array, shape (..., classes)
        Arrivals per unit of time, the first class first.
    services : float array, shape (..., classes)
        Mean service of each class.
    variations : float array, shape (..., classes)
        Squared coefficient of variation of each class's services.

    References
    ----------
    .. [1] Cobham, A. (1954). Priority assignment in waiting line problems. Operations Research 2, 70-76,
       equation for one channel.

    Examples
    --------
    >>> PriorityMG1(rates=[0.2, 0.6], services=1, variations=1).mean_wait.round(9).tolist()
    [1.0, 5.0]
    """

    def __init__(self, *, rates: ArrayLike, services: ArrayLike, variations: ArrayLike) -> None:
        arrays = np.broadcast_arrays(
            np.atleast_1d(nonnegative("rates", rates)),
            positive("services", services),
            nonnegative("variations", variations),
        )
        self.rates: FloatArray = arrays[0]
        self.services: FloatArray = arrays[1]
        self.variations: FloatArray = arrays[2]

    @property
    def loads(self) -> FloatArray:
        """Rate times mean service of each class, on the last axis."""
        return self.rates * self.services

    @property
    def _residual(self) -> FloatArray:
        # Half the second moment over the mean is the rest of the service that an arrival finds.
        return np.asarray((self._served * self.services * (1 + self.variations) / 2).sum(axis=-1))

    @property
    def mean_sojourn(self) -> FloatArray:
        """Mean time from arrival to the end of service, by class on the last axis."""
        return self.mean_wait + self.services


class PriorityMMc(_Classes):
    """Several agents, classes with the same exponential service, the first class first, nobody interrupted.

    Parameters
    ----------
    rates : float array, shape (..., classes)
        Arrivals per unit of time, the first class first.
    service : float array, shape (...)
        Mean service, the same for all classes.
    agents : int array, shape (...)
        At least 1.

    References
    ----------
    .. [1] Cobham, A. (1954). Priority assignment in waiting line problems. Operations Research 2, 70-76,
       equation for several channels; see also Kella, O., Yechiali, U. (1985). Waiting times in the
       non-preemptive priority M/M/c queue. Stochastic Models 1, 257-262.

    Examples
    --------
    >>> PriorityMMc(rates=[0.5, 1, 0.75], service=4, agents=10).mean_wait.round(6).tolist()
    [0.334366, 0.835914, 6.687315]
    """

    def __init__(self, *, rates: ArrayLike, service: ArrayLike, agents: ArrayLike) -> None:
        self.rates = np.atleast_1d(nonnegative("rates", rates))
        self.service = positive("service", service)
        self.agents = whole("agents", agents)

    @property
    def loads(self) -> FloatArray:
        """Rate times mean service over the agents, of each class on the last axis."""
        return self.rates * (self.service / self.agents)[..., None]

    @property
    def delay_probability(self) -> FloatArray:
        """Share that finds no free agent, the same for all classes."""
        return erlang_c(self.rates.sum(axis=-1) * self.service, self.agents)

    @property
    def _residual(self) -> FloatArray:
        return np.asarray(self.delay_probability * self.service / self.agents)

    @property
    def mean_sojourn(self) -> FloatArray:
        """Mean time from arrival to the end of service, by class on the last axis."""
        return self.mean_wait + self.service[..., None]
