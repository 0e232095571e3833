"""Figures by unit and by request class, as columns of a small table.

Whole-city figures are in :mod:`~hotline_sim.results.kpis`, with the definitions that hold here as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from hotline_sim.clock.ticks import HOUR, NEVER
from hotline_sim.network.codes import SATISFIED_BIT, Outcome
from hotline_sim.results.schema import TicketOutcome
from hotline_sim.results.view import View

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, FloatArray, IntArray
    from hotline_sim.results.log import TicketLog

Table: TypeAlias = dict[str, np.ndarray[Any, Any]]


def unit_table(log: TicketLog, window: tuple[int, int] | None = None) -> Table:
    """Figures of each unit.

    Parameters
    ----------
    log : TicketLog
        Any.
    window : (int, int), optional
        First and last (exclusive) tick; the window of the scenario if not given.

    Returns
    -------
    dict of str to array, shape (units,)
        ``unit`` and ``kind``; ``tickets`` by arrival in the window and last unit; ``due`` in the window, and
        of these ``on_time`` and ``overdue``, open ones included; ``returned``: receipts of the window that
        the unit refused; ``handling_mean``: working days from first dispatch to first reply, NaN without
        any; ``reached``: answered calls back of the window, and of these ``satisfied``.
    """
    view = View(log, window)
    count = len(log.meta.units)
    tickets, visits = view.tickets, view.visits

    def by_ticket(mask: BoolArray) -> IntArray:
        return _counts(tickets["unit"][mask], count)

    def by_visit(mask: BoolArray) -> IntArray:
        return _counts(visits["unit"][mask], count)

    due, on_time = by_ticket(view.due_within), by_ticket(view.due_within & view.on_time)
    returned = view.ended(Outcome.RETURNED) & view.within(visits["ready"])
    satisfied = (visits["opinion"] & SATISFIED_BIT) != 0
    return {
        "unit": np.array(log.meta.units, np.str_),
        "kind": np.array(log.meta.unit_kinds, np.str_),
        "tickets": by_ticket(view.made),
        "due": due,
        "on_time": on_time,
        "overdue": due - on_time,
        "returned": by_visit(returned),
        "handling_mean": _handling_means(view, tickets["unit"], count),
        "reached": by_visit(view.ratings),
        "satisfied": by_visit(view.ratings & satisfied),
    }


def class_table(log: TicketLog, window: tuple[int, int] | None = None) -> Table:
    """Figures of each request class.

    Parameters
    ----------
    log : TicketLog
        Any.
    window : (int, int), optional
        First and last (exclusive) tick; the window of the scenario if not given.

    Returns
    -------
    dict of str to array, shape (classes,)
        ``class``; by arrival in the window ``accepted``, of these ``direct`` answers and ``tickets``;
        tickets ``due`` in the window, of these ``on_time`` and ``overdue``; ``handling_mean`` in working
        days; ``response_p50`` and ``response_p90`` of accepted requests in hours. NaN: none, or still open.
    """
    view = View(log, window)
    count = len(log.meta.classes)
    number = view.tickets["request_class"]

    def by_class(mask: BoolArray) -> IntArray:
        return _counts(number[mask], count)

    def quantiles(percent: int) -> FloatArray:
        found = [
            view.quantile(view.response[view.accepted & mask], percent, HOUR, "h").value
            for mask in view.classes.values()
        ]
        return np.array([np.nan if value is None else value for value in found], np.float64)

    due, on_time = by_class(view.due_within), by_class(view.due_within & view.on_time)
    return {
        "class": np.array(log.meta.classes, np.str_),
        "accepted": by_class(view.accepted),
        "direct": by_class(view.accepted & view.became(TicketOutcome.DIRECT)),
        "tickets": by_class(view.made),
        "due": due,
        "on_time": on_time,
        "overdue": due - on_time,
        "handling_mean": _handling_means(view, number, count),
        "response_p50": quantiles(50),
        "response_p90": quantiles(90),
    }


def _counts(numbers: IntArray, count: int) -> IntArray:
    return np.bincount(numbers[numbers >= 0], minlength=count).astype(np.int64)


def _handling_means(view: View, group: IntArray, count: int) -> FloatArray:
    handled = view.made & (view.tickets["handling"] < NEVER) & (group >= 0)
    total = np.bincount(group[handled], view.tickets["handling"][handled], count)
    n = np.bincount(group[handled], minlength=count)
    means = np.full(count, np.nan)
    np.divide(total, n * view.meta.day_length, out=means, where=n > 0)
    return means
