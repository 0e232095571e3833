"""Numbers of citizens with a ticket: calls about it, ratings, and the bulletin that names late units.

The tables are in :mod:`hotline_sim.scenario.citizens`; left out, nothing here ever triggers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hotline_sim.clock.ticks import DAY

if TYPE_CHECKING:
    from hotline_sim.scenario.schema import Scenario


class Chase(NamedTuple):
    """Calls about open tickets."""

    most: int
    """Calls about a ticket at most; 0: there are none."""
    station: int
    """Station that takes them."""
    first: int
    """1 if a ticket asked about goes before others."""
    merged: int
    """1 if the call is joined to the open ticket."""
    work: float
    """Desk work on a second ticket, relative to the first."""


class Repeat(NamedTuple):
    """Calls about tickets closed without a solution."""

    share: float
    """Share of citizens who call again; 0: nobody."""
    station: int
    """Station that takes them."""
    reopened: float
    """Share of these calls after which the unit works again."""


class Rate(NamedTuple):
    """Ratings and their rectification."""

    on: int
    """1 if there are ratings."""
    share: float
    """Share of tickets with a reply that are rated."""
    direct_share: float
    """Share of direct answers that are rated."""
    bad_if_satisfied: float
    """Probability of a bad rating."""
    bad_if_dissatisfied: float
    """The same of somebody who is not satisfied."""
    direct_satisfied: float
    """Share of citizens satisfied with a direct answer."""
    limit: int
    """Row of the limit table: from the rating until it is rectified."""


class Weekly(NamedTuple):
    """The weekly bulletin."""

    named: int
    """Units named in a week at most; 0: there is no bulletin that has an effect."""
    least: int
    """Replies in a week below which no unit is named."""
    speed: float
    """Work done per tick by a named unit in the next week."""
    first_week: int
    """Days from 1970-01-01 to the Monday of the first week."""
    weeks: int
    """Weeks until the horizon, and one more."""


class Threads(NamedTuple):
    """Numbers of what goes on beside a ticket's own life, which is 0; co-handlers come first."""

    rating: int
    """Rating and its rectification."""
    chase: int
    """Calls about the open ticket."""
    used: int
    """Numbers in use, the ticket's own life included."""


def chase(scenario: Scenario, teams: tuple[str, ...]) -> Chase:
    """Numbers of calls about open tickets."""
    table = scenario.chasers
    if table is None:
        return Chase(0, -1, 0, 1, 0.0)
    return Chase(
        table.most, teams.index(table.team), int(table.first), int(table.merged), table.duplicate_work
    )


def repeat(scenario: Scenario, teams: tuple[str, ...]) -> Repeat:
    """Numbers of calls about tickets closed without a solution."""
    table = scenario.repeats
    if table is None:
        return Repeat(0.0, -1, 0.0)
    return Repeat(table.share, teams.index(table.team), table.reopened)


def rate(scenario: Scenario, limit: int) -> Rate:
    """Numbers of ratings, whose rectification has a row of the limit table."""
    table = scenario.rating
    if table is None:
        return Rate(0, 0.0, 0.0, 0.0, 0.0, 0.0, limit)
    return Rate(
        on=1,
        share=table.share,
        direct_share=table.direct_share,
        bad_if_satisfied=table.bad_if_satisfied,
        bad_if_dissatisfied=table.bad_if_dissatisfied,
        direct_satisfied=table.direct_satisfied,
        limit=limit,
    )


def weekly(scenario: Scenario, first: int, horizon: int) -> Weekly:
    """Numbers of the bulletin, between two ticks."""
    table = scenario.bulletin
    # 1970-01-01 was a Thursday.
    first_week = (first // DAY + 3) // 7 * 7 - 3
    weeks = (horizon // DAY - first_week) // 7 + 2
    if table is None or table.speed == 1.0:
        return Weekly(0, 1, 1.0, first_week, weeks)
    return Weekly(table.named, table.least, table.speed, first_week, weeks)


def threads(most_co_handlers: int, has_ratings: bool, has_chasers: bool) -> Threads:
    """Numbers for what a scenario has."""
    rating = 1 + most_co_handlers
    chasing = rating + int(has_ratings)
    return Threads(rating, chasing, chasing + int(has_chasers))
