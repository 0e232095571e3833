"""Lanes that answer the same calls side by side, in machine code.

A group of 32 lanes keeps its sorted ends in one array, row by row, so that one packed operation serves
several lanes. :mod:`~hotline_sim.engines.core.phone_room` says which lanes there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.engines.core.compiler import compiled_kernel
from hotline_sim.engines.core.customers import never_in

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, FloatArray, IntArray
    from hotline_sim.engines.core.customers import TimeArray

SIDE_BY_SIDE: Final = 32
"""Lanes of a group. With fewer, or with a row length that is not a constant, the loops stay scalar."""
_ROWS: Final = 4
"""Rows that the kernel takes at a time: each is then read once and not twice."""


@dataclass(frozen=True, eq=False)
class Lane:
    """Agents and volume of one lane; the table of steps ends with NEVER."""

    ticks: IntArray
    levels: IntArray
    share: float

    @property
    def agents(self) -> int:
        """Most agents ever on duty."""
        return int(self.levels.max())


def span_of(dtype: np.dtype[Any]) -> int:
    """Ticks that one base serves: an instant, a work and an end later than all fit into the type together."""
    return int(never_in(dtype)) // 2


class Group:
    """Lanes side by side; a short group is filled up with lanes to which no call comes.

    Parameters
    ----------
    lanes : list of Lane
        At most as many as fit.
    dtype : dtype
        Type of the ticks, which are counted from a base that moves on.
    """

    def __init__(self, lanes: list[Lane], dtype: np.dtype[Any]) -> None:
        self.used = len(lanes)
        lanes = lanes + [lanes[-1]] * (SIDE_BY_SIDE - len(lanes))
        self.top = 3 * span_of(dtype)
        # Rows that nobody needs are those of agents who are always or never free.
        self.agents = -(-max(lane.agents for lane in lanes) // _ROWS) * _ROWS
        self.has_steps = any(len(lane.levels) > 1 for lane in lanes)
        self.shares = np.array([lane.share for lane in lanes])
        self.shares[self.used :] = 0
        self.levels = np.concatenate([lane.levels for lane in lanes])
        self.ticks = np.concatenate([lane.ticks[1:] for lane in lanes])
        ends = np.cumsum([len(lane.levels) for lane in lanes])
        self.step = ends - [len(lane.levels) for lane in lanes]
        self.last = ends - 1
        # Free agents have an end of 0, since no call comes before the base.
        self.ends = np.zeros((self.agents + 1, SIDE_BY_SIDE), dtype)
        self.ends[-1] = self.top
        self.front = ((self.agents - self.levels[self.step]) * SIDE_BY_SIDE).astype(np.int32)
        rows = np.arange(self.agents + 1)[:, None]
        self.is_real = np.broadcast_to(rows < self.agents, self.ends.shape)
        if not self.has_steps:
            # Agents a lane does not have are never free, so that its front is the first row.
            self.is_real = rows < self.levels
            self.ends[~self.is_real] = self.top
            self.front[:] = 0
        self.base: int | None = None
        self.starts = np.zeros(SIDE_BY_SIDE, dtype)
        self.upcoming = np.zeros(SIDE_BY_SIDE, dtype)
        self.counts = np.zeros((3, SIDE_BY_SIDE), np.int64)
        self.waits = np.zeros((2, SIDE_BY_SIDE), np.int64)

    def sums(self) -> IntArray:
        """Answered, abandoned, within the threshold, wait of the answered and of the abandoned."""
        return np.concatenate((self.counts, self.waits))[:, : self.used]

    def answer(self, batch: tuple[TimeArray, ...], base: int, threshold: int, *, is_counted: bool) -> bool:
        """Answer a batch of calls; False if an instant does not fit into the type."""
        self._move_to(base)
        arguments = self.arguments(batch, base, threshold)
        _kernel()(*arguments)
        if is_counted:
            *_, counts, waits = arguments
            self.counts += counts.reshape(3, -1)
            self.waits += waits.reshape(2, -1)
        return not self._too_late().any()

    def arguments(self, batch: tuple[TimeArray, ...], base: int, threshold: int) -> tuple[Any, ...]:
        """What the kernel takes for a batch; counts and waits, which come last, start at 0."""
        patient = 2 * (self.top // 3)
        # A wait is never longer than the top, and the kernel compares narrow numbers.
        limits = (min(threshold, self.top), patient, self.has_steps, self.shares)
        tables = (self.levels, self.ticks, base, self.top, self.agents)
        state = (self.step, self.last, self.front, self.upcoming, self.ends.reshape(-1), self.starts)
        sums = (np.zeros(3 * SIDE_BY_SIDE, np.int32), np.zeros(2 * SIDE_BY_SIDE, np.int64))
        return (*batch, *limits, *tables, *state, *sums)

    def _move_to(self, base: int) -> None:
        """Count ticks from another base; what is over by then may as well be over just then."""
        moved = 0 if self.base is None else base - self.base
        self.base = base
        later = np.maximum(self.ends.astype(np.int64) - moved, 0)
        self.ends = np.where(self.ends == self.top, self.ends, later.astype(self.ends.dtype))
        self.upcoming = np.clip(self.ticks[self.step] - base, 0, self.top).astype(self.ends.dtype)

    def _too_late(self) -> BoolArray:
        """Where an end is later than any patience. The latest is never displaced, so it shows."""
        return np.asarray((self.ends > 2 * (self.top // 3)) & self.is_real)


@cache
def _kernel() -> Any:
    return compiled_kernel(answer_calls)


def answer_calls(
    arrival: TimeArray,
    service: TimeArray,
    patience: TimeArray,
    drawn: FloatArray,
    threshold: int,
    patient: int,
    has_steps: bool,
    shares: FloatArray,
    levels: IntArray,
    ticks: IntArray,
    base: int,
    top: int,
    agents: int,
    step: IntArray,
    last: IntArray,
    front: IntArray,
    upcoming: TimeArray,
    ends: TimeArray,
    starts: TimeArray,
    counts: IntArray,
    waits: IntArray,
) -> None:
    """Kernel: one batch of calls in 32 lanes side by side.

    The loops over lanes have no branches, a constant length and arrays of one dimension: the compiler
    turns each into packed operations. Row ``j`` of lane ``l`` is ``ends[32 * j + l]``.
    """
    for index in range(len(arrival)):
        now, work, limit, uniform = arrival[index], service[index], patience[index], drawn[index]
        gives_up = limit < patient
        if has_steps:
            is_late = False
            for lane in range(32):
                begin = ends[front[lane] + lane]
                begin = begin if begin > now else now
                starts[lane] = begin
                is_late |= begin >= upcoming[lane]
            if is_late:
                for lane in range(32):
                    while starts[lane] >= upcoming[lane] and step[lane] < last[lane]:
                        change = min(max(ticks[step[lane]] - base, 0), top)
                        step[lane] += 1
                        # Nobody starts before the change, so ends before it may as well be on it.
                        for row in range(agents):
                            end = ends[32 * row + lane]
                            ends[32 * row + lane] = end if end > change else change
                        front[lane] = 32 * (agents - levels[step[lane]])
                        upcoming[lane] = min(max(ticks[step[lane]] - base, 0), top)
                        begin = ends[front[lane] + lane]
                        starts[lane] = begin if begin > now else now
        else:
            for lane in range(32):
                begin = ends[lane]
                starts[lane] = begin if begin > now else now
        for lane in range(32):
            begin = starts[lane]
            wait = begin - now
            comes = uniform < shares[lane]
            is_answered = comes & (wait <= limit)
            is_lost = comes & (wait > limit) & gives_up
            # An end of 0 goes to the bottom of the column: it changes nothing.
            starts[lane] = begin + work if is_answered else 0
            counts[lane] += is_answered
            counts[32 + lane] += is_lost
            counts[64 + lane] += is_answered & (wait <= threshold)
            waits[lane] += wait if is_answered else 0
            waits[32 + lane] += limit if is_lost else 0
        for turn in range(agents // 4):
            # A range in steps of 128 would hide from the compiler that no index is negative.
            row = 128 * turn
            for lane in range(32):
                end = starts[lane]
                first, second, third = ends[row + lane], ends[row + 32 + lane], ends[row + 64 + lane]
                fourth, fifth = ends[row + 96 + lane], ends[row + 128 + lane]
                first = first if first > end else end
                ends[row + lane] = first if first < second else second
                second = second if second > end else end
                ends[row + 32 + lane] = second if second < third else third
                third = third if third > end else end
                ends[row + 64 + lane] = third if third < fourth else fourth
                fourth = fourth if fourth > end else end
                ends[row + 96 + lane] = fourth if fourth < fifth else fifth
