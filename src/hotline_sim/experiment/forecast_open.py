"""Tickets that are open when a forecast begins: how many of them are still open day by day.

The engines begin with an empty city and a run-in, not with given tickets; so these are added to the simulated
backlog. How long a ticket takes, given its age, comes from the simulated times to the reply.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.clock.ticks import DAY, datetime_of
from hotline_sim.errors import HotlineWarning, RecordsError
from hotline_sim.fit.handling import Handled, handled, handling_law
from hotline_sim.results.schema import TicketOutcome

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.fit.handling import HandlingLaw
    from hotline_sim.results.log import TicketLog

LEAST: Final = 100
"""Simulated tickets below which a category does not speak for itself."""
MOST_GAP: Final = 7 * DAY
"""Days between the end of a log and a forecast that may be missing without a warning."""


def check_covers(log: TicketLog, at: int) -> None:
    """Refuse a log without tickets, and warn of one that does not tell what was open at an instant.

    Raises
    ------
    RecordsError
        If the log holds no ticket.
    """
    if not log.tickets["arrival"].size:
        raise RecordsError("open tickets: the log holds no tickets; counts per interval do not tell them")
    if not log.meta.start <= at <= log.meta.end + MOST_GAP:
        days = [str(datetime_of(tick).date()) for tick in (log.meta.start, log.meta.end, at)]
        warnings.warn(
            f"open tickets: the log covers {days[0]} to {days[1]} (exclusive), the forecast begins on "
            f"{days[2]}: what is open then, the log does not tell",
            HotlineWarning,
            stacklevel=3,
        )


@dataclass(frozen=True, eq=False)
class OpenTickets:
    """Tickets open at an instant.

    Parameters
    ----------
    chance : float64 array, shape (tickets, days)
        Probability that each is still open at the end of each day.
    """

    chance: FloatArray

    @classmethod
    def of(cls, log: TicketLog, at: int, simulated: TicketLog, days: int) -> OpenTickets:
        """Tickets of a log that are open at an instant.

        Parameters
        ----------
        log : TicketLog
            Recorded or simulated; what is known in it after the instant is not looked at.
        at : int
            Instant.
        simulated : TicketLog
            Its tickets tell how long a reply takes: those of the category of the same name, or all.
        days : int
            How far ahead.
        """
        tickets = log.tickets
        waits = (
            (tickets["outcome"] == TicketOutcome.TICKET)
            & (tickets["arrival"] < at)
            & (tickets["replied"] >= at)
        )
        age = (at - tickets["arrival"][waits]) / DAY
        ahead = np.arange(1, days + 1, dtype=np.float64)
        chance = np.ones((age.size, days))
        names = np.array([*log.meta.categories, ""])[tickets["category"][waits]]
        everything = _law(simulated, None)
        for name in np.unique(names):
            law = _law(simulated, str(name)) or everything
            if law is None:
                continue
            for row in np.flatnonzero(names == name):
                now = float(law.sf(age[row])[0])
                # What the law gives no chance to be open any more is as good as done.
                chance[row] = law.sf(age[row] + ahead) / now if now > 0 else 0.0
        return cls(chance)

    @property
    def number(self) -> int:
        """How many they are."""
        return int(self.chance.shape[0])

    def still_open(self, seed: int, replication: int) -> FloatArray:
        """Number still open at the end of each day in one future, shape (days,)."""
        drawn = np.random.default_rng((seed, replication)).random(self.number)
        return np.asarray((self.chance > drawn[:, None]).sum(axis=0), np.float64)


def _law(log: TicketLog, category: str | None) -> HandlingLaw | None:
    """Law of the days to the reply of simulated tickets."""
    tickets = log.tickets
    chosen = tickets["outcome"] == TicketOutcome.TICKET
    if category is not None:
        if category not in log.meta.categories:
            return None
        chosen = chosen & (tickets["category"] == log.meta.categories.index(category))
        if chosen.sum() < LEAST:
            return None
    stood = handled({name: values[chosen] for name, values in tickets.items()}, log.meta.horizon)
    return handling_law(_without_limits(stood))


def _without_limits(stood: Handled) -> Handled:
    none: IntArray = np.zeros(stood.age.size, np.int64)
    return Handled(stood.arrival, stood.age, stood.closed, none, stood.unit, stood.category)
