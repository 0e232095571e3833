"""A scenario in numbers: what the rules and the engines look up, and the demand that the draws need.

Nothing here is random and nothing here moves. ``build.py`` makes it from a scenario, ``draws.py`` adds
the chance of one replication.
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
    from hotline_sim.network.backlog import OpenDemand, Opened
    from hotline_sim.network.mechanisms import Late, Together
    from hotline_sim.network.shortcuts import Dispatching, Enterprises, ThreeParties
    from hotline_sim.network.two_level import Local
    from hotline_sim.sampling.arrivals import CumulativeRate


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
    dispatching: Dispatching
    """Automatic dispatch and editions of the catalogue."""
    enterprises: Enterprises
    """The line for enterprises."""
    three_party: ThreeParties
    """Three-party calls."""
    opened: Opened
    """Tickets that are open when the run starts."""
    local: Local
    """Dispatch at a second level."""


@dataclass(frozen=True)
class DurationLaw:
    """A distribution of durations with its parameters in ticks.

    Parameters
    ----------
    family : str
        Name of a family in ``sampling.distributions``.
    parameters : tuple of (str, float or tuple of float)
        Durations in ticks, shape parameters as they are.
    """

    family: str
    parameters: tuple[tuple[str, float | tuple[float, ...]], ...]


@dataclass(frozen=True, eq=False)
class Source:
    """Demand of one channel.

    Parameters
    ----------
    name : str
        Channel.
    live : bool
        Whether a caller waits on the line.
    rate : CumulativeRate
        Expected contacts from the start of the run-in, invalid ones included, without day factors.
    valid_share : float
        Share of contacts that are requests.
    """

    name: str
    live: bool
    rate: CumulativeRate
    valid_share: float


@dataclass(frozen=True, eq=False)
class Laws:
    """Every distribution that the draws sample from; None where the scenario has no such thing.

    Parameters
    ----------
    talk, invalid_talk, written : DurationLaw
        Intake, by kind of contact.
    patience, redial_delay : DurationLaw or None
        Callers.
    hang_up_share : float
        Callers who never wait.
    dispatch, urgent_dispatch, return_delay, sign, urgent_sign : DurationLaw or None
        Dispatch desk and receipt.
    desk, field : tuple of DurationLaw
        By request class.
    urgent_desk : DurationLaw or None
        Duty desk.
    urgent_field, category_desk, category_field : tuple of DurationLaw or None
        By category; the last two stand before those of the class.
    callback : DurationLaw or None
        Talk of an answered call-back.
    co_work : float
        Work and field time of a co-handler, relative to a lead unit's.
    local_dispatch, local_sign, village_field : DurationLaw or None
        Work of a unit's centre, second receipt, and field time of a village.
    automatic_dispatch : DurationLaw or None
        Time of the system that dispatches.
    three_party : DurationLaw or None
        Talk of three, after the usual talk.
    """

    talk: DurationLaw
    invalid_talk: DurationLaw
    written: DurationLaw
    patience: DurationLaw | None
    redial_delay: DurationLaw | None
    hang_up_share: float
    dispatch: DurationLaw | None
    urgent_dispatch: DurationLaw | None
    return_delay: DurationLaw | None
    sign: DurationLaw | None
    urgent_sign: DurationLaw | None
    desk: tuple[DurationLaw, ...]
    field: tuple[DurationLaw, ...]
    urgent_desk: DurationLaw | None
    urgent_field: tuple[DurationLaw | None, ...]
    category_desk: tuple[DurationLaw | None, ...]
    category_field: tuple[DurationLaw | None, ...]
    callback: DurationLaw | None
    co_work: float = 1.0
    local_dispatch: DurationLaw | None = None
    local_sign: DurationLaw | None = None
    village_field: DurationLaw | None = None
    automatic_dispatch: DurationLaw | None = None
    three_party: DurationLaw | None = None


@dataclass(frozen=True)
class Level:
    """A level of demand that wanders from week to week.

    Parameters
    ----------
    first_week : int
        Day on which the first week of the window begins (days since 1970-01-01).
    cv : float
        Coefficient of variation in the long run.
    memory : float
        Weeks after which the correlation is 1/e.
    start : float
        Level in the first week and before.
    """

    first_week: int
    cv: float
    memory: float
    start: float


@dataclass(frozen=True, eq=False)
class Demand:
    """What the citizens want, for the draws.

    Parameters
    ----------
    sources : tuple of Source
        In the order of channel names.
    first_day, days : int
        Day factors cover this many days from this day (days since 1970-01-01).
    day_factor_cv : float
        Coefficient of variation of a day's random factor.
    day_pattern : int array, shape (days,)
        Pattern of hours that a day follows.
    hour_category : float array, shape (24 * patterns, categories)
        Cumulative shares of categories in an hour of a day of some pattern.
    event_hours : int64 array, shape (hours,)
        Hours since 1970-01-01 00:00 whose mix of categories is not that of every day, in order.
    event_category : float array, shape (hours, categories)
        Cumulative shares of categories in these hours.
    talk_from : int64 array, shape (windows,)
        Ticks from which a factor on talk holds; empty if there are none.
    talk_factor : float array, shape (windows,)
        The factors; before the first it is 1.
    class_cumulative : float array, shape (5,)
        Cumulative shares of request classes.
    area_cumulative : float array, shape (areas,)
        Cumulative weights of areas; empty if there are none.
    urgent_share : float array, shape (categories,)
        Share of urgent tickets.
    laws : Laws
        Distributions of all durations.
    level : Level, optional
        How the level wanders; it stays if there is none.
    enterprise_share : float array, shape (categories,), optional
        Share of contacts that come from enterprises.
    opened : OpenDemand, optional
        Tickets that are open when the run starts.
    """

    sources: tuple[Source, ...]
    first_day: int
    days: int
    day_factor_cv: float
    day_pattern: IntArray
    hour_category: FloatArray
    event_hours: IntArray
    event_category: FloatArray
    talk_from: IntArray
    talk_factor: FloatArray
    class_cumulative: FloatArray
    area_cumulative: FloatArray
    urgent_share: FloatArray
    laws: Laws
    level: Level | None = None
    enterprise_share: FloatArray | None = None
    opened: OpenDemand | None = None


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
        Tables that the scenario has and might have left out.
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
