"""A comparison of records with simulations as tables for people, the verdict, and the rule behind it.

The command is in ``goodness.py``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from hotline_sim.cli.folding import print_folded
from hotline_sim.experiment.goodness_bands import RISK
from hotline_sim.experiment.goodness_names import SERIES_NAMES, facts_text, group, name_of, titles
from hotline_sim.results.definitions import Wording
from hotline_sim.results.names import UNITS

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from hotline_sim.experiment.goodness import Goodness

COUNTS: Final = ("requests", "tickets", "calls")
MOST_NAMED: Final = 5
"""Numbers named in the verdict."""

_WORDS: Final[dict[str, Wording]] = {
    "title": Wording(
        "{title}; records {records}, {start} to {end} (exclusive); {count} simulations",
        "{title}；记录 {records}，{start}至{end}（不含）；{count}次模拟",
    ),
    "name": Wording("Number", "指标"),
    "observed": Wording("Records", "实际"),
    "mean": Wording("Mean", "模拟均值"),
    "band": Wording("95 % band", "95%范围"),
    "inside": Wording("Inside", "是否在内"),
    "80": Wording("80 %", "80%"),
    "95": Wording("95 %", "95%"),
    "off": Wording("OFF", "偏离"),
    "open": Wording("open", "未答复"),
    "coverage": Wording(
        "{series} by {by}: {in80:.0%} of {number} inside the 80 % band, {in95:.0%} inside the 95 % band",
        "{series}（按{by}）：{number}个中{in80:.0%}在80%范围内，{in95:.0%}在95%范围内",
    ),
    "day": Wording("day", "日"),
    "hour": Wording("hour of the day", "时段"),
    "passes": Wording(
        "The records could be one of these simulations: {missed} of {bands} bands are missed, and {usual} "
        "would be no surprise.",
        "实际记录与这些模拟没有显著差别：{bands}个范围中偏离{missed}个，偏离{usual}个以内属正常。",
    ),
    "fails": Wording(
        "The records are unlike these simulations: {missed} of {bands} bands are missed; {usual} would be no "
        "surprise. Farthest off: {off}.",
        "实际记录与这些模拟不同：{bands}个范围中偏离{missed}个，偏离{usual}个以内属正常。偏离最大：{off}。",
    ),
    "rule": Wording(
        "Each of {rows} sets of numbers, that of the records and that of each simulation, is held against "
        "the 95 % bands of all others: {share:.1%} lie as far beyond them, added up, as the records. Records "
        "are refused at {risk:.0%} or less; those of a right scenario with a probability of {risk:.0%} at "
        "most.",
        "实际与各次模拟共{rows}组数，各与其余的95%范围比较：{share:.1%}的组超出范围的总量不小于实际记录；"
        "不超过{risk:.0%}即判为不符。若场景正确，被误判的概率不超过{risk:.0%}。",
    ),
    "untold": Wording(
        "Not compared, since the records do not tell: {facts}",
        "记录未提供、因而未比较的内容：{facts}",
    ),
    "without": Wording(
        "Not compared, since the records or some simulations have no value: {names}",
        "实际或部分模拟没有数值、因而未比较：{names}",
    ),
    "place": Wording("Results in {place}", "结果目录：{place}"),
    "files": Wording(
        "  bands.csv, hours.csv, days.csv, quantiles-*.csv, distribution-*.csv and more; manifest.json",
        "  bands.csv、hours.csv、days.csv、quantiles-*.csv、distribution-*.csv等；manifest.json",
    ),
    "figures": Wording("  figures: PNG and SVG", "  figures：PNG与SVG"),
    "comma": Wording(", ", "、"),
}


def print_goodness(result: Goodness, lang: str, out: Path, *, figures: bool) -> None:
    """Print a comparison: tables by group, coverage of arrivals, what is left out, the verdict.

    Parameters
    ----------
    result : Goodness
        What was found.
    lang : {"en", "zh"}
        Language.
    out : Path
        Where the files are.
    figures : bool
        Whether there are figures.
    """
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    title = _text("title", lang).format(
        title=getattr(result.scenario.title, lang),
        records=result.records,
        start=result.start,
        end=result.end,
        count=result.replications,
    )
    console.print(Text(title, style="bold"), soft_wrap=True)
    _print_bands(console, result, lang)
    console.print()
    for line in [*_coverage_lines(result, lang), "", *_left_out_lines(result, lang)]:
        print_folded(console, line)
    print_folded(console, verdict_line(result, lang), style="bold" if result.passes else "bold red")
    print_folded(console, _rule(result, lang))
    console.print()
    console.print(Text(_text("place", lang).format(place=out)), soft_wrap=True)
    console.print(Text(_text("files", lang)), soft_wrap=True)
    if figures:
        console.print(Text(_text("figures", lang)))


def verdict_line(result: Goodness, lang: str) -> str:
    """Whether the records could be one more simulation, and if not, what is farthest off."""
    found = result.verdict
    names = [name_of(name, lang) for name in result.off[:MOST_NAMED]]
    text = _text("passes" if found.passes else "fails", lang)
    off = _text("comma", lang).join(names)
    return text.format(missed=found.missed, bands=found.bands, usual=found.usual, off=off)


def band_cells(row: dict[str, Any], lang: str) -> tuple[str, str, str, str]:
    """Observed value with its unit, mean, 95 % band, and inside which band it is.

    Examples
    --------
    >>> row = {"unit": "share", "observed": 0.146, "mean": 0.121, "low_95": 0.079, "high_95": 0.179}
    >>> band_cells(row | {"inside_80": True, "inside_95": True}, "en")
    ('14.6 %', '12.1', '7.9 .. 17.9', '80 %')
    """
    unit = row["unit"]
    factor = 100.0 if unit == "share" else 1.0
    observed, mean, low, high = (factor * row[key] for key in ("observed", "mean", "low_95", "high_95"))
    width = high - low
    digits = 0 if unit in COUNTS else 1
    if digits and 0 < width < math.inf:
        digits = min(max(1, math.ceil(1 - math.log10(width))), 3)

    def number(value: float) -> str:
        return _text("open", lang) if math.isinf(value) else f"{value:,.{digits}f}"

    unit_text = "" if math.isinf(observed) else (" " if lang == "en" else "") + UNITS[unit].text(lang)
    inside = "80" if row["inside_80"] else "95" if row["inside_95"] else "off"
    return (
        number(observed) + unit_text,
        number(mean),
        f"{number(low)} .. {number(high)}",
        _text(inside, lang),
    )


def _print_bands(console: Console, result: Goodness, lang: str) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    rows = result.bands.to_dict("records")
    for key, heading in titles(lang).items():
        chosen = [row for row in rows if group(row["kind"], row["name"]) == key]
        if not chosen:
            continue
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        table.add_column(_text("name", lang), overflow="fold")
        for name in ("observed", "mean", "band"):
            table.add_column(_text(name, lang), justify="right", no_wrap=True)
        table.add_column(_text("inside", lang), no_wrap=True)
        for row in chosen:
            values = {str(name): value for name, value in row.items()}
            style = "" if values["inside_95"] else "bold red"
            cells = (name_of(values["name"], lang), *band_cells(values, lang))
            table.add_row(*(Text(cell, style=style) for cell in cells))
        console.print()
        console.print(Text(heading, style="bold"))
        console.print(table)


def _coverage_lines(result: Goodness, lang: str) -> list[str]:
    lines = []
    for _, part in result.coverage.groupby(["series", "by"], sort=False):
        series, by = (str(part[key].iloc[0]) for key in ("series", "by"))
        inside = dict(zip(part["band"], part["inside"], strict=True))
        name = SERIES_NAMES[series].text(lang)
        lines.append(
            _text("coverage", lang).format(
                series=name[:1].upper() + name[1:],
                by=_text(by, lang),
                number=int(part["number"].iloc[0]),
                in80=inside[80],
                in95=inside[95],
            )
        )
    return lines


def _left_out_lines(result: Goodness, lang: str) -> list[str]:
    facts = tuple(dict.fromkeys(fact for one in result.left_out for fact in one.facts))
    names = [name_of(one.name, lang) for one in result.left_out if not one.facts]
    lines = []
    if facts:
        lines.append(_text("untold", lang).format(facts=facts_text(facts, lang)))
    if names:
        lines.append(_text("without", lang).format(names=_text("comma", lang).join(names)))
    return [*lines, ""] if lines else []


def _rule(result: Goodness, lang: str) -> str:
    text = _text("rule", lang)
    return text.format(rows=result.replications + 1, share=result.verdict.share, risk=RISK)


def _text(key: str, lang: str) -> str:
    return _WORDS[key].text(lang)
