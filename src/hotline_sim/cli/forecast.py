"""``hotline-sim forecast``: calls, load, tickets and backlog of the coming weeks, with bands.

The work is that of :mod:`hotline_sim.experiment.forecast`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from hotline_sim.cli.options import Day, examples, lang_option
from hotline_sim.results.definitions import Wording

if TYPE_CHECKING:
    from datetime import date

    from hotline_sim.experiment.forecast import Forecast

RESULTS: Final = Path("results")
_SHOWN: Final = ("requests", "calls", "peak_load", "tickets", "backlog")
_WORDS: Final[dict[str, Wording]] = {
    "title": Wording(
        "{title}: {weeks} weeks from {start}; median of {count} futures, below it the range of 80 % of them",
        "{title}：自{start}起{weeks}周；{count}种情形的中位数，其下为其中80%的范围",
    ),
    "week": Wording("Week from", "周起始"),
    "requests": Wording("Requests", "诉求量"),
    "calls": Wording("Calls", "呼入量"),
    "peak_load": Wording("Peak erlang", "最忙erlang"),
    "tickets": Wording("Tickets", "工单"),
    "backlog": Wording("Open at end", "周末在办"),
    "open": Wording("{count:,} tickets open at the start were added.", "已计入起始时在办的{count:,}件工单。"),
    "place": Wording("Results in {place}", "结果目录：{place}"),
    "files": Wording(
        "  by-day.csv, by-week.csv: bands of 50, 80 and 95 %; futures.parquet: every future\n"
        "  manifest.json: scenario, seed, versions",
        "  by-day.csv、by-week.csv：50%、80%、95%范围；futures.parquet：每种情形\n"
        "  manifest.json：场景、种子、版本",
    ),
    "figures": Wording("  figures: PNG and SVG", "  figures：PNG与SVG"),
}


@click.command(
    epilog=examples(
        "hotline-sim forecast small-town --weeks 8",
        "hotline-sim forecast my-city.toml --start 2026-03-02 --open results/records-tickets-2024 --lang zh",
        "hotline-sim forecast my-city.toml --variants fit/variants.json -n 400 --json",
    )
)
@click.argument("scenario")
@click.option("--weeks", type=click.IntRange(1, 104), default=8, show_default=True, help="Number of weeks.")
@click.option(
    "--start",
    type=Day(),
    metavar="DATE",
    help="First day, such as 2026-03-02.  [default: run.start of the scenario]",
)
@click.option(
    "--open",
    "open_from",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Result directory of records or of a run: its tickets open at the start are added.",
)
@click.option(
    "--variants",
    "variants_from",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="JSON list of changes of the scenario, drawn from the law of its estimates.",
)
@click.option(
    "-n",
    "--replications",
    type=click.IntRange(2, 2**32),
    default=200,
    show_default=True,
    help="Simulated futures.",
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Chance.")
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
def forecast(
    scenario: str,
    weeks: int,
    start: date | None,
    open_from: Path | None,
    variants_from: Path | None,
    replications: int,
    seed: int,
    out: Path | None,
    force: bool,
    no_figures: bool,
    as_json: bool,
    lang: str,
) -> None:
    """Forecast the coming weeks by simulating many futures.

    SCENARIO is a path, or the name of a shipped scenario. Printed are medians and the range of 80 % of the
    futures by week; bands of 50, 80 and 95 % by day and week and figures go to a directory.
    """
    from hotline_sim.cli.progress import meter
    from hotline_sim.experiment.forecast import forecast as verb
    from hotline_sim.experiment.forecast_files import save_forecast
    from hotline_sim.results.directory import check_free
    from hotline_sim.results.store import load_log
    from hotline_sim.scenario.load import load

    loaded = load(scenario)
    variants = None if variants_from is None else read_variants(variants_from)
    if out is None and not as_json:
        out = RESULTS / f"{loaded.name}-forecast-{start or loaded.run.start}-seed{seed}"
    if out is not None:
        check_free(out, force=force)
    log = None if open_from is None else load_log(open_from)
    with meter(lang, wanted=not as_json) as progress:
        progress.stage("replications", replications)
        result = verb(
            loaded,
            weeks=weeks,
            start=start,
            open_tickets=log,
            variants=variants,
            replications=replications,
            seed=seed,
            progress=lambda done, _: progress.reached(done),
        )
        if out is not None:
            progress.stage("files")
            save_forecast(result, out, lang=lang, force=force, figures=not no_figures)
    if as_json:
        click.echo(_json(result))
    else:
        _print(result, weeks, lang, out, figures=not no_figures)


def read_variants(path: Path) -> list[dict[str, Any]]:
    """Changes of a scenario from a JSON file, one mapping for each variant.

    Raises
    ------
    click.UsageError
        If it cannot be read, or holds something else.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise click.UsageError(f"--variants: {path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise click.UsageError(f"--variants: {path} is no JSON: {error}") from None
    if not (isinstance(found, list) and found and all(isinstance(one, dict) for one in found)):
        raise click.UsageError(f"--variants: {path} must hold a list of objects, key path and value")
    return found


def _json(result: Forecast) -> str:
    from hotline_sim.experiment.forecast_files import facts_of

    facts = facts_of(result)
    document = {
        key: facts[key]
        for key in ("scenario", "start", "days", "replications", "seed", "engine", "open_tickets", "bands")
    }
    for by in ("day", "week"):
        rows = result.table(by)
        rows["date"] = rows["date"].astype(str)
        document[f"by_{by}"] = rows.to_dict("records")
    # ASCII, so that it survives a console of any encoding.
    return json.dumps(document, indent=2, allow_nan=False)


def _print(result: Forecast, weeks: int, lang: str, out: Path | None, *, figures: bool) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    text = _WORDS["title"].text(lang)
    title = getattr(result.scenario.title, lang)
    count = result.replications
    heading = text.format(title=title, weeks=weeks, start=result.start, count=count)
    console.print(Text(heading), soft_wrap=True)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(_WORDS["week"].text(lang), no_wrap=True)
    rows = result.table("week").set_index(["quantity", "date"])
    shown = [name for name in _SHOWN if result.paths[name].any()]
    for name in shown:
        table.add_column(_WORDS[name].text(lang), justify="right", no_wrap=True)
    for day in rows.loc["requests"].index:
        cells = [rows.loc[(name, day)] for name in shown]
        table.add_row(
            str(day), *(f"{_number(c['median'])}\n{_number(c.low_80)}–{_number(c.high_80)}" for c in cells)
        )
    console.print(table)
    if result.open_tickets:
        console.print(Text(_WORDS["open"].text(lang).format(count=result.open_tickets)))
    console.print(Text(_WORDS["place"].text(lang).format(place=out)), soft_wrap=True)
    console.print(Text(_WORDS["files"].text(lang)), soft_wrap=True)
    if figures:
        console.print(Text(_WORDS["figures"].text(lang)))


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 20 else f"{value:.2f}"
