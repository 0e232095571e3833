"""Rules about ways that are shorter than the usual one, such as dispatch without a person.

The tables are in ``dispatching.py``; how long their times may be is checked in ``check_time.py``.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from hotline_sim.scenario.faults import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline_sim.scenario.draft import Draft


def findings(draft: Draft) -> Iterator[Finding]:
    """Everything that is wrong with them, as far as they are valid in themselves."""
    yield from _updates(draft)
    if "automatic_dispatch" in draft.stated and "dispatch" not in draft.stated:
        hint = "needed because [automatic_dispatch] leaves urgent and returned tickets to the desk"
        yield Finding(("dispatch",), "is missing", hint=hint)


def _updates(draft: Draft) -> Iterator[Finding]:
    if draft.dispatch is None:
        return
    for position, (one, other) in enumerate(pairwise(draft.dispatch.updates), 1):
        if one.start >= other.start:
            allowed = f"must be later than that of the edition before it ({one.start})"
            yield Finding(("dispatch", "updates", position, "start"), allowed, f"{other.start}")
