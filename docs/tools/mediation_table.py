"""Write the table of ``docs/model-disputes.md``: a year with mediation, without it, and with screening.

Run it after a change of the scenarios or of the model; ten replications take some minutes::

    python docs/tools/mediation_table.py --replications 10
"""

from __future__ import annotations

import argparse
import math

from replications import DOCS, SEED, put, table

import hotline_sim as hs
from hotline_sim.results.names import label
from hotline_sim.scenario.load import load
from hotline_sim.scenario.vary import changed

FIGURES = (
    "requests_accepted",
    "mediation_cases",
    "mediation_success_rate",
    "disputes_prevented",
    "petitions",
)
SHOWN = {"mediation_success_rate": (100.0, "{:.2f} %")}
"""Factor and form of figures that are no counts."""


def rows_of(result: hs.Comparison) -> list[tuple[str, ...]]:
    """Heading, then one row for each key figure with the paired differences."""
    base, *others = result.scenarios
    rows = [("key figure", base, *others, *(f"{name}, difference" for name in others))]
    summary = result.summary(*FIGURES)
    for figure in FIGURES:
        factor, form = SHOWN.get(figure, (1.0, "{:,.0f}"))
        lines = [
            summary[(summary["kpi"] == figure) & (summary["scenario"] == name)].iloc[0] for name in others
        ]
        # A pair without the figure on one side has no mean on the other either.
        first = next(
            (line["base_mean"] for line in lines if line["base_mean"] == line["base_mean"]), math.nan
        )
        values = [first, *(line["mean"] for line in lines)]
        means = [form.format(factor * value) if value == value else "–" for value in values]
        differences = [
            " to ".join(form.format(factor * line[end]) for end in ("low", "high"))
            if line["difference"] == line["difference"]
            else "–"
            for line in lines
        ]
        rows.append((label(figure), *means, *differences))
    return rows


def main() -> None:
    """Simulate and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=10, help="of each scenario")
    count = parser.parse_args().replications
    off = load("mediation-off")
    scenarios = {
        "mediation": changed(off, {"mediation.taken": 1.0}),
        "no mediation": off,
        "screening": load("proactive-sweeps"),
    }
    result = hs.compare(*scenarios.values(), names=tuple(scenarios), seed=SEED, replications=count)
    note = f"Means of {count} years; differences from the first column are paired, with 95 % intervals."
    put(DOCS / "model-disputes.md", "mediation", f"{table(rows_of(result))}\n\n{note}")


if __name__ == "__main__":
    main()
