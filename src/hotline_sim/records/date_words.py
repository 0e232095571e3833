"""Words and signs of dates as digits: Chinese ones, names of months, years of the Republic of China.

The digits become ticks in :mod:`~hotline_sim.records.times`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray

REPUBLIC_YEARS: Final = 1911
"""Year 1 of the Republic of China is 1912."""

_MIXED: Final = (
    (r"^(\d{3,4})(\d{2})(\d{2})[T ]+(\d{1,2}:.*)$", r"\1-\2-\3 \4"),
    (r"^(\d+[-/.]\d+[-/.]\d+)[T ]+(\d{1,2})(\d{2})(\d{2})(?:\.0*)?$", r"\1 \2:\3:\4"),
    (r"^(\d+[-/.]\d+[-/.]\d+)[T ]+(\d{1,2})(\d{2})$", r"\1 \2:\3"),
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]*\b\.?", re.IGNORECASE)
_REPUBLIC: Final = re.compile(r"^\s*(?:中華)?民[國国]\s*(\d{1,3})\s*[-/.年]\s*")


def one_style(texts: pa.Array) -> pa.Array:
    """Texts whose date and time of day both have separators or both have none: two columns may differ."""
    for pattern, put in _MIXED:
        if pc.any(pc.match_substring_regex(texts, pattern)).as_py():
            texts = pc.replace_substring_regex(texts, pattern, put)
    return texts


def plain(texts: pa.Array, todo: BoolArray) -> pa.Array:
    """Texts with Chinese words and full-width signs of dates as ASCII."""
    odd = np.flatnonzero(todo & ~np.asarray(pc.string_is_ascii(texts)))
    if not odd.size:
        return texts
    words = texts.to_pylist()
    for row in odd:
        words[row] = _plain_text(words[row])
    return pa.array(words, pa.string())


def _plain_text(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    text = _REPUBLIC.sub(lambda match: f"{int(match[1]) + REPUBLIC_YEARS}-", text)
    half = ""
    for word, letter in (("上午", "A"), ("凌晨", "A"), ("下午", "P"), ("晚上", "P"), ("中午", "P")):
        if word in text:
            text, half = text.replace(word, " "), letter
    text = re.sub(r"\s*[年月]\s*", "-", text)
    text = re.sub(r"\s*[日号號]\s*", " ", text)
    text = re.sub(r"\s*[时時点點分]\s*", ":", text).replace("秒", "")
    text = re.sub(r"\s+", " ", text).strip().rstrip(":")
    if re.search(r" \d{1,2}$", text):  # 14时: the hour alone
        text += ":00"
    return text + (f" {half}M" if half else "")


def months_in_digits(texts: pa.Array, todo: BoolArray) -> pa.Array:
    """Texts whose month is a word, with the year first and the month in digits."""
    words = texts.to_pylist()
    for row in np.flatnonzero(todo):
        words[row] = _month_in_digits(words[row])
    return pa.array(words, pa.string())


def _month_in_digits(text: str) -> str:
    match = _MONTH.search(text)
    if match is None:
        return text
    month = _MONTHS.index(match[1][:3].lower()) + 1
    before, after = text[: match.start()], text[match.end() :]
    # The weekday, if it stands in front, says nothing new.
    day_first = re.search(r"(\d{1,2})(?:[snrt][tdh])?[\s.,-]*$", before)
    if day_first:
        rest = re.match(r"[\s.,-]*(\d{4})\b[\s,]*(.*)$", after)
        return f"{rest[1]}-{month}-{day_first[1]} {rest[2]}".strip() if rest else text
    rest = re.match(r"\s*(\d{1,2})(?:[snrt][tdh])?[\s,]+(\d{4})\b[\s,]*(.*)$", after)
    return f"{rest[2]}-{month}-{rest[1]} {rest[3]}".strip() if rest else text
