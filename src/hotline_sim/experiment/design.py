"""Which scenarios a sweep visits: a table of points over some keys, by grid, Latin hypercube or Sobol.

Values of one key are the subject of ``levels.py``; making a point's scenario that of
:mod:`hotline_sim.scenario.vary`.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast, get_args

import numpy as np

from hotline_sim.arguments import check_choice, check_whole
from hotline_sim.experiment.levels import Levels, Range, Span, range_of
from hotline_sim.scenario.vary import check_keys, values_at
from hotline_sim.scenario.write import toml_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.scenario.schema import Scenario

Method: TypeAlias = Literal["grid", "lhs", "sobol"]
METHODS: Final[tuple[str, ...]] = get_args(Method)
MOST_POINTS: Final = 1_000_000


@dataclass(frozen=True)
class Point:
    """One scenario of a sweep.

    Parameters
    ----------
    number : int
        Position in the design, counted from 0.
    values : tuple
        One for each key of the design.
    id : str
        Twelve hexadecimal digits that depend on keys and values alone.
    """

    number: int
    values: tuple[object, ...]
    id: str


@dataclass(frozen=True)
class Design:
    """A table of distinct points.

    Parameters
    ----------
    method : str
        How the points were chosen: ``"grid"``, ``"lhs"``, ``"sobol"``, or the name of a sensitivity analysis.
    keys : tuple of str
        What is varied.
    points : tuple of Point
        In the order of the design.
    """

    method: str
    keys: tuple[str, ...]
    points: tuple[Point, ...]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the points in their order, in hexadecimal."""
        text = "\n".join(point.id for point in self.points)
        return hashlib.sha256(text.encode()).hexdigest()

    def changes(self, point: Point) -> dict[str, object]:
        """Values of a point by key, for :func:`hotline_sim.scenario.vary.changed`."""
        return dict(zip(self.keys, point.values, strict=True))

    def column(self, key: str) -> list[Any]:
        """Values of a key by point, as whole numbers, numbers, truth values or texts, all of one kind."""
        place = self.keys.index(key)
        values = [point.values[place] for point in self.points]
        if all(isinstance(value, bool) for value in values):
            return values
        if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
            return values
        if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            return [float(cast("float", value)) for value in values]
        return [value if isinstance(value, str) else toml_value(value) for value in values]


def make_design(
    scenario: Scenario,
    vary: Mapping[str, object],
    *,
    method: Method = "grid",
    points: int | None = None,
    seed: int = 1,
) -> Design:
    """Points over the keys of a scenario.

    Parameters
    ----------
    scenario : Scenario
        Keys must lead somewhere in it; where it has a whole number, ranges give whole numbers.
    vary : mapping of str to object
        By key: values in a sequence, or a text such as ``"1,2,4"``, ``"0.1..0.9:5"`` or ``"10 s..30 s"``.
    method : {"grid", "lhs", "sobol"}
        Every combination, a Latin hypercube, or a scrambled Sobol sequence.
    points : int, optional
        Points of a Latin hypercube or Sobol sequence, before equal ones are dropped.
    seed : int
        Of these two.

    Returns
    -------
    Design

    Raises
    ------
    ScenarioError
        If a key leads nowhere.
    ValueError
        If the method is unknown, the number of points is missing, or values of a key make no sense.
    """
    check_choice("design", method, METHODS)
    ranges, whole = ranges_of(scenario, vary)
    keys = tuple(ranges)
    if method == "grid":
        if points is not None:
            raise ValueError("points: a grid has as many as its values make; use steps, such as KEY=1..9:3")
        rows = _grid(ranges, whole)
    else:
        if points is None:
            raise ValueError(f'points: must be given for design "{method}"')
        check_whole("points", points, least=1, most=MOST_POINTS)
        rows = values_at_places(ranges, whole, _places(method, len(keys), points, seed))
    return design_of_rows(method, keys, rows)[0]


def design_of_rows(
    method: str, keys: tuple[str, ...], rows: Sequence[tuple[object, ...]]
) -> tuple[Design, IntArray]:
    """Design of the distinct ones among some rows of values.

    Parameters
    ----------
    method : str
        How the rows were chosen.
    keys : tuple of str
        What is varied.
    rows : sequence of tuple
        One value for each key.

    Returns
    -------
    design : Design
        Each distinct row once, in the order of their first appearance.
    points : int64 array, shape (rows,)
        Point of each row.
    """
    found: dict[str, tuple[object, ...]] = {}
    names = []
    for row in rows:
        text = json.dumps(
            dict(sorted(zip(keys, map(_canonical, row), strict=True))), ensure_ascii=False, sort_keys=True
        )
        names.append(hashlib.sha256(text.encode()).hexdigest()[:12])
        found.setdefault(names[-1], row)
    numbers = {name: number for number, name in enumerate(found)}
    points = tuple(Point(numbers[name], row, name) for name, row in found.items())
    return Design(method, keys, points), np.array([numbers[name] for name in names], np.int64)


def values_at_places(
    ranges: Mapping[str, Range], whole: Mapping[str, bool], places: FloatArray
) -> list[tuple[object, ...]]:
    """Values at places of the unit cube.

    Parameters
    ----------
    ranges : mapping of str to Range
        By key.
    whole : mapping of str to bool
        Whether only whole numbers make sense for a key.
    places : float64 array, shape (rows, keys)
        In [0, 1].

    Returns
    -------
    list of tuple
        One row of values for each row of places.

    Raises
    ------
    ValueError
        If a range has steps, which are for a grid.
    """
    columns = []
    for column, (key, values) in enumerate(ranges.items()):
        if isinstance(values, Levels):
            index = np.minimum(np.floor(places[:, column] * len(values.values)), len(values.values) - 1)
            columns.append([values.values[int(number)] for number in index])
        elif values.steps is not None:
            raise ValueError(f"{key}: steps are for a grid; leave :{values.steps} out")
        else:
            columns.append(values.spread(places[:, column], whole=whole[key]))
    return list(zip(*columns, strict=True))


def ranges_of(scenario: Scenario, vary: Mapping[str, object]) -> tuple[dict[str, Range], dict[str, bool]]:
    """Range of each key, and whether it takes whole numbers only.

    Raises
    ------
    ScenarioError
        If a key leads nowhere.
    TypeError
        If it is no mapping.
    ValueError
        If there is no key, or values of a key make no sense.
    """
    if not (isinstance(vary, Mapping) and all(isinstance(key, str) for key in vary)):
        raise TypeError(
            "vary: must be a mapping, key path to values, such as {'units.*.staff': 'x0.8..x1.2'}"
        )
    if not vary:
        raise ValueError("vary: at least one key is needed")
    check_keys(scenario, tuple(vary))
    return {key: _named(key, vary[key]) for key in vary}, {key: _is_whole(scenario, key) for key in vary}


def _named(key: str, values: object) -> Range:
    try:
        return range_of(values)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None


def _is_whole(scenario: Scenario, key: str) -> bool:
    values = values_at(scenario, key)
    return all(isinstance(value, int) and not isinstance(value, bool) for value in values)


def _grid(ranges: Mapping[str, Range], whole: Mapping[str, bool]) -> list[tuple[object, ...]]:
    """Every combination; the last key changes fastest."""
    levels = []
    for key, values in ranges.items():
        try:
            levels.append((values.levels(whole=whole[key]) if isinstance(values, Span) else values).values)
        except ValueError as error:
            raise ValueError(f"{key}: {error}") from None
    count = 1
    for values_of_key in levels:
        count *= len(values_of_key)
    if count > MOST_POINTS:
        raise ValueError(f"vary: the grid has {count:,} points, must be at most {MOST_POINTS:,}")
    return list(itertools.product(*levels))


def _places(method: Method, keys: int, points: int, seed: int) -> FloatArray:
    """Places in the unit cube, shape (points, keys)."""
    from scipy.stats import qmc

    generator = np.random.default_rng(seed)
    if method == "lhs":
        return np.asarray(qmc.LatinHypercube(keys, seed=generator).random(points))
    # The sequence is balanced in powers of two; its first points are the same for every length.
    sequence = qmc.Sobol(keys, seed=generator)
    return np.asarray(sequence.random_base2((points - 1).bit_length())[:points])


def _canonical(value: object) -> object:
    """Value whose JSON says what it is: whole floats like whole numbers, dates as text."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, bool | int | float | str) else toml_value(value)
