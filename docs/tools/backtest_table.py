"""Write the tables and the figure of ``docs/forecast.md``: back-tests on real records.

``python docs/tools/backtest_table.py`` prints the tables and draws ``docs/figures/backtest-taipei.png``. It
needs the folders ``taipei_1999_2016_2018``, ``vancouver_311_calls_2009_2018`` and ``boston_311_2011_q3`` of
real data, in the folder that the environment variable HOTLINE_SIM_DATA names, or in ``../shared/data``.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

import hotline_sim as hs
from hotline_sim.clock.ticks import DAY, tick_of
from hotline_sim.experiment.backtest import demand_backtest, overdue_backtest
from hotline_sim.experiment.forecast import BANDS, interval
from hotline_sim.experiment.overdue_error import error_draws, mean_absolute
from hotline_sim.fit.calendar_factors import country_calendar
from hotline_sim.fit.requests import fit_requests
from hotline_sim.plot.figures import save_figure
from hotline_sim.plot.forecast import Bands, Seen, bands_by_day
from hotline_sim.plot.study_frame import Study
from hotline_sim.scenario.vary import changed
from hotline_sim.statistics.shares import wilson

if TYPE_CHECKING:
    from hotline_sim.experiment.backtest import DemandBacktest
    from hotline_sim.records.read import Records

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("HOTLINE_SIM_DATA") or ROOT.parent / "shared" / "data")
TYPHOONS = (date(2016, 7, 8), date(2016, 9, 17), date(2016, 9, 27), date(2017, 7, 29), date(2018, 7, 10))
FUTURES = 1000
REPLICATIONS = 30
DRAWS = 400
OPEN_FUTURES = 100
SPLIT, END = date(2011, 9, 1), date(2011, 10, 1)
STORM = [date(2011, 8, 27)]
HALF_LIFE = 7.0
"""Days; chosen within July and August, see ``overdue_choices.py``."""


def records(folder: str, profile: str) -> Records:
    """All files of a folder of real data."""
    return hs.read_records(sorted((DATA / folder).glob("*.csv.gz")), profile)


def taipei() -> list[tuple[str, DemandBacktest]]:
    """Two half-years, each fitted to all that came before."""
    whole = records("taipei_1999_2016_2018", "taipei-1999")
    calendar = country_calendar("TW", date(2016, 1, 1), date(2018, 12, 31))
    found = []
    for split, end in ((date(2018, 1, 1), date(2018, 7, 1)), (date(2018, 7, 1), date(2019, 1, 1))):
        days = {"calendar": calendar, "run.start": split, "run.end": end, "run.run_in": "0 d"}
        base = changed(hs.load("small-town"), days)
        name = f"{split:%B} to {date.fromordinal(end.toordinal() - 1):%B %Y}"
        result = demand_backtest(whole, base, split=split, end=end, apart=TYPHOONS, futures=FUTURES)
        found.append((f"Taipei, {name}", result))
    return found


def vancouver() -> list[tuple[str, DemandBacktest]]:
    """Half a year, fitted to the four years before."""
    whole = records("vancouver_311_calls_2009_2018", "vancouver-311-daily")
    calendar = country_calendar("CA-BC", date(2009, 1, 1), date(2018, 12, 31))
    base = changed(hs.load("small-town"), {"calendar": calendar})
    result = demand_backtest(
        whole, base, split=date(2018, 1, 1), end=date(2018, 7, 1), start=date(2014, 1, 1), futures=FUTURES
    )
    return [("Vancouver, January to June 2018", result)]


def draw(result: DemandBacktest, lang: str) -> None:
    """Bands and what was seen."""
    median = np.median(result.paths, axis=0)
    bands = Bands(median, {band: interval(result.paths, band) for band in BANDS})
    title = {
        "en": "Taipei 1999, fitted to July 2016 to June 2018 (crosses: week of typhoon Maria)",
        "zh": "台北市1999，以2016年7月至2018年6月拟合（叉号：台风玛莉亚当周）",
    }
    study = Study(title[lang], "back-test", 1, FUTURES, "auto")
    seen = Seen(result.seen.astype(np.float64), result.apart["events"])
    figure = bands_by_day({"requests": bands}, result.start, study, lang, seen=seen)
    name = "backtest-taipei" if lang == "en" else f"backtest-taipei-{lang}"
    for path in save_figure(figure, ROOT / "docs" / "figures" / name):
        if path.suffix == ".svg":
            path.unlink()


def print_taipei() -> None:
    """Coverage by group of days."""
    print("| held back | days | number | 50 % band | 80 % band | 95 % band | width of the 80 % band |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    words = {
        "all": "all",
        "ordinary": "ordinary",
        "events": "week of a typhoon",
        "spring_festival": "Lunar New Year",
    }
    for name, result in [*vancouver(), *taipei()]:
        for group, word in words.items():
            rows = result.coverage(group)
            if rows[0].days:
                shares = " | ".join(
                    f"{100 * row.share:.1f} ({100 * row.low:.0f} to {100 * row.high:.0f})" for row in rows
                )
                print(f"| {name} | {word} | {rows[0].days} | {shares} | {100 * rows[1].width:.0f} % |")
    spread, low, high = (getattr(result.fit.model, part) for part in ("spread", "low", "high"))
    print()
    for key in ("day", "level", "memory", "month"):
        print(f"{key}: {getattr(spread, key):.3g} ({getattr(low, key):.3g} to {getattr(high, key):.3g})")
    draw(result, "en")


def boston_base() -> hs.Scenario:
    """September 2011, with the holidays of the quarter."""
    days_off = {"public_holiday": [date(2011, 7, 4), date(2011, 9, 5)]}
    changes = {
        "calendar": {"base": "weekly", "holidays": days_off},
        "run.start": SPLIT,
        "run.end": END,
    }
    return changed(hs.load("small-town"), changes)


class Reading(NamedTuple):
    """One way to predict September: with or without the hurricane's week, and from which subjects."""

    storm_apart: bool
    given: bool
    half_life: float | None


READINGS = tuple(
    Reading(apart, given, half_life)
    for apart in (False, True)
    for given, half_life in ((True, None), (False, None), (False, HALF_LIFE))
)


def print_boston() -> None:
    """Overdue shares by department, and the mean absolute error with its interval."""
    whole = records("boston_311_2011_q3", "boston-311")
    window = (tick_of(SPLIT), tick_of(END))
    found, errors = {}, {}
    for reading in READINGS:
        found[reading] = overdue_backtest(
            whole,
            boston_base(),
            split=SPLIT,
            end=END,
            apart=STORM if reading.storm_apart else [],
            given_subjects=reading.given,
            half_life=reading.half_life,
            replications=REPLICATIONS,
        )
        errors[reading] = error_draws(
            whole,
            found[reading].fit,
            window,
            given_subjects=reading.given,
            half_life=reading.half_life,
            draws=DRAWS,
        )
    first = found[READINGS[0]]
    six, five = sorted(first.errors(150)), sorted(first.errors(200))
    print()
    for unit in six:
        seen = first.seen[unit]
        known = first.requests[unit]
        low, high = (100 * float(edge) for edge in wilson(round(seen.share * known), known))
        shares = " | ".join(f"{100 * one.predicted[unit].mean():.1f}" for one in found.values())
        print(f"| {unit} | {known:,} | {100 * seen.share:.1f} ({low:.1f} to {high:.1f}) | {shares} |")
    for units, least, what in ((six, 150, "these six"), (five, 200, "those with more than 200 in September")):
        cells = []
        for reading, one in found.items():
            low, high = 100 * np.quantile(mean_absolute(errors[reading], units), (0.025, 0.975))
            cells.append(f"{100 * one.mean_error(least):.1f} ({low:.1f} to {high:.1f})")
        print(f"| mean absolute error, {what} | | | {' | '.join(cells)} |")


def print_open() -> None:
    """Open requests of Boston day by day, four weeks ahead."""
    whole = records("boston_311_2011_q3", "boston-311")
    base = boston_base()
    fit = fit_requests(whole, base, name="boston", window=(SPLIT, END), end=SPLIT)
    forecast = hs.forecast(
        fit.scenario,
        weeks=4,
        start=SPLIT,
        open_tickets=whole,
        variants=fit.variants(OPEN_FUTURES),
        replications=OPEN_FUTURES,
    )
    tickets = whole.log.tickets
    ends = tick_of(SPLIT) + np.arange(1, 29) * DAY
    seen = np.array([((tickets["arrival"] < end) & (tickets["replied"] >= end)).sum() for end in ends])
    paths = forecast.paths["backlog"]
    low, high = interval(paths, 80)
    print()
    for week in range(1, 5):
        at = 7 * week - 1
        middle = np.median(paths[:, at])
        print(f"| {week} | {seen[at]:,} | {middle:,.0f} | {low[at]:,.0f} to {high[at]:,.0f} |")
    came = (tickets["arrival"] >= tick_of(SPLIT)) & (tickets["arrival"] < ends[-1])
    predicted = np.median(forecast.paths["requests"].sum(axis=1))
    inside = np.mean((low <= seen) & (seen <= high))
    print(f"open at the start: {forecast.open_tickets:,}; days in the 80 % band: {inside:.0%}")
    print(f"requests in four weeks: {came.sum():,}, predicted {predicted:,.0f}")


if __name__ == "__main__":
    print_taipei()
    print_boston()
    print_open()
