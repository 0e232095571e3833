"""The font that draws Chinese in the figures, on a machine that has none.

The font file, its licence and how it was made are in the folder ``fonts`` beside this module; the figures
themselves are drawn by the other modules of :mod:`hotline_sim.plot`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

FAMILY: Final = "Hotline Sans SC"
"""Family name of the shipped font: GB 2312, ASCII and punctuation at weight 400."""

FONT_FILE: Final = Path(__file__).parent / "fonts" / "NotoSansSC-subset.ttf"

LATIN_FAMILY: Final = "DejaVu Sans"
"""Family that comes with matplotlib; it draws what is not Chinese."""


def register() -> list[str]:
    """Make the shipped font known to matplotlib in this process.

    Calling it again changes nothing. Nothing is written to disk: matplotlib's own font cache does not
    learn of the font, so that a home without write access and an update of the package do no harm.

    Returns
    -------
    list of str
        Families in the order in which a character is looked for, to be given as ``font.family``.
    """
    from matplotlib import font_manager

    # Looked up by name in the module each time: matplotlib replaces the manager when it rebuilds its cache.
    manager = font_manager.fontManager
    path = str(FONT_FILE)
    if all(entry.fname != path for entry in manager.ttflist):
        manager.addfont(path)
    return [LATIN_FAMILY, FAMILY]


def font_settings() -> dict[str, Any]:
    """Settings under which a figure shows Chinese, for :func:`matplotlib.rc_context`.

    The font has one weight, so set a heading off by its size: matplotlib logs a warning for bold Chinese.

    Returns
    -------
    dict
        Values by name of the matplotlib setting.
    """
    # A hyphen for the minus sign is in every font, so numbers stay whole if a caller changes the family.
    return {"font.family": register(), "axes.unicode_minus": False}
