from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from broken_scenarios import BASE, BROKEN, SYNTAX, Broken
from click.testing import CliRunner, Result

from hotline_sim.cli.main import program
from hotline_sim.errors import ScenarioError
from hotline_sim.scenario.load import load, loads

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(program, [str(argument) for argument in arguments])


def edited(*edits: tuple[str, str]) -> str:
    text = BASE
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def refused(path: Path | str) -> str:
    """What the command prints about a file that it must refuse."""
    result = run("scenario", "check", path)
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result.output


def test_the_unbroken_scenario_is_accepted() -> None:
    assert loads(BASE).name == "test-town"


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_every_fault_is_told_with_its_key_path_and_nothing_else_is(broken: Broken, tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_text(edited(*broken.edits), encoding="utf-8")
    output = refused(file)
    for path in broken.paths:
        assert f" {path}: " in output
    assert broken.words in output
    assert f"{file}: {len(broken.paths)} fault" in output


@pytest.mark.parametrize(("edit", "place", "words"), SYNTAX.values(), ids=SYNTAX)
def test_a_fault_of_syntax_is_told_with_its_line(
    edit: tuple[str, str], place: str, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "broken.toml"
    text = edited(edit)
    file.write_text(text, encoding="utf-8")
    output = refused(file)
    assert f"line {text[: text.rindex(place)].count(chr(10)) + 1}: " in output
    assert words in output


def test_faults_come_in_the_order_of_the_file() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(edited(("most_tries = 3", "most_tries = 10"), ("day_factor_cv = 0.1", "day_factor_cv = -1")))
    lines = [fault.line for fault in caught.value.faults]
    assert lines == [BASE[: BASE.index(key)].count("\n") + 1 for key in ("day_factor_cv", "most_tries")]


def test_a_fault_in_a_list_over_several_lines_has_the_line_of_its_entry() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(edited(("agents = 1 }", "agents = -1 }")))
    assert [fault.line for fault in caught.value.faults] == [
        BASE[: BASE.index('{ name = "night"')].count("\n") + 1
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\x7fELF\x00\x01\x02", "binary"),
        ("\ufeff".encode("utf-16"), "UTF-16"),
        (BASE.encode("utf-16"), "UTF-16"),
        (BASE.encode("gb18030"), "GB18030"),
        (b'name = "\xff\xfe\xff"\n', "UTF-8"),
        (b"a = " + b"[" * 5000, "deep"),
        (b"a = " + b"[" * 50 + b"]" * 50, "deep"),
        (b"a = " + b"1" * 5000, "TOML"),
        (b"requests_per_year = 0x" + b"f" * 6000, "unknown key"),
        (b"just words\n", "line 1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_text_of_tables_is_refused_with_its_reason(
    content: bytes, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes(content)
    assert words in refused(file)


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    file = tmp_path / "bom.toml"
    file.write_bytes(b"\xef\xbb\xbf" + BASE.encode())
    assert load(file) == loads(BASE)


def test_line_ends_of_windows_are_accepted(tmp_path: Path) -> None:
    file = tmp_path / "windows.toml"
    file.write_bytes(BASE.replace("\n", "\r\n").encode())
    assert load(file) == loads(BASE)


def test_a_missing_file_a_directory_and_an_unknown_name_are_refused(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "missing.toml")
    assert "directory" in refused(tmp_path)
    assert "did you mean small-town?" in refused("smalltown")
    assert "no such file" in refused("small\0town")
    assert "cannot be read" in refused("x" * 5000 + ".toml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    assert "regular file" in refused(tmp_path / "pipe.toml")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything"
)
def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret.toml"
    file.write_text(BASE, encoding="utf-8")
    file.chmod(0)
    assert "cannot be read" in refused(file)


def test_a_file_of_100_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.toml"
    with file.open("wb") as stream:
        stream.truncate(100_000_000)
    assert "100,000,000 bytes" in refused(file)


@pytest.mark.parametrize(
    ("extends", "words"),
    [
        ('"child.toml"', "lead back"),
        ('"other.toml"', "child.toml extends other.toml extends child.toml"),
        ('"missing.toml"', "no such file"),
        ('"smalltown"', "did you mean small-town?"),
        ("3", "in quotes"),
        ('""', "in quotes"),
        ('"."', "directory"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused(extends: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "child.toml").write_text(
        f"# comment\nextends = {extends}\nname = 'child'\n", encoding="utf-8"
    )
    (tmp_path / "other.toml").write_text("extends = 'child.toml'\nname = 'other'\n", encoding="utf-8")
    output = refused(tmp_path / "child.toml")
    assert "line 2: extends: " in output or "line 1: extends: " in output
    assert words in output


def test_several_files_are_told_in_one_go(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(BASE, encoding="utf-8")
    bad.write_text(edited(("misroute = 0.1", "misroute = 2")), encoding="utf-8")
    result = run("scenario", "check", bad, good)
    assert result.exit_code == 2
    assert f"{good}: OK" in result.output
    assert f"{bad}: 1 fault" in result.output
