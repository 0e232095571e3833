"""One agent and classes of priority, against printed values and the law of conservation."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sim.analytic import MG1, Lognormal, MMc, PriorityMG1, PriorityMMc


def test_pollaczek_khinchine_is_the_printed_one() -> None:
    assert MG1(rate=0.7, service=1, variation=1.5).mean_wait == pytest.approx(2.91666667, rel=1e-8)
    talk = Lognormal(1.0, math.sqrt(math.log(2.5)))
    assert MG1(rate=0.7, service=1, variation=talk.variation).mean_wait == pytest.approx(2.91666667, rel=1e-8)


def test_one_agent_with_equal_services_waits_the_printed_time() -> None:
    found = MG1(rate=0.8, service=1, variation=0)
    assert found.mean_wait == pytest.approx(2.0)
    assert found.delay_probability == pytest.approx(0.8)
    assert found.queue_length == pytest.approx(1.6)
    assert found.mean_sojourn == pytest.approx(3.0)


def test_exponential_services_give_erlang_c() -> None:
    rates = np.linspace(0, 1.2, 13)
    one = MG1(rate=rates, service=0.9, variation=1)
    assert one.mean_wait == pytest.approx(MMc(rate=rates, service=0.9, agents=1).mean_wait)
    assert one.mean_wait[-1] == math.inf


def test_two_classes_at_one_agent_wait_the_printed_times() -> None:
    found = PriorityMG1(rates=[0.2, 0.6], services=1, variations=1)
    assert found.mean_wait == pytest.approx([1.0, 5.0], rel=1e-12)
    assert found.mean_sojourn == pytest.approx([2.0, 6.0], rel=1e-12)
    assert found.mean_wait_of_all == pytest.approx(4.0, rel=1e-12)
    several = PriorityMMc(rates=[0.2, 0.6], service=1, agents=1)
    assert several.mean_wait == pytest.approx([1.0, 5.0], rel=1e-12)
    assert several.mean_sojourn == pytest.approx([2.0, 6.0], rel=1e-12)


def test_three_classes_at_ten_agents_wait_the_printed_times() -> None:
    found = PriorityMMc(rates=[0.5, 1, 0.75], service=4, agents=10)
    assert found.mean_wait == pytest.approx([0.33436576, 0.83591441, 6.68731524], rel=1e-7)
    assert found.delay_probability == pytest.approx(MMc(rate=2.25, service=4, agents=10).delay_probability)


def test_classes_of_different_services_by_hand() -> None:
    # Residual (0.3 * 2 * 1 + 0.1 * 2 * 3^2) / 2 with exponential services of mean 1 and 3.
    found = PriorityMG1(rates=[0.3, 0.1], services=[1, 3], variations=1)
    residual = 0.3 * 1 + 0.1 * 9
    assert found.mean_wait == pytest.approx([residual / 0.7, residual / (0.7 * 0.4)])


RATES = st.lists(st.floats(0.01, 0.3), min_size=1, max_size=4)


@given(RATES, st.floats(0, 4))
def test_order_of_classes_moves_waits_and_keeps_the_work_that_waits(
    rates: list[float], variation: float
) -> None:
    """Kleinrock's conservation law: the sum of load times wait does not depend on the order."""
    scale = 0.9 / max(sum(rate * (2 + place) for place, rate in enumerate(rates)), 0.9)
    services = [scale * (2 + place) for place in range(len(rates))]
    sums = []
    for order in permutations(range(len(rates))):
        found = PriorityMG1(
            rates=[rates[k] for k in order], services=[services[k] for k in order], variations=variation
        )
        sums.append(float((found.loads * found.mean_wait).sum()))
    load = sum(rate * service for rate, service in zip(rates, services, strict=True))
    residual = sum(rate * s**2 * (1 + variation) / 2 for rate, s in zip(rates, services, strict=True))
    assert sums == pytest.approx([residual * load / (1 - load)] * len(sums), rel=1e-9)


@given(RATES, st.integers(1, 60))
def test_classes_of_equal_services_wait_as_long_on_the_whole_as_without_order(
    rates: list[float], agents: int
) -> None:
    service = 0.8 * agents / sum(rates)
    found = PriorityMMc(rates=rates, service=service, agents=agents)
    alone = MMc(rate=sum(rates), service=service, agents=agents)
    assert found.mean_wait_of_all == pytest.approx(alone.mean_wait, rel=1e-9)
    assert (np.diff(found.mean_wait) >= 0).all()


def test_classes_before_an_overloaded_one_still_have_a_mean_wait() -> None:
    # The agent is never idle; the second class gets what the first leaves.
    found = PriorityMG1(rates=[0.5, 2.0], services=[1, 1], variations=[0, 0])
    assert found.mean_wait.tolist() == [0.5 / 0.5, math.inf]
    several = PriorityMMc(rates=[1.0, 9.0], service=1, agents=2)
    assert several.mean_wait.tolist() == [0.5 / 0.5, math.inf]
    # One class more behind the overloaded one is never served and changes nothing.
    three = PriorityMG1(rates=[0.5, 2.0, 1.0], services=[1, 1, 50], variations=[0, 0, 9])
    assert three.mean_wait.tolist() == [1.0, math.inf, math.inf]


def test_arrays_of_rooms_have_their_classes_on_the_last_axis() -> None:
    rates = np.array([[0.2, 0.6], [0.1, 0.3]])
    found = PriorityMG1(rates=rates, services=1, variations=[1, 0])
    assert found.mean_wait[1] == pytest.approx(
        PriorityMG1(rates=rates[1], services=1, variations=[1, 0]).mean_wait
    )
    several = PriorityMMc(rates=rates * 8, service=[1, 2], agents=[9, 10])
    one = PriorityMMc(rates=rates[1] * 8, service=2, agents=10)
    assert several.mean_wait.shape == (2, 2)
    assert several.mean_wait[1] == pytest.approx(one.mean_wait)
    assert several.mean_wait_of_all.shape == (2,)
    assert several.mean_sojourn[1] == pytest.approx(one.mean_sojourn)


def test_class_without_visits_waits_for_nothing_in_the_mean_of_all() -> None:
    found = PriorityMG1(rates=[0.5, 0.0], services=1, variations=1)
    assert found.mean_wait_of_all == pytest.approx(1.0)
    assert math.isnan(PriorityMG1(rates=[0, 0], services=1, variations=1).mean_wait_of_all)
    overloaded = PriorityMG1(rates=[1.5, 0.0], services=1, variations=1)
    assert overloaded.queue_length.tolist() == [math.inf, 0]


@pytest.mark.parametrize("name", ["rates", "services", "variations"])
def test_impossible_arguments_are_refused(name: str) -> None:
    good = {"rates": [0.1, 0.2], "services": [1, 1], "variations": [1, 1]}
    with pytest.raises(ValueError, match=f"{name}: got -1, must be finite and"):
        PriorityMG1(**good | {name: [1, -1]})
