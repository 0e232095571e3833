"""On which line of a TOML file each key stands, so that a fault can be found in an editor.

The text has been read by ``tomllib`` before, so this scanner only follows the structure and never complains.
"""

from __future__ import annotations

import bisect
import re
import tomllib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotline_sim.scenario.faults import KeyPath

_BLANK = re.compile(r"(?:[ \t\r\n,]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r"[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'")
_TEXT = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}|' + r"'''(?:[^']|'{1,2}(?!'))*'{3,5}|" + _KEY.pattern, re.DOTALL
)
_SCALAR = re.compile(r"[^,\]}#\n]*")


def key_lines(text: str) -> dict[KeyPath, int]:
    """Line, counted from 1, of every key path of a valid TOML text, entries of lists included."""
    return _Scanner(text).lines


class _Scanner:
    def __init__(self, text: str) -> None:
        self.lines: dict[KeyPath, int] = {}
        self._text = text
        self._at = 0
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self._entries: dict[KeyPath, int] = {}  # tables of a [[list]] met so far
        table: KeyPath = ()
        while self._skip(_BLANK) < len(text):
            before = self._at
            if text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table)
            if self._at == before:  # not TOML after all: what is known so far has to do
                return

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._at

    def _note(self, path: KeyPath) -> None:
        line = bisect.bisect_left(self._breaks, self._at) + 1
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)

    def _key(self) -> KeyPath:
        parts: list[str] = []
        while True:
            self._skip(_SPACE)
            match = _KEY.match(self._text, self._at)
            if match is None:
                break
            self._at = match.end()
            parts.append(_plain(match[0]))
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                break
            self._at += 1
        return tuple(parts)

    def _header(self) -> KeyPath:
        is_list = self._text.startswith("[[", self._at)
        start = self._at
        self._at += 2 if is_list else 1
        parts = self._key()
        path: KeyPath = ()
        for position, part in enumerate(parts):
            path += (part,)
            if is_list and position == len(parts) - 1:
                self._entries[path] = self._entries.get(path, -1) + 1
            if path in self._entries:
                path += (self._entries[path],)
        end, self._at = self._at, start
        self._note(path)
        self._at = end + (2 if is_list else 1)
        return path

    def _pair(self, table: KeyPath) -> None:
        start = self._at
        parts = self._key()
        end, self._at = self._at, start
        self._note(table + parts)
        self._at = end
        if parts and self._text.startswith("=", self._at):
            self._at += 1
            self._value(table + parts)

    def _value(self, path: KeyPath) -> None:
        self._skip(_SPACE)
        sign = self._text[self._at : self._at + 1]
        if sign == "[":
            self._inside(path, "]")
        elif sign == "{":
            self._inside(path, "}")
        elif sign in ('"', "'"):
            self._skip(_TEXT)
        else:
            self._skip(_SCALAR)

    def _inside(self, path: KeyPath, close: str) -> None:
        self._at += 1
        number = 0
        while self._skip(_BLANK) < len(self._text):
            if self._text.startswith(close, self._at):
                self._at += 1
                return
            before = self._at
            if close == "]":
                self._note((*path, number))
                self._value((*path, number))
                number += 1
            else:
                self._pair(path)
            if self._at == before:
                return


def _plain(key: str) -> str:
    """Key without its quotes."""
    if key[0] not in "\"'":
        return key
    try:
        return next(iter(tomllib.loads(f"{key} = 0")))
    except ValueError:  # a sign that no TOML may hold
        return key
