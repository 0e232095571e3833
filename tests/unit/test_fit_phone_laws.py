from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sim.fit import patience, talk
from hotline_sim.fit.laws import SHAPES, Z, fitted, kaplan_meier
from hotline_sim.sampling.distributions import mean as mean_of
from hotline_sim.sampling.distributions import quantile
from hotline_sim.scenario.phone import Intake
from phone_case import calls


def test_exponential_with_censoring_is_total_time_over_events() -> None:
    seconds = np.array([10.0, 20.0, 30.0, 40.0])
    censored = np.array([False, True, False, True])
    law = next(law for law in fitted(seconds, censored) if law.family == "exponential")
    assert law.mean == pytest.approx(100 / 2, rel=1e-5)
    # The observed information on the logarithm of the mean is the number of events.
    assert law.mean_interval == pytest.approx(
        (50 * math.exp(-Z / math.sqrt(2)), 50 * math.exp(Z / math.sqrt(2))), rel=1e-3
    )
    assert law.log_likelihood == pytest.approx(-2 * math.log(50) - 100 / 50, rel=1e-9)
    assert law.aic == pytest.approx(2 - 2 * law.log_likelihood)


def test_lognormal_without_censoring_has_the_moments_of_the_logarithms() -> None:
    seconds = np.exp(np.array([0.0, 1.0, 2.0, 5.0]))
    law = next(law for law in fitted(seconds) if law.family == "lognormal")
    sigma = float(np.std([0.0, 1.0, 2.0, 5.0]))
    assert law.shape == pytest.approx(sigma, rel=1e-4)
    assert law.mean == pytest.approx(math.exp(2.0 + sigma**2 / 2), rel=1e-4)


@pytest.mark.parametrize(
    ("family", "shape"), [("exponential", None), ("lognormal", 0.8), ("gamma", 0.5), ("weibull", 1.7)]
)
def test_the_family_that_made_censored_data_is_found_with_its_parameters(
    family: str, shape: float | None
) -> None:
    chance = np.random.default_rng(3)
    more = {} if shape is None else {SHAPES[family]: shape}
    life = quantile(family, chance.random(20_000), mean=200.0, **more)  # type: ignore[arg-type]
    end = chance.exponential(300.0, life.size)
    laws = fitted(np.minimum(life, end), life > end)
    best = laws[0] if shape is not None else next(law for law in laws if law.family == family)
    assert best.family == family
    assert [law.aic for law in laws] == sorted(law.aic for law in laws)
    low, high = best.mean_interval
    assert low < 200.0 < high < 1.05 * low
    if shape is not None:
        assert best.shape_interval[0] < shape < best.shape_interval[1]


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    chance = np.random.default_rng(11)
    covered = 0
    for _ in range(200):
        life, end = chance.exponential(100.0, 80), chance.exponential(150.0, 80)
        (law,) = fitted(np.minimum(life, end), life > end, families=("exponential",))
        covered += law.mean_interval[0] < 100.0 < law.mean_interval[1]
    # Binomial with 200 trials at 0.95: 182 or fewer has a probability of about 0.5 %.
    assert 182 < covered <= 200


def test_kaplan_meier_by_hand() -> None:
    # At 1 one of four goes, at 2 one is censored, at 3 one of two goes, at 4 the last is censored.
    times, survival, low, high = kaplan_meier(
        np.array([1.0, 2.0, 3.0, 4.0]), np.array([False, True, False, True])
    )
    assert times.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert survival == pytest.approx([3 / 4, 3 / 4, 3 / 8, 3 / 8])
    known = ~np.isnan(low)
    assert (low[known] <= survival[known]).all()
    assert (survival[known] <= high[known]).all()


@given(st.sampled_from(sorted(SHAPES)), st.floats(1, 5000), st.floats(0.2, 3))
def test_a_law_is_written_as_a_scenario_reads_it(family: str, mean: float, shape: float) -> None:
    from hotline_sim.fit.laws import Law

    law = Law(family, mean, shape if SHAPES[family] else None, (mean, mean), (0, 0), 0.0, 1, 1)
    table = law.table
    intake = Intake.model_validate({"talk": table, "invalid_talk": table, "written": table})
    assert intake.talk.model_dump() == table
    values = {name: value for name, value in table.items() if name not in ("family", "mean")}
    assert mean_of(family, mean=float(table["mean"].removesuffix(" s")), **values) == pytest.approx(
        mean, rel=1e-3
    )


def test_the_mean_of_the_talk_is_that_of_the_records_whatever_the_family() -> None:
    chance = np.random.default_rng(2)
    lengths = np.round(np.concatenate([chance.lognormal(4, 1.4, 300), np.full(40, 3.0)]))
    found = talk.estimate(calls(*[(number, 0, 1 + length) for number, length in enumerate(lengths)]))
    (estimate,) = found.estimates
    mean = float(np.mean(lengths + 1))
    assert float(estimate.value["mean"].removesuffix(" s")) == pytest.approx(mean, rel=1e-3)
    assert estimate.low is not None
    assert estimate.high is not None
    assert estimate.low < mean < estimate.high
    assert estimate.count == 340


def test_too_few_talks_are_not_fitted() -> None:
    found = talk.estimate(calls((0, 0, 60), (10, 0, 70)))
    assert found.estimates == []
    assert "30 talks" in found.not_identified[0].reason


def test_patience_is_not_the_mean_wait_of_those_who_gave_up() -> None:
    # Patience 100 s, answer after 50 s on average: who gives up has waited some 33 s.
    chance = np.random.default_rng(4)
    life, answer = np.round(chance.exponential(100, 4000)) + 2, np.round(chance.exponential(50, 4000)) + 2
    rows = [
        (number, min(a, b), -1 if a < b else 60)
        for number, (a, b) in enumerate(zip(life, answer, strict=True))
    ]
    found = {one.path: one for one in patience.estimate(calls(*rows)).estimates}
    law = found["intake.patience"]
    gave_up = [row[1] for row in rows if row[2] < 0]
    assert np.mean(gave_up) < 45
    assert law.low is not None
    assert law.high is not None
    # The mean rests on how the tail goes on beyond what was seen; the median does not: 100 ln 2 + 2.
    family, tail = law.value["family"], law.value.get("sigma", 0.0)
    assert family == "lognormal"
    median = float(law.value["mean"].removesuffix(" s")) * np.exp(-(tail**2) / 2)
    assert 64 < median < 80
    assert found["intake.hang_up_share"].value == 0


def test_who_gives_up_within_a_second_hangs_up_at_once() -> None:
    rows = [(number, 1, -1) for number in range(25)] + [(number, 5 + number, -1) for number in range(50)]
    rows += [(number, 20, 60) for number in range(25)]
    share, low, high, number = patience.hang_up_share(calls(*rows))
    assert (share, number) == (0.25, 100)
    # Clopper and Pearson for 25 of 100, as printed in tables.
    assert (low, high) == pytest.approx((0.1688, 0.3466), abs=1e-4)


def test_who_gives_up_in_the_first_second_counts_in_records_of_whole_seconds() -> None:
    rows = [(number, 0, -1) for number in range(25)] + [(number, 5 + number, -1) for number in range(50)]
    rows += [(number, 20, 60) for number in range(25)]
    share, _, _, number = patience.hang_up_share(calls(*rows))
    assert (share, number) == (0.25, 100)


def test_callers_who_never_give_up_leave_patience_unknown() -> None:
    found = patience.estimate(calls(*[(number, 30, 60) for number in range(100)]))
    assert found.estimates == []
    assert {one.path for one in found.not_identified} == {"intake.patience", "intake.hang_up_share"}
