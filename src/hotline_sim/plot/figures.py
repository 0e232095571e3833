"""Every figure of a run, written as PNG to look at and as SVG to print.

Each figure is drawn by a module of its own in this folder.
"""

from __future__ import annotations

import re
import warnings
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hotline_sim.errors import HotlineWarning
from hotline_sim.plot.frame import settings
from hotline_sim.plot.open_tickets import backlog
from hotline_sim.plot.phone import phone_wait
from hotline_sim.plot.response import response_time
from hotline_sim.plot.staffing import load_and_staffing

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from hotline_sim.clock.days import Days
    from hotline_sim.results.log import TicketLog

FIGURES: Final = ("response_time", "phone_wait", "load_and_staffing", "backlog")
"""Names of the figures, which are also the names of their files."""

DOTS_PER_INCH: Final = 150


def save_figures(
    log: TicketLog,
    directory: str | Path,
    lang: str = "en",
    *,
    title: str | None = None,
    days: Days | None = None,
    drawn: Callable[[str], None] | None = None,
) -> list[Path]:
    """Draw every figure into a directory, as PNG and as SVG.

    The same log gives the same bytes under the same release of matplotlib.

    Parameters
    ----------
    log : TicketLog
        What happened.
    directory : path
        Exists already.
    lang : {"en", "zh"}
        Language of the labels.
    title : str, optional
        Title of the scenario; its name if not given.
    days : Days, optional
        Tells the holidays by name.
    drawn : callable, optional
        Called with the name of each figure when it is written.

    Returns
    -------
    list of Path
        Files in the order in which they were written.

    Warns
    -----
    HotlineWarning
        If no font has a character of a title or of a holiday's name.
    """
    draw: dict[str, Callable[..., Figure]] = {
        "response_time": response_time,
        "phone_wait": phone_wait,
        "load_and_staffing": load_and_staffing,
        "backlog": partial(backlog, days=days),
    }
    paths: list[Path] = []
    with warnings.catch_warnings(record=True) as caught:
        for name in FIGURES:
            paths += save_figure(draw[name](log, lang, title=title), Path(directory) / name)
            if drawn is not None:
                drawn(name)
    _tell(caught)
    return paths


def save_figure(figure: Figure, stem: Path) -> list[Path]:
    """Write one figure as PNG and SVG.

    Parameters
    ----------
    figure : Figure
        From a function of this folder.
    stem : Path
        File name without its ending.

    Returns
    -------
    list of Path
        The two files.
    """
    # Without a date and with a fixed salt for its identifiers, an SVG has the same bytes every time.
    png, svg = stem.with_name(f"{stem.name}.png"), stem.with_name(f"{stem.name}.svg")
    with settings(svg_hashsalt=stem.name, svg_fonttype="path"):
        figure.savefig(png, dpi=DOTS_PER_INCH)
        figure.savefig(svg, metadata={"Date": None})
    return [png, svg]


def _tell(caught: list[warnings.WarningMessage]) -> None:
    """Pass warnings on; those about missing characters, one for each text drawn, become a single one."""
    missing = set()
    for warning in caught:
        if found := re.match(r"Glyph (\d+) .*missing from", str(warning.message)):
            missing.add(chr(int(found[1])))
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    if missing:
        characters = " ".join(sorted(missing))
        warnings.warn(f"figures: no font has {characters}; a box stands there", HotlineWarning, stacklevel=3)
