"""Callers who give up after a time of any distribution, by a birth and death process: Whitt's approximation.

The exact solution is :class:`hotline_sim.analytic.erlang_a.MMcG`; this one also has a last place in the
waiting room, and is the approximation that papers on call centres compare with.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.analytic.arguments import positive, whole

if TYPE_CHECKING:
    from hotline_sim.analytic.durations import Duration
    from hotline_sim.arrays import FloatArray

_MOST_STATES = 2**22


class WhittMMcG:
    """M/M/c/r+M(n): the rate of giving up depends on the number waiting.

    Parameters
    ----------
    rate : float
        Arrivals per unit of time, above 0.
    service : float
        Mean service; stands for a service of any distribution with that mean.
    agents : int
        At least 1.
    patience : Duration
        With scalar parameters.
    room : int or None
        Callers who can wait, the others are refused; None for no limit.

    Notes
    -----
    Of k callers waiting, the j-th from the end has waited about j / rate and gives up at the hazard of
    patience there, so that together they leave at the rate h(1 / rate) + ... + h(k / rate) [1]_, section 3.
    Exact for exponential patience. The error against the exact M/M/c+G is small with many agents, and large
    with few agents and a hazard that is steep in the first moments.

    References
    ----------
    .. [1] Whitt, W. (2005). Engineering solution of a basic call-center model. Management Science 51,
       221-235.

    Examples
    --------
    >>> from hotline_sim.analytic import Exponential
    >>> room = WhittMMcG(rate=48, service=1, agents=50, patience=Exponential(2))
    >>> round(room.abandonment, 6)
    0.030912
    """

    def __init__(
        self, *, rate: float, service: float, agents: int, patience: Duration, room: int | None = None
    ) -> None:
        self.rate = float(positive("rate", rate))
        self.service = float(positive("service", service))
        self.agents = int(whole("agents", agents))
        self.patience = patience
        self.room = None if room is None else int(whole("room", room, 0))

    def _weights(self, room: int) -> FloatArray:
        """Logarithms of the weights of 0, 1, ... callers in service and waiting."""
        busy = np.arange(1, self.agents + 1)
        hazards = np.asarray(self.patience.hazard(np.arange(1, room + 1) / self.rate))
        leaving = self.agents / self.service + np.cumsum(hazards)
        with np.errstate(divide="ignore"):
            steps = np.log(self.rate / np.concatenate((busy / self.service, leaving)))
        return np.concatenate(([0.0], np.cumsum(steps)))

    @cached_property
    def probabilities(self) -> FloatArray:
        """Probability of 0, 1, ... callers in service and waiting."""
        room = 256 if self.room is None else self.room
        logs = self._weights(room)
        while self.room is None and logs[-1] > logs.max() - 45:
            room *= 2
            if room > _MOST_STATES:
                msg = "patience: callers stay too long for the queue to have a stationary state"
                raise ValueError(msg)
            logs = self._weights(room)
        weights = np.exp(logs - logs.max())
        return np.asarray(weights / weights.sum())

    @property
    def _queue(self) -> FloatArray:
        """Probability of 0, 1, ... callers waiting while all agents are busy."""
        return self.probabilities[self.agents :]

    @property
    def delay_probability(self) -> float:
        """Share of callers who find no free agent, those refused included."""
        return float(self._queue.sum())

    @property
    def refused(self) -> float:
        """Share of callers who find the waiting room full; 0 without a limit."""
        return 0.0 if self.room is None else float(self.probabilities[-1])

    @property
    def queue_length(self) -> float:
        """Mean number waiting."""
        return float(self._queue @ np.arange(self._queue.size))

    @property
    def abandonment(self) -> float:
        """Share of all callers who give up."""
        served = self.occupancy * self.agents / (self.rate * self.service)
        lost = 1 - self.refused - served
        return max(lost, 0.0)

    @property
    def occupancy(self) -> float:
        """Share of agents' time spent on calls."""
        present = np.minimum(np.arange(self.probabilities.size), self.agents)
        return float(self.probabilities @ present) / self.agents

    @property
    def mean_wait(self) -> float:
        """Mean wait of the callers who are not refused, until the answer or until they give up."""
        taken = 1 - self.refused
        return self.queue_length / (self.rate * taken) if taken else math.nan
