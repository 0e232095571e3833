"""Both engines on the same contacts: whether the log is the same to the last bit.

The statistics of a case come from the compiled core, which is a hundred times as fast. They hold for the
SimPy model as well where both write the same log; here each case shows it on its first contacts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hotline_sim.engines.core.engine import Core
from hotline_sim.engines.des.model import HotlineModel
from hotline_sim.network.absence import present
from hotline_sim.network.build import build
from hotline_sim.network.draws import Draws, draw
from hotline_sim.results.log import TicketLog, build_log

if TYPE_CHECKING:
    from hotline_sim.scenario.schema import Scenario


def engines_agree(scenario: Scenario, seed: int, contacts: int) -> bool:
    """Whether both engines write the same log of the first contacts of replication 0.

    Parameters
    ----------
    scenario : Scenario
        What is simulated.
    seed : int
        Not negative.
    contacts : int
        How many; nobody comes after them.
    """
    network = present(build(scenario), seed, 0)
    whole = draw(network, seed, 0)
    columns: dict[str, Any] = whole._asdict()
    draws = Draws(**{name: np.ascontiguousarray(column[..., :contacts]) for name, column in columns.items()})
    logs = []
    for name, engine in (("core", Core), ("des", HotlineModel)):
        rows = engine(network, draws).run()
        logs.append(
            build_log(network, draws, rows, scenario=scenario.name, seed=seed, replication=0, engine=name)
        )
    return same_log(*logs)


def same_log(one: TicketLog, other: TicketLog) -> bool:
    """Whether two logs have the same visits and tickets."""
    pairs = ((one.visits, other.visits), (one.tickets, other.tickets))
    return all(np.array_equal(a[name], b[name]) for a, b in pairs for name in a)
