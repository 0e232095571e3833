from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hotline_sim.errors import CorrelatedBatchesWarning
from hotline_sim.statistics.batch_means import CRITICAL, batch_means, batch_ratio
from hotline_sim.statistics.intervals import mean_interval
from hotline_sim.statistics.warm_up import mser


def decaying(seed: int, length: int, start: int) -> np.ndarray:
    """Whole numbers that come down from a start, so that every machine has the same."""
    series, value = [], start
    for step in np.random.default_rng(seed).integers(-100, 101, size=length):
        value = 9 * value // 10 + int(step)
        series.append(value)
    return np.array(series, float)


def mser_by_definition(series: np.ndarray, batch: int) -> int:
    """The rule as it is printed: try every point."""
    number = len(series) // batch
    means = [sum(series[batch * i : batch * (i + 1)]) / batch for i in range(number)]
    kept = max(1, min(5, number // 4))
    errors = []
    for left_out in range(number - kept):
        rest = means[left_out:]
        middle = sum(rest) / len(rest)
        errors.append(sum((value - middle) ** 2 for value in rest) / len(rest) ** 2)
    return batch * errors.index(min(errors))


# The run-in.


def test_a_step_is_cut_off_where_it_ends() -> None:
    found = mser([9.0] * 10 + [1.0, 2.0] * 20)
    assert (found.count, found.batch, found.is_reliable) == (10, 5, True)
    assert found.errors.size == 10
    assert np.isnan(found.errors).sum() == 2


@pytest.mark.parametrize(
    ("seed", "length", "start", "five", "one"),
    [
        (7, 500, 3000, (True, 45), (True, 43)),
        (8, 203, 2000, (True, 25), (True, 23)),
        (9, 365, 50000, (True, 150), None),
        (10, 100, 0, (False, 60), (False, 61)),
        (11, 60, 5000, (True, 30), (True, 29)),
        (12, 250, 100000, (False, 160), (False, 158)),
    ],
)
def test_truncation_is_that_of_kim_convergence(
    seed: int,
    length: int,
    start: int,
    five: tuple[bool, int],
    one: tuple[bool, int] | None,
) -> None:
    """Numbers given by ``mser_m`` of the package kim-convergence 0.1.0 for batches of five and of one."""
    series = decaying(seed, length, start)
    found = mser(series)
    assert (found.is_reliable, found.count) == five
    if one is not None:
        single = mser(series, batch=1)
        assert (single.is_reliable, single.count) == one


@given(st.lists(st.integers(-1000, 1000), min_size=12, max_size=80), st.integers(1, 5))
def test_truncation_is_that_of_the_definition(values: list[int], batch: int) -> None:
    series = np.array(values, float)
    found = mser(series, batch=batch)
    expected = mser_by_definition(series, batch)
    if found.count != expected:  # equal errors: which is the least is a matter of rounding
        errors = found.errors
        assert errors[found.count // batch] == pytest.approx(errors[expected // batch], abs=1e-9)


@given(st.lists(st.integers(-1000, 1000), min_size=10, max_size=60), st.integers(-(10**6), 10**6))
def test_truncation_does_not_depend_on_the_level(values: list[int], level: int) -> None:
    series = np.array(values, float)
    assert mser(series).errors == pytest.approx(mser(series + level).errors, nan_ok=True, abs=1e-3, rel=1e-6)


def test_a_trend_gives_no_reliable_point() -> None:
    assert not mser(np.arange(100.0)).is_reliable


def test_series_for_truncation_must_be_long_enough_and_finite() -> None:
    with pytest.raises(ValueError, match="got 9 observations, must be at least 10"):
        mser(np.ones(9))
    with pytest.raises(ValueError, match="finite"):
        mser([1.0, np.nan] * 20)
    with pytest.raises(ValueError, match="batch: got 0"):
        mser(np.ones(9), batch=0)


# One long run.


def test_batch_means_by_hand() -> None:
    # 7 values in 3 batches of 2: the first is left out; means 2, 5, 3.
    found = batch_means([99, 1, 3, 4, 6, 3, 3], batches=3)
    assert (found.size, found.left_out) == (2, 1)
    assert found.interval == mean_interval([2, 5, 3])
    # Around 10/3: squares 16/9, 25/9, 1/9; steps 3 and -2: 1 - 13 / (2 * 42/9).
    assert found.correlation == pytest.approx(1 - 13 / (2 * 42 / 9))
    assert found.z == pytest.approx(found.correlation * math.sqrt(8))
    assert not found.is_correlated


def test_batches_that_are_too_short_are_told() -> None:
    series = np.cumsum(np.random.default_rng(1).normal(size=1000))
    with pytest.warns(CorrelatedBatchesWarning, match="batches of 50 observations are correlated by 0"):
        assert batch_means(series).is_correlated


def test_independent_batches_are_called_correlated_once_in_twenty() -> None:
    import warnings

    rows = np.random.default_rng(2).normal(size=(2000, 40))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CorrelatedBatchesWarning)
        z = np.array([batch_means(row).z for row in rows])
    assert 0.035 < (z > CRITICAL).mean() < 0.065
    assert stats.kstest(z, "norm").statistic < 0.05


def test_overlapping_batches_by_their_definition() -> None:
    values = np.random.default_rng(3).normal(size=60)
    found = batch_means(values, batches=6, overlapping=True).interval
    means = [values[low : low + 10].mean() for low in range(51)]
    variance = 10 / (51 * 50) * sum((mean - values.mean()) ** 2 for mean in means)
    width = stats.t.ppf(0.975, 1.5 * 5) * math.sqrt(variance)
    assert found.estimate == pytest.approx(values.mean())
    assert found.half_width == pytest.approx(width)
    assert found.count == 6


def test_a_series_without_variance_has_an_interval_of_width_0() -> None:
    found = batch_means(np.full(60, 2.0))
    assert (found.interval.low, found.interval.high) == (2, 2)
    assert np.isnan(found.correlation)
    assert not found.is_correlated


def test_ratio_by_batches_is_the_ratio_of_all_sums() -> None:
    rng = np.random.default_rng(4)
    whole = rng.poisson(50, 100).astype(float)
    part = rng.binomial(whole.astype(int), 0.8).astype(float)
    found = batch_ratio(part, whole, batches=10)
    assert found.interval.estimate == pytest.approx(part.sum() / whole.sum())
    assert found.interval.count == 10
    assert found.interval.low < 0.8 < found.interval.high


def test_too_short_a_series_is_refused() -> None:
    with pytest.raises(ValueError, match="got 39 observations, 20 batches need at least 40"):
        batch_means(np.ones(39))
    with pytest.raises(ValueError, match="batches: got 2"):
        batch_means(np.ones(39), batches=2)
    with pytest.raises(ValueError, match="50 numerators and 60 denominators"):
        batch_ratio(np.ones(50), np.ones(60))
