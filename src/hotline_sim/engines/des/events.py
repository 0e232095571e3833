"""Events at absolute ticks whose order within a tick is the model's, not that of insertion."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, cast

from simpy.events import Event, EventPriority

if TYPE_CHECKING:
    from simpy import Environment


class Rank(IntEnum):
    """Order of events that fall on one tick."""

    STAFFING = 0
    COMPLETION = 1
    ABANDONMENT = 2
    REVIEW = 3
    READY = 4


# SimPy's own events (grants, starts of processes) keep priorities 0 and 1, so whatever an event sets
# off is handled before the next outside event.
_AFTER_INTERNAL = 2
_NUMBERS = 2**40
_BASE = tuple(_AFTER_INTERNAL + rank * _NUMBERS for rank in Rank)


class At(Event):
    """An event that happens at a tick.

    Parameters
    ----------
    env : Environment
        Whose clock shows ticks.
    tick : int
        Not in the past.
    rank : Rank
        Order within the tick.
    number : int
        Order within the rank: ticket and thread, or station for a change of staffing.
    """

    def __init__(self, env: Environment, tick: int, rank: Rank, number: int) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None
        env.schedule(self, cast("EventPriority", _BASE[rank] + number), tick - cast("int", env.now))
