"""How often the intervals of the package cover the true value, written into ``docs/statistics.md``.

``python docs/tools/coverage_table.py`` repeats small experiments whose true value is known from a formula.
The test suite runs the same cases.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from replications import DOCS, put, table

from hotline_sim.errors import CorrelatedBatchesWarning
from hotline_sim.experiment.stopping import Precision
from hotline_sim.statistics.batch_means import batch_means, batch_ratio
from hotline_sim.statistics.intervals import (
    Interval,
    bootstrap_limits,
    mean_interval,
    quantile_interval,
    ratio_interval,
)
from hotline_sim.statistics.paired import compare_with_best, paired_difference

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline_sim.arrays import FloatArray

EXPERIMENTS: Final = 2000
SEED: Final = 1


class Case(NamedTuple):
    """One kind of interval, tried on samples with a known true value.

    Parameters
    ----------
    what : str
        The interval.
    sample : str
        What one experiment observes.
    run : callable
        Whether each of so many experiments covers the truth, from a generator.
    nominal : bool
        Whether the interval is meant to cover 95 % here; the others show where a method ends.
    """

    what: str
    sample: str
    run: Callable[[np.random.Generator, int], list[bool]]
    nominal: bool = True


def _t_of_normal(rng: np.random.Generator, count: int) -> list[bool]:
    return [mean_interval(row).covers(3.0) for row in rng.normal(3, 1, (count, 10))]


def _t_of_gamma(rng: np.random.Generator, count: int) -> list[bool]:
    return [mean_interval(row).covers(4.0) for row in rng.gamma(4, 1, (count, 30))]


def _t_of_exponential(rng: np.random.Generator, count: int) -> list[bool]:
    return [mean_interval(row).covers(1.0) for row in rng.exponential(1, (count, 5))]


def _bootstrap_of_gamma(rng: np.random.Generator, count: int) -> list[bool]:
    return _between(bootstrap_limits(np.mean, rng.gamma(4, 1, (count, 40))), 4.0)


def _bootstrap_of_few(rng: np.random.Generator, count: int) -> list[bool]:
    return _between(bootstrap_limits(np.mean, rng.gamma(4, 1, (count, 10))), 4.0)


def _ratio_of_calls(rng: np.random.Generator, count: int) -> list[bool]:
    offered, answered = _days(rng, count, 20)
    return [ratio_interval(part, whole).covers(0.85) for part, whole in zip(answered, offered, strict=True)]


def _quantile_of_exponential(rng: np.random.Generator, count: int) -> list[bool]:
    return [quantile_interval(row, 0.9).covers(math.log(10)) for row in rng.exponential(1, (count, 200))]


def _bootstrap_of_quantile(rng: np.random.Generator, count: int) -> list[bool]:
    def statistic(sample: FloatArray, axis: int) -> FloatArray:
        return np.asarray(np.quantile(sample, 0.5, axis=axis))

    sample = rng.exponential(1, (count, 100))
    return _between(bootstrap_limits(statistic, sample, method="percentile", resamples=499), math.log(2))


def _bootstrap_of_ratio(rng: np.random.Generator, count: int) -> list[bool]:
    def statistic(part: FloatArray, whole: FloatArray, axis: int) -> FloatArray:
        return np.asarray(part.sum(axis=axis) / whole.sum(axis=axis))

    offered, answered = _days(rng, count, 60)
    return _between(bootstrap_limits(statistic, answered, offered), 0.85)


def _batches_of_series(rng: np.random.Generator, count: int) -> list[bool]:
    return [_batches(row).covers(0.0) for row in _autoregressive(rng, count, 2000)]


def _overlapping_batches_of_series(rng: np.random.Generator, count: int) -> list[bool]:
    return [_batches(row, overlapping=True).covers(0.0) for row in _autoregressive(rng, count, 2000)]


def _batches_of_waits(rng: np.random.Generator, count: int) -> list[bool]:
    # M/M/1 with service rate 1 and load 0.5: mean wait in queue 0.5 / (1 - 0.5) = 1.
    return [_batches(row).covers(1.0) for row in _waits(rng, count, 10_000)]


def _batches_of_short_waits(rng: np.random.Generator, count: int) -> list[bool]:
    return [_batches(row).covers(1.0) for row in _waits(rng, count, 400)]


def _batch_ratio_of_days(rng: np.random.Generator, count: int) -> list[bool]:
    busy = np.exp(0.3 * _autoregressive(rng, count, 400))
    offered = rng.poisson(100 * busy)
    answered = rng.binomial(offered, 0.85)
    return [
        batch_ratio(part, whole).interval.covers(0.85) for part, whole in zip(answered, offered, strict=True)
    ]


def _paired(rng: np.random.Generator, count: int) -> list[bool]:
    common = rng.normal(0, 3, (count, 15))
    a, b = common + rng.normal(10, 1, common.shape), common + rng.normal(11, 1, common.shape)
    return [paired_difference(*pair).difference.covers(1.0) for pair in zip(a, b, strict=True)]


def _best_by_pairs(rng: np.random.Generator, count: int) -> list[bool]:
    return _best(rng, count, "pairs")


def _best_by_pooled_variance(rng: np.random.Generator, count: int) -> list[bool]:
    return _best(rng, count, "pooled")


def _sequential(rng: np.random.Generator, count: int) -> list[bool]:
    rule = Precision(("x",), 0.08)
    found = []
    for row in rng.normal(10, 2, (count, 200)):
        held = next(n for n in range(3, row.size) if rule.is_met({"x": row[:n]}))
        found.append(mean_interval(row[:held]).covers(10.0))
    return found


def _between(limits: tuple[FloatArray, FloatArray], truth: float) -> list[bool]:
    low, high = limits
    return ((low <= truth) & (truth <= high)).tolist()


def _batches(row: FloatArray, *, overlapping: bool = False) -> Interval:
    return batch_means(row, overlapping=overlapping).interval


def _days(rng: np.random.Generator, count: int, days: int) -> tuple[FloatArray, FloatArray]:
    """Calls offered and answered on days with a random factor each."""
    offered = rng.poisson(rng.gamma(16, 200 / 16, (count, days)))
    return offered.astype(np.float64), rng.binomial(offered, 0.85).astype(np.float64)


def _autoregressive(rng: np.random.Generator, count: int, length: int) -> FloatArray:
    """Series with correlation 0.5 from one value to the next, mean 0, variance 1, from the steady state."""
    noise = rng.normal(0, math.sqrt(0.75), (length, count))
    series = np.empty((length, count))
    series[0] = rng.normal(0, 1, count)
    for step in range(1, length):
        series[step] = 0.5 * series[step - 1] + noise[step]
    return series.T


def _waits(rng: np.random.Generator, count: int, length: int) -> FloatArray:
    """Waits of customers of M/M/1 at load 0.5, by Lindley's recursion, the first from the steady state."""
    change = rng.exponential(1, (length, count)) - rng.exponential(2, (length, count))
    waits = np.empty((length, count))
    waits[0] = np.where(rng.random(count) < 0.5, 0, rng.exponential(2, count))
    for step in range(1, length):
        np.maximum(waits[step - 1] + change[step - 1], 0, out=waits[step])
    return np.ascontiguousarray(waits.T)


def _best(rng: np.random.Generator, count: int, method: str) -> list[bool]:
    """Three systems under common random numbers; the best far ahead, where limits are least safe."""
    truth = np.array([0.0, 0.0, 5.0])
    against = np.array([-5.0, -5.0, 5.0])
    found = []
    for blocks, noise in zip(rng.normal(0, 3, (count, 15, 1)), rng.normal(0, 1, (count, 15, 3)), strict=True):
        best = compare_with_best(truth + blocks + noise, method=method)  # type: ignore[arg-type]
        found.append(bool(((best.low <= against) & (against <= best.high)).all()))
    return found


CASES: Final = (
    Case("mean, t", "10 normal values", _t_of_normal),
    Case("mean, t", "30 gamma values of skewness 1", _t_of_gamma),
    Case("mean, t", "5 exponential values", _t_of_exponential, nominal=False),
    Case("mean, bootstrap", "40 gamma values of skewness 1", _bootstrap_of_gamma),
    Case("mean, bootstrap", "10 gamma values of skewness 1", _bootstrap_of_few, nominal=False),
    Case("ratio of sums", "20 days of 200 calls with a random day factor, 85 % answered", _ratio_of_calls),
    Case("ratio of sums, bootstrap", "60 such days", _bootstrap_of_ratio),
    Case("quantile, order statistics", "90 % quantile of 200 exponential values", _quantile_of_exponential),
    Case("quantile, bootstrap", "median of 100 exponential values", _bootstrap_of_quantile),
    Case("batch means", "2,000 values, neighbours correlated by 0.5", _batches_of_series),
    Case("batch means, overlapping", "the same", _overlapping_batches_of_series),
    Case("batch means", "waits of 10,000 customers of M/M/1 at load 0.5", _batches_of_waits),
    Case(
        "batch means", "waits of 400 customers of M/M/1 at load 0.5", _batches_of_short_waits, nominal=False
    ),
    Case(
        "ratio by batches", "400 days of 100 calls, busy days in a row, 85 % answered", _batch_ratio_of_days
    ),
    Case("paired difference, t", "15 pairs correlated by 0.9", _paired),
    Case("comparison with the best, pairs", "3 systems, 15 blocks, all limits at once", _best_by_pairs),
    Case("comparison with the best, pooled", "the same", _best_by_pooled_variance),
    Case("mean, t, when a precision of 8 % is reached", "normal values, variation 0.2", _sequential),
)
"""Every kind of interval; those that are not nominal show where a method ends."""


def coverage(case: Case, experiments: int = EXPERIMENTS, seed: int = SEED) -> float:
    """Share of experiments whose interval covers the true value."""
    with warnings.catch_warnings():
        # One in twenty tests of independence fails by chance; the short runs are meant to fail it.
        warnings.simplefilter("ignore", CorrelatedBatchesWarning)
        return float(np.mean(case.run(np.random.default_rng(seed), experiments)))


def page() -> str:
    """Table of all cases."""
    rows: list[tuple[str, ...]] = [("interval", "one experiment", "covers", "meant to")]
    for case in CASES:
        share = coverage(case)
        rows.append((case.what, case.sample, f"{100 * share:.1f} %", "yes" if case.nominal else "no"))
    return table(rows)


if __name__ == "__main__":
    put(DOCS / "statistics.md", "coverage", page())
