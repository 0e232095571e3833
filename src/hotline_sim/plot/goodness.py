"""Records among many simulations: arrivals by hour and by day, distributions with QQ, giving up by wait.

The numbers come from :mod:`hotline_sim.experiment.goodness`; heading and footnote from ``study_frame.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from hotline_sim.clock.ticks import DAY, tick_of
from hotline_sim.plot.frame import (
    BLUE,
    VERMILION,
    date_axis,
    hours_axis,
    legend_below,
    say_none,
    settings,
    settle,
    tidy,
)
from hotline_sim.plot.study_frame import Study, new_study_figure
from hotline_sim.results.definitions import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotline_sim.arrays import FloatArray

Columns: TypeAlias = "Mapping[str, np.ndarray[Any, Any]]"
"""Columns observed, mean, low_80, high_80, low_95, high_95, and what they are told by."""

BANDS: Final = (95, 80)
MANY_DAYS: Final = 100
"""More than so many want a wider figure and smaller points."""
SHADES: Final = {95: "#D9E8F3", 80: "#A9CBE5"}
"""Tints of one blue, so that the key shows what the panel shows."""

_WORDS: Final[dict[str, Wording]] = {
    "hours": Wording("Arrivals by hour of the day: records and simulations", "分时段来件量：实际与模拟"),
    "days": Wording("Arrivals by day: records and simulations", "逐日来件量：实际与模拟"),
    "sample": Wording("{name}: records and simulations", "{name}：实际与模拟"),
    "hour": Wording("hour of the day (h)", "时刻（时）"),
    "date": Wording("date", "日期"),
    "per hour": Wording("per hour, mean of the days (number)", "每小时件数（各日平均）"),
    "per day": Wording("per day (number)", "每日件数"),
    "mean": Wording("mean of the simulations", "模拟均值"),
    "band": Wording("{band} % of simulations", "{band}%的模拟"),
    "seen": Wording("records", "实际记录"),
    "within": Wording("share that is not longer (%)", "不超过该时长的比例（%）"),
    "ecdf": Wording("Distribution function", "分布函数"),
    "qq": Wording("Quantiles, 1 to 99 %", "分位数（1%至99%）"),
    "simulated": Wording("simulated, mean ({unit})", "模拟均值（{unit}）"),
    "observed": Wording("observed ({unit})", "实际值（{unit}）"),
    "given up": Wording("Gave up within each class of waits", "各等待时段内的放弃比例"),
    "share": Wording("of those still waiting (%)", "占仍在等待者的比例（%）"),
    "class": Wording("wait (s)", "等待时长（秒）"),
}
_TIMES: Final[dict[str, Wording]] = {
    "wait": Wording("wait ({unit})", "等待时长（{unit}）"),
    "talk": Wording("talk time ({unit})", "通话时长（{unit}）"),
    "response": Wording("time to the first reply ({unit})", "首次答复用时（{unit}）"),
}
_SECONDS: Final = Wording("s", "秒")
_HOURS: Final = Wording("h", "小时")
_DAYS: Final = Wording("days", "天")


def hours_figure(series: Mapping[str, Columns], study: Study, lang: str = "en") -> Figure:
    """Draw arrivals by hour of the day, a panel for each series.

    Parameters
    ----------
    series : mapping of str to Columns
        By title of the panel; 24 rows each.
    study : Study
        For heading and footnote.
    lang : {"en", "zh"}
        Language.
    """
    with settings():
        figure, panels = _figure(study, "hours", lang, len(series))
        for axes, (title, rows) in zip(panels, series.items(), strict=True):
            tidy(axes, xlabel=_word("hour", lang), ylabel=_word("per hour", lang), title=title)
            middle = np.arange(0.5, 24.0)
            _draw_bands(axes, middle, rows, lang)
            _draw_seen(axes, middle, rows["observed"], lang)
            hours_axis(axes)
            axes.set_ylim(bottom=0)
        legend_below(figure, panels[0])
        return settle(figure)


def days_figure(series: Mapping[str, Columns], start: date, study: Study, lang: str = "en") -> Figure:
    """Draw arrivals by day, a panel for each series.

    Parameters
    ----------
    series : mapping of str to Columns
        By title of the panel; a row for each day.
    start : date
        First day.
    study, lang
        As for :func:`hours_figure`.
    """
    with settings():
        figure, panels = _figure(study, "days", lang, len(series))
        first = tick_of(start)
        many = max(rows["observed"].size for rows in series.values()) > MANY_DAYS
        if many:
            figure.set_figwidth(16)
        for axes, (title, rows) in zip(panels, series.items(), strict=True):
            tidy(axes, xlabel=_word("date", lang), ylabel=_word("per day", lang), title=title)
            days = np.asarray(first / DAY + np.arange(rows["observed"].size) + 0.5, np.float64)
            _draw_bands(axes, days, rows, lang)
            _draw_seen(axes, days, rows["observed"], lang, size=2.2 if many else 3.6)
            date_axis(axes, first, first + rows["observed"].size * DAY, lang)
            _thin(axes)
            axes.set_ylim(bottom=0)
        legend_below(figure, panels[0])
        return settle(figure)


def sample_figure(
    sample: str,
    name: str,
    tables: tuple[Columns, Columns, Columns | None],
    study: Study,
    lang: str = "en",
) -> Figure:
    """Draw distribution function and QQ of a sample, and for waits who gave up when.

    Parameters
    ----------
    sample : {"wait", "talk", "response"}
        What it is; responses are in hours, the others in seconds.
    name : str
        Its name for people.
    tables : (Columns, Columns, Columns or None)
        Distribution function by value, quantiles by percent, and shares that gave up by class of waits.
    study, lang
        As for :func:`hours_figure`.
    """
    spread, pairs, given_up = tables
    scale, unit = _unit(sample, float(spread["value"][-1]), lang)
    with settings():
        subject = _word("sample", lang).format(name=name[:1].upper() + name[1:])
        figure, panels = new_study_figure(
            study, subject, lang, panels=2 if given_up is None else 3, height=3.9
        )
        if given_up is None:
            figure.set_figwidth(9.5)
        time = _TIMES[sample].text(lang).format(unit=unit)
        tidy(panels[0], xlabel=time, ylabel=_word("within", lang), title=_word("ecdf", lang))
        _draw_bands(panels[0], spread["value"] / scale, spread, lang, factor=100)
        panels[0].plot(
            spread["value"] / scale, 100 * spread["observed"], color=VERMILION, label=_word("seen", lang)
        )
        panels[0].set_xlim(0, float(spread["value"][-1]) / scale)
        panels[0].set_ylim(_lowest(spread), 102)
        _draw_pairs(panels[1], pairs, scale, unit, lang)
        if given_up is not None:
            _draw_given_up(panels[2], given_up, lang)
        legend_below(figure, panels[0])
        return settle(figure)


def _lowest(spread: Columns) -> float:
    """Where the axis of shares begins: not at 0 if most are over at once."""
    least = 100 * min(float(spread[key].min()) for key in ("observed", "low_95"))
    return 0.0 if least < 50 else 10.0 * np.floor(least / 10)


def _draw_pairs(axes: Axes, pairs: Columns, scale: float, unit: str, lang: str) -> None:
    """QQ with the band of each quantile around the line of equality; quantiles that are open are left out."""
    tidy(
        axes,
        xlabel=_word("simulated", lang).format(unit=unit),
        ylabel=_word("observed", lang).format(unit=unit),
        title=_word("qq", lang),
    )
    over = np.isfinite(pairs["high_95"]) & np.isfinite(pairs["observed"]) & np.isfinite(pairs["mean"])
    rows = {key: values[over] / scale for key, values in pairs.items() if key not in _NOT_TIMES}
    if not over.any():
        say_none(axes, lang)
        return
    _draw_bands(axes, rows["mean"], rows, lang)
    _draw_seen(axes, rows["mean"], rows["observed"], lang)
    longest = 1.04 * max(float(rows[key].max()) for key in ("mean", "observed", "high_95"))
    axes.set_xlim(0, 1.04 * float(rows["mean"].max()) or 1.0)
    axes.set_ylim(0, longest or 1.0)


_NOT_TIMES: Final = ("percent", "inside_80", "inside_95")


def _draw_given_up(axes: Axes, rows: Columns, lang: str) -> None:
    tidy(axes, xlabel=_word("class", lang), ylabel=_word("share", lang), title=_word("given up", lang))
    if not rows or not rows["from"].size:
        say_none(axes, lang)
        return
    place = np.arange(rows["from"].size, dtype=np.float64)
    for band, width in ((95, 0.62), (80, 0.62)):
        low, high = 100 * rows[f"low_{band}"], 100 * rows[f"high_{band}"]
        axes.bar(place, high - low, width, bottom=low, color=SHADES[band], linewidth=0)
    axes.hlines(100 * rows["mean"], place - 0.31, place + 0.31, color=BLUE, linewidth=1.6)
    axes.plot(place, 100 * rows["observed"], "o", color=VERMILION, markersize=4.5)
    names = [
        f"{first:.0f}–{last:.0f}" if np.isfinite(last) else f"≥{first:.0f}"
        for first, last in zip(rows["from"], rows["to"], strict=True)
    ]
    axes.set_xticks(place, names, rotation=40, ha="right", fontsize=8.5)
    axes.set_ylim(bottom=0)


def _draw_bands(axes: Axes, at: FloatArray, rows: Columns, lang: str, *, factor: float = 1.0) -> None:
    for band in BANDS:
        low, high = factor * rows[f"low_{band}"], factor * rows[f"high_{band}"]
        label = _word("band", lang).format(band=band)
        axes.fill_between(at, low, high, color=SHADES[band], linewidth=0, label=label)
    axes.plot(at, factor * rows["mean"], color=BLUE, linewidth=1.6, label=_word("mean", lang))


def _draw_seen(axes: Axes, at: FloatArray, values: FloatArray, lang: str, *, size: float = 3.6) -> None:
    axes.plot(at, values, "o", color=VERMILION, markersize=size, label=_word("seen", lang))


def _figure(study: Study, subject: str, lang: str, panels: int) -> tuple[Figure, list[Axes]]:
    figure, axes = new_study_figure(study, _word(subject, lang), lang, panels=panels, height=3.6)
    figure.set_figwidth(11 if panels > 1 else 9)
    return figure, axes


def _thin(axes: Axes) -> None:
    """Name no more dates than a narrow panel has room for."""
    ticks, labels = axes.get_xticks(), [text.get_text() for text in axes.get_xticklabels()]
    every = -(-len(ticks) // 7)
    axes.set_xticks(ticks[::every].tolist(), labels[::every])


def _unit(sample: str, longest: float, lang: str) -> tuple[float, str]:
    """What values are divided by to be shown, and the unit that they have then."""
    if sample != "response":
        return 1.0, _SECONDS.text(lang)
    return (24.0, _DAYS.text(lang)) if longest > 72 else (1.0, _HOURS.text(lang))


def _word(key: str, lang: str) -> str:
    return _WORDS[key].text(lang)
