"""How busy the operators are over the hours of the day, on working days and on days off.

The step functions come from :mod:`hotline_sim.results.series`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.clock.ticks import HOUR, NEVER
from hotline_sim.network.codes import Stage
from hotline_sim.plot.frame import (
    BLACK,
    GREY,
    PALE,
    STYLES,
    hour_of_day,
    hours_axis,
    legend_below,
    new_figure,
    say_none,
    settings,
    settle,
    tidy,
)
from hotline_sim.plot.words import word
from hotline_sim.results.series import at_stations, busy_agents, by_hour, day_starts, is_working, staffing
from hotline_sim.results.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotline_sim.arrays import BoolArray, FloatArray
    from hotline_sim.results.log import TicketLog


def load_and_staffing(log: TicketLog, lang: str = "en", *, title: str | None = None) -> Figure:
    """Draw busy agents, offered load, agents on duty and calls by hour of the day.

    Parameters
    ----------
    log : TicketLog
        Its stations that take live calls, all together, over its window.
    lang : {"en", "zh"}
        Language.
    title : str, optional
        Title of the scenario; its name if not given.
    """
    view = View(log)
    with settings():
        figure = new_figure(log, lang, "load", title=title, height=5.6)
        panels = figure.subplots(1, 2, sharey=True)
        twins = [axes.twinx() for axes in panels]
        days = zip(panels, twins, (True, False), strict=True)
        highest = max(_draw_day(axes, twin, view, lang, working=working) for axes, twin, working in days)
        twins[0].tick_params(labelright=False)
        twins[1].set_ylabel(word("calls axis", lang))
        panels[1].set_ylabel("")
        drawn = [twin.get_ylim()[1] for twin in twins if twin.patches]
        most = max(drawn, default=1.0)
        for twin in twins:
            twin.set_ylim(0, most)
        panels[0].set_ylim(0, max(1.0, 1.08 * highest))
        if twins[0].get_legend_handles_labels()[0]:
            legend_below(figure, panels[0], twins[0])
        return settle(figure)


def _draw_day(axes: Axes, twin: Axes, view: View, lang: str, *, working: bool) -> float:
    """Draw one kind of day; returns the highest value on the left axis."""
    log, stations = view.log, view.meta.live_stations
    midnights = day_starts(log)
    days = int(np.count_nonzero(is_working(log, midnights) == working))
    tidy(
        axes,
        xlabel=word("hour", lang),
        ylabel=word("load axis", lang),
        title=word("working days" if working else "rest days", lang, days=days),
    )
    hours_axis(axes)
    axes.set_zorder(twin.get_zorder() + 1)
    axes.patch.set_visible(False)
    twin.spines[["top", "left", "right"]].set_visible(False)
    twin.tick_params(right=False, colors=GREY)
    if not days or not view.tells("phone"):
        say_none(axes, lang, told=view.tells("phone"))
    if not view.tells("phone"):
        return 0.0
    middle = np.arange(24) + 0.5
    calls = _per_day(view, view.calls, working=working, days=days)
    twin.bar(middle, calls, width=0.86, color=PALE, label=word("calls", lang))
    lines: dict[str, FloatArray] = {}
    if view.tells("staffing"):
        lines["agents on duty"] = by_hour(staffing(log, stations), log, working=working)
        _draw_stairs(axes, lines["agents on duty"], lang)
    if view.tells("talk"):
        lines["busy agents"] = by_hour(busy_agents(log, stations), log, working=working)
        lines["offered load"] = _offered_load(view, working=working, days=days)
        for key, style in zip(("busy agents", "offered load"), STYLES, strict=False):
            axes.plot(
                middle,
                lines[key],
                color=style.colour,
                linestyle=style.dashes,
                marker=style.marker,
                markersize=5,
                label=word(key, lang),
            )
    return float(np.nan_to_num(list(lines.values())).max(initial=0))


def _draw_stairs(axes: Axes, on_duty: FloatArray, lang: str) -> None:
    edges = np.arange(25)
    label = word("agents on duty", lang)
    axes.stairs(on_duty, edges, baseline=None, color=BLACK, linewidth=1.8, label=label)


def _per_day(view: View, visits: BoolArray, *, working: bool, days: int) -> FloatArray:
    """Mean number of visits that become ready in each hour of such a day."""
    ready = view.visits["ready"][visits]
    chosen = is_working(view.log, ready) == working
    return np.bincount(hour_of_day(ready[chosen]), minlength=24) / max(days, 1)


def _offered_load(view: View, *, working: bool, days: int) -> FloatArray:
    """Work that comes in each hour, in erlang: contacts and calls times the mean work of those served.

    Callers who gave up count with the work that they would have brought; calls back wait until there is time,
    and are left out. NaN if there is no such day.
    """
    if not days:
        return np.full(24, np.nan)
    visits = view.visits
    came = (
        np.isin(visits["stage"], (Stage.INTAKE, Stage.CHASE, Stage.REPEAT))
        & at_stations(view.log, view.meta.live_stations)
        & view.within(visits["ready"])
    )
    rows = np.flatnonzero(came)
    rows = rows[is_working(view.log, visits["ready"][rows]) == working]
    served = rows[visits["start"][rows] < NEVER]
    served = served[visits["end"][served] < NEVER]
    number = np.bincount(hour_of_day(visits["ready"][rows]), minlength=24)
    number_served = np.bincount(hour_of_day(visits["ready"][served]), minlength=24)
    work = np.bincount(
        hour_of_day(visits["ready"][served]), visits["end"][served] - visits["start"][served], minlength=24
    )
    mean_work = work / np.maximum(number_served, 1)
    return np.asarray(number * mean_work / (HOUR * days), np.float64)
