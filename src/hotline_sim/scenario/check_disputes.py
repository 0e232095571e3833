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
