"""Tables of a scenario about shorter ways than the usual: for enterprises, in a call of three, at a counter.

Each of them may be left out; then there is no such way. Dispatch without a person is in ``dispatching.py``,
what follows from all of them in :mod:`hotline_sim.rules`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from hotline_sim.scenario.types import AnyDuration, ClassName, ClockDuration, Distribution, Name, Share, Table


class Enterprise(Table):
    """A line for enterprises, with shorter limits and the mayor's office behind it (市长直通车)."""

    share: Annotated[Share, Field(description="share of contacts that come from enterprises")]
    categories: Annotated[
        dict[Name, Share], Field(description="share of contacts of some categories, in place of share")
    ] = {}
    team: Annotated[
        Name | None, Field(description="team that takes them; none: that of the channel, as for others")
    ] = None
    first: Annotated[
        bool,
        Field(description="they go before others, behind urgent ones: at intake, at the desk and at units"),
    ] = True
    limits: Annotated[
        dict[ClassName, AnyDuration],
        Field(description="time limits of some classes for enterprises, in place of those for everybody"),
    ] = {}
    escalate_after: Annotated[
        AnyDuration | None,
        Field(
            description="time after the deadline at which an open ticket is brought before the mayor's "
            "office, and goes before all but urgent ones at the unit; none: never"
        ),
    ] = None
    speed: Annotated[
        float, Field(ge=1, le=20, description="work done per unit of time from then on, at least")
    ] = 1.0


class ThreeParty(Table):
    """Calls in which operator, citizen and unit talk together, so that no ticket is needed (三方通话)."""

    share: Annotated[
        Share,
        Field(
            description="share of calls that would else become a ticket, if they come in the unit's hours; "
            "urgent ones left out"
        ),
    ]
    classes: Annotated[
        dict[ClassName, Share], Field(description="share of calls of some classes, in place of share")
    ] = {}
    talk: Annotated[Distribution, Field(description="talk of the three, after the usual talk")]


class QuickService(Table):
    """Matters that a counter settles within a short time of their own (30分钟限时办)."""

    team: Annotated[Name, Field(description="team at the counter")]
    share: Annotated[
        Share,
        Field(description="share of tickets recorded while the counter is staffed; urgent ones left out"),
    ]
    categories: Annotated[
        dict[Name, Share], Field(description="share of tickets of some categories, in place of share")
    ] = {}
    classes: Annotated[
        tuple[ClassName, ...], Field(strict=False, description="only tickets of these classes; none: all")
    ] = ()
    work: Annotated[Distribution, Field(description="work at the counter, until the reply is given")]
    limit: Annotated[ClockDuration, Field(description="time limit from the record of the ticket")]
