"""Sweeps: what a run costs beside the run itself, and a thousand years of the baseline."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import hotline_sim as hs
from hotline_sim.scenario.vary import changed

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from hotline_sim.experiment.table import SweepResult

PROGRAM = str(Path(sys.executable).with_name("hotline-sim"))
WITH_MEMORY = (
    "import resource, subprocess, sys; "
    "subprocess.run(sys.argv[1:], check=True); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)
TOWN = {"units.north.staff": "1..8", "teams.operators.agents": "1..8"}
YEARS = {
    "teams.operators.shifts[split].agents": "0..9",
    "demand.requests_per_year": "160000..250000:10",
    "classes.consult.direct_answer": "0.88..0.97:10",
}


def _assert_right(frame: pd.DataFrame, scenario: str, keys: list[str]) -> None:
    """Check one run in the middle of the table against the same run on its own."""
    row = frame.iloc[len(frame) // 2]
    log = hs.simulate(
        changed(hs.load(scenario), {key: row[key] for key in keys}), replication=int(row["replication"])
    )
    point = frame[(frame["point"] == row["point"]) & (frame["replication"] == row["replication"])]
    found = dict(zip(point["kpi"], point["value"], strict=True))
    kpis = hs.kpis(log)
    for name in ("requests_accepted", "service_level_15s", "on_time_closure_rate", "satisfaction_rate"):
        assert found[name] == kpis[name].value


@pytest.mark.benchmark(timer=time.process_time)
def test_sweep_of_the_small_town(benchmark: BenchmarkFixture) -> None:
    town = hs.load("small-town")

    def sweep() -> SweepResult:
        return hs.sweep(town, vary=TOWN, replications=2, workers=1)

    result = sweep()
    assert (result.runs, result.failures) == (128, ())
    _assert_right(result.frame, "small-town", list(TOWN))
    benchmark.extra_info |= {"of": result.runs, "unit": "µs a run"}
    benchmark.pedantic(sweep, rounds=3)


@pytest.mark.skipif(sys.platform == "win32", reason="no peak memory of another process")
def test_thousand_years_of_the_baseline(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """On all processors, by the clock, start of the program and final table included."""
    vary = [f"--vary={key}={values}" for key, values in YEARS.items()]
    command = [PROGRAM, "sweep", "guangyuan-2021", *vary, "-n1", "--json", "--kpi=answer_rate"]
    rounds: list[Path] = []

    def sweep() -> str:
        rounds.append(tmp_path / str(len(rounds)))
        call = [sys.executable, "-c", WITH_MEMORY, *command, "--out", str(rounds[-1]), "--no-figures"]
        return subprocess.run(call, capture_output=True, text=True, check=True).stdout

    printed, _, peak = benchmark.pedantic(sweep, rounds=1).strip().rpartition("\n")
    document = json.loads(printed)
    assert (document["runs"], document["found"], document["failures"]) == (1000, 0, [])
    _assert_right(pd.read_parquet(rounds[-1] / "sweep.parquet"), "guangyuan-2021", list(YEARS))
    # In kilobytes on Linux, in bytes on macOS.
    benchmark.extra_info["peak_mb"] = int(peak) / (1024**2 if sys.platform == "darwin" else 1024)
