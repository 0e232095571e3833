"""Rules about hard cases: what they need is there, and meetings are over before the day is.

The tables are in ``disputes.py``; how long times and limits may be is checked in ``check_time.py`` and
``check_limits.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import DAY
from hotline_sim.scenario.faults import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline_sim.scenario.draft import Draft


def findings(draft: Draft) -> Iterator[Finding]:
    """Everything that is wrong with them, as far as they are valid in themselves."""
    yield from _hard_cases(draft)
    yield from _mediation(draft)


def _hard_cases(draft: Draft) -> Iterator[Finding]:
    table = draft.hard_cases
    if table is None:
        return
    meeting = table.meeting
    if meeting is None:
        return
    length = meeting.length.ticks()
    if length < 1 or meeting.start + length > DAY:
        yield Finding(
            ("hard_cases", "meeting", "length"),
            "must be greater than 0, and the meeting over by midnight",
            f'"{meeting.length}"',
        )


def _mediation(draft: Draft) -> Iterator[Finding]:
    table = draft.mediation
    if table is None:
        return
    if "disputes" in draft.names["channels"] and table.disputes_per_year > 0:
        yield Finding(("channels", "disputes"), "is the name of what comes to [mediation] without a call")
    areas = sum(unit.area_weight > 0 for unit in draft.units.values())
    if table.mediators < areas:
        allowed = f"must be at least {areas}: one for each area"
        yield Finding(("mediation", "mediators"), allowed, f"{table.mediators}")
    if table.longest is not None and table.longest.ticks() < 1:
        yield Finding(("mediation", "longest"), "must be greater than 0", f'"{table.longest}"')
