"""What is counted in the log of one replication: a numerator and a denominator for each measure.

A mean over calls is a ratio of two sums, both random; a number of calls at an instant has the number of
instants below it. The cases say which measure they compare with which formula; ``judge.py`` adds them up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from hotline_sim.clock.ticks import DAY, HOUR, NEVER, SECOND
from hotline_sim.network.codes import Outcome, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline_sim.arrays import BoolArray, FloatArray, IntArray
    from hotline_sim.results.log import TicketLog

    Measure: TypeAlias = Callable[["Seen"], tuple[float, float]]

GAVE_UP = (Outcome.ABANDONED, Outcome.REDIAL)


@dataclass(frozen=True, eq=False)
class Visits:
    """Visits of one stage that joined the queue in the window."""

    ticket: IntArray
    ready: IntArray
    start: IntArray
    end: IntArray
    outcome: IntArray
    unit: IntArray

    @cached_property
    def gave_up(self) -> BoolArray:
        """Whether the caller gave up, for good or not."""
        return np.isin(self.outcome, GAVE_UP)

    @cached_property
    def wait(self) -> IntArray:
        """Ms until service begins or the caller gives up."""
        return np.asarray(np.where(self.gave_up, self.end, self.start) - self.ready, np.int64)

    def of(self, mask: BoolArray) -> Visits:
        """Some of them."""
        columns = (self.ticket, self.ready, self.start, self.end, self.outcome, self.unit)
        return Visits(*(column[mask] for column in columns))


class Seen:
    """A log and its window.

    Parameters
    ----------
    log : TicketLog
        Of one replication.
    tail : int
        Ms at the end of the log's window that do not count. When arrivals stop, who is overtaken by others
        waits less than in a system that goes on.
    """

    def __init__(self, log: TicketLog, tail: int) -> None:
        self.log = log
        self.start = log.meta.start
        self.end = log.meta.end - tail
        self._visits: dict[tuple[Stage, int | None, str | None], Visits] = {}

    @property
    def days(self) -> float:
        """Length of the window."""
        return (self.end - self.start) / DAY

    def visits(self, stage: Stage, urgent: int | None = None, unit: str | None = None) -> Visits:
        """Visits of a stage, of urgent tickets or others or both, of one unit or all."""
        key = stage, urgent, unit
        if key not in self._visits:
            self._visits[key] = self._select(*key)
        return self._visits[key]

    def services(self, stage: Stage, unit: str | None = None) -> tuple[IntArray, IntArray]:
        """Instants at which services begin and end, in the run-in and the tail too, each sorted."""
        columns = self.log.visits
        mask = (columns["stage"] == stage) & (columns["start"] < NEVER)
        if unit is not None:
            mask &= columns["unit"] == self.log.meta.units.index(unit)
        return np.sort(columns["start"][mask]), np.sort(columns["end"][mask])

    def arrivals(self) -> IntArray:
        """Instants at which contacts arrive in the window."""
        arrival = self.log.tickets["arrival"]
        return np.asarray(arrival[(arrival >= self.start) & (arrival < self.end)], np.int64)

    def in_window(self) -> BoolArray:
        """Whether each ticket arrived in the window."""
        arrival = self.log.tickets["arrival"]
        return np.asarray((arrival >= self.start) & (arrival < self.end), np.bool_)

    def _select(self, stage: Stage, urgent: int | None, unit: str | None) -> Visits:
        columns = self.log.visits
        mask = (columns["stage"] == stage) & (columns["ready"] >= self.start) & (columns["ready"] < self.end)
        if unit is not None:
            mask &= columns["unit"] == self.log.meta.units.index(unit)
        if urgent is not None:
            mask &= self.log.tickets["urgent"][columns["ticket"]] == urgent
        return Visits(
            *(columns[name][mask] for name in ("ticket", "ready", "start", "end", "outcome", "unit"))
        )


def count(mask: np.ndarray[Any, Any]) -> float:
    """How many are true."""
    return float(np.count_nonzero(mask))


def mean_wait(
    stage: Stage = Stage.INTAKE, *, unit_ms: int = SECOND, urgent: int | None = None, unit: str | None = None
) -> Measure:
    """Mean wait of all visits, of those too that ended without service."""

    def measure(seen: Seen) -> tuple[float, float]:
        wait = seen.visits(stage, urgent, unit).wait
        return float(wait.sum()) / unit_ms, wait.size

    return measure


def share_waiting(stage: Stage = Stage.INTAKE, *, unit: str | None = None) -> Measure:
    """Share of visits that do not begin at once."""

    def measure(seen: Seen) -> tuple[float, float]:
        wait = seen.visits(stage, None, unit).wait
        return count(wait), wait.size

    return measure


def share_within(seconds: float, stage: Stage = Stage.INTAKE) -> Measure:
    """Share of all visits that begin within some seconds."""

    def measure(seen: Seen) -> tuple[float, float]:
        visits = seen.visits(stage)
        within = ~visits.gave_up & (visits.wait <= seconds * SECOND)
        return count(within), within.size

    return measure


def abandonment() -> Measure:
    """Share of calls whose caller gives up."""

    def measure(seen: Seen) -> tuple[float, float]:
        gave_up = seen.visits(Stage.INTAKE).gave_up
        return count(gave_up), gave_up.size

    return measure


def abandonments_per_hour_waited() -> Measure:
    """Callers who give up, over the hours that all callers wait."""

    def measure(seen: Seen) -> tuple[float, float]:
        visits = seen.visits(Stage.INTAKE)
        return count(visits.gave_up), float(visits.wait.sum()) / HOUR

    return measure


def share_of_outcome(stage: Stage, outcome: Outcome, among: tuple[Outcome, ...] = ()) -> Measure:
    """Share of visits of a stage that end in one way, among those that end in some."""

    def measure(seen: Seen) -> tuple[float, float]:
        found = seen.visits(stage).outcome
        return count(found == outcome), count(np.isin(found, among or tuple(Outcome)))

    return measure


def visits_per_ticket(stage: Stage, *, unit: str | None = None) -> Measure:
    """Visits of one stage over the tickets that were made, both of requests that arrived in the window."""

    def measure(seen: Seen) -> tuple[float, float]:
        inside = seen.in_window()
        columns = seen.log.visits
        mask = (columns["stage"] == stage) & inside[columns["ticket"]]
        if unit is not None:
            mask &= columns["unit"] == seen.log.meta.units.index(unit)
        made = inside & (seen.log.tickets["dispatched"] < NEVER)
        return count(mask), count(made)

    return measure


def mean_waiting(stage: Stage, *, unit: str | None = None) -> Measure:
    """Mean number waiting over the window, an integral over time."""

    def measure(seen: Seen) -> tuple[float, float]:
        columns = seen.log.visits
        mask = columns["stage"] == stage
        if unit is not None:
            mask &= columns["unit"] == seen.log.meta.units.index(unit)
        joined = np.clip(columns["ready"][mask], seen.start, seen.end)
        left = np.clip(columns["start"][mask], seen.start, seen.end)
        return float((left - joined).sum()) / DAY, seen.days

    return measure


def mean_response(unit_ms: int = HOUR) -> Measure:
    """Mean time from arrival to the first reply."""

    def measure(seen: Seen) -> tuple[float, float]:
        tickets = seen.log.tickets
        counted = seen.in_window() & (tickets["replied"] < NEVER)
        times = (tickets["replied"] - tickets["arrival"])[counted]
        return float(times.sum()) / unit_ms, times.size

    return measure


def number_at(hours: tuple[int, ...], stage: Stage, *, waiting: bool = False) -> Measure:
    """Mean number in service, or waiting, at some hours of each day."""

    def measure(seen: Seen) -> tuple[float, float]:
        instants = hours_of(seen, hours)
        columns = seen.log.visits
        mask = columns["stage"] == stage
        if waiting:
            gave_up = np.isin(columns["outcome"][mask], GAVE_UP)
            end = np.where(gave_up, columns["end"][mask], columns["start"][mask])
            begins, ends = np.sort(columns["ready"][mask]), np.sort(end)
        else:
            begins, ends = seen.services(stage)
        return float(present(begins, ends, instants).sum()), instants.size

    return measure


def hours_of(seen: Seen, hours: tuple[int, ...]) -> IntArray:
    """Instants of the window that fall on some hours of the day."""
    midnights = np.arange(seen.start, seen.end, DAY, dtype=np.int64)
    return np.asarray((midnights[:, None] + np.array(hours, np.int64) * HOUR).ravel(), np.int64)


def present(begins: IntArray, ends: IntArray, instants: IntArray) -> IntArray:
    """Number of intervals that contain each instant; both ends sorted."""
    return np.searchsorted(begins, instants, "right") - np.searchsorted(ends, instants, "right")


def mean_of(values: Callable[[Seen], FloatArray | IntArray | BoolArray]) -> Measure:
    """Mean of values that a function finds in a log."""

    def measure(seen: Seen) -> tuple[float, float]:
        found = values(seen)
        return float(found.sum()), found.size

    return measure
