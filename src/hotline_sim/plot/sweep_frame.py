"""What the figures of a sweep share: where they come from, heading, footnote and panels.

The figures themselves are in ``sweep.py``; size, colours and font come from :mod:`~hotline_sim.plot.frame`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from unicodedata import east_asian_width

from hotline_sim.plot.frame import FOOTNOTE_INCHES, GREY, HEADING_INCHES, LEGEND_INCHES, MARGIN_INCHES
from hotline_sim.plot.sweep_levels import level_text
from hotline_sim.results.definitions import Wording
from hotline_sim.results.provenance import versions

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WORDS: Final[dict[str, Wording]] = {
    "against": Wording("{kpi}, by {key}", "{kpi}：按{key}"),
    "over": Wording("{kpi}, by {x} and {y}", "{kpi}：按{x}和{y}"),
    "heading": Wording("{title}: {how}{where}", "{title}：{how}{where}"),
    "interval": Wording(
        "mean of {count} replications with 95 % t intervals", "{count}次重复的均值及95% t置信区间"
    ),
    "mean": Wording("mean of {count} replications", "{count}次重复的均值"),
    "one": Wording("one replication", "1次重复"),
    "alone": Wording("one replication, no interval", "仅1次重复，无置信区间"),
    "fixed": Wording("; {values}", "；{values}"),
    "unit": Wording("{text} ({unit})", "{text}（{unit}）"),
    "footnote": Wording(
        "scenario {scenario}, {points} points ({design}), seed {seed}, hotline-sim {version}",
        "场景 {scenario}，{points}个方案（{design}），种子 {seed}，hotline-sim {version}",
    ),
    "comma": Wording(", ", "，"),
}


@dataclass(frozen=True)
class Origin:
    """Where a sweep comes from, for heading and footnote.

    Parameters
    ----------
    scenario : str
        Name of the scenario that was varied.
    title : str
        Its title in the language of the figure.
    keys : tuple of str
        What was varied, in order.
    design : str
        ``"grid"``, ``"lhs"`` or ``"sobol"``.
    points : int
        Number of points.
    seed : int
        Seed.
    """

    scenario: str
    title: str
    keys: tuple[str, ...]
    design: str
    points: int
    seed: int


def sweep_word(name: str, lang: str, **values: object) -> str:
    """Text of a figure in a language, with values filled in."""
    return _WORDS[name].text(lang).format(**values)


def heading(
    rows: pd.DataFrame, fixed: dict[str, Any], lang: str, origin: Origin, *, with_interval: bool
) -> str:
    """Whose numbers these are, how many replications, and the levels of keys that are not drawn."""
    count = int(rows["replications"].max()) if len(rows) else 0
    how = ("alone" if with_interval else "one") if count < 2 else "interval" if with_interval else "mean"
    values = _WORDS["comma"].text(lang).join(f"{key} = {level_text(value)}" for key, value in fixed.items())
    where = sweep_word("fixed", lang, values=values) if fixed else ""
    return sweep_word(
        "heading", lang, title=origin.title, how=sweep_word(how, lang, count=count), where=where
    )


def footnote(lang: str, origin: Origin) -> str:
    """Where the numbers come from: scenario, design, seed, release."""
    return sweep_word(
        "footnote",
        lang,
        scenario=origin.scenario,
        points=f"{origin.points:,}",
        design=origin.design,
        seed=origin.seed,
        version=versions()["hotline-sim"],
    )


def new_sweep_figure(
    subject: str, heading: str, footnote: str, *, panels: int, legend: bool
) -> tuple[Figure, list[Axes]]:
    """Figure with heading and footnote, and its panels side by side."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    width, height = (8.5, 5.4) if panels == 1 else (2 + 4.6 * panels, 5.4)
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    left, bottom = 0.15 / width, FOOTNOTE_INCHES + LEGEND_INCHES * legend
    figure.text(left, 1 - 0.12 / height, subject, size=_size(subject, width), va="top")
    figure.text(left, 1 - 0.43 / height, heading, size=10, color=GREY, va="top")
    figure.text(left, 0.1 / height, footnote, size=8, color=GREY)
    margin = MARGIN_INCHES / width
    engine = figure.get_layout_engine()
    assert engine is not None
    space = 1 - (HEADING_INCHES + bottom) / height
    engine.set(rect=(margin, bottom / height, 1 - 2 * margin, space))  # type: ignore[call-arg]
    return figure, list(figure.subplots(1, panels, squeeze=False)[0])


def _size(text: str, width: float) -> float:
    """Size of letters at which a heading fits into so many inches."""
    cells = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
    return min(14.0, (width - 0.3) * 72 / (0.58 * cells))
