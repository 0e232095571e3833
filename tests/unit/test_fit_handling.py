"""Times to the reply with open tickets censored, closing timers, subjects, and overdue shares, by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hotline_sim as hs
from hotline_sim.clock.ticks import DAY, HOUR, MINUTE, NEVER, SECOND, parse_duration, tick_of
from hotline_sim.experiment.backtest import overdue_backtest
from hotline_sim.fit import returns
from hotline_sim.fit.deadlines import overdue_by_unit, predicted_by_unit
from hotline_sim.fit.handling import (
    Handled,
    closing_timers,
    duration_text,
    handled,
    handling_law,
    without_timers,
)
from hotline_sim.fit.mix import subjects
from hotline_sim.fit.requests import fit_requests
from records_case import REQUESTS, read
from scenarios import small_town

if TYPE_CHECKING:
    from pathlib import Path

    from hotline_sim.records.read import Records


def tickets(ages: list[float], closed: list[bool], limit: float = 1.0) -> Handled:
    """Tickets of one subject, ages and limit in days."""
    count = len(ages)
    return Handled(
        arrival=np.zeros(count, np.int64),
        age=np.array([round(age * DAY) for age in ages], np.int64),
        closed=np.array(closed),
        limit=np.full(count, round(limit * DAY), np.int64),
        unit=np.zeros(count, np.int64),
        category=np.zeros(count, np.int64),
    )


def test_survival_steps_as_kaplan_and_meier_say() -> None:
    # At risk 10, 9, ..., an open one at 0.35: after 0.1 0.9, 0.2 0.8, 0.3 0.7, then 6 at risk: 0.7 * 5/6.
    ages = [0.1, 0.2, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    law = handling_law(tickets(ages, [age != 0.35 for age in ages]))
    assert law is not None
    assert law.sf(np.array([0.05, 0.1, 0.25, 0.3, 0.4])) == pytest.approx([1.0, 0.9, 0.8, 0.7, 0.7 * 5 / 6])


def test_remission_times_of_freireich_give_the_published_survival() -> None:
    """6-MP group of Freireich et al. (1963) in Kalbfleisch and Prentice: S(6), S(10), S(23)."""
    weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    remitted = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    law = handling_law(tickets([float(week) for week in weeks], [one == 1 for one in remitted]))
    assert law is not None
    assert law.sf(np.array([6.0, 10.0, 23.0])) == pytest.approx([0.857, 0.753, 0.448], abs=5e-4)


def test_open_tickets_raise_the_share_overdue_above_that_of_the_closed() -> None:
    ages = [0.2] * 20 + [0.6] * 20
    naive = handling_law(tickets(ages, [True] * 40))
    censored = handling_law(tickets(ages, [True] * 20 + [False] * 20))
    assert naive is not None
    assert censored is not None
    assert naive.overdue < 0.02
    # Half were open at 0.6 of the limit; all that is known lies beyond.
    assert 0.02 < censored.overdue <= 0.5


def test_beyond_the_last_reply_tickets_are_closed_at_the_rate_before() -> None:
    # Ten of a hundred closed at each quarter of the time watched, the rest open at 0.8. From a quarter of 0.8
    # on 30 and a half closings in 10 * (0.2 + 0.4) + 70 * 0.6 + 10 * 0 of time at risk; half a one is added.
    ages = [0.2] * 10 + [0.4] * 10 + [0.6] * 10 + [0.8] * 70
    law = handling_law(tickets(ages, [age < 0.8 for age in ages]))
    assert law is not None
    rate = 20.5 / (10 * 0.2 + 10 * 0.4 + 70 * 0.6)
    assert law.tail == pytest.approx((0.8, rate))
    assert law.sf(0.7) == pytest.approx([0.7])
    assert law.overdue == pytest.approx(0.7 * np.exp(-rate * 0.2))
    assert law.quantile(1 - law.overdue) == pytest.approx(1.0)


def test_few_that_were_watched_longer_do_not_tell_the_tail() -> None:
    ages = [0.2] * 20 + [0.5] * 20 + [50.0] * 7
    law = handling_law(tickets(ages, [age < 0.5 for age in ages]))
    assert law is not None
    assert law.tail[0] == 0.5
    assert law.sf(1.0)[0] < 27 / 47


def test_tail_of_times_that_end_at_a_constant_rate_is_found_again() -> None:
    generator = np.random.default_rng(1)
    times = generator.exponential(1.0, 4000)
    law = handling_law(tickets(np.minimum(times, 0.8).tolist(), (times <= 0.8).tolist()))
    assert law is not None
    # exp(-1) and exp(-2); the rate of 2,200 closings has an error of 2 %.
    assert law.overdue == pytest.approx(np.exp(-1.0), abs=0.025)
    assert law.sf(2.0)[0] == pytest.approx(np.exp(-2.0), abs=0.025)


def test_interval_of_the_overdue_share_is_that_of_the_binomial_without_censoring() -> None:
    law = handling_law(tickets([0.5] * 70 + [1.5] * 30, [True] * 100))
    assert law is not None
    assert law.overdue == pytest.approx(0.3)
    # Greenwood's error is then sqrt(p q / n) = 0.0458.
    assert (law.low, law.high) == pytest.approx((0.3 - 1.96 * 0.0458, 0.3 + 1.96 * 0.0458), abs=0.01)


def test_few_closed_tickets_give_no_law() -> None:
    assert handling_law(tickets([0.5] * 50, [True] * 7 + [False] * 43)) is None


@given(
    st.lists(st.tuples(st.floats(0.01, 40.0), st.booleans()), min_size=20, max_size=60),
    st.sampled_from([HOUR, DAY, 30 * DAY]),
)
def test_table_is_a_law_of_a_scenario_and_keeps_the_overdue_share(
    drawn: list[tuple[float, bool]], limit: int
) -> None:
    law = handling_law(tickets([age for age, _ in drawn], [closed for _, closed in drawn]))
    if law is None:
        return
    table = law.table(limit)
    assert small_town({"intake.talk": table}).intake.talk.family == "empirical"
    points = [parse_duration(text).ticks() for text in table["quantiles"]]
    share = float(np.interp(limit * 1.0005, points, table["probabilities"]))
    assert 1 - share <= law.overdue + 0.03


@pytest.mark.parametrize(
    ("ms", "text"), [(90 * SECOND, "90 s"), (5 * MINUTE, "5 min"), (36 * HOUR, "36 h"), (3 * DAY, "3 d")]
)
def test_durations_are_written_in_the_unit_people_use(ms: int, text: str) -> None:
    assert duration_text(ms) == text
    assert parse_duration(text).ticks() == ms


def test_timer_is_a_pile_of_closings_at_one_age() -> None:
    generator = np.random.default_rng(2)
    work = generator.exponential(60 * HOUR, 2000)
    ages = np.concatenate((work, 120 * HOUR + generator.uniform(0, 600_000, 300))).astype(np.int64)
    stood = tickets((ages / DAY).tolist(), [True] * ages.size)
    timers = closing_timers(stood)
    assert len(timers) == 1
    assert timers[0].age == pytest.approx(120 * HOUR, abs=20 * MINUTE)
    assert timers[0].share == pytest.approx(300 / 2300, abs=0.01)
    assert (~without_timers(stood, timers).closed).sum() == pytest.approx(300, abs=25)
    assert closing_timers(tickets((work / DAY).tolist(), [True] * work.size)) == []


def test_replies_after_the_instant_are_not_looked_at() -> None:
    columns = {
        "arrival": np.array([0, DAY, 5 * DAY]),
        "replied": np.array([DAY, 9 * DAY, 6 * DAY]),
        "due": np.array([2 * DAY, NEVER, 7 * DAY]),
        "unit": np.zeros(3, np.int64),
        "category": np.zeros(3, np.int64),
    }
    stood = handled(columns, 4 * DAY)
    assert stood.closed.tolist() == [True, False]
    assert stood.age.tolist() == [DAY, 3 * DAY]
    assert stood.limit.tolist() == [2 * DAY, 0]


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Records:
    """Ninety days of two units: of roads 30 % is later than its 24 h, parks has no deadlines."""
    lines = ["id,opened,due,closed,category,unit"]
    generator = np.random.default_rng(5)
    number = 0
    for day in range(90):
        for hour in range(8, 18):
            number += 1
            start = np.datetime64("2021-01-01T00:00") + np.timedelta64(24 * day + hour, "h")
            late = generator.random() < 0.3
            minutes = generator.integers(1500, 3600) if late else generator.integers(60, 1380)
            closed = start + np.timedelta64(int(minutes), "m")
            lines.append(f"{number},{start},{start + np.timedelta64(24, 'h')},{closed},potholes,roads")
            number += 1
            closed = start + np.timedelta64(int(generator.integers(600, 3000)), "m")
            lines.append(f"{number},{start},,{closed},trees,parks")
    return read(tmp_path_factory.mktemp("records"), REQUESTS, "\n".join(lines))


def test_subjects_are_categories_of_a_unit_with_or_without_deadline(records: Records) -> None:
    stood = handled(records.log.tickets, tick_of(date(2021, 3, 1)))
    found = {subject.name: subject for subject in subjects(stood, records.log.meta)}
    assert found.keys() == {"potholes", "trees, no limit"}
    assert found["potholes"].unit == "roads"
    assert found["potholes"].limit == DAY
    assert found["trees, no limit"].limit == 0
    assert found["potholes"].share == pytest.approx(0.5)
    assert predicted_by_unit(list(found.values())) == {"roads": pytest.approx(0.3, abs=0.06)}


def test_rare_categories_are_put_together_by_unit(records: Records) -> None:
    stood = handled(records.log.tickets, tick_of(date(2021, 1, 3)))
    found = subjects(stood, records.log.meta)
    assert {subject.name for subject in found} == {"other, roads", "other, parks, no limit"}
    assert sum(subject.share for subject in found) == pytest.approx(1.0)


def test_fitted_scenario_gives_the_overdue_share_of_the_records(records: Records) -> None:
    base = small_town({"calendar": {"base": "weekly", "weekend": []}})
    window = (date(2021, 3, 1), date(2021, 3, 29))
    fit = fit_requests(records, base, name="two-units", window=window, end=date(2021, 3, 1))
    ticks = (tick_of(window[0]), tick_of(window[1]))
    logs = [hs.simulate(fit.scenario, replication=number) for number in range(10)]
    found = [overdue_by_unit(log, ticks, NEVER - 1, {"potholes"})["roads"] for log in logs]
    law = next(subject.law for subject in fit.subjects if subject.name == "potholes")
    assert law is not None
    known = sum(one.known for one in found)
    simulated = sum(one.share * one.known for one in found) / known
    error = np.sqrt(law.overdue * (1 - law.overdue) / known)
    assert simulated == pytest.approx(law.overdue, abs=3 * error)
    assert {one.path for one in fit.estimates} >= {'categories."potholes".limit', "demand.day_factor_cv"}
    assert any(one.path == "units.*.staff" for one in fit.not_identified)


@pytest.mark.parametrize("given_subjects", [False, True])
def test_back_test_counts_requests_without_a_deadline_as_never_overdue(
    records: Records, given_subjects: bool
) -> None:
    base = small_town({"calendar": {"base": "weekly", "weekend": []}})
    found = overdue_backtest(
        records,
        base,
        split=date(2021, 3, 1),
        end=date(2021, 3, 25),
        given_subjects=given_subjects,
        replications=3,
    )
    assert found.requests == {"roads": 240, "parks": 240}
    assert found.seen["roads"].share == pytest.approx(0.3, abs=0.08)
    assert found.mean_error(least=200) < 0.08
    assert "parks" not in found.errors()


def test_open_ticket_past_its_deadline_is_overdue_and_one_before_it_is_not_known(tmp_path: Path) -> None:
    rows = [
        "1,2021-01-01T08:00,2021-01-02T08:00,2021-01-01T09:00,a,u",
        "2,2021-01-01T08:00,2021-01-02T08:00,2021-01-03T09:00,a,u",
        "3,2021-01-01T08:00,2021-01-02T08:00,,a,u",
        "4,2021-01-01T08:00,2021-02-02T08:00,,a,u",
    ]
    text = "\n".join(["id,opened,due,closed,category,unit", *rows])
    log = read(tmp_path, REQUESTS, text).log
    found = overdue_by_unit(log, (0, NEVER), tick_of(date(2021, 1, 10)))["u"]
    assert (found.share, found.known, found.pending) == (pytest.approx(2 / 3), 3, 1)
    # Wilson's interval of 2 out of 3.
    assert (found.low, found.high) == pytest.approx((0.2077, 0.9385), abs=1e-3)


def test_returns_and_reopening_are_shares_of_the_requests(tmp_path: Path) -> None:
    profile = REQUESTS.replace('unit = "unit"', 'unit = "unit"\nreassignments = "moved"\nreopened = "again"')
    rows = ["id,opened,due,closed,category,unit,moved,again"]
    for number in range(100):
        moved, again = (2 if number < 10 else 1 if number < 30 else 0), int(number < 5)
        rows.append(f"{number},2021-01-01T08:00,,2021-01-02T08:00,a,u,{moved},{again}")
    log = read(tmp_path, profile, "\n".join(rows)).log
    found, unknown = returns.estimate(log, small_town())
    values = {one.path: one.value for one in found}
    assert values["dispatch.misroute"] == pytest.approx(0.3)
    assert values["dispatch.most_returns"] == 2
    misroute = found[0]
    # Wilson's interval of 30 out of 100.
    assert (misroute.low, misroute.high) == pytest.approx((0.2189, 0.3958), abs=1e-3)
    assert unknown == [] or all(one.path == "outcome.redo" for one in unknown)
    content = small_town().outcome
    assert content is not None
    plain = small_town({"callback": None})
    _, missing = returns.estimate(log, plain)
    assert "5.00%" in missing[0].reason


def test_numbers_of_returns_that_are_not_known_do_not_count_as_none(tmp_path: Path) -> None:
    profile = REQUESTS.replace('unit = "unit"', 'unit = "unit"\nreassignments = "moved"')
    rows = ["id,opened,due,closed,category,unit,moved"]
    rows += [f"{number},2021-01-01T08:00,,,a,u,{('1', '0', '-7', '')[number % 4]}" for number in range(40)]
    records = read(tmp_path, profile, "\n".join(rows))
    (misroute, _), _ = returns.estimate(records.log, small_town(), extra=records.extra)
    assert (misroute.value, misroute.count) == (pytest.approx(0.5), 20)


def test_records_without_returns_leave_them_unknown(records: Records) -> None:
    found, unknown = returns.estimate(records.log, small_town())
    assert found == []
    assert {one.path for one in unknown} == {"dispatch.misroute", "outcome.redo"}


def test_shares_of_categories_have_intervals_of_wilson(records: Records) -> None:
    base = small_town({"calendar": {"base": "weekly", "weekend": []}})
    window = (date(2021, 3, 1), date(2021, 3, 29))
    fit = fit_requests(records, base, name="two-units", window=window, end=date(2021, 1, 21))
    (share,) = (one for one in fit.estimates if one.path == 'categories."potholes".share')
    # 200 of 400 in twenty days.
    assert (share.value, share.count) == (pytest.approx(0.5), 200)
    assert (share.low, share.high) == (pytest.approx(0.4512, abs=1e-3), pytest.approx(0.5488, abs=1e-3))


def test_recent_requests_count_more_for_the_mix_if_asked_for(tmp_path: Path) -> None:
    # Twenty days of a, then ten of b; after a half-life of ten days b has 1 - 1/2 against 1/2 - 1/8.
    rows = [
        f"{10 * day + n},{date(2021, 1, 1) + timedelta(days=day)}T12:00,,,{'a' if day < 20 else 'b'},u"
        for day in range(30)
        for n in range(10)
    ]
    found = read(tmp_path, REQUESTS, "\n".join(["id,opened,due,closed,category,unit", *rows]))
    base = small_town({"calendar": {"base": "weekly", "weekend": []}})
    window = (date(2021, 2, 1), date(2021, 3, 1))
    until = date(2021, 1, 31)
    fit = fit_requests(found, base, name="mix", window=window, end=until, half_life=10.0)
    shares = {name: one.share for name, one in fit.scenario.categories.items()}
    assert shares["b, no limit"] == pytest.approx(0.5 / 0.875, abs=1e-3)
    (estimate,) = (one for one in fit.estimates if one.path == 'categories."b, no limit".share')
    plain = fit_requests(found, base, name="mix", window=window, end=until)
    (before,) = (one for one in plain.estimates if one.path == estimate.path)
    assert before.value == pytest.approx(1 / 3)
    # Fewer requests count, so that less is known.
    assert estimate.high - estimate.low > before.high - before.low


def test_fit_to_a_period_counts_the_returns_of_its_requests_alone(tmp_path: Path) -> None:
    profile = REQUESTS.replace('unit = "unit"', 'unit = "unit"\nreassignments = "moved"')
    rows = ["id,opened,due,closed,category,unit,moved"]
    for day in range(30):
        for n in range(10):
            moved = int(n < 2) if day < 20 else 1
            rows.append(
                f"{10 * day + n},{date(2021, 1, 1) + timedelta(days=day)}T12:00,,,a,{'uv'[n % 2]},{moved}"
            )
    found = read(tmp_path, profile, "\n".join(rows))
    base = small_town({"calendar": {"base": "weekly", "weekend": []}})
    window = (date(2021, 2, 1), date(2021, 3, 1))
    fit = fit_requests(found, base, name="returns", window=window, end=date(2021, 1, 21))
    assert fit.scenario.dispatch is not None
    assert fit.scenario.dispatch.misroute == pytest.approx(0.2)


def test_returns_of_tickets_outside_the_window_do_not_count(tmp_path: Path) -> None:
    profile = REQUESTS.replace('unit = "unit"', 'unit = "unit"\nreassignments = "moved"')
    rows = ["id,opened,due,closed,category,unit,moved"]
    rows += [f"{number},2021-01-0{1 + number // 50}T08:00,,,a,u,{number // 50}" for number in range(100)]
    log = read(tmp_path, profile, "\n".join(rows)).log
    before = (0, tick_of(date(2021, 1, 2)))
    assert [returns.estimate(log, small_town(), window)[0][0].value for window in (None, before)] == [
        0.5,
        0.0,
    ]
