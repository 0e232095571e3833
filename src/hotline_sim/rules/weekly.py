"""The weekly bulletin: which units it names, and what they do about it in the week that follows (周通报).

The bulletin as a table for people is in :mod:`hotline_sim.results.bulletin`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import DAY
from hotline_sim.compiled import compiled

if TYPE_CHECKING:
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.ledger import Ledger

_WEEK = 7 * DAY
_NAMED = 1


@compiled
def week_of(tables: Tables, tick: int) -> int:
    """Week of a tick, counted from the first."""
    return int((tick - tables.weekly.first_week * DAY) // _WEEK)


@compiled
def note_reply_of_unit(tables: Tables, ledger: Ledger, unit: int, end: int, late: bool) -> None:
    """Count a reply for the bulletin of its week."""
    if tables.weekly.named == 0 or unit < 0:
        return
    week = week_of(tables, end)
    if 0 <= week < tables.weekly.weeks:
        ledger.week_replies[week, unit] += 1
        if late:
            ledger.week_late[week, unit] += 1


@compiled
def speed_of_named(tables: Tables, ledger: Ledger, unit: int, start: int) -> float:
    """Work done per tick by a unit because the last bulletin named it; 1 if it did not."""
    if tables.weekly.named == 0 or unit < 0:
        return 1.0
    week = week_of(tables, start) - 1
    if week < 0 or week >= tables.weekly.weeks:
        return 1.0
    if ledger.week_closed[week] == 0:
        _close(tables, ledger, week)
    return tables.weekly.speed if ledger.week_named[week, unit] == _NAMED else 1.0


@compiled
def _close(tables: Tables, ledger: Ledger, week: int) -> None:
    """Name the units with the largest shares of late replies; equal ones by more replies, then by number.

    Called for the first time when work begins in the week after, by when all replies of the week are known.
    """
    ledger.week_closed[week] = 1
    for _ in range(tables.weekly.named):
        worst = -1
        for unit in range(tables.units):
            replies, late = ledger.week_replies[week, unit], ledger.week_late[week, unit]
            if late == 0 or replies < tables.weekly.least or ledger.week_named[week, unit] == _NAMED:
                continue
            if worst < 0:
                worst = unit
                continue
            # Shares compared as whole numbers: late / replies against those of the worst so far.
            one = late * ledger.week_replies[week, worst]
            other = ledger.week_late[week, worst] * replies
            if one > other or (one == other and replies > ledger.week_replies[week, worst]):
                worst = unit
        if worst < 0:
            return
        ledger.week_named[week, worst] = _NAMED
