"""Options and help that several commands share; choices that offer the nearest value for a misspelt one."""

from __future__ import annotations

import calendar
import difflib
import locale
import os
import re
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    Choice = click.Choice[str]
    DayType = click.ParamType[date]
else:
    Choice = click.Choice  # not subscriptable in click 8.1
    DayType = click.ParamType

F = TypeVar("F", bound="Callable[..., Any]")

LANGUAGES = ("zh", "en")
_LANG = "hotline_sim.lang"


class NearChoice(Choice):
    """One of some words; a misspelt one is told with the nearest."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word, or fail with the nearest one."""
        words = [str(word) for word in self.choices]
        if value not in words:
            near = difflib.get_close_matches(str(value), words, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            self.fail(f"got {value!r}, must be one of {', '.join(words)}{hint}", param, ctx)
        return str(super().convert(value, param, ctx))


class Day(DayType):
    """A day as year-month-day; of one that is none it is told what is wrong."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day, or fail with the format and the reason."""
        if isinstance(value, date):
            return value
        try:
            return _day(str(value).strip())
        except ValueError as error:
            allowed = "must be a day such as 2021-03-02 (year-month-day)"
            self.fail(f"got {str(value)!r}, {allowed}: {error}", param, ctx)


def _day(text: str) -> date:
    """Day of a text; raises ValueError with what is wrong."""
    parts = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text)
    if parts is None:
        raise ValueError("that is not year-month-day")
    year, month, day = (int(part) for part in parts.groups())
    if year == 0:
        raise ValueError("there is no year 0")
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise ValueError(f"{year}-{month:02} has {last} days")
    return date(year, month, day)


def examples(*lines: str) -> str:
    """End of a command's help: command lines to copy, kept as they are."""
    return "\b\n" + "\n".join(
        ["Example:" if len(lines) == 1 else "Examples:", *(f"  {line}" for line in lines)]
    )


def default_language() -> str:
    """Language of the person's locale: Chinese where it is Chinese, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if setting := os.environ.get(name):
            return _language(setting)
    return _language(locale.getlocale()[0] or "")


def _language(setting: str) -> str:
    # Windows writes "Chinese (Simplified)_China".
    return "zh" if setting.lower().startswith(("zh", "chinese")) else "en"


def lang_option(command: F) -> F:
    """Add ``--lang zh|en``; the command receives it as ``lang``."""
    return click.option(
        "--lang",
        type=NearChoice(LANGUAGES),
        envvar="HOTLINE_SIM_LANG",
        default=default_language,
        show_default="from the locale",
        help="Language of what is printed (environment: HOTLINE_SIM_LANG).",
        callback=_noted,
        is_eager=True,  # before other options can be found wrong
    )(command)


def faults_option(command: F) -> F:
    """Add ``--lang zh|en`` to a command that prints nothing in words but faults."""
    return click.option(
        "--lang",
        type=NearChoice(LANGUAGES),
        envvar="HOTLINE_SIM_LANG",
        default=default_language,
        show_default="from the locale",
        help="Language of messages (environment: HOTLINE_SIM_LANG).",
        callback=_noted,
        is_eager=True,
        expose_value=False,
    )(command)


def _noted(ctx: click.Context, param: click.Parameter, value: str) -> str:
    ctx.meta[_LANG] = value
    return value


def language_of(ctx: click.Context) -> str:
    """Language of the command that was called, else that of the person's environment."""
    known = ctx.meta.get(_LANG) or os.environ.get("HOTLINE_SIM_LANG")
    return str(known) if known in LANGUAGES else default_language()
