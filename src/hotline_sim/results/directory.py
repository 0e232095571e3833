"""Directories that appear whole or not at all, and earlier ones that stay until then.

A result is written under a temporary name beside its own and then renamed. What stands in it is the subject
of :mod:`~hotline_sim.results.store`.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import signal
import tempfile
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hotline_sim.errors import ResultError

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFEST: Final = "manifest.json"
"""The file by which a directory is known to be a result."""

_PART: Final = "part"
_OLD: Final = "old"

# Interruption comes last, so that its handler is the last to be restored.
_SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name)
)


def check_free(directory: str | Path, *, force: bool = False) -> None:
    """Check that a result can be written to a directory, before the work of making one.

    Nothing is changed: folders above the directory are made when it is written.

    Parameters
    ----------
    directory : path
        Where the result is to go.
    force : bool
        Whether an earlier result may be replaced.

    Raises
    ------
    ResultError
        If the directory exists and may not be replaced, or its place cannot be written to.
    """
    final = Path(directory).absolute()
    if os.path.lexists(final):
        _check_replaceable(final, force=force)
    place = next(folder for folder in final.parents if os.path.lexists(folder))
    try:
        # Trying is the only sure way: rights, read-only disks, quotas and lengths of names differ by system.
        with tempfile.TemporaryDirectory(prefix=".hotline-sim-", dir=place) as trial:
            _beside(Path(trial) / final.relative_to(place), _PART).mkdir(parents=True)
    except OSError as error:
        raise ResultError(_explain(error, final)) from error


def _check_replaceable(final: Path, *, force: bool) -> None:
    if final.is_symlink() or not final.is_dir():
        raise ResultError(f"{final}: exists and is no directory; choose another name")
    if not force:
        raise ResultError(f"{final}: exists already; choose another name, or replace it with --force")
    # Whoever mistypes a path must not lose a folder that holds something else.
    if any(final.iterdir()) and not (final / MANIFEST).is_file():
        raise ResultError(f"{final}: is no result directory (it has no {MANIFEST}), so it is not replaced")


@contextmanager
def whole_directory(final: Path, *, force: bool = False) -> Iterator[Path]:
    """Give an empty directory that takes its final name when the block ends without an exception.

    After an exception nothing of it is left. What a run left that was killed is removed as well.

    Parameters
    ----------
    final : Path
        Absolute; folders above it are made as needed.
    force : bool
        Replace an earlier result, which stays until the new one is complete.

    Yields
    ------
    Path
        Where to write.

    Raises
    ------
    ResultError
        If the directory exists and may not be replaced, or cannot be written.
    """
    check_free(final, force=force)
    part = _beside(final, _PART)
    lock = None
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        for left in _beside_now(final, _PART):
            _remove_abandoned(left)
        part.mkdir()
        lock = _locked(part)
        yield part
        _sync_tree(part)
        _put_in_place(part, final)
    except OSError as error:
        raise ResultError(_explain(error, final)) from error
    finally:
        with _uninterrupted():
            shutil.rmtree(part, ignore_errors=True)
            if lock is not None:
                os.close(lock)


def _put_in_place(part: Path, final: Path) -> None:
    with _uninterrupted():
        if os.path.lexists(final):
            _swap(part, final)
        else:
            part.rename(final)
        # The new result is complete from here on, confirmed by the disk or not.
        with suppress(OSError):
            _sync(final.parent)
        for left in _beside_now(final, _OLD):
            shutil.rmtree(left, ignore_errors=True)


def _swap(part: Path, final: Path) -> None:
    old = _beside(final, _OLD)
    try:
        final.rename(old)
        part.rename(final)
    except BaseException:
        if old.exists() and not final.exists():
            old.rename(final)
        raise


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Put off interruption and termination until the block has ended."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals arrive in the main thread only
        return
    arrived: list[int] = []
    kept: dict[int, Any] = {}
    try:
        for number in _SIGNALS:
            handler = signal.getsignal(number)
            if handler not in (signal.SIG_IGN, None):
                kept[number] = handler
                signal.signal(number, lambda number, _: arrived.append(number))
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
        if arrived:
            signal.raise_signal(arrived[0])


def _beside(final: Path, word: str) -> Path:
    return final.with_name(f".{final.name}.{word}-{secrets.token_hex(4)}")


def _beside_now(final: Path, word: str) -> list[Path]:
    pattern = re.compile(re.escape(f".{final.name}.{word}-") + "[0-9a-f]{8}")
    try:
        return [path for path in final.parent.iterdir() if pattern.fullmatch(path.name)]
    except OSError:  # one may write to a folder without being allowed to list it
        return []


def _locked(part: Path) -> int | None:
    """Handle that marks a directory as in use for as long as this process lives; None if there is no way."""
    try:
        import fcntl
    except ImportError:
        return None
    handle = os.open(part, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # in use, or a disk without locks
        os.close(handle)
        return None
    return handle


def _remove_abandoned(part: Path) -> None:
    """Remove the beginnings of a result unless the process that writes it lives, or nobody can tell."""
    with suppress(OSError):
        lock = _locked(part)
        if lock is not None:
            shutil.rmtree(part, ignore_errors=True)
            os.close(lock)


def _explain(error: OSError, final: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{final}: the disk is full, nothing was written; free some space or choose another disk"
    return f"{final}: cannot be written, nothing was left behind: {error.strerror or error}"


def _sync_tree(part: Path) -> None:
    for path in (*part.rglob("*"), part):
        _sync(path)


def _sync(path: Path) -> None:
    """Have the disk confirm what was written; directories cannot be asked on Windows."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
