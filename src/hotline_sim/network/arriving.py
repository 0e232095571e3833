"""Who arrives when: the tickets of all channels in their order.

The numbers that belong to them are the subject of ``draws.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.arguments import check_whole
from hotline_sim.clock.ticks import DAY
from hotline_sim.network.rates import rates
from hotline_sim.sampling.arrivals import UnitProcess, arrival_times, ticks_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline_sim.arrays import IntArray
    from hotline_sim.network.network import Network


def arrivals(
    network: Network, seed: int, replication: int, days: int | None
) -> Iterator[tuple[int, IntArray, IntArray]]:
    """Give the tickets' instants and channels, block by block.

    Parameters
    ----------
    network, seed, replication
        As for :func:`draw`.
    days : int or None
        Days in a block, at least 1; None gives one block with everything.

    Yields
    ------
    end : int
        Tick after the block's last.
    arrival, source : int64 array, shape (n,)
        Tick and channel of its tickets, ordered by (arrival, source, serial number).

    Raises
    ------
    ValueError
        If ``days`` is below 1.
    """
    if days is not None:
        check_whole("days", days, least=1)
    resolution = network.tables.resolution
    demand = rates(network, seed, replication)
    if days is None:
        everybody = [
            arrival_times(seed, replication, source, rate, resolution=resolution)
            for source, rate in enumerate(demand)
        ]
        everybody += _opened(network)
        yield network.end, *_in_order(everybody)
        return
    processes = [UnitProcess(seed, replication, source) for source in range(len(demand))]
    for start in range(network.first, network.end, days * DAY):
        end = min(start + days * DAY, network.end)
        ticks: list[IntArray] = []
        for process, rate in zip(processes, demand, strict=True):
            row = int(np.searchsorted(rate.ticks, end))
            ticks.append(ticks_of(process.times(float(rate.cumulative[row])), rate, resolution))
        if start == network.first:
            ticks += _opened(network)
        yield end, *_in_order(ticks)


def _opened(network: Network) -> list[IntArray]:
    """Instants at which open tickets enter, where there are some: a further source."""
    opened = network.demand.opened
    return [] if opened is None else [np.full(opened.count, opened.tick, np.int64)]


def _in_order(ticks: list[IntArray]) -> tuple[IntArray, IntArray]:
    """Tickets of all channels by (arrival, source, serial number)."""
    arrival = np.concatenate(ticks) if ticks else np.empty(0, np.int64)
    source = np.repeat(np.arange(len(ticks), dtype=np.int64), [len(one) for one in ticks])
    # A stable sort keeps (source, serial) among equal arrivals: the total order of tickets.
    order = np.argsort(arrival, kind="stable")
    return arrival[order], source[order]
