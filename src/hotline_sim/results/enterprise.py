"""Key figures of the line for enterprises: the same numbers from a log and from a run that keeps none.

How they are called is said in :mod:`~hotline_sim.results.further`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import HOUR, NEVER, SECOND
from hotline_sim.results.view import Kpi

if TYPE_CHECKING:
    from hotline_sim.results.view import View

MECHANISM = "enterprise"
"""Table of the scenario without which there are no such figures."""


class EnterpriseCounts(NamedTuple):
    """Counts of contacts from enterprises; all but calls by arrival in the window."""

    accepted: int
    """Answered directly or recorded."""
    made: int
    """Tickets."""
    on_time: int
    """Of these, replied to by the deadline."""
    replied: int
    """Tickets with a reply."""
    response: int
    """Ticks from arrival to first reply of these."""
    escalated: int
    """Of these, brought before the mayor's office first."""
    answered: int
    """Calls that reached the queue in the window and were answered."""
    wait: int
    """Ticks that these waited."""


def enterprise_counts(view: View) -> EnterpriseCounts:
    """Counts of a log in a window."""
    enterprise = view.tickets["enterprise"] == 1
    made = view.made & enterprise
    replied = made & view.replied
    answered = view.answered_calls & enterprise[view.visits["ticket"]]
    wait = view.visits["start"][answered] - view.visits["ready"][answered]
    return EnterpriseCounts(
        accepted=int(np.count_nonzero(view.accepted & enterprise)),
        made=int(np.count_nonzero(made)),
        on_time=int(np.count_nonzero(made & view.on_time)),
        replied=int(np.count_nonzero(replied)),
        response=int(view.response[replied].sum()),
        escalated=int(np.count_nonzero(view.tickets["escalated"][replied] < NEVER)),
        answered=int(np.count_nonzero(answered)),
        wait=int(wait.sum()),
    )


def enterprises_of(view: View) -> dict[str, Kpi]:
    """Key figures of a log in a window; none if its scenario has no such line."""
    if MECHANISM not in view.meta.mechanisms:
        return {}
    return enterprise_kpis(enterprise_counts(view), view.window)


def enterprise_kpis(counts: EnterpriseCounts, window: tuple[int, int]) -> dict[str, Kpi]:
    """Key figures from the counts of a log or of a run."""

    def ratio(numerator: float, denominator: int, unit: str) -> Kpi:
        return Kpi(numerator / denominator if denominator else None, numerator, denominator, unit, window)

    return {
        "enterprise_requests": Kpi(counts.accepted, counts.accepted, None, "requests", window),
        "enterprise_reply_rate_within_deadline": ratio(counts.on_time, counts.made, "share"),
        "enterprise_response_time_mean": ratio(counts.response / HOUR, counts.replied, "h"),
        "enterprise_escalation_rate": ratio(counts.escalated, counts.replied, "share"),
        "enterprise_mean_speed_of_answer": ratio(counts.wait / SECOND, counts.answered, "s"),
    }
