"""Write the tables and the figure of ``docs/fit.md``: a held-back week of a real phone room.

``python docs/tools/bank_backtest.py`` needs the folder ``bank_calls_1999_02`` of real data, in the folder
that the environment variable HOTLINE_SIM_DATA names, or in ``../shared/data``.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from replications import DOCS, put, table

import hotline_sim as hs
from hotline_sim.clock.ticks import tick_of
from hotline_sim.experiment.phone_backtest import phone_backtest
from hotline_sim.fit.after_call import after_call
from hotline_sim.fit.calls import phone_figures
from hotline_sim.fit.staffing import BREAK, calls_of_agents
from hotline_sim.plot.frame import BLUE, GREY, VERMILION, settings

if TYPE_CHECKING:
    from hotline_sim.experiment.phone_backtest import PhoneBacktest
    from hotline_sim.records.read import Records

DATA: Final = Path(os.environ.get("HOTLINE_SIM_DATA") or DOCS.parents[1] / "shared" / "data")
START, END = date(1999, 2, 21), date(1999, 2, 28)
REPLICATIONS: Final = 1000
SHOWN: Final = {
    "calls": ("calls that want an agent", "calls", 1.0),
    "wait_median": ("wait of all callers, median", "s", 1.0),
    "wait_p90": ("wait of all callers, 90 % quantile", "s", 1.0),
    "abandonment": ("gave up", "%", 100.0),
    "within_20s": ("answered within 20 s", "%", 100.0),
    "wait_answered_median": ("wait of the answered, median", "s", 1.0),
    "wait_answered_p90": ("wait of the answered, 90 % quantile", "s", 1.0),
    "answered_within_20s": ("of the answered within 20 s", "%", 100.0),
}
FITTED_RUNS: Final = 200
QUEUES: Final = ((1, 1), (2, 2), (3, 3), (4, 5), (6, 1000))
"""Callers who wait when an agent's talk ends, from and to."""


def main() -> None:
    """Fit, simulate, compare; write the tables and the figure."""
    files = sorted((DATA / "bank_calls_1999_02").glob("*.csv.gz"))
    records = hs.read_records(files, "bank-calls")
    found = phone_backtest(records, start=START, end=END, replications=REPLICATIONS)
    week = f"{REPLICATIONS:,} simulations of 21 to 27 February 1999.\n\n{table(_week(found))}"
    put(DOCS / "fit.md", "week", week)
    put(DOCS / "fit.md", "fitted", table(_fitted_weeks(records, found)))
    put(DOCS / "fit.md", "after-call", table(_after_call(found)))
    _draw(found)


def _number(name: str, value: float) -> str:
    """Value of a statistic without its unit."""
    _, unit, factor = SHOWN[name]
    return f"{factor * value:,.{0 if unit == 'calls' else 1}f}"


def _week(found: PhoneBacktest) -> list[tuple[str, ...]]:
    """Rows of the held-back week, a head first."""
    rows: list[tuple[str, ...]] = [
        ("statistic", "observed", "mean of the simulations", "80 % band", "95 % band", "inside")
    ]
    for row in found.table().itertuples():
        name = row.statistic
        observed, mean, low80, high80, low95, high95 = (
            _number(name, value) for value in (row.observed, row.mean, row[4], row[5], row[7], row[8])
        )
        label, unit, _ = SHOWN[name]
        inside = "80 %" if row[6] else "95 %" if row[9] else "no"
        rows.append(
            (label, f"{observed} {unit}", mean, f"{low80} to {high80}", f"{low95} to {high95}", inside)
        )
    return rows


def _fitted_weeks(records: Records, found: PhoneBacktest) -> list[tuple[str, ...]]:
    """Rows of the weeks that were fitted: the records against the fitted scenario itself."""
    fit = found.fit
    observed = phone_figures(records.log, tick_of(fit.start), tick_of(fit.end))
    runs = [
        phone_figures(hs.simulate(fit.scenario, seed=1, replication=number)) for number in range(FITTED_RUNS)
    ]
    rows: list[tuple[str, ...]] = [
        ("statistic", "recorded", f"mean of {FITTED_RUNS} simulations", "95 % of them")
    ]
    for name, (label, unit, _) in SHOWN.items():
        values = np.array([run[name] for run in runs])
        low, high = np.quantile(values, (0.025, 0.975))
        rows.append(
            (
                label,
                f"{_number(name, observed[name])} {unit}",
                _number(name, float(values.mean())),
                f"{_number(name, float(low))} to {_number(name, float(high))}",
            )
        )
    return rows


def _after_call(found: PhoneBacktest) -> list[tuple[str, ...]]:
    """Rows of the work after calls by how many callers wait at their end."""
    calls = found.fit.calls
    ordered = calls_of_agents(calls) if calls is not None else None
    assert calls is not None
    assert ordered is not None
    _, _, over, gap = ordered
    over = over[:-1]
    waiting = calls.waiting.at(over - 1)
    rows: list[tuple[str, ...]] = [("callers waiting", "calls", "mean after-call work", "95 % interval")]
    for low, high in QUEUES:
        used = (waiting >= low) & (waiting <= high)
        work = after_call(calls, over[used], gap[used], BREAK)
        label = f"{low}" if low == high else f"{low} or more" if high > 100 else f"{low} or {high}"
        count = f"{work.seen + work.censored:,}"
        rows.append((label, count, f"{work.mean:.0f} s", f"{work.low:.0f} to {work.high:.0f}"))
    return rows


def _draw(found: PhoneBacktest) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with settings():
        figure = Figure(figsize=(13, 5.6), layout="constrained")
        FigureCanvasAgg(figure)
        names = [name for name in SHOWN if name != "calls"]
        panels = list(figure.subplots(2, 4).flat)
        for unused in panels[len(names) :]:
            unused.set_axis_off()
        for axes, name in zip(panels, names, strict=False):
            title, unit, factor = SHOWN[name]
            values = found.simulated[name].to_numpy() * factor
            axes.hist(values, bins=30, color=BLUE, alpha=0.75)
            for edge in np.quantile(values, [0.025, 0.975]):
                axes.axvline(edge, color=GREY, linestyle=(0, (4, 3)))
            axes.axvline(found.observed[name] * factor, color=VERMILION, linewidth=2.5)
            axes.set_title(title, loc="left", size=10)
            axes.set_xlabel(unit)
            axes.set_yticks([])
            axes.spines[["top", "right", "left"]].set_visible(False)
        figure.suptitle(
            "A held-back week: simulations (blue), their 95 % band (dashed), the week itself (red)",
            x=0.01,
            ha="left",
            size=12,
        )
        figure.savefig(DOCS / "figures/fit-bank.png", dpi=90)


if __name__ == "__main__":
    main()
