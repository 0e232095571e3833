"""What the parameters of each distribution family may be, and the table behind the empirical one.

:mod:`hotline_sim.sampling.distributions` asks before it computes; its ``faults`` is the way in.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotline_sim.arrays import FloatArray

Number: TypeAlias = "float | FloatArray"
"""A parameter: one value, or an array that broadcasts against the uniforms."""


def quantile_table(
    quantiles: Sequence[float], probabilities: Sequence[float] | None
) -> tuple[FloatArray, FloatArray]:
    """Give the quantiles and their probabilities, equally spaced if none are stated."""
    values = np.asarray(quantiles, dtype=np.float64)
    if probabilities is None:
        return values, np.linspace(0.0, 1.0, values.size)
    return values, np.asarray(probabilities, dtype=np.float64)


def _every(condition: object) -> bool:
    return bool(np.all(np.asarray(condition)))


def check_not_negative(**parameters: Number) -> Iterator[tuple[str, str]]:
    """Each parameter is finite and at least 0."""
    for name, value in parameters.items():
        if not _every(np.isfinite(value) & np.greater_equal(value, 0)):
            yield name, "must be finite and at least 0"


def check_positive(**parameters: Number) -> Iterator[tuple[str, str]]:
    """Each parameter is finite and positive."""
    for name, value in parameters.items():
        if not _every(np.isfinite(value) & np.greater(value, 0)):
            yield name, "must be finite and positive"


def check_lognormal(mean: Number, sigma: Number) -> Iterator[tuple[str, str]]:
    """The mean is positive; the spread may be 0, which gives a constant."""
    yield from check_positive(mean=mean)
    yield from check_not_negative(sigma=sigma)


def check_erlang(mean: Number, stages: Number) -> Iterator[tuple[str, str]]:
    """The mean is positive, the stages are counted."""
    yield from check_positive(mean=mean)
    if not _every(np.isfinite(stages) & np.greater_equal(stages, 1) & np.equal(np.floor(stages), stages)):
        yield "stages", "must be a whole number of at least 1"


def check_ordered(**parameters: Number) -> Iterator[tuple[str, str]]:
    """Each parameter is finite, at least 0 and at least the one before it."""
    yield from check_not_negative(**parameters)
    names = list(parameters)
    for lower, upper in pairwise(names):
        if not _every(np.less_equal(parameters[lower], parameters[upper])):
            yield upper, f"must be at least {lower}"


def check_triangular(low: Number, mode: Number, high: Number) -> Iterator[tuple[str, str]]:
    """Low, mode and high in this order."""
    return check_ordered(low=low, mode=mode, high=high)


def check_uniform(low: Number, high: Number) -> Iterator[tuple[str, str]]:
    """Low, then high."""
    return check_ordered(low=low, high=high)


def check_empirical(
    quantiles: Sequence[float], probabilities: Sequence[float] | None = None
) -> Iterator[tuple[str, str]]:
    """Quantiles never fall, and their probabilities rise from 0 to 1."""
    values, steps = quantile_table(quantiles, probabilities)
    if values.ndim != 1 or values.size < 2:
        yield "quantiles", "must be a list of at least 2 values"
        return
    if not (np.isfinite(values).all() and values[0] >= 0 and (np.diff(values) >= 0).all()):
        yield "quantiles", "must be finite, at least 0 and never fall"
    if steps.shape != values.shape:
        yield "probabilities", f"must hold {values.size} values, one per quantile"
    elif not (steps[0] == 0 and steps[-1] == 1 and (np.diff(steps) > 0).all()):
        yield "probabilities", "must rise from 0 to 1"
