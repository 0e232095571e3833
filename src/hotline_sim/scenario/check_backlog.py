"""Rules about tickets that are open at the start: when they came, who has them, what must be there for it.

The tables are in ``backlog.py``.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from hotline_sim.scenario.check_time import KNOWN_DAYS
from hotline_sim.scenario.faults import Finding, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline_sim.scenario.backlog import OpenGroup, OpenTicket
    from hotline_sim.scenario.draft import Draft
    from hotline_sim.scenario.faults import KeyPath

SOURCE = "backlog"
"""Name of the source of these tickets in the log, beside the channels."""
MOST_TICKETS = 1_000_000
"""Tickets of all groups together."""


def findings(draft: Draft) -> Iterator[Finding]:
    """Everything that is wrong with them, as far as they are valid in themselves."""
    backlog = draft.backlog
    if backlog is None:
        return
    if SOURCE in draft.names["channels"]:
        hint = "in the log it stands for the tickets of [backlog]"
        yield Finding(("channels", SOURCE), "must have another name", "", hint)
    if draft.run is not None and draft.run.run_in.ticks() > 0:
        hint = "the run-in would fill the hotline a second time"
        yield Finding(("run", "run_in"), 'must be "0 d" with [backlog]', f'"{draft.run.run_in}"', hint)
    count = sum(group.count for group in backlog.groups)
    if count > MOST_TICKETS:
        allowed = f"must have counts that sum to at most {MOST_TICKETS:,}"
        yield Finding(("backlog", "groups"), allowed, f"{count:,}")
    for number, group in enumerate(backlog.groups):
        yield from _place(draft, ("backlog", "groups", number), group)
        if group.oldest.ticks() < group.youngest.ticks():
            path = ("backlog", "groups", number, "oldest")
            yield Finding(path, f"must not be below youngest ({group.youngest})", f'"{group.oldest}"')
    for number, ticket in enumerate(backlog.tickets):
        yield from _place(draft, ("backlog", "tickets", number), ticket)
    if draft.run is not None:
        start = datetime(draft.run.start.year, draft.run.start.month, draft.run.start.day)
        for number, ticket in enumerate(backlog.tickets):
            yield from _times(("backlog", "tickets", number), ticket, start)
        yield from _known(draft, backlog.oldest(start))


def _place(draft: Draft, path: KeyPath, entry: OpenGroup | OpenTicket) -> Iterator[Finding]:
    for key, section, name in (
        ("category", "categories", entry.category),
        ("request_class", "classes", entry.request_class),
        ("unit", "units", entry.unit),
    ):
        if name is not None and name not in draft.names[section]:
            allowed = f"must be a name from [{section}]"
            yield Finding((*path, key), allowed, quoted(name), nearest(name, sorted(draft.names[section])))
    if (entry.unit is None) != (entry.stage in (None, "dispatch")) and entry.stage is not None:
        allowed = "must be dispatch without a unit, and desk or field with one"
        yield Finding((*path, "stage"), allowed, quoted(entry.stage))
    if entry.unit is not None and entry.stage == "desk" and entry.unit in draft.units:
        unit = draft.units[entry.unit]
        if unit.staff < 1:
            yield Finding(("units", entry.unit, "staff"), "must be at least 1: it has open tickets", "0")


def _times(path: KeyPath, ticket: OpenTicket, start: datetime) -> Iterator[Finding]:
    if ticket.arrived >= start:
        allowed = f"must come before the start of the run ({start.date()})"
        yield Finding((*path, "arrived"), allowed, f"{ticket.arrived}")
    elif ticket.since is not None and not ticket.arrived <= ticket.since <= start:
        allowed = f"must lie between arrived ({ticket.arrived}) and the start of the run ({start.date()})"
        yield Finding((*path, "since"), allowed, f"{ticket.since}")
    if ticket.due is not None and ticket.due < ticket.arrived:
        allowed = f"must not come before arrived ({ticket.arrived})"
        yield Finding((*path, "due"), allowed, f"{ticket.due}")


def _known(draft: Draft, oldest: datetime) -> Iterator[Finding]:
    if draft.calendar is None:
        return
    first, _ = KNOWN_DAYS[draft.calendar.base]
    if oldest.date() <= first:
        hint = "give them a later arrival and a deadline (due)"
        if draft.calendar.base == "china":
            hint = "lay out a week of your own, or give them a later arrival and a deadline (due)"
        allowed = f"must arrive after {first}: the calendar knows no days before"
        yield Finding(("backlog",), allowed, f"a ticket of {oldest.date()}", hint)
