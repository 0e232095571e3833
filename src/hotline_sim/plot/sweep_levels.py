"""Levels of a varied key on an axis: numbers, factors and durations stand where they belong, texts in a row.

The figures of a sweep that use them are in ``sweep.py``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from unicodedata import east_asian_width

import numpy as np

from hotline_sim.results.definitions import Wording

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray

_FACTOR: Final = Wording("{key} (times that of the scenario)", "{key}（为原场景的倍数）")
_CELL: Final = 0.09
"""Inches of one letter on an axis."""
_WITH_UNIT: Final = Wording("{key} ({unit})", "{key}（{unit}）")


class Scale(NamedTuple):
    """Where the levels of a key stand on an axis.

    Parameters
    ----------
    levels : list
        Distinct values, in order.
    places : float64 array
        Where each stands.
    names : list of str
        What is written there.
    label : str
        Of the axis.
    is_number : bool
        Whether the places are the values themselves.
    """

    levels: list[Any]
    places: FloatArray
    names: list[str]
    label: str
    is_number: bool


def ordered(values: list[Any]) -> list[Any]:
    """Distinct values: by size if they are numbers, factors or amounts of one unit, else as they come."""
    distinct = list(dict.fromkeys(values))
    numbers, _ = _numbers(distinct)
    return distinct if numbers is None else [distinct[place] for place in np.argsort(numbers, kind="stable")]


def thinned(levels: list[Any], most: int) -> list[Any]:
    """At most so many levels, evenly chosen, first and last among them."""
    if len(levels) <= most:
        return levels
    return [levels[place] for place in np.linspace(0, len(levels) - 1, most).round().astype(int)]


def regular(count: int, most: int) -> list[int]:
    """At most so many places out of a row, at equal distances from the first one on."""
    return list(range(0, count, max(1, -(-count // most))))


_AMOUNT = re.compile(r"(x?)(\d+(?:\.\d*)?|\.\d+)\s*(\D*)")


def _numbers(values: list[Any]) -> tuple[FloatArray | None, str]:
    """Values as numbers with what they are numbers of ("x" for factors); None if they are none."""
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return np.array(values, np.float64), ""
    matches = [_AMOUNT.fullmatch(value) if isinstance(value, str) else None for value in values]
    amounts = [match.groups() for match in matches if match is not None]
    units = {factor or unit for factor, _, unit in amounts}
    if len(amounts) < len(values) or len(units) != 1:
        return None, ""
    return np.array([float(number) for _, number, _ in amounts]), units.pop().strip()


def level_text(value: Any) -> str:
    """A level as it is written."""
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def scale_of(values: list[Any], key: str, lang: str) -> Scale:
    """Axis for the values of a key."""
    levels = ordered(values)
    numbers, unit = _numbers(levels)
    if numbers is None:
        names = [level_text(level) for level in levels]
        return Scale(levels, np.arange(float(len(levels))), names, key, is_number=False)
    name = key
    if unit:
        wording = _FACTOR if unit == "x" else _WITH_UNIT
        name = wording.text(lang).format(key=key, unit=unit)
    return Scale(levels, numbers, _short(numbers), name, is_number=True)


def _short(numbers: FloatArray) -> list[str]:
    """Numbers with as few digits as tell them apart; whole ones as they are."""
    names: list[str] = []
    for digits in range(3, 7):
        names = [
            f"{number:,.15g}" if number.is_integer() else f"{number:.{digits}g}"
            for number in numbers.tolist()
        ]
        if len(set(names)) == len(names):
            break
    return names


def room_for(scale: Scale, width: float) -> int:
    """How many names of an axis fit beside each other into a panel of so many inches."""
    cells = [sum(2 if east_asian_width(sign) in "WF" else 1 for sign in name) for name in scale.names]
    return max(2, int((width - 1.2) / (_CELL * (max(cells, default=1) + 1.5))))
