from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import hotline_sim.records
from hotline_sim.cli.main import program
from hotline_sim.records.profile import load_profile, shipped_profiles
from hotline_sim.records.read import read_records
from hotline_sim.records.tally import REASONS, reason
from hotline_sim.results.kpis import KPIS
from hotline_sim.results.store import load_log
from hotline_sim.results.unknown import FACTS, NEEDS
from records_case import CALLS, COUNTS, REQUESTS

ROWS = """id,opened,due,closed,category,unit
1,2021-03-01 08:00,2021-03-05 17:00,2021-03-02 10:00,water,works
2,never,2021-02-01 09:00,,water,works
=3,2021-03-01 10:00,soon,,roads,streets
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["records", *arguments])


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "rows.csv").write_text(ROWS)
    (tmp_path / "own.toml").write_text(REQUESTS)
    return str(tmp_path / "rows.csv"), str(tmp_path / "own.toml")


@pytest.mark.parametrize("arguments", [[], ["check"], ["profiles"], ["show"]])
def test_every_command_shows_an_example(arguments: list[str]) -> None:
    result = run(*arguments, "--help")
    assert result.exit_code == 0
    assert f"hotline-sim records {' '.join(arguments)}" in result.output


def test_check_counts_and_writes_log_rejects_and_report(files: tuple[str, str], tmp_path: Path) -> None:
    rows, profile = files
    out = tmp_path / "out"
    result = run("check", rows, "--profile", profile, "--out", str(out), "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "3 rows read, 2 kept, 1 dropped" in result.output
    assert "2 tickets from 2021-03-01 to 2021-03-01" in result.output
    assert "arrival: cannot be read" in result.output
    assert "What the records do not tell: when callers joined the queue" in result.output
    assert f"Results in {out}" in result.output
    log = load_log(out)
    assert log.tickets["arrival"].size == 2
    report = json.loads((out / "report.json").read_text())
    assert report["dropped"] == {"arrival: cannot be read": 1}
    with (out / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        rejects = list(csv.reader(file))
    assert rejects == [
        ["file", "row", "action", "reason", "raw"],
        [rows, "3", "dropped", "arrival: cannot be read", ROWS.splitlines()[2]],
        [rows, "4", "repaired", "due: cannot be read, taken as unknown", "'" + ROWS.splitlines()[3]],
    ]
    again = run("check", rows, "--profile", profile, "--out", str(out))
    assert again.exit_code == 2
    assert "exists already" in again.output
    assert run("check", rows, "--profile", profile, "--out", str(out), "--force").exit_code == 0


def test_check_speaks_chinese(files: tuple[str, str], tmp_path: Path) -> None:
    result = run("check", files[0], "--profile", files[1], "--out", str(tmp_path / "out"), "--lang", "zh")
    assert "读入3行，保留2行，剔除1行" in result.output
    assert "arrival：无法识别" in result.output
    assert "记录中没有" in result.output


def test_check_prints_json_and_writes_nothing(files: tuple[str, str], tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    result = run("check", files[0], "--profile", files[1], "--json")
    document = json.loads(result.output)
    assert document == read_records(files[0], files[1]).report.as_dict()
    assert document["rows"] == 3
    assert sorted(tmp_path.iterdir()) == before


def test_counts_are_written_beside_an_empty_log(tmp_path: Path) -> None:
    (tmp_path / "days.csv").write_text("day,calls,lost,wait\n2021-03-01,100,5,12.5\n")
    (tmp_path / "own.toml").write_text(COUNTS)
    out = tmp_path / "out"
    result = run(
        "check",
        str(tmp_path / "days.csv"),
        "--profile",
        str(tmp_path / "own.toml"),
        "--out",
        str(out),
        "--lang",
        "en",
    )
    assert "1 intervals from 2021-03-01 to 2021-03-02" in result.output
    assert (out / "counts.parquet").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rows.csv"], "--profile"),
        (["rows.csv", "--profile", "boston-31"], "did you mean boston-311?"),
        (["nothing.csv", "--profile", "boston-311"], "nothing.csv: no such file"),
        (["own.toml", "--profile", "boston-311"], "lacks the columns"),
        (["rows.csv", "--profile", "own.toml", "--encoding", "utf9"], "unknown encoding"),
    ],
)
def test_bad_input_ends_in_one_message_and_status_2(
    arguments: list[str],
    message: str,
    files: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("check", *arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output
    assert not (tmp_path / "results").exists()


def test_profiles_are_listed_and_shown(tmp_path: Path) -> None:
    listed = run("profiles", "--lang", "zh").output
    assert all(name in listed for name in shipped_profiles())
    assert [row["name"] for row in json.loads(run("profiles", "--json").output)] == list(shipped_profiles())
    (tmp_path / "copy.toml").write_text(run("show", "boston-311").output)
    assert load_profile(tmp_path / "copy.toml") == load_profile("boston-311")
    assert run("show", "bostn").exit_code == 2


def test_every_reason_and_fact_has_words_in_both_languages() -> None:
    for code in REASONS:
        assert "detail" not in reason(code, "x") + reason(code, "x", "zh")
        assert reason(code, "x") != reason(code, "x", "zh") or code == "by_rule"
    assert all(fact.en != fact.zh for fact in FACTS.values())
    assert set(NEEDS) <= set(KPIS)
    assert set().union(*NEEDS.values()) <= set(FACTS)


def test_every_reason_is_given_somewhere() -> None:
    folder = Path(hotline_sim.records.__file__).parent
    sources = "".join(
        file.read_text(encoding="utf-8") for file in folder.glob("*.py") if file.stem != "tally"
    )
    assert [code for code in REASONS if f'"{code}"' not in sources] == []


def test_the_summary_of_calls_has_no_shares(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(CALLS)
    (tmp_path / "calls.csv").write_text("id,arrival,wait,talk,outcome,agent\n1,2021-03-01 08:00,0,60,yes,A\n")
    records = read_records(tmp_path / "calls.csv", tmp_path / "own.toml")
    assert records.report.shares == {}
    assert repr(records) == "<Records 'own': 1 rows, 1 kept, 0 dropped, 1 tickets>"
