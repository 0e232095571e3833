"""M/G/c with services of two phases, one short and one long, exactly: the states are solved as they stand.

Services have mean 1, and both phases bring the same work.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import spsolve


def weight_of(variation: float) -> float:
    """Probability of the first phase that gives a squared coefficient of variation, of at least 1."""
    return (1 + math.sqrt((variation - 1) / (variation + 1))) / 2


def chain_of_phases(rate: float, agents: int, weight: float) -> float:
    """Mean wait, from the balance of all states (agents in the first phase, callers present)."""
    rates = 2 * weight, 2 * (1 - weight)
    places, size = {}, 0
    most = agents + 250
    for present in range(most + 1):
        for first in range(min(present, agents) + 1):
            places[first, present] = size
            size += 1
    rows, columns, flows = [], [], []

    def move(source: tuple[int, int], target: tuple[int, int], flow: float) -> None:
        rows.extend([places[target], places[source]])
        columns.extend([places[source], places[source]])
        flows.extend([flow, -flow])

    for first, present in places:
        here, second = (first, present), min(present, agents) - first
        if present < most:
            if present < agents:
                move(here, (first + 1, present + 1), rate * weight)
                move(here, (first, present + 1), rate * (1 - weight))
            else:
                move(here, (first, present + 1), rate)
        for gone, flow in ((1, first * rates[0]), (0, second * rates[1])):
            if flow and present > agents:
                move(here, (first - gone + 1, present - 1), flow * weight)
                move(here, (first - gone, present - 1), flow * (1 - weight))
            elif flow:
                move(here, (first - gone, present - 1), flow)
    balance = csc_matrix((flows, (rows, columns)), shape=(size, size)).tolil()
    balance[0] = 1.0
    share = spsolve(balance.tocsc(), np.eye(size)[0])
    waiting = sum(share[place] * max(present - agents, 0) for (_, present), place in places.items())
    return float(waiting) / rate
