"""Delimited text of any encoding and separator as rows, with the faults that exports have.

Nothing here raises because of a row: a line in another encoding, a quote that never closes, cells too many or
too few are told to :class:`~hotline_sim.records.blocks.Wanted` and reading goes on.
"""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from hotline_sim.errors import RecordsError
from hotline_sim.records.blocks import HEADER_LINES, ROWS, block_of, folded
from hotline_sim.records.encodings import REPLACED, mended_line
from hotline_sim.scenario.faults import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotline_sim.records.blocks import Block, Wanted

SEPARATORS: Final = (",", ";", "\t", "|")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
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
    lines = _lines(io.TextIOWrapper(stream, encoding, "surrogateescape", newline=""), encoding, wanted)
    head = list(islice(lines, HEADER_LINES))
    separator, position, names = _header(head, source, wanted)
    for number, line in head[:position]:
        if line.strip():
            wanted.lost("above_header", number, line.rstrip("\r\n"))
    yield from _blocks(_chain(head[position + 1 :], lines), source, separator, names, wanted)


def _chain(head: list[tuple[int, str]], lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    yield from head
    yield from lines


def _lines(stream: io.TextIOWrapper, encoding: str, wanted: Wanted) -> Iterator[tuple[int, str]]:
    """Number and text of each line; bytes that are none of the encoding are put right where possible."""
    number = 0
    while lines := list(islice(stream, ROWS)):
        whole = "".join(lines)
        clean = whole.isascii() or (_SURROGATE.search(whole) is None and "\0" not in whole)
        for line in lines:
            number += 1
            if clean or (_SURROGATE.search(line) is None and "\0" not in line):
                yield number, line
                continue
            code, text = mended_line(line, encoding)
            wanted.mended(code, number, text.rstrip("\r\n"))
            yield number, text


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
    """Lines for the reader of rows, which can be given back."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines = lines
        self._back: list[tuple[int, str]] = []
        self.taken: list[tuple[int, str]] = []

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= _MOST_LINES:
            raise csv.Error("a quote is never closed")
        pair = self._back.pop() if self._back else next(self._lines)
        self.taken.append(pair)
        return pair[1]

    def give_back(self) -> tuple[int, str]:
        """Keep the first of the lines taken, and offer the others once more."""
        first, *others = self.taken
        self._back += reversed(others)
        self.taken = []
        return first


def _blocks(
    lines: Iterator[tuple[int, str]], source: str, separator: str, names: tuple[str, ...], wanted: Wanted
) -> Iterator[Block]:
    feed = _Feed(lines)
    rows: list[list[str]] = []
    numbers: list[int] = []
    for number, row in _rows(feed, separator, len(names), wanted):
        if _fits(row, number, names, separator, wanted):
            rows.append(row)
            numbers.append(number)
            if len(rows) == ROWS:
                yield block_of(source, names, rows, numbers)
                rows, numbers = [], []
    if rows:
        yield block_of(source, names, rows, numbers)


def _rows(feed: _Feed, separator: str, width: int, wanted: Wanted) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each row; a quote that never closes costs its own line only."""
    reader = csv.reader(feed, delimiter=separator)
    while True:
        feed.taken = []
        try:
            row = next(reader, None)
        except csv.Error:
            row = []
        else:
            if row is None:
                return
            several = len(feed.taken) > 1
            if not (several and len(row) != width):
                yield feed.taken[0][0], row
                continue
        number, line = feed.give_back()
        wanted.lost("open_quote", number, line.rstrip("\r\n"))
        reader = csv.reader(feed, delimiter=separator)


def _fits(row: list[str], number: int, names: tuple[str, ...], separator: str, wanted: Wanted) -> bool:
    """Whether a row has a cell for each name, if need be after it was put right in place."""
    width = len(names)
    if len(row) == width:
        if row[0] == names[0] and [folded(cell) for cell in row] == [folded(name) for name in names]:
            wanted.lost("header_again", number, separator.join(row))
            return False
        if not any(row):
            wanted.lost("blank", number, separator.join(row))
            return False
        return True
    if not any(cell.strip() for cell in row):
        wanted.lost("blank", number, separator.join(row))
        return False
    raw = separator.join(row)
    if len(row) < width:
        wanted.lost("too_few", number, raw)
        return False
    if not any(cell.strip() for cell in row[width:]):
        del row[width:]
        wanted.mended("empty_cells", number, raw)
        return True
    column = wanted.settings.comma_in
    places = [place for place, name in enumerate(names) if column and folded(name) == folded(column)]
    if not places:
        wanted.lost("too_many", number, raw)
        return False
    low, high = places[0], places[0] + len(row) - width + 1
    row[low:high] = [separator.join(row[low:high])]
    wanted.mended("separator", number, raw)
    return True


__all__ = ["REPLACED", "missing_columns", "text_blocks"]
