"""Runs the hooks that are written out in the configuration on right files and on wrong ones."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def hooks(repository: Path) -> dict[str, Any]:
    file = repository / ".pre-commit-config.yaml"
    if not file.is_file():
        pytest.skip("the tests run without the source tree around them")
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {hook["id"]: hook for repo in config["repos"] for hook in repo["hooks"]}


def status(hook: dict[str, Any], *files: Path) -> int:
    program, *arguments = shlex.split(hook["entry"])
    assert program == "python"
    command = [sys.executable, *arguments, *map(str, files)]
    return subprocess.run(command, capture_output=True, check=False).returncode


@pytest.mark.parametrize(
    ("hook", "right", "wrong"),
    [
        ("toml", 'name = "城市"\n', "name = \n"),
        ("yaml", "name: 城市\n", "name: [\n"),
        ("large-files", "x" * 500_000, "x" * 500_001),
    ],
)
def test_hook_lets_right_files_pass_and_stops_wrong_ones(
    hooks: dict[str, Any], tmp_path: Path, hook: str, right: str, wrong: str
) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text(right, encoding="utf-8")
    bad.write_text(wrong, encoding="utf-8")
    assert status(hooks[hook], good) == 0
    assert status(hooks[hook], good, bad) != 0


def test_hook_finds_the_marks_of_a_merge_and_no_underlined_heading(hooks: dict[str, Any]) -> None:
    pattern = re.compile(hooks["merge-marks"]["entry"])
    assert pattern.match("<" * 7 + " ours")
    assert pattern.match(">" * 7 + " theirs")
    assert not pattern.match("=" * 7)
