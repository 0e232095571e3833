"""Workbooks, Parquet and JSON as rows of text, so that they go the same way as delimited text.

Delimited text is read in :mod:`~hotline_sim.records.text`.
"""

from __future__ import annotations

import codecs
import datetime as dt
import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from hotline_sim.errors import RecordsError
from hotline_sim.records.blocks import HEADER_LINES, ROWS, Block, block_of
from hotline_sim.records.text import missing_columns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hotline_sim.records.blocks import Wanted

_CHUNK: Final = 1 << 20
_SPACE: Final = re.compile("[ \t\r\n\ufeff]*")
_LARGEST: Final = 1 << 24
"""Characters of one JSON record at most."""


def workbook_blocks(path: Path, source: str, wanted: Wanted) -> Iterator[Block]:
    """Blocks of the first sheet of a workbook (xlsx, xlsb, xls, ods) that has the columns needed.

    Raises
    ------
    RecordsError
        If the workbook is damaged, has no such sheet, or no sheet has the columns.
    """
    told = ""
    for rows, length in _sheets(path, source, wanted.settings.sheet):
        above: list[tuple[int, list[str]]] = []
        for number, row in islice(rows, HEADER_LINES):
            missing = wanted.missing(row)
            if not missing:
                for place, line in above:
                    wanted.lost("above_header", place, ",".join(line))
                yield from _sheet_blocks(source, tuple(row), rows, length, wanted)
                return
            if any(row):
                above.append((number, row))
                if not told or len(missing) < len(wanted.groups):
                    told = missing_columns(missing, [name for name in row if name])
    raise RecordsError(f"{source}: {told or 'is empty'}")


def _sheets(path: Path, source: str, asked: str) -> Iterator[tuple[Iterator[tuple[int, list[str]]], int]]:
    """Number and texts of each row of a sheet, and the number of rows, sheet by sheet."""
    import python_calamine as calamine

    try:
        workbook = calamine.load_workbook(str(path))
        names = list(workbook.sheet_names)
        if asked and asked not in names:
            raise RecordsError(f"{source}: has no sheet {asked!r}; it has {', '.join(map(repr, names))}")
        for name in [asked] if asked else names:
            sheet = workbook.get_sheet_by_name(name)
            yield _sheet_rows(sheet), sheet.end[0] + 1 if sheet.end else 1
    except RecordsError:
        raise
    except Exception as error:  # the reader has a dozen classes of its own
        raise RecordsError(f"{source}: cannot be read as a workbook: {error}") from error


def _sheet_rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield number, [_shown(cell).strip() for cell in row]


def _sheet_blocks(
    source: str,
    header: tuple[str, ...],
    rows: Iterator[tuple[int, list[str]]],
    length: int,
    wanted: Wanted,
) -> Iterator[Block]:
    while ahead := list(islice(rows, ROWS)):
        filled = [(number, row) for number, row in ahead if any(row)]
        for number, row in ahead:
            if not any(row):
                wanted.lost("blank", number, "")
        wanted.reached(min(1.0, ahead[-1][0] / length))
        if filled:
            yield block_of(source, header, [row for _, row in filled], [number for number, _ in filled])


def _shown(cell: Any) -> str:
    """Cell of a sheet as text; whole numbers without a decimal point, instants as ISO 8601."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    if isinstance(cell, dt.timedelta):
        return str(cell.total_seconds())
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def parquet_blocks(path: Path, source: str, wanted: Wanted) -> Iterator[Block]:
    """Blocks of a Parquet file.

    Raises
    ------
    RecordsError
        If the file is damaged or lacks columns.
    """
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            names = tuple(file.schema_arrow.names)
            if missing := wanted.missing(names):
                raise RecordsError(f"{source}: {missing_columns(missing, names)}")
            total, done = max(file.metadata.num_rows, 1), 0
            for batch in file.iter_batches(batch_size=ROWS):
                numbers = np.arange(done, done + batch.num_rows, dtype=np.int64) + 1
                done += batch.num_rows
                wanted.reached(done / total)
                yield Block(source, numbers, names, tuple(_as_text(column) for column in batch.columns))
    except (pa.ArrowException, ValueError) as error:
        raise RecordsError(f"{source}: cannot be read as Parquet: {error}") from error


def _as_text(column: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    try:
        if pa.types.is_floating(column.type):
            return pa.array([_shown(value) for value in column.to_pylist()], pa.string())
        texts = column.cast(pa.string())
    except (pa.ArrowException, NotImplementedError):
        texts = pa.array(
            [
                None if value is None else json.dumps(value, ensure_ascii=False, default=str)
                for value in column.to_pylist()
            ],
            pa.string(),
        )
    return pc.fill_null(texts, "")


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def json_blocks(stream: Any, source: str, encoding: str, wanted: Wanted) -> Iterator[Block]:
    """Blocks of JSON: a list of records, an object that holds one, or one record a line.

    Keys of nested objects are joined by a dot.

    Raises
    ------
    RecordsError
        If the text is no JSON, or its records lack columns.
    """
    names: tuple[str, ...] = ()
    rows: list[dict[str, str]] = []
    numbers: list[int] = []
    for number, record in enumerate(_records(stream, source, encoding), start=1):
        if not isinstance(record, dict):
            wanted.lost("no_record", number, json.dumps(record, ensure_ascii=False))
            continue
        rows.append(_flat(record))
        numbers.append(number)
        if len(rows) == ROWS:
            names = names or _names(rows, source, wanted)
            yield _json_block(source, names, rows, numbers)
            rows, numbers = [], []
    if rows:
        yield _json_block(source, names or _names(rows, source, wanted), rows, numbers)
    elif not names:
        raise RecordsError(f"{source}: holds no records")


def _json_block(source: str, names: tuple[str, ...], rows: list[dict[str, str]], numbers: list[int]) -> Block:
    return block_of(source, names, [[row.get(name, "") for name in names] for row in rows], numbers)


def _names(rows: list[dict[str, str]], source: str, wanted: Wanted) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    if missing := wanted.missing(names):
        raise RecordsError(f"{source}: {missing_columns(missing, names)}")
    # A column that the first records lack may come later.
    known = set(names)
    return names + tuple(name for group in wanted.groups for name in group if name not in known)


def _flat(record: dict[str, Any], prefix: str = "") -> dict[str, str]:
    cells: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, dict) and prefix.count(".") < 4:
            cells |= _flat(value, f"{prefix}{key}.")
        elif isinstance(value, dict | list):
            cells[f"{prefix}{key}"] = json.dumps(value, ensure_ascii=False)
        else:
            cells[f"{prefix}{key}"] = _shown(value)
    return {_printable(key): _printable(text) for key, text in cells.items()}


def _printable(text: str) -> str:
    """Text without halves of characters, which JSON can write and nothing else can."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _records(stream: Any, source: str, encoding: str) -> Iterator[Any]:
    """Yield each record; the text is never in memory as a whole."""
    text = _Text(stream, encoding)
    sign = text.next_sign()
    if sign == "{":
        # Lines of records, or an object around the list.
        start = text.value(source)
        inner = [value for value in start.values() if isinstance(value, list)]
        if text.next_sign() == "" and len(inner) == 1 and all(isinstance(one, dict) for one in inner[0]):
            yield from inner[0]
            return
        yield start
        while text.next_sign():
            yield text.value(source)
        return
    text.skip()
    while (sign := text.next_sign()) != "]":
        if sign:
            yield text.value(source)
            sign = text.next_sign()
        if sign == ",":
            text.skip()
        elif not sign:
            raise RecordsError(f"{source}: is cut off: the list of records does not end")
        elif sign != "]":
            raise RecordsError(f"{source}: is no valid JSON: a comma must stand between records")


class _Text:
    """The text ahead, read as far as is needed."""

    def __init__(self, stream: Any, encoding: str) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder(encoding)("replace").decode
        self._text = ""
        self._at = 0
        self._ended = False
        self._decoder = json.JSONDecoder()

    def next_sign(self) -> str:
        """First sign that is no space; empty at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def skip(self) -> None:
        """Leave one sign behind."""
        self._at += 1

    def value(self, source: str) -> Any:
        """Next value of JSON."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                ahead = len(self._text) - self._at
                if isinstance(error, RecursionError) or ahead > _LARGEST or not self._more():
                    raise RecordsError(f"{source}: is no valid JSON: {error}") from error
                continue
            # A number at the end of what is known may go on.
            if end == len(self._text) and self._more():
                continue
            self._at = end
            return value

    def _more(self) -> bool:
        """Read on; whether there is more than before."""
        if self._ended:
            return False
        data = self._stream.read(_CHUNK)
        self._ended = not data
        more = self._decode(data, not data)
        self._text, self._at = self._text[self._at :] + more, 0
        return bool(data) or bool(more)
