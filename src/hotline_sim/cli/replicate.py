"""``hotline-sim replicate``: replications of a scenario, with intervals.

What is printed is laid out in ``study_table.py``; the work is that of :mod:`hotline_sim.experiment`.
"""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any, Final, cast

import click

from hotline_sim.cli.options import examples
from hotline_sim.cli.study_options import RESULTS, check_names, kept_runs, plain, study_options, usage_errors
from hotline_sim.results.definitions import Wording

if TYPE_CHECKING:
    from pathlib import Path

    from hotline_sim.cli.progress import Meter
    from hotline_sim.engines.simulate import EngineName
    from hotline_sim.experiment.replicate import Replications
    from hotline_sim.experiment.run_in import RunIn
    from hotline_sim.scenario.schema import Scenario

_WORDS: Final[dict[str, Wording]] = {
    "place": Wording("Results in {place}", "结果目录：{place}"),
    "files": Wording(
        "  summary.csv: means, intervals; replications.csv and .parquet: every one\n"
        "  manifest.json: scenario, seed, versions; stress-des.md: reporting checklist",
        "  summary.csv：均值与区间；replications.csv、replications.parquet：每次重复\n"
        "  manifest.json：场景、种子、版本；stress-des.md：报告清单",
    ),
    "figures": Wording("  figures: PNG and SVG", "  figures：PNG与SVG"),
}


@click.command(
    epilog=examples(
        "hotline-sim replicate small-town -n 50",
        "hotline-sim replicate guangyuan-2021 --precision 2% --kpi answer_rate --kpi response_time_mean",
        "hotline-sim replicate my-city.toml --warm-up --lang zh --out study",
    )
)
@click.argument("scenario")
@study_options
@click.option(
    "--precision",
    metavar="SHARE",
    help="Go on until the half-width of each 95 % interval is this share of the mean, such as 2%.",
)
@click.option(
    "--max-replications",
    type=click.IntRange(1, 2**32),
    default=1000,
    show_default=True,
    help="Where the search for a precision ends.",
)
@click.option(
    "--warm-up", is_flag=True, help="Also tell whether the scenario's run-in is long enough (MSER-5)."
)
def replicate(
    scenario: str,
    n: int,
    seed: int,
    engine: str,
    kpis: tuple[str, ...],
    workers: int | None,
    processes: bool,
    out: Path | None,
    force: bool,
    no_figures: bool,
    as_json: bool,
    lang: str,
    precision: str | None,
    max_replications: int,
    warm_up: bool,
) -> None:
    """Simulate a scenario many times: key figures with intervals.

    SCENARIO is a path, or the name of a shipped scenario. Each key figure is printed with the mean over
    replications, its 95 % interval, and how much it varies; tables, figures and a checklist for a report go
    to a directory. If it is interrupted, the same command goes on where it was. The exit status is 1 if a
    precision was asked for and not reached.
    """
    from hotline_sim.cli.progress import meter
    from hotline_sim.errors import PrecisionWarning
    from hotline_sim.results.directory import check_free
    from hotline_sim.scenario.load import load

    loaded = load(scenario)
    check_names(kpis)
    rule = _rule(precision, kpis, n, max_replications)
    if out is None and not as_json:
        out = RESULTS / f"{loaded.name}-replications-seed{seed}"
    if out is not None:
        check_free(out, force=force)
    run_in = None
    with (
        kept_runs(out, lang) as keep,
        meter(lang, wanted=not as_json) as progress,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore", PrecisionWarning)  # the table tells it, in the person's language
        result = _replicated(
            loaded,
            progress,
            replications=n,
            seed=seed,
            precision=rule,
            kpis=kpis,
            max_replications=max_replications,
            engine=cast("EngineName", engine),
            executor="processes" if processes else "threads",
            workers=workers,
            keep=keep,
        )
        if warm_up:
            run_in = _checked_run_in(loaded, seed, cast("EngineName", engine), progress)
        if out is not None:
            _write(result, out, lang, kpis, run_in, progress, force=force, figures=not no_figures)
    if as_json:
        click.echo(_json(result, kpis, run_in))
    else:
        _print(result, kpis, run_in, lang, out, figures=not no_figures)
    if rule is not None and not result.is_met:
        raise click.exceptions.Exit(1)


def _rule(precision: str | None, kpis: tuple[str, ...], n: int, most: int) -> Any:
    from hotline_sim.experiment.replicate import rule_of

    with usage_errors():
        rule = rule_of(precision, kpis)
        if rule is not None and most < n:
            raise ValueError(f"--max-replications: got {most}, must be at least -n, which is {n}")
    return rule


def _replicated(loaded: Scenario, progress: Meter, **settings: Any) -> Replications:
    from hotline_sim.experiment.replicate import replicate as verb

    most = settings["replications"] if settings["precision"] is None else settings["max_replications"]
    progress.stage("replications", most)
    with usage_errors():
        return verb(loaded, progress=lambda done, _: progress.reached(done), **settings)


def _checked_run_in(loaded: Scenario, seed: int, engine: EngineName, progress: Meter) -> RunIn:
    from hotline_sim.experiment.run_in import REPLICATIONS, check_run_in

    progress.stage("run-in", REPLICATIONS)
    return check_run_in(loaded, seed=seed, engine=engine, progress=lambda done, _: progress.reached(done))


def _write(
    result: Replications,
    out: Path,
    lang: str,
    kpis: tuple[str, ...],
    run_in: RunIn | None,
    progress: Meter,
    **how: bool,
) -> None:
    from hotline_sim.experiment.study_files import save_replications

    progress.stage("files")
    save_replications(result, out, lang=lang, kpis=kpis, run_in=run_in, **how)


def _json(result: Replications, kpis: tuple[str, ...], run_in: RunIn | None) -> str:
    from hotline_sim.experiment.stopping import Precision
    from hotline_sim.experiment.study_files import run_in_facts

    document: dict[str, Any] = {
        "scenario": result.scenario.name,
        "seed": result.seed,
        "engine": result.engine,
        "replications": result.count,
    }
    if isinstance(result.rule, Precision):
        errors = result.rule.reached(result.columns)
        document["precision"] = {
            "relative": result.rule.relative,
            "is_met": result.is_met,
            "reached": {kpi: plain(error) for kpi, error in errors.items()},
            "needed": result.rule.needed(result.columns),
        }
    if run_in is not None:
        document["run_in"] = run_in_facts(run_in)
    rows = result.summary(*kpis).to_dict("records")
    document["summary"] = [{str(name): plain(value) for name, value in row.items()} for row in rows]
    # ASCII, so that it survives a console of any encoding.
    return json.dumps(document, indent=2, allow_nan=False)


def _print(
    result: Replications,
    kpis: tuple[str, ...],
    run_in: RunIn | None,
    lang: str,
    out: Path | None,
    *,
    figures: bool,
) -> None:
    from rich.console import Console
    from rich.text import Text

    from hotline_sim.cli.study_table import precision_lines, print_replications, run_in_line

    console = Console(highlight=False, markup=False, emoji=False)
    print_replications(console, result, kpis, lang)
    lines = precision_lines(result, lang)
    if run_in is not None:
        lines.append(run_in_line(run_in, lang))
    for line in lines:
        console.print()
        console.print(Text(line))
    console.print()
    console.print(Text(_WORDS["place"].text(lang).format(place=out)), soft_wrap=True)
    console.print(Text(_WORDS["files"].text(lang)), soft_wrap=True)
    if figures:
        console.print(Text(_WORDS["figures"].text(lang)))
