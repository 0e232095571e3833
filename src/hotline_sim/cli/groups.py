"""Command groups that offer the nearest command for a misspelt one and load a command only when it is called.

The commands themselves are named in ``main.py``.
"""

from __future__ import annotations

import difflib
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping


class NearGroup(click.Group):
    """Group that names the nearest command when one is unknown."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first argument names."""
        word = args[0]
        names = self.list_commands(ctx)
        if word not in names and not word.startswith("-"):
            near = difflib.get_close_matches(word, names, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(names)}"
            ctx.fail(f"no such command {word!r}; {hint}")
        return super().resolve_command(ctx, args)


class LazyGroup(NearGroup):
    """Group whose commands are imported when they are called, so that ``--help`` is instant.

    Parameters
    ----------
    lazy : mapping of str to (str, str)
        By command name: where it is, as ``"module:attribute"``, and its line in the list of commands.
    **attributes
        As for :class:`click.Group`.
    """

    def __init__(self, *, lazy: Mapping[str, tuple[str, str]], **attributes: Any) -> None:
        super().__init__(**attributes)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order given."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None if there is none of that name."""
        if cmd_name not in self._lazy:
            return None
        module, attribute = self._lazy[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self._lazy.items()])
