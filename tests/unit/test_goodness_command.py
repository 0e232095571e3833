"""The command goodness: what it prints, writes and draws, and the status it ends with."""

from __future__ import annotations

import csv
import json
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

import hotline_sim as hs
from hotline_sim.cli.goodness_table import band_cells
from hotline_sim.cli.main import program
from hotline_sim.errors import ResultError
from hotline_sim.experiment.goodness_files import drawings
from hotline_sim.experiment.goodness_names import group, name_of, titles
from hotline_sim.scenario.vary import changed
from phone_case import PROFILE, records_text, room
from scenarios import small_town

if TYPE_CHECKING:
    from pathlib import Path

    from hotline_sim.experiment.goodness import Goodness

SHORT = ("-n", "39", "--workers", "1")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(program, ["goodness", *map(str, arguments)])


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Result directories: of the small town as it is, and with longer talks."""
    folder = tmp_path_factory.mktemp("logs")
    for name, changes in (("right", {}), ("long", {"intake.talk.mean": "x1.3"})):
        log = hs.simulate(changed(small_town(), changes), seed=77)
        hs.save(log, hs.kpis(log), folder / name, provenance={})
    return folder


@pytest.fixture(scope="module")
def wrong(logs: Path) -> Goodness:
    return hs.goodness(small_town(), hs.load_log(logs / "long"), replications=39)


def test_the_help_has_an_example() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "hotline-sim goodness my-city.toml calls-2024.csv --profile my-profile.toml" in result.output
    assert "exit status is 1" in " ".join(result.output.split())


def test_records_of_the_scenario_end_with_status_zero(logs: Path, tmp_path: Path) -> None:
    result = run("small-town", logs / "right", *SHORT, "--out", tmp_path / "g", "--lang", "en")
    assert result.exit_code == 0, result.output
    text = " ".join(result.output.split())
    assert "The records could be one of these simulations" in text
    assert "Calls, redials included by day" in text
    assert "those of a right scenario with a probability of 5% at most" in text
    names = {path.name for path in (tmp_path / "g").iterdir()}
    assert names == {
        "bands.csv",
        "hours.csv",
        "days.csv",
        "coverage.csv",
        "abandonment.csv",
        "left-out.csv",
        "replications.csv",
        *(f"{what}-{name}.csv" for what in ("distribution", "quantiles") for name in SAMPLES),
        "manifest.json",
        "figures",
    }
    assert {path.stem for path in (tmp_path / "g/figures").glob("*.png")} == {"hours", "days", *SAMPLES}
    manifest = json.loads((tmp_path / "g/manifest.json").read_text(encoding="utf-8"))
    assert manifest["verdict"]["passes"] is True
    with (tmp_path / "g/bands.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert len(rows) == manifest["verdict"]["bands"]
    assert float(rows["calls_offered"]["observed"]) > 0


SAMPLES = ("wait", "talk", "response")


def test_records_of_another_scenario_end_with_status_one_and_are_named(logs: Path, tmp_path: Path) -> None:
    out = tmp_path / "g"
    result = run("small-town", logs / "long", *SHORT, "--out", out, "--lang", "zh", "--no-figures")
    assert result.exit_code == 1, result.output
    verdict = result.output.replace("\n", "").partition("偏离最大")[2]
    assert "通话时长" in verdict
    assert "偏离" in result.output
    assert not (out / "figures").exists()


def test_json_is_one_object_and_nothing_is_written(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    variants = tmp_path / "v.json"
    variants.write_text('[{"demand.day_factor_cv": 0.1}, {"demand.day_factor_cv": 0.2}]')
    days = ("--from", "2021-03-08", "--to", "2021-03-15")
    result = run("small-town", logs / "long", *SHORT, *days, "--variants", variants, "--json")
    assert result.exit_code == 1
    found: dict[str, Any] = json.loads(result.stdout)
    assert (found["start"], found["end"]) == ("2021-03-08", "2021-03-15")
    assert found["verdict"]["passes"] is False
    assert any(name.startswith("talk_") for name in found["verdict"]["off"])
    assert len(found["bands"]) == found["verdict"]["bands"]
    assert {row["date"] for row in found["days"]} == {f"2021-03-{day:02}" for day in range(8, 15)}
    assert [path.name for path in tmp_path.iterdir()] == ["v.json"]


def test_files_of_records_are_read_by_their_profile(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(PROFILE)
    (tmp_path / "rows.csv").write_text(records_text(hs.simulate(room(7), seed=77)))
    (tmp_path / "room.toml").write_text(hs.to_toml(room(7)))
    result = run(
        *(tmp_path / "room.toml", tmp_path / "rows.csv", "--profile", tmp_path / "own.toml", *SHORT),
        *("--out", tmp_path / "g", "--lang", "en", "--no-figures"),
    )
    assert result.exit_code == 0, result.output
    text = " ".join(result.output.split())
    assert "Not compared, since the records do not tell: which calls are by people who called before" in text
    with (tmp_path / "g/left-out.csv").open(encoding="utf-8-sig", newline="") as file:
        left = {row["name"]: row["facts"] for row in csv.DictReader(file)}
    assert left["reply_rate"] == "reply"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("small-twon", "{logs}/right"), "did you mean small-town?"),
        (("small-town", "{logs}/none.csv"), "--profile: is needed to read files"),
        (("small-town", "{logs}/right", "{logs}/long"), "name one result directory"),
        (("small-town", "{logs}"), "a complete result directory is needed"),
        (("small-town", "{logs}/right", "-n", "20"), "39"),
        (("small-town", "{logs}/right", "--to", "2020-01-01"), "must end after it starts"),
        (("small-town", "{logs}/right", "--from", "2020-01-01"), "the records run from 2021-03-01"),
        (("small-town", "{logs}/right", "--variants", "{logs}/none.json"), "--variants"),
    ],
)
def test_bad_input_is_told_with_status_two(
    logs: Path, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    given = [argument.format(logs=logs) for argument in arguments]
    result = run(*given, "--out", tmp_path / "g", "--lang", "en")
    assert result.exit_code == 2, result.output
    assert words in " ".join(result.output.split())
    assert "Traceback" not in result.output
    assert not (tmp_path / "g").exists()


def test_an_earlier_result_is_not_overwritten(logs: Path, tmp_path: Path, wrong: Goodness) -> None:
    wrong.save(tmp_path / "g", figures=False)
    with pytest.raises(ResultError, match="exists already"):
        wrong.save(tmp_path / "g", figures=False)
    result = run("small-town", logs / "right", *SHORT, "--out", tmp_path / "g")
    assert result.exit_code == 2
    assert "--force" in result.output


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_figures_have_axes_with_units_and_no_texts_on_each_other(wrong: Goodness, lang: str) -> None:
    for name, draw in drawings(wrong, lang).items():
        figure = draw()
        figure.canvas.draw()
        shown = [axes for axes in figure.axes if axes.axison]
        for axes in shown:
            assert axes.get_xlabel()
            assert axes.get_ylabel()
        texts = [*figure.texts, *(text for legend in figure.legends for text in legend.get_texts())]
        texts += [axes.xaxis.label for axes in shown] + [axes.yaxis.label for axes in shown]
        texts += [axes._left_title for axes in shown]
        for axes in shown:
            low, high = axes.get_xlim()
            ticks = zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
            # Slanted names of classes have boxes that overlap where their letters do not.
            texts += [text for at, text in ticks if low <= at <= high and text.get_rotation() == 0]
        boxes = [text.get_window_extent() for text in texts if text.get_text().strip()]
        assert len(boxes) > 8
        overlaps = [1 for one, other in combinations(boxes, 2) if one.padded(-1).overlaps(other)]
        assert overlaps == [], name
        assert all(figure.bbox.padded(1).contains(box.x1, box.y1) for box in boxes), name


def test_observed_and_simulated_values_are_drawn(wrong: Goodness) -> None:
    figure = drawings(wrong)["talk"]()
    pairs = wrong.quantile_pairs("talk")
    dots = next(line for line in figure.axes[1].lines if line.get_marker() == "o")
    assert np.asarray(dots.get_ydata()).tolist() == pairs["observed"].tolist()
    assert np.asarray(dots.get_xdata()).tolist() == pairs["mean"].tolist()


def test_every_number_has_a_name_and_a_group(wrong: Goodness) -> None:
    for lang in ("en", "zh"):
        named = [name_of(name, lang) for name in wrong.bands["name"]]
        assert len(set(named)) == len(named)
    places = {group(*pair) for pair in zip(wrong.bands["kind"], wrong.bands["name"], strict=True)}
    assert places == set(titles("en")) - {"disputes"}


def test_cells_have_as_many_digits_as_the_band_needs() -> None:
    row = {"unit": "calls", "observed": 7110, "mean": 8125.4, "low_95": 7222.0, "high_95": 9092.0}
    assert band_cells(row | {"inside_80": False, "inside_95": False}, "en") == (
        "7,110 calls",
        "8,125",
        "7,222 .. 9,092",
        "OFF",
    )
    row = {"unit": "h", "observed": np.inf, "mean": np.inf, "low_95": 12.0, "high_95": np.inf}
    assert band_cells(row | {"inside_80": False, "inside_95": True}, "zh") == (
        "未答复",
        "未答复",
        "12.0 .. 未答复",
        "95%",
    )
