"""Runs every notebook at the size of a small town, and looks at what is stored in it.

A notebook is run again in full by opening it in Jupyter; ``CONTRIBUTING.md`` says how to install that.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

pytestmark = pytest.mark.skipif(not NOTEBOOKS, reason="the tests run without the source tree around them")


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def code(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def each_notebook(test: Any) -> Any:
    return pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)(test)


def kinds_of_output(notebook: Any) -> list[tuple[str, list[str]]]:
    return [
        (cell.source, sorted({kind for output in cell.outputs for kind in output.get("data", ())}))
        for cell in code(notebook)
    ]


@each_notebook
def test_runs_and_shows_what_is_stored(path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOTLINE_SIM_SCENARIO", "small-town")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    notebook = read(path)
    stored = kinds_of_output(notebook)
    place = {"metadata": {"path": str(FOLDER)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=place).execute()
    assert kinds_of_output(notebook) == stored


@each_notebook
def test_is_stored_whole_and_of_the_full_year(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    assert [cell.execution_count for cell in code(notebook)] == list(range(1, len(code(notebook)) + 1))
    outputs = [output for cell in code(notebook) for output in cell.outputs]
    assert {output.output_type for output in outputs} <= {"execute_result", "stream"}
    assert "Guangyuan" in "".join(output.get("text", "") for output in outputs)
    assert path.stat().st_size < 600_000


@each_notebook
def test_names_no_place_of_one_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "/home/" not in text
    assert "/tmp/" not in text
    assert str(FOLDER.parent) not in text
