"""``hotline-sim run``: one replication of a scenario, with its key figures, figures and files.

What is printed is laid out in ``kpi_table.py`` and ``summary.py``; the result directory is written by
:mod:`hotline_sim.results.store`.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import click

from hotline_sim.cli.bad_input import Terminated
from hotline_sim.cli.options import NearChoice, examples, lang_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotline_sim.cli.progress import Meter
    from hotline_sim.engines.simulate import EngineName
    from hotline_sim.results.log import TicketLog
    from hotline_sim.results.view import Kpi
    from hotline_sim.scenario.schema import Scenario

ENGINES: Final = ("auto", "des", "core")
"""As in ``engines/simulate.py``, which is too heavy to import for ``--help``."""

RESULTS: Final = Path("results")

_FILES: Final = {
    "en": (
        "Results in {place}",
        "  tickets.parquet, visits.parquet, staffing.parquet: the ticket log",
        "  kpis.json: key figures; manifest.json: scenario, seed, versions",
    ),
    "zh": (
        "结果目录：{place}",
        "  tickets.parquet、visits.parquet、staffing.parquet：工单日志",
        "  kpis.json：指标；manifest.json：场景、种子、版本",
    ),
}
_FIGURES: Final = {"en": "  figures: {names}, as PNG and SVG", "zh": "  figures：{names}，PNG与SVG"}
_BREAKS: Final = {"en": "What breaks", "zh": "存在的问题"}


@click.command(
    epilog=examples(
        "hotline-sim run small-town",
        "hotline-sim run guangyuan-2021 --seed 7 --lang zh --out seven",
        "hotline-sim run my-city.toml --json > kpis.json",
    )
)
@click.argument("scenario")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Chance: the same seed gives the same tickets.",
)
@click.option(
    "--replication",
    type=click.IntRange(0, 2**32 - 1),  # a word of 32 bits in the key of the draws
    default=0,
    show_default=True,
    help="Number of the repetition under this seed.",
)
@click.option(
    "--engine",
    type=NearChoice(ENGINES),
    default="auto",
    show_default=True,
    help='"des" is the SimPy model, "core" the compiled loop, "auto" the faster that can do the scenario.',
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Directory for the result.  [default: results/NAME-seedSEED-rREPLICATION; with --json: none]",
)
@click.option("--force", is_flag=True, help="Replace an earlier result in that directory.")
@click.option("--no-figures", is_flag=True, help="Write no figures.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the key figures as one JSON object, nothing else."
)
@lang_option
def run(
    scenario: str,
    seed: int,
    replication: int,
    engine: str,
    out: Path | None,
    force: bool,
    no_figures: bool,
    as_json: bool,
    lang: str,
) -> None:
    """Simulate a scenario once: key figures, figures, ticket log.

    SCENARIO is a path, or the name of a shipped scenario. The key figures are printed; ticket log, key
    figures and figures go to a directory, written whole or not at all.
    """
    from hotline_sim.cli.progress import meter
    from hotline_sim.results.directory import check_free
    from hotline_sim.scenario.load import load

    loaded = load(scenario)
    if out is None and not as_json:
        out = RESULTS / f"{loaded.name}-seed{seed}-r{replication}"
    if out is not None:
        check_free(out, force=force)
    before = _identity(out)
    try:
        with meter(lang, wanted=not as_json) as progress:
            log = _simulated(loaded, seed, replication, cast("EngineName", engine), progress)
            kpis = _measured(log, progress)
            if out is not None:
                _write(log, kpis, loaded, out, lang, progress, force=force, with_figures=not no_figures)
    except (KeyboardInterrupt, Terminated):
        with suppress(OSError):  # the terminal may be gone
            is_written = _identity(out) not in (None, before)
            click.echo(f"the result is complete: {out}" if is_written else "no result was written", err=True)
        raise
    if as_json:
        click.echo(_json(log, kpis))
    else:
        _print(
            log, kpis, loaded, lang, [] if out is None else _places(out, lang, with_figures=not no_figures)
        )


def _identity(directory: Path | None) -> int | None:
    """What tells a directory from an earlier one of that name; None if there is none."""
    try:
        return None if directory is None else directory.stat().st_ino
    except OSError:
        return None


def _simulated(
    loaded: Scenario, seed: int, replication: int, engine: EngineName, progress: Meter
) -> TicketLog:
    from hotline_sim.engines.simulate import simulate

    progress.stage("simulate", _expected_contacts(loaded))
    return simulate(loaded, seed=seed, replication=replication, engine=engine, progress=progress.reached)


def _expected_contacts(loaded: Scenario) -> float:
    """Contacts from the start of the run-in to the end of the window, about: without season and chance."""
    span = loaded.run
    days = (span.end - span.start).days + span.run_in.ticks() / 86_400_000
    contacts = sum(
        channel.share / max(1 - channel.invalid_share, 0.01) for channel in loaded.channels.values()
    )
    return loaded.demand.requests_per_year * days / 365 * contacts


def _measured(log: TicketLog, progress: Meter) -> dict[str, Kpi]:
    from hotline_sim.results.kpis import check_conservation, kpis

    progress.stage("kpis")
    check_conservation(log)
    return kpis(log)


def _write(
    log: TicketLog,
    kpis: Mapping[str, Kpi],
    loaded: Scenario,
    out: Path,
    lang: str,
    progress: Meter,
    *,
    force: bool,
    with_figures: bool,
) -> None:
    from hotline_sim.results.provenance import provenance
    from hotline_sim.results.store import save
    from hotline_sim.scenario.write import digest, to_toml

    def draw(folder: Path) -> None:
        from hotline_sim.network.build import build_days
        from hotline_sim.plot.figures import FIGURES, save_figures

        progress.stage("figures", len(FIGURES))
        drawn: list[str] = []

        def count(name: str) -> None:
            drawn.append(name)
            progress.reached(len(drawn))

        title = getattr(loaded.title, lang)
        save_figures(log, folder, lang, title=title, days=build_days(loaded), drawn=count)

    progress.stage("files")
    core_digest = None
    if log.meta.engine == "core":
        from hotline_sim.engines.core.compiler import sources_digest

        core_digest = sources_digest()
    origin = provenance(
        log, scenario_text=to_toml(loaded), scenario_digest=digest(loaded), core_digest=core_digest
    )
    save(log, kpis, out, provenance=origin, force=force, figures=draw if with_figures else None)


def _json(log: TicketLog, kpis: Mapping[str, Kpi]) -> str:
    from hotline_sim.results.store import kpis_as_dict

    meta = log.meta
    document = {
        "scenario": meta.scenario,
        "seed": meta.seed,
        "replication": meta.replication,
        "engine": meta.engine,
        "kpis": kpis_as_dict(kpis),
    }
    # ASCII, so that it survives a console of any encoding.
    return json.dumps(document, indent=2, allow_nan=False)


def _print(log: TicketLog, kpis: Mapping[str, Kpi], loaded: Scenario, lang: str, places: list[str]) -> None:
    """Print the tables, where the files are, and what it all means."""
    from rich.console import Console
    from rich.text import Text

    from hotline_sim.cli.folding import print_folded
    from hotline_sim.cli.kpi_table import print_kpis
    from hotline_sim.cli.summary import summary, troubles

    console = Console(highlight=False, markup=False, emoji=False)
    print_kpis(console, kpis, lang)
    console.print()
    for line in places:
        console.print(Text(line), soft_wrap=True)  # a path must stay whole to be copied
    console.print()
    for line in summary(kpis, lang):
        print_folded(console, line)
    broken = troubles(log, kpis, loaded, lang)
    if broken:
        console.print()
        console.print(Text(_BREAKS[lang], style="bold"))
    for line in broken:
        print_folded(console, line)


def _places(out: Path, lang: str, *, with_figures: bool) -> list[str]:
    from hotline_sim.plot.figures import FIGURES

    lines = [line.format(place=out) for line in _FILES[lang]]
    if with_figures:
        comma = ", " if lang == "en" else "、"
        lines.append(_FIGURES[lang].format(names=comma.join(FIGURES)))
    return lines
