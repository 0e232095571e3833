"""Deadlines in records: what share of requests was overdue, and how sure one can be while some are open.

The laws behind the shares are those of :mod:`hotline_sim.fit.handling`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import NEVER
from hotline_sim.results.schema import TicketOutcome
from hotline_sim.statistics.shares import wilson

if TYPE_CHECKING:
    from collections.abc import Collection

    from hotline_sim.arrays import IntArray
    from hotline_sim.fit.mix import Subject
    from hotline_sim.results.log import TicketLog


class Overdue(NamedTuple):
    """Requests of one unit with a deadline.

    ``share`` of those whose answer to "late or not" is known; ``low`` and ``high``: Wilson's 95 % interval;
    ``known`` of them; ``pending`` are those whose deadline had not come.
    """

    share: float
    low: float
    high: float
    known: int
    pending: int


def overdue_by_unit(
    log: TicketLog, window: tuple[int, int], at: int, categories: Collection[str] | None = None
) -> dict[str, Overdue]:
    """Overdue shares of the requests that arrived in a window, as known at an instant.

    Parameters
    ----------
    log : TicketLog
        Simulated or recorded.
    window : (int, int)
        First and last (exclusive) tick of arrival.
    at : int
        Instant; a request that is open past its deadline then is overdue.
    categories : collection of str, optional
        Only requests about these.

    Returns
    -------
    dict of str to Overdue
        By name of the unit, those with a deadline only.
    """
    tickets = log.tickets
    chosen = (
        (tickets["arrival"] >= window[0])
        & (tickets["arrival"] < window[1])
        & (tickets["due"] < NEVER)
        & (tickets["outcome"] == TicketOutcome.TICKET)
        & (tickets["unit"] >= 0)
    )
    if categories is not None:
        wanted = np.array([name in categories for name in log.meta.categories], np.bool_)
        chosen &= wanted[tickets["category"]]
    due, replied, unit = (tickets[name][chosen] for name in ("due", "replied", "unit"))
    late = np.minimum(replied, at) > due
    known = (replied <= at) | (due < at)
    found = {}
    for number, name in enumerate(log.meta.units):
        own = unit == number
        if own.any():
            found[name] = _share(late[own & known], int((own & ~known).sum()))
    return found


def predicted_by_unit(found: list[Subject]) -> dict[str, float]:
    """Overdue share of each unit by the fitted laws and the mix of the records, with a deadline only."""
    total: dict[str, float] = {}
    late: dict[str, float] = {}
    for subject in found:
        if subject.limit and subject.law:
            total[subject.unit] = total.get(subject.unit, 0.0) + subject.share
            late[subject.unit] = late.get(subject.unit, 0.0) + subject.share * float(subject.law.sf(1.0)[0])
    return {unit: late[unit] / total[unit] for unit in sorted(total)}


def _share(late: IntArray, still_open: int) -> Overdue:
    if late.size == 0:
        return Overdue(float("nan"), 0.0, 1.0, 0, still_open)
    number = int(late.sum())
    low, high = wilson(number, late.size)
    return Overdue(number / late.size, float(low), float(high), int(late.size), still_open)
