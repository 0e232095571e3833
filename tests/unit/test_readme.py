from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
import pytest

import hotline_sim
from hotline_sim.cli.main import program
from hotline_sim.scenario.shipped import shipped_names

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def readme(repository: Path) -> str:
    path = repository / "README.md"
    if not path.is_file():
        pytest.skip("the tests run without the source tree around them")
    return path.read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)


def commands(group: click.Command, context: click.Context, path: str) -> set[str]:
    """Every command that is no group, by its whole name."""
    if not isinstance(group, click.Group):
        return {path}
    found = set()
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found |= commands(command, context, f"{path} {name}")
    return found


def test_examples_run_and_print_what_they_say(readme: str, capsys: pytest.CaptureFixture[str]) -> None:
    examples = blocks(readme, "python")
    assert [len(example.splitlines()) for example in examples] == [14, 3]
    names: dict[str, object] = {}
    exec(compile(examples[0], "README.md", "exec"), names)
    printed = capsys.readouterr().out
    values = dict(re.findall(r"^(\w+) +([0-9.]+) ", printed, flags=re.MULTILINE))
    assert float(values["requests_accepted"]) > 1000
    assert 0.9 < float(values["reply_rate"]) <= 1
    assert "complaint" in printed

    exec(compile(examples[1], "README.md", "exec"), names)
    table = capsys.readouterr().out
    assert table.count("answer_rate") == table.count("service_level_15s") == 6


def test_table_of_commands_is_complete(readme: str) -> None:
    rows = set(re.findall(r"^\| `(hotline-sim [a-z ]*[a-z])(?: [A-Z.]+)?` \|", readme, flags=re.MULTILINE))
    with click.Context(program) as context:
        assert rows == commands(program, context, "hotline-sim")


def test_every_command_in_a_block_is_known(readme: str) -> None:
    with click.Context(program) as context:
        known = commands(program, context, "hotline-sim")
    lines = re.findall(r"bin/(hotline-sim .*)$", "".join(blocks(readme, "")), flags=re.MULTILINE)
    assert len(lines) >= 4
    for line in lines:
        assert any(line.startswith(f"{name} ") for name in known), line


def test_every_option_named_exists(readme: str) -> None:
    spoken = re.findall(r"`(--[^`]+)`", readme) + re.findall(r"hotline-sim [^\n`]+", readme)
    options = set(re.findall(r"--[a-z][a-z-]*", " ".join(spoken)))
    assert len(options) > 5
    known = {"--help"}
    with click.Context(program) as context:
        for name in commands(program, context, ""):
            command: click.Command = program
            for word in name.split():
                assert isinstance(command, click.Group)
                found = command.get_command(context, word)
                assert found is not None
                command = found
            known |= {option for parameter in command.params for option in parameter.opts}
    assert sorted(options - known) == []


def test_every_verb_that_the_readme_calls_is_listed_by_the_package(readme: str) -> None:
    verbs = set(re.findall(r"\bhs\.([a-z_]+)", readme)) | {"replicate", "compare"}
    assert len(verbs) >= 6
    assert sorted(verbs - set(dir(hotline_sim))) == []


def test_every_shipped_scenario_has_its_section(readme: str, repository: Path) -> None:
    page = repository / "scenarios" / "README.md"
    assert "(scenarios/README.md)" in readme
    sections = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sorted(sections) == sorted(shipped_names())


def test_folders_of_the_map_exist(readme: str, repository: Path) -> None:
    folders = re.findall(r"^\| \[`([^`]+)/`\]", readme, flags=re.MULTILINE)
    assert len(folders) >= 6
    assert [folder for folder in folders if not (repository / folder).is_dir()] == []


def test_figures_are_there_and_small(readme: str, repository: Path) -> None:
    figures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", readme)
    assert figures
    for figure in figures:
        content = (repository / figure).read_bytes()
        assert content.startswith(b"\x89PNG")
        assert len(content) < 200_000
