"""``hotline-sim scenario``: check, show and start scenario files, and write the JSON Schema for editors."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hotline_sim.cli.bad_input import MENDABLE, tell
from hotline_sim.cli.files import write_text
from hotline_sim.cli.groups import NearGroup
from hotline_sim.cli.options import Day, examples, faults_option, lang_option
from hotline_sim.errors import ScenarioError

if TYPE_CHECKING:
    from datetime import date

    from hotline_sim.scenario.schema import Scenario

SCHEMA_FILE = "hotline-sim.schema.json"

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")

_SUMMARY = {
    "en": "{requests:,.0f} requests a year, {channels}, {units}, {agents}",
    "zh": "每年诉求{requests:,.0f}件，渠道{channels}个，承办单位{units}家，坐席班次{agents}人",
}

_NEXT = {
    "en": "{path}: written; edit it, then run: hotline-sim scenario check {path}",
    "zh": "{path}：已写入；修改后运行：hotline-sim scenario check {path}",
}
_SCHEMA = {
    "en": "{path}: written; name it in the first line of a scenario: #:schema ./{name}",
    "zh": "{path}：已写入；请在场景的第一行注明：#:schema ./{name}",
}


_STARTED = {
    "en": "{path}: written, with {number} tickets that are open on {day}",
    "zh": "{path}：已写入，{day}在办工单{number}件",
}


@click.group(
    cls=NearGroup,
    epilog=examples(
        "hotline-sim scenario new my-city --from guangyuan-2021", "hotline-sim scenario check my-city.toml"
    ),
)
def scenario() -> None:
    """Check, show or start a scenario file."""


@scenario.command(epilog=examples("hotline-sim scenario check my-city.toml"))
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@lang_option
@click.pass_context
def check(ctx: click.Context, files: tuple[str, ...], lang: str) -> None:
    """Tell every fault of scenario files, with line and key path.

    FILE is a path, or the name of a shipped scenario. The exit status is 2 if there is any fault. What is
    right and has no effect is told too.
    """
    from hotline_sim.cli.no_effect import without_effect
    from hotline_sim.scenario.load import load

    faulty = False
    for file in files:
        try:
            loaded = load(file)
        except ScenarioError as error:
            tell(error, lang)
            faulty = True
        else:
            click.echo(f"{file}: OK, {_summary(loaded, lang)}")
            for sentence in without_effect(loaded, lang):
                click.echo(f"{file}: {sentence}")
    if faulty:
        ctx.exit(MENDABLE)


def _summary(loaded: Scenario, lang: str) -> str:
    agents = sum(shift.agents for team in loaded.teams.values() for shift in team.shifts)
    numbers = {"channels": len(loaded.channels), "units": len(loaded.units), "agents": agents}
    words = {"channels": "channel", "units": "unit", "agents": "agent"}
    counted = {
        name: str(number) if lang == "zh" else f"{number} {words[name]}{'s' * (number != 1)}"
        for name, number in numbers.items()
    }
    return _SUMMARY[lang].format(requests=loaded.demand.requests_per_year, **counted)


@scenario.command(epilog=examples("hotline-sim scenario show guangyuan-2021 > copy.toml"))
@click.argument("name")
@faults_option
def show(name: str) -> None:
    """Print a scenario with all it inherits, and all defaults.

    NAME is a path, or the name of a shipped scenario.
    """
    from hotline_sim.scenario.load import load
    from hotline_sim.scenario.write import to_toml

    click.echo(to_toml(load(name)), nl=False)


@scenario.command(
    short_help="Write a short file that extends another scenario.",
    epilog=examples("hotline-sim scenario new my-city --from guangyuan-2021"),
)
@click.argument("name")
@click.option(
    "--from",
    "base",
    default="guangyuan-2021",
    show_default=True,
    help="Scenario to start from.",
)
@click.option("--out", type=click.Path(path_type=Path), help="File to write.  [default: NAME.toml]")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@lang_option
def new(name: str, base: str, out: Path | None, force: bool, lang: str) -> None:
    """Write a short file that takes what it does not say from another scenario.

    NAME has lower-case letters, digits and hyphens.
    """
    from hotline_sim.scenario.load import load, loads
    from hotline_sim.scenario.starter import starter

    path = out or Path(f"{name}.toml")
    text = starter(name, load(base), _reference(base, path.parent))
    try:
        loads(text, f"name {name!r}", path.parent)
    except ScenarioError as error:  # about a file that is not there yet: no line to look at
        raise ScenarioError(error.source, [replace(fault, line=None) for fault in error.faults]) from None
    write_text(path, text, force=force)
    click.echo(_NEXT[lang].format(path=path))


def _reference(base: str, folder: Path) -> str:
    """How a file in a folder names the base: a shipped name, or a path from there."""
    if not Path(base).is_file():
        return base
    try:
        return Path(os.path.relpath(base, folder)).as_posix()
    except ValueError:  # on another drive
        return Path(base).resolve().as_posix()


@scenario.command(
    "start",
    short_help="Write a scenario that starts from a log.",
    epilog=examples("hotline-sim scenario start my-city records/june --at 2021-06-28 --out july.toml"),
)
@click.argument("name", metavar="SCENARIO")
@click.argument("log", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--at", type=Day(), help="First day.  [default: where the log ends]")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@lang_option
def start(name: str, log: Path, at: date | None, out: Path, force: bool, lang: str) -> None:
    """Write a scenario that starts with the tickets that are open in a log.

    SCENARIO is a path, or the name of a shipped scenario; DIR a result directory, of a run or of records. The
    scenario keeps its length, has no run-in, and is named like the file.
    """
    from hotline_sim.results.open_tickets import start_from as started
    from hotline_sim.results.store import load_log
    from hotline_sim.scenario.load import load
    from hotline_sim.scenario.write import to_toml

    found = started(load(name), load_log(log), at)
    if _NAME.fullmatch(out.stem):
        # Named like its file, so that its results do not go where those of the first scenario are.
        found = found.model_copy(update={"name": out.stem})
    write_text(out, to_toml(found), force=force)
    number = len(found.backlog.tickets) if found.backlog else 0
    click.echo(_STARTED[lang].format(path=out, number=number, day=found.run.start))


@scenario.command(
    short_help="Write the JSON Schema for editors.",
    epilog=examples("hotline-sim scenario schema --out hotline-sim.schema.json"),
)
@click.option("--out", type=click.Path(path_type=Path), help="File to write; else it is printed.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@lang_option
def schema(out: Path | None, force: bool, lang: str) -> None:
    """Write the JSON Schema, with which an editor completes keys and marks faults."""
    from hotline_sim.scenario.json_schema import json_schema

    text = json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        write_text(out, text, force=force)
        click.echo(_SCHEMA[lang].format(path=out, name=out.name))
