"""Cells of a block by column: stripped, joined, put back in place, empty where the file says nothing.

What they mean is decided in :mod:`~hotline_sim.records.convert`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hotline_sim.records.blocks import Block, folded

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.records.schema import Pick, Profile

_MIDNIGHT: Final = r"[ T]00:00(:00(\.0+)?)?$"
"""What a spreadsheet adds to a date without a time of day."""


class Cells:
    """Cells of a block by column, stripped, empty where the file says that nothing is known."""

    def __init__(self, block: Block, profile: Profile) -> None:
        self.block = block
        self.count = block.numbers.size
        self._profile = profile
        self._place = {folded(name): place for place, name in reversed([*enumerate(block.names)])}
        self._columns = list(block.cells)
        self._clean: dict[int, pa.Array] = {}

    def has(self, column: str) -> bool:
        """Whether the file has a column."""
        return folded(column) in self._place

    def raw(self, any_of: tuple[str, ...]) -> pa.Array:
        """Cells of the first of some columns that the file has; empty ones if it has none."""
        for name in any_of:
            place = self._place.get(folded(name))
            if place is not None:
                if place not in self._clean:
                    self._clean[place] = self._cleaned(self._columns[place])
                return self._clean[place]
        return pa.array([""] * self.count, pa.string())

    def _cleaned(self, column: pa.Array) -> pa.Array:
        stripped = pc.utf8_trim(column, " \t\r\n\u00a0\u3000\ufeff")
        unknown = pc.is_in(stripped, pa.array(self._profile.file.missing, pa.string()))
        return pc.if_else(unknown, "", stripped)

    def picked(self, pick: Pick) -> tuple[pa.Array, BoolArray]:
        """Texts of a pick, and where some but not all of its columns are empty."""
        part: BoolArray = np.zeros(self.count, np.bool_)
        if not pick.join:
            texts = self.raw(pick.any_of)
        else:
            columns = [self.raw((name,)) for name in pick.join]
            columns[0] = pc.replace_substring_regex(columns[0], _MIDNIGHT, "")
            empty: BoolArray = np.array([np.asarray(pc.equal(column, "")) for column in columns])
            texts = pc.utf8_trim_whitespace(pc.binary_join_element_wise(*columns, " "))
            part = np.asarray(empty.any(axis=0) & ~empty.all(axis=0))
        if pick.keep:
            texts = _kept(texts, pick.keep)
        return texts, part

    def shifted(self, column: str, rows: IntArray) -> Cells:
        """Some rows with the cell after a column taken into it."""
        place = self._place[folded(column)]
        taken = [cells.take(pa.array(rows)) for cells in self._columns]
        if place + 1 < len(taken):
            merged = pc.binary_join_element_wise(taken[place], taken[place + 1], ",")
            taken = [*taken[:place], merged, *taken[place + 2 :], pa.array([""] * rows.size, pa.string())]
        block = Block(self.block.source, self.block.numbers[rows], self.block.names, tuple(taken))
        return Cells(block, self._profile)

    def replace(self, rows: IntArray, other: Cells, others: IntArray) -> None:
        """Take rows of other cells in place of some."""
        if not rows.size:
            return
        order = np.arange(self.count)
        order[rows] = self.count + others
        for place, cells in enumerate(self._columns):
            both = pa.concat_arrays([cells, other._columns[place]])
            self._columns[place] = both.take(pa.array(order))
        self._clean.clear()


def _kept(texts: pa.Array, pattern: str) -> pa.Array:
    """First group of a pattern; a text that does not match stays as it is."""
    encoded = pc.dictionary_encode(texts)
    found = re.compile(pattern)
    words = [
        (match[1] or "") if (match := found.search(text)) else text for text in encoded.dictionary.to_pylist()
    ]
    return pa.array(words, pa.string()).take(encoded.indices)
