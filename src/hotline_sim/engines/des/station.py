"""A staffed queue: who waits, who is free, who goes next."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple, cast

from simpy.events import Event

from hotline_sim.clock.ticks import NEVER
from hotline_sim.engines.des.events import At, Rank

if TYPE_CHECKING:
    from collections.abc import Callable

    from simpy import Environment

    from hotline_sim.rules.visit import Visit

_Entry = tuple[int, int, int]


class Rules(NamedTuple):
    """What a station asks the rules."""

    place: Callable[[Visit, int], tuple[int, int]]
    """Priority and since of a visit at a tick; smaller ones go first."""
    kept_free: Callable[[int, int], int]
    """Agents that stay free when a visit of a stage begins at a tick."""
    next_opening: Callable[[int, int], int]
    """Next tick after a tick at which visits of a station may begin that could not before; or NEVER."""


class _Waiting(NamedTuple):
    entry: _Entry
    grant: Event
    stage: int
    calls: bool


class Station:
    """Interchangeable agents, as many as the staffing says, and a queue in order of priority.

    Parameters
    ----------
    env : Environment
        Whose clock shows ticks.
    number : int
        Of the station in the network.
    ticks, levels : list of int
        Steps of the staffing; nobody is on duty before the first.
    rules : Rules
        Decide who goes first.
    lines : int
        Calls that wait or talk at most; NEVER: any number.
    """

    def __init__(
        self,
        env: Environment,
        number: int,
        ticks: list[int],
        levels: list[int],
        *,
        rules: Rules,
        lines: int = NEVER,
    ) -> None:
        self.env = env
        self.number = number
        self.rules = rules
        self.lines = lines
        self.busy = 0
        self.callers = 0
        self._ticks = ticks
        self._levels = levels
        self._step = -1
        self._queue: list[_Entry] = []
        self._waiting: dict[int, _Waiting] = {}
        self._talk_ends: list[int] = []
        self._expects_staff = False

    def request(self, visit: Visit, number: int, calls: bool = False) -> Event | None:
        """Ask for an agent: None if the visit starts now, else the event of its start."""
        if not self._waiting and self.busy < self.on_duty() - self._kept_free(visit.stage):
            self.busy += 1
            return None
        self.callers += calls
        grant = Event(self.env)
        self._enqueue(visit, number, grant, calls)
        self._start_waiting()
        return grant

    def waits(self, number: int) -> bool:
        """Whether a visit waits here."""
        return number in self._waiting

    def replace(self, visit: Visit, number: int) -> None:
        """Take another place in the queue."""
        before = self._waiting[number]
        self._enqueue(visit, number, before.grant, before.calls)

    def withdraw(self, number: int) -> None:
        """Leave the queue unserved."""
        self.callers -= self._waiting[number].calls
        del self._waiting[number]

    def _enqueue(self, visit: Visit, number: int, grant: Event, calls: bool) -> None:
        entry = (*self.rules.place(visit, cast("int", self.env.now)), number)
        heappush(self._queue, entry)
        self._waiting[number] = _Waiting(entry, grant, visit.stage, calls)

    def release(self) -> None:
        """Free an agent, who takes the next visit if one waits."""
        self.busy -= 1
        if self._waiting:
            self._start_waiting()

    def on_duty(self) -> int:
        """Agents on duty now."""
        now, step, ticks = self.env.now, self._step, self._ticks
        while step + 1 < len(ticks) and ticks[step + 1] <= now:
            step += 1
        self._step = step
        return self._levels[step] if step >= 0 else 0

    def is_free(self) -> bool:
        """Whether a call would be taken at once."""
        return self.callers == 0 and self.busy < self.on_duty()

    def has_line(self) -> bool:
        """Whether a call finds a line: each is held until its talk is over."""
        while self._talk_ends and self._talk_ends[0] <= self.env.now:
            heappop(self._talk_ends)
        return self.callers + len(self._talk_ends) < self.lines

    def hold_line(self, until: int) -> None:
        """Let a talk that begins hold its line until it is over."""
        if self.lines < NEVER:
            heappush(self._talk_ends, until)

    def _kept_free(self, stage: int) -> int:
        return self.rules.kept_free(stage, cast("int", self.env.now))

    def _start_waiting(self) -> None:
        on_duty = self.on_duty()
        while self._waiting and self.busy < on_duty:
            entry = self._queue[0]
            waiting = self._waiting.get(entry[2])
            if waiting is None or waiting.entry is not entry:
                heappop(self._queue)  # withdrawn, or at another place
                continue
            if self.busy >= on_duty - self._kept_free(waiting.stage):
                break
            heappop(self._queue)
            del self._waiting[entry[2]]
            self.callers -= waiting.calls
            self.busy += 1
            waiting.grant.succeed()
        if self._waiting and not self._expects_staff:
            self._expect_staff()

    def _expect_staff(self) -> None:
        """Look again when more agents come on duty than before, or visits may begin that could not."""
        ticks, levels = self._ticks, self._levels
        chance = self.rules.next_opening(self.number, cast("int", self.env.now))
        for step in range(self._step + 1, len(ticks)):
            if levels[step] > (levels[step - 1] if step else 0):
                chance = min(chance, ticks[step])
                break
        if chance < NEVER:
            event = At(self.env, chance, Rank.STAFFING, self.number)
            event.callbacks.append(self._staff_came)
            self._expects_staff = True

    def _staff_came(self, _: Event) -> None:
        self._expects_staff = False
        self._start_waiting()


class Nobody:
    """Stands in for the station of visits that wait for nobody."""

    def request(self, _visit: Visit, _number: int, _calls: bool = False) -> None:
        """Start at once."""

    def waits(self, _number: int) -> bool:
        """Nobody waits here."""
        return False

    def withdraw(self, _: int) -> None:
        """Never happens: nobody waits here."""

    def replace(self, _visit: Visit, _number: int) -> None:
        """Never happens either."""

    def release(self) -> None:
        """Nothing was held."""

    def hold_line(self, _until: int) -> None:
        """Nobody calls here."""
