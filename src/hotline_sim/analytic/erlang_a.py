"""Callers who give up: M/M/c with exponential patience (Erlang A) and with patience of any kind, exactly.

Both follow from the virtual wait, the time that a caller of endless patience would wait. Callers who never
give up are in :mod:`hotline_sim.analytic.erlang`; Whitt's approximation of the second is in
:mod:`hotline_sim.analytic.whitt`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np
from scipy import special

from hotline_sim.analytic.arguments import nonnegative, positive, whole
from hotline_sim.analytic.durations import Duration, Exponential
from hotline_sim.analytic.erlang import erlang_b
from hotline_sim.analytic.integrals import DROP, crossing, nodes
from hotline_sim.arrays import FloatArray

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

ServiceLevel: TypeAlias = Literal["offered", "answered", "late_abandoned", "left_or_answered"]
"""What answered calls are counted against; see :meth:`MMcG.service_level`."""

Weight: TypeAlias = Callable[[FloatArray], FloatArray]


class MMcG:
    """M/M/c+G: Poisson arrivals, exponential service, patience of any distribution, first come first served.

    Results have the shape to which the parameters, those of the patience included, are broadcast. There is
    no limit on the load: who waits too long leaves.

    Parameters
    ----------
    rate : float array
        Arrivals per unit of time.
    service : float array
        Mean service.
    agents : int array
        At least 1.
    patience : Duration
        One of :mod:`hotline_sim.analytic.durations`, or anything that has its methods.

    Notes
    -----
    With H(x) the integral of the tail of patience from 0 to x, the virtual wait has a density proportional to
    lambda exp(lambda H(x) - c mu x) beside a mass at 0 that is proportional to 1/B(c - 1, a) [1]_, [2]_
    (the integrals called J, J1, JH, J(t) and the number epsilon in [2]_). The logarithm of the density is
    concave; the integrals are taken numerically relative to its peak, to about 12 digits, so that nothing
    overflows.

    References
    ----------
    .. [1] Baccelli, F., Hebuterne, G. (1981). On queues with impatient customers. Performance '81, 159-179.
    .. [2] Zeltyn, S., Mandelbaum, A. (2005). Call centers with impatient customers: many-server asymptotics
       of the M/M/n+G queue. Queueing Systems 51, 361-402.
    """

    def __init__(self, *, rate: ArrayLike, service: ArrayLike, agents: ArrayLike, patience: Duration) -> None:
        self.rate = nonnegative("rate", rate)
        self.service = positive("service", service)
        self.agents = whole("agents", agents)
        self.patience = patience
        self._shape = np.broadcast_shapes(
            self.rate.shape, self.service.shape, self.agents.shape, patience.average.shape
        )

    # The virtual wait.

    def _log_density(self, time: FloatArray) -> FloatArray:
        """Logarithm of the density of the virtual wait, without its constant."""
        return self.rate * self.patience.partial(time) - self.agents / self.service * time

    @cached_property
    def _peak(self) -> FloatArray:
        """Where the density is largest: the wait at which so many have left that the others are served."""

        def surplus(time: FloatArray) -> FloatArray:
            return self.rate * self.patience.tail(time) - self.agents / self.service

        zero = np.zeros(self._shape)
        scale = np.broadcast_to(self.patience.average / 8, self._shape)
        return np.where(surplus(zero) > 0, crossing(surplus, zero, scale, 1e-9), zero)

    def _tail(self, start: FloatArray, weight: Weight) -> tuple[FloatArray, FloatArray]:
        """Integral of weight times density from the start on: a logarithm and a factor."""
        peak = np.maximum(self._peak, start)
        top = self._log_density(peak)
        zero, scale = np.zeros_like(peak), np.broadcast_to(self.service / self.agents, peak.shape)

        def after(distance: FloatArray) -> FloatArray:
            return self._log_density(peak + distance) - top + DROP

        def before(distance: FloatArray) -> FloatArray:
            inside = self._log_density(np.maximum(peak - distance, start)) - top + DROP
            return np.where(distance < peak - start, inside, -1.0)

        high = peak + crossing(after, zero, scale)
        low = np.maximum(peak - crossing(before, zero, np.maximum(peak - start, scale)), start)
        kink = np.broadcast_to(self.patience.kink, peak.shape)
        places, weights = nodes(low, peak, high, kink)
        density = np.exp(self._log_density(places) - top)
        return top, np.sum(weights * weight(places) * density, axis=0)

    @cached_property
    def _whole(self) -> tuple[FloatArray, FloatArray]:
        """Integral of the density from 0 on."""
        return self._tail(np.zeros(self._shape), np.ones_like)

    def _mean(self, weight: Weight, start: ArrayLike = 0.0) -> FloatArray:
        """Mean of a function of the virtual wait of those who meet no free agent, from a start on."""
        since = np.asarray(start, dtype=np.float64)
        shape = np.broadcast_shapes(self._shape, since.shape)
        top, factor = self._tail(np.broadcast_to(since, shape), weight)
        top_of_all, factor_of_all = self._whole
        return np.asarray(np.exp(top - top_of_all) * factor / factor_of_all)[()]

    @cached_property
    def delay_probability(self) -> FloatArray:
        """Share of callers who find no free agent."""
        top, factor = self._whole
        with np.errstate(divide="ignore"):
            waits = np.log(self.rate) + top + np.log(factor)
            free = -np.log(erlang_b(self.rate * self.service, self.agents - 1))
        return np.asarray(special.expit(waits - free))[()]

    # What callers experience.

    @cached_property
    def abandonment(self) -> FloatArray:
        """Share of callers who give up."""
        return self.delay_probability * self._mean(lambda time: 1 - self.patience.tail(time))

    @cached_property
    def mean_wait(self) -> FloatArray:
        """Mean wait of all callers, until the answer or until they give up; without delay 0."""
        return self.delay_probability * self._mean(self.patience.partial)

    @cached_property
    def mean_wait_of_answered(self) -> FloatArray:
        """Mean wait of the callers who are served."""
        waits = self.delay_probability * self._mean(lambda time: time * self.patience.tail(time))
        return waits / (1 - self.abandonment)

    @property
    def mean_wait_of_abandoned(self) -> FloatArray:
        """Mean wait of the callers who give up; NaN where nobody does."""
        left = self.abandonment
        waits = self.mean_wait - self.mean_wait_of_answered * (1 - left)
        return np.where(left > 0, waits / np.where(left > 0, left, 1), np.nan)[()]

    @property
    def queue_length(self) -> FloatArray:
        """Mean number waiting: rate times mean wait of all."""
        return self.rate * self.mean_wait

    @property
    def occupancy(self) -> FloatArray:
        """Share of agents' time spent on calls."""
        return self.rate * self.service * (1 - self.abandonment) / self.agents

    def wait_exceeds(self, wait: ArrayLike) -> FloatArray:
        """Share of all callers whose wait, until the answer or until they give up, is longer than this."""
        limit = nonnegative("wait", wait)
        return self.virtual_wait_exceeds(limit) * self.patience.tail(limit)

    def virtual_wait_exceeds(self, wait: ArrayLike) -> FloatArray:
        """Share of callers who would wait longer than this if their patience were endless."""
        return self.delay_probability * self._mean(np.ones_like, nonnegative("wait", wait))

    def service_level(self, wait: ArrayLike, of: ServiceLevel = "offered") -> FloatArray:
        """Share of calls answered within a wait.

        Parameters
        ----------
        wait : float array
            Longest wait that counts as good.
        of : str
            The denominator: ``"offered"`` all calls; ``"answered"`` the calls that are answered at all;
            ``"late_abandoned"`` all calls but those given up within the wait. With ``"left_or_answered"``,
            calls given up within the wait count as good, and all calls are the denominator.

        Returns
        -------
        float64 array
            In [0, 1].

        Raises
        ------
        ValueError
            If the wait is negative or the denominator is none of the four.
        """
        if of not in get_args(ServiceLevel):
            msg = f"of: got {of!r}, must be one of {', '.join(get_args(ServiceLevel))}"
            raise ValueError(msg)
        if of == "left_or_answered":
            return 1 - self.wait_exceeds(wait)
        limit = nonnegative("wait", wait)
        late = self.delay_probability * self._mean(self.patience.tail, limit)
        good = 1 - self.abandonment - late
        if of == "answered":
            return good / (1 - self.abandonment)
        if of == "late_abandoned":
            # Those who wait longer than the limit, and those answered within it.
            return good / (good + self.wait_exceeds(limit))
        return good


class ErlangA(MMcG):
    """Erlang A, M/M/c+M: patience is exponential.

    Parameters
    ----------
    rate : float array
        Arrivals per unit of time.
    service : float array
        Mean service.
    agents : int array
        At least 1.
    patience : float array
        Mean patience.

    Notes
    -----
    The model is Palm's (1957) [1]_. Callers who wait give up at a constant rate, so that the share that
    gives up is the mean wait of all callers over the mean patience, exactly.

    References
    ----------
    .. [1] Garnett, O., Mandelbaum, A., Reiman, M. (2002). Designing a call center with impatient customers.
       Manufacturing & Service Operations Management 4, 208-227.

    Examples
    --------
    >>> queue = ErlangA(rate=48, service=1, agents=50, patience=2)
    >>> round(float(queue.abandonment), 6)
    0.030912
    """

    def __init__(
        self, *, rate: ArrayLike, service: ArrayLike, agents: ArrayLike, patience: ArrayLike
    ) -> None:
        mean = Exponential(positive("patience", patience))
        super().__init__(rate=rate, service=service, agents=agents, patience=mean)
