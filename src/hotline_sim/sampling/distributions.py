"""Durations by inversion: one uniform gives one variate, and a larger uniform never a shorter one.

Monotone inversion keeps common random numbers aligned when a parameter changes; rejection methods, which
use a varying count of numbers, would not (Devroye 1986, Non-Uniform Random Variate Generation, chapter 2).
The uniforms come from :mod:`hotline_sim.sampling.streams`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from hotline_sim.sampling.parameters import (
    check_empirical,
    check_erlang,
    check_lognormal,
    check_not_negative,
    check_positive,
    check_triangular,
    check_uniform,
    quantile_table,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.sampling.parameters import Number

Parameter: TypeAlias = "float | Sequence[float] | FloatArray | None"
"""A parameter of any family; only the tables of the empirical one are sequences."""

_LONGEST: Final = 2.0**62


@dataclass(frozen=True)
class Family:
    """One family of distributions.

    Parameters
    ----------
    name : str
        Key in `FAMILIES`.
    parameters : tuple of str
        Names of all parameters.
    quantile : callable
        ``quantile(u, **parameters)``: inverse distribution function.
    mean : callable
        ``mean(**parameters)``, in the unit of the parameters in `with_unit`.
    variance : callable
        ``variance(**parameters)``, in that unit squared.
    check : callable
        ``check(**parameters)``: yields (parameter, rule) for each rule that is broken.
    with_unit : tuple of str
        The parameters that are durations; the others are pure numbers.
    optional : tuple of str
        The parameters that may be left out.
    """

    name: str
    parameters: tuple[str, ...]
    quantile: Callable[..., FloatArray]
    mean: Callable[..., float]
    variance: Callable[..., float]
    check: Callable[..., Iterator[tuple[str, str]]]
    with_unit: tuple[str, ...] = ("mean",)
    optional: tuple[str, ...] = ()


def quantile(family: str, u: FloatArray, **parameters: Parameter) -> FloatArray:
    """Inverse distribution function of a family.

    Parameters
    ----------
    family : str
        Key of `FAMILIES`.
    u : float64 array, shape (...)
        Uniforms strictly inside (0, 1).
    **parameters
        Those of the family, in any unit of time. Single values, or arrays that broadcast to the shape
        of `u`; the tables of ``empirical`` are sequences.

    Returns
    -------
    float64 array, shape (...)
        Durations in the unit of the parameters, non-decreasing in `u` up to rounding in the last digits.

    Raises
    ------
    ValueError
        If the family is unknown, or a parameter is missing, unknown or out of range.

    Examples
    --------
    >>> quantile("uniform", np.array([0.25, 0.5]), low=2.0, high=4.0).tolist()
    [2.5, 3.0]
    """
    return _checked(family, parameters).quantile(u, **parameters)


def mean(family: str, **parameters: Parameter) -> float:
    """Mean of a family at single-valued parameters, in their unit; raises as `quantile` does."""
    return float(_checked(family, parameters).mean(**parameters))


def variance(family: str, **parameters: Parameter) -> float:
    """Variance of a family at single-valued parameters, in their unit squared; raises as `quantile`."""
    return float(_checked(family, parameters).variance(**parameters))


def cv(family: str, **parameters: Parameter) -> float:
    """Coefficient of variation (standard deviation over mean); 0 for the constant 0."""
    centre = mean(family, **parameters)
    return math.sqrt(variance(family, **parameters)) / centre if centre > 0 else 0.0


def faults(family: str, **parameters: Parameter) -> list[tuple[str, str]]:
    """All that is wrong with the parameters of a family.

    Parameters
    ----------
    family : str
        Key of `FAMILIES`.
    **parameters
        To be checked.

    Returns
    -------
    list of (str, str)
        Name of the parameter and the rule it breaks; empty if the parameters are usable.

    Raises
    ------
    ValueError
        If the family is unknown.
    """
    if family not in FAMILIES:
        raise ValueError(f"family: got {family!r}, must be one of {', '.join(FAMILIES)}")
    found = FAMILIES[family]
    names = found.parameters
    unknown = [(name, f"is not a parameter of {family}") for name in parameters if name not in names]
    missing = [
        (name, f"is needed by {family}")
        for name in names
        if name not in found.optional and parameters.get(name) is None
    ]
    return unknown + missing or list(found.check(**parameters))


def _checked(family: str, parameters: dict[str, Parameter]) -> Family:
    for name, rule in faults(family, **parameters):
        raise ValueError(f"{family}.{name}: got {parameters.get(name)}, {rule}")
    return FAMILIES[family]


def to_ticks(values_ms: FloatArray, resolution: int = 1) -> IntArray:
    """Round durations to whole ticks, the only rounding in a duration's life.

    Logarithms and their like differ in the last bit between processors; whole numbers do not, so
    everything behind this function is exact.

    Parameters
    ----------
    values_ms : float64 array, shape (...)
        Durations in ms, at least 0.
    resolution : int
        Granularity in ms, at least 1.

    Returns
    -------
    int64 array, shape (...)
        Nearest multiple of `resolution` (halves to the even one), at least one `resolution`.

    Raises
    ------
    ValueError
        If a duration is negative, not a number or 2**62 ms and longer, or the resolution is below 1.

    Examples
    --------
    >>> to_ticks(np.array([0.2, 1.7, 2600.0])).tolist()
    [1, 2, 2600]
    >>> to_ticks(np.array([0.2, 1.7, 2600.0]), 1000).tolist()
    [1000, 1000, 3000]
    """
    if resolution < 1:
        raise ValueError(f"resolution: got {resolution}, must be at least 1 ms")
    # A NaN makes both comparisons false.
    if values_ms.size and not (values_ms.min() >= 0 and values_ms.max() < _LONGEST):
        raise ValueError("values_ms: negative, not a number or too long, must lie in [0, 2**62) ms")
    units = np.rint(values_ms if resolution == 1 else values_ms / resolution)
    np.maximum(units, 1.0, out=units)
    ticks = units.astype(np.int64)
    ticks *= resolution
    return ticks


def _fixed(u: FloatArray, mean: Number) -> FloatArray:
    """Give the mean, whatever the uniform."""
    return np.array(np.broadcast_to(np.asarray(mean, dtype=np.float64), u.shape))


def unit_exponential(u: FloatArray) -> FloatArray:
    """Exponential with mean 1: -log(1 - u).

    Not -log(u), which has the same law but falls in `u`; and ``log1p`` keeps the digits of a short time.

    Parameters
    ----------
    u : float64 array, shape (...)
        Uniforms strictly inside (0, 1).

    Returns
    -------
    float64 array, shape (...)
        Positive, at most 53 log 2 = 36.7.
    """
    result: FloatArray = -np.log1p(-u)
    return result


def _exponential(u: FloatArray, mean: Number) -> FloatArray:
    """Invert the exponential: -mean log(1 - u)."""
    return unit_exponential(u) * mean


def _lognormal(u: FloatArray, mean: Number, sigma: Number) -> FloatArray:
    """Mean times exp(sigma z - sigma**2 / 2), z the standard normal quantile; sigma is the sd of the log."""
    from scipy.special import ndtri

    result: FloatArray = mean * np.exp(sigma * ndtri(u) - np.square(sigma) / 2)
    return result


def unit_gamma(u: FloatArray, cv: Number) -> FloatArray:
    """Gamma with mean 1: shape k = 1 / cv**2, scale 1 / k, by the inverse incomplete gamma function.

    Parameters
    ----------
    u : float64 array, shape (...)
        Uniforms strictly inside (0, 1).
    cv : float or float64 array
        Coefficient of variation, positive.

    Returns
    -------
    float64 array, shape (...)
        At least 0.
    """
    from scipy.special import gammaincinv

    scale = np.square(cv)
    result: FloatArray = gammaincinv(1 / scale, u) * scale
    return result


def _gamma(u: FloatArray, mean: Number, cv: Number) -> FloatArray:
    """Scale the gamma of mean 1."""
    return unit_gamma(u, cv) * mean


def _erlang(u: FloatArray, mean: Number, stages: Number) -> FloatArray:
    """Sum of `stages` exponentials of equal mean: a gamma whose shape is a whole number."""
    return unit_gamma(u, 1 / np.sqrt(stages)) * mean


def _weibull(u: FloatArray, mean: Number, shape: Number) -> FloatArray:
    """Scale times (-log(1 - u))**(1 / shape), with scale = mean / Gamma(1 + 1 / shape)."""
    from scipy.special import gamma

    power = np.reciprocal(np.asarray(shape, dtype=np.float64))
    result: FloatArray = mean / gamma(1 + power) * np.power(unit_exponential(u), power)
    return result


def _weibull_variance(mean: float, shape: float) -> float:
    return float(mean**2 * (math.gamma(1 + 2 / shape) / math.gamma(1 + 1 / shape) ** 2 - 1))


def _uniform(u: FloatArray, low: Number, high: Number) -> FloatArray:
    """Low plus u times the width."""
    result: FloatArray = low + u * np.subtract(high, low)
    return result


def _triangular(u: FloatArray, low: Number, mode: Number, high: Number) -> FloatArray:
    """Invert the two parabolas of the distribution function, which meet at the mode."""
    width, rise, fall = np.subtract(high, low), np.subtract(mode, low), np.subtract(high, mode)
    # Rounding must not carry one branch over the other: both are held to their side of the mode.
    left = np.minimum(low + np.sqrt(u * width * rise), mode)
    right = np.maximum(high - np.sqrt((1 - u) * width * fall), mode)
    return np.where(u * width <= rise, left, right)


def _triangular_variance(low: float, mode: float, high: float) -> float:
    # A third of half the squared sides; the form without differences would cancel.
    return ((high - low) ** 2 + (mode - low) ** 2 + (high - mode) ** 2) / 36


def _empirical(
    u: FloatArray, quantiles: Sequence[float], probabilities: Sequence[float] | None = None
) -> FloatArray:
    """Interpolate a table of quantiles linearly; equally spaced probabilities if none are given."""
    values, steps = quantile_table(quantiles, probabilities)
    piece = np.searchsorted(steps, u, side="right") - 1
    share = (u - steps[piece]) / (steps[piece + 1] - steps[piece])
    result: FloatArray = values[piece] + share * (values[piece + 1] - values[piece])
    return np.minimum(result, values[piece + 1])


def _empirical_mean(quantiles: Sequence[float], probabilities: Sequence[float] | None = None) -> float:
    values, steps = quantile_table(quantiles, probabilities)
    return float(np.sum(np.diff(steps) * (values[:-1] + values[1:]) / 2))


def _empirical_variance(quantiles: Sequence[float], probabilities: Sequence[float] | None = None) -> float:
    values, steps = quantile_table(quantiles, probabilities)
    centred = values - _empirical_mean(quantiles, probabilities)
    left, right = centred[:-1], centred[1:]
    # The second moment of a uniform on [a, b] is (a**2 + a b + b**2) / 3.
    return float(np.sum(np.diff(steps) * (left**2 + left * right + right**2) / 3))


def _given_mean(mean: float, **shape: float) -> float:
    return mean


FAMILIES: Final[dict[str, Family]] = {
    family.name: family
    for family in (
        Family("fixed", ("mean",), _fixed, _given_mean, lambda mean: 0.0, check_not_negative),
        Family("exponential", ("mean",), _exponential, _given_mean, lambda mean: mean**2, check_positive),
        Family(
            "lognormal",
            ("mean", "sigma"),
            _lognormal,
            _given_mean,
            lambda mean, sigma: mean**2 * math.expm1(sigma**2),
            check_lognormal,
        ),
        Family(
            "gamma", ("mean", "cv"), _gamma, _given_mean, lambda mean, cv: (mean * cv) ** 2, check_positive
        ),
        Family("weibull", ("mean", "shape"), _weibull, _given_mean, _weibull_variance, check_positive),
        Family(
            "uniform",
            ("low", "high"),
            _uniform,
            lambda low, high: (low + high) / 2,
            lambda low, high: (high - low) ** 2 / 12,
            check_uniform,
            with_unit=("low", "high"),
        ),
        Family(
            "triangular",
            ("low", "mode", "high"),
            _triangular,
            lambda low, mode, high: (low + mode + high) / 3,
            _triangular_variance,
            check_triangular,
            with_unit=("low", "mode", "high"),
        ),
        Family(
            "erlang",
            ("mean", "stages"),
            _erlang,
            _given_mean,
            lambda mean, stages: mean**2 / stages,
            check_erlang,
        ),
        Family(
            "empirical",
            ("quantiles", "probabilities"),
            _empirical,
            _empirical_mean,
            _empirical_variance,
            check_empirical,
            with_unit=("quantiles",),
            optional=("probabilities",),
        ),
    )
}
"""All families by name. A mixture such as the hyperexponential has no closed inverse and is left out."""
