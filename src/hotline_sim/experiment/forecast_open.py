"""Tickets that are open when a forecast begins: how many of them are still open day by day.

The engines begin with an empty city and a run-in, not with given tickets; so these are added to the simulated
backlog. How long a ticket takes, given its age, comes from the simulated times to the reply, both counted in
the hours of the units, so that nothing is closed while they rest.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.clock.calendar import build_calendar
from hotline_sim.clock.ticks import DAY, SECOND, datetime_of
from hotline_sim.errors import HotlineWarning, RecordsError
from hotline_sim.fit.handling import handled, handling_law, without_limits
from hotline_sim.results.schema import TicketOutcome
from hotline_sim.scenario.days import days_between, days_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotline_sim.arrays import BoolArray, FloatArray, IntArray
    from hotline_sim.clock.calendar import Calendar
    from hotline_sim.fit.handling import Handled, HandlingLaw
    from hotline_sim.results.log import TicketLog
    from hotline_sim.scenario.schema import Scenario

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


_ALWAYS: Final = "always"


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
    def of(cls, log: TicketLog, at: int, simulated: TicketLog, days: int, scenario: Scenario) -> OpenTickets:
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
            Ends of days that are asked for.
        scenario : Scenario
            Of the simulated log; ages are counted in the hours of its units.
        """
        tickets = log.tickets
        waits = (
            (tickets["outcome"] == TicketOutcome.TICKET)
            & (tickets["arrival"] < at)
            & (tickets["replied"] >= at)
        )
        stood = _stood(log, waits, at)
        every = _stood(
            simulated, simulated.tickets["outcome"] == TicketOutcome.TICKET, simulated.meta.horizon
        )
        earliest = min((int(one.arrival.min()) for one in (stood, every) if one.arrival.size), default=at)
        hours = UnitHours.of(scenario, earliest, at + days * DAY)
        age, kept = hours.ages(log, stood)
        laws = _Laws(simulated, hours, every)
        chance = np.ones((age.size, days))
        names = np.array([*log.meta.categories, ""])[stood.category]
        ahead = {name: hours.passed(name, at, days) for name in np.unique(kept)}
        for name, keeps in sorted(set(zip(names.tolist(), kept.tolist(), strict=True))):
            law = laws.of(name, keeps)
            if law is None:
                continue
            for row in np.flatnonzero((names == name) & (kept == keeps)):
                now = float(law.sf(age[row] / DAY)[0])
                # What the law gives no chance to be open any more is as good as done.
                chance[row] = law.sf((age[row] + ahead[keeps]) / DAY) / now if now > 0 else 0.0
        return cls(chance)

    @property
    def number(self) -> int:
        """How many they are."""
        return int(self.chance.shape[0])

    def still_open(self, seed: int, replication: int) -> FloatArray:
        """Number still open at the end of each day in one future, shape (days,)."""
        drawn = np.random.default_rng((seed, replication)).random(self.number)
        return np.asarray((self.chance > drawn[:, None]).sum(axis=0), np.float64)


def _stood(log: TicketLog, chosen: BoolArray, at: int) -> Handled:
    """Tickets as they stood at an instant, without their limits."""
    return without_limits(handled({name: values[chosen] for name, values in log.tickets.items()}, at))


@dataclass(frozen=True, eq=False)
class UnitHours:
    """When the units of a scenario work.

    Parameters
    ----------
    of_unit, of_category : dict of str to str
        Entry of ``[hours]`` by unit, and by category where its units are all alike.
    calendars : dict of str to Calendar
        By entry; none for ``"always"``.
    """

    of_unit: dict[str, str]
    of_category: dict[str, str]
    calendars: dict[str, Calendar]

    @classmethod
    def of(cls, scenario: Scenario, first: int, last: int) -> UnitHours:
        """Hours on the days from one instant to another, as far as the calendar knows them."""
        of_unit = {name: unit.hours for name, unit in scenario.units.items()}
        of_category = {}
        for name, category in scenario.categories.items():
            entries = {of_unit[unit] for unit in category.units if unit in of_unit}
            if len(entries) == 1:
                of_category[name] = entries.pop()
        try:
            days = days_between(scenario.calendar, datetime_of(first).date(), datetime_of(last).date())
        except ValueError:
            days = days_of(scenario.calendar, scenario.run)
        calendars = {name: build_calendar(days, hours) for name, hours in scenario.hours.items()}
        return cls(of_unit, of_category, calendars)

    def ages(self, log: TicketLog, stood: Handled) -> tuple[IntArray, NDArray[np.str_]]:
        """Age of each ticket in the hours of its unit, in ms, and the entry of those hours."""
        units, categories = (*log.meta.units, ""), (*log.meta.categories, "")
        kept = np.array(
            [
                self.of_unit.get(units[unit]) or self.of_category.get(categories[category], _ALWAYS)
                for unit, category in zip(stood.unit.tolist(), stood.category.tolist(), strict=True)
            ],
            np.str_,
        )
        age = stood.age.copy()
        for name, calendar in self.calendars.items():
            own = kept == name
            age[own] = calendar.worked(stood.arrival[own], stood.arrival[own] + stood.age[own])
        return np.maximum(age, SECOND), kept

    def passed(self, name: str, at: int, days: int) -> IntArray:
        """Time at work from an instant to the end of each of the next days, in ms."""
        ends = at + np.arange(1, days + 1, dtype=np.int64) * DAY
        calendar = self.calendars.get(name)
        return ends - at if calendar is None else calendar.worked(at, ends)


class _Laws:
    """Laws of the time to the reply of simulated tickets, in days at work, each made when it is asked for."""

    def __init__(self, log: TicketLog, hours: UnitHours, stood: Handled) -> None:
        age, self._kept = hours.ages(log, stood)
        self._stood = replace(stood, age=age)
        self._categories = {name: number for number, name in enumerate(log.meta.categories)}

    def of(self, category: str, keeps: str) -> HandlingLaw | None:
        """Law of a category among the units that keep some hours; of all of these if it has few tickets."""
        alike = self._kept == keeps
        own = alike & (self._stood.category == self._categories.get(category, -2))
        return handling_law(self._stood[own if own.sum() >= LEAST else alike])
