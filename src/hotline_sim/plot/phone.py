"""How long callers wait for an operator, against the aim of 15 seconds, and how many give up.

All are calls by people who wait on the line; written requests are not in this figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.clock.ticks import SECOND
from hotline_sim.plot.frame import (
    BLUE,
    STYLES,
    distribution,
    hour_of_day,
    hours_axis,
    legend_below,
    mark_limit,
    new_figure,
    say_none,
    settings,
    settle,
    tidy,
)
from hotline_sim.plot.words import duration_word, share_word, word
from hotline_sim.results.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotline_sim.arrays import BoolArray, FloatArray
    from hotline_sim.results.log import TicketLog

AIM_SECONDS: Final = 15
SHOWN_SECONDS: Final = 120


def phone_wait(log: TicketLog, lang: str = "en", *, title: str | None = None) -> Figure:
    """Draw how long answered calls waited, and what became of calls by hour of the day.

    Parameters
    ----------
    log : TicketLog
        Calls of its window count, redials and those that found no line included.
    lang : {"en", "zh"}
        Language.
    title : str, optional
        Title of the scenario; its name if not given.
    """
    view = View(log)
    with settings():
        figure = new_figure(log, lang, "phone", title=title, height=5.6)
        left, right = figure.subplots(1, 2)
        _draw_waits(left, view, lang)
        _draw_hours(right, view, lang)
        if right.lines:
            legend_below(figure, right)
        return settle(figure)


def _draw_waits(axes: Axes, view: View, lang: str) -> None:
    tidy(
        axes,
        xlabel=word("wait axis", lang),
        ylabel=word("share of answered", lang),
        title=word("wait title", lang),
    )
    axes.set_xlim(0, SHOWN_SECONDS)
    axes.set_ylim(0, 103)
    axes.set_xticks(range(0, SHOWN_SECONDS + 1, 15))
    count = view.waits.size
    if not count:
        say_none(axes, lang, told=view.tells("phone"))
        return
    # Only what is shown is thinned, so that the line stays exact near the aim.
    shown = view.waits[view.waits <= SHOWN_SECONDS * SECOND]
    waits, percents = distribution(shown)
    percents = percents * (shown.size / count)
    at_once = int(np.count_nonzero(view.waits == 0))
    ends = [0.0, *(waits / SECOND), float(SHOWN_SECONDS)]
    axes.step(
        ends,
        [100 * at_once / count, *percents, 100 * shown.size / count],
        where="post",
        color=BLUE,
        linewidth=2,
    )
    quick = int(np.count_nonzero(view.waits <= AIM_SECONDS * SECOND))
    limit = duration_word(AIM_SECONDS, lang)
    share = share_word(quick, count, lang)
    mark_limit(axes, AIM_SECONDS, 100 * quick / count, word("within", lang, limit=limit, share=share))
    longer = share_word(count - shown.size, count, lang)
    notes = [
        word("at once", lang, share=share_word(at_once, count, lang)),
        word("beyond", lang, share=longer, time=duration_word(SHOWN_SECONDS, lang)),
    ]
    # Where the line is not: it is high on the right, unless nearly everybody waits long.
    low = np.count_nonzero(view.waits <= SHOWN_SECONDS * SECOND // 2) < count / 4
    x, y = (0.2, 0.86) if low else (0.6, 0.06)
    axes.text(x, y, "\n".join(notes), transform=axes.transAxes, size=9.5)


def _draw_hours(axes: Axes, view: View, lang: str) -> None:
    tidy(
        axes,
        xlabel=word("hour", lang),
        ylabel=word("share of offered", lang),
        title=word("by hour", lang),
    )
    hours_axis(axes)
    axes.set_ylim(0, 103)
    offered = _by_hour(view, view.calls)
    if not offered.any():
        say_none(axes, lang, told=view.tells("phone"))
        return
    quick = view.answered_calls & (view.visits["start"] - view.visits["ready"] <= AIM_SECONDS * SECOND)
    for key, among, style in (
        ("answered within", quick, STYLES[0]),
        ("abandoned", view.lost_calls, STYLES[1]),
        ("busy", view.busy_calls, STYLES[2]),
    ):
        if key == "busy" and not among.any():
            continue  # there are lines for everybody
        axes.plot(
            np.arange(24) + 0.5,
            _percent(_by_hour(view, among), offered),
            color=style.colour,
            linestyle=style.dashes,
            marker=style.marker,
            markersize=5,
            label=word(key, lang),
        )


def _by_hour(view: View, calls: BoolArray) -> FloatArray:
    hours = hour_of_day(view.visits["ready"][calls])
    return np.bincount(hours, minlength=24).astype(np.float64)


def _percent(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Shares in per cent; a gap where there is nothing to share."""
    shares = np.full(part.size, np.nan)
    np.divide(100 * part, whole, out=shares, where=whole > 0)
    return shares
