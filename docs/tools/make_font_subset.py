"""Make the font that the figures draw Chinese with: a small part of Noto Sans SC.

Run it with a copy of Noto Sans SC with TrueType outlines, static or variable::

    python docs/tools/make_font_subset.py NotoSansSC-Regular.ttf

The same source and the same fonttools release give the same bytes. The package itself only reads the result
(``hotline_sim.plot.fonts``).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

OUTPUT: Final = Path(__file__).parents[2] / "src/hotline_sim/plot/fonts/NotoSansSC-subset.ttf"

# "Source" is a reserved name of the original, and "Noto" a trademark: a changed font takes a name of its own.
# It also keeps matplotlib from taking a full Noto Sans SC of the machine for this file, so that figures
# look the same everywhere.
FAMILY: Final = "Hotline Sans SC"

GB2312_ROWS: Final = range(0xA1, 0xF8)
GB2312_CELLS: Final = range(0xA1, 0xFF)

# Blocks beside GB 2312, first and last code point.
RANGES: Final = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x00FF),  # Latin-1: µ · ° × ÷ ± and accented letters
    (0x0391, 0x03C9),  # Greek
    (0x2010, 0x2027),  # dashes, quotation marks, bullet, ellipsis
    (0x3000, 0x301F),  # Chinese punctuation
    (0xFF01, 0xFF5E),  # full-width ASCII
)
SINGLE: Final = "‰′″※€℃№←↑→↓∑−√∞≈≠≤≥¥￥"

UNUSED_TABLES: Final = ["BASE", "GDEF", "GPOS", "GSUB", "STAT", "gasp", "vhea", "vmtx"]
KEPT_NAMES: Final = (0, 7, 8, 9, 11, 13, 14)  # copyright, trademark, makers, licence


def gb2312() -> set[str]:
    """All characters of GB 2312: 6,763 hanzi and 682 symbols, letters and kana."""
    characters = set()
    for row in GB2312_ROWS:
        for cell in GB2312_CELLS:
            try:
                characters.add(bytes([row, cell]).decode("gb2312"))
            except UnicodeDecodeError:  # an empty cell of the table
                continue
    return characters


def wanted() -> set[int]:
    """Code points that the font should hold."""
    points = {ord(character) for character in gb2312() | set(SINGLE)}
    for first, last in RANGES:
        points.update(range(first, last + 1))
    return points


def rename(font: TTFont) -> None:
    """Give the font its own name; copyright, makers and licence stay as they are."""
    table = font["name"]
    table.names = [record for record in table.names if record.nameID in KEPT_NAMES]
    version = f"{font['head'].fontRevision:.3f}"
    own = {
        1: FAMILY,
        2: "Regular",
        3: f"{version};{FAMILY.replace(' ', '')}-Regular",
        4: f"{FAMILY} Regular",
        5: f"Version {version}, subset of Noto Sans SC Regular",
        6: f"{FAMILY.replace(' ', '')}-Regular",
    }
    for identifier, text in own.items():
        table.setName(text, identifier, 3, 1, 0x409)


def make(source: Path, output: Path) -> None:
    """Write the subset of `source` to `output`.

    Raises
    ------
    ValueError
        If the source has no TrueType outlines, or lacks a character of GB 2312.
    """
    font = TTFont(source, recalcTimestamp=False)
    if "glyf" not in font:
        raise ValueError(f"{source}: has no TrueType outlines (table glyf)")
    if "fvar" in font:
        font = instantiateVariableFont(font, {"wght": 400})
    missing = {character for character in gb2312() if ord(character) not in font.getBestCmap()}
    if missing:
        raise ValueError(f"{source}: lacks {len(missing)} characters of GB 2312")

    options = Options()
    options.hinting = False
    options.layout_features = []
    options.drop_tables += UNUSED_TABLES
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.notdef_outline = True  # a character that is missing shows as a box, not as nothing
    options.recalc_timestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    rename(font)
    font.save(output)


def main() -> None:
    """Read the command line and write the font."""
    parser = argparse.ArgumentParser(description="Make the Chinese font of the figures from Noto Sans SC.")
    parser.add_argument(
        "source", type=Path, help="Noto Sans SC with TrueType outlines, weight 400 or variable"
    )
    parser.add_argument("output", type=Path, nargs="?", default=OUTPUT, help="file to write")
    arguments = parser.parse_args()
    try:
        make(arguments.source, arguments.output)
    except (OSError, ValueError) as error:
        sys.exit(f"make_font_subset: {error}")
    print(f"{arguments.output}: {arguments.output.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
