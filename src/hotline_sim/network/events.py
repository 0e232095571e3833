"""What events change: expected requests and their mix hour by hour, talk, redials, and who is on duty.

Without events nothing here has any effect, to the last bit. The tables are in
:mod:`hotline_sim.scenario.events`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline_sim.arrays import BoolArray, FloatArray, IntArray
    from hotline_sim.clock.steps import Steps
    from hotline_sim.network.network import Names
    from hotline_sim.scenario.events import Event
    from hotline_sim.scenario.schema import Scenario

_FIRST = -(2**62)
"""Before everything."""


class ChangedHours(NamedTuple):
    """Hours whose demand an event changes.

    Parameters
    ----------
    places : int64 array, shape (hours,)
        Hours from the start of the run-in.
    ratios : float64 array, shape (hours,)
        Factor on all requests of the hour.
    is_mixed : bool array, shape (hours,)
        Whether the mix of categories changes too.
    shares : float64 array, shape (categories, mixed hours)
        Weights of the categories in the hours where it does.
    """

    places: IntArray
    ratios: FloatArray
    is_mixed: BoolArray
    shares: FloatArray


def changed_hours(scenario: Scenario, names: Names, by_hour: FloatArray, first: int) -> ChangedHours:
    """Hours whose demand is not that of every day.

    Parameters
    ----------
    scenario : Scenario
        Checked.
    names : Names
        Numbering of categories.
    by_hour : float64 array, shape (days, categories, 24)
        Weights of categories in the hours of each day.
    first : int
        Tick of the first midnight.

    Returns
    -------
    ChangedHours
    """
    factors: dict[int, FloatArray] = {}
    for event in _ordered(scenario):
        chosen = np.array([not event.categories or name in event.categories for name in names.categories])
        for place, factor in _hours(event, first, 24 * len(by_hour)):
            if factor != 1.0:
                before = factors.get(place, np.ones(len(chosen)))
                factors[place] = np.where(chosen, before * factor, before)
    places = np.array(sorted(factors), np.int64)
    ratios, mixed, shares = [], [], []
    for place in places:
        usual = by_hour[place // 24, :, place % 24]
        now = usual * factors[int(place)]
        ratios.append(now.sum() / usual.sum() if usual.sum() > 0 else 1.0)
        mixed.append(bool(np.ptp(factors[int(place)]) > 0))
        if mixed[-1]:
            shares.append(now)
    return ChangedHours(
        places,
        np.array(ratios, np.float64),
        np.array(mixed, dtype=bool),
        np.array(shares, np.float64).reshape(-1, len(names.categories)).T,
    )


def _ordered(scenario: Scenario) -> list[Event]:
    return [scenario.events[name] for name in sorted(scenario.events)]


def _hours(event: Event, first: int, hours: int) -> Iterator[tuple[int, float]]:
    """Hours of an event within those that are simulated, with the factor on demand."""
    low = max(0, (event.start_tick - first) // HOUR)
    high = min(hours, (event.end_tick - first) // HOUR)
    first_day = event.start_tick // DAY
    for place in range(low, high):
        yield place, event.factor((first + place * HOUR) // DAY - first_day)


def talk_windows(scenario: Scenario) -> tuple[IntArray, FloatArray]:
    """Ticks from which a factor on talk holds, and the factors."""
    events = [event for event in _ordered(scenario) if event.talk != 1.0]
    edges = sorted({edge for event in events for edge in (event.start_tick, event.end_tick)})
    factors = [
        float(np.prod([event.talk for event in events if event.start_tick <= edge < event.end_tick]))
        for edge in edges
    ]
    return np.array(edges, np.int64), np.array(factors, np.float64)


def redial_windows(scenario: Scenario) -> dict[str, Any]:
    """Columns of Tables about redials: habits of every day, and those of events in their time.

    Where events overlap, the one that began last holds; of equal ones that whose name comes last.
    """
    usual = scenario.intake.redial
    every_day = (usual.probability, 1.0, usual.most) if usual else (0.0, 1.0, 0)
    events = sorted(
        (event for event in _ordered(scenario) if event.redial is not None),
        key=lambda event: event.start_tick,
    )
    edges = [_FIRST, *sorted({edge for event in events for edge in (event.start_tick, event.end_tick)})]
    rows = []
    for edge in edges:
        row = every_day
        for event in events:
            if event.redial is not None and event.start_tick <= edge < event.end_tick:
                row = event.redial.probability, event.redial.delay_factor, event.redial.most
        rows.append(row)
    probability, delay, most = zip(*rows, strict=True)
    return {
        "windows": len(edges),
        "redial_from": np.array(edges, np.int64),
        "redial": np.array(probability, np.float64),
        "redial_speed": 1.0 / np.array(delay, np.float64),
        "redial_most": np.array(most, np.int64),
        "most_redials": max(most),
    }


class Staffing(NamedTuple):
    """Factors on who is on duty, by team and by unit: (start, end, factor)."""

    teams: dict[str, list[tuple[int, int, float]]]
    units: dict[str, list[tuple[int, int, float]]]

    def team(self, name: str, steps: Steps) -> Steps:
        """Agents of a team with what events take away or add."""
        return _scaled(steps, self.teams.get(name, []))

    def unit(self, name: str, steps: Steps) -> Steps:
        """People of a unit with what events take away or add."""
        return _scaled(steps, self.units.get(name, []))

    def changes(self, unit: str) -> bool:
        """Whether some event changes the staff of a unit."""
        return unit in self.units


def staffing_of(scenario: Scenario) -> Staffing:
    """Everything that events change in who is on duty."""
    found = Staffing({}, {})
    for event in _ordered(scenario):
        for table, factors in ((found.teams, event.agents), (found.units, event.staff)):
            for name, factor in factors.items():
                table.setdefault(name, []).append((event.start_tick, event.end_tick, factor))
    return found


def _scaled(steps: Steps, changes: list[tuple[int, int, float]]) -> Steps:
    if not changes:
        return steps
    starts, ends, factors = zip(*changes, strict=True)
    return steps.scaled(np.array(starts, np.int64), np.array(ends, np.int64), np.array(factors, np.float64))
