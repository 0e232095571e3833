"""Who is on duty in one replication when people may be absent: levels of staffing drawn by chance.

Everybody is absent with the same probability and independently of others, so of n people a binomial number
is. The number of a shift, or of a unit on a day, is looked up at an address of its own, like every other
random number; the engines read levels and know nothing of chance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import DAY
from hotline_sim.network.events import staffing_of
from hotline_sim.network.staffing import ALWAYS_ONE, stacked, team_staffing
from hotline_sim.network.two_level import Post, local_posts
from hotline_sim.sampling.streams import Stream, stream_id, uniforms

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.clock.calendar import Calendar
    from hotline_sim.clock.days import Days
    from hotline_sim.network.events import Staffing
    from hotline_sim.network.network import Names, Network, Tables
    from hotline_sim.scenario.phone import Team
    from hotline_sim.scenario.schema import Scenario


@dataclass(frozen=True, eq=False)
class Duty:
    """People of a team or a unit who may be absent.

    Parameters
    ----------
    station : int
        Where they work.
    name : str
        Name of the station: the address of its random numbers.
    share : float
        Probability that one of them is absent.
    owner : str
        Team or unit, whose factors of events apply.
    team : Team or None
        Shifts of a team; none for a unit.
    opens : Steps or None
        Hours of a unit, with the value 1.
    people : int
        Of a unit.
    """

    station: int
    name: str
    share: float
    owner: str
    team: Team | None = None
    opens: Steps | None = None
    people: int = 0


@dataclass(frozen=True, eq=False)
class Roster:
    """Everybody who may be absent, before it is known who is.

    Parameters
    ----------
    duties : tuple of Duty
        By station; stations where nobody is ever absent are left out.
    least : int
        People of a shift or unit who are there in any case.
    days : Days
        Days covered.
    changed : Staffing
        What events take away or add, of those who are there.
    """

    duties: tuple[Duty, ...]
    least: int
    days: Days
    changed: Staffing


def roster(scenario: Scenario, names: Names, days: Days, calendars: dict[str, Calendar]) -> Roster | None:
    """Everybody who may be absent; None if nobody ever is.

    Parameters
    ----------
    scenario : Scenario
        Checked.
    names : Names
        Numbering of stations.
    days : Days
        Days covered.
    calendars : dict of str to Calendar
        Working time by name of hours.
    """
    absence = scenario.absence
    if absence is None:
        return None
    duties = []
    for number, (name, team) in enumerate(sorted(scenario.teams.items())):
        share = absence.teams.get(name, absence.share)
        duties.append(Duty(number, f"team {name}", share, name, team=team))
    for post in _posts(scenario):
        hours = "always" if post.name.endswith("/duty") else scenario.units[post.unit].hours
        opens = ALWAYS_ONE if hours == "always" else calendars[hours].open_steps()
        share = absence.units.get(post.unit, absence.share)
        # A team and a unit may share a name: teams come first.
        number = names.stations.index(post.name, len(scenario.teams))
        duties.append(Duty(number, f"unit {post.name}", share, post.unit, opens=opens, people=post.people))
    found = tuple(duty for duty in duties if duty.share > 0)
    return Roster(found, absence.least, days, staffing_of(scenario)) if found else None


def _posts(scenario: Scenario) -> list[Post]:
    """Stations of units: their desks, people on duty, centres and townships."""
    units = sorted(scenario.units.items())
    desks = [Post(name, name, unit.staff) for name, unit in units]
    duty = [Post(f"{name}/duty", name, unit.duty) for name, unit in units if unit.duty]
    return desks + duty + local_posts(scenario)


def present(network: Network, seed: int, replication: int) -> Network:
    """The network of one replication: who is on duty, given who is absent.

    Parameters
    ----------
    network : Network
        As built; one without absence, or whose absence is drawn already, is given back as it is.
    seed, replication : int
        Not negative.

    Returns
    -------
    Network
        With nothing left to chance; the same for the same arguments.
    """
    if network.roster is None:
        return network
    tables = network.tables
    own = [_levels(network.roster, duty, seed, replication) for duty in network.roster.duties]
    stations = np.array([duty.station for duty in network.roster.duties])
    return replace(network, tables=_with_levels(tables, stations, own), roster=None)


def check_present(network: Network) -> None:
    """Check that it is known who is absent.

    Raises
    ------
    ValueError
        If it is not drawn yet.
    """
    if network.roster is not None:
        msg = (
            "network: who is absent is still open; "
            "hotline_sim.present(network, seed, replication) gives that of a replication"
        )
        raise ValueError(msg)


def _levels(roster: Roster, duty: Duty, seed: int, replication: int) -> Steps:
    """People of a station on duty in one replication."""
    days = roster.days
    first, count = days.first_tick // DAY, len(days.names)
    address = stream_id(duty.name)

    def there(people: int, shift: int) -> IntArray:
        """People of a shift that begins on each day."""
        number = uniforms(seed, replication, Stream.ABSENCE, address, shift, count, start=first)
        return np.maximum(people - binomial(number, people, duty.share), min(people, roster.least))

    if duty.team is not None:
        agents = [there(shift.agents, number) for number, shift in enumerate(duty.team.shifts)]
        return roster.changed.team(duty.owner, team_staffing(duty.team, days, agents))
    assert duty.opens is not None
    midnights = days.first_tick + DAY * np.arange(count, dtype=np.int64)
    people = there(duty.people, 0)
    ticks = np.union1d(duty.opens.ticks[duty.opens.ticks > days.first_tick], midnights)
    level = duty.opens.at(ticks) * people[np.minimum((ticks - days.first_tick) // DAY, count - 1)]
    return roster.changed.unit(duty.owner, Steps(ticks, level).simplified())


def binomial(numbers: FloatArray, people: int, share: float) -> IntArray:
    """Binomial numbers by inversion: the smallest count whose probability not to be exceeded reaches each.

    Parameters
    ----------
    numbers : float64 array, shape (n,)
        In (0, 1).
    people : int
        How many there are, at least 0.
    share : float
        Probability of each, from 0 to 1.
    """
    from scipy.special import bdtr

    cumulative = bdtr(np.arange(people + 1, dtype=np.float64), people, share)
    return np.searchsorted(cumulative[:-1], numbers, side="left").astype(np.int64)


def _with_levels(tables: Tables, stations: IntArray, levels: list[Steps]) -> Tables:
    """Tables in which some stations have levels of their own, behind those that they had."""
    low, high, ticks, level = stacked(levels)
    pattern, staff = tables.station_pattern.copy(), tables.station_staff.copy()
    pattern[stations] = len(tables.pattern_low) + np.arange(len(stations))
    staff[stations] = 1
    before = len(tables.step_tick)
    return tables._replace(
        station_pattern=pattern,
        station_staff=staff,
        pattern_low=np.concatenate((tables.pattern_low, low + before)),
        pattern_high=np.concatenate((tables.pattern_high, high + before)),
        step_tick=np.concatenate((tables.step_tick, ticks)),
        step_level=np.concatenate((tables.step_level, level)),
    )
