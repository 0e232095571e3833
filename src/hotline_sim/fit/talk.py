"""Talk time of answered calls: a family of distributions with the mean of the records.

Waits are the subject of :mod:`~hotline_sim.fit.patience`; the search for the maximum of
:mod:`~hotline_sim.fit.laws`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.fit.estimate import Estimate, Findings, NotIdentified
from hotline_sim.fit.laws import Z, fitted

if TYPE_CHECKING:
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

    half = Z * float(talk.std(ddof=1)) / np.sqrt(talk.size)
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
        low=best.mean - half,
        high=best.mean + half,
        unit="s, mean",
    )
    return Findings(
        [found],
        [
            NotIdentified(
                "channels.phone.invalid_share", "needs an outcome of its own for calls that are no request"
            ),
            NotIdentified("intake.after_call_ticket", "needs to know which calls led to a ticket"),
        ],
    )
