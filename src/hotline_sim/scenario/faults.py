"""How a fault in a scenario file is told: where it is, what stands there, what may stand there, what is near.

Findings come from the types (translated in ``wording.py``) and from the rules of ``check.py``; which line of
which file they belong to is added by ``load.py``.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

KeyPath: TypeAlias = tuple[str | int, ...]
"""Keys from the top of the file down; a number is a position in a list, counted from 0."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST = 60
_FEW = 12


@dataclass(frozen=True)
class Finding:
    """A fault whose line is not known yet.

    Parameters
    ----------
    path : tuple of str and int
        Keys from the top; empty for the file as a whole.
    allowed : str
        What may stand there, or what rule is broken.
    given : str
        What stands there, for people; empty if nothing does.
    hint : str
        Next step; may be empty.
    """

    path: KeyPath
    allowed: str
    given: str = ""
    hint: str = ""


def key_path(path: KeyPath) -> str:
    """Key path as TOML writes it.

    Examples
    --------
    >>> key_path(("units", "住建局", "shifts", 0))
    'units."住建局".shifts[0]'
    """
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += "." * bool(text) + key(part)
    return text


def key(name: str) -> str:
    """One key as TOML writes it: bare where allowed, else in quotes."""
    return name if _BARE.fullmatch(name) else quoted(name)


def quoted(text: str) -> str:
    """Text as a TOML string in double quotes; whatever could upset a terminal is escaped."""
    marks = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return '"' + "".join(marks.get(sign) or _visible(sign) for sign in text) + '"'


def visible(text: str) -> str:
    """Text with whatever could upset a terminal escaped."""
    return "".join(map(_visible, text))


def _visible(sign: str) -> str:
    if sign.isprintable():
        return sign
    code = ord(sign)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def shown(value: Any) -> str:
    """A value of the file, short enough for a message."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value if len(value) <= _LONGEST else value[:_LONGEST] + "…")
    if isinstance(value, dict):
        return "a table" if value else "an empty table"
    if isinstance(value, list | tuple):
        return "an empty list" if not value else f"a list of {len(value)}"
    if isinstance(value, date | time):
        return value.isoformat()
    try:
        text = str(value)
    except ValueError:  # whole numbers beyond Python's limit of digits
        return "a number of thousands of digits"
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def nearest(name: str, known: Iterable[str]) -> str:
    """Question that offers the nearest known name, or a list of the known names if they are few."""
    names = {_plain(candidate): candidate for candidate in known}
    close = difflib.get_close_matches(_plain(name), list(names), n=1, cutoff=0.6)
    if close:
        return f"did you mean {key(names[close[0]])}?"
    if not names:
        return ""
    if len(names) <= _FEW:
        return f"known: {', '.join(map(key, names.values()))}"
    return ""


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def full_width(text: str) -> str:
    """Hint that names the full-width signs of a Chinese keyboard in a text; empty if it has none.

    Examples
    --------
    >>> full_width("３：30")
    'write 3 for the full-width ３, : for ：'
    """
    curly = {"“": '"', "”": '"', "‘": "'", "’": "'", "、": ",", "。": ".", "【": "[", "】": "]", "—": "-"}
    found: dict[str, str] = {}
    for sign in text:
        plain = curly.get(sign) or unicodedata.normalize("NFKC", sign)
        if sign in curly or (sign != plain and len(plain) == 1 and plain.isascii()):
            found[sign] = plain
    if not found:
        return ""
    signs = [f"{_named(plain)} for {_named(sign)}" for sign, plain in found.items()]
    signs[0] = signs[0].replace(" for ", " for the full-width ", 1)
    return f"write {', '.join(signs)}"


def _named(sign: str) -> str:
    return "a space" if sign.isspace() else sign
