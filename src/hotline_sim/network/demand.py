"""When citizens call, by channel and category: expected numbers hour by hour, and who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.clock.days import DayKind
from hotline_sim.clock.ticks import DAY, HOUR, tick_of
from hotline_sim.network.backlog import open_demand
from hotline_sim.network.events import changed_hours, talk_windows
from hotline_sim.network.laws import laws
from hotline_sim.network.mediation import DISPUTES, dispute_rate, has_disputes, rounds_of
from hotline_sim.network.shortcuts import enterprise_share
from hotline_sim.network.wanted import Demand, Level, Source
from hotline_sim.sampling.arrivals import CumulativeRate
from hotline_sim.scenario.phone import WEEKDAYS
from hotline_sim.scenario.schema import REQUEST_CLASSES

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.clock.calendar import Calendar
    from hotline_sim.clock.days import Days
    from hotline_sim.network.network import Names
    from hotline_sim.scenario.schema import Category, DayGroup, Scenario


def build_demand(
    scenario: Scenario, names: Names, days: Days, calendars: dict[str, Calendar], first: int, end: int
) -> Demand:
    """Demand between two midnights.

    Parameters
    ----------
    scenario : Scenario
        Checked.
    names : Names
        Numbering.
    days : Days
        Coverage of the calendar.
    calendars : dict
        Working time by name of hours.
    first, end : int
        Ticks of the midnights.

    Returns
    -------
    Demand
    """
    categories = [scenario.categories[name] for name in names.categories]
    weights = day_weights(scenario, days)
    first_index, end_index = (first - days.first_tick) // DAY, (end - days.first_tick) // DAY
    year = counted_year(scenario, days)
    requests_a_day = scenario.demand.requests_per_year / 365 * weights / weights[year].mean()
    pattern_of_day, patterns = _day_patterns(scenario, categories, days)
    pattern_of_day = pattern_of_day[first_index:end_index]
    by_hour = [_by_hour(categories, profiles) for profiles in patterns]
    shapes = [weights.sum(axis=0) for weights in by_hour]
    hours = np.array(shapes)[pattern_of_day]
    totals = np.array([shape.sum() for shape in shapes])[pattern_of_day, None]
    requests = (requests_a_day[first_index:end_index, None] * hours / totals).ravel()
    changed = changed_hours(scenario, names, np.array(by_hour)[pattern_of_day], first)
    requests[changed.places] *= changed.ratios
    edges = first + np.arange(len(requests) + 1, dtype=np.int64) * HOUR

    sources = []
    for name in sorted(scenario.channels):
        channel = scenario.channels[name]
        valid_share = 1.0 - channel.invalid_share
        rate = CumulativeRate.from_rates(edges, requests * (channel.share / valid_share))
        sources.append(Source(name=name, live=channel.live, rate=rate, valid_share=valid_share))
    if has_disputes(scenario) and scenario.mediation:
        disputes = dispute_rate(scenario, calendars[scenario.mediation.hours], days, edges)
        rate = CumulativeRate.from_rates(edges, disputes)
        sources.append(Source(name=DISPUTES, live=False, rate=rate, valid_share=1.0, steady=True))

    every_law = laws(scenario, names, calendars)
    talk_from, talk_factor = talk_windows(scenario)
    area_weights = np.array([scenario.units[name].area_weight for name in names.areas])
    return Demand(
        sources=tuple(sources),
        first_day=first // DAY,
        days=end_index - first_index,
        day_factor_cv=scenario.demand.day_factor_cv,
        day_pattern=pattern_of_day,
        hour_category=np.concatenate([_mix(weights) for weights in by_hour]),
        event_hours=first // HOUR + changed.places[changed.is_mixed],
        event_category=_mix(changed.shares),
        talk_from=talk_from,
        talk_factor=talk_factor,
        class_cumulative=_ending_at_one(
            np.cumsum(
                [
                    scenario.classes[name].share if name in scenario.classes else 0.0
                    for name in REQUEST_CLASSES
                ]
            )
        ),
        area_cumulative=_ending_at_one(np.cumsum(area_weights)),
        urgent_share=np.array([category.urgent_share for category in categories]),
        laws=every_law,
        rounds=rounds_of(scenario, days, every_law.latent),
        level=_level(scenario),
        enterprise_share=enterprise_share(scenario, names.categories),
        opened=open_demand(scenario, names, calendars),
    )


def _level(scenario: Scenario) -> Level | None:
    table = scenario.demand.level
    if table is None:
        return None
    first_week = tick_of(scenario.run.start) // DAY
    return Level(first_week=first_week, cv=table.cv, memory=table.memory, start=table.start)


def _day_patterns(
    scenario: Scenario, categories: list[Category], days: Days
) -> tuple[IntArray, list[FloatArray]]:
    """Which hour profiles hold on each day covered.

    Returns
    -------
    pattern : int64 array, shape (days,)
        Number of the profiles of a day.
    profiles : list of float64 array, shape (categories, 24)
        Weights of the hours by category.
    """
    if not any(category.day_profiles for category in categories):
        return np.zeros(len(days.names), np.int64), [
            np.array([scenario.demand.profiles[category.profile] for category in categories])
        ]
    # Of each weekday the working and the other days; the name of the weekday counts before either.
    kind = days.weekday * 2 + days.working
    used, pattern = np.unique(kind, return_inverse=True)
    profiles = []
    for weekday, is_working in (divmod(int(number), 2) for number in used):
        groups: tuple[DayGroup, DayGroup] = (WEEKDAYS[weekday], "working" if is_working else "rest")
        names = [
            next((own[group] for group in groups if group in own), category.profile)
            for category in categories
            for own in [category.day_profiles or {}]
        ]
        profiles.append(np.array([scenario.demand.profiles[name] for name in names]))
    return pattern.astype(np.int64), profiles


def _by_hour(categories: list[Category], profiles: FloatArray) -> FloatArray:
    """Weights of categories in the hours of a day, shape (categories, 24)."""
    profiles = profiles / profiles.sum(axis=1, keepdims=True)
    shares: FloatArray = np.array([category.share for category in categories])
    return shares[:, None] * profiles


def _mix(by_hour: FloatArray) -> FloatArray:
    """Cumulative mix of categories by hour, shape (hours, categories)."""
    hours = by_hour.sum(axis=0)
    # An hour without requests still needs a law; nobody ever draws from it.
    return _ending_at_one(np.cumsum(by_hour, axis=0) / np.where(hours > 0, hours, 1.0)).T


def _ending_at_one(cumulative: FloatArray) -> FloatArray:
    """Cumulative shares divided by the last of them, so that what has no share is never chosen.

    Shares may miss a sum of 1 by the tolerance of the check, and any sum by rounding.
    """
    if not len(cumulative):
        return cumulative
    last = cumulative[-1]
    shares: FloatArray = cumulative / np.where(last > 0, last, 1.0)
    return shares


def day_weights(scenario: Scenario, days: Days) -> FloatArray:
    """Relative request rate of every day covered, without its random factor.

    Month, then weekday; on a holiday the holiday factor stands in place of the weekday's, and its last
    day has a factor of its own. A make-up working day counts as a Friday: the office week goes on.
    """
    table = scenario.demand
    dates = np.datetime64(days.first) + np.arange(len(days.names))
    month = dates.astype("datetime64[M]").astype(np.int64) % 12
    weekday = np.array(table.weekday)[days.weekday]
    weekday[days.kinds == DayKind.MAKE_UP] = table.weekday[4]
    for index in np.flatnonzero(days.kinds == DayKind.HOLIDAY):
        spring = days.names[index] == "spring_festival"
        weekday[index] = table.holiday.spring_festival if spring else table.holiday.other
    weekday[days.last_of_holiday] = table.holiday.last_day
    weights: FloatArray = np.array(table.month)[month] * weekday
    return weights


def counted_year(scenario: Scenario, days: Days) -> slice:
    """Days of the calendar year in which counting starts, as far as they are covered."""
    start = scenario.run.start
    low = max(0, (start.replace(month=1, day=1) - days.first).days)
    return slice(low, (start.replace(month=12, day=31) - days.first).days + 1)
