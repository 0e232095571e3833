"""What a profile may say: how a layout of records is read, as tables of a TOML file.

Loading and the rules over several keys are in :mod:`~hotline_sim.records.profile`; what is done with the
cells of a file is in :mod:`~hotline_sim.records.convert`.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeAlias

from pydantic import BeforeValidator, Field

from hotline_sim.clock.ticks import parse_clock
from hotline_sim.scenario.types import Interval, Name, Table, Text

Kind: TypeAlias = Literal["calls", "requests", "events", "counts"]

_BASES: Final = r"weekly|none|china|holidays:[A-Z]{2}(-[A-Z0-9]{1,3})?"

CALLS: Final = frozenset({"calls"})
REQUESTS: Final = frozenset({"requests", "events"})
BOTH: Final = CALLS | REQUESTS
EVENTS: Final = frozenset({"events"})
COUNTS: Final = frozenset({"counts"})


class Target(NamedTuple):
    """What a column of the file can be read as.

    Parameters
    ----------
    type : str
        ``"time"``, ``"duration"``, ``"number"``, ``"flag"``, ``"name"`` (few values, many rows), ``"text"``.
    kinds : frozenset of str
        Kinds of layout that know it.
    meaning : str
        What it says.
    """

    type: Literal["time", "duration", "number", "flag", "name", "text"]
    kinds: frozenset[str]
    meaning: str


TARGETS: Final[dict[str, Target]] = {
    "id": Target("text", BOTH, "what tells a record from others; a row whose id was given before is dropped"),
    "arrival": Target("time", BOTH, "the request arrives"),
    "queued": Target("time", CALLS, "a caller joins the queue, after a voice menu; the arrival if not given"),
    "answered": Target("time", CALLS, "an agent takes the call"),
    "ended": Target("time", CALLS, "the talk ends, or the caller gives up"),
    "wait": Target(
        "duration", CALLS | COUNTS, "from the queue to the agent or to giving up; of counts, the mean"
    ),
    "talk": Target("duration", CALLS, "length of the talk"),
    "after_call": Target("duration", CALLS, "work after the talk"),
    "outcome": Target("name", CALLS, "answered, abandoned, invalid (no request), menu (no queue)"),
    "time": Target("time", EVENTS, "the event happens"),
    "activity": Target("name", EVENTS, "what happens"),
    "dispatched": Target("time", REQUESTS, "the request is sent to a unit"),
    "signed": Target("time", REQUESTS, "the unit accepts it"),
    "due": Target("time", REQUESTS, "the reply should be there"),
    "replied": Target("time", REQUESTS, "the citizen has the reply; the closing if not given"),
    "closed": Target("time", REQUESTS, "nothing more is done"),
    "on_time": Target("flag", REQUESTS, "the deadline was kept, by the records"),
    "solved": Target("flag", REQUESTS, "the problem is solved, by the citizen"),
    "satisfied": Target("flag", REQUESTS, "the citizen is satisfied"),
    "urgent": Target("flag", BOTH, "danger to safety"),
    "reassignments": Target("number", REQUESTS, "times it went to another unit"),
    "reopened": Target("number", REQUESTS, "times the work was done again"),
    "unit": Target("name", REQUESTS, "who handles it; the last one"),
    "source": Target("name", BOTH, "channel"),
    "category": Target("name", BOTH, "subject"),
    "request_class": Target("name", BOTH, "consult, complaint, help, suggestion, praise"),
    "area": Target("name", BOTH, "area of the citizen"),
    "agent": Target("name", BOTH, "who took the call or had the ticket"),
    "customer": Target("text", BOTH, "who called"),
    "priority": Target("name", BOTH, "priority"),
    "service": Target("name", BOTH, "kind of service or line"),
    "status": Target("name", BOTH, "state in the records"),
    "start": Target("time", COUNTS, "the interval begins"),
    "offered": Target("number", COUNTS, "calls or requests in the interval"),
    "answered_calls": Target("number", COUNTS, "of them answered"),
    "abandoned_calls": Target("number", COUNTS, "of them given up"),
    "service_level": Target("number", COUNTS, "share answered in time"),
}
"""Everything that records can be read into, by name."""

NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "calls": ("arrival",),
    "requests": ("arrival",),
    "events": ("id", "time", "activity"),
    "counts": ("start", "offered"),
}
"""Columns without which a row says nothing, by kind of layout; a row that lacks one of them is dropped."""


class Pick(Table):
    """Where a value stands in a row of the file."""

    any_of: tuple[str, ...] = Field(
        default=(), strict=False, description="names of the column, the first one that the file has"
    )
    join: tuple[str, ...] = Field(
        default=(), strict=False, description="columns that are one value together, such as date and time"
    )
    keep: str = Field(default="", description="regular expression; its first group is what counts")
    unit: Literal["ms", "s", "min", "h", "d"] = Field(default="s", description="unit of a bare number")
    optional: bool = Field(default=False, description="whether a file may lack the column")


def _pick(value: Any) -> Any:
    if isinstance(value, str):
        return {"any_of": (value,)}
    if isinstance(value, list):
        return {"join": tuple(value)}
    return value


AnyPick = Annotated[Pick, BeforeValidator(_pick)]


def _cells(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Cells = Annotated[tuple[str, ...], Field(strict=False, min_length=1), BeforeValidator(_cells)]


class Rule(Table):
    """What happens to rows whose cells are such."""

    when: dict[str, Cells] = Field(
        min_length=1, description="by column of the file: the cells meant, one or several; all must hold"
    )
    drop: str = Field(default="", description="leave the row out, for this reason")
    set: dict[str, str] = Field(default={}, description="values to take instead, by target")


class FileTable(Table):
    """How the file is written."""

    encoding: str = Field(default="", description="such as utf-8, gb18030 or big5; found out if not given")
    separator: str = Field(default="", max_length=1, description="found out if not given")
    sheet: str = Field(default="", description="sheet of a workbook; the first that fits if not given")
    missing: tuple[str, ...] = Field(
        default=("NULL", "null", "None", "NaN", "nan", "N/A", "n/a", "-", "--", "?", "无", "無", r"\N"),
        strict=False,
        description="cells that mean: not known",
    )
    comma_in: str = Field(
        default="", description="column in which separators stand without quotes; rows are put right there"
    )


def _clock_text(value: Any) -> Any:
    if not isinstance(value, str):
        msg = 'must be a clock time such as "12:00"'
        raise ValueError(msg)
    parse_clock(value)
    return value


ClockText = Annotated[str, BeforeValidator(_clock_text)]


class TimeTable(Table):
    """How instants are written, and which of them count."""

    order: Literal["ymd", "dmy", "mdy", "roc"] = Field(
        default="ymd", description='order of the parts of a date; "roc": years of the Republic of China'
    )
    format: str = Field(default="", description="strptime format, for what the others do not cover")
    number: Literal["", "unix", "unix-ms", "excel"] = Field(
        default="", description="what a bare number means; if empty it is a date written without separators"
    )
    zone: str = Field(default="", description="IANA time zone of the city, such as America/New_York")
    clock_if_missing: ClockText = Field(default="", description="time of day where it is lost")
    start: date | datetime | None = Field(default=None, description="first instant that counts")
    end: date | datetime | None = Field(default=None, description="first instant that counts no more")
    extract: date | datetime | None = Field(
        default=None,
        description="when the records were taken out; a date: at its end",
    )


def _base(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(_BASES, value):
        msg = 'must be "weekly", "none", "china", or "holidays:" with a country, such as "holidays:US"'
        raise ValueError(msg)
    return value


Base = Annotated[str, BeforeValidator(_base)]


class RecordsCalendar(Table):
    """Working days and hours of the units."""

    base: Base = Field(
        default="weekly",
        description="weekly, none (round the clock), china, or holidays: with a country, as in holidays:US",
    )
    weekend: tuple[Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], ...] = Field(
        default=("Sat", "Sun"), strict=False, description="weekdays off"
    )
    holidays: tuple[date, ...] = Field(default=(), strict=False, description="further days off")
    working_days: tuple[date, ...] = Field(default=(), strict=False, description="worked all the same")
    hours: tuple[Interval, ...] = Field(
        default=("09:00-17:00",),
        strict=False,
        min_length=1,
        validate_default=True,
        description="office hours",
    )


class EventsTable(Table):
    """What the activities of an event log mean."""

    replied: tuple[str, ...] = Field(default=(), strict=False, description="the citizen has the reply")
    closed: tuple[str, ...] = Field(default=(), strict=False, description="nothing more is done")
    waiting: tuple[str, ...] = Field(default=(), strict=False, description="the unit waits for somebody else")


class CountsTable(Table):
    """What one row of counts covers."""

    minutes: int = Field(default=1440, gt=0, le=100_000, description="length of the interval")


class Profile(Table):
    """A layout of records."""

    name: str = Field(
        min_length=1,
        max_length=80,
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        description="lower-case letters, digits and hyphens",
    )
    title: Text | None = Field(default=None, description="name for people")
    description: str = Field(default="", description="what the data are")
    kind: Kind = Field(description="calls, requests, events or counts")
    columns: dict[str, AnyPick] = Field(min_length=1, description="by target: the column of the file")
    extra: dict[Name, AnyPick] = Field(default={}, description="further columns, kept as text")
    values: dict[str, dict[str, str | bool | int]] = Field(
        default={}, description="by target: what the words of the file mean"
    )
    rules: tuple[Rule, ...] = Field(default=(), strict=False, description="rows left out or changed")
    live: tuple[str, ...] = Field(
        default=(), strict=False, description="sources whose callers wait on the line; calls: all"
    )
    file: FileTable = Field(default=FileTable(), description="how the file is written")
    time: TimeTable = Field(default=TimeTable(), description="how instants are written")
    calendar: RecordsCalendar = Field(
        default=RecordsCalendar(), validate_default=True, description="working days and hours"
    )
    events: EventsTable = Field(default=EventsTable(), description="activities of an event log")
    counts: CountsTable = Field(default=CountsTable(), description="what a row of counts covers")
