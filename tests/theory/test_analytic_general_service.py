"""M/D/c, M/G/c and Whitt's M/M/c+G, against printed values, exact chains and where they are exact."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phases import chain_of_phases, weight_of

from hotline_sim.analytic import (
    MG1,
    Deterministic,
    ErlangA,
    Exponential,
    Gamma,
    Lognormal,
    MDc,
    MGc,
    MMc,
    MMcG,
    WhittMMcG,
    erlang_b,
)

if TYPE_CHECKING:
    from hotline_sim.analytic import Duration

APPROXIMATIONS = ("allen_cunneen", "cosmetatos", "kimura", "whitt")


# Services of equal length.


def test_services_of_equal_length_wait_the_printed_times() -> None:
    found = MDc(rate=[0.8, 4, 18, 47.5], service=1, agents=[1, 5, 20, 50])
    assert found.mean_wait == pytest.approx([2.0, 0.28906001, 0.14428608, 0.13040999], rel=1e-7)
    assert found.delay_probability == pytest.approx([0.8, 0.53361506, 0.52326507, 0.60123339], rel=1e-7)
    assert found.queue_length == pytest.approx(found.mean_wait * [0.8, 4, 18, 47.5])
    assert found.mean_sojourn == pytest.approx(found.mean_wait + 1)


@pytest.mark.parametrize(("busy", "digits"), [(0.1, 1e-9), (0.9, 1e-9), (0.99, 1e-9), (0.99999, 2e-5)])
def test_one_agent_with_equal_services_is_pollaczek_khinchine(busy: float, digits: float) -> None:
    found = MDc(rate=busy, service=1, agents=1)
    assert found.mean_wait == pytest.approx(MG1(rate=busy, service=1, variation=0).mean_wait, rel=digits)
    assert found.delay_probability == pytest.approx(busy, rel=1e-9)


@pytest.mark.parametrize(("load", "agents"), [(1.5, 2), (5.4, 6)])
def test_equal_services_are_the_chain_seen_once_per_service(load: float, agents: int) -> None:
    """Number after a service time: who was beyond the agents stays, and a Poisson number comes."""
    size = 300
    poisson = np.exp(-load + np.arange(size) * math.log(load) - [math.lgamma(k + 1) for k in range(size)])
    share = np.eye(size)[0]
    for _ in range(3000):
        left = np.concatenate(([share[: agents + 1].sum()], share[agents + 1 :], np.zeros(agents)))
        share = np.convolve(left, poisson)[:size]
    found = MDc(rate=load, service=1, agents=agents)
    assert found.queue_length == pytest.approx(share @ np.maximum(np.arange(size) - agents, 0), rel=1e-8)
    assert found.delay_probability == pytest.approx(share[agents:].sum(), rel=1e-8)


def test_equal_services_at_the_edges() -> None:
    found = MDc(rate=[0, 1, 2, 9990], service=1, agents=[1, 1, 1, 10_000])
    assert found.mean_wait[:3].tolist() == [0, math.inf, math.inf]
    assert found.delay_probability[:3].tolist() == [0, 1, 1]
    # Between half of and as long as with exponential services.
    exponential = float(MMc(rate=9990, service=1, agents=10_000).mean_wait)
    assert 0.5 * exponential < found.mean_wait[3] < exponential


# Services of any distribution.


# Agents, occupancy, squared coefficient of variation; greatest relative error of the four that is accepted.
BURSTY = [
    (2, 0.8, 2.0, {"allen_cunneen": 0.02, "cosmetatos": 0.02, "kimura": 0.01, "whitt": 0.02}),
    (5, 0.8, 2.0, {"allen_cunneen": 0.05, "cosmetatos": 0.04, "kimura": 0.01, "whitt": 0.01}),
    (8, 0.7, 4.0, {"allen_cunneen": 0.27, "cosmetatos": 0.19, "kimura": 0.03, "whitt": 0.05}),
]


@pytest.mark.parametrize(("agents", "busy", "variation", "errors"), BURSTY)
def test_approximations_are_near_the_exact_mean_wait_of_two_phases(
    agents: int, busy: float, variation: float, errors: dict[str, float]
) -> None:
    exact = chain_of_phases(busy * agents, agents, weight_of(variation))
    found = MGc(rate=busy * agents, service=1, agents=agents, variation=variation)
    off = {name: float(abs(getattr(found, name) / exact - 1)) for name in APPROXIMATIONS}
    assert {name: error for name, error in off.items() if error > errors[name]} == {}
    assert off["kimura"] < off["allen_cunneen"]


@pytest.mark.parametrize("name", APPROXIMATIONS)
def test_approximations_are_exact_for_exponential_services(name: str) -> None:
    found = MGc(rate=[0, 0.9, 4, 45, 60], service=1, agents=[1, 1, 5, 50, 50], variation=1)
    expected = MMc(rate=[0, 0.9, 4, 45, 60], service=1, agents=[1, 1, 5, 50, 50]).mean_wait
    assert getattr(found, name) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", ["allen_cunneen", "cosmetatos", "kimura"])
def test_approximations_are_exact_for_one_agent(name: str) -> None:
    variation = np.array([0, 0.3, 1, 4])
    found = MGc(rate=0.7, service=2 / 3, agents=1, variation=variation)
    expected = MG1(rate=0.7, service=2 / 3, variation=variation).mean_wait
    assert getattr(found, name) == pytest.approx(expected, rel=1e-8)


def test_better_approximations_know_that_equal_services_wait_longer_than_half() -> None:
    """Against the exact M/D/c at 5, 20 and 50 agents: 5 % off become less than 1 %, and nothing."""
    found = MGc(rate=[4, 18, 47.5], service=1, agents=[5, 20, 50], variation=0)
    exact = MDc(rate=[4, 18, 47.5], service=1, agents=[5, 20, 50]).mean_wait
    assert (np.abs(found.allen_cunneen / exact - 1) > 0.03).all()
    assert (np.abs(found.cosmetatos / exact - 1) < 0.01).all()
    assert (np.abs(found.whitt / exact - 1) < 0.01).all()
    assert found.kimura == pytest.approx(exact, rel=1e-12)


def test_correction_of_whitt_ends_at_a_quarter_where_few_wait() -> None:
    found = MGc(rate=10, service=1, agents=20, variation=0)
    assert found.whitt / found.allen_cunneen == pytest.approx(1.24)


@given(st.floats(0.05, 0.98), st.integers(1, 60), st.floats(0, 5))
def test_approximations_lie_near_allen_and_cunneen(busy: float, agents: int, variation: float) -> None:
    found = MGc(rate=busy * agents, service=1, agents=agents, variation=variation)
    more = MGc(rate=busy * agents, service=1, agents=agents, variation=variation + 0.1)
    for name in APPROXIMATIONS:
        assert getattr(found, name) >= 0
        if name != "whitt" and busy > 0.6:
            assert getattr(more, name) >= getattr(found, name) * (1 - 1e-9)
    if busy > 0.9:
        for name in APPROXIMATIONS:
            assert getattr(found, name) == pytest.approx(found.allen_cunneen, rel=0.25)


# Whitt's approximation of M/M/c+G.


def test_whitt_is_exact_for_exponential_patience() -> None:
    for agents, patience in ((9, 5.0), (13, 0.5), (13, 50.0)):
        found = WhittMMcG(rate=3.5, service=3, agents=agents, patience=Exponential(patience))
        exact = ErlangA(rate=3.5, service=3, agents=agents, patience=patience)
        assert found.abandonment == pytest.approx(exact.abandonment, rel=1e-9)
        assert found.mean_wait == pytest.approx(exact.mean_wait, rel=1e-9)
        assert found.delay_probability == pytest.approx(exact.delay_probability, rel=1e-9)
        assert found.occupancy == pytest.approx(exact.occupancy, rel=1e-9)
        assert found.refused == 0


@pytest.mark.parametrize("law", [Gamma(1.0, 2.0), Lognormal(1.0, math.sqrt(math.log(2)))], ids=["E2", "LN"])
def test_whitt_is_near_the_exact_solution_with_a_hundred_agents(law: Duration) -> None:
    """The size and the patience of the paper: 4 % of the queue length, 1 % of those who give up."""
    found = WhittMMcG(rate=102, service=1, agents=100, patience=law)
    exact = MMcG(rate=102, service=1, agents=100, patience=law)
    assert found.queue_length == pytest.approx(exact.queue_length, rel=0.04)
    assert found.abandonment == pytest.approx(exact.abandonment, rel=0.01)
    assert found.delay_probability == pytest.approx(exact.delay_probability, rel=0.01)
    # Exponential patience of the same mean would be far off.
    plain = ErlangA(rate=102, service=1, agents=100, patience=1)
    assert abs(plain.queue_length / exact.queue_length - 1) > 0.5


def test_whitt_without_places_to_wait_is_erlang_b() -> None:
    found = WhittMMcG(rate=10, service=1, agents=12, patience=Gamma(1.0, 2.0), room=0)
    assert found.refused == pytest.approx(erlang_b(10, 12))
    assert found.abandonment == pytest.approx(0, abs=1e-12)
    assert found.mean_wait == 0


def test_whitt_balances_what_is_served_lost_and_refused() -> None:
    law = Gamma(1.0, 2.0)
    found = WhittMMcG(rate=14, service=1, agents=12, patience=law, room=5)
    leaving = np.concatenate(([0.0], np.cumsum(law.hazard(np.arange(1, 6) / 14))))
    assert found.abandonment == pytest.approx(found.probabilities[12:] @ leaving / 14, rel=1e-9)
    assert found.probabilities.size == 12 + 5 + 1
    assert found.queue_length == pytest.approx(14 * (1 - found.refused) * found.mean_wait)


def test_whitt_lets_nobody_wait_longer_than_a_fixed_patience() -> None:
    found = WhittMMcG(rate=10, service=1, agents=5, patience=Deterministic(0.75))
    # The eighth from the end has waited 0.8.
    assert found.probabilities[5 + 8 :].sum() == 0
    assert found.queue_length < 7.5


def test_impossible_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="variation: got -1, must be finite and at least 0"):
        MGc(rate=1, service=1, agents=2, variation=-1)
    with pytest.raises(ValueError, match="agents: got 0, must be a whole number of at least 1"):
        MDc(rate=1, service=1, agents=0)
    with pytest.raises(ValueError, match="rate: got 0, must be finite and above 0"):
        WhittMMcG(rate=0, service=1, agents=2, patience=Exponential(1))
    with pytest.raises(ValueError, match="room: got -1, must be a whole number of at least 0"):
        WhittMMcG(rate=1, service=1, agents=2, patience=Exponential(1), room=-1)
