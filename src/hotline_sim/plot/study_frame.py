"""What the figures of replications and comparisons share: heading, footnote, panels, and the axis of a KPI.

Size, colours and font come from :mod:`~hotline_sim.plot.frame`.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from unicodedata import east_asian_width

import numpy as np

from hotline_sim.errors import HotlineWarning
from hotline_sim.plot.figures import save_figure
from hotline_sim.plot.frame import FOOTNOTE_INCHES, GREY, HEADING_INCHES, LEGEND_INCHES, MARGIN_INCHES
from hotline_sim.results.definitions import Wording
from hotline_sim.results.names import UNITS, label
from hotline_sim.results.provenance import versions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hotline_sim.arrays import FloatArray

COLUMNS: Final = 3
MOST_PANELS: Final = 6

_WORDS: Final[dict[str, Wording]] = {
    "footnote": Wording(
        "{scenarios}, seed {seed}, replications 0 to {last}, engine {engine}, hotline-sim {version}",
        "{scenarios}，种子 {seed}，重复编号0至{last}，引擎 {engine}，hotline-sim {version}",
    ),
    "points": Wording("percentage points", "百分点"),
    "unit": Wording("{text} ({unit})", "{text}（{unit}）"),
}


@dataclass(frozen=True)
class Study:
    """Whose numbers a figure shows.

    Parameters
    ----------
    title : str
        Under the heading.
    scenarios : str
        Names, for the footnote.
    seed, count : int
        Seed, and number of replications.
    engine : str
        The engine that ran.
    """

    title: str
    scenarios: str
    seed: int
    count: int
    engine: str


def new_study_figure(
    study: Study, subject: str, lang: str, *, panels: int, height: float = 2.9
) -> tuple[Figure, list[Axes]]:
    """Figure with heading, footnote, room for a legend, and panels in rows of three.

    Parameters
    ----------
    study : Study
        Named under the heading and in the footnote.
    subject : str
        Heading.
    lang : {"en", "zh"}
        Language.
    panels : int
        At least 1.
    height : float
        Of one row, in inches.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = min(panels, COLUMNS)
    rows = -(-panels // columns)
    bottom = FOOTNOTE_INCHES + LEGEND_INCHES
    width, tall = max(7.5, 3.9 * columns), HEADING_INCHES + bottom + height * rows
    figure = Figure(figsize=(width, tall), layout="constrained")
    FigureCanvasAgg(figure)
    left, margin = 0.15 / width, MARGIN_INCHES / width
    version = versions()["hotline-sim"]
    footnote = (
        _WORDS["footnote"]
        .text(lang)
        .format(
            scenarios=study.scenarios,
            seed=study.seed,
            last=study.count - 1,
            engine=study.engine,
            version=version,
        )
    )
    figure.text(left, 1 - 0.12 / tall, subject, size=15, va="top")
    figure.text(
        left, 1 - 0.43 / tall, study.title, size=_size(study.title, width, 10.5), color=GREY, va="top"
    )
    figure.text(left, 0.1 / tall, footnote, size=_size(footnote, width, 8), color=GREY)
    engine = figure.get_layout_engine()
    assert engine is not None
    space = 1 - (HEADING_INCHES + bottom) / tall
    engine.set(rect=(margin, bottom / tall, 1 - 2 * margin, space))  # type: ignore[call-arg]
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat[panels:]:
        axes.set_axis_off()
    return figure, list(grid.flat[:panels])


def save_study_figures(drawings: Mapping[str, Callable[[], Figure]], folder: Path) -> list[Path]:
    """Draw figures into a folder, as PNG and SVG.

    Parameters
    ----------
    drawings : mapping of str to callable
        What gives each figure, by the name of its files.
    folder : Path
        Exists already.

    Warns
    -----
    HotlineWarning
        If no font has a character of a name or title.
    """
    paths: list[Path] = []
    with warnings.catch_warnings(record=True) as caught:
        for name, draw in drawings.items():
            paths += save_figure(draw(), folder / name)
    found = {re.match(r"Glyph (\d+) ", str(warning.message)) for warning in caught}
    missing = sorted({chr(int(match[1])) for match in found if match})
    if missing:
        text = f"figures: no font has {' '.join(missing)}; a box stands there"
        warnings.warn(text, HotlineWarning, stacklevel=2)
    return paths


def shown_kpi(values: FloatArray, unit: str) -> FloatArray:
    """Values as they are drawn: shares in per cent."""
    return np.asarray(values, np.float64) * (100 if unit == "share" else 1)


def kpi_axis(kpi: str, unit: str, lang: str) -> str:
    """Label of an axis with the values of a key figure."""
    return _WORDS["unit"].text(lang).format(text=label(kpi, lang), unit=UNITS[unit].text(lang))


def difference_unit(unit: str, lang: str) -> str:
    """Unit of a difference: that of shares is told from a change in per cent."""
    return (_WORDS["points"] if unit == "share" else UNITS[unit]).text(lang)


def _size(text: str, width: float, most: float) -> float:
    """Size of letters at which a line fits into so many inches."""
    cells = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
    return min(most, (width - 0.3) * 72 / (0.58 * max(cells, 1)))
