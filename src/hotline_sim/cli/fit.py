"""``hotline-sim fit``: from a city's own records to a scenario file, with what they cannot tell.

The work is done by :mod:`hotline_sim.fit`; here it is asked for and its result is told.
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

    from rich.console import Console

    from hotline_sim.fit.door import Fit

RESULTS: Final = Path("results")

_WORDS: Final[dict[str, Wording]] = {
    "key": Wording("key", "参数"),
    "value": Wording("value", "取值"),
    "interval": Wording("95 % interval", "95%区间"),
    "records": Wording("records", "记录数"),
    "numbers": Wording("{count} numbers", "{count}个数值"),
    "shifts": Wording("{count} shifts", "{count}个班次"),
    "unknown": Wording("Not identified by these records", "这些记录无法识别"),
    "place": Wording(
        "Results in {place}\n"
        "  {name}.toml: the scenario, with comments; check it, change it, run it\n"
        "  report.md, estimates.csv, factors.csv, not-identified.csv: the estimates",
        "结果目录：{place}\n"
        "  {name}.toml：场景文件（含注释），可检查、修改、运行\n"
        "  report.md、estimates.csv、factors.csv、not-identified.csv：估计结果",
    ),
    "variants": Wording(
        "  variants.json: variants within the intervals, for hotline-sim forecast --variants",
        "  variants.json：区间内的方案变体，供 hotline-sim forecast --variants 使用",
    ),
    "figures": Wording("  figures: {names}, as PNG and SVG", "  figures：{names}，PNG与SVG"),
}
_LONGEST: Final = 26
_KEY_WIDTH: Final = 32


@click.command(
    epilog=examples(
        "hotline-sim fit calls.csv.gz --profile bank-calls",
        "hotline-sim fit 2016.csv 2017.csv --profile taipei-1999 --to 2018-01-01 --name taipei --lang zh",
    )
)
@click.argument("files", metavar="RECORDS...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--profile", required=True, help="How the records are laid out: a shipped profile, or a TOML file."
)
@click.option(
    "--base",
    default="guangyuan-2021",
    show_default=True,
    help="Scenario whose values hold where the records tell nothing: a shipped name, or a file.",
)
@click.option(
    "--from",
    "start",
    type=Day(),
    metavar="DATE",
    help="First day that is used.  [default: that of the records]",
)
@click.option(
    "--to",
    "end",
    type=Day(),
    metavar="DATE",
    help="Day after the last one that is used.  [default: that of the records]",
)
@click.option("--name", help="Name of the scenario.  [default: the profile's, with -fitted]")
@click.option("--encoding", help="Encoding of text files.  [default: from the profile, or found out]")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Directory for the result.  [default: results/fit-NAME; with --json: none]",
)
@click.option("--force", is_flag=True, help="Replace an earlier result in that directory.")
@click.option("--no-figures", is_flag=True, help="Write no figures.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, nothing else.")
@lang_option
def fit(
    files: tuple[Path, ...],
    profile: str,
    base: str,
    start: date | None,
    end: date | None,
    name: str | None,
    encoding: str | None,
    out: Path | None,
    force: bool,
    no_figures: bool,
    as_json: bool,
    lang: str,
) -> None:
    """Fit a scenario to records of calls or requests.

    RECORDS are files as for hotline-sim records. The result is a scenario file in which each key that the
    records tell has a comment with its interval, and a list of those that they do not tell.
    """
    from hotline_sim.cli.progress import meter
    from hotline_sim.fit.door import fit as verb
    from hotline_sim.records.read import read_records
    from hotline_sim.results.directory import check_free
    from hotline_sim.scenario.load import load

    load(base)
    title = _checked_name(name, profile)
    if out is None and not as_json:
        out = RESULTS / f"fit-{title}"
    if out is not None:
        check_free(out, force=force)
    with meter(lang, wanted=not as_json) as progress:

        def tell(share: float) -> None:
            progress.reached(1000 * share)

        progress.stage("read", 1000)
        records = read_records(list(files), profile, encoding=encoding, progress=tell)
        progress.stage("fit", 1000)
        found = verb(records, base, start=start, end=end, name=title, progress=tell)
        if out is not None:
            progress.stage("files")
            found.save(out, lang=lang, figures=not no_figures, force=force)
        progress.finish()
    if as_json:
        # ASCII, so that it survives a console of any encoding.
        click.echo(json.dumps(document(found), indent=2, allow_nan=False))
    else:
        assert out is not None
        _print(found, out, lang, with_figures=not no_figures)


def _checked_name(name: str | None, profile: str) -> str:
    """Name of the scenario; one that a file could not have is refused before any work."""
    import re

    if name is None:
        stem = re.sub(r"[^a-z0-9]+", "-", Path(profile).stem.lower()).strip("-")
        return f"{stem[:50] or 'records'}-fitted"
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,60}", name):
        allowed = "must be lower-case letters, digits and hyphens, at most 61"
        raise click.BadParameter(f"got {name!r}, {allowed}", param_hint="--name")
    return name


def document(found: Fit) -> dict[str, Any]:
    """Plain values of a fit for JSON."""
    return {
        "scenario": found.scenario.name,
        "profile": found.profile,
        "period": [found.start.isoformat(), found.end.isoformat()],
        "estimates": [
            {
                "key": one.path,
                "value": json.loads(json.dumps(one.value, default=str)),
                "low": _number(one.low),
                "high": _number(one.high),
                "unit": one.unit,
                "records": one.count,
                "note": one.note,
                "parts": [
                    {
                        "of": part.name,
                        "value": part.value,
                        "low": _number(part.low),
                        "high": _number(part.high),
                    }
                    for part in one.parts
                ],
            }
            for one in found.found
        ],
        "not_identified": [{"key": one.path, "reason": one.reason} for one in found.not_identified],
        "text": found.text,
    }


def _number(value: float | None) -> float | None:
    return None if value is None or value != value else float(value)


def _print(found: Fit, out: Path, lang: str, *, with_figures: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    from hotline_sim.fit.report import VARIANTS_FILE

    console = Console(highlight=False, markup=False, emoji=False)
    _print_table(console, found, lang)
    if found.not_identified:
        console.print()
        console.print(Text(_WORDS["unknown"].text(lang), style="bold"))
        for one in found.not_identified:
            console.print(Text(f"  {one.path}: {one.reason}"), soft_wrap=True)
    console.print()
    place = _WORDS["place"].text(lang).format(place=out, name=found.scenario.name)
    console.print(Text(place), soft_wrap=True)
    if (out / VARIANTS_FILE).exists():
        console.print(Text(_WORDS["variants"].text(lang)), soft_wrap=True)
    names = sorted(path.stem for path in (out / "figures").glob("*.png")) if with_figures else []
    if names:
        text = _WORDS["figures"].text(lang).format(names=", ".join(names))
        console.print(Text(text), soft_wrap=True)


def _short(value: Any, lang: str) -> str:
    """What a line has room for: of a distribution its family and mean, of a list how long it is."""
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, dict):
        if "family" in value:
            return ", ".join(str(value[name]) for name in ("family", "mean") if name in value)
        return ", ".join(f"{name} {part}" for name, part in value.items() if not isinstance(part, dict))
    if isinstance(value, list):
        kind = "shifts" if value and isinstance(value[0], dict) else "numbers"
        return _WORDS[kind].text(lang).format(count=len(value))
    return str(value)


def _print_table(console: Console, found: Fit, lang: str) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from hotline_sim.fit.assemble import number_text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    longest = max((len(one.path) for one in found.found), default=0)
    # A long name of a category goes on in the next line, so that its numbers stay on the screen.
    table.add_column(_WORDS["key"].text(lang), overflow="fold", width=min(longest, _KEY_WIDTH))
    for key in ("value", "interval"):
        table.add_column(_WORDS[key].text(lang))
    table.add_column(_WORDS["records"].text(lang), justify="right", no_wrap=True)
    for one in found.found:
        value = _short(one.value, lang)
        interval = ""
        if one.low is not None and one.high is not None and one.low == one.low:
            interval = f"{number_text(one.low)} .. {number_text(one.high)} {one.unit}".strip()
        shown = value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
        # What does not fit onto a line stands in the report.
        table.add_row(Text(one.path), Text(shown), Text(interval), Text(f"{one.count:,}"))
    console.print(table)
