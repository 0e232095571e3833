"""Counts per interval, such as calls a day or per six minutes: no tickets, but volumes, waits and shares.

Records of single calls are the subject of :mod:`~hotline_sim.records.calls`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.clock.ticks import MINUTE, NEVER, SECOND
from hotline_sim.records.assemble import Assembly, Draft, visit_rows
from hotline_sim.results.unknown import FACTS

if TYPE_CHECKING:
    from hotline_sim.records.convert import Columns, Converter, Rows

_NAMES: Final = {"offered": "offered", "answered_calls": "answered", "abandoned_calls": "abandoned"}


def settle(columns: Columns, rows: Rows, converter: Converter) -> Columns:
    """Leave out intervals with negative numbers."""
    for name in (*_NAMES, "service_level"):
        if name in columns:
            rows.leave_out(np.nan_to_num(columns[name]) < 0, "below_zero", name)
    return columns


def per_interval(assembly: Assembly) -> Columns:
    """Numbers of each interval, in order of time.

    Returns
    -------
    dict of str to array
        ``start`` and ``length`` in ticks; ``offered`` and, where known, ``answered``, ``abandoned``,
        ``wait`` in seconds, ``service_level``: floats, NaN if unknown.
    """
    columns = assembly.columns
    order = np.argsort(columns["start"], kind="stable")
    start = columns["start"][order]
    found: Columns = {
        "start": start,
        "length": np.full(start.size, assembly.profile.counts.minutes * MINUTE, np.int64),
    }
    for column, name in _NAMES.items():
        if column in columns:
            found[name] = columns[column][order]
    if "wait" in columns:
        wait = columns["wait"][order]
        found["wait"] = np.where(wait < NEVER, wait / SECOND, np.nan)
    if "service_level" in columns:
        found["service_level"] = columns["service_level"][order]
    return found


def assemble(assembly: Assembly, intervals: Columns) -> tuple[Assembly, Draft]:
    """Log without tickets over the time that the intervals cover."""
    how = assembly.profile.time
    start, end = intervals["start"], intervals["start"] + intervals["length"]
    window = {
        "start": how.start or np.datetime64(int(start.min()), "ms").item(),
        "end": how.end or np.datetime64(int(end.max()), "ms").item(),
    }
    profile = assembly.profile.model_copy(update={"time": how.model_copy(update=window)})
    none: Columns = {"arrival": np.zeros(0, np.int64)}
    draft = Draft({}, visit_rows(0), sources=(), live=(), unknown=tuple(FACTS))
    return Assembly(profile, none, {}, assembly.tally), draft
