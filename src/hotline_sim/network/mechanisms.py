"""Numbers of mechanisms that a scenario may leave out; left out, they never trigger.

The tables are in :mod:`hotline_sim.scenario.mechanisms`, what they mean in :mod:`hotline_sim.rules`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray
    from hotline_sim.clock.ticks import Duration
    from hotline_sim.network.network import Names
    from hotline_sim.scenario.schema import Scenario


class Together(NamedTuple):
    """Co-handlers."""

    most: int
    """Co-handlers of a ticket at most; 0: there are none."""
    share: FloatArray
    """(categories,) share of tickets with co-handlers."""
    two: float
    """Of these, share with two."""


class Late(NamedTuple):
    """Extension and supervision."""

    extended: float
    """Share of open tickets whose deadline is moved; 0: never."""
    extension_limit: int
    """Row of the limit table: from the old deadline to the new one."""
    steps: int
    """Colours of supervision; 0: nobody supervises."""
    step_limit: int
    """First of their rows of the limit table: from the deadline to each colour."""
    first: int
    """1 if supervised tickets go before others."""
    speed: float
    """Work done per tick on a supervised ticket, at least."""
    remind_at: float
    """Share of the limit after which the unit is reminded of an open ticket; 0: never."""
    counted: int
    """1 if key figures tell of co-handlers, extension or supervision."""


def together(scenario: Scenario, names: Names) -> Together:
    """Numbers of co-handlers."""
    table = scenario.co_handlers
    if table is None or len(names.units) < 2:
        return Together(0, np.zeros(len(names.categories)), 0.0)
    share = np.array([table.categories.get(name, table.share) for name in names.categories])
    most = 0 if not share.any() else 2 if table.two > 0 and len(names.units) > 2 else 1
    return Together(most, share, table.two if most == 2 else 0.0)


def late(scenario: Scenario, first_row: int) -> tuple[Late, list[Duration]]:
    """Numbers of extension and supervision, and the time limits behind them.

    Parameters
    ----------
    scenario : Scenario
        Checked.
    first_row : int
        Row of the limit table of the first of these limits.

    Returns
    -------
    Late
    list of Duration
        The limits, row by row.
    """
    extension, supervision = scenario.extension, scenario.supervision
    limits: list[Duration] = []
    if extension is not None:
        limits.append(extension.length)
    step_limit = first_row + len(limits)
    if supervision is not None:
        limits += supervision.steps
    return (
        Late(
            extended=extension.asked * extension.granted if extension else 0.0,
            extension_limit=first_row,
            steps=len(supervision.steps) if supervision else 0,
            step_limit=step_limit,
            first=int(supervision.first) if supervision else 0,
            speed=supervision.speed if supervision else 1.0,
            remind_at=(supervision.remind_at or 0.0) if supervision else 0.0,
            counted=int(any((scenario.co_handlers, extension, supervision))),
        ),
        limits,
    )
