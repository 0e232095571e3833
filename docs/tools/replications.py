"""Replications of a scenario in two processes, their mean and interval, and pages that hold such numbers.

Shared by the scripts in this folder; what is measured on a log is theirs.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hotline_sim.engines.simulate import simulate
from hotline_sim.statistics.intervals import mean_interval

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline_sim.results.log import TicketLog
    from hotline_sim.scenario.schema import Scenario

    Measure = Callable[[Scenario, TicketLog], dict[str, float]]

DOCS: Final = Path(__file__).parents[1]
SEED: Final = 1
PROCESSES: Final = 2


@dataclass(frozen=True)
class Interval:
    """Mean of a number over replications, with its 95 % interval.

    Parameters
    ----------
    mean, low, high : float
        In the unit of the number; low and high by Student's t over the replications.
    """

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> Interval:
        """Mean and interval of at least two values."""
        found = mean_interval(values)
        return cls(found.estimate, found.low, found.high)


def replicate(scenario: Scenario, measure: Measure, count: int) -> dict[str, list[float]]:
    """Measure replications 0 to ``count - 1`` of a scenario under seed 1.

    Parameters
    ----------
    scenario : Scenario
        Loaded.
    measure : callable
        Gives numbers by name for a log; a function of a module, so that processes can be told its name.
    count : int
        How many.

    Returns
    -------
    dict of str to list of float
        One value for each replication.
    """
    with ProcessPoolExecutor(PROCESSES) as pool:
        found = list(pool.map(partial(_measured, scenario, measure), range(count)))
    return {name: [values[name] for values in found] for name in found[0]}


def _measured(scenario: Scenario, measure: Measure, replication: int) -> dict[str, float]:
    return measure(scenario, simulate(scenario, seed=SEED, replication=replication))


def table(rows: list[tuple[str, ...]]) -> str:
    """Markdown table; the first row is the heading."""
    heading, *body = rows
    lines = [heading, ("---",) * len(heading), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def put(page: Path, name: str, text: str) -> None:
    """Replace what stands between ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->`` on a page.

    Raises
    ------
    ValueError
        If the page does not have the two marks.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, found, rest = page.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        msg = f"{page}: the marks {begin} and {end} are missing"
        raise ValueError(msg)
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
