"""Faults in Chinese: every wording of the sources, every kind of broken file, every key of the schemas."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, get_args

import pytest
from broken_scenarios import BASE, BROKEN, SYNTAX, Broken
from click.testing import CliRunner
from pydantic import BaseModel

import hotline_sim
from hotline_sim import scenario
from hotline_sim.cli.fault_words import CATALOGUE, _catalogue, in_chinese, lines_of
from hotline_sim.cli.main import program
from hotline_sim.errors import ScenarioError
from hotline_sim.records import schema as records_schema
from hotline_sim.records.profile import load_profile
from hotline_sim.scenario.load import load, loads
from hotline_sim.scenario.vary import changed

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(hotline_sim.__file__).parent
MODULES = [
    *(import_module(f"hotline_sim.scenario.{found.name}") for found in iter_modules(scenario.__path__)),
    records_schema,
]
TABLES = [
    kind
    for module in MODULES
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, BaseModel)
]
WORD = re.compile(r"[A-Za-z][A-Za-z-]+")
UNITS = {"inf", "nan", "ms", "min", "working", "days", "day", "TOML", "UTF", "GB", "GBK", "Unicode"}


def names_of_tables() -> set[str]:
    """Names of keys and choices, which stay as they are."""
    found: set[str] = set()

    def choices(annotation: Any) -> Iterator[str]:
        for part in get_args(annotation):
            if isinstance(part, str):
                yield part
            else:
                yield from choices(part)

    for table in TABLES:
        found.update(table.model_fields)
        for field in table.model_fields.values():
            found.update(choices(field.annotation))
    return found


NAMES = {word for name in names_of_tables() for word in WORD.findall(name)} | set(WORD.findall(BASE)) | UNITS


def english_left(line: str) -> set[str]:
    """English words of a line, without quoted texts, key paths, names and units."""
    offered = r"是否应为 \S+？|可用：.*|没有键 \S+|hotline-sim scenario new|不是正则表达式：.*"
    bare = re.sub(rf'"[^"]*"|\'[^\']*\'|[\w.]+\.toml|\S*[_.*]\S*|{offered}', " ", line)
    return {word for word in WORD.findall(bare) if word not in NAMES}


def edited(*edits: tuple[str, str]) -> str:
    text = BASE
    for old, new in edits:
        text = text.replace(old, new)
    return text


def faults(text: str) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        loads(text, "town.toml")
    return caught.value


def assert_chinese(error: ScenarioError) -> None:
    *lines, last = lines_of(error, "zh")
    assert last.endswith(f"共{len(error.faults)}处错误")
    assert len(lines) == len(error.faults)
    for line, fault in zip(lines, error.faults, strict=True):
        assert (fault.where or "文件") in line
        told = line.removeprefix(f"{error.source}: ").replace(fault.where or "文件", "", 1)
        # A line of the file itself is shown as it is.
        told = told.replace(fault.given, "") if "TOML" in told and fault.given else told
        assert re.search(r"[\u4e00-\u9fff]", told), line
        assert not english_left(told), line


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_every_kind_of_fault_is_told_in_chinese(broken: Broken) -> None:
    assert_chinese(faults(edited(*broken.edits)))


@pytest.mark.parametrize("edit", [edit for edit, _, _ in SYNTAX.values()], ids=SYNTAX)
def test_faults_of_syntax_are_told_in_chinese(edit: tuple[str, str]) -> None:
    assert_chinese(faults(edited(edit)))


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 50 + "]" * 50,
        "a = " + "1" * 5000,
        "just words\n",
        "a = [1",
        "a = { b = 1",
        "a = 'x",
        'a = "\\q"',
        "[a",
        "[[a]",
        "a = 1\na.b = 2",
        "a = { b = 1, b = 2 }",
        "a = \u0007",
        " ",
        "extends = 3",
        "extends = 'nowhere.toml'",
        "extends = 'smalltown'",
        "extends = 'small-town'\nname = 'x'\nwithout = 3",
        "extends = 'small-town'\nname = 'x'\nwithout = ['a b']",
        "extends = 'small-town'\nname = 'x'\nwithout = ['intake.redal']",
        "extends = 'small-town'\nname = 'x'\n[co_handlers]\nshare = 0.1\ncategories = { noize = 0.1 }",
        "extends = 'small-town'\nname = 'x'\n[extension]\nasked = 0.1\nlength = '2000 working days'",
        "extends = 'small-town'\nname = 'x'\n[supervision]\nsteps = ['2 working days', '1 d']",
        "extends = 'small-town'\nname = 'x'\n[supervision]\nsteps = []",
        "extends = 'small-town'\nname = 'x'\n[intake]\nhang_up_share = '5 %'",
        "extends = 'small-town'\nname = 'x'\n[intake]\nhang_up_share = 2\nafter_call_ticket = '1e15 d'",
        "extends = 'small-town'\nname = 'x'\n[events.storm]\nstart = 2021-03-02T06:30:00\nend = 3",
        "extends = 'small-town'\nname = 'x'\n[events.storm]\nlabel = { en = 'S', zh = 'S' }\n"
        "start = 2021-03-02\nend = 2021-03-01\nby_day = [1]\ncategories = ['x']",
        "extends = 'small-town'\nname = 'x'\n[events.storm]\nlabel = { en = 'S', zh = 'S' }\n"
        "start = 2021-03-02\nend = 2021-03-04\nby_day = [1]\ndemand = 2\nagents = { x = 1 }\n",
    ],
)
def test_other_faults_of_files_are_told_in_chinese(text: str) -> None:
    assert_chinese(faults(text))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "内容为空"),
        (b"\x7fELF\x00", "必须是文本文件"),
        (BASE.encode("utf-16"), "现为 UTF-16文件，必须是UTF-8编码；请另存为UTF-8"),
        (BASE.encode("gb18030"), "现为 GB18030（GBK）文件"),
        (b'name = "\xff\xfe\xff"\n', "第1行：文件：现为 字节0xff"),
    ],
)
def test_files_that_are_no_text_are_told_in_chinese(content: bytes, words: str, tmp_path: Path) -> None:
    file = tmp_path / "town.toml"
    file.write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        load(file)
    assert words in lines_of(caught.value, "zh")[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"": 1},
        {"units.nort.staff": 1},
        {"unts": 1},
        {"units.north.staff.x": 1},
        {"callback.redial.most": 1},
        {"intake": "x2"},
        {"events.*.talk": 2},
        {"demand.month.12": 2},
        {"demand.month": 2, "demand.month.1": 3},
        {"name": "x2", "units.north.hours": "x3"},
        {"demand.level.cv": "x2"},
    ],
)
def test_keys_that_cannot_be_varied_are_told_in_chinese(changes: dict[str, object]) -> None:
    with pytest.raises(ScenarioError) as caught:
        changed(load("small-town"), changes)
    assert_chinese(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "kind = 'call'",
        "extends = 'open31'",
        "extends = 3",
        "kind = 'requests'\n[columns]\narival = 'x'\ncategory = { any_of = [] }\nunit = { keep = '(' }\n",
        "kind = 'requests'\n[columns]\narrival = ''\n[extra]\ndue = 'x'\n[file]\nencoding = 'utf8x'\n"
        "[time]\nzone = 'Asia/Chengdu'\nnumber = 'unix'\nstart = 2021-02-01\nend = 2021-01-01\n"
        "[calendar]\nbase = 'moon'\nholidays = [2021-01-01]\nworking_days = [2021-01-01]\n"
        "hours = ['08:00-12:00', '11:00-18:00']\n[[rules]]\nwhen = { a = 'b' }\n",
    ],
)
def test_faults_of_profiles_are_told_in_chinese(text: str, tmp_path: Path) -> None:
    file = tmp_path / "profile.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_profile(file)
    assert_chinese(caught.value)


# Nothing is left out, and nothing is said twice.


def test_every_key_of_the_schemas_is_described_in_chinese() -> None:
    described = {field.description for table in TABLES for field in table.model_fields.values()} - {None}
    known = {text for text in _catalogue()[0] if text in described}
    assert described == known, "cli/zh.toml, [keys]: write the Chinese of each"
    sections = CATALOGUE.read_text(encoding="utf-8").split("[keys]")
    assert len(sections) == 2
    assert sum(1 for line in sections[1].splitlines() if line) == len(described)


MESSAGES = {"Finding", "Fault", "_ChangeError", "_refused", "_at"}
VARIABLES = {"allowed", "hint", "why", "words", "given", "span", "order", "msg"}
SOURCES = [
    *(PACKAGE / "scenario").glob("*.py"),
    *(PACKAGE / "records" / name for name in ("profile.py", "schema.py")),
]


def sample(node: ast.expr) -> str | None:
    """Text that an expression may give, with 7 for every value; None if it is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    return None


def samples() -> Iterator[tuple[str, str]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            parts: list[ast.expr] = []
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MESSAGES:
                parts = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg != "where")]
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in VARIABLES:
                parts = [node.value]
            for part in parts:
                if (text := sample(part)) and re.search(r"[a-z]{3}.* ", text):
                    yield f"{path.name}:{node.lineno}", text


def test_every_wording_of_the_sources_has_a_chinese_one() -> None:
    found = dict(samples())
    assert len(found) > 100
    missing = {place: text for place, text in found.items() if in_chinese(text) == text}
    assert not missing, "cli/zh.toml, [told]: write the Chinese of each"


ERRORS = {"ResultError", "RecordsError", "LogSchemaError"}
PLACES = [
    *(PACKAGE / "results").glob("*.py"),
    *(PACKAGE / "records").glob("*.py"),
    *(PACKAGE / "experiment" / f"{name}.py" for name in ("chunks", "folder", "kept")),
    PACKAGE / "cli" / "files.py",
]


def errors() -> Iterator[tuple[str, str]]:
    for path in PLACES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS and node.args:
                text = sample(node.args[0])
                if text and re.search(r"[a-z]{3}.* ", text):
                    yield f"{path.name}:{node.lineno}", text


def test_every_error_of_files_and_directories_has_a_chinese_wording() -> None:
    found = dict(errors())
    assert len(found) > 30
    missing = {place: text for place, text in found.items() if in_chinese(text) == text}
    assert not missing, "cli/zh.toml, [told]: write the Chinese of each"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("run", "small-town", "--out", "there"),
            "there：已存在；请换个名称，或用 --force 替换",
        ),
        (("forecast", "small-town", "--open", "gone"), "错误：gone：没有这个结果目录"),
        (
            ("records", "check", "table.csv", "--profile", "open311"),
            "'status', 'service_name' 或 'service_code'；现有 'a', 'b'",
        ),
    ],
)
def test_errors_are_told_in_chinese(
    arguments: tuple[str, ...], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there").mkdir()
    Path("table.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    result = CliRunner().invoke(program, [*arguments, "--lang", "zh"])
    assert result.exit_code == 2
    assert result.output.startswith("错误：")
    assert words in result.output


def test_a_value_is_never_taken_for_a_wording() -> None:
    assert in_chinese('"must be a table"') == '"must be a table"'
    assert in_chinese("must be one of a table, x") == "必须是 a table, x 之一"
    assert in_chinese("nobody on rest days") == "休息日无人在岗"


# At the border.


@pytest.mark.parametrize(
    "command",
    [
        ("scenario", "check", "broken.toml"),
        ("run", "broken.toml"),
        ("replicate", "broken.toml"),
        ("compare", "broken.toml", "small-town"),
        ("sweep", "broken.toml", "--vary", "units.north.staff=1,2"),
        ("forecast", "broken.toml"),
        ("scenario", "show", "broken.toml"),
        ("scenario", "new", "my-city", "--from", "broken.toml"),
    ],
)
def test_every_command_tells_faults_in_the_language_asked_for(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("broken.toml").write_text(edited(("misroute = 0.1", "misroute = 2")), encoding="utf-8")
    line = BASE[: BASE.index("misroute")].count("\n") + 1
    told = {lang: CliRunner().invoke(program, [*command, "--lang", lang]) for lang in ("zh", "en")}
    assert told["zh"].output.splitlines() == [
        f"broken.toml: 第{line}行：dispatch.misroute：现为 2，最多为1；派错承办单位的概率",
        "broken.toml: 共1处错误",
    ]
    assert f"line {line}: dispatch.misroute: got 2, must be at most 1; proba" in told["en"].output
    assert {result.exit_code for result in told.values()} == {2}


def test_commands_without_the_option_follow_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_SIM_LANG", "zh")
    assert "是否应为 small-town？" in CliRunner().invoke(program, ["scenario", "show", "smaltown"]).output
    monkeypatch.setenv("HOTLINE_SIM_LANG", "en")
    assert "did you mean small-town?" in CliRunner().invoke(program, ["scenario", "show", "smaltown"]).output
