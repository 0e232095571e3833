"""One long path through a first-come station, in machine code.

The recursion is that of :mod:`~hotline_sim.engines.core.lanes`, and so are the numbers, bit for bit. The
kernels keep the instants at which agents become free sorted in one short array, which the compiler turns
into packed minima and maxima over the agents.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from hotline_sim.engines.core.compiler import compiled_kernel
from hotline_sim.engines.core.customers import check_customers

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hotline_sim.arrays import IntArray
    from hotline_sim.engines.core.customers import Customers, Passage, StaffingLike, TimeArray


def fcfs_path(
    arrival: ArrayLike,
    service: ArrayLike,
    servers: int | None,
    patience: ArrayLike | None = None,
    staffing: StaffingLike | None = None,
) -> Passage:
    """Serve the customers of one first-come station, in machine code.

    Parameters
    ----------
    arrival : float64, float32, int64 or int32 array, shape (n,)
        Instants, not falling. "Never" (infinity, 2**62 or 2**30) at the end stands for no customer.
    service : array of the same type, shape (n,)
        Time that an agent needs for each customer, at least 0.
    servers : int or None
        Agents, at least 1; None if ``staffing`` is given.
    patience : array of the same type, shape (n,), optional
        Longest wait that each customer accepts; one who could start just then is served.
    staffing : Steps or (ticks, levels), shapes (k,), optional
        Step function of interchangeable agents, as in :func:`~hotline_sim.engines.core.lanes.fcfs_lanes`.

    Returns
    -------
    Passage
        Arrays of shape (n,).

    Raises
    ------
    ValueError
        As in :func:`~hotline_sim.engines.core.lanes.fcfs_lanes`, and if there is more than one lane.

    Examples
    --------
    >>> passage = fcfs_path([0, 1, 2], [5, 5, 5], servers=1, patience=[0, 3, 8])
    >>> passage.start.tolist()[::2], passage.abandoned.tolist()
    ([0, 5], [False, True, False])
    """
    customers = check_customers(arrival, service, servers, patience, staffing)
    if customers.loop != ():
        raise ValueError(f"arrival: got lanes of shape {customers.loop}; fcfs_lanes takes more than one")
    come, work = _plain(customers.arrival), _plain(customers.service)
    start = np.empty_like(come)
    if customers.patience is None and customers.staffing is None:
        agents = int(customers.servers) if customers.servers is not None else 0
        ends = _free(customers, agents)
        _kernel("serve_all")(come, work, agents, ends, start)
    else:
        agents, ticks, front = _steps(customers)
        limit = _plain(_patience(customers))
        ends = _free(customers, agents)
        _kernel("serve_some")(come, work, limit, ticks, front, agents, ends, start)
    if customers.dtype.kind == "i" and ends[agents - 1] >= customers.never:
        raise ValueError(f"service: an end reaches {customers.never}, too late for {customers.dtype}")
    return customers.passage(start)


def _plain(array: TimeArray) -> TimeArray:
    """The same numbers in the one kind of array that the kernels are compiled for."""
    return np.require(array, requirements=["C", "W"])


def _patience(customers: Customers) -> TimeArray:
    """Patience of all, at most never, so that it can be added to an instant."""
    if customers.patience is None:
        return np.full(customers.count, customers.never, customers.dtype)
    if customers.patience.max(initial=0) <= customers.never:
        return customers.patience
    return np.asarray(np.minimum(customers.patience, customers.dtype.type(customers.never)))


def _free(customers: Customers, agents: int) -> TimeArray:
    """Agents who are free, two who never are; then what stands for being free, and a place to write."""
    ends = np.full(agents + 4, -customers.never, customers.dtype)
    ends[agents : agents + 2] = customers.never
    return ends


def _steps(customers: Customers) -> tuple[int, TimeArray, IntArray]:
    """Most agents ever on duty; ticks of the steps, then never; row of the sorted ends that counts."""
    if customers.staffing is None:
        assert customers.servers is not None
        ticks = np.array([-customers.never, customers.never], customers.dtype)
        return int(customers.servers), ticks, np.zeros(1, np.int64)
    last = int(customers.staffing.last[0])
    levels = customers.staffing.levels[0, : last + 1]
    agents = int(levels.max(initial=1))
    return agents, customers.staffing.ticks[0, : last + 2].copy(), agents - levels


@cache
def _kernel(name: str) -> Any:
    return compiled_kernel(globals()[name])


def serve_all(arrival: TimeArray, service: TimeArray, agents: int, ends: TimeArray, start: TimeArray) -> None:
    """Kernel: customers who all wait for their turn.

    Two customers are inserted in one pass over the ends: the array is then read once for both, and
    the second need not wait until the first is in it. What is left of ``h`` and ``x <= y`` without the
    two smallest is ``min(h[j + 2], max(h[j + 1], x), max(h[j], y))``.
    """
    count = len(arrival)
    never, scratch = ends[agents], agents + 3
    while count > 0 and arrival[count - 1] >= never:
        count -= 1
        start[count] = never
    index = 0
    while index + 1 < count:
        first, second = ends[0], ends[1]
        now = arrival[index]
        now = now if now > first else first
        start[index] = now
        # Read back, so that it has the type of the array and not the widest one.
        ends[scratch] = now + service[index]
        one = ends[scratch]
        first = one if one > first else first
        first = first if first < second else second
        now = arrival[index + 1]
        now = now if now > first else first
        start[index + 1] = now
        ends[scratch] = now + service[index + 1]
        other = ends[scratch]
        lower = one if one < other else other
        upper = other if one < other else one
        for row in range(agents):
            low, middle, high = ends[row], ends[row + 1], ends[row + 2]
            low = low if low > upper else upper
            middle = middle if middle > lower else lower
            low = low if low < middle else middle
            ends[row] = low if low < high else high
        index += 2
    if index < count:
        first = ends[0]
        now = arrival[index]
        now = now if now > first else first
        start[index] = now
        ends[scratch] = now + service[index]
        one = ends[scratch]
        for row in range(agents):
            low, high = ends[row], ends[row + 1]
            low = low if low > one else one
            ends[row] = low if low < high else high


def serve_some(
    arrival: TimeArray,
    service: TimeArray,
    patience: TimeArray,
    ticks: TimeArray,
    fronts: IntArray,
    agents: int,
    ends: TimeArray,
    start: TimeArray,
) -> None:
    """Kernel: customers who may give up, agents who come and go.

    Pairs of customers are inserted together as in :func:`serve_all`, unless the staffing changes
    before the second could start.
    """
    count = len(arrival)
    never, free, scratch = ends[agents], ends[agents + 2], agents + 3
    while count > 0 and arrival[count - 1] >= never:
        count -= 1
        start[count] = never
    step, last = 0, len(fronts) - 1
    front, upcoming = fronts[0], ticks[1]
    index = 0
    while index < count:
        now = arrival[index]
        first = ends[front]
        begin = now if now > first else first
        stays = begin <= now + patience[index]
        ends[scratch] = begin + service[index]
        one = ends[scratch] if stays else free
        if index + 1 < count and begin < upcoming:
            second = ends[front + 1]
            first = one if one > first else first
            first = first if first < second else second
            after = arrival[index + 1]
            later = after if after > first else first
            if later < upcoming:
                start[index] = begin if stays else never
                stays = later <= after + patience[index + 1]
                start[index + 1] = later if stays else never
                ends[scratch] = later + service[index + 1]
                other = ends[scratch] if stays else free
                lower = one if one < other else other
                upper = other if one < other else one
                for row in range(agents):
                    low, middle, high = ends[row], ends[row + 1], ends[row + 2]
                    low = low if low > upper else upper
                    middle = middle if middle > lower else lower
                    low = low if low < middle else middle
                    ends[row] = low if low < high else high
                index += 2
                continue
        while begin >= upcoming and step < last:
            step += 1
            change = ticks[step]
            # Nobody starts before the change, so ends before it may as well be on it.
            for row in range(agents):
                low = ends[row]
                ends[row] = low if low > change else change
            front, upcoming = fronts[step], ticks[step + 1]
            first = ends[front]
            begin = now if now > first else first
        if begin <= now + patience[index] and begin < never:
            start[index] = begin
            ends[scratch] = begin + service[index]
            one = ends[scratch]
            for row in range(agents):
                low, high = ends[row], ends[row + 1]
                low = low if low > one else one
                ends[row] = low if low < high else high
        else:
            start[index] = never
        index += 1
