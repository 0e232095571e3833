"""The verb: one replication of a scenario by the engine asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from hotline_sim.network.build import build
from hotline_sim.network.draws import draw
from hotline_sim.results.log import build_log

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline_sim.results.log import TicketLog
    from hotline_sim.scenario.schema import Scenario

EngineName = Literal["auto", "des"]


def simulate(
    scenario: Scenario,
    *,
    seed: int = 1,
    replication: int = 0,
    engine: EngineName = "auto",
    progress: Callable[[int], None] | None = None,
) -> TicketLog:
    """Simulate one replication.

    Parameters
    ----------
    scenario : Scenario
        From :func:`hotline_sim.load`.
    seed : int
        Not negative; scenarios with the same seed share their random numbers.
    replication : int
        Not negative.
    engine : {"auto", "des"}
        ``"des"`` is the SimPy model; ``"auto"`` takes the fastest that can do the scenario.
    progress : callable, optional
        Called now and then with the number of tickets that have arrived.

    Returns
    -------
    TicketLog
        The same bytes for the same scenario, seed, replication and version.

    Raises
    ------
    ValueError
        If the engine is not known, or the seed or replication is negative.
    """
    if engine not in ("auto", "des"):
        msg = f'engine: got {engine!r}, must be "auto" or "des"'
        raise ValueError(msg)
    from hotline_sim.engines.des.model import HotlineModel

    network = build(scenario)
    draws = draw(network, seed, replication)
    columns = HotlineModel(network, draws, progress).run()
    return build_log(
        network, draws, columns, scenario=scenario.name, seed=seed, replication=replication, engine="des"
    )
