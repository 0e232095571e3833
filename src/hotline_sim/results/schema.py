"""The columns of a ticket log: names, types, units, and what a value means.

The tables themselves are in :mod:`~hotline_sim.results.log`; the codes of stages and visit outcomes in
:mod:`hotline_sim.network.codes`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from hotline_sim.network.codes import Outcome, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA_VERSION: Final = "1"
"""Changes whenever a column or the meaning of a value does."""


class TicketOutcome(IntEnum):
    """What became of a request at intake."""

    OPEN = 0
    """Not decided by the horizon: waiting, on the phone, or about to call again."""
    ABANDONED = 1
    """Given up for good."""
    INVALID = 2
    """No request after all."""
    DIRECT = 3
    """Answered and closed at intake."""
    TICKET = 4
    """Recorded as a ticket, replied to or not."""
    DISPUTE = 5
    """No contact with the hotline: a dispute that nobody called about, or one that was prevented."""


BACKLOG: Final = "backlog"
"""Source of tickets that were open before the run; it comes after the channels."""

OPINIONS: Final = ("neither", "solved", "satisfied", "solved and satisfied")
"""Names of opinions in the order of their bits."""


class Column(NamedTuple):
    """One column of a table."""

    dtype: type[np.generic]
    """Type of the array."""
    unit: str
    """``"tick"`` (ms of local wall time since 1970-01-01, NEVER: has not happened), ``"ms"`` (a duration),
    ``"number"``, ``"flag"`` (1, 0, or -1: unknown), or the list that a number is a position in (-1: none)."""
    meaning: str
    """One sentence."""


VISIT_COLUMNS: Final[dict[str, Column]] = {
    "ticket": Column(np.int32, "number", "number of the ticket: its row in the table of tickets"),
    "stage": Column(np.int8, "stage", "what the visit is for"),
    "station": Column(np.int16, "station", "station that serves it; none for signing and field work"),
    "attempt": Column(
        np.int8,
        "number",
        "so far: redials (intake), returns (dispatch, sign), redos (handling, field), calls",
    ),
    "ready": Column(np.int64, "tick", "joins the queue"),
    "start": Column(np.int64, "tick", "service begins; NEVER for a caller who gave up"),
    "end": Column(np.int64, "tick", "service ends, after-call work included, or the caller gives up"),
    "after_call": Column(np.int32, "ms", "part of the service after the talk"),
    "target": Column(np.int64, "tick", "when the visit should have ended"),
    "unit": Column(np.int16, "unit", "unit that has the ticket"),
    "due": Column(np.int64, "tick", "deadline of the ticket's reply"),
    "outcome": Column(np.int8, "outcome", "how the visit ended; open if it had not by the horizon"),
    "opinion": Column(np.int8, "opinion", "truth about the last reply, after this visit"),
}
"""Visits: a row for each passage through a station, by ticket, ready, attempt, station, stage, unit."""

TICKET_COLUMNS: Final[dict[str, Column]] = {
    "ticket": Column(np.int32, "number", "number of the ticket, by arrival"),
    "source": Column(np.int16, "source", "channel"),
    "category": Column(np.int16, "category", "subject of the request"),
    "request_class": Column(np.int8, "class", "consult, complaint, help, suggestion or praise"),
    "area": Column(np.int16, "area", "area of the citizen"),
    "urgent": Column(np.int8, "flag", "danger to safety, should a ticket be made"),
    "arrival": Column(np.int64, "tick", "first call or message"),
    "redials": Column(np.int8, "number", "calls made after the first"),
    "answered": Column(np.int64, "tick", "intake begins"),
    "outcome": Column(np.int8, "ticket outcome", "what became of the request at intake"),
    "recorded": Column(np.int64, "tick", "the ticket is made"),
    "dispatched": Column(np.int64, "tick", "first dispatch ends"),
    "signed": Column(np.int64, "tick", "a unit accepts the ticket"),
    "unit": Column(np.int16, "unit", "last unit that had it"),
    "due": Column(np.int64, "tick", "deadline of the first reply"),
    "replied": Column(np.int64, "tick", "first reply reaches the citizen"),
    "closed": Column(np.int64, "tick", "last visit of its own life ends, redone work included"),
    "handling": Column(np.int64, "ms", "working time between first dispatch and first reply"),
    "level": Column(
        np.int8, "number", "who does the work at the unit: 1 office, 2 township, 3 village; 0: not passed on"
    ),
    "returns": Column(np.int8, "number", "times a unit returned it"),
    "redos": Column(np.int8, "number", "times the work was ordered to be done again"),
    "calls": Column(np.int16, "number", "calls back made"),
    "reached": Column(np.int8, "flag", "a call back was answered; unknown if none was made"),
    "solved": Column(np.int8, "flag", "the last reply solved the problem"),
    "satisfied": Column(np.int8, "flag", "the citizen is satisfied with the last reply"),
    "enterprise": Column(np.int8, "flag", "the contact comes from an enterprise"),
    "escalated": Column(np.int64, "tick", "brought before the mayor's office, being open after this instant"),
    "handlers": Column(
        np.int8,
        "number",
        "units at whose desks it is handled, co-handlers included; 0: none so far, or others settle it",
    ),
    "original_due": Column(np.int64, "tick", "deadline of the first reply before it was moved"),
    "extended": Column(
        np.int8, "flag", "the deadline of the first reply was moved: more time, or a hard case"
    ),
    "reminded": Column(np.int8, "flag", "the unit was reminded before the first reply"),
    "colours": Column(np.int8, "number", "colours of supervision before the first reply"),
}
"""Tickets: one row for each contact of the replication, derived from the visits."""

STAFFING_COLUMNS: Final[dict[str, Column]] = {
    "station": Column(np.int16, "station", "station"),
    "tick": Column(np.int64, "tick", "instant of the step"),
    "agents": Column(np.int64, "number", "agents on duty from there on"),
}
"""Staffing: one row for each step, by station and tick."""


@dataclass(frozen=True)
class LogMeta:
    """What the numbers of a log refer to, and where the log comes from.

    Parameters
    ----------
    scenario : str
        Name of the scenario.
    seed, replication : int
        Key of the draws.
    engine : str
        Engine that made the log.
    start, end : int
        First and last (exclusive) tick of the window that counts.
    first : int
        First tick of the run-in.
    horizon : int
        Last tick at which anything happened.
    sources, categories, classes, areas, units, stations : tuple of str
        Names in the order of their numbers.
    unit_kinds : tuple of str
        ``department``, ``county``, ``zone`` or ``company``, one for each unit.
    live : tuple of bool
        Whether a caller of a source waits on the line.
    live_stations : tuple of int
        Stations that take live calls.
    desk_stations : tuple of int
        Stations of the units' handlers, without separate round-the-clock duty.
    callback_station : int or None
        Station that calls back, if any does.
    working_days : tuple of int
        Working days covered by the scenario, counted from 1970-01-01 as day 0.
    day_length : int
        Working time of a full working day, in ms.
    schema_version : str
        Version of the columns.
    unknown : tuple of str
        Facts that the log does not tell, by their names in :mod:`~hotline_sim.results.unknown`; none for a
        simulated one.
    mechanisms : tuple of str
        Tables that the scenario has and might have left out, and such parts of them.
    help_stations : tuple of int
        Stations that take calls only where others have too many.
    """

    scenario: str
    seed: int
    replication: int
    engine: str
    start: int
    end: int
    first: int
    horizon: int
    sources: tuple[str, ...]
    categories: tuple[str, ...]
    classes: tuple[str, ...]
    areas: tuple[str, ...]
    units: tuple[str, ...]
    stations: tuple[str, ...]
    unit_kinds: tuple[str, ...]
    live: tuple[bool, ...]
    live_stations: tuple[int, ...]
    desk_stations: tuple[int, ...]
    callback_station: int | None
    working_days: tuple[int, ...]
    day_length: int
    schema_version: str = SCHEMA_VERSION
    unknown: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    help_stations: tuple[int, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> LogMeta:
        """Read what :meth:`as_dict` gives back from JSON.

        Raises
        ------
        KeyError
            If a value is missing.
        """
        # Earlier logs do not say what they do not tell: they are simulated and lack nothing.
        known = {"unknown": (), "mechanisms": (), "help_stations": (), **values}
        read = {field.name: known[field.name] for field in fields(cls)}
        lists = {name: tuple(value) for name, value in read.items() if isinstance(value, list)}
        return cls(**(read | lists))

    def names(self, unit: str) -> tuple[str, ...] | None:
        """Names that the numbers of a column stand for, or None if they are plain numbers.

        Parameters
        ----------
        unit : str
            Unit of the column, as in :class:`Column`.
        """
        lists = {
            "stage": tuple(member.name.lower() for member in Stage),
            "outcome": tuple(member.name.lower() for member in Outcome),
            "ticket outcome": tuple(member.name.lower() for member in TicketOutcome),
            "opinion": OPINIONS,
            "station": self.stations,
            "unit": self.units,
            "source": self.sources,
            "category": self.categories,
            "class": self.classes,
            "area": self.areas,
        }
        return lists.get(unit)
