"""Calls of a log as plain columns, and the figures by which a phone room is judged.

Estimators of the phone side start from here; requests that units handle are read from the log itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import DAY, HOUR, NEVER, SECOND
from hotline_sim.network.codes import Outcome, Stage

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, FloatArray, IntArray
    from hotline_sim.records.read import Records
    from hotline_sim.results.log import TicketLog

WITHIN: Final = 20 * SECOND
"""Waits up to this many ms count as quick; the call centre literature has 20 s, the KPIs have 15 s."""
FIGURES: Final = (
    "calls",
    "wait_median",
    "wait_p90",
    "abandonment",
    "within_20s",
    "wait_answered_median",
    "wait_answered_p90",
    "answered_within_20s",
)
"""Names of the figures of :func:`phone_figures`."""


@dataclass(frozen=True, eq=False)
class Calls:
    """Calls that wanted an agent, by the instant at which they joined the queue.

    Parameters
    ----------
    start, end : int
        Ticks of the midnights between which they joined.
    joined : int64 array, shape (n,)
        Tick at which the caller began to wait.
    left : int64 array, shape (n,)
        Tick at which the wait ended: answered or given up.
    ended : int64 array, shape (n,)
        Tick at which the service ended; that of ``left`` for who gave up.
    answered : bool array, shape (n,)
        Whether an agent answered.
    agent, customer, service : object array, shape (n,)
        Names; empty where unknown.
    """

    start: int
    end: int
    joined: IntArray
    left: IntArray
    ended: IntArray
    answered: BoolArray
    agent: np.ndarray
    customer: np.ndarray
    service: np.ndarray

    @property
    def size(self) -> int:
        """Number of calls."""
        return self.joined.size

    @property
    def days(self) -> int:
        """Days covered."""
        return (self.end - self.start) // DAY

    @cached_property
    def wait(self) -> IntArray:
        """Waits in ms, those of callers who gave up included."""
        return self.left - self.joined

    @cached_property
    def talk(self) -> FloatArray:
        """Service times of answered calls in seconds; those without length left out."""
        talk = (self.ended - self.left)[self.answered] / 1000.0
        return talk[talk > 0]

    @cached_property
    def day(self) -> IntArray:
        """Day of each call, 0 for the first one covered."""
        return (self.joined - self.start) // DAY

    @cached_property
    def hour(self) -> IntArray:
        """Hour of the day at which each call joined."""
        return self.joined % DAY // HOUR

    @cached_property
    def weekday(self) -> IntArray:
        """Weekday of each day covered, Monday being 0; shape (days,)."""
        # 1 January 1970 was a Thursday.
        return (np.arange(self.days) + self.start // DAY + 3) % 7

    @cached_property
    def by_day_and_hour(self) -> IntArray:
        """Numbers of calls, shape (days, 24)."""
        counts = np.zeros((self.days, 24), np.int64)
        np.add.at(counts, (self.day, self.hour), 1)
        return counts

    @cached_property
    def waiting(self) -> Steps:
        """Callers in the queue over time."""
        return Steps.from_intervals(self.joined, self.left)

    @cached_property
    def talking(self) -> Steps:
        """Agents in service over time, known by name or not."""
        served = self.answered
        return Steps.from_intervals(self.left[served], self.ended[served])


def calls_of(records: Records, start: int, end: int) -> Calls:
    """Calls of records that joined the queue of an agent between two midnights.

    Parameters
    ----------
    records : Records
        Of calls; those that ended in the voice menu are left out.
    start, end : int
        Ticks.

    Returns
    -------
    Calls
    """
    columns = _window(records.log, start, end)
    keep = columns["outcome"] != Outcome.OPEN
    columns = {name: values[keep] for name, values in columns.items()}
    answered = columns["start"] < NEVER
    ticket = columns["ticket"]
    nobody = np.full(records.log.tickets["arrival"].size, "", object)
    return Calls(
        start=start,
        end=end,
        joined=columns["ready"],
        left=np.where(answered, columns["start"], columns["end"]),
        ended=columns["end"],
        answered=answered,
        agent=records.extra.get("agent", nobody)[ticket],
        customer=records.extra.get("customer", nobody)[ticket],
        service=records.extra.get("service", nobody)[ticket],
    )


def _intake(log: TicketLog) -> dict[str, np.ndarray]:
    """Visits of callers who waited on the line, in the order in which they joined."""
    visits, live = log.visits, np.asarray([*log.meta.live, False], dtype=bool)
    wanted = (visits["stage"] == Stage.INTAKE) & live[log.tickets["source"][visits["ticket"]]]
    rows = np.flatnonzero(wanted)
    rows = rows[np.argsort(visits["ready"][rows], kind="stable")]
    return {name: visits[name][rows] for name in ("ticket", "ready", "start", "end", "outcome")}


def _window(log: TicketLog, start: int | None, end: int | None) -> dict[str, np.ndarray]:
    """Visits of callers who joined the queue between two ticks; by default in the window that counts."""
    columns = _intake(log)
    first = log.meta.start if start is None else start
    last = log.meta.end if end is None else end
    keep = (columns["ready"] >= first) & (columns["ready"] < last)
    return {name: values[keep] for name, values in columns.items()}


def _waits(columns: dict[str, np.ndarray]) -> tuple[BoolArray, IntArray]:
    """Of calls whose wait is over: whether an agent answered, and the wait in ms."""
    answered = columns["start"] < NEVER
    over = answered | (columns["outcome"] != Outcome.OPEN)
    left = np.where(answered, columns["start"], columns["end"])
    return answered[over], (left - columns["ready"])[over]


def intake_waits(
    log: TicketLog, start: int | None = None, end: int | None = None
) -> tuple[BoolArray, IntArray]:
    """Whether each call that joined the queue between two ticks was answered, and how long it waited in ms.

    Parameters
    ----------
    log : TicketLog
        With calls, simulated or read from records; calls that still wait at its end are left out.
    start, end : int, optional
        Ticks; by default the window that counts.
    """
    return _waits(_window(log, start, end))


def phone_figures(log: TicketLog, start: int | None = None, end: int | None = None) -> dict[str, float]:
    """How many call, how long they wait and how many give up, of a simulated log or of records.

    Parameters
    ----------
    log : TicketLog
        With calls.
    start, end : int, optional
        Ticks between which a call must have joined the queue; by default the window that counts.

    Returns
    -------
    dict of str to float
        By name of FIGURES. ``calls`` wanted an agent; ``wait_median`` and ``wait_p90`` are in seconds, over
        all calls, those of callers who gave up included; ``abandonment`` is the share of calls given up,
        ``within_20s`` that answered within 20 s. The last three are of the answered calls alone: median and
        90 % quantile of their wait in seconds, and the share of them answered within 20 s.
        All but the number are NaN where there are no such calls.
    """
    columns = _window(log, start, end)
    answered, wait = _waits(columns)
    calls = float(columns["ready"].size)
    if not wait.size:
        return {"calls": calls} | dict.fromkeys(FIGURES[1:], float("nan"))
    patient = wait[answered]
    of_answered = (float("nan"),) * 3
    if patient.size:
        of_answered = (*_quantiles(patient), float((patient <= WITHIN).mean()))
    figures = (
        calls,
        *_quantiles(wait),
        float((~answered).sum()) / calls,
        float((answered & (wait <= WITHIN)).sum()) / calls,
        *of_answered,
    )
    return dict(zip(FIGURES, figures, strict=True))


def _quantiles(wait: IntArray) -> tuple[float, float]:
    """Median and 90 % quantile in seconds."""
    median, p90 = np.quantile(wait, (0.5, 0.9)) / SECOND
    return float(median), float(p90)
