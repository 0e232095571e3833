"""What the formulas are given: arrays of numbers, checked and broadcast against each other.

Every model of this folder reads its arguments through here, so that a bad one is told in the same words
everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hotline_sim.arrays import BoolArray, FloatArray, IntArray


def _refuse(name: str, values: FloatArray, wrong: BoolArray, allowed: str) -> None:
    if wrong.any():
        first = np.atleast_1d(values)[np.atleast_1d(wrong)][0]
        msg = f"{name}: got {first:g}, must be {allowed}"
        raise ValueError(msg)


def _numbers(name: str, value: ArrayLike) -> FloatArray:
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        msg = f"{name}: got {value!r}, must be a number or an array of numbers"
        raise ValueError(msg) from None


def nonnegative(name: str, value: ArrayLike) -> FloatArray:
    """Finite numbers of at least 0."""
    values = _numbers(name, value)
    _refuse(name, values, ~(np.isfinite(values) & (values >= 0)), "finite and at least 0")
    return values


def positive(name: str, value: ArrayLike) -> FloatArray:
    """Finite numbers above 0."""
    values = _numbers(name, value)
    _refuse(name, values, ~(np.isfinite(values) & (values > 0)), "finite and above 0")
    return values


def share(name: str, value: ArrayLike, *, open_ends: bool = False) -> FloatArray:
    """Numbers from 0 to 1, or strictly between them."""
    values = _numbers(name, value)
    if open_ends:
        _refuse(name, values, ~((values > 0) & (values < 1)), "above 0 and below 1")
    else:
        _refuse(name, values, ~((values >= 0) & (values <= 1)), "from 0 to 1")
    return values


def whole(name: str, value: ArrayLike, least: int = 1) -> IntArray:
    """Whole numbers of at least so much."""
    values = _numbers(name, value)
    wrong = ~(np.isfinite(values) & (values >= least) & (values == np.floor(values)))
    _refuse(name, values, wrong, f"a whole number of at least {least}")
    return values.astype(np.int64)
