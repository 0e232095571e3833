"""A ticket's life as a SimPy process, read from top to bottom.

What follows what is decided in ``rules``; this file says only who waits for whom.
"""

from __future__ import annotations

from array import array
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import simpy
from simpy.events import Event

from hotline_sim.clock.ticks import NEVER
from hotline_sim.engines.des.events import At, Rank
from hotline_sim.engines.des.station import Nobody, Rules, Station
from hotline_sim.network.absence import check_present
from hotline_sim.network.codes import UNSTAFFED, Outcome
from hotline_sim.network.draws import views
from hotline_sim.rules.calls import is_call, is_moot, kept_free, next_opening
from hotline_sim.rules.citizens import lifts
from hotline_sim.rules.deadlines import target_of
from hotline_sim.rules.intake import after_call_of, patience_of
from hotline_sim.rules.journey import END, HANDLING, first_visit, next_visit, visit_beside, visits_beside
from hotline_sim.rules.ledger import Ledger, new_ledger
from hotline_sim.rules.priority import place_of
from hotline_sim.rules.service import finish
from hotline_sim.rules.supervision import next_review, settled
from hotline_sim.rules.visit import at_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

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
        self.stations: list[Station | Nobody] = [
            *self._stations(network.tables),
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

            if is_moot(tables, self.ledger, visit, cast("int", env.now)):
                del self.open[number]
                return
            calls = tables.entry.on == 1 and is_call(tables, draws, visit)
            refused = False
            if calls:
                taken_by = self.station_of_call(visit)
                refused = taken_by is None
                if taken_by is not None and taken_by is not station:
                    station, visit = taken_by, at_unit(visit, taken_by.number, visit.unit, visit.thread)
                    self.open[number] = visit, start

            grant = Event(env) if refused else station.request(visit, number, calls)
            if grant is not None and not refused:
                patience = patience_of(draws, visit)
                if patience == NEVER:
                    visit = yield from self.wait(station, visit, number, grant)
                else:
                    yield grant | At(env, visit.ready + patience, Rank.ABANDONMENT, number)

            served = grant is None or grant.triggered
            if served:
                start = cast("int", env.now)
                self.open[number] = visit, start
                done = finish(tables, draws, self.ledger, visit, start)
                if calls:
                    station.hold_line(done - after_call_of(tables, draws, visit))
                yield At(env, done, Rank.COMPLETION, number)
                station.release()
            elif not refused:
                station.withdraw(number)

            end = cast("int", env.now)
            visit = settled(tables, draws, visit, end)
            outcome, following = next_visit(tables, draws, self.ledger, visit, served, end)
            del self.open[number]
            self.record(visit, start, end, outcome, following.opinion)
            for which in range(visits_beside(tables, draws, visit, outcome)):
                env.process(self.beside(visit_beside(tables, draws, following, outcome, which)))
            if lifts(tables, visit, served):
                self.lift(visit.ticket)
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

    def station_of_call(self, visit: Visit) -> Station | None:
        """Station that a call joins now, or None if all its lines are taken."""
        own = self.stations[visit.station]
        assert isinstance(own, Station)
        helper = self.stations[self.tables.entry.helper[visit.station]]
        if (
            isinstance(helper, Station)
            and own.callers >= self.tables.entry.above[visit.station]
            and not own.is_free()
            and helper.is_free()
            and helper.has_line()
        ):
            return helper
        return own if own.has_line() else None

    def lift(self, ticket: int) -> None:
        """Give waiting visits of a ticket another place, because its citizen asked for it."""
        for thread in range(1 + self.tables.together.most):
            number = ticket + thread * self.tickets
            visit, _ = self.open.get(number, (None, NEVER))
            if visit is not None and visit.stage == HANDLING and self.stations[visit.station].waits(number):
                visit = settled(self.tables, self.draws, visit, cast("int", self.env.now))
                self.open[number] = visit, NEVER
                self.stations[visit.station].replace(visit, number)

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

    def _stations(self, tables: Tables) -> list[Station]:
        stations = []
        rules = Rules(
            place=partial(place_of, self.tables, self.draws, self.ledger),
            kept_free=partial(kept_free, self.tables),
            next_opening=partial(next_opening, self.tables),
        )
        for number, pattern in enumerate(tables.station_pattern):
            rows = slice(tables.pattern_low[pattern], tables.pattern_high[pattern])
            levels = tables.step_level[rows] * tables.station_staff[number]
            steps = tables.step_tick[rows].tolist(), levels.tolist()
            lines = int(tables.entry.lines[number])
            stations.append(Station(self.env, number, *steps, rules=rules, lines=lines))
        return stations


def _plain(item: Any) -> Any:
    """The same numbers with memory views for arrays: plain numbers on indexing."""
    if isinstance(item, tuple):
        return type(item)(*map(_plain, item))
    return item.data if isinstance(item, np.ndarray) else item
