"""Writing a text file whole or not at all, as commands with ``--out`` do."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hotline_sim.errors import ResultError


def write_text(path: Path, text: str, *, force: bool = False) -> None:
    """Write a UTF-8 text file under a temporary name, then rename it.

    Parameters
    ----------
    path : Path
        Where it goes.
    text : str
        What it holds.
    force : bool
        Whether a file that exists is replaced.

    Raises
    ------
    ResultError
        If the file exists and is not to be replaced, or its folder does not exist.
    OSError
        If it cannot be written, as on a full disk; nothing is left behind.
    """
    if path.is_dir():
        raise ResultError(f"{path}: is a directory; name a file")
    if path.exists() and not force:
        raise ResultError(f"{path}: exists already; choose another name, or replace it with --force")
    if not path.parent.is_dir():
        raise ResultError(f"{path}: the folder {path.parent} does not exist")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:60]}.", suffix=".part", dir=path.parent)
    except OSError as error:
        error.filename = str(path)  # not the temporary name, which says nothing to anybody
        raise
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # A temporary file is private; the result gets the rights of any new file.
        mask = os.umask(0)
        os.umask(mask)
        part.chmod(0o666 & ~mask)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
