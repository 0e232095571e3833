"""When a simulation agrees with a formula: close for its error, and with a small error.

An estimate agrees if it lies within four standard errors of the formula *and* its 95 % interval is narrower
than a stated share of the value, so that a vague run cannot pass. With 40 replications and a fresh seed, a
check of a true formula fails by chance once in 3,600 times (Student's t, 39 degrees of freedom, beyond 4).
Seeds are fixed, so that it does so in every run or in none. Checks of a deliberate fault ask for more than
four standard errors of distance; a wide interval does not help them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

REPLICATIONS = 40
FARTHEST = 4.0


class Estimate(NamedTuple):
    """A mean over all replications and its standard error."""

    value: float
    error: float

    def distance(self, theory: float) -> float:
        """Distance from a value in standard errors."""
        return abs(self.value - theory) / self.error if self.error else math.inf

    def width(self, theory: float) -> float:
        """Width of the 95 % interval as a share of a value."""
        return 2 * 1.96 * self.error / theory


def ratio(parts: Iterable[tuple[float, float]]) -> Estimate:
    """Sum over sum, each pair from one replication; the error by linearisation.

    A mean over calls is such a ratio: the number of calls differs between replications.
    """
    above, below = np.array(list(parts), dtype=np.float64).T
    value = above.sum() / below.sum()
    residuals = above - value * below
    error = np.sqrt(residuals.var(ddof=1) * residuals.size) / below.sum()
    return Estimate(float(value), float(error))


def agrees(estimate: Estimate, theory: float, width: float) -> bool:
    """Whether the estimate is close to the theory for its error, and its interval narrow enough."""
    return estimate.distance(theory) <= FARTHEST and estimate.width(theory) <= width


def differs(estimate: Estimate, theory: float) -> bool:
    """Whether the estimate is too far from the theory, however wide its interval."""
    return estimate.distance(theory) > FARTHEST
