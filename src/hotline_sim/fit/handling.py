"""Handling times from records: how long a reply takes in units of its limit, with open tickets censored.

Which subjects have a law of their own is decided in :mod:`hotline_sim.fit.mix`; on-time shares are
in :mod:`hotline_sim.fit.deadlines`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import DAY, HOUR, MINUTE, NEVER, SECOND

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, FloatArray, IntArray

LEAST_TICKETS: Final = 30
"""Tickets below which a subject has no law of its own."""
LEAST_CLOSED: Final = 8
"""Closed tickets below which nothing is said about durations."""
_GRID: Final = (0.0, 0.005, 0.01, *(step / 40 for step in range(1, 40)), 0.99, 0.995, 0.999)
_LONGEST: Final = 30 * 365 * DAY
_TAIL_FROM: Final = 4
"""Part of the time watched, its inverse, from which on closings tell the rate beyond it."""
_SPIKE_SHARE: Final = 0.04
_SPIKE_RATIO: Final = 8.0


class Timer(NamedTuple):
    """An age at which far more tickets are closed than around it: a timer, not work.

    ``age`` in ms; ``share`` of all closings.
    """

    age: int
    share: float


@dataclass(frozen=True, eq=False)
class Handled:
    """Tickets as they stood at one instant.

    Parameters
    ----------
    arrival : int64 array, shape (n,)
        Ticks.
    age : int64 array, shape (n,)
        Ms until the reply, or until the instant if open, at least one second.
    closed : bool array, shape (n,)
        Whether the reply was given by then.
    limit : int64 array, shape (n,)
        Ms from arrival to the deadline; 0: none.
    unit, category : int64 array, shape (n,)
        Numbers as in the log; -1: unknown.
    """

    arrival: IntArray
    age: IntArray
    closed: BoolArray
    limit: IntArray
    unit: IntArray
    category: IntArray

    def __getitem__(self, chosen: BoolArray) -> Handled:
        return Handled(**{name: getattr(self, name)[chosen] for name in self.__dataclass_fields__})


@dataclass(frozen=True, eq=False)
class HandlingLaw:
    """Distribution of the time to the reply.

    Parameters
    ----------
    times : float64 array, shape (k,)
        Multiples of the limit (or of a day, where there is none) at which replies were given, rising.
    survival : float64 array, shape (k,)
        Share still open after each, by Kaplan and Meier.
    tail : tuple of (float, float)
        Multiple beyond which hardly any ticket was watched, and the rate of closings from there on.
    overdue, low, high : float
        Share later than the limit, and its 95 % interval; NaN for laws without a limit.
    count, closed : int
        Tickets, and those closed.
    """

    times: FloatArray
    survival: FloatArray
    tail: tuple[float, float]
    overdue: float
    low: float
    high: float
    count: int
    closed: int

    def sf(self, multiples: FloatArray | float) -> FloatArray:
        """Share still open after given multiples of the limit."""
        asked = np.atleast_1d(np.asarray(multiples, np.float64))
        place = np.searchsorted(self.times, asked, side="right") - 1
        steps = np.where(place >= 0, self.survival[np.maximum(place, 0)], 1.0)
        start, rate = self.tail
        return np.asarray(steps * np.exp(-rate * np.maximum(asked - start, 0.0)))

    def quantile(self, probability: float) -> float:
        """Smallest multiple of the limit by which so many are replied to."""
        reached = np.flatnonzero(1.0 - self.survival >= probability - 1e-12)
        if probability <= 0:
            return 0.0
        if reached.size:
            return float(self.times[reached[0]])
        start, rate = self.tail
        return start + math.log(float(self.survival[-1]) / (1.0 - probability)) / rate

    def table(self, unit: int, due: tuple[float, float] | None = None) -> dict[str, Any]:
        """Distribution of a scenario file.

        Parameters
        ----------
        unit : int
            Ms of a multiple of 1: the limit, or a day for a law without one.
        due : (float, float), optional
            A limit in ms and the share replied to by then, which is kept exactly; between its quantiles the
            table is straight. Not given: the unit and the share of this law, if it has a limit.
        """
        if due is None and not math.isnan(self.overdue):
            due = float(unit), 1.0 - self.overdue
        limit, on_time = due or (math.inf, 2.0)
        on_time = round(on_time, 6)
        steps = sorted({*_GRID, min(on_time, 1.0)} - {0.0, 1.0})
        quantiles, probabilities = [], []
        highest = 0.0
        for step in (0.0, *steps, 1.0):
            value = unit * self.quantile(min(step, 0.9995))
            if step <= on_time:
                value = limit if step == on_time < 1 else min(value, limit)
            highest = max(highest, min(value, _LONGEST))
            quantiles.append(duration_text(max(highest, SECOND)))
            probabilities.append(float(step))
        return {"family": "empirical", "quantiles": quantiles, "probabilities": probabilities}


def duration_text(ms: float) -> str:
    """Duration as a scenario file has it, to about four digits."""
    for unit, length in (("d", DAY), ("h", HOUR), ("min", MINUTE)):
        if ms >= 2 * length:
            return f"{ms / length:.5g} {unit}"
    return f"{ms / SECOND:.5g} s"


def handled(columns: dict[str, Any], at: int, first: int | None = None) -> Handled:
    """Tickets that arrived before an instant, as they stood then.

    Parameters
    ----------
    columns : dict of str to array
        Tickets of a log: arrival, replied, due, unit, category.
    at : int
        Instant; replies after it are not looked at.
    first : int, optional
        Leave out what arrived before this.
    """
    arrival = columns["arrival"]
    chosen = (arrival < at) & (arrival >= (first if first is not None else -NEVER))
    arrival, replied, due = arrival[chosen], columns["replied"][chosen], columns["due"][chosen]
    closed = replied < at
    age = np.where(closed, replied, at) - arrival
    return Handled(
        arrival=arrival,
        age=np.maximum(age, SECOND),
        closed=closed,
        limit=np.where(due < NEVER, np.maximum(due - arrival, SECOND), 0),
        unit=columns["unit"][chosen].astype(np.int64),
        category=columns["category"][chosen].astype(np.int64),
    )


def closing_timers(tickets: Handled) -> list[Timer]:
    """Ages of at least an hour at which closings pile up within a quarter of an hour.

    Parameters
    ----------
    tickets : Handled
        Of one desk or one city.

    Returns
    -------
    list of Timer
        An age counts if it holds more than 4 % of all closings and eight times the mean of the six hours
        before and after it.
    """
    ages = tickets.age[tickets.closed]
    ages = ages[ages >= HOUR]
    total = int(tickets.closed.sum())
    if ages.size < 100:
        return []
    width = 15 * MINUTE
    bins, counts = np.unique(ages // width, return_counts=True)
    found = []
    for place in np.flatnonzero(counts > _SPIKE_SHARE * total):
        near = np.abs(bins - bins[place])
        around = counts[(near > 1) & (near <= 24)].sum() / 46
        taller = counts[(near > 0) & (near <= 1)].max(initial=0) > counts[place]
        if counts[place] > _SPIKE_RATIO * max(around, 1.0) and not taller:
            inside = np.abs(ages // width - bins[place]) <= 1
            found.append(Timer(int(np.median(ages[inside])), float(inside.sum() / total)))
    return found


def timers_after_reply(columns: dict[str, Any], at: int) -> list[Timer]:
    """Times from reply to closing at which closings pile up: the citizen's time to object, not work.

    Parameters
    ----------
    columns : dict of str to array
        Tickets of a log, as for :func:`handled`, with ``closed``.
    at : int
        Instant; closings after it are not looked at.
    """
    ended = (columns["closed"] < at) & (columns["replied"] < at)
    tickets = handled(
        {name: columns[name][ended] for name in ("arrival", "replied", "due", "unit", "category")}, at
    )
    gap = np.maximum(columns["closed"][ended] - columns["replied"][ended], SECOND)
    kept = columns["arrival"][ended] < at
    return closing_timers(
        Handled(tickets.arrival, gap[kept], tickets.closed, tickets.limit, tickets.unit, tickets.category)
    )


def without_timers(tickets: Handled, timers: list[Timer]) -> Handled:
    """Count tickets that a timer closed as open until then: when the work was done is not known."""
    closed = tickets.closed.copy()
    for timer in timers:
        closed &= np.abs(tickets.age - timer.age) > 30 * MINUTE
    return replace(tickets, closed=closed)


def without_limits(tickets: Handled) -> Handled:
    """Tickets as if they had no deadline: their law is in days."""
    return replace(tickets, limit=np.zeros(tickets.age.size, np.int64))


def handling_law(tickets: Handled) -> HandlingLaw | None:
    """Law of the time to the reply, in multiples of each ticket's own limit; of a day without limits.

    Parameters
    ----------
    tickets : Handled
        Of one subject; either all or none with a limit.

    Returns
    -------
    HandlingLaw or None
        None if fewer than eight are closed.

    Notes
    -----
    Multiples of the limit, because subjects with the same law in days rarely have the same limit and
    tickets of one subject have several; Kaplan and Meier's estimate as in SciPy, with Greenwood's variance
    and its exponential interval [1]_. Beyond the last reply, and where fewer than eight tickets were watched,
    open tickets are closed at a constant rate: that of the last three quarters of the time watched.

    References
    ----------
    .. [1] Kaplan, E. L. and Meier, P. (1958). Nonparametric estimation from incomplete observations. Journal
       of the American Statistical Association 53, 457-481.
    """
    from scipy.stats import CensoredData, ecdf

    closed = tickets.closed
    if int(closed.sum()) < LEAST_CLOSED:
        return None
    has_limit = bool((tickets.limit > 0).all())
    multiples = tickets.age / (tickets.limit if has_limit else DAY)
    data = CensoredData(uncensored=multiples[closed], right=multiples[~closed])
    curve = ecdf(data).sf
    happened = np.concatenate(([True], np.diff(curve.probabilities) < 0))
    happened[0] = curve.probabilities[0] < 1
    times, survival = curve.quantiles[happened], curve.probabilities[happened]
    tail = _tail(multiples, closed, float(times[-1]))
    law = HandlingLaw(
        times, survival, tail, math.nan, math.nan, math.nan, int(closed.size), int(closed.sum())
    )
    if not has_limit:
        return law
    overdue = float(law.sf(1.0)[0])
    low, high = _greenwood(multiples, closed, overdue)
    return HandlingLaw(times, survival, tail, overdue, low, high, law.count, law.closed)


def _tail(multiples: FloatArray, closed: BoolArray, last: float) -> tuple[float, float]:
    """Where Kaplan and Meier's estimate ends, and the rate of closings beyond: closings over time at risk.

    Half a closing is added, so that a stretch without any has a small rate instead of none.
    """
    start = max(last, float(np.sort(multiples)[-LEAST_CLOSED]))
    low = start / _TAIL_FROM
    later = multiples > low
    at_risk = float((np.minimum(multiples[later], start) - low).sum())
    return start, (int((closed & later).sum()) + 0.5) / at_risk


def _greenwood(multiples: FloatArray, closed: BoolArray, share: float) -> tuple[float, float]:
    """95 % interval of the share beyond the limit on the scale of log(-log), by Greenwood's variance.

    Where no ticket was watched until the limit, the share is extrapolated: all that is known is that it is
    below the share that was open after the last reply.
    """
    last = max(float(multiples[closed].max()), float(np.sort(multiples)[-LEAST_CLOSED]))
    events, counts = np.unique(multiples[closed & (multiples <= 1.0)], return_counts=True)
    if share >= 1 or events.size == 0:
        # Rule of three, on those that were watched until the limit.
        return max(0.0, 1 - 3 / max(int((multiples > 1.0).sum()), 1)), 1.0
    at_risk = multiples.size - np.searchsorted(np.sort(multiples), events, side="left")
    left = np.maximum(at_risk - counts, 1)
    reached = float(np.prod(1 - counts / at_risk))
    if reached <= 0:
        return 0.0, min(1.0, 3 / int(closed.sum()))
    error = 1.96 * math.sqrt(float((counts / (at_risk * left)).sum())) / abs(math.log(reached))
    low, high = reached ** math.exp(error), reached ** math.exp(-error)
    return (float(low) if last >= 1.0 else 0.0), float(high)
