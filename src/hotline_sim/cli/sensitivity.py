"""``hotline-sim sensitivity``: which keys of a scenario move which key figures, as a table and a figure.

The runs are a sweep, kept in the same kind of directory and resumed in the same way.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from hotline_sim.cli.bad_input import Terminated
from hotline_sim.cli.options import NearChoice, examples, lang_option
from hotline_sim.results.definitions import Wording

if TYPE_CHECKING:
    from rich.console import Console

    from hotline_sim.experiment.sensitivity import Sensitivity
    from hotline_sim.scenario.schema import Scenario

METHODS: Final = ("tornado", "morris", "sobol")
RESULTS: Final = Path("results")
SHOWN: Final = ("answer_rate", "reply_rate_within_deadline")
COLUMNS: Final = {"tornado": ("at_low", "at_high"), "morris": ("mu_star",), "sobol": ("first_order", "total")}

_WORDS: Final[dict[str, Wording]] = {
    "key": Wording("key", "参数"),
    "range": Wording("range", "范围"),
    "at_low": Wording("change at the low end", "取下限时的变化"),
    "at_high": Wording("change at the high end", "取上限时的变化"),
    "mu_star": Wording("mean absolute effect", "平均绝对效应"),
    "sigma": Wording("spread of effects", "效应离散度"),
    "first_order": Wording("first order", "一阶指数"),
    "total": Wording("total", "总效应指数"),
    "points": Wording("points", "百分点"),
    "base": Wording("as the scenario is: {base}", "原场景：{base}"),
    "interval": Wording("± half-widths of 95 % intervals", "± 95%置信区间半宽"),
    "place": Wording(
        "Results in {place}\n"
        "  sensitivity.csv, sensitivity.json: the tables; sweep.parquet: every run\n"
        "  manifest.json: scenario, design, seed, versions",
        "结果目录：{place}\n"
        "  sensitivity.csv、sensitivity.json：上表；sweep.parquet：每次模拟\n"
        "  manifest.json：场景、设计、种子、版本",
    ),
    "figure": Wording("  figure: sensitivity, as PNG and SVG", "  图：sensitivity，PNG与SVG"),
    "kept": Wording(
        "what was done is kept; the same command continues", "已完成的部分已保存；重新运行同一命令即可继续"
    ),
}

_GAP: Final = 3
"""Cells between two columns of a table."""
_LEAST: Final = 12
"""Cells that a key has at least."""


@click.command(
    epilog=examples(
        "hotline-sim sensitivity small-town --vary demand.requests_per_year=x0.8..x1.2 "
        "--vary teams.operators.agents=x1..x2",
        "hotline-sim sensitivity my-city.toml --method morris --vary intake.patience.mean='180 s..650 s' "
        "--vary 'units.*.staff=x0.8..x1.2' --kpi abandonment_rate",
    )
)
@click.argument("scenario")
@click.option(
    "--vary",
    multiple=True,
    required=True,
    metavar="KEY=LOW..HIGH",
    help='Key path and its range, such as "0.8..0.97", "x0.8..x1.2" or "180 s..650 s". Repeat for more keys.',
)
@click.option(
    "--method",
    type=NearChoice(METHODS),
    default="tornado",
    show_default=True,
    help="Each key alone, Morris screening, or Sobol indices.",
)
@click.option(
    "--size",
    type=click.IntRange(min=1),
    help="Trajectories of Morris [10], or base points of Sobol [64], a power of two.",
)
@click.option(
    "-n",
    "--replications",
    type=click.IntRange(1, 2**32),
    default=3,
    show_default=True,
    help="Independent replications of every point.",
)
@click.option("--kpi", "kpis", multiple=True, metavar="NAME", help="Key figure to explain; repeat.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of the chance and the sample."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Directory for the result; if it was begun there, it is continued.  "
    "[default: results/NAME-METHOD-DIGEST; with --json: none]",
)
@click.option("--workers", type=click.IntRange(min=1), help="Threads.  [default: all processors]")
@click.option("--no-figures", is_flag=True, help="Write no figures.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, nothing else.")
@lang_option
def sensitivity(
    scenario: str,
    vary: tuple[str, ...],
    method: str,
    size: int | None,
    replications: int,
    kpis: tuple[str, ...],
    seed: int,
    out: Path | None,
    workers: int | None,
    no_figures: bool,
    as_json: bool,
    lang: str,
) -> None:
    """Tell which keys of a scenario move which key figures.

    SCENARIO is a path, or the name of a shipped scenario. A tornado takes each key alone from end to end of
    its range; Morris and Sobol change all keys together and need the extra "sensitivity". An interrupted
    analysis continues where it was when the same command is given again.
    """
    from hotline_sim.cli.sweep import progress_bar
    from hotline_sim.scenario.load import load

    loaded = load(scenario)
    chosen = kpis or SHOWN
    ranges, digest = _checked(loaded, vary, method, size, seed, replications, chosen)
    if out is None and not as_json:
        out = RESULTS / f"{loaded.name}-{method}-{digest}"
    settings: dict[str, Any] = {"method": method, "size": size, "replications": replications, "seed": seed}
    try:
        with progress_bar(lang, wanted=not as_json) as progress:
            from hotline_sim.experiment.sensitivity import sensitivity as verb

            found = verb(
                loaded, vary=ranges, kpis=chosen, workers=workers, out=out, progress=progress, **settings
            )
    except (KeyboardInterrupt, Terminated):
        if out is not None:
            with suppress(OSError):  # the terminal may be gone
                click.echo(_WORDS["kept"].text(lang), err=True)
        raise
    if out is not None:
        _write(found, loaded, out, replications, seed, lang, with_figures=not no_figures)
    if as_json:
        click.echo(json.dumps(_document(found, loaded, replications, seed), indent=2, allow_nan=False))
    else:
        assert out is not None
        _print(found, out, lang, with_figures=not no_figures)


def _checked(
    loaded: Scenario,
    vary: tuple[str, ...],
    method: str,
    size: int | None,
    seed: int,
    replications: int,
    kpis: tuple[str, ...],
) -> tuple[dict[str, object], str]:
    """Ranges by key and the digest of the sweep; whatever makes no sense is told before any work."""
    from hotline_sim.experiment.folder import manifest_of
    from hotline_sim.experiment.levels import parse_vary
    from hotline_sim.experiment.sensitivity import make_plan
    from hotline_sim.experiment.sweep import check_kpis

    try:
        ranges: dict[str, object] = {}
        for text in vary:
            key, values = parse_vary(text)
            if key in ranges:
                raise ValueError(f"{key} is varied twice; give one range")
            ranges[key] = values
        check_kpis(kpis)
        plan = make_plan(loaded, ranges, method=method, size=size, seed=seed)  # type: ignore[arg-type]
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return ranges, manifest_of(loaded, plan.design, seed=seed, replications=replications)["sweep"][:8]


def _document(found: Sensitivity, loaded: Scenario, replications: int, seed: int) -> dict[str, Any]:
    rows = [
        {str(name): None if value != value else value for name, value in row.items()}
        for row in found.frame.to_dict("records")
    ]
    return {
        "scenario": loaded.name,
        "method": found.method,
        "seed": seed,
        "replications": replications,
        "runs": found.result.runs,
        "indices": rows,
    }


def _write(
    found: Sensitivity,
    loaded: Scenario,
    out: Path,
    replications: int,
    seed: int,
    lang: str,
    *,
    with_figures: bool,
) -> None:
    """Table and figure beside the sweep."""
    from hotline_sim.cli.sweep_table import short_names
    from hotline_sim.experiment.chunks import write_whole
    from hotline_sim.plot.figures import save_figure
    from hotline_sim.plot.sensitivity import sensitivity_figure
    from hotline_sim.plot.sweep_frame import Origin

    text = found.frame.to_csv(index=False)
    write_whole(out / "sensitivity.csv", text.encode("utf-8-sig"))
    document = json.dumps(_document(found, loaded, replications, seed), indent=2, allow_nan=False)
    write_whole(out / "sensitivity.json", f"{document}\n".encode())
    if not with_figures:
        return
    origin = Origin(
        scenario=loaded.name,
        title=getattr(loaded.title, lang),
        keys=found.keys,
        design=found.method,
        points=len(found.result.design.points),
        seed=seed,
    )
    figure = sensitivity_figure(
        found.frame,
        short_names(found.keys, least=2),
        lang,
        method=found.method,
        replications=replications,
        origin=origin,
    )
    save_figure(figure, out / "sensitivity")


def _print(found: Sensitivity, out: Path, lang: str, *, with_figures: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    from hotline_sim.results.names import label

    console = Console(highlight=False, markup=False, emoji=False)
    console.print(Text(_WORDS["interval"].text(lang), style="dim"))
    for kpi, rows in found.frame.groupby("kpi", sort=False):
        console.print()
        console.print(Text(label(str(kpi), lang), style="bold"))
        _print_table(console, found, rows, lang)
    console.print()
    console.print(Text(_WORDS["place"].text(lang).format(place=out)), soft_wrap=True)
    if with_figures:
        console.print(Text(_WORDS["figure"].text(lang)), soft_wrap=True)


def _print_table(console: Console, found: Sensitivity, rows: Any, lang: str) -> None:
    from rich import box
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    from hotline_sim.cli.folding import folded
    from hotline_sim.cli.sweep_table import amount_text, short_names

    names = short_names(found.keys, least=2)
    unit = str(rows["unit"].iloc[0])
    if found.method == "tornado":
        base = amount_text(float(rows["base"].iloc[0]), float("nan"), unit, lang)
        console.print(Text(_WORDS["base"].text(lang).format(base=base)))
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    cells = []
    for row in rows.to_dict("records"):
        cells.append([names[row["key"]], f"{row['low']} .. {row['high']}"])
        for column in COLUMNS[found.method]:
            cells[-1].append(_amount(row[column], row[f"{column}_half_width"], unit, found.method, lang))
    others = [max(map(cell_len, column)) for column in list(zip(*cells, strict=True))[1:]]
    room = max(_LEAST, console.width - sum(others) - _GAP * len(others))
    table.add_column(_WORDS["key"].text(lang))
    table.add_column(_WORDS["range"].text(lang), no_wrap=True)
    for column, width in zip(COLUMNS[found.method], others[1:], strict=True):
        head = folded(_WORDS[column].text(lang), width)
        table.add_column(head, justify="right", no_wrap=True)
    for name, *rest in cells:
        table.add_row(Text(folded(name, room, indent=2, keys=True)), *map(Text, rest))
    console.print(table)


def _amount(value: float, half_width: float, unit: str, method: str, lang: str) -> str:
    """An index, or a change; changes of shares are in percentage points, with a sign."""
    from hotline_sim.results.names import UNITS

    if method == "sobol":
        return f"{value:.2f} ± {half_width:.2f}"
    factor = 100.0 if unit == "share" else 1.0
    sign = "+" if method == "tornado" else ""
    text = f"{value * factor:{sign},.2f}"
    if half_width == half_width:
        text += f" ± {half_width * factor:,.2f}"
    word = _WORDS["points"].text(lang) if unit == "share" else UNITS[unit].text(lang)
    return f"{text} {word}".strip() if lang == "en" else f"{text}{word}"
