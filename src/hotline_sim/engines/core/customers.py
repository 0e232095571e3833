"""Customers of first-come stations: their times checked, their agents, and what happened to them.

Shared by the recursion over lanes in :mod:`~hotline_sim.engines.core.lanes` and the compiled one for a path
in :mod:`~hotline_sim.engines.core.fcfs`; both give the same numbers, bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import NEVER

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hotline_sim.arrays import BoolArray, IntArray

TimeArray: TypeAlias = NDArray[Any]
"""Instants or durations of one type: float64, float32, int64 or int32."""

StaffingLike: TypeAlias = "Steps | tuple[ArrayLike, ArrayLike]"
"""Ticks and levels of a step function, shapes (..., k), or a :class:`Steps`."""

TYPES: Final = tuple(np.dtype(name) for name in ("float64", "float32", "int64", "int32"))


def never_in(dtype: np.dtype[Any]) -> float:
    """What stands for never in a type: infinity, 2**62 or 2**30; two of them still fit into a sum's sign."""
    return float("inf") if dtype.kind == "f" else 2 ** (8 * dtype.itemsize - 2)


@dataclass(frozen=True, eq=False)
class Passage:
    """What happened to the customers of a first-come station, in the type of their times.

    The start of service is all that a station decides; the rest follows from it. "Never" is infinity for
    floats, 2**62 for int64 and 2**30 for int32.

    Parameters
    ----------
    start : array, shape (..., n)
        Start of service; never for those who were not served.
    arrival, service : array, shape (..., n)
        As they were given; an arrival is never where there is no customer.
    patience : array, shape (..., n), or None
        As it was given.
    """

    start: TimeArray
    arrival: TimeArray
    service: TimeArray
    patience: TimeArray | None

    @cached_property
    def served(self) -> BoolArray:
        """Whether service started, shape (..., n)."""
        return np.asarray(self.start < self._never)

    @cached_property
    def abandoned(self) -> BoolArray:
        """Whether patience ended before service started, shape (..., n)."""
        return np.asarray(~self.served & (self._given_up < self._never))

    @cached_property
    def end(self) -> TimeArray:
        """Instant of leaving, served or not, shape (..., n); never for those who wait for ever."""
        return np.asarray(np.where(self.served, self.start + self.service, self._given_up))

    @cached_property
    def wait(self) -> TimeArray:
        """Time in the queue, shape (..., n): up to the start or up to giving up; never if it has no end."""
        left = np.where(self.served, self.start, self._given_up)
        with np.errstate(invalid="ignore"):  # never minus never, which is not used
            spent = left - self.arrival
        return np.asarray(np.where(left < self._never, spent, self._never))

    @property
    def _never(self) -> Any:
        return self.start.dtype.type(never_in(self.start.dtype))

    @property
    def _given_up(self) -> TimeArray:
        """When patience ends; never for the patient and for those who do not exist."""
        never = self._never
        if self.patience is None:
            return np.broadcast_to(never, self.start.shape)
        latest = self.arrival + np.minimum(self.patience, never)
        return np.asarray(np.where((self.arrival < never) & (latest < never), latest, never))


@dataclass(frozen=True, eq=False)
class Staffing:
    """Step functions of agents, several for many lanes; all begin with a step before any arrival.

    Parameters
    ----------
    ticks : array, shape (m, k)
        Instants of the steps, in the type of the customers' times; never from the last step of a row on.
    levels : int64 array, shape (m, k)
        Agents from each step on.
    loop : tuple of int
        Loop dimensions of the m rows, to be broadcast.
    """

    ticks: TimeArray
    levels: IntArray
    loop: tuple[int, ...]

    @property
    def rows(self) -> IntArray:
        """Row of each lane before broadcasting, of shape ``loop``."""
        return np.arange(len(self.ticks), dtype=np.int64).reshape(self.loop)

    @cached_property
    def last(self) -> IntArray:
        """Last step of each row that ever comes, shape (m,)."""
        return np.asarray(np.count_nonzero(self.ticks < never_in(self.ticks.dtype), axis=1) - 1, np.int64)


@dataclass(frozen=True, eq=False)
class Customers:
    """Times of customers that have been checked; either servers or staffing is None.

    Parameters
    ----------
    arrival, service : array, shape (..., n)
        Not yet broadcast against each other.
    patience : array, shape (..., n), or None
        None if nobody gives up.
    servers : int64 array, shape (...), or None
        Agents, always the same.
    staffing : Staffing or None
        Agents that come and go.
    loop : tuple of int
        Shape of the lanes after broadcasting.
    """

    arrival: TimeArray
    service: TimeArray
    patience: TimeArray | None
    servers: IntArray | None
    staffing: Staffing | None
    loop: tuple[int, ...]

    @property
    def count(self) -> int:
        """Customers a lane, n."""
        return int(self.arrival.shape[-1])

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of all times."""
        return self.arrival.dtype

    @property
    def never(self) -> float:
        """What stands for never."""
        return never_in(self.dtype)

    def passage(self, start: TimeArray) -> Passage:
        """What happened, from the starts of shape (..., n)."""
        limit = None if self.patience is None else np.broadcast_to(self.patience, start.shape)
        come, work = (np.broadcast_to(array, start.shape) for array in (self.arrival, self.service))
        return Passage(start, come, work, limit)

    @cached_property
    def has_gaps(self) -> bool:
        """Whether some lane has fewer customers than n."""
        return self.count > 0 and bool(np.any(self.arrival[..., -1] >= self.never))


def check_customers(
    arrival: ArrayLike,
    service: ArrayLike,
    servers: ArrayLike | None,
    patience: ArrayLike | None,
    staffing: StaffingLike | None,
) -> Customers:
    """Customers from the arguments of a public function, whose docstring says what they are.

    Raises
    ------
    ValueError
        If an argument breaks a rule; the message names it.
    """
    come = _times("arrival", arrival, None)
    never = never_in(come.dtype)
    if np.any(come[..., 1:] < come[..., :-1]):
        raise ValueError("arrival: must not fall along the last axis")
    if come.size and come[..., 0].min() <= -never:
        raise ValueError(f"arrival: got {come[..., 0].min()}, must be above {-never}")
    if come.size and come.dtype.kind == "i" and come[..., -1].max() > never:
        raise ValueError(f"arrival: got {come[..., -1].max()}, must be at most {never} in {come.dtype}")
    work = _times("service", service, come)
    if work.size and work.max() >= never:
        raise ValueError(f"service: got {work.max()}, must be below {never}")
    limits = None if patience is None else _times("patience", patience, come)
    if (servers is None) == (staffing is None):
        raise ValueError("servers: either they or staffing must be given, and not both")
    agents = None if servers is None else _servers(servers)
    steps = None if staffing is None else _staffing(staffing, come.dtype)
    shapes = [array.shape[:-1] for array in (come, work, limits) if array is not None]
    shapes += [agents.shape] if agents is not None else []
    shapes += [steps.loop] if steps is not None else []
    try:
        loop = np.broadcast_shapes(*shapes)
    except ValueError:
        listed = ", ".join(str(shape) for shape in shapes)
        raise ValueError(f"arrival: the lanes of the arguments do not fit together: {listed}") from None
    return Customers(come, work, limits, agents, steps, loop)


def _times(name: str, values: ArrayLike, arrival: TimeArray | None) -> TimeArray:
    """One argument as an array of times; all but arrivals must not be negative."""
    array = np.asarray(values)
    if array.dtype not in TYPES:
        raise ValueError(f"{name}: got {array.dtype}, one of {', '.join(map(str, TYPES))} is needed")
    if array.ndim == 0:
        raise ValueError(f"{name}: got a single number, one for each customer is needed")
    if array.dtype.kind == "f" and array.size and np.isnan(array.min()):
        raise ValueError(f"{name}: must not be NaN")
    if arrival is None:
        return array
    if array.dtype != arrival.dtype:
        raise ValueError(f"{name}: got {array.dtype}, must be {arrival.dtype} like arrival")
    if array.shape[-1] != arrival.shape[-1]:
        raise ValueError(f"{name}: got {array.shape[-1]} customers, must be {arrival.shape[-1]} like arrival")
    if array.size and array.min() < 0:
        raise ValueError(f"{name}: got {array.min()}, must be at least 0")
    return array


def _servers(servers: ArrayLike) -> IntArray:
    agents = np.asarray(servers)
    if agents.dtype.kind not in "iu":
        raise ValueError(f"servers: got {agents.dtype}, whole numbers are needed")
    if agents.size and agents.min() < 1:
        raise ValueError(f"servers: got {agents.min()}, must be at least 1; staffing may fall to 0")
    return agents.astype(np.int64)


def _staffing(staffing: StaffingLike, dtype: np.dtype[Any]) -> Staffing:
    given = (staffing.ticks, staffing.values) if isinstance(staffing, Steps) else staffing
    try:
        ticks, levels = (np.asarray(part) for part in given)
    except (TypeError, ValueError):
        raise ValueError("staffing: steps or a pair of ticks and levels is needed") from None
    if ticks.ndim == 0 or levels.ndim == 0 or ticks.shape[-1] != levels.shape[-1]:
        raise ValueError(f"staffing: got {levels.shape} levels for {ticks.shape} ticks, one each is needed")
    if levels.size and levels.dtype.kind not in "iu":
        raise ValueError(f"staffing: got levels of type {levels.dtype}, whole numbers are needed")
    if ticks.size and (ticks.dtype.kind not in "iuf" or (dtype.kind == "i" and ticks.dtype.kind == "f")):
        raise ValueError(f"staffing: got ticks of type {ticks.dtype}, must be {dtype} like arrival")
    if levels.size and levels.min() < 0:
        raise ValueError(f"staffing: got a level of {levels.min()}, must be at least 0")
    if ticks.size and ticks.dtype.kind == "f" and np.isnan(ticks.min()):
        raise ValueError("staffing: ticks must not be NaN")
    if ticks.dtype.kind in "iu":
        ticks = ticks.astype(np.int64)
    never = never_in(dtype)
    # Whole ticks say "never" as int64 does, whatever the type of the customers' times.
    is_never = ticks >= (min(never, NEVER) if ticks.dtype.kind == "i" else never)
    if np.any((ticks[..., 1:] <= ticks[..., :-1]) & ~is_never[..., 1:]):
        raise ValueError("staffing: ticks must be strictly increasing")
    try:
        loop = np.broadcast_shapes(ticks.shape[:-1], levels.shape[:-1])
    except ValueError:
        raise ValueError(f"staffing: ticks {ticks.shape} and levels {levels.shape} do not fit") from None
    steps = ticks.shape[-1]
    # Nobody is on duty before the first step; a last one at "never" ends the table.
    table = np.full((*loop, steps + 2), never, dtype)
    table[..., 0] = -never
    table[..., 1:-1] = np.where(is_never, never, np.maximum(ticks, -never))
    agents = np.zeros((*loop, steps + 2), np.int64)
    agents[..., 1:-1] = levels
    return Staffing(table.reshape(-1, steps + 2), agents.reshape(-1, steps + 2), loop)
