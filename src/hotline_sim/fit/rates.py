"""When calls come, for a line whose records are calls: volume, weekdays, hours by weekday, day factor.

Redials are made by the scenario itself and are taken out here. Requests over years, with months and holidays,
are the subject of :mod:`~hotline_sim.fit.demand`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import datetime_of
from hotline_sim.fit.estimate import Estimate, Findings, NotIdentified, Part
from hotline_sim.fit.laws import Z
from hotline_sim.scenario.phone import WEEKDAYS

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.fit.calls import Calls


class DayFactor(NamedTuple):
    """How much days vary beyond chance."""

    cv: float
    low: float
    high: float
    degrees: int

    @property
    def reach(self) -> float:
        """Standard errors in half of a 95 % interval of a mean of days: Student's t for the few days."""
        from scipy import stats

        return float(stats.t.ppf(0.975, self.degrees)) if self.degrees else Z


def first_calls(calls: Calls, redial: float) -> FloatArray:
    """Calls that are no redials, shape (days, 24).

    A redial follows an abandonment by minutes, so that the redials of an hour are taken to be the
    abandonments of that hour times the probability of calling again.
    """
    lost = np.zeros((calls.days, 24))
    gone = ~calls.answered
    np.add.at(lost, (calls.day[gone], calls.hour[gone]), 1.0)
    return np.maximum(calls.by_day_and_hour - redial * lost, 0.0)


def day_factor(daily: FloatArray, weekday: IntArray) -> DayFactor:
    """Coefficient of variation of the random factor of a day, by moments within weekdays.

    If the factor has mean 1 and variance c**2, a day's number has variance m + (c m)**2. Sums of squares
    around the means of the weekdays give c; the interval takes their sum as chi-squared.

    Parameters
    ----------
    daily : float64 array, shape (days,)
        Numbers of calls.
    weekday : int array, shape (days,)
        Weekday of each.
    """
    from scipy import stats

    squares = linear = quadratic = 0.0
    degrees = 0
    for number in np.unique(weekday):
        counts = daily[weekday == number]
        mean = float(counts.mean())
        if counts.size < 2 or mean == 0:
            continue
        free = counts.size - 1
        squares += float(((counts - mean) ** 2).sum())
        linear += free * mean
        quadratic += free * mean**2
        degrees += free
    if degrees == 0:
        return DayFactor(0.0, 0.0, float("nan"), 0)

    def cv(sum_of_squares: float) -> float:
        return float(np.sqrt(max(0.0, (sum_of_squares - linear) / quadratic)))

    low, high = (squares * degrees / stats.chi2.ppf(level, degrees) for level in (0.975, 0.025))
    return DayFactor(cv(squares), cv(low), cv(high), degrees)


def weekday_factors(daily: FloatArray, weekday: IntArray, factor: DayFactor) -> tuple[Part, ...]:
    """Factors of the weekdays, their mean being 1, with 95 % intervals.

    The mean of n days of mean m has a logarithm with variance (1/m + cv²)/n, to first order; that of a factor
    follows by the delta method, with Student's t for the degrees of freedom of the day factor.

    Parameters
    ----------
    daily : float64 array, shape (days,)
        Numbers of calls.
    weekday : int array, shape (days,)
        Weekday of each, Monday being 0.
    factor : DayFactor
        How much days vary beyond chance.

    Returns
    -------
    tuple of Part
        Seven; of a weekday without days, or without calls, the interval is NaN.
    """
    days = np.bincount(weekday, minlength=7)
    means = np.bincount(weekday, daily, 7) / np.maximum(days, 1)
    means[days == 0] = daily.mean()
    known = (days > 0) & (means > 0)
    variance = np.zeros(7)
    variance[known] = (1 / means[known] + factor.cv**2) / days[known]
    weights = means / means.mean()
    sway = np.eye(7) - weights / 7
    error = np.exp(factor.reach * np.sqrt(sway**2 @ variance))
    error[~known] = np.nan
    return tuple(
        Part(name, float(value), float(value / width), float(value * width))
        for name, value, width in zip(WEEKDAYS, weights, error, strict=True)
    )


def estimate(calls: Calls, redial: float = 0.0) -> Findings:
    """Demand of a scenario that stands alone, with one hour profile for each weekday.

    Parameters
    ----------
    calls : Calls
        Of at least one whole day.
    redial : float
        Probability of calling again after giving up.
    """
    counts = first_calls(calls, redial)
    daily, weekday = counts.sum(axis=1), calls.weekday
    means = np.array([daily[weekday == day].mean() if (weekday == day).any() else np.nan for day in range(7)])
    absent = np.isnan(means)
    means[absent] = daily.mean()
    weights = means / means.mean()
    factor = day_factor(daily, weekday)
    per_year = means.mean() * 365 * float(weights[_weekdays_of_year(calls)].mean())
    error = float(np.sqrt(daily.sum() + (factor.cv**2 * daily**2).sum())) / daily.sum()
    net = f", {redial:.3g} of abandonments taken out as redials" if redial else ""
    found = [
        Estimate(
            "demand.requests_per_year",
            float(round(per_year)),
            f"mean of the weekdays{net}",
            calls.size,
            per_year * (1 - factor.reach * error),
            per_year * (1 + factor.reach * error),
            "a year",
        ),
        Estimate(
            "demand.weekday",
            [float(f"{weight:.4g}") for weight in weights],
            "mean of each weekday over the mean of all",
            calls.days,
            parts=weekday_factors(daily, weekday, factor),
        ),
    ]
    if factor.degrees:
        note = f"variance within weekdays beyond Poisson, {factor.degrees} degrees of freedom"
        value = float(f"{factor.cv:.3g}")
        found.append(Estimate("demand.day_factor_cv", value, note, calls.days, factor.low, factor.high))
    for day, name in enumerate(WEEKDAYS):
        hours = counts[weekday == day].sum(axis=0) if not absent[day] else counts.sum(axis=0)
        if not hours.any():
            hours = counts.sum(axis=0)
        number = round(float(hours.sum()))
        profile = [float(f"{hour:.4g}") for hour in hours / hours.sum()]
        found.append(Estimate(f"demand.profiles.{name}", profile, "share of each hour", number))
    missing = [
        NotIdentified("demand.month", "needs records of several years; all months are taken to be alike"),
        NotIdentified("demand.holiday", "needs several holidays; they are taken to be like mean days"),
    ]
    if not factor.degrees:
        missing.append(NotIdentified("demand.day_factor_cv", "needs two days of some weekday"))
    if absent.any():
        names = ", ".join(name for name, gone in zip(WEEKDAYS, absent, strict=True) if gone)
        missing.append(
            NotIdentified("demand.weekday", f"no day of the records is {names}: mean of the others")
        )
    return Findings(found, missing)


def _weekdays_of_year(calls: Calls) -> np.ndarray:
    """Weekday of every day of the year in which the records begin: the scenario counts by that year."""
    year = datetime_of(calls.start).year
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    first = (date(year, 1, 1) - date(1970, 1, 1)).days
    return (np.arange(days) + first + 3) % 7
