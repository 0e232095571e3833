"""Tables of a scenario that does not begin empty: tickets that are open when it starts.

Counts, or every single ticket; :mod:`hotline_sim.results.open_tickets` takes them from a log.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from hotline_sim.scenario.types import ClockDuration, Name, Table

OpenStage = Literal["dispatch", "desk", "field"]
_ClassName = Literal["consult", "complaint", "help", "suggestion", "praise"]


def _instant(value: Any) -> datetime:
    if not isinstance(value, date):
        msg = "must be a date or a date with a time, such as 2021-07-12 or 2021-07-12T06:00:00"
        raise ValueError(msg)
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    if value.tzinfo is not None:
        msg = "must be local time without an offset, such as 2021-07-12T06:00:00"
        raise ValueError(msg)
    return value


Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    PlainSerializer(lambda instant: instant, return_type=datetime),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2021-07-12T09:41:00"]}),
]
_Stage = Annotated[
    OpenStage | None,
    Field(
        description="where it stands: dispatch, desk (waits for a handler) or field (only the rest of the "
        "field time is missing); none: field, or dispatch without a unit"
    ),
]


class OpenGroup(Table):
    """Open tickets of a unit that are about as old, counted (按单位和时长统计的在办工单)."""

    count: Annotated[int, Field(ge=1, le=100_000, description="how many")]
    unit: Annotated[Name | None, Field(description="unit that has them; none: they wait for dispatch")] = None
    stage: _Stage = None
    youngest: Annotated[ClockDuration, Field(description="age of the youngest when the run starts")]
    oldest: Annotated[
        ClockDuration, Field(description="age of the oldest; the ages of the others lie evenly between")
    ]
    category: Annotated[
        Name | None, Field(description="none: drawn from what comes to the unit, for each ticket")
    ] = None
    request_class: Annotated[
        _ClassName | None, Field(description="none: drawn from what becomes a ticket, for each")
    ] = None


class OpenTicket(Table):
    """One open ticket (在办工单)."""

    arrived: Annotated[Instant, Field(description="first call or message")]
    category: Annotated[Name, Field(description="subject of the request")]
    request_class: Annotated[_ClassName, Field(description="class of the request")]
    urgent: Annotated[bool, Field(description="danger to safety")] = False
    unit: Annotated[Name | None, Field(description="unit that has it; none: it waits for dispatch")] = None
    stage: _Stage = None
    since: Annotated[
        Instant | None, Field(description="in this stage since then; none: since it arrived")
    ] = None
    due: Annotated[
        Instant | None, Field(description="deadline of the reply; none: by the limits of the scenario")
    ] = None


class Backlog(Table):
    """Tickets that are open when the run starts, in place of a run-in (期初在办)."""

    groups: Annotated[
        tuple[OpenGroup, ...], Field(max_length=10_000, strict=False, description="counted by unit and age")
    ] = ()
    tickets: Annotated[
        tuple[OpenTicket, ...], Field(max_length=100_000, strict=False, description="one by one")
    ] = ()

    def oldest(self, start: datetime) -> datetime:
        """Arrival of the oldest, if the run starts then."""
        most = (start - datetime.min) // timedelta(milliseconds=1)
        ages = min(max((group.oldest.ticks() for group in self.groups), default=0), most)
        return min([start - timedelta(milliseconds=ages), *(ticket.arrived for ticket in self.tickets)])
