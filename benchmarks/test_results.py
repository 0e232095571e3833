"""From rows to a ticket log, and from the log to key figures."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

import hotline_sim as hs
from hotline_sim.results.kpis import check_conservation

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from conftest import Case
    from hotline_sim.arrays import IntArray
    from hotline_sim.results.log import TicketLog

# Processor time: what else the machine does counts little.
pytestmark = pytest.mark.benchmark(timer=time.process_time)


def test_log_of_a_year(
    benchmark: BenchmarkFixture, year: Case, year_columns: dict[str, IntArray], year_log: TicketLog
) -> None:
    check_conservation(year_log)
    benchmark.pedantic(year.log, (year_columns,), rounds=3)


def test_kpis_of_a_year(benchmark: BenchmarkFixture, year_log: TicketLog) -> None:
    found = hs.kpis(year_log)
    assert found["reply_rate"].value == 1
    assert found["answer_rate"].value == 1 - (found["abandonment_rate"].value or 0)
    benchmark.pedantic(hs.kpis, (year_log,), rounds=3)
