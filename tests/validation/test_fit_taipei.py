"""Taipei 1999: fitted up to June 2018, daily work orders of July to December 2018 predicted.

Nothing was chosen by looking at the half-year that is held back. Days of events are days on which typhoons
closed the city's offices, with the six days after each.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from hotline_sim.experiment.backtest import DemandBacktest, demand_backtest
from hotline_sim.fit.calendar_factors import country_calendar
from hotline_sim.records.read import read_records
from records_case import real_data
from scenarios import small_town

if TYPE_CHECKING:
    from hotline_sim.records.read import Records

TYPHOONS = (date(2016, 7, 8), date(2016, 9, 17), date(2016, 9, 27), date(2017, 7, 29), date(2018, 7, 10))
"""Days on which typhoons closed the offices: Nepartak, Malakas, Megi, Nesat, Maria (from 16 h)."""


@pytest.fixture(scope="module")
def records() -> Records:
    return read_records(real_data("taipei_1999_2016_2018"), "taipei-1999")


def back_test(records: Records, split: date, end: date, futures: int = 300) -> DemandBacktest:
    calendar = country_calendar("TW", date(2016, 1, 1), date(2018, 12, 31))
    base = small_town({"calendar": calendar, "run.start": split, "run.end": end, "run.run_in": "0 d"})
    return demand_backtest(records, base, split=split, end=end, apart=TYPHOONS, futures=futures)


def test_bands_of_the_half_year_that_is_held_back_hold_what_they_promise(records: Records) -> None:
    # As many as in the documents: the edges of bands from fewer futures move by some points.
    found = back_test(records, date(2018, 7, 1), date(2019, 1, 1), futures=1000)
    _, eighty, ninety_five = found.coverage("all")
    assert eighty.days == 184
    assert 0.70 <= eighty.share <= 0.90
    assert 0.90 <= ninety_five.share <= 0.99
    ordinary, events = found.coverage("ordinary"), found.coverage("events")
    assert (ordinary[1].days, events[1].days) == (177, 7)
    assert 0.70 <= ordinary[1].share <= 0.90
    # Without the week of the typhoon the wider band misses one day of 177.
    assert ordinary[2].share >= 0.90


def test_spring_festival_is_told_apart_because_no_key_describes_the_rush_before_it(records: Records) -> None:
    found = back_test(records, date(2018, 1, 1), date(2018, 7, 1))
    festival, ordinary = found.coverage("spring_festival"), found.coverage("ordinary")
    assert festival[2].share < 0.8 < ordinary[2].share
    assert ordinary[2].share >= 0.90


def test_days_of_work_orders_vary_far_more_than_poisson(records: Records) -> None:
    model = back_test(records, date(2018, 7, 1), date(2018, 7, 8)).fit.model
    # A Poisson day of 440 has a coefficient of variation of 4.8 %; the factor of the day adds about 10 %.
    assert 0.08 < model.low.day < model.high.day < 0.12
    assert model.low.level > 0.03
