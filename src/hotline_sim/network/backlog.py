"""Tickets that are open when the run starts, in numbers: what the rules look up, and what the draws need.

The tables are in :mod:`hotline_sim.scenario.backlog`; they enter the simulation at the start of the run, as
tickets of a source of their own behind the channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import NEVER, tick_of
from hotline_sim.network.codes import UNKNOWN, Stage
from hotline_sim.sampling.distributions import quantile, to_ticks
from hotline_sim.scenario.schema import REQUEST_CLASSES

if TYPE_CHECKING:
    from datetime import datetime

    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.clock.calendar import Calendar
    from hotline_sim.network.columns import Draws
    from hotline_sim.network.laws import DurationLaw, Laws
    from hotline_sim.network.network import Names
    from hotline_sim.network.wanted import Demand
    from hotline_sim.scenario.schema import Scenario

_LONGEST = 2.0**50
"""Ticks of what is left at most: longer than any calendar."""
STAGES = {"dispatch": Stage.DISPATCH, "desk": Stage.HANDLING, "field": Stage.FIELD}


class Opened(NamedTuple):
    """Open tickets, for the rules; arrays have at least one row."""

    number: int
    """How many there are; 0: the run begins empty."""
    arrival: IntArray
    """(n,) tick of the first call or message, before the run."""
    since: IntArray
    """(n,) tick from which the ticket is in its stage."""
    stage: IntArray
    """(n,) Stage in which it enters."""
    unit: IntArray
    """(n,) unit that has it, or UNKNOWN."""
    due: IntArray
    """(n,) deadline of the reply; NEVER: by the limits."""


@dataclass(frozen=True, eq=False)
class OpenDemand:
    """The same tickets, for the draws.

    Parameters
    ----------
    source : int
        Their source, behind the channels.
    tick : int
        When they enter.
    category, request_class, area : int64 array, shape (n,)
        What they are; -1 where chance says.
    urgent : int64 array, shape (n,)
        1 if urgent.
    unit : int64 array, shape (n,)
        Unit that has them; the number of units if none has.
    worked : float64 array, shape (n,)
        Ticks of field time that are over; -1 for tickets that are not in the field.
    categories : float64 array, shape (units + 1, categories)
        Cumulative shares of the categories of what comes to a unit, and to the dispatch desk.
    classes : float64 array, shape (5,)
        Cumulative shares of the classes of what becomes a ticket.
    """

    source: int
    tick: int
    category: IntArray
    request_class: IntArray
    area: IntArray
    urgent: IntArray
    unit: IntArray
    worked: FloatArray
    categories: FloatArray
    classes: FloatArray

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.category)


class _Row(NamedTuple):
    """One open ticket by name."""

    arrival: int
    since: int
    stage: str
    unit: str | None
    due: int
    category: str | None
    request_class: str | None
    urgent: bool


def _rows(scenario: Scenario) -> list[_Row]:
    backlog = scenario.backlog
    if backlog is None:
        return []
    start, rows = tick_of(scenario.run.start), []
    for group in backlog.groups:
        young, old = group.youngest.ticks(), group.oldest.ticks()
        stage = group.stage or ("field" if group.unit else "dispatch")
        for number in range(group.count):
            came = start - max(1, young + (2 * number + 1) * (old - young) // (2 * group.count))
            rows.append(
                _Row(came, came, stage, group.unit, NEVER, group.category, group.request_class, urgent=False)
            )
    for ticket in backlog.tickets:
        came = tick_of(ticket.arrived)
        rows.append(
            _Row(
                arrival=came,
                since=_tick(ticket.since, came),
                stage=ticket.stage or ("field" if ticket.unit else "dispatch"),
                unit=ticket.unit,
                due=_tick(ticket.due, NEVER),
                category=ticket.category,
                request_class=ticket.request_class,
                urgent=ticket.urgent,
            )
        )
    # Who came first goes first among equals.
    return sorted(rows, key=lambda row: row.arrival)


def _tick(instant: datetime | None, otherwise: int) -> int:
    return otherwise if instant is None else tick_of(instant)


def opened(scenario: Scenario, names: Names) -> Opened:
    """Numbers of the open tickets for the rules."""
    rows = _rows(scenario)
    column = {
        name: np.array([getattr(row, name) for row in rows] or [0], np.int64)
        for name in ("arrival", "since", "due")
    }
    return Opened(
        number=len(rows),
        stage=np.array([int(STAGES[row.stage]) for row in rows] or [0], np.int64),
        unit=np.array([_number(row.unit, names.units) for row in rows] or [UNKNOWN], np.int64),
        **column,
    )


def open_demand(scenario: Scenario, names: Names, calendars: dict[str, Calendar]) -> OpenDemand | None:
    """Numbers of the open tickets for the draws; None if there are none."""
    rows = _rows(scenario)
    if not rows:
        return None
    start = tick_of(scenario.run.start)
    category = np.array([_number(row.category, names.categories) for row in rows], np.int64)
    unit = np.array([_number(row.unit, names.units) for row in rows], np.int64)
    worked = np.full(len(rows), -1.0)
    for number, row in enumerate(rows):
        if row.stage == "field" and row.unit is not None:
            own = scenario.units[row.unit]
            hours = "always" if row.urgent and own.duty else own.hours
            passed = start - row.since if hours == "always" else calendars[hours].worked(row.since, start)
            worked[number] = passed * own.speed
    return OpenDemand(
        source=len(names.sources),
        tick=start,
        category=category,
        request_class=np.array([_number(row.request_class, REQUEST_CLASSES) for row in rows], np.int64),
        area=np.array([_number(row.unit, names.areas) for row in rows], np.int64),
        urgent=np.array([row.urgent for row in rows], np.int64),
        unit=np.where(unit < 0, len(names.units), unit),
        worked=worked,
        categories=_categories(scenario, names),
        classes=_classes(scenario),
    )


def _number(name: str | None, names: tuple[str, ...]) -> int:
    return names.index(name) if name in names else UNKNOWN


def _categories(scenario: Scenario, names: Names) -> FloatArray:
    share = np.array([scenario.categories[name].share for name in names.categories])
    weights = np.array([scenario.units[name].area_weight for name in names.units])
    weights = weights / max(weights.sum(), 1e-300)
    to = np.ones((len(names.units) + 1, len(share)))
    for number, name in enumerate(names.categories):
        category = scenario.categories[name]
        own = np.array([category.units.get(unit, 0.0) for unit in names.units])
        own = own / max(own.sum(), 1e-300)
        to[:-1, number] = category.area_share * weights + (1 - category.area_share) * own
    found = share * to
    # What no category comes to may have been sent there by mistake: anything.
    found[found.sum(axis=1) == 0] = share
    return np.asarray(np.cumsum(found, axis=1) / found.sum(axis=1, keepdims=True), np.float64)


def _classes(scenario: Scenario) -> FloatArray:
    classes = [scenario.classes.get(name) for name in REQUEST_CLASSES]
    share = np.array([one.share * (1 - one.direct_answer) if one else 0.0 for one in classes])
    if not share.any():
        share = np.array([one.share if one else 0.0 for one in classes])
    return np.asarray(np.cumsum(share) / share.sum(), np.float64)


def fill_opened(
    opened: OpenDemand, serials: list[int], source: IntArray, chances: list[FloatArray], into: Draws
) -> None:
    """Say what the open tickets of a piece are.

    Parameters
    ----------
    opened : OpenDemand
        All of them.
    serials : list of int
        Serial number of the next ticket of each source.
    source : int64 array, shape (n,)
        Source of each ticket of the piece.
    chances : list of two float64 arrays, shape (n,)
        Uniforms for category and class.
    into : Draws
        Columns of the piece, which are overwritten.
    """
    members = np.flatnonzero(source == opened.source)
    number = serials[opened.source] + np.arange(len(members))
    into.opened[0] = 0
    into.opened[0, members] = number + 1
    mix = opened.categories[opened.unit[number]]
    last = mix.shape[1] - 1
    drawn = (
        np.minimum((mix <= chances[0][members, None]).sum(axis=1), last),
        np.searchsorted(opened.classes, chances[1][members], side="right").clip(max=len(REQUEST_CLASSES) - 1),
        into.area[members],
    )
    known = (opened.category[number], opened.request_class[number], opened.area[number])
    for column, given, by_chance in zip(
        (into.category, into.request_class, into.area), known, drawn, strict=True
    ):
        column[members] = np.where(given < 0, by_chance, given)
    into.urgent[members] = opened.urgent[number]


def fill_rest(demand: Demand, numbers: FloatArray, resolution: int, into: Draws) -> None:
    """Say what is left of the field time of the open tickets of a piece.

    Parameters
    ----------
    demand : Demand
        With open tickets.
    numbers : float64 array, shape (n,)
        Uniforms.
    resolution : int
        Durations are whole multiples of it.
    into : Draws
        Columns of the piece; ``field`` is changed.
    """
    assert demand.opened is not None
    tickets = np.flatnonzero(into.opened[0])
    worked = demand.opened.worked[into.opened[0, tickets] - 1]
    tickets, worked = tickets[worked >= 0], worked[worked >= 0]
    kinds = np.stack((into.category, into.request_class, into.urgent))[:, tickets].astype(np.int64)
    for kind in np.unique(kinds, axis=1).T:
        members = np.flatnonzero((kind == kinds.T).all(axis=1))
        rest = rest_of(_field_law(demand.laws, *kind.tolist()), numbers[tickets[members]], worked[members])
        into.field[0, tickets[members]] = to_ticks(np.minimum(rest, _LONGEST), resolution)


def _field_law(laws: Laws, category: int, request_class: int, urgent: int) -> DurationLaw:
    """Law of a ticket's field time: that of the category, else of the class; urgent ones have their own."""
    if urgent:
        return laws.urgent_field[category] or laws.field[request_class]
    return laws.category_field[category] or laws.field[request_class]


def rest_of(law: DurationLaw, numbers: FloatArray, worked: FloatArray) -> FloatArray:
    """Rest of durations of which a part is over, by inversion of the conditional law.

    Parameters
    ----------
    law : DurationLaw
        Of the whole.
    numbers : float64 array, shape (n,)
        Uniforms in (0, 1).
    worked : float64 array, shape (n,)
        Part that is over, in ticks.

    Returns
    -------
    float64 array, shape (n,)
        Ticks, not negative; 0 where the law gives no chance to be open still.
    """
    parameters = dict(law.parameters)
    low, high = np.zeros(len(numbers)), np.ones(len(numbers))
    # Families have quantiles; the chance to be over by now is found by halving.
    for _ in range(50):
        middle = (low + high) / 2
        is_over = np.asarray(quantile(law.family, middle, **parameters)) <= worked
        low, high = np.where(is_over, middle, low), np.where(is_over, high, middle)
    whole = quantile(law.family, np.minimum(low + numbers * (1 - low), 1 - 2.0**-52), **parameters)
    return np.maximum(np.asarray(whole) - worked, 0.0)
