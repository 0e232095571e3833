"""Options and help that several commands share; choices that offer the nearest value for a misspelt one."""

from __future__ import annotations

import difflib
import locale
import os
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    Choice = click.Choice[str]
else:
    Choice = click.Choice  # not subscriptable in click 8.1

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
