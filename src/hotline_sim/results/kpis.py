"""Key figures of a log: each one short function with its numerator, its denominator and its window.

Whose tickets count is said in each function and, for people, in :mod:`~hotline_sim.results.names`; the
words used here are those of :mod:`~hotline_sim.results.view`. Numbers over time are in
:mod:`~hotline_sim.results.series`, tables by unit and class in :mod:`~hotline_sim.results.tables`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import HOUR, NEVER, SECOND
from hotline_sim.network.codes import SATISFIED_BIT, SOLVED_BIT, UNKNOWN, Outcome, Stage
from hotline_sim.results.conservation import check_conservation
from hotline_sim.results.enterprise import enterprises_of
from hotline_sim.results.log import check_log
from hotline_sim.results.passages import passage_kpis, passages_of
from hotline_sim.results.schema import TicketOutcome
from hotline_sim.results.series import at_stations, daytime
from hotline_sim.results.tables import class_table, unit_table
from hotline_sim.results.unknown import is_told
from hotline_sim.results.view import Kpi, View

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline_sim.arrays import BoolArray
    from hotline_sim.results.log import TicketLog

__all__ = ["KPIS", "PARTS", "Kpi", "check_conservation", "class_table", "kpis", "unit_table"]

Measure: TypeAlias = "Callable[[View], Kpi]"
Parts: TypeAlias = "Callable[[View], dict[str, BoolArray]]"
PartMeasure: TypeAlias = "Callable[[View, BoolArray], Kpi]"


def kpis(log: TicketLog, window: tuple[int, int] | None = None) -> dict[str, Kpi]:
    """Every key figure, in the order in which people read them.

    Parameters
    ----------
    log : TicketLog
        Any.
    window : (int, int), optional
        First and last (exclusive) tick; the window of the scenario if not given.

    Returns
    -------
    dict of str to Kpi
        By name; a figure of a part of the tickets is called ``name.part``. A figure about something that
        the log does not tell has no value.

    Raises
    ------
    TypeError, ValueError
        If it is no log, or the window is no pair of ticks, or ends before it starts.
    """
    check_log(log)
    view = View(log, window)
    found: dict[str, Kpi] = {}
    for name, measure in KPIS.items():
        figures = {name: measure(view)}
        if name in PARTS:
            part_measure, parts = PARTS[name]
            for part, mask in parts(view).items():
                figures[f"{name}.{part}"] = part_measure(view, mask)
        if not is_told(log.meta, name):
            figures = {key: Kpi(None, None, None, kpi.unit, kpi.window) for key, kpi in figures.items()}
        found |= figures
    if log.meta.mechanisms:
        found |= passage_kpis(passages_of(view), log.meta.mechanisms, view.window, found)
        found |= enterprises_of(view)
    return found


# Requests, by arrival in the window.


def requests_offered(view: View) -> Kpi:
    """Callers and writers who arrived."""
    return view.count(view.arrived, "requests")


def requests_abandoned(view: View) -> Kpi:
    """Of them, those who gave up for good."""
    return view.count(view.arrived & view.became(TicketOutcome.ABANDONED), "requests")


def requests_invalid(view: View) -> Kpi:
    """Of them, those whose contact was no request."""
    return view.count(view.arrived & view.became(TicketOutcome.INVALID), "requests")


def requests_pending(view: View) -> Kpi:
    """Of them, those still waiting or about to call again at the horizon."""
    return view.count(view.arrived & view.became(TicketOutcome.OPEN), "requests")


def requests_accepted(view: View) -> Kpi:
    """Of them, those answered directly or recorded as a ticket."""
    return view.count(view.accepted, "requests")


def tickets_dispatched(view: View) -> Kpi:
    """Of them, those sent to a unit."""
    return view.count(view.made & (view.tickets["dispatched"] < NEVER), "tickets")


def tickets_open_at_horizon(view: View) -> Kpi:
    """Of them, those recorded and without a reply when the log ends."""
    return view.count(view.made & ~view.replied, "tickets")


def direct_answer_rate(view: View) -> Kpi:
    """Answered directly, of accepted."""
    return view.share(view.became(TicketOutcome.DIRECT), view.accepted)


def first_contact_resolution_rate(view: View) -> Kpi:
    """Answered directly in the first call or message, of accepted."""
    first = view.tickets["redials"] == 0
    return view.share(first & view.became(TicketOutcome.DIRECT), view.accepted)


# Replies, by arrival in the window.


def reply_rate(view: View) -> Kpi:
    """Replied to in the end, of accepted."""
    return view.share(view.replied, view.accepted)


def reply_rate_within_deadline(view: View) -> Kpi:
    """Replied to by the deadline, of accepted; direct answers are on time."""
    return view.share(view.on_time, view.accepted)


def reply_rate_within_deadline_tickets(view: View) -> Kpi:
    """The same among tickets, without direct answers."""
    return view.share(view.on_time, view.made)


def urgent_reply_rate_within_1h(view: View, among: BoolArray | None = None) -> Kpi:
    """Replied to within an hour of arrival, of urgent tickets."""
    urgent = view.made & (view.tickets["urgent"] == 1)
    return view.share(view.response <= HOUR, _part(urgent, among))


def response_time_mean(view: View, among: BoolArray | None = None) -> Kpi:
    """Mean time from arrival to first reply, of accepted requests with a reply."""
    return view.mean(view.response[_part(view.accepted & view.replied, among)], HOUR, "h")


def response_time_quantile(view: View, among: BoolArray | None = None, *, percent: int) -> Kpi:
    """Quantile of the time from arrival to first reply, of accepted requests, open ones last."""
    return view.quantile(view.response[_part(view.accepted, among)], percent, HOUR, "h")


def handling_time_mean(view: View, among: BoolArray | None = None) -> Kpi:
    """Mean working time from first dispatch to first reply, of tickets with a reply."""
    handled = view.made & (view.tickets["handling"] < NEVER)
    return view.mean(view.tickets["handling"][_part(handled, among)], view.meta.day_length, "working days")


# The phone, by calls that reached the queue in the window.


def calls_offered(view: View) -> Kpi:
    """Calls, redials included."""
    return view.count(view.calls, "calls")


def redials(view: View) -> Kpi:
    """Of them, calls by people who had given up before."""
    return view.count(view.calls & view.at_stage(Stage.INTAKE) & (view.visits["attempt"] > 0), "calls")


def answer_rate(view: View) -> Kpi:
    """Answered, of offered."""
    return view.share(view.answered_calls, view.calls)


def abandonment_rate(view: View) -> Kpi:
    """Given up, of offered."""
    return view.share(view.lost_calls, view.calls)


def service_level(view: View, *, seconds: int) -> Kpi:
    """Answered within some seconds, of offered."""
    return view.ratio(_quick(view, seconds), int(np.count_nonzero(view.calls)), "share")


def service_level_of_answered(view: View, *, seconds: int) -> Kpi:
    """Answered within some seconds, of answered."""
    return view.ratio(_quick(view, seconds), view.waits.size, "share")


def mean_speed_of_answer(view: View) -> Kpi:
    """Mean wait of answered calls."""
    return view.mean(view.waits, SECOND, "s")


def occupancy(view: View) -> Kpi:
    """Busy over staffed agent hours of the teams that take live calls, inside the window."""
    busy, staffed = view.busy(view.meta.live_stations)
    return view.ratio(busy / HOUR, staffed / HOUR, "share")


def occupancy_daytime(view: View) -> Kpi:
    """The same on working days from 8 to 18 h."""
    busy, staffed = view.busy(view.meta.live_stations, daytime(view.log, view.window))
    return view.ratio(busy / HOUR, staffed / HOUR, "share")


def outbound_per_inbound(view: View) -> Kpi:
    """Answered calls back over answered calls of citizens."""
    ratings, calls = np.count_nonzero(view.ratings), np.count_nonzero(view.answered_calls)
    return view.ratio(int(ratings), int(calls), "calls a call")


# Dispatch and units.


def return_rate(view: View) -> Kpi:
    """Returned by the unit, of dispatches that ended in the window."""
    # The unit has the ticket from the end of the dispatch on: ready of its receipt.
    returned = view.ended(Outcome.RETURNED) & view.within(view.visits["ready"])
    dispatched = view.ended(Outcome.DISPATCHED, Outcome.AUTOMATIC) & view.within(view.visits["end"])
    return view.ratio(int(np.count_nonzero(returned)), int(np.count_nonzero(dispatched)), "share")


def signed_on_time_rate(view: View) -> Kpi:
    """Accepted or returned by the time limit for signing, of receipts with that limit in the window."""
    receipts = view.at_stage(Stage.SIGN) & view.within(view.visits["target"])
    return view.share(view.visits["end"] <= view.visits["target"], receipts)


def on_time_closure_rate(view: View, among: BoolArray | None = None) -> Kpi:
    """Replied to by the deadline, of tickets due in the window; open overdue ones are late."""
    return view.share(view.on_time, _part(view.due_within, among))


def utilisation_units(view: View) -> Kpi:
    """Busy over staffed handler hours at the units' desks, both only while the unit is open."""
    staffed = busy = 0
    handling = at_stations(view.log, view.meta.desk_stations)
    rows = np.flatnonzero(handling)
    for station in view.meta.desk_stations:
        agents = view.log.staffing[station]
        at_desk = np.zeros(handling.size, np.bool_)
        at_desk[rows[view.visits["station"][rows] == station]] = True
        is_open = Steps(agents.ticks, (agents.values > 0).astype(np.int64))
        busy += int(is_open.integral(*view.clipped(at_desk)).sum())
        staffed += agents.integral(*view.window)
    return view.ratio(busy / HOUR, staffed / HOUR, "share")


def backlog_start(view: View) -> Kpi:
    """Open tickets when the window begins."""
    return view.number(view.backlog.at(view.window[0]), "tickets")


def backlog_end(view: View) -> Kpi:
    """Open tickets when the window ends."""
    return view.number(view.backlog.at(min(view.window[1], view.meta.horizon)), "tickets")


def backlog_max(view: View) -> Kpi:
    """Most open tickets at any time in the window."""
    return view.number(int(view.backlog.between(*view.window).values.max(initial=0)), "tickets")


# What the reply was worth.


def reopened_rate(view: View) -> Kpi:
    """Work ordered again after a call back or repeat call, of tickets with a reply, by arrival."""
    return view.share(view.tickets["redos"] > 0, view.made & view.replied)


def first_time_closure_rate(view: View) -> Kpi:
    """Neither returned nor done again, of tickets with a reply, by arrival."""
    once = (view.tickets["returns"] == 0) & (view.tickets["redos"] == 0)
    return view.share(once, view.made & view.replied)


def callback_reached_rate(view: View) -> Kpi:
    """Rounds of calls that reached the citizen, of rounds that began in the window."""
    rows = np.flatnonzero(view.at_stage(Stage.CALLBACK))
    begins = view.visits["attempt"][rows] == 0
    outcome = view.visits["outcome"][rows]
    answered = (outcome == Outcome.CONFIRMED) | (outcome == Outcome.REDO)
    reached = np.bincount(np.cumsum(begins) - 1, answered, np.count_nonzero(begins)) > 0
    return view.share(reached, view.within(view.visits["ready"][rows][begins]))


def solved_rate(view: View) -> Kpi:
    """Problem solved, of answered calls back that ended in the window."""
    return view.share((view.visits["opinion"] & SOLVED_BIT) != 0, view.ratings)


def satisfaction_rate(view: View) -> Kpi:
    """Citizen satisfied, of answered calls back that ended in the window."""
    return view.share((view.visits["opinion"] & SATISFIED_BIT) != 0, view.ratings)


def dissatisfaction_rate(view: View) -> Kpi:
    """Citizen not satisfied, of answered calls back that ended in the window."""
    return view.share((view.visits["opinion"] & SATISFIED_BIT) == 0, view.ratings)


def solved_rate_true(view: View) -> Kpi:
    """Problem solved by the last reply, of all tickets with a reply, asked or not, by arrival."""
    return view.share(view.tickets["solved"] == 1, view.made & (view.tickets["solved"] != UNKNOWN))


def satisfaction_rate_true(view: View) -> Kpi:
    """Citizen satisfied with the last reply, of all tickets with a reply, asked or not, by arrival."""
    return view.share(view.tickets["satisfied"] == 1, view.made & (view.tickets["satisfied"] != UNKNOWN))


def _part(mask: BoolArray, among: BoolArray | None) -> BoolArray:
    return mask if among is None else mask & among


def _quick(view: View, seconds: int) -> int:
    return int(np.count_nonzero(view.waits <= seconds * SECOND))


def _response_parts(view: View) -> dict[str, BoolArray]:
    return view.classes | {"tickets": view.became(TicketOutcome.TICKET)}


def _handling_parts(view: View) -> dict[str, BoolArray]:
    return view.classes | {"other": ~view.classes["consult"]} if "consult" in view.classes else view.classes


_QUANTILES: Final = {
    f"response_time_p{percent}": partial(response_time_quantile, percent=percent)
    for percent in (50, 90, 95, 99)
}

KPIS: Final[dict[str, Measure]] = {
    "requests_offered": requests_offered,
    "requests_abandoned": requests_abandoned,
    "requests_invalid": requests_invalid,
    "requests_pending": requests_pending,
    "requests_accepted": requests_accepted,
    "direct_answer_rate": direct_answer_rate,
    "first_contact_resolution_rate": first_contact_resolution_rate,
    "tickets_dispatched": tickets_dispatched,
    "tickets_open_at_horizon": tickets_open_at_horizon,
    "reply_rate": reply_rate,
    "reply_rate_within_deadline": reply_rate_within_deadline,
    "reply_rate_within_deadline_tickets": reply_rate_within_deadline_tickets,
    "urgent_reply_rate_within_1h": urgent_reply_rate_within_1h,
    "response_time_mean": response_time_mean,
    **_QUANTILES,
    "handling_time_mean": handling_time_mean,
    "calls_offered": calls_offered,
    "redials": redials,
    "answer_rate": answer_rate,
    "abandonment_rate": abandonment_rate,
    "service_level_15s": partial(service_level, seconds=15),
    "service_level_15s_of_answered": partial(service_level_of_answered, seconds=15),
    "service_level_30s": partial(service_level, seconds=30),
    "mean_speed_of_answer": mean_speed_of_answer,
    "occupancy": occupancy,
    "occupancy_daytime": occupancy_daytime,
    "return_rate": return_rate,
    "signed_on_time_rate": signed_on_time_rate,
    "on_time_closure_rate": on_time_closure_rate,
    "utilisation_units": utilisation_units,
    "backlog_start": backlog_start,
    "backlog_end": backlog_end,
    "backlog_max": backlog_max,
    "callback_reached_rate": callback_reached_rate,
    "outbound_per_inbound": outbound_per_inbound,
    "solved_rate": solved_rate,
    "satisfaction_rate": satisfaction_rate,
    "dissatisfaction_rate": dissatisfaction_rate,
    "solved_rate_true": solved_rate_true,
    "satisfaction_rate_true": satisfaction_rate_true,
    "reopened_rate": reopened_rate,
    "first_time_closure_rate": first_time_closure_rate,
}
"""Every key figure by name."""

PARTS: Final[dict[str, tuple[PartMeasure, Parts]]] = {
    "urgent_reply_rate_within_1h": (urgent_reply_rate_within_1h, lambda view: view.categories),
    "response_time_mean": (response_time_mean, _response_parts),
    **{name: (measure, _response_parts) for name, measure in _QUANTILES.items()},
    "handling_time_mean": (handling_time_mean, _handling_parts),
    "on_time_closure_rate": (on_time_closure_rate, lambda view: view.kinds | view.levels),
}
"""Figures that are also given for parts of the tickets."""
