"""Loads and queues that follow the clock, against integrals, stationary queues and differential equations."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from hotline_sim.analytic import (
    Deterministic,
    ErlangA,
    Exponential,
    Gamma,
    Lognormal,
    MMc,
    StepRate,
    follow,
    mean_busy,
    modified_offered_load,
)

HOURS = np.arange(25.0)
DAY = 40 * (1 + 0.8 * np.sin(2 * np.pi * (HOURS[:-1] - 9) / 24))
SERVICES = [Exponential(1.5), Deterministic(1.5), Lognormal(1.5, 1.0), Gamma(1.5, 3.0)]


# Offered load.


@pytest.mark.parametrize("service", SERVICES, ids=lambda law: type(law).__name__)
def test_load_is_the_integral_of_past_rates_times_the_tail_of_service(service: Any) -> None:
    rate = StepRate(HOURS, DAY)
    for now in (0.5, 6.25, 17.0, 30.0):
        total = 0.0
        for (begin, end), calls in zip(pairwise(HOURS), DAY, strict=True):
            low, high = max(now - end, 0.0), max(now - begin, 0.0)
            kink = [1.5] if low < 1.5 < high else None
            total += calls * integrate.quad(lambda u: float(service.tail(u)), low, high, points=kink)[0]
        assert mean_busy(rate, service, at=now) == pytest.approx(total, rel=1e-8)


@pytest.mark.parametrize("service", SERVICES, ids=lambda law: type(law).__name__)
def test_repeated_day_is_the_last_of_many(service: Any) -> None:
    many = StepRate(np.arange(24 * 60 + 1.0), np.tile(DAY, 60))
    now = np.array([0.0, 3.3, 12.0, 23.9])
    late = mean_busy(many, service, at=now + 24 * 59)
    assert mean_busy(StepRate(HOURS, DAY, repeats=True), service, at=now) == pytest.approx(late, rel=1e-9)
    # Any day of the repetition is as good as another.
    again = mean_busy(StepRate(HOURS, DAY, repeats=True), service, at=now - 240)
    assert again == pytest.approx(late, rel=1e-9)


def test_load_under_a_constant_rate_is_rate_times_service_of_any_tail() -> None:
    service = Lognormal(90.0, 2.5)
    assert mean_busy(StepRate([0, 10], [0.5], repeats=True), service, at=3) == pytest.approx(45.0, rel=1e-6)
    assert mean_busy(StepRate([0, 1e9], [0.5]), Lognormal(90.0, 1.0), at=1e9) == pytest.approx(45.0)


def test_load_of_a_wave_lags_behind_and_is_damped_as_the_formula_for_a_sine_says() -> None:
    """Eick, Massey and Whitt (1993): with exponential service, lag arctan(g S) / g, factor 1 / root."""
    fine = np.linspace(0, 24, 2401)
    middle = (fine[1:] + fine[:-1]) / 2
    turn, mean = 2 * np.pi / 24, 1.5
    rate = StepRate(fine, 40 * (1 + 0.8 * np.sin(turn * middle)), repeats=True)
    now = np.linspace(0, 24, 49)
    lag, factor = math.atan(turn * mean) / turn, 1 / math.sqrt(1 + (turn * mean) ** 2)
    wave = 40 * mean * (1 + 0.8 * factor * np.sin(turn * (now - lag)))
    assert mean_busy(rate, Exponential(mean), at=now) == pytest.approx(wave, rel=1e-5)


# The chain.


def test_constant_rate_settles_in_erlang_c_and_a() -> None:
    rate = StepRate([0, 1, 3], [3.5, 3.5], repeats=True)
    patient, endless = follow(rate, 13, service=3, patience=5), follow(rate, [13, 13], service=3)
    a = ErlangA(rate=3.5, service=3, agents=13, patience=5)
    c = MMc(rate=3.5, service=3, agents=13)
    for course, theory in ((patient, a), (endless, c)):
        assert course.mean_wait == pytest.approx(theory.mean_wait, rel=1e-6)
        assert course.delay_probability == pytest.approx(theory.delay_probability, rel=1e-6)
        assert course.queue_length == pytest.approx([theory.queue_length] * 3, rel=1e-6)
        assert course.mean_busy / 13 == pytest.approx([theory.occupancy] * 3, rel=1e-6)
    assert patient.abandonment == pytest.approx(a.abandonment, rel=1e-6)
    assert endless.abandonment == 0


def test_agents_for_everybody_carry_the_offered_load() -> None:
    rate = StepRate(HOURS, DAY / 4)
    course = follow(rate, 80, service=1.5)
    assert course.mean_busy == pytest.approx(mean_busy(rate, Exponential(1.5), at=HOURS), rel=1e-8, abs=1e-9)
    assert course.delay_probability < 1e-12


def right_side(
    time: float, share: np.ndarray, rate: float, on_duty: int, service: float, patience: float
) -> np.ndarray:
    """Flows between all states (on a call, waiting), one by one; plainer than the code, and slower."""
    joint, change = share.reshape(5, -1), np.zeros((5, share.size // 5))
    for busy in range(5):
        for queue in range(joint.shape[1]):
            flow = joint[busy, queue] * rate
            if busy < on_duty:
                change[busy + 1, queue] += flow
                change[busy, queue] -= flow
            elif queue + 1 < joint.shape[1]:
                change[busy, queue + 1] += flow
                change[busy, queue] -= flow
            flow = joint[busy, queue] * busy / service
            change[busy, queue] -= flow
            if busy <= on_duty and queue:
                change[busy, queue - 1] += flow
            elif busy:
                change[busy - 1, queue] += flow
            if queue:
                flow = joint[busy, queue] * queue / patience
                change[busy, queue] -= flow
                change[busy, queue - 1] += flow
    return change.ravel()


def test_chain_is_its_differential_equations_with_agents_who_finish_their_call() -> None:
    """Staffing falls from 4 to 1 with all on a call, rises to 3, and closes: four pieces, 5 x 30 states."""
    rates, staff, lengths, service, patience = (
        [5.0, 3.0, 2.0, 0.5],
        [4, 1, 3, 0],
        [1.5, 0.7, 1.0, 0.5],
        1.0,
        2.0,
    )
    edges = np.concatenate(([0.0], np.cumsum(lengths)))
    joint = np.zeros((5, 30))
    joint[0, 0] = 1
    queues, calls = [0.0], [0.0]
    for rate, on_duty, length in zip(rates, staff, lengths, strict=True):
        started = np.zeros_like(joint)
        for busy in range(5):
            for queue in range(30):
                starts = min(queue, max(on_duty - busy, 0))
                started[busy + starts, queue - starts] += joint[busy, queue]
        solution = integrate.solve_ivp(
            right_side,
            (0, length),
            started.ravel(),
            args=(rate, on_duty, service, patience),
            rtol=1e-8,
            atol=1e-11,
        )
        joint = solution.y[:, -1].reshape(5, 30)
        queues.append(float(joint.sum(axis=0) @ np.arange(30)))
        calls.append(float(joint.sum(axis=1) @ np.arange(5)))
    course = follow(StepRate(edges, rates), staff, service=service, patience=patience)
    assert course.queue_length == pytest.approx(queues, rel=1e-5, abs=1e-8)
    assert course.mean_busy == pytest.approx(calls, rel=1e-5, abs=1e-8)


def test_one_agent_who_goes_home_by_hand() -> None:
    """No arrivals after the first piece: the call in progress ends at its rate, and who waits waits on."""
    course = follow(StepRate([0, 0.5, 1.5, 9], [1.2, 0, 0]), [1, 0, 1], service=1.0)
    first_busy, first_queue = course.mean_busy[1], course.queue_length[1]
    assert course.mean_busy[2] == pytest.approx(first_busy * math.exp(-1), rel=1e-9)
    assert course.queue_length[2] == pytest.approx(first_queue, rel=1e-9)
    assert course.waiting[1] == pytest.approx(first_queue, rel=1e-9)
    assert course.busy[1] == pytest.approx(first_busy * (1 - math.exp(-1)), rel=1e-9)
    assert course.queue_length[3] < 1e-3
    # Never more than one on a call, so that whoever arrives when it is in progress, and only who does, waits.
    assert course.delayed[0] == pytest.approx(1.2 * course.busy[0], rel=1e-9)


@given(
    st.lists(st.tuples(st.floats(0, 30), st.integers(0, 12), st.floats(0.05, 1.0)), min_size=1, max_size=5),
    st.floats(0.1, 1.0),
    st.one_of(st.none(), st.floats(0.05, 5)),
)
def test_what_arrives_is_served_lost_or_still_there(
    pieces: list[tuple[float, int, float]], service: float, patience: float | None
) -> None:
    rates, staff, lengths = (list(column) for column in zip(*pieces, strict=True))
    rate = StepRate(np.concatenate(([0.0], np.cumsum(lengths))), rates)
    course = follow(rate, staff, service=service, patience=patience)
    present = course.queue_length + course.mean_busy
    gone = course.busy / service + course.abandoned
    assert np.diff(present) == pytest.approx(course.arrivals - gone, rel=1e-7, abs=1e-8)
    assert (course.delayed <= course.arrivals + 1e-9).all()


def test_queue_that_grows_from_day_to_day_is_refused() -> None:
    rate = StepRate([0, 1, 2], [30, 10], repeats=True)
    with pytest.raises(ValueError, match="rate: more calls arrive in a cycle than agents can serve"):
        follow(rate, [4, 4], service=0.2)
    # With patience there is always a cycle like the one before.
    settled = follow(rate, [4, 4], service=0.2, patience=0.5)
    assert settled.abandonment > 0.05


# Stationary formulas at each instant.


def test_modified_load_of_a_constant_rate_is_the_stationary_queue() -> None:
    rate = StepRate([0, 24], [3.5], repeats=True)
    found = modified_offered_load(rate, Exponential(3.0), 13, at=[1.0, 5.0])
    assert found.mean_wait == pytest.approx([MMc(rate=3.5, service=3, agents=13).mean_wait] * 2)
    lost = modified_offered_load(rate, Exponential(3.0), 13, at=2.0, patience=Exponential(5.0))
    expected = ErlangA(rate=3.5, service=3, agents=13, patience=5)
    assert lost.mean_wait == pytest.approx(expected.mean_wait)


def test_modified_load_is_close_where_agents_follow_the_load_and_better_than_the_rate_alone() -> None:
    """Calls of half an hour, agents by the square root: off by two points on average, not by thirteen."""
    rate, service = StepRate(HOURS, DAY, repeats=True), Exponential(0.5)
    middle = HOURS[:-1] + 0.5
    load = mean_busy(rate, service, at=middle)
    staff = np.ceil(load + np.sqrt(load)).astype(int)
    course = follow(rate, staff, service=0.5)
    exact = course.delayed / course.arrivals
    modified = modified_offered_load(rate, service, staff, at=middle).delay_probability
    alone = MMc(rate=DAY, service=0.5, agents=staff).delay_probability
    assert np.abs(modified - exact).mean() < 0.03
    assert np.abs(alone - exact).mean() > 0.1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: StepRate([0, 1], [1, 2]), "rates: got 2 for 2 edges, must be one fewer"),
        (lambda: StepRate([0, 0], [1]), "edges: must be finite and rise"),
        (lambda: StepRate([0, 1], [-1]), "rates: got -1, must be finite and at least 0"),
        (lambda: follow(StepRate([0, 1], [1]), [-1], service=1), "agents: got -1, must be a whole number"),
        (lambda: follow(StepRate([0, 1], [1]), 1, service=0), "service: got 0"),
        (lambda: follow(StepRate([0, 1], [1]), 1, service=1, patience=0), "patience: got 0"),
    ],
)
def test_impossible_arguments_are_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
