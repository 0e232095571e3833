"""Instants and durations in whole milliseconds, and how people write them.

An instant counts from 1970-01-01T00:00 of the city's local wall time: no time zone, no summer time. Durations
in working time only get a meaning with the office hours of :mod:`hotline_sim.clock.calendar`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

Tick: TypeAlias = int

NEVER: Final[int] = 2**62
"""The instant that does not come; far enough below 2**63 that a duration may be added to it."""

SECOND: Final[int] = 1000
MINUTE: Final[int] = 60 * SECOND
HOUR: Final[int] = 60 * MINUTE
DAY: Final[int] = 24 * HOUR

WORKING_HOURS: Final[str] = "working h"
WORKING_DAYS: Final[str] = "working days"

_CLOCK_UNITS: Final[dict[str, int]] = {"ms": 1, "s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY}

_SPELLINGS: Final[dict[str, str]] = {
    spelling: unit
    for unit, spellings in {
        "ms": ("ms", "millisecond", "milliseconds", "毫秒"),
        "s": ("s", "sec", "second", "seconds", "秒", "秒钟"),
        "min": ("min", "minute", "minutes", "分", "分钟"),
        "h": ("h", "hour", "hours", "小时", "个小时"),
        "d": ("d", "day", "days", "天"),
        WORKING_HOURS: ("working h", "working hour", "working hours", "工作小时", "个工作小时"),
        WORKING_DAYS: ("working d", "working day", "working days", "工作日", "个工作日"),
    }.items()
    for spelling in spellings
}

_ALLOWED: Final[str] = 'a number with ms, s, min, h, d, working h or working days, such as "15 s", is needed'

_AMOUNT = re.compile(
    r"(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(?P<unit>.*)", re.ASCII | re.DOTALL
)
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)\b")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)

_EPOCH: Final[datetime] = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Duration:
    """A length of time as a person states it: a number and a unit.

    Parameters
    ----------
    value : float
        Finite, not negative.
    unit : str
        ``"ms"``, ``"s"``, ``"min"``, ``"h"`` and ``"d"`` run on the clock; ``"working h"`` and
        ``"working days"`` only while the office is open.

    Raises
    ------
    ValueError
        If the value or the unit is none of these.
    """

    value: float
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in _CLOCK_UNITS and self.unit not in (WORKING_HOURS, WORKING_DAYS):
            raise ValueError(f"unit: got {self.unit!r}; {_ALLOWED}")
        if not math.isfinite(self.value):
            raise ValueError(f"got {self.value}; a duration must be finite")
        if self.value < 0:
            raise ValueError(f"got {self.value}; a duration must not be negative")
        if self.value * _CLOCK_UNITS.get(self.unit, DAY) >= NEVER:
            raise ValueError(
                f"got '{self.value} {self.unit}'; a duration must be shorter than 100 million years"
            )

    def __str__(self) -> str:
        number = f"{_decimal(self.value).normalize():f}"
        if self.unit == WORKING_DAYS and self.value == 1:
            return "1 working day"
        return f"{number} {self.unit}"

    @property
    def is_working(self) -> bool:
        """Whether the duration runs only while the office is open."""
        return self.unit not in _CLOCK_UNITS

    def ticks(self) -> int:
        """Length in milliseconds, rounded half to even.

        Raises
        ------
        ValueError
            If the unit is one of working time: its length on the clock depends on the calendar.
        """
        if self.is_working:
            raise ValueError(f"got {self}; a duration on the clock is needed (ms, s, min, h, d)")
        return round(_decimal(self.value) * _CLOCK_UNITS[self.unit])

    def working_ticks(self, day: int) -> int:
        """Working time in milliseconds, rounded half to even.

        Parameters
        ----------
        day : int
            Working time of one full working day, in milliseconds.

        Raises
        ------
        ValueError
            If the unit is one of the clock.
        """
        if not self.is_working:
            raise ValueError(f"got {self}; a duration in working h or working days is needed")
        return round(_decimal(self.value) * (HOUR if self.unit == WORKING_HOURS else day))


def parse_duration(text: str) -> Duration:
    """Duration from ``"15 s"``, ``"1.5 hours"``, ``"5 working days"``, ``"20 分钟"`` or ``"5 个工作日"``.

    Full-width digits and spaces of a Chinese keyboard are read as well.

    Raises
    ------
    ValueError
        If the text is not one non-negative, finite number with one known unit. ``"m"`` is refused: it is
        read as minutes by some and months by others.

    Examples
    --------
    >>> parse_duration("20 minutes")
    Duration(value=20.0, unit='min')
    """
    if not isinstance(text, str):
        raise ValueError(f"got {text!r} without a unit; {_ALLOWED}")
    plain = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    if _NOT_FINITE.match(plain):
        raise ValueError(f"got {text!r}; a duration must be finite")
    amount = _AMOUNT.fullmatch(plain)
    if amount is None:
        raise ValueError(f"got {text!r}; {_ALLOWED}")
    spelling = amount["unit"]
    if not spelling:
        raise ValueError(f"got {text!r} without a unit; {_ALLOWED}")
    if spelling == "m":
        raise ValueError(
            f'got {text!r}, where "m" is ambiguous; write min for minutes or ms for milliseconds'
        )
    unit = _SPELLINGS.get(spelling)
    if unit is None:
        raise ValueError(f"got {text!r} with unknown unit {spelling!r}; {_ALLOWED}")
    if amount["number"].startswith("-"):
        raise ValueError(f"got {text!r}; a duration must not be negative")
    return Duration(float(amount["number"]), unit)


def parse_clock(text: str) -> int:
    """Milliseconds since midnight of a time of day such as ``"08:30"``; ``"24:00"`` ends the day.

    Raises
    ------
    ValueError
        If the text is not a time of day between 00:00 and 24:00.
    """
    clock = _CLOCK.fullmatch(unicodedata.normalize("NFKC", text).strip()) if isinstance(text, str) else None
    if clock is not None:
        hour, minute = int(clock[1]), int(clock[2])
        if minute < 60 and hour * 60 + minute <= 24 * 60:
            return hour * HOUR + minute * MINUTE
    raise ValueError(f'got {text!r}; a time of day from "00:00" to "24:00" is needed, such as "08:30"')


def tick_of(instant: date | datetime) -> Tick:
    """Tick of a date's midnight, or of a date and time; parts of a millisecond are cut off.

    Raises
    ------
    ValueError
        If the instant carries a time zone: ticks are local wall time.
    """
    if not isinstance(instant, datetime):
        instant = datetime(instant.year, instant.month, instant.day)
    if instant.tzinfo is not None:
        raise ValueError(f"got {instant}; local wall time without a time zone is needed")
    return (instant - _EPOCH) // timedelta(milliseconds=1)


def datetime_of(tick: Tick) -> datetime:
    """Local wall time of a tick.

    Raises
    ------
    OverflowError
        If the tick lies outside the years 1 to 9999, as ``NEVER`` does.
    """
    return _EPOCH + timedelta(milliseconds=int(tick))


def day_of(tick: Tick) -> int:
    """Calendar day of a tick, counted from 1970-01-01 as day 0."""
    return tick // DAY


_NAMES: Final[dict[str, dict[str, str]]] = {
    "en": {"ms": "ms", "s": "s", "min": "min", "h": "h", "d": "d", "never": "never"},
    "zh": {"ms": "毫秒", "s": "秒", "min": "分钟", "h": "小时", "d": "天", "never": "从未"},
}


def format_duration(ticks: int, lang: str = "en") -> str:
    """Duration for people: at most one decimal, in the largest unit that gives at least 1.

    Parameters
    ----------
    ticks : int
        Milliseconds; may be negative.
    lang : str
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> format_duration(192_000), format_duration(192_000, "zh")
    ('3.2 min', '3.2 分钟')
    """
    if lang not in _NAMES:
        raise ValueError(f"lang: got {lang!r}, must be one of {', '.join(_NAMES)}")
    names = _NAMES[lang]
    ticks = int(ticks)
    if ticks >= NEVER:
        return names["never"]
    length = abs(ticks)
    unit = "ms" if length else "s"
    for larger, size in _CLOCK_UNITS.items():
        # Rounded to the smaller unit's decimal first, so that 59.96 s becomes 1 min and not 60 s.
        if round(length / _CLOCK_UNITS[unit], 1) * _CLOCK_UNITS[unit] >= size:
            unit = larger
    number = f"{length / _CLOCK_UNITS[unit]:.1f}".removesuffix(".0")
    return f"{'-' if ticks < 0 else ''}{number} {names[unit]}"


def _decimal(value: float) -> Decimal:
    # The shortest decimal that gives the float is what the person wrote: 1.0005 s is exactly 1000.5 ms.
    return Decimal(repr(float(value)))
