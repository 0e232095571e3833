"""Closed formulas of queueing theory, in whatever unit of time the arguments have."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.stats import norm


def erlang_b(load: float, servers: int) -> float:
    """Share of calls refused (Erlang 1917), by the usual recursion."""
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def delay_probability(load: float, servers: int) -> float:
    """Share of calls that wait in M/M/c (Erlang 1917)."""
    blocked = erlang_b(load, servers)
    return servers * blocked / (servers - load * (1 - blocked))


def mean_wait(arrivals: float, mean_service: float, servers: int) -> float:
    """Mean wait of all calls in M/M/c."""
    spare = servers / mean_service - arrivals
    return delay_probability(arrivals * mean_service, servers) / spare


def served_within(arrivals: float, mean_service: float, servers: int, wait: float) -> float:
    """Share of calls that wait at most so long in M/M/c (Cooper 1981)."""
    spare = servers / mean_service - arrivals
    return 1 - delay_probability(arrivals * mean_service, servers) * math.exp(-spare * wait)


class ErlangA(NamedTuple):
    """What callers of limited patience experience in M/M/c+M (Palm 1957)."""

    delay_probability: float
    abandonment: float
    mean_wait: float


def erlang_a(arrivals: float, mean_service: float, mean_patience: float, servers: int) -> ErlangA:
    """M/M/c+M by the stationary distribution of its birth and death process."""
    states = np.arange(1, servers + 2000)
    served = np.minimum(states, servers) / mean_service
    given_up = np.maximum(states - servers, 0) / mean_patience
    logs = np.concatenate(([0.0], np.cumsum(np.log(arrivals / (served + given_up)))))
    weights = np.exp(logs - logs.max())
    share = weights / weights.sum()
    waiting = float(share @ np.maximum(np.arange(share.size) - servers, 0))
    return ErlangA(
        delay_probability=float(share[servers:].sum()),
        abandonment=waiting / mean_patience / arrivals,
        mean_wait=waiting / arrivals,
    )


def waits_by_class(arrivals: list[float], mean_service: float, second_moment: float) -> list[float]:
    """Mean wait of each class in M/G/1 with equal services, the first class first (Cobham 1954).

    One class gives the formula of Pollaczek and Khinchine.
    """
    residual = sum(arrivals) * second_moment / 2
    waits, busy = [], 0.0
    for rate in arrivals:
        free = 1 - busy
        busy += rate * mean_service
        waits.append(residual / (free * (1 - busy)))
    return waits


def lognormal_part(mean: float, sigma: float, limit: float) -> float:
    """Integral of the tail of a lognormal distribution from 0 to a limit: the mean of min(S, limit)."""
    if limit <= 0:
        return 0.0
    place = (math.log(limit / mean) + sigma**2 / 2) / sigma
    return float(mean * norm.cdf(place - sigma) + limit * norm.sf(place))


def mean_busy(edges: list[float], rates: list[float], mean: float, sigma: float, now: float) -> float:
    """Mean number in service in M(t)/G/infinity with piecewise constant rates (Eick, Massey, Whitt 1993).

    The system is empty at the first edge; services are lognormal.
    """
    total = 0.0
    for begin, end, rate in zip(edges, edges[1:], rates, strict=False):
        if begin < now:
            longest = lognormal_part(mean, sigma, now - begin)
            shortest = lognormal_part(mean, sigma, now - min(end, now))
            total += rate * (longest - shortest)
    return total
