"""Write the table of ``benchmarks/README.md`` from the newest run that was kept.

The two commands::

    python -m pytest benchmarks --benchmark-only --benchmark-autosave
    python benchmarks/table.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

README: Final = Path(__file__).with_name("README.md")
RUNS: Final = Path(__file__).parents[1] / ".benchmarks"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"

ROWS: Final = {
    "test_command.py::test_help": ("`hotline-sim --help`", "0.3 s"),
    "test_command.py::test_run_the_baseline": (
        "`hotline-sim run guangyuan-2021 --engine des`, with files and figures",
        "90 s, 1 GB",
    ),
    "test_scenario.py::test_load_the_baseline": ("load the baseline", "–"),
    "test_scenario.py::test_build_the_baseline": ("build its network", "–"),
    "test_draws.py::test_uniforms": ("a million addressed uniforms", "–"),
    "test_draws.py::test_draw_a_year": ("draw a year of the baseline", "–"),
    "test_des.py::test_small_town": ("SimPy engine, small town", "60 µs a visit"),
    "test_des.py::test_year_of_the_baseline": ("SimPy engine, year of the baseline", "60 µs a visit"),
    "test_results.py::test_log_of_a_year": ("ticket log of a year", "–"),
    "test_results.py::test_kpis_of_a_year": ("key figures of a year", "–"),
    "test_sweep.py::test_sweep_of_the_small_town": ("sweep of the small town, 128 runs, one thread", "–"),
    "test_sweep.py::test_thousand_years_of_the_baseline": (
        "sweep of the baseline, 1,000 years, 2 cores",
        "40 s, 500 MB",
    ),
}
"""What each benchmark is called for people, and its budget; the tables of ``fifo.md`` are not among them."""

SECONDS: Final = {"ns": 1e9, "µs": 1e6}


def main() -> None:
    """Put the table of the newest run into the README."""
    newest = max(RUNS.rglob("*.json"), key=lambda path: path.stat().st_mtime)
    run = json.loads(newest.read_text(encoding="utf-8"))
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    README.write_text(f"{before}{BEGIN}\n{table(run)}\n{END}{after}", encoding="utf-8")


def table(run: dict[str, Any]) -> str:
    """Markdown table of a run, and the machine it was made on."""
    found = {Path(benchmark["fullname"]).name: benchmark for benchmark in run["benchmarks"]}
    lines = ["| what | best | for each | budget |", "| --- | ---: | ---: | --- |"]
    for name, (label, budget) in ROWS.items():
        if name not in found:
            raise SystemExit(f"the newest run lacks {name}; run all benchmarks")
        lines.append(f"| {label} | {_best(found[name])} | {_each(found[name])} | {budget} |")
    machine = run["machine_info"]
    about = (
        f"{run['datetime'][:10]}, {machine['cpu'].get('count', '?')} cores, "
        f"{machine['python_implementation']} {machine['python_version']}, {machine['system']}"
    )
    return "\n".join([f"Measured {about}.", "", *lines])


def _best(benchmark: dict[str, Any]) -> str:
    best = benchmark["stats"]["min"]
    text = f"{best * 1000:.1f} ms" if best < 1 else f"{best:.1f} s"
    peak = benchmark["extra_info"].get("peak_mb")
    return f"{text}, {peak:.0f} MB" if peak else text


def _each(benchmark: dict[str, Any]) -> str:
    info = benchmark["extra_info"]
    if "of" not in info:
        return "–"
    number = benchmark["stats"]["min"] / info["of"] * SECONDS[info["unit"].split()[0]]
    return f"{number:.1f} {info['unit']}"


if __name__ == "__main__":
    main()
