"""Numbers of the phone room: lines, help from other teams, seats for certain callers, calls in idle time.

The tables are in :mod:`hotline_sim.scenario.phone`; left out, nothing here ever triggers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import DAY, NEVER

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.network.network import Names
    from hotline_sim.scenario.schema import Scenario


class Entry(NamedTuple):
    """What becomes of a call that comes in."""

    on: int
    """1 if some team has a limit of lines or help from another one."""
    lines: IntArray
    """(stations,) calls that wait or talk at most; NEVER: any number."""
    most_lines: int
    """Largest limit."""
    helper: IntArray
    """(stations,) station that helps, or -1."""
    above: IntArray
    """(stations,) so many calls wait at least before one goes to the helper."""


class Skills(NamedTuple):
    """Seats for certain callers."""

    kinds: int
    """How many kinds of seats there are."""
    cumulative: FloatArray
    """(categories, areas, kinds) cumulative shares of callers."""
    station: IntArray
    """(kinds,) station."""


class Idle(NamedTuple):
    """Calls back that are made in idle time."""

    on: int
    """1 if calls back give way to everybody else."""
    station: int
    """Station that makes them."""
    above: int
    """They begin only while more agents than this are free."""
    opens: int
    """Ticks from midnight at which they may begin."""
    closes: int
    """Ticks from midnight from which on they may not."""


def entry(scenario: Scenario, stations: int, teams: tuple[str, ...]) -> Entry:
    """Numbers of lines and help."""
    lines, helper = np.full(stations, NEVER, np.int64), np.full(stations, -1, np.int64)
    above = np.zeros(stations, np.int64)
    most = 0
    for number, name in enumerate(teams):
        team = scenario.teams[name]
        if team.lines is not None:
            lines[number] = team.lines
            most = max(most, team.lines)
        if team.overflow is not None:
            helper[number], above[number] = teams.index(team.overflow.to), team.overflow.above
    return Entry(int(most > 0 or bool((helper >= 0).any())), lines, most, helper, above)


def skills(scenario: Scenario, names: Names, teams: tuple[str, ...]) -> Skills:
    """Numbers of seats for certain callers."""
    kinds = sorted(scenario.skills)
    areas = names.areas or ("",)
    shares = np.zeros((len(names.categories), len(areas), len(kinds)))
    for kind, name in enumerate(kinds):
        table = scenario.skills[name]
        for row, category in enumerate(names.categories):
            for column, area in enumerate(areas):
                share = table.areas.get(area, table.categories.get(category, table.share))
                shares[row, column, kind] = share
    station = np.array([teams.index(scenario.skills[name].team) for name in kinds], np.int64)
    # Compiled code wants an array in any case.
    return Skills(len(kinds), np.cumsum(shares, axis=2), station if kinds else np.zeros(1, np.int64))


def idle(scenario: Scenario, teams: tuple[str, ...]) -> Idle:
    """Numbers of calls back in idle time."""
    table = scenario.callback
    if table is None or table.idle_above is None:
        return Idle(0, -1, 0, 0, DAY)
    opens, closes = table.between or (0, DAY)
    return Idle(1, teams.index(table.team), table.idle_above, opens, closes)
