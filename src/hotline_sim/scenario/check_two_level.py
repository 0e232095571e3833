"""Rules about dispatch at two levels: there are units that pass tickets on, and the village's time is known.

The table is in ``two_level.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.scenario.faults import Finding, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline_sim.scenario.draft import Draft


def findings(draft: Draft) -> Iterator[Finding]:
    """Everything that is wrong with it, as far as it is valid in itself."""
    table = draft.two_level
    if table is None:
        return
    if table.village_share > 0 and table.village_field is None:
        hint = "needed because two_level.village_share is not 0"
        yield Finding(("two_level", "village_field"), "is missing", hint=hint)
    chosen = {name for name, unit in draft.units.items() if unit.kind == table.kind}
    if "units" in draft.whole and not chosen:
        yield Finding(("two_level", "kind"), "must be the kind of some unit", f'"{table.kind}"')
    for name in table.units:
        path = ("two_level", "units", name)
        if name not in draft.names["units"]:
            yield Finding(
                path, "must be a name from [units]", "", nearest(name, sorted(draft.names["units"]))
            )
        elif name in draft.units and name not in chosen:
            yield Finding(path, f'must be a unit of kind "{table.kind}"', f'"{draft.units[name].kind}"')
    for name in sorted(chosen):
        if table.office_share > 0 and draft.units[name].staff < 1:
            allowed = "must be at least 1: with [two_level] its own offices get tickets"
            yield Finding(("units", name, "staff"), allowed, "0")
