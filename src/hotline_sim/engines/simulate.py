"""The verb: one replication of a scenario by the engine asked for."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final, Literal

from hotline_sim.arguments import check_choice
from hotline_sim.errors import HotlineWarning, UnsupportedFeature
from hotline_sim.network.absence import present
from hotline_sim.network.build import build
from hotline_sim.network.draws import draw
from hotline_sim.results.log import build_log

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline_sim.arrays import IntArray
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network
    from hotline_sim.results.log import TicketLog
    from hotline_sim.scenario.schema import Scenario

EngineName = Literal["auto", "des", "core"]
ENGINES: Final = ("auto", "des", "core")


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
    engine : {"auto", "des", "core"}
        ``"des"`` is the SimPy model, ``"core"`` the compiled loop; ``"auto"`` takes the core if it can do
        the scenario. The log is the same, bit for bit.
    progress : callable, optional
        Called now and then with the number of tickets that have arrived.

    Returns
    -------
    TicketLog
        The same bytes for the same scenario, seed, replication and version.

    Raises
    ------
    TypeError
        If ``scenario`` is something else, such as the name of one, or a number is not whole.
    ValueError
        If the engine is not known, or the seed or replication is negative.
    UnsupportedFeature
        If the core is asked for explicitly and the run is too large for it.
    """
    check_choice("engine", engine, ENGINES)
    network = present(build(scenario), seed, replication)
    draws = draw(network, seed, replication)
    columns, used = _run(network, draws, engine, progress)
    return build_log(
        network, draws, columns, scenario=scenario.name, seed=seed, replication=replication, engine=used
    )


def _run(
    network: Network, draws: Draws, engine: EngineName, progress: Callable[[int], None] | None
) -> tuple[dict[str, IntArray], str]:
    """Columns of the log, and the engine that gave them."""
    if engine != "des":
        from hotline_sim.engines.core.engine import Core

        try:
            return Core(network, draws, progress).run(), "core"
        except UnsupportedFeature as refusal:
            if engine == "core":
                raise
            warnings.warn(f"{refusal}; going on with SimPy, slowly", HotlineWarning, stacklevel=3)
    from hotline_sim.engines.des.model import HotlineModel

    return HotlineModel(network, draws, progress).run(), "des"
