"""When citizens call, by channel and category: expected numbers hour by hour, and who they are.

What events change in them is in ``events.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.clock.days import DayKind
from hotline_sim.clock.ticks import DAY, HOUR
from hotline_sim.network.events import changed_hours, talk_windows
from hotline_sim.network.laws import laws
from hotline_sim.network.network import Demand, Source
from hotline_sim.sampling.arrivals import CumulativeRate
from hotline_sim.scenario.schema import REQUEST_CLASSES

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray
    from hotline_sim.clock.calendar import Calendar
    from hotline_sim.clock.days import Days
    from hotline_sim.network.network import Names
    from hotline_sim.scenario.schema import Scenario


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
    profiles = np.array([scenario.demand.profiles[category.profile] for category in categories])
    profiles /= profiles.sum(axis=1, keepdims=True)
    by_hour = np.array([category.share for category in categories])[:, None] * profiles
    hours = by_hour.sum(axis=0)
    # An hour without requests still needs a law; nobody ever draws from it.
    mix = _ending_at_one(np.cumsum(by_hour, axis=0) / np.where(hours > 0, hours, 1.0))

    weights = day_weights(scenario, days)
    first_index, end_index = (first - days.first_tick) // DAY, (end - days.first_tick) // DAY
    year = _year(scenario, days)
    requests_a_day = scenario.demand.requests_per_year / 365 * weights / weights[year].mean()
    requests = (requests_a_day[first_index:end_index, None] * hours / hours.sum()).ravel()
    changed = changed_hours(scenario, names, by_hour, first, len(requests))
    requests[changed.places] *= changed.ratios
    edges = first + np.arange(len(requests) + 1, dtype=np.int64) * HOUR

    sources = []
    for name in names.sources:
        channel = scenario.channels[name]
        valid_share = 1.0 - channel.invalid_share
        rate = CumulativeRate.from_rates(edges, requests * (channel.share / valid_share))
        sources.append(Source(name=name, live=channel.live, rate=rate, valid_share=valid_share))

    talk_from, talk_factor = talk_windows(scenario)
    area_weights = np.array([scenario.units[name].area_weight for name in names.areas])
    return Demand(
        sources=tuple(sources),
        first_day=first // DAY,
        days=end_index - first_index,
        day_factor_cv=scenario.demand.day_factor_cv,
        hour_category=mix.T,
        event_hours=first // HOUR + changed.places[changed.is_mixed],
        event_category=_ending_at_one(np.cumsum(changed.shares, axis=0)).T,
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
        laws=laws(scenario, names, calendars),
    )


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


def _year(scenario: Scenario, days: Days) -> slice:
    """Days of the calendar year in which counting starts, as far as they are covered."""
    start = scenario.run.start
    low = max(0, (start.replace(month=1, day=1) - days.first).days)
    return slice(low, (start.replace(month=12, day=31) - days.first).days + 1)
