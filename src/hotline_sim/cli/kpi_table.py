"""Key figures as tables for people: grouped, named in their language, with what each was computed from.

The figures themselves come from :mod:`hotline_sim.results.kpis`, their names and definitions from
:mod:`hotline_sim.results.names`. A few sentences on what they mean are in ``summary.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from hotline_sim.plot.words import duration_word, share_word
from hotline_sim.results.definitions import Wording
from hotline_sim.results.names import GROUPS, PARTS, UNITS, definition, group_of, label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.console import Console
    from rich.table import Table

    from hotline_sim.results.view import Kpi

WIDE: Final = 120
"""Columns from which a definition stands beside its figure, not on the line below."""

_SECONDS: Final = {"s": 1, "h": 3600}

_SUMS: Final[dict[str, Wording]] = {
    "s": Wording(" s", "秒"),
    "h": Wording(" h", "小时"),
    "working days": Wording("", "个工作日"),
}
"""Units of the numerators of means; working days have none in English, where the name is too long."""

_COUNTED: Final[dict[str, Wording]] = {
    "requests": Wording("request", "件"),
    "tickets": Wording("ticket", "件"),
    "calls": Wording("call", "个"),
    "cases": Wording("case", "件"),
}
"""Units of what is counted, for one of it."""

_NUMBER: Final = Wording("n = {number}", "共{number}件")

_HEADS: Final[dict[str, Wording]] = {
    "figure": Wording("Key figure", "指标"),
    "value": Wording("Value", "数值"),
    "from": Wording("From", "分子/分母"),
    "definition": Wording("Definition", "定义"),
    "part": Wording("Part", "分类"),
    "response_time_p50": Wording("Replies by class", "各类诉求答复"),
    "on_time_closure_rate": Wording("Tickets due, by kind of unit", "各类承办单位到期工单"),
    "number": Wording("Number", "件数"),
}

_PART_COLUMNS: Final[dict[str, Wording]] = {
    "response_time_p50": Wording("50 % replied within", "50%答复不超过"),
    "response_time_p90": Wording("90 % replied within", "90%答复不超过"),
    "handling_time_mean": Wording("Mean handling, working days", "平均办理（工作日）"),
    "on_time_closure_rate": Wording("On time", "按期办结"),
}
"""Figures that are also shown by class of request or kind of unit."""

_PART_TABLES: Final = (
    ("response_time_p50", "response_time_p90", "handling_time_mean"),
    ("on_time_closure_rate",),
)


def print_kpis(console: Console, kpis: Mapping[str, Kpi], lang: str) -> None:
    """Print key figures by group, then those of parts of the tickets.

    Parameters
    ----------
    console : Console
        Where; its width decides on the layout.
    kpis : mapping of str to Kpi
        From :func:`hotline_sim.results.kpis.kpis`.
    lang : {"en", "zh"}
        Language.
    """
    for group in GROUPS:
        names = [name for name in kpis if "." not in name and group_of(name) == group]
        rows = [
            _Row(
                label(name, lang),
                value_text(kpis[name], lang),
                ratio_text(kpis[name], lang),
                definition(name, lang),
            )
            for name in names
        ]
        if rows:
            _print_title(console, GROUPS[group].text(lang))
            (_print_wide if console.width >= WIDE else _print_narrow)(console, rows, lang)
    for figures in _PART_TABLES:
        _print_parts(console, figures, kpis, lang)


def value_text(kpi: Kpi, lang: str) -> str:
    """Value of a key figure with its unit, as people write it; a dash if it has none.

    Parameters
    ----------
    kpi : Kpi
        Any.
    lang : {"en", "zh"}
        Language.
    """
    if kpi.value is None:
        return "-"
    if kpi.unit == "share":
        return share_word(kpi.numerator or 0, kpi.denominator or 0, lang)
    if kpi.unit in _SECONDS and not _is_sum(kpi):
        return duration_word(kpi.value * _SECONDS[kpi.unit], lang)
    is_whole = float(kpi.value).is_integer()
    number = f"{kpi.value:,.0f}" if is_whole and kpi.denominator is None else f"{kpi.value:,.2f}"
    unit = UNITS[kpi.unit].text(lang)
    if number == "1" and kpi.unit in _COUNTED:
        unit = _COUNTED[kpi.unit].text(lang)
    return f"{number} {unit}" if lang == "en" else f"{number}{unit}"


def _is_sum(kpi: Kpi) -> bool:
    """Whether hours are those of many people: as days they would be taken for days of the calendar."""
    return kpi.unit == "h" and kpi.numerator is not None and kpi.denominator is None


def ratio_text(kpi: Kpi, lang: str) -> str:
    """What a key figure was computed from: ``numerator / denominator``; empty if it is a plain number.

    Parameters
    ----------
    kpi : Kpi
        Any.
    lang : {"en", "zh"}
        Language.
    """
    if kpi.denominator is None:
        return ""
    denominator = f"{kpi.denominator:,.0f}"
    if kpi.numerator is None:
        return _NUMBER.text(lang).format(number=denominator)
    unit = _SUMS[kpi.unit].text(lang) if kpi.unit in _SUMS else ""
    return f"{kpi.numerator:,.0f}{unit} / {denominator}"


class _Row(NamedTuple):
    """One key figure as text."""

    name: str
    value: str
    ratio: str
    meaning: str


def _print_title(console: Console, title: str) -> None:
    from rich.text import Text

    console.print()
    console.print(Text(title, style="bold"))


def _print_wide(console: Console, rows: list[_Row], lang: str) -> None:
    """One line for each figure, its definition at the end."""
    table = _table()
    table.add_column(_HEADS["figure"].text(lang), no_wrap=True)
    table.add_column(_HEADS["value"].text(lang), justify="right", no_wrap=True)
    table.add_column(_HEADS["from"].text(lang), justify="right", no_wrap=True)
    table.add_column(_HEADS["definition"].text(lang), style="dim")
    _fill(console, table, rows)


def _print_narrow(console: Console, rows: list[_Row], lang: str) -> None:
    """One line for each figure, its definition on the next."""
    from rich.cells import cell_len
    from rich.padding import Padding
    from rich.text import Text

    heads = _Row(*(_HEADS[head].text(lang) for head in ("figure", "value", "from", "definition")))
    value, ratio = (max(cell_len(row[column]) for row in [heads, *rows]) for column in (1, 2))
    name = console.width - value - ratio - 4
    for row in (heads, *rows):
        # A Chinese character is two columns wide, so that padding counts columns, not characters.
        gaps = [name - cell_len(row.name), value - cell_len(row.value), ratio - cell_len(row.ratio)]
        line = row.name + " " * (gaps[0] + 2 + gaps[1]) + row.value + " " * (2 + gaps[2]) + row.ratio
        console.print(Text(line.rstrip(), style="underline" if row is heads else ""), soft_wrap=True)
        if row is not heads:
            console.print(Padding(Text(row.meaning, style="dim"), (0, 0, 0, 4)))


def _print_parts(console: Console, figures: tuple[str, ...], kpis: Mapping[str, Kpi], lang: str) -> None:
    """Print a row for each part of the tickets that has any, and a column for each figure."""
    table = _table()
    table.add_column(_HEADS["part"].text(lang), no_wrap=True)
    table.add_column(_HEADS["number"].text(lang), justify="right", no_wrap=True)
    for name in figures:
        table.add_column(_PART_COLUMNS[name].text(lang), justify="right")
    rows = []
    for part in dict.fromkeys(name.partition(".")[2] for name in kpis if name.partition(".")[0] in figures):
        found = [kpis.get(f"{name}.{part}") for name in figures]
        number = next((kpi.denominator for kpi in found if kpi is not None), None)
        if number:
            name = PARTS[part].text(lang) if part in PARTS else part
            values = ["" if kpi is None else _short(kpi, lang) for kpi in found]
            rows.append((name, f"{number:,.0f}", *values))
    if rows:
        _print_title(console, _HEADS[figures[0]].text(lang))
        _fill(console, table, rows)


def _short(kpi: Kpi, lang: str) -> str:
    """Value whose unit stands in the head of its column if it is none of a few letters."""
    text = value_text(kpi, lang)
    return text.removesuffix(UNITS[kpi.unit].text(lang)).rstrip() if kpi.unit == "working days" else text


def _fill(console: Console, table: Table, rows: Iterable[Iterable[str]]) -> None:
    from rich.text import Text

    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def _table() -> Table:
    from rich import box
    from rich.table import Table

    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
