"""Numbers of ways that are shorter than the usual one; a scenario that has none of them never takes any.

The tables are in :mod:`hotline_sim.scenario.dispatching` and :mod:`hotline_sim.scenario.shortcuts`, what they
mean in :mod:`hotline_sim.rules`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import tick_of
from hotline_sim.network.codes import UNSTAFFED
from hotline_sim.scenario.schema import REQUEST_CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.clock.ticks import Duration
    from hotline_sim.network.network import Tables
    from hotline_sim.scenario.schema import Scenario

_FIRST = -(2**62)
"""Before everything."""


class Dispatching(NamedTuple):
    """Automatic dispatch, and editions of the dispatch catalogue."""

    automatic: float
    """Share of tickets that pass the desk; 0: none."""
    misroute: float
    """Probability that the system chooses a wrong unit."""
    editions: int
    """Editions of the catalogue, at least one."""
    edition_from: IntArray
    """(editions,) tick from which an edition is in use; the first is before everything."""
    factor: FloatArray
    """(editions,) probabilities of a wrong unit are multiplied by this."""
    most_misroute: float
    """Largest probability of a wrong unit at any time, by the desk or the system."""


class Enterprises(NamedTuple):
    """The line for enterprises."""

    on: int
    """1 if some contacts come from enterprises."""
    station: int
    """Station that takes them; UNSTAFFED: that of the channel, as for others."""
    first: int
    """1 if they go before others."""
    class_limit: IntArray
    """(5,) row of the limit of an enterprise's ticket by class; -1: that for everybody."""
    escalates: int
    """1 if late tickets are brought before the mayor's office."""
    escalation_limit: int
    """Row of the limit table: from the deadline until then; -1: at the deadline."""
    speed: float
    """Work done per tick from then on, at least."""


class ThreeParties(NamedTuple):
    """Three-party calls."""

    most: float
    """Largest share of any class; 0: there are none."""
    share: FloatArray
    """(5,) share of calls that would else become a ticket, by class."""


class Counter(NamedTuple):
    """The counter that settles some matters at once."""

    station: int
    """Station of its team; UNSTAFFED: there is none."""
    share: FloatArray
    """(categories,) share of tickets that go there."""
    of_class: IntArray
    """(5,) 1 if tickets of a class may go there."""
    limit: int
    """Ticks from the record of a ticket until it should be replied to."""


def dispatching(scenario: Scenario) -> Dispatching:
    """Numbers of automatic dispatch and of the catalogue."""
    desk, system = scenario.dispatch, scenario.automatic_dispatch
    updates = desk.updates if desk else ()
    factor = np.array([1.0, *(update.misroute_factor for update in updates)])
    share = system.share if desk and system else 0.0
    by_system = system.misroute if system and share > 0 else 0.0
    return Dispatching(
        automatic=share,
        misroute=by_system,
        editions=len(factor),
        edition_from=np.array([_FIRST, *(tick_of(update.start) for update in updates)], np.int64),
        factor=factor,
        most_misroute=max(desk.misroute if desk else 0.0, by_system) * float(factor.max()),
    )


def enterprises(
    scenario: Scenario, teams: Sequence[str], first_row: int
) -> tuple[Enterprises, list[Duration]]:
    """Numbers of the line for enterprises, and the time limits behind them.

    Parameters
    ----------
    scenario : Scenario
        Checked.
    teams : sequence of str
        Names of the teams in the order of their stations.
    first_row : int
        Row of the limit table of the first of these limits.

    Returns
    -------
    Enterprises
    list of Duration
        The limits, row by row.
    """
    table = scenario.enterprise
    rows = np.full(len(REQUEST_CLASSES), -1, np.int64)
    limits: list[Duration] = []
    if table is None or not any((table.share, *table.categories.values())):
        return Enterprises(0, UNSTAFFED, 0, rows, 0, -1, 1.0), limits
    for name, limit in table.limits.items():
        rows[REQUEST_CLASSES.index(name)] = first_row + len(limits)
        limits.append(limit)
    escalation_limit = -1
    if table.escalate_after is not None and table.escalate_after.value > 0:
        escalation_limit = first_row + len(limits)
        limits.append(table.escalate_after)
    return (
        Enterprises(
            on=1,
            station=teams.index(table.team) if table.team else UNSTAFFED,
            first=int(table.first),
            class_limit=rows,
            escalates=int(table.escalate_after is not None),
            escalation_limit=escalation_limit,
            speed=table.speed,
        ),
        limits,
    )


def three_parties(scenario: Scenario) -> ThreeParties:
    """Numbers of three-party calls."""
    table = scenario.three_party
    if table is None:
        return ThreeParties(0.0, np.zeros(len(REQUEST_CLASSES)))
    share = np.array([table.classes.get(name, table.share) for name in REQUEST_CLASSES])
    return ThreeParties(float(share.max()), share)


def counter(scenario: Scenario, teams: Sequence[str], categories: Sequence[str]) -> Counter:
    """Numbers of the counter."""
    table = scenario.quick_service
    if table is None or not any((table.share, *table.categories.values())):
        none = np.zeros(len(REQUEST_CLASSES), np.int64)
        return Counter(UNSTAFFED, np.zeros(len(categories)), none, 0)
    return Counter(
        station=teams.index(table.team),
        share=np.array([table.categories.get(name, table.share) for name in categories]),
        of_class=np.array([not table.classes or name in table.classes for name in REQUEST_CLASSES], np.int64),
        limit=table.limit.ticks(),
    )


def enterprise_share(scenario: Scenario, categories: Sequence[str]) -> FloatArray:
    """Share of contacts that come from enterprises, by category, shape (categories,)."""
    table = scenario.enterprise
    if table is None:
        return np.zeros(len(categories))
    return np.array([table.categories.get(name, table.share) for name in categories])


def live_stations(tables: Tables) -> IntArray:
    """Stations that take callers who wait on the line, in order."""
    own = _own_stations(tables)
    helpers = tables.entry.helper[own]
    return np.union1d(own, helpers[helpers >= 0])


def helping_stations(tables: Tables) -> IntArray:
    """Stations that take callers only where others have too many, in order."""
    return np.setdiff1d(live_stations(tables), _own_stations(tables))


def _own_stations(tables: Tables) -> IntArray:
    """Stations that callers are sent to in the first place."""
    taken = np.asarray(tables.intake_station)[np.asarray(tables.live) == 1]
    if taken.size and tables.enterprises.station >= 0:
        taken = np.append(taken, tables.enterprises.station)
    if taken.size and tables.skills.kinds:
        taken = np.append(taken, tables.skills.station)
    more = np.array([tables.chase.station, tables.repeat.station], np.int64)
    return np.unique(np.append(taken, more[more >= 0]))
