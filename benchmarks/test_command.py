"""The command line, each time in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

PROGRAM = str(Path(sys.executable).with_name("hotline-sim"))

# A process that is started from a large one begins as large as that; so a small one starts the program.
WITH_MEMORY = (
    "import resource, subprocess, sys; "
    "subprocess.run(sys.argv[1:], check=True); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)


def _call(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_help(benchmark: BenchmarkFixture) -> None:
    command = (PROGRAM, "--help")
    assert "Usage: hotline-sim" in _call(*command)
    benchmark(_call, *command)


@pytest.mark.skipif(sys.platform == "win32", reason="no peak memory of another process")
def test_run_the_baseline(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    run = ("run", "guangyuan-2021", "--engine", "des", "--json", "--force", "--out", str(tmp_path / "year"))
    command = (sys.executable, "-c", WITH_MEMORY, PROGRAM, *run)
    printed, _, peak = benchmark.pedantic(_call, command, rounds=2).strip().rpartition("\n")
    assert json.loads(printed)["kpis"]["reply_rate"]["value"] == 1
    assert (tmp_path / "year/visits.parquet").is_file()
    # In kilobytes on Linux, in bytes on macOS.
    benchmark.extra_info["peak_mb"] = int(peak) / (1024**2 if sys.platform == "darwin" else 1024)
