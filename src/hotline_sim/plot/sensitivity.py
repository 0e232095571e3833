"""Figure of a sensitivity analysis: the keys of a scenario by how much they move a key figure.

It takes the frame of :class:`hotline_sim.experiment.sensitivity.Sensitivity`; heading, footnote and size are
those of the figures of a sweep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.plot.frame import BLACK, BLUE, GREY, ORANGE, VERMILION, legend_below, settings, tidy
from hotline_sim.plot.sweep_frame import Origin, footnote, new_sweep_figure
from hotline_sim.results.definitions import Wording
from hotline_sim.results.names import UNITS, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotline_sim.arrays import FloatArray

MOST_KEYS: Final = 16
"""Keys in one panel at most, the most important ones."""
MOST_PANELS: Final = 3
_HEIGHT: Final = 0.36

_WORDS: Final[dict[str, Wording]] = {
    "tornado": Wording("Each key alone from end to end of its range", "逐项变动：各参数由下限至上限"),
    "morris": Wording("Morris screening: mean absolute effect", "Morris筛选：平均绝对效应"),
    "sobol": Wording("Sobol indices: share of the variance", "Sobol指数：方差贡献"),
    "heading": Wording("{title}: {how}, 95 % intervals", "{title}：{how}，95%置信区间"),
    "replications": Wording("{count} replications", "{count}次重复"),
    "one": Wording("one replication", "1次重复"),
    "low": Wording("low end", "下限"),
    "high": Wording("high end", "上限"),
    "change": Wording("change against {base}", "相对{base}的变化"),
    "mu_star": Wording("mean absolute effect over the range", "全范围平均绝对效应"),
    "first_order": Wording("first order (alone)", "一阶（单独作用）"),
    "total": Wording("total (with interactions)", "总效应（含交互）"),
    "share": Wording("share of the variance", "占方差比例"),
    "points": Wording("percentage points", "百分点"),
    "unit": Wording("{text} ({unit})", "{text}（{unit}）"),
}


def sensitivity_figure(
    frame: pd.DataFrame,
    names: dict[str, str],
    lang: str = "en",
    *,
    method: str,
    replications: int,
    origin: Origin,
) -> Figure:
    """Draw one panel for each key figure, one bar for each key, the most important on top.

    Parameters
    ----------
    frame : DataFrame
        Of a Sensitivity.
    names : dict of str to str
        What each key is called in the figure.
    lang : {"en", "zh"}
        Language.
    method : {"tornado", "morris", "sobol"}
        Which analysis.
    replications : int
        Of every point.
    origin : Origin
        Where the numbers come from.
    """
    kpis = list(dict.fromkeys(frame["kpi"]))[:MOST_PANELS]
    count = _WORDS["one" if replications == 1 else "replications"].text(lang).format(count=replications)
    with settings():
        figure, areas = new_sweep_figure(
            _WORDS[method].text(lang),
            _WORDS["heading"].text(lang).format(title=origin.title, how=count),
            footnote(lang, origin),
            panels=len(kpis),
            legend=method != "morris",
        )
        # Names of keys are long, and stand beside every panel in the order of its own.
        most = max(int((frame["kpi"] == kpi).sum()) for kpi in kpis)
        figure.set_size_inches(9.0 if len(kpis) == 1 else 2.0 + 5.6 * len(kpis), 5.4)
        for axes, kpi in zip(areas, kpis, strict=True):
            rows = frame[frame["kpi"] == kpi].head(MOST_KEYS)
            _draw(axes, rows, method, lang)
            labels = [f"{names[row.key]}  [{row.low}, {row.high}]" for row in rows.itertuples()]
            axes.set_yticks(range(len(rows)), labels, fontsize=9 if most <= 10 else 8)
            axes.set_ylim(len(rows) - 0.4, -0.6)
            axes.grid(visible=False, axis="y")
            axes.set_title(label(kpi, lang), loc="left", size=11)
        if method != "morris":
            legend_below(figure, areas[0])
    return figure


def _draw(axes: Axes, rows: pd.DataFrame, method: str, lang: str) -> None:
    places = np.arange(len(rows), dtype=np.float64)
    unit = str(rows["unit"].iloc[0])
    factor = 100.0 if unit == "share" else 1.0
    unit_text = _WORDS["points"].text(lang) if unit == "share" else UNITS[unit].text(lang)
    if method == "tornado":
        bars: Sequence[tuple[str, str, str]] = (("at_low", "low", BLUE), ("at_high", "high", ORANGE))
        for column, word, colour in bars:
            hatch = "" if word == "low" else "////"
            _bars(
                axes, places, rows, column, factor, colour=colour, text=_WORDS[word].text(lang), hatch=hatch
            )
        axes.axvline(0, color=BLACK, linewidth=1)
        base = float(rows["base"].iloc[0])
        space = " " if lang == "en" else ""
        shown = f"{100 * base:.2f}{space}%" if unit == "share" else f"{base:,.4g} {unit_text}".strip()
        text = _WORDS["change"].text(lang).format(base=shown)
    elif method == "morris":
        _bars(axes, places, rows, "mu_star", factor, colour=BLUE, text="", hatch="")
        text = _WORDS["mu_star"].text(lang)
    else:
        for shift, column, colour, hatch in (
            (-0.2, "first_order", BLUE, ""),
            (0.2, "total", VERMILION, "////"),
        ):
            word = _WORDS[column].text(lang)
            _bars(axes, places + shift, rows, column, 1.0, colour=colour, text=word, hatch=hatch)
        axes.axvline(0, color=BLACK, linewidth=1)
        text = _WORDS["share"].text(lang)
        unit_text = ""
    if unit_text:
        text = _WORDS["unit"].text(lang).format(text=text, unit=unit_text)
    tidy(axes, xlabel=text, ylabel="")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")


def _bars(
    axes: Axes,
    places: FloatArray,
    rows: pd.DataFrame,
    column: str,
    factor: float,
    *,
    colour: str,
    text: str,
    hatch: str,
) -> None:
    values: Any = rows[column].to_numpy(np.float64) * factor
    errors: Any = np.nan_to_num(rows[f"{column}_half_width"].to_numpy(np.float64)) * factor
    axes.barh(
        places, values, height=_HEIGHT, color=colour, hatch=hatch, edgecolor="white", label=text or None
    )
    axes.errorbar(values, places, xerr=errors, fmt="none", ecolor=GREY, elinewidth=1.2, capsize=2.5)
