"""Tables of a scenario about what units alone cannot settle: hard cases for leaders and joint meetings.

Each of them may be left out; then there is no such thing. The other tables are in ``schema.py``; what
follows from these is said in :mod:`hotline_sim.rules.hard_cases`.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from hotline_sim.scenario.types import AnyDuration, ClockDuration, ClockTime, Distribution, Name, Share, Table

Rhythm: TypeAlias = Literal["week", "half-month", "month", "quarter"]


class JointMeeting(Table):
    """A meeting of several units at regular dates that settles a batch of hard cases (会商)."""

    share: Annotated[Share, Field(description="share of hard cases that go to a meeting, not to a leader")]
    every: Annotated[
        Rhythm,
        Field(description="a meeting each Monday, on the 1st and 16th, each 1st, or that of a quarter"),
    ]
    start: Annotated[ClockTime, Field(description="clock time at which it begins")]
    length: Annotated[ClockDuration, Field(description="from its beginning to its end")]
    cases: Annotated[int, Field(ge=1, le=10_000, description="cases that one meeting can settle")]


class HardCases(Table):
    """Tickets that leaders take into their own hands (疑难件、领导包案)."""

    share: Annotated[
        Share, Field(description="share of tickets found hard when signed for, urgent ones left out")
    ]
    after_redos: Annotated[
        Share, Field(description="share of citizens whom the last redo left dissatisfied that go to a leader")
    ] = 1.0
    leaders: Annotated[int, Field(ge=1, le=100_000, description="leaders who take cases")]
    cases_each: Annotated[int, Field(ge=1, le=1000, description="cases that a leader has in hand at most")]
    hours: Annotated[Name, Field(description="name of an entry of [hours]: when leaders work on cases")] = (
        "office"
    )
    time: Annotated[Distribution, Field(description="time that a leader has a case in hand, in these hours")]
    success: Annotated[Share, Field(description="probability that leaders or a meeting settle a case")]
    limit: Annotated[
        AnyDuration | None,
        Field(description="time limit from signing, where it is longer; none: that of the ticket"),
    ] = None
    meeting: Annotated[JointMeeting | None, Field(description="none: all go to the leaders")] = None
