"""Sweep the baseline over 1,000 points and draw the figure of the README.

Operators of the split shift x volume x share of consultations answered at intake, ten levels each, one
replication with the same citizens everywhere. Run it after a change of the scenario or of the model::

    python docs/tools/sweep_figure.py
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Final

import hotline_sim as hs
from hotline_sim.plot.frame import settings
from hotline_sim.plot.sweep import Origin, heat_map

OUTPUT: Final = Path(__file__).parents[1] / "figures/sweep.png"
OPERATORS: Final = "teams.operators.shifts[split].agents"
VOLUME: Final = "demand.requests_per_year"
DIRECT: Final = "classes.consult.direct_answer"
VARY: Final = {OPERATORS: "0..9", VOLUME: "160000..250000:10", DIRECT: "0.88..0.97:10"}
SHOWN: Final = 0.96
"""Level of the third key that the figure shows: the baseline's."""
KPI: Final = "answer_rate"
DOTS_PER_INCH: Final = 90


def main() -> None:
    """Run the sweep, tell how long it took, and write the figure."""
    scenario = hs.load("guangyuan-2021")
    begin = time.perf_counter()
    result = hs.sweep(scenario, vary=VARY, replications=1, kpis=[KPI])
    print(f"{result.runs} runs in {time.perf_counter() - begin:.0f} s", file=sys.stderr)
    summary = result.summary(KPI)
    summary = summary[(summary[DIRECT] - SHOWN).abs() < 1e-9].drop(columns=DIRECT)
    origin = Origin(
        scenario=scenario.name,
        title=scenario.title.en,
        keys=(OPERATORS, VOLUME),
        design=result.design.method,
        points=len(result.design.points),
        seed=1,
    )
    figure = heat_map(summary, KPI, OPERATORS, VOLUME, origin=origin)
    with settings():
        figure.savefig(OUTPUT, dpi=DOTS_PER_INCH)


if __name__ == "__main__":
    main()
