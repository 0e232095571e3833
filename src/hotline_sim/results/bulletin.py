"""The weekly bulletin (周通报): what each unit did in each week, and how sure its place among the others is.

Rates of a unit with a handful of tickets say little; each therefore has an interval, and so has its rank. Key
figures of the whole city are in :mod:`~hotline_sim.results.kpis`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.clock.ticks import DAY, NEVER
from hotline_sim.network.codes import SATISFIED_BIT, Outcome, Stage
from hotline_sim.results.schema import TicketOutcome
from hotline_sim.statistics.shares import wilson

if TYPE_CHECKING:
    import pandas as pd

    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.results.log import TicketLog

WEEK: Final = 7 * DAY
MONDAY: Final = 4 * DAY
"""1970-01-05, a Monday."""
FEW: Final = 30
"""Fewer tickets due make a unit small: one more or less moves its rate by more than three points."""


def bulletin(log: TicketLog, *, confidence: float = 0.95) -> pd.DataFrame:
    """What each unit did in each week of the window.

    Parameters
    ----------
    log : TicketLog
        Any.
    confidence : float
        Of the intervals, in (0, 1).

    Returns
    -------
    DataFrame
        One row for each whole or partial week from Monday on, and each unit that had anything to do with it;
        sorted by week and rank. Columns: week (its Monday), unit, kind; due (tickets whose deadline lies in
        the week), on_time and overdue among them; received (dispatches), returned; rated (answered calls
        back), dissatisfied; on_time_rate with low and high; rank (1 is the best on-time rate; equal rates
        share a rank), rank_low, rank_high; small (fewer than 30 tickets due: read the interval, not the
        rate). Rates and ranks are missing where nothing was due.

    Raises
    ------
    ValueError
        If the confidence is not in (0, 1).

    Notes
    -----
    The interval of a rate is Wilson's [1]_. A rank is not better than one more than the number of units that
    did surely better, nor worse than the number of units less those that did surely worse; surely means by
    the difference of two shares after Agresti and Caffo [2]_, with the error divided among the comparisons
    of a unit [3]_.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
       Journal of the American Statistical Association 22, 209-212.
    .. [2] Agresti, A., Caffo, B. (2000). Simple and effective confidence intervals for proportions and
       differences of proportions. The American Statistician 54, 280-288.
    .. [3] Mogstad, M., Romano, J. P., Shaikh, A. M., Wilhelm, D. (2024). Inference for ranks with
       applications to mobility across neighbourhoods and academic achievement across countries. Review of
       Economic Studies 91, 476-518.
    """
    import pandas as pd

    if not 0 < confidence < 1:
        raise ValueError(f"confidence: got {confidence}, must lie in (0, 1)")
    counts = _counts(log)
    units = len(log.meta.units)
    week, unit = np.divmod(np.flatnonzero(counts.sum(axis=0)), units)
    first = _week(np.array([log.meta.start]))[0]
    due, on_time, received, returned, rated, dissatisfied = counts[:, week * units + unit]
    frame = pd.DataFrame(
        {
            "week": ((first + week) * WEEK + MONDAY).astype("datetime64[ms]"),
            "unit": np.array(log.meta.units, np.str_)[unit],
            "kind": np.array(log.meta.unit_kinds, np.str_)[unit],
            "due": due,
            "on_time": on_time,
            "overdue": due - on_time,
            "received": received,
            "returned": returned,
            "rated": rated,
            "dissatisfied": dissatisfied,
        }
    )
    low, high = wilson(on_time, due, confidence)
    frame["on_time_rate"] = np.divide(on_time, due, out=np.full(len(due), np.nan), where=due > 0)
    frame["low"], frame["high"] = low, high
    for name in ("rank", "rank_low", "rank_high"):
        frame[name] = np.nan
    for _, rows in frame[frame["due"] > 0].groupby("week"):
        place = ranks(rows["on_time"].to_numpy(), rows["due"].to_numpy(), confidence)
        frame.loc[rows.index, ["rank", "rank_low", "rank_high"]] = np.stack(place, axis=1)
    for name in ("rank", "rank_low", "rank_high"):
        frame[name] = frame[name].astype("Int64")
    frame["small"] = frame["due"] < FEW
    return frame.sort_values(["week", "rank", "unit"], ignore_index=True)


def monday_of(tick: int) -> int:
    """First tick of the week in which a tick lies."""
    return (tick - MONDAY) // WEEK * WEEK + MONDAY


def _week(ticks: IntArray) -> IntArray:
    return np.asarray((ticks - MONDAY) // WEEK, np.int64)


def _counts(log: TicketLog) -> IntArray:
    """Counts by what is counted and by week times units, shape (6, weeks * units)."""
    meta, tickets, visits = log.meta, log.tickets, log.visits
    units = len(meta.units)
    first = _week(np.array([meta.start]))[0]
    weeks = int(_week(np.array([max(meta.start, meta.end - 1)]))[0] - first) + 1

    def count(ticks: IntArray, unit: IntArray, among: BoolArray) -> IntArray:
        chosen = among & (ticks >= meta.start) & (ticks < meta.end) & (unit >= 0)
        index = (_week(ticks[chosen]) - first) * units + unit[chosen]
        return np.bincount(index, minlength=weeks * units).astype(np.int64)

    is_ticket = tickets["outcome"] == TicketOutcome.TICKET
    in_time = is_ticket & (tickets["replied"] < NEVER) & (tickets["replied"] <= tickets["due"])
    ticket_unit = tickets["unit"].astype(np.int64)
    visit_unit = visits["unit"].astype(np.int64)
    signing = visits["stage"] == Stage.SIGN
    answered = (visits["outcome"] == Outcome.CONFIRMED) | (visits["outcome"] == Outcome.REDO)
    unhappy = answered & (visits["opinion"] & SATISFIED_BIT == 0)
    return np.stack(
        [
            count(tickets["due"], ticket_unit, is_ticket),
            count(tickets["due"], ticket_unit, in_time),
            count(visits["ready"], visit_unit, signing),
            count(visits["end"], visit_unit, visits["outcome"] == Outcome.RETURNED),
            count(visits["end"], visit_unit, answered),
            count(visits["end"], visit_unit, unhappy),
        ]
    )


def ranks(
    successes: IntArray, trials: IntArray, confidence: float = 0.95
) -> tuple[IntArray, IntArray, IntArray]:
    """Rank of each share, the highest first, and the ranks that it may have.

    Parameters
    ----------
    successes, trials : int array, shape (n,)
        Counts; at least one trial each.
    confidence : float
        Of each interval, in (0, 1).

    Returns
    -------
    rank, best, worst : int64 array, shape (n,)
        In 1 to n; best ≤ rank ≤ worst.
    """
    from scipy.special import ndtri

    count = len(trials)
    share = successes / trials
    rank = 1 + (share[None, :] > share[:, None]).sum(axis=1)
    if count < 2:
        return rank, rank.copy(), rank.copy()
    z = float(ndtri(1 - (1 - confidence) / 2 / (count - 1)))
    plus = (successes + 1) / (trials + 2)
    spread = plus * (1 - plus) / (trials + 2)
    difference = (plus[None, :] - plus[:, None]) / np.sqrt(spread[None, :] + spread[:, None])
    best = 1 + (difference > z).sum(axis=1)
    worst = count - (difference < -z).sum(axis=1)
    # The rank by shares may lie beyond that by Agresti and Caffo's only among equals.
    return rank, np.minimum(best, rank), np.maximum(worst, rank)
