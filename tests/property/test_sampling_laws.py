"""Laws of sampling that hold for every address, every parameter and every rate."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline_sim.sampling.arrivals import CumulativeRate, arrival_times, unit_times
from hotline_sim.sampling.distributions import quantile, to_ticks
from hotline_sim.sampling.streams import SMALLEST, Stream, uniforms

words = st.integers(0, 2**32 - 1)
addresses = st.tuples(st.integers(0, 2**130), words, st.sampled_from(list(Stream)), words, words)
probabilities = st.floats(SMALLEST, 1 - 2.0**-53)
means = st.floats(1.0, 1e8)
shapes = st.floats(0.1, 10.0)


@st.composite
def families(draw):
    name = draw(
        st.sampled_from(
            [
                "fixed",
                "exponential",
                "lognormal",
                "gamma",
                "weibull",
                "uniform",
                "triangular",
                "erlang",
                "empirical",
            ]
        )
    )
    if name in ("fixed", "exponential"):
        return name, {"mean": draw(means)}
    if name == "lognormal":
        return name, {"mean": draw(means), "sigma": draw(st.floats(0.0, 3.0))}
    if name == "gamma":
        return name, {"mean": draw(means), "cv": draw(shapes)}
    if name == "weibull":
        return name, {"mean": draw(means), "shape": draw(st.floats(0.3, 10.0))}
    if name == "erlang":
        return name, {"mean": draw(means), "stages": draw(st.integers(1, 50))}
    values = sorted(draw(st.lists(st.floats(0.0, 1e8), min_size=3, max_size=8)))
    if name == "uniform":
        return name, {"low": values[0], "high": values[-1]}
    if name == "triangular":
        return name, {"low": values[0], "mode": values[1], "high": values[-1]}
    return name, {"quantiles": values}


@st.composite
def rates(draw):
    expected = draw(st.lists(st.one_of(st.just(0.0), st.floats(0.0, 60.0)), min_size=1, max_size=12))
    widths = draw(st.lists(st.integers(1, 500), min_size=len(expected), max_size=len(expected)))
    edges = 1000 * np.cumsum([draw(st.integers(0, 2 * 10**9)), *widths])
    return edges, np.array(expected)


@given(addresses, st.integers(0, 200), st.integers(0, 200))
def test_a_ticket_has_the_same_number_in_every_block(address, start, count):
    whole = uniforms(*address, start + count)
    assert np.array_equal(uniforms(*address, count, start=start), whole[start:])
    assert ((whole > 0) & (whole < 1)).all()


@given(addresses, addresses)
def test_two_addresses_share_no_numbers(one, other):
    if one != other:
        assert not np.intersect1d(uniforms(*one, 20), uniforms(*other, 20)).size


@settings(deadline=None)
@given(families(), st.lists(probabilities, min_size=2, max_size=50))
def test_a_larger_uniform_never_gives_a_shorter_duration(family, drawn):
    name, parameters = family
    values = quantile(name, np.sort(drawn), **parameters)
    assert np.isfinite(values).all()
    assert (values >= 0).all()
    # Special functions are good to some 1e-13; further than that no pair may be out of order.
    assert (values[1:] >= values[:-1] * (1 - 1e-12)).all()


@given(st.lists(st.floats(0.0, 1e15), min_size=1), st.sampled_from([1, 10, 1000, 60_000]))
def test_ticks_are_near_whole_and_positive(values, resolution):
    durations = np.array(values)
    ticks = to_ticks(durations, resolution)
    assert (ticks >= resolution).all()
    assert (ticks % resolution == 0).all()
    long = durations >= resolution
    assert (np.abs(ticks - durations)[long] <= resolution / 2).all()


@settings(deadline=None)
@given(rates(), words, st.sampled_from([1, 1000]))
def test_arrivals_lie_in_order_inside_pieces_that_expect_some(rate, seed, resolution):
    edges, expected = rate
    ticks = arrival_times(seed, 0, 0, CumulativeRate.from_rates(edges, expected), resolution)
    assert (np.diff(ticks) >= 0).all()
    assert (ticks % resolution == 0).all()
    assert ((ticks >= edges[0]) & (ticks < edges[-1])).all()
    assert (expected[np.searchsorted(edges, ticks, side="right") - 1] > 0).all()


@settings(deadline=None)
@given(rates(), words)
def test_further_pieces_keep_all_earlier_arrivals(rate, seed):
    edges, expected = rate
    whole = arrival_times(seed, 0, 0, CumulativeRate.from_rates(edges, expected))
    for pieces in range(1, expected.size):
        part = CumulativeRate.from_rates(edges[: pieces + 1], expected[:pieces])
        assert np.array_equal(arrival_times(seed, 0, 0, part), whole[whole < edges[pieces]])


@settings(deadline=None)
@given(rates(), words)
def test_the_cumulative_rate_undoes_its_inverse(rate, seed):
    cumulative = CumulativeRate.from_rates(*rate)
    times = unit_times(seed, 0, 0, cumulative.total)
    there = cumulative.inverse(times)
    back = np.interp(there, cumulative.ticks, cumulative.cumulative)
    # Instants near 2e12 ms are spaced 2**-12 ms apart; the steepest piece rises by 60 in 1000 ms.
    np.testing.assert_allclose(back, times, atol=60 / 1000 * 2.0**-11, rtol=1e-9)
