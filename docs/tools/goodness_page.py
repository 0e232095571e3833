"""Write the tables and figures of ``docs/goodness.md``: which faults are found, and a bank's records.

``python docs/tools/goodness_page.py`` takes some minutes. It needs the folder ``bank_calls_1999_02`` of real
data, in the folder that the environment variable HOTLINE_SIM_DATA names, or in ``../shared/data``.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from replications import DOCS, put, table

import hotline_sim as hs
from hotline_sim.cli.goodness_table import band_cells
from hotline_sim.experiment import goodness_tables as tables
from hotline_sim.experiment.goodness_bands import judge
from hotline_sim.experiment.goodness_files import drawings
from hotline_sim.experiment.goodness_names import name_of
from hotline_sim.experiment.goodness_runs import seen_in_runs
from hotline_sim.experiment.goodness_seen import plan_of
from hotline_sim.plot.frame import settings
from hotline_sim.scenario.vary import changed

if TYPE_CHECKING:
    from hotline_sim.experiment.goodness import Goodness
    from hotline_sim.experiment.goodness_seen import Plan, Seen
    from hotline_sim.scenario.schema import Scenario

DATA: Final = Path(os.environ.get("HOTLINE_SIM_DATA") or DOCS.parents[1] / "shared" / "data")
FIRST: Final = date(1999, 2, 1)
SPLIT: Final = date(1999, 2, 21)
LOGS: Final = 200
"""Logs for each fault that stand for records."""
SETS: Final = 10
"""Sets of replications that they are compared with, in turn."""
REPLICATIONS: Final = 100
ENDS: Final = {"a week": date(2021, 3, 8), "four weeks": date(2021, 3, 29)}
FAULTS: Final[dict[str, dict[str, object]]] = {
    "none": {},
    "talk × 1.1": {"intake.talk.mean": "x1.1"},
    "talk × 1.2": {"intake.talk.mean": "x1.2"},
    "talk × 1.3": {"intake.talk.mean": "x1.3"},
    "volume × 1.1": {"demand.requests_per_year": "x1.1"},
    "volume × 1.2": {"demand.requests_per_year": "x1.2"},
    "patience × 0.5": {"intake.patience.mean": "x0.5"},
    "field time × 1.3": {"classes.*.field.mean": "x1.3"},
    "field time × 1.5": {"classes.*.field.mean": "x1.5"},
}
SHOWN: Final = (
    "calls_offered",
    "abandonment_rate",
    "service_level_15s",
    "mean_speed_of_answer",
    "wait_p50",
    "wait_p90",
    "wait_p99",
    "talk_p10",
    "talk_p50",
    "talk_p90",
    "talk_p99",
    "wait_ks",
    "wait_wasserstein",
    "talk_ks",
    "talk_wasserstein",
    "calls_by_hour",
    "calls_by_day",
)


def main() -> None:
    """Write everything."""
    put(DOCS / "goodness.md", "faults", _faults())
    files = sorted((DATA / "bank_calls_1999_02").glob("*.csv.gz"))
    records = hs.read_records(files, "bank-calls")
    fit = hs.fit(records, start=FIRST, end=SPLIT)
    found = hs.goodness(
        fit.scenario,
        records,
        start=FIRST,
        end=SPLIT,
        replications=REPLICATIONS,
        variants=fit.changes(REPLICATIONS),
    )
    put(DOCS / "goodness.md", "bank", _bank(found))
    for name in ("wait", "talk"):
        with settings():
            drawings(found)[name]().savefig(DOCS / f"figures/goodness-{name}.png", dpi=90)


def _faults() -> str:
    town = hs.load("small-town")
    columns = {span: _refused(changed(town, {"run.end": end})) for span, end in ENDS.items()}
    rows: list[tuple[str, ...]] = [
        ("fault of the scenario", *(f"refused, {span}" for span in ENDS), "most often farthest off")
    ]
    for fault in FAULTS:
        shares = [columns[span][fault] for span in ENDS]
        rows.append((fault, *(text for text, _ in shares), shares[-1][1]))
    return table(rows)


def _refused(scenario: Scenario) -> dict[str, tuple[str, str]]:
    """Share of the logs with each fault that are refused, with its interval; and what is named first."""
    log = hs.simulate(scenario, seed=1000)
    plan, _ = plan_of(log, (log.meta.start, log.meta.end))
    sets = [_seen(scenario, plan, REPLICATIONS, seed=1000 + number) for number in range(SETS)]
    found = {}
    for place, (fault, changes) in enumerate(FAULTS.items()):
        logs = _seen(changed(scenario, changes), plan, LOGS, seed=2000 + place)
        refused, first = 0, Counter[str]()
        for number, seen in enumerate(logs):
            passes, farthest = _verdict(plan, seen, sets[number % SETS])
            refused += not passes
            if not passes:
                first[farthest] += 1
        found[fault] = (_share_text(refused), name_of(first.most_common(1)[0][0]))
    return found


def _seen(scenario: Scenario, plan: Plan, count: int, *, seed: int) -> list[Seen]:
    return list(seen_in_runs([scenario], plan, count, seed=seed, executor=None, workers=None))


def _verdict(plan: Plan, seen: Seen, runs: list[Seen]) -> tuple[bool, str]:
    """As the verb does it, for runs that are at hand."""
    plan, seen, kept, _ = tables.with_values(plan, seen, runs)
    rows = tables.compared(plan, seen, kept)
    verdict = judge(rows.rows, rows.one_sided, rows.least)
    return verdict.passes, "" if verdict.farthest is None else rows.names[verdict.farthest]


def _share_text(refused: int) -> str:
    from scipy.stats import binomtest

    interval = binomtest(refused, LOGS).proportion_ci(method="wilson")
    return f"{refused / LOGS:.0%} ({interval.low:.0%} to {interval.high:.0%})".replace("%", " %")


def _bank(found: Goodness) -> str:
    rows: list[tuple[str, ...]] = [("number", "records", "mean of the simulations", "95 % band", "inside")]
    by_name: dict[str, dict[str, Any]] = {row["name"]: row for row in found.bands.to_dict("records")}
    for name in SHOWN:
        observed, mean, band, inside = band_cells(by_name[name], "en")
        cells = band.replace(" .. ", " to "), inside.replace("OFF", "no")
        rows.append((name_of(name), observed, mean, *cells))
    verdict = found.verdict
    share = found.coverage.set_index(["by", "band"])["inside"]
    text = (
        f"{found.replications} simulations of 1 to 20 February 1999: {verdict.missed} of {verdict.bands} "
        f"bands are missed, where {verdict.usual} would be no surprise; {verdict.share:.1%} of all sets of "
        f"numbers lie as far beyond. Of the days, {share['day', 80]:.0%} lie inside their 80 % bands and "
        f"{share['day', 95]:.0%} inside their 95 % bands, of the hours of the day {share['hour', 80]:.0%} "
        f"and {share['hour', 95]:.0%}."
    ).replace("%", " %")
    text = text.replace("  %", " %")
    return f"{text}\n\n{table(rows)}"


if __name__ == "__main__":
    main()
