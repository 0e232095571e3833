"""Intervals cover the true value as often as they say: 2,000 small experiments for each kind.

An interval that covers 95 % exactly stays within 93 and 97 % of 2,000 experiments with probability 0.99996.
With the seed fixed, the numbers are the same in every run; ``docs/statistics.md`` shows them.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from hotline_sim.statistics.intervals import half_width

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def tool(repository: Path) -> Any:
    folder = repository / "docs" / "tools"
    if not folder.is_dir():
        pytest.skip("the tests run without the source tree around them")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    import coverage_table

    return coverage_table


@pytest.fixture(scope="module")
def shares(tool: Any) -> dict[Any, float]:
    return {case: tool.coverage(case) for case in tool.CASES}


def test_every_interval_covers_the_truth_in_95_of_100_experiments(shares: dict[Any, float]) -> None:
    meant = {case: share for case, share in shares.items() if case.nominal}
    assert len(meant) >= 14
    assert {
        (case.what, case.sample): share for case, share in meant.items() if not 0.93 <= share <= 0.97
    } == {}


def test_too_few_observations_cover_less_as_the_page_says(shares: dict[Any, float]) -> None:
    few = {case: share for case, share in shares.items() if not case.nominal}
    assert len(few) == 3
    assert all(share < 0.93 for share in few.values())


def test_the_page_shows_these_numbers(tool: Any, shares: dict[Any, float], repository: Path) -> None:
    page = (repository / "docs" / "statistics.md").read_text(encoding="utf-8")
    for case, share in shares.items():
        assert f"| {case.what} | {case.sample} | {100 * share:.1f} % |" in page


def test_the_normal_point_in_place_of_students_is_caught() -> None:
    """The deliberate fault: right for many observations, too narrow for five."""
    sample = np.random.default_rng(1).normal(3, 1, (2000, 5))
    error = np.abs(sample.mean(axis=1) - 3)
    deviation = sample.std(axis=1, ddof=1)
    assert not 0.93 <= (error <= 1.96 * deviation / np.sqrt(5)).mean() <= 0.97
    assert 0.93 <= (error <= half_width(np.full(2000, 5), deviation)).mean() <= 0.97
