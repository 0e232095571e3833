"""The weekly bulletin as a figure: on-time rate and rank of each unit, both with an interval.

The numbers are those of :mod:`hotline_sim.results.bulletin`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.plot.frame import (
    BLUE,
    VERMILION,
    legend_below,
    new_figure,
    say_none,
    settings,
    settle,
    tidy,
)
from hotline_sim.results.bulletin import FEW
from hotline_sim.results.definitions import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotline_sim.arrays import BoolArray, FloatArray
    from hotline_sim.results.log import TicketLog

WORDS: Final[dict[str, Wording]] = {
    "rate": Wording("on-time closure rate (%)", "按期办结率（%）"),
    "rank": Wording("rank (1: highest rate)", "名次（1为最高）"),
    "week": Wording("Week from {first} to {last}", "{first}至{last}一周"),
    "ranks": Wording("Rank and its interval", "名次及其区间"),
    "large": Wording("{few} tickets due or more", "到期工单{few}件及以上"),
    "small": Wording("fewer: a small unit, read the interval", "不足{few}件：单位小，看区间"),
    "unit": Wording("{unit} ({due})", "{unit}（{due}）"),
    "units": Wording("unit (tickets due)", "承办单位（到期件数）"),
}
_INCHES_A_UNIT: Final = 0.21


def bulletin_figure(
    rows: pd.DataFrame,
    log: TicketLog,
    lang: str = "en",
    *,
    title: str | None = None,
    labels: Mapping[str, str] | None = None,
) -> Figure:
    """Draw the units of one week by rank, the best on top.

    Parameters
    ----------
    rows : DataFrame
        One week of :func:`~hotline_sim.results.bulletin.bulletin`, at least one row; units without a ticket
        due have no place.
    log : TicketLog
        Where it comes from.
    lang : {"en", "zh"}
        Language.
    title : str, optional
        Title of the scenario; its name if not given.
    labels : mapping of str to str, optional
        Names of units for people.
    """
    first = rows["week"].iloc[0]
    placed = rows[rows["due"] > 0].sort_values(["rank", "rank_high", "unit"])
    height = 2.2 + _INCHES_A_UNIT * max(len(placed), 7)
    with settings():
        figure = new_figure(log, lang, "bulletin", title=title, width=11, height=height)
        rates, ranks = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
        last = first + np.timedelta64(6, "D")
        week = _text("week", lang).format(first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}")
        tidy(rates, xlabel=_text("rate", lang), ylabel=_text("units", lang), title=week)
        tidy(ranks, xlabel=_text("rank", lang), ylabel="", title=_text("ranks", lang))
        if placed.empty:
            for axes in (rates, ranks):
                say_none(axes, lang)
            return settle(figure)
        small = placed["small"].to_numpy()
        percent = 100 * placed[["on_time_rate", "low", "high"]].to_numpy(float).T
        _draw(rates, small, percent, lang)
        _draw(ranks, small, placed[["rank", "rank_low", "rank_high"]].to_numpy(float).T, lang)
        names = labels or {}
        rates.set_yticks(
            range(len(placed)),
            [
                _text("unit", lang).format(unit=names.get(unit, unit), due=due)
                for unit, due in zip(placed["unit"], placed["due"], strict=True)
            ],
            size=8.5,
        )
        rates.set_ylim(len(placed) - 0.4, -0.6)
        rates.set_xlim(max(0.0, 5 * (np.floor(percent[1].min() / 5) - 0.2)), 100.8)
        ranks.set_xlim(0, len(placed) + 1)
        ranks.xaxis.get_major_locator().set_params(integer=True)
        legend_below(figure, rates)
        return settle(figure)


def _draw(axes: Axes, small: BoolArray, numbers: FloatArray, lang: str) -> None:
    """Draw value, low and high, shape (3, units), from top to bottom."""
    value, low, high = numbers
    place = np.arange(value.size)
    for is_small, colour, marker, filled in ((False, BLUE, "o", True), (True, VERMILION, "D", False)):
        chosen = small == is_small
        if not chosen.any():
            continue
        axes.hlines(place[chosen], low[chosen], high[chosen], color=colour, linewidth=1.4)
        axes.plot(
            value[chosen],
            place[chosen],
            marker,
            color=colour,
            markerfacecolor=colour if filled else "white",
            markersize=5,
            label=_text("small" if is_small else "large", lang).format(few=FEW),
        )


def _text(key: str, lang: str) -> str:
    return WORDS[key].text(lang)
