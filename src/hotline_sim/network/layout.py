"""Which random numbers a ticket has, and where they lie in memory.

Numbers that are wanted at the same time lie next to each other: read days after the arrival and out of order,
each would else cost an access to main memory. ``draws.py`` says where the numbers come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import numpy as np

from hotline_sim.network.columns import Draws

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.network.network import Tables


class Attempts(NamedTuple):
    """Layers of the columns that have one for each attempt."""

    patience: int
    redials: int
    dispatches: int
    rounds: int
    extension: int
    co_handlers: int
    skill: int = 0
    chasers: int = 0
    repeats: int = 0
    rating: int = 0
    automatic: int = 0
    enterprise: int = 0
    three_party: int = 0
    counter: int = 0
    counter_rounds: int = 0
    opened: int = 0
    hard: int = 0
    local: int = 0
    mediation: int = 0
    screened: int = 0
    petition: int = 0

    @classmethod
    def of(cls, tables: Tables) -> Attempts:
        """As many as a network's tickets can need."""
        redials = tables.most_redials
        return cls(
            patience=1 + redials,
            redials=redials,
            dispatches=1 + tables.most_returns,
            rounds=1 + tables.most_redos,
            extension=int(tables.late.extended > 0),
            co_handlers=tables.together.most,
            skill=int(tables.skills.kinds > 0),
            chasers=tables.chase.most,
            repeats=1 + tables.most_redos if tables.repeat.share > 0 else 0,
            rating=tables.rating.on,
            automatic=int(tables.dispatching.automatic > 0),
            enterprise=tables.enterprises.on,
            three_party=int(tables.three_party.most > 0),
            counter=int(tables.counter.station >= 0),
            counter_rounds=1 + tables.most_redos if tables.counter.station >= 0 else 0,
            opened=int(tables.opened.number > 0),
            hard=tables.hard.on,
            local=tables.local.on,
            mediation=tables.mediation.on,
            screened=tables.mediation.screened,
            petition=tables.petition.on,
        )

    @classmethod
    def like(cls, draws: Draws) -> Attempts:
        """As many as some draws have."""
        return cls(
            patience=len(draws.patience),
            redials=len(draws.redial),
            dispatches=len(draws.dispatch),
            rounds=len(draws.desk),
            extension=len(draws.extension),
            co_handlers=len(draws.co_unit),
            skill=len(draws.skill),
            chasers=len(draws.chase_after),
            repeats=len(draws.repeats),
            rating=len(draws.rates),
            automatic=len(draws.automatic),
            enterprise=len(draws.enterprise),
            three_party=len(draws.three_party),
            counter=len(draws.counter),
            counter_rounds=len(draws.counter_work),
            opened=len(draws.opened),
            hard=len(draws.hard),
            local=len(draws.local),
            mediation=len(draws.mediated),
            screened=len(draws.prevented),
            petition=len(draws.petition),
        )


_INDEX: Final = ("source", "category", "request_class", "area", "urgent")
_CONTACT: Final = ("route", "invalid", "direct", "talk", "invalid_talk", *_INDEX)
_DISPATCH: Final = ("dispatch", "misroute", "wrong_unit", "sign", "return_delay")
_ROUND: Final = ("desk", "field", "solved", "satisfied", "called", "reached", "callback", "redo")
_REPEATS: Final = ("repeats", "repeat_delay", "repeat_patience", "repeat_talk", "reopens")
_CHASE: Final = ("chase_after", "chase_patience", "chase_talk")
_CO_HANDLER: Final = ("co_unit", "co_desk", "co_field")
_RATING: Final = ("rates", "rate_delay", "rate_bad", "rectify")
_HARD: Final = ("hard", "hard_meeting", "hard_settled", "hard_work")
_MEDIATION: Final = ("mediated", "mediation_settled", "mediation_work")
_PETITION: Final = ("petition", "petition_delay")
# Those that nearly every ticket asks for come first: they fill the first of two lines.
_ONCE: Final = (
    *("extension", "co_handlers", "hard", "mediated", "petition"),
    *("rates", "rate_delay", "rate_bad", "rectify"),
    *("mediation_settled", "mediation_work", "hard_meeting", "hard_settled", "hard_work", "petition_delay"),
)
_UNIFORMS: Final = frozenset(
    name
    for names in (
        ("invalid", "direct", "redial", "route", "misroute", "wrong_unit"),
        ("solved", "satisfied", "called", "reached", "redo"),
        ("extension", "co_handlers", "co_unit"),
        ("local", "township"),
        ("skill", "repeats", "reopens", "rates", "rate_bad"),
        ("automatic", "three_party", "counter"),
        ("hard", "hard_meeting", "hard_settled"),
        ("mediated", "mediation_settled", "petition"),
    )
    for name in names
)
_INDICES: Final = frozenset((*_INDEX, "opened"))
"""Columns that are used as an index: without a sign, compiled code need not count from the end."""
_LINE: Final = 64
"""Bytes that a processor reads from memory at a time; no record is spread over more lines than it must be."""
_MOVED: Final = 2**14
"""Tickets moved at a time."""


def _type_of(name: str) -> np.dtype[Any]:
    if name in _INDICES:
        return np.dtype(np.uint32)
    return np.dtype(np.float64 if name in _UNIFORMS else np.int64)


def _record(names: tuple[str, ...], size: int) -> np.dtype[Any]:
    types = [_type_of(name) for name in names]
    offsets = np.cumsum([0, *(kind.itemsize for kind in types[:-1])]).tolist()
    return np.dtype({"names": names, "formats": types, "offsets": offsets, "itemsize": size})


_LOCAL: Final = ("local", "township", "local_dispatch", "local_sign", "village_field")
_RECORDS: Final = {
    "contact": _record(_CONTACT, 64),
    "dispatch": _record(_DISPATCH, 40),
    "round": _record(_ROUND, 64),
    "once": _record(_ONCE, 128),
    "co_handler": _record(_CO_HANDLER, 24),
    "chase": _record(_CHASE, 24),
    "repeat": _record(_REPEATS, 40),
}
_SPACING: Final = {name: kind.itemsize for kind in _RECORDS.values() for name in kind.names or ()}
"""Bytes from a number to that of the next ticket, for the columns that are part of a record."""
SPACED: Final = frozenset(_SPACING)
"""Columns whose numbers do not lie one behind the other."""


class Room:
    """Memory for the numbers of so many tickets, to be written piece by piece.

    Memory that was never written takes no place, so there may be plenty.

    Parameters
    ----------
    attempts : Attempts
        Layers of the columns.
    tickets : int
        How many there is room for.
    """

    def __init__(self, attempts: Attempts, tickets: int) -> None:
        self.attempts = attempts
        # A single number would count as contiguous, and the core be compiled again for its type.
        self.tickets = max(tickets, 2)
        layers = {
            "patience": attempts.patience,
            "redial": attempts.redials,
            "redial_delay": attempts.redials,
            "skill": attempts.skill,
            **dict.fromkeys(("automatic", "automatic_work"), attempts.automatic),
            "enterprise": attempts.enterprise,
            **dict.fromkeys(("three_party", "three_party_talk"), attempts.three_party),
            "counter": attempts.counter,
            "counter_work": attempts.counter_rounds,
            "opened": attempts.opened,
            **dict.fromkeys(_LOCAL, attempts.local),
            "prevented": attempts.screened,
        }
        self._once = {
            "extension": attempts.extension,
            "co_handlers": min(1, attempts.co_handlers),
            **dict.fromkeys(_HARD, attempts.hard),
            **dict.fromkeys(_MEDIATION, attempts.mediation),
            **dict.fromkeys(_PETITION, attempts.petition),
            **dict.fromkeys(_RATING, attempts.rating),
        }
        records = {
            "dispatch": attempts.dispatches,
            "round": attempts.rounds,
            "once": max(self._once.values()),
            "co_handler": attempts.co_handlers,
            "chase": attempts.chasers,
            "repeat": attempts.repeats,
        }
        self._parts = {
            "arrival": np.empty(self.tickets, np.int64),
            **{name: np.empty((count, self.tickets), _type_of(name)) for name, count in layers.items()},
            "contact": aligned((self.tickets,), _RECORDS["contact"]),
            **{name: aligned((count, self.tickets), _RECORDS[name]) for name, count in records.items()},
        }

    def all(self) -> Draws:
        """Every place there is, used or not."""
        columns = {name: self._parts[name] for name in Draws._fields if name in self._parts}
        for part, kind in _RECORDS.items():
            columns |= {name: self._parts[part][name] for name in kind.names or ()}
        # A mechanism that is off keeps its place in a record, but has no layer.
        columns |= {name: columns[name][:layers] for name, layers in self._once.items()}
        return Draws(**columns)

    def part(self, low: int, high: int) -> Draws:
        """Places from one number up to, but not including, another; to be read or written."""
        return Draws._make(column[..., low:high] for column in self.all())

    def first(self, tickets: int) -> Draws:
        """Places of the first tickets, for the core: only ``arrival`` ends with the last of them.

        What else lies behind is not looked at, and the types in memory are those of any other draws.
        """
        whole = self.all()
        return whole._replace(arrival=whole.arrival[:tickets])

    def keep(self, tickets: IntArray) -> None:
        """Move the numbers of some tickets, in rising order, to the front."""
        for part in self._parts.values():
            for layer in part.reshape(-1, self.tickets):
                _move(layer, layer, tickets)

    def grow(self, tickets: int, used: int) -> None:
        """Make room for so many tickets in all; the first ones stay as they are."""
        for name, part in self._parts.items():
            # One after the other, so that both the old and the new never lie in memory as a whole.
            more = aligned((*part.shape[:-1], tickets), part.dtype)
            more[..., :used] = part[..., :used]
            self._parts[name] = more
        self.tickets = tickets


def aligned(shape: tuple[int, ...], kind: np.dtype[Any]) -> np.ndarray:
    """Empty array that begins where a line of memory does."""
    size = int(np.prod(shape)) * kind.itemsize
    memory = np.empty(size + _LINE, np.uint8)
    begin = -memory.ctypes.data % _LINE
    return memory[begin : begin + size].view(kind).reshape(shape)


def _move(into: np.ndarray, layer: np.ndarray, tickets: IntArray) -> None:
    # What is written never reaches what is still to be read: no ticket moves backwards.
    for low in range(0, len(tickets), _MOVED):
        some = tickets[low : low + _MOVED]
        into[low : low + len(some)] = layer.take(some)


def side_by_side(draws: Draws) -> Draws:
    """The same draws, laid out as compiled code wants them.

    Those that :func:`hotline_sim.network.draws.draw` gives are so already, and are not copied; one ticket or
    none is, since an array of one number has another type.
    """
    tickets = len(draws.talk)  # behind those that have an arrival there may be room for more
    if tickets > 1 and all(_is_in_place(name, column) for name, column in draws._asdict().items()):
        return draws
    room = Room(Attempts.like(draws), tickets)
    for place, column in zip(room.part(0, tickets), draws, strict=True):
        place[...] = column
    return room.first(len(draws.arrival))


def _is_in_place(name: str, column: np.ndarray) -> bool:
    kind = _type_of(name)
    spacing = _SPACING.get(name, kind.itemsize)
    # Without layers there is nothing to be spaced.
    return column.dtype == kind and (not column.size or column.strides[-1] == spacing)


def views(draws: Draws) -> Draws:
    """Memory views of the arrays, for Python: indexing gives a plain number, several times faster."""
    return Draws(*(cast("Any", column.data) for column in draws))
