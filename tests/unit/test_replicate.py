from __future__ import annotations

import json
import math
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import hotline_sim as hs
from hotline_sim.clock.ticks import HOUR, MINUTE
from hotline_sim.errors import HotlineWarning, PrecisionWarning, ResultError, UnsupportedFeature
from hotline_sim.experiment import study
from hotline_sim.experiment.replicate import SHOWN, Replications, rule_of
from hotline_sim.experiment.run_in import check_run_in
from hotline_sim.experiment.stopping import Budget, Precision, StoppingRule, relative_errors
from hotline_sim.experiment.stress import DOI, stress_des
from hotline_sim.experiment.stress_words import ITEMS
from hotline_sim.experiment.study_files import save_replications
from hotline_sim.results.kpis import KPIS
from scenarios import exponential, mmc, small_town

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hotline_sim.scenario.schema import Scenario


@pytest.fixture(scope="module")
def town() -> Scenario:
    return small_town()


@pytest.fixture(scope="module")
def five(town: Scenario) -> Replications:
    return hs.replicate(town, 5, workers=1)


# The numbers.


def test_every_replication_is_the_run_of_that_number(town: Scenario, five: Replications) -> None:
    network = hs.build(town)
    for replication in range(5):
        kpis = hs.summarise(network, hs.draw(network, 1, replication))
        rows = five.frame[five.frame["replication"] == replication].set_index("kpi")
        assert list(rows.index) == list(kpis)
        for name, kpi in kpis.items():
            expected = [np.nan if value is None else value for value in (kpi.value, kpi.numerator)]
            assert rows.loc[name, ["value", "numerator"]].tolist() == pytest.approx(expected, nan_ok=True)
    assert five.count == 5
    assert (five.engine, five.rule, five.is_met) == ("core", None, False)


def test_mean_and_interval_are_those_of_student(five: Replications) -> None:
    row = five.summary("answer_rate").iloc[0]
    values = five.columns["answer_rate"]
    low, high = stats.t.interval(0.95, 4, values.mean(), stats.sem(values))
    assert row[["mean", "low", "high"]].tolist() == pytest.approx([values.mean(), low, high])
    assert row["deviation"] == pytest.approx(values.std(ddof=1))
    assert row["bootstrap_low"] < row["mean"] < row["bootstrap_high"]
    narrow = five.summary("answer_rate", confidence=0.5).iloc[0]
    assert row["low"] < narrow["low"] < narrow["high"] < row["high"]


def test_pooled_rate_counts_every_call_alike(five: Replications) -> None:
    rows = five.frame[five.frame["kpi"] == "answer_rate"]
    found = five.summary("answer_rate", "calls_offered").set_index("kpi")
    assert found.loc["answer_rate", "pooled"] == rows["numerator"].sum() / rows["denominator"].sum()
    assert found.loc["answer_rate", "pooled_low"] < found.loc["answer_rate", "pooled"]
    assert np.isnan(found.loc["calls_offered", "pooled"])


def test_table_has_a_row_for_each_replication(five: Replications) -> None:
    table = five.table("reply_rate", "calls_offered")
    assert table.columns.tolist() == ["reply_rate", "calls_offered"]
    assert table["calls_offered"].tolist() == five.columns["calls_offered"].tolist()
    assert five.table().shape == (5, len(five.columns))


def test_summary_without_names_has_no_parts_and_the_order_of_the_definitions(five: Replications) -> None:
    names = five.summary()["kpi"].tolist()
    assert names == [name for name in KPIS if name in five.columns]
    assert five.summary("response_time_p90.complaint")["kpi"].tolist() == ["response_time_p90.complaint"]


def test_quantile_is_that_of_the_replications(five: Replications) -> None:
    found = five.quantile("answer_rate", 0.5)
    assert found.estimate == sorted(five.columns["answer_rate"])[2]
    assert np.isnan(found.low)  # five are too few for an interval


def test_result_does_not_depend_on_who_does_the_work(town: Scenario, five: Replications) -> None:
    with ThreadPoolExecutor(3) as pool:
        for executor, workers in ((None, 3), (pool, None)):
            again = hs.replicate(town, 5, executor=executor, workers=workers)
            pd.testing.assert_frame_equal(again.frame, five.frame)


def test_processes_give_the_same(town: Scenario, five: Replications) -> None:
    again = hs.replicate(town, 2, executor="processes", workers=1)
    pd.testing.assert_frame_equal(again.frame, five.frame[five.frame["replication"] < 2])


def test_the_simpy_model_gives_the_same_but_for_quantiles(town: Scenario, five: Replications) -> None:
    slow = hs.replicate(town, 1, engine="des")
    assert slow.engine == "des"
    ours = five.frame[five.frame["replication"] == 0].reset_index(drop=True)
    assert slow.frame["kpi"].tolist() == ours["kpi"].tolist()
    exact = ~ours["kpi"].str.match(r"response_time_p\d\d").to_numpy()
    assert slow.frame["value"][exact].to_numpy() == pytest.approx(
        ours["value"][exact].to_numpy(), nan_ok=True
    )
    assert slow.frame["value"].to_numpy() == pytest.approx(ours["value"].to_numpy(), rel=0.005, nan_ok=True)


def test_another_seed_gives_other_numbers_and_large_runs_the_same(
    town: Scenario, five: Replications, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = hs.replicate(town, 1, seed=2)
    assert other.columns["calls_offered"][0] != five.columns["calls_offered"][0]
    monkeypatch.setattr("hotline_sim.experiment.runs.MOST_SHARED", 100)
    blocks = hs.replicate(town, 1)
    assert blocks.columns["calls_offered"][0] == five.columns["calls_offered"][0]


def test_what_the_core_cannot_do_goes_to_simpy(town: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise UnsupportedFeature("too large")

    monkeypatch.setattr("hotline_sim.engines.core.key_figures.summarise", refuse)
    with pytest.warns(HotlineWarning, match="going on with SimPy"):
        assert hs.replicate(town, 1, workers=1).engine == "des"
    with pytest.raises(UnsupportedFeature):
        hs.replicate(town, 1, engine="core")


def test_interval_covers_the_mean_of_poisson_calls() -> None:
    """The truth is known: 30 calls a day, and the square root of that for the deviation."""
    found = hs.replicate(mmc(50, 30.0 / 24, MINUTE), 200).summary("calls_offered").iloc[0]
    assert found["low"] < 30 < found["high"]
    assert found["deviation"] == pytest.approx(math.sqrt(30), rel=0.15)


def test_a_kpi_without_a_value_counts_as_no_observation() -> None:
    found = hs.replicate(mmc(1, 0.05, MINUTE), 8)
    values = found.columns["answer_rate"]
    row = found.summary("answer_rate").iloc[0]
    assert 0 < np.isnan(values).sum() < 8  # days without a call
    assert row["replications"] == 8 - np.isnan(values).sum()
    assert row["mean"] == 1


# When to stop.


@pytest.mark.parametrize(
    ("seed", "relative", "spread", "needed"),
    [
        (1, 0.05, 300, 54),
        (2, 0.02, 300, 289),
        (3, 0.1, 500, 35),
        (4, 0.01, 200, 539),
        (5, 0.03, 900, 1186),
        (6, 0.2, 900, 16),
    ],
)
def test_number_of_replications_is_that_of_sim_tools(
    seed: int, relative: float, spread: int, needed: int
) -> None:
    """Numbers given by ``ReplicationsAlgorithm`` of the package sim-tools 1.3.0 for the same whole "
    "numbers."""
    values = np.random.default_rng(seed).integers(1000 - spread, 1001 + spread, size=4000).astype(float)
    rule = Precision(("x",), relative)
    ahead = 5 * max(needed, 100) // 100
    assert rule.is_met({"x": values[: needed + ahead]})
    assert not rule.is_met({"x": values[: needed + ahead - 1]})
    assert rule.needed({"x": values[: needed + ahead]}) == {"x": needed}


@given(st.lists(st.floats(1, 100), min_size=2, max_size=40), st.floats(0.5, 0.99))
def test_relative_errors_are_those_of_scipy(values: list[float], confidence: float) -> None:
    errors = relative_errors(np.array(values), confidence)
    assert np.isnan(errors[0])
    for count in range(2, len(values) + 1):
        sample = np.array(values[:count])
        width = stats.t.ppf((1 + confidence) / 2, count - 1) * stats.sem(sample)
        assert errors[count - 1] == pytest.approx(width / sample.mean(), abs=1e-6)


def test_a_lucky_start_does_not_stop_the_search() -> None:
    values = np.array([10.0, 10.001, 10.002, 30.0, 1.0, 20.0, 5.0, 10.0, 12.0])
    rule, hasty = Precision(("x",), 0.05), Precision(("x",), 0.05, look_ahead=0)
    assert hasty.is_met({"x": values[:3]})
    assert not any(rule.is_met({"x": values[:count]}) for count in range(1, 10))
    assert rule.needed({"x": values}) == {"x": None}


def test_values_that_are_all_alike_are_precise_and_missing_ones_never() -> None:
    rule = Precision(("x",), 0.01)
    assert rule.is_met({"x": np.zeros(8)})
    assert not rule.is_met({"x": np.zeros(7)})
    assert not rule.is_met({"x": np.array([np.nan] + [1.0] * 20)})


def test_every_kpi_must_be_precise() -> None:
    wide = 10 + np.tile([-5.0, 5.0], 10)
    values = {"x": np.full(20, 1.0), "y": wide}
    assert Precision(("x",), 0.01).is_met(values)
    assert not Precision(("x", "y"), 0.01).is_met(values)


def test_rules_are_put_together() -> None:
    values = {"x": np.array([1.0, 5.0, 9.0, 2.0])}
    wide, few, more = Precision(("x",), 0.01), Budget(4), Budget(5)
    assert (wide | few).is_met(values)
    assert not (wide & few).is_met(values)
    assert not (wide | more).is_met(values)
    assert (few & Budget(3)).is_met(values)
    with pytest.raises(NotImplementedError):
        StoppingRule().is_met(values)


def test_replications_stop_at_the_precision_whoever_does_the_work(town: Scenario) -> None:
    kpis = ["answer_rate", "response_time_mean"]
    one = hs.replicate(town, 3, precision="6%", kpis=kpis, workers=1)
    three = hs.replicate(town, 3, precision=0.06, kpis=kpis, workers=3)
    assert one.is_met
    assert 8 <= one.count < 60
    pd.testing.assert_frame_equal(one.frame, three.frame)
    assert isinstance(one.rule, Precision)
    assert all(error <= 0.06 for error in one.rule.reached(one.columns).values())
    needed = [count for count in one.rule.needed(one.columns).values() if count is not None]
    assert max(needed) + 5 == one.count


def test_a_precision_that_is_not_reached_is_told_by_class(town: Scenario) -> None:
    with pytest.warns(
        PrecisionWarning, match=r"precision of 0.1 % not reached in 4 replications; .*answer_rate"
    ):
        found = hs.replicate(town, 2, precision="0.1 %", max_replications=4)
    assert (found.count, found.is_met) == (4, False)


def test_a_rule_of_ones_own_decides(town: Scenario) -> None:
    class Enough(StoppingRule):
        def is_met(self, values: Mapping[str, Any]) -> bool:
            return bool(values["calls_offered"].sum() > 5000)

    found = hs.replicate(town, 1, precision=Enough())
    assert (found.count, found.is_met) == (3, True)
    assert hs.replicate(town, 1, precision=Enough() | Budget(2)).count == 2


def test_progress_is_told_from_none_to_all(town: Scenario) -> None:
    told: list[tuple[int, int]] = []
    hs.replicate(town, 2, workers=1, progress=lambda done, most: told.append((done, most)))
    assert told == [(0, 2), (1, 2), (2, 2)]


# What makes no sense.


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"replications": 0}, "replications: got 0"),
        ({"seed": -1}, "seed: got -1"),
        ({"engine": "cor"}, "engine: got 'cor'"),
        ({"workers": 0}, "workers: got 0"),
        ({"executor": "thread"}, "executor: got 'thread'"),
        ({"executor": 3}, "executor: got 3"),
        ({"precision": "two"}, "precision: got 'two'"),
        ({"precision": 0.0}, "precision: got 0"),
        ({"precision": "150%"}, r"precision: got 1\.5"),
        ({"precision": 0.1, "max_replications": 3}, "max_replications: got 3"),
        ({"precision": 0.1, "kpis": ["answer_rat"]}, "'answer_rat' is no key figure here; .*answer_rate"),
        ({"precision": 0.1, "kpis": "answer_rate"}, "must be a list of names"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    town: Scenario, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        hs.replicate(
            town, **{"replications": 5, "workers": 1 if "executor" not in settings else None} | settings
        )


def test_a_name_is_no_scenario_and_names_of_kpis_are_checked(five: Replications) -> None:
    with pytest.raises(TypeError, match=r"must be a scenario: hotline_sim\.load\("):
        hs.replicate("small-town", 2)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"'reply_rte' is no key figure here; .*reply_rate"):
        five.table("reply_rte")
    with pytest.raises(ValueError, match="no key figure"):
        five.summary("x")
    with pytest.raises(ValueError, match="no key figure"):
        five.quantile("x", 0.5)
    with pytest.raises(ValueError, match="3 or more"):
        Precision(("x",), 0.1, least=2)
    with pytest.raises(ValueError, match="look_ahead: got -1"):
        Precision(("x",), 0.1, look_ahead=-1)
    with pytest.raises(ValueError, match="no key figure is named"):
        Precision((), 0.1)


def test_an_executor_that_breaks_is_told(town: Scenario) -> None:
    class Broken:
        def submit(self, *_: object) -> Future[Any]:
            raise RuntimeError("cannot schedule new futures after shutdown")

    class Cancelled:
        def submit(self, *_: object) -> Future[Any]:
            future: Future[Any] = Future()
            future.cancel()
            return future

    with pytest.raises(ResultError, match="takes no more work"):
        hs.replicate(town, 1, executor=Broken())  # type: ignore[arg-type]
    with pytest.raises(ResultError, match="stopped working"):
        hs.replicate(town, 1, executor=Cancelled())  # type: ignore[arg-type]


def test_a_replication_that_fails_ends_the_study(town: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(job: study.Job) -> study.Ran:
        raise MemoryError(f"replication {job.replication}")

    monkeypatch.setattr(study, "run_job", fail)
    with pytest.raises(MemoryError, match="replication 0"):
        hs.replicate(town, 3)


def test_precisions_as_people_write_them() -> None:
    assert rule_of("2 %") == rule_of("0.02") == rule_of(0.02) == Precision(SHOWN, 0.02)
    assert rule_of(None) is None
    assert rule_of(Budget(3)) == Budget(3)


# The run-in.


@pytest.mark.parametrize(("run_in", "days", "is_enough"), [("5 d", 120, False), ("60 d", 213, True)])
def test_run_in_must_last_until_as_many_tickets_leave_as_come(
    run_in: str, days: int, is_enough: bool
) -> None:
    """With field times of 50 working hours on average, and nobody waiting, that takes some four weeks."""
    changes: dict[str, Any] = {
        "run.start": date(2021, 6, 1),
        "run.end": date(2021, 11, 1),
        "run.run_in": run_in,
        "classes.complaint.field": exponential(50 * HOUR),
        "classes.help.field": exponential(50 * HOUR),
        "handling.effort_window": None,
        "handling.effort_speed": None,
    }
    changes |= {f"units.{unit}.staff": 12 for unit in ("works", "welfare", "north", "south")}
    found = check_run_in(small_town(changes), replications=3)
    assert found.backlog.size == days
    assert found.recommended is not None
    assert 15 <= found.recommended <= 45
    assert found.is_enough is is_enough


def test_a_short_window_gives_no_answer(town: Scenario) -> None:
    brief = small_town({"run.end": np.datetime64("2021-03-08").item(), "run.run_in": "7 d"})
    found = check_run_in(brief, replications=1)
    assert (found.truncation, found.recommended, found.is_enough) == (None, None, None)
    assert found.backlog.size == 14
    assert str(found.midnights[:1].astype("datetime64[ms]")[0])[:10] == "2021-02-22"
    with pytest.raises(ValueError, match="replications: got 0"):
        check_run_in(town, replications=0)


# What is kept.


def test_files_of_a_study_read_back(five: Replications, town: Scenario, tmp_path: Path) -> None:
    run_in = check_run_in(town, replications=1)
    place = save_replications(five, tmp_path / "a/study", run_in=run_in, figures=False)
    names = "manifest.json replications.csv replications.parquet run-in.csv stress-des.md summary.csv"
    assert sorted(path.name for path in place.iterdir()) == names.split()
    pd.testing.assert_frame_equal(
        pd.read_parquet(place / "replications.parquet"), five.frame, check_dtype=False
    )
    assert (place / "replications.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    wide = pd.read_csv(place / "replications.csv", encoding="utf-8-sig", index_col="replication")
    assert wide["calls_offered"].tolist() == five.columns["calls_offered"].tolist()
    summary = pd.read_csv(place / "summary.csv", encoding="utf-8-sig")
    assert summary["kpi"].tolist() == list(five.columns)
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["kind"], manifest["replications"], manifest["rule"]) == ("replications", 5, None)
    assert manifest["run_in"]["days"] == 21
    assert hs.loads(manifest["scenarios"]["small-town"]["text"]) == town
    with pytest.raises(ResultError, match="exists already"):
        save_replications(five, place, figures=False)
    assert save_replications(five, place, figures=False, force=True) == place


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_checklist_has_every_item_and_says_what_only_the_author_knows(five: Replications, lang: str) -> None:
    page = stress_des(five, lang, kpis=["answer_rate"])
    numbers = [line.split()[1] for line in page.splitlines() if line.startswith("### ")]
    # Twenty items, of which the one on components has five parts.
    assert numbers == list(ITEMS)
    assert len({number[:3] for number in numbers}) == 20
    assert DOI in page
    assert "`answer_rate`" in page
    assert "`reply_rate`" not in page
    assert "{" not in page
    assert page.count("**") == 10
    assert ("To be written" in page) == (lang == "en")


def test_checklist_tells_how_the_number_was_found(town: Scenario) -> None:
    found = hs.replicate(town, 3, precision=0.5, kpis=["calls_offered"])
    assert "50 % of the mean, for calls offered" in stress_des(found)
    assert "stopping rule: it was met" in stress_des(hs.replicate(town, 1, precision=Budget(2)))
