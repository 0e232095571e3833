"""A changed copy of a scenario, by key paths into the tables of its file: the basis of sweeps.

The changed scenario is checked like a file (``load.py``, ``check.py``). Which points a sweep visits is the
subject of :mod:`hotline_sim.experiment.design`.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic import BaseModel, ValidationError

from hotline_sim.clock.ticks import Duration, parse_duration
from hotline_sim.errors import Fault, ScenarioError
from hotline_sim.scenario.check import findings
from hotline_sim.scenario.draft import draft_of_scenario, draft_of_tables
from hotline_sim.scenario.faults import key_path, nearest, shown
from hotline_sim.scenario.phone import Team
from hotline_sim.scenario.schema import Scenario
from hotline_sim.scenario.wording import schema_findings
from hotline_sim.scenario.write import to_tables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from hotline_sim.scenario.faults import KeyPath

ANY: Final = "*"
"""Stands for every name of a table or every entry of a list."""

_PART = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^.\[\]"']+?))\s*(?=[.\[\]]|$)""")
_FACTOR = re.compile(r"\s*[x×]\s*(\d+(?:\.\d*)?|\.\d+)\s*")


class _Place(NamedTuple):
    """Where one key leads: a path into the tables, and what stands there (None: nothing)."""

    path: KeyPath
    value: Any


def changed(scenario: Scenario, changes: Mapping[str, object]) -> Scenario:
    """Copy of a scenario with some keys changed.

    A key is a path such as ``demand.requests_per_year`` or ``units."住建局".staff``. An entry of a list is
    named in brackets, by its name or its position: ``teams.operators.shifts[day].agents``. ``*`` stands for
    every entry: ``units.*.staff``. ``teams.operators.agents`` is short for all shifts of the team.

    Parameters
    ----------
    scenario : Scenario
        Stays as it is.
    changes : mapping of str to object
        New values by key, as a file would state them. A text such as ``"x1.5"`` multiplies the numbers or
        durations that stand there; whole numbers are rounded half up.

    Returns
    -------
    Scenario
        Checked like one from a file.

    Raises
    ------
    ScenarioError
        With every fault: unknown keys with the nearest known one, values that are not allowed, rules broken.

    Examples
    --------
    >>> import hotline_sim as hs
    >>> busy = changed(hs.load("small-town"), {"demand.requests_per_year": "x1.5"})
    >>> busy.demand.requests_per_year
    30000.0
    """
    tables = _listed(to_tables(scenario))
    faults: list[Fault] = []
    for key, places in _all_places(scenario, tables, changes).items():
        try:
            for place in places:
                _put(tables, place.path, _new_value(key, place, changes[key]))
        except _ChangeError as refused:
            faults.append(refused.fault)
    if faults:
        raise ScenarioError(scenario.name, faults)
    return _validated(tables, scenario.name)


def check_keys(scenario: Scenario, keys: Iterable[str]) -> None:
    """Check that keys lead somewhere in a scenario and that no two lead to the same place.

    Raises
    ------
    ScenarioError
        With every key that does not.
    """
    _all_places(scenario, _listed(to_tables(scenario)), keys)


def values_at(scenario: Scenario, key: str) -> tuple[object, ...]:
    """What stands at a key, one value for each place it leads to; None where nothing is stated.

    Raises
    ------
    ScenarioError
        If there is no such key.
    """
    try:
        return tuple(place.value for place in _places(scenario, _listed(to_tables(scenario)), key))
    except _ChangeError as refused:
        raise ScenarioError(scenario.name, [refused.fault]) from None


def factor_of(value: object) -> Decimal | None:
    """Factor that a value such as ``"x1.5"`` multiplies by; None if it is a plain value.

    Examples
    --------
    >>> factor_of("x1.5"), factor_of("1.5")
    (Decimal('1.5'), None)
    """
    match = _FACTOR.fullmatch(value) if isinstance(value, str) else None
    return Decimal(match[1]) if match else None


class _ChangeError(Exception):
    """One change cannot be made."""

    def __init__(self, where: str, allowed: str, given: str = "", hint: str = "") -> None:
        super().__init__(where)
        self.fault = Fault(where, given, allowed, hint)


def _listed(value: Any) -> Any:
    """Tables with lists in place of tuples, as a file gives them and as they can be changed."""
    if isinstance(value, dict):
        return {name: _listed(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_listed(entry) for entry in value]
    return value


def _parts(key: str) -> list[str]:
    """Names of a key path; an entry of a list may stand in brackets or after a dot."""
    parts: list[str] = []
    at, in_brackets = 0, False
    while True:
        match = _PART.match(key, at)
        if match is None:
            break
        double, single, bare = match.groups()
        parts.append(re.sub(r"\\(.)", r"\1", double) if double is not None else single or bare or "")
        at = match.end()
        if in_brackets:
            if not key.startswith("]", at):
                break
            at, in_brackets = at + 1, False
        if at == len(key):
            return parts
        if key[at] not in ".[":
            break
        in_brackets = key[at] == "["
        at += 1
    hint = "one is demand.requests_per_year, another units.*.staff"
    raise _ChangeError(key or '""', "is no key path", hint=hint)


def _all_places(scenario: Scenario, tables: dict[str, Any], keys: Iterable[str]) -> dict[str, list[_Place]]:
    """Places of several keys, no two of which lead to the same."""
    faults: list[Fault] = []
    taken: dict[KeyPath, str] = {}
    found: dict[str, list[_Place]] = {}
    for key in keys:
        try:
            found[key] = _places(scenario, tables, key)
            _refuse_overlap(key, found[key], taken)
        except _ChangeError as refused:
            faults.append(refused.fault)
    if faults:
        raise ScenarioError(scenario.name, faults)
    return found


def _places(scenario: Scenario, tables: dict[str, Any], key: str) -> list[_Place]:
    """Every place that a key leads to."""
    found: list[tuple[KeyPath, Any, Any]] = [((), scenario, tables)]
    for part in _parts(key):
        found = [step for path, node, raw in found for step in _steps(key, path, node, raw, part)]
    if not found:
        raise _ChangeError(key, "leads nowhere: there is no such entry in the scenario")
    return [_Place(path, raw) for path, _, raw in found]


def _steps(key: str, path: KeyPath, node: Any, raw: Any, part: str) -> list[tuple[KeyPath, Any, Any]]:
    """Follow one part of a key from a table or list to what it names."""
    if isinstance(raw, dict) and isinstance(node, BaseModel):
        if isinstance(node, Team) and part == "agents":
            shifts = zip(node.shifts, raw["shifts"], strict=True)
            return [
                ((*path, "shifts", number, part), shift.agents, table[part])
                for number, (shift, table) in enumerate(shifts)
            ]
        known: Collection[str] = type(node).model_fields
        if part in known:
            return [((*path, part), getattr(node, part), raw.get(part))]
    elif isinstance(raw, dict):
        known = raw.keys()
        if part == ANY:
            return [((*path, name), node[name], raw[name]) for name in raw]
        if part in raw:
            return [((*path, part), node[part], raw[part])]
    elif isinstance(raw, list):
        names = [str(entry.get("name", "")) if isinstance(entry, dict) else "" for entry in raw]
        known = [name for name in names if name]
        wanted = [number for number, name in enumerate(names) if part in (ANY, name, str(number))]
        if wanted:
            return [((*path, number), node[number], raw[number]) for number in wanted]
        if not known:
            entries = f"has entries 0 to {len(raw) - 1}" if raw else "is an empty list"
            raise _ChangeError(key, f"{key_path(path)} {entries}", shown(part))
    elif raw is None:
        raise _ChangeError(key, f"the scenario has no {key_path(path)}")
    else:
        raise _ChangeError(key, f"{key_path(path)} is {shown(raw)} and has no keys")
    name = key_path((part,))
    allowed = f"there is no key {name} at the top of the scenario"
    if path:
        allowed = f"there is no key {name} in {key_path(path)}"
    raise _ChangeError(key, allowed, hint=nearest(part, known))


def _refuse_overlap(key: str, places: list[_Place], taken: dict[KeyPath, str]) -> None:
    """Refuse a key that leads to, into or above a place that another key changes."""
    for path, _ in places:
        for other, its_key in taken.items():
            shorter = min(len(path), len(other))
            if path[:shorter] == other[:shorter]:
                raise _ChangeError(key, f"changes {key_path(path)}, which {its_key} changes as well")
    taken.update((path, key) for path, _ in places)


def _new_value(key: str, place: _Place, value: object) -> Any:
    factor = factor_of(value)
    if factor is None or (isinstance(place.value, str) and _as_duration(place.value) is None):
        return _plain(value)
    if place.value is None:
        raise _ChangeError(key, "nothing stands there to be multiplied", shown(value))
    return _scaled(key, place.value, factor)


def _scaled(key: str, value: Any, factor: Decimal) -> Any:
    if isinstance(value, list):
        return [_scaled(key, entry, factor) for entry in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return int((value * factor).to_integral_value(ROUND_HALF_UP))
    if isinstance(value, float):
        return float(Decimal(repr(value)) * factor)  # through decimals, so that 1.15 × 10 is 11.5
    duration = _as_duration(value) if isinstance(value, str) else None
    if duration is None:
        hint = f"name a key within it: {', '.join(value)}" if isinstance(value, dict) else ""
        raise _ChangeError(key, f"{shown(value)} is no number to be multiplied", f"x{factor}", hint)
    return str(Duration(float(Decimal(repr(duration.value)) * factor), duration.unit))


def _as_duration(text: str) -> Duration | None:
    try:
        return parse_duration(text)
    except ValueError:
        return None


def _plain(value: Any) -> Any:
    """Value as a file would give it; numbers of NumPy become numbers of Python."""
    if hasattr(value, "item") and hasattr(value, "dtype"):
        return value.item()
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict):
        return {name: _plain(entry) for name, entry in value.items()}
    return value


def _put(tables: Any, path: KeyPath, value: Any) -> None:
    for part in path[:-1]:
        tables = tables[part]
    tables[path[-1]] = value


def _validated(tables: dict[str, Any], source: str) -> Scenario:
    try:
        scenario = Scenario.model_validate(tables)
    except ValidationError as error:
        found = schema_findings(error.errors(include_url=False), tables)
        found += findings(draft_of_tables(tables))
    else:
        found = findings(draft_of_scenario(scenario))
        if not found:
            return scenario
    faults = [Fault(key_path(one.path), one.given, one.allowed, one.hint) for one in found]
    raise ScenarioError(source, list(dict.fromkeys(faults)))
