"""The judgement of a row: estimate, interval, distance from the theory, and whether all of it is good enough.

The rule has two parts. The estimate must not be too far from the theory, by a bound that all rows together
break by chance with a stated probability. And its interval must be narrow, so that a vague run cannot pass.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray
    from hotline_sim.experiment.verification.cases import Case, Row, Wording

FALSE_ALARM: Final = 0.01
"""Probability that a true simulator fails in at least one row of a run with fresh seeds, at most."""
COVERAGE: Final = 0.95
PRECISION: Final = 0.02
"""Widest interval, as a share of the theory."""
OF_SHARES: Final = 0.25
"""The widest interval of a share is also this part of the precision: 0.02 allows half a percentage point."""
EXACT: Final = 1e-6
"""Relative difference that counts as none: rounding to ticks."""
_LEAST: Final = 1e-300


class Verdict(StrEnum):
    """What is said of a row."""

    PASS = "pass"
    OFF = "off"
    """Too far from the theory."""
    VAGUE = "vague"
    """Close enough, but the interval is too wide to tell."""


class Estimate(NamedTuple):
    """A ratio of sums over replications."""

    value: float
    error: float
    """Standard error, by linearisation."""
    replications: int

    @property
    def half_width(self) -> float:
        """Half of the 95 % interval, by Student's t."""
        from scipy.stats import t

        return float(t.isf((1 - COVERAGE) / 2, self.replications - 1)) * self.error

    def z(self, theory: float) -> float:
        """Distance from the theory in standard errors, as far out in the normal law as in Student's."""
        from scipy.stats import norm, t

        if self.error == 0:
            return 0.0 if self.value == theory else math.copysign(math.inf, self.value - theory)
        distance = (self.value - theory) / self.error
        tail = max(float(t.sf(abs(distance), self.replications - 1)), _LEAST)
        return math.copysign(float(norm.isf(tail)), distance)


@dataclass(frozen=True)
class Judgement:
    """One row of the result; numbers in the row's unit.

    Parameters
    ----------
    case : str
        Name of the case.
    title, what : Wording
        Of the case, and of what is measured.
    unit : str
        Key of UNITS.
    theory, estimate : float
        To be compared.
    half_width : float
        Of the 95 % interval of the estimate.
    z : float
        Distance in standard errors.
    exact : bool
        Whether chance plays no part.
    replications : int
        How many the estimate comes from.
    verdict : Verdict
        Pass, or what is wrong.
    """

    case: str
    title: Wording
    what: Wording
    unit: str
    theory: float
    estimate: float
    half_width: float
    z: float
    exact: bool
    replications: int
    verdict: Verdict

    @property
    def width(self) -> float:
        """Width of the 95 % interval as a share of the theory."""
        return 2 * self.half_width / abs(self.theory)


def ratio(parts: FloatArray) -> Estimate:
    """Estimate from one pair a replication.

    Parameters
    ----------
    parts : float64 array, shape (replications, 2)
        Numerators and denominators; at least two replications.

    Notes
    -----
    The error is that of the linearised ratio (Law 2015, *Simulation Modeling and Analysis*, 5th edition,
    section 9.5.3): the residuals ``a - r b`` of independent replications have mean zero.
    """
    above, below = parts.T
    value = above.sum() / below.sum()
    residuals = above - value * below
    error = np.sqrt(residuals.var(ddof=1) * residuals.size) / below.sum()
    # What is the same in every replication but for rounding has no error of chance.
    if error < 1e-13 * abs(value):
        error = 0.0
    return Estimate(float(value), float(error), residuals.size)


def bound(rows: int) -> float:
    """Largest distance that passes, in standard errors: Bonferroni's, for so many rows."""
    from scipy.stats import norm

    return float(norm.isf(FALSE_ALARM / 2 / max(rows, 1)))


def is_narrow(estimate: Estimate, row: Row, precision: float) -> bool:
    """Whether the interval of an estimate is narrow enough."""
    width = 2 * estimate.half_width
    allowed = precision * abs(row.theory)
    return width <= (min(allowed, precision * OF_SHARES) if row.unit == "share" else allowed)


def judge(case: Case, row: Row, parts: FloatArray, farthest: float, precision: float) -> Judgement:
    """Judge one row.

    Parameters
    ----------
    case, row : Case, Row
        What is judged.
    parts : float64 array, shape (replications, 2)
        Numerators and denominators.
    farthest : float
        From :func:`bound`.
    precision : float
        Widest interval as a share of the theory.
    """
    estimate = ratio(parts)
    if row.exact:
        off = float(np.abs(parts[:, 0] - row.theory * parts[:, 1]).max())
        is_right = off <= EXACT * abs(row.theory) * float(parts[:, 1].max())
        z, half_width = 0.0 if is_right else math.inf, 0.0
        verdict = Verdict.PASS if is_right else Verdict.OFF
    else:
        z, half_width = estimate.z(row.theory), estimate.half_width
        is_right = abs(z) <= farthest
        narrow = is_narrow(estimate, row, precision)
        verdict = Verdict.OFF if not is_right else Verdict.PASS if narrow else Verdict.VAGUE
    return Judgement(
        case=case.name,
        title=case.title,
        what=row.what,
        unit=row.unit,
        theory=row.theory,
        estimate=estimate.value,
        half_width=half_width,
        z=z,
        exact=row.exact,
        replications=estimate.replications,
        verdict=verdict,
    )
