"""The validation library's error list in words that a planner can act on, one finding for each cause.

How a finding is printed is in ``faults.py``; rules that span several keys are in ``check.py``.
"""

from __future__ import annotations

import re
import types
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from hotline_sim.scenario.faults import Finding, KeyPath, full_width, nearest, shown
from hotline_sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pydantic_core import ErrorDetails

_KEY = "[key]"  # how the library marks a fault in a key itself
_UNITS = ("ms", "s", "min", "h", "d", "seconds", "minutes", "hours", "days", "working h", "working days")

_TYPES = {
    "string_type": "must be a text in quotes",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "date_type": "must be a date such as 2021-01-31",
    "date_from_datetime_inexact": "must be a date such as 2021-01-31",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "dict_type": "must be a table",
    "tuple_type": "must be a list in [ ]",
    "finite_number": "must be a finite number",
}

_BOUNDS = {
    "greater_than_equal": ("ge", "must be at least"),
    "greater_than": ("gt", "must be greater than"),
    "less_than_equal": ("le", "must be at most"),
    "less_than": ("lt", "must be less than"),
}


def schema_findings(
    errors: Iterable[ErrorDetails], raw: dict[str, Any], schema: type[BaseModel] = Scenario
) -> list[Finding]:
    """Findings behind the errors of ``schema.model_validate(raw)``, each cause once.

    Parameters
    ----------
    errors : iterable of error details
        From ``ValidationError.errors()``.
    raw : dict
        What was validated: errors are looked up in it.
    schema : type of BaseModel
        Table at the top of the file.
    """
    located = [(error, *_located(error["loc"], raw)) for error in errors]
    wrong_keys = {path for error, path, _ in located if _is_wrong_key(error)}
    findings: list[Finding] = []
    for error, path, value in located:
        under_wrong_key = any(path[: len(wrong)] == wrong for wrong in wrong_keys)
        if _is_wrong_key(error) or not under_wrong_key:
            findings += [new for new in _translated(error, path, value, raw, schema) if new not in findings]
    return findings


def _is_wrong_key(error: ErrorDetails) -> bool:
    return bool(error["loc"]) and error["loc"][-1] == _KEY


def _located(loc: tuple[int | str, ...], raw: Any) -> tuple[KeyPath, Any]:
    """Key path as it stands in the file, and the value there (None for a missing key).

    The library puts the family of a distribution into the path; it is no key of the file.
    """
    path: list[int | str] = []
    value = raw
    for position, part in enumerate(loc):
        last = position == len(loc) - 1
        if part == _KEY and last:
            break
        if isinstance(value, dict):
            if part not in value and not last and value.get("family") == part:
                continue
            value = value.get(str(part))
        elif isinstance(value, list | tuple) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            value = None
        path.append(part)
    return tuple(path), value


def _translated(
    error: ErrorDetails, path: KeyPath, value: Any, raw: dict[str, Any], schema: type[BaseModel]
) -> Iterator[Finding]:
    kind, context = error["type"], error.get("ctx", {})
    description = describe(path, raw, schema)
    if kind == "missing":
        yield Finding(path, "is missing", hint=description)
    elif kind == "extra_forbidden":
        table = _table_at(path[:-1], raw, schema)
        yield Finding(path, "unknown key", hint=nearest(str(path[-1]), table.model_fields if table else ()))
    elif _is_wrong_key(error):
        yield _wrong_key(path, kind, context)
    elif kind in _TYPES:
        hint = _type_hint(kind, value) or _table_hint(path, raw, schema)
        yield Finding(path, _TYPES[kind], shown(value), hint)
    elif kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        yield Finding(path, f"{words} {context[bound]:g}", shown(value), description)
    elif kind in _SPECIAL:
        yield from _SPECIAL[kind](path, value, context, description)
    else:
        message = str(error["msg"])
        yield Finding(path, message[:1].lower() + message[1:], shown(value), description)


def _wrong_key(path: KeyPath, kind: str, context: Mapping[str, Any]) -> Finding:
    name = str(path[-1])
    if kind == "literal_error":
        return Finding(path, "unknown key", hint=nearest(name, _choices(context["expected"])))
    if kind == "string_too_short":
        return Finding(path, "a name must not be empty")
    if kind == "string_too_long":
        return Finding(path, f"a name must have at most {context['max_length']} characters")
    return Finding(path, "a name must not hold control characters")


def _type_hint(kind: str, value: Any) -> str:
    if isinstance(value, str) and kind in ("float_type", "int_type", "bool_type", "date_type"):
        return full_width(value) or "write it without quotes"
    return ""


def _table_hint(path: KeyPath, raw: dict[str, Any], schema: type[BaseModel]) -> str:
    """What is written where a law of durations or a label is needed; empty elsewhere."""
    table = _table_at(path[:-1], raw, schema)
    field = table.model_fields.get(str(path[-1])) if table else None
    for member in _members(field.annotation) if field else ():
        if "family" in member.model_fields:
            return 'such as { family = "fixed", mean = "20 min" }'
        if set(member.model_fields) == {"en", "zh"}:
            return 'such as { en = "Operators", zh = "话务坐席" }'
    return ""


def _members(annotation: Any) -> Iterator[type[BaseModel]]:
    """Classes of the tables that an annotation allows; those in lists and named tables are none of them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is Annotated:
        yield from _members(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from _members(part)


def _choices(expected: str) -> list[str]:
    return re.findall(r"'([^']*)'", expected)


def _choice(path: KeyPath, value: Any, context: Mapping[str, Any], _: str) -> Iterator[Finding]:
    choices = _choices(context["expected"])
    hint = nearest(value, choices) if isinstance(value, str) else ""
    yield Finding(
        path, f"must be one of {', '.join(choices)}", shown(value), "" if hint.startswith("known") else hint
    )


def _family(path: KeyPath, value: Any, context: Mapping[str, Any], _: str) -> Iterator[Finding]:
    yield from _choice((*path, "family"), value.get("family"), {"expected": context["expected_tags"]}, "")


def _no_family(path: KeyPath, _value: Any, _context: Mapping[str, Any], _: str) -> Iterator[Finding]:
    yield Finding((*path, "family"), "is missing", hint='such as family = "lognormal"')


def _value_error(path: KeyPath, value: Any, context: Mapping[str, Any], _: str) -> Iterator[Finding]:
    message = str(context["error"])
    # The value itself is told once, by the printer of faults.
    message = re.sub(r"^got (?:'[^']*'|\"[^\"]*\"|\S+)[;,]?\s*", "", message)
    hint = full_width(value) if isinstance(value, str) else ""
    if unit := re.match(r"with unknown unit '([^']+)'", message):
        close = nearest(unit[1], _UNITS)
        hint = hint or (close if close.startswith("did") else "")
    yield Finding(path, message, shown(value), hint)


def _size(path: KeyPath, value: Any, context: Mapping[str, Any], description: str) -> Iterator[Finding]:
    # The library counts only entries that are right in themselves; those that are not have been told.
    number = len(value) if isinstance(value, dict | list | tuple) else 0
    least, most = context.get("min_length"), context.get("max_length")
    if (least is not None and number >= least) or (most is not None and number <= most):
        return
    needed = least if least is not None else most
    if isinstance(value, dict):
        yield Finding(path, "at least one entry is needed", "an empty table", description)
    elif needed == 1:
        yield Finding(path, "at least one value is needed", "an empty list", description)
    else:  # every longer list has a fixed length: months, weekdays, hours
        yield Finding(
            path, f"{needed} values are needed", f"{number} value{'s' * (number != 1)}", description
        )


def _pattern(path: KeyPath, value: Any, _context: Mapping[str, Any], description: str) -> Iterator[Finding]:
    if path == ("name",):
        yield Finding(path, "must be lower-case letters, digits and hyphens", shown(value))
    else:
        yield Finding(path, "must not hold control characters", shown(value), description)


def _empty(path: KeyPath, value: Any, _context: Mapping[str, Any], description: str) -> Iterator[Finding]:
    yield Finding(path, "must not be empty", shown(value), description)


def _too_long(path: KeyPath, value: Any, context: Mapping[str, Any], description: str) -> Iterator[Finding]:
    yield Finding(path, f"must have at most {context['max_length']} characters", shown(value), description)


_SPECIAL: dict[str, Callable[[KeyPath, Any, Mapping[str, Any], str], Iterator[Finding]]] = {
    "literal_error": _choice,
    "union_tag_invalid": _family,
    "union_tag_not_found": _no_family,
    "value_error": _value_error,
    "too_short": _size,
    "too_long": _size,
    "string_pattern_mismatch": _pattern,
    "string_too_short": _empty,
    "string_too_long": _too_long,
}


def describe(path: KeyPath, raw: dict[str, Any], schema: type[BaseModel] = Scenario) -> str:
    """Description of a key in the schema; empty if it has none or is unknown."""
    table = _table_at(path[:-1], raw, schema) if path else None
    field = table.model_fields.get(str(path[-1])) if table else None
    return (field.description or "") if field else ""


def _table_at(path: KeyPath, raw: Any, schema: type[BaseModel]) -> type[BaseModel] | None:
    """Class of the table at a key path; None where none is known, as in a list of numbers."""
    annotation: Any = schema
    value = raw
    for part in path:
        annotation = _resolved(annotation, value)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            field = annotation.model_fields.get(str(part))
            annotation = field.annotation if field else None
        elif get_origin(annotation) in (dict, tuple):
            annotation = get_args(annotation)[1 if get_origin(annotation) is dict else 0]
        else:
            return None
        value = _child(value, part)
    annotation = _resolved(annotation, value)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _child(value: Any, part: int | str) -> Any:
    if isinstance(value, dict):
        return value.get(str(part))
    if isinstance(value, list | tuple) and isinstance(part, int) and part < len(value):
        return value[part]
    return None


def _resolved(annotation: Any, value: Any) -> Any:
    """Annotation without its metadata; of several tables, the one that the value's family names."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation
    members = [_resolved(member, value) for member in get_args(annotation) if member is not type(None)]
    if len(members) == 1:
        return members[0]
    family = value.get("family") if isinstance(value, dict) else None
    for member in members:
        if family in get_args(member.model_fields["family"].annotation):
            return member
    return None
