from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from broken_scenarios import BASE

from hotline_sim.errors import ScenarioError
from hotline_sim.scenario import shipped
from hotline_sim.scenario.load import check, load, loads
from hotline_sim.scenario.shipped import shipped_names

if TYPE_CHECKING:
    from pathlib import Path

    from hotline_sim.scenario.schema import Scenario


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base.toml").write_text(BASE, encoding="utf-8")
    return tmp_path


def child(folder: Path, text: str) -> Scenario:
    file = folder / "child.toml"
    file.write_text(f'extends = "base.toml"\nname = "child"\n{text}', encoding="utf-8")
    return load(file)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        child(folder, text)
    assert caught.value.source == str(folder / "child.toml")
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_scenario_loads_under_its_own_name(name: str) -> None:
    assert load(name).name == name


def test_a_scenario_cannot_be_changed() -> None:
    scenario = loads(BASE)
    with pytest.raises(ValueError, match="frozen"):
        scenario.run.start = date(2022, 1, 1)  # type: ignore[misc]


def test_named_tables_come_in_the_order_of_their_names() -> None:
    scenario = loads(BASE)
    assert list(scenario.channels) == ["phone", "web"]
    assert list(scenario.units) == ["north", "住建局"]


def test_a_child_changes_single_keys_and_keeps_the_others(folder: Path) -> None:
    base, scenario = load(folder / "base.toml"), child(folder, "[units.north]\nstaff = 7\n")
    assert scenario.units["north"].staff == 7
    assert scenario.units["north"].label == base.units["north"].label
    assert scenario.intake == base.intake


def test_a_child_adds_tables(folder: Path) -> None:
    text = (
        '[units.south]\nlabel = { en = "South", zh = "城南" }\nkind = "county"\nstaff = 1\narea_weight = 2\n'
    )
    assert sorted(child(folder, text).units) == ["north", "south", "住建局"]


def test_a_distribution_with_a_family_replaces_the_whole_distribution(folder: Path) -> None:
    scenario = child(folder, '[intake]\ntalk = { family = "fixed", mean = "3 min" }\n')
    assert scenario.intake.talk.model_dump() == {"family": "fixed", "mean": "3 min"}


def test_a_distribution_without_a_family_changes_single_keys(folder: Path) -> None:
    scenario = child(folder, '[intake]\ntalk.mean = "100 s"\n')
    assert scenario.intake.talk.model_dump() == {"family": "gamma", "mean": "100 s", "cv": 0.8}


def test_a_list_is_replaced_whole(folder: Path) -> None:
    scenario = child(
        folder,
        '[teams.operators]\nshifts = [{ name = "all day", start = "00:00", end = "24:00", agents = 9 }]\n',
    )
    assert [shift.agents for shift in scenario.teams["operators"].shifts] == [9]


def test_keys_of_the_base_can_be_taken_away(folder: Path) -> None:
    scenario = child(
        folder,
        'without = ["intake.redial", "callback", \'categories.streets.units."住建局"\']\n'
        "[categories.streets]\narea_share = 1\n",
    )
    assert scenario.intake.redial is None
    assert scenario.callback is None
    assert scenario.categories["streets"].units == {}


@pytest.mark.parametrize(
    ("without", "words"),
    [
        (
            '["intake.redail"]',
            'without[0]: got "intake.redail", no such key in the extended file; did you mean',
        ),
        ('["units.a.b.c"]', "no such key"),
        ('["callback", ""]', "without[1]: "),
        ('["a = 1\\nb"]', "key path"),
        ("[3]", "key path"),
        ('"callback"', "list of key paths"),
    ],
)
def test_a_wrong_list_of_keys_to_take_away_is_told(folder: Path, without: str, words: str) -> None:
    told = faults(folder, f"without = {without}\n")
    assert len(told) == 1
    assert words in told[0]
    assert told[0].startswith("line 3: without")


def test_keys_are_only_taken_away_from_a_base() -> None:
    with pytest.raises(ScenarioError, match="without: unknown key"):
        loads('without = ["callback"]\n' + BASE)


def test_name_and_description_are_not_inherited(folder: Path) -> None:
    described = 'description = { en = "A base", zh = "基准" }\n' + BASE
    (folder / "base.toml").write_text(described, encoding="utf-8")
    assert child(folder, "").description is None
    with pytest.raises(ScenarioError, match="name: is missing"):
        loads('extends = "base.toml"', folder=folder)


def test_a_chain_of_files_is_followed_each_from_its_own_folder(folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir()
    (inner / "middle.toml").write_text(
        'extends = "../base.toml"\nname = "middle"\n[dispatch]\nmisroute = 0.3\n', encoding="utf-8"
    )
    top = folder / "top.toml"
    top.write_text(
        'extends = "inner/middle.toml"\nname = "top"\n[dispatch]\nmost_returns = 1\n', encoding="utf-8"
    )
    scenario = load(top)
    assert (scenario.dispatch.misroute, scenario.dispatch.most_returns) == (0.3, 1)  # type: ignore[union-attr]
    assert scenario.title.en == "Test town"


def test_a_fault_in_the_base_names_its_file_and_line(folder: Path) -> None:
    (folder / "base.toml").write_text(BASE.replace("misroute = 0.1", "misroute = 2"), encoding="utf-8")
    line = BASE[: BASE.index("misroute")].count("\n") + 1
    told = faults(folder, "")
    assert told[0].startswith("dispatch.misroute: got 2, must be at most 1")
    assert told[0].endswith(f"inherited from base.toml, line {line}")


def test_a_missing_key_is_not_said_to_be_inherited(folder: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads('extends = "base.toml"', folder=folder)
    (fault,) = caught.value.faults
    assert (fault.where, fault.line) == ("name", None)
    assert "inherited" not in fault.hint


def test_a_key_missing_in_a_list_of_the_file_itself_has_the_line_of_its_entry(folder: Path) -> None:
    told = faults(
        folder,
        '[teams.operators]\nshifts = [\n  { name = "day", start = "08:00", end = "18:00" },\n]\n',
    )
    assert len(told) == 1
    assert told[0].startswith("line 5: teams.operators.shifts[0].agents: is missing")
    assert "inherited" not in told[0]


def test_a_key_that_was_taken_away_is_not_said_to_be_inherited(folder: Path) -> None:
    told = faults(folder, 'without = ["demand.requests_per_year"]\n')
    assert any("demand.requests_per_year: is missing" in line for line in told)
    assert not any("inherited" in line for line in told)


def test_a_value_of_the_middle_of_a_chain_is_inherited_from_there(folder: Path) -> None:
    (folder / "middle.toml").write_text(
        'extends = "base.toml"\nname = "middle"\n[dispatch]\nmisroute = 3\n', encoding="utf-8"
    )
    with pytest.raises(ScenarioError) as caught:
        loads('extends = "middle.toml"\nname = "top"', folder=folder)
    assert str(caught.value).endswith("inherited from middle.toml, line 4")


@pytest.mark.parametrize("name", ["", "  "])
def test_an_empty_name_is_told_as_such(name: str) -> None:
    with pytest.raises(ScenarioError, match="the name is empty"):
        load(name)


def test_broken_syntax_in_the_base_names_the_base(folder: Path) -> None:
    (folder / "base.toml").write_text("a = \n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        child(folder, "")
    assert caught.value.source == "base.toml"


def test_a_bare_name_means_a_shipped_scenario_and_a_file_of_that_name_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load("small-town").name == "small-town"
    (tmp_path / "small-town").mkdir()  # such as a directory of results
    assert load("small-town").name == "small-town"
    (tmp_path / "small-town").rmdir()
    (tmp_path / "small-town").write_text(BASE, encoding="utf-8")
    assert load("small-town").name == "test-town"


def test_an_installed_package_has_its_scenarios_within(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "hotline_sim"
    (package / "shipped").mkdir(parents=True)
    (package / "scenario").mkdir()
    (package / "shipped" / "inside.toml").write_text(BASE, encoding="utf-8")
    monkeypatch.setattr(shipped, "__file__", str(package / "scenario" / "shipped.py"))
    assert shipped_names() == ("inside",)
    assert load("inside").name == "test-town"


def test_a_package_without_scenarios_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "__file__", str(tmp_path / "a" / "b" / "c" / "shipped.py"))
    assert shipped_names() == ()
    with pytest.raises(ScenarioError, match="no shipped scenario"):
        load("small-town")


def test_a_scenario_changed_in_python_can_be_checked() -> None:
    scenario = loads(BASE)
    assert check(scenario) is scenario
    channels = {"phone": scenario.channels["phone"]}
    with pytest.raises(ScenarioError, match=r"scenario: channels: got shares that sum to 0\.9"):
        check(scenario.model_copy(update={"channels": channels}))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('base = "china"', 'base = "weekly"\nweekend = []'),
        ('base = "china"', 'base = "weekly"\nweekend = ["Fri", "Sat"]\nholidays = { fair = 2021-03-05 }'),
        ("[units.north]", '[units.north]\nhours = "always"'),
        ("[hours]", '[hours]\nlong = ["06:00-12:00", "12:00-22:00"]'),
        ('end = "08:00", agents = 1', 'end = "08:00", agents = 1, pause = "02:00-03:00"'),
        ('start = "08:00", end = "20:00", pause = "12:00-12:30"', 'start = "00:00", end = "24:00"'),
        ('start = "08:00", end = "20:00", pause = "12:00-12:30"', 'start = "00:00", end = "00:00"'),
        ("end = 2021-03-29", "end = 2021-03-29\nhorizon = 2021-03-29"),
        ('limit = "3 working days"', 'limit = "2 h"'),
        ("agents = 1 }", "agents = 0 }"),
        ("staff = 1", "staff = 1\nduty = 1"),
    ],
)
def test_what_is_unusual_but_possible_is_accepted(old: str, new: str) -> None:
    assert BASE.count(old) == 1
    loads(BASE.replace(old, new))


def test_a_team_that_works_only_on_working_days_may_answer_where_no_other_days_exist() -> None:
    text = BASE.replace('team = "operators"\nlive', 'team = "office"\nlive')
    with pytest.raises(ScenarioError, match="nobody on rest days"):
        loads(text)
    loads(text.replace('base = "china"', 'base = "weekly"\nweekend = []'))


def test_a_town_that_answers_everything_at_once_needs_no_units() -> None:
    text = BASE[: BASE.index("[units.")] + BASE[BASE.index("[intake]") : BASE.index("[dispatch]")]
    text = text.replace("direct_answer = 0.9", "direct_answer = 1").replace(
        "direct_answer = 0.2", "direct_answer = 1"
    )
    text = text.replace('units = { "住建局" = 1 }\n', "").replace("area_share = 1\n", "")
    scenario = loads(text)
    assert scenario.dispatch is None
    assert scenario.units == {}
