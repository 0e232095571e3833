"""Numbers of mediation, of screening for disputes, and of petitions; left out, they never trigger.

The tables are in :mod:`hotline_sim.scenario.disputes`, what they mean in :mod:`hotline_sim.rules.mediation`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import DAY, HOUR, NEVER
from hotline_sim.network.codes import ALWAYS, UNSTAFFED
from hotline_sim.network.rhythm import days_of_rhythm
from hotline_sim.network.staffing import Post
from hotline_sim.sampling.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.clock.calendar import Calendar
    from hotline_sim.clock.days import Days
    from hotline_sim.clock.steps import Steps
    from hotline_sim.network.columns import Draws
    from hotline_sim.network.laws import DurationLaw
    from hotline_sim.network.network import Names
    from hotline_sim.scenario.schema import Scenario

MEDIATORS: Final = "mediators"
DISPUTES: Final = "disputes"
"""Source of disputes that reach the mediators without a call; it comes after the channels."""


class Mediate(NamedTuple):
    """Mediation, and screening for disputes."""

    on: int
    """1 if there are disputes."""
    source: int
    """Source of disputes that nobody calls about; -1: there is none."""
    diverted: float
    """Share of complaint tickets that are disputes."""
    taken: float
    """Share of disputes that are mediated."""
    success: float
    """Probability that a dispute is settled."""
    station: int
    """Station of the first area's mediators; those of the others follow."""
    pools: int
    """Areas with mediators of their own."""
    mediators: int
    """Mediators of all areas."""
    calendar: int
    """Calendar on which they work."""
    longest: int
    """Ticks after which a mediation ends at the latest."""
    screened: int
    """1 if anybody looks for disputes before they are brought forward."""


class Petition(NamedTuple):
    """Petitions: probabilities by what went before."""

    on: int
    """1 if there are any."""
    unsolved: float
    """Of citizens who are left without a solution, and dissatisfied."""
    hard_case: float
    """After a hard case that was not settled."""
    mediation: float
    """After a mediation that failed."""
    unmediated: float
    """After a dispute that nobody mediated."""


def mediates(scenario: Scenario) -> bool:
    """Whether there are any disputes."""
    table = scenario.mediation
    return table is not None and (table.disputes_per_year > 0 or table.diverted > 0)


def has_disputes(scenario: Scenario) -> bool:
    """Whether there are disputes that nobody calls about."""
    return scenario.mediation is not None and scenario.mediation.disputes_per_year > 0


def posts_of_mediation(scenario: Scenario, areas: tuple[str, ...], hours: dict[str, Steps]) -> list[Post]:
    """Stations of the mediators: one for each area, with people by its weight, at least one."""
    table = scenario.mediation
    if table is None or not mediates(scenario):
        return []
    steps = hours[table.hours]
    if not areas:
        return [Post(MEDIATORS, steps, table.mediators)]
    weights = np.array([scenario.units[name].area_weight for name in areas])
    exact = weights / weights.sum() * (table.mediators - len(areas))
    people = np.floor(exact).astype(np.int64)
    # The largest remainders get one more.
    left = table.mediators - len(areas) - int(people.sum())
    people[np.argsort(people - exact, kind="stable")[:left]] += 1
    pairs = zip(areas, people.tolist(), strict=True)
    return [Post(f"{MEDIATORS}/{name}", steps, 1 + number) for name, number in pairs]


def mediation(scenario: Scenario, names: Names, calendar: Callable[[str], int]) -> Mediate:
    """Numbers of mediation.

    Parameters
    ----------
    scenario : Scenario
        Checked.
    names : Names
        Numbering.
    calendar : callable
        Number of an entry of [hours].
    """
    table = scenario.mediation
    if table is None or not mediates(scenario):
        return Mediate(0, -1, 0.0, 0.0, 0.0, UNSTAFFED, 1, 0, ALWAYS, NEVER, 0)
    pools = max(1, len(names.areas))
    first = f"{MEDIATORS}/{names.areas[0]}" if names.areas else MEDIATORS
    return Mediate(
        on=1,
        source=len(names.sources) - 1 if has_disputes(scenario) else -1,
        diverted=table.diverted,
        taken=table.taken,
        success=table.success,
        # Teams and units may have the same name: ours come last.
        station=len(names.stations) - 1 - names.stations[::-1].index(first),
        pools=pools,
        mediators=table.mediators,
        calendar=calendar(table.hours),
        longest=table.longest.ticks() if table.longest else NEVER,
        screened=int(table.screening is not None),
    )


def petitions(scenario: Scenario) -> Petition:
    """Numbers of petitions."""
    table = scenario.petitions
    if table is None:
        return Petition(0, 0.0, 0.0, 0.0, 0.0)
    return Petition(1, table.unsolved, table.hard_case, table.mediation, table.unmediated)


def dispute_rate(scenario: Scenario, calendar: Calendar, days: Days, edges: IntArray) -> FloatArray:
    """Expected disputes of each hour: the same in every hour that the mediators work.

    Parameters
    ----------
    scenario : Scenario
        With a table of mediation.
    calendar : Calendar
        Hours of the mediators.
    days : Days
        Coverage.
    edges : int64 array, shape (hours + 1,)
        Ticks between the hours.
    """
    table = scenario.mediation
    assert table is not None
    start = scenario.run.start
    year = [np.datetime64(start.replace(month=1, day=1)), np.datetime64(start.replace(month=12, day=31)) + 1]
    ticks = np.clip(np.array(year).astype(np.int64) * DAY, days.first_tick, days.end_tick)
    worked = np.diff(calendar.worked(np.full(len(edges), edges[0]), edges))
    whole = int(calendar.worked(ticks[:1], ticks[1:])[0])
    share = (ticks[1] - ticks[0]) / (365 * DAY)
    return np.asarray(worked / max(whole, HOUR) * share * table.disputes_per_year, np.float64)


class Rounds(NamedTuple):
    """Rounds that look for disputes: of every level, all together in the order of time."""

    law: DurationLaw
    """Time that a dispute exists before it is brought forward."""
    ticks: IntArray
    """(rounds,) midnight at which a round takes place, not decreasing."""
    missed: FloatArray
    """(rounds + 1,) logarithm of the probability that a dispute is missed by all rounds before."""


def rounds_of(scenario: Scenario, days: Days, law: DurationLaw | None) -> Rounds | None:
    """Rounds of the screening, or None if there is none."""
    table = scenario.mediation.screening if scenario.mediation else None
    if table is None or law is None or not mediates(scenario):
        return None
    ticks, missed = [], []
    for name in sorted(table.levels):
        level = table.levels[name]
        found = days_of_rhythm(days, level.every)
        ticks.append(days.first_tick + found * DAY)
        # Nobody who looks finds everything: -745 is the logarithm of the smallest number there is.
        missed.append(np.full(len(found), max(-745.0, float(np.log1p(-min(level.found, 1.0 - 1e-16))))))
    order = np.argsort(np.concatenate(ticks), kind="stable")
    return Rounds(
        law,
        np.concatenate(ticks)[order],
        np.concatenate((np.zeros(1), np.cumsum(np.concatenate(missed)[order]))),
    )


def fill_mediation(
    uniform: Callable[[Stream], FloatArray],
    duration: Callable[[DurationLaw | None, FloatArray], IntArray],
    time: DurationLaw | None,
    rounds: Rounds | None,
    into: Draws,
) -> None:
    """Give tickets their numbers of mediation.

    Parameters
    ----------
    uniform : callable
        Numbers of the tickets in a stream.
    duration : callable
        Durations of a law from uniform numbers.
    time : DurationLaw or None
        Of a mediation.
    rounds : Rounds or None
        Screening.
    into : Draws
        Columns to be written.

    Notes
    -----
    A dispute that is brought forward at ``t`` began a latent time before. Each round in between found it
    with its own probability, independently of the others: it is missed with the product of what is left.
    """
    into.mediated[0] = uniform(Stream.MEDIATED)
    into.mediation_settled[0] = uniform(Stream.MEDIATION_SETTLED)
    into.mediation_work[0] = duration(time, uniform(Stream.MEDIATION_WORK))
    if rounds is not None:
        latent = duration(rounds.law, uniform(Stream.LATENT))
        first, last = np.searchsorted(rounds.ticks, (into.arrival - latent, into.arrival), side="right")
        missed = np.exp(rounds.missed[last] - rounds.missed[first])
        into.prevented[0] = uniform(Stream.PREVENTED) >= missed
