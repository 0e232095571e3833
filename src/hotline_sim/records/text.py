"""Delimited text of any encoding and separator as rows, with the faults that exports have.

Nothing here raises because of a row: a line in another encoding, a quote that never closes, cells too many or
too few are told to :class:`~hotline_sim.records.blocks.Wanted` and reading goes on.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from hotline_sim.errors import RecordsError
from hotline_sim.records.blocks import HEADER_LINES, ROWS, Block, block_of, folded
from hotline_sim.records.encodings import OTHER, hides_utf8, in_utf8, mended_line
from hotline_sim.scenario.faults import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotline_sim.records.blocks import Wanted

SEPARATORS: Final = (",", ";", "\t", "|")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LARGEST: Final = 1 << 25
"""Characters of a chunk, about."""

_MOST_LINES: Final = 1000
"""Lines of one quoted row at most; beyond, its first quote is taken to be a stray one."""


def text_blocks(stream: Any, source: str, encoding: str, wanted: Wanted) -> Iterator[Block]:
    """Blocks of a file of delimited text.

    Parameters
    ----------
    stream : binary file
        From its beginning.
    source : str
        Name in messages.
    encoding : str
        Of the bytes.
    wanted : Wanted
        Columns needed, and who is told about rows.

    Raises
    ------
    RecordsError
        If no line near the beginning is a header with the columns that are needed.
    """
    feed = _Feed(io.TextIOWrapper(stream, encoding, "surrogateescape", newline=""), encoding, wanted)
    head = feed.chunk()
    separator, position, names = _header(list(enumerate(head[:HEADER_LINES], start=1)), source, wanted)
    for number, line in enumerate(head[:position], start=1):
        if line.strip():
            wanted.lost("above_header", number, line.rstrip("\r\n"))
    table = _Table(source, separator, names, wanted)
    feed.unread(head[position + 1 :])
    while lines := feed.chunk():
        block = table.plain(lines, feed.number - len(lines) + 1)
        if block is not None:
            yield block
            continue
        feed.unread(lines)
        yield from table.blocks(feed)


def _header(head: list[tuple[int, str]], source: str, wanted: Wanted) -> tuple[str, int, tuple[str, ...]]:
    """Separator, position of the header and its names."""
    given = wanted.settings.separator
    best: tuple[int, list[str], list[tuple[str, ...]]] | None = None
    for separator in (given,) if given else SEPARATORS:
        for position, (_, line) in enumerate(head):
            names = _cells(line, separator)
            missing = wanted.missing(names)
            if not missing:
                return separator, position, tuple(names)
            score = len(wanted.groups) - len(missing)
            if line.strip() and (
                best is None or score > best[0] or (score == best[0] and len(names) > len(best[1]))
            ):
                best = score, names, missing
    if best is None:
        raise RecordsError(f"{source}: is empty")
    raise RecordsError(f"{source}: {missing_columns(best[2], best[1])}")


def missing_columns(missing: Sequence[tuple[str, ...]], names: Sequence[str]) -> str:
    """Tell which columns a file lacks, and what the file has that is near."""
    parts = []
    for group in missing:
        hint = nearest(group[0], names)
        parts.append(" or ".join(map(repr, group)) + (f" ({hint})" if hint.startswith("did") else ""))
    few = ", ".join(repr(name[:40]) for name in names[:12]) + (", ..." if len(names) > 12 else "")
    return f"lacks the column{'s' * (len(parts) > 1)} {', '.join(parts)}; it has {few}"


def _cells(line: str, separator: str) -> list[str]:
    try:
        return [cell.strip().lstrip("\ufeff") for cell in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return []


class _Feed:
    """Lines of a file, in chunks for the fast reader and one by one for the careful one.

    Parameters
    ----------
    stream : text file
        Broken bytes stand in its text as surrogates.
    encoding : str
        Of the file.
    wanted : Wanted
        Is told about lines that were put right.
    """

    def __init__(self, stream: io.TextIOWrapper, encoding: str, wanted: Wanted) -> None:
        self._stream = stream
        self._encoding = encoding
        self._hides_utf8 = hides_utf8(encoding)
        self._wanted = wanted
        self._ahead: list[str] = []  # the next line last
        self._read = 0
        self.taken: list[str] = []

    @property
    def number(self) -> int:
        """Number of the line that was given last."""
        return self._read - len(self._ahead)

    @property
    def is_done(self) -> bool:
        """Whether the lines read so far are used up."""
        return not self._ahead

    def chunk(self) -> list[str]:
        """Lines ahead, or the next ones of the file; none at its end."""
        if not self._ahead:
            self._more()
        lines = self._ahead[::-1]
        self._ahead = []
        return lines

    def unread(self, lines: list[str]) -> None:
        """Offer lines once more."""
        self._ahead += reversed(lines)

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= _MOST_LINES:
            raise csv.Error("a quote is never closed")
        if not self._ahead:
            self._more()
        if not self._ahead:
            raise StopIteration
        line = self._ahead.pop()
        self.taken.append(line)
        return line

    def give_back(self) -> tuple[int, str]:
        """Keep the first of the lines taken, with its number, and offer the others once more."""
        first, *others = self.taken
        self.unread(others)
        self.taken = []
        return self.number, first

    def _more(self) -> None:
        lines = self._next_lines()
        whole = "".join(lines)
        odd = (not whole.isascii() and _SURROGATE.search(whole)) or "\0" in whole
        if odd or (self._hides_utf8 and not whole.isascii()):
            lines = [self._mended(line, self._read + place) for place, line in enumerate(lines, start=1)]
        self._read += len(lines)
        self._ahead = lines[::-1]

    def _next_lines(self) -> list[str]:
        """As many lines as make a block, fewer if they are long."""
        lines, size = [], 0
        for line in self._stream:
            lines.append(line)
            size += len(line)
            if len(lines) == ROWS or size > _LARGEST:
                break
        return lines

    def _mended(self, line: str, number: int) -> str:
        if self._hides_utf8 and (other := in_utf8(line, self._encoding)) is not None:
            self._wanted.mended(OTHER, number, other.rstrip("\r\n"))
            return other
        if _SURROGATE.search(line) is None and "\0" not in line:
            return line
        code, text = mended_line(line, self._encoding)
        self._wanted.mended(code, number, text.rstrip("\r\n"))
        return text


@dataclass(frozen=True)
class _Table:
    """Makes rows of lines."""

    source: str
    separator: str
    names: tuple[str, ...]
    wanted: Wanted

    def plain(self, lines: list[str], first: int) -> Block | None:
        """Block of lines of which each is a row with a cell for each name; None if any is not."""
        whole = "".join(lines)
        if whole.count("\r") != whole.count("\r\n"):
            return None
        places = [str(place) for place in range(len(self.names))]
        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(whole.encode()),
                read_options=arrow_csv.ReadOptions(
                    use_threads=False, column_names=places, block_size=1 << 30
                ),
                parse_options=arrow_csv.ParseOptions(delimiter=self.separator, ignore_empty_lines=False),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(places, pa.string()), strings_can_be_null=False
                ),
            ).combine_chunks()
        except (pa.ArrowException, UnicodeEncodeError):
            return None
        if table.num_rows != len(lines):
            return None
        cells = tuple(column.combine_chunks() for column in table.columns)
        # Rows that are blank or repeat the header are told one by one.
        if pc.any(pc.equal(cells[0], "")).as_py() or pc.any(pc.equal(cells[0], self.names[0])).as_py():
            return None
        return Block(self.source, np.arange(first, first + len(lines), dtype=np.int64), self.names, cells)

    def blocks(self, feed: _Feed) -> Iterator[Block]:
        """Blocks of the lines read so far, whatever is wrong with them, and of those they run into."""
        rows: list[list[str]] = []
        numbers: list[int] = []
        for number, row in self._rows(feed):
            if self._fits(row, number):
                rows.append(row)
                numbers.append(number)
                if len(rows) == ROWS:
                    yield block_of(self.source, self.names, rows, numbers)
                    rows, numbers = [], []
        if rows:
            yield block_of(self.source, self.names, rows, numbers)

    def _rows(self, feed: _Feed) -> Iterator[tuple[int, list[str]]]:
        """Number and cells of each row; a quote that never closes costs its own line only."""
        reader = csv.reader(feed, delimiter=self.separator)
        while not feed.is_done:
            feed.taken = []
            try:
                row = next(reader, None)
            except csv.Error:
                row = []
            else:
                if row is None:
                    return
                if len(feed.taken) == 1 or (len(row) == len(self.names) and self._is_closed(feed.taken)):
                    yield feed.number - len(feed.taken) + 1, row
                    continue
            number, line = feed.give_back()
            self.wanted.lost("open_quote", number, line.rstrip("\r\n"))
            reader = csv.reader(feed, delimiter=self.separator)
        feed.taken = []

    def _is_closed(self, lines: list[str]) -> bool:
        """Whether lines are one row by the letter: a stray quote swallows rows up to the next one."""
        try:
            return len(list(csv.reader(lines, delimiter=self.separator, strict=True))) == 1
        except csv.Error:
            return False

    def _fits(self, row: list[str], number: int) -> bool:
        """Whether a row has a cell for each name, if need be after it was put right in place."""
        names, wanted = self.names, self.wanted
        width, raw = len(names), self.separator.join(row)
        if not any(cell.strip() for cell in row):
            wanted.lost("blank", number, raw)
            return False
        if len(row) == width:
            if row[0] == names[0] and [folded(cell) for cell in row] == [folded(name) for name in names]:
                wanted.lost("header_again", number, raw)
                return False
            return True
        if len(row) < width:
            wanted.lost("too_few", number, raw)
            return False
        if not any(cell.strip() for cell in row[width:]):
            del row[width:]
            wanted.mended("empty_cells", number, raw)
            return True
        column = folded(wanted.settings.comma_in)
        place = next((place for place, name in enumerate(names) if column and folded(name) == column), None)
        if place is None:
            wanted.lost("too_many", number, raw)
            return False
        high = place + len(row) - width + 1
        row[place:high] = [self.separator.join(row[place:high])]
        wanted.mended("separator", number, raw)
        return True
