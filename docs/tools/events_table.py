"""Write ``docs/events.md``: what a storm, a lockdown and a storm of redials do to the hotline.

Run it after a change of these scenarios or of the model; it takes some minutes::

    python docs/tools/events_table.py
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

import hotline_sim as hs
from hotline_sim.clock.ticks import DAY
from hotline_sim.results.conservation import check_conservation
from hotline_sim.results.series import backlog_by_day
from hotline_sim.scenario.vary import changed
from hotline_sim.statistics.intervals import mean_interval

if TYPE_CHECKING:
    from hotline_sim.scenario.schema import Scenario

PAGE: Final = Path(__file__).resolve().parents[1] / "events.md"
REPLICATIONS: Final = 10
SCENARIOS: Final = ("summer-storm", "lockdown", "policy-redial-storm")
MILLION: Final = [1700.0, 3200.0]
"""Factors of the two days of the redial storm that make a million attempts on the second."""
COLUMNS: Final = {
    "attempts on the worst day": "attempts",
    "times a usual day": "times",
    "connect rate on usual days, %": "usual",
    "connect rate in the event, %": "event",
    "connect rate on the worst day, %": "worst",
    "lost for good in the event": "lost",
    "backlog at its peak, times that before": "backlog",
}


def figures(scenario: Scenario, replication: int) -> dict[str, float]:
    """Numbers of one replication; raises if a ticket is lost."""
    log = hs.simulate(scenario, seed=1, replication=replication, engine="core")
    check_conservation(log)
    (event,) = scenario.events.values()
    before = hs.kpis(log, (log.meta.start, event.start_tick))
    during = hs.kpis(log, (event.start_tick, event.end_tick))
    days = range(event.start_tick, event.end_tick, DAY)
    by_day = [hs.kpis(log, (day, day + DAY)) for day in days]
    calls = [day["calls_offered"].value or 0 for day in by_day]
    worst = by_day[int(np.argmax(calls))]
    usual = (before["calls_offered"].value or 0) / ((event.start_tick - log.meta.start) / DAY)
    midnights, backlog = backlog_by_day(log)
    return {
        "attempts": max(calls),
        "times": max(calls) / usual,
        "usual": 100 * (before["answer_rate"].value or 0),
        "event": 100 * (during["answer_rate"].value or 0),
        "worst": 100 * (worst["answer_rate"].value or 0),
        "lost": during["requests_abandoned"].value or 0,
        "backlog": backlog[midnights >= event.start_tick].max()
        / backlog[midnights < event.start_tick].mean(),
    }


def cell(values: list[float]) -> str:
    """Mean and 95 % interval."""
    found = mean_interval(np.array(values))
    digits = 0 if found.estimate >= 1000 else 1 if found.estimate >= 10 else 2
    low, high = (f"{bound:,.{digits}f}" for bound in (found.low, found.high))
    return f"{found.estimate:,.{digits}f} [{low}, {high}]"


def million() -> dict[str, float]:
    """One run with a million attempts a day, block by block, in a process of its own: memory is its peak."""
    done = subprocess.run([sys.executable, __file__, "--million"], check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def run_million() -> None:
    """Print attempts, connect rate and memory of the run."""
    scenario = changed(
        hs.load("policy-redial-storm"), {"events.health-code.by_day": MILLION, "run.run_in": "14 d"}
    )
    network = hs.build(changed(scenario, {"run.start": scenario.events["health-code"].start.date()}))
    small = hs.build(hs.load("small-town"))
    hs.summarise_blocks(small, 1, 0)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    kpis = hs.summarise_blocks(network, 1, 0, days=1)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    balance = sum(
        kpis[name].value or 0
        for name in ("requests_abandoned", "requests_invalid", "requests_accepted", "requests_pending")
    )
    assert balance == kpis["requests_offered"].value, "a request was lost"
    answer = {
        "callers": kpis["requests_offered"].value,
        "attempts": kpis["calls_offered"].value,
        "rate": 100 * (kpis["answer_rate"].value or 0),
        "pending": kpis["requests_pending"].value,
        "megabytes": (after - before) / 1024,
    }
    print(json.dumps(answer))


def main() -> None:
    """Write the page."""
    rows = []
    for name in SCENARIOS:
        scenario = hs.load(name)
        found = [figures(scenario, number) for number in range(REPLICATIONS)]
        rows.append([f"`{name}`", *(cell([one[key] for one in found]) for key in COLUMNS.values())])
    table = ["| | " + " | ".join(row[0] for row in rows) + " |", "| --- " * (len(rows) + 1) + "|"]
    for number, heading in enumerate(COLUMNS, 1):
        table.append(f"| {heading} | " + " | ".join(row[number] for row in rows) + " |")
    many = million()
    PAGE.write_text(TEXT.format(table="\n".join(table), replications=REPLICATIONS, **many), encoding="utf-8")


TEXT: Final = """# What events do

Three of the shipped scenarios are days that a hotline is not staffed for. The staff of the baseline
meets them: nobody is called in, nobody works longer. Means of {replications} replications, with 95 %
intervals of the mean over replications in brackets; made by `python docs/tools/events_table.py`. Every
log passed the balances of `hotline_sim.results.conservation`: each caller has given up for good, was no
request, was answered, or became a ticket, and each ticket has its reply.

{table}

* **`summer-storm`**: requests of five days are 1.55 times the usual, 1.86 times on the worst day, as in
  Binzhou in July 2021 [52]. There the connect rate held at 98.8 % by overtime; without overtime it falls
  to what stands above.
* **`lockdown`**: 2.0 times on average, 3.5 times on the worst day, the level of Shanghai in the spring
  of 2022 [49], with longer talk and callers who insist. Hangzhou, with three times its usual calls in
  2020, had a connect rate below 60 % [50].
* **`policy-redial-storm`**: some 80 and 140 times the usual attempts, as in Nanjing in July 2021, where
  "a few in 100" got through [51]. Most attempts are the same people calling again.

The connect rate is answered over offered calls, each redial counted, so it falls faster than the share
of people who are served in the end.

The storm of redials at the size of Nanjing, about a million attempts a day with this city's staff, was
run as well, in blocks of one day: {callers:,.0f} callers made {attempts:,.0f} attempts in two days,
{rate:.2f} % of them were answered, {pending:.0f} requests were undecided at the end, and every request is
accounted for. The run took {megabytes:,.0f} MB of memory beyond what the program itself needs.
"""

if __name__ == "__main__":
    run_million() if "--million" in sys.argv else main()
