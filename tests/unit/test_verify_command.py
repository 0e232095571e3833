from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from hotline_sim.cli.main import program
from hotline_sim.experiment.verification import verify as verb
from hotline_sim.experiment.verification.cases import all_cases
from hotline_sim.plot.frame import BLUE, VERMILION
from hotline_sim.plot.verify import Mark, verification

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["verify", *arguments])


def test_list_names_every_case_and_runs_none() -> None:
    result = run("--list", "--lang=en")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == [case.name for case in all_cases()]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_table_fits_eighty_columns_and_tells_the_rule(lang: str) -> None:
    result = run("--case=effort", "--case=call-back", "--case=working-calendar", "--lang", lang)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert all(cell_len(line) <= 80 for line in lines)
    rows = [line for line in lines if line.endswith(("pass", "通过"))]
    assert len(rows) == 5
    assert "1%" in result.stdout  # the probability of a false alarm
    assert "20210101" in result.stdout


def test_every_row_of_every_case_has_room_in_the_table() -> None:
    for case in all_cases():
        for row in case.rows():
            assert max(cell_len(row.what.en), cell_len(row.what.zh)) <= 30, row.what


def test_json_is_one_object_and_nothing_else(tmp_path: Path) -> None:
    result = run("--case=effort", "--case=call-back", "--seed=7", "--json")
    assert result.exit_code == 0
    assert not result.stderr
    document = json.loads(result.stdout)
    assert document["passed"] is True
    assert document["seed"] == 7
    assert document["false_alarm"] == 0.01
    assert document["engines"] == {"effort": True, "call-back": True}
    assert [row["verdict"] for row in document["rows"]] == ["pass"] * 3
    assert not list(tmp_path.iterdir())


def test_a_failure_ends_with_status_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verb, "engines_agree", lambda *_: False)
    result = run("--case=effort", "--lang=en")
    assert result.exit_code == 1
    assert "engines DIFFER" in result.stdout
    assert "the engines agree in 0 of 1" in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--case=erlang-c-13",), "erlang-c-1"),
        (("--fresh", "--seed=1"), "--fresh"),
        (("--precision=0",), "--precision"),
        (("--out=figure.txt",), ".png"),
        (("--out=nowhere/figure.png",), "does not exist"),
    ],
)
def test_bad_input_is_told_before_any_work(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_a_figure_is_written_whole_and_not_over_another(tmp_path: Path) -> None:
    first = run("--case=effort", "--out=figure.png", "--lang=en")
    assert first.exit_code == 0, first.output
    assert "Figure in figure.png" in first.stdout
    assert (tmp_path / "figure.png").read_bytes().startswith(b"\x89PNG")
    again = run("--case=effort", "--out=figure.png")
    assert again.exit_code == 2
    assert "exists already" in again.stderr
    assert run("--case=effort", "--out=figure.png", "--force").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["figure.png"]


MARKS = [
    Mark("first", 1.001, 0.004, 0.5, passed=True),
    Mark("first", 0.998, 0.004, -1.0, passed=True),
    Mark("second", 1.5, 0.004, 250.0, passed=False),
]


def drawn(lang: str) -> Figure:
    return verification(MARKS, bound=3.5, precision=0.02, false_alarm=0.01, seed=7, lang=lang)


@pytest.mark.parametrize(("lang", "word"), [("en", "1 failed"), ("zh", "未通过1项")])
def test_the_figure_tells_how_many_failed_and_names_the_cases(lang: str, word: str) -> None:
    figure = drawn(lang)
    assert any(word in text.get_text() for text in figure.texts)
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert labels == ["first", "second"]


def test_every_mark_is_drawn_within_the_axes_and_failures_in_another_colour() -> None:
    ratios, distances = drawn("en").axes
    for axes in (ratios, distances):
        low, high = axes.get_xlim()
        marks = [line for line in axes.lines if line.get_marker() in ("o", "X")]
        assert len(marks) == len(MARKS)
        assert all(low < float(line.get_xdata()[0]) < high for line in marks)  # type: ignore[index]
        assert [line.get_color() for line in marks] == [BLUE, BLUE, VERMILION]
