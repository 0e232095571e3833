"""Erlang B and C and the finite queue, against printed values, limits and laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from hotline_sim.analytic import MMc, MMcK, erlang_b, erlang_c

LOADS = st.floats(0.01, 300)
AGENTS = st.integers(1, 400)


@pytest.mark.parametrize(
    ("load", "agents", "blocked"),
    [
        (1, 1, 0.5),
        (1, 2, 0.2),
        (10, 10, 0.21458234),
        (10, 15, 0.03649695),
        (10, 17, 0.01294888),
        (10, 18, 0.00714244),
        (100, 100, 0.07570045),
        (100, 117, 0.00979007),
    ],
)
def test_erlang_b_is_the_printed_one(load: float, agents: int, blocked: float) -> None:
    assert erlang_b(load, agents) == pytest.approx(blocked, rel=1e-6)


def test_nobody_is_refused_without_calls_and_everybody_without_agents() -> None:
    assert erlang_b([0, 0, 3], [0, 5, 0]) == pytest.approx([1, 0, 1], abs=0)


# rate, service, agents; delay probability, mean wait, queue length. Where a dash stood, nothing is checked.
PRINTED = [
    (4.2, 2.0, 12, 0.18388863, 0.10216035, 0.42907347),
    (48.0, 1.0, 50, 0.69445561, 0.34722781, 16.66693467),
    (48.0 * 0.969, 1.0, 50, 0.51233265, 0.14688436, 6.83188543),
    (100 / 30, 3.0, 14, 0.17413193, 0.13059895, 0.43532983),
    (100 / 30, 3.0, 15, 0.10204237, 0.06122542, 0.20408473),
    (3.5, 3.0, 13, None, 26.556886 / 60, None),
    (1.0, 0.8, 1, 0.8, 3.2, 3.2),
    (1.0, 0.8, 3, 0.05203252, 0.01892092, 0.01892092),
    (1.0, 2.5, 3, 0.70224719, 3.51123596, 3.51123596),
    (0.25, 10.0, 4, 0.3198567, 2.13237803, 0.53309451),
    (0.25, 10.0, 5, 0.1303713, 0.52148519, 0.1303713),
    (0.25, 10.0, 6, 0.04744481, 0.13555661, 0.03388915),
    (0.25, 10.0, 7, 0.01544348, 0.03431884, 0.00857971),
    (1 / 3, 10.0, 6, 0.14821666, 0.55581246, 0.18527082),
    (1 / 3, 10.0, 7, 0.06126127, 0.16707618, 0.05569206),
]


@pytest.mark.parametrize(("rate", "service", "agents", "waits", "wait", "queue"), PRINTED)
def test_erlang_c_is_the_printed_one(
    rate: float, service: float, agents: int, waits: float | None, wait: float | None, queue: float | None
) -> None:
    found = MMc(rate=rate, service=service, agents=agents)
    for value, printed in (
        (found.delay_probability, waits),
        (found.mean_wait, wait),
        (found.queue_length, queue),
    ):
        assert printed is None or value == pytest.approx(printed, rel=1e-6)
    assert found.occupancy == pytest.approx(rate * service / agents)


def test_share_that_waits_no_longer_is_the_printed_one() -> None:
    assert MMc(rate=4.2, service=2, agents=12).service_level(1 / 3) == pytest.approx(0.89907978, rel=1e-6)
    office = MMc(rate=100 / 30, service=3, agents=[14, 15])
    assert office.service_level(0.33) == pytest.approx([0.88785269, 0.94112668], rel=1e-6)
    assert office.service_level(1 / 3)[0] == pytest.approx(0.88835002, rel=1e-6)


def test_time_in_the_room_is_wait_and_service() -> None:
    found = MMc(rate=1, service=[0.8, 2.5], agents=[1, 3])
    assert found.mean_sojourn == pytest.approx([4.0, 6.01123596], rel=1e-6)
    # Processor sharing leaves the mean time of M/M/1 as it is: 1 / (mu - lambda).
    assert found.mean_sojourn[0] == pytest.approx(1 / (1.25 - 1))


def test_finite_queue_is_the_printed_one() -> None:
    room = MMcK(rate=3, service=0.25, agents=2, places=3)
    assert room.probabilities == pytest.approx([0.46800731, 0.35100548, 0.13162706, 0.04936015], rel=1e-6)
    assert room.mean_number == pytest.approx(0.76234004, rel=1e-6)
    assert room.refused == pytest.approx(0.04936015, rel=1e-6)
    assert room.queue_length == pytest.approx(0.04936015, rel=1e-6)
    assert room.mean_wait == pytest.approx(0.04936015 / 3 / (1 - 0.04936015), rel=1e-6)


def test_three_shared_processors_of_equal_speed_are_three_agents() -> None:
    printed = [0.43213296, 0.3601108, 0.15004617, 0.04167949, 0.01157764, 0.00321601, 0.00089334]
    printed += [0.00024815, 0.00006893]
    room = MMcK(rate=10, service=1 / 12, agents=3, places=200)
    assert room.probabilities[:9] == pytest.approx(printed, rel=1e-6, abs=5e-9)


def test_room_without_queue_is_erlang_b_and_large_one_erlang_c() -> None:
    assert MMcK(rate=10, service=1, agents=12, places=12).refused == pytest.approx(erlang_b(10, 12))
    large = MMcK(rate=10, service=1, agents=12, places=2000)
    assert large.probabilities[12:].sum() == pytest.approx(erlang_c(10, 12))
    assert large.queue_length == pytest.approx(MMc(rate=10, service=1, agents=12).queue_length)


def test_ten_thousand_agents_do_not_overflow() -> None:
    loads = np.array([9_000, 9_990, 10_000, 10_500])
    blocked = erlang_b(loads, 10_000)
    # The closed form in logarithms: Poisson probability of c over that of at most c.
    logs = 10_000 * np.log(loads) - loads - special.gammaln(10_001) - np.log(special.pdtr(10_000, loads))
    assert blocked == pytest.approx(np.exp(logs), rel=1e-9)
    room = MMc(rate=loads, service=1, agents=10_000)
    assert np.isfinite(room.mean_wait[:2]).all()
    assert room.mean_wait[2:].tolist() == [math.inf, math.inf]
    assert room.delay_probability[2:].tolist() == [1, 1]
    assert room.service_level(5.0)[2:].tolist() == [0, 0]
    assert room.occupancy[2:].tolist() == [1, 1]
    huge = MMcK(rate=10_500, service=1, agents=10_000, places=20_000)
    assert huge.refused == pytest.approx(1 - 10_000 / 10_500, rel=1e-6)


@given(LOADS, AGENTS)
def test_one_agent_more_refuses_fewer_and_delays_fewer(load: float, agents: int) -> None:
    blocked = erlang_b(load, agents)
    assert erlang_b(load, agents + 1) < blocked or blocked < 1e-300
    assert erlang_c(load, agents + 1) <= erlang_c(load, agents)
    assert erlang_b(load, agents) <= erlang_c(load, agents) <= 1


@given(st.lists(st.tuples(LOADS, AGENTS), min_size=1, max_size=5))
def test_arrays_are_computed_element_by_element(pairs: list[tuple[float, int]]) -> None:
    loads, agents = map(np.array, zip(*pairs, strict=True))
    assert erlang_b(loads, agents).tolist() == [float(erlang_b(a, c)) for a, c in pairs]
    assert erlang_c(loads, agents).tolist() == [float(erlang_c(a, c)) for a, c in pairs]
    assert erlang_b(loads[:, None], [3, 5]).shape == (len(pairs), 2)


@given(st.floats(0.1, 50), st.floats(0.1, 10), AGENTS, st.floats(0.5, 100))
def test_another_unit_of_time_changes_no_share(rate: float, service: float, agents: int, unit: float) -> None:
    one = MMc(rate=rate, service=service, agents=agents)
    other = MMc(rate=rate / unit, service=service * unit, agents=agents)
    assert other.delay_probability == pytest.approx(one.delay_probability, rel=1e-9)
    if rate * service < 0.999 * agents:
        assert other.mean_wait == pytest.approx(one.mean_wait * unit, rel=1e-8)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: erlang_b(-1, 3), "offered_load: got -1, must be finite and at least 0"),
        (lambda: erlang_b(1, 2.5), "agents: got 2.5, must be a whole number of at least 0"),
        (lambda: erlang_c([1, math.nan], 3), "offered_load: got nan"),
        (lambda: erlang_c(1, 0), "agents: got 0, must be a whole number of at least 1"),
        (lambda: erlang_c("many", 1), "offered_load: got 'many', must be a number"),
        (lambda: MMc(rate=1, service=0, agents=1), "service: got 0, must be finite and above 0"),
        (lambda: MMc(rate=1, service=1, agents=1).service_level(-1), "wait: got -1"),
        (
            lambda: MMcK(rate=1, service=1, agents=3, places=2),
            "places: got 2, must be a whole number of at l",
        ),
    ],
)
def test_impossible_arguments_are_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
