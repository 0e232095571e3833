from __future__ import annotations

import errno
import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn, get_args

import pytest
from click.testing import CliRunner, Result
from results_case import case
from rich.cells import cell_len
from rich.console import Console
from rich.progress import Progress

import hotline_sim
from hotline_sim.cli.bad_input import Terminated
from hotline_sim.cli.kpi_table import print_kpis, ratio_text, value_text
from hotline_sim.cli.main import program
from hotline_sim.cli.progress import Meter, meter
from hotline_sim.cli.run import ENGINES
from hotline_sim.cli.summary import summary
from hotline_sim.engines.core.compiler import sources_digest
from hotline_sim.engines.simulate import EngineName
from hotline_sim.plot.words import duration_word, share_word
from hotline_sim.results import store
from hotline_sim.results.kpis import kpis
from hotline_sim.results.names import GROUPS, group_of, label
from hotline_sim.results.store import load_log
from hotline_sim.results.view import Kpi

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCES = str(Path(hotline_sim.__file__).parents[1])
MAIN = "from hotline_sim.cli.main import main; main()"
DIRECTORY = Path("results/small-town-seed1-r0")

# A shell may start tests with interruption or hanging up switched off; a child must not inherit that.
LISTENING = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "hasattr(signal, 'SIGHUP') and signal.signal(signal.SIGHUP, signal.SIG_DFL)"
)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["run", *arguments])


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": SOURCES, **more}


def everything(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def forbid(*arguments: Any, **settings: Any) -> NoReturn:
    raise AssertionError("must not be called")


# What the command does.


def test_run_writes_log_figures_and_files_and_tells_where() -> None:
    result = run("small-town", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert not result.stderr
    files = {"tickets.parquet", "visits.parquet", "staffing.parquet", "kpis.json", "manifest.json", "figures"}
    assert {path.name for path in DIRECTORY.iterdir()} == files
    drawn = {path.name for path in (DIRECTORY / "figures").iterdir()}
    names = ("response_time", "phone_wait", "load_and_staffing", "backlog")
    assert drawn == {f"{name}.{ending}" for name in names for ending in ("png", "svg")}
    assert f"Results in {DIRECTORY}" in result.stdout
    assert load_log(DIRECTORY).meta.scenario == "small-town"


def test_printed_table_has_every_group_and_figure_and_fits_eighty_columns() -> None:
    for lang in ("en", "zh"):
        lines = run("small-town", "--lang", lang, "--no-figures", "--force").stdout.splitlines()
        assert all(cell_len(line) <= 80 for line in lines)
        names = json.loads((DIRECTORY / "kpis.json").read_text())
        assert {GROUPS[group_of(name)].text(lang) for name in names} <= set(lines)
        for name in names:
            assert "." in name or any(line.startswith(label(name, lang)) for line in lines), name


def test_json_is_one_object_with_finite_numbers_and_nothing_else_and_no_files(tmp_path: Path) -> None:
    result = run("small-town", "--seed", "3", "--replication", "2", "--json")
    assert result.exit_code == 0
    assert not result.stderr
    document = json.loads(result.stdout, parse_constant=forbid)
    assert document.keys() == {"scenario", "seed", "replication", "engine", "kpis"}
    assert (document["scenario"], document["seed"], document["replication"]) == ("small-town", 3, 2)
    assert document["engine"] in ENGINES
    for kpi in document["kpis"].values():
        assert kpi.keys() == {"value", "numerator", "denominator", "unit"}
    assert document["kpis"]["reply_rate"]["denominator"] == document["kpis"]["requests_accepted"]["value"]
    assert everything(tmp_path) == []


def test_json_with_a_directory_writes_both() -> None:
    result = run("small-town", "--json", "--out", "here", "--no-figures")
    assert json.loads(result.stdout)["kpis"] == json.loads(Path("here/kpis.json").read_text())


def test_json_has_the_names_that_programs_rely_on() -> None:
    names = {
        "requests_accepted",
        "reply_rate",
        "reply_rate_within_deadline",
        "urgent_reply_rate_within_1h",
        "answer_rate",
        "service_level_15s",
        "mean_speed_of_answer",
        "abandonment_rate",
        "occupancy",
        "direct_answer_rate",
        "tickets_dispatched",
        "return_rate",
        "signed_on_time_rate",
        "on_time_closure_rate",
        "reopened_rate",
        "solved_rate",
        "satisfaction_rate",
        "response_time_p50",
        "response_time_p90",
        "response_time_p95",
        "response_time_p99",
        "handling_time_mean",
        "response_time_p90.complaint",
        "handling_time_mean.help",
    }
    assert names <= json.loads(run("small-town", "--json").stdout)["kpis"].keys()


def test_same_seed_gives_the_same_output_and_another_seed_or_replication_another() -> None:
    first = run("small-town", "--json").stdout
    assert run("small-town", "--json").stdout == first
    assert run("small-town", "--json", "--seed", "2").stdout != first
    assert run("small-town", "--json", "--replication", "1").stdout != first


def test_engine_is_the_one_asked_for() -> None:
    assert json.loads(run("small-town", "--json", "--engine", "des").stdout)["engine"] == "des"
    assert set(ENGINES) == set(get_args(EngineName))


def test_manifest_names_the_sources_of_the_core_if_it_ran() -> None:
    for engine in ("core", "des"):
        assert run("small-town", "--engine", engine, "--no-figures", "--out", engine).exit_code == 0
        manifest = json.loads(Path(engine, "manifest.json").read_text(encoding="utf-8"))
        assert manifest.get("core_digest") == (sources_digest() if engine == "core" else None)


def test_no_figures_leaves_figures_out() -> None:
    result = run("small-town", "--no-figures", "--lang", "en")
    assert not (DIRECTORY / "figures").exists()
    assert "PNG" not in result.stdout


def test_too_little_staff_is_told_and_not_hidden() -> None:
    Path("poor.toml").write_text(
        'extends = "small-town"\nname = "poor"\n[run]\nhorizon = 2021-04-02\n'
        "[units.works]\nspeed = 0.05\n[units.north]\nspeed = 0.05\n",
        encoding="utf-8",
    )
    result = run("poor.toml", "--no-figures", "--lang", "en")
    assert result.exit_code == 0
    told = result.stdout.partition("What breaks")[2]
    assert "had no reply" in told
    assert "when the simulation ended on 2021-04-02" in " ".join(told.split())
    assert "were late" in told
    assert "Longest queue: " in told
    assert run("poor.toml", "--json").exit_code == 0


# Bad input.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["small-town", "--seed", "-1"], "-1"),
        (["small-town", "--seed", "one"], "one"),
        (["small-town", "--replication", "-1"], "-1"),
        (["small-town", "--replication", "4294967296"], "4294967295"),
        (["small-town", "--engine", "dess"], "did you mean des?"),
        (["small-town", "--lang", "fr"], "zh, en"),
        (["smal-town"], "did you mean small-town?"),
        (["nosuch"], "no shipped scenario of that name"),
        (["missing.toml"], "missing.toml"),
        ([], "Missing argument"),
    ],
)
def test_bad_input_is_told_in_one_message_with_status_2(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert not result.stdout


@pytest.fixture
def no_simulation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotline_sim.engines.simulate.simulate", forbid)


@pytest.mark.usefixtures("no_simulation")
def test_an_existing_directory_is_refused_before_simulating() -> None:
    DIRECTORY.mkdir(parents=True)
    result = run("small-town")
    assert result.exit_code == 2
    assert "exists already" in result.stderr
    assert "--force" in result.stderr


@pytest.mark.usefixtures("no_simulation")
def test_force_does_not_replace_a_directory_that_is_no_result() -> None:
    Path("precious").mkdir()
    Path("precious/thesis.tex").write_text("all of it")
    result = run("small-town", "--out", "precious", "--force")
    assert result.exit_code == 2
    assert everything(Path("precious")) == ["thesis.tex"]


@pytest.mark.usefixtures("no_simulation")
@pytest.mark.parametrize("place", ["file/below", "/proc/nowhere/result"])
def test_a_place_that_cannot_be_written_is_refused_before_simulating(place: str, tmp_path: Path) -> None:
    Path("file").write_text("")
    if place.startswith("/proc") and not Path("/proc/self").exists():
        pytest.skip("this system has no /proc")
    result = run("small-town", "--out", place)
    assert result.exit_code == 2
    assert place in result.stderr
    assert everything(tmp_path) == ["file"]


def test_force_replaces_an_earlier_result() -> None:
    assert run("small-town", "--no-figures").exit_code == 0
    assert run("small-town", "--no-figures", "--force", "--seed", "2", "--out", str(DIRECTORY)).exit_code == 0
    assert load_log(DIRECTORY).meta.seed == 2


# Trouble on the way.


def full_disk(*arguments: Any, **settings: Any) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("writer", ["pyarrow.parquet.write_table", "matplotlib.figure.Figure.savefig"])
def test_a_full_disk_is_told_with_the_path_and_leaves_nothing(
    writer: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(writer, full_disk)
    result = run("small-town", "--out", "here")
    assert result.exit_code == 2
    assert f"{tmp_path / 'here'}: the disk is full" in result.stderr
    assert everything(tmp_path) == []


def test_a_full_disk_does_not_cost_the_earlier_result(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("small-town", "--no-figures").exit_code == 0
    before = (DIRECTORY / "kpis.json").read_bytes()
    monkeypatch.setattr("pyarrow.parquet.write_table", full_disk)
    assert run("small-town", "--no-figures", "--force", "--seed", "2", "--out", str(DIRECTORY)).exit_code == 2
    assert (DIRECTORY / "kpis.json").read_bytes() == before
    assert [path.name for path in DIRECTORY.parent.iterdir()] == [DIRECTORY.name]


def test_a_small_disk_that_fills_up_keeps_no_part_of_a_result(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("a small disk needs the right to mount one")
    try:
        result = run("small-town", "--out", str(disk / "here"))
        assert result.exit_code == 2
        assert f"{disk / 'here'}: the disk is full" in result.stderr
        assert everything(disk) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize(
    ("interruption", "status", "message"),
    [(KeyboardInterrupt, 130, "interrupted"), (Terminated, 143, "terminated")],
)
@pytest.mark.parametrize("where", ["hotline_sim.results.kpis.kpis", "matplotlib.figure.Figure.savefig"])
def test_an_interruption_at_any_stage_leaves_nothing(
    where: str,
    interruption: type[BaseException],
    status: int,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    def interrupt(*arguments: Any, **settings: Any) -> NoReturn:
        raise interruption

    monkeypatch.setattr(where, interrupt)
    result = run("small-town", "--out", "here")
    assert result.exit_code == status
    assert result.stderr.splitlines() == ["no result was written", message]
    assert not result.stdout
    assert everything(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("number", "status", "message"),
    [
        (signal.SIGINT, 130, b"interrupted"),
        (signal.SIGTERM, 143, b"terminated"),
        (getattr(signal, "SIGHUP", None), 143, b"terminated"),
    ],
)
def test_a_signal_in_mid_run_ends_it_with_a_message_and_no_result(
    number: signal.Signals, status: int, message: bytes, tmp_path: Path
) -> None:
    code = f"{LISTENING}; {MAIN}"
    terminal, other_end = os.openpty()
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            code,
            "run",
            "guangyuan-2021",
            "--engine",
            "des",
            "--out",
            "year",
            "--lang",
            "en",
        ],
        stdout=subprocess.PIPE,
        stderr=other_end,
        cwd=tmp_path,
        env=environment(TERM="xterm", COLUMNS="80"),
    ) as process:
        os.close(other_end)
        seen = read_until(terminal, has_begun)
        assert has_begun(seen)
        process.send_signal(number)
        seen = read_until(terminal, lambda text: message in text)
        assert process.wait(timeout=60) == status
        assert b"no result was written" in seen
        assert message in seen
        assert process.stdout is not None
        assert process.stdout.read() == b""
    os.close(terminal)
    assert everything(tmp_path) == []


LISTEN = "from hotline_sim.cli.bad_input import Terminated, listen_to_signals; "


def printed(code: str) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_second_request_to_end_does_not_stop_the_tidying_up() -> None:
    for first in ("SIGINT", "SIGTERM", "SIGHUP"):
        code = (
            f"{LISTENING}; {LISTEN}listen_to_signals()\n"
            "try:\n"
            f"    signal.raise_signal(signal.{first})\n"
            "except (KeyboardInterrupt, Terminated) as end:\n"
            "    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):\n"
            "        signal.raise_signal(number)\n"
            "    print(type(end).__name__)\n"
        )
        assert printed(code).strip() == ("KeyboardInterrupt" if first == "SIGINT" else "Terminated")


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_run_that_is_to_outlive_its_terminal_does() -> None:
    ignore = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); listen_to_signals(); "
    assert printed(f"{LISTEN}{ignore}signal.raise_signal(signal.SIGHUP); print('alive')").strip() == "alive"


@pytest.mark.parametrize("earlier", [False, True])
def test_an_interruption_after_the_last_step_does_not_deny_the_result(
    earlier: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if earlier:
        assert run("small-town", "--no-figures").exit_code == 0
    save = store.save

    def interrupted(*arguments: Any, **settings: Any) -> NoReturn:
        save(*arguments, **settings)
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "save", interrupted)
    result = run("small-town", "--no-figures", "--force", "--seed", "1")
    assert result.exit_code == 130
    assert result.stderr.splitlines() == [f"the result is complete: {DIRECTORY}", "interrupted"]
    assert load_log(DIRECTORY).meta.seed == 1


def has_begun(text: bytes) -> bool:
    """Whether a progress bar shows more than nothing."""
    return b"simulating" in text and re.search(rb"\b[1-9]\d?%", text) is not None


def read_until(terminal: int, enough: Callable[[bytes], bool]) -> bytes:
    """What a terminal shows until it is enough, or the program ends, or too long has passed."""
    text, deadline = b"", time.monotonic() + 60
    while not enough(text) and time.monotonic() < deadline:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            text += os.read(terminal, 4096)
        except OSError:  # the other end is closed
            break
    return text


# Consoles and help.


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_output_survives_a_console_of_another_encoding(encoding: str, lang: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "run", "small-town", "--lang", lang, "--no-figures"],
        capture_output=True,
        cwd=tmp_path,
        env=environment(PYTHONIOENCODING=encoding),
        check=True,
    )
    text = done.stdout.decode(encoding)
    assert not done.stderr
    if encoding == "gbk" and lang == "zh":
        assert "按期回复率" in text
    if lang == "en" or encoding == "gbk":
        assert "?" not in text


def test_help_has_an_example_and_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; from hotline_sim.cli.main import program\n"
        "program(['run', '--help'], standalone_mode=False)\n"
        "heavy = {'numpy', 'pandas', 'pydantic', 'scipy', 'matplotlib', 'simpy', 'rich', 'pyarrow'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment(), check=True, text=True
    )
    assert "hotline-sim run small-town" in done.stdout
    assert "results/NAME-seedSEED-rREPLICATION" in done.stdout


# Its parts.


def kpi(
    value: float | None, unit: str, numerator: float | None = None, denominator: float | None = None
) -> Kpi:
    return Kpi(value, numerator, denominator, unit, (0, 1))


@pytest.mark.parametrize(
    ("figure", "en", "zh"),
    [
        (kpi(None, "share", 0, 0), "-", "-"),
        (kpi(1.0, "share", 7, 7), "100 %", "100%"),
        (kpi(0.0, "share", 0, 7), "0 %", "0%"),
        (kpi(0.5, "share", 1, 2), "50.0 %", "50.0%"),
        (kpi(0.99999, "share", 99_999, 100_000), "99.999 %", "99.999%"),
        (kpi(0.00001, "share", 1, 100_000), "0.001 %", "0.001%"),
        (kpi(190_000, "requests"), "190,000 requests", "190,000件"),
        (kpi(9.94, "s", 1, 2), "9.9 s", "9.9秒"),
        (kpi(0.13, "h"), "7.8 min", "7.8分钟"),
        (kpi(72.0, "h"), "3 d", "3天"),
        (kpi(72.0, "h", 72.0), "72 h", "72小时"),  # of all people on duty, not a time
        (kpi(1, "tickets", 1), "1 ticket", "1件"),
        (kpi(0, "cases", 0), "0 cases", "0件"),
        (kpi(4.536, "working days", 9, 2), "4.54 working days", "4.54个工作日"),
        (kpi(0.2674, "calls a call", 1, 2), "0.27 per call", "0.27次/次"),
    ],
)
def test_values_are_written_as_people_write_them(figure: Kpi, en: str, zh: str) -> None:
    assert value_text(figure, "en") == en
    assert value_text(figure, "zh") == zh


def test_a_share_is_never_rounded_up_to_all_or_down_to_none() -> None:
    for whole in (3, 1_000, 999_999, 40_000_000):
        assert share_word(whole - 1, whole, "en") != "100 %"
        assert share_word(1, whole, "en") != "0 %"
    assert share_word(5, 5, "en") == "100 %"
    assert share_word(0, 0, "en") == "-"


def test_durations_are_in_the_unit_that_fits() -> None:
    found = [duration_word(seconds, "en") for seconds in (0, 15, 89, 90, 3600, 5400, 36 * 3600, 8_640_000)]
    assert found == ["0 s", "15 s", "89 s", "1.5 min", "60 min", "1.5 h", "1.5 d", "100 d"]


def test_ratio_is_shown_with_what_it_counts() -> None:
    assert ratio_text(kpi(5, "requests"), "en") == ""
    assert ratio_text(kpi(0.5, "share", 1000, 2000), "en") == "1,000 / 2,000"
    assert ratio_text(kpi(2.0, "h", 2000.4, 1000), "en") == "2,000 h / 1,000"
    assert ratio_text(kpi(2.0, "h", None, 1000), "en") == "n = 1,000"
    sums = [ratio_text(kpi(2.0, unit, 2000.4, 1000), "zh") for unit in ("h", "s", "working days")]
    assert sums == ["2,000小时 / 1,000", "2,000秒 / 1,000", "2,000个工作日 / 1,000"]
    assert ratio_text(kpi(2.0, "h", None, 1000), "zh") == "共1,000件"


@pytest.mark.parametrize("width", [80, 100, 120, 200])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_table_adapts_to_the_width(width: int, lang: str) -> None:
    screen = StringIO()
    print_kpis(Console(file=screen, width=width), kpis(case()), lang)
    lines = screen.getvalue().splitlines()
    assert max(cell_len(line) for line in lines) <= width
    text = "".join(line.strip() for line in lines)
    for figure in ("3 / 4", "2 / 4"):
        assert figure in text


def scenario(**stations: str) -> Any:
    def named(names: tuple[str, ...]) -> dict[str, Any]:
        return {name: SimpleNamespace(label=SimpleNamespace(en=name.title(), zh=name)) for name in names}

    return SimpleNamespace(teams=named(("callers", "desk", "phones")), units=named(("roads", "water")))


def test_summary_puts_the_reply_rate_beside_the_deadline_and_the_hour() -> None:
    log = case()
    first, phone, tickets = summary(kpis(log), "en")
    accepted = int(kpis(log)["requests_accepted"].value or 0)
    assert first.startswith(f"{accepted} accepted requests: ")
    assert "replied to" in first
    assert "within the deadline" in first
    assert "50.0 % of 2 urgent tickets within one hour" in first
    assert "answered" in phone
    # Ticket 7 has no reply, so the mean is said to be that of the others.
    assert tickets.startswith("4 tickets went to units; the 3 with a reply took ")
    assert "satisfied" in tickets
    assert all("回复率" in text for text in summary(kpis(log), "zh")[:1])


def test_summary_of_nothing_says_so() -> None:
    log = case()
    nothing = kpis(log, (log.meta.first, log.meta.first + 1))
    assert summary(nothing, "en") == ["No request was accepted.", "No calls.", "No ticket went to a unit."]


def test_meter_shows_stages_and_never_more_than_all() -> None:
    bar = Progress(console=Console(file=StringIO()), auto_refresh=False)
    shown = Meter("en", bar)
    shown.stage("simulate", 100)
    shown.reached(50)
    assert bar.tasks[0].percentage == 50
    shown.reached(1000)
    assert 50 < bar.tasks[0].percentage < 100
    shown.stage("files")
    assert bar.tasks[0].finished
    assert [task.description for task in bar.tasks] == ["simulating", "files"]


def test_there_is_no_bar_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with meter("en") as shown:
        shown.stage("simulate", 10)
        shown.reached(5)
    assert capsys.readouterr().err == ""
