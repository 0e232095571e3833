"""Killed at any moment and started again: a sweep goes on where it was and ends with the same bytes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

import hotline_sim

if TYPE_CHECKING:
    from collections.abc import Sequence

SOURCES = str(Path(hotline_sim.__file__).parents[1])
MAIN = "from hotline_sim.cli.main import main; main()"
COMMAND = (
    "sweep",
    "small-town",
    "--vary=teams.operators.agents=1,2,3",
    "--vary=demand.requests_per_year=x0.5,x1",
    "--json",
    "--kpi=answer_rate",
    "--no-figures",
)
PATIENCE = 60.0
"""Seconds until a test that waits for something gives up."""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows")


def start(out: Path, *more: str, program: str = MAIN) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *COMMAND, "--out", str(out), *more],
        env=os.environ | {"PYTHONPATH": SOURCES},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(out: Path, *more: str) -> dict[str, Any]:
    process = start(out, *more)
    printed, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, told
    document: dict[str, Any] = json.loads(printed)
    return document


def chunks(out: Path) -> dict[str, tuple[int, int]]:
    """Whole chunks with inode and time of writing, which tell whether they were written again."""
    folder = out / "chunks"
    found = {}
    for path in sorted(folder.glob("*.parquet")) if folder.is_dir() else ():
        status = path.stat()
        found[path.name] = (status.st_ino, status.st_mtime_ns)
    return found


def wait_for_chunks(out: Path, number: int, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + PATIENCE
    while len(chunks(out)) < number:
        assert process.poll() is None, "ended before it could be killed"
        assert time.monotonic() < end, "no progress"
        time.sleep(0.002)


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What an uninterrupted sweep leaves."""
    folder = tmp_path_factory.mktemp("whole")
    document = finish(folder, "-n40")
    assert (document["runs"], document["found"]) == (240, 0)
    return content(folder)


@pytest.mark.parametrize(("moments", "workers"), [((1, 30, 60), ()), ((20,), ("--processes", "--workers=2"))])
def test_killed_several_times(
    tmp_path: Path, whole: dict[str, bytes], moments: Sequence[int], workers: Sequence[str]
) -> None:
    for moment in moments:
        process = start(tmp_path, "-n40", *workers)
        before = chunks(tmp_path)
        wait_for_chunks(tmp_path, moment, process)
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=PATIENCE)
        _, alive = psutil.wait_procs(family, timeout=PATIENCE)
        assert not alive, "worker processes outlive their parent"
        assert not (tmp_path / "sweep.parquet").exists()
        assert before.items() <= chunks(tmp_path).items(), "nothing that was done is done again"
    there = chunks(tmp_path)
    document = finish(tmp_path, "-n40")
    assert document["found"] == 3 * len(there)
    assert there.items() <= chunks(tmp_path).items()
    assert content(tmp_path) == whole


KILLED_AT = """
import os, signal, sys
left = int(sys.argv.pop())
def count(event, arguments):
    global left
    is_new = event == "open" and str(arguments[0]).endswith(".part")
    if is_new or event in ("os.rename", "os.mkdir", "os.remove"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
real = os.fsync
def fsync(handle):
    count("os.rename", ())
    real(handle)
os.fsync = fsync
sys.addaudithook(count)
from hotline_sim.cli.main import main
main()
"""
"""The command, killed before it makes a given number of changes to the disk."""


def test_killed_before_every_change_to_the_disk(tmp_path: Path) -> None:
    """The first start dies at its first change, the second at its second, until one comes to its end."""
    finish(tmp_path / "whole", "-n1")
    out = tmp_path / "killed"
    killed = 0
    while True:
        process = start(out, "-n1", str(killed + 1), program=KILLED_AT)
        process.communicate(timeout=PATIENCE)
        if process.returncode != -signal.SIGKILL:
            break
        killed += 1
    assert process.returncode == 0
    assert killed > 6
    assert content(out) == content(tmp_path / "whole")


def test_damaged_chunks_are_found_and_done_again_and_no_others(tmp_path: Path) -> None:
    finish(tmp_path, "-n4")
    before, good = content(tmp_path), chunks(tmp_path)
    names = list(good)
    assert len(names) == 8
    cut, flipped, gone = (tmp_path / "chunks" / names[place] for place in (0, 3, 6))
    cut.write_bytes(cut.read_bytes()[:-100])
    damaged = bytearray(flipped.read_bytes())
    damaged[len(damaged) // 3] ^= 1
    flipped.write_bytes(damaged)
    gone.unlink()
    (tmp_path / "sweep.parquet").write_bytes(b"")
    document = finish(tmp_path, "-n4")
    assert (document["runs"], document["found"]) == (24, 15)
    assert content(tmp_path) == before
    again = chunks(tmp_path)
    assert {name for name in names if again[name] != good[name]} == {cut.name, flipped.name, gone.name}
