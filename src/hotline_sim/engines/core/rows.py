"""Room for the rows of the log that the loop writes; while it runs, in the order in which visits end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hotline_sim.clock.ticks import NEVER
from hotline_sim.compiled import compiled
from hotline_sim.engines.core.observe import observe
from hotline_sim.engines.core.queue import SERVED, START, STATE, WAITING, get
from hotline_sim.network.codes import Outcome
from hotline_sim.rules.deadlines import target_of
from hotline_sim.rules.intake import after_call_of
from hotline_sim.rules.supervision import settled

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.engines.core.queue import Slots
    from hotline_sim.engines.core.summary import Summary
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.visit import Visit

_OPEN = int(Outcome.OPEN)


class Rows(NamedTuple):
    """Room for the log's visits; columns as in the log, with its types."""

    ticket: IntArray
    stage: IntArray
    station: IntArray
    attempt: IntArray
    ready: IntArray
    start: IntArray
    end: IntArray
    after_call: IntArray
    target: IntArray
    unit: IntArray
    due: IntArray
    outcome: IntArray
    opinion: IntArray


def write_open(tables: Tables, draws: Draws, slots: Slots, rows: Rows, summary: Summary, row: int) -> int:
    """Write or count the visits that wait or are served when the run is over; returns the number of rows."""
    for slot in range(slots.numbers.shape[0]):
        state = slots.numbers[slot, STATE]
        if state in (WAITING, SERVED):
            visit = settled(tables, draws, get(slots, slot), tables.horizon)
            start = slots.numbers[slot, START]
            if summary.on == 1:
                observe(tables, draws, summary, visit, start, NEVER, _OPEN, visit.opinion)
            else:
                write(tables, draws, rows, row, visit, start, NEVER, _OPEN, visit.opinion)
                row += 1
    return row


@compiled
def write(
    tables: Tables,
    draws: Draws,
    rows: Rows,
    row: int,
    visit: Visit,
    start: int,
    end: int,
    outcome: int,
    opinion: int,
) -> None:
    """Write one row of the log."""
    rows.ticket[row] = visit.ticket
    rows.stage[row] = visit.stage
    rows.station[row] = visit.station
    rows.attempt[row] = visit.attempt
    rows.ready[row] = visit.ready
    rows.start[row] = start
    rows.end[row] = end
    rows.after_call[row] = after_call_of(tables, draws, visit)
    rows.target[row] = target_of(tables, draws, visit)
    rows.unit[row] = visit.unit
    rows.due[row] = visit.due
    rows.outcome[row] = outcome
    rows.opinion[row] = opinion
