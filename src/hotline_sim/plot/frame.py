"""What all figures share: size, heading, footnote, colours, and how a distribution becomes a line.

The words are in :mod:`~hotline_sim.plot.words`, the font in :mod:`~hotline_sim.plot.fonts`; each other
module of this folder draws one figure.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import DAY, HOUR, NEVER
from hotline_sim.plot.fonts import font_settings
from hotline_sim.plot.words import word
from hotline_sim.results.provenance import versions
from hotline_sim.results.unknown import RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.results.log import TicketLog

BLACK: Final = "#000000"
ORANGE: Final = "#E69F00"
SKY: Final = "#56B4E9"
GREEN: Final = "#009E73"
BLUE: Final = "#0072B2"
VERMILION: Final = "#D55E00"
PURPLE: Final = "#CC79A7"
GREY: Final = "#666666"
PALE: Final = "#D9D9D9"

HEADING_INCHES: Final = 0.72
FOOTNOTE_INCHES: Final = 0.3
LEGEND_INCHES: Final = 0.32
MARGIN_INCHES: Final = 0.1
MOST_POINTS: Final = 400
"""Points of a drawn distribution; more make a picture larger, not better."""

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Style(NamedTuple):
    """How one line is told from another: by colour, by dashes and by marker, any of which is enough."""

    colour: str
    dashes: str | tuple[int, tuple[float, ...]]
    marker: str


STYLES: Final = (
    Style(BLUE, "solid", "o"),
    Style(VERMILION, (0, (5, 1.5)), "s"),
    Style(GREEN, (0, (1.5, 1)), "^"),
    Style(PURPLE, (0, (5, 1.5, 1, 1.5)), "D"),
    Style(ORANGE, (0, (8, 2)), "v"),
    Style(SKY, (0, (4, 1)), "P"),
)
"""Okabe and Ito's colours, which colour-blind people tell apart, each with dashes and a marker of its own."""


@contextmanager
def settings(**more: Any) -> Iterator[None]:
    """Settings of matplotlib under which figures are made and written, with further ones by name.

    Parameters
    ----------
    **more
        Settings whose names have underscores in place of dots, such as ``svg_fonttype="path"``.
    """
    import matplotlib as mpl

    # Newer releases of matplotlib have a type for the names of settings, older ones take any text.
    values: Any = font_settings() | {name.replace("_", "."): value for name, value in more.items()}
    with mpl.rc_context(values):
        yield


def new_figure(
    log: TicketLog, lang: str, subject: str, *, title: str | None, width: float = 11, height: float = 6
) -> Figure:
    """Figure with heading and footnote and an empty space between them.

    Parameters
    ----------
    log : TicketLog
        Named with its window under the subject, with its seed in the footnote.
    lang : {"en", "zh"}
        Language.
    subject : str
        Key of the heading in the words of the figures.
    title : str or None
        Title of the scenario; its name if None.
    width, height : float
        Size in inches.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    meta, left = log.meta, 0.15 / width
    first, last = (str(np.datetime64(tick, "ms"))[:10] for tick in (meta.start, meta.end - 1))
    heading = word("heading", lang, title=title or meta.scenario, first=first, last=last)
    figure.text(left, 1 - 0.12 / height, word(subject, lang), size=15, va="top")
    figure.text(left, 1 - 0.43 / height, heading, size=10.5, color=GREY, va="top")
    figure.text(left, 0.1 / height, footnote(log, lang), size=8, color=GREY)
    _keep_free(figure, FOOTNOTE_INCHES)
    return figure


def footnote(log: TicketLog, lang: str) -> str:
    """Where the numbers come from: scenario, seed, replication, engine, release; or records and profile."""
    meta = log.meta
    return word(
        "footnote" if meta.engine != RECORDS else "footnote records",
        lang,
        scenario=meta.scenario,
        seed=meta.seed,
        replication=meta.replication,
        engine=meta.engine,
        version=versions()["hotline-sim"],
    )


def legend_below(figure: Figure, *sources: Axes) -> None:
    """Name the lines of some axes in one row between the axes and the footnote."""
    pairs = [pair for axes in sources for pair in zip(*axes.get_legend_handles_labels(), strict=True)]
    height = figure.get_figheight()
    figure.legend(
        [handle for handle, _ in pairs],
        [label for _, label in pairs],
        loc="center",
        bbox_to_anchor=(0.5, (FOOTNOTE_INCHES + LEGEND_INCHES / 2) / height),
        ncols=len(pairs),
        frameon=False,
        fontsize=9.5,
    ).set_in_layout(False)
    _keep_free(figure, FOOTNOTE_INCHES + LEGEND_INCHES)


def settle(figure: Figure) -> Figure:
    """Lay the figure out once and for all, to a thousandth of its size.

    The layout solver's last digits depend on where objects lie in memory, and the bytes of an SVG on them.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = (round(float(edge), 3) for edge in axes.get_position().bounds)
        axes.set_position((left, bottom, width, height))
    return figure


def _keep_free(figure: Figure, bottom: float) -> None:
    """Leave room for the heading and for so many inches at the bottom."""
    width, height = figure.get_figwidth(), figure.get_figheight()
    margin = MARGIN_INCHES / width
    engine = figure.get_layout_engine()
    assert engine is not None
    space = 1 - (HEADING_INCHES + bottom) / height
    engine.set(rect=(margin, bottom / height, 1 - 2 * margin, space))  # type: ignore[call-arg]


def tidy(axes: Axes, *, xlabel: str, ylabel: str, title: str = "") -> None:
    """Label axes, keep only the lines that carry meaning, and a pale grid behind."""
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    if title:
        axes.set_title(title, loc="left", size=11)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, color="#EBEBEB", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.yaxis.set_major_formatter("{x:,.15g}")


def mark_limit(axes: Axes, x: float, y: float, text: str) -> None:
    """Mark a limit on the way of a distribution, and say beside it how much lies within.

    Parameters
    ----------
    axes : Axes
        Its limits are set already.
    x, y : float
        Limit, and the share within it in per cent.
    text : str
        Beside the point.
    """
    axes.axvline(x, color=BLACK, linewidth=1.1, linestyle=(0, (4, 3)))
    axes.plot([x], [y], "o", color=BLACK, markersize=6)
    # A distribution rises, so there is room below it to the right.
    axes.annotate(
        text, (x, y), xytext=(8, -14 if y > 7 else 10), textcoords="offset points", va="center", size=10
    )


def say_none(axes: Axes, lang: str, *, told: bool = True) -> None:
    """Write into empty axes that there is nothing to show, or that the log does not tell."""
    text = word("none" if told else "untold", lang)
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=GREY)


def hours_axis(axes: Axes) -> None:
    """Hours of a day from left to right, a tick every three."""
    axes.set_xlim(0, 24)
    axes.set_xticks(range(0, 25, 3))


def date_axis(axes: Axes, start: int, end: int, lang: str) -> None:
    """Dates from left to right, for positions in days since 1970-01-01.

    Parameters
    ----------
    axes : Axes
        Whose horizontal axis.
    start, end : int
        First and last tick.
    lang : {"en", "zh"}
        Language of the months.
    """
    first, last = (np.datetime64(tick, "ms") for tick in (start, end))
    months = np.arange(first.astype("datetime64[M]"), last.astype("datetime64[M]") + 1)
    if months.size <= 4:
        every = max(1, round((end - start) / DAY / 12))
        dates = np.arange(first.astype("datetime64[D]"), last.astype("datetime64[D]") + 1, every)
        labels = [str(date)[5:] for date in dates]
    elif months.size <= 18:
        dates, labels = months, [_month(date, lang) for date in months]
    else:
        dates = months[:: -(-months.size // 16)]
        labels = [str(date) for date in dates]
    axes.set_xticks(dates.astype("datetime64[D]").astype(np.int64).tolist(), labels)
    axes.set_xlim(start / DAY, end / DAY)


def _month(date: np.datetime64, lang: str) -> str:
    number = int(date.astype(np.int64)) % 12
    return MONTHS[number] if lang == "en" else f"{number + 1}月"


def distribution(values: IntArray) -> tuple[FloatArray, FloatArray]:
    """Empirical distribution function, thinned for drawing.

    Parameters
    ----------
    values : int64 array, shape (n,)
        Durations; NEVER counts as longer than any other.

    Returns
    -------
    values : float64 array, shape (m,)
        Increasing, without NEVER.
    percent : float64 array, shape (m,)
        Share of all n that each value is not exceeded by, in per cent.
    """
    done = np.sort(values[values < NEVER])
    if done.size > MOST_POINTS:
        ranks = np.unique(np.linspace(0, done.size - 1, MOST_POINTS).astype(np.int64))
    else:
        ranks = np.arange(done.size)
    return done[ranks].astype(np.float64), 100 * (ranks + 1.0) / max(values.size, 1)


def hour_of_day(ticks: IntArray) -> IntArray:
    """Hour of the day of each tick, 0 to 23."""
    return np.asarray(ticks % DAY // HOUR, np.int64)
