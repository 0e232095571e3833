from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import hotline_sim as hs
from hotline_sim.clock.ticks import MINUTE
from hotline_sim.experiment.compare import (
    HIGHER_IS_BETTER,
    LOWER_IS_BETTER,
    Comparison,
    direction,
    distinct_names,
)
from hotline_sim.experiment.stress import changes, stress_des
from hotline_sim.experiment.study_files import save_comparison
from hotline_sim.results.kpis import KPIS
from scenarios import mmc, small_town

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def three() -> Comparison:
    town = small_town()
    more = small_town({"units.works.staff": 6})
    busy = small_town({"demand.requests_per_year": 24000})
    return hs.compare(town, more, busy, replications=8, names=["now", "more", "busy"], workers=1)


def test_every_scenario_is_what_it_is_alone(three: Comparison) -> None:
    for name, scenario in three.scenarios.items():
        alone = hs.replicate(scenario, 8)
        for kpi, values in alone.columns.items():
            assert three.columns[name][kpi] == pytest.approx(values, nan_ok=True)
    assert three.count == 8
    assert three.engine == "core"


def test_scenarios_with_the_same_demand_have_the_same_citizens(three: Comparison) -> None:
    assert three.same_citizens == {"more": True, "busy": False}
    row = three.summary("calls_offered").set_index("scenario").loc["more"]
    assert (row["difference"], row["correlation"], row["variance_reduction"]) == (0, 1, 1)
    assert not row["differs"]


def test_difference_is_taken_pair_by_pair(three: Comparison) -> None:
    row = three.summary("response_time_mean").set_index("scenario").loc["more"]
    now, more = (three.columns[name]["response_time_mean"] for name in ("now", "more"))
    expected = stats.ttest_rel(more, now).confidence_interval()
    assert row["difference"] == pytest.approx((more - now).mean())
    assert row[["low", "high"]].tolist() == pytest.approx([expected.low, expected.high])
    assert row["correlation"] == pytest.approx(np.corrcoef(now, more)[0, 1])
    assert row["differs"] == (not expected.low <= 0 <= expected.high)
    assert row["bootstrap_low"] <= row["difference"] <= row["bootstrap_high"]
    assert row["base"] == "now"


def test_common_random_numbers_make_the_difference_narrower(three: Comparison) -> None:
    now = three.columns["now"]["response_time_mean"]
    apart = hs.replicate(three.scenarios["more"], 8, seed=2).columns["response_time_mean"]
    row = three.summary("response_time_mean").set_index("scenario").loc["more"]
    independent = stats.ttest_ind(apart, now).confidence_interval()
    assert row["high"] - row["low"] < (independent.high - independent.low) / 3
    assert row["variance_reduction"] > 0.8


def test_the_busy_one_is_not_the_best(three: Comparison) -> None:
    best = three.best("response_time_mean", "on_time_closure_rate").set_index(["kpi", "scenario"])
    assert not best.loc[("response_time_mean", "busy"), "may_be_best"]
    assert not best.loc[("response_time_mean", "now"), "may_be_best"]
    assert best.loc[("response_time_mean", "more"), "may_be_best"]
    assert best.loc[("response_time_mean", "more"), "high"] == 0
    assert set(best["better"]) == {"lower", "higher"}
    assert {"reply_rate", "answer_rate"} <= set(three.best()["kpi"])
    assert "calls_offered" not in set(three.best()["kpi"])
    with pytest.raises(ValueError, match="of calls_offered, neither more nor less is better"):
        three.best("calls_offered")


def test_every_kpi_has_a_direction_or_is_a_volume_or_a_load() -> None:
    neither = {name for name in KPIS if direction(name) is None}
    assert HIGHER_IS_BETTER.isdisjoint(LOWER_IS_BETTER)
    assert set(KPIS) >= HIGHER_IS_BETTER | LOWER_IS_BETTER
    assert neither == {
        "requests_offered",
        "requests_invalid",
        "requests_accepted",
        "tickets_dispatched",
        "calls_offered",
        "occupancy",
        "occupancy_daytime",
        "utilisation_units",
        "outbound_per_inbound",
    }
    assert direction("response_time_p90.complaint") == "lower"


def test_table_has_a_column_for_each_kpi_and_scenario(three: Comparison) -> None:
    table = three.table("reply_rate", "answer_rate")
    assert table.columns.tolist() == [
        (kpi, name) for kpi in ("reply_rate", "answer_rate") for name in ("now", "more", "busy")
    ]
    assert len(table) == 8
    assert table["answer_rate", "busy"].tolist() == three.columns["busy"]["answer_rate"].tolist()


def test_result_does_not_depend_on_who_does_the_work(three: Comparison) -> None:
    scenarios = list(three.scenarios.values())
    again = hs.compare(*scenarios, replications=8, names=list(three.scenarios), workers=3)
    pd.testing.assert_frame_equal(again.frame, three.frame)


def test_more_agents_never_make_callers_wait_longer_in_any_pair() -> None:
    found = hs.compare(mmc(2, 50.0, 2 * MINUTE), mmc(3, 50.0, 2 * MINUTE), replications=5)
    two, three = (found.columns[name]["mean_speed_of_answer"] for name in found.scenarios)
    assert (three <= two).all()
    assert list(found.scenarios) == ["mmc", "mmc-2"]


def test_key_figures_that_one_scenario_lacks_are_left_out() -> None:
    other = small_town({"categories.noise": None, "categories.welfare.share": 0.7})
    found = hs.compare(small_town(), other, replications=2)
    assert found.left_out == []  # only a part of the tickets is missing
    assert "urgent_reply_rate_within_1h.streets" in found.kpis
    assert "urgent_reply_rate_within_1h.noise" not in found.kpis
    for ask in (found.summary, found.table, found.best):
        with pytest.raises(ValueError, match=r"is no key figure here; without it: small-town-2"):
            ask("urgent_reply_rate_within_1h.noise")
    assert len(found.summary()) == len([kpi for kpi in KPIS if kpi != "backlog_max"])


@pytest.mark.parametrize(
    ("number", "settings", "message"),
    [
        (1, {}, "scenarios: got 1, must be at least two"),
        (2, {"replications": 1}, "replications: got 1, must be at least 2"),
        (2, {"names": ["a"]}, "names: got 1, must be 2"),
        (2, {"seed": -1}, "seed: got -1"),
        (2, {"kpis": ["answer_rat"]}, "'answer_rat' is no key figure here"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    number: int, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        hs.compare(*[small_town()] * number, **settings)


def test_names_are_told_apart() -> None:
    assert distinct_names(["a", "a", "a-2", "a"]) == ["a", "a-2", "a-2-2", "a-3"]


def test_files_of_a_comparison_read_back(three: Comparison, tmp_path: Path) -> None:
    place = save_comparison(three, tmp_path / "both", figures=False)
    names = "best.csv comparison.parquet differences.csv manifest.json stress-des.md"
    assert sorted(path.name for path in place.iterdir()) == names.split()
    pd.testing.assert_frame_equal(
        pd.read_parquet(place / "comparison.parquet"), three.frame, check_dtype=False
    )
    differences = pd.read_csv(place / "differences.csv", encoding="utf-8-sig")
    assert len(differences) == 2 * len(three.kpis)
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert list(manifest["scenarios"]) == ["now", "more", "busy"]
    assert manifest["same_citizens"] == {"more": True, "busy": False}
    assert "* `units.works.staff`: 4 → 6" in (place / "stress-des.md").read_text(encoding="utf-8")


def test_differences_of_scenarios_by_key_path() -> None:
    base = small_town()
    other = small_town({"units.works.staff": 6, "intake.redial": None, "title.en": "other"})
    found = {key: (old, new) for key, old, new in changes(base, other)}
    assert found["units.works.staff"] == ("4", "6")
    assert found["intake.redial.probability"] == ("0.5", "-")
    assert not any(key.startswith("title") for key in found)
    assert changes(base, base) == []
    assert "says the same as" in stress_des(hs.compare(base, base, replications=2))
