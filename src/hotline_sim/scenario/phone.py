"""Tables of a scenario about the phone room: teams and shifts, intake, seats for certain callers, call-backs.

Calls about one's own ticket are in ``citizens.py``, everything else in ``schema.py``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hotline_sim.scenario.types import (
    ClockDuration,
    ClockTime,
    Count,
    Distribution,
    FewTimes,
    Interval,
    Name,
    Share,
    Table,
    Text,
)

Weekday = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
WEEKDAYS: tuple[Weekday, ...] = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Shift(Table):
    """Agents who are on duty over the same hours."""

    name: Name
    start: Annotated[ClockTime, Field(description="clock time at which the shift begins")]
    end: Annotated[ClockTime, Field(description="clock time at which it ends; before start: the next day")]
    agents: Annotated[Count, Field(description="agents on duty")]
    days: Annotated[
        Literal["all", "working", "rest"], Field(description="on which days the shift begins")
    ] = "all"
    weekdays: Annotated[
        tuple[Weekday, ...] | None,
        Field(min_length=1, strict=False, description="only on these weekdays the shift begins"),
    ] = None
    pause: Annotated[
        Interval | None, Field(description="meal break within the shift, nobody of it on duty")
    ] = None


class Overflow(Table):
    """Help from another team (溢出、多援一): it takes calls that would have to wait."""

    to: Annotated[Name, Field(description="team that helps while somebody of it is free")]
    above: Annotated[Count, Field(description="so many calls wait at least before one goes there")] = 0


class Team(Table):
    """Agents who serve one station of the hotline itself."""

    label: Text
    shifts: Annotated[tuple[Shift, ...], Field(min_length=1, strict=False)]
    lines: Annotated[
        int | None,
        Field(ge=1, le=10_000, description="calls that wait or talk at most; further ones find it busy"),
    ] = None
    overflow: Annotated[
        Overflow | None, Field(description="team that helps when calls would have to wait; none: nobody")
    ] = None


class Skill(Table):
    """Seats for certain callers (方言坐席、专家坐席); with help from others through the team's overflow."""

    team: Annotated[Name, Field(description="team that takes these calls")]
    share: Annotated[Share, Field(description="share of callers who need these seats")] = 0.0
    categories: Annotated[
        dict[Name, Share], Field(description="share of callers with requests of some categories, in place")
    ] = {}
    areas: Annotated[
        dict[Name, Share], Field(description="share of callers from some areas, in place of share")
    ] = {}


class Redial(Table):
    """What a caller does who gave up waiting."""

    probability: Annotated[Share, Field(description="probability of calling again after an abandonment")]
    delay: Annotated[Distribution, Field(description="time until the next call")]
    most: Annotated[FewTimes, Field(description="redials at most")]


class Intake(Table):
    """Taking the request: talk, after-call work, patience."""

    talk: Annotated[Distribution, Field(description="talk time of a valid call")]
    invalid_talk: Annotated[Distribution, Field(description="talk time of a call that is no request")]
    written: Annotated[Distribution, Field(description="reading and recording a written request")]
    after_call_direct: Annotated[
        ClockDuration | None, Field(description="after-call work when answered directly; none: no such work")
    ] = None
    after_call_ticket: Annotated[
        ClockDuration | None, Field(description="after-call work when a ticket is made; none: no such work")
    ] = None
    patience: Annotated[
        Distribution | None, Field(description="longest wait a caller accepts; none: callers never abandon")
    ] = None
    hang_up_share: Annotated[
        Share, Field(description="share of callers who hang up at once when they would have to wait")
    ] = 0.0
    redial: Annotated[Redial | None, Field(description="none: an abandoned call is lost for good")] = None


class Callback(Table):
    """Asking the citizen after the reply (回访)."""

    team: Annotated[Name, Field(description="team that calls back")]
    share: Annotated[Share, Field(description="share of replied tickets that are called back")]
    talk: Annotated[Distribution, Field(description="talk time when the citizen is reached")]
    ring: Annotated[ClockDuration, Field(description="agent time of a call that is not answered")]
    reached: Annotated[
        Share, Field(description="probability that the citizen is reached within most_tries calls")
    ]
    most_tries: Annotated[int, Field(ge=1, le=9, description="calls at most in one round")]
    retry_after: Annotated[ClockDuration, Field(description="pause between two calls to the same citizen")]
    idle_above: Annotated[
        Count | None,
        Field(description="calls only begin while more agents than this are free; none: like any call"),
    ] = None
    between: Annotated[
        Interval | None, Field(description="clock times between which calls begin (with idle_above)")
    ] = None
