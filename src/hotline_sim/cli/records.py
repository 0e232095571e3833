"""``hotline-sim records``: read a city's own records, and tell what was left out, repaired and not known.

How they are read is the subject of :mod:`hotline_sim.records`; the files are written by its ``Records.save``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from hotline_sim.cli.groups import NearGroup
from hotline_sim.cli.options import examples, faults_option, lang_option

if TYPE_CHECKING:
    from rich.console import Console

    from hotline_sim.records.read import Records
    from hotline_sim.records.report import Report

RESULTS: Final = Path("results")

_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "files": "Files",
        "rows": "Rows",
        "format": "Format",
        "encoding": "Encoding",
        "count": "{rows:,} rows read, {kept:,} kept, {dropped:,} dropped",
        "tickets": "{tickets:,} tickets from {first} to {last}",
        "intervals": "{tickets:,} intervals from {first} to {last}",
        "dropped": "dropped",
        "repaired": "repaired",
        "reason": "Reason",
        "what": "What happened",
        "reassigned": "reassigned: {share:.1%} of tickets",
        "reopened": "reopened: {share:.1%} of tickets",
        "on_time": "on time, by the records: {share:.1%} of tickets that say so",
        "unknown": "What the records do not tell: {facts}",
        "place": (
            "Results in {place}\n"
            "  tickets.parquet, visits.parquet, staffing.parquet: the ticket log\n"
            "  extra.parquet: further columns; kpis.json: key figures\n"
            "  rejects.csv: every row dropped or repaired; report.json: counts"
        ),
        "place_intervals": (
            "Results in {place}\n"
            "  counts.parquet: one row for each interval; the ticket log beside it is empty\n"
            "  rejects.csv: every row dropped or repaired; report.json: counts"
        ),
    },
    "zh": {
        "files": "文件",
        "rows": "行数",
        "format": "格式",
        "encoding": "编码",
        "count": "读入{rows:,}行，保留{kept:,}行，剔除{dropped:,}行",
        "tickets": "工单{tickets:,}件，{first} 至 {last}",
        "intervals": "时段{tickets:,}个，{first} 至 {last}",
        "dropped": "剔除",
        "repaired": "修正",
        "reason": "原因",
        "what": "处理",
        "reassigned": "转派过的工单：{share:.1%}",
        "reopened": "重新办理过的工单：{share:.1%}",
        "on_time": "按记录所载按期办结：{share:.1%}",
        "unknown": "记录中没有：{facts}",
        "place": (
            "结果目录：{place}\n"
            "  tickets.parquet、visits.parquet、staffing.parquet：工单日志\n"
            "  extra.parquet：其他列；kpis.json：指标\n"
            "  rejects.csv：剔除和修正的每一行；report.json：计数"
        ),
        "place_intervals": (
            "结果目录：{place}\n"
            "  counts.parquet：每个时段一行；同目录下的工单日志为空\n"
            "  rejects.csv：剔除和修正的每一行；report.json：计数"
        ),
    },
}


@click.group(
    cls=NearGroup,
    epilog=examples(
        "hotline-sim records check calls.csv.gz --profile bank-calls",
        "hotline-sim records show boston-311 > my-profile.toml",
    ),
)
def records() -> None:
    """Read a city's own records of calls, requests or events."""


@records.command(
    short_help="Read records into a ticket log; tell what was dropped.",
    epilog=examples(
        "hotline-sim records check requests_2024.csv --profile my-profile.toml",
        "hotline-sim records check 2023.csv.gz 2024.csv.gz --profile taipei-1999 --out taipei",
    ),
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--profile", required=True, help="Name of a shipped profile, or a TOML file.")
@click.option("--encoding", help="Encoding of text files.  [default: from the profile, or found out]")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Directory for log, rejects and report.  [default: results/records-FILE; with --json: none]",
)
@click.option("--force", is_flag=True, help="Replace an earlier result in that directory.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object, nothing else.")
@lang_option
def check(
    files: tuple[Path, ...],
    profile: str,
    encoding: str | None,
    out: Path | None,
    force: bool,
    as_json: bool,
    lang: str,
) -> None:
    """Read records, count what was dropped and repaired, write them as a ticket log.

    FILE is delimited text (CSV), JSON, an Excel workbook or Parquet; text may be packed by gzip, bzip2 or xz.
    No row is lost in silence: each is in the log, or in rejects.csv with its reason.
    """
    from hotline_sim.cli.progress import meter
    from hotline_sim.records.read import read_records
    from hotline_sim.results.directory import check_free

    if out is None and not as_json:
        out = RESULTS / f"records-{files[0].name.split('.')[0] or 'file'}"
    if out is not None:
        check_free(out, force=force)
    with meter(lang, wanted=not as_json) as progress:
        progress.stage("read", 1000)
        found = read_records(
            list(files), profile, encoding=encoding, progress=lambda share: progress.reached(1000 * share)
        )
        if out is not None:
            progress.stage("files")
            found.save(out, force=force)
    if as_json:
        # ASCII, so that it survives a console of any encoding.
        click.echo(json.dumps(found.report.as_dict(), indent=2, allow_nan=False))
    else:
        _print(found, out, lang)


@records.command(epilog=examples("hotline-sim records profiles"))
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list, nothing else.")
@lang_option
def profiles(as_json: bool, lang: str) -> None:
    """List the shipped profiles."""
    from hotline_sim.records.profile import load_profile, shipped_profiles

    loaded = [load_profile(name) for name in shipped_profiles()]
    if as_json:
        rows = [{"name": one.name, "kind": one.kind, "description": one.description} for one in loaded]
        click.echo(json.dumps(rows, indent=2))
        return
    for one in loaded:
        title = getattr(one.title, lang) if one.title else ""
        click.echo(f"{one.name:20} {one.kind:9} {title}")


@records.command(epilog=examples("hotline-sim records show boston-311 > my-profile.toml"))
@click.argument("name")
@faults_option
def show(name: str) -> None:
    """Print a profile, to start one of your own from.

    NAME is a shipped profile, or a TOML file.
    """
    from hotline_sim.records.profile import profile_text

    click.echo(profile_text(name), nl=False)


def _print(found: Records, out: Path | None, lang: str) -> None:
    from rich.console import Console
    from rich.text import Text

    from hotline_sim.results.unknown import FACTS

    console = Console(highlight=False, markup=False, emoji=False)
    words, report = _WORDS[lang], found.report
    _print_files(console, report, lang)
    console.print(
        Text(words["count"].format(rows=report.rows, kept=report.kept, dropped=report.rows - report.kept))
    )
    span = {name: str(value)[:10] for name, value in report.as_dict().items() if name in ("first", "last")}
    number = found.counts["start"].size if found.counts else report.tickets
    key = "intervals" if found.counts else "tickets"
    console.print(Text(words[key].format(tickets=number, **span)))
    _print_reasons(console, report, lang)
    for name, share in report.shares.items():
        console.print(Text(words[name].format(share=share)))
    if report.unknown and not found.counts:
        comma = "; " if lang == "en" else "；"
        facts = comma.join(FACTS[fact].text(lang) for fact in report.unknown)
        console.print(Text(words["unknown"].format(facts=facts)))
    if out is not None:
        console.print()
        place = words["place_intervals" if found.counts else "place"].format(place=out)
        console.print(Text(place), soft_wrap=True)  # a path stays whole to be copied


def _print_files(console: Console, report: Report, lang: str) -> None:
    from rich.table import Table

    words = _WORDS[lang]
    table = Table(box=None, pad_edge=False)
    table.add_column(words["files"], overflow="fold")
    table.add_column(words["format"])
    table.add_column(words["encoding"])
    table.add_column(words["rows"], justify="right")
    for file in report.files:
        table.add_row(file.name, file.format, file.encoding, f"{file.rows:,}")
    console.print(table)
    console.print()


def _print_reasons(console: Console, report: Report, lang: str) -> None:
    from rich.table import Table

    if not report.counts:
        return
    words = _WORDS[lang]
    table = Table(box=None, pad_edge=False)
    table.add_column(words["what"])
    table.add_column(words["rows"], justify="right")
    table.add_column(words["reason"], overflow="fold")
    for count in report.counts:
        table.add_row(words[count.action], f"{count.number:,}", count.text(lang))
    console.print()
    console.print(table)
    console.print()
