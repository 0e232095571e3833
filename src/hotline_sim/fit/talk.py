"""Talk time of answered calls: a family of distributions with the mean of the records.

Waits are the subject of :mod:`~hotline_sim.fit.patience`; the search for the maximum of
:mod:`~hotline_sim.fit.laws`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.clock.ticks import SECOND
from hotline_sim.fit.estimate import Estimate, Findings, NotIdentified
from hotline_sim.fit.laws import Z, fitted

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray
    from hotline_sim.fit.calls import Calls
    from hotline_sim.fit.laws import Law

LEAST = 30
"""Talks below which no law is fitted."""


def talk_laws(calls: Calls) -> tuple[Law, ...]:
    """Every family fitted to the talk times with their mean kept, the best one first; empty if too few."""
    talk = calls.talk
    if talk.size < LEAST or float(talk.std()) == 0:
        return ()
    return fitted(talk, mean=float(talk.mean()))


def by_hour(calls: Calls) -> FloatArray:
    """Mean talk in seconds by hour of the day, float64 array of shape (24,).

    Hours are drawn towards the mean of all calls, the more so the fewer calls they have: by the variance
    between hours that DerSimonian and Laird's moments leave beyond chance [1]_.

    References
    ----------
    .. [1] DerSimonian, R. and Laird, N. (1986), Controlled Clinical Trials 7, 177-188.
    """
    served = calls.answered & (calls.ended > calls.left)
    hour, talk = calls.hour[served], (calls.ended - calls.left)[served] / SECOND
    mean = float(talk.mean())
    number = np.bincount(hour, minlength=24).astype(np.float64)
    own = np.full(24, mean)
    known = number >= 2
    own[known] = np.bincount(hour, talk, 24)[known] / number[known]
    if known.sum() < 2 or not talk.var():
        return np.full(24, mean)
    # One variance for all hours: that of an hour with three calls tells nothing.
    within = float(((talk - own[hour]) ** 2).sum() / (talk.size - known.sum()))
    if not within:
        return own
    weight = number[known] / within
    centre = float((weight * own[known]).sum() / weight.sum())
    spread = float((weight * (own[known] - centre) ** 2).sum()) - (known.sum() - 1)
    between = max(0.0, spread / float(weight.sum() - (weight**2).sum() / weight.sum()))
    own[known] = mean + (own[known] - mean) * between / (between + 1 / weight)
    return own


def interval(calls: Calls) -> tuple[float, float]:
    """95 % interval of the mean talk in seconds: of single calls or of resampled days, the wider one.

    Talks of a day are alike: agents, customers and what they call about are those of the day.
    """
    from hotline_sim.fit.intervals import day_interval

    served = calls.answered & (calls.ended > calls.left)
    talk, day = (calls.ended - calls.left)[served] / SECOND, calls.day[served]
    half = Z * float(talk.std(ddof=1)) / np.sqrt(talk.size)
    mean = float(talk.mean())
    low, high = day_interval(np.bincount(day, talk, calls.days), np.bincount(day, minlength=calls.days))
    return min(low, mean - half), max(high, mean + half)


def estimate(calls: Calls) -> Findings:
    """Talk time of the scenario.

    The mean is the mean of the records, since the load is proportional to it; among the families the
    likelihood decides. Calls that are no request, and after-call work, are not told apart by their length.
    """
    laws = talk_laws(calls)
    if not laws:
        reason = f"needs the length of at least {LEAST} talks of different length; the records have "
        return Findings([], [NotIdentified("intake.talk", reason + f"{calls.talk.size}")])
    best, talk = laws[0], calls.talk
    from scipy import stats

    low, high = interval(calls)
    distance = float(stats.kstest(1 - best.survival(talk), "uniform").statistic)
    note = (
        f"mean of the records, {best.family} by maximum likelihood among {len(laws)} families, "
        f"largest distance of the distribution functions {distance:.3f}"
    )
    found = Estimate(
        "intake.talk",
        best.table,
        note,
        talk.size,
        low=low,
        high=high,
        unit="s, mean",
    )
    return Findings(
        [found],
        [
            NotIdentified(
                "channels.phone.invalid_share", "needs an outcome of its own for calls that are no request"
            ),
            NotIdentified(
                "intake.talk by hour",
                "a scenario has one talk time for all hours; agents count by the mean calls they can take",
            ),
            NotIdentified("intake.after_call_ticket", "needs to know which calls led to a ticket"),
        ],
    )
