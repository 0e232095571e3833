"""A ticket's life as a SimPy process, read from top to bottom.

What follows what is decided in ``rules``; this file says only who waits for whom.
"""

from __future__ import annotations

from array import array
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import simpy

from hotline_sim.clock.ticks import NEVER
from hotline_sim.engines.des.events import At, Rank
from hotline_sim.engines.des.station import Nobody, Station
from hotline_sim.network.absence import check_present
from hotline_sim.network.codes import UNSTAFFED, Outcome
from hotline_sim.network.draws import views
from hotline_sim.rules.deadlines import target_of
from hotline_sim.rules.intake import after_call_of, patience_of
from hotline_sim.rules.journey import END, first_visit, next_visit, visit_beside, visits_beside
from hotline_sim.rules.ledger import Ledger, new_ledger
from hotline_sim.rules.priority import place_of
from hotline_sim.rules.service import finish
from hotline_sim.rules.supervision import next_review, settled

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from simpy.events import Event

    from hotline_sim.arrays import IntArray
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network, Tables
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

    Raises
    ------
    ValueError
        If it is still open who is absent.
    """

    def __init__(self, network: Network, draws: Draws, progress: Callable[[int], None] | None = None) -> None:
        check_present(network)
        self.env = simpy.Environment(initial_time=network.first)
        self.horizon = network.tables.horizon
        self.tables = _plain(network.tables)
        self.draws = views(draws)
        self.ledger: Ledger = _plain(new_ledger(network.tables, len(draws.arrival)))
        place = partial(place_of, self.tables, self.draws, self.ledger)
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
            left = settled(self.tables, self.draws, visit, self.horizon)
            self.record(left, start, NEVER, Outcome.OPEN, left.opinion)
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
        yield from self.life(first_visit(self.tables, self.draws, number))

    def beside(self, visit: Visit) -> Generator[Event, None, None]:
        """What goes on beside a ticket's own life, from a visit that is yet to become ready."""
        yield At(self.env, visit.ready, Rank.READY, self.number_of(visit))
        yield from self.life(visit)

    def number_of(self, visit: Visit) -> int:
        """Number of the ticket and thread of a visit, by which events are ordered."""
        return visit.ticket + visit.thread * self.tickets

    def life(self, visit: Visit) -> Generator[Event, None, None]:
        """A visit that is ready, and all that follow it."""
        env, tables, draws = self.env, self.tables, self.draws
        while visit.stage != END:
            number = self.number_of(visit)
            station = self.stations[visit.station]
            start = NEVER
            self.open[number] = visit, start

            grant = station.request(visit, number)
            if grant is not None:
                patience = patience_of(draws, visit)
                if patience == NEVER:
                    visit = yield from self.wait(station, visit, number, grant)
                else:
                    yield grant | At(env, visit.ready + patience, Rank.ABANDONMENT, number)

            served = grant is None or grant.triggered
            if served:
                start = cast("int", env.now)
                self.open[number] = visit, start
                yield At(env, finish(tables, draws, self.ledger, visit, start), Rank.COMPLETION, number)
                station.release()
            else:
                station.withdraw(number)

            end = cast("int", env.now)
            visit = settled(tables, draws, visit, end)
            outcome, following = next_visit(tables, draws, self.ledger, visit, served, end)
            del self.open[number]
            self.record(visit, start, end, outcome, following.opinion)
            for which in range(visits_beside(tables, draws, visit, outcome)):
                env.process(self.beside(visit_beside(tables, draws, following, which)))
            visit = following
            if visit.station != UNSTAFFED:
                yield At(env, visit.ready, Rank.READY, self.number_of(visit))

    def wait(
        self, station: Station | Nobody, visit: Visit, number: int, grant: Event
    ) -> Generator[Event, None, Visit]:
        """Wait for an agent without end; the place in the queue may change meanwhile."""
        tables, draws = self.tables, self.draws
        while not grant.triggered:
            review = next_review(tables, draws, visit, cast("int", self.env.now))
            if review == NEVER:
                yield grant
                break
            yield grant | At(self.env, review, Rank.REVIEW, number)
            if not grant.triggered:
                visit = settled(tables, draws, visit, cast("int", self.env.now))
                self.open[number] = visit, NEVER
                station.replace(visit, number)
        return visit

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
    env: simpy.Environment, tables: Tables, place: Callable[[Visit, int], tuple[int, int]]
) -> list[Station]:
    stations = []
    for number, pattern in enumerate(tables.station_pattern):
        rows = slice(tables.pattern_low[pattern], tables.pattern_high[pattern])
        levels = tables.step_level[rows] * tables.station_staff[number]
        stations.append(Station(env, number, tables.step_tick[rows].tolist(), levels.tolist(), place))
    return stations


def _plain(item: Any) -> Any:
    """The same numbers with memory views for arrays: plain numbers on indexing."""
    if isinstance(item, tuple):
        return type(item)(*map(_plain, item))
    return item.data if isinstance(item, np.ndarray) else item
