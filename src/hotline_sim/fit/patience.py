"""Patience of callers from censored waits: Kaplan-Meier, then a parametric law.

A caller who was answered would have waited longer: that wait is censored. Who was answered without waiting
says nothing about patience.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.fit.estimate import Estimate, Findings, NotIdentified
from hotline_sim.fit.laws import fitted, kaplan_meier

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, FloatArray
    from hotline_sim.fit.calls import Calls
    from hotline_sim.fit.laws import Law

LEAST = 30
"""Callers who gave up below which no law is fitted."""
AT_ONCE = 1.0
"""Seconds up to which giving up is hanging up at once."""


def waits(calls: Calls) -> tuple[FloatArray, BoolArray]:
    """Waits in seconds of callers who had to wait, and which of them are censored by an answer.

    Who gives up had to wait, even if records in whole seconds say 0.
    """
    waited = (calls.wait > 0) | ~calls.answered
    return calls.wait[waited] / 1000.0, calls.answered[waited]


def patience_laws(calls: Calls) -> tuple[Law, ...]:
    """Every family fitted to the patience of those who do not hang up at once; empty if too few gave up."""
    seconds, censored = waits(calls)
    later = seconds > AT_ONCE
    seconds, censored = seconds[later], censored[later]
    return fitted(seconds, censored) if (~censored).sum() >= LEAST else ()


def hang_up_share(calls: Calls) -> tuple[float, float, float, int]:
    """Share of callers who hang up at once when they have to wait, with its 95 % interval and their number.

    The interval is that of Clopper and Pearson.
    """
    from scipy import stats

    seconds, censored = waits(calls)
    known = (~censored) | (seconds > AT_ONCE)
    gone = int(((seconds <= AT_ONCE) & ~censored).sum())
    number = int(known.sum())
    if number == 0:
        return 0.0, 0.0, 1.0, 0
    interval = stats.binomtest(gone, number).proportion_ci(0.95)
    return gone / number, float(interval.low), float(interval.high), number


def estimate(calls: Calls) -> Findings:
    """Patience and the share of callers who hang up at once."""
    laws = patience_laws(calls)
    if not laws:
        _, censored = waits(calls)
        reason = f"needs at least {LEAST} callers who gave up; the records have {int((~censored).sum())}"
        paths = ("intake.patience", "intake.hang_up_share")
        return Findings([], [NotIdentified(path, reason) for path in paths])
    best = laws[0]
    worst = fit_distance(calls, best)
    note = (
        f"censored maximum likelihood, {best.family} by AIC among {len(laws)} families, at most {worst:.3f} "
        "away from Kaplan-Meier where a tenth of the callers is still waiting"
    )
    low, high = best.mean_interval
    share, share_low, share_high, number = hang_up_share(calls)
    return Findings(
        [
            Estimate("intake.patience", best.table, note, best.count, low, high, "s, mean"),
            Estimate(
                "intake.hang_up_share",
                float(f"{share:.3g}"),
                f"gave up within {AT_ONCE:g} s of having to wait",
                number,
                share_low,
                share_high,
            ),
        ],
        [],
    )


def fit_distance(calls: Calls, law: Law) -> float:
    """Largest distance of a law from the Kaplan-Meier estimate, as far as a tenth of callers is at risk."""
    seconds, censored = waits(calls)
    later = seconds > AT_ONCE
    seconds, censored = seconds[later], censored[later]
    times, survival, _, _ = kaplan_meier(seconds, censored)
    known = times <= np.quantile(seconds, 0.9)
    return float(np.abs(survival[known] - law.survival(times[known])).max(initial=0.0))
