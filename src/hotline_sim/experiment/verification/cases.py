"""What a verification case is: a scenario, and rows that each compare one measure with one formula.

The cases themselves stand in the modules that :func:`all_cases` names.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

from hotline_sim.results.definitions import Wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hotline_sim.experiment.verification.measures import Measure
    from hotline_sim.scenario.schema import Scenario

__all__ = ["UNITS", "Case", "Row", "Wording", "all_cases", "chosen"]

UNITS: Final[dict[str, Wording]] = {
    "share": Wording("%", "%"),
    "s": Wording("s", "秒"),
    "min": Wording("min", "分钟"),
    "h": Wording("h", "小时"),
    "number": Wording("", ""),
}
"""Units of rows; a share is shown in per cent, a number is one of visits, calls or tickets, or a ratio."""


@dataclass(frozen=True)
class Row:
    """One comparison.

    Parameters
    ----------
    what : Wording
        What is measured.
    unit : str
        Key of UNITS.
    theory : float
        What the formula says.
    measure : callable
        Numerator and denominator in one replication; the estimate is the ratio of their sums.
    exact : bool
        Whether the theory holds in every single replication, without any error of chance.
    """

    what: Wording
    unit: str
    theory: float
    measure: Measure
    exact: bool = False


@dataclass(frozen=True)
class Case:
    """One system with a known answer.

    Parameters
    ----------
    name : str
        For ``--case``.
    title : Wording
        For people.
    source : str
        Where the theory comes from.
    scenario : callable
        Makes the scenario.
    rows : callable
        Makes the rows, and computes their theory.
    replications : int
        So many that every interval is narrow enough, with room to spare.
    tail : int
        Ms at the end of the window that do not count; see :class:`~.measures.Seen`.
    contacts : int
        First contacts of replication 0 that both engines simulate, to compare their logs.
    """

    name: str
    title: Wording
    source: str
    scenario: Callable[[], Scenario]
    rows: Callable[[], tuple[Row, ...]]
    replications: int
    tail: int = 0
    contacts: int = 8000


def all_cases() -> tuple[Case, ...]:
    """Every case, in the order in which they are run."""
    names = ("phone", "desk", "network", "outcomes", "demand", "calendar")
    modules = (import_module(f"hotline_sim.experiment.verification.{name}") for name in names)
    return tuple(case for module in modules for case in module.cases())


def chosen(names: Iterable[str | Case] | None) -> tuple[Case, ...]:
    """Cases by name, in the order given; all if None.

    Raises
    ------
    ValueError
        If there is no case of a name; the nearest one is told.
    """
    if names is None:
        return all_cases()
    from hotline_sim.scenario.faults import nearest

    wanted = tuple(names)
    given = {case.name: case for case in wanted if isinstance(case, Case)}
    known = {case.name: case for case in all_cases()} if len(given) < len(wanted) else {}
    found: dict[str, Case] = {}
    for entry in wanted:
        name = entry.name if isinstance(entry, Case) else entry
        case = given.get(name) or known.get(name)
        if case is None:
            hint = nearest(name, known) or "--list shows all"
            raise ValueError(f"case: got {name!r}, there is no such case; {hint}")
        found[name] = case
    if not found:
        raise ValueError("case: none given")
    return tuple(found.values())
