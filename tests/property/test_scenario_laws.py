"""Laws of scenario files: order means nothing, writing and reading are inverse, no text breaks the reader."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline_sim.clock.ticks import Duration
from hotline_sim.errors import Fault, ScenarioError
from hotline_sim.scenario.lines import key_lines
from hotline_sim.scenario.load import load, loads
from hotline_sim.scenario.schema import Scenario
from hotline_sim.scenario.shipped import shipped_folder
from hotline_sim.scenario.write import digest, to_tables, to_toml, toml_value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@cache
def text() -> str:
    folder = shipped_folder()
    assert folder is not None
    return (folder / "small-town.toml").read_text(encoding="utf-8")


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every value of plain tables that is no table itself, with its key path."""
    if isinstance(value, dict | list | tuple):
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        for name, entry in entries:
            yield from places(entry, (*path, name))
    else:
        yield path, value


def replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    if not path:
        return new
    if isinstance(value, dict):
        return {
            name: replaced(entry, path[1:], new) if name == path[0] else entry
            for name, entry in value.items()
        }
    return [
        replaced(entry, path[1:], new) if number == path[0] else entry for number, entry in enumerate(value)
    ]


def shuffled(value: Any, draw: st.DataObject) -> Any:
    """Tables with their keys in another order, lists as they are."""
    if isinstance(value, dict):
        names = draw.draw(st.permutations(list(value)))
        return {name: shuffled(value[name], draw) for name in names}
    return value


def written(tables: dict[str, Any]) -> str:
    """TOML with everything inline: the plainest way to write any values in any order."""
    return "\n".join(f'"{name}" = {inline(entry)}' for name, entry in tables.items())


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{name}" = {inline(entry)}' for name, entry in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(inline, value)) + "]"
    return repr(value) if isinstance(value, float) else toml_value(value)


def told(changed: str) -> tuple[Fault, ...]:
    """Faults of a text; none if it loads, and then it comes back from what is written."""
    try:
        scenario = loads(changed)
    except ScenarioError as error:
        return error.faults
    assert loads(to_toml(scenario)) == scenario
    return ()


@given(st.data())
@settings(max_examples=25)
def test_the_order_of_tables_and_keys_changes_nothing(data: st.DataObject) -> None:
    base = loads(text())
    other = loads(written(shuffled(tomllib.loads(text()), data)))
    assert other == base
    assert digest(other) == digest(base)
    assert to_toml(other) == to_toml(base)


NUMBERS = st.one_of(
    st.floats(0, 1),
    st.integers(0, 9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.builds(
        lambda value, unit: str(Duration(value, unit)), st.floats(0, 1e6), st.sampled_from(["s", "h", "d"])
    ),
    st.builds(lambda days: date(2020, 1, 1) + timedelta(days=days), st.integers(0, 2555)),
)


@given(st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_a_scenario_with_any_numbers_comes_back_from_its_text(data: st.DataObject) -> None:
    tables = to_tables(loads(text()))
    changes = data.draw(
        st.lists(st.sampled_from([path for path, _ in places(tables)]), min_size=1, max_size=8)
    )
    scenario = loads(text())
    for path in changes:
        changed = replaced(to_tables(scenario), path, data.draw(NUMBERS))
        try:  # shares need not sum to 1 here: only what a single key may hold
            scenario = Scenario.model_validate(changed)
        except ValueError:
            continue
    back = Scenario.model_validate(tomllib.loads(to_toml(scenario)))
    assert back == scenario
    assert digest(back) == digest(scenario)


@given(st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_a_scenario_with_one_value_of_another_kind_loads_or_tells_its_faults(data: st.DataObject) -> None:
    tables = tomllib.loads(text())
    path = data.draw(st.sampled_from([path for path, _ in places(tables)]))
    # Whole tables may be replaced too: cut the path short sometimes.
    path = path[: data.draw(st.integers(1, len(path)))]
    value = data.draw(
        st.one_of(
            NUMBERS,
            st.text(max_size=20),
            st.booleans(),
            st.sampled_from(
                [float("nan"), float("inf"), -1, 10**30, [], {}, [[]], {"family": "fixed"}, {"": 1}]
            ),
            st.sampled_from(
                ["1e400 s", "0 s", "９ s", "24:00", "00:00-24:00", "always", "1e-300 working days"]
            ),
        )
    )
    assert all(str(fault) for fault in told(written(replaced(tables, path, value))))


@given(content=st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_of_any_bytes_is_refused_by_a_scenario_error(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "any.toml"
    file.write_bytes(content)
    with pytest.raises(ScenarioError):
        load(file)


@given(st.data())
@settings(max_examples=100)
def test_a_scenario_with_a_piece_cut_or_put_in_loads_or_tells_its_faults(data: st.DataObject) -> None:
    whole = text()
    start = data.draw(st.integers(0, len(whole)))
    end = min(len(whole), start + data.draw(st.integers(0, 40)))
    piece = data.draw(st.text(st.sampled_from("=\"[]{}.,#'\\ \n1aé：“”９\t\x1b"), max_size=6))
    changed = whole[:start] + piece + whole[end:]
    key_lines(changed)  # ends, whatever the text
    lines = changed.count("\n") + 1
    assert all(fault.line is None or 1 <= fault.line <= lines for fault in told(changed))
