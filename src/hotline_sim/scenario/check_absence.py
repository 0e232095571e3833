"""Rules about absence: the teams and units that it names exist.

The table is in ``absence.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.scenario.faults import Finding, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline_sim.scenario.draft import Draft


def findings(draft: Draft) -> Iterator[Finding]:
    """Everything that is wrong with it, as far as it is valid in itself."""
    if draft.absence is None:
        return
    for section, shares in (("teams", draft.absence.teams), ("units", draft.absence.units)):
        known = draft.names[section]
        for name in shares:
            if name not in known:
                allowed = f"must be a name from [{section}]"
                yield Finding(("absence", section, name), allowed, "", nearest(name, sorted(known)))
