"""Small whole numbers that stand for stages, outcomes and limits in arrays and in the ticket log.

The order of the members is part of the log's schema: new ones are added at the end.
"""

from __future__ import annotations

from enum import IntEnum

UNSTAFFED = -1
"""Station of a visit that waits for nobody: signing, field work."""

ALWAYS = -1
"""Calendar of work that goes on round the clock."""

UNKNOWN = -1
"""Opinion or unit that is not known yet."""


class Stage(IntEnum):
    """What a visit is for."""

    INTAKE = 0
    DISPATCH = 1
    SIGN = 2
    HANDLING = 3
    FIELD = 4
    CALLBACK = 5
    END = 6
    LEADER = 7
    MEETING = 8
    MEDIATION = 9
    LOCAL_DISPATCH = 10
    COUNTER = 11
    CHASE = 12
    RATING = 13
    RECTIFY = 14
    LOCAL_SIGN = 15
    REPEAT = 16
    DUPLICATE = 17
    DISPUTE = 18
    PETITION = 19


BESIDE = (Stage.CHASE, Stage.RATING, Stage.RECTIFY, Stage.DUPLICATE)
"""Stages of what goes on beside a ticket's own life."""


class Outcome(IntEnum):
    """How a visit ended."""

    OPEN = 0
    REDIAL = 1
    ABANDONED = 2
    INVALID = 3
    DIRECT = 4
    RECORDED = 5
    DISPATCHED = 6
    SIGNED = 7
    RETURNED = 8
    HANDLED = 9
    REPLIED = 10
    UNREACHED = 11
    CONFIRMED = 12
    REDO = 13
    JOINED = 14
    SETTLED = 15
    FAILED = 16
    PETITION = 17
    PREVENTED = 18
    PASSED_ON = 19
    SIGNED_LOCALLY = 20
    BUSY = 21
    BLOCKED = 22
    CHASED = 23
    DUPLICATE = 24
    RATED = 25
    RATED_BADLY = 26
    RECTIFIED = 27
    THIRD_PARTY = 28
    REOPENED = 29
    REPEATED = 30
    AUTOMATIC = 31
    TO_VILLAGE = 32


class Limit(IntEnum):
    """Rows of the table of time limits; the request classes come first, in their own order."""

    CONSULT = 0
    COMPLAINT = 1
    HELP = 2
    SUGGESTION = 3
    PRAISE = 4
    URGENT = 5
    SIGN = 6
    URGENT_SIGN = 7
    REDO = 8


class LimitKind(IntEnum):
    """On which clock a time limit runs."""

    CLOCK = 0
    WORKING_DAYS = 1
    WORKING_TIME = 2


class ClockStart(IntEnum):
    """Instant from which the time limit of a reply counts."""

    ARRIVAL = 0
    DISPATCH = 1
    SIGN = 2


SOLVED_BIT = 1
SATISFIED_BIT = 2
"""An opinion is the sum of the bits that hold, or UNKNOWN before the first reply."""
