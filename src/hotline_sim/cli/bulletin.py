"""``hotline-sim bulletin``: what each unit did in a week, with the ranks that it may have.

The numbers are those of :mod:`hotline_sim.results.bulletin`, the figure that of
:mod:`hotline_sim.plot.bulletin`.
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

    import pandas as pd
    from rich.console import Console

    from hotline_sim.results.log import TicketLog

RESULTS: Final = Path("results")
_NAME: Final = 1
"""Column of the unit's name."""
_LEAST: Final = 20
"""Cells that a name has at least."""
_NEEDED: Final = 4
"""Columns that are printed in any case."""
_GAP: Final = 3
"""Cells between two columns: the padding on both sides, and what the box puts between."""
_WORDS: Final[dict[str, Wording]] = {
    "title": Wording(
        "{title}: bulletin of the week from {first} to {last}", "{title}：{first}至{last}一周通报"
    ),
    "partial": Wording(
        "Only part of this week lies in the window of the result.", "本周只有一部分在结果的统计期内。"
    ),
    "rank": Wording("Rank", "名次"),
    "unit": Wording("Unit", "承办单位"),
    "rate": Wording("On time", "按期办结率"),
    "due": Wording("of due", "按期/到期"),
    "returned": Wording("Returned", "退单/派单"),
    "dissatisfied": Wording("Dissatisfied", "不满意/回访"),
    "none": Wording("No unit had anything to do in this week.", "本周各单位无工单。"),
    "first": Wording(
        "{first} of {count} units may be first, {last} may be last, at 95 % for each unit.",
        "{count}个单位中，{first}个可能居首，{last}个可能居末（逐个单位置信度95%）。",
    ),
    "small": Wording(
        "* Fewer than {few} tickets due ({small} of {count} units): one more or less moves the rate by more "
        "than three points. Read the interval, not the rank.",
        "* 到期工单不足{few}件（{count}个单位中的{small}个）：多一件少一件，比率变动超过3个百分点，"
        "应看区间，不看名次。",
    ),
    "place": Wording("Results in {place}", "结果目录：{place}"),
    "files": Wording(
        "  bulletin.csv: every week; manifest.json: where it comes from",
        "  bulletin.csv：各周；manifest.json：来源",
    ),
    "figures": Wording("  figures: bulletin, as PNG and SVG", "  figures：bulletin，PNG与SVG"),
}


@click.command(
    epilog=examples(
        "hotline-sim bulletin results/small-town-seed1-r0",
        "hotline-sim bulletin results/guangyuan-2021-seed1-r0 --week 2021-07-05 --lang zh",
        "hotline-sim bulletin results/guangyuan-2021-seed1-r0 --json",
    )
)
@click.argument("result", type=click.Path(path_type=Path))
@click.option(
    "--week",
    type=Day(),
    metavar="DATE",
    help="Any day of the week.  [default: the last whole week]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Directory for the files.  [default: one in results; with --json: none]",
)
@click.option("--force", is_flag=True, help="Replace an earlier result in that directory.")
@click.option("--no-figures", is_flag=True, help="Write no figure.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, nothing else.")
@lang_option
def bulletin(
    result: Path,
    week: date | None,
    out: Path | None,
    force: bool,
    no_figures: bool,
    as_json: bool,
    lang: str,
) -> None:
    """Tell what each unit did in a week, ranked with intervals.

    RESULT is a result directory of run or records. On-time rate, returns and dissatisfied citizens of the
    week are printed; every week goes to a table, and the week to a figure.
    """
    from hotline_sim.cli.progress import meter
    from hotline_sim.results.bulletin import bulletin as table
    from hotline_sim.results.directory import check_free
    from hotline_sim.results.store import load_log

    log = load_log(result)
    first = _monday(log, week)
    if out is None and not as_json:
        out = RESULTS / f"{log.meta.scenario}-bulletin-{first}"
    if out is not None:
        check_free(out, force=force)
    title, labels = _names(result, log, lang)
    with meter(lang, wanted=not as_json) as progress:
        progress.stage("kpis")
        frame = table(log)
        rows = frame[frame["week"] == first]
        if out is not None:
            progress.stage("files")
            _write(frame, rows, log, out, result, (title, labels, lang), force=force, figures=not no_figures)
    if as_json:
        click.echo(_json(rows, log, first))
    else:
        _print(rows, log, first, title, labels, lang)
        for line in ["place", "files"] + ["figures"] * (not no_figures):
            click.echo(_WORDS[line].text(lang).format(place=out))


def _monday(log: TicketLog, day: date | None) -> str:
    """Monday of the week of a day, or of the last whole week, as a date."""
    import numpy as np

    from hotline_sim.results.bulletin import WEEK, monday_of

    meta = log.meta
    earliest, latest = monday_of(meta.start), monday_of(max(meta.start, meta.end - 1))
    if day is None:
        whole = monday_of(meta.end) - WEEK
        chosen = whole if whole >= meta.start else latest
    else:
        chosen = monday_of(int(np.datetime64(day, "ms").astype(np.int64)))
        if not earliest <= chosen <= latest:
            days = (str(np.datetime64(tick, "ms"))[:10] for tick in (meta.start, meta.end - 1))
            raise click.BadParameter(
                f"{day:%Y-%m-%d} lies in no week of the result, which has {' to '.join(days)}",
                param_hint="--week",
            )
    return str(np.datetime64(chosen, "ms"))[:10]


def _names(result: Path, log: TicketLog, lang: str) -> tuple[str, dict[str, str]]:
    """Title and names of units for people, as far as the scenario of the result has them."""
    from hotline_sim.errors import HotlineError
    from hotline_sim.results.directory import MANIFEST
    from hotline_sim.scenario.load import loads

    try:
        scenario = loads(json.loads((result / MANIFEST).read_text(encoding="utf-8"))["scenario_text"])
    except (OSError, ValueError, KeyError, HotlineError):
        return log.meta.scenario, {}  # records have no scenario; a name is better than none
    labels = {name: getattr(unit.label, lang) for name, unit in scenario.units.items()}
    return getattr(scenario.title, lang), labels


def _write(
    frame: pd.DataFrame,
    rows: pd.DataFrame,
    log: TicketLog,
    out: Path,
    result: Path,
    names: tuple[str, dict[str, str], str],
    *,
    force: bool,
    figures: bool,
) -> None:
    from hotline_sim.results.directory import MANIFEST, whole_directory
    from hotline_sim.results.provenance import versions

    title, labels, lang = names
    meta = log.meta
    origin = {
        "result": str(result),
        "scenario": meta.scenario,
        "seed": meta.seed,
        "replication": meta.replication,
        "engine": meta.engine,
        "versions": versions(),
    }
    with whole_directory(out.absolute(), force=force) as part:
        frame.to_csv(part / "bulletin.csv", index=False, date_format="%Y-%m-%d", lineterminator="\n")
        text = json.dumps(origin, ensure_ascii=False, indent=2)
        (part / MANIFEST).write_text(text + "\n", encoding="utf-8")
        if figures and len(rows):
            from hotline_sim.plot.bulletin import bulletin_figure
            from hotline_sim.plot.figures import save_figure

            (part / "figures").mkdir()
            figure = bulletin_figure(rows, log, lang, title=title, labels=labels)
            save_figure(figure, part / "figures" / "bulletin")


def _json(rows: pd.DataFrame, log: TicketLog, first: str) -> str:
    plain = rows.drop(columns="week").astype(object).where(rows.notna(), None)
    meta = log.meta
    document: dict[str, Any] = {
        "scenario": meta.scenario,
        "seed": meta.seed,
        "replication": meta.replication,
        "week": first,
        "units": plain.to_dict("records"),
    }
    # ASCII, so that it survives a console of any encoding.
    return json.dumps(document, indent=2, allow_nan=False)


def _print(
    rows: pd.DataFrame, log: TicketLog, first: str, title: str, labels: dict[str, str], lang: str
) -> None:
    import numpy as np
    from rich.console import Console
    from rich.text import Text

    from hotline_sim.cli.folding import print_folded
    from hotline_sim.results.bulletin import FEW, WEEK

    console = Console(highlight=False, markup=False, emoji=False)
    start = int(np.datetime64(first, "ms").astype(np.int64))
    last = str(np.datetime64(start + WEEK - 1, "ms"))[:10]
    console.print(Text(_text("title", lang, title=title, first=first, last=last)), soft_wrap=True)
    if start < log.meta.start or start + WEEK > log.meta.end:
        console.print(Text(_text("partial", lang)))
    if rows.empty:
        console.print(Text(_text("none", lang)))
        return
    _print_table(console, rows, labels, lang)
    placed = rows[rows["due"] > 0]
    count = len(placed)
    if count > 1:
        first_too = int((placed["rank_low"] == 1).sum())
        last_too = int((placed["rank_high"] == count).sum())
        print_folded(console, _text("first", lang, count=count, first=first_too, last=last_too))
    if placed["small"].any():
        print_folded(console, _text("small", lang, small=int(placed["small"].sum()), count=count, few=FEW))


def _print_table(console: Console, rows: pd.DataFrame, labels: dict[str, str], lang: str) -> None:
    """Print one row for each unit; only its name is folded, where the other columns leave room."""
    from rich import box
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    from hotline_sim.cli.folding import folded

    heads = [_text(head, lang) for head in ("rank", "unit", "rate", "due", "returned", "dissatisfied")]
    cells = [_cells(row, labels, lang) for row in rows.to_dict("records")]
    widths = [max(map(cell_len, column)) for column in zip(heads, *cells, strict=True)]
    room = _room(console, widths)
    while room < _LEAST and len(heads) > _NEEDED:
        heads.pop()  # what is least asked for, and stands in bulletin.csv
        widths.pop()
        room = _room(console, widths)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for number, head in enumerate(heads):
        table.add_column(head, justify="left" if number == _NAME else "right", no_wrap=True)
    for row in cells:
        row[_NAME] = folded(row[_NAME], max(_LEAST, min(widths[_NAME], room)), indent=2)
        table.add_row(*map(Text, row[: len(heads)]))
    console.print(table)


def _room(console: Console, widths: list[int]) -> int:
    """Cells that are left for the name of a unit."""
    return console.width - sum(widths) + widths[_NAME] - _GAP * (len(widths) - 1)


def _cells(row: dict[Any, Any], labels: dict[str, str], lang: str) -> list[str]:
    dash = "–" if lang == "en" else "～"
    name = labels.get(row["unit"], row["unit"])
    place = rate = "-"
    if row["due"]:
        name += "*" if row["small"] else ""
        place = str(row["rank"])
        if row["rank_low"] < row["rank_high"]:
            place += f" ({row['rank_low']}{dash}{row['rank_high']})"
        rate = f"{100 * row['on_time_rate']:.1f} ({100 * row['low']:.0f}{dash}{100 * row['high']:.0f}) %"
    counts = (("on_time", "due"), ("returned", "received"), ("dissatisfied", "rated"))
    return [place, name, rate, *(f"{row[part]}/{row[whole]}" for part, whole in counts)]


def _text(name: str, lang: str, **values: object) -> str:
    return _WORDS[name].text(lang).format(**values)
