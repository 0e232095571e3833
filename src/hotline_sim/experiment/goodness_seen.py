"""What is compared of a log, simulated or read: key figures, arrivals by day and hour, waits, talk, replies.

All is counted by the same functions on both sides. Which of it the records tell is decided here too; bands
and distances are the subject of ``goodness_bands.py`` and ``goodness_distances.py``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import DAY, HOUR, NEVER, SECOND
from hotline_sim.fit.calls import intake_waits
from hotline_sim.records.calls import MENU_SOURCE
from hotline_sim.results.definitions import ENTRIES
from hotline_sim.results.kpis import KPIS
from hotline_sim.results.log import TicketLog
from hotline_sim.results.unknown import NEEDS, RECORDS, is_told
from hotline_sim.results.view import View

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, FloatArray, IntArray

OPEN: Final = 1e15
"""Stands for the response time of a request without a reply: longer than any other, and still a number."""
MOST_VALUES: Final = 20_000
"""Values kept of one sample: as many evenly spaced order statistics, if there are more."""
WAIT_EDGES: Final = (0, 10, 20, 30, 60, 120, 180, 300, 600)
"""Seconds at which the classes of waits begin; the last has no end."""
SERIES: Final = ("calls", "requests")
"""Arrivals: calls that join the queue, redials included; requests that are accepted."""
SAMPLES: Final = ("wait", "talk", "response")
"""Waits of all calls and talk of answered ones in seconds; time to the first reply in hours."""

_ELSEWHERE: Final = ("backlog_start", *(name for name in KPIS if name.startswith("response_time_p")))
"""No ticket from before the window counts, and quantiles have a table of their own."""


class LeftOut(NamedTuple):
    """A key figure that is not compared.

    ``facts`` that the records do not tell; without any, the figure has no value in the records
    (``"records"``) or in some of the replications (``"simulations"``), as ``where`` says.
    """

    name: str
    facts: tuple[str, ...]
    where: str


class Plan(NamedTuple):
    """What is compared: first and last (exclusive) tick, key figures and their units, series, samples."""

    window: tuple[int, int]
    kpis: tuple[str, ...]
    units: tuple[str, ...]
    series: tuple[str, ...]
    samples: tuple[str, ...]


class Seen(NamedTuple):
    """What one log holds of a plan.

    Parameters
    ----------
    kpis : float64 array, shape (key figures,)
        NaN where one has no value.
    series : dict of str to int64 array, shape (days, 24)
        Arrivals by day and hour of the day.
    samples : dict of str to float64 array
        Increasing; see SAMPLES.
    given_up : float64 array, shape (classes of waits,)
        Of the calls that still waited at the beginning of each class, the share that gave up within it; NaN
        if none still waited.
    engine : str
        The engine that made the log.
    """

    kpis: FloatArray
    series: dict[str, IntArray]
    samples: dict[str, FloatArray]
    given_up: FloatArray
    engine: str


def plan_of(log: TicketLog, window: tuple[int, int]) -> tuple[Plan, list[LeftOut]]:
    """What a log allows to compare, and which key figures it does not."""
    meta = log.meta
    unknown = set(meta.unknown)
    view = View(log, window)
    calls = "phone" not in unknown and bool(view.calls.any())
    whose = "redials" not in unknown  # without it, each call counts as a person of its own
    left_out = []
    names = []
    for name in KPIS:
        facts = NEEDS.get(name, frozenset()) & unknown
        if name in ("requests_offered", "requests_abandoned", "requests_pending"):
            facts |= {"phone", "redials"} & unknown
        if name in _ELSEWHERE:
            continue
        if facts or not is_told(meta, name):
            left_out.append(LeftOut(name, tuple(sorted(facts)), ""))
        else:
            names.append(name)
    series = [*(["calls"] if calls else []), *(["requests"] if whose or "phone" in unknown else [])]
    samples = [*(["wait"] if calls else []), *(["talk"] if calls and "talk" not in unknown else [])]
    if "reply" not in unknown:
        samples.append("response")
    units = tuple(KPIS[name](view).unit for name in names)
    return Plan(window, tuple(names), units, tuple(series), tuple(samples)), left_out


def seen_in(log: TicketLog, plan: Plan) -> Seen:
    """What a log holds of a plan.

    Figures of the phone are of calls that join the queue in the window; all others are of tickets that arrive
    in it, as if there were none before: records begin without the tickets that were open then.
    """
    whole, own = View(log, plan.window), View(arrived_in(log, plan.window), plan.window)
    values = []
    for name in plan.kpis:
        kpi = KPIS[name](whole if ENTRIES[name].group == "phone" else own)
        values.append(np.nan if kpi.value is None else float(kpi.value))
    answered, waits = intake_waits(log, *plan.window)
    samples = {name: _sample(name, whole, own, waits) for name in plan.samples}
    return Seen(
        np.array(values),
        {name: _by_hour(_instants(name, whole, own), plan.window) for name in plan.series},
        {name: thinned(values) for name, values in samples.items()},
        given_up_by_wait(answered, waits),
        log.meta.engine,
    )


def arrived_in(log: TicketLog, window: tuple[int, int]) -> TicketLog:
    """Log of the tickets that arrive in a window alone, with their visits.

    Calls that ended in the voice menu are left out: they asked for no operator, and no scenario has them.
    """
    arrival = log.tickets["arrival"]
    menus = [number for number, name in enumerate(log.meta.sources) if name == MENU_SOURCE]
    keep = (arrival >= window[0]) & (arrival < window[1])
    if log.meta.engine == RECORDS:
        keep &= ~np.isin(log.tickets["source"], menus)
    place = np.cumsum(keep) - 1
    rows = keep[log.visits["ticket"]]
    tickets = {name: column[keep] for name, column in log.tickets.items()}
    visits = {name: column[rows] for name, column in log.visits.items()}
    tickets["ticket"] = place[keep].astype(log.tickets["ticket"].dtype)
    visits["ticket"] = place[visits["ticket"]].astype(log.visits["ticket"].dtype)
    meta = replace(log.meta, start=window[0], end=window[1])
    return TicketLog(visits=visits, tickets=tickets, meta=meta, staffing=log.staffing)


def given_up_by_wait(answered: BoolArray, waits: IntArray) -> FloatArray:
    """Share that gave up within each class of waits, of the calls that still waited when it began.

    Parameters
    ----------
    answered : bool array, shape (calls,)
        Others gave up.
    waits : int64 array, shape (calls,)
        Milliseconds until either.
    """
    edges = [edge * SECOND for edge in WAIT_EDGES] + [NEVER]
    # Who is answered at once never waited, and says nothing about giving up.
    waited = (waits > 0) | ~answered
    counts, _ = np.histogram(waits[waited], edges)
    lost, _ = np.histogram(waits[waited & ~answered], edges)
    still = counts[::-1].cumsum()[::-1]
    found = np.full(counts.size, np.nan)
    np.divide(lost, still, out=found, where=still > 0)
    return found


def thinned(values: FloatArray) -> FloatArray:
    """Values in increasing order; of too many, evenly spaced order statistics."""
    ordered = np.sort(values)
    if ordered.size <= MOST_VALUES:
        return ordered
    at = (np.arange(MOST_VALUES) + 0.5) / MOST_VALUES * ordered.size
    return np.asarray(ordered[at.astype(np.int64)], np.float64)


def _sample(name: str, whole: View, own: View, waits: IntArray) -> FloatArray:
    if name == "wait":
        return np.asarray(waits / SECOND, np.float64)
    if name == "talk":
        visits, served = whole.visits, whole.answered_calls & (whole.visits["end"] < NEVER)
        talk = (visits["end"] - visits["start"] - visits["after_call"])[served]
        return np.asarray(talk[talk > 0] / SECOND, np.float64)
    # Answers in the first call come within minutes: where they are known, they are another matter.
    response = own.response[own.made]
    return np.where(response < NEVER, response / HOUR, OPEN)


def _instants(name: str, whole: View, own: View) -> IntArray:
    if name == "calls":
        return np.asarray(whole.visits["ready"][whole.calls], np.int64)
    return np.asarray(own.tickets["arrival"][own.accepted], np.int64)


def _by_hour(instants: IntArray, window: tuple[int, int]) -> IntArray:
    start, end = window
    days = (end - start) // DAY
    counts = np.bincount((instants - start) // HOUR, minlength=days * 24)
    return np.asarray(counts.reshape(days, 24), np.int64)
