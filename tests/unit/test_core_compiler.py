from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from hotline_sim.compiled import MARKED
from hotline_sim.engines.core import compiler

PACKAGE = Path(compiler.__file__).parents[2]
FOLDERS = ("clock", "network", "rules", "engines/core")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sources that the compiler takes for its own."""
    package = tmp_path / "package"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "*.ttf", "*.otf"))
    monkeypatch.setattr(compiler, "__file__", str(package / "engines" / "core" / "compiler.py"))
    return package


def test_digest_is_that_of_the_same_sources_elsewhere(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = compiler.sources_digest()
    monkeypatch.undo()
    assert compiler.sources_digest() == elsewhere


@pytest.mark.parametrize("folder", FOLDERS)
def test_digest_changes_with_any_source_that_can_be_compiled(sources: Path, folder: str) -> None:
    paths = sorted((sources / folder).glob("*.py"))
    assert paths
    digests = {compiler.sources_digest()}
    for path in paths:
        path.write_text(path.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
        digests.add(compiler.sources_digest())
    assert len(digests) == 1 + len(paths)


def test_digest_changes_with_the_name_of_a_source(sources: Path) -> None:
    before = compiler.sources_digest()
    (sources / "rules" / "service.py").rename(sources / "rules" / "work.py")
    assert compiler.sources_digest() != before


def test_digest_does_not_change_with_what_is_never_compiled(sources: Path) -> None:
    before = compiler.sources_digest()
    (sources / "results" / "kpis.py").write_text("", encoding="utf-8")
    (sources / "engines" / "des" / "model.py").unlink()
    (sources / "rules" / "notes.txt").write_text("x", encoding="utf-8")
    assert compiler.sources_digest() == before


@pytest.mark.parametrize("package", ["numba", "numpy"])
def test_digest_changes_with_the_version_of_what_compiles(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = compiler.sources_digest()
    monkeypatch.setattr(f"{package}.__version__", "999.0")
    assert compiler.sources_digest() != before


def test_every_marked_function_is_in_a_folder_that_the_digest_reads() -> None:
    compiler.is_switched_off()  # loads what the core compiles
    for function in MARKED:
        path = Path(function.__code__.co_filename).relative_to(PACKAGE)
        assert path.parent.as_posix() in FOLDERS, f"{path}: {function.__name__}"


@pytest.mark.parametrize(
    ("terminal", "cached", "switched_off", "says"),
    [
        (True, False, False, True),
        (False, False, False, False),
        (True, True, False, False),
        (True, False, True, False),
    ],
)
def test_only_a_first_compilation_in_front_of_a_terminal_is_announced(
    terminal: bool,
    cached: bool,
    switched_off: bool,
    says: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "digest"
    if cached:
        (folder / "core").mkdir(parents=True)
        (folder / "core" / "loop.advance-96.py311.nbi").touch()
    config = SimpleNamespace(CACHE_DIR=str(folder), DISABLE_JIT=switched_off)
    monkeypatch.setattr(compiler, "_numba", lambda: SimpleNamespace(config=config))
    stream = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    compiler.announce()
    assert ("compiling" in stream.getvalue()) is says
    assert says or stream.getvalue() == ""


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"HOTLINE_SIM_CACHE_DIR": "a", "NUMBA_CACHE_DIR": "b", "XDG_CACHE_HOME": "c"}, "a"),
        ({"NUMBA_CACHE_DIR": "b", "XDG_CACHE_HOME": "c"}, "b"),
        ({"XDG_CACHE_HOME": "c"}, "c/hotline-sim/compiled"),
        ({}, ".cache/hotline-sim/compiled"),
    ],
)
def test_cache_stands_where_the_environment_says(
    variables: dict[str, str], folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for name in ("HOTLINE_SIM_CACHE_DIR", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, str(tmp_path / value))
    assert compiler._cache_folder() == tmp_path / folder


def test_cache_is_temporary_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOTLINE_SIM_CACHE_DIR", "NUMBA_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = compiler._cache_folder()
    assert folder.parent == tmp_path
    assert folder.is_dir()
    assert compiler._cache_folder() == folder
    if os.name == "posix":
        assert folder.stat().st_mode & 0o077 == 0
        folder.chmod(0o777)  # somebody else could have put code there
        assert compiler._cache_folder() != folder


PUSH = """
import numpy as np
from hotline_sim.engines.core.compiler import _numba, compiled_kernel, sources_digest
from hotline_sim.engines.core.heap import heap_push

push = compiled_kernel(heap_push)
heap = np.zeros(4, np.int64)
assert push(heap, push(heap, 0, 7), 3) == 2
assert list(heap[:2]) == [3, 7]
print(_numba().config.CACHE_DIR, sources_digest(), sum(push.stats.cache_misses.values()))
"""

CORE = """
import hotline_sim as hs
from hotline_sim.engines.core import engine

network = hs.build(hs.load("small-town"))
assert len(engine.Core(network, hs.draw(network, 1, 0)).run()["ticket"]) > 5000
kernels = [engine._kernel(name) for name in ("advance", "write_open")]
print(sum(sum(kernel.stats.cache_misses.values()) for kernel in kernels))
"""


def printed(program: str, **variables: str) -> list[str]:
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_DISABLE_JIT"}
    result = subprocess.run(
        [sys.executable, "-c", program],
        env=environment | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stderr == ""  # not a terminal
    return result.stdout.split()


def test_second_process_compiles_nothing(tmp_path: Path) -> None:
    folder, digest, misses = printed(PUSH, HOTLINE_SIM_CACHE_DIR=str(tmp_path))
    assert Path(folder) == tmp_path / digest
    assert misses == "1"
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert {path.suffix for path in files if path.is_file()} == {".nbi", ".nbc"}
    assert all(path.is_relative_to(folder) for path in files)
    assert printed(PUSH, HOTLINE_SIM_CACHE_DIR=str(tmp_path)) == [folder, digest, "0"]
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == files


def test_second_run_of_the_core_compiles_nothing() -> None:
    printed(CORE)
    assert printed(CORE) == ["0"]


def test_switched_off_nothing_is_compiled_or_kept(tmp_path: Path) -> None:
    program = """
from hotline_sim.engines.core.compiler import compiled_kernel, is_switched_off
from hotline_sim.engines.core.heap import heap_push

print(is_switched_off(), compiled_kernel(heap_push) is heap_push)
"""
    variables = {"NUMBA_DISABLE_JIT": "1", "HOTLINE_SIM_CACHE_DIR": str(tmp_path)}
    assert printed(program, **variables) == ["True", "True"]
    assert list(tmp_path.iterdir()) == []
