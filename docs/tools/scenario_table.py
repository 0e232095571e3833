"""Write ``scenarios/README.md``: what every shipped scenario shows, and its numbers against the baseline.

Run it after a change of the scenarios or of the model; ten replications of each take some minutes::

    python docs/tools/scenario_table.py --replications 10
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

import hotline_sim as hs
from hotline_sim.results.names import UNITS, label
from hotline_sim.scenario.shipped import shipped_names

if TYPE_CHECKING:
    import pandas as pd

    from hotline_sim.scenario.schema import Scenario

FOLDER: Final = Path(__file__).parents[2] / "scenarios"
BASELINE: Final = "guangyuan-2021"
ALONE: Final = (BASELINE, "small-town")
"""Scenarios that are no changed baseline."""
AGAINST: Final = {"mutual-aid-10pct": "summer-storm"}
"""What a scenario is held against, if not the baseline."""
HEADLINES: Final = (
    "calls_offered",
    "answer_rate",
    "mean_speed_of_answer",
    "on_time_closure_rate",
    "response_time_p90",
)
FURTHER: Final[dict[str, tuple[str, ...]]] = {
    "ai-dispatch": ("return_rate", "handling_time_mean"),
    "callback-sampling": ("outbound_per_inbound", "reopened_rate"),
    "deadline-5wd-shandong": ("handling_time_mean",),
    "lockdown": ("requests_abandoned",),
    "manhole-one-hour": ("urgent_reply_rate_within_1h.manhole",),
    "mediation-off": ("petitions",),
    "merge-repeats-off": ("utilisation_units", "handling_time_mean"),
    "one-unit-collapses": ("backlog_end", "utilisation_units"),
    "policy-redial-storm": ("redials", "requests_abandoned"),
    "proactive-sweeps": ("petitions",),
    "volume-x2-5": ("backlog_end",),
}
"""Key figures that a scenario is about, besides the headlines."""
SEED: Final = 1
HEAD: Final = """# Scenarios

Small files, each a changed baseline unless it says so. `hotline-sim run NAME` runs one,
`hotline-sim compare {base} NAME` holds it against the baseline, `hotline-sim scenario show NAME`
prints it whole. The numbers below are means of {count} paired replications of the days that the scenario
runs, and in brackets the 95 % interval (Student's t) of the difference: scenario minus what it is held
against, on the same days and with the same random numbers.

They are written by `python docs/tools/scenario_table.py --replications {count}`.
"""


def on_the_days_of(base: Scenario, scenario: Scenario) -> Scenario:
    """The base, run over the days of a scenario."""
    return base.model_copy(update={"run": scenario.run})


def number(value: float, unit: str) -> str:
    """A number for people; shares in per cent."""
    if unit == "share":
        return f"{100 * value:.2f}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def shown_unit(unit: str) -> str:
    """Unit of a number, as it is shown."""
    return UNITS[unit].en


def rows_of(summary: pd.DataFrame) -> list[str]:
    """Lines of a table, one for each key figure."""
    lines = []
    for row in summary.itertuples():
        unit = str(row.unit)
        low, high = number(float(row.low), unit), number(float(row.high), unit)
        lines.append(
            f"| {label(str(row.kpi))}, {shown_unit(unit)} | {number(float(row.base_mean), unit)} | "
            f"{number(float(row.mean), unit)} | {number(float(row.difference), unit)} [{low}, {high}] |"
        )
    return lines


def section(name: str, replications: int) -> str:
    """What a scenario shows, with its numbers against another."""
    scenario = hs.load(name)
    parts = [f"## {name}\n\n**{scenario.title.en} ({scenario.title.zh})**"]
    if scenario.description:
        parts.append(f"{scenario.description.en}\n\n{scenario.description.zh}")
    if name in ALONE:
        return "\n\n".join(parts)
    against = AGAINST.get(name, BASELINE)
    base = on_the_days_of(hs.load(against), scenario)
    kpis = (*HEADLINES, *FURTHER.get(name, ()))
    found = hs.compare(
        base, scenario, replications=replications, names=(against, name), seed=SEED, engine="core"
    )
    shared = [kpi for kpi in kpis if kpi in found.kpis]
    days = (scenario.run.end - scenario.run.start).days
    head = f"| {days} days from {scenario.run.start} | {against} | {name} | difference |"
    parts.append("\n".join([head, "| --- | --- | --- | --- |", *rows_of(found.summary(*shared))]))
    return "\n\n".join(parts)


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=10)
    count = parser.parse_args().replications
    names = [name for name in shipped_names() if name not in ALONE]
    parts = [HEAD.format(base=BASELINE, count=count)]
    for name in (*ALONE, *names):
        parts.append(section(name, count))
        print(name, flush=True)
    (FOLDER / "README.md").write_text("\n\n".join(part.strip() for part in parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
