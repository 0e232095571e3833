"""From the text cells of a block to typed columns, row by row checked, by what a profile says.

A row that cannot be used is dropped with one reason; everything that is put right is noted. What instants
mean for each other is settled by kind of layout in :mod:`~hotline_sim.records.calls` and
:mod:`~hotline_sim.records.requests`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hotline_sim.clock.ticks import NEVER
from hotline_sim.records.cells import Cells
from hotline_sim.records.columns import UNKNOWN, Names
from hotline_sim.records.schema import NEEDED, TARGETS
from hotline_sim.records.tally import DROPPED, REPAIRED
from hotline_sim.records.times import Times, parse_durations, parse_times

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.records.blocks import Block
    from hotline_sim.records.schema import Pick, Profile
    from hotline_sim.records.tally import Tally

Columns = dict[str, np.ndarray[Any, Any]]

TRUE: Final = frozenset({"true", "yes", "y", "1", "1.0", "t", "是", "有"})
FALSE: Final = frozenset({"false", "no", "n", "0", "0.0", "f", "否", "无", "無"})
_TIMES: Final = ("reassignments", "reopened")
_MOST_TIMES: Final = 10_000
"""Times that something was done to one request, above which the number means something else."""
_SCIENTIFIC: Final = r"^\d([.,]\d+)?[eE]\+?\d+$"
_NUMBER: Final = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?%?$"


@dataclass
class Rows:
    """What is known about the rows of a block while they are checked.

    Parameters
    ----------
    block : Block
        Their cells as they stand in the file.
    drop : list of (code, detail)
        Reasons met, in order.
    dropped : int64 array, shape (n,)
        Position in ``drop`` of the first reason of each row, -1 for a row that is kept.
    repairs : list of (code, detail, bool array)
        What was put right, and where.
    """

    block: Block
    drop: list[tuple[str, str]] = field(default_factory=list)
    dropped: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))
    repairs: list[tuple[str, str, BoolArray]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dropped = np.full(self.block.numbers.size, -1, np.int64)

    @property
    def kept(self) -> BoolArray:
        """Rows without a reason to drop them so far."""
        return self.dropped < 0

    def leave_out(self, mask: BoolArray, code: str, detail: str = "") -> None:
        """Drop rows, unless they are already."""
        if np.any(mask & self.kept):
            self.dropped[mask & self.kept] = len(self.drop)
            self.drop.append((code, detail))

    def repaired(self, mask: BoolArray, code: str, detail: str = "") -> None:
        """Note rows that were put right."""
        if np.any(mask):
            self.repairs.append((code, detail, mask))

    def tell(self, tally: Tally) -> None:
        """Count what happened; repairs of rows that are dropped in the end do not count."""
        for number, (code, detail) in enumerate(self.drop):
            tally.rows(self.block, DROPPED, code, detail, self.dropped == number)
        for code, detail, mask in self.repairs:
            tally.rows(self.block, REPAIRED, code, detail, mask & self.kept)


class Converter:
    """Turns blocks into columns, with what is known from the blocks before.

    Parameters
    ----------
    profile : Profile
        Says what is what.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.picks = {**profile.columns, **profile.extra}
        self.names = {name: Names() for name in self.picks if self._type(name) in ("name", "text")}
        self.has_key = "id" in profile.columns and profile.kind != "events"
        self._seen = np.zeros(0, np.bool_)
        self._source = ""
        self._is_key = True

    def _type(self, name: str) -> str:
        return TARGETS[name].type if name in TARGETS else "text"

    def convert(self, block: Block) -> tuple[Columns, Rows]:
        """Columns of a block, with the rows that are to be dropped still in them.

        Parameters
        ----------
        block : Block
            Blocks of one file come one after the other.

        Returns
        -------
        columns : dict of str to array
            Ticks (NEVER), numbers of names (-1), floats (NaN), flags (-1); further ``twice:NAME``, whether an
            instant lies in the hour that happens twice.
        rows : Rows
            What was found.
        """
        rows = Rows(block)
        cells = Cells(block, self.profile)
        lost_clock = self._straighten(cells, rows)
        replaced = self._rules(cells, rows)
        columns: Columns = {}
        for name, pick in self.picks.items():
            columns |= self._column(name, pick, cells, rows, replaced.get(name, {}), lost_clock)
        return columns, rows

    def each_once(self, columns: Columns, rows: Rows) -> None:
        """Leave out rows whose id came before, in this block or in an earlier one.

        A row that is dropped for another reason leaves its id free.
        """
        if not self.has_key:
            return
        ids = columns["id"]
        size = len(self.names["id"].number)
        if size >= self._seen.size:
            self._seen = np.concatenate([self._seen, np.zeros(size + 1, np.bool_)])
        again = (ids >= 0) & self._seen[ids]
        candidates = np.flatnonzero(rows.kept & (ids >= 0) & ~again)
        _, first = np.unique(ids[candidates], return_index=True)
        later = np.ones(candidates.size, np.bool_)
        later[first] = False
        again[candidates[later]] = True
        rows.leave_out(again, "duplicate")
        self._seen[ids[rows.kept & (ids >= 0)]] = True

    def _rules(self, cells: Cells, rows: Rows) -> dict[str, dict[str, BoolArray]]:
        """Apply the rules; returns by target the values set, and where."""
        replaced: dict[str, dict[str, BoolArray]] = {}
        for rule in self.profile.rules:
            where = np.ones(cells.count, np.bool_)
            for column, texts in rule.when.items():
                where &= np.asarray(pc.is_in(cells.raw((column,)), pa.array(texts, pa.string())))
            if rule.drop:
                rows.leave_out(where, "by_rule", rule.drop)
            for name, text in rule.set.items():
                replaced.setdefault(name, {})[text] = where
        return replaced

    def _column(
        self,
        name: str,
        pick: Pick,
        cells: Cells,
        rows: Rows,
        replaced: dict[str, BoolArray],
        lost_clock: BoolArray,
    ) -> Columns:
        texts, part = cells.picked(pick)
        for text, where in replaced.items():
            texts = pc.if_else(pa.array(where), text, texts)
            part = part & ~where
        if name in self.profile.values:
            texts = _mapped(texts, self.profile.values[name])
        kind, needed = self._type(name), name in NEEDED[self.profile.kind]
        if kind == "time":
            return self._time(name, texts, part, rows, lost_clock)
        if kind == "duration":
            values, bad = parse_durations(texts, pick.unit)
            rows.leave_out(bad, "unreadable", name)
            rows.leave_out((values < 0), "negative", name)
            return {name: values}
        if kind == "number":
            numbers, bad = _numbers(texts)
            if name in _TIMES:
                bad |= (numbers < 0) | (numbers > _MOST_TIMES)
                numbers = np.where(bad, np.nan, numbers)
            self._note_bad(rows, name, bad, needed)
            if needed:
                rows.leave_out(np.isnan(numbers) & ~bad, "missing", name)
            return {name: numbers}
        if kind == "flag":
            flags, bad = _flags(texts)
            self._note_bad(rows, name, bad, needed)
            return {name: flags}
        if name == "id" and self.has_key:
            texts = self._usable_ids(texts, cells.block, rows)
        codes, notes = self.names[name].codes(texts)
        for code, mask in notes.items():
            rows.repaired(mask, code, name)
        if needed:
            rows.leave_out(codes == UNKNOWN, "missing", name)
        return {name: codes}

    def _note_bad(self, rows: Rows, name: str, bad: BoolArray, needed: bool) -> None:
        if needed:
            rows.leave_out(bad, "unreadable", name)
        else:
            rows.repaired(bad, "unknown_value", name)

    def _time(
        self, name: str, texts: pa.Array, part: BoolArray, rows: Rows, lost_clock: BoolArray
    ) -> Columns:
        how = self.profile.time
        needed = name in NEEDED[self.profile.kind]
        if needed and how.clock_if_missing and part.any():
            filled = pc.binary_join_element_wise(texts, f"{how.clock_if_missing}:00", " ")
            texts = pc.if_else(pa.array(part), filled, texts)
        found = parse_times(texts, how)
        if needed and how.clock_if_missing:
            rows.repaired(part & ~found.bad & (found.ticks != NEVER), "clock_lost", name)
        elif needed:
            rows.leave_out(part & lost_clock, "shifted", self.profile.file.comma_in)
            rows.leave_out(part & ~found.bad, "part_missing", name)
        else:
            # A date of the row without a time of day of its own: it has not happened.
            found.ticks[part] = NEVER
            found.bad &= ~part
        self._note_bad(rows, name, found.bad, needed)
        if needed:
            rows.leave_out((found.ticks == NEVER) & ~found.bad, "missing", name)
        for code, mask in found.notes.items():
            rows.repaired(mask, code, name)
        return {name: found.ticks, f"twice:{name}": found.twice}

    def _straighten(self, cells: Cells, rows: Rows) -> BoolArray:
        """Move cells back that a separator without quotes pushed to the right, in rows of the right length.

        Returns the rows in which the last cell was lost that way.
        """
        column, needed = self.profile.file.comma_in, NEEDED[self.profile.kind]
        moved = np.zeros(cells.count, np.bool_)
        dated = next((name for name in needed if TARGETS[name].type == "time"), None)
        if not column or dated is None or not cells.has(column):
            return moved
        date = self.picks[dated].join[:1] or self.picks[dated].any_of
        found = self._dates(cells, date)
        wrong = np.flatnonzero(found.bad | (found.ticks == NEVER))
        if wrong.size:
            shifted = cells.shifted(column, wrong)
            times = self._dates(shifted, date)
            right = ~times.bad & (times.ticks != NEVER)
            cells.replace(wrong[right], shifted, np.flatnonzero(right))
            moved[wrong[right]] = True
        return moved

    def _dates(self, cells: Cells, column: tuple[str, ...]) -> Times:
        return parse_times(cells.raw(column), self.profile.time)

    def _usable_ids(self, texts: pa.Array, block: Block, rows: Rows) -> pa.Array:
        """Ids without those that a spreadsheet has spoiled."""
        spoiled = np.asarray(pc.match_substring_regex(texts, _SCIENTIFIC))
        rows.repaired(spoiled, "id_scientific")
        texts = pc.if_else(pa.array(spoiled), "", texts)
        if block.source != self._source:
            self._source = block.source
            given = texts.filter(pc.not_equal(texts, ""))
            # An export that repeats some rows has few of them; one whose ids were cut off has few ids.
            self._is_key = len(given) < 2 or pc.count_distinct(given).as_py() > len(given) / 2
        if not self._is_key:
            rows.repaired(np.asarray(pc.not_equal(texts, "")), "id_shared")
            texts = pa.array([""] * len(texts), pa.string())
        return texts


def _mapped(texts: pa.Array, words: dict[str, str | bool | int]) -> pa.Array:
    """Texts with the meaning in place of each word."""
    encoded = pc.dictionary_encode(texts)
    meant = [_word(words[text]) if text in words else text for text in encoded.dictionary.to_pylist()]
    return pa.array(meant, pa.string()).take(encoded.indices)


def _word(value: str | bool | int) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _numbers(texts: pa.Array) -> tuple[np.ndarray[Any, Any], BoolArray]:
    count = len(texts)
    values = np.full(count, np.nan)
    given = np.asarray(pc.not_equal(texts, ""))
    plain = pc.replace_substring(texts, ",", "")
    rows = np.flatnonzero(given & np.asarray(pc.match_substring_regex(plain, _NUMBER)))
    if rows.size:
        taken = plain.take(pa.array(rows))
        percent = np.asarray(pc.ends_with(taken, "%"))
        numbers = pc.replace_substring(taken, "%", "").cast(pa.float64()).to_numpy(zero_copy_only=False)
        values[rows] = np.where(percent, numbers / 100, numbers)
    return values, given & np.isnan(values)


def _flags(texts: pa.Array) -> tuple[IntArray, BoolArray]:
    encoded = pc.dictionary_encode(texts)
    words = [text.casefold() for text in encoded.dictionary.to_pylist()]
    codes = [1 if word in TRUE else 0 if word in FALSE else UNKNOWN for word in words]
    bad = [bool(word) and code == UNKNOWN for word, code in zip(words, codes, strict=True)]
    index = encoded.indices.to_numpy(zero_copy_only=False)
    return np.array(codes, np.int64)[index], np.array(bad, np.bool_)[index]
