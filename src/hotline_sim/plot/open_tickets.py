"""How many tickets are open over time, how many of them past their deadline, with the holidays.

The step function of open tickets comes from :mod:`hotline_sim.results.series`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import DAY, HOUR, tick_of
from hotline_sim.plot.frame import (
    GREY,
    PALE,
    STYLES,
    date_axis,
    legend_below,
    new_figure,
    say_none,
    settings,
    settle,
    tidy,
)
from hotline_sim.plot.words import holiday_word, word
from hotline_sim.results.schema import TicketOutcome
from hotline_sim.results.series import day_starts, is_working
from hotline_sim.results.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotline_sim.clock.days import Days
    from hotline_sim.results.log import TicketLog

_LONG_WINDOW: Final = 100 * DAY
"""Windows longer than this are drawn by the day, shorter ones by the hour."""


class _Holiday(NamedTuple):
    """A stretch of days off, from its first midnight to the one after it."""

    start: int
    end: int
    name: str


def backlog(
    log: TicketLog, lang: str = "en", *, title: str | None = None, days: Days | None = None
) -> Figure:
    """Draw open tickets, and those past their deadline, over the window, with holidays shaded.

    Parameters
    ----------
    log : TicketLog
        Tickets of the run-in count while they are open.
    lang : {"en", "zh"}
        Language.
    title : str, optional
        Title of the scenario; its name if not given.
    days : Days, optional
        Tells the holidays by name. Without it, stretches of days off that hold a weekday from Monday to
        Friday are shaded without a name.
    """
    view = View(log)
    with settings():
        figure = new_figure(log, lang, "backlog", title=title, height=5)
        axes = figure.add_subplot()
        tidy(axes, xlabel=word("date", lang), ylabel=word("open axis", lang))
        if view.tells("reply"):
            _draw_lines(axes, view, lang)
            _draw_holidays(axes, _holidays(view, days), lang)
        else:
            axes.set_ylim(0, 1)
            date_axis(axes, view.meta.start, view.meta.end, lang)
            say_none(axes, lang, told=False)
        if axes.get_legend_handles_labels()[0]:
            legend_below(figure, axes)
        return settle(figure)


def _draw_lines(axes: Axes, view: View, lang: str) -> None:
    start, end = view.meta.start, view.meta.end
    spacing = DAY if end - start > _LONG_WINDOW else HOUR
    # What happens after the horizon is not known.
    ticks = np.arange(start, min(end, view.meta.horizon) + 1, spacing, dtype=np.int64)
    everything, late = view.backlog.at(ticks), _overdue(view).at(ticks)
    lines = (("open", everything, STYLES[0]), ("overdue", late, STYLES[1]))
    for key, tickets, style in lines if view.tells("due") else lines[:1]:
        axes.plot(
            ticks / DAY,
            tickets,
            color=style.colour,
            linestyle=style.dashes,
            linewidth=1.8,
            label=word(key, lang),
        )
    axes.set_xlim(start / DAY, end / DAY)
    # Room on top for the names of the holidays.
    axes.set_ylim(0, 1.35 * max(8, everything.max(initial=0)))
    date_axis(axes, start, end, lang)


def _overdue(view: View) -> Steps:
    """Open tickets past their deadline."""
    tickets, after = view.tickets, view.meta.horizon + 1
    late = view.became(TicketOutcome.TICKET) & (tickets["replied"] > tickets["due"])
    starts = np.minimum(np.maximum(tickets["due"], tickets["recorded"])[late], after)
    return Steps.from_intervals(starts, np.minimum(tickets["replied"][late], after))


def _holidays(view: View, days: Days | None) -> list[_Holiday]:
    """Holidays that touch the window, cut to it."""
    if days is None:
        found = _unnamed(view)
    else:
        found = [
            _Holiday(tick_of(first), tick_of(last) + DAY, name) for first, last, name in days.holiday_runs()
        ]
    start, end = view.meta.start, view.meta.end
    return [
        _Holiday(max(holiday.start, start), min(holiday.end, end), holiday.name)
        for holiday in found
        if holiday.start < end and holiday.end > start
    ]


def _unnamed(view: View) -> list[_Holiday]:
    """Stretches of days off with a weekday from Monday to Friday in them."""
    midnights = day_starts(view.log)
    off = ~is_working(view.log, midnights)
    # 1970-01-01 was a Thursday.
    weekday = off & ((midnights // DAY + 3) % 7 < 5)
    edges = np.flatnonzero(np.diff(off, prepend=False, append=False))
    return [
        _Holiday(int(midnights[low]), int(midnights[high - 1]) + DAY, "")
        for low, high in zip(edges[::2], edges[1::2], strict=True)
        if weekday[low:high].any()
    ]


def _draw_holidays(axes: Axes, holidays: list[_Holiday], lang: str) -> None:
    start, end = axes.get_xlim()
    # A name is as wide as four days of a year, and stays inside the axes.
    inside = 0.011 * (end - start)
    for number, holiday in enumerate(holidays):
        # Only the first one has a label, so that the legend names the shade once.
        label = word("holiday", lang) if number == 0 else None
        axes.axvspan(holiday.start / DAY, holiday.end / DAY, color=PALE, linewidth=0, zorder=0, label=label)
        axes.text(
            min(max((holiday.start + holiday.end) / (2 * DAY), start + inside), end - inside),
            0.985,
            holiday_word(holiday.name, lang),
            transform=axes.get_xaxis_transform(),
            rotation=90,
            ha="center",
            va="top",
            size=8.5,
            color=GREY,
        )
