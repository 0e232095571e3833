"""Where work piles up: queue, wait and utilisation of each station, teams and units' desks alike.

Whole-city figures are in :mod:`~hotline_sim.results.kpis`, figures by unit and class in
:mod:`~hotline_sim.results.tables`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import HOUR, NEVER
from hotline_sim.results.series import at_stations, queue_length
from hotline_sim.results.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline_sim.results.log import TicketLog
    from hotline_sim.results.tables import Table


def station_table(log: TicketLog, window: tuple[int, int] | None = None) -> Table:
    """Figures of each station.

    Parameters
    ----------
    log : TicketLog
        Any.
    window : (int, int), optional
        First and last (exclusive) tick; the window of the scenario if not given.

    Returns
    -------
    dict of str to array, shape (stations,)
        ``station``; ``visits`` that became ready in the window; ``mean_wait`` of those taken up, in hours,
        nights included, NaN without any; ``longest_queue``: most visits that waited at one time of the
        window, and ``longest_at``: the first tick at which they did; ``queue_end``: visits that wait when
        the window or the simulation ends; ``utilisation``: busy over staffed time while anybody is on duty,
        NaN without staff.
    """
    rows = [_figures(View(part, window), station) for station, part in enumerate(_by_station(log))]
    columns = ("visits", "mean_wait", "longest_queue", "longest_at", "queue_end", "utilisation")
    table: Table = {"station": np.array(log.meta.stations, np.str_)}
    for name, values in zip(columns, zip(*rows, strict=True) if rows else [()] * 6, strict=True):
        table[name] = np.array(values, np.float64 if name in ("mean_wait", "utilisation") else np.int64)
    return table


def _by_station(log: TicketLog) -> Iterator[TicketLog]:
    """Yield the log with the visits of one station only, for each station."""
    station = log.visits["station"]
    order = np.argsort(station, kind="stable")
    edges = np.searchsorted(station[order], np.arange(len(log.meta.stations) + 1))
    for low, high in pairwise(edges):
        rows = order[low:high]
        yield replace(log, visits={name: column[rows] for name, column in log.visits.items()})


def _figures(view: View, station: int) -> tuple[int, float, int, int, int, float]:
    visits, (start, end) = view.visits, view.window
    here = at_stations(view.log, (station,))
    came = here & view.within(visits["ready"])
    taken_up = came & (visits["start"] < NEVER)
    waits = visits["start"][taken_up] - visits["ready"][taken_up]
    queue = queue_length(view.log, (station,))
    in_window = queue.between(start, end)
    longest = int(in_window.values.max(initial=0))
    at = int(in_window.ticks[np.argmax(in_window.values)]) if longest else start
    agents = view.log.staffing[station]
    is_open = Steps(agents.ticks, (agents.values > 0).astype(np.int64))
    busy = int(is_open.integral(*view.clipped(here)).sum())
    staffed = agents.integral(start, end)
    return (
        int(np.count_nonzero(came)),
        float(waits.mean()) / HOUR if waits.size else np.nan,
        longest,
        at,
        queue.at(min(end, view.meta.horizon)),
        busy / staffed if staffed else np.nan,
    )
