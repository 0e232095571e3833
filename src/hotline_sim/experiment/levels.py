"""What one key of a sweep may be: a list of values, or a range; and how people write them.

Points made of several keys are in ``design.py``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotline_sim.arrays import FloatArray

MOST_WHOLE = 100
"""Whole numbers of a range that a grid takes without being told how many."""

_NUMBER = r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)"
_SPAN = re.compile(
    rf"(x?)\s*({_NUMBER})\s*([^\d:.]*?)\s*\.\.\s*(x?)\s*({_NUMBER})\s*([^\d:]*?)\s*(?::(\d+))?"
)


@dataclass(frozen=True)
class Levels:
    """Values to be taken one by one.

    Parameters
    ----------
    values : tuple
        Distinct, at least one, in the order in which they are written.
    """

    values: tuple[object, ...]


@dataclass(frozen=True)
class Span:
    """A range of numbers, durations or factors, both ends included.

    Parameters
    ----------
    low, high : float
        Ends; low is not above high.
    steps : int or None
        Values that a grid takes from it, evenly spaced; None: every whole number.
    form : str
        How a number becomes a value: ``"{}"``, ``"x{}"`` for a factor, ``"{} min"`` for a duration.

    Raises
    ------
    ValueError
        If the ends are in the wrong order or there is less than one step.
    """

    low: float
    high: float
    steps: int | None = None
    form: str = "{}"

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"got {self.low:g}..{self.high:g}, the low end must come first")
        if self.steps is not None and self.steps < 1:
            raise ValueError("got 0 steps, must be at least 1")

    def levels(self, *, whole: bool) -> Levels:
        """Values of a grid.

        Parameters
        ----------
        whole : bool
            Whether only whole numbers make sense.

        Raises
        ------
        ValueError
            If the number of steps is needed and not given.
        """
        whole = whole and self.form == "{}"
        if self.steps is not None:
            numbers = np.linspace(self.low, self.high, self.steps)
        elif whole and self.high - self.low < MOST_WHOLE:
            numbers = np.arange(np.ceil(self.low), np.floor(self.high) + 1)
        else:
            given = f"{self.low:g}..{self.high:g}"
            raise ValueError(f"got {given} without steps; write {given}:5 for five values")
        return Levels(distinct(self._value(number, whole=whole) for number in numbers))

    def spread(self, places: FloatArray, *, whole: bool) -> list[object]:
        """Values at some places of the range.

        Parameters
        ----------
        places : float64 array, shape (n,)
            In [0, 1).
        whole : bool
            Whether only whole numbers make sense; each then has the same share of [0, 1).
        """
        if whole and self.form == "{}":
            low, high = np.ceil(self.low), np.floor(self.high)
            numbers = np.minimum(low + np.floor(places * (high - low + 1)), high)
            return [int(number) for number in numbers]
        return [self._value(number, whole=False) for number in self.low + places * (self.high - self.low)]

    def _value(self, number: float, *, whole: bool) -> object:
        if whole:
            return int(np.floor(number + 0.5))
        # Six digits are more than anybody sets, and the same on every machine.
        number = float(f"{min(max(number, self.low), self.high):.6g}")
        return number if self.form == "{}" else self.form.format(f"{number:.15g}")


Range: TypeAlias = Levels | Span


def parse_vary(text: str) -> tuple[str, Range]:
    """Key and values from ``KEY=v1,v2,v3`` or ``KEY=low..high:steps``.

    Raises
    ------
    ValueError
        If the text is neither.

    Examples
    --------
    >>> parse_vary("demand.requests_per_year=x0.9,x1.1")
    ('demand.requests_per_year', Levels(values=('x0.9', 'x1.1')))
    >>> parse_vary("units.works.staff=1..5")
    ('units.works.staff', Span(low=1.0, high=5.0, steps=None, form='{}'))
    """
    key, sign, values = text.partition("=")
    if not sign or not key.strip() or not values.strip():
        raise ValueError(f"got {text!r}, must be KEY=v1,v2,v3 or KEY=low..high")
    try:
        return key.strip(), parse_range(values)
    except ValueError as error:
        raise ValueError(f"{key.strip()}: {error}") from None


def parse_range(text: str) -> Range:
    """Values from ``v1,v2,v3`` or ``low..high:steps``.

    Raises
    ------
    ValueError
        If a value is missing between commas, or the ends of a range do not fit together.
    """
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        return Levels(distinct(_value(part) for part in _split(text)))
    factor, low, unit, its_factor, high, its_unit, steps = match.groups()
    unit = unit.strip() or its_unit
    if factor != its_factor or unit != its_unit:
        raise ValueError(f"got {text.strip()}, both ends must be written alike, such as 10 s..30 s")
    # A negative bound would be read as a range of texts otherwise; the scenario refuses it by its rules.
    form = "x{}" if factor else f"{{}} {unit}" if unit else "{}"
    return Span(float(low), float(high), int(steps) if steps else None, form)


def range_of(values: object) -> Range:
    """Values of a key as a person states them in Python: a text, a sequence, a Span, Levels, or one value.

    Raises
    ------
    ValueError
        If there is no value.
    """
    if isinstance(values, Levels | Span):
        return values
    if isinstance(values, str):
        return parse_range(values)
    if isinstance(values, Iterable) and not isinstance(values, Mapping):
        found = distinct(_of_python(value) for value in values)
        if not found:
            raise ValueError("got no value, must be at least one")
        return Levels(found)
    return Levels((_of_python(values),))


def distinct(values: Iterable[object]) -> tuple[object, ...]:
    """Values in their order, each once; 1 and 1.0 are the same, 1 and True are not."""
    found: dict[tuple[bool, str], object] = {}
    for value in values:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        found.setdefault((is_number, repr(float(value) if is_number else value)), value)  # type: ignore[arg-type]
    return tuple(found.values())


def _of_python(value: Any) -> object:
    return value.item() if hasattr(value, "item") and hasattr(value, "dtype") else value


def _value(text: str) -> object:
    """One value as TOML writes it; whatever is none is a text, so that "15 s" needs no quotes."""
    text = text.strip()
    if not text:
        raise ValueError("a value is missing between two commas")
    if "\n" in text:
        return text
    try:
        value: object = tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return text
    return value


def _split(text: str) -> Sequence[str]:
    """Parts between commas that stand neither in quotes nor in brackets."""
    parts, depth, quote = [""], 0, ""
    for sign in text:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append("")
            continue
        parts[-1] += sign
    return parts
