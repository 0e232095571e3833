"""Boston 311: fitted to July and August 2011 as they stood on 1 September, tried on what September brought.

A share is overdue requests among all requests of a department, as the city counts them. Hurricane Irene
(27 August 2011 and the week after) is left out of the fit, or not.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hotline_sim.clock.ticks import NEVER
from hotline_sim.experiment.backtest import OverdueBacktest, overdue_backtest
from hotline_sim.fit.deadlines import predicted_by_unit
from hotline_sim.records.read import read_records
from records_case import real_data
from scenarios import small_town

if TYPE_CHECKING:
    from hotline_sim.records.read import Records

SPLIT, END = date(2011, 9, 1), date(2011, 10, 1)
LABOUR_DAY = date(2011, 9, 5)


@pytest.fixture(scope="module")
def records() -> Records:
    return read_records(real_data("boston_311_2011_q3"), "boston-311")


STORM = [date(2011, 8, 27)]


def back_test(
    records: Records, *, given_subjects: bool, apart: list[date], half_life: float | None = None
) -> OverdueBacktest:
    calendar = {"base": "weekly", "holidays": {"public_holiday": [date(2011, 7, 4), LABOUR_DAY]}}
    base = small_town({"calendar": calendar, "run.start": SPLIT, "run.end": END})
    return overdue_backtest(
        records,
        base,
        split=SPLIT,
        end=END,
        apart=apart,
        given_subjects=given_subjects,
        half_life=half_life,
        replications=10,
    )


@pytest.mark.parametrize("apart", [[], STORM])
def test_given_what_was_asked_the_mean_error_is_below_five_points(
    records: Records, apart: list[date]
) -> None:
    found = back_test(records, given_subjects=True, apart=apart)
    # Departments with more than 200 requests in the quarter; PROP had 158 of its own in September.
    assert set(found.errors(150)) == {"BTDT", "INFO", "ISD", "PARK", "PROP", "PWDx"}
    assert found.mean_error(150) < 0.05
    assert found.mean_error(200) < 0.052


def test_that_subjects_change_costs_a_point_more(records: Records) -> None:
    found = back_test(records, given_subjects=False, apart=[])
    # With the subjects of the summer in place of those of September it is a forecast of about five points.
    assert 0.04 < found.mean_error(150) < 0.056
    assert found.mean_error(200) < 0.065


def test_hours_of_departments_are_seen_in_their_replies(records: Records) -> None:
    fit = back_test(records, given_subjects=True, apart=STORM).fit
    assert fit.hours is not None
    rest = {records.log.meta.units[number] for number in fit.hours.units}
    # The call centre replies at weekends too.
    assert {"BTDT", "ISD", "PROP", "PWDx"} <= rest
    assert "INFO" not in rest
    assert (fit.hours.start, fit.hours.end) == (5, 20)


def test_simulation_gives_the_shares_of_the_fitted_laws(records: Records) -> None:
    found = back_test(records, given_subjects=False, apart=STORM)
    law = predicted_by_unit(found.fit.subjects)
    with_deadline = {
        unit: sum(one.share for one in found.fit.subjects if one.unit == unit and one.limit)
        / sum(one.share for one in found.fit.subjects if one.unit == unit)
        for unit in found.errors()
    }
    for unit, share in with_deadline.items():
        assert found.predicted[unit].mean() == pytest.approx(law[unit] * share, abs=0.03)


def test_overdue_requests_are_those_that_the_city_flags(records: Records) -> None:
    tickets, flag = records.log.tickets, records.extra["on_time"]
    flagged = (flag >= 0) & (tickets["due"] < NEVER)
    late = np.minimum(tickets["replied"], records.log.meta.horizon) > tickets["due"]
    assert np.mean(late[flagged] == (flag[flagged] == 0)) > 0.99
    assert np.sum((flag == 0) & (tickets["due"] == NEVER)) < 10
