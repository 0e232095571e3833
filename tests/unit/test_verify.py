from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.engines.core.engine import Core
from hotline_sim.engines.des.model import HotlineModel
from hotline_sim.experiment.verification import engines
from hotline_sim.experiment.verification.cases import Case, Row, Wording, all_cases, chosen
from hotline_sim.experiment.verification.judge import (
    FALSE_ALARM,
    Judgement,
    Verdict,
    bound,
    distance,
    estimated,
    judge,
)
from hotline_sim.experiment.verification.measures import abandonment
from hotline_sim.experiment.verification.tables import MINUTE, exponential, phone
from hotline_sim.experiment.verification.verify import replications, seed_of
from hotline_sim.statistics.intervals import Interval

if TYPE_CHECKING:
    from pathlib import Path

    from hotline_sim.arrays import FloatArray

WHAT = Wording("x", "x")


def row(theory: float, unit: str = "number", *, exact: bool = False) -> Row:
    return Row(WHAT, unit, theory, abandonment(), exact)


def judged(parts: FloatArray, against: Row, precision: float = 0.02) -> Judgement:
    case = Case("x", WHAT, "", lambda: phone(1, 1.0, exponential(MINUTE), days=1), lambda: (against,), 24)
    return judge(case, against, parts, bound(1), precision)


def pairs(mean: float, spread: float, count: int = 100) -> FloatArray:
    """Half of the numerators above the mean and half below, over ones."""
    above = np.tile([mean + spread, mean - spread], count // 2)
    return np.column_stack((above, np.ones(count)))


# The rule.


def test_bound_is_bonferronis() -> None:
    assert bound(1) == pytest.approx(2.5758, abs=1e-4)  # two sides of one per cent
    tail = math.erfc(bound(100) / math.sqrt(2))
    assert 100 * tail == pytest.approx(FALSE_ALARM)


def test_distance_is_as_far_out_in_the_normal_law_as_in_students() -> None:
    # 2.776 is the upper 2.5 % of Student's t with 4 degrees of freedom, 1.960 that of the normal law.
    found = Interval(estimate=12.776, low=10, high=15.552, count=5, confidence=0.95)
    assert distance(found, 10.0) == pytest.approx(1.960, abs=1e-3)
    assert distance(found, 15.552) == pytest.approx(-1.960, abs=1e-3)
    assert distance(found, 12.776) == 0


def test_estimate_is_a_ratio_of_sums() -> None:
    found = estimated(np.array([[1.0, 10.0], [5.0, 20.0], [3.0, 30.0]]))
    assert found.estimate == pytest.approx(9 / 60)


@pytest.mark.parametrize(
    ("theory", "spread", "verdict"),
    [
        (10.0, 0.1, Verdict.PASS),
        (10.1, 0.1, Verdict.OFF),  # ten standard errors away
        (10.0, 2.0, Verdict.VAGUE),
        (20.0, 2.0, Verdict.OFF),
    ],
)
def test_a_row_passes_if_it_is_close_and_narrow(theory: float, spread: float, verdict: Verdict) -> None:
    assert judged(pairs(10.0, spread), row(theory)).verdict is verdict


def test_an_interval_of_a_share_has_a_second_bound() -> None:
    parts = pairs(0.9, 0.03)  # 1.3 % of the value, 1.2 points
    assert judged(parts, row(0.9)).verdict is Verdict.PASS
    assert judged(parts, row(0.9, "share")).verdict is Verdict.VAGUE
    assert judged(parts, row(0.9, "share"), precision=0.05).verdict is Verdict.PASS


def test_an_exact_row_holds_in_every_replication() -> None:
    parts = pairs(85.0, 0.0)
    assert judged(parts, row(85.0, exact=True)).verdict is Verdict.PASS
    parts[7, 0] = 85.001
    assert judged(parts, row(85.0, exact=True)).verdict is Verdict.OFF


@pytest.mark.parametrize("exact", [True, False])
def test_nothing_to_count_is_a_failure(exact: bool) -> None:
    assert judged(np.zeros((24, 2)), row(1.0, exact=exact)).verdict is Verdict.OFF


# The cases.


def test_there_are_enough_cases_with_names_and_titles_of_their_own() -> None:
    cases = all_cases()
    assert len(cases) >= 25
    assert len({case.name for case in cases}) == len(cases)
    for lang in ("en", "zh"):
        assert len({case.title.text(lang) for case in cases}) == len(cases)
    assert len({seed_of(case, 1) for case in cases}) == len(cases)


def test_every_case_has_a_scenario_and_a_theory() -> None:
    for case in all_cases():
        assert isinstance(case.scenario(), hs.Scenario), case.name
        rows = case.rows()
        assert rows, case.name
        assert all(math.isfinite(entry.theory) and entry.theory > 0 for entry in rows), case.name
        assert len({entry.what.en for entry in rows}) == len(rows), case.name


# By case and row: values printed by other tools and in tables, and worked out by hand.
PRINTED = {
    ("erlang-c-1", "mean wait"): 240.0,
    ("erlang-c-4", "mean wait"): 2.13237803 * 60,
    ("erlang-c-12", "share that waits"): 0.18388863,
    ("erlang-c-12", "answered within 20 s"): 0.89907978,
    ("erlang-a-9", "share that gives up"): 0.18872812,
    ("erlang-a-13", "mean wait"): 9.9128026,
    ("erlang-b-15", "share that gives up"): 0.03649695,
    ("erlang-b-100", "share that gives up"): 0.07570045,
    ("m-d-1", "mean wait"): 120.0,
    ("working-calendar", "mean time to first reply"): 22 + 2 / 7,
    ("arrivals-by-day", "variance over mean"): 3.7,
}


def test_theory_is_what_tables_print() -> None:
    found = {(case.name, entry.what.en): entry.theory for case in all_cases() for entry in case.rows()}
    for key, value in PRINTED.items():
        assert found[key] == pytest.approx(value, rel=1e-6), key


def case_of(name: str, **changes: Any) -> Case:
    (case,) = chosen([name])
    return replace(case, **changes)


# The verb.


def test_cases_pass_on_both_engines() -> None:
    names = ["redial", "call-back", "deadline", "effort"]
    result = hs.verify(names)
    assert result.passed
    assert result.engines == dict.fromkeys(names, True)
    frame = result.frame
    assert frame["case"].unique().tolist() == names
    noisy = frame[~frame["exact"]]
    assert (noisy["width"] <= 0.02).all()
    assert (noisy["z"].abs() <= result.bound).all()
    assert result.bound == bound(len(noisy))


def test_the_result_does_not_depend_on_the_workers() -> None:
    small = case_of("redial", replications=24)
    one, three = (hs.verify([small], workers=workers) for workers in (1, 3))
    assert one.rows == three.rows


def test_processes_find_what_threads_find() -> None:
    names = ["deadline", "effort"]
    alone, together = (hs.verify(names, executor=kind, workers=2) for kind in ("threads", "processes"))
    assert together.rows == alone.rows
    assert together.engines == alone.engines


def test_a_seed_repeats_a_run_and_a_fresh_one_is_told() -> None:
    small = case_of("redial", replications=24)
    fresh = hs.verify([small], fresh=True)
    assert hs.verify([small], seed=fresh.seed).rows == fresh.rows
    assert hs.verify([small]).rows != fresh.rows


def test_a_vague_case_goes_on_until_it_is_narrow() -> None:
    patience = {"intake.patience": exponential(5 * MINUTE)}
    talk = exponential(3 * MINUTE)
    case = case_of("erlang-a-9", scenario=lambda: phone(9, 3.5, talk, days=6, changes=patience))
    result = hs.verify([replace(case, replications=24)])
    assert result.passed
    assert result.rows[0].replications in (48, 72, 96)


def test_a_narrower_interval_takes_more_replications() -> None:
    case = case_of("redial")
    assert replications(case, 0.01) == 4 * replications(case, 0.02)
    assert replications(case, 1.0) == 24


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cases": ["jakson"]}, "jackson"),
        ({"cases": []}, "none given"),
        ({"seed": -1}, "seed"),
        ({"seed": 1, "fresh": True}, "fresh"),
        ({"precision": 0.0}, "precision"),
        ({"workers": 0}, "workers"),
    ],
)
def test_arguments_without_sense_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        hs.verify(**arguments)


# Faults.


@pytest.mark.parametrize(("agents", "patience"), [(9, 5.3), (10, 5.0)])
def test_other_patience_and_another_agent_are_noticed(agents: int, patience: float) -> None:
    changes = {"intake.patience": exponential(patience * MINUTE)}
    talk = exponential(3 * MINUTE)
    case = case_of("erlang-a-9", scenario=lambda: phone(agents, 3.5, talk, days=14, changes=changes))
    result = hs.verify([replace(case, replications=24)])
    assert not result.passed
    assert {entry.verdict for entry in result.failures} == {Verdict.OFF}


class Inverted(Core):
    """Serves urgent tickets last."""

    def __init__(self, network: Any, draws: Any, *more: Any) -> None:
        super().__init__(network, draws._replace(urgent=1 - draws.urgent), *more)


def test_a_wrong_order_is_noticed_by_the_statistics_and_by_the_other_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hotline_sim.engines.core.engine.Core", Inverted)
    monkeypatch.setattr(engines, "Core", Inverted)
    result = hs.verify([case_of("priority-1", replications=24)])
    assert result.disagreements == ("priority-1",)
    assert "mean wait, urgent" in {entry.what.en for entry in result.failures}


class Late(HotlineModel):
    """Ends one visit a tick too late."""

    def run(self) -> dict[str, Any]:
        columns = super().run()
        columns["end"][-1] += 1
        return columns


def test_one_tick_between_the_engines_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "HotlineModel", Late)
    result = hs.verify([case_of("effort")])
    assert not result.failures
    assert result.disagreements == ("effort",)
    assert not result.passed


# The page.


def test_the_page_has_every_comparison(repository: Path) -> None:
    page = repository / "docs" / "verification.md"
    if not page.is_file():
        pytest.skip("the tests run without the source tree around them")
    text = page.read_text(encoding="utf-8")
    for case in all_cases():
        lines = [line for line in text.splitlines() if line.startswith(f"| `{case.name}` |")]
        assert [entry.what.en for entry in case.rows()] == [line.split(" | ")[1] for line in lines[1:]]
