"""Rows of a file as blocks of text columns, whatever the file is, so that memory stays bounded.

Delimited text is read in :mod:`~hotline_sim.records.text`, workbooks, Parquet and JSON in
:mod:`~hotline_sim.records.tables`; both yield what is defined here.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hotline_sim.arrays import IntArray
    from hotline_sim.records.schema import FileTable

ROWS: Final = 1 << 15
"""Rows of a block at most."""

_SPECIAL: Final = r"[,\"\r\n]"
"""Signs for which a cell of comma-separated text needs quotes."""

HEADER_LINES: Final = 30
"""Lines in which the header is looked for: exports have titles and notes above it."""


@dataclass(frozen=True)
class Block:
    """Some rows of a file.

    Parameters
    ----------
    source : str
        Name of the file in messages.
    numbers : int64 array, shape (n,)
        Line, or row of the sheet or table, of each row; the header is row 1 of a table without lines.
    names : tuple of str
        Columns as the file writes them.
    cells : tuple of pyarrow string arrays
        One for each column, of n texts.
    """

    source: str
    numbers: IntArray
    names: tuple[str, ...]
    cells: tuple[pa.Array, ...]

    def raw(self, rows: IntArray) -> pa.Array:
        """Rows as lines of comma-separated text."""
        taken = [column.take(pa.array(rows)) for column in self.cells]
        if not any(pc.any(pc.match_substring_regex(column, _SPECIAL)).as_py() for column in taken):
            return pc.binary_join_element_wise(*taken, ",")
        lists = [column.to_pylist() for column in taken]
        return pa.array([joined(row) for row in zip(*lists, strict=True)], pa.string())


@dataclass(frozen=True)
class Wanted:
    """What the header must have, and who is told about rows that never become part of a block.

    Parameters
    ----------
    groups : tuple of tuples of str
        A file needs one name of each group.
    settings : FileTable
        From the profile.
    lost : callable
        Called with a code, a row number and the raw text of a row that is dropped.
    mended : callable
        The same for a row that is kept.
    reached : callable
        Called with the share of the file that has been read.
    """

    groups: tuple[tuple[str, ...], ...]
    settings: FileTable
    lost: Callable[[str, int, str], None]
    mended: Callable[[str, int, str], None]
    reached: Callable[[float], None]

    def missing(self, header: Sequence[str]) -> list[tuple[str, ...]]:
        """Groups of which a header has no name."""
        known = {folded(name) for name in header}
        return [group for group in self.groups if not any(folded(name) in known for name in group)]


def folded(name: str) -> str:
    """Name of a column without what programs change about it: width of signs, spaces, case, marks."""
    return " ".join(unicodedata.normalize("NFKC", name).replace("\ufeff", "").split()).casefold()


def joined(cells: Iterable[str]) -> str:
    """Cells as one line of comma-separated text."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def block_of(source: str, names: tuple[str, ...], rows: list[list[str]], numbers: list[int]) -> Block:
    """Block of rows that all have as many cells as there are names."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return Block(
        source,
        np.array(numbers, np.int64),
        names,
        tuple(pa.array(column, pa.string()) for column in columns),
    )
