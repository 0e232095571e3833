"""A visit: one passage of a ticket through one station, with what the ticket carries along."""

from __future__ import annotations

from typing import NamedTuple


class Visit(NamedTuple):
    """One passage through a station, and the state of the ticket that makes it.

    All fields are whole numbers; instants and durations are ticks.
    """

    ticket: int
    """Number of the ticket."""
    stage: int
    """Stage; END closes the chain."""
    station: int
    """Station that serves it, or UNSTAFFED."""
    attempt: int
    """Which try of this stage: redials, dispatches, redos or calls so far."""
    ready: int
    """When the visit joins the queue."""
    work: int
    """Agent time it needs, after-call work included."""
    after_call: int
    """The part of ``work`` after the talk."""
    patience: int
    """Longest wait accepted; NEVER: any."""
    priority: int
    """Smaller goes first."""
    since: int
    """Among equal priorities, smaller goes first."""
    calendar: int
    """Calendar on which the work runs, or ALWAYS."""
    target: int
    """When this visit should have ended; NEVER: no such limit."""
    unit: int
    """Unit that has the ticket, or UNKNOWN."""
    due: int
    """Deadline of the ticket's reply; NEVER before it is set."""
    effort_from: int
    """From here on work goes faster; NEVER: it does not."""
    dispatches: int
    """Dispatches before this one, which equals returns so far."""
    redos: int
    """Rounds of work before this one."""
    opinion: int
    """Truth about the last reply (SOLVED_BIT + SATISFIED_BIT), or UNKNOWN."""
