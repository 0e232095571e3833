"""Write the tables of ``docs/baseline.md``: targets of the baseline against the mean of some replications.

Run it after a change of the scenario or of the model; 20 replications take about a minute::

    python docs/tools/baseline_table.py --replications 20
"""

from __future__ import annotations

import argparse
import sys

from replications import DOCS, SEED, Interval, put, replicate, table
from targets import ACCEPTED, NORMAL_95, Target, YearlyCount, measures, targets

from hotline_sim.network.build import build
from hotline_sim.scenario.load import load

SCENARIO = "guangyuan-2021"


def main() -> int:
    """Run the replications, write the page, and return 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replications", type=int, default=20, metavar="N")
    count = parser.parse_args().replications

    scenario = load(SCENARIO)
    network = build(scenario)
    found = replicate(scenario, measures, count)
    rows, missed = _rows(targets(network), found)
    put(DOCS / "baseline.md", "targets", f"Replications 0 to {count - 1} under seed {SEED}.\n\n{table(rows)}")
    put(DOCS / "baseline.md", "band", _band(YearlyCount.of(network), found["requests_accepted"]))
    put(DOCS / "baseline.md", "more", _more(found))
    for label in missed:
        sys.stderr.write(f"missed: {label}\n")
    return 1 if missed else 0


def _rows(
    wanted: tuple[Target, ...], found: dict[str, list[float]]
) -> tuple[list[tuple[str, ...]], list[str]]:
    rows = [("what", "target", "source", "mean", "95 % interval", "met")]
    missed = []
    for target in wanted:
        values = found[target.measure]
        interval = Interval.of(values)
        # What holds in every year is told of every year, not of the mean.
        met = (
            all(map(target.holds, values)) if target.measure == "reply_rate" else target.holds(interval.mean)
        )
        if not met:
            missed.append(target.label)
        bounds = f"{target.shown(interval.low)} to {target.shown(interval.high)}"
        row = (target.label, target.band_text, target.source, target.shown(interval.mean), bounds)
        rows.append((*row, "yes" if met else "**no**"))
    return rows, missed


def _band(law: YearlyCount, accepted: list[float]) -> str:
    low, high = law.band
    interval = Interval.of(accepted)
    inside = sum(low <= value <= high for value in accepted)
    covers = "contains" if interval.low <= ACCEPTED <= interval.high else "does not contain"
    return "\n".join(
        [
            f"* r₁ + … + r₃₆₅ = {law.wanted:,.0f} valid requests wanted, which is also the Poisson variance;",
            f"* c² (r₁² + … + r₃₆₅²) = {law.day_factors:,.0f}, what the day factors add;",
            f"* standard deviation √({law.poisson:,.0f} + {law.day_factors:,.0f}) × {ACCEPTED:,} / "
            f"{law.wanted:,.0f} = {law.deviation:,.0f};",
            f"* band {ACCEPTED:,} ± {NORMAL_95} × {law.deviation:,.0f} = {low:,.0f} to {high:,.0f}.",
            "",
            f"Of the {len(accepted)} years above, {inside} lie in the band, and the interval of the mean, "
            f"{interval.low:,.0f} to {interval.high:,.0f}, {covers} {ACCEPTED:,}.",
        ]
    )


_MORE = (
    ("answered within 15 s, of offered calls", "service_level_15s", 100, 1, " %"),
    ("replied to by the deadline, of accepted requests", "reply_rate_within_deadline", 100, 2, " %"),
    ("replied to within one hour, of urgent tickets", "urgent_reply_rate_within_1h", 100, 1, " %"),
    ("response time of all requests, median", "response_time_p50", 1, 2, " h"),
    ("response time of all requests, 95 % quantile", "response_time_p95", 1, 1, " h"),
    ("response time of tickets, median", "response_time_p50.tickets", 1, 1, " h"),
    ("response time of tickets, 95 % quantile", "response_time_p95.tickets", 1, 1, " h"),
    ("overdue, departments", "overdue.department", 100, 2, " %"),
    ("overdue, counties and districts", "overdue.county", 100, 2, " %"),
    ("dispatches returned", "return_rate", 100, 2, " %"),
    ("tickets worked on again", "reopened_rate", 100, 2, " %"),
    ("utilisation of the units' handlers", "utilisation_units", 100, 1, " %"),
    ("backlog at its largest", "backlog_max", 1, 0, " tickets"),
)


def _more(found: dict[str, list[float]]) -> str:
    rows = [("what", "mean", "95 % interval")]
    for label, name, scale, digits, unit in _MORE:
        interval = Interval.of(found[name])
        mean, low, high = (
            f"{value * scale:,.{digits}f}{unit}" for value in (interval.mean, interval.low, interval.high)
        )
        rows.append((label, mean, f"{low} to {high}"))
    return table(rows)


if __name__ == "__main__":
    sys.exit(main())
