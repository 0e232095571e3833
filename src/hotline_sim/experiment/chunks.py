"""Chunk files: Parquet whose name holds the digest of its bytes, written whole or not at all.

A chunk whose file is missing, cut or altered is as good as not there, and its work is done again. Which
chunks there are is said by ``plan.py``.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import secrets
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from hotline_sim.errors import ResultError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from hotline_sim.experiment.runs import Failure, Row

PART: Final = ".part"
"""End of the name of a file that is being written."""

_NAME = re.compile(r"(\d{6}-\d{6})\.([0-9a-f]{32})\.parquet")
_SWEEP: Final = b"sweep"
_FAILURES: Final = b"failures"


class ChunkData(NamedTuple):
    """What a chunk file holds.

    Parameters
    ----------
    table : pyarrow.Table
        Columns point, kpi, value, numerator, denominator, unit, in the order of points and key figures.
    failures : list of list
        Fields of each :class:`~hotline_sim.experiment.runs.Failure`.
    """

    table: Any
    failures: list[list[Any]]


class Found(NamedTuple):
    """Chunk files of a folder.

    Parameters
    ----------
    whole : dict of str to str
        File name by chunk.
    damaged : int
        Files that were removed because their bytes are not what their names say.
    """

    whole: dict[str, str]
    damaged: int


def write_chunk(
    folder: Path,
    name: str,
    sweep: str,
    rows: Iterable[tuple[int, Sequence[Row]]],
    failures: Iterable[Failure],
) -> str:
    """Write one chunk; the same content gives the same bytes and name.

    Parameters
    ----------
    folder : Path
        Exists.
    name : str
        Of the chunk.
    sweep : str
        Digest of the sweep it belongs to.
    rows : iterable of (int, rows)
        Key figures by point.
    failures : iterable of Failure
        Runs without key figures.

    Returns
    -------
    str
        Name of the file.

    Raises
    ------
    ResultError
        If it cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    flat = [(number, *row) for number, rows_of_point in rows for row in rows_of_point]
    columns = list(zip(*flat, strict=True)) if flat else [()] * 6
    table = pa.table([_array(column, kind) for column, kind in zip(columns, _types(), strict=True)], _COLUMNS)
    failed = json.dumps([list(failure) for failure in failures], ensure_ascii=False)
    table = table.replace_schema_metadata({_SWEEP: sweep, _FAILURES: failed})
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    content = buffer.getvalue()
    file = f"{name}.{_digest(content)}.parquet"
    write_whole(folder / file, content)
    return file


def _array(values: Sequence[Any], kind: Any) -> Any:
    """What ``pyarrow.array`` gives, which would load pandas: 45 MB while numbers are in memory."""
    import numpy as np
    import pyarrow as pa

    if kind == pa.string():
        words = [value.encode() for value in values]
        ends = np.cumsum([0, *map(len, words)]).astype(np.int32)
        return pa.Array.from_buffers(
            kind, len(words), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(words))]
        )
    numbers = np.array([value or 0 for value in values], kind.to_pandas_dtype())
    is_given = np.array([value is not None for value in values], dtype=bool)
    given = None if is_given.all() else pa.py_buffer(np.packbits(is_given, bitorder="little"))
    return pa.Array.from_buffers(kind, len(numbers), [given, pa.py_buffer(numbers)])


_COLUMNS: Final = ["point", "kpi", "value", "numerator", "denominator", "unit"]


def _types() -> list[Any]:
    import pyarrow as pa

    return [pa.int32(), pa.string(), pa.float64(), pa.float64(), pa.float64(), pa.string()]


def find_chunks(folder: Path, sweep: str) -> Found:
    """Find the chunks of a sweep; remove what is damaged, and what was being written when it was killed.

    Parameters
    ----------
    folder : Path
        Of the chunks; nobody else writes to it at present.
    sweep : str
        Digest of the sweep.
    """
    whole: dict[str, str] = {}
    damaged = 0
    for path in sorted(folder.iterdir()):
        match = _NAME.fullmatch(path.name)
        if path.name.endswith(PART):
            path.unlink(missing_ok=True)
        elif match and match[1] not in whole:
            content = path.read_bytes()
            if _digest(content) == match[2] and _sweep_of(content) == sweep:
                whole[match[1]] = path.name
            else:
                path.unlink()
                damaged += 1
    return Found(whole, damaged)


def read_chunk(path: Path) -> ChunkData:
    """Read a chunk, and check its bytes once more.

    Raises
    ------
    ResultError
        If the file is missing or damaged.
    """
    match = _NAME.fullmatch(path.name)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ResultError(f"{path}: cannot be read: {error.strerror or error}") from error
    if match is None or _digest(content) != match[2]:
        raise ResultError(f"{path}: is damaged; start the same sweep again, it does this part anew")
    table = _open(content).read()
    return ChunkData(table, json.loads(table.schema.metadata[_FAILURES]))


def _sweep_of(content: bytes) -> str:
    metadata = _open(content).schema_arrow.metadata or {}
    return str(metadata.get(_SWEEP, b"").decode())


def _open(content: bytes) -> Any:
    import pyarrow.parquet as pq

    return pq.ParquetFile(io.BytesIO(content))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under a temporary name, have the disk confirm it, then rename it.

    Raises
    ------
    ResultError
        If it cannot be written; nothing of it is left behind.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise ResultError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Have the disk confirm the names in a folder; Windows cannot be asked."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
