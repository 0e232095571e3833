"""A visit: one passage of a ticket through one station, with what the ticket carries along.

What follows from these numbers is not among them, but asked for when it is needed: work and its
end in ``service.py``, patience in ``intake.py``, the place in a queue in ``priority.py``, limits in
``deadlines.py``.
"""

from __future__ import annotations

from typing import NamedTuple

from hotline_sim.compiled import compiled


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
    extended: int
    """1 if the deadline has been moved."""
    thread: int
    """0: the ticket's own life; else what goes on beside it, such as a co-handler's part."""


@compiled
def with_more_time(visit: Visit, due: int, effort_from: int) -> Visit:
    """The same visit with its deadline moved."""
    return Visit(
        visit.ticket,
        visit.stage,
        visit.station,
        visit.attempt,
        visit.ready,
        visit.unit,
        due,
        effort_from,
        visit.dispatches,
        visit.redos,
        visit.opinion,
        1,
        visit.thread,
    )


@compiled
def at_unit(visit: Visit, station: int, unit: int, thread: int) -> Visit:
    """The same visit at a station of another unit, in another thread."""
    return Visit(
        visit.ticket,
        visit.stage,
        station,
        visit.attempt,
        visit.ready,
        unit,
        visit.due,
        visit.effort_from,
        visit.dispatches,
        visit.redos,
        visit.opinion,
        visit.extended,
        thread,
    )


@compiled
def at_stage(visit: Visit, stage: int, station: int, ready: int, due: int, effort_from: int) -> Visit:
    """First visit of a ticket in a stage at the unit that has signed for it."""
    return Visit(
        visit.ticket,
        stage,
        station,
        0,
        ready,
        visit.unit,
        due,
        effort_from,
        visit.dispatches,
        0,
        visit.opinion,
        0,
        0,
    )


@compiled
def with_opinion(visit: Visit, opinion: int) -> Visit:
    """The same visit with the truth about the last reply."""
    return Visit(
        visit.ticket,
        visit.stage,
        visit.station,
        visit.attempt,
        visit.ready,
        visit.unit,
        visit.due,
        visit.effort_from,
        visit.dispatches,
        visit.redos,
        opinion,
        visit.extended,
        visit.thread,
    )
