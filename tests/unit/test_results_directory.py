from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hotline_sim.errors import ResultError
from hotline_sim.results.directory import MANIFEST, check_free, whole_directory

if TYPE_CHECKING:
    from collections.abc import Iterator


def write(final: Path, text: str, **more: Any) -> None:
    with whole_directory(final, **more) as part:
        (part / MANIFEST).write_text(text)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """A shell may start tests with interruption switched off."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("word", ["run", ".part-"])
def test_an_interruption_waits_until_the_new_result_is_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, moment: str, force: bool
) -> None:
    final = tmp_path / "run"
    if force:
        write(final, "old")
    elif word == "run":
        pytest.skip("there is nothing to be moved away")
    rename = Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        is_it = path.name == word if word == "run" else word in path.name
        if is_it and moment == "before":
            signal.raise_signal(signal.SIGINT)
        moved = rename(path, target)
        if is_it and moment == "after":
            signal.raise_signal(signal.SIGINT)
        return moved

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(final, "new", force=force)
    assert (final / MANIFEST).read_text() == "new"
    assert names(tmp_path) == ["run"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("_interruptible")
def test_a_second_interruption_does_not_stop_the_tidying_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove = shutil.rmtree

    def interrupted(path: Any, *arguments: Any, **settings: Any) -> None:
        if ".part-" in str(path):
            signal.raise_signal(signal.SIGINT)
        remove(path, *arguments, **settings)

    def interrupt(final: Path) -> None:
        with whole_directory(final) as part:
            (part / "half").touch()
            raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", interrupted)
    with pytest.raises(KeyboardInterrupt):
        interrupt(tmp_path / "run")
    assert names(tmp_path) == []


def test_a_failure_that_comes_after_the_swap_does_not_bring_the_old_result_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    final = tmp_path / "run"
    write(final, "old")
    rename = Path.rename

    def failing(path: Path, target: Path) -> Path:
        moved = rename(path, target)
        if ".part-" in path.name:
            raise ValueError("too late")
        return moved

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(ValueError, match="too late"):
        write(final, "new", force=True)
    assert (final / MANIFEST).read_text() == "new"


@pytest.mark.skipif(os.name == "nt", reason="needs locks on directories")
def test_what_a_killed_run_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    final = tmp_path / "run"
    strangers = [".other.part-0123abcd", ".run.part-notes", ".run.part-0123abcd.txt", "run.part-0123abcd"]
    for name in (".run.part-0123abcd", ".run.old-4567cdef", *strangers):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    write(final, "new")
    assert names(tmp_path) == sorted(["run", *strangers])


@pytest.mark.skipif(os.name == "nt", reason="needs locks on directories")
def test_what_another_run_is_writing_is_left_alone(tmp_path: Path) -> None:
    final = tmp_path / "run"
    with whole_directory(final) as part:
        (part / MANIFEST).write_text("first")
        with pytest.raises(ResultError, match="the disk is missing"), whole_directory(final):
            raise ResultError("the disk is missing")
        assert names(tmp_path) == [part.name]
    assert (final / MANIFEST).read_text() == "first"


def test_a_name_too_long_for_the_temporary_one_is_told_beforehand(tmp_path: Path) -> None:
    check_free(tmp_path / "new" / ("n" * 200))
    for final in (tmp_path / ("n" * 245), tmp_path / ("n" * 300) / "run"):
        with pytest.raises(ResultError, match="cannot be written"):
            check_free(final)
    assert names(tmp_path) == []
