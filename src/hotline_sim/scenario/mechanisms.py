"""Tables of a scenario about what units do together and about tickets that take too long.

Each of them may be left out; then there is no such thing. The other tables are in ``schema.py`` and
``events.py``.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from hotline_sim.scenario.types import AnyDuration, Name, Share, Table


class CoHandlers(Table):
    """Units that handle a ticket together with the lead unit (主办、协办); the reply waits for all."""

    share: Annotated[Share, Field(description="share of tickets with co-handlers, urgent ones left out")]
    two: Annotated[Share, Field(description="of these, share with two co-handlers in place of one")] = 0.0
    work: Annotated[
        float,
        Field(gt=0, le=10, description="work and field time of a co-handler, relative to a lead unit's"),
    ] = 1.0
    categories: Annotated[
        dict[Name, Share], Field(description="share of tickets of some categories, in place of share")
    ] = {}


class Extension(Table):
    """More time for a ticket (延期): asked for once, when units begin to hurry, else at the deadline."""

    asked: Annotated[
        Share, Field(description="share of open tickets for which it is asked for; urgent ones left out")
    ]
    granted: Annotated[Share, Field(description="share of these for which it is granted")] = 1.0
    length: Annotated[AnyDuration, Field(description="time from the old deadline to the new one")]


class Supervision(Table):
    """Reminders of tickets (催办), and supervision of late ones in up to three colours (督办)."""

    steps: Annotated[
        tuple[AnyDuration, ...],
        Field(
            min_length=1,
            max_length=3,
            strict=False,
            description="time after the deadline at which an open ticket turns blue, orange and red; each "
            "longer than the one before, whenever the deadline falls",
        ),
    ]
    first: Annotated[
        bool, Field(description="supervised tickets go before others in the unit's queue, by colour")
    ] = True
    speed: Annotated[
        float, Field(ge=1, le=20, description="work done per unit of time on a supervised ticket, at least")
    ] = 1.0
    remind_at: Annotated[
        float | None,
        Field(
            gt=0,
            lt=1,
            description="share of the time limit after which the unit is reminded of an open ticket; "
            "counted, without effect",
        ),
    ] = None
