"""Erlang's formulas: calls refused, calls that wait, and the finite queue between the two.

Time is in any unit, the same for all arguments of a call. Callers of limited patience are in
:mod:`hotline_sim.analytic.erlang_a`, the numbers of agents that meet a target in
:mod:`hotline_sim.analytic.staffing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.analytic.arguments import nonnegative, positive, whole

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hotline_sim.arrays import FloatArray


def erlang_b(offered_load: ArrayLike, agents: ArrayLike) -> FloatArray:
    """Share of calls refused when nobody can wait, M/G/c/c.

    Parameters
    ----------
    offered_load : float array, shape (...)
        Arrival rate times mean service, in erlang.
    agents : int array, shape (...)
        At least 0; broadcast against the load.

    Returns
    -------
    float64 array, shape (...)
        In [0, 1]; exactly 0 where it is smaller than the smallest float.

    Raises
    ------
    ValueError
        If a load is negative or a number of agents is no whole number.

    Notes
    -----
    By the recursion in the number of agents, which neither overflows nor loses digits [1]_.

    References
    ----------
    .. [1] Cooper, R. B. (1981). Introduction to Queueing Theory, 2nd ed., chapter 3; the formula is
       Erlang's (1917).

    Examples
    --------
    >>> float(erlang_b(1, 2))
    0.2
    """
    load, count = np.broadcast_arrays(nonnegative("offered_load", offered_load), whole("agents", agents, 0))
    blocked = np.ones(load.shape)
    for number in range(1, int(count.max(initial=0)) + 1):
        refused = load * blocked
        np.divide(refused, number + refused, out=blocked, where=number <= count)
    return blocked[()]


def erlang_c(offered_load: ArrayLike, agents: ArrayLike) -> FloatArray:
    """Share of calls that wait in M/M/c.

    Parameters
    ----------
    offered_load : float array, shape (...)
        In erlang.
    agents : int array, shape (...)
        At least 1; broadcast against the load.

    Returns
    -------
    float64 array, shape (...)
        In [0, 1]; exactly 1 where the load reaches the agents.

    Raises
    ------
    ValueError
        If a load is negative or a number of agents is not a whole number of at least 1.

    Notes
    -----
    From Erlang's B, C = cB / (c - a(1 - B)) [1]_.

    References
    ----------
    .. [1] Cooper, R. B. (1981). Introduction to Queueing Theory, 2nd ed., chapter 3.

    Examples
    --------
    >>> float(erlang_c(0.5, 1))
    0.5
    """
    load, count = nonnegative("offered_load", offered_load), whole("agents", agents)
    blocked = erlang_b(load, count)
    spare = count - load
    # Written without the difference of two near numbers: c - a(1 - B) = (c - a) + aB.
    waits = count * blocked / np.where(spare > 0, spare + load * blocked, 1)
    return np.where(spare > 0, waits, 1.0)[()]


class MMc:
    """Erlang C: callers of endless patience, one queue, first come first served.

    Results have the shape to which the parameters are broadcast. Where the load reaches the
    agents, the queue grows without end: waits are infinite and everybody waits.

    Parameters
    ----------
    rate : float array
        Arrivals per unit of time.
    service : float array
        Mean service, exponential.
    agents : int array
        At least 1.

    References
    ----------
    .. [1] Cooper, R. B. (1981). Introduction to Queueing Theory, 2nd ed., chapter 3.

    Examples
    --------
    >>> queue = MMc(rate=1, service=0.8, agents=1)
    >>> round(float(queue.mean_wait), 9)
    3.2
    """

    def __init__(self, *, rate: ArrayLike, service: ArrayLike, agents: ArrayLike) -> None:
        self.rate = nonnegative("rate", rate)
        self.service = positive("service", service)
        self.agents = whole("agents", agents)
        np.broadcast_shapes(self.rate.shape, self.service.shape, self.agents.shape)

    @property
    def offered_load(self) -> FloatArray:
        """Rate times mean service, in erlang."""
        return np.asarray(self.rate * self.service)[()]

    @property
    def occupancy(self) -> FloatArray:
        """Share of agents' time spent on calls."""
        return np.minimum(self.offered_load / self.agents, 1.0)

    @cached_property
    def delay_probability(self) -> FloatArray:
        """Share of calls that wait."""
        return erlang_c(self.offered_load, self.agents)

    @property
    def mean_wait_of_delayed(self) -> FloatArray:
        """Mean wait of the calls that wait at all: 1 / (c mu - lambda)."""
        spare = self.agents / self.service - self.rate
        return np.where(spare > 0, 1 / np.where(spare > 0, spare, 1), np.inf)[()]

    @property
    def mean_wait(self) -> FloatArray:
        """Mean wait of all calls, those that find a free agent counted as 0."""
        # 0 times infinity cannot occur: where the second factor is infinite, the first is 1.
        return self.delay_probability * self.mean_wait_of_delayed

    @property
    def queue_length(self) -> FloatArray:
        """Mean number waiting: rate times mean wait."""
        return self.rate * self.mean_wait

    @property
    def mean_sojourn(self) -> FloatArray:
        """Mean time from arrival to the end of service."""
        return self.mean_wait + self.service

    def wait_exceeds(self, wait: ArrayLike) -> FloatArray:
        """Share of calls that wait longer than this: C exp(-(c mu - lambda) t)."""
        limit = nonnegative("wait", wait)
        spare = np.maximum(self.agents / self.service - self.rate, 0)
        return self.delay_probability * np.exp(-spare * limit)

    def service_level(self, wait: ArrayLike) -> FloatArray:
        """Share of calls that wait at most so long."""
        return 1 - self.wait_exceeds(wait)


@dataclass(frozen=True, kw_only=True)
class MMcK:
    """Callers of endless patience, of whom at most so many fit in; the others are refused.

    Parameters
    ----------
    rate, service : float
        Arrivals per unit of time; mean service, exponential.
    agents, places : int
        Agents, and places for callers in service and waiting together, at least as many as agents.

    Notes
    -----
    The stationary distribution of the birth and death process, its weights in logarithms [1]_.

    References
    ----------
    .. [1] Gross, D., Shortle, J. F., Thompson, J. M., Harris, C. M. (2008). Fundamentals of Queueing
       Theory, 4th ed., section 2.5.

    Examples
    --------
    >>> queue = MMcK(rate=3, service=0.25, agents=2, places=3)
    >>> round(queue.refused, 8)
    0.04936015
    """

    rate: float
    service: float
    agents: int
    places: int

    def __post_init__(self) -> None:
        nonnegative("rate", self.rate)
        positive("service", self.service)
        whole("places", self.places, int(whole("agents", self.agents)))

    @cached_property
    def probabilities(self) -> FloatArray:
        """Probability of 0, 1, ... callers in service and waiting, shape (places + 1,)."""
        states = np.arange(1, self.places + 1)
        with np.errstate(divide="ignore"):
            steps = np.log(self.rate * self.service / np.minimum(states, self.agents))
        logs = np.concatenate(([0.0], np.cumsum(steps)))
        weights = np.exp(logs - logs.max())
        return np.asarray(weights / weights.sum(), dtype=np.float64)

    @property
    def refused(self) -> float:
        """Share of callers who find no place."""
        return float(self.probabilities[-1])

    @property
    def mean_number(self) -> float:
        """Mean number of callers in service and waiting."""
        return float(self.probabilities @ np.arange(self.places + 1))

    @property
    def queue_length(self) -> float:
        """Mean number waiting."""
        return float(self.probabilities @ np.maximum(np.arange(self.places + 1) - self.agents, 0))

    @property
    def mean_wait(self) -> float:
        """Mean wait of the callers who are taken in; 0 if nobody is."""
        taken = self.rate * (1 - self.refused)
        return self.queue_length / taken if taken else 0.0
