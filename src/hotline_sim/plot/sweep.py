"""Figures of a sweep: a key figure against one key with its intervals, and as a heat map over two keys.

They take the summary of a sweep, one row for each point and key figure, with the mean over replications and
the half-width of its interval. Axes are laid out in ``sweep_levels.py``.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.errors import HotlineWarning
from hotline_sim.plot.figures import save_figure
from hotline_sim.plot.frame import (
    FOOTNOTE_INCHES,
    LEGEND_INCHES,
    STYLES,
    say_none,
    settings,
    settle,
    tidy,
)
from hotline_sim.plot.sweep_frame import Origin, footnote, heading, new_sweep_figure, sweep_word
from hotline_sim.plot.sweep_levels import Scale, level_text, ordered, regular, room_for, scale_of, thinned
from hotline_sim.results.names import UNITS, label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotline_sim.arrays import FloatArray

MOST_LINES: Final = len(STYLES)
MOST_PANELS: Final = 3
MOST_WRITTEN: Final = 13
"""Columns of a heat map whose values are written into its cells."""
MOST_TICKS: Final = 12

__all__ = ["Origin", "against", "heat_map", "save_sweep_figures"]


def save_sweep_figures(
    summary: pd.DataFrame, kpis: Sequence[str], directory: Path, lang: str = "en", *, origin: Origin
) -> list[Path]:
    """Draw each key figure against the first key and, if there is a second one, over both.

    Parameters
    ----------
    summary, lang, origin
        As for :func:`against`.
    kpis : sequence of str
        Names of key figures.
    directory : Path
        Exists already.

    Returns
    -------
    list of Path
        Files, PNG and SVG of each figure.

    Warns
    -----
    HotlineWarning
        If no font has a character of a key or title.
    """
    paths: list[Path] = []
    with warnings.catch_warnings(record=True) as caught:
        for kpi in kpis:
            line = against(summary, kpi, origin.keys[0], lang, origin=origin)
            paths += save_figure(line, directory / kpi)
            if len(origin.keys) > 1:
                x, y = origin.keys[:2]
                chart = heat_map(summary, kpi, x, y, lang, origin=origin)
                paths += save_figure(chart, directory / f"{kpi}-heat-map")
    found = {re.match(r"Glyph (\d+) ", str(warning.message)) for warning in caught}
    missing = sorted({chr(int(match[1])) for match in found if match})
    if missing:
        text = f"figures: no font has {' '.join(missing)}; a box stands there"
        warnings.warn(text, HotlineWarning, stacklevel=2)
    return paths


def against(
    summary: pd.DataFrame, kpi: str, key: str, lang: str = "en", *, origin: Origin, by: str | None = None
) -> Figure:
    """Draw a key figure against one key, with the interval of its mean.

    In a grid, levels of a second key are lines and levels of a third one panels; of what is left, the middle
    level is shown. Other designs are drawn as they are, one mark for each point.

    Parameters
    ----------
    summary : DataFrame
        From ``SweepResult.summary``: columns for the keys, kpi, unit, replications, mean, half_width.
    kpi : str
        Name of the key figure.
    key : str
        Key from left to right.
    lang : {"en", "zh"}
        Language.
    origin : Origin
        Where the sweep comes from.
    by : str, optional
        Key whose levels are lines; the first other one if not given.
    """
    rows = _rows(summary, kpi)
    others = [other for other in origin.keys if other != key]
    if by is not None:
        others = [by, *(other for other in others if other != by)]
    is_grid = origin.design == "grid"
    scale = scale_of(summary[key].tolist(), key, lang)
    with settings():
        rows, fixed = _fixed(rows, others[2:] if is_grid else [])
        panels = _panels(rows, others[1] if is_grid and len(others) > 1 else None)
        figure, areas = new_sweep_figure(
            sweep_word("against", lang, kpi=label(kpi, lang), key=key),
            heading(rows, fixed, lang, origin, with_interval=True),
            footnote(lang, origin),
            panels=len(panels),
            legend=is_grid and bool(others),
        )
        for axes, (name, part) in zip(areas, panels, strict=True):
            ylabel = _kpi_axis(rows, kpi, lang) if axes is areas[0] else ""
            tidy(axes, xlabel=scale.label, ylabel=ylabel, title=name)
            if not len(part):
                say_none(axes, lang)
                continue
            lines = thinned(ordered(part[others[0]].tolist()), MOST_LINES) if is_grid and others else [None]
            for number, level in enumerate(lines):
                line = part if level is None else part[part[others[0]] == level]
                text = "" if level is None else level_text(level)
                _draw_line(axes, line, key, scale, number, text, joined=is_grid)
            _ticks(axes, scale, figure.get_figwidth() / len(areas))
        _same_limits(areas)
        if is_grid and others:
            _legend(figure, areas, others[0])
        return settle(figure)


def heat_map(summary: pd.DataFrame, kpi: str, x: str, y: str, lang: str = "en", *, origin: Origin) -> Figure:
    """Draw a key figure over two keys, as colour.

    In a grid, levels of a third key are panels; of what is left, the middle level is shown. Other designs are
    drawn as they are, one mark for each point.

    Parameters
    ----------
    summary, kpi, lang, origin
        As for :func:`against`.
    x, y : str
        Keys from left to right and from bottom to top.
    """
    rows = _rows(summary, kpi)
    others = [other for other in origin.keys if other not in (x, y)]
    is_grid = origin.design == "grid"
    across, up = scale_of(summary[x].tolist(), x, lang), scale_of(summary[y].tolist(), y, lang)
    with settings():
        rows, fixed = _fixed(rows, others[1:] if is_grid else [])
        panels = _panels(rows, others[0] if is_grid and others else None)
        figure, areas = new_sweep_figure(
            sweep_word("over", lang, kpi=label(kpi, lang), x=x, y=y),
            heading(rows, fixed, lang, origin, with_interval=False),
            footnote(lang, origin),
            panels=len(panels),
            legend=False,
        )
        means = _shown(rows, rows["mean"].to_numpy(np.float64))
        limits = (np.nanmin(means), np.nanmax(means)) if np.isfinite(means).any() else (0.0, 1.0)
        drawn = None
        for axes, (name, part) in zip(areas, panels, strict=True):
            tidy(axes, xlabel=across.label, ylabel=up.label if axes is areas[0] else "", title=name)
            if not len(part):
                say_none(axes, lang)
            elif is_grid:
                most = room_for(across, figure.get_figwidth() / len(areas))
                drawn = _draw_cells(axes, part, (x, across), (y, up), limits, most)
            else:
                drawn = _draw_marks(axes, part, (x, across), (y, up), limits)
        if drawn is not None:
            bar = figure.colorbar(drawn, ax=areas, pad=0.015, format="{x:,.15g}")
            bar.set_label(_kpi_axis(rows, kpi, lang))
            bar.outline.set_visible(False)
        return settle(figure)


def _rows(summary: pd.DataFrame, kpi: str) -> pd.DataFrame:
    return summary[(summary["kpi"] == kpi) & (summary["replications"] > 0)]


def _shown(rows: pd.DataFrame, values: FloatArray) -> FloatArray:
    """Values as they are written: shares in per cent."""
    return 100 * values if len(rows) and rows["unit"].iloc[0] == "share" else values


def _kpi_axis(rows: pd.DataFrame, kpi: str, lang: str) -> str:
    if not len(rows):
        return label(kpi, lang)
    return sweep_word("unit", lang, text=label(kpi, lang), unit=UNITS[rows["unit"].iloc[0]].text(lang))


def _legend(figure: Figure, areas: list[Axes], key: str) -> None:
    """Name the lines of the panels, each once, behind the name of their key."""
    from matplotlib.lines import Line2D

    found = {
        text: handle for axes in areas for handle, text in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    figure.legend(
        [Line2D([], [], linestyle="none"), *found.values()],
        [f"{key}:", *found],
        loc="center",
        bbox_to_anchor=(0.5, (FOOTNOTE_INCHES + LEGEND_INCHES / 2) / figure.get_figheight()),
        ncols=1 + len(found),
        frameon=False,
        fontsize=9.5,
    ).set_in_layout(False)


def _panels(rows: pd.DataFrame, key: str | None) -> list[tuple[str, pd.DataFrame]]:
    if key is None or not len(rows):
        return [("", rows)]
    levels = thinned(ordered(rows[key].tolist()), MOST_PANELS)
    return [(f"{key} = {level_text(level)}", rows[rows[key] == level]) for level in levels]


def _fixed(rows: pd.DataFrame, keys: list[str]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Rows with the middle level of some keys, and these levels."""
    levels = {}
    for key in keys:
        found = ordered(rows[key].tolist())
        if found:
            levels[key] = found[len(found) // 2]
            rows = rows[rows[key] == levels[key]]
    return rows, levels


def _ticks(axes: Axes, scale: Scale, width: float) -> None:
    """Name the levels, as many as there is room for; where there are many numbers, round ones are named."""
    most = room_for(scale, width)
    if not scale.is_number or len(scale.levels) <= most:
        shown = regular(len(scale.levels), most)
        axes.set_xticks(scale.places[shown], [scale.names[place] for place in shown])


def _draw_line(
    axes: Axes, rows: pd.DataFrame, key: str, scale: Scale, number: int, text: str, *, joined: bool
) -> None:
    place_of = dict(zip(scale.levels, scale.places, strict=True))
    places = np.array([place_of[value] for value in rows[key]])
    order = np.argsort(places, kind="stable")
    means = _shown(rows, rows["mean"].to_numpy(np.float64))[order]
    widths = _shown(rows, np.nan_to_num(rows["half_width"].to_numpy(np.float64)))[order]
    style = STYLES[number]
    axes.errorbar(
        places[order],
        means,
        yerr=widths if widths.any() else None,
        color=style.colour,
        linestyle=style.dashes if joined else "none",
        marker=style.marker,
        markersize=5 if joined else 3.5,
        linewidth=1.6,
        elinewidth=1,
        capsize=3 if joined else 0,
        label=text,
    )


def _same_limits(areas: list[Axes]) -> None:
    """Panels are to be compared."""
    limits = [axes.get_ylim() for axes in areas]
    for axes in areas:
        axes.set_ylim(min(low for low, _ in limits), max(high for _, high in limits))


def _draw_cells(
    axes: Axes,
    rows: pd.DataFrame,
    across: tuple[str, Scale],
    up: tuple[str, Scale],
    limits: tuple[float, float],
    most_columns: int,
) -> Any:
    (x, columns), (y, lines) = across, up
    cells = np.full((len(lines.levels), len(columns.levels)), np.nan)
    column_of = {level: place for place, level in enumerate(columns.levels)}
    line_of = {level: place for place, level in enumerate(lines.levels)}
    for level_x, level_y, mean in zip(
        rows[x], rows[y], _shown(rows, rows["mean"].to_numpy(np.float64)), strict=True
    ):
        cells[line_of[level_y], column_of[level_x]] = mean
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    drawn = axes.pcolormesh(np.ma.masked_invalid(cells), cmap="cividis", vmin=limits[0], vmax=limits[1])
    for axis, scale, most in ((axes.xaxis, columns, most_columns), (axes.yaxis, lines, MOST_TICKS)):
        shown = regular(len(scale.levels), most)
        axis.set_ticks([place + 0.5 for place in shown], [scale.names[place] for place in shown])
        axis.set_tick_params(length=0)
    if max(cells.shape) <= MOST_WRITTEN:
        _write_cells(axes, cells, limits)
    return drawn


def _write_cells(axes: Axes, cells: FloatArray, limits: tuple[float, float]) -> None:
    low, high = limits
    size = 9 if cells.shape[1] <= 8 else 7
    largest = max(abs(low), abs(high))
    digits = 0 if largest >= 100 else 1 if largest >= 10 else 2
    for (line, column), value in np.ndenumerate(cells):
        if np.isfinite(value):
            is_dark = high > low and (value - low) / (high - low) < 0.55
            axes.text(
                column + 0.5,
                line + 0.5,
                f"{value:,.{digits}f}",
                ha="center",
                va="center",
                size=size,
                color="white" if is_dark else "black",
            )


def _draw_marks(
    axes: Axes,
    rows: pd.DataFrame,
    across: tuple[str, Scale],
    up: tuple[str, Scale],
    limits: tuple[float, float],
) -> Any:
    places: list[list[float]] = []
    for key, scale in (across, up):
        place_of = dict(zip(scale.levels, scale.places.tolist(), strict=True))
        places.append([place_of[value] for value in rows[key]])
    means = _shown(rows, rows["mean"].to_numpy(np.float64))
    drawn = axes.scatter(places[0], places[1], c=means, cmap="cividis", vmin=limits[0], vmax=limits[1], s=42)
    if not up[1].is_number:
        axes.set_yticks(up[1].places, up[1].names)
    if not across[1].is_number:
        axes.set_xticks(across[1].places, across[1].names)
    else:
        axes.xaxis.set_major_formatter("{x:,.15g}")
    return drawn
