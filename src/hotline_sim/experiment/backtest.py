"""Back-tests: fit to one period, predict the next, and count how often the bands held what happened.

Demand is predicted as a forecast predicts it, from the simulator's own arrivals; overdue shares come from
whole simulated runs. Forecasts of all quantities are in :mod:`hotline_sim.experiment.forecast`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import DAY, NEVER, tick_of
from hotline_sim.engines.simulate import simulate
from hotline_sim.experiment.forecast import BANDS, interval
from hotline_sim.fit.calendar_factors import marked
from hotline_sim.fit.deadlines import overdue_by_unit
from hotline_sim.fit.demand import daily_counts, fit_demand, surge
from hotline_sim.fit.mix import NO_UNIT
from hotline_sim.fit.requests import fit_requests
from hotline_sim.network.build import build
from hotline_sim.network.rates import rates
from hotline_sim.sampling.arrivals import arrival_times
from hotline_sim.sampling.streams import Stream, uniforms
from hotline_sim.scenario.days import days_between
from hotline_sim.scenario.vary import changed
from hotline_sim.statistics.shares import wilson

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from hotline_sim.arrays import BoolArray, FloatArray, IntArray
    from hotline_sim.fit.deadlines import Overdue
    from hotline_sim.fit.demand import DemandFit
    from hotline_sim.fit.requests import RequestFit
    from hotline_sim.network.network import Network
    from hotline_sim.records.read import Records
    from hotline_sim.results.log import TicketLog
    from hotline_sim.scenario.schema import Scenario


class Coverage(NamedTuple):
    """How often a band held what happened.

    ``band`` in per cent; ``share`` of ``days`` inside it; ``width``: mean width over the median; ``low`` and
    ``high``: 95 % interval of the share, see :func:`share_of_days`.
    """

    band: int
    share: float
    days: int
    width: float
    low: float
    high: float


BLOCK: Final = 7
"""Days drawn together: days near one another are alike."""


def share_of_days(inside: BoolArray, draws: int = 2000, seed: int = 1) -> tuple[float, float]:
    """95 % interval of a share of days, wide enough for days that depend on one another.

    Parameters
    ----------
    inside : bool array, shape (days,)
        In the order of time.
    draws : int
        Resamples.
    seed : int
        Of NumPy's generator.

    Returns
    -------
    low, high : float
        The wider of two at each end: Wilson's, as if days were independent, and the percentiles of a
        moving-block bootstrap with blocks of seven days that go on at the beginning after the end (Politis
        and Romano, in LePage and Billard, *Exploring the limits of bootstrap* 1992). Fewer than four blocks
        tell nothing about dependence: below 28 days the interval is Wilson's. NaN without days.
    """
    days = inside.size
    low, high = (float(edge) for edge in wilson(int(inside.sum()), days))
    if days < 4 * BLOCK:
        return low, high
    generator = np.random.default_rng(seed)
    starts = generator.integers(0, days, (draws, -(-days // BLOCK)))
    places = (starts[:, :, None] + np.arange(BLOCK)).reshape(draws, -1)[:, :days] % days
    drawn = np.quantile(inside[places].mean(axis=1), (0.025, 0.975))
    return min(low, float(drawn[0])), max(high, float(drawn[1]))


@dataclass(frozen=True, eq=False)
class DemandBacktest:
    """Daily requests of a period that was held back, and what was predicted.

    Parameters
    ----------
    start : date
        First day of that period.
    seen : int64 array, shape (days,)
        Requests of each day.
    paths : float64 array, shape (futures, days)
        Predicted.
    apart : dict of str to bool array, shape (days,)
        Days that are shown apart, by reason; ``"ordinary"`` are all others.
    fit : DemandFit
        Fitted to the period before.
    """

    start: date
    seen: IntArray
    paths: FloatArray
    apart: dict[str, BoolArray]
    fit: DemandFit

    def coverage(self, group: str = "ordinary") -> list[Coverage]:
        """Coverage of each band on the days of a group; on all days for ``"all"``.

        Raises
        ------
        KeyError
            If there is no such group.
        """
        chosen = np.ones(self.seen.size, np.bool_) if group == "all" else self.apart[group]
        median = np.median(self.paths, axis=0)
        found = []
        for band in BANDS:
            low, high = interval(self.paths, band)
            inside = (self.seen >= low) & (self.seen <= high)
            share = float(inside[chosen].mean()) if chosen.any() else float("nan")
            width = float(((high - low) / np.maximum(median, 1.0))[chosen].mean()) if chosen.any() else 0.0
            found.append(Coverage(band, share, int(chosen.sum()), width, *share_of_days(inside[chosen])))
        return found


def demand_backtest(
    records: Records,
    base: Scenario,
    *,
    split: date,
    end: date,
    start: date | None = None,
    apart: Collection[date] = (),
    futures: int = 400,
    seed: int = 1,
) -> DemandBacktest:
    """Fit demand to the records before a day, and predict every day from then on.

    Parameters
    ----------
    records : Records
        Requests with times of arrival, or counts per interval.
    base : Scenario
        Calendar, and factors where the records tell none.
    split : date
        First day that is held back.
    end : date
        Day after the last that is predicted.
    start : date, optional
        First day that is used; the first of the records if not given.
    apart : collection of date
        First days of events, before or after the split: each is shown apart, with the six days after it.
    futures : int
        Simulated paths, each with parameters of its own from the law of the estimates.
    seed : int
        Not negative.
    """
    fit = fit_demand(records, base, start=start, end=split, apart=apart)
    scenario = changed(base, {"run.start": split, "run.end": end, "run.run_in": "0 d"})
    variants = fit.variants(scenario, futures, seed)
    paths = np.stack(
        [
            requests_by_day(build(changed(scenario, variant)), seed, number)
            for number, variant in enumerate(variants)
        ]
    )
    last = end - timedelta(days=1)
    days = days_between(base.calendar, split, last)
    festival = surge(base, split, last) | np.array([name == "spring_festival" for name in days.names])
    events = marked(days, apart, 6)
    groups = {"events": events, "spring_festival": festival, "ordinary": ~events & ~festival}
    return DemandBacktest(split, daily_counts(records, split, last), paths, groups, fit)


def requests_by_day(network: Network, seed: int, replication: int) -> FloatArray:
    """Requests on each day of a run, the same that a simulation of it has, shape (days,).

    Contacts that are no request do not count.
    """
    demand, resolution = network.demand, network.tables.resolution
    total = np.zeros(demand.days)
    for source, rate in enumerate(rates(network, seed, replication)):
        arrival = arrival_times(seed, replication, source, rate, resolution=resolution)
        invalid = uniforms(seed, replication, Stream.INVALID, source, 0, arrival.size)
        valid = arrival[invalid >= network.tables.invalid_share[source]]
        total += np.bincount(valid // DAY - demand.first_day, minlength=demand.days)
    return total


@dataclass(frozen=True, eq=False)
class OverdueBacktest:
    """Overdue shares by unit of requests that were held back, and what was predicted.

    Parameters
    ----------
    seen : dict of str to Overdue
        As the records tell it in the end.
    predicted : dict of str to float array, shape (replications,)
        From simulated runs.
    requests : dict of str to int
        Requests of each unit in the period that was held back.
    fit : RequestFit
        Fitted to the period before.
    """

    seen: dict[str, Overdue]
    predicted: dict[str, FloatArray]
    requests: dict[str, int]
    fit: RequestFit

    def errors(self, least: int = 200) -> dict[str, float]:
        """Predicted less seen share, of units with more requests than ``least``."""
        return {
            unit: float(self.predicted[unit].mean()) - seen.share
            for unit, seen in self.seen.items()
            if self.requests[unit] > least and unit in self.predicted
        }

    def mean_error(self, least: int = 200) -> float:
        """Mean absolute error over those units."""
        return float(np.mean(np.abs(list(self.errors(least).values()))))


def overdue_backtest(
    records: Records,
    base: Scenario,
    *,
    split: date,
    end: date,
    start: date | None = None,
    apart: Collection[date] = (),
    given_subjects: bool = False,
    half_life: float | None = None,
    replications: int = 5,
    seed: int = 1,
) -> OverdueBacktest:
    """Fit times to the reply to the records before a day, and predict overdue shares of what comes then.

    Parameters
    ----------
    records, base, split, end, start, seed
        As for :func:`demand_backtest`; replies after the split are not looked at.
    apart : collection of date
        First days of events: left out of the fit, each with the six days after it.
    given_subjects : bool
        False: the subjects of the requests are predicted too, to be as before. True: how many requests of
        each subject came is taken from the period that is predicted, and handling alone is predicted.
    half_life : float, optional
        Days before the split at which a request counts half for the subjects that are predicted.
    replications : int
        Simulated runs.
    """
    fit = fit_requests(
        records,
        base,
        name="back-test",
        window=(split, end),
        start=start,
        end=split,
        apart=apart,
        half_life=half_life,
    )
    scenario = changed(fit.scenario, {"run.run_in": "0 d"})
    window = (tick_of(split), tick_of(end))
    if given_subjects:
        scenario = changed(scenario, shares_of(records, fit, window))
    limited = {subject.name for subject in fit.subjects if subject.limit}
    never = 2**61
    runs = []
    for number in range(replications):
        log = simulate(scenario, seed=seed, replication=number)
        runs.append(_overdue_of_all(log, overdue_by_unit(log, window, never, limited), window))
    predicted = {
        unit: np.array([run[unit] for run in runs]) for unit in runs[0] if all(unit in run for run in runs)
    }
    seen = overdue_by_unit(records.log, window, records.log.meta.horizon)
    requests = _requests_by_unit(records.log, window)
    whole = {unit: one._replace(share=one.share * one.known / requests[unit]) for unit, one in seen.items()}
    return OverdueBacktest(whole, predicted, requests, fit)


def shares_of(records: Records, fit: RequestFit, window: tuple[int, int]) -> dict[str, object]:
    """Shares of the subjects of a fit among the requests of a window, as changes of its scenario.

    Requests of a subject that the fit does not know count as the rest of their unit; those of a unit that
    it does not know are left out.
    """
    tickets, meta = records.log.tickets, records.log.meta
    chosen = (tickets["arrival"] >= window[0]) & (tickets["arrival"] < window[1])
    by_key = {subject.key: subject for subject in fit.subjects}
    counts = dict.fromkeys((subject.name for subject in fit.subjects), 0)
    columns = (tickets[name][chosen].tolist() for name in ("unit", "category", "due"))
    for unit, category, due in zip(*columns, strict=True):
        where = meta.units[unit] if unit >= 0 else NO_UNIT
        what = meta.categories[category] if category >= 0 else ""
        limited = due < NEVER
        subject = by_key.get((where, what, limited)) or by_key.get((where, None, limited))
        if subject is not None:
            counts[subject.name] += 1
    total = sum(counts.values())
    return {f'categories."{name}".share': count / total for name, count in counts.items()}


def _requests_by_unit(log: TicketLog, window: tuple[int, int]) -> dict[str, int]:
    tickets = log.tickets
    chosen = (tickets["arrival"] >= window[0]) & (tickets["arrival"] < window[1]) & (tickets["unit"] >= 0)
    counts = np.bincount(tickets["unit"][chosen], minlength=len(log.meta.units))
    return {unit: int(count) for unit, count in zip(log.meta.units, counts, strict=True) if count}


def _overdue_of_all(log: TicketLog, found: dict[str, Overdue], window: tuple[int, int]) -> dict[str, float]:
    """Overdue requests among all of each unit; one without a deadline is never overdue."""
    requests = _requests_by_unit(log, window)
    return {unit: one.share * one.known / requests[unit] if one.known else 0.0 for unit, one in found.items()}
