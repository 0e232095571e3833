"""From a file to plain tables: refuses what is no scenario file before anything heavy is done with it.

Encodings, line numbers of broken syntax and the full-width signs of a Chinese keyboard are told here; what
the tables mean is the subject of ``load.py``.
"""

from __future__ import annotations

import ast
import re
import stat
import tomllib
from typing import TYPE_CHECKING, Any

from hotline_sim.errors import Fault, ScenarioError
from hotline_sim.scenario.faults import full_width, key_path, visible

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 1_000_000
"""Bytes of a scenario file at most; the largest city needs a tenth of it."""

DEEPEST = 12
"""Tables and lists within each other at most; the schema needs 5."""

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_PLAIN = r"[^\s\[\].,={}\"'#:]*"
_CHINESE = rf"{_PLAIN}[^\x00-\x7f\s]{_PLAIN}"
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


def read_text(path: Path, source: str) -> str:
    """Text of a scenario file.

    Parameters
    ----------
    path : Path
        The file.
    source : str
        Its name in messages.

    Raises
    ------
    ScenarioError
        If it is missing, no regular file, unreadable, too large, not UTF-8, or empty.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise _refused(source, "is a directory, not a scenario file")
        if not stat.S_ISREG(status.st_mode):
            raise _refused(source, "is not a regular file")
        if status.st_size > LARGEST:
            raise _refused(source, f"must have at most {LARGEST:,} bytes", given=f"{status.st_size:,} bytes")
        data = path.read_bytes()
    except FileNotFoundError:
        raise _refused(source, "no such file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refused(source, f"cannot be read: {reason.lower()}") from None
    return _decoded(data, source)


def _refused(source: str, allowed: str, *, given: str = "", hint: str = "") -> ScenarioError:
    return ScenarioError(source, [Fault("", given, allowed, hint)])


def _decoded(data: bytes, source: str) -> str:
    save = "save it as UTF-8"
    if data.startswith(_UTF16_MARKS):
        raise _refused(source, "must be UTF-8", given="a UTF-16 file", hint=save)
    if b"\0" in data:
        raise _refused(source, "must be a text file", given="a binary file")
    try:
        # The byte-order mark that some editors write is no part of the text.
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        try:
            data.decode("gb18030")
        except UnicodeDecodeError:
            line = data.count(b"\n", 0, error.start) + 1
            fault = Fault("", f"byte 0x{data[error.start]:02x}", "must be UTF-8", save, line)
            raise ScenarioError(source, [fault]) from None
        raise _refused(source, "must be UTF-8", given="a GB18030 (GBK) file", hint=save) from None
    if not text.strip():
        raise _refused(source, "is empty", hint="hotline-sim scenario new NAME writes one to start from")
    return text


def parse(text: str, source: str) -> dict[str, Any]:
    """Tables of a TOML text.

    Raises
    ------
    ScenarioError
        If the text is no TOML, with line and column, or nested too deeply.
    """
    try:
        raw = tomllib.loads(text)
    except RecursionError:
        raise _too_deep(source) from None
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(source, [_syntax_fault(str(error), text)]) from None
    except ValueError as error:  # a number of thousands of digits
        raise _refused(source, f"is not valid TOML: {str(error).split(';')[0]}") from None
    if _depth(raw) > DEEPEST:
        raise _too_deep(source)
    return raw


def _too_deep(source: str) -> ScenarioError:
    return _refused(source, f"tables and lists may stand at most {DEEPEST} deep within each other")


def _depth(raw: dict[str, Any]) -> int:
    # Level by level, not by recursion: the text decides how deep it goes.
    depth, level = 0, [raw]
    while level and depth <= DEEPEST:
        depth += 1
        inner: list[Any] = []
        for value in level:
            children = value.values() if isinstance(value, dict) else value
            inner += [child for child in children if isinstance(child, dict | list)]
        level = inner
    return depth


def _syntax_fault(message: str, text: str) -> Fault:
    lines = text.replace("\r\n", "\n").split("\n")
    place = _PLACE.search(message)
    if place and place[1]:
        number, column = int(place[1]), f" (column {place[2]})"
    else:
        number, column = len(text.rstrip().replace("\r\n", "\n").split("\n")), ""
    line = lines[number - 1] if number <= len(lines) else ""
    told = _PLACE.sub("", message)
    words = _WORDS.get(told) or told[:1].lower() + told[1:]
    if twice := re.match(r"Cannot (?:declare|mutate|redefine)[^(]*(\(.*\))", told):
        words = f"table {key_path(ast.literal_eval(twice[1]))} is given twice"
    return Fault("", _excerpt(line), f"is not valid TOML: {words}{column}", _syntax_hint(line), number)


_WORDS = {
    "Cannot overwrite a value": "the key is given twice",
    "Invalid value": "no value of TOML begins here",
    "Invalid statement": "no key begins here",
    "Expected '=' after a key in a key/value pair": "= must follow a key",
    "Expected newline or end of document after a statement": "nothing more may follow on this line",
}


def _excerpt(line: str) -> str:
    line = line.strip()
    return visible(line if len(line) <= 60 else line[:60] + "…")


def _syntax_hint(line: str) -> str:
    code = _outside_texts(line)
    if signs := full_width(code):
        return signs
    is_header = code.lstrip().startswith("[")
    # Chinese signs are only allowed within quotes; before "=" or "." and in a header they are a key.
    key = re.search(rf"({_CHINESE})" + ("" if is_header else r"\s*[=.]"), code)
    if key:
        return f'put the key in quotes: "{key[1]}"'
    return "put the text in quotes" if re.search(_CHINESE, code) else ""


def _outside_texts(line: str) -> str:
    return re.sub(r'"(?:[^"\\]|\\.)*"|' + r"'[^']*'", '""', line)
