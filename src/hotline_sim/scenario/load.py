"""From a scenario file, and the files it extends, to a validated scenario; all faults are told at once.

Files are read in ``read.py``, rules that span several keys are in ``check.py``, wording in ``wording.py``.
The way back is ``write.py``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from hotline_sim.arguments import check_path
from hotline_sim.errors import Fault, ScenarioError
from hotline_sim.scenario.check import findings
from hotline_sim.scenario.draft import draft_of_scenario, draft_of_tables
from hotline_sim.scenario.faults import Finding, key_path, nearest, quoted, shown
from hotline_sim.scenario.lines import key_lines
from hotline_sim.scenario.read import parse, read_text
from hotline_sim.scenario.schema import Scenario
from hotline_sim.scenario.shipped import locate
from hotline_sim.scenario.wording import schema_findings

if TYPE_CHECKING:
    from hotline_sim.scenario.faults import KeyPath

EXTENDS = "extends"
WITHOUT = "without"
_NAMELESS = "the name is empty; give a path or the name of a shipped scenario"
_OWN = ("name", "description")  # they speak of one file and are not inherited


@dataclass(frozen=True)
class _Layer:
    """One file of a chain: its name in messages, its text and its tables."""

    source: str
    text: str
    tables: dict[str, Any]

    @cached_property
    def lines(self) -> dict[KeyPath, int]:
        return key_lines(self.text)


def load(source: str | Path) -> Scenario:
    """Scenario from a TOML file, or a shipped one by its bare name.

    A file may begin with ``extends = "other"``, a path from its own folder or the name of a shipped scenario:
    its keys are then laid over those of the other, table by table. ``without = ["intake.redial"]`` takes keys
    of the other away first. A distribution that names its family replaces the whole distribution.

    Parameters
    ----------
    source : str or Path
        A path, or a bare name such as ``"small-town"``. An existing file wins over a shipped name.

    Returns
    -------
    Scenario
        Frozen; named tables are ordered by name, so that their order in the file changes nothing.

    Raises
    ------
    TypeError
        If the source is neither.
    ScenarioError
        With every fault found: key path, line, value, what is allowed, nearest known name.
    """
    check_path("source", source, "the path of a scenario file, or a name such as 'small-town'")
    if not str(source).strip():
        raise ScenarioError(quoted(str(source)), [Fault("", "", _NAMELESS)])
    path, name = locate(source)
    text = read_text(path, name)
    return _build(_layers(name, text, path.parent, (path.resolve(),)))


def loads(text: str, name: str = "text", folder: Path | None = None) -> Scenario:
    """Scenario from a TOML text; otherwise as :func:`load`.

    Parameters
    ----------
    text : str
        The text of a scenario file.
    name : str
        How messages call it.
    folder : Path or None
        Where a relative path in ``extends`` counts from; default the current directory.

    Raises
    ------
    TypeError
        If it is no text.
    ScenarioError
        As for :func:`load`.
    """
    if not isinstance(text, str):
        kind = type(text).__name__
        raise TypeError(
            f"text: got {kind}, must be the text of a scenario file; hotline_sim.load reads a file"
        )
    if not text.strip():
        raise ScenarioError(name, [Fault("", "", "is empty")])
    return _build(_layers(name, text, folder or Path(), ()))


def check(scenario: Scenario, source: str = "scenario") -> Scenario:
    """Return the scenario if the rules that span several keys hold; for one made or changed in Python.

    Raises
    ------
    ScenarioError
        With every rule that is broken.
    """
    found = findings(draft_of_scenario(scenario))
    if found:
        faults = [Fault(key_path(one.path), one.given, one.allowed, one.hint) for one in found]
        raise ScenarioError(source, faults)
    return scenario


def _layers(source: str, text: str, folder: Path, seen: tuple[Path, ...]) -> list[_Layer]:
    """Return the file and those that it extends, directly or not, the file itself first."""
    layer = _Layer(source, text, parse(text, source))
    if EXTENDS not in layer.tables:
        return [layer]
    word = layer.tables[EXTENDS]
    if not isinstance(word, str) or not word.strip():
        raise _at(layer, (EXTENDS,), "must be the name of a shipped scenario or a path in quotes", word)
    try:
        path, name = locate(word, folder)
        base_text = read_text(path, name)
    except ScenarioError as error:
        fault = error.faults[0]
        raise _at(layer, (EXTENDS,), fault.allowed, word, fault.hint) from None
    if path.resolve() in seen:
        chain = " extends ".join([*(file.name for file in seen), path.name])
        raise _at(layer, (EXTENDS,), f"must not lead back to a file of the chain: {chain}", word)
    return [layer, *_layers(name, base_text, path.parent, (*seen, path.resolve()))]


def _at(layer: _Layer, path: KeyPath, allowed: str, given: Any, hint: str = "") -> ScenarioError:
    fault = Fault(key_path(path), shown(given), allowed, hint, layer.lines.get(path))
    return ScenarioError(layer.source, [fault])


def _build(layers: list[_Layer]) -> Scenario:
    tables: dict[str, Any] = {}
    found: list[Finding] = []
    for layer in reversed(layers):
        for own in _OWN:
            tables.pop(own, None)
        own_tables = dict(layer.tables)
        if EXTENDS in own_tables:
            del own_tables[EXTENDS]
            found += _take_away(tables, own_tables.pop(WITHOUT, []))
        tables = _overlaid(tables, own_tables)
    tables = _ordered(tables)
    try:
        scenario = Scenario.model_validate(tables)
    except ValidationError as error:
        found += schema_findings(error.errors(include_url=False), tables)
        found += findings(draft_of_tables(tables))
    else:
        found += findings(draft_of_scenario(scenario))
        if not found:
            return scenario
    raise ScenarioError(layers[0].source, _faults(found, layers, tables))


def _take_away(tables: dict[str, Any], names: Any) -> list[Finding]:
    """Delete key paths from the tables; returns what is wrong with the list of paths."""
    if not isinstance(names, list):
        allowed = 'must be a list of key paths, such as ["intake.redial"]'
        return [Finding((WITHOUT,), allowed, shown(names))]
    wrong: list[Finding] = []
    for position, name in enumerate(names):
        place = (WITHOUT, position)
        path = _parsed_path(name)
        if path is None:
            allowed = 'must be a key path, such as "intake.redial"'
            wrong.append(Finding(place, allowed, shown(name)))
            continue
        table: Any = tables
        for part in path[:-1]:
            table = table.get(part) if isinstance(table, dict) else None
        if isinstance(table, dict) and path[-1] in table:
            del table[path[-1]]
        else:
            siblings = table if isinstance(table, dict) else {}
            known = [key_path((*path[:-1], sibling)) for sibling in siblings]
            hint = nearest(name, known)
            hint = hint if hint.startswith("did") else ""
            wrong.append(Finding(place, "no such key in the extended file", shown(name), hint))
    return wrong


def _parsed_path(name: Any) -> list[str] | None:
    if not isinstance(name, str) or "\n" in name:
        return None
    try:
        table: Any = tomllib.loads(f"{name} = 0")
    except (ValueError, RecursionError):
        return None
    path: list[str] = []
    while isinstance(table, dict) and len(table) == 1:
        key, table = next(iter(table.items()))
        path.append(key)
    return path if table == 0 and path else None


def _overlaid(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    """Tables of the base with those of the top laid over them."""
    merged = dict(base)
    for key, value in top.items():
        below = merged.get(key)
        is_distribution = isinstance(value, dict) and isinstance(value.get("family"), str)
        if isinstance(value, dict) and isinstance(below, dict) and not is_distribution:
            merged[key] = _overlaid(below, value)
        else:
            merged[key] = value
    return merged


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_ordered(entry) for entry in value]
    return value


def _faults(found: list[Finding], layers: list[_Layer], tables: dict[str, Any]) -> list[Fault]:
    """Findings with their lines, those of the file itself first and in the order of the file."""
    faults: list[Fault] = []
    for finding in found:
        line, hint = _line(finding.path, layers, tables)
        hints = "; ".join(part for part in (finding.hint, hint) if part)
        fault = Fault(key_path(finding.path), finding.given, finding.allowed, hints, line)
        if fault not in faults:
            faults.append(fault)
    return sorted(faults, key=lambda fault: (fault.line is None, fault.line or 0))


def _line(path: KeyPath, layers: list[_Layer], tables: dict[str, Any]) -> tuple[int | None, str]:
    """Line in the file itself, or a hint that names the extended file that the value comes from.

    A key that no file gives belongs to the file itself: to the nearest table around it that stands there.
    """
    if path[:1] == (WITHOUT,) or _has(tables, path):
        for layer in layers:
            if not _has(layer.tables, path):
                continue
            line = _nearest_line(path, layer)
            if layer is layers[0] or line is None:
                return line, ""
            return None, f"inherited from {layer.source}, line {line}"
    # A table in the file itself only holds the fault if it is the one that counts: lists are not merged.
    while path and not _has(tables, path):
        path = path[:-1]
    return _nearest_line(path, layers[0]), ""


def _nearest_line(path: KeyPath, layer: _Layer) -> int | None:
    lines = (layer.lines.get(path[:length]) for length in range(len(path), 0, -1))
    return next((line for line in lines if line is not None), None)


def _has(tables: dict[str, Any], path: KeyPath) -> bool:
    value: Any = tables
    for part in path:
        if isinstance(value, dict):
            if part not in value:
                return False
            value = value[part]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return False
    return True
