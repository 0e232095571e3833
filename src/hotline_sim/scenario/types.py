"""Value types of a scenario file: durations, shares, clock times, names and distributions.

Each type says what text or number a planner may write, so that validation, the editor's JSON Schema
and the documentation come from one place. The tables that use them are in ``schema.py``.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from hotline_sim.clock.ticks import HOUR, MINUTE, Duration, parse_clock, parse_duration


class Table(BaseModel):
    """A table of the file: strict types, unknown keys refused, never changed after loading."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, allow_inf_nan=False, arbitrary_types_allowed=True
    )


def _duration(value: Any) -> Duration:
    if isinstance(value, Duration):
        return value
    if not isinstance(value, str):
        msg = 'must be a text with a unit, such as "15 s", "8 h" or "5 working days"'
        raise ValueError(msg)
    return parse_duration(value)


def _clock_duration(value: Any) -> Duration:
    duration = _duration(value)
    if duration.is_working:
        msg = 'must be clock time such as "15 s", "20 min" or "8 h", not working time'
        raise ValueError(msg)
    return duration


def _interval(value: Any) -> tuple[int, int]:
    if isinstance(value, tuple):
        return value
    if not isinstance(value, str) or value.count("-") != 1:
        msg = 'must be two clock times such as "08:30-12:00"'
        raise ValueError(msg)
    start, end = (parse_clock(part.strip()) for part in value.split("-"))
    if start >= end:
        msg = "must start before it ends"
        raise ValueError(msg)
    return start, end


def _clock(value: Any) -> int:
    # A bare number is refused: 8 would be read as 8 ms after midnight.
    if not isinstance(value, str):
        msg = 'must be a clock time such as "08:30"'
        raise ValueError(msg)
    return parse_clock(value)


def _dates(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return (value,)
    if not isinstance(value, list | tuple):
        msg = "must be a date such as 2021-01-31, or a list of dates"
        raise ValueError(msg)
    return value


def _dates_as_written(dates: tuple[date, ...]) -> date | list[date]:
    return dates[0] if len(dates) == 1 else list(dates)


def _clock_text(tick: int) -> str:
    return f"{tick // HOUR:02d}:{tick % HOUR // MINUTE:02d}"


def _interval_text(interval: tuple[int, int]) -> str:
    return "-".join(map(_clock_text, interval))


_DURATION_PATTERN = r"^\s*[0-9]+(\.[0-9]+)?\s*[^0-9\s].*$"
_INTERVAL_PATTERN = r"^\s*[0-2]?[0-9]:[0-5][0-9]\s*-\s*[0-2]?[0-9]:[0-5][0-9]\s*$"
_DATE_SCHEMA = {"type": "string", "format": "date"}

AnyDuration = Annotated[
    Duration,
    BeforeValidator(_duration),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _DURATION_PATTERN, "examples": ["15 s", "5 working days"]}),
]
ClockDuration = Annotated[
    Duration,
    BeforeValidator(_clock_duration),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _DURATION_PATTERN, "examples": ["15 s", "20 min", "8 h"]}),
]
ClockTime = Annotated[
    int,
    BeforeValidator(_clock),
    PlainSerializer(_clock_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[0-2]?[0-9]:[0-5][0-9]$", "examples": ["08:30"]}),
]
Interval = Annotated[
    tuple[int, int],
    BeforeValidator(_interval),
    PlainSerializer(_interval_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _INTERVAL_PATTERN, "examples": ["08:30-12:00"]}),
]
Dates = Annotated[
    tuple[date, ...],
    Field(min_length=1, strict=False),
    BeforeValidator(_dates),
    PlainSerializer(_dates_as_written, return_type=date | list[date]),
    WithJsonSchema(
        {"anyOf": [_DATE_SCHEMA, {"type": "array", "items": _DATE_SCHEMA, "minItems": 1}]},
    ),
]

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=1_000_000)]
Positive = Annotated[float, Field(gt=0, le=100_000_000)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
FewTimes = Annotated[int, Field(ge=0, le=9)]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Text(Table):
    """A label in both languages."""

    en: Annotated[str, Field(description="English label")]
    zh: Annotated[str, Field(description="Chinese label")]


class Fixed(Table):
    """Always the same duration."""

    family: Literal["fixed"]
    mean: AnyDuration


class Exponential(Table):
    """Exponential with the given mean."""

    family: Literal["exponential"]
    mean: AnyDuration


class Lognormal(Table):
    """Lognormal by mean and standard deviation of the logarithm."""

    family: Literal["lognormal"]
    mean: AnyDuration
    sigma: Annotated[float, Field(gt=0, le=5, description="standard deviation of the logarithm")]


class Gamma(Table):
    """Gamma by mean and coefficient of variation."""

    family: Literal["gamma"]
    mean: AnyDuration
    cv: Annotated[float, Field(gt=0, le=20, description="standard deviation over mean")]


class Weibull(Table):
    """Weibull by mean and shape."""

    family: Literal["weibull"]
    mean: AnyDuration
    shape: Annotated[float, Field(gt=0.05, le=50)]


class Erlang(Table):
    """Sum of equal exponential stages."""

    family: Literal["erlang"]
    mean: AnyDuration
    stages: Annotated[int, Field(ge=1, le=1000)]


class Uniform(Table):
    """Uniform between two durations."""

    family: Literal["uniform"]
    low: AnyDuration
    high: AnyDuration


class Triangular(Table):
    """Triangular between two durations with a most likely one."""

    family: Literal["triangular"]
    low: AnyDuration
    mode: AnyDuration
    high: AnyDuration


class Empirical(Table):
    """A table of quantiles with straight lines between them, such as a fit to records gives."""

    family: Literal["empirical"]
    quantiles: Annotated[
        tuple[AnyDuration, ...],
        Field(min_length=2, strict=False, description="durations from the shortest to the longest"),
    ]
    probabilities: Annotated[
        tuple[Share, ...] | None,
        Field(strict=False, description="share that takes at most so long, from 0 to 1; none: equal steps"),
    ] = None


Distribution = Annotated[
    Fixed | Exponential | Lognormal | Gamma | Weibull | Erlang | Uniform | Triangular | Empirical,
    Field(discriminator="family"),
]

ClassName = Literal["consult", "complaint", "help", "suggestion", "praise"]
