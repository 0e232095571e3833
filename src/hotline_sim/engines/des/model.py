"""A ticket's life as a SimPy process, read from top to bottom.

What follows what is decided in ``rules``; this file says only who waits for whom.
"""

from __future__ import annotations

from array import array
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import simpy

from hotline_sim.clock.hours import Hours
from hotline_sim.clock.ticks import NEVER
from hotline_sim.engines.des.events import At, Rank
from hotline_sim.engines.des.station import Nobody, Station
from hotline_sim.network.codes import UNSTAFFED, Outcome
from hotline_sim.network.draws import views
from hotline_sim.network.network import Tables
from hotline_sim.rules.deadlines import target_of
from hotline_sim.rules.intake import after_call_of, patience_of
from hotline_sim.rules.journey import END, first_visit, next_visit
from hotline_sim.rules.priority import place_of
from hotline_sim.rules.service import finish

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from simpy.events import Event

    from hotline_sim.arrays import IntArray
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network
    from hotline_sim.rules.visit import Visit

COLUMNS = (
    "ticket",
    "stage",
    "station",
    "attempt",
    "ready",
    "start",
    "end",
    "after_call",
    "target",
    "unit",
    "due",
    "outcome",
    "opinion",
)
"""Columns of a log row, as an engine hands them over."""


class HotlineModel:
    """One replication of a hotline.

    Parameters
    ----------
    network : Network
        The hotline in numbers.
    draws : Draws
        The chance of this replication.
    progress : callable, optional
        Called with the number of tickets that have arrived, now and then.
    """

    def __init__(self, network: Network, draws: Draws, progress: Callable[[int], None] | None = None) -> None:
        self.env = simpy.Environment(initial_time=network.first)
        self.horizon = network.tables.horizon
        self.tables = _plain(network.tables)
        self.draws = views(draws)
        place = partial(place_of, self.tables, self.draws)
        self.stations: list[Station | Nobody] = [
            *_stations(self.env, network.tables, place),
            Nobody(),  # last, where the number UNSTAFFED (-1) finds it
        ]
        self.tickets = len(draws.arrival)
        self.progress = progress
        self.rows = array("q")
        self.open: dict[int, tuple[Visit, int]] = {}

    def run(self) -> dict[str, IntArray]:
        """Run until nothing more happens or the horizon is reached.

        Returns
        -------
        dict of int64 arrays
            The log's visits by column, unsorted.
        """
        self.env.process(self.source())
        self.env.run(until=self.horizon + 1)  # what falls on the horizon itself still happens
        for visit, start in self.open.values():
            self.record(visit, start, NEVER, Outcome.OPEN, visit.opinion)
        table = np.frombuffer(self.rows, dtype=np.int64).reshape(-1, len(COLUMNS))
        return {name: table[:, column] for column, name in enumerate(COLUMNS)}

    def source(self) -> Generator[Event, None, None]:
        """Citizens who come one after the other."""
        arrival = self.draws.arrival
        for number in range(self.tickets):
            yield At(self.env, arrival[number], Rank.READY, number)
            self.env.process(self.ticket(number))
            if self.progress is not None and number % 1000 == 0:
                self.progress(number)

    def ticket(self, number: int) -> Generator[Event, None, None]:
        """The life of one ticket, from its first call to its last."""
        env, tables, draws = self.env, self.tables, self.draws
        visit = first_visit(tables, draws, number)
        while visit.stage != END:
            station = self.stations[visit.station]
            start = NEVER
            self.open[number] = visit, start

            grant = station.request(visit)
            if grant is not None:
                patience = patience_of(draws, visit)
                if patience == NEVER:
                    yield grant
                else:
                    yield grant | At(env, visit.ready + patience, Rank.ABANDONMENT, number)

            served = grant is None or grant.triggered
            if served:
                start = cast("int", env.now)
                self.open[number] = visit, start
                yield At(env, finish(tables, draws, visit, start), Rank.COMPLETION, number)
                station.release()
            else:
                station.withdraw(visit)

            end = cast("int", env.now)
            outcome, following = next_visit(tables, draws, visit, served, start, end)
            del self.open[number]
            self.record(visit, start, end, outcome, following.opinion)
            visit = following
            if visit.station != UNSTAFFED:
                yield At(env, visit.ready, Rank.READY, number)

    def record(self, visit: Visit, start: int, end: int, outcome: int, opinion: int) -> None:
        """Write one row of the log."""
        self.rows.extend(
            (
                visit.ticket,
                visit.stage,
                visit.station,
                visit.attempt,
                visit.ready,
                start,
                end,
                after_call_of(self.tables, self.draws, visit),
                target_of(self.tables, self.draws, visit),
                visit.unit,
                visit.due,
                outcome,
                opinion,
            )
        )


def _stations(
    env: simpy.Environment, tables: Tables, place: Callable[[Visit], tuple[int, int]]
) -> list[Station]:
    stations = []
    for number, pattern in enumerate(tables.station_pattern):
        rows = slice(tables.pattern_low[pattern], tables.pattern_high[pattern])
        levels = tables.step_level[rows] * tables.station_staff[number]
        stations.append(Station(env, number, tables.step_tick[rows].tolist(), levels.tolist(), place))
    return stations


def _plain(tables: Tables) -> Tables:
    """The same tables with memory views for arrays: plain numbers on indexing."""
    return Tables(*(_plain_item(item) for item in tables))


def _plain_item(item: Any) -> Any:
    if isinstance(item, Hours):
        return Hours(*(_plain_item(column) for column in item))
    return item.data if isinstance(item, np.ndarray) else item
