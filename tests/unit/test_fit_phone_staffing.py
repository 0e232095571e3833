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
from hotline_sim.fit.after_call import censored_mean
from hotline_sim.fit.intervals import day_interval
from hotline_sim.fit.rates import DayFactor, day_factor, estimate, first_calls, weekday_factors
from hotline_sim.fit.staffing import Duty, duty_of, shifts
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


def test_after_call_work_is_the_gap_after_a_talk_at_whose_end_somebody_waits() -> None:
    # The second caller waits from 50 s on; the agent is free at 100 s and takes it at 112 s.
    found = duty((0, 0, 100), (50, 62, 100), (500, 0, 60), agents="aaa")
    assert (found.after_call.mean, found.after_call.seen, found.after_call.censored) == (12.0, 1, 0)
    # While somebody waited, from 50 to 112 s, the agent talked for 50 of 62 s.
    assert found.busy_while_waiting == pytest.approx(50 / 62)


def test_after_call_work_lasts_longer_than_until_the_queue_empties() -> None:
    # Agent a ends at 100 s while one caller waits, who is taken by b at 130 s; a comes back at 400 s: the
    # work took more than 30 s. Agent b ends at 120 s and takes that caller after 10 s.
    found = duty((0, 0, 100), (0, 0, 120), (90, 40, 60), (400, 0, 60), agents="abba").after_call
    assert (found.seen, found.censored) == (1, 1)
    # At 10 s one of two gaps ends; the other half lasts for 30 s at least.
    assert found.mean == 0.5 * 10 + 0.5 * 30


def test_no_work_at_all_is_seen_too() -> None:
    found = duty((0, 0, 100), (50, 50, 100), agents="aa").after_call
    assert (found.mean, found.seen) == (0.0, 1)


def test_a_gap_over_fifteen_minutes_is_a_break_and_no_work() -> None:
    found = duty((0, 0, 100), (50, 1000, 100), agents="aa").after_call
    assert (found.seen, found.censored) == (0, 0)


def test_the_mean_of_censored_durations_by_hand() -> None:
    # Kaplan-Meier: 3/4 after 10 s, at 20 s one is censored, 3/8 after 30 s, 0 after 40 s.
    mean = censored_mean(np.array([10.0, 20.0, 30.0, 40.0]), np.array([False, True, False, False]))
    assert mean == 10 + 0.75 * 20 + 0.375 * 10
    assert np.isnan(censored_mean(np.array([5.0]), np.array([True])))


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


def test_intervals_of_weekdays_by_hand() -> None:
    # Two weekdays, the others without days: means 100 and 200, four days each, no random factor.
    parts = weekday_factors(np.repeat([100.0, 200.0], 4), np.repeat([0, 1], 4), DayFactor(0.0, 0.0, 0.0, 6))
    means = np.array([100.0, 200.0, *[150.0] * 5])
    assert [part.value for part in parts] == pytest.approx(means / 150)
    # Of the logarithm of the first: (1 - 1/7 * 2/3)² / 400 + (1/7 * 4/3)² / 800; t with 6 degrees: 2.447.
    error = 2.447 * np.sqrt((1 - 2 / 21) ** 2 / 400 + (4 / 21) ** 2 / 800)
    assert (parts[0].low, parts[0].high) == pytest.approx(
        (2 / 3 * np.exp(-error), 2 / 3 * np.exp(error)), rel=1e-4
    )
    assert all(np.isnan(part.low) for part in parts[2:])


def test_intervals_of_weekdays_hold_the_truth_as_often_as_they_say() -> None:
    chance = np.random.default_rng(12)
    truth = np.array([1.3, 1.2, 1.1, 1.1, 1.0, 0.7, 0.6])
    weekday, inside = np.arange(35) % 7, 0
    for _ in range(400):
        daily = chance.poisson(200 * truth[weekday] * chance.gamma(100, 1 / 100, 35)).astype(float)
        parts = weekday_factors(daily, weekday, day_factor(daily, weekday))
        inside += sum(part.low < value < part.high for part, value in zip(parts, truth, strict=True))
    # Binomial with 2,800 trials at 0.95 but for the dependence within a week: three standard deviations.
    assert 0.93 < inside / 2800 < 0.97


def test_volume_counts_the_weekdays_of_the_year() -> None:
    # 7 calls on Monday alone; 2021 has 52 Mondays.
    made = calls(*[(number, 0, 60) for number in range(7)])
    found = {one.path: one.value for one in estimate(made).estimates}
    assert found["demand.weekday"] == [7.0, 0, 0, 0, 0, 0, 0]
    assert found["demand.requests_per_year"] == (7 * 52)
    assert found["demand.profiles.Mon"][9] == 1.0
