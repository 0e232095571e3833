"""``hotline-sim compare``: scenarios side by side under common random numbers.

What is printed is laid out in ``study_table.py``; the work is that of :mod:`hotline_sim.experiment`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import click

from hotline_sim.cli.options import examples
from hotline_sim.cli.study_options import RESULTS, check_names, kept_runs, plain, study_options, usage_errors
from hotline_sim.results.definitions import Wording

if TYPE_CHECKING:
    from hotline_sim.engines.simulate import EngineName
    from hotline_sim.experiment.compare import Comparison

_WORDS: Final[dict[str, Wording]] = {
    "place": Wording("Results in {place}", "结果目录：{place}"),
    "files": Wording(
        "  differences.csv: differences, intervals; comparison.parquet: every value\n"
        "  manifest.json: scenarios, seed, versions; stress-des.md: reporting checklist",
        "  differences.csv：差值与区间；comparison.parquet：每次重复\n"
        "  manifest.json：场景、种子、版本；stress-des.md：报告清单",
    ),
    "best": Wording("  best.csv: comparison with the best", "  best.csv：与最优者的比较"),
    "figures": Wording("  figures: PNG and SVG", "  figures：PNG与SVG"),
}


@click.command(
    epilog=examples(
        "hotline-sim compare small-town my-town.toml",
        "hotline-sim compare now.toml operators.toml dispatchers.toml -n 50 --kpi answer_rate --lang zh",
    )
)
@click.argument("scenarios", nargs=-1, required=True, metavar="A B [C ...]")
@study_options
def compare(
    scenarios: tuple[str, ...],
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
) -> None:
    """Simulate the same replications of two or more scenarios: paired differences.

    A, B and so on are paths, or names of shipped scenarios; all are held against the first. Every difference
    is printed with its paired 95 % interval, the correlation that common random numbers reached, and what
    they saved. Three or more are also compared with the best of them. If it is interrupted, the same command
    goes on where it was.
    """
    from hotline_sim.cli.progress import meter
    from hotline_sim.experiment.compare import compare as verb
    from hotline_sim.experiment.compare import distinct_names
    from hotline_sim.experiment.study_files import save_comparison
    from hotline_sim.results.directory import check_free
    from hotline_sim.scenario.load import load

    if len(scenarios) < 2:
        raise click.UsageError("give at least two scenarios")
    if n < 2:
        raise click.UsageError(f"-n: got {n}, must be at least 2")
    loaded = [load(scenario) for scenario in scenarios]
    check_names(kpis)
    names = distinct_names([Path(scenario).stem for scenario in scenarios])
    if out is None and not as_json:
        out = RESULTS / f"{names[0]}-against-{names[1]}-seed{seed}"
    if out is not None:
        check_free(out, force=force)
    with kept_runs(out, lang) as keep, meter(lang, wanted=not as_json) as progress:
        progress.stage("replications", n)
        with usage_errors():
            result = verb(
                *loaded,
                replications=n,
                names=names,
                kpis=kpis,
                seed=seed,
                engine=cast("EngineName", engine),
                executor="processes" if processes else "threads",
                workers=workers,
                keep=keep,
                progress=lambda done, _: progress.reached(done),
            )
        if out is not None:
            progress.stage("files")
            save_comparison(result, out, lang=lang, kpis=kpis, force=force, figures=not no_figures)
    if as_json:
        click.echo(_json(result, kpis))
    else:
        _print(result, kpis, lang, out, figures=not no_figures)


def _json(result: Comparison, kpis: tuple[str, ...]) -> str:
    document: dict[str, Any] = {
        "scenarios": list(result.scenarios),
        "same_citizens": result.same_citizens,
        "seed": result.seed,
        "engine": result.engine,
        "replications": result.count,
        "differences": _rows(result.summary(*kpis)),
    }
    if len(result.scenarios) > 2:
        from hotline_sim.experiment.compare import direction

        known = [kpi for kpi in kpis if direction(kpi)]
        document["best"] = _rows(result.best(*known)) if known or not kpis else []
    # ASCII, so that it survives a console of any encoding.
    return json.dumps(document, indent=2, allow_nan=False)


def _rows(frame: Any) -> list[dict[str, Any]]:
    return [{str(name): plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _print(result: Comparison, kpis: tuple[str, ...], lang: str, out: Path | None, *, figures: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    from hotline_sim.cli.study_table import print_best, print_differences

    console = Console(highlight=False, markup=False, emoji=False)
    print_differences(console, result, kpis, lang)
    if len(result.scenarios) > 2:
        print_best(console, result, kpis, lang)
    console.print()
    console.print(Text(_WORDS["place"].text(lang).format(place=out)), soft_wrap=True)
    console.print(Text(_WORDS["files"].text(lang)), soft_wrap=True)
    if len(result.scenarios) > 2:
        console.print(Text(_WORDS["best"].text(lang)))
    if figures:
        console.print(Text(_WORDS["figures"].text(lang)))
