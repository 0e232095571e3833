"""What becomes of a call that comes in, and which calls give way to others.

Whose patience ends when is in ``intake.py``; calls about one's own ticket are in ``citizens.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import DAY, NEVER
from hotline_sim.compiled import compiled
from hotline_sim.network.codes import Stage
from hotline_sim.network.limits import is_enterprise

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.ledger import Ledger
    from hotline_sim.rules.visit import Visit

# Plain module numbers: compiled code reads them as constants.
_INTAKE = int(Stage.INTAKE)
_CALLBACK = int(Stage.CALLBACK)
_CHASE = int(Stage.CHASE)
_REPEAT = int(Stage.REPEAT)


@compiled
def is_call(tables: Tables, draws: Draws, visit: Visit) -> bool:
    """Whether a visit is a citizen's call, with a caller on the line."""
    if visit.stage == _INTAKE:
        return bool(tables.live[draws.source[visit.ticket]] == 1)
    return visit.stage in (_CHASE, _REPEAT)


@compiled
def intake_station(tables: Tables, draws: Draws, ticket: int) -> int:
    """Station that takes a contact: of its channel, of enterprises, or the seats its caller needs."""
    if tables.enterprises.station >= 0 and is_enterprise(tables, draws, ticket):
        return tables.enterprises.station
    source = draws.source[ticket]
    if tables.skills.kinds > 0 and tables.live[source] == 1:
        number = draws.skill[0, ticket]
        for kind in range(tables.skills.kinds):
            if number < tables.skills.cumulative[draws.category[ticket], draws.area[ticket], kind]:
                return int(tables.skills.station[kind])
    return int(tables.intake_station[source])


@compiled
def is_moot(tables: Tables, ledger: Ledger, visit: Visit, now: int) -> bool:
    """Whether the citizen has no reason to call any more: the ticket has its reply."""
    return tables.chase.most > 0 and visit.stage == _CHASE and bool(ledger.replied[visit.ticket] <= now)


@compiled
def kept_free(tables: Tables, stage: int, now: int) -> int:
    """Agents that stay free for others when a visit begins; NEVER: it may not begin now."""
    if tables.idle.on == 0 or stage != _CALLBACK:
        return 0
    if tables.idle.opens <= now % DAY < tables.idle.closes:
        return tables.idle.above
    return NEVER


@compiled
def next_opening(tables: Tables, station: int, now: int) -> int:
    """Next tick after now from which on a station calls back; NEVER if it always does, or never."""
    if tables.idle.on == 0 or station != tables.idle.station or tables.idle.closes - tables.idle.opens == DAY:
        return NEVER
    opens: int = now - now % DAY + tables.idle.opens
    return opens if opens > now else opens + DAY
