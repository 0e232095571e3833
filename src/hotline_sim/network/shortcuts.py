"""Numbers of ways that are shorter than the usual one; a scenario that has none of them never takes any.

The tables are in :mod:`hotline_sim.scenario.dispatching`, what they mean in :mod:`hotline_sim.rules`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import tick_of

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.scenario.schema import Scenario

_FIRST = -(2**62)
"""Before everything."""


class Dispatching(NamedTuple):
    """Automatic dispatch, and editions of the dispatch catalogue."""

    automatic: float
    """Share of tickets that pass the desk; 0: none."""
    misroute: float
    """Probability that the system chooses a wrong unit."""
    editions: int
    """Editions of the catalogue, at least one."""
    edition_from: IntArray
    """(editions,) tick from which an edition is in use; the first is before everything."""
    factor: FloatArray
    """(editions,) probabilities of a wrong unit are multiplied by this."""
    most_misroute: float
    """Largest probability of a wrong unit at any time, by the desk or the system."""


def dispatching(scenario: Scenario) -> Dispatching:
    """Numbers of automatic dispatch and of the catalogue."""
    desk, system = scenario.dispatch, scenario.automatic_dispatch
    updates = desk.updates if desk else ()
    factor = np.array([1.0, *(update.misroute_factor for update in updates)])
    share = system.share if desk and system else 0.0
    by_system = system.misroute if system and share > 0 else 0.0
    return Dispatching(
        automatic=share,
        misroute=by_system,
        editions=len(factor),
        edition_from=np.array([_FIRST, *(tick_of(update.start) for update in updates)], np.int64),
        factor=factor,
        most_misroute=max(desk.misroute if desk else 0.0, by_system) * float(factor.max()),
    )
