"""Records of calls: when a caller joined the queue, was answered or gave up, and how long the talk was.

Requests and event logs are the subject of :mod:`~hotline_sim.records.requests` and
:mod:`~hotline_sim.records.events`; the log around all of them is made in
:mod:`~hotline_sim.records.assemble`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.clock.ticks import DAY, HOUR, NEVER
from hotline_sim.network.codes import UNKNOWN, UNSTAFFED, Outcome, Stage
from hotline_sim.records.assemble import Draft, visit_rows
from hotline_sim.records.profile import OUTCOMES
from hotline_sim.results.schema import TicketOutcome

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.records.assemble import Assembly
    from hotline_sim.records.convert import Columns, Converter, Rows

ANSWERED, ABANDONED, INVALID, MENU = range(len(OUTCOMES))

STATION: Final = "operators"
MENU_SOURCE: Final = "menu"
"""Source of calls that ended in the voice menu: nobody of them waited for an operator."""

UNKNOWN_FACTS: Final = (
    "redials",
    "direct",
    "reply",
    "due",
    "urgent",
    "dispatch",
    "sign",
    "units",
    "returns",
    "redos",
    "callback",
    "opinion",
    "staffing",
)
"""What records of calls do not tell: what became of the request after the call."""


def settle(columns: Columns, rows: Rows, converter: Converter) -> Columns:
    """Instants of each call in their order, with rows left out that contradict themselves.

    Returns
    -------
    dict of str to array
        The columns, with ``queued``, ``answered``, ``ended`` and ``outcome`` (a position in OUTCOMES) for
        every row that is kept.
    """
    mapped = converter.profile.columns
    none = np.full(rows.block.numbers.size, NEVER, np.int64)
    arrival = columns["arrival"]
    queued = np.where(columns.get("queued", none) == NEVER, arrival, columns.get("queued", none))
    queued = _after(queued, arrival, "queued", rows)
    early = queued < arrival
    rows.repaired(early, "queued_early")
    arrival = np.where(early, queued, arrival)

    answered = _after(columns.get("answered", none), queued, "answered", rows)
    wait = columns.get("wait", none)
    left = np.where(wait < NEVER, queued + np.where(wait < NEVER, wait, 0), NEVER)
    ended = _after(columns.get("ended", none), queued, "ended", rows)
    outcome = _outcomes(columns, converter, answered, rows)
    is_answered = (outcome == ANSWERED) | (outcome == INVALID)
    start = np.where(left < NEVER, left, answered)
    talk = columns.get("talk", none)
    end = np.where(talk < NEVER, start + np.where(talk < NEVER, talk, 0), ended)
    if not {"talk", "ended"} & mapped.keys():
        end = start
    rows.leave_out(is_answered & (start == NEVER), "missing", "wait" if "wait" in mapped else "answered")
    rows.leave_out(is_answered & (end == NEVER), "missing", "talk" if "talk" in mapped else "ended")
    rows.leave_out(is_answered & (start < queued), "negative", "wait")
    rows.leave_out(is_answered & (end < start), "negative", "talk")

    gone = np.where(left < NEVER, left, np.where(ended < NEVER, ended, answered))
    lost = outcome == ABANDONED
    rows.leave_out(lost & (gone == NEVER), "missing", "wait" if "wait" in mapped else "ended")
    rows.leave_out(lost & (gone < queued), "negative", "wait")
    return columns | {
        "arrival": arrival,
        "queued": queued,
        "answered": np.where(is_answered, start, NEVER),
        "ended": np.where(is_answered, end, np.where(lost, gone, queued)),
        "outcome": outcome,
    }


def _after(ticks: IntArray, before: IntArray, name: str, rows: Rows) -> IntArray:
    """Ticks, a day later where only the date of the row can have made them come too early."""
    past = (ticks < NEVER) & (before < NEVER) & (before - ticks > 12 * HOUR) & (before - ticks < DAY)
    rows.repaired(past, "midnight", name)
    return np.where(past, ticks + DAY, ticks)


def _outcomes(columns: Columns, converter: Converter, answered: IntArray, rows: Rows) -> IntArray:
    if "outcome" not in columns:
        return np.where(
            (answered < NEVER) | ("answered" not in converter.profile.columns), ANSWERED, ABANDONED
        )
    words = [*converter.names["outcome"].number, ""]
    meant = np.array([OUTCOMES.index(word) if word in OUTCOMES else UNKNOWN for word in words], np.int64)
    outcome = np.asarray(meant[columns["outcome"]])
    rows.leave_out(columns["outcome"] == UNKNOWN, "missing", "outcome")
    rows.leave_out(outcome == UNKNOWN, "unreadable", "outcome")
    return outcome


def assemble(assembly: Assembly) -> Draft:
    """Tickets and visits of calls: one intake visit each, its outcome the outcome of the ticket."""
    columns, profile = assembly.columns, assembly.profile
    outcome = columns["outcome"]
    sources, source = _sources(assembly, outcome == MENU)
    invalid = (outcome == INVALID) | (outcome == MENU)
    answered, ended = columns["answered"], columns["ended"]
    after = columns.get("after_call", np.zeros(outcome.size, np.int64))
    after = np.where((after < NEVER) & (answered < NEVER), after, 0)
    became = np.select(
        [outcome == ANSWERED, invalid], [TicketOutcome.DIRECT, TicketOutcome.INVALID], TicketOutcome.ABANDONED
    )
    ending = np.select([outcome == ANSWERED, invalid], [Outcome.DIRECT, Outcome.INVALID], Outcome.ABANDONED)
    direct = outcome == ANSWERED
    tickets = {
        "source": source,
        "answered": answered,
        "outcome": became,
        "replied": np.where(direct, ended, NEVER),
        "closed": np.where(answered < NEVER, ended + after, ended),
    }
    visits = visit_rows(
        outcome.size,
        ticket=np.arange(outcome.size),
        stage=Stage.INTAKE,
        station=np.where(outcome == MENU, UNSTAFFED, 0),
        ready=columns["queued"],
        start=np.where(outcome == MENU, columns["queued"], answered),
        end=np.where(answered < NEVER, ended + after, ended),
        after_call=after,
        outcome=ending,
    )
    live = tuple(name != MENU_SOURCE and (not profile.live or name in profile.live) for name in sources)
    has_end = bool({"talk", "ended"} & profile.columns.keys())
    unknown = UNKNOWN_FACTS if has_end else (*UNKNOWN_FACTS, "talk")
    return Draft(
        tickets, visits, sources=sources, live=live, stations=(STATION,), live_stations=(0,), unknown=unknown
    )


def _sources(assembly: Assembly, menu: BoolArray) -> tuple[tuple[str, ...], IntArray]:
    names, codes = assembly.names_of("source", "phone")
    if menu.any():
        names = (*names, MENU_SOURCE)
        codes = np.where(menu, len(names) - 1, codes)
    return names, codes
