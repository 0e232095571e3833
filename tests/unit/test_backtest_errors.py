"""Intervals of back-tests: of shares of days that are alike, and of the error of overdue shares."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hotline_sim.clock.ticks import tick_of
from hotline_sim.experiment.backtest import share_of_days
from hotline_sim.experiment.overdue_error import error_draws, mean_absolute
from hotline_sim.fit.requests import RequestFit, fit_requests
from hotline_sim.statistics.shares import wilson
from records_case import REQUESTS, read
from scenarios import small_town

if TYPE_CHECKING:
    from hotline_sim.records.read import Records

SPLIT = date(2021, 3, 2)
WINDOW = (tick_of(SPLIT), tick_of(date(2021, 4, 1)))


def test_days_in_turn_have_the_interval_of_independent_ones() -> None:
    inside = np.tile([True, False, True, True], 50)
    # Blocks of such a pattern hardly differ, so that Wilson's is the wider one.
    assert share_of_days(inside) == pytest.approx([float(edge) for edge in wilson(150, 200)])


def test_days_that_come_in_runs_have_a_wider_interval() -> None:
    inside = np.repeat(np.tile([True, True, True, False], 5), 10)
    low, high = share_of_days(inside)
    alone = [float(edge) for edge in wilson(150, 200)]
    assert high - low > 1.5 * (alone[1] - alone[0])
    assert low < 0.75 < high
    assert share_of_days(inside) == (low, high)


def test_interval_of_few_days_is_that_of_wilson() -> None:
    inside = np.array([True] * 5 + [False] * 2)
    assert share_of_days(inside) == pytest.approx([float(edge) for edge in wilson(5, 7)])
    assert np.isnan(share_of_days(np.zeros(0, np.bool_))).all()


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Records:
    """Sixty days of one unit of which a tenth is late, then thirty of which three tenths are."""
    lines = ["id,opened,due,closed,category,unit"]
    number = 0
    for day in range(90):
        for place in range(20):
            number += 1
            opened = datetime(2021, 1, 1, 8) + timedelta(days=day, minutes=place)
            late = place < (2 if day < 60 else 6)
            # Not all at one age, or a timer would be suspected.
            closed = opened + timedelta(hours=30 if late else 6, minutes=(37 * number) % 300)
            lines.append(f"{number},{opened},{opened + timedelta(hours=24)},{closed},{'ab'[place % 2]},u")
    return read(tmp_path_factory.mktemp("records"), REQUESTS, "\n".join(lines))


@pytest.fixture(scope="module")
def fit(records: Records) -> RequestFit:
    base = small_town({"calendar": {"base": "weekly", "weekend": []}})
    return fit_requests(records, base, name="late", window=(SPLIT, date(2021, 4, 1)), end=SPLIT)


@pytest.mark.parametrize("given_subjects", [False, True])
def test_errors_are_around_the_difference_of_the_periods(
    records: Records, fit: RequestFit, given_subjects: bool
) -> None:
    errors = error_draws(records, fit, WINDOW, given_subjects=given_subjects, draws=40)
    # Every day is alike, so that drawing days changes nothing but the mix of the fit.
    assert errors["u"] == pytest.approx(np.full(40, -0.2), abs=0.02)
    assert mean_absolute(errors, ["u"]) == pytest.approx(np.abs(errors["u"]))


def test_draws_are_those_of_the_seed(records: Records, fit: RequestFit) -> None:
    one, two, other = (error_draws(records, fit, WINDOW, draws=5, seed=seed)["u"] for seed in (1, 1, 2))
    assert one.tolist() == two.tolist()
    assert one.tolist() != other.tolist()


def test_days_that_differ_widen_the_error(records: Records, fit: RequestFit) -> None:
    tickets = records.log.tickets
    day = (tickets["arrival"] - WINDOW[0]) // 86_400_000
    changed = {**tickets, "replied": tickets["replied"].copy()}
    # On every second of the later days everything is late.
    worse = (day >= 0) & (day % 2 == 0)
    changed["replied"][worse] = tickets["due"][worse] + 1000
    other = replace(records, log=replace(records.log, tickets=changed))
    spread = [np.std(error_draws(one, fit, WINDOW, draws=40)["u"]) for one in (records, other)]
    # Half of thirty days at 0.3, half at 1: the mean of a sample of days has an error of 0.35 / sqrt(30).
    assert spread[1] == pytest.approx(0.35 / np.sqrt(30), rel=0.35)
    assert spread[0] < 0.02
