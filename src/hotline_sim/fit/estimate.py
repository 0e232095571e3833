"""An estimate of one key of a scenario, and the note of a key that records cannot tell.

Estimators return these; :mod:`hotline_sim.fit.assemble` turns them into a scenario file with comments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple


class Part(NamedTuple):
    """One number of an estimate that holds several: its name, value and 95 % interval (NaN: none)."""

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Estimate:
    """A value for one key of a scenario.

    Parameters
    ----------
    path : str
        Key path, as in ``sweep --vary``: ``classes.complaint.field``.
    value : object
        What the key takes in a scenario file: number, text with a unit, list or table.
    note : str
        One line for the comment beside the key: how it was estimated.
    count : int
        Records it rests on.
    low, high : float or None
        95 % interval of a single number, in the unit of ``unit``.
    unit : str
        Unit of the interval; empty for a share.
    replaces : bool
        Whether a table takes the place of the base's table, entries that it does not name included.
    parts : tuple of Part
        Numbers of a list or table with intervals of their own: one for each weekday or month.
    """

    path: str
    value: Any
    note: str
    count: int
    low: float | None = None
    high: float | None = None
    unit: str = ""
    replaces: bool = False
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class NotIdentified:
    """A key that the records cannot tell; the baseline's value stays.

    Parameters
    ----------
    path : str
        Key path.
    reason : str
        What would be needed.
    """

    path: str
    reason: str


class Findings(NamedTuple):
    """What an estimator found; a pair of lists."""

    estimates: list[Estimate]
    not_identified: list[NotIdentified]
