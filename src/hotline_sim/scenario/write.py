"""A scenario as TOML text with everything in it, and its digest.

Loading the text gives the same scenario again (``load.py``).
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Any

from hotline_sim.scenario.faults import key, quoted
from hotline_sim.scenario.given import check_scenario

if TYPE_CHECKING:
    from hotline_sim.scenario.schema import Scenario

_WIDTH = 100


def to_tables(scenario: Scenario) -> dict[str, Any]:
    """Plain tables, as a TOML reader would give them; ``Scenario.model_validate`` takes them back."""
    return scenario.model_dump(exclude_none=True)


def to_toml(scenario: Scenario) -> str:
    """Scenario as TOML text: inherited values and defaults written out, keys in the order of the schema."""
    check_scenario(scenario)
    return document(to_tables(scenario))


def digest(scenario: Scenario) -> str:
    """SHA-256 of the TOML text with all keys sorted, in hexadecimal.

    Two files give the same digest if they say the same, in whatever order, with or without ``extends``.
    """
    return hashlib.sha256(document(_sorted(to_tables(scenario))).encode()).hexdigest()


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    if isinstance(value, list | tuple):
        return [_sorted(entry) for entry in value]
    return value


def document(tables: dict[str, Any]) -> str:
    """Plain tables as TOML text."""
    lines: list[str] = []
    _table(tables, (), lines)
    return "\n".join(lines).strip("\n") + "\n"


def _table(table: dict[str, Any], path: tuple[str, ...], lines: list[str]) -> None:
    """Append a table: its own header and values first, then the tables within it."""
    own = {name: value for name, value in table.items() if not _has_header(value, path)}
    if path and (own or not table):
        lines += ["", f"[{'.'.join(map(key, path))}]"]
    for name, value in own.items():
        lines.append(f"{key(name)} = {toml_value(value)}")
    for name, value in table.items():
        if name not in own:
            _table(value, (*path, name), lines)


def _has_header(value: Any, path: tuple[str, ...]) -> bool:
    """Whether a value gets a [header] of its own; small tables of plain values stay on one line."""
    if not isinstance(value, dict):
        return False
    if any(isinstance(inner, dict | list | tuple) for inner in value.values()):
        return True
    return len(toml_value(value)) > _WIDTH or (not path and "en" not in value)


def toml_value(value: Any) -> str:
    """One value as TOML writes it; small tables on one line, long lists on several."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        # Whole numbers without a point: the reader takes both, and people write them so.
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dict):
        inner = ", ".join(f"{key(name)} = {toml_value(entry)}" for name, entry in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return _list([toml_value(entry) for entry in value], value)
    return str(value)


def _list(entries: list[str], values: list[Any] | tuple[Any, ...]) -> str:
    line = f"[{', '.join(entries)}]"
    has_tables = any(isinstance(value, dict) for value in values)
    if len(line) <= _WIDTH and not has_tables:
        return line
    rows: list[str] = []
    for entry in entries:
        if rows and not has_tables and len(rows[-1]) + len(entry) + 2 <= _WIDTH:
            rows[-1] += f" {entry},"
        else:
            rows.append(f"  {entry},")
    return "\n".join(["[", *rows, "]"])
