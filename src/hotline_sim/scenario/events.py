"""Tables of a scenario about days that are not like others: a storm, a lockdown, a campaign, an outage.

An event changes demand, talk, redials and staffing between two hours; everything else of a scenario is in
``schema.py``.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from hotline_sim.clock.ticks import tick_of
from hotline_sim.scenario.types import Name, Positive, Share, Table, Text, Weight


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            msg = "must be local time without an offset, such as 2021-07-12T06:00:00"
            raise ValueError(msg)
        moment = value
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day)
    else:
        msg = "must be a date or a date with a time, such as 2021-07-12 or 2021-07-12T06:00:00"
        raise ValueError(msg)
    if moment != moment.replace(minute=0, second=0, microsecond=0):
        msg = "must be a full hour"
        raise ValueError(msg)
    return moment


Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    PlainSerializer(lambda moment: moment, return_type=datetime),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "examples": ["2021-07-12", "2021-07-12T06:00:00"]}
    ),
]


class EventRedial(Table):
    """How callers who gave up behave meanwhile, in place of ``intake.redial``."""

    probability: Annotated[Share, Field(description="probability of calling again after an abandonment")]
    delay_factor: Annotated[
        float, Field(gt=0, le=100, description="the time until the next call is multiplied by this")
    ] = 1.0
    most: Annotated[int, Field(ge=0, le=40, description="redials at most")]


class Event(Table):
    """Days or hours that are not like others (突发事件与专项时段)."""

    label: Text
    start: Annotated[Moment, Field(description="day or full hour from which it holds")]
    end: Annotated[Moment, Field(description="day or full hour from which it no longer holds")]
    demand: Annotated[Weight, Field(description="request rate is multiplied by this")] = 1.0
    by_day: Annotated[
        tuple[Weight, ...],
        Field(strict=False, description="factor of each day of the event, in place of demand"),
    ] = ()
    categories: Annotated[
        tuple[Name, ...],
        Field(strict=False, description="only requests of these categories; none: all"),
    ] = ()
    talk: Annotated[
        Positive, Field(description="talk of requests that arrive meanwhile is multiplied by this")
    ] = 1.0
    redial: Annotated[
        EventRedial | None, Field(description="of callers who give up meanwhile; none: as ever")
    ] = None
    agents: Annotated[
        dict[Name, Weight], Field(description="by team: agents on duty are multiplied by this, and rounded")
    ] = {}
    staff: Annotated[
        dict[Name, Weight],
        Field(description="by unit: handlers and people on duty are multiplied by this, and rounded"),
    ] = {}

    @property
    def start_tick(self) -> int:
        """First tick at which it holds."""
        return tick_of(self.start)

    @property
    def end_tick(self) -> int:
        """Tick from which it no longer holds."""
        return tick_of(self.end)

    def factor(self, day: int) -> float:
        """Factor on demand on a day of the event, counted from 0."""
        return self.by_day[day] if self.by_day else self.demand
