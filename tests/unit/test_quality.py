from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import hotline_sim
from hotline_sim.network.codes import Outcome, Stage

HEAVY = ("numpy", "pandas", "pyarrow", "matplotlib", "scipy", "numba")


@pytest.fixture(scope="module")
def root(repository: Path) -> Path:
    if not (repository / "pyproject.toml").is_file():
        pytest.skip("the tests run without the source tree around them")
    return repository


def run(command: list[str], root: Path) -> subprocess.CompletedProcess[str]:
    # The source tree comes first, so that what is checked is what is edited.
    environment = os.environ | {"PYTHONPATH": str(root / "src"), "NO_COLOR": "1"}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def assert_passes(command: list[str], root: Path) -> None:
    result = run(command, root)
    assert result.returncode == 0, result.stdout + result.stderr


def command_lines(text: str) -> set[str]:
    """Shell lines, each joined with its continuations and with single spaces."""
    joined = re.sub(r"\\\n", " ", text)
    return {" ".join(line.split()) for line in joined.splitlines()}


def code_blocks(markdown: str) -> str:
    return "\n".join(re.findall(r"^```[^\n]*\n(.*?)^```", markdown, flags=re.MULTILINE | re.DOTALL))


def test_ruff_finds_nothing(root: Path) -> None:
    assert_passes([sys.executable, "-m", "ruff", "check", "."], root)


def test_code_is_formatted(root: Path) -> None:
    assert_passes([sys.executable, "-m", "ruff", "format", "--check", "."], root)


def test_types_are_right(root: Path) -> None:
    assert_passes([sys.executable, "-m", "mypy"], root)


def test_imports_run_one_way(root: Path) -> None:
    program = shutil.which("lint-imports", path=Path(sys.executable).parent)
    assert program is not None, "lint-imports is not installed beside the interpreter"
    assert_passes([program, "--no-cache"], root)


def test_words_are_spelled_right(root: Path) -> None:
    assert_passes([sys.executable, "-m", "codespell_lib"], root)


def test_no_module_is_longer_than_400_lines(root: Path) -> None:
    lengths = {
        path.relative_to(root).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in (root / "src").rglob("*.py")
    }
    assert lengths
    assert {path: length for path, length in lengths.items() if length > 400} == {}


def test_no_source_file_is_ignored_by_git(root: Path) -> None:
    """What git ignores, the linter skips and the wheel leaves out."""
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        pytest.skip("not a git work tree")
    paths = [path.relative_to(root).as_posix() for path in (root / "src").rglob("*.py")]
    result = run([git, "check-ignore", "--no-index", *paths], root)
    assert result.stdout.split() == []
    assert result.returncode == 1, result.stderr  # 1 says that no path is ignored


def test_help_imports_no_heavy_library(root: Path) -> None:
    program = (
        "import sys\n"
        "from hotline_sim.cli.main import main\n"
        "sys.argv = ['hotline-sim', '--help']\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as end:\n"
        "    assert not end.code, end.code\n"
        f"print(sorted(sys.modules.keys() & set({HEAVY})), file=sys.stderr)\n"
    )
    result = run([sys.executable, "-c", program], root)
    assert result.returncode == 0, result.stderr
    assert "Usage" in result.stdout
    assert result.stderr.strip() == "[]"


def test_ci_runs_the_command_of_the_readme(root: Path) -> None:
    script = command_lines((root / ".ci" / "run").read_text(encoding="utf-8"))
    readme = command_lines(code_blocks((root / "README.md").read_text(encoding="utf-8")))
    in_script = {line for line in script if "-m venv" in line}
    in_readme = {line for line in readme if "-m venv" in line and "pytest" in line}
    assert len(in_script) == 1
    assert in_script == in_readme


def test_version_is_the_same_everywhere(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    headings = re.findall(
        r"^## (\S+)", (root / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    citation = re.findall(
        r"^version: (\S+)", (root / "CITATION.cff").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert hotline_sim.__version__ == project["version"]
    assert metadata.version(project["name"]) == project["version"]
    assert headings[0] == project["version"]
    assert citation == [project["version"]]


def glossary_names(root: Path) -> list[str]:
    names, width = [], 0
    for line in (root / "GLOSSARY.md").read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            continue
        row = [cell.strip() for cell in line.strip("|").split("|")]
        if row[0] == "English":
            assert row[2] == "Code", line
            width = len(row)
        assert len(row) == width, line
        names += re.findall(r"`([^`]+)`", row[2])
    return names


def test_glossary_gives_each_name_one_meaning(root: Path) -> None:
    names = glossary_names(root)
    assert len(names) > 80
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_glossary_has_every_stage_and_outcome(root: Path) -> None:
    members = {f"{type(member).__name__}.{member.name}" for member in (*Stage, *Outcome)}
    assert members == {name for name in glossary_names(root) if name.startswith(("Stage.", "Outcome."))}
