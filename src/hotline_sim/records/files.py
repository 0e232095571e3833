"""Opening a file of records: what it is by its first bytes, unpacking, and which reader it gets.

The readers are in :mod:`~hotline_sim.records.text` and :mod:`~hotline_sim.records.tables`.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from hotline_sim.errors import RecordsError
from hotline_sim.records.encodings import find_encoding
from hotline_sim.records.profile import is_text_encoding, nearest_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hotline_sim.records.blocks import Block, Wanted

_SAMPLE: Final = 1 << 18
_PACKED: Final = ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ\x00", lzma.open))


@dataclass(frozen=True)
class Found:
    """What a file turned out to be.

    Parameters
    ----------
    source : str
        The path as given.
    format : str
        ``text``, ``workbook``, ``parquet`` or ``json``.
    encoding : str
        Of text and JSON; empty for the others.
    """

    source: str
    format: str
    encoding: str


class _Counted(io.RawIOBase):
    """A file that tells how far it has been read."""

    def __init__(self, path: Path, reached: Any) -> None:
        self._file = path.open("rb")
        self._size = max(path.stat().st_size, 1)
        self._reached = reached

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._file.readinto(buffer)
        self._reached(min(1.0, self._file.tell() / self._size))
        return count

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._file.close()
        super().close()


def file_blocks(path: Path, wanted: Wanted, encoding: str | None) -> tuple[Found, Iterator[Block]]:
    """What a file is, and its rows block by block.

    Parameters
    ----------
    path : Path
        CSV or other delimited text, JSON, an Excel workbook or Parquet; text and JSON may be packed by gzip,
        bzip2 or xz.
    wanted : Wanted
        Columns needed, and who is told about rows.
    encoding : str or None
        Of text; found out if None and not in the profile.

    Raises
    ------
    RecordsError
        If the file is missing, empty, damaged, of another kind, or lacks columns.
    """
    source = str(path)
    with _told(source):
        head = _head(path)
        if not head:
            raise RecordsError(f"{source}: is empty")
        found = _recognised(path, head, source)
        if found.format in ("text", "json"):
            found = replace(found, encoding=_encoding(encoding or wanted.settings.encoding, path, source))
    return found, _guarded(_blocks(path, found, wanted), source)


def _blocks(path: Path, found: Found, wanted: Wanted) -> Iterator[Block]:
    from hotline_sim.records.tables import json_blocks, parquet_blocks, workbook_blocks
    from hotline_sim.records.text import text_blocks

    if found.format == "workbook":
        yield from workbook_blocks(path, found.source, wanted)
    elif found.format == "parquet":
        yield from parquet_blocks(path, found.source, wanted)
    else:
        with _unpacked(path, wanted.reached) as stream:
            read = json_blocks if found.format == "json" else text_blocks
            yield from read(stream, found.source, found.encoding, wanted)


def _guarded(blocks: Iterator[Block], source: str) -> Iterator[Block]:
    with _told(source):
        yield from blocks


@contextmanager
def _told(source: str) -> Iterator[None]:
    """Tell what is wrong with a file in the words of its reader."""
    try:
        yield
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise RecordsError(f"{source}: the packed file is damaged or cut off: {error}") from error
    except FileNotFoundError:
        raise RecordsError(f"{source}: no such file") from None
    except OSError as error:
        raise RecordsError(f"{source}: cannot be read: {error.strerror or error}") from error
    except UnicodeError as error:
        raise RecordsError(
            f"{source}: is not in the encoding {getattr(error, 'encoding', '')}: {error}"
        ) from error


def _head(path: Path) -> bytes:
    if path.is_dir():
        raise RecordsError(f"{path}: is a directory; name the files in it")
    with path.open("rb") as file:
        return file.read(8)


def _recognised(path: Path, head: bytes, source: str) -> Found:
    if head.startswith(b"PAR1"):
        return Found(source, "parquet", "")
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        if path.suffix.lower() == ".zip":
            raise RecordsError(f"{source}: is a zip archive; unpack it and name the files in it")
        return Found(source, "workbook", "")
    sample = _sample(path)
    if not sample.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise RecordsError(f"{source}: is empty")
    start = sample.decode(find_encoding(sample), "replace").lstrip("\ufeff \t\r\n")
    return Found(source, "json" if start[:1] in ("[", "{") else "text", "")


def _encoding(given: str, path: Path, source: str) -> str:
    if not given:
        return find_encoding(_sample(path))
    if not is_text_encoding(given):
        hint = nearest_encoding(given)
        raise RecordsError(f"{source}: unknown encoding {given!r}{'; ' + hint if hint else ''}")
    # The smaller ones are subsets of what files that bear their name really hold.
    name = given.lower().replace("_", "-")
    return {"gbk": "gb18030", "gb2312": "gb18030", "big5": "big5hkscs", "utf-8": "utf-8-sig"}.get(name, given)


def _sample(path: Path) -> bytes:
    with _unpacked(path, lambda share: None) as stream:
        return bytes(stream.read(_SAMPLE))


@contextmanager
def _unpacked(path: Path, reached: Any) -> Iterator[Any]:
    head = _head(path)
    with _Counted(path, reached) as file:
        unpack = next((opener for mark, opener in _PACKED if head.startswith(mark)), None)
        if unpack is None:
            yield io.BufferedReader(file)
        else:
            with unpack(io.BufferedReader(file), "rb") as stream:
                yield stream
