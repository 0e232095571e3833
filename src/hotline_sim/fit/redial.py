"""Redial: how many callers who gave up call again soon, where records name the customer.

Customers call again after an answer too; only what goes beyond that is redial.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import MINUTE
from hotline_sim.fit.estimate import Estimate, Findings, NotIdentified
from hotline_sim.fit.laws import Z, fitted

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray
    from hotline_sim.fit.calls import Calls

WINDOW = 60 * MINUTE
"""A call within this time of giving up may be a redial."""
LEAST = 30
"""Calls given up by known customers below which nothing is told."""


class Redialling(NamedTuple):
    """How callers who gave up call again."""

    probability: float
    low: float
    high: float
    after_abandonment: float
    after_answer: float
    gaps: FloatArray
    most: int
    known: int


def redialling(calls: Calls) -> Redialling | None:
    """Share of callers who call again because they gave up; None if the records cannot tell.

    Let a and s be the shares of known customers who call again within an hour of giving up and of being
    answered. Calling for another reason is taken to be as frequent after both, and independent of redial:
    1 - a = (1 - p)(1 - s), so that p = (a - s) / (1 - s).
    """
    known = np.flatnonzero(calls.customer.astype(bool))
    if known.size == 0:
        return None
    order = known[np.lexsort((calls.joined[known], calls.customer[known].astype(str)))]
    customer, joined, left = calls.customer[order], calls.joined[order], calls.ended[order]
    same = customer[1:] == customer[:-1]
    gap = np.where(same, joined[1:] - left[:-1], 2 * WINDOW)
    gap = np.append(gap, 2 * WINDOW)
    # Whose hour is not over when the records end cannot be told.
    whole = left + WINDOW <= calls.end
    again = (gap >= 0) & (gap <= WINDOW)
    gave_up, answered = whole & ~calls.answered[order], whole & calls.answered[order]
    if gave_up.sum() < LEAST or answered.sum() < LEAST:
        return None
    a, s = float(again[gave_up].mean()), float(again[answered].mean())
    p = max(0.0, (a - s) / (1 - s)) if s < 1 else 0.0
    variance = a * (1 - a) / gave_up.sum() + ((1 - a) / (1 - s)) ** 2 * s * (1 - s) / answered.sum()
    half = Z * float(np.sqrt(variance)) / (1 - s)
    gaps = gap[gave_up & again] / 1000.0
    most = _longest_run(customer, again & ~calls.answered[order])
    low, high = max(0.0, p - half), min(1.0, p + half)
    return Redialling(p, low, high, a, s, gaps[gaps > 0], most, int(gave_up.sum()))


def _longest_run(customer: np.ndarray, again: np.ndarray) -> int:
    """Redials in a row of one customer, at most 9, which is what a scenario takes."""
    longest = run = 0
    for number, redialled in enumerate(again):
        if number and customer[number] != customer[number - 1]:
            run = 0
        run = run + 1 if redialled else 0
        longest = max(longest, run)
    return min(longest, 9)


def estimate(calls: Calls) -> Findings:
    """Probability, delay and largest number of redials."""
    found = redialling(calls)
    if found is None or found.gaps.size < LEAST or found.low <= 0:
        reason = f"needs names of customers, and at least {LEAST} of them who gave up and called again"
        return Findings([], [NotIdentified("intake.redial", reason)])
    law = fitted(found.gaps)[0]
    minutes = WINDOW // MINUTE
    table = {"probability": float(f"{found.probability:.3g}"), "delay": law.table, "most": max(found.most, 1)}
    note = (
        f"known customers who called again within {minutes} min: {found.after_abandonment:.3f} after giving "
        f"up, {found.after_answer:.3f} after an answer; delay {law.family} by AIC; unknown customers "
        "taken to be alike"
    )
    return Findings(
        [
            Estimate(
                "intake.redial", table, note, found.known, found.low, found.high, "probability", replaces=True
            )
        ],
        [],
    )
