"""Write the table and the figure of ``docs/fit.md``: a held-back week of a real phone room.

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
from hotline_sim.experiment.phone_backtest import phone_backtest
from hotline_sim.plot.frame import BLUE, GREY, VERMILION, settings

if TYPE_CHECKING:
    from hotline_sim.experiment.phone_backtest import PhoneBacktest

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
}


def main() -> None:
    """Fit, simulate, compare; write the table and the figure."""
    files = sorted((DATA / "bank_calls_1999_02").glob("*.csv.gz"))
    records = hs.read_records(files, "bank-calls")
    found = phone_backtest(records, start=START, end=END, replications=REPLICATIONS)
    rows: list[tuple[str, ...]] = [
        ("statistic", "observed", "mean of the simulations", "80 % band", "95 % band", "inside")
    ]
    for row in found.table().itertuples():
        name, unit, factor = SHOWN[row.statistic]
        digits = 1 if factor > 1 or unit == "s" else 0
        low80, high80, low95, high95 = (factor * value for value in (row[4], row[5], row[7], row[8]))
        inside = "80 %" if row[6] else "95 %" if row[9] else "no"
        rows.append(
            (
                name,
                f"{factor * row.observed:,.{digits}f} {unit}",
                f"{factor * row.mean:,.{digits}f}",
                f"{low80:,.{digits}f} to {high80:,.{digits}f}",
                f"{low95:,.{digits}f} to {high95:,.{digits}f}",
                inside,
            )
        )
    put(DOCS / "fit.md", "week", f"{REPLICATIONS:,} simulations of 21 to 27 February 1999.\n\n{table(rows)}")
    _draw(found)


def _draw(found: PhoneBacktest) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with settings():
        figure = Figure(figsize=(11, 5.6), layout="constrained")
        FigureCanvasAgg(figure)
        names = [name for name in SHOWN if name != "calls"]
        panels = list(figure.subplots(2, 3).flat)
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
