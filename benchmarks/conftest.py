"""What the benchmarks run on: the small town and the year of the baseline, in numbers and simulated."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

import hotline_sim as hs
from hotline_sim.engines.des.model import HotlineModel
from hotline_sim.results.log import build_log

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network
    from hotline_sim.results.log import TicketLog

SEED, REPLICATION = 1, 0


class Case(NamedTuple):
    """A scenario ready to be simulated."""

    name: str
    network: Network
    draws: Draws

    def log(self, columns: dict[str, IntArray]) -> TicketLog:
        """Ticket log from the rows of an engine."""
        return build_log(
            self.network,
            self.draws,
            columns,
            scenario=self.name,
            seed=SEED,
            replication=REPLICATION,
            engine="des",
        )


def _case(name: str) -> Case:
    network = hs.build(hs.load(name))
    return Case(name, network, hs.draw(network, SEED, REPLICATION))


@pytest.fixture(scope="session")
def town() -> Case:
    """Four weeks of a small town."""
    return _case("small-town")


@pytest.fixture(scope="session")
def year() -> Case:
    """The year 2021 of Guangyuan, run-in included."""
    return _case("guangyuan-2021")


@pytest.fixture(scope="session")
def year_columns(year: Case) -> dict[str, IntArray]:
    """Rows of the engine for that year."""
    return HotlineModel(year.network, year.draws).run()


@pytest.fixture(scope="session")
def year_log(year: Case, year_columns: dict[str, IntArray]) -> TicketLog:
    """Ticket log of that year."""
    return year.log(year_columns)
