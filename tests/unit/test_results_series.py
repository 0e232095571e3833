from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from results_case import DESK, END, FRIDAY, HORIZON, PHONES, ROADS_DESK, START, WATER_DESK, at, case

from hotline_sim.clock.ticks import DAY, HOUR, MINUTE, NEVER, SECOND
from hotline_sim.network.codes import Stage
from hotline_sim.results.kpis import kpis
from hotline_sim.results.series import (
    arrivals_by_day,
    arrivals_by_hour,
    backlog,
    backlog_by_day,
    busy_agents,
    by_hour,
    day_starts,
    daytime,
    is_working,
    queue_length,
    staffing,
)
from hotline_sim.results.stations import station_table

if TYPE_CHECKING:
    from collections.abc import Callable


def test_backlog_rises_when_a_ticket_is_made_and_falls_with_its_reply() -> None:
    open_tickets = backlog(case())
    expected = {
        "Fri 10:04:59": 0,
        "Fri 10:05": 1,
        "Mon 09:15:20": 2,
        "Mon 16:19:59": 2,
        "Mon 16:20": 1,
        "Tue 08:05": 2,
        "Tue 08:50": 1,
        "Tue 10:00": 0,
        "Tue 16:10": 1,
        "Wed 10:00": 0,
        "Wed 10:05:30": 1,
        "Thu 12:00": 1,
    }
    assert {text: open_tickets.at(at(text)) for text in expected} == expected


def test_backlog_by_day_is_that_of_the_evening() -> None:
    midnights, tickets = backlog_by_day(case())
    assert midnights.tolist() == [START, START + DAY, START + 2 * DAY]
    assert tickets.tolist() == [1, 1, 1]
    assert backlog_by_day(case(), (FRIDAY - DAY, FRIDAY + DAY))[1].tolist() == [0, 1]


def test_backlog_of_the_last_evening_is_that_at_the_end_of_the_simulation() -> None:
    log = case()
    assert backlog(log).at(HORIZON) == 1
    assert backlog_by_day(log, (HORIZON // DAY * DAY, HORIZON // DAY * DAY + DAY))[1].tolist() == [1]


@pytest.mark.parametrize("of", [kpis, station_table, backlog_by_day])
def test_a_window_is_two_ticks_in_their_order(of: Callable[..., object]) -> None:
    with pytest.raises(ValueError, match="window: ends at tick"):
        of(case(), (START + DAY, START))
    for wrong in ((date(2021, 1, 4), date(2021, 1, 5)), (0.5, 1.5), (1, 2, 3), 5):
        with pytest.raises(TypeError, match=r"window: .*two ticks are needed"):
            of(case(), wrong)
    of(case(), (START, START))


def test_queue_holds_callers_until_they_are_answered_or_give_up() -> None:
    queue = queue_length(case(), [PHONES])
    expected = {
        "Mon 08:59:59": 0,
        "Mon 09:00:00": 1,
        "Mon 09:00:05": 2,
        "Mon 09:00:10": 1,
        "Mon 09:00:45": 0,
        "Mon 09:10:10": 1,
        "Mon 12:00:19": 1,
        "Mon 12:00:20": 0,
        "Wed 10:00:29": 1,
    }
    assert {text: queue.at(at(text)) for text in expected} == expected


def test_waiting_time_is_the_area_under_the_queue() -> None:
    """Little's law on a finite log: both sides are the same sum."""
    log = case()
    waited = (10 + 40 + 20 + 20 + 30 + 30) * SECOND
    assert queue_length(log, [PHONES]).integral(FRIDAY, HORIZON) == waited


def test_busy_agents_hold_a_call_until_the_after_call_work_is_done() -> None:
    busy = busy_agents(case(), [PHONES])
    assert busy.at(at("Mon 09:00:09")) == 0
    assert busy.at(at("Mon 09:03:09")) == 1
    assert busy.at(at("Mon 09:03:10")) == 0


def test_a_visit_in_service_at_the_horizon_is_busy_up_to_it() -> None:
    log = case()
    busy = busy_agents(log, [ROADS_DESK])
    assert busy.at(HORIZON) == 1
    assert busy.integral(at("Wed 11:00"), HORIZON) == HORIZON - at("Wed 11:00")


@given(
    st.sampled_from([PHONES, DESK, ROADS_DESK, WATER_DESK]), st.integers(FRIDAY, END), st.integers(0, 2 * DAY)
)
def test_busy_time_is_the_area_under_busy_agents(station: int, start: int, length: int) -> None:
    log = case()
    end = start + length
    served = (log.visits["station"] == station) & (log.visits["start"] < NEVER)
    clipped = [
        min(int(last), end, HORIZON + 1) - max(int(first), start)
        for first, last in zip(log.visits["start"][served], log.visits["end"][served], strict=True)
    ]
    assert busy_agents(log, [station]).integral(start, end) == sum(time for time in clipped if time > 0)


def test_staffing_of_several_stations_is_added() -> None:
    log = case()
    agents = staffing(log, [PHONES, ROADS_DESK, WATER_DESK])
    assert agents.at(at("Mon 08:00")) == 2
    assert agents.at(at("Mon 10:00")) == 5
    assert staffing(log, []).at(at("Mon 10:00")) == 0


def test_mean_by_hour_is_taken_over_the_days_asked_for() -> None:
    log = case()
    calls = by_hour(busy_agents(log, [PHONES]), log)
    # Monday 9 to 10 h: 180 s and 300 s; three working days.
    assert calls[9] == pytest.approx(480 / 3600 / 3)
    assert calls[8] == pytest.approx((15 + 300) / 3600 / 3)
    assert np.isnan(by_hour(busy_agents(log, [PHONES]), log, working=False)).all()
    desks = staffing(log, [ROADS_DESK])
    week = (FRIDAY, END)
    assert by_hour(desks, log, week, working=False).tolist() == [0] * 24
    assert by_hour(desks, log, week, working=None)[9] == pytest.approx(4 / 6)


def test_arrivals_are_counted_by_day_and_by_hour() -> None:
    log = case()
    assert arrivals_by_day(log)[1].tolist() == [4, 2, 2]
    midnights, contacts = arrivals_by_hour(log)
    assert midnights.tolist() == day_starts(log).tolist()
    assert contacts.sum(axis=1).tolist() == [4, 2, 2]
    assert contacts[0, [7, 9, 12]].tolist() == [1, 2, 1]


def test_daytime_is_eight_to_eighteen_on_working_days_of_the_window() -> None:
    log = case()
    week = daytime(log, (at("Fri 12:00"), at("Mon 10:00")))
    assert week.integral(FRIDAY, END) == (6 + 2) * HOUR
    assert week.at(at("Sat 12:00")) == 0
    assert is_working(log, np.array([at("Sun 12:00"), at("Mon 12:00")])).tolist() == [False, True]


def test_a_window_that_begins_in_the_day_leaves_that_day_out() -> None:
    log = case()
    midnights, _ = backlog_by_day(log, (START + MINUTE, END))
    assert midnights.tolist() == [START + DAY, START + 2 * DAY]
    assert (log.visits["stage"] == Stage.FIELD).sum() == 5
