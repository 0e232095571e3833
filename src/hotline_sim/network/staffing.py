"""Who is on duty when: shifts of teams and opening hours of units as step functions of agents.

Stations refer to a pattern of levels and multiply it by a number of agents, so fifty units with the
same hours share one pattern.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import DAY
from hotline_sim.scenario.phone import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.clock.days import Days
    from hotline_sim.scenario.phone import Shift, Team

ALWAYS_ONE: Final = Steps(np.array([0], np.int64), np.array([1], np.int64))
"""One agent for each unit of staff, round the clock."""


class Post(NamedTuple):
    """A station beside the teams and the units."""

    name: str
    """Name of the station."""
    steps: Steps
    """Pattern of its staffing."""
    staff: int
    """Agents for each unit of the pattern's level."""


def team_staffing(team: Team, days: Days, present: Sequence[IntArray] | None = None) -> Steps:
    """Agents of a team on duty.

    Parameters
    ----------
    team : Team
        With its shifts.
    days : Days
        Coverage; a shift of the night before the first day is not there.
    present : sequence of int64 array, shape (days,), optional
        By shift: agents of the one that begins on each day; all of them unless told.

    Returns
    -------
    Steps
        Agents, from the first midnight covered to the end of the last shift.
    """
    starts, ends, agents = [], [], []
    for number, shift in enumerate(team.shifts):
        begins = np.flatnonzero(_begins(shift, days)).astype(np.int64)
        midnights = days.first_tick + begins * DAY
        here = np.full(len(begins), shift.agents, np.int64) if present is None else present[number][begins]
        for start, end in _periods(shift):
            starts.append(midnights + start)
            ends.append(midnights + end)
            agents.append(here)
    return Steps.from_intervals(np.concatenate(starts), np.concatenate(ends), np.concatenate(agents))


def _begins(shift: Shift, days: Days) -> BoolArray:
    begins = np.ones(len(days.names), dtype=bool)
    if shift.days != "all":
        begins = days.working if shift.days == "working" else ~days.working
    if shift.weekdays is not None:
        begins = begins & np.isin(days.weekday, [WEEKDAYS.index(name) for name in shift.weekdays])
    return begins


def _periods(shift: Shift) -> list[tuple[int, int]]:
    """Stretches of duty in ticks from the midnight before the shift begins."""
    end = shift.end if shift.end > shift.start else shift.end + DAY
    if shift.pause is None:
        return [(shift.start, end)]
    pause_start, pause_end = shift.pause
    if pause_start < shift.start:
        pause_start, pause_end = pause_start + DAY, pause_end + DAY
    return [(shift.start, pause_start), (pause_end, end)]


def stacked(patterns: list[Steps]) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Put step functions end to end.

    Returns
    -------
    low, high : int64 array, shape (patterns,)
        Rows of each pattern.
    ticks, levels : int64 array, shape (steps,)
        All steps.
    """
    high = np.cumsum([len(steps.ticks) for steps in patterns], dtype=np.int64)
    low = np.concatenate((np.zeros(1, np.int64), high[:-1]))
    ticks = np.concatenate([steps.ticks for steps in patterns])
    levels = np.concatenate([steps.values for steps in patterns])
    return low, high, ticks, levels
