"""``hotline-sim bulletin``: what is printed, written and refused; the figure."""

from __future__ import annotations

import json
from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from click.testing import CliRunner
from results_case import case

import hotline_sim as hs
from hotline_sim.cli.main import program
from hotline_sim.plot.bulletin import bulletin_figure
from hotline_sim.results.bulletin import bulletin
from hotline_sim.scenario.write import to_toml

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

    from hotline_sim.results.log import TicketLog


@pytest.fixture(scope="module")
def log() -> TicketLog:
    return hs.simulate(hs.load("small-town"), engine="core")


@pytest.fixture(scope="module")
def town(log: TicketLog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Result directory of the small town: four weeks from Monday, 1 March 2021."""
    folder = tmp_path_factory.mktemp("town") / "town"
    text = to_toml(hs.load("small-town"))
    return hs.save(log, hs.kpis(log), folder, provenance={"scenario_text": text})


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(program, ["bulletin", *arguments], env={"COLUMNS": "120"})
    return result.exit_code, result.output


def test_the_last_whole_week_is_printed_and_every_week_is_written(
    town: Path, log: TicketLog, tmp_path: Path
) -> None:
    out = tmp_path / "bulletin"
    code, text = run(str(town), "--out", str(out), "--lang", "en")
    assert code == 0
    assert "week from 2021-03-22 to 2021-03-28" in text
    assert "Public works" in text
    written = pd.read_csv(out / "bulletin.csv", parse_dates=["week"])
    expected = bulletin(log)
    assert written["week"].nunique() == 4
    assert written["due"].tolist() == expected["due"].tolist()
    assert (out / "figures" / "bulletin.svg").is_file()
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["scenario"] == "small-town"


def test_small_units_are_marked_and_it_is_said_how_sure_the_ranks_are(town: Path, tmp_path: Path) -> None:
    code, text = run(str(town), "--no-figures", "--out", str(tmp_path / "b"), "--lang", "zh")
    assert code == 0
    assert "城南区*" in text
    assert "市政公司*" not in text
    assert "应看区间，不看名次" in text
    assert "4个单位中，4个可能居首，4个可能居末" in text
    assert not (tmp_path / "b" / "figures").exists()


def test_a_week_is_chosen_by_any_of_its_days(town: Path, log: TicketLog) -> None:
    code, text = run(str(town), "--week", "2021-03-10", "--json")
    assert code == 0
    document = json.loads(text)
    assert document["week"] == "2021-03-08"
    frame = bulletin(log)
    rows = frame[frame["week"] == "2021-03-08"]
    assert [unit["unit"] for unit in document["units"]] == rows["unit"].tolist()
    assert [unit["on_time"] for unit in document["units"]] == rows["on_time"].tolist()


def test_narrow_screens_lose_columns_but_no_cell(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = CliRunner().invoke(
        program,
        ["bulletin", str(town), "--no-figures", "--out", str(tmp_path / "b"), "--lang", "en"],
        env={"COLUMNS": "60"},
    )
    assert result.exit_code == 0
    assert "…" not in result.output
    assert "Dissatisfied" not in result.output


def test_a_part_of_a_week_is_told(tmp_path: Path) -> None:
    """Three days of a log from Monday on hold no whole week; it has no scenario either, so no names."""
    three = case()
    hs.save(three, hs.kpis(three), tmp_path / "three", provenance={})
    code, text = run(str(tmp_path / "three"), "--no-figures", "--out", str(tmp_path / "b"), "--lang", "en")
    assert code == 0
    assert "Only part of this week" in text
    assert "roads*" in text


def test_what_is_wrong_is_told(town: Path, tmp_path: Path) -> None:
    code, text = run(str(town), "--week", "2021-02-30")
    assert (code, "2021-02 has 28 days" in text) == (2, True)
    code, text = run(str(town), "--week", "2022-01-01")
    assert code == 2
    assert "2021-03-01 to 2021-03-28" in text
    code, text = run(str(tmp_path / "nothing"))
    assert code == 2
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "letter").touch()
    code, _ = run(str(town), "--out", str(tmp_path / "taken"), "--force")
    assert code == 2
    assert (tmp_path / "taken" / "letter").exists()


def figure_of(log: TicketLog, lang: str) -> Figure:
    frame = bulletin(log)
    return bulletin_figure(frame[frame["week"] == frame["week"].iloc[0]], log, lang)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("which", ["town", "three days"])
def test_the_figure_has_units_and_no_overlapping_texts(log: TicketLog, lang: str, which: str) -> None:
    figure = figure_of(log if which == "town" else case(), lang)
    assert all(axes.get_xlabel() for axes in figure.axes)
    figure.canvas.draw()
    texts = [text for axes in figure.axes for text in (axes.xaxis.label, axes.yaxis.label)]
    texts += [text for axes in figure.axes for text in axes.get_yticklabels() if text.get_visible()]
    texts += figure.axes[0].get_yticklabels() + figure.texts
    shown = {id(text): text for text in texts if text.get_text()}.values()
    boxes = [(text.get_text(), text.get_window_extent()) for text in shown]
    assert not [
        (one, other) for (one, box), (other, box2) in combinations(boxes, 2) if box.padded(-1).overlaps(box2)
    ]


def test_the_figure_places_units_by_rank_with_the_best_on_top(log: TicketLog) -> None:
    frame = bulletin(log)
    rows = frame[frame["week"] == "2021-03-22"]
    names = [text.get_text() for text in bulletin_figure(rows, log).axes[0].get_yticklabels()]
    assert names[0].startswith(str(rows["unit"].iloc[0]))
    bottom, top = bulletin_figure(rows, log).axes[0].get_ylim()
    assert bottom > top
