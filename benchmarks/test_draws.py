"""Random numbers of one replication."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.sampling.streams import Stream, uniforms

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from conftest import Case

# Processor time: what else the machine does counts little.
pytestmark = pytest.mark.benchmark(timer=time.process_time)


def test_uniforms(benchmark: BenchmarkFixture) -> None:
    count = 1_000_000
    numbers = uniforms(1, 0, Stream.TALK, 0, 0, count)
    assert abs(numbers.mean() - 0.5) < 5 / (12 * count) ** 0.5
    benchmark.extra_info |= {"of": count, "unit": "ns a number"}
    benchmark(uniforms, 1, 0, Stream.TALK, 0, 0, count)


def test_draw_a_year(benchmark: BenchmarkFixture, year: Case) -> None:
    again = hs.draw(year.network, 1, 0)
    assert all(np.array_equal(one, other) for one, other in zip(again, year.draws, strict=True))
    assert (np.diff(again.arrival) >= 0).all()
    benchmark.extra_info |= {"of": len(again.arrival), "unit": "ns a ticket"}
    benchmark.pedantic(hs.draw, (year.network, 1, 0), rounds=3)
