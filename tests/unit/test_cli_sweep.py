from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len
from rich.console import Console

import hotline_sim as hs
from hotline_sim.cli.main import program
from hotline_sim.cli.sweep import SHOWN
from hotline_sim.cli.sweep_table import amount_text, print_summary, short_names
from hotline_sim.experiment import sweep as verb

if TYPE_CHECKING:
    from typing import Any, NoReturn

STAFF = "--vary=units.north.staff=1,2"
SMALL = ("small-town", STAFF, "-n2", "--lang=en")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["sweep", *arguments])


def everything(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


# What the command does.


def test_sweep_writes_table_figures_and_tells_where(tmp_path: Path) -> None:
    result = run(*SMALL, "--vary=demand.requests_per_year=x0.5,x1")
    assert result.exit_code == 0, result.output
    assert not result.stderr
    (place,) = (tmp_path / "results").iterdir()
    assert place.name.startswith("small-town-sweep-")
    assert f"Results in {place.relative_to(tmp_path)}" in result.stdout
    names = {path.name for path in place.iterdir()}
    assert names == {"sweep.parquet", "failures.json", "manifest.json", "chunks", "figures"}
    kpis = ("service_level_15s", "abandonment_rate", "reply_rate_within_deadline")
    assert {path.name for path in (place / "figures").iterdir()} == {
        f"{kpi}{ending}" for kpi in kpis for ending in (".png", ".svg", "-heat-map.png", "-heat-map.svg")
    }
    frame = pd.read_parquet(place / "sweep.parquet")
    assert len(frame[["point", "replication"]].drop_duplicates()) == 8
    assert "Mean over 2 replications ± half-width of its 95 % interval" in result.stdout


def test_the_table_has_every_point_and_fits_eighty_columns() -> None:
    for lang in ("en", "zh"):
        result = run(*SMALL, "--lang", lang, "--kpi=calls_offered", "--no-figures", "--out=here")
        assert result.exit_code == 0, result.output
        lines = result.stdout.splitlines()
        assert all(cell_len(line) <= 80 for line in lines)
        summary = hs.sweep(hs.load("small-town"), vary={"units.north.staff": [1, 2]}, replications=2).summary(
            "calls_offered"
        )
        for row in summary.to_dict("records"):
            text = amount_text(row["mean"], row["half_width"], "calls", lang)
            assert any(
                line.split()[0] == str(row["units.north.staff"]) and text in line
                for line in lines
                if line.strip()
            )
    assert not Path("here/figures").exists()


def test_the_same_command_continues_and_says_so_and_another_has_another_place(tmp_path: Path) -> None:
    first = run(*SMALL, "--no-figures")
    again = run(*SMALL, "--no-figures")
    assert again.stdout == first.stdout
    assert again.stderr == "continuing: 4 of 4 runs were done before\n"
    more = run(*SMALL[:2], "-n3", "--lang=zh", "--no-figures")
    assert more.stderr == "继续：共6次模拟，此前已完成4次\n"
    assert len(list((tmp_path / "results").iterdir())) == 1
    run(*SMALL, "--seed=2", "--no-figures")
    run("small-town", "--vary=units.north.staff=1..3", "-n2", "--no-figures")
    assert len(list((tmp_path / "results").iterdir())) == 3


def test_json_is_one_object_and_nothing_else_and_no_files(tmp_path: Path) -> None:
    result = run(*SMALL, "--json", "--kpi=answer_rate", "--kpi=response_time_p90.praise")
    assert result.exit_code == 0
    assert not result.stderr
    document = json.loads(result.stdout)
    assert document.keys() == {
        "scenario",
        "seed",
        "replications",
        "design",
        "runs",
        "found",
        "failures",
        "summary",
    }
    assert document["design"] == {"method": "grid", "keys": ["units.north.staff"], "points": 2}
    assert (document["runs"], document["found"], document["failures"]) == (4, 0, [])
    none, rate = document["summary"][:2]
    assert rate["values"] == {"units.north.staff": 1}
    assert 0 < rate["mean"] <= 1
    assert rate["replications"] == 2
    assert (none["mean"], none["half_width"], none["replications"]) == (None, None, 0)
    assert everything(tmp_path) == []


def test_drawn_designs_have_as_many_points_as_asked_for() -> None:
    for design in ("lhs", "sobol"):
        result = run(
            "small-town",
            "--vary=units.north.speed=0.5..2",
            "--vary=intake.talk.mean=2 min..4 min",
            f"--design={design}",
            "--points=5",
            "-n1",
            "--json",
            "--kpi=answer_rate",
        )
        assert result.exit_code == 0, result.output
        summary = json.loads(result.stdout)["summary"]
        assert len(summary) == 5
        assert all(0.5 <= row["values"]["units.north.speed"] <= 2 for row in summary)
        assert all(row["half_width"] is None for row in summary)


def test_many_points_are_told_by_their_extremes() -> None:
    result = run(
        "small-town", "--vary=units.north.staff=1..5", "--vary=units.works.staff=4..8", "-n1", "--lang=en",
        "--no-figures", "--kpi=response_time_mean",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "One replication, no interval" in result.stdout
    for word in ("lowest ", "highest ", "north.staff = 1, works.staff = "):
        assert word in result.stdout


def test_runs_that_fail_end_in_status_1_and_the_others_are_kept(tmp_path: Path) -> None:
    result = run("small-town", "--vary=units.north.staff=1,-1", "-n2", "--lang=en", "--out=here")
    assert result.exit_code == 1
    assert result.stderr.startswith("1 failures, the first: small-town: units.north.staff: got -1")
    assert "failures.json: runs that failed (1)" in result.stdout
    (failure,) = json.loads((tmp_path / "here" / "failures.json").read_text())
    assert (failure["stage"], failure["key"]) == ("change", "units.north.staff")
    assert len(pd.read_parquet("here/sweep.parquet")["replication"].unique()) == 2
    again = run("small-town", "--vary=units.north.staff=1,-1", "-n2", "--json", "--out=here")
    assert again.exit_code == 1
    assert json.loads(again.stdout)["found"] == 4


def test_workers_and_processes_are_passed_on() -> None:
    one = run(*SMALL, "--workers=1", "--out=one", "--no-figures")
    two = run(*SMALL, "--workers=2", "--processes", "--out=two", "--no-figures")
    assert (one.exit_code, two.exit_code) == (0, 0)
    assert Path("one/sweep.parquet").read_bytes() == Path("two/sweep.parquet").read_bytes()


# Bad input.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument"),
        (["small-town"], "Missing option '--vary'"),
        (["smal-town", STAFF], "did you mean small-town?"),
        (["small-town", "--vary=units.north.staf=1"], "did you mean staff?"),
        (["small-town", "--vary=units.north.staff"], "must be KEY=v1,v2,v3"),
        (["small-town", "--vary=units.north.staff=3..1"], "the low end must come first"),
        (["small-town", "--vary=units.north.speed=1..3"], "write 1..3:5 for five values"),
        (["small-town", "--vary=units.north.staff=-1"], "got -1, must be at least"),
        (["small-town", STAFF, STAFF], "is varied twice"),
        (["small-town", STAFF, "--design=sobl"], "did you mean sobol?"),
        (["small-town", STAFF, "--design=sobol"], "points: must be given"),
        (["small-town", STAFF, "--points=3"], "a grid has as many"),
        (["small-town", STAFF, "--points=0"], "0"),
        (["small-town", STAFF, "-n0"], "0"),
        (["small-town", STAFF, "--seed=-1"], "-1"),
        (["small-town", STAFF, "--workers=0"], "0"),
        (["small-town", STAFF, "--kpi=abandonment_rat"], "did you mean abandonment_rate?"),
        (["small-town", STAFF, "--cluster=here"], "must be local:N or an address"),
        (["small-town", STAFF, "--cluster=local:2", "--workers=2"], "--cluster has its own workers"),
        (["small-town", STAFF, "--lang=fr"], "zh, en"),
    ],
)
def test_bad_input_is_told_in_one_message_with_status_2(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert not result.stdout
    assert everything(tmp_path) == []


def test_the_directory_of_another_sweep_is_refused_with_status_2(tmp_path: Path) -> None:
    run(*SMALL, "--out=here", "--no-figures")
    before = everything(tmp_path)
    result = run(*SMALL, "--seed=2", "--out=here")
    assert result.exit_code == 2
    assert "here: holds another sweep: its seed is 1; choose another directory" in result.stderr
    Path("mine.txt").write_text("x")
    assert run(*SMALL, "--out=.").exit_code == 2
    assert everything(tmp_path) == sorted([*before, "mine.txt"])


def test_an_interruption_says_that_what_was_done_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: Any, **settings: Any) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(verb, "sweep", interrupted)
    result = run(*SMALL)
    assert result.exit_code == 130
    assert "what was done is kept; the same command continues" in result.stderr


def test_a_cluster_without_its_extra_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = run(*SMALL, "--cluster=local:2")
    assert result.exit_code == 2
    assert 'pip install "hotline-sim[distributed]"' in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals on Windows")
def test_a_terminal_is_shown_the_progress_with_the_time_left() -> None:
    import pty

    parent, child = pty.openpty()
    main = "from hotline_sim.cli.main import main; main()"
    sources = str(Path(hs.__file__).parents[1])
    process = subprocess.Popen(
        [sys.executable, "-c", main, "sweep", *SMALL, "-n30", "--no-figures"],
        env=os.environ | {"PYTHONPATH": sources, "TERM": "xterm", "COLUMNS": "100"},
        stdout=subprocess.DEVNULL,
        stderr=child,
    )
    os.close(child)
    shown = b""
    try:
        while block := os.read(parent, 65536):
            shown += block
    except OSError:
        pass  # the other end was closed
    finally:
        os.close(parent)
    assert process.wait() == 0
    text = shown.decode()
    assert "runs" in text
    assert "/60" in text
    assert ":--:--" in text or "0:00:0" in text


# How numbers are shown.


def test_keys_are_shown_by_their_shortest_ending_that_tells_them_apart() -> None:
    assert short_names(["a.b.c"]) == {"a.b.c": "c"}
    assert short_names(["a.b.c", "x.b.c"]) == {"a.b.c": "a.b.c", "x.b.c": "x.b.c"}
    assert short_names(["c", "a.c"]) == {"c": "c", "a.c": "a.c"}


def test_means_are_shown_with_their_interval_and_unit() -> None:
    nan = float("nan")
    assert amount_text(0.9312, 0.0049, "share", "en") == "93.1 ± 0.5 %"
    assert amount_text(0.9312, nan, "share", "zh") == "93.1%"
    assert amount_text(1234.56, 7.8, "calls", "en") == "1,234.6 ± 7.8 calls"
    assert amount_text(1.5, 0.25, "h", "zh") == "1.50 ± 0.25小时"
    assert amount_text(nan, nan, "h", "en") == "-"


def test_a_key_figure_without_any_value_is_a_dash() -> None:
    for staff in ("1..2", "1..30"):
        result = hs.sweep(hs.load("small-town"), vary={"units.north.staff": staff})
        stream = StringIO()
        console = Console(file=stream, width=100, highlight=False)
        print_summary(console, result, ["response_time_p90.praise"], "en")
        assert "-" in stream.getvalue().splitlines()[-1].split()


# The examples of the help.


def examples_to_run() -> list[str]:
    from hotline_sim.cli.sweep import sweep

    lines = (sweep.epilog or "").splitlines()
    return [line.strip() for line in lines if "sweep small-town" in line]


@pytest.mark.parametrize("example", examples_to_run())
def test_every_example_shows_what_each_of_its_keys_does(example: str) -> None:
    """Some key figure that is printed moves by more than its interval when one key alone is varied."""
    result = run(*example.split()[2:], "-n3", "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    keys = document["design"]["keys"]
    rows = [row for row in document["summary"] if row["kpi"] in SHOWN]
    assert rows
    for key in keys:
        assert any(
            abs(one["mean"] - other["mean"]) > one["half_width"] + other["half_width"]
            for one in rows
            for other in rows
            if one["kpi"] == other["kpi"]
            and all(one["values"][name] == other["values"][name] for name in keys if name != key)
        ), key
