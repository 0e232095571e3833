"""All the chance of one replication, as numbers that belong to tickets.

Every number is looked up by the address (seed, replication, stream, source, attempt, serial number of
the ticket within its source), so neither the order in which an engine asks, nor more staff, nor a
further stream or a longer horizon can move it. The tickets themselves follow from the demand alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import numpy as np

from hotline_sim.clock.ticks import DAY, HOUR, NEVER
from hotline_sim.network.network import Network
from hotline_sim.sampling.arrivals import (
    CumulativeRate,
    UnitProcess,
    arrival_times,
    day_factors,
    ticks_of,
)
from hotline_sim.sampling.distributions import quantile, to_ticks
from hotline_sim.sampling.streams import Stream, uniforms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.network.network import Demand, DurationLaw


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


def _check_is_network(given: object) -> None:
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
    _check_is_network(network)
    resolution = network.tables.resolution
    arrivals = [
        arrival_times(seed, replication, source, rate, resolution=resolution)
        for source, rate in enumerate(rates(network, seed, replication))
    ]
    return _Drawing(network, seed, replication, arrivals, [0] * len(arrivals)).draws()


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
    _check_is_network(network)
    if days < 1:
        msg = f"days: got {days}, must be at least 1"
        raise ValueError(msg)
    resolution = network.tables.resolution
    demand = rates(network, seed, replication)
    processes = [UnitProcess(seed, replication, source) for source in range(len(demand))]
    serials = [0] * len(demand)
    for start in range(network.first, network.end, days * DAY):
        end = min(start + days * DAY, network.end)
        arrivals = []
        for process, rate in zip(processes, demand, strict=True):
            row = int(np.searchsorted(rate.ticks, end))
            arrivals.append(ticks_of(process.times(float(rate.cumulative[row])), rate, resolution))
        yield end, _Drawing(network, seed, replication, arrivals, serials).draws()
        serials = [serial + len(ticks) for serial, ticks in zip(serials, arrivals, strict=True)]


def rates(network: Network, seed: int, replication: int) -> list[CumulativeRate]:
    """Expected arrivals of each source with the random factors of the days."""
    demand = network.demand
    factors = day_factors(
        seed, replication, first_day=demand.first_day, count=demand.days, cv=demand.day_factor_cv
    )
    found = []
    for source in demand.sources:
        day = source.rate.ticks[:-1] // DAY - demand.first_day
        found.append(
            CumulativeRate.from_rates(source.rate.ticks, np.diff(source.rate.cumulative) * factors[day])
        )
    return found


TOGETHER: Final = (
    ("dispatch", "misroute", "wrong_unit", "sign", "return_delay"),
    ("desk", "field", "solved", "satisfied", "called", "reached", "callback", "redo"),
)
"""Numbers of one attempt that are wanted at about the same time."""
NUMBERS: Final = ("source", "category", "request_class", "area", "urgent")
"""Columns that are used as an index: without a sign, compiled code need not count from the end."""


def side_by_side(draws: Draws) -> Draws:
    """Lay the numbers of a ticket's later life next to each other in memory.

    They are read days after the arrival, out of order: apart, each would cost an access to main memory.
    The arrays named in ``TOGETHER`` become columns of shared blocks, and those in ``NUMBERS`` lose their
    sign; draws that are so already are not copied.
    """
    columns: dict[str, np.ndarray] = {
        name: getattr(draws, name).astype(np.uint32, copy=False) for name in NUMBERS
    }
    if draws.dispatch.strides[-1] == len(TOGETHER[0]) * 8:
        return draws._replace(**columns)
    for names in TOGETHER:
        arrays = [getattr(draws, name) for name in names]
        attempts, tickets = arrays[0].shape
        # A single number would count as contiguous, and the core be compiled again for its type.
        block = np.zeros((max(attempts, 2) if tickets == 1 else attempts, tickets, len(names)), np.int64)
        for attempt in range(attempts):
            for low in range(0, tickets, _CHUNK):
                rows = [array[attempt, low : low + _CHUNK].view(np.int64) for array in arrays]
                block[attempt, low : low + _CHUNK] = np.stack(rows, axis=-1)
        for column, (name, array) in enumerate(zip(names, arrays, strict=True)):
            columns[name] = block[:, :, column].view(array.dtype)
    return draws._replace(**columns)


def _room(part: Draws, tickets: int) -> Draws:
    """Room for so many tickets, laid out and typed as those of a part."""
    columns = {
        name: np.empty((*column.shape[:-1], tickets), column.dtype) for name, column in part._asdict().items()
    }
    for names in TOGETHER:
        block = np.empty((len(columns[names[0]]), tickets, len(names)), np.int64)
        for number, name in enumerate(names):
            columns[name] = block[:, :, number].view(columns[name].dtype)
    return Draws(**columns)


_PIECE = 2**15
"""Tickets drawn at a time."""
_CHUNK = 4096
_LONGEST = 2.0**50
"""Ticks, some 35,000 years: nobody lives to see the end, and sums of such durations stay whole numbers."""


def views(draws: Draws) -> Draws:
    """Memory views of the arrays, for Python: indexing gives a plain number, several times faster."""
    return Draws(*(cast("Any", column.data) for column in draws))


class _Drawing:
    """The steps of :func:`draw`, sharing the order of the tickets."""

    def __init__(
        self, network: Network, seed: int, replication: int, arrivals: list[IntArray], serials: list[int]
    ) -> None:
        self.network = network
        self.demand: Demand = network.demand
        self.seed = seed
        self.replication = replication
        self.resolution = network.tables.resolution
        self.counts = [len(ticks) for ticks in arrivals]
        self.serials = serials
        arrival = np.concatenate(arrivals) if arrivals else np.empty(0, np.int64)
        source = np.repeat(np.arange(len(arrivals)), self.counts)
        # A stable sort keeps (source, serial) among equal arrivals: the total order of tickets.
        order = np.argsort(arrival, kind="stable")
        self.order = order
        self.arrival: IntArray = arrival[order]
        self.source: IntArray = source[order].astype(np.int64)

    def uniform(self, stream: Stream, attempt: int = 0) -> FloatArray:
        """One number for every ticket, shape (n,), in ticket order."""
        parts = [
            uniforms(self.seed, self.replication, stream, source, attempt, count, start=serial)
            for source, (count, serial) in enumerate(zip(self.counts, self.serials, strict=True))
        ]
        together = np.concatenate(parts) if parts else np.empty(0)
        return together[self.order]

    def layers(self, stream: Stream, attempts: int) -> FloatArray:
        """Numbers by attempt and ticket, shape (attempts, n)."""
        numbers = np.empty((attempts, len(self.arrival)))
        for attempt in range(attempts):
            numbers[attempt] = self.uniform(stream, attempt)
        return numbers

    def duration(
        self, law: DurationLaw | None, numbers: FloatArray, factor: FloatArray | float = 1.0
    ) -> IntArray:
        """Durations by inversion, rounded once; one resolution step where there is no law."""
        if law is None:
            return np.full(numbers.shape, self.resolution, np.int64)
        values = quantile(law.family, numbers, **dict(law.parameters)) * factor
        return to_ticks(np.minimum(values, _LONGEST), self.resolution)

    def by_group(
        self, laws: tuple[DurationLaw | None, ...], group: IntArray, chosen: FloatArray, into: IntArray
    ) -> None:
        """Overwrite the durations of tickets whose group has a law of its own."""
        for number, law in enumerate(laws):
            if law is None:
                continue
            members = np.flatnonzero(group == number)
            if len(members):
                into[:, members] = self.duration(law, chosen[:, members])

    def draws(self) -> Draws:
        """Return everything; see :class:`Draws`."""
        laws, tables = self.demand.laws, self.network.tables
        category, request_class, area, urgent = self._kinds()
        live = np.array([source.live for source in self.demand.sources], dtype=bool)[self.source]
        is_urgent = np.flatnonzero(urgent)

        talk_number = self.uniform(Stream.TALK)
        factor = self._talk_factor()
        talk = self.duration(laws.talk, talk_number, factor)
        written = np.flatnonzero(~live)
        talk[written] = self.duration(laws.written, talk_number[written])

        dispatches, redos = 1 + tables.most_returns, 1 + tables.most_redos
        dispatch_number = self.layers(Stream.DISPATCH, dispatches)
        dispatch = self.duration(laws.dispatch, dispatch_number)
        dispatch[:, is_urgent] = self.duration(laws.urgent_dispatch, dispatch_number[:, is_urgent])
        sign_number = self.layers(Stream.SIGN, dispatches)
        sign = self.duration(laws.sign, sign_number)
        sign[:, is_urgent] = self.duration(laws.urgent_sign, sign_number[:, is_urgent])

        desk_number, field_number = self.layers(Stream.DESK, redos), self.layers(Stream.FIELD, redos)
        desk, field = np.empty(desk_number.shape, np.int64), np.empty(field_number.shape, np.int64)
        self.by_group(laws.desk, request_class, desk_number, desk)
        self.by_group(laws.field, request_class, field_number, field)
        desk[:, is_urgent] = self.duration(laws.urgent_desk, desk_number[:, is_urgent])
        urgent_category = np.where(urgent == 1, category, -1)
        self.by_group(laws.urgent_field, urgent_category, field_number, field)

        return side_by_side(
            Draws(
                arrival=self.arrival,
                source=self.source,
                category=category,
                request_class=request_class,
                area=area,
                urgent=urgent,
                invalid=self.uniform(Stream.INVALID),
                direct=self.uniform(Stream.DIRECT),
                talk=talk,
                invalid_talk=self.duration(laws.invalid_talk, talk_number),
                patience=self._patience(live),
                redial=self.layers(Stream.REDIAL, tables.most_redials),
                redial_delay=self.duration(
                    laws.redial_delay, self.layers(Stream.REDIAL_DELAY, tables.most_redials)
                ),
                dispatch=dispatch,
                route=self.uniform(Stream.UNIT),
                misroute=self.layers(Stream.MISROUTE, dispatches),
                wrong_unit=self.layers(Stream.WRONG_UNIT, dispatches),
                sign=sign,
                return_delay=self.duration(laws.return_delay, self.layers(Stream.RETURN_DELAY, dispatches)),
                desk=desk,
                field=field,
                solved=self.layers(Stream.SOLVED, redos),
                satisfied=self.layers(Stream.SATISFIED, redos),
                called=self.layers(Stream.CALLED, redos),
                reached=self.layers(Stream.REACHED, redos),
                callback=self.duration(laws.callback, self.layers(Stream.CALLBACK, redos)),
                redo=self.layers(Stream.REDO, redos),
            )
        )

    def _talk_factor(self) -> FloatArray | float:
        """Factor on the talk of every ticket, by the instant of its arrival."""
        demand = self.demand
        if not len(demand.talk_from):
            return 1.0
        window = np.searchsorted(demand.talk_from, self.arrival, side="right")
        return np.concatenate((np.ones(1), demand.talk_factor))[window]

    def _kinds(self) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        demand = self.demand
        hour = self.arrival // HOUR % 24
        number = self.uniform(Stream.CATEGORY)
        category = np.empty(len(number), np.int64)
        for clock_hour in range(24):
            members = np.flatnonzero(hour == clock_hour)
            category[members] = _choose(demand.hour_category[clock_hour], number[members])
        for event_hour, shares in zip(demand.event_hours, demand.event_category, strict=True):
            low, high = np.searchsorted(self.arrival, (event_hour * HOUR, (event_hour + 1) * HOUR))
            category[low:high] = _choose(shares, number[low:high])
        request_class = _choose(demand.class_cumulative, self.uniform(Stream.REQUEST_CLASS))
        area = _choose(demand.area_cumulative, self.uniform(Stream.AREA))
        urgent = self.uniform(Stream.URGENT) < demand.urgent_share[category]
        return category, request_class, area, urgent.astype(np.int64)

    def _patience(self, live: np.ndarray) -> IntArray:
        laws, attempts = self.demand.laws, 1 + self.network.tables.most_redials
        patience = np.full((attempts, len(live)), NEVER, np.int64)
        if laws.patience is not None:
            patience = self.duration(laws.patience, self.layers(Stream.PATIENCE, attempts))
            # Who would hang up at once still has the smallest patience there is: who is answered
            # on the very tick of the call has not waited.
            hangs_up = self.layers(Stream.HANG_UP, attempts) < laws.hang_up_share
            patience[hangs_up] = self.resolution
        patience[:, ~live] = NEVER
        return patience


def _choose(cumulative: FloatArray, numbers: FloatArray) -> IntArray:
    """Index of the interval of a cumulative distribution in which each number falls."""
    if not len(cumulative):
        return np.zeros(len(numbers), np.int64)
    index = np.searchsorted(cumulative, numbers, side="right")
    return np.minimum(index, len(cumulative) - 1).astype(np.int64)
