"""A log seen through a window of time: whose tickets and visits count, and how a number is reported.

The KPIs of :mod:`~hotline_sim.results.kpis` are written with these words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hotline_sim.clock.ticks import NEVER
from hotline_sim.network.codes import Outcome, Stage
from hotline_sim.network.two_level import LEVELS
from hotline_sim.results.schema import TicketOutcome
from hotline_sim.results.series import at_stations, backlog, window_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.clock.steps import Steps
    from hotline_sim.results.log import TicketLog


@dataclass(frozen=True)
class Kpi:
    """One number about a window, with what it was computed from.

    Parameters
    ----------
    value : float or None
        None if the denominator is 0, or a quantile lies among tickets that are still open.
    numerator, denominator : float or None
        Counts or sums; None where the KPI is no ratio.
    unit : str
        ``"share"``, ``"s"``, ``"h"``, ``"working days"``, or what is counted.
    window : (int, int)
        First and last (exclusive) tick.
    """

    value: float | None
    numerator: float | None
    denominator: float | None
    unit: str
    window: tuple[int, int]

    def as_dict(self) -> dict[str, Any]:
        """Value, numerator, denominator and unit, for JSON."""
        return {
            "value": self.value,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "unit": self.unit,
        }


class View:
    """Columns of a log, and masks that say which rows count.

    Masks of tickets have one entry for each ticket, masks of visits one for each visit.

    Parameters
    ----------
    log : TicketLog
        Any.
    window : (int, int), optional
        First and last (exclusive) tick; the window of the log's scenario if not given. What lies beyond
        the horizon never happened and is cut off.

    Raises
    ------
    TypeError, ValueError
        If the window is no pair of ticks, or ends before it starts.
    """

    def __init__(self, log: TicketLog, window: tuple[int, int] | None = None) -> None:
        self.log = log
        self.meta = log.meta
        self.tickets = log.tickets
        self.visits = log.visits
        start, end = window_of(log, window)
        self.window = start, max(start, min(end, log.meta.horizon + 1))

    def tells(self, *facts: str) -> bool:
        """Whether the log tells some facts, by their names in :mod:`~hotline_sim.results.unknown`."""
        return not set(facts) & set(self.meta.unknown)

    def within(self, ticks: IntArray) -> BoolArray:
        """Whether ticks lie in the window."""
        start, end = self.window
        return (ticks >= start) & (ticks < end)

    @cached_property
    def arrived(self) -> BoolArray:
        """Tickets by arrival in the window."""
        return self.within(self.tickets["arrival"]) & ~self.became(TicketOutcome.DISPUTE)

    @cached_property
    def made(self) -> BoolArray:
        """Tickets that arrived in the window and were recorded as such."""
        return self.arrived & self.became(TicketOutcome.TICKET)

    @cached_property
    def accepted(self) -> BoolArray:
        """Requests that arrived in the window and were answered directly or recorded."""
        return self.made | (self.arrived & self.became(TicketOutcome.DIRECT))

    @cached_property
    def replied(self) -> BoolArray:
        """Tickets whose citizen has a reply."""
        return self.tickets["replied"] < NEVER

    @cached_property
    def on_time(self) -> BoolArray:
        """Tickets replied to by the deadline; direct answers always are."""
        return self.replied & (self.tickets["replied"] <= self.tickets["due"])

    @cached_property
    def response(self) -> IntArray:
        """Ticks from arrival to first reply; NEVER if there is none yet."""
        return np.where(self.replied, self.tickets["replied"] - self.tickets["arrival"], NEVER)

    @cached_property
    def due_within(self) -> BoolArray:
        """Recorded tickets whose deadline lies in the window."""
        return self.became(TicketOutcome.TICKET) & self.within(self.tickets["due"])

    def became(self, outcome: TicketOutcome) -> BoolArray:
        """Tickets by outcome."""
        return np.asarray(self.tickets["outcome"] == outcome)

    @cached_property
    def classes(self) -> dict[str, BoolArray]:
        """Tickets by request class."""
        return {
            name: self.tickets["request_class"] == number for number, name in enumerate(self.meta.classes)
        }

    @cached_property
    def categories(self) -> dict[str, BoolArray]:
        """Tickets by category."""
        category = self.tickets["category"]
        return {name: category == number for number, name in enumerate(self.meta.categories)}

    @cached_property
    def kinds(self) -> dict[str, BoolArray]:
        """Tickets by kind of the last unit that had them."""
        kinds = np.array([*self.meta.unit_kinds, ""], np.str_)  # the last one is found by UNKNOWN
        unit = self.tickets["unit"]
        return {kind: (kinds == kind)[unit] for kind in sorted(set(self.meta.unit_kinds))}

    @cached_property
    def levels(self) -> dict[str, BoolArray]:
        """Tickets by who does the work at a unit that passes tickets on; none in other scenarios."""
        level = self.tickets["level"]
        has = "two_level" in self.meta.mechanisms
        return {name: level == number for number, name in enumerate(LEVELS, 1)} if has else {}

    def at_stage(self, stage: Stage) -> BoolArray:
        """Visits by stage."""
        return np.asarray(self.visits["stage"] == stage)

    def ended(self, *outcomes: Outcome) -> BoolArray:
        """Visits that ended in one of some ways."""
        return np.isin(self.visits["outcome"], outcomes)

    @cached_property
    def calls(self) -> BoolArray:
        """Calls by citizens in the window, those included that found no line."""
        live = np.array([*self.meta.live, False], np.bool_)[self.tickets["source"]]
        intake = self.at_stage(Stage.INTAKE) & live[self.visits["ticket"]]
        own_ticket = self.at_stage(Stage.CHASE) | self.at_stage(Stage.REPEAT)
        return np.asarray((intake | own_ticket) & self.within(self.visits["ready"]))

    @cached_property
    def lost_calls(self) -> BoolArray:
        """Of the calls, those given up."""
        return self.calls & (self.ended(Outcome.REDIAL) | self.ended(Outcome.ABANDONED))

    @cached_property
    def busy_calls(self) -> BoolArray:
        """Of the calls, those that found all lines taken."""
        return self.calls & self.ended(Outcome.BUSY, Outcome.BLOCKED)

    @cached_property
    def answered_calls(self) -> BoolArray:
        """Of the calls, those answered."""
        return self.calls & (self.visits["start"] < NEVER)

    @cached_property
    def waits(self) -> IntArray:
        """Ticks that each answered call waited."""
        answered = self.answered_calls
        return np.asarray(self.visits["start"][answered] - self.visits["ready"][answered], np.int64)

    @cached_property
    def ratings(self) -> BoolArray:
        """Calls back that were answered, by their end."""
        reached = self.ended(Outcome.CONFIRMED) | self.ended(Outcome.REDO)
        return np.asarray(reached & self.within(self.visits["end"]))

    @cached_property
    def backlog(self) -> Steps:
        """Open tickets over time."""
        return backlog(self.log)

    def clipped(self, among: BoolArray) -> tuple[IntArray, IntArray]:
        """Start and end of the served visits among some, cut to the window."""
        start, end = self.visits["start"][among], self.visits["end"][among]
        first, last = self.window
        overlaps = (start < last) & (end > first)
        return np.maximum(start[overlaps], first), np.minimum(end[overlaps], last)

    def busy(self, stations: Sequence[int], during: Steps | None = None) -> tuple[int, int]:
        """Busy and staffed agent ticks of stations in the window, all or only while ``during`` is 1."""
        starts, ends = self.clipped(at_stations(self.log, stations))
        if during is None:
            staffed = sum(self.log.staffing[station].integral(*self.window) for station in stations)
            return int((ends - starts).sum()), staffed
        opens, closes = during.ticks[::2], during.ticks[1::2]
        staffed = sum(int(self.log.staffing[station].integral(opens, closes).sum()) for station in stations)
        return int(during.integral(starts, ends).sum()), staffed

    def count(self, among: BoolArray, unit: str) -> Kpi:
        """Report how many rows count."""
        return self.number(int(np.count_nonzero(among)), unit)

    def number(self, value: float, unit: str) -> Kpi:
        """Report a plain number."""
        return Kpi(value, value, None, unit, self.window)

    def share(self, part: BoolArray, whole: BoolArray) -> Kpi:
        """Report the share of rows of the whole that are also in the part."""
        return self.ratio(int(np.count_nonzero(part & whole)), int(np.count_nonzero(whole)), "share")

    def ratio(self, numerator: float, denominator: float, unit: str) -> Kpi:
        """Report a ratio, or None over nothing."""
        value = numerator / denominator if denominator else None
        return Kpi(value, numerator, denominator, unit, self.window)

    def mean(self, values: IntArray, ticks: int, unit: str) -> Kpi:
        """Report the mean of durations in a unit of so many ticks."""
        return self.ratio(int(values.sum()) / ticks, values.size, unit)

    def quantile(self, values: IntArray, percent: int, ticks: int, unit: str) -> Kpi:
        """Report the smallest value that at least so many per cent do not exceed; None if that is NEVER.

        Notes
        -----
        The inverse of the empirical distribution function, definition 1 of [1]_. An open ticket counts as
        longer than any other.

        References
        ----------
        .. [1] Hyndman, R. J., Fan, Y. (1996). Sample quantiles in statistical packages. The American
           Statistician 50 (4), 361-365.
        """
        count = values.size
        rank = -(-percent * count // 100) - 1
        found = int(np.partition(values, rank)[rank]) if count else NEVER
        return Kpi(None if found == NEVER else found / ticks, None, count, unit, self.window)
