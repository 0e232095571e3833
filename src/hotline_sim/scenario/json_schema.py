"""The scenario's tables as JSON Schema, so that an editor completes keys and marks faults while one types.

A file that extends another may leave out whatever it inherits; that and the two keys of ``load.py`` are added
here to what the models say.
"""

from __future__ import annotations

import copy
from typing import Any

from hotline_sim.scenario.load import EXTENDS, WITHOUT
from hotline_sim.scenario.schema import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_WHOLE = "Scenario"
_PART = "Part"


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a scenario file.

    Every table stands in it twice: with its required keys for a file of its own, and as ``Part...`` without
    them for a file that extends another.
    """
    whole = Scenario.model_json_schema()
    definitions: dict[str, Any] = whole.pop("$defs")
    definitions[_WHOLE] = whole
    parts = {f"{_PART}{name}": _part(table) for name, table in definitions.items()}
    for part in parts.values():
        part.pop("title", None)
    root = parts.pop(f"{_PART}{_WHOLE}")
    root["properties"] |= {
        EXTENDS: {
            "type": "string",
            "description": "shipped scenario, or path of a file, whose keys hold where this file has none",
        },
        WITHOUT: {
            "type": "array",
            "items": {"type": "string"},
            "description": 'key paths of the extended file that are taken away, such as "intake.redial"',
        },
    }
    return {
        "$schema": DIALECT,
        "title": "Scenario of hotline-sim",
        **root,
        "if": {"not": {"required": [EXTENDS]}},
        "then": {"$ref": f"#/$defs/{_WHOLE}"},
        "else": {"required": ["name"]},
        "$defs": dict(sorted((definitions | parts).items())),
    }


def _part(schema: Any) -> Any:
    """Copy of a schema in which no key is required."""
    if isinstance(schema, list):
        return [_part(entry) for entry in schema]
    if not isinstance(schema, dict):
        return copy.copy(schema)
    part = {name: _part(value) for name, value in schema.items() if name != "required"}
    if isinstance(part.get("$ref"), str):
        part["$ref"] = part["$ref"].replace("#/$defs/", f"#/$defs/{_PART}")
    if "discriminator" in part:
        # Without its family a distribution changes single keys, and fits several families at once.
        del part["discriminator"]
        part["anyOf"] = part.pop("oneOf")
    return part
