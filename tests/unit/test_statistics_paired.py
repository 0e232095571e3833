from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hotline_sim.statistics.intervals import mean_interval
from hotline_sim.statistics.paired import compare_with_best, largest_t_point, paired_difference

DUNNETT = {
    5: (2.02, 2.44, 2.68, 2.85),
    10: (1.81, 2.15, 2.34, 2.47),
    20: (1.72, 2.03, 2.19, 2.30),
    60: (1.67, 1.95, 2.10, 2.21),
}
"""Dunnett, Journal of the American Statistical Association 50 (1955), table 1a: one-sided, 95 %, one to four
groups against a control, by degrees of freedom."""

PAIRS = st.lists(st.tuples(st.integers(-100, 100), st.integers(-100, 100)), min_size=2, max_size=20)


def test_paired_difference_by_hand() -> None:
    # Differences 1, 1, 1.5: mean 7/6. Variances 1 and 1.5833, of the difference 0.0833.
    found = paired_difference([1, 2, 3], [2, 3, 4.5])
    assert found.difference == mean_interval([1, 1, 1.5])
    assert found.correlation == pytest.approx(1.25 / np.sqrt(1.58333), rel=1e-4)
    assert found.variance_reduction == pytest.approx(1 - 0.083333 / 2.583333, rel=1e-4)


@given(PAIRS)
def test_paired_interval_is_that_of_scipy_and_correlation_explains_the_reduction(
    pairs: list[tuple[int, int]],
) -> None:
    a, b = np.array(pairs, float).T
    found = paired_difference(a, b)
    if np.ptp(b - a) > 0:
        expected = stats.ttest_rel(b, a).confidence_interval()
        assert (found.difference.low, found.difference.high) == pytest.approx((expected.low, expected.high))
    if np.ptp(a) > 0 and np.ptp(b) > 0:
        assert found.correlation == pytest.approx(np.corrcoef(a, b)[0, 1], abs=1e-9)
        spread = 2 * found.correlation * a.std(ddof=1) * b.std(ddof=1)
        assert found.variance_reduction == pytest.approx(spread / (a.var(ddof=1) + b.var(ddof=1)), abs=1e-9)
    else:
        assert np.isnan(found.correlation)


def test_pairing_that_does_harm_shows() -> None:
    found = paired_difference([1, 2, 3, 4], [4, 3, 2, 1])
    assert found.correlation == pytest.approx(-1)
    assert found.variance_reduction == pytest.approx(-1)


def test_pairs_with_a_missing_value_do_not_count() -> None:
    found = paired_difference([1, np.nan, 3, 4], [2, 5, 5, np.nan])
    assert found.difference == mean_interval([1, 2])
    with pytest.raises(ValueError, match="got 2 runs and 3"):
        paired_difference([1, 2], [1, 2, 3])
    assert np.isnan(paired_difference([1.0], [2.0]).correlation)


# Comparison with the best.


@pytest.mark.parametrize("freedom", DUNNETT)
def test_largest_t_point_is_the_printed_one(freedom: int) -> None:
    found = [largest_t_point(number, freedom) for number in range(1, 5)]
    assert found == pytest.approx(DUNNETT[freedom], abs=0.0051)


def test_largest_t_point_agrees_with_student_and_with_the_law_of_scipy() -> None:
    for freedom in (2, 8, 200):
        assert largest_t_point(1, freedom, 0.99) == pytest.approx(stats.t.ppf(0.99, freedom), rel=1e-4)
    shape = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    law = stats.multivariate_t(shape=shape, df=7)
    point = largest_t_point(3, 7)
    assert law.cdf(np.full(3, point), random_state=1) == pytest.approx(0.95, abs=2e-3)


def test_comparison_with_the_best_by_hand() -> None:
    # Differences of the two columns: 1, 2, 3: mean 2, standard error 1/sqrt(3); one-sided t is 2.920.
    found = compare_with_best([[1, 2], [2, 4], [3, 6]])
    width = 2.920 / np.sqrt(3)
    assert found.difference == pytest.approx([-2, 2])
    assert found.low == pytest.approx([-2 - width, 0], rel=1e-3)
    assert found.high == pytest.approx([0, 2 + width], rel=1e-3)
    assert found.may_be_best.tolist() == [False, True]


def test_lower_is_better_turned_round() -> None:
    values = np.random.default_rng(1).normal([1, 2, 4], 1, (12, 3))
    up, down = compare_with_best(-values), compare_with_best(values, higher=False)
    assert down.difference == pytest.approx(-up.difference)
    assert down.low == pytest.approx(-up.high)
    assert down.high == pytest.approx(-up.low)
    assert down.may_be_best.tolist() == up.may_be_best.tolist()


def test_pooled_widths_of_two_systems_are_those_of_the_pair() -> None:
    values = np.random.default_rng(2).normal(0, 1, (9, 2)) + np.random.default_rng(3).normal(0, 5, (9, 1))
    pooled, pairs = compare_with_best(values, method="pooled"), compare_with_best(values)
    assert pooled.high == pytest.approx(pairs.high, rel=1e-4)
    assert pooled.low == pytest.approx(pairs.low, rel=1e-4)


def test_two_systems_that_never_differ_may_both_be_the_best() -> None:
    column = np.random.default_rng(4).normal(5, 1, 10)
    worse = column - 0.01 + np.random.default_rng(5).normal(0, 1, 10)
    found = compare_with_best(np.column_stack([column, column, worse, column - 5]))
    assert found.may_be_best.tolist() == [True, True, True, False]
    assert found.high[0] == found.high[1] == 0


@given(st.integers(0, 1000), st.integers(2, 5), st.sampled_from(["pairs", "pooled"]))
def test_limits_enclose_the_difference_and_somebody_may_be_the_best(
    seed: int, systems: int, method: str
) -> None:
    values = np.random.default_rng(seed).normal(0, 1, (8, systems))
    found = compare_with_best(values, method=method)  # type: ignore[arg-type]
    assert (found.low <= 0).all()
    assert (found.high >= 0).all()
    assert (found.low <= found.difference).all()
    assert (found.difference <= found.high).all()
    assert found.may_be_best[np.argmax(values.mean(axis=0))]


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two systems"):
        compare_with_best([[1.0], [2.0]])
    with pytest.raises(ValueError, match="got 1 complete replications"):
        compare_with_best([[1.0, 2.0], [np.nan, 2.0]])
    with pytest.raises(ValueError, match="method: got 'tukey'"):
        compare_with_best([[1, 2], [2, 1]], method="tukey")  # type: ignore[arg-type]
