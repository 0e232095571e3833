"""Runs the compiled loop: lays out its state, lets its buffers grow, hands over the rows of the log."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from hotline_sim.engines.core import agenda, loop, room
from hotline_sim.engines.core import rows as log_rows
from hotline_sim.engines.core.compiler import announce, compiled_kernel
from hotline_sim.engines.core.queue import SERVED, STATE, WAITING, more_slots
from hotline_sim.engines.core.station import NOBODY, new_stations
from hotline_sim.engines.core.summary import new_summary
from hotline_sim.errors import UnsupportedFeature
from hotline_sim.network.absence import check_present
from hotline_sim.network.draws import side_by_side
from hotline_sim.rules.ledger import new_ledger
from hotline_sim.rules.priority import first_come_stations

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline_sim.arrays import IntArray
    from hotline_sim.engines.core.summary import Summary
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network

_TYPES = {
    "ticket": np.int32,
    "stage": np.int8,
    "station": np.int16,
    "attempt": np.int8,
    "after_call": np.int32,
    "unit": np.int16,
    "outcome": np.int8,
    "opinion": np.int8,
}
_TURNS = 200_000
"""Events between two looks at the keyboard and the progress bar: some ten milliseconds."""


class Core:
    """One replication on the compiled core.

    Parameters
    ----------
    network : Network
        The hotline in numbers.
    draws : Draws
        The chance of this replication.
    progress : callable, optional
        Called with the number of tickets that have arrived, now and then.
    summary : Summary, optional
        Counts what happens instead of the log, which then stays empty.

    Raises
    ------
    UnsupportedFeature
        If tickets times ticks are too many for one packed key.
    ValueError
        If it is still open who is absent.
    """

    def __init__(
        self,
        network: Network,
        draws: Draws,
        progress: Callable[[int], None] | None = None,
        *,
        summary: Summary | None = None,
    ) -> None:
        check_present(network)
        self.tables = network.tables
        self.draws = side_by_side(draws)
        self.progress = progress
        self.first = network.first
        tickets = len(draws.arrival)
        ticks = (self.tables.horizon - self.first + 1).bit_length()
        self.bits = 63 - agenda.RANK_BITS - ticks
        self.threads = self.tables.threads.used
        self.check(tickets)
        self.stations = new_stations(self.tables, first_come_stations(self.tables))
        self.slots = more_slots(None, 4096)
        self.slot_of: IntArray = np.zeros(max(self.threads * tickets, 1), np.int64)
        self.heap: IntArray = np.empty(16384, np.int64)
        self.reviews: IntArray = np.empty(16384, np.int64)
        self.ledger = new_ledger(self.tables, tickets)
        hours = (self.tables.horizon - self.first) // agenda.BUCKET_TICKS + 2
        self.buckets: IntArray = np.full(hours, NOBODY, np.int64)
        self.summary = new_summary(None, 0) if summary is None else summary
        self.rows = _rows(max(1024, 4 * tickets) if summary is None else 2 * room.SPARE)
        self.counters: IntArray = np.zeros(loop.COUNTERS, np.int64)

    def check(self, tickets: int) -> None:
        """Refuse what does not fit into one packed key."""
        if max(self.threads * tickets, len(self.tables.station_pattern)) >= 1 << self.bits:
            msg = (
                f'engine "core" cannot do {tickets} tickets at once up to run.horizon, at most '
                f'{((1 << self.bits) - 1) // self.threads}; set an earlier run.horizon or use engine="des"'
            )
            raise UnsupportedFeature(msg)

    def run(self) -> dict[str, np.ndarray]:
        """Run until nothing more happens or the horizon is reached.

        Returns
        -------
        dict of arrays
            The log's visits by column, in the order in which they ended.
        """
        self.advance(self.tables.horizon)
        return self.close()

    def advance(self, stop: int) -> None:
        """Run up to and including a tick."""
        announce()
        advance = _kernel("advance")
        while True:
            result = advance(
                self.tables,
                self.draws,
                self.first,
                self.bits,
                self.stations,
                self.slots,
                self.slot_of,
                self.heap,
                self.reviews,
                self.buckets,
                self.ledger,
                self.rows,
                self.summary,
                self.counters,
                stop,
                _TURNS,
            )
            if result == room.DONE:
                break
            self._grow(result)
            if self.progress is not None:
                self.progress(int(self.counters[loop.ARRIVED]))

    def close(self) -> dict[str, np.ndarray]:
        """Write what is still open, and hand over the rows of the log."""
        states = self.slots.numbers[:, STATE]
        still_open = int(np.count_nonzero((states == WAITING) | (states == SERVED)))
        written = int(self.counters[loop.ROWS])
        if written + still_open > len(self.rows.ticket) and self.summary.on == 0:
            self.rows = _longer(self.rows, written + still_open)
        written = _kernel("write_open")(self.tables, self.draws, self.slots, self.rows, self.summary, written)
        return {name: column[:written] for name, column in self.rows._asdict().items()}

    def _grow(self, result: int) -> None:
        if result == room.ROWS_FULL:
            self.rows = _longer(self.rows, 2 * len(self.rows.ticket))
        elif result == room.SLOTS_FULL:
            self.slots = more_slots(self.slots, len(self.slots.numbers))
        elif result == room.EVENTS_FULL:
            self.heap = np.concatenate((self.heap, np.empty(len(self.heap), np.int64)))
            self.reviews = np.concatenate((self.reviews, np.empty(len(self.reviews), np.int64)))


@cache
def _kernel(name: str) -> Any:
    return compiled_kernel(getattr(loop if name == "advance" else log_rows, name))


def _rows(count: int) -> log_rows.Rows:
    return log_rows.Rows(*(np.empty(count, _TYPES.get(name, np.int64)) for name in log_rows.Rows._fields))


def _longer(rows: log_rows.Rows, count: int) -> log_rows.Rows:
    longer = _rows(count)
    for new, old in zip(longer, rows, strict=True):
        new[: len(old)] = old
    return longer
