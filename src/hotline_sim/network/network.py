"""A scenario in numbers: what the rules and the engines look up.

Nothing here is random and nothing here moves. ``build.py`` makes it from a scenario, ``wanted.py`` has the
demand that the draws need, ``draws.py`` adds the chance of one replication.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.clock.calendar import Calendar
    from hotline_sim.clock.days import Days
    from hotline_sim.clock.hours import Hours
    from hotline_sim.network.absence import Roster
    from hotline_sim.network.backlog import Opened
    from hotline_sim.network.citizens import Chase, Rate, Repeat, Threads, Weekly
    from hotline_sim.network.hard_cases import Hard
    from hotline_sim.network.mechanisms import Late, Together
    from hotline_sim.network.mediation import Mediate, Petition
    from hotline_sim.network.phone import Entry, Idle, Skills
    from hotline_sim.network.shortcuts import Counter, Dispatching, Enterprises, ThreeParties
    from hotline_sim.network.two_level import Local
    from hotline_sim.network.wanted import Demand


class Tables(NamedTuple):
    """Everything that rules and engines read, as plain arrays and numbers.

    Ticks are int64 milliseconds of local wall time; shares and probabilities are float64. Stations,
    units, sources, categories and calendars are numbered in the order of their names.
    """

    horizon: int
    """Last tick at which anything happens."""
    resolution: int
    """Every drawn duration is a whole multiple of this many ticks."""

    station_pattern: IntArray
    """(stations,) staffing pattern of a station."""
    station_staff: IntArray
    """(stations,) agents for each unit of the pattern's level."""
    shared_patterns: int
    """Patterns from here on belong to one station alone: events change who is on duty there."""
    pattern_low: IntArray
    """(patterns,) first row of a pattern in the step arrays."""
    pattern_high: IntArray
    """(patterns,) row after the last one."""
    step_tick: IntArray
    """(steps,) tick from which a level holds."""
    step_level: IntArray
    """(steps,) level from there on."""

    hours: Hours
    """Working time of every entry of [hours]."""
    deadline_calendar: int
    """Calendar on which limits in working time run."""
    first_day: int
    """Days from 1970-01-01 to the first day of the working-day arrays."""
    working_days_through: IntArray
    """(days,) working days up to and including a day."""
    day_closes: IntArray
    """(working days,) tick at which a working day closes."""

    limit_kind: IntArray
    """(rows,) LimitKind by Limit, then of categories with limits of their own, and of mechanisms."""
    limit_amount: IntArray
    """(rows,) working days or ticks, in the same order."""
    category_limit: IntArray
    """(categories,) row of the limit of a category; -1: that of the class."""
    clock_start: int
    """ClockStart of the reply's time limit."""
    clock_restarts: int
    """1 if the limit starts afresh after a return."""
    effort_window: float
    """Last share of the limit in which work is speeded up; 0: never."""
    effort_speed: float
    """Work done per tick in that window."""
    by_due_date: int
    """1 if units take the earliest due date first; 0: first come."""

    intake_station: IntArray
    """(sources,) station that takes requests of a source."""
    live: IntArray
    """(sources,) 1 if a caller waits on the line."""
    invalid_share: FloatArray
    """(sources,) share of contacts that are no request."""
    direct_answer: FloatArray
    """(5,) probability of an answer at intake, by request class."""
    after_call_direct: int
    """After-call ticks of a direct answer."""
    after_call_ticket: int
    """After-call ticks when a ticket is made."""
    windows: int
    """Windows of redial habits, at least one."""
    redial_from: IntArray
    """(windows,) tick from which a window's redials hold; the first is before everything."""
    redial: FloatArray
    """(windows,) probability of calling again after an abandonment."""
    redial_speed: FloatArray
    """(windows,) the time until the next call is divided by this."""
    redial_most: IntArray
    """(windows,) redials at most."""
    most_redials: int
    """Redials at most in any window."""

    dispatch_station: int
    """Station of the dispatch desk."""
    misroute: float
    """Probability of a wrong unit."""
    most_returns: int
    """Returns after which the desk assigns finally."""
    units: int
    """Number of units."""
    area_share: FloatArray
    """(categories,) share handled by the citizen's own area."""
    area_unit: IntArray
    """(areas,) unit of an area."""
    route_low: IntArray
    """(categories,) first row of a category's other units."""
    route_high: IntArray
    """(categories,) row after the last one."""
    route_unit: IntArray
    """(rows,) unit."""
    route_cumulative: FloatArray
    """(rows,) cumulative share among the category's other units."""
    desk_station: IntArray
    """(units,) station of a unit's handlers."""
    duty_station: IntArray
    """(units,) station of its round-the-clock duty, or the desk where there is none."""
    duty_calendar: IntArray
    """(units,) calendar of urgent work: ALWAYS with duty, else the unit's own."""
    unit_calendar: IntArray
    """(units,) calendar of a unit's hours."""
    unit_speed: FloatArray
    """(units,) work and field time are divided by this."""

    callback_station: int
    """Station that calls back; UNSTAFFED if nobody does."""
    callback_share: float
    """Share of replied tickets that are called back."""
    most_tries: int
    """Calls at most in one round."""
    reached_by: FloatArray
    """(tries,) probability that one of the first calls reaches the citizen."""
    ring: int
    """Agent ticks of a call that is not answered."""
    retry_after: int
    """Ticks between two calls to the same citizen."""
    solved: float
    """Probability that a reply in time solves the problem."""
    solved_when_late: float
    """The same for an overdue reply."""
    satisfied_if_solved: float
    """Probability of a satisfied citizen."""
    satisfied_if_unsolved: float
    """The same without a solution."""
    late_factor: float
    """Factor on being satisfied when overdue."""
    redo: float
    """Probability of work done again, given a dissatisfied citizen."""
    most_redos: int
    """Times at most."""

    together: Together
    """Co-handlers."""
    late: Late
    """Extension and supervision."""
    entry: Entry
    """Lines and help from other teams."""
    skills: Skills
    """Seats for certain callers."""
    idle: Idle
    """Calls back in idle time."""
    chase: Chase
    """Calls about open tickets."""
    repeat: Repeat
    """Calls about tickets closed without a solution."""
    rating: Rate
    """Ratings and their rectification."""
    weekly: Weekly
    """The weekly bulletin."""
    threads: Threads
    """Numbers of what goes on beside a ticket's own life."""
    dispatching: Dispatching
    """Automatic dispatch and editions of the catalogue."""
    enterprises: Enterprises
    """The line for enterprises."""
    three_party: ThreeParties
    """Three-party calls."""
    counter: Counter
    """The counter that settles some matters at once."""
    hard: Hard
    """Hard cases, leaders and joint meetings."""
    mediation: Mediate
    """Mediation, and screening for disputes."""
    petition: Petition
    """Petitions."""
    opened: Opened
    """Tickets that are open when the run starts."""
    local: Local
    """Dispatch at a second level."""


@dataclass(frozen=True)
class Names:
    """Names behind the numbers, in their order; labels by language in the scenario itself.

    Parameters
    ----------
    sources, categories, classes, units, stations, areas : tuple of str
        Index is the number used in arrays.
    unit_kinds : tuple of str
        Kind of each unit: department, county, zone or company.
    """

    sources: tuple[str, ...]
    categories: tuple[str, ...]
    classes: tuple[str, ...]
    units: tuple[str, ...]
    unit_kinds: tuple[str, ...]
    stations: tuple[str, ...]
    areas: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Network:
    """A scenario as arrays.

    Parameters
    ----------
    tables : Tables
        What rules and engines read.
    demand : Demand
        What the draws read.
    names : Names
        What people read.
    calendar : Calendar
        Working time of ``handling.deadline_hours``; durations in working days are measured on it.
    days : Days
        Working days and holidays.
    start, end : int
        First and last (exclusive) tick of the window that counts.
    first : int
        Start of the run-in.
    mechanisms : tuple of str
        Tables that the scenario has and might have left out, and such parts of them.
    roster : Roster, optional
        Who may be absent, as long as it is not drawn for a replication.
    """

    tables: Tables
    demand: Demand
    names: Names
    calendar: Calendar
    days: Days
    start: int
    end: int
    first: int
    mechanisms: tuple[str, ...] = ()
    roster: Roster | None = None
