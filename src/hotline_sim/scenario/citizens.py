"""Tables of a scenario about citizens with a ticket: they call about it, rate the reply, call again.

The hotline's own call-backs are in ``schema.py``.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from hotline_sim.scenario.types import AnyDuration, Distribution, Name, Share, Table


class Chasers(Table):
    """Calls about one's own open ticket (催单)."""

    team: Annotated[Name, Field(description="team that takes these calls")]
    share: Annotated[Share, Field(description="share of citizens who would call about an open ticket")] = 1.0
    after: Annotated[Distribution, Field(description="from the record until they call, if it is still open")]
    again: Annotated[Distribution, Field(description="from one such call to the next, if it is still open")]
    most: Annotated[int, Field(ge=1, le=9, description="such calls at most about one ticket")]
    talk: Annotated[Distribution, Field(description="talk of such a call")]
    first: Annotated[
        bool, Field(description="a ticket asked about goes before others in the unit's queue")
    ] = False
    merged: Annotated[
        bool,
        Field(description="joined to the open ticket (并单); false: a second ticket is made and worked on"),
    ] = True
    duplicate_work: Annotated[
        float,
        Field(
            gt=0, le=10, description="desk work on a second ticket, relative to the first (merged = false)"
        ),
    ] = 0.5


class Repeats(Table):
    """Calls about a ticket that was closed without a solution (重复件)."""

    team: Annotated[Name, Field(description="team that takes these calls")]
    share: Annotated[Share, Field(description="share of citizens who call again, if nothing was solved")]
    delay: Annotated[Distribution, Field(description="from the close until they call again")]
    talk: Annotated[Distribution, Field(description="talk of such a call")]
    reopened: Annotated[
        Share,
        Field(description="share of these calls after which the unit works again, within outcome.most_redos"),
    ] = 1.0


class Rating(Table):
    """Rating by the citizen (好差评), and rectification of bad ratings; apart from what is true."""

    share: Annotated[Share, Field(description="share of tickets with a reply that are rated")]
    direct_share: Annotated[Share, Field(description="share of direct answers that are rated")] = 0.0
    delay: Annotated[Distribution, Field(description="from the reply to the rating")]
    bad_if_satisfied: Annotated[
        Share, Field(description="probability of a bad rating by a satisfied citizen")
    ] = 0.0
    bad_if_dissatisfied: Annotated[
        Share, Field(description="probability of a bad rating by a dissatisfied citizen")
    ] = 1.0
    direct_satisfied: Annotated[
        Share, Field(description="share of citizens who are satisfied with a direct answer")
    ] = 1.0
    rectify_work: Annotated[Distribution, Field(description="desk work of the unit that rectifies")]
    rectify_limit: Annotated[AnyDuration, Field(description="time limit for rectifying, from the rating")]


class Bulletin(Table):
    """Weekly bulletin (周通报) that names the units with the largest share of late replies."""

    named: Annotated[int, Field(ge=1, le=1000, description="units named in a week at most")]
    least: Annotated[
        int, Field(ge=1, le=1_000_000, description="replies in the week below which no unit is named")
    ] = 5
    speed: Annotated[
        float, Field(ge=1, le=20, description="work done per unit of time by a named unit in the next week")
    ] = 1.0
