"""Scenarios that travel with the package, and what a planner's word for a scenario means.

A word is a file, or the bare name of a shipped scenario; reading the file is in ``read.py``.
"""

from __future__ import annotations

from pathlib import Path

from hotline_sim.errors import Fault, ScenarioError
from hotline_sim.scenario.faults import nearest

ENDING = ".toml"


def shipped_folder() -> Path | None:
    """Folder of the shipped scenarios: in the installed package, or beside the sources; None if neither."""
    package = Path(__file__).parents[1]
    installed = package / "shipped"
    if installed.is_dir():
        return installed
    beside_sources = package.parents[1] / "scenarios"
    return beside_sources if beside_sources.is_dir() else None


def shipped_names() -> tuple[str, ...]:
    """Bare names of the shipped scenarios, sorted."""
    folder = shipped_folder()
    return tuple(sorted(path.stem for path in folder.glob(f"*{ENDING}"))) if folder else ()


def locate(word: str | Path, folder: Path | None = None) -> tuple[Path, str]:
    """File that a word names, and its name in messages.

    Parameters
    ----------
    word : str or Path
        A path, or the bare name of a shipped scenario. An existing file wins over a shipped name.
    folder : Path or None
        A relative path counts from here; default the current directory.

    Raises
    ------
    ScenarioError
        If a word that cannot be a path names no shipped scenario; the nearest name is offered. A path is
        returned whether it exists or not.
    """
    text = str(word)
    path = Path(word) if folder is None else folder / word
    try:
        is_file = path.is_file()
    except (OSError, ValueError):  # too long for a file name, or it holds a NUL
        is_file = False
    if is_file:
        return path, text
    home = shipped_folder()
    if home is not None and text in shipped_names():
        return home / f"{text}{ENDING}", text
    if isinstance(word, Path) or text.endswith(ENDING) or "/" in text or "\\" in text or path.is_dir():
        return path, text
    hint = nearest(text, shipped_names())
    fault = Fault("", "", "no such file, and no shipped scenario of that name", hint)
    raise ScenarioError(text, [fault])
