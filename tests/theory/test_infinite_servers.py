"""M(t)/G/infinity: calls at a rate that follows the hour, and an agent for each (Eick, Massey, Whitt 1993).

The number busy at an instant is a Poisson variable whose mean is an integral of the rate. Seven checks of
true formulas: with fresh seeds, one of them fails by chance about once in 500 runs.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from agreement import FARTHEST, REPLICATIONS, Estimate, agrees, differs
from formulas import mean_busy

from hotline_sim.clock.ticks import DAY, HOUR, MINUTE
from hotline_sim.network.build import build
from hotline_sim.network.draws import draw
from scenarios import FLAT_DAY, des, mmc, text

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray

CALLS_AN_HOUR, TALK, SIGMA = 40.0, 1.5, 1.0  # on average; mean in hours; of the lognormal
PROFILE = [1 + 0.8 * math.sin(2 * math.pi * (hour - 9) / 24) for hour in range(24)]
DAYS = 3
HOURS = [hour for hour in range(24 * DAYS) if hour % 4 == 2]


def busy(agents: int = 500, profile: list[float] = PROFILE, replications: int = REPLICATIONS) -> IntArray:
    """Agents busy at each of HOURS, one row a replication; the run begins empty."""
    talk: dict[str, Any] = {"family": "lognormal", "mean": text(TALK * HOUR), "sigma": SIGMA}
    changes = {"intake.talk": talk, "demand.profiles": {"flat": profile}}
    network = build(mmc(agents, CALLS_AN_HOUR, MINUTE, days=DAYS, changes=changes))
    instants = network.start + np.array(HOURS) * HOUR
    found = []
    for replication in range(replications):
        rows = des(network, draw(network, 20210305, replication))
        begun, ended = np.sort(rows["start"]), np.sort(rows["end"])
        found.append(np.searchsorted(begun, instants, "right") - np.searchsorted(ended, instants, "right"))
    return np.array(found)


def expected() -> FloatArray:
    """Mean number busy at each of HOURS."""
    edges = [float(hour) for hour in range(24 * DAYS + 1)]
    rates = [CALLS_AN_HOUR * weight for weight in PROFILE] * DAYS
    return np.array([mean_busy(edges, rates, TALK, SIGMA, float(hour)) for hour in HOURS])


def by_clock(found: IntArray) -> dict[int, tuple[Estimate, float]]:
    """Estimate and theory of the mean number busy at each hour of the day, over all days."""
    theory, result = expected(), {}
    for clock in range(2, 24, 4):
        columns = [place for place, hour in enumerate(HOURS) if hour % 24 == clock]
        means = found[:, columns].mean(axis=1)
        estimate = Estimate(float(means.mean()), float(means.std(ddof=1) / math.sqrt(means.size)))
        result[clock] = estimate, float(theory[columns].mean())
    return result


def dispersion(found: IntArray) -> float:
    """Distance of the sum of squared deviations from that of Poisson variables, in standard errors."""
    theory = expected()
    squares = float(((found - theory) ** 2 / theory).sum())
    variance = float((2 + 1 / theory).sum() * found.shape[0])
    return abs(squares - found.size) / math.sqrt(variance)


@pytest.fixture(scope="module")
def right() -> IntArray:
    return busy()


def test_mean_number_busy_follows_the_rate_with_its_delay(right: IntArray) -> None:
    for clock, (estimate, theory) in by_clock(right).items():
        assert agrees(estimate, theory, width=0.13), clock


def test_peak_comes_after_that_of_the_rate() -> None:
    busiest = [mean for _, mean in by_clock(busy(replications=2)).values()]
    assert PROFILE.index(max(PROFILE)) == 15
    assert max(busiest) == busiest[4]  # at 18 h


def test_number_busy_varies_like_a_poisson_variable(right: IntArray) -> None:
    assert dispersion(right) <= FARTHEST


def test_rate_that_never_changes_is_noticed() -> None:
    found = by_clock(busy(profile=FLAT_DAY, replications=8))
    assert differs(*found[6])
    assert differs(*found[18])


def test_shortage_of_agents_is_noticed() -> None:
    found = busy(agents=70, replications=8)
    assert differs(*by_clock(found)[18])
    assert dispersion(found) > FARTHEST


def test_days_of_random_volume_are_noticed() -> None:
    network = build(mmc(500, CALLS_AN_HOUR, TALK * HOUR, days=10, changes={"demand.day_factor_cv": 0.5}))
    rows = des(network, draw(network, 20210306, 0))
    noon = network.start + np.arange(1, 10) * DAY + 12 * HOUR
    number = np.searchsorted(np.sort(rows["start"]), noon, "right")
    number -= np.searchsorted(np.sort(rows["end"]), noon, "right")
    mean = CALLS_AN_HOUR * TALK
    squares = float(((number - mean) ** 2 / mean).sum())
    assert (squares - number.size) / math.sqrt((2 + 1 / mean) * number.size) > FARTHEST
