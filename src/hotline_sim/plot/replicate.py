"""Figures of replications: how a KPI varies between them, how its interval narrows, and the run-in."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from hotline_sim.plot.frame import (
    BLACK,
    BLUE,
    GREY,
    PALE,
    VERMILION,
    legend_below,
    settings,
    settle,
    tidy,
)
from hotline_sim.plot.study_frame import MOST_PANELS, Study, kpi_axis, new_study_figure, shown_kpi
from hotline_sim.results.definitions import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotline_sim.arrays import FloatArray

__all__ = ["RunInSeries", "Running", "precision_figure", "replications_figure", "run_in_figure"]

_WORDS: Final[dict[str, Wording]] = {
    "replications": Wording("Replications and their mean", "各次重复及其均值"),
    "precision": Wording("Mean and interval after each replication", "逐次重复后的均值与区间"),
    "run-in": Wording("Run-in: open tickets from the first day on", "预热期：自首日起的在办工单"),
    "number": Wording("replications (number)", "重复（次）"),
    "after": Wording("replications so far (number)", "已完成的重复（次）"),
    "mean": Wording("mean", "均值"),
    "t": Wording("95 % t interval", "95% t区间"),
    "bootstrap": Wording("95 % bootstrap interval", "95%自助法区间"),
    "running mean": Wording("mean so far", "累计均值"),
    "target": Wording("±{share} % of the last mean", "最终均值的±{share}%"),
    "day": Wording("days since the run-in began (d)", "预热开始后的天数（天）"),
    "open": Wording("open tickets (number)", "在办工单（件）"),
    "backlog": Wording("open tickets, mean of {count} replications", "在办工单，{count}次重复的均值"),
    "run_in": Wording("run-in of the scenario: {days:g} d", "场景的预热期：{days:g}天"),
    "point": Wording("MSER-5: leave out {days} d", "MSER-5：略去{days}天"),
    "no value": Wording("no value", "无数值"),
}


class Running(NamedTuple):
    """Mean of a key figure and the half-width of its interval after each replication."""

    means: FloatArray
    widths: FloatArray


class RunInSeries(NamedTuple):
    """Open tickets by day, the run-in in days, and how many to leave out (None: the series does not tell)."""

    backlog: FloatArray
    days: float
    recommended: int | None
    replications: int


def replications_figure(
    values: Mapping[str, FloatArray], summary: pd.DataFrame, study: Study, lang: str = "en"
) -> Figure:
    """Histogram of each key figure over replications, with its mean and two intervals.

    Parameters
    ----------
    values : mapping of str to float64 array, shape (n,)
        By key figure; the first six are drawn.
    summary : DataFrame
        From ``Replications.summary``.
    study : Study
        Whose numbers.
    lang : {"en", "zh"}
        Language.
    """
    rows = {row["kpi"]: row for row in summary.to_dict("records")}
    kpis = [kpi for kpi in values if kpi in rows][:MOST_PANELS]
    with settings():
        figure, areas = new_study_figure(study, _text("replications", lang), lang, panels=len(kpis))
        for place, (axes, kpi) in enumerate(zip(areas, kpis, strict=True)):
            unit = str(rows[kpi]["unit"])
            tidy(
                axes, xlabel=kpi_axis(kpi, unit, lang), ylabel=_text("number", lang) if place % 3 == 0 else ""
            )
            _draw_histogram(axes, shown_kpi(values[kpi], unit), lang)
            limits = ("mean", "low", "high", "bootstrap_low", "bootstrap_high")
            _draw_interval(axes, shown_kpi(np.array([rows[kpi][name] for name in limits]), unit), lang)
        legend_below(figure, areas[0])
        return settle(figure)


def precision_figure(
    running: Mapping[str, Running],
    units: Mapping[str, str],
    study: Study,
    lang: str = "en",
    *,
    target: float | None = None,
) -> Figure:
    """Mean of each key figure after each replication, with its interval and the precision asked for.

    Parameters
    ----------
    running : mapping of str to Running
        By key figure; the first six are drawn.
    units : mapping of str to str
        Unit of each.
    study, lang
        As for :func:`replications_figure`.
    target : float, optional
        Half-width over mean that was asked for.
    """
    from matplotlib.ticker import MaxNLocator

    kpis = list(running)[:MOST_PANELS]
    with settings():
        figure, areas = new_study_figure(study, _text("precision", lang), lang, panels=len(kpis))
        for axes, kpi in zip(areas, kpis, strict=True):
            means, widths = (shown_kpi(column, units[kpi]) for column in running[kpi])
            count = np.arange(1, means.size + 1)
            tidy(axes, xlabel=_text("after", lang), ylabel=kpi_axis(kpi, units[kpi], lang))
            known = np.isfinite(widths) & (
                count >= 3
            )  # the first intervals are so wide that they hide the rest
            axes.fill_between(
                count[known],
                (means - widths)[known],
                (means + widths)[known],
                color=BLUE,
                alpha=0.25,
                linewidth=0,
                label=_text("t", lang),
            )
            axes.plot(count, means, color=BLUE, linewidth=1.8, label=_text("running mean", lang))
            if target is not None and np.isfinite(means[-1]):
                text = _WORDS["target"].text(lang).format(share=f"{100 * target:g}")
                style: Any = {"color": VERMILION, "linestyle": (0, (5, 2)), "linewidth": 1.2}
                for number, factor in enumerate((1 - target, 1 + target)):
                    axes.axhline(means[-1] * factor, label="" if number else text, **style)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        legend_below(figure, areas[0])
        return settle(figure)


def run_in_figure(series: RunInSeries, study: Study, lang: str = "en") -> Figure:
    """Open tickets by day, the run-in of the scenario, and the point that MSER-5 finds.

    Parameters
    ----------
    series : RunInSeries
        What was found.
    study, lang
        As for :func:`replications_figure`.
    """
    with settings():
        figure, (axes,) = new_study_figure(study, _text("run-in", lang), lang, panels=1, height=3.6)
        tidy(axes, xlabel=_text("day", lang), ylabel=_text("open", lang))
        text = _WORDS["backlog"].text(lang).format(count=series.replications)
        axes.plot(
            np.arange(1, series.backlog.size + 1), series.backlog, color=BLUE, linewidth=1.8, label=text
        )
        axes.axvline(
            series.days,
            color=BLACK,
            linewidth=1.3,
            linestyle=(0, (4, 3)),
            label=_WORDS["run_in"].text(lang).format(days=series.days),
        )
        if series.recommended is not None:
            axes.axvline(
                series.recommended,
                color=VERMILION,
                linewidth=1.6,
                linestyle=(0, (1.5, 1)),
                label=_WORDS["point"].text(lang).format(days=series.recommended),
            )
        axes.set_ylim(bottom=0)
        axes.set_xlim(0, series.backlog.size)
        legend_below(figure, axes)
        return settle(figure)


def _text(name: str, lang: str) -> str:
    return _WORDS[name].text(lang)


def _draw_histogram(axes: Axes, values: FloatArray, lang: str) -> None:
    from matplotlib.ticker import MaxNLocator

    known = values[np.isfinite(values)]
    if known.size == 0:
        axes.text(0.5, 0.5, _text("no value", lang), transform=axes.transAxes, ha="center", color=GREY)
        return
    low, high = float(known.min()), float(known.max())
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-300):
        half = max(abs(low), 1.0) * 0.01
        low, high = low - half, high + half
    bins = min(30, max(5, math.ceil(math.sqrt(known.size)) + 1))
    axes.hist(known, bins=bins, range=(low, high), color=PALE, edgecolor="white")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_major_locator(MaxNLocator(5))


def _draw_interval(axes: Axes, limits: FloatArray, lang: str) -> None:
    """Mean as a line, the t interval as a band, the bootstrap interval as a bar above the histogram."""
    mean, low, high, bootstrap_low, bootstrap_high = limits
    if not np.isfinite(mean):
        return
    top = axes.get_ylim()[1]
    axes.set_ylim(0, 1.12 * top)
    axes.axvline(mean, color=BLUE, linewidth=1.8, label=_text("mean", lang))
    if np.isfinite(low):
        axes.axvspan(low, high, color=BLUE, alpha=0.22, linewidth=0, label=_text("t", lang))
    if np.isfinite(bootstrap_low):
        axes.errorbar(
            [(bootstrap_low + bootstrap_high) / 2],
            [1.06 * top],
            xerr=(bootstrap_high - bootstrap_low) / 2,
            fmt="none",
            ecolor=VERMILION,
            elinewidth=2,
            capsize=4,
            capthick=2,
            label=_text("bootstrap", lang),
        )
