"""``hotline-sim goodness``: records among many simulations of the same days, with a verdict.

The work is that of :mod:`hotline_sim.experiment.goodness`; what is printed is made in ``goodness_table.py``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from hotline_sim.cli.options import Day, examples, lang_option
from hotline_sim.cli.study_options import usage_errors

if TYPE_CHECKING:
    from datetime import date

    from hotline_sim.cli.progress import Meter
    from hotline_sim.experiment.goodness import Goodness
    from hotline_sim.records.read import Records
    from hotline_sim.results.log import TicketLog

RESULTS: Final = Path("results")


@click.command(
    epilog=examples(
        "hotline-sim goodness my-city.toml calls-2024.csv --profile my-profile.toml",
        "hotline-sim goodness fitted.toml 2018.csv --profile taipei-1999 --from 2018-07-01 --lang zh",
        "hotline-sim goodness fit/bank.toml calls.csv.gz --profile bank-calls --variants fit/variants.json",
        "hotline-sim goodness small-town results/small-town-seed7-r0 -n 200 --json",
    )
)
@click.argument("scenario")
@click.argument("files", metavar="RECORDS...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--profile",
    help="How the records are laid out: a shipped profile, or a TOML file. Not for a result directory.",
)
@click.option(
    "--from",
    "start",
    type=Day(),
    metavar="DATE",
    help="First day that is compared.  [default: that of the records]",
)
@click.option(
    "--to",
    "end",
    type=Day(),
    metavar="DATE",
    help="Day after the last one that is compared.  [default: that of the records]",
)
@click.option(
    "-n",
    "--replications",
    type=click.IntRange(39, 2**32),
    default=100,
    show_default=True,
    help="Simulations, at least 39.",
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Chance.")
@click.option(
    "--variants",
    "variants_from",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="JSON list of changes of the scenario, drawn from the law of its estimates.",
)
@click.option("--encoding", help="Encoding of text files.  [default: from the profile, or found out]")
@click.option("--workers", type=click.IntRange(min=1), help="Threads.  [default: all processors]")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Directory for the result.  [default: one in results; with --json: none]",
)
@click.option("--force", is_flag=True, help="Replace an earlier result in that directory.")
@click.option("--no-figures", is_flag=True, help="Write no figures.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, nothing else.")
@lang_option
def goodness(
    scenario: str,
    files: tuple[Path, ...],
    profile: str | None,
    start: date | None,
    end: date | None,
    replications: int,
    seed: int,
    variants_from: Path | None,
    encoding: str | None,
    workers: int | None,
    out: Path | None,
    force: bool,
    no_figures: bool,
    as_json: bool,
    lang: str,
) -> None:
    """Compare records with many simulations of the same days.

    SCENARIO is a path, or the name of a shipped scenario. RECORDS are files as for hotline-sim records, with
    --profile; or one result directory of records or of a run. The scenario is simulated over the days of the
    records, and each number of the records is set among those of the simulations: key figures, quantiles,
    distances of distributions, arrivals by hour and day.

    The exit status is 1 if the records lie farther beyond the 95 % bands, all numbers together, than 95 % of
    the simulations do.
    """
    from hotline_sim.cli.forecast import read_variants
    from hotline_sim.cli.goodness_table import print_goodness
    from hotline_sim.cli.progress import meter
    from hotline_sim.experiment.goodness import goodness as verb
    from hotline_sim.results.directory import check_free
    from hotline_sim.scenario.load import load

    loaded = load(scenario)
    variants = None if variants_from is None else read_variants(variants_from)
    if out is None and not as_json:
        out = RESULTS / f"{loaded.name}-goodness-seed{seed}"
    if out is not None:
        check_free(out, force=force)
    with meter(lang, wanted=not as_json) as progress:
        records = _records(files, profile, encoding, progress)
        progress.stage("replications", replications)
        with usage_errors():
            result = verb(
                loaded,
                records,
                start=start,
                end=end,
                replications=replications,
                variants=variants,
                seed=seed,
                workers=workers,
                progress=lambda done, _: progress.reached(done),
            )
        if out is not None:
            progress.stage("files")
            result.save(out, lang=lang, force=force, figures=not no_figures)
        progress.finish()
    if as_json:
        click.echo(_json(result))
    else:
        assert out is not None
        print_goodness(result, lang, out, figures=not no_figures)
    if not result.passes:
        raise click.exceptions.Exit(1)


def _records(
    files: tuple[Path, ...], profile: str | None, encoding: str | None, progress: Meter
) -> Records | TicketLog:
    from hotline_sim.records.read import read_records
    from hotline_sim.results.store import load_log

    if profile is None:
        if len(files) == 1 and files[0].is_dir():
            return load_log(files[0])
        raise click.UsageError("--profile: is needed to read files; without it, name one result directory")
    progress.stage("read", 1000)
    return read_records(
        list(files), profile, encoding=encoding, progress=lambda share: progress.reached(1000 * share)
    )


def _json(result: Goodness) -> str:
    from hotline_sim.experiment.goodness_files import facts_of, plain

    facts = facts_of(result)
    wanted = ("scenario", "records", "start", "end", "replications", "seed", "engine", "verdict")
    document: dict[str, Any] = {key: facts[key] for key in wanted}
    for name in ("bands", "coverage", "hours", "days", "abandonment"):
        rows = getattr(result, name).to_dict("records")
        document[name] = [{str(key): plain(value) for key, value in row.items()} for row in rows]
    document["left_out"] = [
        {"name": one.name, "facts": list(one.facts), "no_value_in": one.where or None}
        for one in result.left_out
    ]
    # ASCII, so that it survives a console of any encoding.
    return json.dumps(document, indent=2, allow_nan=False)
