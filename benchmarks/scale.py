"""Cost against size: the baseline city from a tenth to a hundred times its size, in bounded memory.

Run with ``python benchmarks/scale.py``; each size runs in a process of its own, so that its peak memory
can be told. Operators, desks and handlers grow with the volume, so that the load stays the same.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

import hotline_sim as hs
from hotline_sim.engines.core.stream import summarise_blocks
from hotline_sim.scenario.schema import Scenario
from hotline_sim.scenario.write import to_tables

SIZES = (0.1, 1.0, 10.0, 105.3)


def city(size: float) -> Scenario:
    """The baseline with so many times its requests and its people."""
    tables = to_tables(hs.load("guangyuan-2021"))
    tables["demand"]["requests_per_year"] *= size
    for team in tables["teams"].values():
        for shift in team["shifts"]:
            shift["agents"] = max(1, round(shift["agents"] * size))
    for unit in tables["units"].values():
        unit["staff"] = max(1, round(unit["staff"] * size))
    tables["hard_cases"]["leaders"] = max(1, round(tables["hard_cases"]["leaders"] * size))
    tables["hard_cases"]["meeting"]["cases"] = max(1, round(tables["hard_cases"]["meeting"]["cases"] * size))
    tables["mediation"]["disputes_per_year"] *= size
    tables["mediation"]["mediators"] = max(1, round(tables["mediation"]["mediators"] * size))
    return Scenario.model_validate(tables)


def measure(size: float) -> dict[str, float]:
    """Seconds, peak megabytes and tickets of one year, drawn and run in blocks."""
    network = hs.build(city(size))
    warm = hs.build(hs.load("small-town"))
    summarise_blocks(warm, 1, 0)  # compile, or load from disk
    begin = time.process_time()
    kpis = summarise_blocks(network, 1, 0)
    seconds = time.process_time() - begin
    assert kpis["reply_rate"].value == 1.0
    accepted = kpis["requests_accepted"].value
    assert accepted is not None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "size": size,
        "accepted": accepted,
        "answer_rate": kpis["answer_rate"].value or 0.0,
        "seconds": seconds,
        "microseconds_a_request": seconds / accepted * 1e6,
        "peak_mb": peak,
    }


def main() -> None:
    """Print one line a size."""
    if len(sys.argv) > 1:
        print(json.dumps(measure(float(sys.argv[1]))))
        return
    print("| accepted requests a year | CPU seconds | microseconds a request | peak MB | answer rate |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for size in SIZES:
        out = subprocess.run(
            [sys.executable, __file__, str(size)], check=True, capture_output=True, text=True
        ).stdout
        row = json.loads(out.splitlines()[-1])
        print(
            f"| {row['accepted']:,.0f} | {row['seconds']:.2f} | {row['microseconds_a_request']:.2f} | "
            f"{row['peak_mb']:.0f} | {row['answer_rate']:.4f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
