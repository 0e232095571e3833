"""Inverse distribution functions against SciPy, moments against integration, and rounding to ticks."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from scipy import integrate, stats

from hotline_sim.sampling import distributions
from hotline_sim.sampling.distributions import FAMILIES, faults, quantile, to_ticks, variance

PROBABILITIES = np.array([2.0**-54, 1e-12, 1e-6, 0.01, 0.2, 0.5, 0.8, 0.99, 1 - 1e-6, 1 - 2.0**-53])

REFERENCES = [
    ("exponential", {"mean": 90.0}, stats.expon(scale=90.0)),
    ("lognormal", {"mean": 180.0, "sigma": 0.8}, stats.lognorm(0.8, scale=180.0 * math.exp(-0.32))),
    ("gamma", {"mean": 40.0, "cv": 0.5}, stats.gamma(4.0, scale=10.0)),
    ("gamma", {"mean": 40.0, "cv": 2.0}, stats.gamma(0.25, scale=160.0)),
    ("weibull", {"mean": 30.0, "shape": 1.7}, stats.weibull_min(1.7, scale=30.0 / math.gamma(1 + 1 / 1.7))),
    ("weibull", {"mean": 30.0, "shape": 0.6}, stats.weibull_min(0.6, scale=30.0 / math.gamma(1 + 1 / 0.6))),
    ("uniform", {"low": 5.0, "high": 9.0}, stats.uniform(5.0, 4.0)),
    ("triangular", {"low": 2.0, "mode": 3.0, "high": 10.0}, stats.triang(1 / 8, 2.0, 8.0)),
    ("triangular", {"low": 2.0, "mode": 2.0, "high": 10.0}, stats.triang(0.0, 2.0, 8.0)),
    ("triangular", {"low": 2.0, "mode": 10.0, "high": 10.0}, stats.triang(1.0, 2.0, 8.0)),
    ("erlang", {"mean": 12.0, "stages": 3}, stats.erlang(3, scale=4.0)),
]

TABLES = [
    ("empirical", {"quantiles": [1.0, 2.0, 6.0]}),
    ("empirical", {"quantiles": [0.0, 2.0, 2.0, 9.0], "probabilities": [0.0, 0.3, 0.9, 1.0]}),
]

MOMENTS = [(family, parameters) for family, parameters, _ in REFERENCES] + TABLES


@pytest.mark.parametrize(("family", "parameters", "reference"), REFERENCES)
def test_quantiles_agree_with_scipy(family, parameters, reference):
    ours = quantile(family, PROBABILITIES, **parameters)
    assert ours == pytest.approx(reference.ppf(PROBABILITIES), rel=1e-9)


@pytest.mark.parametrize(("family", "parameters", "reference"), REFERENCES)
def test_moments_agree_with_scipy(family, parameters, reference):
    assert distributions.mean(family, **parameters) == pytest.approx(reference.mean())
    assert variance(family, **parameters) == pytest.approx(reference.var())
    assert distributions.cv(family, **parameters) == pytest.approx(reference.std() / reference.mean())


@pytest.mark.parametrize(("family", "parameters"), MOMENTS)
def test_moments_are_integrals_of_the_quantile_function(family, parameters):
    centre = distributions.mean(family, **parameters)

    def power(exponent):
        def integrand(z):
            # u = Phi(z) stretches the tails, where the quantile function is steep.
            value = quantile(family, np.array([stats.norm.cdf(z)]), **parameters)[0]
            return (value - (exponent - 1) * centre) ** exponent * stats.norm.pdf(z)

        # The knots of the tables are kinks, which the rule must be told.
        knots = [float(stats.norm.ppf(step)) for step in parameters.get("probabilities", [0, 0.5, 1])[1:-1]]
        return integrate.quad(integrand, -7.5, 7.5, points=knots, limit=200)[0]

    assert power(1) == pytest.approx(centre, rel=1e-6)
    assert power(2) == pytest.approx(variance(family, **parameters), rel=1e-5)


def test_every_family_is_tested_here():
    assert {family for family, _ in MOMENTS} | {"fixed"} == set(FAMILIES)


def test_fixed_gives_its_mean_whatever_the_uniform():
    assert quantile("fixed", PROBABILITIES, mean=7.0).tolist() == [7.0] * PROBABILITIES.size
    assert distributions.mean("fixed", mean=7.0) == 7.0
    assert variance("fixed", mean=7.0) == 0.0
    assert distributions.cv("fixed", mean=0.0) == 0.0


def test_empirical_interpolates_between_given_quantiles():
    u = np.array([0.15, 0.3, 0.6, 0.95])
    table = {"quantiles": [0.0, 2.0, 2.0, 9.0], "probabilities": [0.0, 0.3, 0.9, 1.0]}
    assert quantile("empirical", u, **table) == pytest.approx([1.0, 2.0, 2.0, 5.5])


def test_empirical_without_probabilities_is_equally_spaced():
    u = np.array([0.25, 0.5, 0.75])
    assert quantile("empirical", u, quantiles=[1.0, 2.0, 6.0]).tolist() == [1.5, 2.0, 4.0]


def test_degenerate_widths_give_a_constant():
    assert quantile("triangular", PROBABILITIES, low=4.0, mode=4.0, high=4.0).tolist() == [4.0] * 10
    assert quantile("uniform", PROBABILITIES, low=4.0, high=4.0).tolist() == [4.0] * 10
    assert quantile("lognormal", PROBABILITIES, mean=4.0, sigma=0.0) == pytest.approx(4.0)


def test_erlang_of_one_stage_is_exponential():
    erlang = quantile("erlang", PROBABILITIES, mean=5.0, stages=1)
    assert erlang == pytest.approx(quantile("exponential", PROBABILITIES, mean=5.0), rel=1e-9)


@pytest.mark.parametrize("family", ["fixed", "exponential", "lognormal", "gamma", "weibull", "erlang"])
def test_an_array_of_means_gives_each_ticket_its_own(family):
    others = {
        "lognormal": {"sigma": 0.5},
        "gamma": {"cv": 0.5},
        "weibull": {"shape": 2.0},
        "erlang": {"stages": 2},
    }
    shape = others.get(family, {})
    u, means = np.array([0.2, 0.7]), np.array([3.0, 50.0])
    one_by_one = [quantile(family, u[i : i + 1], mean=means[i], **shape)[0] for i in range(2)]
    assert quantile(family, u, mean=means, **shape) == pytest.approx(one_by_one)


def test_quantile_leaves_the_uniforms_alone():
    for family, parameters in [*MOMENTS, ("fixed", {"mean": 1.0})]:
        u = PROBABILITIES.copy()
        quantile(family, u, **parameters)[0] = -1.0
        assert np.array_equal(u, PROBABILITIES)


@pytest.mark.parametrize(
    ("family", "parameters", "blamed"),
    [
        ("fixed", {"mean": -1.0}, "mean"),
        ("fixed", {}, "mean"),
        ("fixed", {"mean": 1.0, "cv": 1.0}, "cv"),
        ("exponential", {"mean": 0.0}, "mean"),
        ("exponential", {"mean": math.nan}, "mean"),
        ("exponential", {"mean": math.inf}, "mean"),
        ("exponential", {"mean": np.array([1.0, -1.0])}, "mean"),
        ("lognormal", {"mean": 1.0, "sigma": -0.1}, "sigma"),
        ("lognormal", {"mean": 0.0, "sigma": 0.1}, "mean"),
        ("gamma", {"mean": 1.0, "cv": 0.0}, "cv"),
        ("gamma", {"mean": 1.0}, "cv"),
        ("weibull", {"mean": 1.0, "shape": 0.0}, "shape"),
        ("uniform", {"low": 2.0, "high": 1.0}, "high"),
        ("uniform", {"low": -2.0, "high": 1.0}, "low"),
        ("triangular", {"low": 1.0, "mode": 0.5, "high": 2.0}, "mode"),
        ("triangular", {"low": 1.0, "mode": 3.0, "high": 2.0}, "high"),
        ("erlang", {"mean": 1.0, "stages": 1.5}, "stages"),
        ("erlang", {"mean": 1.0, "stages": 0}, "stages"),
        ("erlang", {"mean": 0.0, "stages": 2}, "mean"),
        ("empirical", {"quantiles": [1.0]}, "quantiles"),
        ("empirical", {"quantiles": [2.0, 1.0]}, "quantiles"),
        ("empirical", {"quantiles": [-1.0, 1.0]}, "quantiles"),
        ("empirical", {"quantiles": [0.0, math.inf]}, "quantiles"),
        ("empirical", {"quantiles": [0.0, 1.0], "probabilities": [0.0, 0.5, 1.0]}, "probabilities"),
        ("empirical", {"quantiles": [0.0, 1.0], "probabilities": [0.0, 0.9]}, "probabilities"),
        ("empirical", {"quantiles": [0.0, 1.0], "probabilities": [0.1, 1.0]}, "probabilities"),
        ("empirical", {"quantiles": [0.0, 1.0, 2.0], "probabilities": [0.0, 0.0, 1.0]}, "probabilities"),
    ],
)
def test_a_faulty_parameter_is_refused_by_name(family, parameters, blamed):
    assert [name for name, _ in faults(family, **parameters)] == [blamed]
    for ask in (distributions.mean, variance, distributions.cv):
        with pytest.raises(ValueError, match=f"^{family}.{blamed}: "):
            ask(family, **parameters)
    with pytest.raises(ValueError, match=f"^{family}.{blamed}: "):
        quantile(family, PROBABILITIES, **parameters)


def test_good_parameters_have_no_faults():
    assert all(faults(family, **parameters) == [] for family, parameters in MOMENTS)
    assert faults("empirical", quantiles=[1.0, 2.0], probabilities=None) == []


def test_an_unknown_family_is_refused():
    with pytest.raises(ValueError, match=r"'cauchy'.*exponential"):
        quantile("cauchy", PROBABILITIES)


def test_families_say_which_parameters_are_durations():
    for name, family in FAMILIES.items():
        assert name == family.name
        assert set(family.with_unit) | set(family.optional) <= set(family.parameters)


@pytest.mark.parametrize(("family", "parameters"), MOMENTS)
def test_durations_scale_with_the_unit(family, parameters):
    units = FAMILIES[family].with_unit
    scaled = {
        name: (np.multiply(value, 1000.0) if name in units else value) for name, value in parameters.items()
    }
    expected = 1000.0 * quantile(family, PROBABILITIES, **parameters)
    assert quantile(family, PROBABILITIES, **scaled) == pytest.approx(expected)


def test_ticks_are_rounded_once_to_the_nearest_multiple():
    values = np.array([0.0, 0.4, 1.6, 1499.0, 1501.0, 2500.0, 3500.0])
    assert to_ticks(values).tolist() == [1, 1, 2, 1499, 1501, 2500, 3500]
    assert to_ticks(values, 1000).tolist() == [1000, 1000, 1000, 1000, 2000, 2000, 4000]
    assert to_ticks(values).dtype == np.int64


def test_ticks_are_not_rounded_to_the_millisecond_first():
    # 1499.6 is 1500 in whole milliseconds, and that would be a half.
    assert to_ticks(np.array([1499.6, 1500.4]), 1000).tolist() == [1000, 2000]
    assert to_ticks(np.array([2499.6]), 1000).tolist() == [2000]
    assert to_ticks(np.array([2500.4]), 1000).tolist() == [3000]


def test_ticks_of_nothing_are_nothing():
    assert to_ticks(np.empty(0)).shape == (0,)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, -1.0, 2.0**62])
@pytest.mark.parametrize("resolution", [1, 1000])
def test_what_is_no_duration_is_refused(bad, resolution):
    with pytest.raises(ValueError, match=r"^values_ms: "):
        to_ticks(np.array([5.0, bad, 7.0]), resolution)


def test_a_resolution_below_one_is_refused():
    with pytest.raises(ValueError, match=r"^resolution: "):
        to_ticks(np.array([5.0]), 0)


def test_rounding_leaves_its_input_alone():
    values = np.array([0.2, 3.7])
    to_ticks(values)
    assert values.tolist() == [0.2, 3.7]


def test_importing_the_distributions_does_not_load_scipy():
    code = "import sys, hotline_sim.sampling.arrivals; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
