"""Networks of stations through which tickets pass, and come back: returns, redo, call-backs.

Each station is an M/M/c of :mod:`hotline_sim.analytic.erlang`, fed by what enters from outside and by what
other stations, or it itself, send on.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.analytic.arguments import nonnegative, positive, whole
from hotline_sim.analytic.erlang import MMc

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hotline_sim.arrays import FloatArray


class JacksonNetwork:
    """Open network of first-come stations with exponential service and random routing.

    In the stationary state the numbers at the stations are independent, each that of an M/M/c, although the
    flows between stations with feedback are not Poisson.

    Parameters
    ----------
    entries : float array, shape (stations,)
        Arrivals from outside per unit of time, Poisson.
    services : float array, shape (stations,)
        Mean service of a visit.
    agents : float array, shape (stations,)
        At least 1; infinite where nobody is waited for, and the service may then have any distribution.
    routing : float array, shape (stations, stations)
        Probability that a visit to the station of the row is followed by one to that of the column. What is
        left of a row to 1 is the probability of leaving. Every ticket must leave in the end.

    Raises
    ------
    ValueError
        If shapes differ, a row sums up to more than 1, or tickets can stay for ever.

    References
    ----------
    .. [1] Jackson, J. R. (1957). Networks of waiting lines. Operations Research 5, 518-521, theorem 1.
    .. [2] Baskett, F., Chandy, K. M., Muntz, R. R., Palacios, F. G. (1975). Open, closed, and mixed
       networks of queues with different classes of customers. Journal of the ACM 22, 248-260, for stations
       where nobody is waited for.

    Examples
    --------
    A unit sends a quarter of its tickets back to the desk.

    >>> network = JacksonNetwork(
    ...     entries=[3, 0], services=[0.2, 0.5], agents=[1, 4], routing=[[0, 1], [0.25, 0]]
    ... )
    >>> network.rates.tolist()
    [4.0, 4.0]
    """

    def __init__(
        self, *, entries: ArrayLike, services: ArrayLike, agents: ArrayLike, routing: ArrayLike
    ) -> None:
        self.entries = np.atleast_1d(nonnegative("entries", entries))
        stations = self.entries.size
        self.services = np.broadcast_to(positive("services", services), (stations,))
        self.agents = np.broadcast_to(np.asarray(agents, dtype=np.float64), (stations,))
        whole("agents", np.where(self.agents == np.inf, 1, self.agents))
        self.routing = nonnegative("routing", routing)
        if self.routing.shape != (stations, stations):
            msg = f"routing: got shape {self.routing.shape}, must be ({stations}, {stations}), as entries say"
            raise ValueError(msg)
        rows = self.routing.sum(axis=1)
        if (rows > 1 + 1e-12).any():
            place = int(np.argmax(rows))
            msg = f"routing: row {place} sums up to {rows[place]:g}, must be at most 1"
            raise ValueError(msg)
        # Tickets leave from everywhere if and only if the powers of the matrix vanish.
        if np.abs(np.linalg.eigvals(self.routing)).max(initial=0) > 1 - 1e-12:
            msg = "routing: tickets in some stations never leave, every ticket must leave in the end"
            raise ValueError(msg)

    @cached_property
    def visits(self) -> FloatArray:
        """Mean number of visits to the station of the column by a ticket that enters at that of the row."""
        return np.asarray(np.linalg.inv(np.eye(self.entries.size) - self.routing))

    @cached_property
    def rates(self) -> FloatArray:
        """Visits per unit of time at each station: the traffic equations."""
        return np.asarray(np.linalg.solve(np.eye(self.entries.size) - self.routing.T, self.entries))

    @property
    def offered_loads(self) -> FloatArray:
        """Rate times mean service at each station, in erlang."""
        return self.rates * self.services

    @property
    def occupancy(self) -> FloatArray:
        """Share of agents' time spent on tickets, at each station; 0 where nobody is waited for."""
        return np.minimum(self.offered_loads / self.agents, 1.0)

    @cached_property
    def _queues(self) -> MMc:
        staffed = np.where(np.isinf(self.agents), 1, self.agents)
        rates = np.where(np.isinf(self.agents), 0, self.rates)
        return MMc(rate=rates, service=self.services, agents=staffed)

    @property
    def delay_probability(self) -> FloatArray:
        """Share of visits that wait, at each station."""
        return self._queues.delay_probability

    @property
    def mean_wait(self) -> FloatArray:
        """Mean wait of a visit at each station; infinite where the load reaches the agents."""
        return self._queues.mean_wait

    @property
    def mean_number(self) -> FloatArray:
        """Mean number waiting and in service at each station."""
        return self.rates * (self.mean_wait + self.services)

    @property
    def mean_sojourn(self) -> FloatArray:
        """Mean time in the network of a ticket, by the station at which it enters."""
        once = self.mean_wait + self.services
        # Stations that a ticket never reaches do not delay it, however long their queue.
        reached = self.visits > 1e-12
        return np.asarray((self.visits * np.where(reached, once, 0)).sum(axis=1))

    @property
    def mean_sojourn_of_all(self) -> FloatArray:
        """Mean time in the network over all tickets; NaN if none enters."""
        total = self.entries.sum()
        return np.asarray(self.entries @ self.mean_sojourn / total if total else np.nan)[()]
