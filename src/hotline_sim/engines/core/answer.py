"""Kernels that answer a batch of calls in 32 lanes side by side; who calls them says which lanes.

The loops over lanes have no branches, a constant length and arrays of one dimension: the compiler turns
each into packed operations. Row ``j`` of lane ``l`` is ``ends[32 * j + l]``, and four rows are taken at a
time, so that each is read once and not twice. An index counts in ones and is multiplied afterwards: a range
in steps would hide from the compiler that it is never negative.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.engines.core.customers import TimeArray


def answer_pairs(
    arrival: TimeArray,
    service: TimeArray,
    patience: TimeArray,
    drawn: FloatArray,
    threshold: int,
    patient: int,
    shares: FloatArray,
    agents: int,
    ends: TimeArray,
    lower: TimeArray,
    upper: TimeArray,
    counts: IntArray,
    waits: IntArray,
) -> None:
    """Kernel: one batch of an even number of calls in 32 lanes whose agents are always there.

    Two calls are inserted in one pass, as in :func:`~hotline_sim.engines.core.fcfs.serve_all`: the sums are
    then read and written once for both.
    """
    for pair in range(len(arrival) // 2):
        index = 2 * pair
        now, work, limit, uniform = arrival[index], service[index], patience[index], drawn[index]
        index += 1
        after, more, bound, other = arrival[index], service[index], patience[index], drawn[index]
        first_gives_up, second_gives_up = limit < patient, bound < patient
        for lane in range(32):
            first, second = ends[lane], ends[32 + lane]
            begin = first if first > now else now
            wait = begin - now
            comes = uniform < shares[lane]
            is_answered = comes & (wait <= limit)
            is_lost = comes & (wait > limit) & first_gives_up
            counts[lane] += comes
            counts[32 + lane] += is_answered
            counts[64 + lane] += is_lost
            counts[96 + lane] += is_answered & (wait <= threshold)
            waits[lane] += wait if is_answered else 0
            waits[32 + lane] += limit if is_lost else 0
            # An end of 0 goes to the bottom of the column: it changes nothing. The end is read back so that
            # it has the type of the array and not the widest one.
            lower[lane] = begin + work if is_answered else 0
            end = lower[lane]
            first = first if first > end else end
            first = first if first < second else second
            begin = first if first > after else after
            wait = begin - after
            comes = other < shares[lane]
            is_answered = comes & (wait <= bound)
            is_lost = comes & (wait > bound) & second_gives_up
            counts[lane] += comes
            counts[32 + lane] += is_answered
            counts[64 + lane] += is_lost
            counts[96 + lane] += is_answered & (wait <= threshold)
            waits[lane] += wait if is_answered else 0
            waits[32 + lane] += bound if is_lost else 0
            upper[lane] = begin + more if is_answered else 0
            later = upper[lane]
            lower[lane] = end if end < later else later
            upper[lane] = later if end < later else end
        for turn in range(agents // 4):
            row = 128 * turn
            for lane in range(32):
                low, high = lower[lane], upper[lane]
                first, second, third = ends[row + lane], ends[row + 32 + lane], ends[row + 64 + lane]
                fourth, fifth, sixth = ends[row + 96 + lane], ends[row + 128 + lane], ends[row + 160 + lane]
                one, two = (first if first > high else high), (second if second > low else low)
                one = one if one < two else two
                ends[row + lane] = one if one < third else third
                one, two = (second if second > high else high), (third if third > low else low)
                one = one if one < two else two
                ends[row + 32 + lane] = one if one < fourth else fourth
                one, two = (third if third > high else high), (fourth if fourth > low else low)
                one = one if one < two else two
                ends[row + 64 + lane] = one if one < fifth else fifth
                one, two = (fourth if fourth > high else high), (fifth if fifth > low else low)
                one = one if one < two else two
                ends[row + 96 + lane] = one if one < sixth else sixth


def answer_one_by_one(
    arrival: TimeArray,
    service: TimeArray,
    patience: TimeArray,
    drawn: FloatArray,
    threshold: int,
    patient: int,
    shares: FloatArray,
    levels: IntArray,
    ticks: IntArray,
    base: int,
    top: int,
    agents: int,
    step: IntArray,
    last: IntArray,
    front: IntArray,
    change: TimeArray,
    upcoming: TimeArray,
    ends: TimeArray,
    starts: TimeArray,
    counts: IntArray,
    waits: IntArray,
) -> None:
    """Kernel: one batch of calls in 32 lanes whose agents come and go."""
    for index in range(len(arrival)):
        now, work, limit, uniform = arrival[index], service[index], patience[index], drawn[index]
        gives_up = limit < patient
        is_late = False
        for lane in range(32):
            begin = ends[front[lane] + lane]
            begin = begin if begin > change[lane] else change[lane]
            begin = begin if begin > now else now
            starts[lane] = begin
            is_late |= begin >= upcoming[lane]
        if is_late:
            for lane in range(32):
                while starts[lane] >= upcoming[lane] and step[lane] < last[lane]:
                    # From the change on, as many agents count as there are then.
                    change[lane] = upcoming[lane]
                    step[lane] += 1
                    front[lane] = 32 * (agents - levels[step[lane]])
                    upcoming[lane] = min(max(ticks[step[lane]] - base, 0), top)
                    begin = ends[front[lane] + lane]
                    begin = begin if begin > change[lane] else change[lane]
                    starts[lane] = begin if begin > now else now
        for lane in range(32):
            begin = starts[lane]
            wait = begin - now
            comes = uniform < shares[lane]
            is_answered = comes & (wait <= limit)
            is_lost = comes & (wait > limit) & gives_up
            # An end of 0 goes to the bottom of the column: it changes nothing.
            starts[lane] = begin + work if is_answered else 0
            counts[lane] += comes
            counts[32 + lane] += is_answered
            counts[64 + lane] += is_lost
            counts[96 + lane] += is_answered & (wait <= threshold)
            waits[lane] += wait if is_answered else 0
            waits[32 + lane] += limit if is_lost else 0
        for turn in range(agents // 4):
            row = 128 * turn
            for lane in range(32):
                end = starts[lane]
                first, second, third = ends[row + lane], ends[row + 32 + lane], ends[row + 64 + lane]
                fourth, fifth = ends[row + 96 + lane], ends[row + 128 + lane]
                first = first if first > end else end
                ends[row + lane] = first if first < second else second
                second = second if second > end else end
                ends[row + 32 + lane] = second if second < third else third
                third = third if third > end else end
                ends[row + 64 + lane] = third if third < fourth else fourth
                fourth = fourth if fourth > end else end
                ends[row + 96 + lane] = fourth if fourth < fifth else fifth
