"""All the chance of one replication, as numbers that belong to tickets.

Every number is looked up by the address (seed, replication, stream, source, attempt, serial number of
the ticket within its source), so neither the order in which an engine asks, nor more staff, nor a
further stream or a longer horizon can move it. The tickets themselves follow from the demand alone.
Numbers are drawn in pieces, straight to where ``layout.py`` wants them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.clock.ticks import DAY, HOUR, NEVER
from hotline_sim.network.arriving import arrivals
from hotline_sim.network.backlog import fill_opened, fill_rest
from hotline_sim.network.columns import Draws
from hotline_sim.network.hard_cases import fill_hard_cases
from hotline_sim.network.layout import Attempts, Room, side_by_side, views
from hotline_sim.network.mediation import fill_mediation
from hotline_sim.network.network import Network
from hotline_sim.sampling.distributions import quantile, to_ticks
from hotline_sim.sampling.streams import Stream, UniformSequence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotline_sim.arrays import BoolArray, FloatArray, IntArray
    from hotline_sim.network.laws import DurationLaw
    from hotline_sim.network.wanted import Demand

__all__ = ["Drawing", "Draws", "draw", "draw_blocks", "side_by_side", "views"]

_PIECE: Final = 2**14
"""Tickets drawn at a time: so few that what is worked on stays in the processor's cache."""
_LONGEST: Final = 2.0**50
"""Ticks, some 35,000 years: nobody lives to see the end, and sums of such durations stay whole numbers."""


def check_network(given: object) -> None:
    """Check that an argument is a network.

    Raises
    ------
    TypeError
        If it is not, such as the scenario from which one is built.
    """
    if not isinstance(given, Network):
        kind = type(given).__name__
        msg = f"network: got {kind}, must be a network: hotline_sim.build(scenario)"
        raise TypeError(msg)


def draw(network: Network, seed: int, replication: int) -> Draws:
    """Give every ticket of one replication its numbers.

    Parameters
    ----------
    network : Network
        Only its demand and the counts of attempts are read.
    seed, replication : int
        Not negative.

    Returns
    -------
    Draws
        Tickets that arrive from the start of the run-in to the end of the counted window.

    Raises
    ------
    TypeError
        If it is no network, such as a scenario.
    """
    check_network(network)
    (_, arrival, source), *_ = arrivals(network, seed, replication, days=None)
    room = Room(Attempts.of(network.tables), len(arrival))
    drawn = room.part(0, len(arrival))
    Drawing(network, seed, replication).fill(arrival, source, drawn)
    return drawn


def draw_blocks(network: Network, seed: int, replication: int, days: int) -> Iterator[tuple[int, Draws]]:
    """Give the same tickets block by block, so that a large city's year need not be held at once.

    Parameters
    ----------
    network, seed, replication
        As for :func:`draw`.
    days : int
        Days of arrivals in a block, at least 1.

    Yields
    ------
    end : int
        Tick after the block's last.
    draws : Draws
        Its tickets; put end to end, the blocks are what :func:`draw` gives.

    Raises
    ------
    TypeError
        If it is no network, such as a scenario.
    ValueError
        If ``days`` is below 1.
    """
    check_network(network)
    drawing = Drawing(network, seed, replication)
    for end, arrival, source in arrivals(network, seed, replication, days):
        drawn = Room(drawing.attempts, len(arrival)).part(0, len(arrival))
        drawing.fill(arrival, source, drawn)
        yield end, drawn


class Drawing:
    """Numbers of one replication's tickets in their order, from one piece to the next.

    Parameters
    ----------
    network : Network
        Only its demand and the counts of attempts are read.
    seed, replication : int
        Not negative.
    serials : sequence of int, optional
        Serial number of each channel's next ticket, if tickets before it are left out.
    """

    def __init__(
        self, network: Network, seed: int, replication: int, serials: Sequence[int] | None = None
    ) -> None:
        self.attempts = Attempts.of(network.tables)
        self._demand: Demand = network.demand
        self._resolution = network.tables.resolution
        self._address = seed, replication
        opened = network.demand.opened
        sources = len(network.demand.sources) + (opened is not None)
        self._serials = list(serials or [0] * sources)
        self._sequences: dict[tuple[Stream, int], list[UniformSequence]] = {}
        live = [source.live for source in network.demand.sources]
        self._live = np.array(live + [False] * (sources - len(live)), dtype=bool)

    def fill(self, arrival: IntArray, source: IntArray, into: Draws) -> None:
        """Give the next tickets their numbers.

        Parameters
        ----------
        arrival, source : int64 array, shape (n,)
            As :func:`arrivals` gives them.
        into : Draws
            Columns of n tickets, which are overwritten.
        """
        for low in range(0, len(arrival), _PIECE):
            high = low + _PIECE
            place = Draws._make(column[..., low:high] for column in into)
            place.arrival[...] = arrival[low:high]
            place.source[...] = source[low:high]
            self._fill_piece(arrival[low:high], source[low:high], place)

    def _fill_piece(self, arrival: IntArray, source: IntArray, into: Draws) -> None:
        self._counts = np.bincount(source, minlength=len(self._serials)).tolist()
        # Numbers come channel by channel; each ticket takes that of its place among its channel's.
        by_source = np.argsort(source.astype(np.uint16), kind="stable")
        self._place = np.empty_like(by_source)
        self._place[by_source] = np.arange(len(source))
        self._numbers = np.empty(len(source))

        self._fill_kinds(arrival, into)
        if self._demand.opened is not None:
            chances = [self._uniform(Stream.OPENED, attempt) for attempt in range(2)]
            fill_opened(self._demand.opened, self._serials, source, chances, into)
        self._fill_intake(self._live[source], into)
        urgent = np.flatnonzero(into.urgent)
        self._fill_dispatches(urgent, into)
        self._fill_rounds(urgent, into)
        self._fill_citizens(into)
        if self.attempts.local:
            self._fill_local(into)
        if self._demand.opened is not None:
            fill_rest(self._demand, self._uniform(Stream.OPENED, 2), self._resolution, into)
        if self.attempts.hard:
            fill_hard_cases(self._uniform, partial(self._duration, self._demand.laws.hard_case), into)
        if self.attempts.mediation:
            time, rounds = self._demand.laws.mediation, self._demand.rounds
            fill_mediation(self._uniform, self._duration, time, rounds, into)
        if self.attempts.petition:
            into.petition[0] = self._uniform(Stream.PETITION)
            number = self._uniform(Stream.PETITION_DELAY)
            into.petition_delay[0] = self._duration(self._demand.laws.petition, number)
        self._serials = [serial + count for serial, count in zip(self._serials, self._counts, strict=True)]

    def _uniform(self, stream: Stream, attempt: int = 0) -> FloatArray:
        """One number for every ticket of the piece, shape (n,)."""
        sequences = self._sequences.get((stream, attempt))
        if sequences is None:
            sequences = self._sequences[stream, attempt] = [
                UniformSequence(*self._address, stream, source, attempt, serial)
                for source, serial in enumerate(self._serials)
            ]
        begin = 0
        for sequence, count in zip(sequences, self._counts, strict=True):
            sequence.fill(self._numbers[begin : begin + count])
            begin += count
        return self._numbers[self._place]

    def _duration(
        self, law: DurationLaw | None, numbers: FloatArray, factor: FloatArray | float = 1.0
    ) -> IntArray:
        """Durations by inversion, rounded once; one resolution step where there is no law."""
        if law is None:
            return np.full(numbers.shape, self._resolution, np.int64)
        values = quantile(law.family, numbers, **dict(law.parameters)) * factor
        return to_ticks(np.minimum(values, _LONGEST), self._resolution)

    def _talk_factor(self, arrival: IntArray) -> FloatArray | float:
        """Factor on the talk of every ticket, by the instant of its arrival."""
        demand = self._demand
        if not len(demand.talk_from):
            return 1.0
        window = np.searchsorted(demand.talk_from, arrival, side="right")
        return np.concatenate((np.ones(1), demand.talk_factor))[window]

    def _fill_kinds(self, arrival: IntArray, into: Draws) -> None:
        demand = self._demand
        hour = demand.day_pattern[arrival // DAY - demand.first_day] * 24 + arrival // HOUR % 24
        number = self._uniform(Stream.CATEGORY)
        for row in np.unique(hour):
            members = np.flatnonzero(hour == row)
            into.category[members] = _choose(demand.hour_category[row], number[members])
        inside = slice(*np.searchsorted(demand.event_hours * HOUR, (arrival[0] - HOUR + 1, arrival[-1] + 1)))
        for event_hour, shares in zip(demand.event_hours[inside], demand.event_category[inside], strict=True):
            low, high = np.searchsorted(arrival, (event_hour * HOUR, (event_hour + 1) * HOUR))
            into.category[low:high] = _choose(shares, number[low:high])
        into.request_class[...] = _choose(demand.class_cumulative, self._uniform(Stream.REQUEST_CLASS))
        into.area[...] = _choose(demand.area_cumulative, self._uniform(Stream.AREA))
        into.urgent[...] = self._uniform(Stream.URGENT) < demand.urgent_share[into.category]
        into.route[...] = self._uniform(Stream.UNIT)
        if self.attempts.enterprise and demand.enterprise_share is not None:
            into.enterprise[0] = self._uniform(Stream.ENTERPRISE) < demand.enterprise_share[into.category]

    def _fill_intake(self, live: BoolArray, into: Draws) -> None:
        laws = self._demand.laws
        written = np.flatnonzero(~live)
        into.invalid[...] = self._uniform(Stream.INVALID)
        into.direct[...] = self._uniform(Stream.DIRECT)
        talk = self._uniform(Stream.TALK)
        into.talk[...] = self._duration(laws.talk, talk, self._talk_factor(into.arrival))
        into.talk[written] = self._duration(laws.written, talk[written])
        into.invalid_talk[...] = self._duration(laws.invalid_talk, talk)
        if self.attempts.three_party:
            into.three_party[0] = self._uniform(Stream.THREE_PARTY)
            number = self._uniform(Stream.THREE_PARTY_TALK)
            into.three_party_talk[0] = self._duration(laws.three_party, number)
        for attempt in range(self.attempts.patience):
            patience = into.patience[attempt]
            patience[...] = NEVER
            if laws.patience is not None:
                patience[...] = self._duration(laws.patience, self._uniform(Stream.PATIENCE, attempt))
                # Who would hang up at once still has the smallest patience there is: who is answered
                # on the very tick of the call has not waited.
                hangs_up = self._uniform(Stream.HANG_UP, attempt) < laws.hang_up_share
                patience[hangs_up] = self._resolution
                patience[written] = NEVER
        for attempt in range(self.attempts.redials):
            into.redial[attempt] = self._uniform(Stream.REDIAL, attempt)
            delay = self._uniform(Stream.REDIAL_DELAY, attempt)
            into.redial_delay[attempt] = self._duration(laws.redial_delay, delay)

    def _fill_dispatches(self, urgent: IntArray, into: Draws) -> None:
        laws = self._demand.laws
        for attempt in range(self.attempts.dispatches):
            number = self._uniform(Stream.DISPATCH, attempt)
            into.dispatch[attempt] = self._duration(laws.dispatch, number)
            into.dispatch[attempt, urgent] = self._duration(laws.urgent_dispatch, number[urgent])
            into.misroute[attempt] = self._uniform(Stream.MISROUTE, attempt)
            into.wrong_unit[attempt] = self._uniform(Stream.WRONG_UNIT, attempt)
            number = self._uniform(Stream.SIGN, attempt)
            into.sign[attempt] = self._duration(laws.sign, number)
            into.sign[attempt, urgent] = self._duration(laws.urgent_sign, number[urgent])
            number = self._uniform(Stream.RETURN_DELAY, attempt)
            into.return_delay[attempt] = self._duration(laws.return_delay, number)
        if self.attempts.automatic:
            into.automatic[0] = self._uniform(Stream.AUTOMATIC)
            number = self._uniform(Stream.AUTOMATIC_WORK)
            into.automatic_work[0] = self._duration(laws.automatic_dispatch, number)

    def _fill_local(self, into: Draws) -> None:
        laws = self._demand.laws
        into.local[0], into.township[0] = self._uniform(Stream.LOCAL), self._uniform(Stream.TOWNSHIP)
        into.local_dispatch[0] = self._duration(laws.local_dispatch, self._uniform(Stream.LOCAL_DISPATCH))
        into.local_sign[0] = self._duration(laws.local_sign, self._uniform(Stream.LOCAL_SIGN))
        into.village_field[0] = self._duration(laws.village_field, self._uniform(Stream.VILLAGE_FIELD))

    def _fill_rounds(self, urgent: IntArray, into: Draws) -> None:
        laws = self._demand.laws
        # Later ones stand before earlier ones: class, then category, then urgent.
        desk_laws = _laws_of(laws.desk, into.request_class) + _laws_of(laws.category_desk, into.category)
        field_laws = _laws_of(laws.field, into.request_class) + _laws_of(laws.category_field, into.category)
        field_laws += [
            (law, urgent[members]) for law, members in _laws_of(laws.urgent_field, into.category[urgent])
        ]
        if self.attempts.extension:
            into.extension[0] = self._uniform(Stream.EXTENSION)
        if self.attempts.co_handlers:
            into.co_handlers[0] = self._uniform(Stream.CO_HANDLERS)
        for attempt in range(self.attempts.co_handlers):
            into.co_unit[attempt] = self._uniform(Stream.CO_UNIT, attempt)
            desk, field = self._uniform(Stream.CO_DESK, attempt), self._uniform(Stream.CO_FIELD, attempt)
            for law, members in desk_laws:
                into.co_desk[attempt, members] = self._duration(law, desk[members], laws.co_work)
            for law, members in field_laws:
                into.co_field[attempt, members] = self._duration(law, field[members], laws.co_work)
        if self.attempts.counter:
            into.counter[0] = self._uniform(Stream.COUNTER)
        for attempt in range(self.attempts.counter_rounds):
            number = self._uniform(Stream.COUNTER_WORK, attempt)
            into.counter_work[attempt] = self._duration(laws.counter, number)
        for attempt in range(self.attempts.rounds):
            number = self._uniform(Stream.DESK, attempt)
            for law, members in desk_laws:
                into.desk[attempt, members] = self._duration(law, number[members])
            into.desk[attempt, urgent] = self._duration(laws.urgent_desk, number[urgent])
            number = self._uniform(Stream.FIELD, attempt)
            for law, members in field_laws:
                into.field[attempt, members] = self._duration(law, number[members])
            into.solved[attempt] = self._uniform(Stream.SOLVED, attempt)
            into.satisfied[attempt] = self._uniform(Stream.SATISFIED, attempt)
            into.called[attempt] = self._uniform(Stream.CALLED, attempt)
            into.reached[attempt] = self._uniform(Stream.REACHED, attempt)
            number = self._uniform(Stream.CALLBACK, attempt)
            into.callback[attempt] = self._duration(laws.callback, number)
            into.redo[attempt] = self._uniform(Stream.REDO, attempt)

    def _fill_citizens(self, into: Draws) -> None:
        laws, attempts = self._demand.laws, self.attempts
        if attempts.skill:
            into.skill[0] = self._uniform(Stream.SKILL)
        for attempt in range(attempts.chasers):
            into.chase_after[attempt] = self._chase_after(attempt)
            into.chase_patience[attempt] = self._patience(Stream.CHASE_PATIENCE, attempt)
            talk = self._uniform(Stream.CHASE_TALK, attempt)
            into.chase_talk[attempt] = self._duration(laws.chase_talk, talk)
        for attempt in range(attempts.repeats):
            into.repeats[attempt] = self._uniform(Stream.REPEATS, attempt)
            delay = self._uniform(Stream.REPEAT_DELAY, attempt)
            into.repeat_delay[attempt] = self._duration(laws.repeat_delay, delay)
            into.repeat_patience[attempt] = self._patience(Stream.REPEAT_PATIENCE, attempt)
            talk = self._uniform(Stream.REPEAT_TALK, attempt)
            into.repeat_talk[attempt] = self._duration(laws.repeat_talk, talk)
            into.reopens[attempt] = self._uniform(Stream.REOPENS, attempt)
        if attempts.rating:
            into.rates[0] = self._uniform(Stream.RATES)
            into.rate_delay[0] = self._duration(laws.rate_delay, self._uniform(Stream.RATE_DELAY))
            into.rate_bad[0] = self._uniform(Stream.RATE_BAD)
            into.rectify[0] = self._duration(laws.rectify, self._uniform(Stream.RECTIFY))

    def _chase_after(self, attempt: int) -> IntArray:
        """Time until a call about an open ticket; NEVER: somebody who does not call."""
        number, laws = self._uniform(Stream.CHASE_AFTER, attempt), self._demand.laws
        if attempt:
            return self._duration(laws.chase_again, number)
        calls = number < laws.chase_share
        after = np.full(len(number), NEVER, np.int64)
        # Among those below the share the number is uniform again.
        after[calls] = self._duration(laws.chase_after, number[calls] / laws.chase_share)
        return after

    def _patience(self, stream: Stream, attempt: int) -> IntArray:
        """Longest wait of a call about one's own ticket; NEVER: any."""
        law = self._demand.laws.patience
        if law is None:
            return np.full(len(self._place), NEVER, np.int64)
        return self._duration(law, self._uniform(stream, attempt))


def _laws_of(laws: tuple[DurationLaw | None, ...], group: IntArray) -> list[tuple[DurationLaw, IntArray]]:
    """Laws by group and the places of the tickets they hold for, where there are both."""
    found = []
    for number, law in enumerate(laws):
        if law is not None:
            members = np.flatnonzero(group == number)
            if len(members):
                found.append((law, members))
    return found


def _choose(cumulative: FloatArray, numbers: FloatArray) -> IntArray:
    """Index of the interval of a cumulative distribution in which each number falls."""
    if not len(cumulative):
        return np.zeros(len(numbers), np.int64)
    index = np.searchsorted(cumulative, numbers, side="right")
    return np.minimum(index, len(cumulative) - 1).astype(np.int64)
