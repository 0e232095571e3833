"""Counties that pass tickets on, in numbers; a scenario without them has none of their stations.

The table is in :mod:`hotline_sim.scenario.two_level`, what it means in :mod:`hotline_sim.rules.local`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from hotline_sim.network.codes import UNKNOWN, UNSTAFFED, Limit

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.scenario.schema import Scenario

LEVELS: Final = ("office", "township", "village")
"""Who does the work of a ticket that was passed on; the numbers of levels count from 1."""


class Local(NamedTuple):
    """Dispatch at a second level."""

    on: int
    """1 if some units pass tickets on."""
    centre: IntArray
    """(units,) station of the centre; UNSTAFFED: the unit has none."""
    township: IntArray
    """(units,) station of the first township."""
    townships: IntArray
    """(units,) number of townships, whose stations follow one another."""
    office: float
    """Share for the unit's own offices."""
    village: float
    """Of the townships' tickets, share that the village settles."""


class Post(NamedTuple):
    """A station of a unit beside its desk and its people on duty."""

    name: str
    """Name of the station."""
    unit: str
    """Unit whose hours and events it has."""
    people: int
    """People there."""


def local_posts(scenario: Scenario) -> list[Post]:
    """Centres and townships, in the order of their stations: unit by unit, the centre first."""
    table, posts = scenario.two_level, []
    if table is None:
        return []
    for name in sorted(scenario.units):
        if scenario.units[name].kind != table.kind:
            continue
        own = table.units.get(name)
        staff = (own and own.staff) or table.staff
        people = (own and own.township_staff) or table.township_staff
        posts.append(Post(f"{name}/centre", name, staff))
        count = (own and own.townships) or table.townships
        posts += [Post(f"{name}/township {number}", name, people) for number in range(1, count + 1)]
    return posts


def local(scenario: Scenario, stations: tuple[str, ...]) -> Local:
    """Numbers of dispatch at a second level."""
    table, posts = scenario.two_level, local_posts(scenario)
    units = sorted(scenario.units)
    has = {post.unit for post in posts}
    return Local(
        on=int(bool(posts)),
        centre=np.array(
            [stations.index(f"{name}/centre") if name in has else UNSTAFFED for name in units], np.int64
        ),
        township=np.array(
            [stations.index(f"{name}/township 1") if name in has else UNSTAFFED for name in units], np.int64
        ),
        townships=np.array([sum(post.unit == name for post in posts) - 1 for name in units], np.int64),
        office=table.office_share if table else 1.0,
        village=table.village_share if table else 0.0,
    )


def levels(tables: Tables, draws: Draws, unit: IntArray) -> IntArray:
    """Level of every ticket, given the unit that has it; 0 for tickets that are not passed on.

    The same as :func:`hotline_sim.rules.local.level_of`, for all at once.
    """
    count = len(unit)
    if not tables.local.on:
        return np.zeros(count, np.int64)
    number, at_office = np.asarray(draws.local[0])[:count], np.asarray(tables.local.centre)
    passed = (unit >= 0) & (np.asarray(draws.urgent)[:count] != 1)
    passed &= at_office[np.maximum(unit, 0)] >= 0
    before = np.zeros(count, np.int64)
    if tables.opened.number:
        before[:] = np.asarray(draws.opened)[0, :count]
    if tables.hard.on:
        passed &= (np.asarray(draws.hard)[0, :count] >= tables.hard.share) | (before > 0)
    if tables.mediation.on:
        disputes = tables.mediation.diverted * tables.mediation.taken
        diverted = (np.asarray(draws.mediated)[0, :count] < disputes) & (before == 0)
        passed &= ~diverted | (np.asarray(draws.request_class)[:count] != Limit.COMPLAINT)
    rest: FloatArray = (number - tables.local.office) / max(1.0 - tables.local.office, 1e-300)
    in_village = rest < tables.local.village
    if tables.together.most:
        share = tables.together.share[np.asarray(draws.category)[:count]]
        in_village &= np.asarray(draws.co_handlers)[0, :count] >= share
    # A unit had some of the open tickets before the run.
    in_village &= (before == 0) | (tables.opened.unit[before - 1] == UNKNOWN)
    level = np.where(number < tables.local.office, 1, np.where(in_village, 3, 2))
    return np.where(passed, level, 0).astype(np.int64)


def handlers_below(tables: Tables, draws: Draws) -> IntArray:
    """Units that handle each ticket, co-handlers included, if it is passed on and not the village's.

    The same as :func:`hotline_sim.rules.cohandling.co_handlers`, and one more, for all at once.
    """
    category = np.asarray(draws.category)
    if not tables.together.most:
        return np.ones(len(category), np.int64)
    number, share = np.asarray(draws.co_handlers)[0], tables.together.share[category]
    return np.asarray(1 + (number < share) + (number < share * tables.together.two), np.int64)
