"""Numbers of a comparison by hand: bands of the others, the verdict, distances, what is seen of a log."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from results_case import END, START, at, case
from scipy import stats

from hotline_sim.clock.ticks import SECOND
from hotline_sim.experiment.forecast import interval
from hotline_sim.experiment.goodness_bands import (
    LEAST_REPLICATIONS,
    RISK,
    bands_of_others,
    beyond_bands,
    judge,
)
from hotline_sim.experiment.goodness_curves import distribution, quantile_pairs
from hotline_sim.experiment.goodness_distances import sample_distances, series_distances
from hotline_sim.experiment.goodness_seen import (
    MOST_VALUES,
    OPEN,
    WAIT_EDGES,
    arrived_in,
    given_up_by_wait,
    plan_of,
    seen_in,
    thinned,
)
from hotline_sim.experiment.goodness_tables import BANDS
from hotline_sim.results.kpis import kpis

TWO_SIDED = np.zeros(1, np.bool_)
ONE_SIDED = np.ones(1, np.bool_)
ONE = np.ones(1)

tables = arrays(
    np.float64,
    st.tuples(st.integers(LEAST_REPLICATIONS + 1, 60), st.integers(1, 6)),
    elements=st.integers(0, 12).map(float),
)
"""Rows with many ties."""


def column(*values: float) -> np.ndarray:
    return np.array(values, np.float64)[:, None]


def test_a_band_is_made_of_the_other_rows_alone() -> None:
    rows = column(99, *range(1, 40))
    low, high = bands_of_others(rows, 95, TWO_SIDED)
    # Of 1 to 39 the smallest and the largest leave 1 in 40 on either side; 99 itself has no part in it.
    assert (low[0, 0], high[0, 0]) == (1, 39)
    # Where 1 is left out, 99 is one of the others.
    assert (low[1, 0], high[1, 0]) == (2, 99)


def test_a_one_sided_band_begins_at_nothing() -> None:
    low, high = bands_of_others(column(0, *range(1, 40)), 95, ONE_SIDED)
    # 95 % of 40 ranks is the 38th of the 39 others.
    assert (low[0, 0], high[0, 0]) == (0, 38)


@given(tables)
@settings(max_examples=40)
def test_the_band_of_the_first_row_is_that_of_a_forecast(rows: np.ndarray) -> None:
    for band in BANDS:
        low, high = bands_of_others(rows, band, np.zeros(rows.shape[1], np.bool_))
        expected = interval(rows[1:], band)
        np.testing.assert_allclose(low[0], expected[0], atol=1e-9)
        np.testing.assert_allclose(high[0], expected[1], atol=1e-9)


@given(tables)
@settings(max_examples=40)
def test_every_row_gets_the_band_that_it_would_get_as_the_first(rows: np.ndarray) -> None:
    sides = np.arange(rows.shape[1]) % 2 == 1
    low, high = bands_of_others(rows, 95, sides)
    number = rows.shape[0] // 2
    first = np.concatenate([rows[[number]], np.delete(rows, number, axis=0)])
    alone = bands_of_others(first, 95, sides)
    np.testing.assert_allclose((low[number], high[number]), (alone[0][0], alone[1][0]), atol=1e-9)


def test_how_far_a_miss_is_counts_in_standard_deviations() -> None:
    rows = column(59, *range(1, 40))
    # The band is 1 to 39, and 59 is 20 beyond; of 1 to 39, the variance is (39² - 1) / 12.
    assert beyond_bands(rows, TWO_SIDED, ONE)[0, 0] == pytest.approx(20 / np.sqrt(1520 / 12))
    assert beyond_bands(rows, TWO_SIDED, 40 * ONE)[0, 0] == pytest.approx(20 / 40)
    # Where all others are equal, the least deviation is what it is measured by.
    assert beyond_bands(column(3, *[0] * 39), TWO_SIDED, ONE)[0, 0] == 3
    assert beyond_bands(column(0, *[0] * 39), TWO_SIDED, ONE)[0, 0] == 0
    # What is lower than all others is a miss unless large values alone are one.
    assert beyond_bands(column(0, *range(1, 40)), TWO_SIDED, ONE)[0, 0] > 0
    assert beyond_bands(column(0, *range(1, 40)), ONE_SIDED, ONE)[0, 0] == 0


def test_large_numbers_do_not_swallow_their_deviations() -> None:
    rows = 1e12 + column(59, *range(1, 40))
    assert beyond_bands(rows, TWO_SIDED, ONE)[0, 0] == pytest.approx(20 / np.sqrt(1520 / 12), rel=1e-6)


def test_one_number_far_off_is_enough_to_refuse() -> None:
    rows = np.random.default_rng(1).normal(size=(100, 30))
    rows[0, 7] = 9.0
    found = judge(rows, np.zeros(30, np.bool_), np.full(30, 0.01))
    assert not found.passes
    assert found.farthest == 7
    assert found.share == 1 / 100


def test_many_numbers_a_little_off_are_enough_to_refuse() -> None:
    rows = np.random.default_rng(2).normal(size=(100, 30))
    rows[0] = 2.2
    found = judge(rows, np.zeros(30, np.bool_), np.full(30, 0.01))
    assert found.share == 1 / 100
    assert found.missed > found.usual
    assert not found.passes


def test_nothing_missed_is_always_right() -> None:
    rows = np.random.default_rng(3).normal(size=(60, 5))
    rows[0] = 0.0
    found = judge(rows, np.zeros(5, np.bool_), np.full(5, 0.01))
    assert (found.missed, found.excess, found.share, found.farthest) == (0, 0.0, 1.0, None)
    assert found.passes


@given(tables)
@settings(max_examples=30)
def test_of_rows_that_are_alike_one_in_twenty_at_most_is_refused(rows: np.ndarray) -> None:
    """Any row may be the observed one; this is what makes the risk exact, whatever the numbers are."""
    sides, least = np.arange(rows.shape[1]) % 2 == 1, np.ones(rows.shape[1])
    refused = 0
    for number in range(rows.shape[0]):
        order = np.concatenate([rows[[number]], np.delete(rows, number, axis=0)])
        refused += not judge(order, sides, least).passes
    assert refused <= RISK * rows.shape[0]


@given(
    st.lists(st.integers(0, 20).map(float), min_size=5, max_size=30),
    st.lists(st.integers(0, 20).map(float), min_size=5, max_size=30),
)
@settings(max_examples=60)
def test_distances_of_two_samples_are_those_of_scipy(one: list[float], other: list[float]) -> None:
    ks, wasserstein = sample_distances(np.sort(one), [np.sort(other)])
    assert ks[0] == pytest.approx(stats.ks_2samp(one, other, method="asymp").statistic, abs=1e-12)
    assert wasserstein[0] == pytest.approx(stats.wasserstein_distance(one, other), abs=1e-12)
    # The second one's distance is that to the first.
    assert (ks[1], wasserstein[1]) == pytest.approx((ks[0], wasserstein[0]), abs=1e-12)


def test_distances_to_several_samples_weigh_them_alike() -> None:
    chance = np.random.default_rng(3)
    samples = [np.sort(chance.exponential(size=size)) for size in (40, 10, 70, 25)]
    _, wasserstein = sample_distances(samples[0], samples[1:])
    for number, sample in enumerate(samples):
        others = [one for place, one in enumerate(samples) if place != number]
        weights = np.concatenate([np.full(one.size, 1 / one.size) for one in others])
        expected = stats.wasserstein_distance(sample, np.concatenate(others), v_weights=weights)
        assert wasserstein[number] == pytest.approx(expected)


def test_distances_of_large_samples_stay_close_to_exact_ones() -> None:
    chance = np.random.default_rng(4)
    one, other = np.sort(chance.exponential(size=9000)), np.sort(1.1 * chance.exponential(size=9000))
    ks, wasserstein = sample_distances(one, [other])
    assert ks[0] == pytest.approx(stats.ks_2samp(one, other).statistic, abs=5e-4)
    assert wasserstein[0] == pytest.approx(stats.wasserstein_distance(one, other), rel=0.01)


def test_open_requests_are_apart_in_the_share_that_is_over() -> None:
    ks, wasserstein = sample_distances(np.array([1.0, 2.0, OPEN, OPEN]), [np.array([1.0, 2.0, 2.0, 2.0])])
    assert ks[0] == 0.5
    # Up to the longest that is over: a quarter more are over from 1 on in neither.
    assert wasserstein[0] == 0


def test_distances_of_arrivals_by_hand() -> None:
    seen = np.zeros((2, 24), np.int64)
    other = np.zeros((1, 2, 24), np.int64)
    seen[0, 9], seen[1, 9] = 6, 2
    other[0, 0, 9], other[0, 1, 10] = 4, 4
    hours, days = series_distances(seen, other)
    assert hours.tolist() == [0.5, 0.5]
    # Of the other's eight arrivals, two came on another day; so day by day they differ by 2 and 2.
    assert days.tolist() == [0.5, 0.5]


def test_giving_up_is_a_share_of_who_still_waits() -> None:
    waits = np.array([0, 5, 5, 15, 15, 45, 700]) * SECOND
    answered = np.array([True, True, False, False, True, False, False])
    found = given_up_by_wait(answered, waits)
    # Who is answered at once never waited: six did, one of them gave up within 10 s; then one of four.
    assert found[0] == pytest.approx(1 / 6)
    assert found[1] == pytest.approx(1 / 4)
    assert found[WAIT_EDGES.index(30)] == pytest.approx(1 / 2)
    assert found[WAIT_EDGES.index(600)] == 1


def test_nobody_left_to_give_up_is_not_a_number() -> None:
    found = given_up_by_wait(np.array([True]), np.array([5 * SECOND]))
    assert found[0] == 0
    assert np.isnan(found[1:]).all()


def test_too_many_values_are_thinned_evenly() -> None:
    values = np.arange(3.0 * MOST_VALUES)
    kept = thinned(values[::-1])
    assert kept.size == MOST_VALUES
    assert (np.diff(kept) == 3).all()
    assert thinned(np.array([3.0, 1.0])).tolist() == [1.0, 3.0]


def test_what_is_seen_of_three_days_by_hand() -> None:
    log = case()
    plan, left_out = plan_of(log, (START, END))
    assert left_out == []
    seen = seen_in(log, plan)
    values = dict(zip(plan.kpis, seen.kpis, strict=True))
    figures = kpis(log)
    # Figures of the phone are those of the log itself.
    for name in ("calls_offered", "answer_rate", "abandonment_rate", "mean_speed_of_answer"):
        assert values[name] == pytest.approx(figures[name].value), name
    assert seen.series["calls"].sum() == values["calls_offered"] == 7
    assert seen.series["requests"].sum() == values["requests_accepted"]
    assert seen.series["calls"][0, 9] == 3  # Monday from 9 h: tickets 2 and 3, who calls twice
    assert seen.samples["wait"].tolist() == [0, 10, 20, 20, 30, 30, 40]
    # The ticket of the run-in is due in the window and late; records would not have it.
    assert figures["on_time_closure_rate"].denominator == 5
    assert values["on_time_closure_rate"] == 2 / 4


def test_tickets_of_a_window_keep_their_visits() -> None:
    log = case()
    own = arrived_in(log, (at("Tue 00:00"), END))
    assert own.tickets["arrival"].tolist() == [
        at(text) for text in ("Tue 08:00", "Tue 16:00", "Wed 10:00", "Wed 23:59")
    ]
    assert own.tickets["ticket"].tolist() == [0, 1, 2, 3]
    of_old = np.isin(log.visits["ticket"], np.flatnonzero(log.tickets["arrival"] >= at("Tue 00:00"))[:4])
    assert own.visits["ready"].tolist() == log.visits["ready"][of_old].tolist()
    assert own.visits["ticket"].max() == 3


def test_curves_lie_between_their_bands() -> None:
    chance = np.random.default_rng(5)
    runs = [np.sort(chance.exponential(size=200)) for _ in range(60)]
    seen = np.sort(chance.exponential(size=200))
    table = distribution(seen, runs)
    assert table["value"].iloc[0] == 0
    assert (np.diff(table["observed"]) >= 0).all()
    assert table["observed"].iloc[-1] >= 0.97
    for rows in (table, quantile_pairs(seen, runs)):
        order = rows[["low_95", "low_80", "mean", "high_80", "high_95"]].to_numpy()
        assert (np.diff(order, axis=1) >= -1e-12).all()


def test_quantiles_among_open_requests_are_infinite() -> None:
    runs = [np.array([1.0, 2.0, 3.0, OPEN]) for _ in range(40)]
    rows = quantile_pairs(np.array([1.0, OPEN]), runs).set_index("percent")
    assert rows.loc[50, "observed"] == 1
    assert np.isinf(rows.loc[51, "observed"])
    assert np.isinf(rows.loc[76, ["mean", "high_95"]].to_numpy(np.float64)).all()
    assert rows.loc[75, "mean"] == 3
