"""``hotline-sim verify``: the simulator against theory, as a table with a verdict.

The work is that of :mod:`hotline_sim.experiment.verification`, the figure that of ``plot/verify.py``.
"""

from __future__ import annotations

import json
import math
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from hotline_sim.cli.options import examples, lang_option
from hotline_sim.cli.progress import meter
from hotline_sim.results.definitions import Wording

if TYPE_CHECKING:
    from rich.console import Console

    from hotline_sim.experiment.verification.judge import Judgement
    from hotline_sim.experiment.verification.verify import Verification

FEW: Final = 5
"""So many cases are done before other processes would have begun."""
ENDINGS: Final = (".png", ".svg", ".pdf")

_WORDS: Final[dict[str, Wording]] = {
    "what": Wording("case", "案例"),
    "theory": Wording("theory", "理论值"),
    "estimate": Wording("estimate", "估计值"),
    "interval": Wording("± 95 %", "±95%"),
    "z": Wording("z", "z"),
    "pass": Wording("pass", "通过"),
    "off": Wording("OFF", "偏离"),
    "vague": Wording("VAGUE", "过宽"),
    "exact": Wording("exact", "精确"),
    "differ": Wording("engines DIFFER", "引擎不一致"),
    "seed": Wording(
        "seed {seed}; --seed {seed} repeats this run", "种子 {seed}；用 --seed {seed} 可重复本次验证"
    ),
    "rule": Wording(
        "A row passes within {bound:.2f} standard errors of theory, with an interval narrower than "
        "{precision:g} % of it ({points:g} points for shares). By chance alone, a true simulator fails in "
        "any row with a probability of {alarm:.0%} at most.",
        "偏差不超过{bound:.2f}个标准误、且区间宽度小于理论值的{precision:g}%（比例小于{points:g}个百分点）为通过。"
        "若模拟正确，任何一项因偶然而不通过的总概率不超过{alarm:.0%}。",
    ),
    "result": Wording(
        "{passed} of {rows} comparisons passed in {cases} cases; the engines agree in {agree} of {cases} "
        "({contacts:,} contacts)",
        "{cases}个案例，{rows}项对比中{passed}项通过；两个引擎在{agree}个案例中一致（共{contacts:,}件来件）",
    ),
    "figure": Wording("Figure in {place}", "图：{place}"),
}


@click.command(
    epilog=examples(
        "hotline-sim verify",
        "hotline-sim verify --fresh --out verify.png",
        "hotline-sim verify --case jackson --case erlang-a-13 --seed 7",
    )
)
@click.option("--case", "cases", multiple=True, metavar="NAME", help="Only this case; repeat for more.")
@click.option("--list", "as_list", is_flag=True, help="Print the names of the cases, and run none.")
@click.option("--fresh", is_flag=True, help="Take a new seed, and print it.")
@click.option("--seed", type=click.IntRange(min=0), help="Chance.  [default: always the same]")
@click.option(
    "--precision",
    type=click.FloatRange(0.001, 1),
    default=0.02,
    show_default=True,
    help="Widest 95 % interval that passes, as a share of the value; half of it takes four times as long.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Processes, or threads for a few cases.  [default: all processors]",
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Figure: a .png, .svg or .pdf file."
)
@click.option("--force", is_flag=True, help="Replace the figure if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, nothing else.")
@lang_option
def verify(
    cases: tuple[str, ...],
    as_list: bool,
    fresh: bool,
    seed: int | None,
    precision: float,
    workers: int | None,
    out: Path | None,
    force: bool,
    as_json: bool,
    lang: str,
) -> None:
    """Compare the simulator with queueing theory.

    Every case is a scenario with a known answer, from one telephone queue to a network with returns. It is
    simulated on the compiled core, and its first contacts on both engines, which must write the same log.
    The exit status is 1 if a comparison fails or the engines differ.
    """
    from hotline_sim.experiment.verification.cases import chosen
    from hotline_sim.experiment.verification.verify import verify as verb

    try:
        todo = chosen(cases or None)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if fresh and seed is not None:
        raise click.UsageError("--fresh takes a new seed; leave --seed out")
    if as_list:
        for case in todo:
            click.echo(f"{case.name:22} {case.title.text(lang)} ({case.source})")
        return
    if out is not None:
        _check_place(out, force=force)
    with meter(lang, wanted=not as_json) as bar:
        is_first = True

        def reached(done: int, total: int) -> None:
            nonlocal is_first
            if is_first:
                bar.stage("replications", total)
            is_first = False
            bar.reached(done)

        result = verb(
            [case.name for case in todo],
            seed=seed,
            fresh=fresh,
            precision=precision,
            executor="processes" if len(todo) > FEW else "threads",
            workers=workers,
            progress=reached,
        )
        bar.finish()
    if out is not None:
        _draw(result, out, lang)
    if as_json:
        click.echo(_json(result))
    else:
        _print(result, lang, out)
    if not result.passed:
        raise click.exceptions.Exit(1)


def _check_place(out: Path, *, force: bool) -> None:
    """Refuse a place for the figure before any work."""
    from hotline_sim.errors import ResultError

    if out.suffix.lower() not in ENDINGS:
        raise click.UsageError(f"--out: got {str(out)!r}, must end in {', '.join(ENDINGS)}")
    if out.is_dir():
        raise ResultError(f"{out}: is a directory; name a file")
    if out.exists() and not force:
        raise ResultError(f"{out}: exists already; choose another name, or replace it with --force")
    if not out.parent.is_dir():
        raise ResultError(f"{out}: the folder {out.parent} does not exist")


def _draw(result: Verification, out: Path, lang: str) -> None:
    """Write the figure under a temporary name, then rename it."""
    from hotline_sim.plot.figures import DOTS_PER_INCH
    from hotline_sim.plot.frame import settings
    from hotline_sim.plot.verify import marks_of, verification

    figure = verification(
        marks_of(result.rows, lang),
        bound=result.bound,
        precision=result.precision,
        false_alarm=result.false_alarm,
        seed=result.seed,
        lang=lang,
    )
    handle, name = tempfile.mkstemp(prefix=f".{out.stem[:60]}.", suffix=out.suffix, dir=out.parent)
    os.close(handle)
    part = Path(name)
    try:
        with settings():
            figure.savefig(part, dpi=DOTS_PER_INCH)
        mask = os.umask(0)
        os.umask(mask)
        part.chmod(0o666 & ~mask)
        part.replace(out)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _json(result: Verification) -> str:
    def plain(value: Any) -> Any:
        return None if isinstance(value, float) and not math.isfinite(value) else value

    rows = [{name: plain(value) for name, value in row.items()} for row in result.frame.to_dict("records")]
    document = {
        "passed": result.passed,
        "seed": result.seed,
        "precision": result.precision,
        "false_alarm": result.false_alarm,
        "bound": result.bound,
        "contacts": result.contacts,
        "engines": result.engines,
        "rows": rows,
    }
    # ASCII, so that it survives a console of any encoding.
    return json.dumps(document, indent=2, allow_nan=False)


def _print(result: Verification, lang: str, out: Path | None) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    _print_table(console, result, lang)
    points = 100 * result.precision / 4
    rule = _WORDS["rule"].text(lang)
    console.print(
        Text(
            rule.format(
                bound=result.bound,
                precision=100 * result.precision,
                points=points,
                alarm=result.false_alarm,
            )
        )
    )
    passed = len(result.rows) - len(result.failures)
    agree = len(result.engines) - len(result.disagreements)
    summary = _WORDS["result"].text(lang)
    console.print(
        Text(
            summary.format(
                passed=passed,
                rows=len(result.rows),
                cases=len(result.engines),
                agree=agree,
                contacts=result.contacts,
            ),
            style="bold",
        )
    )
    console.print(Text(_WORDS["seed"].text(lang).format(seed=result.seed)))
    if out is not None:
        console.print(Text(_WORDS["figure"].text(lang).format(place=out)), soft_wrap=True)


WIDTHS: Final = (33, 12, 12, 9, 7)
"""Columns of what is compared, theory, estimate, interval and distance; the verdict comes last."""


def _print_table(console: Console, result: Verification, lang: str) -> None:
    """Print one line for each case, and below it one for each comparison."""
    from rich.text import Text

    heads = [_WORDS[name].text(lang) for name in ("what", "theory", "estimate", "interval", "z")]
    console.print(Text(_line(heads, ""), style="dim"))
    last = ""
    for row in result.rows:
        if row.case != last:
            last = row.case
            console.print(Text(f"{row.title.text(lang)} [{row.case}]", style="bold"))
            if not result.engines[row.case]:
                console.print(Text(f"  {_WORDS['differ'].text(lang)}", style="bold red"))
        failed = row.verdict != "pass"
        line = _line(_cells(row, lang), _WORDS[str(row.verdict)].text(lang))
        console.print(Text(line, style="bold red" if failed else ""))


def _line(cells: list[str], verdict: str) -> str:
    """Cells in columns: the first to the left, the others to the right."""
    from rich.cells import cell_len, set_cell_size

    parts = [set_cell_size(cells[0], WIDTHS[0])]
    parts += [
        " " * (width - cell_len(cell)) + cell for cell, width in zip(cells[1:], WIDTHS[1:], strict=True)
    ]
    return f"{''.join(parts)}  {verdict}".rstrip()


def _cells(row: Judgement, lang: str) -> list[str]:
    from hotline_sim.experiment.verification.cases import UNITS

    scale = 100 if row.unit == "share" else 1
    size = max(abs(row.theory * scale), 1e-9)
    digits = max(0, 3 - math.floor(math.log10(size)))
    unit = UNITS[row.unit].text(lang)
    space = " " if unit and lang == "en" else ""
    theory, estimate = (f"{value * scale:,.{digits}f}{space}{unit}" for value in (row.theory, row.estimate))
    if row.exact:
        interval, distance = _WORDS["exact"].text(lang), ""
    else:
        interval, distance = f"{row.half_width * scale:,.{digits}f}", f"{row.z:+.2f}"
    return [f"  {row.what.text(lang)}", theory, estimate, interval, distance]
