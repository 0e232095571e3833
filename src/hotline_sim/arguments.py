"""Checks of the arguments of the Python verbs: one sentence that begins with the name of what is wrong.

What may stand in a file is the subject of :mod:`hotline_sim.scenario`; numbers of formulas are checked in
:mod:`hotline_sim.analytic.arguments`.
"""

from __future__ import annotations

import difflib
import operator
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def check_whole(name: str, value: object, *, least: int = 0, most: int | None = None) -> None:
    """Check that an argument is a whole number within bounds; those of NumPy are whole numbers too.

    Raises
    ------
    TypeError
        If it is none.
    ValueError
        If it is out of bounds.

    Examples
    --------
    >>> check_whole("replications", 0, least=1)
    Traceback (most recent call last):
    ...
    ValueError: replications: got 0, must be at least 1
    """
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{name}: got {value!r}, must be a whole number") from None
    if number < least or (most is not None and number > most):
        bounds = f"at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name}: got {number}, must be {bounds}")


def check_choice(name: str, value: object, choices: Sequence[str]) -> None:
    """Check that an argument is one of some words.

    Raises
    ------
    ValueError
        If it is not, with the nearest one.

    Examples
    --------
    >>> check_choice("engine", "cor", ("auto", "des", "core"))
    Traceback (most recent call last):
    ...
    ValueError: engine: got 'cor', must be one of auto, des, core; did you mean core?
    """
    if value not in choices:
        near = difflib.get_close_matches(str(value), choices, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"{name}: got {value!r}, must be one of {', '.join(choices)}{hint}")


def check_path(name: str, value: object, meaning: str) -> None:
    """Check that an argument can be a path, or a name.

    Parameters
    ----------
    name : str
        Of the argument.
    value : object
        What was given.
    meaning : str
        What it should be, for the message.

    Raises
    ------
    TypeError
        If it is neither text nor a path.
    """
    if not (isinstance(value, str | os.PathLike) and isinstance(os.fspath(value), str)):
        raise TypeError(f"{name}: got {type(value).__name__}, must be {meaning}")
