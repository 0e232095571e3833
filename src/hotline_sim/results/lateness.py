"""Deadlines before and after an extension, reminders and colours: columns of tickets, and counts of them.

The rules are in :mod:`hotline_sim.rules.supervision`; here they are applied to all tickets of a log at once.
What key figures are made of the counts is said in :mod:`~hotline_sim.results.passages`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.clock.ticks import DAY, NEVER
from hotline_sim.network.codes import ClockStart, LimitKind
from hotline_sim.network.draws import views
from hotline_sim.network.limits import reply_limit
from hotline_sim.results.schema import TicketOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network
    from hotline_sim.results.view import View


class Notice(IntEnum):
    """What is counted of tickets; those due, by the deadline in the window, before or after an extension."""

    ORIGINALLY_DUE = 0
    """Tickets by their deadline before an extension."""
    ORIGINALLY_ON_TIME = 1
    """Of these, replied to by it."""
    EXTENDED = 2
    """Of these, with a later deadline."""
    REMINDED = 3
    """Of these, units were reminded of."""
    BLUE = 4
    """Tickets by their last deadline that took on the first colour."""
    ORANGE = 5
    """Of these, the second."""
    RED = 6
    """Of these, the third."""
    SIGNED = 7
    """Tickets by the last time a unit accepted them."""
    TOGETHER = 8
    """Of these, with co-handlers."""


def notices_of(view: View) -> IntArray:
    """Counts of a log in a window, by :class:`Notice`."""
    tickets = view.tickets
    recorded = view.became(TicketOutcome.TICKET)
    original = recorded & view.within(tickets["original_due"])
    signed = view.within(tickets["signed"])
    masks = {
        Notice.ORIGINALLY_DUE: original,
        Notice.ORIGINALLY_ON_TIME: original & (tickets["replied"] <= tickets["original_due"]),
        Notice.EXTENDED: original & (tickets["extended"] == 1),
        Notice.REMINDED: original & (tickets["reminded"] == 1),
        Notice.SIGNED: signed,
        Notice.TOGETHER: signed & (tickets["handlers"] > 1),
    }
    colours = (Notice.BLUE, Notice.ORANGE, Notice.RED)
    masks |= {colour: view.due_within & (tickets["colours"] > rank) for rank, colour in enumerate(colours)}
    return np.array([np.count_nonzero(masks[notice]) for notice in Notice], np.int64)


def lateness(
    tickets: Mapping[str, IntArray],
    dispatches: tuple[IntArray, IntArray],
    at_counter: BoolArray,
    draws: Draws,
    network: Network,
) -> dict[str, IntArray]:
    """Columns about extension, reminders and colours.

    Parameters
    ----------
    tickets : mapping of str to array
        The other columns, as far as they are derived.
    dispatches : (int64 array, int64 array), shape (tickets,)
        End of the first dispatch, and of the last one after a return; NEVER if there is none.
    at_counter : bool array, shape (tickets,)
        Whether the counter of quick service has it: its limit is never moved, nobody is reminded.
    draws : Draws
        Says which limit holds for a ticket.
    network : Network
        Has the limits and the calendar.
    """
    due = np.asarray(tickets["due"], np.int64)
    none = np.zeros(due.size, np.int64)
    columns = {"original_due": due, "extended": none, "reminded": none, "colours": none}
    if not {"extension", "supervision", "hard_cases"} & set(network.mechanisms):
        return columns
    until = np.minimum(tickets["replied"], network.tables.horizon + 1)
    began = _began(tickets, dispatches, network)
    given = _opened(began, dispatches[0], draws, network)
    rows = np.flatnonzero((began < NEVER) & (due < NEVER) & ~at_counter)
    plain = views(draws)
    limit = np.array([reply_limit(network.tables, plain, row) for row in rows.tolist()], np.int64)
    original = np.where(given[rows] < NEVER, given[rows], limit_ends(network, limit, began[rows]))
    columns |= {name: columns[name].copy() for name in columns}
    columns["original_due"][rows] = original
    columns["extended"][rows] = due[rows] > original
    share = network.tables.late.remind_at
    if share > 0:
        reminder = _share_of_limit(network, limit, began[rows], original, share)
        columns["reminded"][rows] = reminder < until[rows]
    late = rows[due[rows] < until[rows]]
    for colour in range(network.tables.late.steps):
        step = np.full(late.size, network.tables.late.step_limit + colour, np.int64)
        columns["colours"][late] += limit_ends(network, step, due[late]) < until[late]
    return columns


def _began(
    tickets: Mapping[str, IntArray], dispatches: tuple[IntArray, IntArray], network: Network
) -> IntArray:
    """Start of the time limit that holds for each ticket; NEVER before it."""
    tables = network.tables
    if tables.clock_start == ClockStart.SIGN:
        return np.array(tickets["signed"], np.int64)
    first, again = dispatches
    began = first
    if tables.clock_start == ClockStart.ARRIVAL:
        began = np.where(tickets["recorded"] < NEVER, tickets["arrival"], NEVER)
    return np.where(again < NEVER, again, began) if tables.clock_restarts else began


def _opened(began: IntArray, first: IntArray, draws: Draws, network: Network) -> IntArray:
    """Deadlines that tickets had before the run, else NEVER; ``began`` gets the start of their limits."""
    opened, given = network.tables.opened, np.full(began.size, NEVER, np.int64)
    if not opened.number:
        return given
    number = np.array(draws.opened[0], np.int64)[: began.size] - 1
    goes_on = began == NEVER
    if network.tables.clock_start == ClockStart.DISPATCH:
        # The first dispatch of the run leaves a deadline that was there before as it is, a return may not.
        goes_on |= (opened.due[number] < NEVER) & (began == first)
    rows = np.flatnonzero((number >= 0) & goes_on)
    from_arrival = network.tables.clock_start == ClockStart.ARRIVAL
    began[rows] = (opened.arrival if from_arrival else opened.since)[number[rows]]
    given[rows] = opened.due[number[rows]]
    return given


def limit_ends(network: Network, limit: IntArray, start: IntArray) -> IntArray:
    """Ticks at which limits end, as :func:`hotline_sim.network.limits.due_after` tells one by one.

    Parameters
    ----------
    network : Network
        Has the limits and the calendar.
    limit : int64 array, shape (n,)
        Rows of the limit table.
    start : int64 array, shape (n,)
        Where each begins.
    """
    tables = network.tables
    kind, amount = tables.limit_kind[limit], tables.limit_amount[limit]
    end = start + amount
    if tables.deadline_calendar >= 0:
        working = kind == LimitKind.WORKING_TIME
        end[working] = network.calendar.add(start[working], amount[working])
    days = kind == LimitKind.WORKING_DAYS
    through = tables.working_days_through
    day = start[days] // DAY - tables.first_day
    known = (day >= 0) & (day < len(through))
    last = np.where(known, through[np.where(known, day, 0)] + amount[days], np.iinfo(np.int64).max)
    known &= last <= through[-1]
    end[days] = np.where(known, tables.day_closes[np.where(known, last, 1) - 1], NEVER)
    return end


def _share_of_limit(
    network: Network, limit: IntArray, start: IntArray, due: IntArray, share: float
) -> IntArray:
    """Ticks at which a share of limits has passed, as ``share_of_limit`` of the rules tells one by one."""
    tick = start + ((due - start) * share).astype(np.int64)
    if network.tables.deadline_calendar >= 0:
        working = np.flatnonzero(network.tables.limit_kind[limit] != LimitKind.CLOCK)
        ahead = (network.calendar.worked(start[working], due[working]) * share).astype(np.int64)
        tick[working] = np.where(
            ahead > 0, network.calendar.add(start[working], np.maximum(ahead, 0)), start[working] + ahead
        )
    return np.where(due < NEVER, tick, NEVER)
