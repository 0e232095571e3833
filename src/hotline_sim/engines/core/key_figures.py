"""KPIs from a summary that was streamed in the loop: the same names and values as from a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.clock.ticks import DAY, HOUR, SECOND
from hotline_sim.engines.core.engine import Core
from hotline_sim.engines.core.summary import (
    DAYTIME,
    OF_ENTERPRISES,
    TICKETS,
    Count,
    Summary,
    kind_names,
    middle_of,
    new_summary,
    staffing_of,
)
from hotline_sim.network.draws import Draws, check_network
from hotline_sim.network.two_level import LEVELS
from hotline_sim.results.enterprise import MECHANISM as ENTERPRISE
from hotline_sim.results.enterprise import EnterpriseCounts, enterprise_kpis
from hotline_sim.results.passages import passage_kpis
from hotline_sim.results.view import Kpi

if TYPE_CHECKING:
    from hotline_sim.clock.steps import Steps
    from hotline_sim.network.network import Network

LEFT_OUT: Final = ("backlog_max",)
"""KPIs of a log that a summary does not give: they need the order of all tickets in time."""


def summarise(network: Network, draws: Draws) -> dict[str, Kpi]:
    """Run one replication on the core and keep nothing but its KPIs.

    Parameters
    ----------
    network : Network
        The hotline in numbers.
    draws : Draws
        The chance of the replication; may be shared by networks that differ in anything but the demand.

    Returns
    -------
    dict of str to Kpi
        As :func:`hotline_sim.results.kpis.kpis` gives from the log, without those in ``LEFT_OUT``.
        Everything is exactly equal but the quantiles, which are within 0.5 %.

    Raises
    ------
    TypeError
        If an argument is something else.
    ValueError
        If it is still open who is absent: :func:`hotline_sim.present` gives the network of a replication.
    """
    check_network(network)
    if not isinstance(draws, Draws):
        kind = type(draws).__name__
        raise TypeError(f"draws: got {kind}, must be draws: hotline_sim.draw(network, seed, replication)")
    summary = new_summary(network, len(draws.arrival))
    Core(network, draws, summary=summary).run()
    arrived = np.searchsorted(draws.arrival, (summary.start, summary.end))
    return KeyFigures(network, int(arrived[1] - arrived[0]), summary).kpis()


class KeyFigures:
    """Turns a summary into KPIs.

    Parameters
    ----------
    network : Network
        What was run.
    offered : int
        Tickets that arrived in the window.
    summary : Summary
        Filled by the run.
    """

    def __init__(self, network: Network, offered: int, summary: Summary) -> None:
        self.network = network
        self.summary = summary
        self.window = summary.start, summary.end
        self.counts = {count: int(summary.counts[count]) for count in Count}
        # Open tickets enter in the window, but arrived before it.
        self.offered = offered - network.tables.opened.number - self.counts[Count.ASIDE]
        self.accepted = self.counts[Count.DIRECT] + self.counts[Count.MADE]
        self.replied = self.counts[Count.DIRECT] + self.counts[Count.REPLIED]

    def kpis(self) -> dict[str, Kpi]:
        """Every KPI, in the order of ``results.kpis``."""
        found = {
            **self._requests(),
            **self._replies(),
            **self._phone(),
            **self._units(),
            **self._opinions(),
        }
        found |= passage_kpis(self.summary.passages, self.network.mechanisms, self.window, found)
        if ENTERPRISE in self.network.mechanisms:
            counts = EnterpriseCounts._make(self.counts[count] for count in OF_ENTERPRISES)
            found |= enterprise_kpis(counts, self.window)
        return found

    def _number(self, value: int, unit: str) -> Kpi:
        return Kpi(value, value, None, unit, self.window)

    def _ratio(self, numerator: float, denominator: float, unit: str = "share") -> Kpi:
        value = numerator / denominator if denominator else None
        return Kpi(value, numerator, denominator, unit, self.window)

    def _share(self, part: Count, whole: Count) -> Kpi:
        return self._ratio(self.counts[part], self.counts[whole])

    def _requests(self) -> dict[str, Kpi]:
        n = self.counts
        pending = self.offered - n[Count.ABANDONED] - n[Count.INVALID] - self.accepted
        return {
            "requests_offered": self._number(self.offered, "requests"),
            "requests_abandoned": self._number(n[Count.ABANDONED], "requests"),
            "requests_invalid": self._number(n[Count.INVALID], "requests"),
            "requests_pending": self._number(pending, "requests"),
            "requests_accepted": self._number(self.accepted, "requests"),
            "direct_answer_rate": self._ratio(n[Count.DIRECT], self.accepted),
            "first_contact_resolution_rate": self._ratio(n[Count.DIRECT_FIRST], self.accepted),
            "tickets_dispatched": self._number(n[Count.DISPATCHED], "tickets"),
            "tickets_open_at_horizon": self._number(n[Count.MADE] - n[Count.REPLIED], "tickets"),
        }

    def _replies(self) -> dict[str, Kpi]:
        n, summary = self.counts, self.summary
        on_time = n[Count.DIRECT] + n[Count.ON_TIME]
        found = {
            "reply_rate": self._ratio(self.replied, self.accepted),
            "reply_rate_within_deadline": self._ratio(on_time, self.accepted),
            "reply_rate_within_deadline_tickets": self._share(Count.ON_TIME, Count.MADE),
        }
        found |= self._urgent()
        parts: dict[str, list[int]] = {"": list(range(TICKETS))}
        parts |= {f".{name}": [number] for number, name in enumerate(self.network.names.classes)}
        parts[".tickets"] = [TICKETS]
        for suffix, rows in parts.items():
            total, count = int(summary.response_sum[rows].sum()), int(summary.response_count[rows].sum())
            found[f"response_time_mean{suffix}"] = self._ratio(total / HOUR, count, "h")
        for percent in (50, 90, 95, 99):
            for suffix, rows in parts.items():
                found[f"response_time_p{percent}{suffix}"] = self._quantile(rows, percent)
        day = self.network.calendar.day_length
        handled = {"": slice(None)} | {
            f".{name}": slice(number, number + 1) for number, name in enumerate(self.network.names.classes)
        }
        handled[".other"] = slice(1, None)
        for suffix, rows_of in handled.items():
            total, count = (
                int(summary.handling_sum[rows_of].sum()),
                int(summary.handling_count[rows_of].sum()),
            )
            found[f"handling_time_mean{suffix}"] = self._ratio(total / day, count, "working days")
        return found

    def _urgent(self) -> dict[str, Kpi]:
        within, of = self.summary.urgent_within_hour, self.summary.urgent
        name = "urgent_reply_rate_within_1h"
        return {name: self._ratio(int(within.sum()), int(of.sum()))} | {
            f"{name}.{category}": self._ratio(int(within[number]), int(of[number]))
            for number, category in enumerate(self.network.names.categories)
        }

    def _quantile(self, rows: list[int], percent: int) -> Kpi:
        count = int(self.summary.accepted[rows].sum())
        rank = -(-percent * count // 100)
        passed = np.cumsum(self.summary.response[rows].sum(axis=0))
        value = None
        if count and rank <= passed[-1]:
            value = middle_of(int(np.searchsorted(passed, rank))) / HOUR
        return Kpi(value, None, count, "h", self.window)

    def _phone(self) -> dict[str, Kpi]:
        n = self.counts
        live = [int(station) for station in np.flatnonzero(self.summary.live_station)]
        staffed = sum(self._steps(station).integral(*self.window) for station in live)
        daytime = sum(self._daytime_staffed(station) for station in live)
        return {
            "calls_offered": self._number(n[Count.CALLS], "calls"),
            "redials": self._number(n[Count.REDIALS], "calls"),
            "answer_rate": self._share(Count.ANSWERED, Count.CALLS),
            "abandonment_rate": self._share(Count.LOST, Count.CALLS),
            "service_level_15s": self._share(Count.WITHIN_15S, Count.CALLS),
            "service_level_15s_of_answered": self._share(Count.WITHIN_15S, Count.ANSWERED),
            "service_level_30s": self._share(Count.WITHIN_30S, Count.CALLS),
            "mean_speed_of_answer": self._ratio(n[Count.WAIT] / SECOND, n[Count.ANSWERED], "s"),
            "occupancy": self._ratio(n[Count.BUSY] / HOUR, staffed / HOUR),
            "occupancy_daytime": self._ratio(n[Count.BUSY_DAYTIME] / HOUR, daytime / HOUR),
        }

    def _units(self) -> dict[str, Kpi]:
        n, summary, tables = self.counts, self.summary, self.network.tables
        found = {
            "return_rate": self._share(Count.RETURNED, Count.DISPATCHES),
            "signed_on_time_rate": self._share(Count.SIGNED_ON_TIME, Count.RECEIPTS),
        }
        parts = kind_names(self.network) + (list(LEVELS) if "two_level" in self.network.mechanisms else [])
        for row, kind in enumerate(["", *(f".{part}" for part in parts)]):
            found[f"on_time_closure_rate{kind}"] = self._ratio(
                int(summary.due_on_time[row]), int(summary.due[row])
            )
        staffed = sum(self._steps(int(station)).integral(*self.window) for station in tables.desk_station)
        found["utilisation_units"] = self._ratio(n[Count.UNITS_BUSY] / HOUR, staffed / HOUR)
        found["backlog_start"] = self._number(n[Count.OPEN_AT_START], "tickets")
        found["backlog_end"] = self._number(n[Count.OPEN_AT_END], "tickets")
        return found

    def _opinions(self) -> dict[str, Kpi]:
        n = self.counts
        rounds = self._share(Count.ROUNDS_REACHED, Count.ROUNDS)
        dissatisfied = n[Count.RATINGS] - n[Count.RATED_SATISFIED]
        return {
            "callback_reached_rate": rounds,
            "outbound_per_inbound": self._ratio(n[Count.RATINGS], n[Count.ANSWERED], "calls a call"),
            "solved_rate": self._share(Count.RATED_SOLVED, Count.RATINGS),
            "satisfaction_rate": self._share(Count.RATED_SATISFIED, Count.RATINGS),
            "dissatisfaction_rate": self._ratio(dissatisfied, n[Count.RATINGS]),
            "solved_rate_true": self._share(Count.SOLVED, Count.REPLIED),
            "satisfaction_rate_true": self._share(Count.SATISFIED, Count.REPLIED),
            "reopened_rate": self._share(Count.REOPENED, Count.REPLIED),
            "first_time_closure_rate": self._share(Count.ONCE, Count.REPLIED),
        }

    def _steps(self, station: int) -> Steps:
        return staffing_of(self.network.tables, station)

    def _daytime_staffed(self, station: int) -> int:
        days = self.network.days
        midnights = days.first_tick + np.flatnonzero(days.working).astype(np.int64) * DAY
        starts = np.maximum(midnights + DAYTIME[0] * HOUR, self.window[0])
        ends = np.minimum(midnights + DAYTIME[1] * HOUR, self.window[1])
        inside = starts < ends
        return int(self._steps(station).integral(starts[inside], ends[inside]).sum())
