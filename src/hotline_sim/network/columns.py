"""Which random numbers a ticket has; where they lie in memory is said in ``layout.py``.

``draws.py`` says where the numbers come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray


class Draws(NamedTuple):
    """One replication's tickets, numbered by (arrival, source, serial).

    ``n`` is the number of tickets. Decisions are uniforms in (0, 1), compared with a probability when
    the time comes; durations are ticks. Layers of two-dimensional arrays are attempts.
    """

    arrival: IntArray
    """(n,) tick of arrival, not decreasing."""
    source: IntArray
    """(n,) channel."""
    category: IntArray
    """(n,) category."""
    request_class: IntArray
    """(n,) request class."""
    area: IntArray
    """(n,) area of the citizen; 0 if the scenario has none."""
    urgent: IntArray
    """(n,) 1 if the ticket, should one be made, is urgent."""

    invalid: FloatArray
    """(n,) is the contact no request?"""
    direct: FloatArray
    """(n,) is it answered at intake?"""
    talk: IntArray
    """(n,) talk, or work on a written request."""
    invalid_talk: IntArray
    """(n,) the same when it is no request."""
    patience: IntArray
    """(1 + redials, n) longest wait; NEVER: any."""
    redial: FloatArray
    """(redials, n) does the caller call again?"""
    redial_delay: IntArray
    """(redials, n) time until then."""

    dispatch: IntArray
    """(1 + returns, n) work of the dispatch desk."""
    route: FloatArray
    """(n,) which unit is right?"""
    misroute: FloatArray
    """(1 + returns, n) does the desk choose wrongly?"""
    wrong_unit: FloatArray
    """(1 + returns, n) which unit then?"""
    sign: IntArray
    """(1 + returns, n) time until the unit signs."""
    return_delay: IntArray
    """(1 + returns, n) time until a wrong unit returns the ticket."""

    desk: IntArray
    """(1 + redos, n) staffed work."""
    field: IntArray
    """(1 + redos, n) time in the field."""
    solved: FloatArray
    """(1 + redos, n) does the reply solve the problem?"""
    satisfied: FloatArray
    """(1 + redos, n) is the citizen satisfied?"""
    called: FloatArray
    """(1 + redos, n) is the citizen called back?"""
    reached: FloatArray
    """(1 + redos, n) at which call is the citizen reached?"""
    callback: IntArray
    """(1 + redos, n) talk of the call-back."""
    redo: FloatArray
    """(1 + redos, n) is the work done again?"""

    extension: FloatArray
    """(0 or 1, n) is more time asked for and granted?"""
    co_handlers: FloatArray
    """(0 or 1, n) how many co-handlers are there?"""
    co_unit: FloatArray
    """(co-handlers, n) which units are they?"""
    co_desk: IntArray
    """(co-handlers, n) staffed work of a co-handler."""
    co_field: IntArray
    """(co-handlers, n) its time in the field."""
    automatic: FloatArray
    """(0 or 1, n) is it dispatched by a system?"""
    automatic_work: IntArray
    """(0 or 1, n) time that the system takes."""
    enterprise: IntArray
    """(0 or 1, n) 1 if the contact comes from an enterprise."""
    three_party: FloatArray
    """(0 or 1, n) is the call settled together with the unit?"""
    three_party_talk: IntArray
    """(0 or 1, n) talk of three, after the usual talk."""
    counter: FloatArray
    """(0 or 1, n) does it go to the counter?"""
    counter_work: IntArray
    """(0 or 1 + redos, n) work there."""
    opened: IntArray
    """(0 or 1, n) number of the ticket among those open before the run, counted from 1; 0: it is new."""
    hard: FloatArray
    """(0 or 1, n) is it a hard case?"""
    hard_meeting: FloatArray
    """(0 or 1, n) does it wait for a joint meeting?"""
    hard_settled: FloatArray
    """(0 or 1, n) is it settled?"""
    hard_work: IntArray
    """(0 or 1, n) time of a leader."""
    local: FloatArray
    """(0 or 1, n) who does the work of a ticket that is passed on?"""
    township: FloatArray
    """(0 or 1, n) which township is it?"""
    local_dispatch: IntArray
    """(0 or 1, n) work of the unit's centre."""
    local_sign: IntArray
    """(0 or 1, n) time until an office or township signs in its turn."""
    village_field: IntArray
    """(0 or 1, n) time in the field if the village settles it."""
    mediated: FloatArray
    """(0 or 1, n) is it a dispute, and does it go to mediators?"""
    mediation_settled: FloatArray
    """(0 or 1, n) is it settled there?"""
    mediation_work: IntArray
    """(0 or 1, n) time of the mediation."""
    prevented: IntArray
    """(0 or 1, n) 1 if screening finds it, should it be a dispute."""
    petition: FloatArray
    """(0 or 1, n) does the citizen petition?"""
    petition_delay: IntArray
    """(0 or 1, n) time until then."""

    skill: FloatArray
    """(0 or 1, n) which seats does the caller need?"""
    chase_after: IntArray
    """(chasers, n) time until the citizen calls about an open ticket, then from call to call."""
    chase_patience: IntArray
    """(chasers, n) longest wait of such a call."""
    chase_talk: IntArray
    """(chasers, n) its talk."""
    repeats: FloatArray
    """(0 or 1 + redos, n) does the citizen call again if nothing was solved?"""
    repeat_delay: IntArray
    """(0 or 1 + redos, n) time until then."""
    repeat_patience: IntArray
    """(0 or 1 + redos, n) longest wait of such a call."""
    repeat_talk: IntArray
    """(0 or 1 + redos, n) its talk."""
    reopens: FloatArray
    """(0 or 1 + redos, n) does the unit work again after it?"""
    rates: FloatArray
    """(0 or 1, n) does the citizen rate the reply?"""
    rate_delay: IntArray
    """(0 or 1, n) time until then."""
    rate_bad: FloatArray
    """(0 or 1, n) is the rating bad?"""
    rectify: IntArray
    """(0 or 1, n) staffed work that rectifies it."""
