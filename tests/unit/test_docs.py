from __future__ import annotations

import importlib
import re
import sys
import tomllib
import typing
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from hotline_sim.clock.days import DayKind
from hotline_sim.network.build import build_days
from hotline_sim.network.codes import Outcome, Stage
from hotline_sim.results.names import ALL
from hotline_sim.results.schema import TICKET_COLUMNS, VISIT_COLUMNS
from hotline_sim.scenario import types as value_types
from hotline_sim.scenario.load import loads
from hotline_sim.scenario.schema import Scenario
from hotline_sim.scenario.types import Table, Text

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from pydantic.fields import FieldInfo

VALUES = tuple(
    kind for kind in vars(value_types).values() if isinstance(kind, type) and issubclass(kind, Table)
)
"""Tables that are values of one key: labels and distributions."""
OF_ONE_FILE = {"name", "title", "description"}
"""Keys that say what a file is, not how the model works."""

NUMBERS = r"(?:seed|[0-9]+[a-z]?|[EH][0-9]+)"
CITATION = re.compile(rf"\[({NUMBERS}(?:, {NUMBERS})*)\](?!\()")


@pytest.fixture(scope="module")
def docs(repository: Path) -> Path:
    if not (repository / "docs").is_dir():
        pytest.skip("the tests run without the source tree around them")
    return repository / "docs"


def tool(docs: Path, name: str) -> ModuleType:
    """A script of docs/tools, as a module."""
    folder = str(docs / "tools")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module(name)


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def rows(page: str, heading: str) -> list[list[str]]:
    """Cells of all tables of a page whose first column has this heading."""
    found: list[list[str]] = []
    inside = False
    for line in page.splitlines():
        if not line.startswith("|"):
            inside = False
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("| \t"))]
        if cells[0] == heading:
            inside = True
        elif inside and set(cells[0]) != {"-"}:
            found.append(cells)
    return found


def cited(page: str) -> set[str]:
    return {number for group in CITATION.findall(page) for number in group.split(", ")}


def comments(scenario: str) -> str:
    """Comments of a TOML text; none of the scenarios has a # inside a string."""
    return "\n".join(line.partition("#")[2] for line in scenario.splitlines())


# Sources.


def listed(docs: Path) -> list[str]:
    return [row[0] for row in rows(text(docs / "sources.md"), "id")]


def test_every_source_named_in_a_scenario_is_listed(docs: Path) -> None:
    numbers = {path.name: cited(comments(text(path))) for path in (docs.parent / "scenarios").glob("*.toml")}
    assert len(numbers["guangyuan-2021.toml"]) > 30
    assert {
        name: named - set(listed(docs)) for name, named in numbers.items() if named - set(listed(docs))
    } == {}


def test_every_bracket_in_a_scenario_is_a_citation(docs: Path) -> None:
    """A number that the pattern above does not know would go unchecked."""
    odd = []
    for path in (docs.parent / "scenarios").glob("*.toml"):
        odd += re.findall(r"\[(?!hours\])[^\]]*\]", CITATION.sub("", comments(text(path))))
    assert odd == []


def test_sources_are_listed_once_and_cited(docs: Path) -> None:
    pages = [comments(text(path)) for path in (docs.parent / "scenarios").glob("*.toml")]
    pages += [text(path) for path in docs.glob("*.md") if path.name != "sources.md"]
    used = set().union(*map(cited, pages))
    assert len(set(listed(docs))) == len(listed(docs))
    assert sorted(set(listed(docs)) ^ used) == []


# The model.


def models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [] if annotation in VALUES else [annotation]
    return [model for part in typing.get_args(annotation) for model in models_in(part)]


def keys_of(model: type[BaseModel], path: str = "") -> dict[str, FieldInfo]:
    """Every key of a scenario file by its path; NAME stands for names that a file chooses."""
    found: dict[str, FieldInfo] = {}
    for name, field in model.model_fields.items():
        named = typing.get_origin(field.annotation) is dict
        below = models_in(field.annotation)
        here = f"{path}{name}"
        if below:
            ending = ".NAME." if named else "[]." if "tuple" in str(field.annotation) else "."
            found |= keys_of(below[0], here + ending)
        elif field.annotation not in (Text, Text | None) and here not in OF_ONE_FILE:
            found[f"{here}.NAME" if named else here] = field
    return found


def general(key: str, keys: dict[str, FieldInfo]) -> str | None:
    """Key path with NAME in place of a name of the baseline, if there is such a key."""
    parts = key.split(".")
    for path in keys:
        pattern = path.split(".")
        if len(pattern) == len(parts) and all(a in ("NAME", b) for a, b in zip(pattern, parts, strict=True)):
            return path
    return None


def plain(value: Any) -> Any:
    return tomllib.loads(f"x = {value}")["x"]


@pytest.fixture(scope="module")
def documented(docs: Path) -> list[list[str]]:
    found = [row for page in sorted(docs.glob("model*.md")) for row in rows(text(page), "key")]
    assert {len(row) for row in found} == {4}
    return [[row[0].strip("`"), *row[1:]] for row in found]


def test_model_page_has_every_key_once(documented: list[list[str]]) -> None:
    keys = keys_of(Scenario)
    named = [general(row[0], keys) for row in documented]
    assert len(keys) > 70
    assert [row[0] for row, name in zip(documented, named, strict=True) if name is None] == []
    assert sorted(set(keys) - set(named)) == []
    paths = [row[0] for row in documented]
    assert sorted({path for path in paths if paths.count(path) > 1}) == []


def test_model_page_has_all_entries_where_it_has_one(docs: Path, documented: list[list[str]]) -> None:
    """A table that gives the limit of some classes must not forget the others."""
    baseline = tomllib.loads(text(docs.parent / "scenarios/guangyuan-2021.toml"))
    keys = keys_of(Scenario)
    paths = {row[0] for row in documented}
    missing = []
    for path in paths:
        table, _, rest = (general(path, keys) or "").partition(".NAME.")
        if rest and ".NAME." not in path:
            missing += [f"{table}.{name}.{rest}" for name in baseline[table]]
    assert sorted(set(missing) - paths) == []


def test_model_page_gives_the_defaults_of_the_schema(documented: list[list[str]]) -> None:
    keys = keys_of(Scenario)
    for path, default, _baseline, _source in documented:
        field = keys[general(path, keys) or path]
        if default == "required":
            assert field.is_required(), path
        elif default == "none":
            assert not field.is_required(), path
            assert not field.default, path
        else:
            value = plain(default.strip("`"))
            assert (tuple(value) if isinstance(value, list) else value) == field.default, path


def test_model_page_gives_the_values_of_the_baseline(docs: Path, documented: list[list[str]]) -> None:
    baseline = tomllib.loads(text(docs.parent / "scenarios/guangyuan-2021.toml"))
    told = 0
    for path, _default, value, _source in documented:
        if value.startswith("see the file"):
            continue
        found: Any = baseline
        for part in path.removesuffix(".NAME").split("."):
            found = found.get(part) if isinstance(found, dict) else None
        if value == "none":
            assert found is None, path
        else:
            assert found == plain(value.strip("`")), path
            told += 1
    assert told > 60


def test_model_page_shows_another_year_that_loads(docs: Path) -> None:
    (example,) = re.findall(r"^```toml\n(.*?)^```$", text(docs / "model.md"), flags=re.M | re.S)
    scenario = loads(example)
    assert scenario.run.start.year == 2028
    days = build_days(scenario)
    position = days.index(date(2028, 1, 26))
    assert days.kinds[position] == DayKind.HOLIDAY
    assert days.names[position] == "spring_festival"
    for day in scenario.calendar.working_days:
        assert days.kinds[days.index(day)] == DayKind.MAKE_UP


# The ticket log.


def test_schema_page_is_what_the_script_writes(docs: Path) -> None:
    assert text(docs / "log-schema.md") == tool(docs, "write_schema_page").page()


def test_schema_page_has_every_column(docs: Path) -> None:
    page = text(docs / "log-schema.md")
    for name in (*VISIT_COLUMNS, *TICKET_COLUMNS):
        assert f"| `{name}` |" in page


def test_schema_page_numbers_stages_and_outcomes_as_the_log_does(docs: Path) -> None:
    page = text(docs / "log-schema.md")
    told = {(int(number), name) for number, name in rows(page, "number")}
    assert told >= {(int(one), one.name.lower()) for one in (*Stage, *Outcome) if one != Stage.END}


# The glossary.


def test_glossary_has_every_key_figure_by_the_names_of_the_tables(docs: Path) -> None:
    page = rows(text(docs.parent / "GLOSSARY.md"), "English")
    figures = [row for row in page if len(row) == 6]  # the one table that says what is counted by
    names = {row[2].strip("`"): (row[0], row[1]) for row in figures}
    assert names == {name: tuple(entry.name) for name, entry in ALL.items()}
    assert len(figures) == len(names)


def test_glossary_says_what_must_lie_in_the_window(docs: Path) -> None:
    page = rows(text(docs.parent / "GLOSSARY.md"), "English")
    by = {row[2].strip("`"): row[4] for row in page if len(row) == 6}
    told = {name: "by arrival" in entry.definition.en for name, entry in ALL.items()}
    assert [name for name, arrival in told.items() if arrival and by[name] != "arrival"] == []


# Tables with numbers, and links.


def test_baseline_page_shows_every_target_met(docs: Path) -> None:
    page = rows(text(docs / "baseline.md"), "what")
    targets = [row for row in page if len(row) == 6]
    assert len(targets) > 12
    assert [row[0] for row in targets if row[-1] != "yes"] == []


def test_manhole_page_has_every_variant(docs: Path) -> None:
    labels = [variant.label for variant in tool(docs, "manhole_table").VARIANTS]
    assert [row[0] for row in rows(text(docs / "manhole.md"), "scenario")] == labels * 2


def test_manhole_variants_load_and_change_something(docs: Path) -> None:
    variants = tool(docs, "manhole_table").VARIANTS
    loaded = [variant.scenario() for variant in variants]
    without_name = [scenario.model_dump(exclude=OF_ONE_FILE) for scenario in loaded]
    assert all(one != other for one, other in pairwise(without_name))
    assert {scenario.run for scenario in loaded} == {loaded[0].run}


def test_interval_of_the_tools_is_the_one_in_the_books(docs: Path) -> None:
    # Mean 3, standard deviation sqrt(2.5), t with 4 degrees of freedom 2.776.
    interval = tool(docs, "replications").Interval.of([1.0, 2.0, 3.0, 4.0, 5.0])
    assert interval.mean == 3
    assert interval.high - 3 == pytest.approx(2.776 * (2.5 / 5) ** 0.5, rel=1e-3)
    assert 3 - interval.low == pytest.approx(interval.high - 3)


def test_numbers_are_put_between_their_marks_only(docs: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb\n", encoding="utf-8")
    tool(docs, "replications").put(page, "x", "new")
    assert text(page) == "a\n<!-- x: begin -->\nnew\n<!-- x: end -->\nb\n"
    with pytest.raises(ValueError, match="y: begin"):
        tool(docs, "replications").put(page, "y", "new")


def anchors(page: str) -> set[str]:
    """Anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", page, flags=re.M | re.S), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_lead_somewhere(docs: Path) -> None:
    root = docs.parent
    broken = []
    for path in (*root.glob("*.md"), *docs.glob("*.md"), *(root / "benchmarks").glob("*.md")):
        for link in re.findall(r"\]\(([^)\s]+)\)", text(path)):
            if re.match(r"https?:", link):
                continue
            name, _, anchor = link.partition("#")
            target = (path.parent / name) if name else path
            if not target.exists() or (anchor and anchor not in anchors(text(target))):
                broken.append(f"{path.name}: {link}")
    assert broken == []
