"""Vancouver 3-1-1, counts by day: fitted to 2014 to 2017, January to June 2018 predicted."""

from __future__ import annotations

from datetime import date

from hotline_sim.experiment.backtest import demand_backtest
from hotline_sim.fit.calendar_factors import country_calendar
from hotline_sim.records.read import read_records
from records_case import real_data
from scenarios import small_town


def test_bands_of_half_a_year_of_calls_hold_what_they_promise() -> None:
    records = read_records(real_data("vancouver_311_calls_2009_2018"), "vancouver-311-daily")
    calendar = country_calendar("CA-BC", date(2009, 1, 1), date(2018, 12, 31))
    split = date(2018, 1, 1)
    found = demand_backtest(
        records,
        small_town({"calendar": calendar}),
        split=split,
        end=date(2018, 7, 1),
        start=date(2014, 1, 1),
        futures=200,
    )
    _, eighty, ninety_five = found.coverage("all")
    assert eighty.days == 181
    assert 0.70 <= eighty.share <= 0.90
    assert 0.90 <= ninety_five.share <= 0.99
