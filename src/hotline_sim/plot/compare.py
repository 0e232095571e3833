"""Figure of a comparison: differences pair by pair, with the interval of their mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.plot.frame import BLACK, BLUE, GREY, VERMILION, legend_below, settings, settle, tidy
from hotline_sim.plot.study_frame import MOST_PANELS, Study, difference_unit, new_study_figure, shown_kpi
from hotline_sim.results.definitions import Wording
from hotline_sim.results.names import label

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotline_sim.arrays import FloatArray

_WORDS: Final[dict[str, Wording]] = {
    "differences": Wording("Difference from {base}, pair by pair", "与{base}之差（逐对）"),
    "axis": Wording("difference ({unit})", "差值（{unit}）"),
    "pair": Wording("one pair of replications", "一对重复"),
    "t": Wording("mean with its 95 % t interval", "均值及95% t区间"),
    "bootstrap": Wording("95 % bootstrap interval", "95%自助法区间"),
}


def differences_figure(
    differences: Mapping[str, Mapping[str, FloatArray]],
    summary: pd.DataFrame,
    study: Study,
    lang: str = "en",
    *,
    base: str,
) -> Figure:
    """Differences of every scenario from the first: each pair as a dot, the mean with two intervals.

    Parameters
    ----------
    differences : mapping of str to mapping of str to float64 array, shape (n,)
        Scenario minus base, by key figure and scenario; the first six key figures are drawn.
    summary : DataFrame
        From ``Comparison.summary``.
    study : Study
        Whose numbers.
    lang : {"en", "zh"}
        Language.
    base : str
        Name of the first scenario.
    """
    rows = {(row["kpi"], row["scenario"]): row for row in summary.to_dict("records")}
    kpis = list(differences)[:MOST_PANELS]
    scenarios = list(differences[kpis[0]])
    height = max(2.2, 1.3 + 0.55 * len(scenarios))
    with settings():
        subject = _WORDS["differences"].text(lang).format(base=base)
        figure, areas = new_study_figure(study, subject, lang, panels=len(kpis), height=height)
        for place, (axes, kpi) in enumerate(zip(areas, kpis, strict=True)):
            unit = str(rows[kpi, scenarios[0]]["unit"])
            xlabel = _WORDS["axis"].text(lang).format(unit=difference_unit(unit, lang))
            tidy(axes, xlabel=xlabel, ylabel="", title=label(kpi, lang))
            axes.axvline(0, color=BLACK, linewidth=1.1, linestyle=(0, (4, 3)))
            for line, name in enumerate(scenarios):
                _draw_line(axes, line, shown_kpi(differences[kpi][name], unit), lang)
                limits = ("difference", "low", "high", "bootstrap_low", "bootstrap_high")
                row = np.array([rows[kpi, name][column] for column in limits])
                _draw_interval(axes, line, shown_kpi(row, unit), lang)
            axes.set_yticks(range(len(scenarios)), scenarios if place % 3 == 0 else [""] * len(scenarios))
            axes.set_ylim(len(scenarios) - 0.4, -0.6)
            axes.xaxis.set_major_formatter("{x:,.15g}")
        legend_below(figure, areas[0])
        return settle(figure)


def _draw_line(axes: Axes, line: int, values: FloatArray, lang: str) -> None:
    known = values[np.isfinite(values)]
    # Spread over a narrow band in an order that has nothing to do with the value, so that dots do not hide.
    offsets = 0.16 * (np.arange(known.size) * 0.618034 % 1 - 0.5)
    text = _WORDS["pair"].text(lang) if line == 0 else ""
    axes.plot(known, line + 0.2 + offsets, ".", color=GREY, markersize=5, alpha=0.6, label=text)


def _draw_interval(axes: Axes, line: int, limits: FloatArray, lang: str) -> None:
    mean, low, high, bootstrap_low, bootstrap_high = limits
    if not np.isfinite(mean):
        return
    half = (high - low) / 2 if np.isfinite(low) else 0.0
    axes.errorbar(
        [mean],
        [line - 0.22],
        xerr=half,
        fmt="o",
        color=BLUE,
        markersize=6,
        elinewidth=2,
        capsize=4,
        capthick=2,
        label=_WORDS["t"].text(lang) if line == 0 else "",
    )
    if np.isfinite(bootstrap_low):
        axes.errorbar(
            [(bootstrap_low + bootstrap_high) / 2],
            [line - 0.04],
            xerr=(bootstrap_high - bootstrap_low) / 2,
            fmt="none",
            ecolor=VERMILION,
            elinewidth=2,
            capsize=4,
            capthick=2,
            label=_WORDS["bootstrap"].text(lang) if line == 0 else "",
        )
