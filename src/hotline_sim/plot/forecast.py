"""Bands of a forecast, day by day, in one panel for each quantity; with what happened, if that is known.

The bands come from :mod:`hotline_sim.experiment.forecast`; heading and footnote from ``study_frame.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import DAY, tick_of
from hotline_sim.plot.frame import BLACK, BLUE, VERMILION, date_axis, legend_below, settings, settle, tidy
from hotline_sim.plot.study_frame import Study, new_study_figure
from hotline_sim.results.definitions import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotline_sim.arrays import BoolArray, FloatArray

QUANTITY_NAMES: Final[dict[str, Wording]] = {
    "requests": Wording("Requests", "诉求量"),
    "calls": Wording("Calls, redials included", "呼入量（含重拨）"),
    "load": Wording("Load, mean of the day", "日均话务强度"),
    "peak_load": Wording("Load of the busiest hour", "最忙时话务强度"),
    "tickets": Wording("New tickets", "新增工单"),
    "backlog": Wording("Open tickets at the end of the day", "日末在办工单"),
}
AXIS_NAMES: Final[dict[str, Wording]] = {
    "requests": Wording("requests per day", "每日诉求（件）"),
    "calls": Wording("calls per day", "每日呼入（个）"),
    "load": Wording("erlang", "erlang"),
    "peak_load": Wording("erlang", "erlang"),
    "tickets": Wording("tickets per day", "每日工单（件）"),
    "backlog": Wording("tickets", "工单（件）"),
}
_WORDS: Final[dict[str, Wording]] = {
    "heading": Wording("Forecast", "预测"),
    "backtest": Wording("Back-test: predicted and seen", "回测：预测与实际"),
    "median": Wording("median", "中位数"),
    "band": Wording("{band} % of futures", "{band}%的情形"),
    "seen": Wording("seen", "实际"),
    "apart": Wording("seen, event", "实际，特殊事件"),
    "date": Wording("date", "日期"),
}
_SHADES: Final = {95: "#D9E8F3", 80: "#A9CBE5", 50: "#6EA9D3"}
"""Tints of one blue, so that the key shows what the panel shows."""


class Bands(NamedTuple):
    """One quantity over days.

    ``median`` has shape (days,); ``bands`` gives the low and the high edge by per cent.
    """

    median: FloatArray
    bands: Mapping[int, tuple[FloatArray, FloatArray]]


class Seen(NamedTuple):
    """What happened: numbers of each day, and whether it is one of an event."""

    values: FloatArray
    events: BoolArray


def bands_by_day(
    quantities: Mapping[str, Bands], start: date, study: Study, lang: str = "en", *, seen: Seen | None = None
) -> Figure:
    """Draw the bands of one or more quantities.

    Parameters
    ----------
    quantities : mapping of str to Bands
        By name of ``QUANTITY_NAMES``; a panel for each.
    start : date
        First day.
    study : Study
        For heading and footnote.
    lang : {"en", "zh"}
        Language.
    seen : Seen, optional
        Of the first quantity.
    """
    with settings():
        subject = _WORDS["backtest" if seen is not None else "heading"].text(lang)
        height = 3.0 if len(quantities) > 1 else 3.8
        figure, panels = new_study_figure(study, subject, lang, panels=len(quantities), height=height)
        if len(quantities) == 1:
            figure.set_figwidth(11)
        for axes, (name, bands) in zip(panels, quantities.items(), strict=True):
            _panel(axes, name, bands, start, lang)
        if seen is not None:
            _draw_seen(panels[0], seen, start, lang)
        legend_below(figure, panels[0])
        return settle(figure)


def _panel(axes: Axes, name: str, bands: Bands, start: date, lang: str) -> None:
    tidy(
        axes,
        xlabel=_WORDS["date"].text(lang),
        ylabel=AXIS_NAMES[name].text(lang),
        title=QUANTITY_NAMES[name].text(lang),
    )
    days = _days(start, bands.median.size)
    for band in sorted(bands.bands, reverse=True):
        low, high = bands.bands[band]
        label = _WORDS["band"].text(lang).format(band=band)
        axes.fill_between(days, low, high, color=_SHADES[band], linewidth=0, label=label)
    axes.plot(days, bands.median, color=BLUE, linewidth=1.6, label=_WORDS["median"].text(lang))
    highest = max(float(high.max()) for _, high in bands.bands.values())
    axes.set_ylim(0, 1.05 * max(highest, 1e-9))
    first = tick_of(start)
    date_axis(axes, first, first + bands.median.size * DAY, lang)
    _thin(axes)


def _draw_seen(axes: Axes, seen: Seen, start: date, lang: str) -> None:
    days = _days(start, seen.values.size)
    marks = ((~seen.events, BLACK, "o", "seen"), (seen.events, VERMILION, "X", "apart"))
    for chosen, colour, marker, key in marks:
        if chosen.any():
            axes.plot(
                days[chosen],
                seen.values[chosen],
                marker,
                color=colour,
                markersize=3.2 if key == "seen" else 6,
                label=_WORDS[key].text(lang),
            )
    axes.set_ylim(0, 1.05 * max(axes.get_ylim()[1] / 1.05, float(seen.values.max())))


def _days(start: date, count: int) -> FloatArray:
    # The middle of each day.
    return np.asarray(tick_of(start) / DAY + np.arange(count) + 0.5, np.float64)


def _thin(axes: Axes) -> None:
    """Name no more dates than a narrow panel has room for."""
    ticks, labels = axes.get_xticks(), [text.get_text() for text in axes.get_xticklabels()]
    every = -(-len(ticks) // 6)
    axes.set_xticks(ticks[::every].tolist(), labels[::every])
