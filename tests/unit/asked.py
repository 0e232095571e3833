"""What the rules say of a visit when they are asked, all in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hotline_sim.rules.deadlines import target_of
from hotline_sim.rules.intake import after_call_of, patience_of
from hotline_sim.rules.service import calendar_of, work_of

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network
    from hotline_sim.rules.visit import Visit


class Asked(NamedTuple):
    """Ticks of work, of the after-call work in it and of patience, the calendar of the work, and a limit."""

    work: int
    after_call: int
    patience: int
    calendar: int
    target: int


def asked(network: Network, draws: Draws, visit: Visit) -> Asked:
    """Ask all of them."""
    tables = network.tables
    return Asked(
        work_of(tables, draws, visit),
        after_call_of(tables, draws, visit),
        patience_of(draws, visit),
        calendar_of(tables, draws, visit),
        target_of(tables, draws, visit),
    )
