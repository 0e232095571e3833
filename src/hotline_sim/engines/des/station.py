"""A staffed queue: who waits, who is free, who goes next."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, cast

from simpy.events import Event

from hotline_sim.engines.des.events import At, Rank

if TYPE_CHECKING:
    from collections.abc import Callable

    from simpy import Environment

    from hotline_sim.rules.visit import Visit

_Entry = tuple[int, int, int]


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
    place : callable
        Priority and since of a visit at a tick; smaller ones go first.
    """

    def __init__(
        self,
        env: Environment,
        number: int,
        ticks: list[int],
        levels: list[int],
        place: Callable[[Visit, int], tuple[int, int]],
    ) -> None:
        self.env = env
        self.number = number
        self.place = place
        self.busy = 0
        self._ticks = ticks
        self._levels = levels
        self._step = -1
        self._queue: list[_Entry] = []
        self._waiting: dict[int, tuple[_Entry, Event]] = {}
        self._expects_staff = False

    def request(self, visit: Visit, number: int) -> Event | None:
        """Ask for an agent: None if the visit starts now, else the event of its start."""
        if not self._waiting and self.busy < self.on_duty():
            self.busy += 1
            return None
        grant = Event(self.env)
        self._enqueue(visit, number, grant)
        self._start_waiting()
        return grant

    def replace(self, visit: Visit, number: int) -> None:
        """Take another place in the queue."""
        _, grant = self._waiting[number]
        self._enqueue(visit, number, grant)

    def withdraw(self, number: int) -> None:
        """Leave the queue unserved."""
        del self._waiting[number]

    def _enqueue(self, visit: Visit, number: int, grant: Event) -> None:
        entry = (*self.place(visit, cast("int", self.env.now)), number)
        heappush(self._queue, entry)
        self._waiting[number] = entry, grant

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

    def _start_waiting(self) -> None:
        on_duty = self.on_duty()
        while self._waiting and self.busy < on_duty:
            entry = heappop(self._queue)
            waiting, grant = self._waiting.get(entry[2], (None, None))
            if waiting is not entry or grant is None:
                continue  # withdrawn, or at another place
            del self._waiting[entry[2]]
            self.busy += 1
            grant.succeed()
        if self._waiting and not self._expects_staff:
            self._expect_staff()

    def _expect_staff(self) -> None:
        """Come back when more agents come on duty; needed only while somebody waits."""
        ticks, levels = self._ticks, self._levels
        for step in range(self._step + 1, len(ticks)):
            if levels[step] > (levels[step - 1] if step else 0):
                event = At(self.env, ticks[step], Rank.STAFFING, self.number)
                event.callbacks.append(self._staff_came)
                self._expects_staff = True
                return

    def _staff_came(self, _: Event) -> None:
        self._expects_staff = False
        self._start_waiting()


class Nobody:
    """Stands in for the station of visits that wait for nobody."""

    def request(self, _visit: Visit, _number: int) -> None:
        """Start at once."""

    def withdraw(self, _: int) -> None:
        """Never happens: nobody waits here."""

    def replace(self, _visit: Visit, _number: int) -> None:
        """Never happens either."""

    def release(self) -> None:
        """Nothing was held."""
