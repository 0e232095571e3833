"""Forecasts: what is counted, bands, tickets that are open today, files, and the command."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import hotline_sim as hs
from hotline_sim.cli.main import program
from hotline_sim.clock.ticks import DAY, tick_of
from hotline_sim.errors import HotlineWarning, RecordsError, ResultError, ScenarioError
from hotline_sim.experiment.forecast import QUANTITIES, Forecast, interval
from hotline_sim.experiment.forecast_files import draw_forecast
from hotline_sim.experiment.forecast_open import OpenTickets
from hotline_sim.results.series import backlog_by_day
from hotline_sim.scenario.vary import changed
from scenarios import one_unit, small_town

if TYPE_CHECKING:
    from pathlib import Path

START = date(2021, 3, 8)


@pytest.fixture(scope="module")
def two_weeks() -> Forecast:
    return hs.forecast(small_town(), weeks=2, start=START, replications=12, seed=3)


def test_futures_are_replications_of_the_scenario(two_weeks: Forecast) -> None:
    end = START + timedelta(weeks=2)
    scenario = changed(small_town(), {"run.start": START, "run.end": end, "run.horizon": end})
    log = hs.simulate(scenario, seed=3, replication=4)
    visits, tickets = log.visits, log.tickets
    calls = (visits["stage"] == 0) & np.array(log.meta.live)[tickets["source"][visits["ticket"]]]
    days = (visits["ready"][calls] - log.meta.start) // DAY
    assert two_weeks.paths["calls"][4].tolist() == [int((days == day).sum()) for day in range(14)]
    assert two_weeks.paths["backlog"][4].tolist() == backlog_by_day(log)[1].tolist()
    made = tickets["outcome"] == 4
    recorded = (tickets["recorded"][made] - log.meta.start) // DAY
    assert two_weeks.paths["tickets"][4].sum() == ((recorded >= 0) & (recorded < 14)).sum()


def test_load_is_calls_times_mean_service(two_weeks: Forecast) -> None:
    calls, load = two_weeks.paths["calls"], two_weeks.paths["load"]
    seconds = load[:, 0] * 86_400 / calls[:, 0]
    # Talk of 220 s or of 45 s, and after-call work: some minutes in all.
    assert ((seconds > 60) & (seconds < 400)).all()
    assert (two_weeks.paths["peak_load"] >= load).all()


def test_weeks_are_sums_means_and_last_days(two_weeks: Forecast) -> None:
    weeks = two_weeks.by_week()
    assert weeks["calls"][0, 1] == two_weeks.paths["calls"][0, 7:].sum()
    assert weeks["load"][0, 0] == pytest.approx(two_weeks.paths["load"][0, :7].mean())
    assert weeks["peak_load"][0, 0] == two_weeks.paths["peak_load"][0, :7].max()
    assert weeks["backlog"][0, 1] == two_weeks.paths["backlog"][0, 13]


def test_bands_lie_in_each_other_around_the_median(two_weeks: Forecast) -> None:
    for by, rows in (("day", 14), ("week", 2)):
        table = two_weeks.table(by)
        assert len(table) == rows * len(QUANTITIES)
        columns = ["low_95", "low_80", "low_50", "median", "high_50", "high_80", "high_95"]
        assert (np.diff(table[columns].to_numpy(), axis=1) >= 0).all()
    with pytest.raises(ValueError, match='"day" or "week"'):
        two_weeks.table("month")


def test_band_of_futures_holds_a_further_one_as_often_as_it_says() -> None:
    low, high = interval(np.arange(1.0, 20.0)[:, None], 80)
    # Of 19 futures the second smallest and second largest leave a tenth on either side.
    assert (low[0], high[0]) == pytest.approx((2.0, 18.0))


def test_variants_of_the_scenario_widen_the_bands() -> None:
    variants = [{"demand.requests_per_year": factor} for factor in ("x0.7", "x1.3")]
    plain = hs.forecast(small_town(), weeks=1, replications=10)
    wide = hs.forecast(small_town(), weeks=1, replications=10, variants=variants)
    assert wide.by_week()["requests"].std() > 3 * plain.by_week()["requests"].std()
    even, odd = wide.by_week()["requests"][::2], wide.by_week()["requests"][1::2]
    assert even.max() < odd.min()


def test_level_that_wanders_widens_the_bands_week_by_week() -> None:
    wandering = small_town({"demand.level": {"cv": 0.3, "memory": 6.0}, "demand.day_factor_cv": 0.0})
    weeks = hs.forecast(wandering, weeks=6, replications=30).by_week()["requests"]
    spread = weeks.std(axis=0) / weeks.mean(axis=0)
    assert spread[0] < 0.1  # Poisson alone: the level of the first week is known
    assert spread[5] > 2 * spread[0]


def open_log() -> hs.TicketLog:
    """Four weeks of a small town; on day 21 some tickets are open."""
    return hs.simulate(small_town({"run.run_in": "0 d"}), seed=9)


def test_open_tickets_are_counted_and_leave_over_time() -> None:
    log = open_log()
    start = date.fromisoformat(str(np.datetime64(log.meta.start, "ms"))[:10]) + timedelta(days=21)
    at = tick_of(start)
    tickets = log.tickets
    waits = (tickets["outcome"] == 4) & (tickets["arrival"] < at) & (tickets["replied"] >= at)
    given = hs.forecast(small_town(), weeks=3, start=start, open_tickets=log, replications=8)
    assert given.open_tickets == waits.sum() > 10
    nobody = small_town({"demand.requests_per_year": 1e-3})
    alone = hs.forecast(nobody, weeks=1, start=start, open_tickets=log, replications=2)
    assert alone.paths["backlog"].max() <= waits.sum()
    # Whoever has been open for three weeks is rare: what is left are new ones.
    fresh = hs.forecast(small_town({"run.run_in": "0 d"}), weeks=3, start=start, replications=8)
    assert given.paths["backlog"][:, 0].mean() > fresh.paths["backlog"][:, 0].mean() + 0.5 * waits.sum()


def test_open_tickets_of_a_log_that_ends_long_before_the_forecast_are_warned_of() -> None:
    log = open_log()
    end = date.fromisoformat(str(np.datetime64(log.meta.end, "ms"))[:10])
    hs.forecast(small_town(), weeks=1, start=end + timedelta(days=7), open_tickets=log, replications=2)
    with pytest.warns(HotlineWarning, match=f"begins on {end + timedelta(days=8)}"):
        hs.forecast(small_town(), weeks=1, start=end + timedelta(days=8), open_tickets=log, replications=2)


def test_open_tickets_cannot_come_from_a_log_without_tickets() -> None:
    empty = hs.simulate(small_town({"demand.requests_per_year": 1e-9}), seed=1)
    with pytest.raises(RecordsError, match="holds no tickets"):
        hs.forecast(small_town(), weeks=1, open_tickets=empty, replications=2)


def test_chance_of_an_open_ticket_is_that_of_the_law_given_its_age() -> None:
    fixed = {"family": "fixed", "mean": "10 h"}
    scenario = one_unit(
        {"units.works.hours": "always", "classes.complaint.field": fixed, "units.works.staff": 9}
    )
    log = hs.simulate(scenario)
    at = log.meta.start + 10 * DAY
    waiting = OpenTickets.of(log, at, log, 3, scenario)
    assert waiting.number > 0
    # An hour at the desk and ten in the field: none is open a day later.
    assert waiting.chance.max() == 0.0
    assert waiting.still_open(1, 0).tolist() == [0.0, 0.0, 0.0]


def test_open_tickets_wait_for_the_unit_to_open() -> None:
    fixed = {"family": "fixed", "mean": "10 h"}
    hours = {"units.works.hours": "office", "classes.complaint.field": fixed, "units.works.staff": 900}
    scenario = one_unit(hours | {"run.end": date(2021, 4, 1)})
    log = hs.simulate(scenario)
    friday = tick_of(date(2021, 3, 26))
    waiting = OpenTickets.of(log, friday, log, 4, scenario)
    assert waiting.number > 0
    # Nothing that is left on Friday evening is answered before Monday evening.
    friday_night, saturday, sunday, monday = waiting.chance.sum(axis=0)
    assert friday_night == pytest.approx(saturday)
    assert saturday == pytest.approx(sunday)
    assert monday < 0.5 * sunday + 1e-9


def test_open_tickets_take_as_long_as_the_variant_of_their_future_says() -> None:
    log = open_log()
    start = date.fromisoformat(str(np.datetime64(log.meta.start, "ms"))[:10]) + timedelta(days=14)
    taking = [
        {f"classes.{name}.field": {"family": "fixed", "mean": mean} for name in small_town().classes}
        | {f"classes.{name}.limit": "60 working days" for name in small_town().classes}
        for mean in ("1 h", "280 h")
    ]
    quiet = small_town({"demand.requests_per_year": 1000, "run.run_in": "60 d"})
    both = hs.forecast(quiet, weeks=1, start=start, open_tickets=log, variants=taking, replications=2)
    fast, slow = both.paths["backlog"][:, -1]
    assert fast < 0.1 * both.open_tickets
    # Forty days of work: none of those who came within two weeks is answered in the third.
    assert slow >= both.open_tickets > 10


def test_survivors_never_come_back() -> None:
    log = open_log()
    waiting = OpenTickets.of(log, log.meta.start + 14 * DAY, log, 20, small_town())
    assert (np.diff(waiting.chance, axis=1) <= 1e-12).all()
    still = waiting.still_open(1, 3)
    assert (np.diff(still) <= 0).all()
    assert still.tolist() == waiting.still_open(1, 3).tolist()


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"weeks": 0}, "weeks"), ({"weeks": 105}, "weeks"), ({"replications": 1}, "replications")],
)
def test_arguments_out_of_range_are_refused(settings: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        hs.forecast(small_town(), **settings)


def test_days_beyond_the_calendar_are_refused() -> None:
    with pytest.raises(ScenarioError, match="2026"):
        hs.forecast(small_town(), start=date(2030, 1, 1), replications=2)


def test_directory_holds_tables_futures_and_figures(two_weeks: Forecast, tmp_path: Path) -> None:
    place = two_weeks.save(tmp_path / "out")
    by_day = pd.read_csv(place / "by-day.csv", encoding="utf-8-sig")
    assert by_day["median"].to_numpy() == pytest.approx(two_weeks.table()["median"].to_numpy())
    futures = pd.read_parquet(place / "futures.parquet")
    assert futures["calls"].sum() == two_weeks.paths["calls"].sum()
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert hs.loads(manifest["text"]).run.start == START
    assert {path.suffix for path in (place / "figures").iterdir()} == {".png", ".svg"}
    with pytest.raises(ResultError, match="exists already"):
        two_weeks.save(place)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_figure_has_a_panel_for_each_quantity_with_units(two_weeks: Forecast, lang: str) -> None:
    figure = draw_forecast(two_weeks, lang)
    assert len(figure.axes) == len(QUANTITIES)
    assert all(axes.get_ylabel() and axes.get_xlabel() for axes in figure.axes)
    footnote = " ".join(text.get_text() for text in figure.texts)
    assert ("engine core" if lang == "en" else "引擎 core") in footnote


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(program, ["forecast", *arguments])
    return result.exit_code, result.output


def test_command_prints_bands_by_week_and_writes_a_directory(tmp_path: Path) -> None:
    code, text = run(
        "small-town", "--weeks", "1", "-n", "3", "--out", str(tmp_path / "f"), "--no-figures", "--lang", "zh"
    )
    assert code == 0
    assert "周末在办" in text
    assert (tmp_path / "f" / "by-week.csv").is_file()


def test_command_prints_one_json_object(tmp_path: Path) -> None:
    variants = tmp_path / "variants.json"
    variants.write_text('[{"demand.day_factor_cv": 0.2}]')
    log = open_log()
    hs.save(log, hs.kpis(log), tmp_path / "log", provenance={})
    code, text = run(
        "small-town",
        *("--weeks", "1", "-n", "2", "--json", "--start", "2021-03-15"),
        *("--variants", str(variants), "--open", str(tmp_path / "log")),
    )
    assert code == 0
    document = json.loads(text)
    assert document["days"] == 7
    assert document["engine"] == "core"
    assert document["open_tickets"] > 0
    assert len(document["by_day"]) == 7 * len(QUANTITIES)


@pytest.mark.parametrize("text", ["", "{}", "[]", "[1]"])
def test_variants_that_are_no_list_of_changes_are_bad_input(tmp_path: Path, text: str) -> None:
    path = tmp_path / "v.json"
    path.write_text(text)
    code, message = run("small-town", "--json", "--variants", str(path))
    assert code == 2
    assert "--variants" in message


def test_log_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    code, message = run("small-town", "--json", "--open", str(tmp_path / "none"))
    assert code == 2
    assert "none" in message
