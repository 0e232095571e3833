"""When a sequential experiment may stop: rules with one method, put together with ``|`` and ``&``.

The replications themselves are run in ``replicate.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from hotline_sim.statistics.intervals import check_confidence, half_width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotline_sim.arrays import BoolArray, FloatArray

LOOK_AHEAD: Final = 5
"""Replications for which a precision must hold after it was reached first, for each hundred above one."""

Values: TypeAlias = "Mapping[str, FloatArray]"
"""Values of key figures by replication, in order, as far as they are known."""


class StoppingRule:
    """Something that says when to stop; a base for rules of your own."""

    def is_met(self, values: Values) -> bool:
        """Whether the replications so far are enough.

        Parameters
        ----------
        values : mapping of str to float64 array, shape (n,)
            By key figure, in the order of replications; NaN where one has no value.
        """
        raise NotImplementedError

    def __or__(self, other: StoppingRule) -> StoppingRule:
        """Stop as soon as one of the two is met."""
        return _Together((self, other), need_all=False)

    def __and__(self, other: StoppingRule) -> StoppingRule:
        """Stop when both are met."""
        return _Together((self, other), need_all=True)


@dataclass(frozen=True)
class _Together(StoppingRule):
    rules: tuple[StoppingRule, ...]
    need_all: bool

    def is_met(self, values: Values) -> bool:
        found = [rule.is_met(values) for rule in self.rules]
        return all(found) if self.need_all else any(found)


@dataclass(frozen=True)
class Budget(StoppingRule):
    """Stop after so many replications."""

    replications: int

    def is_met(self, values: Values) -> bool:
        """Whether so many are there."""
        return max((len(column) for column in values.values()), default=0) >= self.replications


@dataclass(frozen=True)
class Precision(StoppingRule):
    """Stop when intervals are narrow enough, and have been for a few replications.

    The half-width of the t interval must be at most a share of the mean for every key figure, and must have
    been so without a break for ``look_ahead`` further replications (of every hundred, where it took more
    than a hundred): an interval of few replications is sometimes narrow by luck (Hoad, Robinson and Davies,
    Journal of the Operational Research Society 61, 2010, section 4).

    Parameters
    ----------
    kpis : tuple of str
        Names of key figures, at least one.
    relative : float
        Half-width over mean, above 0: 0.02 is 2 %.
    confidence : float
        In (0, 1).
    least : int
        Replications before which the precision is not looked at, at least 3.
    look_ahead : int
        See above; not negative.

    Raises
    ------
    ValueError
        If a parameter makes no sense.
    """

    kpis: tuple[str, ...]
    relative: float
    confidence: float = 0.95
    least: int = 3
    look_ahead: int = LOOK_AHEAD

    def __post_init__(self) -> None:
        check_confidence(self.confidence)
        if not self.kpis:
            raise ValueError("precision: no key figure is named")
        if not 0 < self.relative < 1:
            raise ValueError(
                f"precision: got {self.relative:g}, must lie between 0 and 1, such as 0.02 or 2%"
            )
        if self.least < 3:
            raise ValueError(f"precision: got {self.least} replications at least, must be 3 or more")
        if self.look_ahead < 0:
            raise ValueError(f"look_ahead: got {self.look_ahead}, must not be negative")

    def is_met(self, values: Values) -> bool:
        """Whether every key figure is as precise as asked for, and has been for long enough."""
        return all(self._has_held(values[kpi]) for kpi in self.kpis)

    def needed(self, values: Values) -> dict[str, int | None]:
        """Replications after which each key figure was as precise and stayed so; None if it is not."""
        found: dict[str, int | None] = {}
        for kpi in self.kpis:
            run = self._run(values[kpi])
            found[kpi] = len(values[kpi]) - run + 1 if run else None
        return found

    def reached(self, values: Values) -> dict[str, float]:
        """Half-width over mean of each key figure at the end; NaN without an interval."""
        found = {}
        for kpi in self.kpis:
            errors = relative_errors(values[kpi], self.confidence)
            found[kpi] = float(errors[-1]) if errors.size else np.nan
        return found

    def _has_held(self, column: FloatArray) -> bool:
        run = self._run(column)
        since = len(column) - run + 1
        return run > self.look_ahead * max(since, 100) // 100

    def _run(self, column: FloatArray) -> int:
        """Replications at the end at each of which the precision held."""
        holds: BoolArray = relative_errors(column, self.confidence) <= self.relative
        holds[: self.least - 1] = False
        breaks = np.flatnonzero(~holds)
        return int(holds.size - 1 - breaks[-1]) if breaks.size else int(holds.size)


def relative_errors(column: FloatArray, confidence: float = 0.95) -> FloatArray:
    """Half-width over mean of a key figure after each replication.

    Parameters
    ----------
    column : float64 array, shape (n,)
        Values in the order of replications.
    confidence : float
        In (0, 1).

    Returns
    -------
    float64 array, shape (n,)
        NaN for a single replication, and from the first one without a value on; 0 where all are alike.
    """
    means, widths = running_intervals(column, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(widths == 0, 0.0, widths / np.abs(means))


def running_intervals(column: FloatArray, confidence: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Mean and half-width of its t interval after each replication; arrays like the column."""
    values = np.asarray(column, np.float64)
    if values.size == 0:
        return values, values
    count = np.arange(1, values.size + 1)
    # Around the first value, so that the squares of large numbers do not cancel.
    moved = values - values[0]
    means = np.cumsum(moved) / count
    squares = np.maximum(np.cumsum(moved**2) - count * means**2, 0)
    deviations = np.sqrt(squares / np.maximum(count - 1, 1))
    return values[0] + means, half_width(count, deviations, confidence)
