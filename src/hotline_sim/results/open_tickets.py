"""A scenario that starts from a log: the tickets that are open at an instant, as its backlog.

What the backlog of a scenario is, is said in :mod:`hotline_sim.scenario.backlog`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from hotline_sim.clock.ticks import DAY, NEVER, datetime_of, tick_of
from hotline_sim.errors import ResultError
from hotline_sim.network.codes import BESIDE, UNKNOWN, Stage
from hotline_sim.results.log import check_log
from hotline_sim.results.schema import TicketOutcome
from hotline_sim.scenario.backlog import Backlog
from hotline_sim.scenario.given import check_scenario

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.results.log import TicketLog
    from hotline_sim.scenario.schema import Scenario

_STAGES = {Stage.SIGN: "desk", Stage.HANDLING: "desk", Stage.FIELD: "field"}


def start_from(scenario: Scenario, log: TicketLog, at: date | None = None) -> Scenario:
    """Scenario that starts with the tickets that are open in a log, instead of a run-in.

    Parameters
    ----------
    scenario : Scenario
        What is simulated from there on; it keeps its length.
    log : TicketLog
        Simulated or recorded. What it tells about the time after the instant is not looked at.
    at : date, optional
        Day at whose midnight the run starts, from the first of the log to the end of its window; that end
        if not given.

    Returns
    -------
    Scenario
        With ``run.start``, ``run.end``, ``run.horizon`` and ``run.run_in`` moved and ``backlog`` filled.

    Raises
    ------
    TypeError
        If an argument is something else.
    ResultError
        If the day lies outside the log, or an open ticket is of a category, class or unit that the scenario
        does not have.
    ScenarioError
        If the days do not fit the scenario.

    Examples
    --------
    >>> import hotline_sim as hs
    >>> from datetime import date
    >>> town = hs.load("small-town")
    >>> later = hs.start_from(town, hs.simulate(town), date(2021, 3, 15))
    >>> later.run.start, len(later.backlog.tickets) > 0
    (datetime.date(2021, 3, 15), True)
    """
    from hotline_sim.scenario.load import check
    from hotline_sim.scenario.schema import Scenario as Tables
    from hotline_sim.scenario.write import to_tables

    check_scenario(scenario)
    check_log(log)
    if at is not None and (not isinstance(at, date) or isinstance(at, datetime)):
        raise TypeError(f"at: got {at!r}, must be a date such as datetime.date(2021, 3, 8)")
    day = datetime_of(log.meta.end // DAY * DAY).date() if at is None else at
    first, last = (
        datetime_of(days * DAY).date() for days in (log.meta.first // DAY, -(-log.meta.end // DAY))
    )
    if not first <= day <= last:
        # Before the log there is nothing open; after its window, nothing new has come in.
        raise ResultError(f"at: got {day}, must lie in the log, from {first} to {last}")
    tables = to_tables(scenario)
    run = tables["run"]
    moved = day - run["start"]
    run |= {"start": day, "end": run["end"] + moved, "run_in": "0 d"}
    if run.get("horizon"):
        run["horizon"] += moved
    tables["backlog"] = open_tickets(log, day).model_dump(exclude_none=True)
    _check_names(scenario, tables["backlog"]["tickets"])
    return check(Tables.model_validate(tables))


def open_tickets(log: TicketLog, at: date) -> Backlog:
    """Tickets of a log that are recorded and not replied to at the midnight of a day."""
    tick, tickets, meta = tick_of(at), log.tickets, log.meta
    waits = (
        (tickets["outcome"] == TicketOutcome.TICKET)
        & (tickets["arrival"] < tick)
        & np.where(tickets["recorded"] < NEVER, tickets["recorded"] <= tick, True)
        & (tickets["replied"] > tick)
    )
    stage, since, unit = _state(log, tick)
    due = _due(log, tick)
    found = []
    for ticket in np.flatnonzero(waits).tolist():
        one: dict[str, Any] = {
            "arrived": _instant(tickets["arrival"][ticket]),
            "category": meta.categories[tickets["category"][ticket]],
            "request_class": meta.classes[tickets["request_class"][ticket]],
            "urgent": bool(tickets["urgent"][ticket] == 1),
        }
        if unit[ticket] != UNKNOWN:
            one["unit"] = meta.units[unit[ticket]]
            one["stage"] = stage[ticket]
            one["since"] = max(_instant(since[ticket]), one["arrived"])
        if due[ticket] < NEVER:
            one["due"] = _instant(due[ticket])
        found.append(one)
    return Backlog.model_validate({"tickets": found})


def _state(log: TicketLog, tick: int) -> tuple[list[str], IntArray, IntArray]:
    """Stage of every ticket at a tick, since when, and the unit that has it."""
    tickets, visits = log.tickets, log.visits
    count = len(tickets["arrival"])
    stage = ["field"] * count
    unit = np.where(tickets["dispatched"] <= tick, tickets["unit"], UNKNOWN).astype(np.int64)
    since = np.where(tickets["signed"] <= tick, tickets["signed"], tickets["arrival"]).astype(np.int64)
    # Visits stand in the order in which they became ready: the last one begun says where a ticket is.
    begun = np.flatnonzero((visits["ready"] <= tick) & (visits["stage"] != Stage.INTAKE))
    for row in begun.tolist():
        ticket, kind = int(visits["ticket"][row]), Stage(int(visits["stage"][row]))
        lead = tickets["unit"][ticket]
        if kind in (Stage.HANDLING, Stage.FIELD) and visits["unit"][row] != lead != UNKNOWN:
            continue  # a co-handler's part
        if kind in _STAGES:
            stage[ticket] = _STAGES[kind]
            since[ticket], unit[ticket] = visits["ready"][row], visits["unit"][row]
        elif kind == Stage.DISPATCH:
            unit[ticket] = UNKNOWN
    return stage, since, unit


def _due(log: TicketLog, tick: int) -> IntArray:
    """Deadline of every ticket as it stands at a tick."""
    due, visits = np.array(log.tickets["due"], np.int64), log.visits
    own = ~np.isin(visits["stage"], BESIDE)
    begun = np.flatnonzero((visits["ready"] <= tick) & (visits["due"] < NEVER) & own)
    due[visits["ticket"][begun]] = visits["due"][begun]
    return due


def _instant(tick: int) -> datetime:
    return datetime_of(int(tick))


def _check_names(scenario: Scenario, found: list[dict[str, Any]]) -> None:
    places = (
        ("category", "categories", scenario.categories),
        ("request_class", "classes", scenario.classes),
        ("unit", "units", scenario.units),
    )
    for key, section, known in places:
        odd = sorted({one[key] for one in found if key in one and one[key] not in known})
        if odd:
            raise ResultError(f"open tickets: {', '.join(odd)}: not in [{section}] of {scenario.name}")
