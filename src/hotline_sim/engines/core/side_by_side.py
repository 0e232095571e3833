"""Lanes that answer the same calls side by side, in machine code.

A group of 32 lanes keeps its sorted ends in one array, row by row, so that one packed operation serves
several lanes. :mod:`~hotline_sim.engines.core.phone_room` says which lanes there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.engines.core import answer
from hotline_sim.engines.core.compiler import compiled_kernel
from hotline_sim.engines.core.customers import never_in

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.engines.core.customers import TimeArray

SIDE_BY_SIDE: Final = 32
"""Lanes of a group. With fewer, or with a row length that is not a constant, the loops stay scalar."""
_ROWS: Final = 4
"""Rows that the kernels take at a time."""


@dataclass(frozen=True, eq=False)
class Roster:
    """Agents of lanes while time goes on.

    Parameters
    ----------
    ticks : int64 array, shape (k,)
        End of each step; the last is NEVER.
    levels : int64 array, shape (k,)
        Agents during each step.
    """

    ticks: IntArray
    levels: IntArray

    @cached_property
    def agents(self) -> int:
        """Most agents ever on duty."""
        return int(self.levels.max())


@dataclass(frozen=True, eq=False)
class Lane:
    """Agents and volume of one lane."""

    roster: Roster
    share: float


def span_of(dtype: np.dtype[Any]) -> int:
    """Ticks that one base serves: an instant, a work and an end later than all fit into the type together."""
    return int(never_in(dtype)) // 2


class Group:
    """Lanes side by side; a short group is filled up with its last lane.

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
        rosters = list(dict.fromkeys(lane.roster for lane in lanes))
        which = np.array([rosters.index(lane.roster) for lane in lanes])
        # Rows that nobody needs are those of agents who are always or never free.
        self.agents = -(-max(roster.agents for roster in rosters) // _ROWS) * _ROWS
        self.has_steps = any(len(roster.levels) > 1 for roster in rosters)
        self.shares = np.array([lane.share for lane in lanes])
        self.levels = np.concatenate([roster.levels for roster in rosters])
        self.ticks = np.concatenate([roster.ticks for roster in rosters])
        ends = np.cumsum([len(roster.levels) for roster in rosters])
        self.step = (ends - [len(roster.levels) for roster in rosters])[which]
        self.last = (ends - 1)[which]
        # Free agents have an end of 0, since no call comes before the base.
        self.ends = np.zeros((self.agents + 2, SIDE_BY_SIDE), dtype)
        self.ends[self.agents :] = self.top
        self.front = ((self.agents - self.levels[self.step]) * SIDE_BY_SIDE).astype(np.int32)
        rows = np.arange(self.agents + 2)[:, None]
        self.is_real = np.broadcast_to(rows < self.agents, self.ends.shape)
        if not self.has_steps:
            # Agents a lane does not have are never free, so that its front is the first row.
            self.is_real = rows < self.levels[self.step]
            self.ends[~self.is_real] = self.top
            self.front[:] = 0
        self.base: int | None = None
        self.starts = np.zeros(SIDE_BY_SIDE, dtype)
        self.upcoming = np.zeros(SIDE_BY_SIDE, dtype)
        self.change = np.zeros(SIDE_BY_SIDE, dtype)
        self.counts = np.zeros((4, SIDE_BY_SIDE), np.int64)
        self.waits = np.zeros((2, SIDE_BY_SIDE), np.int64)

    def sums(self) -> IntArray:
        """Offered, answered, abandoned, within the threshold, wait of the answered and of the abandoned."""
        return np.concatenate((self.counts, self.waits))[:, : self.used]

    def answer(self, batch: tuple[TimeArray, ...], base: int, threshold: int, *, is_counted: bool) -> bool:
        """Answer an even number of calls; False if an instant does not fit into the type."""
        self._move_to(base)
        arguments = self.arguments(batch, base, threshold)
        _kernel("answer_one_by_one" if self.has_steps else "answer_pairs")(*arguments)
        if is_counted:
            *_, counts, waits = arguments
            self.counts += counts.reshape(4, -1)
            self.waits += waits.reshape(2, -1)
        return not self._too_late().any()

    def arguments(self, batch: tuple[TimeArray, ...], base: int, threshold: int) -> tuple[Any, ...]:
        """What the kernel takes for a batch; counts and waits, which come last, start at 0."""
        # A wait is never longer than the top, and the kernel compares narrow numbers.
        limits = (min(threshold, self.top), 2 * (self.top // 3), self.shares)
        sums = (np.zeros(4 * SIDE_BY_SIDE, np.int32), np.zeros(2 * SIDE_BY_SIDE, np.int64))
        ends = self.ends.reshape(-1)
        if not self.has_steps:
            return (*batch, *limits, self.agents, ends, self.starts, np.zeros_like(self.starts), *sums)
        tables = (self.levels, self.ticks, base, self.top, self.agents)
        state = (self.step, self.last, self.front, self.change, self.upcoming, ends, self.starts)
        return (*batch, *limits, *tables, *state, *sums)

    def _move_to(self, base: int) -> None:
        """Count ticks from another base; what is over by then may as well be over just then."""
        moved = 0 if self.base is None else base - self.base
        self.base = base
        later = np.maximum(self.ends.astype(np.int64) - moved, 0)
        self.ends = np.where(self.ends == self.top, self.ends, later.astype(self.ends.dtype))
        self.change = np.maximum(self.change.astype(np.int64) - moved, 0).astype(self.ends.dtype)
        self.upcoming = np.clip(self.ticks[self.step] - base, 0, self.top).astype(self.ends.dtype)

    def _too_late(self) -> BoolArray:
        """Where an end or a change is later than any patience. The latest is never displaced: it shows."""
        late = 2 * (self.top // 3)
        return np.asarray(((self.ends > late) & self.is_real) | (self.change > late))


@cache
def _kernel(name: str) -> Any:
    return compiled_kernel(getattr(answer, name))
