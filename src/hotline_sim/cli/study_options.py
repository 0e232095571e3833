"""Options that ``replicate`` and ``compare`` share, and what both do around the work itself."""

from __future__ import annotations

import math
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from hotline_sim.cli.bad_input import Terminated
from hotline_sim.cli.options import F, NearChoice, lang_option
from hotline_sim.results.definitions import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator

RESULTS: Final = Path("results")
ENGINES: Final = ("auto", "des", "core")

_KEPT: Final = Wording(
    "what was done is kept in {place}; the same command continues",
    "已完成的部分保存在{place}；重新运行同一命令即可继续",
)
_OPTIONS: Final = (
    click.option(
        "-n",
        "--replications",
        "n",
        type=click.IntRange(1, 2**32),
        default=20,
        show_default=True,
        help="Independent replications; with a precision, the fewest.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=1,
        show_default=True,
        help="Chance: replications 0, 1, ... of it.",
    ),
    click.option(
        "--engine",
        type=NearChoice(ENGINES),
        default="auto",
        show_default=True,
        help='"des" is the SimPy model, "core" the compiled loop, "auto" the faster that can do it.',
    ),
    click.option(
        "--kpi", "kpis", multiple=True, metavar="NAME", help="Key figure to print and draw; repeat."
    ),
    click.option(
        "--workers", type=click.IntRange(min=1), help="Threads or processes.  [default: all processors]"
    ),
    click.option("--processes", is_flag=True, help="Use processes instead of threads."),
    click.option(
        "--out",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Directory for the result.  [default: one in results; with --json: none]",
    ),
    click.option("--force", is_flag=True, help="Replace an earlier result in that directory."),
    click.option("--no-figures", is_flag=True, help="Write no figures."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object, nothing else."),
)


def study_options(command: F) -> F:
    """Add the options that both commands have."""
    command = lang_option(command)
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@contextmanager
def usage_errors() -> Iterator[None]:
    """Turn an argument that makes no sense into a message and exit status 2."""
    try:
        yield
    except ValueError as error:
        raise click.UsageError(str(error)) from None


@contextmanager
def kept_runs(out: Path | None, lang: str) -> Iterator[Path | None]:
    """Folder beside the result for replications that are done; it goes when the result is written.

    After an interruption it stays, and is told of: the same command goes on with what it holds.
    """
    if out is None:
        yield None
        return
    folder = out.with_name(f"{out.name}.runs")
    try:
        yield folder
    except (KeyboardInterrupt, Terminated):
        if folder.is_dir():
            with suppress(OSError):  # the terminal may be gone
                click.echo(_KEPT.text(lang).format(place=folder), err=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)


def plain(value: Any) -> Any:
    """A cell of a table as JSON has it: no NaN, no NumPy."""
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def check_names(kpis: tuple[str, ...]) -> None:
    """Check names of key figures before any work is done; whether a scenario has the part is seen later.

    Raises
    ------
    click.UsageError
        If one is not known, with the nearest that is.
    """
    from hotline_sim.engines.core.key_figures import LEFT_OUT
    from hotline_sim.experiment.study import check_kpis
    from hotline_sim.results.kpis import PARTS
    from hotline_sim.results.names import ALL

    with usage_errors():
        for name in kpis:
            base, _, part = name.partition(".")
            check_kpis([base], [kpi for kpi in ALL if kpi not in LEFT_OUT])
            if part and base not in PARTS:
                raise ValueError(f"kpis: {base} has no parts, so there is no {name}")
