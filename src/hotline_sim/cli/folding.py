"""Lines of a text that fit a terminal, in English and in Chinese, which has no spaces to break at.

Rich breaks Chinese anywhere and leaves a full stop alone on a line; here no line begins with a closing sign
or ends with an opening one, and no word or number is cut. Tables are laid out where they are printed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.console import Console

_CLOSING: Final = "，。、；：！？）》」』”’％"
_OPENING: Final = "（《「『“‘"
_UNIT: Final = re.compile(r"(?:%|ms|s|min|h|d)\W?")
"""Stands on the line of its number."""
_HERE: Final = "\ufeff"
"""Stands where a key may be broken."""
_TOKEN: Final = re.compile(r"\s+|[^\s\u2018-\u201d\u2e80-\uffef\ufeff]+|[^\s]")


def folded(text: str, width: int, *, indent: int = 0, keys: bool = False) -> str:
    """Text with line breaks so that each line fits, as far as its words do.

    Parameters
    ----------
    text : str
        One paragraph.
    width : int
        Cells of a line; a Chinese character takes two.
    indent : int
        Spaces before every line but the first.
    keys : bool
        Whether words are keys of a scenario, which may be broken after ``.`` and ``_``.

    Examples
    --------
    >>> print(folded("受理诉求60件：回复率100%。", 10))
    受理诉求60
    件：回复率
    100%。
    """
    from rich.cells import cell_len

    lines: list[str] = []
    line = ""
    for piece in _pieces(re.sub(r"(?<=[._])(?=\w)", _HERE, text) if keys else text):
        start = " " * indent if lines else ""
        if not line:
            line = start + piece.lstrip()
        elif cell_len(line + piece.rstrip()) <= width:
            line += piece
        else:
            lines.append(line.rstrip())
            line = " " * indent + piece.lstrip()
    return "\n".join([*lines, line.rstrip()]).replace(_HERE, "")


def print_folded(console: Console, text: str, *, style: str = "") -> None:
    """Print a paragraph that is folded to the width of the console."""
    from rich.text import Text

    console.print(Text(folded(text, console.width), style=style))


def _pieces(text: str) -> list[str]:
    """Parts between which a line may be broken; spaces stand at the beginning of a part."""
    pieces: list[str] = []
    space = ""
    for token in _TOKEN.findall(text):
        if token.isspace():
            space = " "
        elif pieces and space and pieces[-1][-1].isdigit() and _UNIT.fullmatch(token):
            pieces[-1] += space + token
            space = ""
        elif token == _HERE:
            continue
        elif pieces and not space and (token[0] in _CLOSING or pieces[-1][-1] in _OPENING):
            pieces[-1] += token
        else:
            pieces.append(space + token)
            space = ""
    return pieces
