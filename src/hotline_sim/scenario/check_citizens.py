"""Rules about the phone room's lines and helpers, and about citizens with a ticket.

What they name exists, and there is what they need; other parts that may be left out are checked in
``check_mechanisms.py``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from hotline_sim.scenario.faults import Finding, KeyPath, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline_sim.scenario.draft import Draft


_ABOUT_TICKETS: Final = (
    *("chasers", "repeats", "rating", "bulletin"),
    *("extension", "supervision", "hard_cases", "three_party", "quick_service"),
)
"""Tables that mean nothing where no ticket is made."""


def findings(draft: Draft) -> Iterator[Finding]:
    """Everything that is wrong with them, as far as they are valid in themselves."""
    yield from _teams(draft)
    yield from _skills(draft)
    yield from _idle(draft)
    yield from _tickets(draft)


def _teams(draft: Draft) -> Iterator[Finding]:
    asked: dict[KeyPath, str] = {("skills", name, "team"): skill.team for name, skill in draft.skills.items()}
    if draft.chasers:
        asked["chasers", "team"] = draft.chasers.team
    if draft.repeats:
        asked["repeats", "team"] = draft.repeats.team
    for name, team in draft.teams.items():
        if team.overflow:
            asked["teams", name, "overflow", "to"] = team.overflow.to
            if team.overflow.to == name:
                yield Finding(("teams", name, "overflow", "to"), "must be another team", quoted(name))
    known = draft.names["teams"]
    for path, team_name in asked.items():
        if team_name not in known:
            hint = nearest(team_name, sorted(known))
            yield Finding(path, "must be a name from [teams]", quoted(team_name), hint)


def _skills(draft: Draft) -> Iterator[Finding]:
    areas = {name for name, unit in draft.units.items() if unit.area_weight > 0}
    for name, skill in draft.skills.items():
        for category in skill.categories:
            if category not in draft.names["categories"]:
                hint = nearest(category, sorted(draft.names["categories"]))
                path = ("skills", name, "categories", category)
                yield Finding(path, "must be a name from [categories]", "", hint)
        for area in skill.areas:
            if area not in areas and "units" in draft.whole:
                hint = nearest(area, sorted(areas))
                allowed = "must be a unit with area_weight greater than 0"
                yield Finding(("skills", name, "areas", area), allowed, "", hint)
        if skill.categories and skill.areas:
            yield Finding(("skills", name), "may have categories or areas, not both")
    for category in draft.names["categories"]:
        for area in areas or {""}:
            total = math.fsum(
                skill.areas.get(area, skill.categories.get(category, skill.share))
                for skill in draft.skills.values()
            )
            if total > 1 + 1e-9:
                where = f"{category}, {area}" if area else category
                allowed = f"must have shares that sum to at most 1 ({where})"
                yield Finding(("skills",), allowed, f"{total:.12g}")
                return


def _idle(draft: Draft) -> Iterator[Finding]:
    callback = draft.callback
    if callback is None or callback.between is None:
        return
    path = ("callback", "between")
    if callback.idle_above is None:
        yield Finding(path, "needs callback.idle_above")
    opens, closes = callback.between
    if opens >= closes:
        yield Finding(path, "must end after it begins, on the same day")


def _tickets(draft: Draft) -> Iterator[Finding]:
    if draft.repeats and "outcome" not in draft.stated:
        yield Finding(("outcome",), "is missing", hint="needed because [repeats] asks whether it is solved")
    for name in _ABOUT_TICKETS:
        if getattr(draft, name) is not None and "units" in draft.whole and not draft.units:
            yield Finding((name,), "needs [units]: without them there are no tickets")
