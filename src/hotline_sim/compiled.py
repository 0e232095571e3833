"""The mark on functions that every engine may call.

A marked function stays plain Python: the SimPy engine calls it as it is. The compiled core reads
:data:`MARKED` and hands the very same source to its compiler, so a rule is written once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

MARKED: Final[list[Callable[..., Any]]] = []
APART: Final[list[Callable[..., Any]]] = []
"""Those of them whose machine code stands once, to be called."""


def compiled(function: Function) -> Function:
    """Mark a function as callable from compiled code, and return it unchanged.

    The body must keep to integers, floats, tuples and indexing of arrays: callers pass NumPy arrays
    or memory views of them.
    """
    MARKED.append(function)
    return function


def compiled_apart(function: Function) -> Function:
    """Mark a function as :func:`compiled`, but let its callers call it instead of copying its code.

    For long functions that are called from many places: copies cost time to compile, more than a call does.
    """
    APART.append(function)
    return compiled(function)
