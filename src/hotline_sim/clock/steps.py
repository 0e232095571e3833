"""Right-continuous step functions of time with whole values, such as staffing.

They are exact: integrals are sums of integers. Where the steps come from is said in
:mod:`hotline_sim.clock.calendar` for office hours and in the network for staffing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, overload

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hotline_sim.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Steps:
    """A function of time that is constant between its steps and already has the new value on a step.

    Parameters
    ----------
    ticks : int64 array, shape (n,)
        Instants of the steps, strictly increasing; n may be 0.
    values : int64 array, shape (n,)
        Value from each step up to the next; the last holds for ever. Before the first step it is 0.

    Raises
    ------
    ValueError
        If shapes or types differ from these, or the ticks do not increase.
    """

    ticks: IntArray
    values: IntArray

    def __post_init__(self) -> None:
        for name in ("ticks", "values"):
            array = getattr(self, name)
            if not isinstance(array, np.ndarray) or array.dtype != np.int64 or array.ndim != 1:
                raise ValueError(f"{name}: a one-dimensional int64 array is needed")
        if self.ticks.shape != self.values.shape:
            raise ValueError(
                f"values: got {self.values.size} for {self.ticks.size} ticks, one each is needed"
            )
        if np.any(self.ticks[1:] <= self.ticks[:-1]):
            raise ValueError("ticks: must be strictly increasing")

    @classmethod
    def from_intervals(cls, starts: ArrayLike, ends: ArrayLike, amounts: ArrayLike = 1) -> Steps:
        """Sum of rectangles: each adds its amount from its start up to, not including, its end.

        Parameters
        ----------
        starts, ends : int array, shape (m,)
            Ticks, in any order; an interval that ends where it starts adds nothing.
        amounts : int array, shape (m,), or int
            Heights; may be negative.

        Raises
        ------
        ValueError
            If an interval ends before it starts or lengths differ.
        """
        begin, end, amount = np.broadcast_arrays(_integers(starts), _integers(ends), _integers(amounts))
        if np.any(end < begin):
            raise ValueError("ends: an interval must not end before it starts")
        return _accumulate(
            np.concatenate((begin, end), axis=None), np.concatenate((amount, -amount), axis=None)
        )

    @overload
    def at(self, tick: int) -> int: ...
    @overload
    def at(self, tick: IntArray) -> IntArray: ...
    def at(self, tick: int | IntArray) -> int | IntArray:
        """Value on a tick, or on each tick of an array."""
        index = np.searchsorted(self.ticks, tick, side="right")
        found = self._values_from_zero[index]
        return found if isinstance(tick, np.ndarray) else int(found)

    @overload
    def integral(self, start: int, end: int) -> int: ...
    @overload
    def integral(self, start: IntArray, end: IntArray | int) -> IntArray: ...
    @overload
    def integral(self, start: int, end: IntArray) -> IntArray: ...
    def integral(self, start: int | IntArray, end: int | IntArray) -> int | IntArray:
        """Integral from start to end, in value times milliseconds; negative if end comes before start."""
        area = self._area(np.asarray(end)) - self._area(np.asarray(start))
        if isinstance(start, np.ndarray) or isinstance(end, np.ndarray):
            return area
        return int(area)

    def _area(self, tick: IntArray) -> IntArray:
        if self.ticks.size == 0:
            return np.zeros(tick.shape, np.int64)
        index = np.maximum(np.searchsorted(self.ticks, tick, side="right") - 1, 0)
        area = self._area_before[index] + self.values[index] * np.maximum(tick - self.ticks[index], 0)
        return np.asarray(area, np.int64)

    @cached_property
    def _area_before(self) -> IntArray:
        areas = self.values[:-1] * np.diff(self.ticks)
        return np.concatenate((np.zeros(1, np.int64), np.cumsum(areas)))

    @cached_property
    def _values_from_zero(self) -> IntArray:
        return np.concatenate((np.zeros(1, np.int64), self.values))

    def plus(self, other: Steps) -> Steps:
        """Sum of two step functions."""
        ticks = np.union1d(self.ticks, other.ticks)
        return Steps(ticks, self.at(ticks) + other.at(ticks)).simplified()

    def times(self, factor: int) -> Steps:
        """Multiply all values by a whole number."""
        return Steps(self.ticks, self.values * int(factor))

    def scaled(self, starts: IntArray, ends: IntArray, factors: FloatArray) -> Steps:
        """Multiply the values within some intervals by factors, and round half up.

        Parameters
        ----------
        starts, ends : int64 array, shape (m,)
            Ticks; where intervals overlap, all their factors apply.
        factors : float64 array, shape (m,)
            Not negative.
        """
        ticks = np.union1d(self.ticks, np.concatenate((starts, ends))).astype(np.int64)
        factor = np.ones(ticks.shape)
        for start, end, its_factor in zip(starts, ends, factors, strict=True):
            factor[(ticks >= start) & (ticks < end)] *= its_factor
        return Steps(ticks, np.floor(self.at(ticks) * factor + 0.5).astype(np.int64)).simplified()

    def simplified(self) -> Steps:
        """Drop the steps that change nothing."""
        changes = np.diff(self.values, prepend=np.int64(0)) != 0
        return Steps(self.ticks[changes], self.values[changes])

    def between(self, start: int, end: int) -> Steps:
        """Keep the values from start up to, not including, end; 0 elsewhere.

        Raises
        ------
        ValueError
            If end comes before start.
        """
        if end < start:
            raise ValueError(f"end: got {end}, must not come before start ({start})")
        if end == start:
            return Steps(np.zeros(0, np.int64), np.zeros(0, np.int64))
        inside = (self.ticks > start) & (self.ticks < end)
        ticks = np.concatenate(([start], self.ticks[inside], [end])).astype(np.int64)
        values = np.concatenate(([self.at(start)], self.values[inside], [0])).astype(np.int64)
        return Steps(ticks, values).simplified()


def _integers(values: ArrayLike) -> IntArray:
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise ValueError(f"got values of type {array.dtype}, whole numbers are needed")
    return array.astype(np.int64)


def _accumulate(ticks: IntArray, changes: IntArray) -> Steps:
    if ticks.size == 0:
        return Steps(np.zeros(0, np.int64), np.zeros(0, np.int64))
    order = np.argsort(ticks, kind="stable")
    ticks, total = ticks[order], np.cumsum(changes[order])
    # Of several changes on one tick only the running total after the last of them ever holds.
    last = np.append(ticks[1:] != ticks[:-1], True)
    return Steps(ticks[last], total[last]).simplified()
