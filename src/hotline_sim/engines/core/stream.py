"""A city of any size in bounded memory: the tickets come block by block, and only KPIs are kept.

Between blocks the tickets that are still on their way are numbered afresh, in the same order, in front of
those that come next, and take their random numbers along. Order is all that a ticket's number means to the
loop, so the result is that of one long run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.engines.core import loop
from hotline_sim.engines.core.engine import Core
from hotline_sim.engines.core.key_figures import KeyFigures
from hotline_sim.engines.core.queue import FREE, KEY, STATE, WITHDRAWN
from hotline_sim.engines.core.summary import new_summary
from hotline_sim.network.draws import Draws, draw_blocks, side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline_sim.arrays import IntArray
    from hotline_sim.network.network import Network
    from hotline_sim.results.view import Kpi


def summarise_blocks(
    network: Network,
    seed: int,
    replication: int,
    *,
    days: int = 7,
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
        Days of arrivals in a block, at least 1.
    progress : callable, optional
        Called with the number of tickets that have arrived, after each block.

    Returns
    -------
    dict of str to Kpi
        Exactly what :func:`~hotline_sim.engines.core.key_figures.summarise` gives.

    Raises
    ------
    UnsupportedFeature
        If even a block has too many tickets for one packed key.
    ValueError
        If ``days`` is below 1.
    """
    core: Core | None = None
    arrived = offered = 0
    summary = new_summary(network, 0)
    for end, block in draw_blocks(network, seed, replication, days):
        offered += int(np.diff(np.searchsorted(block.arrival, (summary.start, summary.end)))[0])
        arrived += len(block.arrival)
        if core is None:
            core = Core(network, block, summary=new_summary(network, len(block.arrival)))
        else:
            _take_over(core, block)
        core.advance(min(end - 1, network.tables.horizon))
        if progress is not None:
            progress(arrived)
    assert core is not None
    core.advance(network.tables.horizon)
    core.close()
    return KeyFigures(network, offered, core.summary).kpis()


def _take_over(core: Core, block: Draws) -> None:
    """Number the tickets on their way afresh, in front of those of the next block."""
    states = core.slots.numbers[:, STATE]
    used = np.flatnonzero(states != FREE)
    old = core.slots.numbers[used, 0]
    alive, new = np.unique(old, return_inverse=True)
    core.slots.numbers[used, 0] = new

    shift, mask = core.bits, (1 << core.bits) - 1
    events = core.heap[: core.counters[loop.EVENTS]]
    core.draws = _joined(core.draws, alive, block)
    core.check(len(core.draws.arrival))

    # An event of a ticket that is gone, such as giving up after an answer, means nothing any more.
    number = events & mask
    of_station = (events >> shift) & 3 == loop.STAFFING
    kept = of_station | np.isin(number, alive)
    renumbered = np.where(of_station, number, np.searchsorted(alive, number))
    events = np.sort((events & ~mask | renumbered)[kept])
    core.heap[: len(events)] = events
    core.counters[loop.EVENTS] = len(events)
    keys = core.slots.numbers[used, KEY]
    core.slots.numbers[used, KEY] = keys & ~mask | new

    slot_of: IntArray = np.zeros(len(core.draws.arrival), np.int64)
    current = states[used] != WITHDRAWN
    slot_of[new[current]] = used[current]
    core.slot_of = slot_of
    memo: IntArray = np.zeros(len(core.draws.arrival), np.int64)
    memo[: len(alive)] = core.summary.memo[alive]
    core.summary = core.summary._replace(memo=memo)
    core.counters[loop.ARRIVED] = len(alive)


def _joined(draws: Draws, alive: IntArray, block: Draws) -> Draws:
    return side_by_side(Draws(*(_end_to_end(*pair, alive) for pair in zip(draws, block, strict=True))))


def _end_to_end(column: np.ndarray, more: np.ndarray, alive: IntArray) -> np.ndarray:
    if column.ndim == 1:
        return np.concatenate((column[alive], more))
    layers = min(len(column), len(more))  # a block of one ticket has a layer that nobody reads
    return np.concatenate((column[:layers, alive], more[:layers]), axis=1)
