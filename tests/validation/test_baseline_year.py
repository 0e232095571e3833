"""One year of the baseline against everything that ``docs/baseline.md`` claims of twenty.

One function, so that parallel test runs simulate the year once. A single year may miss the band of a mean by
three of its own standard deviations (``spread``); with the seed fixed the outcome is always the same.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

import pytest

import hotline_sim as hs
from hotline_sim.results.kpis import check_conservation

if TYPE_CHECKING:
    from pathlib import Path


def test_a_year_of_the_baseline_meets_every_target_and_loses_no_request(repository: Path) -> None:
    tools = repository / "docs/tools"
    if not tools.is_dir():
        pytest.skip("the tests run without the source tree around them")
    if str(tools) not in sys.path:
        sys.path.insert(0, str(tools))
    targets = importlib.import_module("targets")

    scenario = hs.load("guangyuan-2021")
    log = hs.simulate(scenario, seed=1, replication=0)
    found = targets.measures(scenario, log)
    wanted = targets.targets(hs.build(scenario))

    missed = {
        target.label: target.shown(found[target.measure])
        for target in wanted
        if not target.holds(found[target.measure], target.spread)
    }
    assert missed == {}
    assert len(wanted) > 12

    assert found["reply_rate"] == 1
    assert found["tickets_open_at_horizon"] == 0
    ends = ("requests_abandoned", "requests_invalid", "requests_accepted")
    assert found["requests_offered"] == sum(found[name] for name in ends)
    check_conservation(log)
