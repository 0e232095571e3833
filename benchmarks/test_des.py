"""The SimPy engine, from draws to rows of the log."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hotline_sim.engines.des.model import HotlineModel
from hotline_sim.results.kpis import check_conservation

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from conftest import Case
    from hotline_sim.arrays import IntArray
    from hotline_sim.results.log import TicketLog

# Processor time: what else the machine does counts little.
pytestmark = pytest.mark.benchmark(timer=time.process_time)


def _run(case: Case) -> dict[str, IntArray]:
    return HotlineModel(case.network, case.draws).run()


def test_small_town(benchmark: BenchmarkFixture, town: Case) -> None:
    columns = _run(town)
    check_conservation(town.log(columns))
    again = _run(town)
    assert all(np.array_equal(columns[name], again[name]) for name in columns)
    benchmark.extra_info |= {"of": len(columns["ticket"]), "unit": "µs a visit"}
    benchmark.pedantic(_run, (town,), rounds=5)


def test_year_of_the_baseline(
    benchmark: BenchmarkFixture, year: Case, year_columns: dict[str, IntArray], year_log: TicketLog
) -> None:
    check_conservation(year_log)
    benchmark.extra_info |= {"of": len(year_columns["ticket"]), "unit": "µs a visit"}
    benchmark.pedantic(_run, (year,), rounds=1)
