"""A visit: one passage of a ticket through one station, with what the ticket carries along.

What follows from these numbers is not among them, but asked for when it is needed: work and its
end in ``service.py``, patience in ``intake.py``, the place in a queue in ``priority.py``, limits in
``deadlines.py``.
"""

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
