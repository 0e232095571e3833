"""M(t)/G/infinity: calls at a rate that follows the hour, and an agent for each (Eick, Massey, Whitt 1993).

The number busy at an instant is a Poisson variable whose mean is an integral of the rate. Seven checks of
true formulas on either engine: with fresh seeds, one of them fails by chance about once in 400 runs.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from agreement import Effort, Estimate, differs, name_of, on_core, on_des

from hotline_sim.analytic import Lognormal, StepRate, mean_busy
from hotline_sim.clock.ticks import HOUR, MINUTE
from hotline_sim.network.build import build
from hotline_sim.network.draws import draw
from scenarios import FLAT_DAY, mmc, text

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray

CALLS_AN_HOUR, TALK, SIGMA = 40.0, 1.5, 1.0  # on average; mean in hours; of the lognormal
PROFILE = [1 + 0.8 * math.sin(2 * math.pi * (hour - 9) / 24) for hour in range(24)]
EFFORTS = [on_des(days=3), on_core(days=70)]


def hours(days: int) -> list[int]:
    """Hours of the run, every fourth, at which those busy are counted."""
    return list(range(2, 24 * days, 4))


def busy(
    effort: Effort, agents: int = 500, profile: list[float] = PROFILE, day_factor_cv: float = 0.0
) -> IntArray:
    """Agents busy at each of the hours, one row a replication; the run begins empty."""
    talk: dict[str, Any] = {"family": "lognormal", "mean": text(TALK * HOUR), "sigma": SIGMA}
    changes = {
        "intake.talk": talk,
        "demand.profiles": {"flat": profile},
        "demand.day_factor_cv": day_factor_cv,
    }
    network = build(mmc(agents, CALLS_AN_HOUR, MINUTE, days=effort.days, changes=changes))
    instants = network.start + np.array(hours(effort.days)) * HOUR
    found = []
    for replication in range(effort.replications):
        rows = effort.engine(network, draw(network, 20210305, replication))
        begun, ended = np.sort(rows["start"]), np.sort(rows["end"])
        found.append(np.searchsorted(begun, instants, "right") - np.searchsorted(ended, instants, "right"))
    return np.array(found)


def expected(days: int) -> FloatArray:
    """Mean number busy at each of the hours."""
    # One call in half a million takes more than four days: from the fifth day on, all days are alike.
    computed = min(days, 5)
    edges = [float(hour) for hour in range(24 * computed + 1)]
    rates = [CALLS_AN_HOUR * weight for weight in PROFILE] * computed
    rate, talk = StepRate(edges, rates), Lognormal(TALK, SIGMA)
    means = mean_busy(rate, talk, at=[float(hour) for hour in hours(computed)]).tolist()
    return np.array(means + means[-6:] * (days - computed))


def by_clock(found: IntArray) -> dict[int, tuple[Estimate, float]]:
    """Estimate and theory of the mean number busy at each hour of the day, over all days."""
    days = found.shape[1] // 6
    theory, result = expected(days), {}
    for place, clock in enumerate(hours(1)):
        means = found[:, place::6].mean(axis=1)
        estimate = Estimate(float(means.mean()), float(means.std(ddof=1) / math.sqrt(means.size)))
        result[clock] = estimate, float(theory[place::6].mean())
    return result


def dispersion(found: IntArray) -> Estimate:
    """Squared deviations over the mean, 1 for Poisson variables, and the error if they are.

    Numbers four hours apart have a correlation of about 0.15, which makes the true error larger by 2 %.
    """
    theory = expected(found.shape[1] // 6)
    squares = float(((found - theory) ** 2 / theory).mean())
    variance = float((2 + 1 / theory).mean()) / found.size
    return Estimate(squares, math.sqrt(variance))


@pytest.fixture(scope="module", params=EFFORTS, ids=name_of)
def right(request: pytest.FixtureRequest) -> tuple[Effort, IntArray]:
    return request.param, busy(request.param)


def test_mean_number_busy_follows_the_rate_with_its_delay(right: tuple[Effort, IntArray]) -> None:
    effort, found = right
    for clock, (estimate, theory) in by_clock(found).items():
        assert effort.accepts(estimate, theory, on_des=0.13), clock


def test_peak_comes_after_that_of_the_rate(right: tuple[Effort, IntArray]) -> None:
    _, found = right
    busiest = [estimate.value for estimate, _ in by_clock(found).values()]
    assert PROFILE.index(max(PROFILE)) == 15
    assert max(busiest) == busiest[4]  # at 18 h


def test_number_busy_varies_like_a_poisson_variable(right: tuple[Effort, IntArray]) -> None:
    effort, found = right
    assert effort.accepts(dispersion(found), 1.0, on_des=0.25)


@pytest.mark.parametrize("effort", EFFORTS, ids=name_of)
def test_rate_that_never_changes_is_noticed(effort: Effort) -> None:
    found = by_clock(busy(effort.part(), profile=FLAT_DAY))
    assert differs(*found[6])
    assert differs(*found[18])


@pytest.mark.parametrize("effort", EFFORTS, ids=name_of)
def test_shortage_of_agents_is_noticed(effort: Effort) -> None:
    found = busy(effort.part(), agents=70)
    assert differs(*by_clock(found)[18])
    assert differs(dispersion(found), 1.0)


@pytest.mark.parametrize("effort", EFFORTS, ids=name_of)
def test_days_of_random_volume_are_noticed(effort: Effort) -> None:
    found = dispersion(busy(effort.part(), day_factor_cv=0.5))
    assert differs(found, 1.0)
    assert found.value > 1
