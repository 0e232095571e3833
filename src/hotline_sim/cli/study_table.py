"""Replications and comparisons as tables for people, and what they say about precision and run-in.

The commands are in ``replicate.py`` and ``compare.py``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from hotline_sim.cli.sweep_table import amount_text
from hotline_sim.experiment.stopping import Precision
from hotline_sim.experiment.study import without_parts
from hotline_sim.results.definitions import Wording
from hotline_sim.results.names import GROUPS, UNITS, group_of, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console
    from rich.table import Table

    from hotline_sim.experiment.compare import Comparison
    from hotline_sim.experiment.replicate import Replications
    from hotline_sim.experiment.run_in import RunIn

COUNTED: Final = ("requests", "tickets", "calls", "calls a call")
"""Units that are counts of something."""

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
    "against": Wording("{other} against {base}, {pairs}", "{other}与{base}比较，{pairs}"),
    "same": Wording("the same citizens", "群众相同"),
    "other": Wording("the same random numbers, another demand", "随机数相同，需求不同"),
    "legend": Wording(
        "Means of {count} pairs; difference ± half-width of its paired 95 % t interval, * where that "
        "leaves out 0; "
        "r: correlation; saved: share of the variance of independent runs",
        "{count}对重复的均值；差值 ± 95%配对t区间半宽，*表示区间不含0；r为相关系数；"
        "节省为相对独立重复减少的方差比例",
    ),
    "difference": Wording("Difference", "差值"),
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
    console.print(Text(_text(head, lang).format(count=result.count), style="dim"))
    summary = result.summary(*kpis)
    for group, title in GROUPS.items():
        rows = [row for row in summary.to_dict("records") if group_of(row["kpi"]) == group]
        if not rows:
            continue
        table = _table(lang, "figure", "mean", "deviation", "count")
        for row in rows:
            amount = amount_text(row["mean"], (row["high"] - row["low"]) / 2, row["unit"], lang)
            deviation = amount_text(row["deviation"], math.nan, row["unit"], lang)
            table.add_row(*map(Text, (label(row["kpi"], lang), amount, deviation, str(row["replications"]))))
        console.print()
        console.print(Text(title.text(lang), style="bold"))
        console.print(table)


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
    from rich.text import Text

    console.print(Text(_text("legend", lang).format(count=result.count), style="dim"))
    base, *others = result.scenarios
    summary = result.summary(*kpis).to_dict("records")
    for other in others:
        pairs = _text("same" if result.same_citizens[other] else "other", lang)
        console.print()
        console.print(Text(_text("against", lang).format(other=other, base=base, pairs=pairs), style="bold"))
        table = _table(lang, "figure", base, other, "difference", "r", "saved")
        for row in summary:
            if row["scenario"] == other:
                table.add_row(*map(Text, _difference_cells(row, lang)))
        console.print(table)


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
    table = _table(lang, "figure", "better", "may be")
    for kpi, rows in frame.groupby("kpi", sort=False):
        left = [str(name) for name in rows.loc[rows["may_be_best"], "scenario"]]
        better = _text(str(rows["better"].iloc[0]), lang)
        table.add_row(Text(label(str(kpi), lang)), Text(better), Text(_text("comma", lang).join(left)))
    console.print()
    console.print(Text(_text("best", lang), style="bold"))
    console.print(table)


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


def _table(lang: str, *heads: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for place, head in enumerate(heads):
        title = _text(head, lang) if head in _WORDS else head
        is_words = place == 0 or head in ("better", "may be")
        table.add_column(
            title,
            justify="left" if is_words else "right",
            no_wrap=not is_words and head in _WORDS,
            overflow="fold",  # Chinese has no spaces to break at
        )
    return table
