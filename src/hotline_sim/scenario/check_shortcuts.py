"""Rules about ways that are shorter than the usual one, such as dispatch without a person.

The tables are in ``dispatching.py`` and ``shortcuts.py``; how long their times may be is checked in
``check_time.py``, and how long their time limits in ``check_limits.py``.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import WORKING_DAYS
from hotline_sim.scenario.faults import Finding, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hotline_sim.scenario.draft import Draft
    from hotline_sim.scenario.faults import KeyPath
    from hotline_sim.scenario.shortcuts import Enterprise


def findings(draft: Draft) -> Iterator[Finding]:
    """Everything that is wrong with them, as far as they are valid in themselves."""
    yield from _updates(draft)
    if "automatic_dispatch" in draft.stated and "dispatch" not in draft.stated:
        hint = "needed because [automatic_dispatch] leaves urgent and returned tickets to the desk"
        yield Finding(("dispatch",), "is missing", hint=hint)
    if draft.enterprise is not None:
        yield from _enterprise(draft, draft.enterprise)
    if draft.three_party is not None:
        yield from _known(draft, ("three_party", "classes"), draft.three_party.classes, "classes")
    if draft.quick_service is not None:
        quick = draft.quick_service
        yield from _team(draft, ("quick_service", "team"), quick.team)
        yield from _known(draft, ("quick_service", "categories"), quick.categories, "categories")
        yield from _known(draft, ("quick_service", "classes"), quick.classes, "classes")


def _enterprise(draft: Draft, table: Enterprise) -> Iterator[Finding]:
    yield from _known(draft, ("enterprise", "categories"), table.categories, "categories")
    yield from _known(draft, ("enterprise", "limits"), table.limits, "classes")
    yield from _team(draft, ("enterprise", "team"), table.team)
    after = table.escalate_after
    if after is None and table.speed > 1:
        allowed = "needs enterprise.escalate_after: nothing is ever escalated"
        yield Finding(("enterprise", "speed"), allowed, f"{table.speed:g}")
    if after is not None and after.unit == WORKING_DAYS and not float(after.value).is_integer():
        allowed = "must be a whole number of working days, which end at the close of business"
        yield Finding(("enterprise", "escalate_after"), allowed, f'"{after}"')


def _known(draft: Draft, path: KeyPath, names: Iterable[str], section: str) -> Iterator[Finding]:
    """Find names in a table that are none of a section."""
    known = draft.names[section]
    for name in names:
        if name not in known:
            hint = nearest(name, sorted(known))
            yield Finding((*path, name), f"must be a name from [{section}]", "", hint)


def _team(draft: Draft, path: KeyPath, name: str | None) -> Iterator[Finding]:
    known = draft.names["teams"]
    if name is not None and name not in known:
        yield Finding(path, "must be a name from [teams]", quoted(name), nearest(name, sorted(known)))


def _updates(draft: Draft) -> Iterator[Finding]:
    if draft.dispatch is None:
        return
    for position, (one, other) in enumerate(pairwise(draft.dispatch.updates), 1):
        if one.start >= other.start:
            allowed = f"must be later than that of the edition before it ({one.start})"
            yield Finding(("dispatch", "updates", position, "start"), allowed, f"{other.start}")
