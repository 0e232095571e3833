"""Rules about mechanisms that may be left out: what they name exists, and units can do what is asked.

How long their time limits may be is checked in ``check_time.py``, like that of all limits.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from hotline_sim.scenario.faults import Finding, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline_sim.scenario.draft import Draft


def findings(draft: Draft) -> Iterator[Finding]:
    """Everything that is wrong with them, as far as they are valid in themselves."""
    yield from _co_handlers(draft)
    yield from _supervision(draft)


def _co_handlers(draft: Draft) -> Iterator[Finding]:
    if draft.co_handlers is None:
        return
    known = draft.names["categories"]
    for name in draft.co_handlers.categories:
        if name not in known:
            path = ("co_handlers", "categories", name)
            yield Finding(path, "must be a name from [categories]", "", nearest(name, sorted(known)))
    if len(draft.names["units"]) == 1:
        yield Finding(("co_handlers",), "needs at least two units: nobody helps itself")
    for name, unit in draft.units.items():
        if unit.staff < 1:
            allowed = "must be at least 1: with [co_handlers] any unit may be asked to help"
            yield Finding(("units", name, "staff"), allowed, "0")


def _supervision(draft: Draft) -> Iterator[Finding]:
    if draft.supervision is None:
        return
    for position, (one, other) in enumerate(pairwise(draft.supervision.steps), 1):
        if one.unit == other.unit and one.value >= other.value:
            allowed = f"must be longer than the step before it ({one})"
            yield Finding(("supervision", "steps", position), allowed, f'"{other}"')
