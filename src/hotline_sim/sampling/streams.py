"""Uniform random numbers that are looked up by address, never consumed in order.

An address is (seed, replication, stream, source, attempt, ticket serial). Two scenarios with the same
seed thereby use common random numbers, whatever else differs between them.
:mod:`hotline_sim.sampling.distributions` turns the uniforms into variates.
"""

from __future__ import annotations

import hashlib
import operator
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray

SMALLEST: Final = 2.0**-54
"""What a raw zero becomes: the middle of its cell, whose width is 2**-53."""

_WORD: Final = 2**32


class Stream(StrEnum):
    """One name per random quantity.

    The value is the address: changing it changes every number of the stream, adding a member changes
    none. The order of the members means nothing.
    """

    DAY_FACTOR = "day_factor"
    LEVEL = "level"
    ARRIVAL = "arrival"
    CATEGORY = "category"
    REQUEST_CLASS = "request_class"
    AREA = "area"
    URGENT = "urgent"
    INVALID = "invalid"
    DIRECT = "direct"
    TALK = "talk"
    HANG_UP = "hang_up"
    PATIENCE = "patience"
    REDIAL = "redial"
    REDIAL_DELAY = "redial_delay"
    DISPATCH = "dispatch"
    MISROUTE = "misroute"
    WRONG_UNIT = "wrong_unit"
    UNIT = "unit"
    SIGN = "sign"
    RETURN_DELAY = "return_delay"
    DESK = "desk"
    FIELD = "field"
    CALLED = "called"
    REACHED = "reached"
    CALLBACK = "callback"
    SOLVED = "solved"
    SATISFIED = "satisfied"
    REDO = "redo"
    VOLUME = "volume"
    EXTENSION = "extension"
    CO_HANDLERS = "co_handlers"
    CO_UNIT = "co_unit"
    CO_DESK = "co_desk"
    CO_FIELD = "co_field"
    SKILL = "skill"
    CHASE_AFTER = "chase_after"
    CHASE_PATIENCE = "chase_patience"
    CHASE_TALK = "chase_talk"
    REPEATS = "repeats"
    REPEAT_DELAY = "repeat_delay"
    REPEAT_PATIENCE = "repeat_patience"
    REPEAT_TALK = "repeat_talk"
    REOPENS = "reopens"
    RATES = "rates"
    RATE_DELAY = "rate_delay"
    RATE_BAD = "rate_bad"
    RECTIFY = "rectify"
    AUTOMATIC = "automatic"
    AUTOMATIC_WORK = "automatic_work"
    ENTERPRISE = "enterprise"
    THREE_PARTY = "three_party"
    THREE_PARTY_TALK = "three_party_talk"
    COUNTER = "counter"
    COUNTER_WORK = "counter_work"
    ABSENCE = "absence"
    OPENED = "opened"
    LOCAL = "local"
    TOWNSHIP = "township"
    LOCAL_DISPATCH = "local_dispatch"
    LOCAL_SIGN = "local_sign"
    VILLAGE_FIELD = "village_field"
    HARD = "hard"
    HARD_MEETING = "hard_meeting"
    HARD_SETTLED = "hard_settled"
    HARD_WORK = "hard_work"
    MEDIATED = "mediated"
    MEDIATION_SETTLED = "mediation_settled"
    MEDIATION_WORK = "mediation_work"
    LATENT = "latent"
    PREVENTED = "prevented"
    PETITION = "petition"
    PETITION_DELAY = "petition_delay"


def stream_id(name: str) -> int:
    """Stable 32-bit number of a stream name: the first four bytes of its SHA-256, big-endian.

    The built-in ``hash`` would differ from one process to the next.

    Parameters
    ----------
    name : str
        A stream name.

    Returns
    -------
    int
        In [0, 2**32).
    """
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")


STREAM_IDS: Final[dict[Stream, int]] = {stream: stream_id(stream.value) for stream in Stream}

assert len(set(STREAM_IDS.values())) == len(Stream), "two stream names share an id; rename one"


def keep_inside(numbers: FloatArray) -> FloatArray:
    """Move multiples of 2**-53 in [0, 1) into the open interval (0, 1), in place.

    Only zero is moved, to 2**-54. The map is exact and strictly increasing. Adding half a cell to every
    number would not do: the largest, 1 - 2**-53, would round up to 1.

    Parameters
    ----------
    numbers : float64 array, shape (...)
        Raw output of the generator; changed in place.

    Returns
    -------
    float64 array, shape (...)
        The same array, every element in [2**-54, 1 - 2**-53].
    """
    np.maximum(numbers, SMALLEST, out=numbers)
    return numbers


def uniforms(
    seed: int,
    replication: int,
    stream: Stream,
    source: int,
    attempt: int,
    count: int,
    start: int = 0,
) -> FloatArray:
    """Uniforms of tickets ``start`` to ``start + count - 1`` at one address.

    The number of a ticket is the same whatever block it is asked for in.

    Parameters
    ----------
    seed : int
        Seed of the study, at least 0, of any size.
    replication : int
        Number of the independent run, in [0, 2**32).
    stream : Stream
        Which random quantity.
    source : int
        Number of the arrival source, in [0, 2**32).
    attempt : int
        Number of the attempt within the ticket's life, in [0, 2**32).
    count : int
        How many tickets, at least 0.
    start : int
        Serial number of the first one within its source, at least 0.

    Returns
    -------
    float64 array, shape (count,)
        Multiples of 2**-53 strictly inside (0, 1); a raw zero is 2**-54.

    Raises
    ------
    ValueError
        If a number lies outside its range or the stream is unknown.

    Notes
    -----
    The generator is PCG64 DXSM [1]_, keyed by NumPy's ``SeedSequence`` with the rest of the address as
    spawn key. Each part of the key takes exactly one 32-bit word, so that no two addresses give
    the same words; this is why the parts are bounded while the seed is not.

    References
    ----------
    .. [1] O'Neill, M. E. (2014). PCG: A family of simple fast space-efficient statistically good
       algorithms for random number generation. HMC-CS-2014-0905, Harvey Mudd College.

    Examples
    --------
    >>> whole = uniforms(1, 0, Stream.TALK, 0, 0, 10)
    >>> bool((uniforms(1, 0, Stream.TALK, 0, 0, 3, start=7) == whole[7:]).all())
    True
    """
    found = np.empty(_within("count", count, None))
    UniformSequence(seed, replication, stream, source, attempt, start).fill(found)
    return found


class UniformSequence:
    """The numbers of one address in the order of the tickets, given piece by piece.

    Parameters
    ----------
    seed, replication, stream, source, attempt, start
        As for :func:`uniforms`, which has the same numbers and raises the same errors.
    """

    def __init__(
        self, seed: int, replication: int, stream: Stream, source: int, attempt: int, start: int = 0
    ) -> None:
        key = (
            _within("replication", replication),
            STREAM_IDS[Stream(stream)],
            _within("source", source),
            _within("attempt", attempt),
        )
        entropy = np.random.SeedSequence(_within("seed", seed, None), spawn_key=key)
        bits = np.random.PCG64DXSM(entropy)
        first = _within("start", start, None)
        if first:
            bits.advance(first)
        self._generator = np.random.Generator(bits)

    def fill(self, numbers: FloatArray) -> None:
        """Overwrite an array with the numbers of the next tickets, shape (count,)."""
        self._generator.random(out=numbers)
        keep_inside(numbers)


def _within(name: str, value: int, end: int | None = _WORD) -> int:
    """Check that an argument is a whole number in [0, end), and give it as a plain int."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name}: got {value!r}, must be a whole number")
    number = operator.index(value)
    if number < 0 or (end is not None and number >= end):
        upper = "" if end is None else f" and below {end}"
        raise ValueError(f"{name}: got {number}, must be at least 0{upper}")
    return number
