"""Daily counts as a log-linear model: kinds of days, months, a wandering level, a random factor of each day.

What the numbers mean for a scenario is said in :mod:`hotline_sim.fit.demand`; kinds of days are told apart in
:mod:`hotline_sim.fit.calendar_factors`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from hotline_sim.fit.calendar_factors import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline_sim.arrays import BoolArray, FloatArray, IntArray

MONTHS: Final = 12
WEEKS_FOR_LEVEL: Final = 12
"""Weeks of records below which a wandering level cannot be told from a steady one."""
_ROUNDS: Final = 6
_SMALLEST: Final = 1e-4
_FLAT: Final = 1.0
"""Standard error of a logarithm above which the curvature tells nothing: the spread may be none."""
_ALLOWED: Final = 1.92
"""Half of the 95 % quantile of chi-square with one degree of freedom."""
_FIELDS: Final = ("day", "level", "memory", "month")
_STARTS: Final = ((0.05, 0.03), (0.05, 0.1), (0.15, 0.03))
"""Random factor of a day and wandering of the level from which the search for the spreads starts again."""


class Spread(NamedTuple):
    """The four random parts, as logarithms of what they are on the scale of log rates.

    ``day`` is the coefficient of variation of a day's factor, ``level`` and ``month`` standard deviations,
    ``memory`` a number of weeks.
    """

    day: float
    level: float
    memory: float
    month: float


@dataclass(frozen=True, eq=False)
class DayFit:
    """Estimates of the log-linear model.

    Parameters
    ----------
    kinds : tuple of int
        Positions in ``KINDS`` of the kinds of days that occur, with at least one request.
    log_rate : float64 array, shape (kinds,)
        Logarithm of the requests on a day of each kind, in a month and at a level of factor 1.
    month : float64 array, shape (12,)
        Logarithm of the months' factors; those assumed if ``has_months`` is false.
    level : float64 array, shape (weeks,)
        Logarithm of the level in each week.
    covariance : float64 array
        Of kinds, then months (if estimated), then the level of the last week (if it wanders).
    spread, low, high : Spread
        Random parts with 95 % intervals; NaN for a memory that the curvature does not tell, and for parts
        that were not fitted.
    has_months, has_level : bool
        What the records were long enough for.
    count : int
        Requests that were counted.
    days : int
        Days that were used.
    """

    kinds: tuple[int, ...]
    log_rate: FloatArray
    month: FloatArray
    level: FloatArray
    covariance: FloatArray
    spread: Spread
    low: Spread
    high: Spread
    has_months: bool
    has_level: bool
    count: int
    days: int


class _Work(NamedTuple):
    """The working response of one round, and what it is regressed on."""

    response: FloatArray
    poisson: FloatArray
    kind: IntArray
    month: IntArray
    week: IntArray
    kinds: int
    weeks: int


class _Solved(NamedTuple):
    """Mixed-model equations solved at given spreads."""

    loss: float
    fixed: FloatArray
    random: FloatArray
    covariance: FloatArray


def fit_day_counts(
    counts: IntArray, kind: IntArray, month: IntArray, used: BoolArray, *, month_factors: FloatArray
) -> DayFit:
    """Fit the model by penalised quasi-likelihood with restricted maximum likelihood for the spreads.

    Parameters
    ----------
    counts : int64 array, shape (days,)
        Requests of consecutive days.
    kind : int64 array, shape (days,)
        Position in ``KINDS``.
    month : int64 array, shape (days,)
        0 for January.
    used : bool array, shape (days,)
        False for days that are left out: events, gaps in the records.
    month_factors : float64 array, shape (12,)
        Assumed where the records are shorter than a year.

    Returns
    -------
    DayFit

    Raises
    ------
    ValueError
        If fewer than 14 days with requests are left.

    Notes
    -----
    The count of a day is Poisson with a mean of exp(kind + month + level) times a factor of mean 1: its
    variance is m + cv² m², that of the negative binomial law. Months are normal around 0, so that those seen
    once or twice are drawn towards each other; the level is a first-order autoregression by week. Each round
    regresses the working response on both (Breslow and Clayton 1993, Journal of the American Statistical
    Association 88, 9-25); the spreads maximise the restricted likelihood.
    """
    from threadpoolctl import threadpool_limits

    # Matrices of a hundred rows gain nothing from threads, and on a busy machine those wait for one another.
    with threadpool_limits(1):
        return _fitted(counts, kind, month, used, month_factors)


def _fitted(
    counts: IntArray, kind: IntArray, month: IntArray, used: BoolArray, month_factors: FloatArray
) -> DayFit:
    weeks_of = np.arange(counts.size) // 7
    totals = np.bincount(kind[used], counts[used], len(KINDS))
    occurring = tuple(int(number) for number in np.flatnonzero(totals > 0))
    kept = used & np.isin(kind, occurring)
    if kept.sum() < 14:
        raise ValueError(f"days: {int(kept.sum())} with requests are left, at least 14 are needed")
    has_months = bool((np.bincount(month[kept], minlength=MONTHS) >= 15).all())
    has_level = weeks_of[kept][-1] - weeks_of[kept][0] + 1 >= WEEKS_FOR_LEVEL
    y = counts[kept].astype(np.float64)
    offset = np.zeros(y.size) if has_months else np.log(month_factors[month[kept]])
    place = np.searchsorted(occurring, kind[kept])
    mean = np.bincount(place, y)[place] / np.bincount(place, np.exp(offset))[place] * np.exp(offset)
    state = np.array([math.log(0.15), math.log(0.1), math.log(8.0), math.log(0.1)])
    free = np.array([True, has_level, has_level, has_months])
    for number in range(_ROUNDS):
        eta = np.log(mean)
        work = _Work(
            response=eta - offset + (y - mean) / mean,
            poisson=1.0 / mean,
            kind=place,
            month=month[kept],
            week=weeks_of[kept],
            kinds=len(occurring),
            weeks=int(weeks_of[-1]) + 1,
        )
        before, state = state, _best(work, state, free, _STARTS if number == 0 else ())
        solved = _solve(work, _spread(state, free), whole=True)
        fitted = solved.fixed[place] + _random_part(work, solved.random)
        mean = np.exp(np.clip(fitted + offset, -20, 20))
        if np.abs(state - before)[free].max() < 1e-3:
            break
    low, high = _intervals(work, state, free)
    months, level = solved.random[:MONTHS], solved.random[MONTHS:]
    width = len(occurring)
    columns = [
        *range(width),
        *(range(width, width + MONTHS) if has_months else ()),
        *((width + MONTHS + work.weeks - 1,) if has_level else ()),
    ]
    return DayFit(
        kinds=occurring,
        log_rate=solved.fixed,
        month=months if has_months else np.log(month_factors),
        level=level,
        covariance=solved.covariance[np.ix_(columns, columns)],
        spread=_spread(state, free),
        low=low,
        high=high,
        has_months=has_months,
        has_level=bool(has_level),
        count=int(y.sum()),
        days=int(kept.sum()),
    )


def _spread(state: FloatArray, free: BoolArray) -> Spread:
    day, level, memory, month = np.exp(state)
    return Spread(
        float(day), float(level) if free[1] else 0.0, float(memory), float(month) if free[3] else 0.0
    )


def _best(
    work: _Work, start: FloatArray, free: BoolArray, others: tuple[tuple[float, float], ...]
) -> FloatArray:
    from scipy.optimize import Bounds, minimize

    def loss(values: FloatArray) -> float:
        state = start.copy()
        state[free] = values
        return _solve(work, _spread(state, free)).loss

    limits = np.log([(_SMALLEST, 2.0), (_SMALLEST, 2.0), (0.3, 520.0), (_SMALLEST, 2.0)])[free]
    within = Bounds(limits[:, 0], limits[:, 1])
    # A step may land where a spread is as good as none; the likelihood is flat there, and no way leads back.
    starts = [start, *(np.log([day, level, 8.0, 0.1]) for day, level in others)]
    runs = [
        minimize(loss, one[free], method="L-BFGS-B", bounds=within, options={"maxiter": 40}) for one in starts
    ]
    lowest = min(float(run.fun) for run in runs)
    # The first run is kept unless another is better by more than the search is exact to.
    chosen = next(run for run in runs if float(run.fun) <= lowest + 0.1)
    best = start.copy()
    best[free] = chosen.x
    return best


def _solve(work: _Work, spread: Spread, *, whole: bool = False) -> _Solved:
    """Generalised least squares with the random parts; twice the negative restricted log-likelihood.

    The covariance of the errors is worked out only for the ``whole`` answer.
    """
    from scipy.linalg import cho_factor, cho_solve

    noise = spread.day**2 + work.poisson
    root = _root(spread, work.weeks)
    sums = _cross(work, 1.0 / noise)
    inner = np.eye(root.shape[0]) + root.T @ sums @ root
    factor = cho_factor(inner, lower=True)

    # Weighted sums of the kinds' indicators and of the response over months and weeks.
    columns = np.zeros((root.shape[0], work.kinds + 1))
    for values, column in ((1.0 / noise, work.kind), (work.response / noise, None)):
        target = column if column is not None else np.full(work.month.shape, work.kinds)
        np.add.at(columns, (work.month, target), values)
        np.add.at(columns, (MONTHS + work.week, target), values)
    reduced = root.T @ columns
    correction = reduced.T @ cho_solve(factor, reduced)
    precision = np.diag(np.bincount(work.kind, 1.0 / noise, work.kinds)) - correction[:-1, :-1]
    weighted = np.bincount(work.kind, work.response / noise, work.kinds) - correction[:-1, -1]
    outer = cho_factor(precision, lower=True)
    fixed = cho_solve(outer, weighted)
    square = float((work.response**2 / noise).sum() - correction[-1, -1] - weighted @ fixed)
    loss = (
        float(np.log(noise).sum())
        + 2 * float(np.log(np.diag(factor[0])).sum())
        + 2 * float(np.log(np.diag(outer[0])).sum())
        + square
    )
    right = reduced[:, -1] - reduced[:, :-1] @ fixed
    random = root @ cho_solve(factor, right)
    covariance = _covariance(root, factor, reduced[:, :-1], outer) if whole else np.empty((0, 0))
    return _Solved(loss, fixed, random, covariance)


def _covariance(root: FloatArray, factor: Any, reduced: FloatArray, outer: Any) -> FloatArray:
    """Covariance of the errors of kinds, months and weeks: the inverse of the mixed-model equations."""
    from scipy.linalg import cho_solve

    of_fixed = cho_solve(outer, np.eye(reduced.shape[1]))
    link = root @ cho_solve(factor, reduced)
    of_random = root @ cho_solve(factor, root.T) + link @ of_fixed @ link.T
    across = -of_fixed @ link.T
    return np.block([[of_fixed, across], [across.T, of_random]])


def _root(spread: Spread, weeks: int) -> FloatArray:
    """Root of the covariance of months and weekly levels."""
    root = np.zeros((MONTHS + weeks, MONTHS + weeks))
    root[:MONTHS, :MONTHS] = np.eye(MONTHS) * spread.month
    keep = math.exp(-1.0 / spread.memory)
    # A first-order autoregression is what it was before, shrunk, and something new.
    lag = np.subtract.outer(np.arange(weeks), np.arange(weeks))
    lower = np.where(lag >= 0, keep ** np.maximum(lag, 0), 0.0) * math.sqrt(1 - keep**2)
    lower[:, 0] /= math.sqrt(1 - keep**2)
    root[MONTHS:, MONTHS:] = lower * spread.level
    return root


def _cross(work: _Work, weight: FloatArray) -> FloatArray:
    """Weighted products of the indicators of months and weeks."""
    size = MONTHS + work.weeks
    sums = np.zeros((size, size))
    np.add.at(sums, (work.month, work.month), weight)
    week = MONTHS + work.week
    np.add.at(sums, (week, week), weight)
    np.add.at(sums, (work.month, week), weight)
    np.add.at(sums, (week, work.month), weight)
    return sums


def _random_part(work: _Work, random: FloatArray) -> FloatArray:
    result: FloatArray = random[work.month] + random[MONTHS + work.week]
    return result


def _intervals(work: _Work, state: FloatArray, free: BoolArray) -> tuple[Spread, Spread]:
    """95 % intervals from the curvature of the restricted likelihood, on the scale of logarithms.

    Where that is flat, as at a spread of almost nothing, the interval goes from 0 to where the likelihood,
    the other spreads as they are, has fallen by half of the 95 % quantile of chi-square.
    """
    chosen = [int(position) for position in np.flatnonzero(free)]
    step = 0.05
    curvature = np.zeros((len(chosen), len(chosen)))

    def loss(moves: dict[int, float]) -> float:
        moved = state.copy()
        for position, move in moves.items():
            moved[position] += move
        return _solve(work, _spread(moved, free)).loss / 2

    for i, one in enumerate(chosen):
        for j, other in enumerate(chosen[: i + 1]):
            if one == other:
                value = (loss({one: step}) - 2 * loss({}) + loss({one: -step})) / step**2
            else:
                signs = ((1, 1), (1, -1), (-1, 1), (-1, -1))
                value = sum(a * b * loss({one: a * step, other: b * step}) for a, b in signs) / (4 * step**2)
            curvature[i, j] = curvature[j, i] = value
    error = np.full(4, np.nan)
    try:
        variances = np.diag(np.linalg.inv(curvature))
        error[chosen] = np.where(variances > 0, np.sqrt(np.abs(variances)), np.nan)
    except np.linalg.LinAlgError:
        pass
    # An interval over more than ten powers of ten says as little as none.
    error[error > 12] = np.nan
    low, high = np.exp(state - 1.96 * error), np.exp(state + 1.96 * error)
    for position in chosen:
        if _FIELDS[position] != "memory" and not error[position] <= _FLAT:
            low[position] = 0.0
            high[position] = math.exp(state[position] + _rise(loss, position))
    return Spread(*low.tolist()), Spread(*high.tolist())


def _rise(loss: Callable[[dict[int, float]], float], position: int) -> float:
    """How far a logarithm moves up before the likelihood has fallen by as much as 95 % intervals allow."""
    least, move = loss({}), 0.1
    while loss({position: move}) - least < _ALLOWED and move < 12:
        move += 0.1
    return move
