"""Demand from records: volume, months, weekdays, holidays, the random factor of days, and the level.

The model of daily counts is that of :mod:`hotline_sim.fit.day_counts`; hours, categories and areas are in
:mod:`hotline_sim.fit.mix`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.clock.ticks import DAY, datetime_of, tick_of
from hotline_sim.fit.calendar_factors import (
    KINDS,
    LAST_DAY,
    OTHER,
    SPRING_FESTIVAL,
    SURGE_DAYS,
    kinds_of,
    marked,
    surge_before_festival,
)
from hotline_sim.fit.day_counts import fit_day_counts
from hotline_sim.fit.estimate import Estimate, NotIdentified, Part
from hotline_sim.network.demand import counted_year, day_weights
from hotline_sim.results.schema import TicketOutcome
from hotline_sim.scenario.days import days_between, days_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from hotline_sim.arrays import BoolArray, FloatArray, IntArray
    from hotline_sim.clock.days import Days
    from hotline_sim.fit.day_counts import DayFit
    from hotline_sim.records.read import Records
    from hotline_sim.scenario.schema import Demand, Scenario


_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, eq=False)
class DemandFit:
    """Daily counts and the model fitted to them.

    Parameters
    ----------
    days : Days
        The days counted.
    counts : int64 array, shape (days,)
        Requests of each.
    used : bool array, shape (days,)
        False where a day was left out.
    model : DayFit
        Estimates.
    """

    days: Days
    counts: IntArray
    used: BoolArray
    model: DayFit

    def demand(self, scenario: Scenario) -> dict[str, Any]:
        """Keys of ``[demand]`` for the days of a scenario, by key path.

        Parameters
        ----------
        scenario : Scenario
            Its calendar and first day tell what a year means; what the records cannot tell stays as it is.

        Returns
        -------
        dict
            As ``changed`` takes them.
        """
        model = self.model
        end = float(model.level[-1]) if model.has_level else 0.0
        return _keys(scenario, self, model.log_rate, model.month, self._level_at(scenario, end))

    def variants(self, scenario: Scenario, number: int, seed: int = 1) -> list[dict[str, Any]]:
        """Draws from the law of the estimates, each as :meth:`demand` gives them.

        Parameters
        ----------
        scenario : Scenario
            As for :meth:`demand`.
        number : int
            How many, at least 1.
        seed : int
            Of NumPy's generator.

        Returns
        -------
        list of dict
            Kinds of days, months and the present level vary together, as their covariance says. The spreads
            do not vary.
        """
        model = self.model
        kinds = len(model.kinds)
        centre = np.concatenate(
            [
                model.log_rate,
                model.month if model.has_months else np.zeros(0),
                model.level[-1:] if model.has_level else np.zeros(0),
            ]
        )
        generator = np.random.default_rng(seed)
        drawn = generator.multivariate_normal(centre, model.covariance, size=number, method="eigh")
        noise = generator.standard_normal(number)
        found = []
        for row, extra in zip(drawn, noise, strict=True):
            month = row[kinds : kinds + 12] if model.has_months else model.month
            end = float(row[-1]) if model.has_level else 0.0
            level = self._level_at(scenario, end, float(extra))
            found.append(_keys(scenario, self, row[:kinds], month, level))
        return found

    def _level_at(self, scenario: Scenario, end: float, extra: float = 0.0) -> float:
        """Logarithm of the level in the first week of a scenario, given that of the last week of records."""
        spread = self.model.spread
        # The last week of the records may be a part of one: its first day counts.
        last_week = self.days.first + timedelta(days=(self.counts.size - 1) // 7 * 7)
        weeks = max(0.0, (scenario.run.start - last_week).days / 7)
        keep = math.exp(-weeks / spread.memory)
        return keep * end + extra * spread.level * math.sqrt(1 - keep**2)


def daily_counts(records: Records, first: date, last: date) -> IntArray:
    """Requests on each day from the first to the last, int64 array.

    Of tickets all but those known to be no request; of counts per interval all that were offered.
    """
    start, days = tick_of(first), (last - first).days + 1
    if records.counts:
        at = (records.counts["start"] - start) // DAY
        inside = (at >= 0) & (at < days)
        offered = np.bincount(at[inside], np.nan_to_num(records.counts["offered"][inside]), days)
        return np.asarray(np.rint(offered), np.int64)
    tickets = records.log.tickets
    arrival = tickets["arrival"][tickets["outcome"] != TicketOutcome.INVALID]
    at = (arrival - start) // DAY
    return np.bincount(at[(at >= 0) & (at < days)], minlength=days).astype(np.int64)


def fit_demand(
    records: Records,
    base: Scenario,
    *,
    start: date | None = None,
    end: date | None = None,
    apart: Collection[date] = (),
) -> DemandFit:
    """Fit the daily numbers of records.

    Parameters
    ----------
    records : Records
        Tickets, or counts per interval.
    base : Scenario
        Its calendar says which days are worked and which are holidays; its months hold where records are
        shorter than a year.
    start, end : date, optional
        First day, and the day after the last; the window of the records if not given.
    apart : collection of date
        Days of events such as typhoons: each is left out with the six days after it.

    Returns
    -------
    DemandFit
        Days without any request in a gap of the records, the two weeks before the Spring Festival, and the
        days apart are not used.

    Raises
    ------
    ValueError
        If too few days are left, or the calendar does not know them.
    """
    meta = records.log.meta
    first = start or datetime_of(meta.start).date()
    last = (end or datetime_of(meta.end).date()) - timedelta(days=1)
    if last < first:
        raise ValueError(f"end: got {last + timedelta(days=1)}, must come after {first}")
    days = days_between(base.calendar, first, last)
    counts = daily_counts(records, first, last)
    used = ~surge(base, first, last) & ~marked(days, apart, 6) & ~_gaps(counts)
    month = (np.datetime64(first) + np.arange(counts.size)).astype("datetime64[M]").astype(np.int64) % 12
    factors = np.maximum(np.array(base.demand.month), 1e-6)
    model = fit_day_counts(counts, kinds_of(days), month, used, month_factors=factors / factors.mean())
    return DemandFit(days, counts, used, model)


def estimate(
    records: Records,
    base: Scenario,
    *,
    start: date | None = None,
    end: date | None = None,
    apart: Collection[date] = (),
) -> tuple[list[Estimate], list[NotIdentified]]:
    """Estimates of the keys of ``[demand]`` but for hours; parameters as for :func:`fit_demand`."""
    fit = fit_demand(records, base, start=start, end=end, apart=apart)
    return estimates_of(fit, base)


def estimates_of(fit: DemandFit, base: Scenario) -> tuple[list[Estimate], list[NotIdentified]]:
    """Estimates and what stays unknown, of demand that was fitted before."""
    model, count = fit.model, fit.model.count
    keys = fit.demand(base)
    many = fit.variants(base, 400)
    found = []
    notes = {
        "demand.requests_per_year": f"{model.days} days, restricted maximum likelihood",
        "demand.day_factor_cv": "over-dispersion of days against Poisson, the level apart",
        "demand.weekday": "log-linear model",
        "demand.month": "log-linear model, months drawn towards each other",
        "demand.holiday.spring_festival": "holidays seen in the records",
        "demand.holiday.other": "holidays seen in the records",
        "demand.holiday.last_day": "last days of holidays in the records",
        "demand.level": "weekly level: lasting deviations of more than a day",
    }
    units = {"demand.requests_per_year": "requests"}
    for path, value in keys.items():
        low = high = None
        if path == "demand.day_factor_cv":
            low, high = model.low.day, model.high.day
        elif isinstance(value, float):
            low, high = (float(number) for number in np.quantile([one[path] for one in many], (0.025, 0.975)))
        parts = _parts(path, value, [one[path] for one in many], model)
        found.append(Estimate(path, value, notes[path], count, low, high, units.get(path, ""), parts=parts))
    return found, _unknown(fit)


def _parts(path: str, value: Any, many: list[Any], model: DayFit) -> tuple[Part, ...]:
    """Weekdays, months, numbers of the level with 95 % intervals: of the draws, or of the curvature."""
    if isinstance(value, list):
        names = KINDS[:7] if path == "demand.weekday" else _MONTHS
        low, high = np.quantile(np.array(many), (0.025, 0.975), axis=0).tolist()
        return tuple(Part(*row) for row in zip(names, value, low, high, strict=True))
    if isinstance(value, dict):
        start = np.quantile([one["start"] for one in many], (0.025, 0.975)).tolist()
        spread = (math.sqrt(math.expm1(one.level**2)) for one in (model.low, model.high))
        return (
            Part("cv", value["cv"], *spread),
            Part("memory", value["memory"], model.low.memory, model.high.memory),
            Part("start", value["start"], *start),
        )
    return ()


def _unknown(fit: DemandFit) -> list[NotIdentified]:
    model, missing = fit.model, []
    if not model.has_months:
        missing.append(NotIdentified("demand.month", "at least 15 days of every calendar month"))
    if not model.has_level:
        missing.append(NotIdentified("demand.level", "at least 12 weeks of records"))
    for kind in (SPRING_FESTIVAL, OTHER, LAST_DAY):
        if kind not in model.kinds:
            missing.append(NotIdentified(f"demand.holiday.{KINDS[kind]}", "such a day in the records"))
    return missing


def _keys(
    scenario: Scenario, fit: DemandFit, log_rate: FloatArray, month: FloatArray, level: float
) -> dict[str, Any]:
    model = fit.model
    rates = dict(zip(model.kinds, np.exp(log_rate).tolist(), strict=True))
    weekday = np.array([rates.get(kind, 0.0) for kind in range(7)])
    months = np.exp(month)
    base = weekday.mean()
    keys: dict[str, Any] = {
        "demand.weekday": _rounded(weekday / base),
        "demand.day_factor_cv": _number(model.spread.day),
    }
    if model.has_months:
        keys["demand.month"] = _rounded(months / months.mean())
    for kind in (SPRING_FESTIVAL, OTHER, LAST_DAY):
        if kind in rates:
            keys[f"demand.holiday.{KINDS[kind]}"] = _number(rates[kind] / base)
    variance = model.spread.level**2
    if model.has_level:
        keys["demand.level"] = {
            "cv": _number(math.sqrt(math.expm1(variance))),
            "memory": _number(model.spread.memory),
            "start": _number(math.exp(level - variance / 2)),
        }
    # What a factor of 1 means on each day of the scenario's year tells how many requests 365 days bring.
    demand = _with(scenario.demand, keys)
    weighted = scenario.model_copy(update={"demand": demand})
    days = days_of(scenario.calendar, scenario.run)
    mean = day_weights(weighted, days)[counted_year(scenario, days)].mean()
    scale = months.mean() if model.has_months else 1.0 / np.mean(scenario.demand.month)
    keys["demand.requests_per_year"] = _number(365 * base * scale * mean * math.exp(variance / 2))
    return keys


def _with(demand: Demand, keys: dict[str, Any]) -> Demand:
    """Factors of the demand replaced; the level plays no part in the weights of days."""
    holiday = {
        path.rpartition(".")[2]: value for path, value in keys.items() if path.startswith("demand.holiday.")
    }
    plain = {
        path.rpartition(".")[2]: tuple(keys[path])
        for path in ("demand.weekday", "demand.month")
        if path in keys
    }
    return demand.model_copy(update={"holiday": demand.holiday.model_copy(update=holiday), **plain})


def surge(base: Scenario, first: date, last: date) -> BoolArray:
    """Days of the two weeks before each Spring Festival, one that begins after the last day included."""
    ahead = last + timedelta(days=SURGE_DAYS)
    try:
        days = days_between(base.calendar, first, ahead)
    except ValueError:  # the calendar ends before
        days = days_between(base.calendar, first, last)
    return surge_before_festival(days)[: (last - first).days + 1]


def _gaps(counts: IntArray) -> BoolArray:
    """Days without a request where the records otherwise have many: a gap, no quiet day."""
    return np.asarray((counts == 0) & (np.median(counts) >= 10))


def _number(value: float) -> float:
    return float(f"{value:.5g}")


def _rounded(values: FloatArray) -> list[float]:
    return [_number(value) for value in values]
