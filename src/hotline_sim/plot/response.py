"""How long citizens wait for the first reply: all tickets by class, and urgent ones against one hour.

Direct answers are left out, they take as long as the call. Key figures of response times are in
:mod:`hotline_sim.results.kpis`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import DAY, HOUR, MINUTE, NEVER, SECOND
from hotline_sim.plot.frame import (
    BLACK,
    GREY,
    STYLES,
    Style,
    distribution,
    mark_limit,
    new_figure,
    say_none,
    settings,
    settle,
    tidy,
)
from hotline_sim.plot.words import class_word, duration_word, share_word, word
from hotline_sim.results.unknown import RECORDS
from hotline_sim.results.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.results.log import TicketLog

PERCENTS: Final = (50, 90, 95, 99)
_ALL: Final = Style(BLACK, "solid", "")
_COLUMNS: Final = (0.02, 0.32, 0.45, 0.58, 0.71, 0.84)
"""Where the columns of the table begin or, from the second on, end; shares of its width."""


class _Row(NamedTuple):
    """One line of the figure and of its table."""

    name: str
    style: Style
    times: IntArray
    """Ticks to the first reply, NEVER for open tickets."""
    quantiles: tuple[float | None, ...]
    """Seconds by PERCENTS; None among open tickets."""


def response_time(log: TicketLog, lang: str = "en", *, title: str | None = None) -> Figure:
    """Draw the distribution of the time from arrival to first reply, with a table of quantiles.

    Parameters
    ----------
    log : TicketLog
        Tickets that arrived in its window count; open ones as longer than any other.
    lang : {"en", "zh"}
        Language.
    title : str, optional
        Title of the scenario; its name if not given.
    """
    view = View(log)
    rows = _rows(view, lang)
    with settings():
        figure = new_figure(log, lang, "response", title=title, height=7)
        note = _note(rows, log, lang)
        table_height = 0.2 * (len(rows) + 1 + bool(note))
        grid = figure.add_gridspec(
            2, 2, width_ratios=(1.75, 1), height_ratios=(5.5 - table_height, table_height)
        )
        _draw_classes(figure.add_subplot(grid[0, 0]), rows[:-1], lang, told=view.tells("reply"))
        _draw_urgent(figure.add_subplot(grid[0, 1]), rows[-1], lang, told=view.tells("reply", "urgent"))
        _draw_table(figure.add_subplot(grid[1, :]), rows, note, lang)
        return settle(figure)


def _rows(view: View, lang: str) -> list[_Row]:
    """All tickets, each class that has any, and last the urgent ones."""
    made = view.made if view.tells("reply") else np.zeros_like(view.made)
    rows = [_row(view, word("all tickets", lang), _ALL, made)]
    for (name, among), style in zip(view.classes.items(), STYLES, strict=False):
        if np.any(made & among):
            rows.append(_row(view, class_word(name, lang), style, made & among))
    urgent = made & (view.tickets["urgent"] == 1)
    return [*rows, _row(view, word("urgent", lang), STYLES[-1], urgent)]


def _row(view: View, name: str, style: Style, among: BoolArray) -> _Row:
    times = view.response[among]
    quantiles = tuple(view.quantile(times, percent, SECOND, "s").value for percent in PERCENTS)
    return _Row(name, style, times, quantiles)


def _draw_classes(axes: Axes, rows: list[_Row], lang: str, *, told: bool) -> None:
    longest = max(map(_longest, rows), default=0.0) or 10 * DAY / SECOND
    unit, label = (DAY, "response axis days") if longest > 2 * DAY / SECOND else (HOUR, "response axis hours")
    tidy(axes, xlabel=word(label, lang), ylabel=word("share axis", lang), title=word("tickets title", lang))
    axes.set_xlim(0, 1.15 * longest * SECOND / unit)
    axes.set_ylim(0, 103)
    for row in rows:
        _draw_line(axes, row, unit)
        at = [
            (quantile * SECOND / unit, percent)
            for quantile, percent in zip(row.quantiles, PERCENTS, strict=True)
            if quantile is not None
        ]
        if row.style is _ALL:
            _mark_quantiles(axes, at, lang)
        else:
            axes.plot([x for x, _ in at], [y for _, y in at], row.style.marker, color=row.style.colour)
    if not rows[0].times.size:
        say_none(axes, lang, told=told)


def _longest(row: _Row) -> float:
    """Seconds up to which a line is worth showing; while many tickets are open, of those that are not."""
    if row.quantiles[-1] is not None:
        return row.quantiles[-1]
    done = row.times[row.times < NEVER]
    shown = float(np.quantile(done, PERCENTS[-1] / 100)) / SECOND if done.size else 0.0
    return max([shown, *(quantile for quantile in row.quantiles if quantile is not None)])


def _draw_line(axes: Axes, row: _Row, unit: int) -> None:
    times, percents = distribution(row.times)
    axes.step(
        [0, *(times / unit)],
        [0, *percents],
        where="post",
        color=row.style.colour,
        linestyle=row.style.dashes,
        linewidth=2.4 if row.style is _ALL else 1.6,
    )


def _mark_quantiles(axes: Axes, at: list[tuple[float, int]], lang: str) -> None:
    """Vertical lines at quantiles, named on top where there is room."""
    room = 0.07 * axes.get_xlim()[1]
    last = -room
    for x, percent in at:
        axes.plot([x, x], [0, percent], color=GREY, linewidth=0.9, linestyle=(0, (1, 2)))
        if x - last >= room:
            axes.annotate(
                word("quantile", lang, percent=percent),
                (x, 1.5),
                xytext=(2, 0),
                textcoords="offset points",
                size=8,
                color=GREY,
            )
            last = x


def _draw_urgent(axes: Axes, row: _Row, lang: str, *, told: bool) -> None:
    tidy(axes, xlabel=word("urgent axis", lang), ylabel=word("urgent share axis", lang))
    axes.set_title(word("urgent title", lang), loc="left", size=11)
    ninth = row.quantiles[1] or 0.0
    # Enough to see the limit and nine tickets of ten, but never more than a day.
    end = min(max(120.0, 1.2 * ninth / 60), 1440.0)
    axes.set_xlim(0, end)
    axes.set_ylim(0, 103)
    if not row.times.size:
        say_none(axes, lang, told=told)
        return
    _draw_line(axes, row, MINUTE)
    within = int(np.count_nonzero(row.times <= HOUR))
    share = share_word(within, row.times.size, lang)
    mark_limit(
        axes,
        60,
        100 * within / row.times.size,
        word("within", lang, limit=duration_word(60 * 60, lang), share=share),
    )


def _note(rows: list[_Row], log: TicketLog, lang: str) -> str:
    """What "open" means in the table; empty if it does not stand there."""
    if not any(row.times.size and None in row.quantiles for row in rows):
        return ""
    key = "still open note" if log.meta.engine != RECORDS else "still open records"
    return word(key, lang, date=str(np.datetime64(log.meta.horizon, "ms"))[:10])


def _draw_table(axes: Axes, rows: list[_Row], note: str, lang: str) -> None:
    """Quantiles; its first column is the legend of the lines, its last line a note."""
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(len(rows) + 0.5 + bool(note), -0.5))
    axes.text(_COLUMNS[-1], len(rows) + 1, note, ha="right", va="center", size=8, color=GREY)
    heads = [word("number", lang), *(word("quantile head", lang, percent=percent) for percent in PERCENTS)]
    for x, head in zip(_COLUMNS[1:], heads, strict=True):
        axes.text(x, 0, head, ha="right", va="center", size=9, color=GREY)
    for y, row in enumerate(rows, start=1):
        line, style = _COLUMNS[0], row.style
        axes.plot(
            [line, line + 0.025, line + 0.05],
            [y] * 3,
            color=style.colour,
            linestyle=style.dashes,
            marker=style.marker,
            markevery=(1, 5),
            linewidth=2.4 if style is _ALL else 1.6,
        )
        axes.text(line + 0.06, y, row.name, va="center", size=9)
        cells = [f"{row.times.size:,}", *(_cell(quantile, row, lang) for quantile in row.quantiles)]
        for x, cell in zip(_COLUMNS[1:], cells, strict=True):
            axes.text(x, y, cell, ha="right", va="center", size=9)


def _cell(seconds: float | None, row: _Row, lang: str) -> str:
    if seconds is not None:
        return duration_word(seconds, lang)
    return word("still open", lang) if row.times.size else "-"
