from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

import hotline_sim as hs
from hotline_sim.cli.main import program
from hotline_sim.cli.study_table import _percent
from hotline_sim.cli.sweep_table import amount_text
from hotline_sim.experiment.run_in import RunIn
from hotline_sim.results.names import label
from hotline_sim.statistics.warm_up import Truncation

PLACE = Path("results/small-town-replications-seed1")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["replicate", *arguments])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_kpi_is_printed_with_its_interval_in_eighty_columns(lang: str) -> None:
    result = run("small-town", "-n3", "--lang", lang, "--no-figures")
    assert result.exit_code == 0, result.output
    assert not result.stderr
    lines = result.stdout.splitlines()
    assert all(cell_len(line.rstrip()) <= 80 for line in lines)
    summary = hs.replicate(hs.load("small-town"), 3).summary()
    for row in summary.to_dict("records"):
        amount = amount_text(row["mean"], (row["high"] - row["low"]) / 2, row["unit"], lang)
        assert any(amount in line for line in lines), row["kpi"]
    assert not (PLACE / "figures").exists()
    assert str(PLACE) in result.stdout


def test_a_key_figure_that_only_some_scenarios_have_can_be_asked_for() -> None:
    rated = "[rating]\nshare = 0.9\ndelay = { family = 'exponential', mean = '1 d' }\n"
    rated += (
        "rectify_work = { family = 'exponential', mean = '1 working h' }\nrectify_limit = '5 working days'\n"
    )
    Path("rated.toml").write_text(f"extends = 'small-town'\nname = 'rated'\n{rated}", encoding="utf-8")
    result = run("rated.toml", "-n2", "--lang=en", "--kpi=ratings_given", "--no-figures")
    assert result.exit_code == 0, result.output
    assert "ratings " in result.stdout
    refused = run("small-town", "-n2", "--lang=en", "--kpi=ratings_given", "--no-figures")
    assert refused.exit_code == 2
    assert "is no key figure here" in refused.stderr


def test_files_and_figures_are_written_whole_and_not_twice() -> None:
    result = run("small-town", "-n3", "--lang=en", "--kpi=answer_rate", "--kpi=response_time_p90.complaint")
    assert result.exit_code == 0, result.output
    names = {path.name for path in (PLACE / "figures").iterdir()}
    assert names == {f"{name}.{end}" for name in ("replications", "precision") for end in ("png", "svg")}
    assert len(pd.read_csv(PLACE / "replications.csv", encoding="utf-8-sig")) == 3
    assert label("response_time_p90.complaint", "en") in result.stdout
    assert "occupancy" not in result.stdout
    again = run("small-town", "-n3", "--lang=en")
    assert again.exit_code == 2
    assert "exists already" in again.stderr
    assert "Traceback" not in again.output
    forced = run("small-town", "-n2", "--lang=en", "--force", "--no-figures")
    assert forced.exit_code == 0
    assert len(pd.read_csv(PLACE / "replications.csv", encoding="utf-8-sig")) == 2


def test_precision_is_told_and_the_status_says_whether_it_was_reached() -> None:
    reached = run("small-town", "-n3", "--precision=5%", "--kpi=answer_rate", "--lang=en", "--no-figures")
    assert reached.exit_code == 0, reached.output
    assert "Precision of 5 % reached, and kept for 5 replications more. Needed: answer rate 3." in " ".join(
        reached.stdout.split()
    )
    missed = run(
        "small-town",
        "-n2",
        "--precision=0.1%",
        "--max-replications=3",
        "--lang=zh",
        "--no-figures",
        "--force",
    )
    assert missed.exit_code == 1
    assert "3次重复未达到0.1%的精度" in missed.stdout
    assert "warning" not in missed.stderr
    assert PLACE.is_dir()


def test_json_is_one_object_and_nothing_else() -> None:
    result = run("small-town", "-n3", "--precision=0.05", "--kpi=answer_rate", "--json", "--warm-up")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert (document["scenario"], document["replications"], document["engine"]) == ("small-town", 8, "core")
    assert document["precision"]["needed"] == {"answer_rate": 3}
    assert document["precision"]["is_met"] is True
    assert document["run_in"]["days"] == 21
    (row,) = document["summary"]
    assert row["low"] < row["mean"] < row["high"]
    assert not Path("results").exists()
    alone = json.loads(run("small-town", "-n1", "--json").stdout)
    assert all(row["low"] is None for row in alone["summary"])
    assert "precision" not in alone


def test_run_in_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    from hotline_sim.cli.study_table import run_in_line

    result = run("small-town", "-n2", "--warm-up", "--lang=en")
    assert "MSER-5 gives no answer on 49 days of open tickets" in " ".join(result.stdout.split())
    assert (PLACE / "run-in.csv").is_file()
    assert (PLACE / "figures/run-in.png").is_file()
    series = np.ones(100)
    found = RunIn(10, np.arange(100), series, Truncation(20, series, 5, is_reliable=True), 1)
    assert run_in_line(found, "en").startswith(
        "Run-in: 10 d are too short; by MSER-5 on the open tickets, 20 d"
    )
    assert "20天" in run_in_line(found, "zh")
    found = RunIn(60, np.arange(100), series, Truncation(20, series, 5, is_reliable=True), 1)
    assert run_in_line(found, "en").startswith("Run-in: 60 d are enough")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("no-such",), "no-such"),
        (
            ("small-town", "--kpi=answer_rat"),
            "'answer_rat' is no key figure here; did you mean answer_rate",
        ),
        (("small-town", "-n2", "--kpi=urgent_reply_rate_within_1h.x"), "is no key figure here"),
        (("small-town", "--kpi=occupancy.x"), "occupancy has no parts, so there is no occupancy.x"),
        (("small-town", "--precision=much"), "precision: got 'much', must be a share such as 0.02 or 2%"),
        (
            ("small-town", "--precision=2%", "--max-replications=5"),
            "--max-replications: got 5, must be at least -n",
        ),
        (("small-town", "-n0"), "-n"),
        (("small-town", "--engine=cor"), "did you mean core?"),
        (("small-town", "--lang=fr"), "must be one of zh, en"),
    ],
)
def test_bad_input_ends_with_one_message_and_nothing_written(
    arguments: tuple[str, ...], message: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert "Traceback" not in result.output
    assert not Path("results").exists()


def test_help_has_examples_that_are_known() -> None:
    for name in ("replicate", "compare"):
        result = CliRunner().invoke(program, [name, "--help"])
        assert result.exit_code == 0
        assert f"hotline-sim {name} " in result.stdout
        assert "Examples:" in result.stdout


def test_shares_in_per_cent_are_exact_where_they_say_100() -> None:
    shares = (1.0, 0.9999, 0.5, 0.0123, -0.05, float("nan"))
    assert [_percent(share, "en") for share in shares] == [
        "100 %",
        ">99.9 %",
        "50.0 %",
        "1.23 %",
        "-5.00 %",
        "-",
    ]
