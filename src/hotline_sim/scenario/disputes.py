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


class ScreeningLevel(Table):
    """One level at which people look for disputes, such as county, township or village."""

    every: Annotated[
        Rhythm, Field(description="a round each Monday, on the 1st and 16th, each 1st, or that of a quarter")
    ]
    found: Annotated[Share, Field(description="probability that a round finds a dispute that exists")]


class Screening(Table):
    """Rounds that look for disputes before they are brought forward (矛盾纠纷排查)."""

    latent: Annotated[
        Distribution, Field(description="time that a dispute exists before it is brought forward")
    ]
    levels: Annotated[dict[Name, ScreeningLevel], Field(min_length=1, description="rounds by level")]


class Mediation(Table):
    """Mediators who settle disputes: those brought to them and some complaints (矛盾纠纷多元化解)."""

    disputes_per_year: Annotated[
        float, Field(ge=0, le=10_000_000, description="disputes in 365 days that nobody calls about")
    ]
    diverted: Annotated[
        Share, Field(description="share of complaint tickets that are disputes, urgent ones left out")
    ] = 0.0
    taken: Annotated[Share, Field(description="share of disputes that are mediated; 0: mediation is off")] = (
        1.0
    )
    mediators: Annotated[int, Field(ge=1, le=1_000_000, description="mediators, one dispute each at a time")]
    hours: Annotated[Name, Field(description="name of an entry of [hours]: when mediators work")] = "office"
    time: Annotated[Distribution, Field(description="time of a mediation, in these hours")]
    longest: Annotated[
        ClockDuration | None, Field(description="a mediation ends after so long at the latest")
    ] = None
    success: Annotated[Share, Field(description="probability that mediation settles a dispute")]
    screening: Annotated[Screening | None, Field(description="none: nobody looks for disputes")] = None


class Petitions(Table):
    """Citizens who go on to petition when everything else has failed (信访)."""

    unsolved: Annotated[
        Share, Field(description="probability that a citizen petitions who is left unsolved and dissatisfied")
    ]
    hard_case: Annotated[Share, Field(description="probability after a hard case that was not settled")] = 0.0
    mediation: Annotated[Share, Field(description="probability after a mediation that failed")] = 0.0
    unmediated: Annotated[Share, Field(description="probability after a dispute that nobody mediated")] = 0.0
    delay: Annotated[Distribution | None, Field(description="time until the petition; none: at once")] = None
