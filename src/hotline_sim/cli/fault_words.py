"""Faults of scenario files and profiles in the language of the person; they are found and worded in English.

The Chinese wordings stand in ``zh.toml``, by the English one with names where values stand. Key paths, values
and names stay as they are. What is printed around the faults is said in ``bad_input.py``.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from hotline_sim.errors import Fault, ScenarioError

CATALOGUE: Final = Path(__file__).with_name("zh.toml")
LOOKED_UP: Final = frozenset({"hint", "reason", "days", "after", "given", "order"})
"""Names in a wording whose values are wordings themselves."""

_NAME: Final = re.compile(r"\{([a-z]+\d?)\}")
_NUMBER: Final = r"[\d.,]+(?:e[+-]?\d+)?"


class _Template(NamedTuple):
    pattern: re.Pattern[str]
    wording: str


def lines_of(error: ScenarioError, lang: str) -> list[str]:
    """Each fault of a file in one line, and how many there are.

    Parameters
    ----------
    error : ScenarioError
        With its faults.
    lang : {"en", "zh"}
        Language.
    """
    number = len(error.faults)
    if lang == "zh":
        lines = [f"{error.source}: {_fault(fault)}" for fault in error.faults]
        return [*lines, f"{error.source}: 共{number}处错误"]
    return [*str(error).split("\n"), f"{error.source}: {number} fault{'s' * (number != 1)}"]


def _fault(fault: Fault) -> str:
    place = fault.where or "文件"
    if fault.line is not None:
        place = f"第{fault.line}行：{place}"
    given = f"现为 {in_chinese(fault.given)}，" if fault.given else ""
    hint = f"；{in_chinese(fault.hint)}" if fault.hint else ""
    return f"{place}：{given}{in_chinese(fault.allowed)}{hint}"


def in_chinese(text: str) -> str:
    """Chinese wording of a part of a fault; the text itself where there is none.

    Examples
    --------
    >>> in_chinese("must come after run.start (2021-03-01)")
    '必须晚于 run.start（2021-03-01）'
    """
    exact, templates = _catalogue()
    if text in exact:
        return exact[text]
    for template in templates:
        if match := template.pattern.fullmatch(text):
            return _filled(template.wording, match.groupdict())
    return text


def _filled(wording: str, values: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name in LOOKED_UP:
            return in_chinese(values[name])
        if name == "columns":
            return re.sub(r"did you mean (.+?)\?", r"是否应为 \1？", values[name]).replace(" or ", " 或 ")
        if name == "signs":  # further pairs of a full-width sign and the plain one
            return values[name].replace(" for ", " 代替 ").replace("a space", "空格")
        return values[name].replace("a space", "空格") if name == "sign" else values[name]

    return _NAME.sub(value, wording)


@cache
def _catalogue() -> tuple[dict[str, str], list[_Template]]:
    """Wordings without names, and those with names, the most specific first."""
    tables = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
    exact = {english: chinese for table in tables.values() for english, chinese in table.items()}
    with_names = [english for english in tables["told"] if _NAME.search(english)]
    with_names.sort(key=lambda english: -len(_NAME.sub("", english)))
    return exact, [_Template(_pattern(english), exact[english]) for english in with_names]


def _pattern(english: str) -> re.Pattern[str]:
    parts = _NAME.split(english)
    text = re.escape(parts[0])
    for name, literal in zip(parts[1::2], parts[2::2], strict=True):
        kind = _NUMBER if name.rstrip("0123456789") == "n" else ".+"
        text += f"(?P<{name}>{kind}){re.escape(literal)}"
    return re.compile(text, re.DOTALL)
