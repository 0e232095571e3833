"""Figures of replications and comparisons: what they show is read from the objects, not from pixels."""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from hotline_sim.errors import HotlineWarning
from hotline_sim.plot.compare import differences_figure
from hotline_sim.plot.replicate import (
    RunInSeries,
    Running,
    precision_figure,
    replications_figure,
    run_in_figure,
)
from hotline_sim.plot.study_frame import Study, difference_unit, save_study_figures

if TYPE_CHECKING:
    from pathlib import Path

STUDY = Study("A town", "town", 1, 30, "core")
KPIS = ("answer_rate", "mean_speed_of_answer")
UNITS = {"answer_rate": "share", "mean_speed_of_answer": "s"}
VALUES = {
    "answer_rate": np.linspace(0.9, 0.96, 30),
    "mean_speed_of_answer": np.linspace(10, 20, 30),
}


def summary(values: dict[str, Any]) -> pd.DataFrame:
    rows = [
        {
            "kpi": kpi,
            "unit": UNITS[kpi],
            "mean": np.nanmean(column) if np.isfinite(column).any() else np.nan,
            "low": np.nanmin(column),
            "high": np.nanmax(column),
            "bootstrap_low": np.nanmin(column),
            "bootstrap_high": np.nanmax(column),
        }
        for kpi, column in values.items()
    ]
    return pd.DataFrame(rows)


def texts(figure: Any) -> list[str]:
    return [text.get_text() for text in figure.texts]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_histogram_counts_every_replication_and_the_mean_is_in_per_cent(lang: str) -> None:
    figure = replications_figure(VALUES, summary(VALUES), STUDY, lang)
    first, second = figure.axes[:2]
    assert sum(bar.get_height() for bar in first.patches[:-1]) == 30
    (mean, *_) = [line for line in first.lines if len(set(line.get_xdata())) == 1]
    assert mean.get_xdata()[0] == pytest.approx(93)
    assert "(%)" in first.get_xlabel() or "（%）" in first.get_xlabel()
    assert ("秒" in second.get_xlabel()) == (lang == "zh")
    assert any("0 to 29" in text or "0至29" in text for text in texts(figure))
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert len(labels) == len(set(labels)) == 3


def test_values_that_are_alike_or_missing_are_drawn_without_complaint() -> None:
    values = {"answer_rate": np.ones(5), "mean_speed_of_answer": np.full(5, np.nan)}
    rows = [
        {"kpi": kpi, "unit": UNITS[kpi]}
        | dict.fromkeys(("mean", "low", "high", "bootstrap_low", "bootstrap_high"), value)
        for kpi, value in (("answer_rate", 1.0), ("mean_speed_of_answer", np.nan))
    ]
    figure = replications_figure(values, pd.DataFrame(rows), STUDY)
    assert [text.get_text() for text in figure.axes[1].texts] == ["no value"]


def test_no_more_than_six_panels() -> None:
    many = {kpi: np.arange(4.0) for kpi in (*KPIS, *(f"answer_rate.{name}" for name in "abcdef"))}
    table = pd.concat([summary({"answer_rate": column}).assign(kpi=kpi) for kpi, column in many.items()])
    figure = replications_figure(many, table, STUDY)
    assert sum(axes.axison for axes in figure.axes) == 6


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_running_mean_ends_at_the_mean_and_the_target_stands_around_it(lang: str) -> None:
    running = {"answer_rate": Running(np.linspace(0.8, 0.9, 30), np.linspace(0.2, 0.01, 30))}
    figure = precision_figure(running, UNITS, STUDY, lang, target=0.02)
    line, low, high = figure.axes[0].lines
    assert line.get_ydata()[-1] == pytest.approx(90)
    assert [low.get_ydata()[0], high.get_ydata()[0]] == pytest.approx([88.2, 91.8])
    plain = precision_figure(running, UNITS, STUDY, lang)
    assert len(plain.axes[0].lines) == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_run_in_and_the_point_found_are_marked(lang: str) -> None:
    series = RunInSeries(np.linspace(0, 100, 120), 60, 25, 5)
    axes = run_in_figure(series, STUDY, lang).axes[0]
    assert [line.get_xdata()[0] for line in axes.lines] == [1, 60, 25]
    untold = run_in_figure(series._replace(recommended=None), STUDY, lang).axes[0]
    assert len(untold.lines) == 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_differences_have_a_dot_for_each_pair_and_their_mean(lang: str) -> None:
    differences = {
        kpi: {"more": np.linspace(-0.02, 0.04, 30), "most": np.linspace(0.1, 0.2, 30)} for kpi in KPIS
    }
    table = pd.concat(
        summary({kpi: column[name]}).assign(scenario=name).rename(columns={"mean": "difference"})
        for kpi, column in differences.items()
        for name in ("more", "most")
    )
    figure = differences_figure(differences, table, STUDY, lang, base="now")
    first, second = figure.axes[:2]
    dots = [line for line in first.lines if line.get_marker() == "."]
    assert [len(line.get_xdata()) for line in dots] == [30, 30]
    assert dots[0].get_xdata()[0] == pytest.approx(-2)  # percentage points
    means = [line.get_xdata()[0] for line in first.lines if line.get_marker() == "o"]
    assert means == pytest.approx([1, 15])
    assert difference_unit("share", lang) in first.get_xlabel()
    assert [label.get_text() for label in first.get_yticklabels()] == ["more", "most"]
    assert [label.get_text() for label in second.get_yticklabels()] == ["", ""]
    assert "now" in texts(figure)[0]


def test_files_are_the_same_on_every_call_and_strange_signs_are_told(tmp_path: Path) -> None:
    draw = {"one": partial(run_in_figure, RunInSeries(np.ones(30), 5, 5, 1), STUDY)}
    content = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            paths = save_study_figures(draw, tmp_path / name)
        content.append([path.read_bytes() for path in paths])
    assert content[0] == content[1]
    strange = Study("\U00012000", "town", 1, 3, "core")
    with pytest.warns(HotlineWarning, match="no font has \U00012000"):
        save_study_figures(
            {"two": partial(run_in_figure, RunInSeries(np.ones(30), 5, 5, 1), strange)}, tmp_path
        )
