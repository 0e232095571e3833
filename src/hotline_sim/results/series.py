"""Numbers over time: backlog, queue length, busy agents, staffing, arrivals.

All are exact step functions counted from the columns of a log. Shares and means over a window are the
subject of :mod:`~hotline_sim.results.kpis`.
"""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import DAY, HOUR, NEVER
from hotline_sim.results.schema import TicketOutcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hotline_sim.arrays import BoolArray, FloatArray, IntArray
    from hotline_sim.results.log import TicketLog


def backlog(log: TicketLog) -> Steps:
    """Tickets that are open, that is, recorded and not replied to yet.

    Parameters
    ----------
    log : TicketLog
        Tickets that arrived in the run-in count as well.

    Returns
    -------
    Steps
        Exact up to the horizon; what is open then drops out after it.
    """
    tickets = log.tickets
    made = (tickets["outcome"] == TicketOutcome.TICKET) & (tickets["recorded"] <= log.meta.horizon)
    return _steps_between(log, tickets["recorded"][made], tickets["replied"][made])


def backlog_by_day(log: TicketLog, window: tuple[int, int] | None = None) -> tuple[IntArray, IntArray]:
    """Open tickets at the end of each day.

    Parameters
    ----------
    log : TicketLog
        Whose tickets.
    window : (int, int), optional
        First and last (exclusive) tick; the whole window of the log if not given.

    Returns
    -------
    midnights : int64 array, shape (days,)
        Start of each day that begins in the window.
    tickets : int64 array, shape (days,)
        Backlog at the following midnight, or when the simulation ends if that comes first.
    """
    midnights = day_starts(log, window)
    return midnights, backlog(log).at(np.minimum(midnights + DAY, log.meta.horizon))


def queue_length(log: TicketLog, stations: Iterable[int]) -> Steps:
    """Visits that wait at some stations.

    Parameters
    ----------
    log : TicketLog
        Whose visits.
    stations : iterable of int
        Numbers of stations; the queue is that of all of them together.
    """
    visits = log.visits
    at = at_stations(log, stations)
    # Who gives up, or finds no line, never starts.
    leaves = np.minimum(visits["start"], visits["end"])
    return _steps_between(log, visits["ready"][at], leaves[at])


def busy_agents(log: TicketLog, stations: Iterable[int]) -> Steps:
    """Visits in service at some stations, after-call work included.

    Handlers who rest overnight with a ticket on the desk count as busy with it.

    Parameters
    ----------
    log : TicketLog
        Whose visits.
    stations : iterable of int
        Numbers of stations.
    """
    visits = log.visits
    served = at_stations(log, stations) & (visits["start"] < NEVER)
    return _steps_between(log, visits["start"][served], visits["end"][served])


def staffing(log: TicketLog, stations: Iterable[int]) -> Steps:
    """Agents on duty at some stations together."""
    total = Steps(np.zeros(0, np.int64), np.zeros(0, np.int64))
    for station in stations:
        total = total.plus(log.staffing[station])
    return total


def by_hour(
    steps: Steps, log: TicketLog, window: tuple[int, int] | None = None, *, working: bool | None = True
) -> FloatArray:
    """Mean of a step function by hour of the day.

    Parameters
    ----------
    steps : Steps
        Such as :func:`busy_agents`.
    log : TicketLog
        Says which days are working days.
    window : (int, int), optional
        First and last (exclusive) tick; days that begin in it count. The log's window if not given.
    working : bool or None
        True: working days only; False: the other days; None: all days.

    Returns
    -------
    float64 array, shape (24,)
        NaN if there is no such day.
    """
    midnights = day_starts(log, window)
    if working is not None:
        midnights = midnights[is_working(log, midnights) == working]
    if midnights.size == 0:
        return np.full(24, np.nan)
    starts = midnights[:, None] + np.arange(24, dtype=np.int64) * HOUR
    return np.asarray(steps.integral(starts, starts + HOUR).mean(axis=0) / HOUR, np.float64)


def arrivals_by_day(log: TicketLog, window: tuple[int, int] | None = None) -> tuple[IntArray, IntArray]:
    """Contacts that arrive on each day: midnights, and numbers, int64 arrays of shape (days,)."""
    midnights = day_starts(log, window)
    return midnights, _arrivals(log, midnights, DAY)


def arrivals_by_hour(log: TicketLog, window: tuple[int, int] | None = None) -> tuple[IntArray, IntArray]:
    """Contacts that arrive in each hour.

    Returns
    -------
    midnights : int64 array, shape (days,)
        Days that begin in the window.
    contacts : int64 array, shape (days, 24)
        Number by day and hour of the day.
    """
    midnights = day_starts(log, window)
    return midnights, _arrivals(log, midnights[:, None] + np.arange(24, dtype=np.int64) * HOUR, HOUR)


def day_starts(log: TicketLog, window: tuple[int, int] | None = None) -> IntArray:
    """Midnights in a window, by default that of the log, int64 array."""
    start, end = window_of(log, window)
    return np.arange(-(-start // DAY) * DAY, end, DAY, dtype=np.int64)


def window_of(log: TicketLog, window: tuple[int, int] | None = None) -> tuple[int, int]:
    """First and last (exclusive) tick of a window, by default that of the log.

    Raises
    ------
    TypeError
        If the window is no pair of ticks.
    ValueError
        If it ends before it starts.
    """
    if window is None:
        return log.meta.start, log.meta.end
    try:
        start, end = (index(tick) for tick in window)
    except (TypeError, ValueError):
        raise TypeError(
            f"window: got {window!r}, two ticks are needed; "
            "that of a date is given by hotline_sim.clock.ticks.tick_of"
        ) from None
    if end < start:
        raise ValueError(f"window: ends at tick {end}, before it starts at {start}")
    return start, end


def is_working(log: TicketLog, ticks: IntArray) -> BoolArray:
    """Whether each tick lies on a working day."""
    return np.isin(ticks // DAY, np.array(log.meta.working_days, np.int64))


def daytime(log: TicketLog, window: tuple[int, int], hours: Sequence[int] = (8, 18)) -> Steps:
    """Step function that is 1 between two hours of the working days of a window, 0 elsewhere."""
    start, end = window
    midnights = day_starts(log, (start // DAY * DAY, end))
    midnights = midnights[is_working(log, midnights)]
    opens, closes = (np.clip(midnights + hour * HOUR, start, end) for hour in hours)
    return Steps.from_intervals(opens, closes)


def at_stations(log: TicketLog, stations: Iterable[int]) -> BoolArray:
    """Whether each visit is at one of some stations."""
    chosen = np.zeros(len(log.meta.stations) + 1, np.bool_)
    chosen[list(stations)] = True
    chosen[-1] = False  # found by UNSTAFFED
    return np.asarray(chosen[log.visits["station"]])


def _steps_between(log: TicketLog, starts: IntArray, ends: IntArray) -> Steps:
    # Nothing happens after the horizon, and sums over time must stay far from the largest int64.
    after = log.meta.horizon + 1
    return Steps.from_intervals(np.minimum(starts, after), np.minimum(ends, after))


def _arrivals(log: TicketLog, starts: IntArray, length: int) -> IntArray:
    arrival = log.tickets["arrival"]
    return np.asarray(np.searchsorted(arrival, starts + length) - np.searchsorted(arrival, starts), np.int64)
