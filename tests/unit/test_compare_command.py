from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len
from rich.console import Console

import hotline_sim as hs
from hotline_sim.cli.main import program
from hotline_sim.cli.study_table import _difference_cells, print_best, print_differences
from hotline_sim.results.names import label

MORE = """
name = "more"
extends = "small-town"

[units.works]
staff = 6
"""
RATED = """
name = "rated"
extends = "small-town"

[rating]
share = 0.9
delay = { family = "exponential", mean = "1 d" }
rectify_work = { family = "exponential", mean = "1 working h" }
rectify_limit = "5 working days"
"""
BUSY = """
name = "busy"
extends = "small-town"

[demand]
requests_per_year = 24000
"""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("more.toml").write_text(MORE, encoding="utf-8")
    Path("busy.toml").write_text(BUSY, encoding="utf-8")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["compare", *arguments])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_two_scenarios_are_printed_side_by_side(lang: str) -> None:
    result = run("small-town", "more.toml", "-n3", "--lang", lang, "--no-figures")
    assert result.exit_code == 0, result.output
    assert not result.stderr
    lines = result.stdout.splitlines()
    assert all(cell_len(line.rstrip()) <= 80 for line in lines)
    assert "…" not in result.stdout
    assert ("B more against A small-town: the same citizens" in lines) == (lang == "en")
    place = Path("results/small-town-against-more-seed1")
    assert sorted(path.name for path in place.iterdir()) == [
        "comparison.parquet",
        "differences.csv",
        "manifest.json",
        "stress-des.md",
    ]
    checklist = (place / "stress-des.md").read_text(encoding="utf-8")
    assert ("报告清单" in checklist) == (lang == "zh")


def test_three_scenarios_are_also_compared_with_the_best() -> None:
    result = run(
        "small-town", "more.toml", "busy.toml", "-n4", "--lang=en", "--kpi=response_time_mean", "--out=here"
    )
    assert result.exit_code == 0, result.output
    assert "C busy against A small-town: the same random numbers, another demand" in result.stdout
    (line,) = [
        line
        for line in result.stdout.splitlines()
        if line.startswith("mean response time") and "lower" in line
    ]
    assert line.split()[-1] == "B"
    assert {path.name for path in Path("here/figures").iterdir()} == {"differences.png", "differences.svg"}
    assert set(pd.read_csv("here/best.csv", encoding="utf-8-sig")["scenario"]) == {
        "small-town",
        "more",
        "busy",
    }


def test_json_is_one_object_and_nothing_else() -> None:
    result = run(
        "small-town", "more.toml", "busy.toml", "-n3", "--json", "--kpi=answer_rate", "--kpi=calls_offered"
    )
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["scenarios"] == ["small-town", "more", "busy"]
    assert document["same_citizens"] == {"more": True, "busy": False}
    assert [(row["kpi"], row["scenario"]) for row in document["differences"]] == [
        ("answer_rate", "more"),
        ("answer_rate", "busy"),
        ("calls_offered", "more"),
        ("calls_offered", "busy"),
    ]
    assert {row["kpi"] for row in document["best"]} == {"answer_rate"}
    assert not Path("results").exists()
    two = json.loads(run("small-town", "small-town", "-n2", "--json").stdout)
    assert two["scenarios"] == ["small-town", "small-town-2"]
    assert "best" not in two
    assert all(row["difference"] in (0, None) for row in two["differences"])


def test_key_figures_of_some_scenarios_only_are_named_and_asking_for_one_is_told() -> None:
    Path("rated.toml").write_text(RATED, encoding="utf-8")
    printed = run("small-town", "rated.toml", "-n2", "--no-figures", "--lang", "en").stdout
    told = " ".join(printed.split())
    assert "Not compared, as not all scenarios have them: ratings, bad ratings," in told
    result = run("small-town", "rated.toml", "-n2", "--kpi=ratings_given", "--lang", "en", "--json")
    assert result.exit_code == 2
    assert "'ratings_given' is no key figure here; without it: small-town" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("small-town",), "give at least two scenarios"),
        (("small-town", "more.toml", "-n1"), "-n: got 1, must be at least 2"),
        (("small-town", "less.toml"), "less.toml"),
        (("small-town", "more.toml", "--kpi=answer_rat"), "did you mean answer_rate"),
        (("small-town", "more.toml", "-n2", "--kpi=handling_time_mean.x"), "is no key figure here"),
    ],
)
def test_bad_input_ends_with_one_message_and_nothing_written(
    arguments: tuple[str, ...], message: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert "Traceback" not in result.output
    assert not Path("results").exists()


def test_a_difference_of_shares_is_in_points_and_nothing_is_less_than_0_by_rounding() -> None:
    row = {
        "kpi": "answer_rate",
        "unit": "share",
        "base_mean": 0.9,
        "mean": 0.95,
        "difference": 0.05,
        "low": 0.04,
        "high": 0.06,
        "correlation": 0.5,
        "variance_reduction": float("nan"),
        "differs": True,
    }
    assert _difference_cells(row, "en") == ["answer rate", "90.0 %", "95.0 %", "5.0 ± 1.0 *", "0.50", "-"]
    small = row | {"difference": -0.0001, "low": -0.0003, "high": 0.0001, "differs": False}
    assert _difference_cells(small, "zh")[3].rstrip() == "-0.01 ± 0.02"
    nothing = row | {"difference": -1e-9, "low": -2e-9, "high": 0.0, "differs": False}
    assert _difference_cells(nothing, "zh")[3].rstrip() == "0.0000 ± 0.0000"
    calls = row | {"kpi": "calls_offered", "unit": "calls", "base_mean": 12.0, "mean": 13.0}
    assert _difference_cells(calls, "zh")[1:3] == ["12.00", "13.00"]
    clear = row | {"difference": -0.05, "low": -0.06, "high": -0.04}
    assert _difference_cells(clear, "en")[3] == "-5.0 ± 1.0 *"


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_lines_fit_a_narrow_terminal_and_no_word_is_broken(lang: str, width: int) -> None:
    town = hs.load("small-town")
    names = [
        "the-town-as-it-was-in-march-of-that-year",
        "the-town-with-two-more-people-at-the-bureau",
        "third",
    ]
    found = hs.compare(town, town, town, replications=2, names=names)
    # Numbers of a city of millions.
    found.frame["value"] *= np.where(found.frame["unit"] == "share", 1.0, 1000.0)
    console = Console(width=width, file=StringIO(), highlight=False, markup=False)
    print_differences(console, found, (), lang)
    print_best(console, found, (), lang)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert all(cell_len(line.rstrip()) <= width for line in lines)
    assert not any("…" in line for line in lines)
    whole = " ".join(lines)
    for name in names:
        assert name in whole
    for kpi in ("reply_rate_within_deadline", "service_level_15s_of_answered", "response_time_p90"):
        for word in label(kpi, lang).split() if lang == "en" else ("15秒", "90%"):
            assert word in whole
    if lang == "zh":
        assert not any(line.lstrip()[:1] in tuple("，。）") for line in lines if line.strip())
