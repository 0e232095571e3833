"""When a simulation agrees with a formula: close for its error, and with a small error.

An estimate agrees if it lies within four standard errors of the formula *and* its 95 % interval is narrow, so
that a vague run cannot pass. Every case runs on both engines. On the core, 200 long replications bring the
interval below 2 % of the value, and below half a percentage point where the value is a share. SimPy, some
hundred times slower, runs 40 short ones, and each check says how wide their interval may be; that both
engines take the same path is shown elsewhere.

With a fresh seed, a check of a true formula fails by chance once in 3,600 times on SimPy and once in 11,000
on the core (Student's t, 39 and 199 degrees of freedom, beyond 4): once in 2,700 on either. Seeds are fixed,
so that it does so in every run or in none. Checks of a deliberate fault ask for more than four standard
errors of distance; a wide interval does not help them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotline_sim.engines.core.engine import Core
from scenarios import des

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network
    from scenarios import Columns, Engine

FARTHEST = 4.0
WIDEST = 0.02
"""Interval on the core, as a share of the value."""
WIDEST_OF_SHARES = 0.005
"""Interval on the core if the value is a share, itself in parts of one."""


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


class Effort(NamedTuple):
    """How much is simulated, and on which engine."""

    name: str
    engine: Engine
    replications: int
    days: int

    def part(self, share: float = 0.2) -> Effort:
        """Fewer replications, enough for a fault."""
        return self._replace(replications=round(self.replications * share))

    def accepts(self, estimate: Estimate, theory: float, on_des: float, *, share: bool = False) -> bool:
        """Whether the estimate agrees with the theory.

        Parameters
        ----------
        estimate : Estimate
            From this effort.
        theory : float
            Of the formula.
        on_des : float
            Widest interval on SimPy, as a share of the theory.
        share : bool
            Whether the value is a share, whose interval has a second bound on the core.
        """
        width = on_des
        if self.name == "core":
            width = min(WIDEST, WIDEST_OF_SHARES / theory) if share else WIDEST
        return agrees(estimate, theory, width)


def core(network: Network, draws: Draws) -> Columns:
    """Rows of the compiled core, by column."""
    return Core(network, draws).run()


def on_des(days: int) -> Effort:
    """Give a small effort on SimPy."""
    return Effort("des", des, 40, days)


def on_core(days: int) -> Effort:
    """Give a large effort on the core."""
    return Effort("core", core, 200, days)


def name_of(effort: Effort) -> str:
    """Name of the engine, for the names of tests."""
    return effort.name


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
