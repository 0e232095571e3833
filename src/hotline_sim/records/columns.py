"""Columns that grow block by block: names become numbers, everything else is an array already.

The cells come from :mod:`~hotline_sim.records.convert`; the tables of the log are made of what stands here.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow.compute as pc

if TYPE_CHECKING:
    import pyarrow as pa

    from hotline_sim.arrays import BoolArray, IntArray

UNKNOWN: Final = -1
MOST_NAMES: Final = 32_000
"""Names of a column of the log at most; rarer ones become OTHER."""

OTHER: Final = "(other)"

_FULL_WIDTH: Final = re.compile("[０-９Ａ-Ｚａ-ｚ．－／：\u3000]")
_SPACES: Final = re.compile(r"[\s\u00a0]+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class Names:
    """Texts of a column, each with a number in the order in which they were met."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {}

    def codes(self, cells: pa.Array) -> tuple[IntArray, dict[str, BoolArray]]:
        """Number of each cell, UNKNOWN for an empty one, and which cells were put right."""
        encoded = pc.dictionary_encode(cells)
        texts = encoded.dictionary.to_pylist()
        index = encoded.indices.to_numpy(zero_copy_only=False)
        codes = np.full(len(texts), UNKNOWN, np.int64)
        entity, wide = np.zeros(len(texts), np.bool_), np.zeros(len(texts), np.bool_)
        number = self.number
        for position, text in enumerate(texts):
            if not text.isascii() or "&" in text or not text.isprintable() or "  " in text:
                text, entity[position], wide[position] = _clean(text)
            if text:
                codes[position] = number.setdefault(text, len(number))
        return codes[index], {"entity": entity[index], "full_width": wide[index]}

    def texts(self, codes: IntArray) -> np.ndarray[Any, Any]:
        """Texts behind numbers, empty for UNKNOWN; rows with one text share it."""
        words = np.array([*self.number, ""], dtype=object)
        return np.asarray(words[codes])

    def ranked(self, codes: IntArray) -> tuple[tuple[str, ...], IntArray]:
        """Names that occur, in alphabetical order, and the numbers of the rows in that order."""
        words = list(self.number)
        times = np.bincount(codes[codes >= 0], minlength=len(words))
        order = np.argsort(-times, kind="stable")[:MOST_NAMES]
        kept = sorted(words[one] for one in order if times[one])
        position = {word: place for place, word in enumerate(kept)}
        others = len(position)
        renumbered = np.array([*(position.get(word, others) for word in words), UNKNOWN], np.int64)[codes]
        if np.any(renumbered == others):
            kept.append(OTHER)
        return tuple(kept), np.asarray(renumbered)


def _clean(text: str) -> tuple[str, bool, bool]:
    """Text with entities resolved, full-width letters and digits plain and single spaces."""
    resolved = html.unescape(text) if "&" in text else text
    # Chinese punctuation stays: it belongs to the name.
    narrow = _FULL_WIDTH.sub(lambda match: unicodedata.normalize("NFKC", match[0]), resolved)
    plain = _CONTROL.sub(" ", narrow)
    return _SPACES.sub(" ", plain).strip(), resolved != text, narrow != resolved


class Grown:
    """Arrays collected block by block."""

    def __init__(self) -> None:
        self.parts: dict[str, list[np.ndarray[Any, Any]]] = {}

    def add(self, columns: dict[str, np.ndarray[Any, Any]]) -> None:
        """Append the rows of a block; every block has the same columns."""
        for name, values in columns.items():
            self.parts.setdefault(name, []).append(values)

    def whole(self) -> dict[str, np.ndarray[Any, Any]]:
        """Columns of all blocks; what was collected is given up."""
        whole = {}
        for name in list(self.parts):
            whole[name] = np.concatenate(self.parts.pop(name))
        return whole
