"""Estimates put together: a scenario file with a comment beside each key, and the list of what stays unknown.

Which estimators run, and on which part of the records, is decided in :mod:`~hotline_sim.fit.door`.
"""

from __future__ import annotations

import textwrap
import tomllib
from typing import TYPE_CHECKING, Any, Final

from hotline_sim.scenario.lines import key_lines
from hotline_sim.scenario.write import document, to_tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hotline_sim.fit.estimate import Estimate, NotIdentified
    from hotline_sim.scenario.faults import KeyPath
    from hotline_sim.scenario.schema import Scenario

_WIDTH: Final = 110


def parsed_path(path: str) -> KeyPath | None:
    """Names of a key path of a TOML file; None if it is no such path, such as a list of several."""
    try:
        table: Any = tomllib.loads(f"{path} = 0")
    except ValueError:
        return None
    names: list[str | int] = []
    while isinstance(table, dict):
        name, table = next(iter(table.items()))
        names.append(name)
    return tuple(names)


def overlay(estimates: Iterable[Estimate]) -> tuple[dict[str, Any], list[str]]:
    """Tables that hold the estimates, for a file that extends another, and the keys it takes away first."""
    tables: dict[str, Any] = {}
    without = []
    for estimate in estimates:
        path = parsed_path(estimate.path)
        if path is None:
            continue
        if estimate.replaces:
            without.append(estimate.path)
        place = tables
        for name in path[:-1]:
            place = place.setdefault(str(name), {})
        place[str(path[-1])] = estimate.value
    return tables, without


def standalone_text(
    scenario: Scenario, estimates: list[Estimate], unknown: list[NotIdentified], origin: list[str]
) -> str:
    """Scenario file with everything in it and a comment beside each estimate.

    Parameters
    ----------
    scenario : Scenario
        What the file says.
    estimates : list of Estimate
        Become comments.
    unknown : list of NotIdentified
        Named at the end.
    origin : list of str
        Lines about where the records come from, at the top.
    """
    return _commented(document(to_tables(scenario)), estimates, unknown, origin)


def extending_text(
    base: str, name: str, estimates: list[Estimate], unknown: list[NotIdentified], origin: list[str]
) -> str:
    """Scenario file that extends another and says only what was estimated.

    Parameters
    ----------
    base : str
        Shipped name, or path.
    name : str
        Of the new scenario.
    estimates : list of Estimate
        Keys and their values.
    unknown : list of NotIdentified
        Named at the end.
    origin : list of str
        Lines about where the records come from, at the top.
    """
    tables, without = overlay(estimates)
    head: dict[str, Any] = {"extends": base, "name": name}
    if without:
        head["without"] = without
    return _commented(document(head | tables), estimates, unknown, origin)


def _commented(text: str, estimates: list[Estimate], unknown: list[NotIdentified], origin: list[str]) -> str:
    """Text with a comment above the line of each estimate, those above it kept in place."""
    lines = text.splitlines()
    places = key_lines(text)
    above: dict[int, list[str]] = {}
    for estimate in estimates:
        path = parsed_path(estimate.path)
        place = places.get(path) if path is not None else None
        if place is None:
            continue
        above.setdefault(place, []).extend(_comment(describe(estimate)))
    found = [line for text_line in origin for line in _comment(text_line)]
    found.append("")
    for number, line in enumerate(lines, start=1):
        found += above.get(number, [])
        found.append(line)
    if unknown:
        found += ["", *_comment("Not identified by these records, with what would be needed:")]
        for missing in unknown:
            found += _comment(f"  {missing.path}: {missing.reason}")
    return "\n".join(found) + "\n"


def describe(estimate: Estimate) -> str:
    """One line about an estimate: how, from how many records, with which interval."""
    text = f"{estimate.note}; n = {estimate.count:,}"
    if estimate.low is not None and estimate.high is not None and estimate.low == estimate.low:
        unit = f" ({estimate.unit})" if estimate.unit else ""
        text += f"; 95 % interval {number_text(estimate.low)} to {number_text(estimate.high)}{unit}"
    parts = [
        f"{part.name} {number_text(part.low)} to {number_text(part.high)}"
        for part in estimate.parts
        if part.low == part.low
    ]
    return f"{text}; 95 % intervals {', '.join(parts)}" if parts else text


def number_text(value: float) -> str:
    """Four digits, without a power of ten where people would not write one."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent="# ", subsequent_indent="#   ", break_long_words=False
    ) or ["#"]
