"""Figure of a verification: estimate over theory with its interval, and the distance from it, by case.

What is compared is made by :mod:`hotline_sim.experiment.verification`, one mark a row.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from hotline_sim.plot.frame import (
    BLACK,
    BLUE,
    FOOTNOTE_INCHES,
    GREY,
    HEADING_INCHES,
    MARGIN_INCHES,
    PALE,
    VERMILION,
    settings,
    settle,
    tidy,
)
from hotline_sim.results.definitions import Wording
from hotline_sim.results.provenance import versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH: Final = 11.0
LINE_INCHES: Final = 0.235
"""Height of a case."""
FARTHEST: Final = 8.0
"""Distances beyond this are drawn at the edge."""
SPREAD: Final = 0.5
"""Part of a line over which the rows of a case are spread."""

_WORDS: Final[dict[str, Wording]] = {
    "subject": Wording("The simulator against theory", "模拟与理论对比"),
    "heading": Wording(
        "{rows} comparisons in {cases} cases; {failed} failed",
        "{cases}个案例，{rows}项对比；未通过{failed}项",
    ),
    "footnote": Wording(
        "seed {seed}; 95 % intervals; all distances within ±{bound:.2f} with probability {sure:.0%} or more; "
        "hotline-sim {version}",
        "种子 {seed}；95%置信区间；全部偏差在±{bound:.2f}之内的概率不低于{sure:.0%}；hotline-sim {version}",
    ),
    "ratio": Wording("estimate over theory", "估计值与理论值之比"),
    "z": Wording("distance from theory (standard errors)", "与理论值的偏差（标准误）"),
}


class Mark(NamedTuple):
    """One comparison.

    Attributes
    ----------
    case : str
        Name of the case for people; marks of one case stand together.
    ratio, half_width : float
        Estimate over theory, and half of the 95 % interval over theory.
    z : float
        Distance in standard errors.
    passed : bool
        Whether it is good enough.
    """

    case: str
    ratio: float
    half_width: float
    z: float
    passed: bool


class Compared(Protocol):
    """What a mark needs to know of a comparison."""

    @property
    def title(self) -> Wording:
        """Name of the case."""

    @property
    def theory(self) -> float:
        """What the formula says."""

    @property
    def estimate(self) -> float:
        """What came out."""

    @property
    def half_width(self) -> float:
        """Half of its interval."""

    @property
    def z(self) -> float:
        """Distance in standard errors."""

    @property
    def verdict(self) -> str:
        """``"pass"``, or what is wrong."""


def marks_of(rows: Iterable[Compared], lang: str) -> list[Mark]:
    """Marks of comparisons, named in a language."""
    return [
        Mark(
            case=row.title.text(lang),
            ratio=row.estimate / row.theory,
            half_width=row.half_width / abs(row.theory),
            z=row.z,
            passed=row.verdict == "pass",
        )
        for row in rows
    ]


def verification(
    marks: Sequence[Mark], *, bound: float, precision: float, false_alarm: float, seed: int, lang: str = "en"
) -> Figure:
    """Draw all comparisons, case by case.

    Parameters
    ----------
    marks : sequence of Mark
        At least one.
    bound : float
        Largest distance that passes.
    precision : float
        Widest interval that passes, over theory.
    false_alarm : float
        Probability of a failure by chance, over all marks.
    seed : int
        Of the run.
    lang : {"en", "zh"}
        Language.
    """
    groups = [(case, list(found)) for case, found in groupby(marks, key=lambda mark: mark.case)]
    height = 1.9 + LINE_INCHES * len(groups)
    failed = sum(not mark.passed for mark in marks)
    heading = _WORDS["heading"].text(lang).format(rows=len(marks), cases=len(groups), failed=failed)
    footnote = _WORDS["footnote"].text(lang)
    with settings():
        figure = _new(
            height,
            _WORDS["subject"].text(lang),
            heading,
            footnote.format(seed=seed, bound=bound, sure=1 - false_alarm, version=versions()["hotline-sim"]),
        )
        ratios, distances = figure.subplots(1, 2, sharey=True, width_ratios=(1.25, 1))
        _draw_ratios(ratios, groups, precision, _WORDS["ratio"].text(lang))
        _draw_distances(distances, groups, bound, _WORDS["z"].text(lang))
        ratios.set_yticks(range(len(groups)), [case for case, _ in groups], fontsize=8.5)
        ratios.set_ylim(len(groups) - 0.4, -0.6)
        return settle(figure)


def _new(height: float, subject: str, heading: str, footnote: str) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    FigureCanvasAgg(figure)
    left, margin = 0.15 / WIDTH, MARGIN_INCHES / WIDTH
    figure.text(left, 1 - 0.12 / height, subject, size=15, va="top")
    figure.text(left, 1 - 0.43 / height, heading, size=10.5, color=GREY, va="top")
    figure.text(left, 0.1 / height, footnote, size=8, color=GREY)
    engine = figure.get_layout_engine()
    assert engine is not None
    space = 1 - (HEADING_INCHES + FOOTNOTE_INCHES) / height
    engine.set(rect=(margin, FOOTNOTE_INCHES / height, 1 - 2 * margin, space))  # type: ignore[call-arg]
    return figure


def _places(line: int, count: int) -> list[float]:
    """Heights of the marks of one case, spread over a part of its line."""
    step = SPREAD / max(count - 1, 1)
    first = line - SPREAD / 2 if count > 1 else line
    return [first + step * number for number in range(count)]


def _draw_ratios(axes: Axes, groups: list[tuple[str, list[Mark]]], precision: float, label: str) -> None:
    tidy(axes, xlabel=label, ylabel="")
    furthest = 1.6 * precision
    axes.axvspan(1 - precision / 2, 1 + precision / 2, color=PALE, alpha=0.5, linewidth=0)
    axes.axvline(1, color=BLACK, linewidth=0.9)
    for line, (_, marks) in enumerate(groups):
        for place, mark in zip(_places(line, len(marks)), marks, strict=True):
            at = min(max(mark.ratio, 1 - furthest), 1 + furthest)
            colour, sign = _style(mark)
            axes.errorbar(
                [at], [place], xerr=[mark.half_width], fmt=sign, color=colour, markersize=3.2, linewidth=1.1
            )
    axes.set_xlim(1 - 1.05 * furthest, 1 + 1.05 * furthest)
    axes.xaxis.set_major_formatter("{x:.3f}")


def _draw_distances(axes: Axes, groups: list[tuple[str, list[Mark]]], bound: float, label: str) -> None:
    tidy(axes, xlabel=label, ylabel="")
    axes.axvline(0, color=BLACK, linewidth=0.9)
    for side in (-bound, bound):
        axes.axvline(side, color=VERMILION, linewidth=1.2, linestyle=(0, (4, 3)))
    for line, (_, marks) in enumerate(groups):
        for place, mark in zip(_places(line, len(marks)), marks, strict=True):
            colour, sign = _style(mark)
            at = min(max(mark.z, -FARTHEST), FARTHEST)
            axes.plot([at], [place], sign, color=colour, markersize=4)
    widest = max(bound + 0.6, *(min(abs(mark.z), FARTHEST) + 0.4 for _, marks in groups for mark in marks))
    axes.set_xlim(-widest, widest)
    axes.tick_params(labelleft=False)


def _style(mark: Mark) -> tuple[str, str]:
    """Colour and sign of a mark; either is enough to tell a failure."""
    return (BLUE, "o") if mark.passed else (VERMILION, "X")
