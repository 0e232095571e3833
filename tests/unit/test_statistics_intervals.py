from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hotline_sim.statistics.intervals import (
    bootstrap_limits,
    mean_interval,
    quantile_interval,
    ratio_interval,
)

NUMBERS = st.floats(-1e6, 1e6)


def ratio(part: np.ndarray, whole: np.ndarray, axis: int) -> np.ndarray:
    return part.sum(axis=axis) / whole.sum(axis=axis)


def test_t_interval_of_five_numbers_is_the_one_in_the_books() -> None:
    # Mean 3, standard deviation sqrt(2.5), t with 4 degrees of freedom 2.776.
    found = mean_interval([1, 2, 3, 4, 5])
    assert found.estimate == 3
    assert found.half_width == pytest.approx(2.776 * math.sqrt(2.5 / 5), rel=1e-3)
    assert found.covers(3 + found.half_width * 0.999)
    assert not found.covers(3 + found.half_width * 1.001)


@given(st.lists(NUMBERS, min_size=2, max_size=30), st.floats(0.5, 0.999))
def test_t_interval_is_that_of_scipy(values: list[float], confidence: float) -> None:
    found = mean_interval(values, confidence)
    if np.std(values) > 1e-9:
        low, high = stats.t.interval(confidence, len(values) - 1, np.mean(values), stats.sem(values))
        assert (found.low, found.high) == pytest.approx((low, high), rel=1e-6, abs=1e-6)
    assert found.count == len(values)


def test_one_observation_has_no_interval_and_none_no_mean() -> None:
    one, none = mean_interval([2.0]), mean_interval([])
    assert (one.estimate, one.count) == (2.0, 1)
    assert np.isnan([one.low, one.high, none.estimate, none.low]).all()
    assert none.count == 0


def test_a_missing_value_is_no_observation() -> None:
    assert mean_interval([1, np.nan, 3]) == mean_interval([1, 3])
    assert ratio_interval([1, 2, np.nan], [2, 4, 6]) == ratio_interval([1, 2], [2, 4])
    assert quantile_interval([np.nan, *range(50)], 0.5) == quantile_interval(range(50), 0.5)


def test_ratio_of_sums_is_not_the_mean_of_ratios() -> None:
    # 1 of 2 on a quiet day, 90 of 100 on a busy one: 91 of 102 calls, not 70 %.
    found = ratio_interval([1, 90], [2, 100])
    assert found.estimate == pytest.approx(91 / 102)
    assert mean_interval([1 / 2, 90 / 100]).estimate == pytest.approx(0.7)


def test_ratio_interval_by_hand() -> None:
    # Ratio 12/60 = 0.2; errors (2 - 2, 4 - 4, 6 - 6) / 20 are all 0. With 7 in place of 6 they are not.
    assert ratio_interval([2, 4, 6], [10, 20, 30]).half_width == 0
    found = ratio_interval([2, 4, 9], [10, 20, 30])
    errors = (np.array([2, 4, 9]) - 0.25 * np.array([10, 20, 30])) / 20
    assert found.estimate == 0.25
    assert found.half_width == pytest.approx(4.303 * errors.std(ddof=1) / math.sqrt(3), rel=1e-3)


def test_ratio_with_constant_denominators_has_the_interval_of_the_mean() -> None:
    parts = np.array([1.0, 4.0, 2.0, 8.0])
    found, plain = ratio_interval(parts, np.full(4, 10.0)), mean_interval(parts / 10)
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high))


def test_ratio_without_any_denominator_is_none() -> None:
    found = ratio_interval([0, 0], [0, 0])
    assert np.isnan([found.estimate, found.low, found.high]).all()
    with pytest.raises(ValueError, match="2 numerators and 3 denominators"):
        ratio_interval([1, 2], [1, 2, 3])


def test_quantile_interval_of_sixteen_numbers_is_the_printed_one() -> None:
    # Median of 16: the 4th and the 13th smallest leave 1.06 % on each side of the binomial law, the next
    # ones 3.84 %. So the interval of 95 % reaches from the 4th to the 13th.
    found = quantile_interval(np.arange(1, 17), 0.5)
    assert (found.estimate, found.low, found.high) == (8, 4, 13)
    assert stats.binom.cdf(3, 16, 0.5) == pytest.approx(0.0106, abs=1e-4)


def test_quantile_of_a_small_sample_has_no_upper_limit() -> None:
    # The largest of n exceeds the 90 % quantile with probability 1 - 0.9**n: 35 are too few, 36 enough.
    few, enough = quantile_interval(np.arange(35), 0.9), quantile_interval(np.arange(36), 0.9)
    assert np.isnan(few.high)
    assert enough.high == 35
    assert few.estimate == 31  # 0.9 * 35 = 31.5: the 32nd smallest


@given(st.lists(NUMBERS, min_size=40, max_size=80), st.floats(0.3, 0.7))
def test_quantile_lies_in_its_interval_and_in_the_sample(values: list[float], probability: float) -> None:
    found = quantile_interval(values, probability)
    assert found.low <= found.estimate <= found.high
    assert {found.low, found.estimate, found.high} <= set(values)


def test_bootstrap_is_that_of_scipy_and_the_same_on_every_call() -> None:
    sample = np.random.default_rng(3).gamma(2, 1, 25)
    low, high = bootstrap_limits(np.mean, sample)
    expected = stats.bootstrap(
        (sample,), np.mean, n_resamples=1999, random_state=np.random.default_rng(1)
    ).confidence_interval
    assert (float(low), float(high)) == pytest.approx((expected.low, expected.high))
    assert (low, high) == bootstrap_limits(np.mean, sample)
    assert bootstrap_limits(np.mean, sample, seed=2) != (low, high)


def test_bootstrap_of_rows_is_that_of_each_row() -> None:
    sample = np.random.default_rng(4).normal(size=(3, 30))
    low, high = bootstrap_limits(np.mean, sample)
    for place, row in enumerate(sample):
        assert (low[place], high[place]) == pytest.approx(tuple(map(float, bootstrap_limits(np.mean, row))))


def test_bootstrap_of_pairs_keeps_them_together() -> None:
    whole = np.random.default_rng(5).poisson(100, 30).astype(float)
    low, high = bootstrap_limits(ratio, 0.5 * whole, whole)
    assert (float(low), float(high)) == pytest.approx((0.5, 0.5))


def test_bootstrap_of_equal_values_is_that_value_and_of_two_nothing() -> None:
    low, high = bootstrap_limits(np.mean, np.full((2, 5), 7.0))
    assert low.tolist() == high.tolist() == [7, 7]
    assert np.isnan(bootstrap_limits(np.mean, [1.0, 2.0])).all()


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5])
def test_confidence_must_be_one(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence: got"):
        mean_interval([], confidence)
    with pytest.raises(ValueError, match="confidence: got"):
        ratio_interval([1, 2], [1, 2], confidence)
    with pytest.raises(ValueError, match="confidence: got"):
        bootstrap_limits(np.mean, [1, 2, 3], confidence=confidence)
    with pytest.raises(ValueError, match="confidence: got"):
        quantile_interval([1, 2, 3], 0.5, confidence)


def test_probability_must_be_one() -> None:
    with pytest.raises(ValueError, match=r"probability: got 1\.0"):
        quantile_interval([1, 2], 1.0)
    assert np.isnan(quantile_interval([], 0.5).estimate)
