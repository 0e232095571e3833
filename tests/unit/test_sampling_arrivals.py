"""Arrival instants by change of time, and random day factors.

The statistical tests use a fixed seed, so they do not flicker. With a fresh seed, |z| <= 4 fails sound code
with probability 6.3e-5 a value: 1.5e-3 for the 24 hours together.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from hotline_sim.sampling import arrivals
from hotline_sim.sampling.arrivals import CumulativeRate, arrival_times, day_factors, unit_times
from hotline_sim.sampling.streams import Stream, uniforms

HOUR = 3_600_000
DAY = 24 * HOUR
START = 20_000 * DAY


def hourly(*expected, start=START):
    edges = start + HOUR * np.arange(len(expected) + 1)
    return CumulativeRate.from_rates(edges, np.array(expected, dtype=np.float64))


def test_the_cumulative_rate_is_linear_between_edges():
    rate = CumulativeRate.from_rates(np.array([100, 200, 400]), np.array([10.0, 5.0]))
    assert rate.cumulative.tolist() == [0.0, 10.0, 15.0]
    assert rate.total == 15.0
    assert rate.at(np.array([0, 100, 150, 200, 300, 400, 999])).tolist() == [0, 0, 5, 10, 12.5, 15, 15]
    assert rate.inverse(np.array([0.0, 5.0, 10.0, 12.5, 15.0])).tolist() == [100, 150, 200, 300, 400]


def test_the_inverse_skips_flat_pieces_and_takes_the_first_instant():
    rate = CumulativeRate.from_rates(np.array([0, 10, 20, 30, 40, 50]), np.array([0.0, 2.0, 0.0, 2.0, 0.0]))
    values = np.array([0.0, 1e-9, 1.0, 2.0, 2.000001, 3.0, 4.0])
    assert rate.inverse(values) == pytest.approx([0.0, 10.0, 15.0, 20.0, 30.000005, 35.0, 40.0])


def test_the_inverse_of_a_rate_that_is_zero_throughout_is_its_first_edge():
    assert hourly(0, 0).inverse(np.zeros(2)).tolist() == [START, START]


@pytest.mark.parametrize("value", [-0.1, 3.1, math.nan])
def test_the_inverse_refuses_values_out_of_reach(value):
    with pytest.raises(ValueError, match=r"^unit_times: "):
        hourly(1, 2).inverse(np.array([1.0, value]))


@pytest.mark.parametrize(
    ("ticks", "cumulative", "blamed"),
    [
        ([0], [0.0], "ticks"),
        ([0, 0], [0.0, 1.0], "ticks"),
        ([5, 0], [0.0, 1.0], "ticks"),
        ([[0, 1]], [[0.0, 1.0]], "ticks"),
        ([0, 1], [0.0], "cumulative"),
        ([0, 1], [0.5, 1.0], "cumulative"),
        ([0, 1], [0.0, -1.0], "cumulative"),
        ([0, 1, 2], [0.0, math.inf, math.inf], "cumulative"),
        ([0, 1, 2], [0.0, math.nan, 1.0], "cumulative"),
    ],
)
def test_a_malformed_cumulative_rate_is_refused(ticks, cumulative, blamed):
    with pytest.raises(ValueError, match=f"^{blamed}: "):
        CumulativeRate(np.array(ticks, dtype=np.int64), np.array(cumulative, dtype=np.float64))


def test_a_negative_expected_number_is_refused():
    with pytest.raises(ValueError, match=r"^cumulative: "):
        hourly(3, -1)


def test_unit_times_are_the_running_sum_of_unit_exponentials():
    times = unit_times(1, 0, 0, 50.0)
    steps = [-math.log1p(-u) for u in uniforms(1, 0, Stream.ARRIVAL, 0, 0, times.size + 1)]
    assert times == pytest.approx(np.cumsum(steps)[:-1])
    assert times[-1] <= 50.0 < times[-1] + steps[-1]


@pytest.mark.parametrize("block", [1, 2, 7, 64, 1000, 5000])
def test_unit_times_have_the_same_bits_whatever_the_block(block):
    whole = unit_times(3, 1, 2, 900.0)
    assert np.array_equal(arrivals.UnitProcess(3, 1, 2).times(900.0, block), whole)


def test_no_unit_times_before_zero():
    assert unit_times(1, 0, 0, 0.0).size == 0


@pytest.mark.parametrize("until", [-1.0, math.inf, math.nan])
def test_unit_times_need_a_finite_end(until):
    with pytest.raises(ValueError, match=r"^until: "):
        unit_times(1, 0, 0, until)


def test_arrivals_are_the_unit_times_sent_through_the_inverse():
    rate = hourly(5, 0, 20)
    times = unit_times(4, 0, 1, rate.total)
    assert np.array_equal(arrival_times(4, 0, 1, rate), np.floor(rate.inverse(times)).astype(np.int64))


def test_arrivals_depend_on_seed_replication_and_source():
    rate = hourly(30)
    drawn = [
        arrival_times(*address, rate).tolist() for address in [(1, 0, 0), (2, 0, 0), (1, 1, 0), (1, 0, 1)]
    ]
    assert drawn[0] == arrival_times(1, 0, 0, rate).tolist()
    assert all(drawn[0] != other for other in drawn[1:])


def test_doubling_the_rate_keeps_the_unit_time_of_every_citizen():
    single, double = hourly(*[40.0] * 10), hourly(*[80.0] * 10)
    few, many = arrival_times(1, 0, 0, single), arrival_times(1, 0, 0, double)
    assert many.size > few.size
    # A tick is 80 / 3.6e6 of a unit time here, and each instant was rounded down by less than one.
    assert double.at(many[: few.size]) == pytest.approx(single.at(few), abs=80 / HOUR)


def test_a_longer_horizon_keeps_all_earlier_arrivals():
    profile = [3.7, 0.0, 12.1, 55.3, 8.9, 0.0, 41.0]
    whole = arrival_times(9, 2, 1, hourly(*profile))
    for pieces in range(1, len(profile)):
        part = arrival_times(9, 2, 1, hourly(*profile[:pieces]))
        assert np.array_equal(part, whole[whole < START + pieces * HOUR])


def test_flat_pieces_get_no_arrivals():
    for replication in range(50):
        hours = (arrival_times(1, replication, 0, hourly(0, 30, 0, 0, 30, 0)) - START) // HOUR
        assert set(hours.tolist()) == {1, 4}


def test_an_instant_rounded_onto_the_end_of_its_piece_is_held_before_it(monkeypatch):
    monkeypatch.setattr(arrivals, "unit_times", lambda *_: np.array([1.0, math.nextafter(3.0, 0.0), 3.0]))
    rate = CumulativeRate.from_rates(np.array([0, 10, 20, 30]), np.array([1.0, 0.0, 2.0]))
    assert arrival_times(1, 0, 0, rate).tolist() == [9, 29, 29]


def test_no_expected_arrivals_no_arrivals():
    assert arrival_times(1, 0, 0, hourly(0, 0)).tolist() == []


def test_a_coarse_resolution_rounds_the_same_instants_down():
    rate = hourly(100, 50)
    fine, coarse = arrival_times(1, 0, 0, rate), arrival_times(1, 0, 0, rate, 60_000)
    assert np.array_equal(coarse, fine // 60_000 * 60_000)
    assert coarse.dtype == np.int64


def test_a_first_edge_off_the_grid_is_refused():
    with pytest.raises(ValueError, match=r"^cumulative: "):
        arrival_times(1, 0, 0, hourly(5, start=START + 1), 1000)
    with pytest.raises(ValueError, match=r"^resolution: "):
        arrival_times(1, 0, 0, hourly(5), 0)


@pytest.fixture(scope="module")
def hourly_counts():
    """Counts of 300 replications of a day, shape (300, 24), and what is expected of them."""
    profile = 150.0 + 100.0 * np.arange(24) % 370.0
    profile[3:5] = 0.0
    counts = np.zeros((300, 24), dtype=np.int64)
    for replication in range(300):
        ticks = arrival_times(2024, replication, 0, hourly(*profile))
        counts[replication] = np.bincount((ticks - START) // HOUR, minlength=24)
    return counts, profile


def worst_z(counts, profile):
    expected = counts.shape[0] * profile
    busy = expected > 0
    return float(np.abs((counts.sum(axis=0) - expected)[busy] / np.sqrt(expected[busy])).max())


def test_the_rate_of_every_hour_is_recovered(hourly_counts):
    counts, profile = hourly_counts
    assert (counts[:, profile == 0] == 0).all()
    # Narrow enough to mean something: the 95 % interval spans less than 2 % of each rate.
    assert 2 * 1.96 / math.sqrt(300 * profile[profile > 0].min()) < 0.02
    assert worst_z(counts, profile) <= 4


def test_a_profile_that_is_an_hour_off_would_be_noticed(hourly_counts):
    counts, profile = hourly_counts
    assert worst_z(counts, np.roll(profile, 1)) > 4


def test_counts_of_an_hour_scatter_as_a_poisson_law_says(hourly_counts):
    counts, profile = hourly_counts
    busy = counts[:, profile > 0]
    dispersion = busy.var(axis=0, ddof=1) / busy.mean(axis=0)
    assert np.abs(dispersion - 1).max() <= 4 * math.sqrt(2 / 299)
    # Neighbouring hours are independent: correlations of 300 pairs have standard error 1 / sqrt(300).
    across = np.corrcoef(busy.T)
    assert np.abs(np.diag(across, 1)).max() <= 4 / math.sqrt(300)


def test_arrivals_inside_an_hour_are_spread_evenly():
    ticks = np.concatenate([arrival_times(5, replication, 0, hourly(1000)) for replication in range(50)])
    share = (ticks - START) / HOUR
    assert abs(share.mean() - 0.5) <= 4 / math.sqrt(12 * share.size)


def test_day_factors_have_mean_one_and_the_given_variation():
    factors = np.concatenate([day_factors(1, replication, 19_000, 1000, 0.2) for replication in range(100)])
    assert abs(factors.mean() - 1) <= 4 * 0.2 / math.sqrt(factors.size)
    # The standard error of a standard deviation of near-normal values, with some room for the skewness.
    assert factors.std() == pytest.approx(0.2, rel=5 / math.sqrt(2 * factors.size))


def test_a_day_keeps_its_factor_whatever_day_the_run_begins_on():
    year = day_factors(1, 0, 20_000, 365, 0.1)
    assert np.array_equal(day_factors(1, 0, 20_100, 30, 0.1), year[100:130])
    assert not np.array_equal(day_factors(1, 1, 20_000, 365, 0.1), year)


def test_a_larger_variation_moves_the_same_days_the_same_way():
    small, large = day_factors(1, 0, 20_000, 1000, 0.05), day_factors(1, 0, 20_000, 1000, 0.3)
    assert np.array_equal(np.argsort(small), np.argsort(large))


def test_without_variation_every_factor_is_exactly_one():
    assert day_factors(1, 0, 20_000, 3, 0.0).tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("cv", [-0.1, math.inf, math.nan])
def test_a_day_factor_needs_a_finite_variation(cv):
    with pytest.raises(ValueError, match=r"^cv: "):
        day_factors(1, 0, 20_000, 1, cv)


def test_days_before_1970_have_no_factor():
    with pytest.raises(ValueError, match=r"^start: "):
        day_factors(1, 0, -1, 1, 0.1)
