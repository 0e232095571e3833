"""The formulas themselves, against printed and independently computed values."""

from __future__ import annotations

import math

import pytest
from formulas import (
    delay_probability,
    erlang_a,
    erlang_b,
    lognormal_part,
    mean_busy,
    mean_wait,
    served_within,
    waits_by_class,
)


@pytest.mark.parametrize(
    ("load", "servers", "blocked"),
    [(1, 1, 0.5), (1, 2, 0.2), (10, 10, 0.21458234), (10, 17, 0.01294888), (100, 117, 0.00979007)],
)
def test_erlang_b(load: float, servers: int, blocked: float) -> None:
    assert erlang_b(load, servers) == pytest.approx(blocked, abs=5e-9)


@pytest.mark.parametrize(
    ("arrivals", "mean_service", "servers", "waits", "wait"),
    [
        (4.2, 2.0, 12, 0.18388863, 0.10216035),
        (48.0, 1.0, 50, 0.69445561, 0.34722781),
        (100 / 30, 3.0, 14, 0.17413193, 0.13059895),
        (1.0, 0.8, 1, 0.8, 3.2),
        (1.0, 2.5, 3, 0.70224719, 3.51123596),
        (0.25, 10.0, 4, 0.3198567, 2.13237803),
    ],
)
def test_erlang_c(arrivals: float, mean_service: float, servers: int, waits: float, wait: float) -> None:
    assert delay_probability(arrivals * mean_service, servers) == pytest.approx(waits, abs=5e-9)
    assert mean_wait(arrivals, mean_service, servers) == pytest.approx(wait, abs=5e-9)


def test_share_served_in_time() -> None:
    assert served_within(4.2, 2.0, 12, 1 / 3) == pytest.approx(0.89907978, abs=5e-9)
    assert served_within(100 / 30, 3.0, 14, 1 / 3) == pytest.approx(0.88835002, abs=5e-9)


@pytest.mark.parametrize(
    ("arrivals", "mean_service", "patience", "servers", "waits", "abandonment", "wait"),
    [
        (48.0, 1.0, 2.0, 50, 0.46777407, 0.03091225, 0.0618245),
        (100 / 30, 3.0, 5.0, 14, 0.14526011, 0.01398374, 0.06991872),
        (100 / 30, 3.0, 5.0, 13, 0.22579708, 0.0249633, 0.12481652),
    ],
)
def test_erlang_a(
    arrivals: float,
    mean_service: float,
    patience: float,
    servers: int,
    waits: float,
    abandonment: float,
    wait: float,
) -> None:
    found = erlang_a(arrivals, mean_service, patience, servers)
    assert found == pytest.approx((waits, abandonment, wait), abs=5e-9)


def test_erlang_a_becomes_erlang_c_with_endless_patience() -> None:
    found = erlang_a(4.2, 2.0, 1e9, 12)
    assert found.mean_wait == pytest.approx(mean_wait(4.2, 2.0, 12), rel=1e-6)


def test_pollaczek_khinchine_and_cobham() -> None:
    assert waits_by_class([0.7], 1.0, 2.5) == pytest.approx([2.91666667], abs=5e-9)
    assert waits_by_class([0.2, 0.6], 1.0, 2.0) == pytest.approx([1.0, 5.0], rel=1e-12)


def test_tail_of_the_lognormal_integrates_to_its_mean() -> None:
    assert lognormal_part(90.0, 1.0, 1e9) == pytest.approx(90.0, rel=1e-6)
    # A hundred thousand trapezia of the tail itself.
    step = 0.001
    tails = [0.5 * math.erfc((math.log(x * step / 90.0) + 0.5) / math.sqrt(2)) for x in range(1, 100_000)]
    assert lognormal_part(90.0, 1.0, 100.0) == pytest.approx(step * (math.fsum(tails) + 0.5), rel=1e-4)


def test_number_busy_under_a_constant_rate_is_rate_times_time_served() -> None:
    assert mean_busy([0.0, 1e6], [0.5], 90.0, 1.0, 1e6) == pytest.approx(45.0, rel=1e-5)
    assert mean_busy([0.0, 10.0, 20.0], [1.0, 0.0], 90.0, 1.0, 10.0) == pytest.approx(
        lognormal_part(90.0, 1.0, 10.0)
    )
