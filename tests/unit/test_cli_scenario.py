from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from broken_scenarios import BASE
from click.testing import CliRunner, Result

import hotline_sim
from hotline_sim.cli import files
from hotline_sim.cli.bad_input import Terminated, plain_messages
from hotline_sim.cli.main import COMMANDS, program
from hotline_sim.cli.options import default_language
from hotline_sim.errors import HotlineError, ResultError
from hotline_sim.scenario.load import load, loads

SOURCES = str(Path(hotline_sim.__file__).parents[1])


def run(*arguments: str, **settings: dict[str, str]) -> Result:
    return CliRunner().invoke(program, list(arguments), **settings)  # type: ignore[arg-type]


def process(
    *arguments: str, code: str = "from hotline_sim.cli.main import main; main()", **env: str
) -> bytes:
    """What a process of its own prints, on both streams; it must end well."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
        env={**os.environ, "PYTHONPATH": SOURCES, **env},
    )
    return done.stdout


def test_help_names_every_command_and_imports_nothing_heavy() -> None:
    code = (
        "import sys; from hotline_sim.cli.main import program\n"
        "program(['--help'], standalone_mode=False)\n"
        "heavy = {'numpy', 'pandas', 'pydantic', 'scipy', 'matplotlib', 'simpy', 'rich', 'pyarrow'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    printed = process(code=code).decode()
    assert all(name in printed for name in COMMANDS)


@pytest.mark.parametrize("arguments", [[], ["check"], ["show"], ["new"], ["schema"]])
def test_every_command_shows_an_example(arguments: list[str]) -> None:
    result = run("scenario", *arguments, "--help")
    assert result.exit_code == 0
    assert "Example" in result.output
    assert f"hotline-sim scenario {' '.join(arguments)}" in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scenaro"], "did you mean scenario?"),
        (["scenario", "schek"], "did you mean check?"),
        (["scenario", "xyz"], "known: "),
        (["scenario", "check", "small-town", "--lang", "ehn"], "did you mean en?"),
        (["scenario", "check", "small-town", "--lnag", "en"], "--lang"),
        (["scenario", "check"], "FILE"),
    ],
)
def test_a_slip_on_the_command_line_is_told_with_what_is_near(arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.output


def test_check_says_what_is_in_a_scenario_in_both_languages() -> None:
    english, chinese = (run("scenario", "check", "guangyuan-2021", "--lang", lang) for lang in ("en", "zh"))
    assert english.exit_code == chinese.exit_code == 0
    assert "guangyuan-2021: OK, " in english.output
    assert "4 channels, 50 units, " in english.output
    assert "承办单位50家" in chinese.output


@pytest.mark.parametrize(
    ("settings", "language"),
    [
        ({"LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "C"}, "en"),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "Chinese (Simplified)_China.936"}, "zh"),
    ],
)
def test_the_language_is_that_of_the_locale(
    settings: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert default_language() == language


def test_the_language_can_be_set_in_the_environment() -> None:
    result = run("scenario", "check", "small-town", env={"HOTLINE_SIM_LANG": "zh", "LC_ALL": "en_GB.UTF-8"})
    assert "承办单位" in result.output


def test_show_prints_a_file_that_says_the_same(tmp_path: Path) -> None:
    result = run("scenario", "show", "manhole-one-hour")
    assert result.exit_code == 0
    assert loads(result.output) == load("manhole-one-hour")


def test_new_writes_a_file_that_checks_and_extends_its_base(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("scenario", "new", "my-city", "--from", "small-town").exit_code == 0
    mine, base = load("my-city.toml"), load("small-town")
    assert mine.name == "my-city"
    assert (
        mine.model_copy(update={"name": base.name, "title": base.title, "description": base.description})
        == base
    )
    assert run("scenario", "check", "my-city.toml").exit_code == 0


def test_every_commented_line_of_a_new_file_may_be_switched_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("scenario", "new", "my-city", "--from", "small-town")
    lines = Path("my-city.toml").read_text(encoding="utf-8").splitlines()
    start = lines.index("[run]")
    values = [
        line[2:] if line.startswith("# ") and (" = " in line or line in ("# ]",) or "{" in line) else line
        for line in lines[start:]
        if not line.startswith("# without")
    ]
    scenario = loads("\n".join(lines[:start] + values), folder=tmp_path)
    assert scenario.demand == load("small-town").demand
    assert scenario.teams == load("small-town").teams


def test_new_names_a_base_file_from_where_the_new_file_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bases").mkdir()
    Path("plans").mkdir()
    Path("bases/town.toml").write_text(BASE, encoding="utf-8")
    result = run("scenario", "new", "plan", "--from", "bases/town.toml", "--out", "plans/plan.toml")
    assert result.exit_code == 0
    assert 'extends = "../bases/town.toml"' in Path("plans/plan.toml").read_text(encoding="utf-8")
    assert load("plans/plan.toml").channels == loads(BASE).channels


def test_new_replaces_nothing_unless_forced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("town.toml").write_text("mine", encoding="utf-8")
    refused = run("scenario", "new", "town", "--from", "small-town")
    assert refused.exit_code == 2
    assert "--force" in refused.output
    assert Path("town.toml").read_text(encoding="utf-8") == "mine"
    assert run("scenario", "new", "town", "--from", "small-town", "--force").exit_code == 0
    assert load("town.toml").name == "town"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["My City"], "lower-case"),
        (["town", "--from", "smalltown"], "did you mean small-town?"),
        (["town", "--out", "no/such/folder.toml"], "does not exist"),
        (["town", "--out", "."], "directory"),
    ],
)
def test_new_refuses_what_cannot_be_written(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("scenario", "new", *arguments)
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert words in result.output
    assert list(tmp_path.iterdir()) == []


def test_schema_is_printed_or_written(tmp_path: Path) -> None:
    printed = run("scenario", "schema")
    file = tmp_path / "schema.json"
    assert run("scenario", "schema", "--out", str(file)).exit_code == 0
    assert json.loads(printed.output) == json.loads(file.read_text(encoding="utf-8"))
    assert "2020-12" in json.loads(printed.output)["$schema"]


def test_a_file_that_cannot_be_finished_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    result = run("scenario", "schema", "--out", str(tmp_path / "schema.json"))
    assert result.exit_code == 2
    assert "error: No space left on device" in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written_is_told_with_the_name_of_the_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**place: object) -> None:
        raise PermissionError(13, "Permission denied", f"{place['dir']}/{place['prefix']}x.part")

    monkeypatch.setattr(files.tempfile, "mkstemp", refuse)
    target = tmp_path / "town.toml"
    result = run("scenario", "new", "town", "--from", "small-town", "--out", str(target))
    assert result.exit_code == 2
    assert result.output.strip() == f"error: {target}: Permission denied"


def test_a_written_file_has_the_rights_of_any_new_file(tmp_path: Path) -> None:
    files.write_text(tmp_path / "a", "text")
    (tmp_path / "b").write_text("text", encoding="utf-8")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode
    with pytest.raises(ResultError):
        files.write_text(tmp_path / "a", "other")


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (HotlineError("cannot be done"), 2, "error: cannot be done"),
        (PermissionError(13, "Permission denied", "some/file"), 2, "error: some/file: Permission denied"),
        (MemoryError(), 2, "memory"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (Terminated(), 143, "terminated"),
    ],
)
def test_what_a_person_can_mend_ends_in_a_message_and_a_status(
    error: BaseException, status: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(click.exceptions.Exit) as caught, plain_messages():
        raise error
    assert caught.value.exit_code == status
    assert words in capsys.readouterr().err


def test_a_mistake_in_the_program_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError), plain_messages():
        raise ZeroDivisionError


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
def test_a_terminated_program_tidies_up_and_says_so(tmp_path: Path) -> None:
    code = f"""
import os, signal
from pathlib import Path
import click
from hotline_sim.cli import main
@click.command()
def wait():
    part = Path({str(tmp_path / "part")!r})
    try:
        part.write_text("")
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        part.unlink()
main.program.get_command = lambda ctx, name: wait
main.main()
"""
    done = subprocess.run(
        [sys.executable, "-c", code, "run"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": SOURCES},
    )
    assert (done.returncode, done.stderr) == (128 + signal.SIGTERM, "terminated\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "cp1252"])
def test_a_console_that_cannot_show_a_sign_is_no_error(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "odd.toml"
    file.write_text(BASE.replace("Test town", "✓ ü 镇"), encoding="utf-8")
    assert b"name = " in process("scenario", "show", str(file), PYTHONIOENCODING=encoding)
    assert b"OK" in process("scenario", "check", str(file), "--lang", "zh", PYTHONIOENCODING=encoding)


def test_a_scenario_sent_to_a_file_is_utf8_whatever_the_locale(tmp_path: Path) -> None:
    printed = process("scenario", "show", "small-town", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert loads(printed.decode("utf-8")) == load("small-town")


@pytest.mark.parametrize("arguments", [[], ["scenario"], ["records"]])
def test_no_line_of_a_list_of_commands_is_cut_short(arguments: list[str]) -> None:
    lines = run(*arguments, "--help").output.splitlines()
    commands = lines[lines.index("Commands:") + 1 :]
    assert commands
    assert not [line for line in commands if line.endswith("...")]


def test_what_is_written_is_told_in_the_language_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written = run("scenario", "new", "my-city", "--lang", "zh")
    assert written.output == "my-city.toml：已写入；修改后运行：hotline-sim scenario check my-city.toml\n"
    again = run("scenario", "new", "my-city", "--lang", "zh")
    assert again.output == "错误：my-city.toml：已存在；请换个名称，或用 --force 替换\n"


def test_a_scenario_starts_from_the_tickets_of_a_result(tmp_path: Path) -> None:
    results, out = str(tmp_path / "june"), str(tmp_path / "july.toml")
    assert run("run", "small-town", "--out", results).exit_code == 0
    done = run("scenario", "start", "small-town", results, "--at", "2021-03-15", "--out", out)
    assert done.exit_code == 0
    found = load(out)
    assert found.backlog is not None
    number = len(found.backlog.tickets)
    assert number > 0
    assert f"{number} tickets that are open on 2021-03-15" in done.output
    assert found.name == "july"  # its results have a place of their own
    other = str(tmp_path / "July of 2021.toml")
    assert (
        run("scenario", "start", "small-town", results, "--at", "2021-03-15", "--out", other).exit_code == 0
    )
    assert load(other).name == "small-town"
    outside = run("scenario", "start", "small-town", results, "--at", "2020-03-15", "--out", "no.toml")
    assert outside.exit_code == 2
    assert "at: got 2020-03-15, must lie in the log, from 2021-02-08 to 2021-03-29" in outside.output
    refused = run("scenario", "start", "small-town", results, "--at", "2021-03-15", "--out", out)
    assert refused.exit_code == 2
    assert "exists already" in refused.output
