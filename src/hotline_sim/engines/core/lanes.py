"""First-come stations in array operations: many lanes at once, customer after customer.

A lane is one queue: one scenario, one replication, or a strip of a long path. The recursion is that of
Kiefer and Wolfowitz over sorted instants at which agents become free; :mod:`~hotline_sim.engines.core.fcfs`
runs it in machine code for one lane, :mod:`~hotline_sim.engines.core.phone_room` for lanes that share draws.
"""

from __future__ import annotations

from itertools import pairwise, product
from math import prod
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.engines.core.customers import check_customers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.engines.core.customers import Customers, Passage, Staffing, StaffingLike, TimeArray

_STATE_BYTES: Final = 2**19
"""Both copies of the sorted free times of a chunk of lanes: they should stay in the second-level cache."""
_BLOCK_BYTES: Final = 2**17
"""One input of a chunk, for as many customers as fit."""


def fcfs_lanes(
    arrival: ArrayLike,
    service: ArrayLike,
    servers: ArrayLike | None,
    patience: ArrayLike | None = None,
    staffing: StaffingLike | None = None,
) -> Passage:
    """Serve the customers of many first-come stations side by side, in NumPy array operations.

    The last axis counts the customers of a lane. All other dimensions are lanes and are broadcast against
    each other, so that ``servers`` of shape (s, 1) and ``arrival`` of shape (r, n) give s x r lanes.

    Parameters
    ----------
    arrival : float64, float32, int64 or int32 array, shape (..., n)
        Instants, not falling along the last axis. "Never" (infinity, 2**62 or 2**30) at the end of a lane
        stands for no customer, so that lanes may differ in length.
    service : array of the same type, shape (..., n)
        Time that an agent needs for each customer, at least 0.
    servers : int array, shape (...), or None
        Agents of each lane, at least 1; None if ``staffing`` is given.
    patience : array of the same type, shape (..., n), optional
        Longest wait that each customer accepts; one who could start just then is served.
    staffing : Steps or (ticks, levels), shapes (..., k), optional
        Step functions of interchangeable agents; nobody is on duty before the first step. When a level
        falls, agents finish what they hold, and count against the level while they do.

    Returns
    -------
    Passage
        Arrays of the same type; in memory, customers are the first axis.

    Raises
    ------
    ValueError
        If types or shapes differ, a time is negative or NaN, arrivals fall, a lane has no agent, or an
        instant does not fit into the type.

    Notes
    -----
    The c latest ends are kept sorted: the customer may start when the smallest is over, and the end of the
    service is inserted in its place by ``h[j] = min(h[j + 1], max(h[j], end))`` [1]_. One who gives up
    leaves the vector as it was. With ``L`` agents on duty the L-th largest counts, and a change of level
    is applied before the first start at or after it. With whole numbers all of this is exact and equal to
    an event calendar; with floats it is equal to the compiled path.

    References
    ----------
    .. [1] Kiefer, J. and Wolfowitz, J. (1955). On the theory of queues with many servers.
       Transactions of the American Mathematical Society 78, 1-18.

    Examples
    --------
    >>> passage = fcfs_lanes([0, 1, 2], [5, 5, 5], servers=[1, 2])
    >>> passage.start.tolist()
    [[0, 5, 10], [0, 1, 5]]
    """
    customers = check_customers(arrival, service, servers, patience, staffing)
    if _is_single_server(customers):
        return _single_server(customers)
    start = np.empty((customers.count, *customers.loop), customers.dtype)
    for slab in _slabs(customers):
        _Chunk(customers, slab, start).run()
    return customers.passage(np.moveaxis(start, 0, -1))


def _is_single_server(customers: Customers) -> bool:
    """Whether the closed form applies: one agent everywhere, and sums of work that are exact."""
    return (
        customers.servers is not None
        and customers.servers.size > 0
        and customers.patience is None
        and customers.dtype == np.int64
        and customers.count > 0
        and not customers.has_gaps
        and int(customers.servers.max()) == 1
        and int(customers.service.max()) * customers.count < 2**61
        and int(np.abs(customers.arrival).max()) < 2**61
    )


def _single_server(customers: Customers) -> Passage:
    """Closed form: the start is a running maximum of arrival minus accumulated work, plus that work."""
    before = np.cumsum(customers.service, axis=-1) - customers.service
    shape = (*customers.loop, customers.count)
    return customers.passage(
        np.maximum.accumulate(np.broadcast_to(customers.arrival - before, shape), axis=-1) + before
    )


def _most_agents(customers: Customers) -> int:
    agents = customers.servers if customers.staffing is None else customers.staffing.levels
    assert agents is not None
    return int(agents.max(initial=1))


def _slabs(customers: Customers) -> Iterator[tuple[int | slice, ...]]:
    """Cut the lanes into chunks, each a contiguous piece of the loop dimensions."""
    if customers.count == 0 or prod(customers.loop) == 0:
        return
    row = 2 * (_most_agents(customers) + 1) * customers.dtype.itemsize
    width = max(_STATE_BYTES // row, 64)
    loop = customers.loop
    axis, inner = len(loop), 1
    while axis > 0 and inner * loop[axis - 1] <= width:
        axis -= 1
        inner *= loop[axis]
    if axis == 0:
        yield (slice(None),) * len(loop)
        return
    axis -= 1
    pieces = -(-loop[axis] // max(width // inner, 1))
    edges = [loop[axis] * piece // pieces for piece in range(pieces + 1)]
    rest = (slice(None),) * (len(loop) - axis - 1)
    for outer in product(*(range(size) for size in loop[:axis])):
        for low, high in pairwise(edges):
            yield (*outer, slice(low, high), *rest)


class _Chunk:
    """Lanes that are served together.

    Parameters
    ----------
    customers : Customers
        Of all lanes.
    slab : tuple
        Index of these lanes in the loop dimensions.
    start : array, shape (n, ...)
        Where the starts of all lanes go.
    """

    def __init__(self, customers: Customers, slab: tuple[int | slice, ...], start: TimeArray) -> None:
        self.customers = customers
        self.slab = slab
        self.start = start[(slice(None), *slab)].reshape(customers.count, -1)
        self.width = self.start.shape[1]
        self.never = customers.dtype.type(customers.never)
        # Ends before any arrival stand for agents who are free.
        self.nobody = customers.dtype.type(-customers.never)
        self.levels = self._lanes_of(customers.servers)
        self.roster = None if customers.staffing is None else _Roster(customers.staffing, self)
        self.agents = int(self.levels.max()) if self.roster is None else self.roster.agents
        self.state = np.full((self.agents + 1, self.width), self.nobody, customers.dtype)
        self.state[-1] = self.never
        if self.roster is None:
            # A lane with fewer agents has rows to spare: an agent who is never free.
            self.state[np.arange(self.agents + 1)[:, None] >= self.levels] = self.never
        self.other = self.state.copy()
        self.end = np.empty(self.width, customers.dtype)
        self.gone = np.empty(self.width, np.bool_)

    def _lanes_of(self, array: IntArray | None) -> IntArray:
        if array is None:
            return np.zeros(0, np.int64)
        return np.broadcast_to(array, self.customers.loop)[self.slab].reshape(-1)

    def run(self) -> None:
        """Serve all customers."""
        customers = self.customers
        size = max(_BLOCK_BYTES // (self.width * customers.dtype.itemsize), 8)
        arrivals = _Rows(customers.arrival, self, size)
        # The work of a customer who does not exist must be written over.
        services = _Rows(customers.service, self, size, always_copied=customers.has_gaps)
        patiences = None if customers.patience is None else _Rows(customers.patience, self, size)
        for first in range(0, customers.count, size):
            block = slice(first, min(first + size, customers.count))
            arrival, service = arrivals.of(block), services.of(block)
            if customers.has_gaps:
                _no_work(service, arrival >= self.never)
            if patiences is None and self.roster is None:
                self._serve_all(arrival, service, self.start[block])
            else:
                latest = self._latest_starts(arrival, None if patiences is None else patiences.of(block))
                self._serve_some(arrival, service, latest, self.start[block])
        if customers.dtype.kind == "i" and np.any(self._latest_end() > self.never - 1):
            raise ValueError(f"service: an end reaches {self.never}, too late for {customers.dtype}")

    def _latest_end(self) -> TimeArray:
        """Latest end of each lane. The latest is never displaced, so an end that is too late shows."""
        if self.roster is not None:
            return np.asarray(self.state[-2])
        return np.asarray(self.state[self.levels - 1, np.arange(self.width)])

    def _serve_all(self, arrival: TimeArray, service: TimeArray, start: TimeArray) -> None:
        """Serve a block of customers who all wait for their turn."""
        maximum, minimum, add, end = np.maximum, np.minimum, np.add, self.end
        # Two copies by turns: NumPy would make a third if it read and wrote shifted parts of one array.
        front, low, high = self.state[0], self.state[:-1], self.state[1:]
        next_front, next_low, next_high = self.other[0], self.other[:-1], self.other[1:]
        for now, work, begin in zip(arrival, service, start, strict=True):
            maximum(front, now, out=begin)
            add(begin, work, out=end)
            maximum(low, end, out=next_low)
            minimum(next_low, high, out=next_low)
            front, low, high, next_front, next_low, next_high = (
                next_front,
                next_low,
                next_high,
                front,
                low,
                high,
            )
        if len(start) % 2:
            self.state, self.other = self.other, self.state

    def _latest_starts(self, arrival: TimeArray, patience: TimeArray | None) -> TimeArray:
        """Latest instant at which each customer of a block would still start."""
        # With nobody on duty any more even the patient ones do not start.
        last = self.never if self.roster is None else _before(self.never)
        if patience is None:
            return np.full(arrival.shape, last, arrival.dtype)
        latest = np.minimum(patience, self.never)
        latest += arrival
        if self.roster is not None:
            np.minimum(latest, last, out=latest)
        return np.asarray(latest)

    def _serve_some(
        self, arrival: TimeArray, service: TimeArray, latest: TimeArray, start: TimeArray
    ) -> None:
        """Serve a block of customers of whom some give up or find nobody on duty for ever."""
        maximum, minimum, add, greater, copyto = np.maximum, np.minimum, np.add, np.greater, np.copyto
        end, gone, nobody, never, roster = self.end, self.gone, self.nobody, self.never, self.roster
        state, other = self.state, self.other
        low, high, next_low, next_high = state[:-1], state[1:], other[:-1], other[1:]
        for now, work, limit, begin in zip(arrival, service, latest, start, strict=True):
            if roster is None:
                maximum(state[0], now, out=begin)
            else:
                roster.starts(state, now, begin)
            greater(begin, limit, out=gone)
            add(begin, work, out=end)
            copyto(end, nobody, where=gone)
            copyto(begin, never, where=gone)
            maximum(low, end, out=next_low)
            minimum(next_low, high, out=next_low)
            low, high, next_low, next_high = next_low, next_high, low, high
            state, other = other, state
        self.state, self.other = state, other


class _Rows:
    """One input of a chunk as rows of lanes, block by block of customers.

    Parameters
    ----------
    array : array, shape (..., n)
        As the caller gave it.
    chunk : _Chunk
        Which lanes.
    size : int
        Customers a block.
    always_copied : bool
        Whether the rows are going to be changed.
    """

    def __init__(self, array: TimeArray, chunk: _Chunk, size: int, always_copied: bool = False) -> None:
        customers = chunk.customers
        lanes = np.broadcast_to(array, (*customers.loop, customers.count))[chunk.slab]
        self.rows = np.moveaxis(lanes, -1, 0)
        self.width = chunk.width
        self.buffer: TimeArray | None = None
        if always_copied or not _is_flat(self.rows):
            self.buffer = np.empty((size, chunk.width), array.dtype)

    def of(self, block: slice) -> TimeArray:
        """Rows of a block, shape (customers, lanes)."""
        rows = self.rows[block]
        if self.buffer is None:
            return rows.reshape(len(rows), self.width)
        found = self.buffer[: len(rows)]
        np.copyto(found.reshape(rows.shape), rows)
        return found


def _is_flat(rows: TimeArray) -> bool:
    """Whether all axes but the first can be read as one without a copy."""
    step = rows.itemsize
    for size, stride in zip(rows.shape[:0:-1], rows.strides[:0:-1], strict=True):
        if size > 1 and stride != step:
            return False
        step *= size
    return True


def _no_work(service: TimeArray, absent: BoolArray) -> None:
    """Give customers who do not exist a work that never ends later than anybody's."""
    if service.dtype.kind == "f":
        np.copyto(service, 0, where=absent)
    else:
        # Never plus the smallest number is minus never: an agent who is free.
        np.copyto(service, np.iinfo(service.dtype).min, where=absent)


def _before(never: Any) -> Any:
    """Latest instant that is not never."""
    return np.nextafter(never, 0, dtype=never.dtype) if never.dtype.kind == "f" else never - 1


class _Roster:
    """Agents on duty in each lane of a chunk while time goes on.

    Parameters
    ----------
    staffing : Staffing
        Of all lanes.
    chunk : _Chunk
        Which lanes.
    """

    def __init__(self, staffing: Staffing, chunk: _Chunk) -> None:
        self.staffing = staffing
        self.row = chunk._lanes_of(staffing.rows)
        self.agents = int(staffing.levels[self.row].max(initial=1))
        self.lane = np.arange(chunk.width)
        self.step = np.zeros(chunk.width, np.int64)
        self.last = staffing.last[self.row]
        self.change = staffing.ticks[self.row, 0]
        self.upcoming = staffing.ticks[self.row, 1]
        # Before the first step nobody is on duty, so the front is the row that never becomes free.
        self.front = self.lane + self.agents * chunk.width
        self.late = np.zeros(chunk.width, np.bool_)

    def starts(self, state: TimeArray, now: TimeArray, begin: TimeArray) -> None:
        """Find when the customer who arrives now could start, in each lane; written to ``begin``."""
        # The index is always inside; "clip" spares the check and a buffer.
        state.reshape(-1).take(self.front, out=begin, mode="clip")
        np.maximum(begin, self.change, out=begin)
        np.maximum(begin, now, out=begin)
        np.greater_equal(begin, self.upcoming, out=self.late)
        if self.late.any():
            self._go_on(state, now, begin)

    def _go_on(self, state: TimeArray, now: TimeArray, begin: TimeArray) -> None:
        """Apply the changes of staffing up to the start, until in no lane a further one comes before it."""
        lane = np.flatnonzero(self.late & (self.step < self.last))
        width = state.shape[1]
        while lane.size:
            self.step[lane] += 1
            row, step = self.row[lane], self.step[lane]
            # From the change on, as many agents count as there are then.
            self.change[lane] = self.staffing.ticks[row, step]
            self.front[lane] = lane + (self.agents - self.staffing.levels[row, step]) * width
            self.upcoming[lane] = self.staffing.ticks[row, step + 1]
            free = np.maximum(state.reshape(-1)[self.front[lane]], self.change[lane])
            begin[lane] = np.maximum(free, now[lane])
            lane = lane[(begin[lane] >= self.upcoming[lane]) & (step < self.last[lane])]
