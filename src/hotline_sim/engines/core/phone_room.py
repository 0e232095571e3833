"""A phone room answered for many staffings and call volumes in one call.

All lanes of a replication share its draws, 32 of them side by side in machine code, and only sums are kept.
Single paths with the instants of every call are in :mod:`~hotline_sim.engines.core.fcfs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import NEVER
from hotline_sim.engines.core.customers import check_customers
from hotline_sim.engines.core.side_by_side import SIDE_BY_SIDE, Group, Lane, Roster, span_of
from hotline_sim.sampling.streams import Stream, uniforms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.engines.core.customers import StaffingLike, TimeArray

_BATCH: Final = 2**15
"""Calls that one run of the kernel takes: their numbers stay in the cache for the next group."""


@dataclass(frozen=True, eq=False)
class PhoneRoom:
    """What became of the calls; every array has shape (servers, volumes, replications).

    Parameters
    ----------
    offered : int64 array
        Calls that came.
    answered, abandoned : int64 array
        Calls that an agent took, and that hung up before. The rest waits when nobody comes on duty any more.
    within : int64 array
        Calls answered within the threshold.
    wait_answered, wait_abandoned : int64 array
        Ticks that the answered and the abandoned calls waited, in sum.
    """

    offered: IntArray
    answered: IntArray
    abandoned: IntArray
    within: IntArray
    wait_answered: IntArray
    wait_abandoned: IntArray

    @property
    def answer_rate(self) -> FloatArray:
        """Answered over offered calls; NaN where no call came."""
        return _share(self.answered, self.offered)

    @property
    def service_level(self) -> FloatArray:
        """Calls answered within the threshold over offered calls; NaN where no call came."""
        return _share(self.within, self.offered)

    @property
    def mean_wait(self) -> FloatArray:
        """Mean wait of the answered calls in ticks; NaN where none was answered."""
        return _share(self.wait_answered, self.answered)


def phone_room(
    arrival: ArrayLike,
    service: ArrayLike,
    patience: ArrayLike | None = None,
    *,
    servers: Sequence[int | StaffingLike],
    volumes: ArrayLike = (1.0,),
    threshold: int = 15_000,
    thinning: ArrayLike | None = None,
    seed: int = 0,
    first_replication: int = 0,
    count_from: int | None = None,
) -> PhoneRoom:
    """Answer the same calls with each number of agents, at each volume.

    Parameters
    ----------
    arrival : int64 array, shape (replications, n) or (n,)
        Ticks at which calls come, not falling; ``NEVER`` at the end of a row stands for no call.
    service : int64 array, same shape
        Ticks that an agent is busy with each call, after-call work included.
    patience : int64 array, same shape, optional
        Longest wait that each caller accepts; one who could be answered just then is answered.
    servers : sequence of int, Steps or (ticks, levels)
        Agents, always the same or coming and going, one entry for each row of the result.
    volumes : float array, shape (v,)
        Shares of the calls that come, in [0, 1].
    threshold : int
        Longest wait in ticks that counts as answered in time: 15 s unless told.
    thinning : float64 array, same shape as arrival, optional
        A uniform in [0, 1) for each call; at volume ``v`` those below ``v`` come. If left out, the numbers
        are looked up by the address (seed, replication, stream of volumes): a larger volume has all calls
        of a smaller one.
    seed, first_replication : int
        Seed of these numbers, and replication of the first row.
    count_from : int, optional
        Only calls that come at this tick or later are counted; the room fills up before.

    Returns
    -------
    PhoneRoom
        Counts and sums of shape (servers, volumes, replications).

    Raises
    ------
    ValueError
        If types or shapes differ, a time is negative, arrivals fall, a volume or uniform lies outside [0, 1],
        there is nobody in ``servers``, or an instant does not fit.

    Examples
    --------
    >>> room = phone_room([0, 0, 0], [60_000] * 3, [90_000, 90_000, 0], servers=[1, 2])
    >>> room.answered[:, 0, 0].tolist(), room.abandoned[:, 0, 0].tolist()
    ([2, 2], [1, 1])
    """
    arrivals = np.atleast_2d(np.asarray(arrival))
    calls = check_customers(arrivals, np.atleast_2d(np.asarray(service)), 1, _two(patience), None)
    if calls.dtype != np.int64 or arrivals.ndim != 2 or calls.loop != (len(arrivals),):
        raise ValueError(f"arrival: got {arrivals.dtype} of {calls.loop} lanes, rows of int64 are needed")
    shares = np.asarray(volumes, np.float64)
    if shares.ndim != 1 or shares.size == 0 or not np.all((shares >= 0) & (shares <= 1)):
        raise ValueError("volumes: a row of shares from 0 to 1 is needed")
    if thinning is None and np.any(shares < 1):
        rows = range(first_replication, first_replication + len(arrivals))
        drawn_rows = [uniforms(seed, row, Stream.VOLUME, 0, 0, calls.count) for row in rows]
        thinning = np.array(drawn_rows).reshape(arrivals.shape)
    drawn = _thinning(thinning, arrivals.shape)
    patient = np.full((1, calls.count), NEVER)
    limit = patient if calls.patience is None else np.minimum(calls.patience, NEVER)
    work, limit = (np.broadcast_to(array, arrivals.shape) for array in (calls.service, limit))
    lanes = _lanes(servers, shares)
    begin = -NEVER if count_from is None else count_from
    sums = np.empty((6, len(servers), len(shares), len(arrivals)), np.int64)
    for index in range(len(arrivals)):
        count = int(np.searchsorted(arrivals[index], NEVER))
        here = (index, slice(count))
        row = _Calls(arrivals[here], work[here], limit[here], drawn[here], threshold, begin)
        sums[..., index] = _answer(row, lanes).reshape(sums.shape[:-1])
    return PhoneRoom(*sums)


@dataclass(frozen=True, eq=False)
class _Calls:
    """Calls of one replication, shape (n,); patience is at most NEVER."""

    arrival: IntArray
    service: IntArray
    patience: IntArray
    drawn: FloatArray
    threshold: int
    count_from: int


def _share(part: IntArray, whole: IntArray) -> FloatArray:
    return np.asarray(np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0), np.float64)


def _two(array: ArrayLike | None) -> TimeArray | None:
    return None if array is None else np.atleast_2d(np.asarray(array))


def _thinning(given: ArrayLike | None, shape: tuple[int, ...]) -> FloatArray:
    if given is None:
        return np.zeros(shape)
    drawn = np.atleast_2d(np.asarray(given, np.float64))
    if drawn.shape != shape:
        raise ValueError(f"thinning: got shape {drawn.shape}, must be {shape} like arrival")
    if not np.all((drawn >= 0) & (drawn < 1)):
        raise ValueError("thinning: must be at least 0 and below 1")
    return drawn


def _lanes(servers: Sequence[int | StaffingLike], shares: FloatArray) -> list[Lane]:
    """Every staffing at every volume, the staffing first."""
    lanes = []
    for entry in servers:
        steps = entry if isinstance(entry, Steps | tuple) else None
        agents = None if steps is not None else entry
        # The same checks as for one path, without customers.
        none = np.zeros(0, np.int64)
        checked = check_customers(none, none, agents, None, steps)  # type: ignore[arg-type]
        if checked.loop != ():
            raise ValueError("servers: each must be a number, steps or a pair of ticks and levels")
        if checked.staffing is not None:
            steps_used = slice(int(checked.staffing.last[0]) + 1)
            ticks, levels = checked.staffing.ticks[0, 1:][steps_used], checked.staffing.levels[0, steps_used]
        else:
            ticks, levels = np.array([NEVER]), np.array([agents], np.int64)
        roster = Roster(ticks, levels)
        lanes += [Lane(roster, float(share)) for share in shares]
    if not lanes:
        raise ValueError("servers: at least one staffing is needed")
    return lanes


def _answer(calls: _Calls, lanes: list[Lane]) -> IntArray:
    """Sums of one replication, shape (6, lanes)."""
    # Lanes of a group share the number of rows, so those of similar size go together.
    order = sorted(range(len(lanes)), key=lambda index: lanes[index].roster.agents)
    cuts = range(0, len(order), SIDE_BY_SIDE)
    # Half as wide ticks are twice as fast, and fit unless somebody waits or talks for days.
    for dtype in (np.dtype(np.int32), np.dtype(np.int64)):
        groups = [Group([lanes[index] for index in order[cut : cut + SIDE_BY_SIDE]], dtype) for cut in cuts]
        if _fits(calls, dtype) and _run(calls, groups, dtype):
            break
    else:
        raise ValueError(f"service: an end comes more than {span_of(dtype)} ticks after a call")
    found = np.empty((6, len(lanes)), np.int64)
    found[:, order] = np.concatenate([group.sums() for group in groups], axis=1)
    return found


def _fits(calls: _Calls, dtype: np.dtype[Any]) -> bool:
    never = 2 * span_of(dtype)
    long = (calls.patience >= never) & (calls.patience < NEVER)
    return not long.any() and int(calls.service.max(initial=0)) < span_of(dtype)


def _even(column: TimeArray, dtype: np.dtype[Any], last: float | None = None) -> TimeArray:
    """A column with an even number of entries; if one is missing, it is the last again or what is given."""
    count = len(column)
    made = np.empty(count + count % 2, dtype)
    made[:count] = column
    if count % 2:
        made[count] = column[-1] if last is None else last
    return made


def _run(calls: _Calls, groups: list[Group], dtype: np.dtype[Any]) -> bool:
    """Answer all calls in all groups; False if an instant does not fit into the type."""
    never = 2 * span_of(dtype)
    first, count = 0, len(calls.arrival)
    counted = int(np.searchsorted(calls.arrival, calls.count_from))
    while first < count:
        base = int(calls.arrival[first])
        after = int(np.searchsorted(calls.arrival, base + span_of(dtype)))
        after = min(after, first + _BATCH)
        if first < counted:
            after = min(after, counted)
        part = slice(first, after)
        columns = (
            calls.arrival[part] - base,
            calls.service[part],
            np.minimum(calls.patience[part], never),
        )
        # An odd number is made even by a call that comes at no volume.
        batch = (*(_even(column, dtype) for column in columns), _even(calls.drawn[part], np.dtype(float), 2))
        for group in groups:
            if not group.answer(batch, base, calls.threshold, is_counted=first >= counted):
                return False
        first = after
    return True
