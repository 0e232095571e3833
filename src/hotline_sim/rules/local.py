"""Who does the work of a ticket that a county passes on: its offices, a township, or the village (两级派单).

Urgent tickets are not passed on, and work done again goes straight back to those who did it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.compiled import compiled
from hotline_sim.network.codes import UNSTAFFED, Outcome, Stage
from hotline_sim.rules.backlog import began_at_unit
from hotline_sim.rules.cohandling import co_handlers
from hotline_sim.rules.hard_cases import is_hard
from hotline_sim.rules.mediation import is_diverted
from hotline_sim.rules.visit import at_stage

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.visit import Visit

OFFICE, TOWNSHIP, VILLAGE = 1, 2, 3
# Plain module numbers: compiled code reads them as constants.
_FIELD = int(Stage.FIELD)
_LOCAL_SIGN = int(Stage.LOCAL_SIGN)
_PASSED_ON = int(Outcome.PASSED_ON)
_TO_VILLAGE = int(Outcome.TO_VILLAGE)


@compiled
def level_of(tables: Tables, draws: Draws, ticket: int, unit: int) -> int:
    """Level that does the work of a ticket of a unit; 0: the unit passes nothing on."""
    if tables.local.on == 0 or unit < 0 or draws.urgent[ticket] == 1 or tables.local.centre[unit] < 0:
        return 0
    if is_hard(tables, draws, ticket) or is_diverted(tables, draws, ticket):
        return 0
    number = draws.local[0, ticket]
    if number < tables.local.office:
        return OFFICE
    # The rest of the uniform is itself uniform on what is left.
    rest = (number - tables.local.office) / (1.0 - tables.local.office)
    # What several units handle together, or had at a desk before the run, is more than a village can settle.
    if rest >= tables.local.village or co_handlers(tables, draws, ticket) > 0:
        return TOWNSHIP
    return TOWNSHIP if began_at_unit(tables, draws, ticket) else VILLAGE


@compiled
def after_local_dispatch(tables: Tables, draws: Draws, visit: Visit, end: int) -> tuple[int, Visit]:
    """What follows when the centre of a unit has passed a ticket on."""
    if level_of(tables, draws, visit.ticket, visit.unit) == VILLAGE:
        return _TO_VILLAGE, at_stage(visit, _FIELD, UNSTAFFED, end, visit.due, visit.effort_from)
    return _PASSED_ON, at_stage(visit, _LOCAL_SIGN, UNSTAFFED, end, visit.due, visit.effort_from)


@compiled
def handling_station(tables: Tables, draws: Draws, ticket: int, unit: int) -> int:
    """Station of those who handle a ticket of a unit: its desk, its people on duty, or a township."""
    if draws.urgent[ticket] == 1:
        return int(tables.duty_station[unit])
    if level_of(tables, draws, ticket, unit) > OFFICE:
        number = int(draws.township[0, ticket] * tables.local.townships[unit])
        return int(tables.local.township[unit] + number)
    return int(tables.desk_station[unit])
