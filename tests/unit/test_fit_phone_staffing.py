from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hotline_sim.clock.days import weekly_days
from hotline_sim.clock.ticks import HOUR, tick_of
from hotline_sim.fit import redial
from hotline_sim.fit.rates import day_factor, estimate, first_calls
from hotline_sim.fit.staffing import Duty, day_interval, duty_of, shifts
from hotline_sim.network.staffing import team_staffing
from hotline_sim.scenario.phone import Team
from phone_case import calls
from scenarios import LABEL

MONDAY = date(2021, 3, 1)


def duty(*rows: tuple[float, float, float], agents: str) -> Duty:
    found = duty_of(calls(*rows, agents=agents))
    assert found is not None
    return found


def test_an_agent_is_on_duty_between_calls_that_are_close() -> None:
    # Two calls of 5 min with 15 min between: 25 min of the hour from 9 o'clock.
    found = duty((0, 0, 300), (1200, 0, 300), agents="aa")
    assert found.on_duty[0, 9] == pytest.approx(25 / 60)
    assert found.on_duty.sum() == pytest.approx(25 / 60)
    assert found.agents == 1


def test_a_longer_gap_is_a_break() -> None:
    found = duty((0, 0, 300), (1201, 0, 300), agents="aa")
    assert found.on_duty[0, 9] == pytest.approx(10 / 60)


def test_agents_add_up_and_calls_of_unknown_agents_do_not_count() -> None:
    found = duty((0, 0, 600), (0, 0, 600), (0, 0, 600), agents="ab ")
    assert found.on_duty[0, 9] == pytest.approx(20 / 60)
    assert found.unnamed == pytest.approx(1 / 3)


def test_after_call_work_is_seen_where_somebody_waits_all_the_time() -> None:
    # The second caller waits from 50 s on; the agent is free at 100 s and takes it at 112 s.
    found = duty((0, 0, 100), (50, 62, 100), (500, 0, 60), agents="aaa")
    assert (found.after_call, found.gaps) == (12.0, 1)
    # While somebody waited, from 50 to 112 s, the agent talked for 50 of 62 s.
    assert found.busy_while_waiting == pytest.approx(50 / 62)


def test_without_names_staffing_stays_unknown() -> None:
    assert duty_of(calls((0, 0, 100), (50, 62, 100))) is None


def test_a_roster_keeps_the_agent_hours_and_staffs_every_hour_with_calls() -> None:
    found = duty(*[(number * 240, 0, 200) for number in range(75)], agents="abcde" * 15)
    full = found.roster(1.0)
    assert full.shape == (7, 24)
    assert abs(full[0].sum() - found.on_duty[0].sum()) <= 1
    assert (full[0, 9:14] >= 1).all()
    assert (full[1] == 0).all()
    # An hour with calls keeps one agent, however small the share.
    assert (found.roster(0.5)[0, 9:14] >= 1).all()
    assert found.roster(3.0)[0].sum() > full[0].sum()


@given(arrays(np.int64, (7, 24), elements=st.integers(0, 6)))
def test_shifts_put_as_many_on_duty_as_the_roster_says(roster: np.ndarray) -> None:
    rows = shifts(roster)
    if not rows:
        assert not roster.any()
        return
    days = weekly_days(MONDAY, date(2021, 3, 7))
    steps = team_staffing(Team.model_validate({"label": LABEL, "shifts": rows}), days)
    hours = tick_of(MONDAY) + np.arange(7 * 24, dtype=np.int64) * HOUR
    np.testing.assert_array_equal(steps.at(hours).reshape(7, 24), roster)


def test_equal_days_share_their_shifts() -> None:
    roster = np.zeros((7, 24), np.int64)
    roster[:5, 8:18] = 3
    assert shifts(roster) == [
        {
            "name": "Mon-Tue-Wed-Thu-Fri 08-18",
            "start": "08:00",
            "end": "18:00",
            "agents": 3,
            "weekdays": ["Mon", "Tue", "Wed", "Thu", "Fri"],
        }
    ]


def test_the_interval_of_a_ratio_is_a_point_where_all_days_are_alike() -> None:
    assert day_interval(np.full(9, 30.0), np.full(9, 2)) == (15.0, 15.0)


def test_redial_is_what_goes_beyond_calling_again_after_an_answer() -> None:
    # Of 100 customers who gave up 60 call again within an hour, of 100 who were answered 20: p = 0.4 / 0.8.
    rows, names = [], []
    for number in range(200):
        gave_up = number < 100
        rows.append((number, 10, -1 if gave_up else 60))
        names.append(f"c{number}")
        if number % 100 < (60 if gave_up else 20):
            # Long after the others, but within the hour; an answer ends the story.
            rows.append((number + 1200, 0, 30))
            names.append(f"c{number}")
    made = calls(*rows)
    order = np.argsort(made.joined, kind="stable")
    made.customer[:] = names
    for name in ("joined", "left", "ended", "answered", "customer"):
        getattr(made, name)[:] = getattr(made, name)[order]
    found = redial.redialling(made)
    assert found is not None
    # The 80 second calls were answered as well, and nobody called after them.
    after_answer = 20 / 180
    assert found.after_abandonment == pytest.approx(0.6)
    assert found.after_answer == pytest.approx(after_answer)
    assert found.probability == pytest.approx((0.6 - after_answer) / (1 - after_answer))
    assert found.low < found.probability < found.high
    assert found.most == 1


def test_redial_needs_names_of_customers() -> None:
    found = redial.estimate(calls(*[(number, 10, -1) for number in range(100)]))
    assert found.estimates == []
    assert found.not_identified[0].path == "intake.redial"


def test_redials_of_an_hour_are_taken_out_of_its_calls() -> None:
    counts = first_calls(calls((0, 10, -1), (60, 5, 30), (120, 5, 30), (180, 10, -1)), 0.5)
    assert counts[0, 9] == 3.0
    assert counts.sum() == 3.0


def test_day_factor_by_hand() -> None:
    # Two weekdays of mean 100 with sums of squares 200 and 800: variance 500 on 2 degrees of freedom.
    found = day_factor(np.array([90.0, 110.0, 80.0, 120.0]), np.array([0, 0, 1, 1]))
    assert found.degrees == 2
    assert found.cv == pytest.approx(np.sqrt((500 - 100) / 100**2))
    assert found.low < found.cv < found.high


def test_days_that_vary_less_than_chance_have_no_factor() -> None:
    assert day_factor(np.full(10, 50.0), np.arange(10) % 5).cv == 0.0


def test_day_factor_is_found_again() -> None:
    chance = np.random.default_rng(8)
    inside = 0
    for _ in range(100):
        daily = chance.poisson(400 * chance.gamma(25, 1 / 25, 70)).astype(float)
        found = day_factor(daily, np.arange(70) % 7)
        inside += found.low < 0.2 < found.high
    assert inside >= 88  # 95 % of 100, less three standard deviations


def test_volume_counts_the_weekdays_of_the_year() -> None:
    # 7 calls on Monday alone; 2021 has 52 Mondays.
    made = calls(*[(number, 0, 60) for number in range(7)])
    found = {one.path: one.value for one in estimate(made).estimates}
    assert found["demand.weekday"] == [7.0, 0, 0, 0, 0, 0, 0]
    assert found["demand.requests_per_year"] == (7 * 52)
    assert found["demand.profiles.Mon"][9] == 1.0
