"""A city of any size in bounded memory: the tickets come block by block, and only KPIs are kept.

Between blocks the tickets that are still on their way are numbered afresh, in the same order, in front of
those that come next, and their random numbers move with them. Order is all that a ticket's number means to
the loop, so the result is that of one long run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.clock.ticks import DAY
from hotline_sim.engines.core import agenda, loop
from hotline_sim.engines.core.engine import Core
from hotline_sim.engines.core.key_figures import KeyFigures
from hotline_sim.engines.core.queue import COUNTS, FREE, KEY, STATE, THREAD_SHIFT, TICKET, WITHDRAWN
from hotline_sim.engines.core.summary import new_began, new_summary
from hotline_sim.network.absence import present
from hotline_sim.network.arriving import arrivals
from hotline_sim.network.draws import Drawing, check_network
from hotline_sim.network.layout import Room
from hotline_sim.rules.ledger import OF_TICKETS, new_ledger

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline_sim.arrays import IntArray
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network
    from hotline_sim.results.view import Kpi


_BLOCK: Final = 200_000
"""Tickets of a block that is shorter than a week: their numbers take some ninety megabytes."""


def summarise_blocks(
    network: Network,
    seed: int,
    replication: int,
    *,
    days: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Kpi]:
    """KPIs of one replication whose tickets are drawn and dropped in blocks.

    Parameters
    ----------
    network : Network
        The hotline in numbers.
    seed, replication : int
        As for :func:`hotline_sim.network.draws.draw`.
    days : int
        Days of arrivals in a block, at least 1. By default a week, or less in a city so large that a week's
        numbers take much memory; leaves no trace in the result.
    progress : callable, optional
        Called with the number of tickets that have arrived, after each block.

    Returns
    -------
    dict of str to Kpi
        Exactly what :func:`~hotline_sim.engines.core.key_figures.summarise` gives.

    Raises
    ------
    TypeError, ValueError
        If an argument makes no sense.
    UnsupportedFeature
        If even a block has too many tickets for one packed key.
    """
    check_network(network)
    network = present(network, seed, replication)
    blocks = _Blocks(network, seed, replication, days)
    core: Core | None = None
    arrived = offered = 0
    summary = new_summary(network, 0)
    for end, arrival, source in arrivals(network, seed, replication, blocks.days):
        offered += int(np.diff(np.searchsorted(arrival, (summary.start, summary.end)))[0])
        arrived += len(arrival)
        if core is None:
            draws = blocks.joined(np.empty(0, np.int64), arrival, source)
            core = Core(network, draws, summary=new_summary(network, len(arrival)))
        else:
            _take_over(core, blocks, arrival, source)
        core.advance(min(end - 1, network.tables.horizon))
        if progress is not None:
            progress(arrived)
    assert core is not None
    core.advance(network.tables.horizon)
    core.close()
    return KeyFigures(network, offered, core.summary).kpis()


class _Blocks:
    """The numbers of the tickets on their way and of those that come next, one block after the other."""

    def __init__(self, network: Network, seed: int, replication: int, days: int | None) -> None:
        expected = sum(source.rate.total for source in network.demand.sources)
        a_day = expected * DAY / (network.end - network.first)
        self.days = max(1, min(7, int(_BLOCK / max(a_day, 1.0)))) if days is None else days
        self._drawing = Drawing(network, seed, replication)
        # Busy days, and tickets that stay open; what is never written takes no memory.
        self._room = Room(self._drawing.attempts, int(3 * a_day * self.days) + 4096)

    def joined(self, alive: IntArray, arrival: IntArray, source: IntArray) -> Draws:
        """Keep the tickets on their way, in rising order, and draw the next ones behind them."""
        used, room = len(alive), self._room
        tickets = used + len(arrival)
        room.keep(alive)
        if tickets > room.tickets:
            room.grow(tickets + tickets // 2, used)
        self._drawing.fill(arrival, source, room.part(used, tickets))
        return room.first(tickets)


def _take_over(core: Core, blocks: _Blocks, arrival: IntArray, source: IntArray) -> None:
    """Number the tickets on their way afresh, in front of those of the next block."""
    states = core.slots.numbers[:, STATE]
    used = np.flatnonzero(states != FREE)
    old, old_tickets = core.slots.numbers[used, TICKET], len(core.draws.arrival)
    thread = core.slots.numbers[used, COUNTS] >> THREAD_SHIFT
    # A block may be empty; of a station's event number 0 is asked below all the same.
    is_alive = np.zeros(max(old_tickets, 1), dtype=bool)
    is_alive[old] = True
    alive = np.flatnonzero(is_alive)
    place: IntArray = np.cumsum(is_alive) - 1
    core.slots.numbers[used, TICKET] = place[old]

    mask = (1 << core.bits) - 1
    core.draws = blocks.joined(alive, arrival, source)
    tickets = len(core.draws.arrival)
    core.check(tickets)
    new = place[old] + thread * tickets
    for heap, counter in ((core.heap, loop.EVENTS), (core.reviews, loop.REVIEWS)):
        # An event of a ticket that is gone, such as giving up after an answer, means nothing any more.
        events = heap[: core.counters[counter]]
        number = events & mask
        of_station = (events >> core.bits) & agenda.RANKS == agenda.STAFFING
        threads, ticket = np.divmod(np.where(of_station, 0, number), len(is_alive))
        kept = of_station | is_alive[ticket]
        renumbered = np.where(of_station, number, place[ticket] + threads * tickets)
        events = np.sort((events & ~mask | renumbered)[kept])
        heap[: len(events)] = events
        core.counters[counter] = len(events)
    keys = core.slots.numbers[used, KEY]
    core.slots.numbers[used, KEY] = keys & ~mask | new

    core.slot_of = np.zeros(core.threads * tickets, np.int64)
    current = states[used] != WITHDRAWN
    core.slot_of[new[current]] = used[current]
    memo: IntArray = np.zeros(tickets, np.int64)
    memo[: len(alive)] = core.summary.memo[alive]
    began = new_began(core.tables, tickets)
    if core.tables.late.counted == 1:
        began[: len(alive)] = core.summary.began[alive]
    core.summary = core.summary._replace(memo=memo, began=began)
    ledger = new_ledger(core.tables, tickets)
    for name in OF_TICKETS:
        facts, before = getattr(ledger, name), getattr(core.ledger, name)
        if len(before) >= old_tickets:
            facts[: len(alive)] = before[alive]
    core.ledger = core.ledger._replace(**{name: getattr(ledger, name) for name in OF_TICKETS})
    core.counters[loop.ARRIVED] = len(alive)
