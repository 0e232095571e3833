"""Rules that span several keys: names that must exist, shares that must sum to 1, parts that need others.

Rules about dates and durations are in ``check_time.py``, about time limits in ``check_limits.py``, about
shifts in ``check_shifts.py``, about events in ``check_events.py``, about parts to be left out in
``check_mechanisms.py`` and ``check_shortcuts.py``; what a single key may hold is said in ``schema.py`` and
``types.py``. Each rule is one function from the valid parts to findings.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import DAY
from hotline_sim.scenario import (
    check_absence,
    check_backlog,
    check_citizens,
    check_disputes,
    check_events,
    check_limits,
    check_mechanisms,
    check_shifts,
    check_shortcuts,
    check_time,
    check_two_level,
)
from hotline_sim.scenario.faults import Finding, KeyPath, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hotline_sim.scenario.draft import Draft

TOLERANCE = 1e-9
"""Largest distance of a sum of shares from 1."""
MOST_CONTACTS = 50_000_000
"""Expected contacts of one run, invalid ones included: more would not fit into memory."""


def findings(draft: Draft) -> list[Finding]:
    """Everything that is wrong between the keys of a scenario, as far as its parts are valid.

    Parameters
    ----------
    draft : Draft
        Of a whole scenario, or of the valid parts of one.
    """
    rules = (
        _shares,
        _volume,
        _weights,
        _teams,
        _profiles,
        _units_of_categories,
        _areas,
        _needed_for_tickets,
        _urgent,
        _callers,
        _callback,
        check_events.findings,
        check_mechanisms.findings,
        check_citizens.findings,
        check_shortcuts.findings,
        check_absence.findings,
        check_backlog.findings,
        check_disputes.findings,
        check_two_level.findings,
        *check_time.RULES,
        *check_limits.RULES,
        *check_shifts.RULES,
    )
    return [finding for rule in rules for finding in rule(draft)]


def reachable_units(draft: Draft) -> list[str]:
    """Names of the units to which some category sends tickets, sorted; those of faulty entries left out."""
    names: set[str] = set()
    for category in draft.categories.values():
        if category.area_share < 1:
            names.update(category.units)
        if category.area_share > 0:
            names.update(name for name, unit in draft.units.items() if unit.area_weight > 0)
    return sorted(names & draft.units.keys())


def _shares(draft: Draft) -> Iterator[Finding]:
    tables: Mapping[str, Mapping[str, check_time.HasShare]] = {
        "channels": draft.channels,
        "classes": draft.classes,
        "categories": draft.categories,
    }
    for section, entries in tables.items():
        total = math.fsum(entry.share for entry in entries.values())
        if entries and section in draft.whole and abs(total - 1) > TOLERANCE:
            yield Finding(
                (section,), f"must sum to 1 (tolerance {TOLERANCE:g})", f"shares that sum to {total:.12g}"
            )


def _volume(draft: Draft) -> Iterator[Finding]:
    run, demand = draft.run, draft.demand
    if run is None or demand is None or "channels" not in draft.whole:
        return
    days = max(0, (run.end - run.start).days) + run.run_in.ticks() / DAY
    a_request = math.fsum(entry.share / (1 - entry.invalid_share) for entry in draft.channels.values())
    contacts = demand.requests_per_year / 365 * days * a_request
    if contacts > MOST_CONTACTS:
        yield Finding(
            ("demand", "requests_per_year"),
            f"too many for one run: about {contacts:,.0f} contacts, must be at most {MOST_CONTACTS:,}",
            f"{demand.requests_per_year:,.15g}",
            f"the run has {days:,.0f} days, and contacts that are no request count too",
        )


def _weights(draft: Draft) -> Iterator[Finding]:
    if draft.demand is None:
        return
    tables: dict[KeyPath, tuple[float, ...]] = {
        ("demand", "month"): draft.demand.month,
        ("demand", "weekday"): draft.demand.weekday,
    }
    for name, profile in draft.demand.profiles.items():
        tables["demand", "profiles", name] = profile
    for path, weights in tables.items():
        if not any(weights):
            yield Finding(path, "at least one must be greater than 0", "only zeros")


def _teams(draft: Draft) -> Iterator[Finding]:
    asked: dict[KeyPath, str] = {
        ("channels", name, "team"): channel.team for name, channel in draft.channels.items()
    }
    if draft.dispatch:
        asked["dispatch", "team"] = draft.dispatch.team
    if draft.callback:
        asked["callback", "team"] = draft.callback.team
    for path, team in asked.items():
        yield from _must_exist(draft, path, team, "teams")


def _profiles(draft: Draft) -> Iterator[Finding]:
    for name, category in draft.categories.items():
        yield from _must_exist(draft, ("categories", name, "profile"), category.profile, "profiles")
        for group, profile in (category.day_profiles or {}).items():
            yield from _must_exist(draft, ("categories", name, "day_profiles", group), profile, "profiles")


def _must_exist(draft: Draft, path: KeyPath, name: str, section: str) -> Iterator[Finding]:
    known = draft.names[section]
    if name not in known:
        table = "demand.profiles" if section == "profiles" else section
        yield Finding(path, f"must be a name from [{table}]", quoted(name), nearest(name, sorted(known)))


def _units_of_categories(draft: Draft) -> Iterator[Finding]:
    known = draft.names["units"]
    for name, category in draft.categories.items():
        path = ("categories", name, "units")
        for unit in category.units:
            if unit not in known:
                yield Finding((*path, unit), "must be a name from [units]", "", nearest(unit, sorted(known)))
        if draft.gives_work and category.area_share < 1 and not category.units:
            yield Finding(
                path, "is missing", hint=f"area_share is {category.area_share:g}: other units take the rest"
            )
    if not draft.gives_work:
        return
    for name in reachable_units(draft):
        if draft.units[name].staff < 1:
            allowed = "must be at least 1: categories send tickets here, and nobody would handle them"
            yield Finding(("units", name, "staff"), allowed, "0")


def _areas(draft: Draft) -> Iterator[Finding]:
    for name, unit in draft.units.items():
        if unit.area_weight > 0 and unit.kind not in ("county", "zone"):
            yield Finding(
                ("units", name, "area_weight"),
                "only a county or zone has citizens of its own",
                f'{unit.area_weight:g} for kind "{unit.kind}"',
            )
    has_areas = any(unit.area_weight > 0 for unit in draft.units.values())
    if has_areas or "units" not in draft.whole:
        return
    for name, category in draft.categories.items():
        if category.area_share > 0:
            yield Finding(
                ("categories", name, "area_share"),
                "needs at least one unit with area_weight greater than 0",
                f"{category.area_share:g}",
            )


def _needed_for_tickets(draft: Draft) -> Iterator[Finding]:
    if not draft.makes_tickets:
        return
    why = "needed because some class has direct_answer below 1"
    for section in ("dispatch", "sign", "units"):
        if section not in draft.stated or (section == "units" and not draft.names["units"]):
            yield Finding((section,), "is missing", hint=why)


def _urgent(draft: Draft) -> Iterator[Finding]:
    if not draft.makes_tickets or "urgent" in draft.stated:
        return
    for name, category in draft.categories.items():
        if category.urgent_share > 0:
            hint = f"needed because categories.{name} has urgent_share {category.urgent_share:g}"
            yield Finding(("urgent",), "is missing", hint=hint)
            return


def _callers(draft: Draft) -> Iterator[Finding]:
    if draft.intake is None or draft.intake.patience is not None:
        return
    allowed = "needs intake.patience: without it callers never give up"
    if draft.intake.redial is not None:
        yield Finding(("intake", "redial"), allowed)
    if draft.intake.hang_up_share > 0:
        yield Finding(("intake", "hang_up_share"), allowed, f"{draft.intake.hang_up_share:g}")


def _callback(draft: Draft) -> Iterator[Finding]:
    if "callback" in draft.stated and "outcome" not in draft.stated:
        yield Finding(("outcome",), "is missing", hint="needed because [callback] asks whether it is solved")
