"""A sweep as a table for people: every point if they are few, else the extremes of each key figure.

The command is in ``sweep.py``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from hotline_sim.results.definitions import Wording
from hotline_sim.results.names import UNITS, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from rich.console import Console

    from hotline_sim.experiment.table import SweepResult

MOST_POINTS: Final = 24
"""Points that are printed one by one."""

_HEADS: Final[dict[str, Wording]] = {
    "low": Wording("lowest", "最低"),
    "high": Wording("highest", "最高"),
    "interval": Wording(
        "Mean over {count} replications ± half-width of its 95 % interval",
        "{count}次重复的均值 ± 95%置信区间半宽",
    ),
    "one": Wording("One replication, no interval", "仅1次重复，无置信区间"),
}


def print_summary(console: Console, result: SweepResult, kpis: Sequence[str], lang: str) -> None:
    """Print means and intervals of some key figures.

    Parameters
    ----------
    console : Console
        Where.
    result : SweepResult
        What was found.
    kpis : sequence of str
        Names of key figures.
    lang : {"en", "zh"}
        Language.
    """
    from rich.text import Text

    summary = result.summary(*kpis)
    names = short_names(result.design.keys)
    count = int(summary["replications"].max()) if len(summary) else 0
    head = "interval" if count > 1 else "one"
    console.print(Text(_HEADS[head].text(lang).format(count=count), style="dim"))
    if len(result.design.points) <= MOST_POINTS:
        _print_points(console, summary, names, kpis, lang)
    else:
        _print_extremes(console, summary, names, kpis, lang)


def short_names(keys: Sequence[str], *, least: int = 1) -> dict[str, str]:
    """Shortest endings of keys, of at least so many parts, that still tell them apart.

    Examples
    --------
    >>> short_names(["units.a.staff", "units.b.staff", "demand.requests_per_year"])
    {'units.a.staff': 'a.staff', 'units.b.staff': 'b.staff', 'demand.requests_per_year': 'requests_per_year'}
    """
    parts = {key: key.split(".") for key in keys}
    most = max(map(len, parts.values()))
    names = dict(zip(keys, keys, strict=True))
    for key in keys:
        for length in range(least, most + 1):
            ending = parts[key][-length:]
            if sum(other[-length:] == ending for other in parts.values()) == 1:
                names[key] = ".".join(ending)
                break
    return names


def amount_text(mean: float, half_width: float, unit: str, lang: str) -> str:
    """Mean with its interval, shares in per cent; a dash if there is no mean.

    There are as many digits as an interval that is not 0 needs to show, up to four.

    Examples
    --------
    >>> amount_text(0.9731, 0.0021, "share", "en"), amount_text(0.89017, 0.00042, "share", "en")
    ('97.3 ± 0.2 %', '89.02 ± 0.04 %')
    """
    if math.isnan(mean):
        return "-"
    factor = 100.0 if unit == "share" else 1.0
    digits = 1 if unit == "share" or abs(mean) >= 100 else 2
    if half_width > 0:
        digits = min(max(digits, math.ceil(-math.log10(half_width * factor))), 4)
    text = f"{mean * factor:,.{digits}f}"
    if not math.isnan(half_width):
        text += f" ± {half_width * factor:,.{digits}f}"
    space = " " if lang == "en" else ""
    return f"{text}{space}{UNITS[unit].text(lang)}"


def _print_points(
    console: Console, summary: pd.DataFrame, names: dict[str, str], kpis: Sequence[str], lang: str
) -> None:
    """Print one row for each point, one column for each key and key figure."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in names.values():
        table.add_column(name, justify="right")
    for kpi in kpis:
        table.add_column(label(kpi, lang), justify="right")
    for _, rows in summary.groupby("point", sort=True):
        found = {row["kpi"]: row for row in rows.to_dict("records")}
        first = rows.iloc[0]
        cells = [_value_text(first[key]) for key in names]
        cells += [_cell(found[kpi], lang) if kpi in found else "-" for kpi in kpis]
        table.add_row(*map(Text, cells))
    console.print(table)


def _print_extremes(
    console: Console, summary: pd.DataFrame, names: dict[str, str], kpis: Sequence[str], lang: str
) -> None:
    """Print for each key figure its lowest and highest mean, and where they are."""
    from rich.cells import cell_len
    from rich.text import Text

    for kpi in kpis:
        console.print(Text(label(kpi, lang), style="bold"))
        rows = summary[(summary["kpi"] == kpi) & summary["mean"].notna()]
        if not len(rows):
            console.print("  -")
            continue
        for head, place in (("low", rows["mean"].argmin()), ("high", rows["mean"].argmax())):
            row = rows.iloc[int(place)].to_dict()
            where = ", ".join(f"{name} = {_value_text(row[key])}" for key, name in names.items())
            head_text, amount = _HEADS[head].text(lang), _cell(row, lang)
            gaps = " " * (9 - cell_len(head_text)), " " * max(24 - cell_len(amount), 2)
            line = f"  {head_text}{gaps[0]}{amount}{gaps[1]}{where}"
            console.print(Text(line), soft_wrap=True)


def _cell(row: dict[Any, Any], lang: str) -> str:
    return amount_text(row["mean"], row["half_width"], row["unit"], lang)


def _value_text(value: Any) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else str(value)
