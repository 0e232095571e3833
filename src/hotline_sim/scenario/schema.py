"""The tables of a scenario file: one frozen class each, a description and a unit on every key.

The value types are in ``types.py``; rules that span several keys are in ``check.py``; reading a file is
in ``load.py``. Names follow the glossary.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from hotline_sim.scenario.absence import Absence
from hotline_sim.scenario.backlog import Backlog
from hotline_sim.scenario.citizens import Bulletin, Chasers, Rating, Repeats
from hotline_sim.scenario.dispatching import AutomaticDispatch, Dispatch
from hotline_sim.scenario.disputes import HardCases, Mediation, Petitions
from hotline_sim.scenario.events import Event
from hotline_sim.scenario.mechanisms import CoHandlers, Extension, Supervision
from hotline_sim.scenario.phone import Callback, Intake, Skill, Team, Weekday
from hotline_sim.scenario.shortcuts import Enterprise, QuickService, ThreeParty
from hotline_sim.scenario.two_level import TwoLevel
from hotline_sim.scenario.types import (
    AnyDuration,
    ClassName,
    ClockDuration,
    Count,
    Dates,
    Distribution,
    FewTimes,
    Interval,
    Name,
    Positive,
    Share,
    Table,
    Text,
    Weight,
)

REQUEST_CLASSES: tuple[ClassName, ...] = ("consult", "complaint", "help", "suggestion", "praise")
HourTable = Annotated[tuple[Weight, ...], Field(min_length=24, max_length=24, strict=False)]
DayGroup = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "working", "rest"]


class Run(Table):
    """Which days are simulated, and which of them count."""

    start: Annotated[date, Field(description="first day that counts")]
    end: Annotated[
        date, Field(description="day after the last day that counts; no request arrives from here on")
    ]
    run_in: Annotated[
        ClockDuration,
        Field(description="simulated before start, not counted, so that the year starts with a backlog"),
    ]
    horizon: Annotated[
        date | None,
        Field(description="nothing happens after 00:00 of this day; without it the system drains"),
    ] = None
    resolution: Annotated[
        ClockDuration,
        Field(
            description="arrivals, drawn durations, after-call work, rings and pauses are whole multiples of "
            "this; time limits are exact"
        ),
    ]


class CalendarTable(Table):
    """Which days are working days."""

    base: Annotated[
        Literal["china", "weekly"],
        Field(
            description='"china": State Council holidays and make-up days 2020-2026; "weekly": weekends only'
        ),
    ]
    weekend: Annotated[
        tuple[Weekday, ...],
        Field(strict=False, description='days off each week (base "weekly" only)'),
    ] = ("Sat", "Sun")
    holidays: Annotated[
        dict[str, Dates], Field(description="further days off: name = date, or name = [date, date, ...]")
    ] = {}
    working_days: Annotated[
        tuple[date, ...], Field(strict=False, description="further working days, such as make-up days")
    ] = ()


class Holiday(Table):
    """Request rate on holidays, relative to a working day of the same weekday weight 1."""

    spring_festival: Annotated[Weight, Field(description="rate factor on Spring Festival days")]
    other: Annotated[Weight, Field(description="rate factor on other holidays")]
    last_day: Annotated[
        Weight,
        Field(description="rate factor on the last day of a holiday, without a plain weekend after it"),
    ]


class Level(Table):
    """How the level of demand wanders from week to week, all days and channels together."""

    cv: Annotated[
        float, Field(ge=0, le=2, description="coefficient of variation of the level, in the long run")
    ]
    memory: Annotated[
        float,
        Field(gt=0, le=1000, description="weeks after which the correlation of the level has fallen to 1/e"),
    ]
    start: Annotated[
        float,
        Field(
            gt=0, le=10, description="level in the week of run.start and before it; 1: that of the long run"
        ),
    ] = 1.0


class Demand(Table):
    """How many requests come, and when."""

    requests_per_year: Annotated[
        Positive,
        Field(description="valid requests wanted in 365 days, all channels; some callers give up for good"),
    ]
    day_factor_cv: Annotated[
        float, Field(ge=0, le=2, description="coefficient of variation of the random factor of a whole day")
    ]
    level: Annotated[Level | None, Field(description="none: the level stays where it is")] = None
    month: Annotated[
        tuple[Weight, ...],
        Field(min_length=12, max_length=12, strict=False, description="rate factor by month, January first"),
    ]
    weekday: Annotated[
        tuple[Weight, ...],
        Field(min_length=7, max_length=7, strict=False, description="rate factor by weekday, Monday first"),
    ]
    holiday: Holiday
    profiles: Annotated[
        dict[Name, HourTable],
        Field(min_length=1, description="named hour profiles: 24 weights, hour 0 first"),
    ]


class Channel(Table):
    """One way in: phone, app, web or referral from another line."""

    label: Text
    share: Annotated[Share, Field(description="share of valid requests")]
    invalid_share: Annotated[
        float,
        Field(
            ge=0,
            le=0.95,
            description="share of answered contacts that are no request (silent, wrong number)",
        ),
    ] = 0.0
    team: Annotated[Name, Field(description="team that takes these contacts")]
    live: Annotated[
        bool,
        Field(
            description="true: a caller waits on the line, may abandon and redial; false: a written request"
        ),
    ]


class RequestClass(Table):
    """One class of request: consult, complaint, help, suggestion or praise."""

    label: Text
    share: Annotated[Share, Field(description="share of valid requests")]
    direct_answer: Annotated[Share, Field(description="share answered and closed at intake")]
    limit: Annotated[AnyDuration, Field(description="time limit for the reply")]
    desk: Annotated[Distribution, Field(description="staffed work of the unit on one ticket")]
    field: Annotated[
        Distribution, Field(description="time in the field that needs no desk, in the unit's hours")
    ]


class Category(Table):
    """One subject of requests: sets the hour profile, the route and the share of urgent tickets."""

    label: Text
    share: Annotated[Share, Field(description="share of valid requests")]
    profile: Annotated[Name, Field(description="name of an hour profile of demand.profiles")]
    day_profiles: Annotated[
        dict[DayGroup, Name] | None,
        Field(description='hour profiles of other days, such as { rest = "weekend", Fri = "short" }'),
    ] = None
    urgent_share: Annotated[
        Share, Field(description="share of tickets that are urgent (danger to safety)")
    ] = 0.0
    area_share: Annotated[
        Share, Field(description="share handled by the county, district or zone where the citizen is")
    ] = 0.0
    units: Annotated[dict[Name, Positive], Field(description="other units that handle it, with weights")] = {}
    urgent_field: Annotated[
        Distribution | None,
        Field(description="field time of urgent tickets of this category; default urgent.field"),
    ] = None
    limit: Annotated[
        AnyDuration | None, Field(description="time limit of this category; default that of the class")
    ] = None
    desk: Annotated[
        Distribution | None, Field(description="staffed work of this category; default that of the class")
    ] = None
    field: Annotated[
        Distribution | None, Field(description="field time of this category; default that of the class")
    ] = None


class Unit(Table):
    """A unit that handles tickets (承办单位)."""

    label: Text
    kind: Annotated[
        Literal["department", "county", "zone", "company"],
        Field(description="city department, county or district, economic zone, public-service company"),
    ]
    staff: Annotated[Count, Field(description="handlers on duty in the unit's hours")]
    duty: Annotated[Count, Field(description="people on round-the-clock duty for urgent tickets")] = 0
    hours: Annotated[Name, Field(description="name of an entry of [hours]")] = "office"
    area_weight: Annotated[
        Weight, Field(description="weight of this area among citizens (counties and zone only)")
    ] = 0.0
    speed: Annotated[float, Field(ge=0.01, le=100, description="work and field time are divided by this")] = (
        1.0
    )


class Redial(Table):
    """What a caller does who gave up waiting."""

    probability: Annotated[Share, Field(description="probability of calling again after an abandonment")]
    delay: Annotated[Distribution, Field(description="time until the next call")]
    most: Annotated[FewTimes, Field(description="redials at most")]


class Sign(Table):
    """Signing for a ticket (签收)."""

    delay: Annotated[Distribution, Field(description="from dispatch to signing, in the unit's hours")]
    urgent_delay: Annotated[Distribution, Field(description="the same for urgent tickets, round the clock")]
    limit: Annotated[AnyDuration, Field(description="time limit for signing")]
    urgent_limit: Annotated[ClockDuration, Field(description="time limit for signing an urgent ticket")]


class Handling(Table):
    """How units order and speed their work, and when the clock of the deadline runs."""

    order: Annotated[
        Literal["due date", "first come"],
        Field(description="order of the queue after urgency"),
    ] = "due date"
    clock_starts: Annotated[
        Literal["arrival", "dispatch", "sign"], Field(description="instant from which the time limit counts")
    ] = "arrival"
    clock_after_return: Annotated[
        Literal["continues", "restarts"],
        Field(description="whether the limit starts afresh when a returned ticket is dispatched again"),
    ] = "continues"
    deadline_hours: Annotated[Name, Field(description="entry of [hours] whose close ends a working day")] = (
        "office"
    )
    effort_window: Annotated[
        Share, Field(description="last share of the time limit in which work is speeded up; 0: never")
    ] = 0.0
    effort_speed: Annotated[
        float, Field(ge=1, le=20, description="work done per unit of time in that window and when overdue")
    ] = 1.0


class Urgent(Table):
    """Tickets about danger to safety: duty round the clock."""

    limit: Annotated[ClockDuration, Field(description="time limit for the reply")]
    desk: Annotated[Distribution, Field(description="staffed work of the duty desk")]
    field: Annotated[Distribution, Field(description="field time, round the clock")]


class Outcome(Table):
    """What the reply is worth to the citizen, and when the work is done again."""

    solved: Annotated[Share, Field(description="probability that the reply solves the problem")]
    solved_when_late: Annotated[Share, Field(description="the same when the reply is overdue")]
    satisfied_if_solved: Share
    satisfied_if_unsolved: Share
    late_factor: Annotated[
        Share, Field(description="the probability of being satisfied is multiplied by this when overdue")
    ] = 1.0
    redo: Annotated[Share, Field(description="probability of work done again, given a dissatisfied citizen")]
    most_redos: Annotated[FewTimes, Field(description="times at most")]
    redo_limit: Annotated[AnyDuration, Field(description="time limit of work done again (rectification)")]


class Scenario(Table):
    """A city's hotline: what it decided, and what is known or assumed about its citizens."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$", description="file name without ending")]
    title: Text
    description: Annotated[Text | None, Field(description="two lines on what it shows")] = None
    run: Run
    calendar: CalendarTable
    hours: Annotated[
        dict[Name, Annotated[tuple[Interval, ...], Field(min_length=1, strict=False)]],
        Field(description='working hours on working days by name, such as office = ["08:30-12:00"]'),
    ]
    demand: Demand
    channels: Annotated[dict[Name, Channel], Field(min_length=1)]
    teams: Annotated[dict[Name, Team], Field(min_length=1)]
    classes: Annotated[
        dict[ClassName, RequestClass],
        Field(min_length=1),
    ]
    categories: Annotated[dict[Name, Category], Field(min_length=1)]
    units: dict[Name, Unit] = {}
    intake: Intake
    dispatch: Dispatch | None = None
    sign: Sign | None = None
    handling: Handling = Handling()
    urgent: Urgent | None = None
    callback: Callback | None = None
    outcome: Outcome | None = None
    co_handlers: CoHandlers | None = None
    extension: Extension | None = None
    supervision: Supervision | None = None
    events: dict[Name, Event] = {}
    skills: dict[Name, Skill] = {}
    chasers: Chasers | None = None
    repeats: Repeats | None = None
    rating: Rating | None = None
    bulletin: Bulletin | None = None
    automatic_dispatch: AutomaticDispatch | None = None
    enterprise: Enterprise | None = None
    three_party: ThreeParty | None = None
    quick_service: QuickService | None = None
    absence: Absence | None = None
    backlog: Backlog | None = None
    hard_cases: HardCases | None = None
    two_level: TwoLevel | None = None
    mediation: Mediation | None = None
    petitions: Petitions | None = None
