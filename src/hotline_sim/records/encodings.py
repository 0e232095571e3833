"""Which encoding the bytes of a file are in, and lines that are in another one than the rest.

The marks of Unicode decide first, then whether the bytes can be read at all, then how common the characters
are that come out. Rows are made of the lines in :mod:`~hotline_sim.records.text`.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

REPLACED: Final = "bytes_replaced"
OTHER: Final = "other_encoding"
NUL: Final = "nul"

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LATIN: Final = frozenset({"cp1252", "iso8859-1"})
_NOT_STRICT: Final = _LATIN | {"gb18030", "big5hkscs"}
_FEW_BAD: Final = 0.2
"""Share of the bytes beyond ASCII that may be broken in a file that is still taken for UTF-8."""


def find_encoding(sample: bytes) -> str:
    """Encoding of a file by its first bytes.

    Parameters
    ----------
    sample : bytes
        The beginning of the file; it may end within a character.

    Notes
    -----
    GB 2312 has its 3,755 most frequent characters in rows 16 to 55, lead bytes B0 to D7 [1]_; Big5 has its
    5,401 in lead bytes A4 to C6 [2]_. Where both encodings can read a text, the one is right in which more of
    its characters are of the frequent ones. Text of another encoding is hardly ever UTF-8 by chance, so that
    a file is UTF-8 if half of its lines beyond ASCII are.

    References
    ----------
    .. [1] GB 2312-1980, Code of Chinese graphic character set for information interchange, primary set.
    .. [2] Lunde, K. (2008). CJKV Information Processing, 2nd ed., O'Reilly, chapter 3.
    """
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    high = sum(byte > 127 for byte in sample)
    if not high:
        return "utf-8"
    bad = _undecodable(sample, "utf-8")
    if bad == 0 or _lines_in_utf8(sample) >= 0.5:
        return "utf-8"
    scores = {"gb18030": _frequent(sample, 0xB0, 0xD7), "big5hkscs": _frequent(sample, 0xA4, 0xC6)}
    for name in scores:
        if _undecodable(sample, name) > high * _FEW_BAD / 4:
            scores[name] = 0.0
    if bad <= high * _FEW_BAD:
        return "utf-8"
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > 0.4 else "cp1252"


def _undecodable(sample: bytes, encoding: str) -> int:
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
    text = decoder.decode(sample)  # not final: a character may be cut off at the end
    return sum("\udc80" <= sign <= "\udcff" for sign in text)


def _frequent(sample: bytes, low: int, high: int) -> float:
    """Share of pairs of bytes whose first lies among those of the frequent characters."""
    pairs = frequent = position = 0
    while position < len(sample) - 1:
        if sample[position] < 0x80:
            position += 1
            continue
        pairs += 1
        frequent += low <= sample[position] <= high and sample[position + 1] >= 0x40
        position += 2
    return frequent / pairs if pairs else 0.0


def _lines_in_utf8(sample: bytes) -> float:
    """Share of the whole lines beyond ASCII that are UTF-8."""
    lines = [line for line in sample.split(b"\n")[:-1] if not line.isascii()]
    return sum(_is_utf8(line) for line in lines) / len(lines) if lines else 0.0


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def hides_utf8(encoding: str) -> bool:
    """Whether a line of UTF-8 can be read in an encoding, as nonsense and without a fault."""
    return codecs.lookup(encoding).name in _NOT_STRICT


def in_utf8(line: str, encoding: str) -> str | None:
    """Text of a line that is UTF-8 in a file of another encoding, as whose text it can be read as well.

    Parameters
    ----------
    line : str
        As read in the encoding of the file, broken bytes as surrogates.
    encoding : str
        Of the file.

    Returns
    -------
    str or None
        None if the line is what it seems. Among Chinese encodings pairs of bytes may be a character of two
        bytes of UTF-8 by chance; one of three must be there.
    """
    if line.isascii():
        return None
    try:
        text = line.encode(encoding, "surrogateescape").decode("utf-8")
    except UnicodeError:
        return None
    return text if codecs.lookup(encoding).name in _LATIN or max(text) >= "\u0800" else None


def mended_line(line: str, encoding: str) -> tuple[str, str]:
    """Line with bytes that are no text of its encoding, read in another one or with signs in their place.

    Parameters
    ----------
    line : str
        Broken bytes stand there as surrogates.
    encoding : str
        Of the rest of the file.

    Returns
    -------
    code : str
        Reason under which the repair is counted.
    text : str
        Without surrogates and NUL.
    """
    if "\0" in line:
        line = line.replace("\0", "")
        if not any("\ud800" <= sign <= "\udfff" for sign in line):
            return NUL, line
    try:
        data = line.encode(encoding, "surrogateescape")
    except UnicodeError:
        data = b""
    for other in _candidates(data):
        if codecs.lookup(other).name != codecs.lookup(encoding).name:
            try:
                return OTHER, data.decode(other)
            except UnicodeDecodeError:
                continue
    return REPLACED, "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in line)


def _candidates(data: bytes) -> list[str]:
    """Encodings that one line may be in, the likeliest first."""
    if not data:
        return []
    gb, big5 = _frequent(data, 0xB0, 0xD7), _frequent(data, 0xA4, 0xC6)
    chinese = ["gb18030", "big5hkscs"] if gb >= big5 else ["big5hkscs", "gb18030"]
    # Letters with accents stand alone among others; the bytes of Chinese text come in pairs.
    high = [byte > 127 for byte in data]
    paired = sum(one and (before or after) for before, one, after in _neighbours(high))
    alone = paired < 0.5 * sum(high)
    return ["utf-8", "cp1252", *chinese] if alone else ["utf-8", *chinese, "cp1252"]


def _neighbours(marks: list[bool]) -> Iterable[tuple[bool, bool, bool]]:
    return zip([False, *marks[:-1]], marks, [*marks[1:], False], strict=True)
