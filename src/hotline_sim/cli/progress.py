"""A progress bar on a terminal, and nothing at all elsewhere, so that logs and pipes stay clean."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from hotline_sim.results.definitions import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress, TaskID

STAGES: Final[dict[str, Wording]] = {
    "fit": Wording("fitting", "拟合"),
    "simulate": Wording("simulating", "模拟"),
    "replications": Wording("replications", "重复模拟"),
    "run-in": Wording("run-in", "检查预热期"),
    "read": Wording("reading", "读取记录"),
    "kpis": Wording("key figures", "计算指标"),
    "figures": Wording("figures", "绘图"),
    "files": Wording("files", "写入文件"),
}


class Meter:
    """Tells how far the work is; one without a bar does nothing.

    Parameters
    ----------
    lang : {"en", "zh"}
        Language of the names of stages.
    bar : Progress or None
        Where it is shown.
    """

    def __init__(self, lang: str, bar: Progress | None = None) -> None:
        self._lang = lang
        self._bar = bar
        self._task: TaskID | None = None
        self._total = 1.0

    def stage(self, name: str, total: float = 1) -> None:
        """Begin a stage, and thereby end the one before.

        Parameters
        ----------
        name : str
            Key of STAGES.
        total : float
            Amount of work in it, known or expected.
        """
        self.finish()
        if self._bar is not None:
            self._total = max(total, 1)
            self._task = self._bar.add_task(STAGES[name].text(self._lang), total=self._total)

    def reached(self, amount: float) -> None:
        """Tell that so much of the stage is done; more than was expected shows as nearly all."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=min(amount, 0.99 * self._total))

    def finish(self) -> None:
        """End the stage, if there is one."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._total)
            self._task = None


@contextmanager
def meter(lang: str, *, wanted: bool = True) -> Iterator[Meter]:
    """Give a meter, with a bar on stderr if that is a terminal and a bar is wanted.

    Parameters
    ----------
    lang : {"en", "zh"}
        Language.
    wanted : bool
        Whether there may be a bar.
    """
    if not (wanted and sys.stderr.isatty()):
        yield Meter(lang)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    console = Console(file=sys.stderr)
    with Progress(*columns, console=console, refresh_per_second=4, transient=True) as bar:
        yield Meter(lang, bar)
