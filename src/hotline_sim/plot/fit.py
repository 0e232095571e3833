"""Figures of a fit: calls and agents by weekday and hour, laws of talk and patience against the records.

They take plain arrays; what they show is estimated in :mod:`hotline_sim.fit`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.plot.frame import (
    BLACK,
    FOOTNOTE_INCHES,
    GREY,
    HEADING_INCHES,
    LEGEND_INCHES,
    MARGIN_INCHES,
    PALE,
    STYLES,
    hours_axis,
    legend_below,
    settings,
    settle,
    tidy,
)
from hotline_sim.results.definitions import Wording
from hotline_sim.results.provenance import versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotline_sim.arrays import FloatArray, IntArray

_WORDS: Final[dict[str, Wording]] = {
    "rates": Wording("Calls by weekday and hour", "各星期分时来电量"),
    "staffing": Wording("Agents on duty, from who served when", "在岗坐席（由接听记录推断）"),
    "laws": Wording("Talk time and patience", "通话时长与忍耐时间"),
    "footnote": Wording(
        "scenario {name}, profile {profile}, hotline-sim {version}",
        "场景 {name}，读取配置 {profile}，hotline-sim {version}",
    ),
    "calls axis": Wording("calls per hour", "每小时来电（个）"),
    "agents axis": Wording("agents", "人数"),
    "hour": Wording("hour of the day (h)", "时刻（时）"),
    "range": Wording("lowest to highest day", "各日最低至最高"),
    "mean": Wording("mean of the days", "各日均值"),
    "rates scenario": Wording("in the scenario, before redials", "场景取值（不含重拨）"),
    "staffing scenario": Wording("in the scenario", "场景取值"),
    "no day": Wording("no such day", "无此日"),
    "talk": Wording("Talk time of answered calls", "接通来电的通话时长"),
    "talk axis": Wording("talk time (s)", "通话时长（秒）"),
    "within": Wording("share of calls within (%)", "不超过该时长的比例（%）"),
    "patience": Wording("Patience of callers who wait", "排队来电的忍耐时间"),
    "patience axis": Wording("time since joining the queue (s)", "排队时间（秒）"),
    "still": Wording("share that would still wait (%)", "仍愿等待的比例（%）"),
    "records": Wording("records", "实际记录"),
    "band": Wording("Kaplan-Meier with 95 % band", "Kaplan-Meier估计及95%置信带"),
    "chosen": Wording("{family} (chosen)", "{family}（选用）"),
    "exponential": Wording("exponential", "指数"),
    "lognormal": Wording("lognormal", "对数正态"),
    "gamma": Wording("gamma", "伽马"),
    "weibull": Wording("Weibull", "韦布尔"),
    "none": Wording("not identified by these records", "这些记录无法识别"),
}
_DAYS: Final = (
    Wording("Monday", "星期一"),
    Wording("Tuesday", "星期二"),
    Wording("Wednesday", "星期三"),
    Wording("Thursday", "星期四"),
    Wording("Friday", "星期五"),
    Wording("Saturday", "星期六"),
    Wording("Sunday", "星期日"),
)


@dataclass(frozen=True)
class FitOrigin:
    """Where a fit comes from.

    Parameters
    ----------
    name : str
        Of the scenario.
    title : str
        One line below the subject, in the language of the figure.
    profile : str
        What the records were read by.
    """

    name: str
    title: str
    profile: str


@dataclass(frozen=True, eq=False)
class Curve:
    """A law to draw.

    Parameters
    ----------
    family : str
        Key of a family.
    survival : float64 array, shape (n,)
        Probability of lasting longer than each of the panel's times.
    """

    family: str
    survival: FloatArray


def week_figure(
    subject: str, by_day: FloatArray, weekday: IntArray, scenario: FloatArray, lang: str, origin: FitOrigin
) -> Figure:
    """Draw an hourly quantity for each weekday: days of the records, their mean, and the scenario.

    Parameters
    ----------
    subject : {"rates", "staffing"}
        What it is.
    by_day : float64 array, shape (days, 24)
        Of the records.
    weekday : int64 array, shape (days,)
        Monday is 0.
    scenario : float64 array, shape (7, 24)
        What the scenario has.
    lang : {"en", "zh"}
        Language.
    origin : FitOrigin
        For heading and footnote.
    """
    with settings():
        figure = _figure(subject, lang, origin, width=11.5, height=6.2)
        axes = figure.subplots(2, 4, sharex=True, sharey=True).ravel()
        for day in range(7):
            _draw_day(axes[day], by_day[weekday == day], scenario[day], lang, subject)
            axes[day].set_title(_DAYS[day].text(lang), loc="left", size=11)
        for number, panel in enumerate(axes[:7]):
            panel.set_xlabel(_word("hour", lang) if number >= 3 else "")
            label = "calls axis" if subject == "rates" else "agents axis"
            panel.set_ylabel(_word(label, lang) if number % 4 == 0 else "")
            panel.tick_params(labelbottom=number >= 3)
        axes[7].set_visible(False)
        axes[0].set_ylim(bottom=0)
        legend_below(figure, axes[0])
        return settle(figure)


def _draw_day(axes: Axes, days: FloatArray, scenario: FloatArray, lang: str, subject: str) -> None:
    tidy(axes, xlabel="", ylabel="")
    hours_axis(axes)
    axes.set_xticks(range(0, 25, 6))
    middle = np.arange(24) + 0.5
    if days.size:
        axes.fill_between(
            middle, days.min(axis=0), days.max(axis=0), color=PALE, linewidth=0, label=_word("range", lang)
        )
        axes.plot(middle, days.mean(axis=0), color=BLACK, linewidth=1.2, label=_word("mean", lang))
    else:
        axes.text(12, 0.5, _word("no day", lang), color=GREY, ha="center")
    style = STYLES[0]
    edges = np.arange(25)
    axes.step(
        edges,
        np.append(scenario, scenario[-1]),
        where="post",
        color=style.colour,
        linewidth=1.6,
        label=_word(f"{subject} scenario", lang),
    )


def laws_figure(
    talk: FloatArray,
    talk_curves: Sequence[Curve],
    kaplan_meier: tuple[FloatArray, FloatArray, FloatArray, FloatArray] | None,
    patience_curves: Sequence[Curve],
    times: tuple[FloatArray, FloatArray],
    lang: str,
    origin: FitOrigin,
) -> Figure:
    """Draw talk time and patience of the records beside the laws that were fitted, the chosen one first.

    Parameters
    ----------
    talk : float64 array, shape (n,)
        Talk times in seconds.
    talk_curves, patience_curves : sequence of Curve
        Fitted laws, at the times of their panel.
    kaplan_meier : tuple of float64 arrays, or None
        Times, survival and its band.
    times : pair of float64 arrays
        Times in seconds at which the laws of each panel are given.
    lang : {"en", "zh"}
        Language.
    origin : FitOrigin
        For heading and footnote.
    """
    with settings():
        figure = _figure("laws", lang, origin, width=11.2, height=5.4)
        left, right = figure.subplots(1, 2)
        tidy(left, xlabel=_word("talk axis", lang), ylabel=_word("within", lang), title=_word("talk", lang))
        tidy(
            right,
            xlabel=_word("patience axis", lang),
            ylabel=_word("still", lang),
            title=_word("patience", lang),
        )
        for axes in (left, right):
            axes.set_ylim(0, 103)
        if talk.size and talk_curves:
            levels = np.linspace(0, 1, 400)
            left.plot(
                np.quantile(talk, levels),
                100 * levels,
                color=BLACK,
                linewidth=3,
                label=_word("records", lang),
            )
            _draw_curves(left, times[0], [(curve.family, 1 - curve.survival) for curve in talk_curves], lang)
            left.set_xlim(0, float(times[0][-1]))
            left.legend(frameon=False, fontsize=9, loc="lower right")
        else:
            _say_none(left, lang)
        if kaplan_meier is not None and patience_curves:
            at, survival, low, high = kaplan_meier
            right.fill_between(at, 100 * low, 100 * high, step="post", color=PALE, linewidth=0)
            right.step(at, 100 * survival, where="post", color=BLACK, linewidth=2, label=_word("band", lang))
            _draw_curves(right, times[1], [(curve.family, curve.survival) for curve in patience_curves], lang)
            right.set_xlim(0, float(times[1][-1]))
            right.legend(frameon=False, fontsize=9, loc="upper right")
        else:
            _say_none(right, lang)
        return settle(figure)


def _draw_curves(axes: Axes, times: FloatArray, curves: list[tuple[str, FloatArray]], lang: str) -> None:
    for number, (family, share) in enumerate(curves):
        style, name = STYLES[number], _word(family, lang)
        axes.plot(
            times,
            100 * share,
            color=style.colour,
            linestyle=style.dashes,
            linewidth=1.8 if number == 0 else 1.1,
            label=_word("chosen", lang).format(family=name) if number == 0 else name,
        )


def _say_none(axes: Axes, lang: str) -> None:
    axes.text(0.5, 0.5, _word("none", lang), transform=axes.transAxes, ha="center", color=GREY)


def _figure(subject: str, lang: str, origin: FitOrigin, *, width: float, height: float) -> Figure:
    """Figure with heading and footnote and an empty space between them."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    left = 0.15 / width
    foot = _word("footnote", lang).format(
        name=origin.name, profile=origin.profile, version=versions()["hotline-sim"]
    )
    figure.text(left, 1 - 0.12 / height, _word(subject, lang), size=15, va="top")
    figure.text(left, 1 - 0.43 / height, origin.title, size=10.5, color=GREY, va="top")
    figure.text(left, 0.1 / height, foot, size=8, color=GREY)
    margin, bottom = MARGIN_INCHES / width, (FOOTNOTE_INCHES + LEGEND_INCHES) / height
    engine = figure.get_layout_engine()
    assert engine is not None
    space = 1 - HEADING_INCHES / height - bottom
    engine.set(rect=(margin, bottom, 1 - 2 * margin, space))  # type: ignore[call-arg]
    return figure


def _word(key: str, lang: str) -> str:
    return _WORDS[key].text(lang)
