"""Keys of a valid scenario that change nothing, as ``scenario check`` tells them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from hotline_sim.cli.main import program
from hotline_sim.cli.no_effect import without_effect
from hotline_sim.scenario.load import load
from hotline_sim.scenario.shipped import shipped_names
from scenarios import small_town

if TYPE_CHECKING:
    from pathlib import Path

LABEL = {"en": "Storm", "zh": "暴雨"}
OWN_TEAM = {"callback.team": "operators"}


def told(changes: dict[str, Any]) -> list[str]:
    return without_effect(small_town(changes), "en")


def storm(start: date, end: date, **more: Any) -> dict[str, Any]:
    return {"events": {"storm": {"label": LABEL, "start": start, "end": end} | (more or {"demand": 2.0})}}


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_scenarios_say_nothing_in_vain(name: str) -> None:
    assert without_effect(load(name), "en") == []


@pytest.mark.parametrize(
    ("start", "end", "is_told"),
    [
        ("2020-03-10", "2020-03-13", True),  # the year before
        ("2021-02-07", "2021-02-08", True),  # ends as the run-in begins
        ("2021-02-08", "2021-02-09", False),
        ("2021-03-28", "2021-03-30", False),
        ("2021-03-29", "2021-03-30", True),
    ],
)
def test_an_event_outside_the_days_that_are_simulated(start: str, end: str, is_told: bool) -> None:
    changes = storm(date.fromisoformat(start), date.fromisoformat(end))
    words = "events.storm: has no effect: the days that are simulated are 2021-02-08 to 2021-03-28"
    assert told(changes) == [words] * is_told


def test_people_away_after_the_last_day_still_work_on_what_is_open() -> None:
    late: Any = (date(2021, 3, 29), date(2021, 3, 31))
    assert told(storm(*late, staff={"works": 0.0})) == []
    assert told(storm(*late, agents={"operators": 0.0})) == []


@pytest.mark.parametrize(("above", "is_told"), [(1, False), (2, True)])
def test_calls_back_that_need_more_people_than_there_are(above: int, is_told: bool) -> None:
    """One operator is there all day, a second one from 8:00 to 18:00."""
    words = "callback.idle_above: no call back ever begins: operators has at most 2 on duty"
    assert told(OWN_TEAM | {"callback.idle_above": above}) == [words] * is_told


def test_calls_back_may_begin_where_an_event_brings_more_people() -> None:
    more = storm(date(2021, 3, 8), date(2021, 3, 9), agents={"operators": 2.0})
    assert told(OWN_TEAM | {"callback.idle_above": 2} | more) == []


def test_petitions_about_what_there_is_not() -> None:
    table = {"unsolved": 0.1, "hard_case": 0.2, "mediation": 0.3}
    assert told({"petitions": table}) == [
        "petitions.hard_case: has no effect without [hard_cases]",
        "petitions.mediation: has no effect without [mediation]",
    ]
    assert told({"petitions": {"unsolved": 0.1}}) == []


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "has no effect without [mediation]"), ("zh", "没有 [mediation] 时不起作用")],
)
def test_the_check_tells_it_and_is_content(tmp_path: Path, lang: str, words: str) -> None:
    file = tmp_path / "town.toml"
    file.write_text(
        'extends = "small-town"\nname = "town"\n[petitions]\nunsolved = 0.1\nunmediated = 0.1\n',
        encoding="utf-8",
    )
    result = CliRunner().invoke(program, ["scenario", "check", str(file), "--lang", lang])
    assert result.exit_code == 0
    first, second = result.stdout.splitlines()
    assert "OK" in first
    assert words in second
