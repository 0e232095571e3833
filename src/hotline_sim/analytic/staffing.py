"""How many agents: the least number that meets targets on waits, losses and occupancy.

Answers are exact for Erlang B, C and A and for M/M/c+G; the rule of thumb is in
:mod:`hotline_sim.analytic.square_root`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.analytic.arguments import nonnegative, positive, share
from hotline_sim.analytic.durations import Duration, Exponential
from hotline_sim.analytic.erlang import MMc, erlang_b
from hotline_sim.analytic.erlang_a import MMcG

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from hotline_sim.analytic.erlang_a import ServiceLevel
    from hotline_sim.arrays import BoolArray, FloatArray, IntArray

_MOST = 2**24


@dataclass(frozen=True, kw_only=True)
class Target:
    """What the agents must achieve together; None stands for no such demand.

    Parameters
    ----------
    service_level : float or None
        Least share of calls answered within the wait below.
    within : float
        That wait, in the unit of the service.
    of : str
        What answered calls are counted against, as in :meth:`MMcG.service_level`; without patience all calls
        are answered and it does not matter.
    delay_probability : float or None
        Largest share of callers who wait.
    mean_wait : float or None
        Largest mean wait of all callers.
    abandonment : float or None
        Largest share of callers who give up.
    occupancy : float or None
        Largest share of agents' time spent on calls.

    Raises
    ------
    ValueError
        If nothing is demanded or a number is impossible.
    """

    service_level: float | None = None
    within: float = 0.0
    of: ServiceLevel = "offered"
    delay_probability: float | None = None
    mean_wait: float | None = None
    abandonment: float | None = None
    occupancy: float | None = None

    def __post_init__(self) -> None:
        wanted = [
            (field.name, value)
            for field in fields(self)
            if field.name not in ("within", "of") and (value := getattr(self, field.name)) is not None
        ]
        if not wanted:
            msg = "target: nothing is demanded, give service_level, mean_wait, abandonment or another"
            raise ValueError(msg)
        for name, value in wanted:
            if name == "mean_wait":
                positive(name, value)
            else:
                share(name, value, open_ends=True)
        nonnegative("within", self.within)

    def met(self, queue: MMc | MMcG) -> BoolArray:
        """Whether a queue meets all demands, element by element."""
        met: list[FloatArray | BoolArray] = []
        if self.service_level is not None:
            reached = (
                queue.service_level(self.within)
                if isinstance(queue, MMc)
                else queue.service_level(self.within, self.of)
            )
            met.append(reached >= self.service_level)
        if self.delay_probability is not None:
            met.append(queue.delay_probability <= self.delay_probability)
        if self.mean_wait is not None:
            met.append(queue.mean_wait <= self.mean_wait)
        if self.abandonment is not None and isinstance(queue, MMcG):
            met.append(queue.abandonment <= self.abandonment)
        if self.occupancy is not None:
            met.append(queue.occupancy <= self.occupancy)
        return np.asarray(np.logical_and.reduce(np.broadcast_arrays(*met)), dtype=np.bool_)


def least_agents(meets: Callable[[IntArray], BoolArray], start: ArrayLike) -> IntArray:
    """Least number of agents that is enough, where more agents are never worse.

    Parameters
    ----------
    meets : callable
        Takes an int64 array of numbers of agents, at least 1, and tells element by element whether they do.
    start : int array, shape (...)
        A guess, at least 1, which sets the shape.

    Returns
    -------
    int64 array, shape (...)
        At least 1.

    Raises
    ------
    ValueError
        If 16 million agents do not do.

    Examples
    --------
    >>> least_agents(lambda agents: agents**2 >= np.array([10, 100]), [1, 1]).tolist()
    [4, 10]
    """
    high = np.maximum(np.asarray(start, dtype=np.int64), 1)
    low = np.zeros_like(high)
    while not (enough := np.asarray(meets(high))).all():
        low = np.where(enough, low, high)
        high = np.where(enough, high, high + np.maximum(high // 8, 4))
        if (high > _MOST).any():
            msg = f"target: not met by {_MOST} agents"
            raise ValueError(msg)
    while (high - low > 1).any():
        middle = np.maximum((low + high) // 2, 1)
        enough = np.asarray(meets(middle))
        open_ = high - low > 1
        low, high = np.where(open_ & ~enough, middle, low), np.where(open_ & enough, middle, high)
    return high[()]


def agents_for(
    target: Target, *, rate: ArrayLike, service: ArrayLike, patience: ArrayLike | Duration | None = None
) -> IntArray:
    """Least number of agents on duty that meets a target.

    Parameters
    ----------
    target : Target
        What is demanded.
    rate, service : float array, shape (...)
        Arrivals per unit of time; mean service, exponential.
    patience : float array, Duration or None
        Mean of exponential patience, or patience of any distribution; None for callers who never give up.

    Returns
    -------
    int64 array, shape (...)
        At least 1.

    Raises
    ------
    ValueError
        If a target on abandonment is given without patience, or an argument is impossible.

    Examples
    --------
    100 calls in half an hour of 3 minutes each, 80 % of them answered within 20 seconds:

    >>> int(agents_for(Target(service_level=0.8, within=1 / 3), rate=100 / 30, service=3))
    14
    """
    if patience is None:
        if target.abandonment is not None:
            msg = "patience: must be given for a target on abandonment"
            raise ValueError(msg)
        load = nonnegative("rate", rate) * positive("service", service)
        return least_agents(
            lambda agents: target.met(MMc(rate=rate, service=service, agents=agents)), np.ceil(load)
        )
    law = patience if isinstance(patience, Duration) else Exponential(patience)
    load = nonnegative("rate", rate) * positive("service", service) + 0 * law.average
    return least_agents(
        lambda agents: target.met(MMcG(rate=rate, service=service, agents=agents, patience=law)),
        np.ceil(load),
    )


def agents_for_blocking(blocking: ArrayLike, offered_load: ArrayLike) -> IntArray:
    """Least number of lines or agents with which Erlang B refuses at most a share of calls.

    Parameters
    ----------
    blocking : float array, shape (...)
        Largest share refused, above 0 and below 1.
    offered_load : float array, shape (...)
        In erlang.

    Returns
    -------
    int64 array, shape (...)
        At least 1.

    Examples
    --------
    >>> int(agents_for_blocking(0.02, 10))
    17
    """
    most, load = np.broadcast_arrays(
        share("blocking", blocking, open_ends=True), nonnegative("offered_load", offered_load)
    )
    return least_agents(lambda agents: erlang_b(load, agents) <= most, np.ceil(load * (1 - most)))


def load_for_blocking(blocking: ArrayLike, agents: ArrayLike) -> FloatArray:
    """Largest offered load of which Erlang B refuses at most a share.

    Parameters
    ----------
    blocking : float array, shape (...)
        Share refused, above 0 and below 1.
    agents : int array, shape (...)
        At least 1.

    Returns
    -------
    float64 array, shape (...)
        In erlang, to 12 digits.

    Examples
    --------
    >>> round(float(load_for_blocking(0.5, 1)), 9)
    1.0
    """
    most, count = np.broadcast_arrays(share("blocking", blocking, open_ends=True), np.asarray(agents))
    # Of more than c / (1 - B) erlangs, more than B are refused, however they arrive.
    low, high = np.zeros(count.shape), count / (1 - most)
    for _ in range(50):
        middle = (low + high) / 2
        fits = erlang_b(middle, count) <= most
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    return low[()]


def with_shrinkage(agents: ArrayLike, shrinkage: ArrayLike) -> IntArray:
    """People to roster so that agents are on duty although a share of paid time is spent elsewhere.

    Parameters
    ----------
    agents : int array, shape (...)
        Needed on duty.
    shrinkage : float array, shape (...)
        Share of paid time for breaks, training, sickness and the like; below 1.

    Returns
    -------
    int64 array, shape (...)
        agents / (1 - shrinkage), rounded up.

    Examples
    --------
    >>> int(with_shrinkage(14, 0.3))
    20
    """
    lost = share("shrinkage", shrinkage)
    if (lost == 1).any():
        msg = "shrinkage: got 1, must be below 1"
        raise ValueError(msg)
    # A quotient that is whole but for rounding is not rounded up.
    people = np.ceil(nonnegative("agents", agents) / (1 - lost) - 1e-9)
    return people.astype(np.int64)[()]
