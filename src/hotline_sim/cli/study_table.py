"""Replications and comparisons as tables for people, and what they say about precision and run-in.

The commands are in ``replicate.py`` and ``compare.py``.
"""

from __future__ import annotations

import math
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from hotline_sim.cli.folding import folded, print_folded
from hotline_sim.cli.sweep_table import amount_text
from hotline_sim.experiment.stopping import Precision
from hotline_sim.experiment.study import without_parts
from hotline_sim.results.definitions import Wording
from hotline_sim.results.names import GROUPS, UNITS, group_of, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from hotline_sim.experiment.compare import Comparison
    from hotline_sim.experiment.replicate import Replications
    from hotline_sim.experiment.run_in import RunIn

COUNTED: Final = ("requests", "tickets", "calls", "calls a call")
"""Units that are counts of something."""

_IN_WORDS: Final = ("figure", "better", "may be")
_GAP: Final = 3
"""Cells between two columns: the padding on both sides, and what the box puts between."""
_LEAST: Final = 16
"""Cells that a name has at least."""
_NEEDED: Final = 4
"""Columns of differences that are printed in any case."""

LONG: Final = "working days"
"""Unit that is told once, after the name of the key figure."""

_WORDS: Final[dict[str, Wording]] = {
    "replications": Wording(
        "Mean over {count} replications ± half-width of its 95 % t interval; sd: between replications",
        "{count}次重复的均值 ± 95% t区间半宽；标准差为各次重复之间",
    ),
    "one": Wording("One replication, no interval", "仅1次重复，无区间"),
    "figure": Wording("Key figure", "指标"),
    "mean": Wording("Mean", "均值"),
    "deviation": Wording("sd", "标准差"),
    "count": Wording("n", "次数"),
    "against": Wording("{other} against {base}: {pairs}", "{other} 与 {base} 比较：{pairs}"),
    "same": Wording("the same citizens", "群众相同"),
    "other": Wording("the same random numbers, another demand", "随机数相同，需求不同"),
    "legend": Wording(
        "Means of {count} pairs; difference ± half-width of its paired 95 % t interval, * where that "
        "leaves out 0",
        "{count}对重复的均值；差值 ± 95%配对t区间半宽，*表示区间不含0",
    ),
    "r explained": Wording("; r: correlation", "；r为相关系数"),
    "saved explained": Wording(
        "; saved: share of the variance of independent runs", "；节省为相对独立重复减少的方差比例"
    ),
    "difference": Wording("Difference", "差值"),
    "left out": Wording(
        "Not compared, as not all scenarios have them: {names}", "未比较（并非所有场景都有）：{names}"
    ),
    "in": Wording("{kpi} ({unit})", "{kpi}（{unit}）"),
    "saved": Wording("saved", "节省"),
    "best": Wording(
        "Which may be the best (all statements about a key figure hold together with 95 %)",
        "可能最优的场景（同一指标的各结论同时成立，置信度95%）",
    ),
    "may be": Wording("may be the best", "可能最优"),
    "better": Wording("better", "取向"),
    "higher": Wording("higher", "越高越好"),
    "lower": Wording("lower", "越低越好"),
    "comma": Wording(", ", "、"),
    "met": Wording(
        "Precision of {share} % reached, and kept for {ahead} replications more. Needed: {needed}.",
        "已达到{share}%的精度，且其后{ahead}次重复仍保持。所需次数：{needed}。",
    ),
    "needed": Wording("{kpi} {count}", "{kpi} {count}次"),
    "unmet": Wording(
        "Precision of {share} % not reached in {count} replications. Half-width over mean: {errors}.",
        "{count}次重复未达到{share}%的精度。半宽与均值之比：{errors}。",
    ),
    "error": Wording("{kpi} {error}", "{kpi} {error}"),
    "enough": Wording(
        "Run-in: {days:g} d are enough; by MSER-5 on the open tickets, {recommended} d would do.",
        "预热期：{days:g}天足够；按在办工单的MSER-5，{recommended}天即可。",
    ),
    "short": Wording(
        "Run-in: {days:g} d are too short; by MSER-5 on the open tickets, {recommended} d should be left "
        "out. "
        "Set run.run_in.",
        "预热期：{days:g}天过短；按在办工单的MSER-5，应略去{recommended}天。请修改 run.run_in。",
    ),
    "untold": Wording(
        "Run-in: {days:g} d; MSER-5 gives no answer on {series} days of open tickets: they are too few, "
        "or not steady.",
        "预热期：{days:g}天；按{series}天的在办工单，MSER-5无法判断：天数太少，或未趋于平稳。",
    ),
}


def print_replications(console: Console, result: Replications, kpis: Sequence[str], lang: str) -> None:
    """Print the key figures of replications by group: mean with interval, deviation, number of values.

    Parameters
    ----------
    console : Console
        Where.
    result : Replications
        What was found.
    kpis : sequence of str
        Names; all without those of parts if none is given.
    lang : {"en", "zh"}
        Language.
    """
    from rich.text import Text

    head = "replications" if result.count > 1 else "one"
    print_folded(console, _text(head, lang).format(count=result.count), style="dim")
    summary = result.summary(*kpis)
    for group, title in GROUPS.items():
        rows = [row for row in summary.to_dict("records") if group_of(row["kpi"]) == group]
        if not rows:
            continue
        cells = []
        for row in rows:
            amount = amount_text(row["mean"], (row["high"] - row["low"]) / 2, row["unit"], lang)
            deviation = amount_text(row["deviation"], math.nan, row["unit"], lang)
            cells.append([label(row["kpi"], lang), amount, deviation, str(row["replications"])])
        console.print()
        console.print(Text(title.text(lang), style="bold"))
        _print_table(console, lang, ("figure", "mean", "deviation", "count"), cells)


def precision_lines(result: Replications, lang: str) -> list[str]:
    """Say whether a precision was reached; nothing if none was asked for."""
    rule = result.rule
    if not isinstance(rule, Precision):
        return []
    comma, share = _text("comma", lang), f"{100 * rule.relative:g}"
    if result.is_met:
        needed = [
            _text("needed", lang).format(kpi=label(kpi, lang), count=count)
            for kpi, count in rule.needed(result.columns).items()
        ]
        return [_text("met", lang).format(share=share, ahead=rule.look_ahead, needed=comma.join(needed))]
    errors = [
        _text("error", lang).format(kpi=label(kpi, lang), error=_percent(error, lang))
        for kpi, error in rule.reached(result.columns).items()
    ]
    return [_text("unmet", lang).format(share=share, count=result.count, errors=comma.join(errors))]


def run_in_line(run_in: RunIn, lang: str) -> str:
    """Say whether the run-in is long enough, or that nobody can tell."""
    name = {True: "enough", False: "short", None: "untold"}[run_in.is_enough]
    return _text(name, lang).format(
        days=run_in.days, recommended=run_in.recommended, series=run_in.backlog.size
    )


def print_differences(console: Console, result: Comparison, kpis: Sequence[str], lang: str) -> None:
    """Print every scenario against the first.

    Parameters
    ----------
    console, kpis, lang
        As for :func:`print_replications`.
    result : Comparison
        What was found.
    """
    base, *others = result.scenarios
    summary = result.summary(*kpis).to_dict("records")
    cells = {
        other: [_difference_cells(row, lang) for row in summary if row["scenario"] == other]
        for other in others
    }
    first, *rest = letters(len(result.scenarios))
    heads = ["figure", first, rest[-1], "difference", "r", "saved"]
    while len(heads) > _NEEDED and _room(console, lang, heads, [*chain(*cells.values())]) < _LEAST:
        heads.pop()  # what is least asked for, and stands in differences.csv
    legend = _text("legend", lang).format(count=result.count)
    legend += "".join(_text(f"{head} explained", lang) for head in heads[_NEEDED:])
    print_folded(console, legend, style="dim")
    for letter, other in zip(rest, others, strict=True):
        pairs = _text("same" if result.same_citizens[other] else "other", lang)
        console.print()
        text = _text("against", lang).format(other=f"{letter} {other}", base=f"{first} {base}", pairs=pairs)
        print_folded(console, text, style="bold")
        own = [head if head != rest[-1] else letter for head in heads]
        _print_table(console, lang, own, [row[: len(heads)] for row in cells[other]])
    if result.left_out and not kpis:
        console.print()
        names = _text("comma", lang).join(label(kpi, lang) for kpi in result.left_out)
        print_folded(console, _text("left out", lang).format(names=names), style="dim")


def _difference_cells(row: dict[Any, Any], lang: str) -> list[str]:
    unit = row["unit"]
    half = (row["high"] - row["low"]) / 2
    # Percentage points, without a sign for per cent that could be read as relative.
    text = amount_text(row["difference"], half, unit, lang).removesuffix(UNITS[unit].text(lang)).rstrip()
    if not text.partition(" ")[0].strip("-0."):
        text = text.removeprefix("-")  # less than is shown
    correlation = "-" if math.isnan(row["correlation"]) else f"{row['correlation']:.2f}"
    name = label(row["kpi"], lang)
    return [
        _text("in", lang).format(kpi=name, unit=UNITS[unit].text(lang)) if unit == LONG else name,
        _narrow(row["base_mean"], unit, lang),
        _narrow(row["mean"], unit, lang),
        f"{text} *" if row["differs"] else f"{text}  ",
        correlation,
        _percent(row["variance_reduction"], lang),
    ]


def _narrow(mean: float, unit: str, lang: str) -> str:
    """Mean without a unit that the name of the key figure says: columns are scarce."""
    text = amount_text(mean, math.nan, unit, lang)
    return text.removesuffix(UNITS[unit].text(lang)).rstrip() if unit in (*COUNTED, LONG) else text


def print_best(console: Console, result: Comparison, kpis: Sequence[str], lang: str) -> None:
    """Print for each key figure of which more or less is better the scenarios that may be the best."""
    from rich.text import Text

    from hotline_sim.experiment.compare import direction

    names = [kpi for kpi in (kpis or without_parts(result.kpis)) if direction(kpi)]
    if not names:
        return
    frame = result.best(*(names if kpis else ()))
    short = dict(zip(result.scenarios, letters(len(result.scenarios)), strict=True))
    cells = []
    for kpi, rows in frame.groupby("kpi", sort=False):
        left = [short[str(name)] for name in rows.loc[rows["may_be_best"], "scenario"]]
        better = _text(str(rows["better"].iloc[0]), lang)
        cells.append([label(str(kpi), lang), better, _text("comma", lang).join(left)])
    console.print()
    print_folded(console, _text("best", lang), style="bold")
    for name, letter in short.items():
        console.print(Text(f"{letter} {name}"), soft_wrap=True)
    _print_table(console, lang, ("figure", "better", "may be"), cells)


def _text(name: str, lang: str) -> str:
    return _WORDS[name].text(lang)


def _percent(share: float, lang: str) -> str:
    """Share in per cent; 100 stands only where it is exact."""
    if not math.isfinite(share):
        return "-"
    space = " " if lang == "en" else ""
    if 0.9995 <= share < 1:
        return f">99.9{space}%"
    digits = 2 if abs(share) < 0.0995 else 0 if share == 1 else 1
    return f"{100 * share:.{digits}f}{space}%"


def _titles(lang: str, heads: Sequence[str]) -> list[str]:
    return [_text(head, lang) if head in _WORDS else head for head in heads]


def _room(console: Console, lang: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Cells that are left for the first column."""
    from rich.cells import cell_len

    columns = zip(_titles(lang, heads), *(row[: len(heads)] for row in rows), strict=True)
    _, *others = (max(map(cell_len, column)) for column in columns)
    return console.width - sum(others) - _GAP * len(others)


def letters(number: int) -> list[str]:
    """Short names of scenarios in columns: A, B, C, ..., Z, then A2, B2 and so on."""
    return [
        chr(ord("A") + place % 26) + (str(place // 26 + 1) if place >= 26 else "") for place in range(number)
    ]


def _print_table(console: Console, lang: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; only names of key figures and lists of scenarios are folded, where they leave room."""
    from rich import box
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    titles = _titles(lang, heads)
    widths = [max(map(cell_len, column)) for column in zip(titles, *rows, strict=True)]
    last = len(heads) - 1
    if heads[last] == "may be":
        room = console.width - widths[1] - _GAP * last
        widths[0] = min(widths[0], room // 2)
        widths[last] = room - widths[0]
    else:
        widths[0] = max(_LEAST, min(widths[0], _room(console, lang, heads, rows)))
    for head, title in zip(heads, titles, strict=True):
        table.add_column(title, justify="left" if head in _IN_WORDS else "right", no_wrap=True)
    for row in rows:
        table.add_row(
            *(
                Text(folded(cell, width, indent=2) if head in _IN_WORDS else cell)
                for head, cell, width in zip(heads, row, widths, strict=True)
            )
        )
    console.print(table)
