"""Texts of instants and durations as ticks: dates in the orders of many countries, time zones, summer time.

A tick is local wall time (see :mod:`hotline_sim.clock.ticks`); instants with an offset are converted to the
zone of the city. What becomes of rows whose time cannot be read is decided in
:mod:`~hotline_sim.records.convert`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hotline_sim.clock.ticks import DAY, HOUR, MINUTE, NEVER, SECOND
from hotline_sim.errors import RecordsError
from hotline_sim.records.date_words import REPUBLIC_YEARS, months_in_digits, one_style, plain

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.records.schema import TimeTable

UNITS: Final = {"ms": 1, "s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY}

_ZONE = r"(?P<z>Z|z|UTC|[+-]\d{2}:?\d{2})?"
_SEPARATED: Final = (
    r"^(?P<a>\d{1,4})[-/.](?P<b>\d{1,2})[-/.](?P<c>\d{1,4})"
    r"(?:[T ,]+(?P<H>\d{1,2}):(?P<M>\d{1,2})(?::(?P<S>\d{1,2})(?:[.,](?P<f>\d+))?)?)?"
    r"\s*(?P<p>[AaPp])?(?:\.?[Mm]\.?)?\s*" + _ZONE + "$"
)
_COMPACT: Final = r"^(?P<d>\d{7,8}?)(?P<t0>\.0*)?(?:[T ]?(?P<t>\d{1,6})(?:\.(?P<f>\d*))?)?\s*" + _ZONE + "$"
_NUMBER: Final = r"^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$"
_CLOCKED: Final = r"^(?P<H>\d{1,4}):(?P<M>\d{1,2})(?::(?P<S>\d{1,2})(?:[.,](?P<f>\d+))?)?$"

_LENGTHS: Final = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_LONGEST: Final = 200 * 366 * DAY
"""Numbers of ms beyond are no instant or duration of a hotline, and end outside the calendar."""


@dataclass
class Times:
    """What a column of texts says.

    Parameters
    ----------
    ticks : int64 array, shape (n,)
        NEVER where the cell is empty or cannot be read.
    bad : bool array
        Whether a cell holds something that is no instant.
    notes : dict of str to bool array
        By code of a repair: the rows it was needed for.
    twice : bool array
        Whether the instant lies in an hour that happens twice, when summer time ends.
    """

    ticks: IntArray
    bad: BoolArray
    notes: dict[str, BoolArray] = field(default_factory=dict)
    twice: BoolArray = field(default_factory=lambda: np.zeros(0, np.bool_))

    def take(self, index: IntArray) -> Times:
        """Rows by number."""
        notes = {code: mask[index] for code, mask in self.notes.items()}
        return Times(self.ticks[index], self.bad[index], notes, self.twice[index])


def parse_times(cells: pa.Array, how: TimeTable) -> Times:
    """Instants of a column.

    Parameters
    ----------
    cells : pyarrow string array
        Empty where nothing is known; without spaces around.
    how : TimeTable
        Order of dates, zone of the city.

    Raises
    ------
    RecordsError
        If instants are in UTC and the profile names no zone to convert them to.
    """
    encoded = pc.dictionary_encode(cells)
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    texts = encoded.dictionary
    return _parse_distinct(texts, how).take(encoded.indices.to_numpy(zero_copy_only=False))


def _parse_distinct(texts: pa.Array, how: TimeTable) -> Times:
    count = len(texts)
    found = Times(
        np.full(count, NEVER, np.int64),
        np.zeros(count, np.bool_),
        {"decimal_tail": np.zeros(count, np.bool_), "leading_zeros": np.zeros(count, np.bool_)},
        np.zeros(count, np.bool_),
    )
    offset = np.full(count, NEVER, np.int64)
    todo = np.asarray(pc.not_equal(texts, ""))
    given = todo.copy()
    if how.format:
        _by_format(texts, how.format, found, todo)
    if how.number:
        _by_number(texts, how.number, found, offset, todo)
    words = one_style(plain(texts, todo))
    _compact(words, how, found, offset, todo)
    _separated(words, how, found, offset, todo)
    if todo.any():
        _separated(months_in_digits(words, todo), how, found, offset, todo)
    found.bad = given & (found.ticks == NEVER)
    _to_wall_time(found, offset, how.zone)
    return found


def _by_format(texts: pa.Array, pattern: str, found: Times, todo: BoolArray) -> None:
    import pandas as pd

    try:
        parsed = pd.to_datetime(texts.to_pandas(), format=pattern, errors="coerce")
    except ValueError as error:
        raise RecordsError(f"time.format: got {pattern!r}: {error}") from None
    values = parsed.to_numpy("datetime64[ms]")
    ok = todo & ~np.isnat(values)
    found.ticks[ok] = values[ok].astype(np.int64)
    todo &= ~ok


def _by_number(texts: pa.Array, meaning: str, found: Times, offset: IntArray, todo: BoolArray) -> None:
    rows = np.flatnonzero(todo & np.asarray(pc.match_substring_regex(texts, _NUMBER)))
    values = texts.take(pa.array(rows)).cast(pa.float64()).to_numpy(zero_copy_only=False)
    if meaning == "excel":
        # Day 0 is 1899-12-30: the sheet counts a 29 February 1900 that never was.
        ticks = np.round((values - 25_569) * DAY)
    else:
        ticks = np.round(values * (1000 if meaning == "unix" else 1))
    ok = np.abs(ticks) < _LONGEST
    found.ticks[rows[ok]] = ticks[ok].astype(np.int64)
    if meaning != "excel":
        offset[rows[ok]] = 0
    todo[rows] = False


def _groups(texts: pa.Array, pattern: str, rows: IntArray) -> tuple[IntArray, dict[str, pa.Array]]:
    """Rows that match, and what the groups of the pattern hold there."""
    matched = pc.extract_regex(texts.take(pa.array(rows)), pattern)
    ok = np.asarray(pc.is_valid(matched))
    kept = matched.filter(pa.array(ok))
    return rows[ok], {kept.type.field(i).name: kept.field(i) for i in range(kept.type.num_fields)}


def _int(texts: pa.Array, default: int = 0) -> IntArray:
    filled = pc.if_else(pc.equal(texts, ""), str(default), texts)
    return np.asarray(filled.cast(pa.int64()))


def _milliseconds(texts: pa.Array) -> IntArray:
    """Milliseconds of decimals after the second; further digits are cut off."""
    return _int(pc.utf8_slice_codeunits(pc.utf8_rpad(texts, 3, "0"), 0, 3))


def _offsets(texts: pa.Array) -> IntArray:
    """Milliseconds east of UTC, NEVER without an offset."""
    encoded = pc.dictionary_encode(texts)
    values = [_offset(text) for text in encoded.dictionary.to_pylist()]
    offsets = np.array(values, np.int64)
    return np.asarray(offsets[np.asarray(encoded.indices)])


def _offset(text: str) -> int:
    if not text:
        return NEVER
    if text[0] not in "+-":
        return 0
    digits = text[1:].replace(":", "")
    length = int(digits[:2]) * HOUR + int(digits[2:]) * MINUTE
    return -length if text[0] == "-" else length


def _separated(texts: pa.Array, how: TimeTable, found: Times, offset: IntArray, todo: BoolArray) -> None:
    rows, part = _groups(texts, _SEPARATED, np.flatnonzero(todo))
    if not rows.size:
        return
    first, second, third = (_int(part[name]) for name in "abc")
    long_first = np.asarray(pc.equal(pc.utf8_length(part["a"]), 4))
    order = how.order
    if order == "roc":
        year = np.where(long_first, first, first + REPUBLIC_YEARS)
        month, day = second, third
        valid = np.ones(rows.size, np.bool_)
    else:
        # A year of four digits shows itself, whatever the order that the profile names.
        ends = (third, second, first) if order != "mdy" else (third, first, second)
        year, month, day = (
            np.where(long_first, front, back)
            for front, back in zip((first, second, third), ends, strict=True)
        )
        valid = long_first | ((order != "ymd") & np.asarray(pc.equal(pc.utf8_length(part["c"]), 4)))
    hour, half = _int(part["H"]), np.asarray(pc.utf8_upper(part["p"]).to_numpy(zero_copy_only=False))
    with_half = half != ""
    valid &= ~with_half | ((hour >= 1) & (hour <= 12))
    hour = np.where(with_half, hour % 12 + 12 * (half == "P"), hour)
    clock = (hour, _int(part["M"]), _int(part["S"]), _milliseconds(part["f"]))
    ticks = _ticks((year, month, day), clock)
    ticks[~valid] = NEVER
    found.ticks[rows] = ticks
    offset[rows] = _offsets(part["z"])
    todo[rows[ticks != NEVER]] = False


def _compact(texts: pa.Array, how: TimeTable, found: Times, offset: IntArray, todo: BoolArray) -> None:
    digits = 3 if how.order == "roc" else 4
    pattern = _COMPACT.replace(r"\d{7,8}?", rf"\d{{{digits + 4}}}")
    rows, part = _groups(texts, pattern, np.flatnonzero(todo))
    if not rows.size:
        return
    date, clock = part["d"], part["t"]
    year, month, day = (
        _int(pc.utf8_slice_codeunits(date, *ends))
        for ends in ((0, digits), (digits, digits + 2), (digits + 2, digits + 4))
    )
    if how.order == "roc":
        year = year + REPUBLIC_YEARS
    length = np.asarray(pc.utf8_length(clock))
    # Four digits are hours and minutes; where a spreadsheet dropped zeros in front, they are put back.
    padded = pc.if_else(
        pc.equal(pc.utf8_length(clock), 4), pc.binary_join_element_wise(clock, "00", ""), clock
    )
    padded = pc.utf8_lpad(padded, 6, "0")
    hour, minute, second = (_int(pc.utf8_slice_codeunits(padded, low, low + 2)) for low in range(0, 6, 2))
    ticks = _ticks((year, month, day), (hour, minute, second, _milliseconds(part["f"])))
    found.ticks[rows] = ticks
    offset[rows] = _offsets(part["z"])
    known = ticks != NEVER
    tail = np.asarray(pc.match_substring_regex(texts.take(pa.array(rows)), r"\.0*(Z|$)"))
    found.notes["decimal_tail"][rows] = known & tail
    found.notes["leading_zeros"][rows] = known & (length > 0) & (length != 4) & (length < 6)
    todo[rows] = False


def _ticks(date: tuple[IntArray, ...], clock: tuple[IntArray, ...]) -> IntArray:
    """Ticks of dates and clock times, NEVER where there is no such date or time."""
    year, month, day = date
    hour, minute, second, milli = clock
    valid = (year >= _FIRST_YEAR) & (year < _LAST_YEAR) & (month >= 1) & (month <= 12)
    safe = np.where(valid, month, 1)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    valid &= (day >= 1) & (day <= _LENGTHS[safe - 1] + (leap & (safe == 2)))
    midnight = (hour == 24) & (minute == 0) & (second == 0) & (milli == 0)
    valid &= ((hour < 24) | midnight) & (minute < 60) & (second < 60)
    months = (np.where(valid, year, 1970) - 1970) * 12 + safe - 1
    days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + day - 1
    ticks = days * DAY + hour * HOUR + minute * MINUTE + second * SECOND + milli
    return np.where(valid, ticks, NEVER)


def _to_wall_time(found: Times, offset: IntArray, zone: str) -> None:
    """Convert instants with an offset; mark those that summer time makes ambiguous or impossible."""
    with_offset = (offset != NEVER) & (found.ticks != NEVER)
    if not zone:
        if np.any(with_offset & (offset == 0)):
            raise RecordsError(
                "time.zone: instants are in UTC; the profile must name the zone of the city, "
                'such as zone = "America/New_York" under [time]'
            )
        return  # the wall time as written
    import pandas as pd

    rows = np.flatnonzero(with_offset)
    if rows.size:
        utc = pd.DatetimeIndex((found.ticks[rows] - offset[rows]).astype("datetime64[ms]"), tz="UTC")
        found.ticks[rows] = _numbers(utc.tz_convert(zone).tz_localize(None))
    known = np.flatnonzero(found.ticks != NEVER)
    wall = pd.DatetimeIndex(found.ticks[known].astype("datetime64[ms]"))
    local: Any = wall.tz_localize(zone, ambiguous="NaT", nonexistent=pd.Timedelta(1, "h"))
    found.twice[known] = np.asarray(local.isna())
    shifted = _numbers(local.tz_localize(None))
    moved = np.zeros(found.ticks.size, np.bool_)
    moved[known] = ~found.twice[known] & (shifted != found.ticks[known])
    found.ticks[moved] = shifted[moved[known]]
    found.notes["gap"] = moved
    found.notes["twice"] = found.twice & ~with_offset


def _numbers(index: Any) -> IntArray:
    return np.asarray(index.to_numpy().astype("datetime64[ms]").astype(np.int64))


def parse_durations(cells: pa.Array, unit: str) -> tuple[IntArray, BoolArray]:
    """Durations in ms, NEVER where unknown, and whether a cell cannot be read.

    Parameters
    ----------
    cells : pyarrow string array
        Plain numbers in the unit, or ``h:mm:ss`` and ``mm:ss``... with hours first.
    unit : str
        ``ms``, ``s``, ``min``, ``h`` or ``d``.
    """
    count = len(cells)
    values = np.full(count, NEVER, np.int64)
    given = np.asarray(pc.not_equal(cells, ""))
    rows = np.flatnonzero(given & np.asarray(pc.match_substring_regex(cells, _NUMBER)))
    numbers = cells.take(pa.array(rows)).cast(pa.float64()).to_numpy(zero_copy_only=False) * UNITS[unit]
    ok = np.abs(numbers) < _LONGEST
    values[rows[ok]] = np.round(numbers[ok]).astype(np.int64)
    rows, part = _groups(cells, _CLOCKED, np.flatnonzero(given & (values == NEVER)))
    if rows.size:
        hour, minute, second = _int(part["H"]), _int(part["M"]), _int(part["S"])
        clock = hour * HOUR + minute * MINUTE + second * SECOND + _milliseconds(part["f"])
        values[rows] = np.where((minute < 60) & (second < 60), clock, NEVER)
    return values, given & (values == NEVER)
