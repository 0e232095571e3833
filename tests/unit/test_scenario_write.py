from __future__ import annotations

import json
import tomllib
from datetime import date
from typing import Any

import pytest
from broken_scenarios import BASE

from hotline_sim.scenario.json_schema import json_schema
from hotline_sim.scenario.load import load, loads
from hotline_sim.scenario.schema import Scenario
from hotline_sim.scenario.shipped import shipped_folder, shipped_names
from hotline_sim.scenario.write import digest, to_tables, to_toml


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_scenario_comes_back_from_its_text(name: str) -> None:
    scenario = load(name)
    text = to_toml(scenario)
    assert loads(text) == scenario
    assert to_toml(loads(text)) == text
    assert digest(loads(text)) == digest(scenario)


def test_the_text_holds_every_unit_as_a_person_would_write_it() -> None:
    text = to_toml(loads(BASE))
    assert 'field = { family = "uniform", low = "1 h", high = "2 h" }' in text
    assert 'name = "night", start = "20:00", end = "08:00"' in text
    assert 'office = ["09:00-12:00", "14:00-18:00"]' in text
    assert '[units."住建局"]\n' in text
    assert "start = 2021-03-01\n" in text
    assert "speed = 1\n" in text  # a default


def test_plain_tables_give_the_scenario_again() -> None:
    scenario = loads(BASE)
    assert Scenario.model_validate(to_tables(scenario)) == scenario


def test_an_inherited_scenario_has_the_digest_of_the_same_scenario_written_out() -> None:
    scenario = loads('extends = "small-town"\nname = "copy"\n[dispatch]\nmisroute = 0.25\n')
    assert digest(loads(to_toml(scenario))) == digest(scenario)
    assert digest(scenario) != digest(load("small-town"))


def test_texts_with_quotes_and_control_signs_come_back() -> None:
    odd = 'a "quoted" \\ text\twith \x7f and \x1b and 中文'
    scenario = loads(BASE.replace('en = "Test town"', f"en = {json.dumps(odd)}"))
    assert scenario.title.en == odd
    assert loads(to_toml(scenario)).title.en == odd


def test_the_json_schema_accepts_shipped_scenarios_and_refuses_slips() -> None:
    validator = pytest.importorskip("jsonschema").Draft202012Validator
    schema = json_schema()
    validator.check_schema(schema)
    folder = shipped_folder()
    assert folder is not None
    for name in shipped_names():
        tables = plain(tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")))
        assert not list(validator(schema).iter_errors(tables))
    part = {
        "extends": "small-town",
        "name": "x",
        "intake": {"talk": {"mean": "3 min"}},
        "without": ["callback"],
    }
    assert not list(validator(schema).iter_errors(part))
    for slip in ({"runs": {}}, {"dispatch": {"misroute": 2}}, {"intake": {"talk": {"family": "gama"}}}):
        assert list(validator(schema).iter_errors(part | slip))
    assert list(validator(schema).iter_errors({"name": "x"}))  # nothing to inherit from


def plain(value: Any) -> Any:
    """Dates as the texts that JSON has instead."""
    if isinstance(value, dict):
        return {name: plain(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return value.isoformat() if isinstance(value, date) else value


def test_every_key_of_the_json_schema_has_a_description_or_a_table_of_its_own() -> None:
    for table in json_schema()["$defs"].values():
        assert table["additionalProperties"] is False
        assert table.get("description")
