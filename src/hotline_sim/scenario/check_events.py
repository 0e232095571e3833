"""Rules about events: they begin before they end, and what they name exists.

Other rules that span several keys are in ``check.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import DAY
from hotline_sim.scenario.faults import Finding, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline_sim.scenario.draft import Draft
    from hotline_sim.scenario.events import Event


def findings(draft: Draft) -> Iterator[Finding]:
    """Everything that is wrong with events, as far as they are valid in themselves."""
    for name, event in draft.events.items():
        yield from _time(name, event)
        yield from _names(draft, name, event)
        if event.redial is not None and (draft.intake is not None and draft.intake.redial is None):
            yield Finding(
                ("events", name, "redial"), "needs [intake.redial]", hint="it says how long callers wait"
            )


def _time(name: str, event: Event) -> Iterator[Finding]:
    path = ("events", name)
    if event.end <= event.start:
        yield Finding((*path, "end"), f"must come after start ({event.start})", f"{event.end}")
        return
    days = -(-event.end_tick // DAY) - event.start_tick // DAY
    if event.by_day and len(event.by_day) != days:
        yield Finding(
            (*path, "by_day"),
            f"must have one factor for each day from start to end ({days})",
            f"{len(event.by_day)} factors",
        )
    if event.by_day and event.demand != 1.0:
        yield Finding(
            (*path, "demand"), "stands in place of by_day; leave one of them out", f"{event.demand:g}"
        )


def _names(draft: Draft, name: str, event: Event) -> Iterator[Finding]:
    asked = {
        "categories": ("categories", event.categories),
        "agents": ("teams", tuple(event.agents)),
        "staff": ("units", tuple(event.staff)),
    }
    for part, (section, names) in asked.items():
        known = draft.names[section]
        for position, one in enumerate(names):
            if one not in known:
                place = (position,) if part == "categories" else (one,)
                given = quoted(one) if part == "categories" else ""
                yield Finding(
                    ("events", name, part, *place),
                    f"must be a name from [{section}]",
                    given,
                    nearest(one, sorted(known)),
                )
