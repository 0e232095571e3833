"""After-call work from who served when: how long an agent lets callers wait before the next call.

Duty, and the calls of each agent in order, come from :mod:`~hotline_sim.fit.staffing`. Without names of
agents nobody can tell whose gap it is, and after-call work stays unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import DAY, SECOND

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, FloatArray, IntArray
    from hotline_sim.fit.calls import Calls

LEAST: Final = 30
"""Gaps seen to their end below which nothing is told."""
_RESAMPLES: Final = 400
_SEED: Final = 1999
_NEVER_EMPTY: Final = 2**61


class AfterCall(NamedTuple):
    """Mean after-call work in seconds with its 95 % interval, gaps seen to their end, and censored ones."""

    mean: float
    low: float
    high: float
    seen: int
    censored: int


def after_call(calls: Calls, over: IntArray, gap: IntArray, longest: int) -> AfterCall:
    """Mean after-call work of agents at the end of whose talk somebody waited.

    An agent who is free while a caller waits takes the call: the gap until the agent's next one is after-call
    work. If the queue empties first, through others or through callers who give up, the work has lasted at
    least until then: it is censored from the right. Leaving such gaps out would leave out the long ones.

    Parameters
    ----------
    calls : Calls
        Give the queue.
    over : int64 array, shape (n,)
        Ends of talks.
    gap : int64 array, shape (n,)
        Ms until the next call of the same agent.
    longest : int
        Ms beyond which an agent counts as off duty.

    Returns
    -------
    AfterCall
        The mean is the area under the product-limit estimate [1]_ up to the longest gap; the interval is that
        of resampled days. NaN without a gap that was seen to its end.

    References
    ----------
    .. [1] Kaplan, E. L. and Meier, P. (1958), JASA 53, 457-481; through ``scipy.stats.ecdf``.
    """
    # Just before the end: the agent may take the only caller on the very tick.
    used = (gap >= 0) & (gap <= longest) & (calls.waiting.at(over - 1) > 0)
    over, gap = over[used], gap[used]
    ticks, waiting = calls.waiting.ticks, calls.waiting.values
    empty = np.append(ticks[waiting == 0], _NEVER_EMPTY)
    queue = empty[np.searchsorted(empty, over)] - over
    censored = queue < gap
    seconds = np.minimum(gap, queue) / SECOND
    day = (over - calls.start) // DAY
    low, high = _interval(seconds, censored, day)
    seen = int((~censored).sum())
    return AfterCall(censored_mean(seconds, censored), low, high, seen, int(censored.sum()))


def censored_mean(seconds: FloatArray, censored: BoolArray) -> float:
    """Mean of durations some of which are only known to be longer, up to the longest of all.

    Parameters
    ----------
    seconds : float64 array, shape (n,)
        Durations.
    censored : bool array, shape (n,)
        Which of them are censored; if all are, the mean is NaN.
    """
    from scipy import stats

    if censored.all():
        return float("nan")
    sample = stats.CensoredData(uncensored=seconds[~censored], right=seconds[censored])
    survival = stats.ecdf(sample).sf
    times = np.concatenate(([0.0], survival.quantiles))
    heights = np.concatenate(([1.0], survival.probabilities))
    return float((np.diff(times) * heights[:-1]).sum())


def _interval(seconds: FloatArray, censored: BoolArray, day: IntArray) -> tuple[float, float]:
    """95 % interval of the mean by resampling days; NaN if fewer than two days have gaps."""
    days, place = np.unique(day, return_inverse=True)
    if days.size < 2:
        return float("nan"), float("nan")
    rows = [np.flatnonzero(place == number) for number in range(days.size)]
    chance = np.random.default_rng(_SEED)
    means = []
    for _ in range(_RESAMPLES):
        chosen = np.concatenate([rows[number] for number in chance.integers(0, days.size, days.size)])
        means.append(censored_mean(seconds[chosen], censored[chosen]))
    if np.isnan(means).all():
        return float("nan"), float("nan")
    low, high = np.nanquantile(means, (0.025, 0.975))
    return float(low), float(high)
