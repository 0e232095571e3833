from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from hotline_sim.cli.main import program
from hotline_sim.scenario.load import load, loads
from phone_case import PROFILE, TRUTH, simulated_text
from records_case import COUNTS, EVENTS, REQUESTS

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(program, [str(argument) for argument in arguments])


def written(folder: Path, profile: str, rows: str) -> tuple[Path, str, Path]:
    """Arguments: the file of records, and its profile."""
    (folder / "rows.csv").write_text(rows)
    (folder / "own.toml").write_text(profile)
    return folder / "rows.csv", "--profile", folder / "own.toml"


@pytest.fixture(scope="module")
def room_rows() -> str:
    return simulated_text()


@pytest.fixture(scope="module")
def fitted(room_rows: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fit")
    result = run("fit", *written(folder, PROFILE, room_rows), "--out", folder / "out", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "Not identified by these records" in result.output
    assert f"Results in {folder / 'out'}" in result.output
    return folder / "out"


def requests(days: int = 90) -> str:
    """Nine requests on each working day, closed after 1 to 9 hours or days; every tenth still open."""
    rows = ["id,opened,due,closed,category,unit"]
    number = 0
    for day in range(days):
        month, of_month = 3 + day // 30, 1 + day % 30
        if (day % 7) in (5, 6):
            continue
        for hour in range(8, 17):
            number += 1
            closed = f"2021-{month:02}-{of_month:02} {hour + 1 + number % 5:02}:30" if number % 10 else ""
            what = ("roads", "water")[number % 2]
            opened = f"2021-{month:02}-{of_month:02} {hour:02}:00"
            rows.append(f"{number},{opened},2021-{month:02}-{of_month:02} 18:00,{closed},{what},works")
    return "\n".join(rows) + "\n"


def test_every_option_is_explained_with_an_example() -> None:
    result = run("fit", "--help")
    assert result.exit_code == 0
    assert "hotline-sim fit calls.csv.gz --profile bank-calls" in result.output
    assert "--base" in result.output


def test_files_of_a_fit(fitted: Path) -> None:
    assert {path.name for path in fitted.iterdir()} == {
        "own-fitted.toml",
        "report.md",
        "estimates.csv",
        "factors.csv",
        "not-identified.csv",
        "manifest.json",
        "variants.json",
        "figures",
    }
    assert {path.stem for path in (fitted / "figures").glob("*.png")} == {"laws", "rates", "staffing"}
    with (fitted / "estimates.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["key"]: row for row in csv.DictReader(file)}
    assert float(rows["intake.redial"]["low"]) < TRUTH["redial"] < float(rows["intake.redial"]["high"])
    low, high = (float(rows["intake.talk"][name]) for name in ("low", "high"))
    assert low < TRUTH["talk"] < high


def test_weekdays_of_a_room_without_any_difference_have_intervals_around_one(fitted: Path) -> None:
    with (fitted / "factors.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["key"] == "demand.weekday"]
    assert [row["part"] for row in rows] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    # Seven intervals of 95 %: more than one that misses has a probability of 4 %.
    assert sum(float(row["low"]) < 1.0 < float(row["high"]) for row in rows) >= 6
    text = (fitted / "own-fitted.toml").read_text()
    assert "95 % intervals Mon " in text
    assert "| `demand.weekday` | Sun |" in (fitted / "report.md").read_text()


def test_variants_of_a_phone_room_are_taken_by_forecast(fitted: Path) -> None:
    variants = json.loads((fitted / "variants.json").read_text())
    assert len(variants) == 200
    volumes = [one["demand.requests_per_year"] for one in variants]
    with (fitted / "estimates.csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["key"] == "demand.requests_per_year")
    # About one in twenty lies outside of the interval.
    outside = sum(not float(row["low"]) < volume < float(row["high"]) for volume in volumes)
    assert 2 <= outside <= 22
    mondays = [one["demand.weekday"][0] for one in variants]
    assert 0.05 < max(mondays) - min(mondays) < 1
    spread = {}
    for name in ("with", "without"):
        file = fitted / "own-fitted.toml"
        more = ("--variants", fitted / "variants.json") if name == "with" else ()
        result = run("forecast", file, "--weeks", 1, "-n", 60, "--json", *more)
        assert result.exit_code == 0, result.output
        weeks = json.loads(result.stdout)["by_week"]
        calls = next(row for row in weeks if row["quantity"] == "load")
        spread[name] = calls["high_80"] - calls["low_80"]
    assert spread["with"] > spread["without"]


def test_each_estimate_has_a_comment_above_it(fitted: Path) -> None:
    lines = (fitted / "own-fitted.toml").read_text().splitlines()
    above = {line.split(" = ")[0]: lines[number - 1] for number, line in enumerate(lines) if " = " in line}
    for key in ("requests_per_year", "day_factor_cv", "hang_up_share"):
        assert above[key].startswith("#"), key
    assert any(line.startswith("# Not identified by these records") for line in lines)


def test_the_scenario_is_accepted_and_can_be_simulated(fitted: Path, tmp_path: Path) -> None:
    file = fitted / "own-fitted.toml"
    assert load(file).name == "own-fitted"
    assert run("scenario", "check", file).exit_code == 0
    result = run("run", file, "--out", tmp_path / "run", "--no-figures")
    assert result.exit_code == 0, result.output


def test_json_is_one_object_and_nothing_is_written(room_rows: str, tmp_path: Path) -> None:
    arguments = written(tmp_path, PROFILE, room_rows)
    result = run("fit", *arguments, "--json", "--to", "2021-03-22", "--name", "three-weeks")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["scenario"] == "three-weeks"
    assert found["period"][1] == "2021-03-22"
    assert loads(found["text"], "text").name == "three-weeks"
    assert {entry.name for entry in tmp_path.iterdir()} == {"rows.csv", "own.toml"}


def test_calls_without_agents_give_a_file_that_extends_the_base(tmp_path: Path) -> None:
    arguments = written(tmp_path, PROFILE, simulated_text(7, agents=False))
    result = run("fit", *arguments, "--base", "small-town", "--out", tmp_path / "out", "--lang", "zh")
    assert result.exit_code == 0, result.output
    assert "这些记录无法识别" in result.output
    text = (tmp_path / "out/own-fitted.toml").read_text()
    assert 'extends = "small-town"' in text
    assert "intake.after_call_direct: needs names of agents" in text
    assert not (tmp_path / "out/variants.json").exists()
    base, found = load("small-town"), load(tmp_path / "out/own-fitted.toml")
    assert found.teams == base.teams
    assert found.intake.talk != base.intake.talk


def test_requests_give_a_scenario_that_can_be_simulated(tmp_path: Path) -> None:
    arguments = written(tmp_path, REQUESTS, requests())
    result = run("fit", *arguments, "--base", "small-town", "--out", tmp_path / "out", "--no-figures")
    assert result.exit_code == 0, result.output
    found = load(tmp_path / "out/own-fitted.toml")
    assert set(found.units) == {"works"}
    forecast = ("forecast", tmp_path / "out/own-fitted.toml", "--variants", tmp_path / "out/variants.json")
    result = run(*forecast, "--start", "2021-06-01", "--weeks", 1, "-n", 2, "--json")
    assert result.exit_code == 0, result.output
    result = run("run", tmp_path / "out/own-fitted.toml", "--out", tmp_path / "run", "--no-figures")
    assert result.exit_code == 0, result.output


COUNTED = "day,calls,lost,wait\n2021-03-01,100,5,30\n2021-03-02,120,6,30\n"
HAPPENED = "case,time,what,who\n1,2021-03-01 09:00,open,a\n1,2021-03-01 10:00,answer,a\n"


@pytest.mark.parametrize(
    ("profile", "rows", "options", "words"),
    [
        (COUNTS, COUNTED, [], "gives counts per interval: a fit needs records of single calls or requests"),
        (EVENTS, HAPPENED, [], "these records cannot be fitted"),
        (REQUESTS, requests(30), ["--from", "2031-01-01"], "holds no records; they run from 2021-03-01"),
        (
            REQUESTS,
            requests(30),
            ["--from", "2021-03-09", "--to", "2021-03-02"],
            "must end after it starts",
        ),
        (
            REQUESTS,
            requests(30),
            ["--from", "2021-13-02"],
            "got '2021-13-02', must be a day such as 2021-03-02 (year-month-day): there is no month 13",
        ),
        (REQUESTS, requests(30), ["--to", "2021-02-29"], "2021-02 has 28 days"),
        (REQUESTS, requests(30), ["--to", "0000-01-01"], "there is no year 0"),
        (REQUESTS, requests(30), ["--to", "1 March"], "'1 March', must be a day such as 2021-03-02"),
        (REQUESTS, requests(30), ["--base", "small-twon"], "did you mean small-town?"),
        (REQUESTS, requests(30), ["--name", "Not a name"], "lower-case letters"),
    ],
)
def test_what_cannot_be_fitted_is_told_with_status_two(
    profile: str, rows: str, options: list[str], words: str, tmp_path: Path
) -> None:
    result = run(
        "fit", *written(tmp_path, profile, rows), *options, "--out", tmp_path / "out", "--lang", "en"
    )
    assert result.exit_code == 2, result.output
    assert words in " ".join(result.output.split())
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()


def test_an_earlier_result_is_not_overwritten(fitted: Path, room_rows: str, tmp_path: Path) -> None:
    before = (fitted / "report.md").read_bytes()
    result = run("fit", *written(tmp_path, PROFILE, room_rows), "--out", fitted)
    assert result.exit_code == 2
    assert "--force" in result.output
    assert (fitted / "report.md").read_bytes() == before
