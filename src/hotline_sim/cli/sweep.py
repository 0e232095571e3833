"""``hotline-sim sweep``: a scenario with some of its keys varied, in one table with figures.

What is printed is laid out in ``sweep_table.py``; the work itself is that of :mod:`hotline_sim.experiment`.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from hotline_sim.cli.bad_input import Terminated
from hotline_sim.cli.options import NearChoice, examples, lang_option
from hotline_sim.results.definitions import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotline_sim.experiment.design import Design
    from hotline_sim.experiment.sweep import Progress
    from hotline_sim.experiment.table import SweepResult
    from hotline_sim.scenario.schema import Scenario

RESULTS: Final = Path("results")
METHODS: Final = ("grid", "lhs", "sobol")
SHOWN: Final = ("service_level_15s", "abandonment_rate", "reply_rate_within_deadline")
"""Key figures that are printed and drawn if none is asked for."""

_WORDS: Final[dict[str, Wording]] = {
    "sweeping": Wording("runs", "模拟次数"),
    "found": Wording(
        "continuing: {found:,} of {runs:,} runs were done before",
        "继续：共{runs:,}次模拟，此前已完成{found:,}次",
    ),
    "place": Wording("Results in {place}", "结果目录：{place}"),
    "files": Wording(
        "  sweep.parquet: one row for each point, replication and key figure\n"
        "  manifest.json: scenario, design, seed, versions\n"
        "  failures.json: runs that failed ({failed:,})",
        "  sweep.parquet：每个方案、每次重复、每项指标一行\n"
        "  manifest.json：场景、设计、种子、版本\n"
        "  failures.json：失败的模拟（{failed:,}次）",
    ),
    "figures": Wording("  figures: PNG and SVG", "  figures：PNG与SVG"),
    "failed": Wording("{failed:,} failures, the first: {message}", "{failed:,}次失败，第一次：{message}"),
    "kept": Wording(
        "what was done is kept; the same command continues", "已完成的部分已保存；重新运行同一命令即可继续"
    ),
}


@click.command(
    epilog=examples(
        "hotline-sim sweep small-town --vary demand.requests_per_year=x0.8..x1.6:5 -n 10",
        "hotline-sim sweep small-town --vary units.works.staff=1..3 --vary intake.talk.mean=x0.8..x1.2:3",
        "hotline-sim sweep my-city.toml --vary 'units.*.staff=x0.8..x1.2' --design lhs --points 20",
    )
)
@click.argument("scenario")
@click.option(
    "--vary",
    multiple=True,
    required=True,
    metavar="KEY=VALUES",
    help='Key path and its values: "v1,v2,v3", or "low..high", in a grid "low..high:steps". '
    "x1.5 multiplies what stands there. Repeat for more keys.",
)
@click.option(
    "--design",
    type=NearChoice(METHODS),
    default="grid",
    show_default=True,
    help="Every combination, a Latin hypercube, or a Sobol sequence.",
)
@click.option("--points", type=click.IntRange(min=1), help="Points of a Latin hypercube or Sobol sequence.")
@click.option(
    "-n",
    "--replications",
    type=click.IntRange(1, 2**32),
    default=5,
    show_default=True,
    help="Independent replications of every point.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Chance: all points have the same.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Directory for the result; if the sweep was begun there, it is continued.  "
    "[default: results/NAME-sweep-DIGEST; with --json: none]",
)
@click.option(
    "--workers", type=click.IntRange(min=1), help="Threads or processes.  [default: all processors]"
)
@click.option("--processes", is_flag=True, help="Use processes instead of threads.")
@click.option(
    "--cluster",
    metavar="local:N|tcp://HOST:PORT",
    help='Let a Dask cluster do the work (needs the extra "distributed").',
)
@click.option("--kpi", "kpis", multiple=True, metavar="NAME", help="Key figure to print and draw; repeat.")
@click.option("--no-figures", is_flag=True, help="Write no figures.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, nothing else.")
@lang_option
def sweep(
    scenario: str,
    vary: tuple[str, ...],
    design: str,
    points: int | None,
    replications: int,
    seed: int,
    out: Path | None,
    workers: int | None,
    processes: bool,
    cluster: str | None,
    kpis: tuple[str, ...],
    no_figures: bool,
    as_json: bool,
    lang: str,
) -> None:
    """Simulate a scenario with some of its keys varied.

    SCENARIO is a path, or the name of a shipped scenario. All points have the same citizens. A sweep that was
    interrupted continues where it was when the same command is given again. The exit status is 1 if some runs
    failed; the others are in the result.
    """
    from hotline_sim.scenario.load import load

    loaded = load(scenario)
    ranges = _checked(loaded, vary, design, points, seed, kpis, cluster, workers, processes)
    table: Design = ranges.pop("table")
    if out is None and not as_json:
        out = RESULTS / f"{loaded.name}-sweep-{_digest(loaded, table, seed, replications)}"
    settings: dict[str, Any] = {**ranges, "replications": replications, "seed": seed, "out": out}
    try:
        with (
            _executor(cluster, processes=processes) as executor,
            progress_bar(lang, wanted=not as_json) as progress,
        ):
            from hotline_sim.experiment.sweep import sweep as verb

            result = verb(loaded, executor=executor, workers=workers, progress=progress, **settings)
    except (KeyboardInterrupt, Terminated):
        if out is not None:
            with suppress(OSError):  # the terminal may be gone
                click.echo(_WORDS["kept"].text(lang), err=True)
        raise
    shown = kpis or SHOWN
    if out is not None and not no_figures:
        _draw(result, loaded, shown, out, seed, lang)
    if as_json:
        click.echo(_json(result, loaded, seed, replications, kpis))
    else:
        assert out is not None
        _print(result, shown, out, lang, with_figures=not no_figures)
    if result.failures:
        first = result.failures[0].message.splitlines()[0]
        click.echo(_WORDS["failed"].text(lang).format(failed=len(result.failures), message=first), err=True)
        raise click.exceptions.Exit(1)


def _checked(
    loaded: Scenario,
    vary: Sequence[str],
    design: str,
    points: int | None,
    seed: int,
    kpis: Sequence[str],
    cluster: str | None,
    workers: int | None,
    processes: bool,
) -> dict[str, Any]:
    """Arguments of the verb, and the design itself; whatever makes no sense is told before any work."""
    from hotline_sim.experiment.cluster import check_cluster
    from hotline_sim.experiment.design import make_design
    from hotline_sim.experiment.levels import parse_vary
    from hotline_sim.experiment.sweep import check_kpis

    try:
        ranges: dict[str, object] = {}
        for text in vary:
            key, values = parse_vary(text)
            if key in ranges:
                raise ValueError(f"{key} is varied twice; give all its values in one --vary")
            ranges[key] = values
        check_kpis(kpis)
        if cluster is not None:
            check_cluster(cluster)
            if workers is not None or processes:
                raise ValueError("--cluster has its own workers; leave --workers and --processes out")
        table = make_design(loaded, ranges, method=design, points=points, seed=seed)  # type: ignore[arg-type]
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return {"table": table, "vary": ranges, "design": design, "points": points}


def _digest(loaded: Scenario, design: Design, seed: int, replications: int) -> str:
    from hotline_sim.experiment.folder import manifest_of

    found: str = manifest_of(loaded, design, seed=seed, replications=replications)["sweep"]
    return found[:8]


@contextmanager
def _executor(cluster: str | None, *, processes: bool) -> Iterator[Any]:
    if cluster is None:
        yield "processes" if processes else "threads"
        return
    from hotline_sim.experiment.cluster import cluster as open_cluster

    with open_cluster(cluster) as executor:
        yield executor


@contextmanager
def progress_bar(lang: str, *, wanted: bool) -> Iterator[Progress | None]:
    """Progress with the time left, on stderr if that is a terminal; elsewhere only what was found is told."""
    if not wanted:
        yield None
        return

    def tell(found: int, runs: int) -> None:
        if found:
            click.echo(_WORDS["found"].text(lang).format(found=found, runs=runs), err=True)

    if not sys.stderr.isatty():
        is_first = True

        def once(done: int, runs: int) -> None:
            nonlocal is_first
            if is_first:
                tell(done, runs)
            is_first = False

        yield once
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=sys.stderr), refresh_per_second=4, transient=True) as bar:
        tasks: list[Any] = []

        def reached(done: int, runs: int) -> None:
            if not tasks:
                tell(done, runs)
                # What was done before says nothing about how fast it goes now.
                tasks.append(bar.add_task(_WORDS["sweeping"].text(lang), total=runs, completed=done))
            bar.update(tasks[0], completed=done)

        yield reached


def _draw(
    result: SweepResult, loaded: Scenario, kpis: Sequence[str], out: Path, seed: int, lang: str
) -> None:
    """Write the figures into a folder of their own, whole or not at all."""
    from hotline_sim.plot.sweep import Origin, save_sweep_figures

    design = result.design
    origin = Origin(
        scenario=loaded.name,
        title=getattr(loaded.title, lang),
        keys=design.keys,
        design=design.method,
        points=len(design.points),
        seed=seed,
    )
    for leftover in out.glob(".figures-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".figures-", dir=out) as part:
        drawn = Path(part) / "figures"
        drawn.mkdir()
        save_sweep_figures(result.summary(*kpis), kpis, drawn, lang, origin=origin)
        shutil.rmtree(out / "figures", ignore_errors=True)
        drawn.rename(out / "figures")


def _json(result: SweepResult, loaded: Scenario, seed: int, replications: int, kpis: Sequence[str]) -> str:
    design, summary = result.design, result.summary(*kpis)
    rows = [
        {
            "point": int(row["point"]),
            "id": row["id"],
            "values": {key: row[key] for key in design.keys},
            "kpi": row["kpi"],
            "unit": row["unit"],
            "replications": int(row["replications"]),
            "mean": row["mean"] if row["mean"] == row["mean"] else None,
            "half_width": row["half_width"] if row["half_width"] == row["half_width"] else None,
        }
        for row in summary.to_dict("records")
    ]
    document = {
        "scenario": loaded.name,
        "seed": seed,
        "replications": replications,
        "design": {"method": design.method, "keys": list(design.keys), "points": len(design.points)},
        "runs": result.runs,
        "found": result.found,
        "failures": [failure._asdict() for failure in result.failures],
        "summary": rows,
    }
    # ASCII, so that it survives a console of any encoding.
    return json.dumps(document, indent=2, allow_nan=False)


def _print(result: SweepResult, kpis: Sequence[str], out: Path, lang: str, *, with_figures: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    from hotline_sim.cli.sweep_table import print_summary

    console = Console(highlight=False, markup=False, emoji=False)
    print_summary(console, result, kpis, lang)
    console.print()
    console.print(Text(_WORDS["place"].text(lang).format(place=out)), soft_wrap=True)
    console.print(Text(_WORDS["files"].text(lang).format(failed=len(result.failures))), soft_wrap=True)
    if with_figures:
        console.print(Text(_WORDS["figures"].text(lang)))
