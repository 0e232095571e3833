"""M(t)/M/c(t), with or without patience: rate and staffing are steps, and the chain is followed exactly.

Agents who go off duty finish the call they hold, as in the engines. The load of any service without a limit
on agents is in :mod:`hotline_sim.analytic.offered_load`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotline_sim.analytic.arguments import positive, whole

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from scipy.sparse import csr_array

    from hotline_sim.analytic.offered_load import StepRate
    from hotline_sim.arrays import FloatArray, IntArray

_LOST = 1e-12
"""Largest probability that may stand at the end of the longest queue that is followed."""
_CHUNK = 200.0
"""Expected jumps of the chain in one go."""
_SETTLED = 1e-9
"""Distance, in total variation, at which two cycles are the same."""
_MOST_CYCLES = 1_000


class Course(NamedTuple):
    """What happens over time; every column is of float64.

    Attributes
    ----------
    edges : shape (pieces + 1,)
        Instants.
    arrivals : shape (pieces,)
        Expected arrivals.
    waiting : shape (pieces,)
        Time that callers spend waiting, of all together: the integral of the queue length.
    busy : shape (pieces,)
        Time that agents spend on calls, likewise.
    delayed : shape (pieces,)
        Expected arrivals that find no free agent.
    abandoned : shape (pieces,)
        Expected callers who give up.
    queue_length : shape (pieces + 1,)
        Mean number waiting at the edges, just before a change of staffing.
    mean_busy : shape (pieces + 1,)
        Mean number of agents on a call at the edges.
    """

    edges: FloatArray
    arrivals: FloatArray
    waiting: FloatArray
    busy: FloatArray
    delayed: FloatArray
    abandoned: FloatArray
    queue_length: FloatArray
    mean_busy: FloatArray

    @property
    def delay_probability(self) -> float:
        """Share of all arrivals that find no free agent; NaN without arrivals."""
        return self._per_arrival(self.delayed)

    @property
    def abandonment(self) -> float:
        """Share of all arrivals that give up; NaN without arrivals."""
        return self._per_arrival(self.abandoned)

    @property
    def mean_wait(self) -> float:
        """Mean wait of all arrivals, by Little's law: exact if the whole ends as it began."""
        return self._per_arrival(self.waiting)

    def _per_arrival(self, amounts: FloatArray) -> float:
        total = self.arrivals.sum()
        return float(amounts.sum() / total) if total else math.nan


class _Chain:
    """States (agents on a call, callers waiting) while rate and staffing are constant.

    With c on duty, those below c have no queue, so that they are c single states; above stand those of c and
    more on a call, up to the most that still are, each with every length of the queue. More than c are on a
    call when staffing has fallen.
    """

    def __init__(self, on_duty: int, most_busy: int, longest: int) -> None:
        self.on_duty, self.longest = on_duty, longest
        self.rows = max(most_busy, on_duty) - on_duty + 1
        full_busy = np.repeat(on_duty + np.arange(self.rows), longest + 1)
        self.busy: IntArray = np.concatenate((np.arange(on_duty), full_busy))
        queues = np.tile(np.arange(longest + 1), self.rows)
        self.queue: IntArray = np.concatenate((np.zeros(on_duty, dtype=np.int64), queues))

    def generator(self, rate: float, service: float, patience: float) -> csr_array:
        """Transposed matrix of the rates from state to state, shape (states, states)."""
        from scipy.sparse import csr_array

        on_duty, width, count = self.on_duty, self.longest + 1, self.busy.size
        here = np.arange(count)
        free, last = here < on_duty, self.queue == self.longest
        up = np.where(last & ~free, 0.0, rate)
        leaving = self.queue / patience
        done = self.busy / service
        # Someone who waits takes the place of who is done, unless the agent goes home.
        followed = (self.busy == on_duty) & (self.queue > 0)
        shrinks = (done > 0) & ~followed
        after = np.where(self.busy > on_duty, here - width, here - 1)
        shorter = leaving + np.where(followed, done, 0)
        moves = [
            (here[up > 0], here[up > 0] + 1, up[up > 0]),
            (here[shrinks], after[shrinks], done[shrinks]),
            (here[shorter > 0], here[shorter > 0] - 1, shorter[shorter > 0]),
        ]
        source, target, rates = (np.concatenate(parts) for parts in zip(*moves, strict=True))
        out = np.bincount(source, rates, minlength=count)
        return csr_array(
            (
                np.concatenate((rates, -out)),
                (np.concatenate((target, here)), np.concatenate((source, here))),
            ),
            shape=(count, count),
        )

    def pick(self, joint: FloatArray) -> FloatArray:
        """Probabilities of the states, from an array by agents on a call and callers waiting."""
        return joint[self.busy, self.queue]

    def put(self, share: FloatArray, most_busy: int) -> FloatArray:
        """Array by agents on a call and callers waiting, from probabilities of the states."""
        joint = np.zeros((most_busy + 1, self.longest + 1))
        joint[self.busy, self.queue] = share
        return joint


def _advance(generator: csr_array, share: FloatArray, length: float) -> tuple[FloatArray, FloatArray]:
    """Probabilities after a time, and their integral over it, by uniformisation."""
    from scipy.special import pdtrc

    fastest = float(-generator.diagonal().min())
    if fastest == 0:
        return share, share * length
    jumps = fastest * length
    number = np.arange(math.ceil(jumps + 9 * math.sqrt(jumps) + 25))
    beyond = pdtrc(number, jumps)
    weights = np.diff(-beyond, prepend=-1.0)
    after, area = np.zeros_like(share), np.zeros_like(share)
    step = generator / fastest
    for weight, tail in zip(weights, beyond, strict=True):
        after += weight * share
        area += tail * share
        share = share + step @ share
    return after, area / fastest


def _restaff(joint: FloatArray, on_duty: int) -> FloatArray:
    """Let waiting callers start where agents are free now."""
    result = joint.copy()
    for busy in range(min(on_duty, joint.shape[0])):
        waiting = result[busy, 1:].copy()
        if not waiting.any():
            continue
        result[busy, 1:] = 0
        spare = on_duty - busy
        for start in range(1, min(spare, waiting.size) + 1):
            if start < spare:
                result[busy + start, 0] += waiting[start - 1]
            else:
                result[on_duty, : waiting.size - spare + 1] += waiting[spare - 1 :]
    return result


class _Follower:
    """The joint distribution of agents on a call and callers waiting, as time goes on."""

    def __init__(self, most: int, service: float, patience: float) -> None:
        self.most, self.service, self.patience = most, service, patience
        self.joint = np.zeros((most + 1, 64))
        self.joint[0, 0] = 1.0

    def means(self) -> tuple[float, float]:
        """Mean numbers waiting and on a call."""
        queue = self.joint.sum(axis=0) @ np.arange(self.joint.shape[1])
        return float(queue), float(self.joint.sum(axis=1) @ np.arange(self.most + 1))

    def pass_piece(self, rate: float, on_duty: int, length: float) -> FloatArray:
        """Go through a piece; integrals of queue length, agents on a call, and of nobody being free."""
        self.joint = _restaff(self.joint, on_duty)
        total, left = np.zeros(3), length
        while left > 1e-12 * length:
            occupied = np.flatnonzero(self.joint.sum(axis=1) > 1e-16)
            chain = _Chain(on_duty, int(occupied[-1]), self.joint.shape[1] - 1)
            generator = chain.generator(rate, self.service, self.patience)
            fastest = max(float(-generator.diagonal().min()), 1e-300)
            part = min(left, _CHUNK / fastest)
            share, area = _advance(generator, chain.pick(self.joint), part)
            if share[chain.queue == chain.longest].sum() > _LOST:
                self.joint = np.pad(self.joint, ((0, 0), (0, self.joint.shape[1] // 2)))
                continue
            self.joint = chain.put(share, self.most)
            total += area @ chain.queue, area @ chain.busy, area[chain.busy >= on_duty].sum()
            left -= part
        return total


def follow(rate: StepRate, agents: ArrayLike, *, service: float, patience: float | None = None) -> Course:
    """Follow M(t)/M/c(t) or M(t)/M/c(t)+M through its pieces.

    Parameters
    ----------
    rate : StepRate
        Poisson arrivals. If it repeats, the result is the cycle that is the same as the one before; else
        the system is empty at the first edge.
    agents : int array, shape (pieces,)
        On duty in each piece, may be 0. When the number falls, those who hold a call finish it and take no
        other; their calls count against the new number.
    service : float
        Mean of the exponential service.
    patience : float or None
        Mean of the exponential patience; None if nobody gives up.

    Returns
    -------
    Course
        By piece and at the edges.

    Raises
    ------
    ValueError
        If an argument is impossible, or a repeating queue grows from cycle to cycle.

    Notes
    -----
    The states are the pairs of agents on a call and callers waiting. Within a piece, their probabilities and
    the integrals of these are computed by uniformisation [1]_, to a probability of 1e-11 or better; the
    longest queue that is followed grows as needed. Made for up to some hundred agents.

    References
    ----------
    .. [1] Jensen, A. (1953). Markoff chains as an aid in the study of Markoff processes. Skandinavisk
       Aktuarietidskrift 36, 87-91; Green, L., Kolesar, P. (1991). The pointwise stationary approximation for
       queues with nonstationary arrivals. Management Science 37, 84-97, computes the same chain.
    """
    mean = float(positive("service", service))
    endurance = math.inf if patience is None else float(positive("patience", patience))
    staff = np.broadcast_to(whole("agents", agents, 0), rate.rates.shape)
    follower = _Follower(int(staff.max()), mean, endurance)
    if not rate.repeats:
        return _cycle(follower, rate, staff)
    for _ in range(_MOST_CYCLES):
        before = follower.joint
        course = _cycle(follower, rate, staff)
        same = np.zeros_like(follower.joint)
        same[:, : before.shape[1]] = before
        if np.abs(follower.joint - same).sum() < _SETTLED:
            return course
        if patience is None and rate.arrivals.sum() >= (staff * rate.lengths).sum() / mean:
            break
    msg = "rate: more calls arrive in a cycle than agents can serve, so that no cycle is like the one before"
    raise ValueError(msg)


def _cycle(follower: _Follower, rate: StepRate, staff: IntArray) -> Course:
    """Go through all pieces once."""
    ends = [follower.means()]
    areas = []
    for arrivals, on_duty, length in zip(rate.rates, staff, rate.lengths, strict=True):
        areas.append(follower.pass_piece(float(arrivals), int(on_duty), float(length)))
        ends.append(follower.means())
    waiting, busy, full = np.array(areas).T
    queue, on_call = np.array(ends).T
    return Course(
        edges=rate.edges,
        arrivals=rate.arrivals,
        waiting=waiting,
        busy=busy,
        delayed=rate.rates * full,
        abandoned=waiting / follower.patience,
        queue_length=queue,
        mean_busy=on_call,
    )
