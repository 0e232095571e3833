from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from hotline_sim.errors import HotlineWarning
from hotline_sim.plot.sweep import Origin, against, heat_map, save_sweep_figures
from hotline_sim.plot.sweep_levels import ordered, regular, room_for, scale_of, thinned

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AGENTS, VOLUME, DIRECT = "teams.operators.agents", "demand.requests_per_year", "classes.consult.direct_answer"
LEVELS: dict[str, list[Any]] = {
    AGENTS: [1, 2, 3],
    VOLUME: ["x2", "x0.5"],
    DIRECT: [0.1, 0.3, 0.5, 0.7, 0.9],
    "units.works.staff": [5, 6, 7],
}


def origin(*keys: str, design: str = "grid") -> Origin:
    return Origin("tiny", "A tiny town", keys, design, 6, 7)


def summary(*keys: str, kpi: str = "service_level_15s", unit: str = "share", count: int = 4) -> pd.DataFrame:
    """Grid over keys; the mean tells the point: digits are positions of its levels."""
    table = pd.MultiIndex.from_product([LEVELS[key] for key in keys], names=keys).to_frame(index=False)
    places = [table[key].map({level: place for place, level in enumerate(LEVELS[key])}) for key in keys]
    table["mean"] = sum(place / 10 ** (number + 1) for number, place in enumerate(places))
    return table.assign(kpi=kpi, unit=unit, replications=count, half_width=0.01 if count > 1 else np.nan)


def lines(axes: Axes) -> dict[str, tuple[list[float], list[float]]]:
    """Points of each line by its label."""
    found = {}
    for container in axes.containers:
        data = container.lines[0]  # type: ignore[attr-defined]
        label = str(container.get_label())
        found["" if label.startswith("_") else label] = (
            np.asarray(data.get_xdata()).tolist(),
            np.asarray(data.get_ydata()).round(9).tolist(),
        )
    return found


def texts(figure: Figure) -> str:
    found = [text.get_text() for text in figure.texts]
    for legend in figure.legends:
        found += [text.get_text() for text in legend.get_texts()]
    return "\n".join(found)


def test_one_key_is_one_line_with_its_interval() -> None:
    figure = against(summary(AGENTS), "service_level_15s", AGENTS, origin=origin(AGENTS))
    (axes,) = figure.axes
    assert lines(axes) == {"": ([1, 2, 3], [0, 10, 20])}
    bars = axes.containers[0].lines[2][0].get_segments()  # type: ignore[attr-defined]
    assert bars[1][:, 1] == pytest.approx([9, 11])
    assert axes.get_xlabel() == AGENTS
    assert "(%)" in axes.get_ylabel()
    told = texts(figure)
    assert "answered within 15 s, of offered, by teams.operators.agents" in told
    assert "A tiny town: mean of 4 replications with 95 % t intervals" in told
    assert "scenario tiny, 6 points (grid), seed 7, hotline-sim " in told


def test_a_second_key_is_told_by_lines_in_the_order_of_its_size() -> None:
    figure = against(summary(AGENTS, VOLUME), "service_level_15s", AGENTS, origin=origin(AGENTS, VOLUME))
    (axes,) = figure.axes
    assert lines(axes) == {"x0.5": ([1, 2, 3], [1, 11, 21]), "x2": ([1, 2, 3], [0, 10, 20])}
    assert texts(figure).splitlines()[-3:] == [f"{VOLUME}:", "x0.5", "x2"]


def test_a_third_key_is_told_by_panels_with_the_same_limits() -> None:
    keys = (AGENTS, VOLUME, DIRECT)
    figure = against(summary(*keys), "service_level_15s", AGENTS, origin=origin(*keys))
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        f"{DIRECT} = {level}" for level in (0.1, 0.5, 0.9)
    ]
    assert lines(figure.axes[1])["x0.5"] == ([1, 2, 3], [1.2, 11.2, 21.2])
    assert len({axes.get_ylim() for axes in figure.axes}) == 1


def test_further_keys_stand_at_their_middle_level_and_that_is_said() -> None:
    keys = (AGENTS, VOLUME, DIRECT, "units.works.staff")
    figure = against(summary(*keys), "service_level_15s", AGENTS, origin=origin(*keys))
    assert lines(figure.axes[0])["x2"] == ([1, 2, 3], [0.01, 10.01, 20.01])
    assert "; units.works.staff = 6" in texts(figure)


def test_lines_may_be_those_of_another_key() -> None:
    keys = (AGENTS, VOLUME, DIRECT)
    figure = against(summary(*keys), "service_level_15s", AGENTS, origin=origin(*keys), by=DIRECT)
    assert list(lines(figure.axes[0])) == ["0.1", "0.3", "0.5", "0.7", "0.9"]


def test_factors_stand_where_they_belong_and_the_axis_says_what_they_are() -> None:
    for lang, word in (("en", "times that of the scenario"), ("zh", "为原场景的倍数")):
        figure = against(summary(VOLUME), "service_level_15s", VOLUME, lang, origin=origin(VOLUME))
        assert lines(figure.axes[0]) == {"": ([0.5, 2], [10, 0])}
        assert word in figure.axes[0].get_xlabel()


def test_one_replication_has_no_interval_and_says_so() -> None:
    figure = against(summary(AGENTS, count=1), "service_level_15s", AGENTS, origin=origin(AGENTS))
    assert not figure.axes[0].containers[0].lines[2]  # type: ignore[attr-defined]
    assert "one replication, no interval" in texts(figure)


def test_points_of_a_drawn_design_are_not_joined() -> None:
    table = summary(AGENTS, VOLUME)
    figure = against(table, "service_level_15s", AGENTS, origin=origin(AGENTS, VOLUME, design="lhs"))
    (line,) = lines(figure.axes[0]).values()
    assert line[0] == [1, 1, 2, 2, 3, 3]
    assert figure.axes[0].containers[0].lines[0].get_linestyle() == "None"  # type: ignore[attr-defined]
    assert not figure.legends


def test_heat_map_has_the_mean_of_each_pair_in_its_cell() -> None:
    figure = heat_map(
        summary(AGENTS, VOLUME), "service_level_15s", AGENTS, VOLUME, origin=origin(AGENTS, VOLUME)
    )
    axes, bar = figure.axes
    cells = axes.collections[0].get_array()
    assert cells is not None
    assert cells.round(9).tolist() == [[1, 11, 21], [0, 10, 20]]
    assert [text.get_text() for text in axes.texts] == ["1.0", "11.0", "21.0", "0.0", "10.0", "20.0"]
    assert [text.get_text() for text in axes.get_xticklabels()] == ["1", "2", "3"]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["0.5", "2"]
    assert "(%)" in bar.get_ylabel()


def test_heat_map_has_a_gap_where_a_point_failed() -> None:
    table = summary(AGENTS, VOLUME).drop(index=[1])
    figure = heat_map(table, "service_level_15s", AGENTS, VOLUME, origin=origin(AGENTS, VOLUME))
    cells = figure.axes[0].collections[0].get_array()
    assert np.ma.count_masked(cells) == 1
    assert len(figure.axes[0].texts) == 5


def test_heat_map_of_a_drawn_design_has_a_mark_for_each_point() -> None:
    table = summary(AGENTS, VOLUME, unit="calls", kpi="calls_offered")
    figure = heat_map(table, "calls_offered", VOLUME, AGENTS, origin=origin(VOLUME, AGENTS, design="sobol"))
    marks = figure.axes[0].collections[0]
    assert np.asarray(marks.get_offsets()).tolist()[:2] == [[2, 1], [0.5, 1]]
    assert np.asarray(marks.get_array()).round(9).tolist()[:3] == [0, 0.01, 0.1]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_key_figure_without_values_is_said_to_have_none(lang: str) -> None:
    table = summary(AGENTS, VOLUME, count=0)
    one = against(table, "service_level_15s", AGENTS, lang, origin=origin(AGENTS, VOLUME))
    two = heat_map(table, "service_level_15s", AGENTS, VOLUME, lang, origin=origin(AGENTS, VOLUME))
    for figure in (one, two):
        assert [text.get_text() for text in figure.axes[0].texts] in (
            ["none in the window"],
            ["统计期内没有"],
        )


def test_chinese_figures_have_chinese_words_and_every_glyph(tmp_path: Path) -> None:
    keys = ('units."住建局".staff', VOLUME)
    table = summary(AGENTS, VOLUME).rename(columns={AGENTS: keys[0]})
    paths = save_sweep_figures(table, ["service_level_15s"], tmp_path, "zh", origin=origin(*keys))
    assert [path.name for path in paths] == [
        "service_level_15s.png",
        "service_level_15s.svg",
        "service_level_15s-heat-map.png",
        "service_level_15s-heat-map.svg",
    ]
    figure = against(table, "service_level_15s", keys[0], "zh", origin=origin(*keys))
    assert "4次重复的均值及95% t置信区间" in texts(figure)


def test_a_key_without_glyphs_is_told_once(tmp_path: Path) -> None:
    key = f'units."{unicodedata.lookup("CUNEIFORM SIGN A")}".staff'
    table = summary(AGENTS).rename(columns={AGENTS: key})
    with pytest.warns(HotlineWarning, match="no font has") as caught:
        save_sweep_figures(table, ["service_level_15s"], tmp_path, origin=origin(key))
    assert len(caught) == 1


def test_figures_have_the_same_bytes_every_time(tmp_path: Path) -> None:
    table = summary(AGENTS, VOLUME)
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
        save_sweep_figures(table, ["service_level_15s"], folder, origin=origin(AGENTS, VOLUME))
    for path in folders[0].iterdir():
        assert path.read_bytes() == (folders[1] / path.name).read_bytes()


# Levels on an axis.


def test_levels_are_ordered_by_what_they_mean() -> None:
    assert ordered([10, 9, 10]) == [9, 10]
    assert ordered(["x10", "x9"]) == ["x9", "x10"]
    assert ordered(["10 s", "9 s"]) == ["9 s", "10 s"]
    assert ordered(["10 s", "9 min"]) == ["10 s", "9 min"]
    assert ordered(["b", "a"]) == ["b", "a"]
    assert ordered([True, False]) == [True, False]
    assert ordered(["x2", "5"]) == ["x2", "5"]


def test_many_levels_are_thinned_with_both_ends() -> None:
    assert thinned(list(range(100)), 4) == [0, 33, 66, 99]
    assert thinned([1, 2], 4) == [1, 2]


def test_names_of_levels_are_short_and_as_many_as_there_is_room_for() -> None:
    thirds = scale_of([1 / 3, 2 / 3, 1.0, 20_000.0], "key", "en")
    assert thirds.names == ["0.333", "0.667", "1", "20,000"]
    assert scale_of([1.00001, 1.00002], "key", "en").names == ["1.00001", "1.00002"]
    assert regular(10, 4) == [0, 3, 6, 9]
    assert regular(10, 3) == [0, 4, 8]
    assert regular(3, 5) == [0, 1, 2]
    words = scale_of([f"一个很长的名称{number}" for number in range(20)], "key", "en")
    assert 2 <= room_for(words, 4) < room_for(words, 9) < 20


def test_many_names_do_not_overlap() -> None:
    levels = [f"x{1 + number / 30:.6g}" for number in range(10)]
    table = summary(AGENTS, VOLUME).drop(columns=AGENTS).head(2)
    table = pd.concat([table.assign(**{AGENTS: level}) for level in levels])
    for figure in (
        heat_map(table, "service_level_15s", AGENTS, VOLUME, origin=origin(AGENTS, VOLUME)),
        against(table, "service_level_15s", AGENTS, origin=origin(AGENTS, VOLUME)),
    ):
        figure.draw_without_rendering()
        boxes = [text.get_window_extent() for text in figure.axes[0].get_xticklabels()]
        assert len(boxes) > 2
        assert all(left.x1 < right.x0 for left, right in pairwise(boxes))


def test_an_axis_has_numbers_where_there_are_some() -> None:
    scale = scale_of(["2 min", "1 min"], "intake.talk.mean", "en")
    assert (scale.places.tolist(), scale.names, scale.label) == ([1, 2], ["1", "2"], "intake.talk.mean (min)")
    words = scale_of(["first come", "due date"], "handling.order", "en")
    assert (words.places.tolist(), words.names, words.is_number) == (
        [0, 1],
        ["first come", "due date"],
        False,
    )
