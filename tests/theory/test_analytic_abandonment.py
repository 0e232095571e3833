"""Erlang A and M/M/c+G, against printed values, a birth and death process, quadrature and limits."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special

from hotline_sim.analytic import (
    Deterministic,
    ErlangA,
    Exponential,
    Gamma,
    Hyperexponential,
    Lognormal,
    MMc,
    MMcG,
    MMcK,
)

if TYPE_CHECKING:
    from hotline_sim.analytic import Duration

# rate, service, agents, patience in minutes; share that waits, abandonment, mean wait of all, queue length,
# occupancy, answered within 20 s of all.
PRINTED = [
    (48.0, 1.0, 50, 2.0, 0.46777407, 0.03091225, 0.0618245, 2.96757592, 0.93032424, 0.94301895),
    (100 / 30, 3.0, 14, 5.0, 0.14526011, 0.01398374, 0.06991872, 0.2330624, 0.70429733, 0.91679209),
    (100 / 30, 3.0, 13, 5.0, 0.22579708, 0.0249633, 0.12481652, 0.41605506, 0.75002823, 0.8581777),
    (3.5, 3.0, 13, 5.0, None, 0.03304268, 9.9128026 / 60, None, None, None),
    (3.5, 3.0, 9, 5.0, None, 0.18872812, 56.618435 / 60, None, None, None),
]


@pytest.mark.parametrize("case", PRINTED)
def test_erlang_a_is_the_printed_one(case: tuple[Any, ...]) -> None:
    rate, service, agents, patience, *printed = case
    room = ErlangA(rate=rate, service=service, agents=agents, patience=patience)
    found = [
        room.delay_probability,
        room.abandonment,
        room.mean_wait,
        room.queue_length,
        room.occupancy,
        room.service_level(1 / 3),
    ]
    for value, expected in zip(found, printed, strict=True):
        assert expected is None or value == pytest.approx(expected, rel=1e-6)


def test_service_level_by_patience_is_the_printed_one() -> None:
    room = ErlangA(rate=100 / 30, service=3, agents=13, patience=[3, 5, 10])
    assert room.service_level(1 / 3).round(4).tolist() == [0.8751, 0.8582, 0.8376]
    assert room.abandonment.round(4).tolist() == [0.0322, 0.0250, 0.0165]


class Chain(NamedTuple):
    """Erlang A by its birth and death process."""

    delay_probability: float
    abandonment: float
    mean_wait: float
    virtual_wait_exceeds: float
    answered_late: float


def chain(rate: float, service: float, agents: int, patience: float, limit: float) -> Chain:
    """Weights in logarithms, and the wait of a caller of endless patience who finds so many waiting.

    That wait is a sum of exponential times at the rates c mu + k theta, k = j to 0, so that exp(-theta wait)
    is a beta variable with the parameters c mu / theta and j + 1.
    """
    states = np.arange(1, agents + 4000)
    gone = np.minimum(states, agents) / service + np.maximum(states - agents, 0) / patience
    logs = np.concatenate(([0.0], np.cumsum(np.log(rate / gone))))
    queue = np.exp(logs - special.logsumexp(logs))[agents:]
    waiting = float(queue @ np.arange(queue.size))
    ratio, stages, left = (
        agents / service * patience,
        np.arange(1, queue.size + 1),
        math.exp(-limit / patience),
    )
    return Chain(
        delay_probability=float(queue.sum()),
        abandonment=waiting / patience / rate,
        mean_wait=waiting / rate,
        virtual_wait_exceeds=float(queue @ special.betainc(ratio, stages, left)),
        answered_late=float(queue @ (ratio / (ratio + stages) * special.betainc(ratio + 1, stages, left))),
    )


ROOMS = {
    "rate": st.floats(0.2, 60),
    "service": st.floats(0.2, 5),
    "agents": st.integers(1, 120),
    "patience": st.floats(0.2, 30),
}


@given(**ROOMS, limit=st.floats(0, 3))
def test_erlang_a_is_its_birth_and_death_process(
    rate: float, service: float, agents: int, patience: float, limit: float
) -> None:
    truth = chain(rate, service, agents, patience, limit)
    room = ErlangA(rate=rate, service=service, agents=agents, patience=patience)
    near = {"rel": 1e-8, "abs": 1e-12}
    assert room.delay_probability == pytest.approx(truth.delay_probability, **near)
    assert room.abandonment == pytest.approx(truth.abandonment, **near)
    assert room.mean_wait == pytest.approx(truth.mean_wait, **near)
    assert room.virtual_wait_exceeds(limit) == pytest.approx(truth.virtual_wait_exceeds, **near)
    assert room.wait_exceeds(limit) == pytest.approx(
        truth.virtual_wait_exceeds * math.exp(-limit / patience), **near
    )
    answered = 1 - truth.abandonment
    good = answered - truth.answered_late
    lost_early = 1 - good - truth.virtual_wait_exceeds * math.exp(-limit / patience)
    assert room.service_level(limit) == pytest.approx(good, rel=1e-7, abs=1e-10)
    assert room.service_level(limit, "answered") == pytest.approx(good / answered, rel=1e-7, abs=1e-10)
    assert room.service_level(limit, "left_or_answered") == pytest.approx(good + lost_early, rel=1e-7)
    if lost_early < 0.99:
        late = room.service_level(limit, "late_abandoned")
        assert late == pytest.approx(good / (1 - lost_early), rel=1e-6, abs=1e-9)


@given(**ROOMS)
def test_callers_give_up_at_a_constant_rate(
    rate: float, service: float, agents: int, patience: float
) -> None:
    room = ErlangA(rate=rate, service=service, agents=agents, patience=patience)
    assert room.abandonment * rate == pytest.approx(room.queue_length / patience, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize("agents", [9, 13])
def test_mean_wait_is_the_integral_of_the_waits_exceeded(agents: int) -> None:
    room = ErlangA(rate=3.5, service=3, agents=agents, patience=5)
    mean, _ = integrate.quad(lambda t: float(room.wait_exceeds(t)), 0, 60, limit=200)
    assert room.mean_wait == pytest.approx(mean, rel=1e-8)


def test_answered_callers_wait_as_long_as_their_service_level_says() -> None:
    """The mean is the integral of what the service level leaves, an independent way to it."""
    room = ErlangA(rate=3.5, service=3, agents=9, patience=5)
    mean, _ = integrate.quad(lambda t: float(1 - room.service_level(t, "answered")), 0, 60, limit=200)
    assert room.mean_wait_of_answered == pytest.approx(mean, rel=1e-8)
    answered = 1 - room.abandonment
    parts = room.mean_wait_of_answered * answered + room.mean_wait_of_abandoned * room.abandonment
    assert parts == pytest.approx(room.mean_wait, rel=1e-12)


def test_endless_patience_gives_erlang_c() -> None:
    patient = ErlangA(rate=4.2, service=2, agents=12, patience=1e9)
    endless = MMc(rate=4.2, service=2, agents=12)
    assert patient.mean_wait == pytest.approx(endless.mean_wait, rel=1e-6)
    assert patient.delay_probability == pytest.approx(endless.delay_probability, rel=1e-6)
    assert patient.wait_exceeds(0.5) == pytest.approx(endless.wait_exceeds(0.5), rel=1e-6)
    assert patient.abandonment < 1e-9


def test_callers_without_patience_give_erlang_b() -> None:
    room = ErlangA(rate=4.2, service=2, agents=9, patience=1e-9)
    assert room.abandonment == pytest.approx(MMcK(rate=4.2, service=2, agents=9, places=9).refused, rel=1e-6)


def test_patience_like_service_makes_the_number_present_poisson() -> None:
    room = ErlangA(rate=50, service=0.5, agents=[20, 25, 30], patience=0.5)
    assert room.delay_probability == pytest.approx(special.pdtrc([19, 24, 29], 25.0), rel=1e-10)


def test_ten_thousand_agents_do_not_overflow() -> None:
    room = ErlangA(
        rate=[9_990, 9_990, 10_500, 10_500, 20_000],
        service=1,
        agents=10_000,
        patience=[1, 1e5, 1, 1e5, 0.01],
    )
    poisson = special.pdtrc(9_999, np.array([9_990.0, 10_500.0]))
    assert room.delay_probability[[0, 2]] == pytest.approx(poisson, rel=1e-9)
    # A queue so long that agents are never free: those lost are the surplus.
    assert room.abandonment[[2, 3]] == pytest.approx(1 - 10_000 / 10_500, rel=1e-3)
    assert room.abandonment[4] == pytest.approx(0.5, rel=1e-6)
    assert room.mean_wait == pytest.approx(room.abandonment * [1, 1e5, 1, 1e5, 0.01], rel=1e-6)
    assert np.isfinite(room.mean_wait_of_answered).all()


@given(**ROOMS)
def test_one_agent_more_helps_everybody(rate: float, service: float, agents: int, patience: float) -> None:
    few, more = (
        ErlangA(rate=rate, service=service, agents=number, patience=patience)
        for number in (agents, agents + 1)
    )
    slack = 1 + 1e-9
    assert more.delay_probability <= few.delay_probability * slack
    assert more.abandonment <= few.abandonment * slack
    assert more.mean_wait <= few.mean_wait * slack
    assert more.service_level(0.5) >= few.service_level(0.5) - 1e-12


def test_arrays_are_computed_element_by_element() -> None:
    rates, agents, patience = np.array([3.0, 20.0]), np.array([[9], [40]]), 2.0
    room = ErlangA(rate=rates, service=2, agents=agents, patience=patience)
    assert room.abandonment.shape == (2, 2)
    for row in range(2):
        for column in range(2):
            one = ErlangA(rate=rates[column], service=2, agents=agents[row, 0], patience=patience)
            assert room.abandonment[row, column] == pytest.approx(one.abandonment, rel=1e-12)
            assert room.service_level(0.3)[row, column] == pytest.approx(one.service_level(0.3), rel=1e-12)
    limits = np.array([0.1, 0.2, 0.7])
    one = ErlangA(rate=3, service=2, agents=5, patience=patience)
    assert one.service_level(limits) == pytest.approx([one.service_level(limit) for limit in limits])


# Patience of any distribution.

LAWS: list[Duration] = [
    Exponential(4.0),
    Deterministic(4.0),
    Lognormal(4.0, 1.2),
    Gamma(4.0, 2.5),
    Gamma(4.0, 0.5),
    Hyperexponential(0.3, 10.0, 0.7),
]


def name(law: Duration) -> str:
    return f"{type(law).__name__}-{law}" if isinstance(law, Gamma) else type(law).__name__


@pytest.mark.parametrize("law", LAWS, ids=name)
@pytest.mark.parametrize("agents", [9, 13])
def test_any_patience_is_the_integral_over_its_virtual_wait(law: Duration, agents: int) -> None:
    """Plain quadrature of the density, and the birth probabilities of the states below it."""
    rate, service, limit = 3.5, 3.0, 0.5

    def density(time: float) -> float:
        return rate * math.exp(rate * float(law.partial(time)) - agents / service * time)

    def total(weight: Any, low: float = 0.0) -> float:
        edges = [low, *(edge for edge in (1e-9, 1e-5, 1e-2, 1.0, 4.0, 20.0) if edge > low), 200.0]
        return math.fsum(
            integrate.quad(lambda t: weight(t) * density(t), one, other, limit=400, epsabs=1e-13)[0]
            for one, other in pairwise(edges)
        )

    load = rate * service
    free = sum(
        math.exp((state - agents + 1) * math.log(load) + math.lgamma(agents) - math.lgamma(state + 1))
        for state in range(agents)
    )
    everything = free + total(lambda t: 1.0)
    room = MMcG(rate=rate, service=service, agents=agents, patience=law)
    assert room.delay_probability == pytest.approx(1 - free / everything, rel=1e-7)
    lost = total(lambda t: 1 - float(law.tail(t))) / everything
    assert room.abandonment == pytest.approx(lost, rel=1e-6)
    assert room.mean_wait == pytest.approx(total(lambda t: float(law.partial(t))) / everything, rel=1e-6)
    late = total(lambda t: float(law.tail(t)), limit) / everything
    assert room.service_level(limit) == pytest.approx(1 - lost - late, rel=1e-6)
    answered = total(lambda t: t * float(law.tail(t))) / everything
    assert room.mean_wait_of_answered == pytest.approx(answered / (1 - lost), rel=1e-6)


@pytest.mark.parametrize("law", LAWS, ids=name)
def test_who_is_not_lost_is_served(law: Duration) -> None:
    """Flow balance, which the integrals do not know of: agents serve what arrives and does not give up."""
    room = MMcG(rate=3.5, service=3.0, agents=9, patience=law)
    present = MMcK(rate=3.5, service=3.0, agents=9, places=9).probabilities[:9]
    # Given that somebody is free, the states are those of the room without queue.
    idle = float(present @ (9 - np.arange(9)) / present.sum()) * (1 - room.delay_probability)
    assert room.occupancy == pytest.approx(1 - idle / 9, rel=1e-9)


def test_patience_of_more_variation_loses_more_and_keeps_waits_short() -> None:
    laws = [Deterministic(4.0), Gamma(4.0, 2.0), Exponential(4.0), Hyperexponential(0.3, 10.0, 0.62)]
    rooms = [MMcG(rate=3.5, service=3.0, agents=11, patience=law) for law in laws]
    waits = [float(room.mean_wait_of_answered) for room in rooms]
    assert waits == sorted(waits, reverse=True)
    lost = [float(room.abandonment) for room in rooms]
    assert lost == sorted(lost)


class SomeStay(Exponential):
    """Half of the callers never give up."""

    def tail(self, time: Any) -> Any:
        return 0.5 + 0.5 * super().tail(time)

    def partial(self, time: Any) -> Any:
        return 0.5 * np.asarray(time) + 0.5 * super().partial(time)


def test_callers_of_whom_half_never_give_up_are_served_if_agents_suffice_for_them() -> None:
    room = MMcG(rate=5, service=1, agents=3, patience=SomeStay(1.0))
    # Three agents serve at most three fifths, and the half that stays is never lost.
    assert 0.4 < room.abandonment < 0.5
    with pytest.raises(ValueError, match="patience: too many callers never give up"):
        _ = MMcG(rate=7, service=1, agents=3, patience=SomeStay(1.0)).abandonment


def test_room_without_calls_is_empty() -> None:
    room = ErlangA(rate=0, service=1, agents=3, patience=1)
    assert (room.delay_probability, room.abandonment, room.mean_wait, room.service_level(0)) == (0, 0, 0, 1)
    assert math.isnan(room.mean_wait_of_abandoned)


# Durations themselves.


@pytest.mark.parametrize("law", LAWS, ids=name)
def test_partial_mean_is_the_integral_of_the_tail(law: Duration) -> None:
    for time in (0.05, 1.0, 4.0, 9.0):
        points = [point for point in (0.5, 4.0) if point < time]
        area, _ = integrate.quad(lambda t: float(law.tail(t)), 0, time, points=points or None, limit=400)
        assert law.partial(time) == pytest.approx(area, rel=1e-8)
    assert law.partial(1e7) == pytest.approx(law.average, rel=1e-9)
    assert law.average == pytest.approx(4.0) or isinstance(law, Hyperexponential)


@pytest.mark.parametrize("law", [law for law in LAWS if not isinstance(law, Deterministic)], ids=name)
def test_hazard_is_the_slope_of_the_logarithm_of_the_tail(law: Duration) -> None:
    for time in (0.2, 1.0, 6.0):
        step = 1e-5 * time
        slope = (math.log(law.tail(time - step)) - math.log(law.tail(time + step))) / (2 * step)
        assert law.hazard(time) == pytest.approx(slope, rel=1e-7)


def test_impossible_arguments_are_refused() -> None:
    room = ErlangA(rate=1, service=1, agents=1, patience=1)
    with pytest.raises(ValueError, match="of: got 'all', must be one of offered, answered, late_abandoned"):
        room.service_level(1, "all")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="patience: got 0, must be finite and above 0"):
        ErlangA(rate=1, service=1, agents=1, patience=0)
    with pytest.raises(ValueError, match="patience: got inf"):
        ErlangA(rate=1, service=1, agents=1, patience=math.inf)
