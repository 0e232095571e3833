"""Rooms whose truth is known, written down as records, fitted: every parameter is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.clock.ticks import NEVER, SECOND
from hotline_sim.engines.simulate import simulate
from hotline_sim.fit.availability import Recorded
from hotline_sim.fit.calls import calls_of, intake_waits
from hotline_sim.fit.staffing import duty_of
from hotline_sim.fit.talk import by_hour
from hotline_sim.network.codes import Stage
from phone_case import AGENTS, PROFILE, TRUTH, calls, records_text, room
from scenarios import changed, one_unit_tables, scenario_of, team

if TYPE_CHECKING:
    from pathlib import Path

    from hotline_sim.fit.door import Fit
    from hotline_sim.fit.estimate import Estimate
    from hotline_sim.records.read import Records
    from hotline_sim.results.log import TicketLog


def records(folder: Path, log: TicketLog) -> Records:
    (folder / "rows.csv").write_text(records_text(log))
    (folder / "own.toml").write_text(PROFILE)
    return hs.read_records(folder / "rows.csv", folder / "own.toml")


@pytest.fixture(scope="module")
def truth() -> TicketLog:
    return simulate(room(28), seed=5)


@pytest.fixture(scope="module")
def fitted(truth: TicketLog, tmp_path_factory: pytest.TempPathFactory) -> Fit:
    return hs.fit(records(tmp_path_factory.mktemp("room"), truth))


@pytest.fixture(scope="module")
def found(fitted: Fit) -> dict[str, Estimate]:
    return {one.path: one for one in fitted.found}


def within(one: Estimate, value: float) -> bool:
    assert one.low is not None
    assert one.high is not None
    return one.low <= value <= one.high


@pytest.mark.parametrize(
    ("path", "name", "error"),
    [
        ("intake.talk", "talk", 0.05),
        ("intake.after_call_direct", "after_call", 0.05),
        ("intake.redial", "redial", 0.15),
        ("demand.day_factor_cv", "day_factor", 0.5),
    ],
)
def test_what_the_room_was_made_with_is_found_again(
    found: dict[str, Estimate], path: str, name: str, error: float
) -> None:
    one, value = found[path], TRUTH[name]
    assert one.low is not None
    assert one.high is not None
    # A fixed time has an interval of almost no width.
    assert one.low - 0.01 * value <= value <= one.high + 0.01 * value
    assert (one.high - one.low) / 2 < error * value


def test_patience_is_found_again(found: dict[str, Estimate]) -> None:
    one = found["intake.patience"]
    assert within(one, TRUTH["patience"])
    shape = one.value.get("shape", one.value.get("cv", 1.0))
    assert shape == pytest.approx(1.0, abs=0.1)


def test_volume_is_found_again(found: dict[str, Estimate]) -> None:
    assert within(found["demand.requests_per_year"], 60.0 * 10 * 365)


def test_all_of_the_duty_counts_where_agents_are_never_away(fitted: Fit) -> None:
    assert fitted.phone is not None
    share = fitted.phone.share
    assert share.low <= 1.0 <= share.high
    assert share.high - share.low < 0.2
    roster = fitted.phone.duty.roster(share.share)
    np.testing.assert_array_equal(roster[:, 8:17], AGENTS)
    assert (roster[:, 20:] == 0).all()


def test_the_fitted_room_makes_the_waits_of_the_true_one(fitted: Fit, truth: TicketLog) -> None:
    answered, waits = intake_waits(truth)
    again = [intake_waits(simulate(fitted.scenario, seed=9, replication=number)) for number in range(5)]
    others = np.concatenate([wait for _, wait in again]) / SECOND
    waits = waits / SECOND
    assert np.mean(others > 0) == pytest.approx(np.mean(waits > 0), abs=0.05)
    assert np.mean(others) == pytest.approx(np.mean(waits), rel=0.15)
    assert np.mean(~np.concatenate([one for one, _ in again])) == pytest.approx(np.mean(~answered), abs=0.03)


def test_after_call_work_that_varies_is_found_again_in_the_mean(tmp_path: Path) -> None:
    """Half of the calls make a ticket: 30 s of work after one half, 120 s after the other."""
    tables: dict[str, Any] = changed(
        one_unit_tables(),
        {
            "demand.requests_per_year": 62.0 * 24 * 365,
            "teams.operators": team(AGENTS),
            "classes.complaint.direct_answer": 0.5,
            "intake.talk": {"family": "exponential", "mean": "150 s"},
            "intake.patience": {"family": "exponential", "mean": "120 s"},
            "intake.after_call_direct": "30 s",
            "intake.after_call_ticket": "120 s",
        },
    )
    log = simulate(scenario_of(tables), seed=3)
    visits = log.visits
    answered = (visits["stage"] == Stage.INTAKE) & (visits["start"] < NEVER)
    true = float(visits["after_call"][answered].mean()) / SECOND
    assert true == pytest.approx(75, abs=1)
    read = records(tmp_path, log)
    duty = duty_of(calls_of(read, read.log.meta.start, read.log.meta.end))
    assert duty is not None
    work = duty.after_call
    assert work.low < true < work.high
    assert work.high - work.low < 5
    # Without the gaps that the queue cut short the mean is too small.
    assert work.censored > 0.1 * work.seen


def test_hours_of_longer_talk_count_fewer_agents() -> None:
    # 200 talks of 100 s from 9 to 10 h, 200 talks of 300 s from 10 to 11 h.
    rows = [(18 * number, 0, 100 if number < 200 else 300) for number in range(400)]
    agents = "".join("ab"[number % 2] for number in range(400))
    made = calls(*rows, agents=agents)
    hours = by_hour(made)
    assert hours[9] == pytest.approx(100, rel=0.01)
    assert hours[10] == pytest.approx(300, rel=0.01)
    assert hours[3] == 200
    duty = duty_of(made)
    assert duty is not None
    assert duty.effort[[9, 10]] == pytest.approx([0.5, 1.5], rel=0.01)


def test_hours_that_differ_by_chance_alone_have_one_talk_time() -> None:
    chance = np.random.default_rng(6)
    rows = [(number * 60, 0, round(chance.exponential(200)) + 1) for number in range(600)]
    hours = by_hour(calls(*rows))
    raw = [np.mean([row[2] for row in rows[60 * hour : 60 * hour + 60]]) for hour in range(10)]
    assert np.ptp(hours) < 0.5 * np.ptp(raw)


def test_a_wait_is_ranked_among_the_simulated_ones_by_hand() -> None:
    # Recorded in whole seconds: 0, 1 and 5; simulated 0 and 1.5, which such a clock calls 1.
    recorded = Recorded.of(calls((0, 0, 60), (10, 1, 60), (20, 5, 60)))
    simulated = np.array([0, 1500])
    assert recorded.ranks(simulated).tolist() == [0.75, 0.25, 0.0]
    assert recorded.score(simulated) == pytest.approx(1 / 3 - 0.5)
    # One day: nothing to resample.
    assert recorded.error(simulated) < 1e-12


def test_a_week_is_made_of_days_of_the_records(fitted: Fit) -> None:
    assert fitted.phone is not None
    duty, chance = fitted.phone.duty, np.random.default_rng(1)
    hours, ratios = duty.on_duty.sum(axis=1), duty.talked / duty.answered
    for _ in range(20):
        agents, talk = duty.days_drawn(chance)
        for day in range(7):
            own = hours[duty.weekday == day]
            assert np.isclose(own / own.mean(), agents[day]).any()
        overall = duty.talked.sum() / duty.answered.sum()
        assert ratios.min() / overall <= talk <= ratios.max() / overall
