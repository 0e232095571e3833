"""Does a scenario fit records: those of the scenario itself pass, others fail and are told by name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.clock.ticks import DAY, tick_of
from hotline_sim.errors import RecordsError, ScenarioError
from hotline_sim.experiment.goodness_seen import seen_in
from hotline_sim.scenario.vary import changed
from phone_case import PROFILE, records_text, room
from records_case import COUNTS, read, real_data
from scenarios import one_unit, small_town

if TYPE_CHECKING:
    from pathlib import Path

    from hotline_sim.experiment.goodness import Goodness
    from hotline_sim.scenario.schema import Scenario

N = 39
SEED = 77
"""Of the logs that stand for records; replications have the seed 1."""


def week(changes: dict[str, object] | None = None) -> Scenario:
    """Small town in its first two weeks, with a key changed."""
    return changed(small_town(), {"run.end": date(2021, 3, 15), **(changes or {})})


@pytest.fixture(scope="module")
def right() -> Goodness:
    return hs.goodness(week(), hs.simulate(week(), seed=SEED), replications=N)


@pytest.fixture(scope="module")
def wrong() -> Goodness:
    """Talks take 30 % longer than the scenario says."""
    log = hs.simulate(week({"intake.talk.mean": "x1.3"}), seed=SEED)
    return hs.goodness(week(), log, replications=N)


def test_records_of_the_same_scenario_pass(right: Goodness) -> None:
    assert right.passes
    assert right.verdict.missed <= right.verdict.usual
    assert right.left_out == ()
    assert "fits" in repr(right)


def test_longer_talks_fail_and_are_named(wrong: Goodness) -> None:
    assert not wrong.passes
    assert wrong.off[0].startswith("talk_")
    assert {"talk_p50", "talk_p90", "talk_ks", "talk_wasserstein", "occupancy"} <= set(wrong.off)
    # Who calls when has nothing to do with how long they talk.
    assert not {"calls_offered", "calls_by_hour", "requests_by_day"} & set(wrong.off)
    assert "does not fit" in repr(wrong)
    assert wrong.verdict.farthest is not None
    assert wrong.compared.names[wrong.verdict.farthest] == wrong.off[0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"demand.requests_per_year": "x1.4"}, "calls_offered"),
        ({"demand.profiles.usual": [1.0] * 24}, "calls_by_hour"),
        ({"intake.patience.mean": "x0.1"}, "abandonment_rate"),
        ({"classes.*.field.mean": "x2"}, "response_p50"),
    ],
)
def test_other_faults_are_found_where_they_are(changes: dict[str, object], words: str) -> None:
    found = hs.goodness(week(), hs.simulate(week(changes), seed=SEED), replications=N)
    assert not found.passes
    assert words in found.off


def test_replications_are_those_of_the_scenario_over_the_days_of_the_records(right: Goodness) -> None:
    log = hs.simulate(right.scenario, seed=1, replication=5)
    one = seen_in(log, right.plan)
    assert (one.kpis == right.runs[5].kpis).all()
    assert (one.samples["wait"] == right.runs[5].samples["wait"]).all()
    assert (one.series["calls"] == right.runs[5].series["calls"]).all()


def test_the_scenario_takes_the_days_of_the_records() -> None:
    """The scenario file says one week, the records another; only days that are asked for are compared."""
    log = hs.simulate(small_town(), seed=SEED)
    found = hs.goodness(
        week(), log, start=date(2021, 3, 16), end=date(2021, 3, 20), replications=N, executor="threads"
    )
    assert (found.scenario.run.start, found.scenario.run.end) == (date(2021, 3, 16), date(2021, 3, 20))
    assert list(found.days["date"].unique()) == [date(2021, 3, day) for day in range(16, 20)]
    visits, first = log.visits, tick_of(date(2021, 3, 16))
    live = np.array(log.meta.live)[log.tickets["source"][visits["ticket"]]]
    calls = visits["ready"][(visits["stage"] == 0) & live]
    counted = [int(((calls - first) // DAY == day).sum()) for day in range(4)]
    assert found.days.query("series == 'calls'")["observed"].tolist() == counted


def test_the_result_does_not_depend_on_who_works(right: Goodness) -> None:
    log = hs.simulate(week(), seed=SEED)
    with ThreadPoolExecutor(2) as pool:
        same = hs.goodness(week(), log, replications=N, executor=pool)
    assert same.bands.equals(right.bands)


def test_tables_tell_what_they_are_of(right: Goodness) -> None:
    bands = right.bands
    assert set(bands["kind"]) == {"kpi", "quantile", "distance"}
    assert len(right.statistics) + len(right.quantiles) + len(right.distances) == len(bands)
    inside = (bands["observed"] >= bands["low_95"]) & (bands["observed"] <= bands["high_95"])
    assert (inside == bands["inside_95"]).all()
    assert ((bands["beyond"] > 0) == ~inside).all()
    assert right.verdict.missed == int((~inside).sum())
    assert set(right.quantiles["name"]) >= {"wait_p50", "wait_p99", "talk_p10", "response_p95"}
    assert right.distances["low_95"].eq(0).all()
    shares = right.coverage
    assert set(zip(shares["by"], shares["number"], strict=True)) == {("day", 14), ("hour", 24)}
    day = right.days.query("series == 'calls'")
    expected = day["inside_95"].mean()
    row = shares.query("series == 'calls' and by == 'day' and band == 95").iloc[0]
    assert row["inside"] == pytest.approx(expected)
    hours = right.hours.query("series == 'calls'")
    assert hours["observed"].sum() * 14 == pytest.approx(day["observed"].sum())
    assert right.abandonment["from"].iloc[0] == 0
    assert right.replicated.shape == (N, len(bands))


def test_variants_make_bands_wider(right: Goodness) -> None:
    log = hs.simulate(week(), seed=SEED)
    factors = np.exp(np.random.default_rng(1).normal(0, 0.2, N))
    volumes = [20_000 * factor for factor in factors]
    as_changes = [{"demand.requests_per_year": volume} for volume in volumes]
    as_scenarios = [week(change) for change in as_changes]
    one = hs.goodness(week(), log, replications=N, variants=as_changes)
    other = hs.goodness(week(), log, replications=N, variants=as_scenarios)
    assert one.bands.equals(other.bands)

    def width(found: Goodness) -> float:
        row = found.bands.set_index("name").loc["calls_offered"]
        return float(row["high_95"] - row["low_95"])

    assert width(one) > 2 * width(right)


def test_open_tickets_of_cut_records_are_open_in_the_simulations_too() -> None:
    """Records that end three days after the window leave long cases open; so do the simulations."""
    cut = {"run.horizon": date(2021, 3, 18)}
    scenario = one_unit({"run.end": date(2021, 3, 15)})
    log = hs.simulate(changed(scenario, cut), seed=SEED)
    found = hs.goodness(scenario, log, replications=N)
    assert found.scenario.run.horizon == date(2021, 3, 18)
    rows = found.bands.set_index("name")
    assert rows.loc["tickets_open_at_horizon", "observed"] > 0
    assert rows.loc["tickets_open_at_horizon", "mean"] > 0
    assert np.isinf(rows.loc["response_p99", ["observed", "mean"]].to_numpy(np.float64)).all()
    assert found.passes
    # Uncut, everything is replied to in the end.
    whole = hs.goodness(scenario, hs.simulate(scenario, seed=SEED), replications=N)
    assert whole.scenario.run.horizon is None


@pytest.fixture(scope="module")
def phone_records(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A week of a phone room, written down as its own records and read again."""
    text = records_text(hs.simulate(room(7), seed=SEED))
    return read(tmp_path_factory.mktemp("room"), PROFILE, text)


def test_records_are_compared_in_what_they_tell(phone_records: Any) -> None:
    found = hs.goodness(room(7), phone_records, replications=N)
    assert found.passes
    assert found.records == "own"
    assert found.plan.samples == ("wait", "talk")
    assert found.plan.series == ("calls",)
    left = {one.name: one.facts for one in found.left_out}
    assert left["reply_rate"] == ("reply",)
    assert left["requests_offered"] == ("redials",)
    assert "reply" in left["on_time_closure_rate"]
    assert not set(left) & set(found.statistics["name"])
    rows = found.bands.set_index("name")
    assert rows.loc["abandonment_rate", "observed"] > 0


def test_records_of_longer_talks_fail(phone_records: Any) -> None:
    short = room(7, **{"intake.talk": {"family": "exponential", "mean": "138 s"}})
    found = hs.goodness(short, phone_records, replications=N)
    assert not found.passes
    assert found.off[0].startswith("talk_")


def test_calls_that_end_in_the_menu_are_not_compared(tmp_path: Path) -> None:
    """No scenario has them, so that they are no fault of one."""
    text = records_text(hs.simulate(room(3), seed=SEED)).splitlines()
    menu = [f"2021-03-01 09:{minute:02}:00,0,0,menu,,M{minute}" for minute in range(50)]
    profile = PROFILE.replace('no = "abandoned"', 'no = "abandoned"\nmenu = "menu"')
    records = read(tmp_path, profile, "\n".join(text + menu) + "\n")
    assert "menu" in records.log.meta.sources
    rows = hs.goodness(room(3), records, replications=N).bands.set_index("name")
    assert rows.loc["requests_invalid", "observed"] == 0


def test_figures_that_have_no_value_are_left_out() -> None:
    """A day without urgent tickets in some simulation has no share of them."""
    log = hs.simulate(week(), seed=SEED)
    found = hs.goodness(week(), log, start=date(2021, 3, 6), end=date(2021, 3, 7), replications=N)
    where = {one.name: one.where for one in found.left_out}
    assert where["urgent_reply_rate_within_1h"] in ("records", "simulations")
    assert not found.bands[["observed", "mean", "low_95", "high_95"]].isna().any(axis=None)


def test_what_makes_no_sense_is_refused(phone_records: Any, tmp_path: Path) -> None:
    log = hs.simulate(week(), seed=SEED)
    with pytest.raises(ValueError, match="replications: got 38, must be at least 39"):
        hs.goodness(week(), log, replications=38)
    with pytest.raises(ValueError, match="seed"):
        hs.goodness(week(), log, seed=-1)
    with pytest.raises(TypeError, match="records: got str, must be a ticket log"):
        hs.goodness(week(), "records.csv")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="scenario: got 'small-town'"):
        hs.goodness("small-town", log)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="end: got '2021-03-09', must be a date"):
        hs.goodness(week(), log, end="2021-03-09")  # type: ignore[arg-type]
    with pytest.raises(RecordsError, match="must end after it starts"):
        hs.goodness(week(), log, start=date(2021, 3, 9), end=date(2021, 3, 9))
    with pytest.raises(RecordsError, match="run from 2021-03-01 to 2021-03-15"):
        hs.goodness(week(), log, end=date(2022, 3, 9))
    with pytest.raises(RecordsError, match="holds no calls"):
        hs.goodness(room(7), _without_calls(phone_records), replications=N)
    with pytest.raises(ScenarioError, match=r"demand\.day_factor_vc"):
        hs.goodness(week(), log, variants=[{"demand.day_factor_vc": 0.1}])
    counts = read(tmp_path, COUNTS, "day,calls,lost,wait\n2021-03-01,100,5,30\n2021-03-02,120,6,30\n")
    with pytest.raises(RecordsError, match="single calls or requests"):
        hs.goodness(week(), counts)


def _without_calls(records: Any) -> Any:
    log = records.log
    visits = {name: column[:0] for name, column in log.visits.items()}
    tickets = {name: column[:0] for name, column in log.tickets.items()}
    return replace(log, visits=visits, tickets=tickets)


def test_the_talk_of_a_bank_is_not_exponential() -> None:
    """Arrivals of the weeks that were fitted lie in their bands; another law of talk is found out."""
    records = hs.read_records(real_data("bank_calls_1999_02"), "bank-calls")
    fit = hs.fit(records, end=date(1999, 2, 21))
    talk = {"intake.talk": {"family": "exponential", "mean": "180 s"}}
    found = hs.goodness(changed(fit.scenario, talk), records, end=date(1999, 2, 21), replications=N)
    rows = found.bands.set_index("name")
    assert rows.loc["calls_offered", "observed"] == 22_685
    assert rows.loc["calls_offered", "inside_95"]
    assert found.coverage.query("by == 'day' and band == 95")["inside"].item() > 0.8
    assert not found.passes
    assert {"talk_ks", "talk_p10", "talk_p99"} <= set(found.off)
