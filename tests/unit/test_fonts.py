from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

from hotline_sim.plot.fonts import FAMILY, FONT_FILE, font_settings, register

SAMPLE = (
    "广元市12345政务服务便民热线：受理、派单、办理、答复（15 s 接通率 ≥ 95 %）",
    "Response time 响应时长 0.1–30 d, 24 h × 7, −1 ± 2 °C · μ λ ρ 3‰ — … “诉求” ‘工单’",
    "利州区 昭化区 朝天区 旺苍县 青川县 剑阁县 苍溪县；！？《》、。％",
)


def gb2312(first_row: int, last_row: int) -> set[str]:
    rows = (
        bytes([row, cell]).decode("gb2312", errors="ignore")
        for row in range(first_row, last_row + 1)
        for cell in range(0xA1, 0xFF)
    )
    return {character for character in rows if character}


def draw_sample(settings: dict[str, object]) -> FigureCanvasAgg:
    with mpl.rc_context(settings):
        figure = Figure()
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_subplot(title=SAMPLE[0], xlabel=SAMPLE[1], ylabel=SAMPLE[2])
        axes.plot([-1, 2], [-3, 4], label="积压 backlog")
        axes.legend()
        canvas.draw()
    return canvas


def test_chinese_and_english_are_drawn_without_a_missing_glyph() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        canvas = draw_sample(font_settings())
    assert memoryview(canvas.buffer_rgba()).nbytes > 0


def test_without_the_shipped_font_the_same_figure_lacks_glyphs() -> None:
    with pytest.warns(UserWarning, match="missing from font"):
        draw_sample({"font.family": ["DejaVu Sans"]})


def test_font_covers_every_common_hanzi_and_the_rest_of_gb2312() -> None:
    drawn = {chr(point) for point in FT2Font(str(FONT_FILE)).get_charmap()}
    common = gb2312(0xB0, 0xD7)
    assert len(common) == 3755
    assert common - drawn == set()
    assert gb2312(0xA1, 0xF7) - drawn == set()


def test_font_covers_punctuation_and_units_of_reports() -> None:
    drawn = {chr(point) for point in FT2Font(str(FONT_FILE)).get_charmap()}
    needed = (
        {chr(point) for point in range(0x20, 0x7F)}
        | set("".join(SAMPLE))
        | set("±×÷°µ‰≥≤−–—…，。；：？！（）【】")
    )
    assert needed - drawn == set()


def test_registering_twice_adds_the_font_once() -> None:
    families = register()
    assert register() == families == ["DejaVu Sans", FAMILY]
    entries = [entry for entry in font_manager.fontManager.ttflist if entry.name == FAMILY]
    assert len(entries) == 1
    assert Path(entries[0].fname) == FONT_FILE


def test_font_is_found_by_its_family_name() -> None:
    register()
    properties = font_manager.FontProperties(family=FAMILY)
    assert Path(font_manager.findfont(properties, fallback_to_default=False)) == FONT_FILE


def test_font_has_no_reserved_name_and_keeps_its_copyright() -> None:
    # Table "name" by platform, encoding, language and identifier; platform 3 stores UTF-16.
    names = {
        key[3]: value.decode("utf-16-be")
        for key, value in FT2Font(str(FONT_FILE)).get_sfnt().items()
        if key[0] == 3
    }
    assert names[1] == FAMILY
    assert not any("Source" in names[identifier] for identifier in (1, 3, 4, 6))
    assert "Adobe" in names[0]
    licence = FONT_FILE.with_name("OFL.txt").read_text(encoding="utf-8")
    assert licence.startswith("Copyright 2014-2021 Adobe")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_font_works_where_the_home_directory_cannot_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where a directory is needed", encoding="utf-8")
    environment = {
        key: value for key, value in os.environ.items() if key not in {"MPLCONFIGDIR", "XDG_CACHE_HOME"}
    }
    environment |= {"HOME": str(blocked), "XDG_CONFIG_HOME": str(blocked), "XDG_CACHE_HOME": str(blocked)}
    program = "from hotline_sim.plot.fonts import register; print(register())"
    run = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert FAMILY in run.stdout


def test_importing_the_module_does_not_import_matplotlib() -> None:
    program = "import sys, hotline_sim.plot.fonts; sys.exit('matplotlib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
