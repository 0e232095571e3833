"""How the work of a sweep is cut: one chunk is one replication of some points that share their draws.

The cut depends on scenario and design alone, never on who does the work, so that a sweep can be continued
anywhere. What is done in a chunk is in ``runs.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from hotline_sim.errors import ScenarioError
from hotline_sim.experiment.demand import demand_digest
from hotline_sim.network.build import build
from hotline_sim.scenario.vary import changed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotline_sim.experiment.design import Design, Point
    from hotline_sim.scenario.schema import Scenario

LARGEST: Final = 32
"""Points of one chunk at most: a few seconds of a year's work, so that little is lost when one is killed."""

_PROBES: Final = 8
"""Values of a key that are tried when asking whether it changes demand."""


class Chunk(NamedTuple):
    """A piece of work.

    Parameters
    ----------
    replication : int
        Which.
    block : int
        Number of the block of points, counted from 0.
    points : tuple of Point
        At least one, in the order of the design.
    """

    replication: int
    block: int
    points: tuple[Point, ...]

    @property
    def name(self) -> str:
        """Name that sorts like the chunks themselves."""
        return f"{self.replication:06d}-{self.block:06d}"


def chunks(blocks: Sequence[tuple[Point, ...]], replications: int) -> Iterator[Chunk]:
    """Every chunk of a sweep, replication by replication."""
    for replication in range(replications):
        for block, points in enumerate(blocks):
            yield Chunk(replication, block, points)


def cut(scenario: Scenario, design: Design) -> list[tuple[Point, ...]]:
    """Blocks of points that, as far as can be told in advance, share their draws.

    Whether they do is decided again, exactly, when a block is run: a wrong guess here only costs time.

    Parameters
    ----------
    scenario : Scenario
        What the points are changes of.
    design : Design
        The points.

    Returns
    -------
    list of tuple of Point
        Each point once; at most ``LARGEST`` points in a block.
    """
    telling = [place for place, key in enumerate(design.keys) if _changes_demand(scenario, design, key)]
    groups: dict[str, list[Point]] = {}
    for point in design.points:
        groups.setdefault(repr([point.values[place] for place in telling]), []).append(point)
    return [
        tuple(group[low : low + LARGEST])
        for group in groups.values()
        for low in range(0, len(group), LARGEST)
    ]


def _changes_demand(scenario: Scenario, design: Design, key: str) -> bool:
    """Whether some of the values of a key, each changed alone, give other demand than the first."""
    place = design.keys.index(key)
    values = list({repr(point.values[place]): point.values[place] for point in design.points}.values())
    step = max(1, (len(values) - 1) // (_PROBES - 1))
    probes = [*values[:-1:step], values[-1]]
    digests = set()
    for value in probes:
        try:
            digests.add(demand_digest(build(changed(scenario, {key: value}))))
        except (ScenarioError, ValueError):
            # Not allowed alone, it may be so together with other keys: then it counts as telling.
            return True
    return len(digests) > 1
