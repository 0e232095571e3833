"""A phone room whose truth is known, simulated and written down as its own records would be."""

from __future__ import annotations

import csv
import io
from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

from hotline_sim.clock.ticks import HOUR, NEVER, SECOND
from hotline_sim.engines.simulate import simulate
from hotline_sim.fit.calls import Calls
from hotline_sim.network.codes import Stage
from scenarios import exponential, mmc, team

if TYPE_CHECKING:
    from hotline_sim.results.log import TicketLog
    from hotline_sim.scenario.schema import Scenario

PROFILE = """
kind = "calls"
[columns]
arrival = "joined"
wait = "wait"
talk = "talk"
outcome = "outcome"
agent = "agent"
customer = "customer"
[values.outcome]
yes = "answered"
no = "abandoned"
"""

AGENTS = 4
TRUTH = {"talk": 180.0, "patience": 150.0, "after_call": 20.0, "redial": 0.4, "day_factor": 0.15}


def room(days: int = 28, **more: Any) -> Scenario:
    """Four agents from 8 to 18 h, 60 first calls an hour, who give up after 150 s and call again at times."""
    changes: dict[str, Any] = {
        "demand.profiles": {"flat": [1.0 if 8 <= hour < 18 else 0.0 for hour in range(24)]},
        "demand.requests_per_year": 60.0 * 10 * 365,
        "demand.day_factor_cv": TRUTH["day_factor"],
        "teams.operators": team(AGENTS, "08:00", "18:00"),
        "intake.after_call_direct": f"{TRUTH['after_call']:g} s",
        "intake.redial": {"probability": TRUTH["redial"], "delay": exponential(600_000), "most": 3},
    }
    patience = TRUTH["patience"] * SECOND
    return mmc(AGENTS, 25.0, TRUTH["talk"] * SECOND, patience, days=days, changes=changes | more)


def records_text(log: TicketLog, *, agents: bool = True) -> str:
    """Write the calls of a log as CSV; of the free agents the one that has been idle longest takes a call."""
    visits = log.visits
    rows = np.flatnonzero(visits["stage"] == Stage.INTAKE)
    rows = rows[np.argsort(visits["start"][rows], kind="stable")]
    idle = deque(range(50))
    busy: list[tuple[int, int]] = []
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(["joined", "wait", "talk", "outcome", "agent", "customer"])
    for row in rows:
        ready, start, end = (int(visits[name][row]) for name in ("ready", "start", "end"))
        name = ""
        if start < NEVER:
            for free in sorted(pair for pair in busy if pair[0] <= start):
                busy.remove(free)
                idle.append(free[1])
            # Those who have worked before come first: four of fifty are ever needed.
            agent = min(idle, key=lambda number: number >= AGENTS)
            idle.remove(agent)
            busy.append((end, agent))
            name = f"agent {agent}" if agents else ""
        talk = end - start - int(visits["after_call"][row]) if start < NEVER else 0
        wait = (start if start < NEVER else end) - ready
        outcome = "yes" if start < NEVER else "no"
        joined = str(np.datetime64(ready, "ms")).replace("T", " ")
        customer = f"C{visits['ticket'][row]}"
        table.writerow([joined, wait / SECOND, talk / SECOND, outcome, name, customer])
    return written.getvalue()


def simulated_text(days: int = 28, *, agents: bool = True) -> str:
    """Records of some days of the room."""
    return records_text(simulate(room(days), seed=5), agents=agents)


def calls(
    *rows: tuple[float, float, float], agents: str = "", customers: str = "", days: int = 7, hour: int = 9
) -> Calls:
    """Calls by hand on the days from Monday, 1 March 2021.

    Parameters
    ----------
    *rows : (float, float, float)
        Seconds after ``hour`` o'clock of the first day at which the caller joined, then seconds of waiting
        and of talk; who gave up has the talk -1.
    agents, customers : str
        One letter for each call, a blank where unknown.
    """
    start = 18_687 * 24 * HOUR
    joined = start + hour * HOUR + np.array([row[0] * SECOND for row in rows], np.int64)
    left = joined + np.array([row[1] * SECOND for row in rows], np.int64)
    talk = np.array([row[2] * SECOND for row in rows], np.int64)

    def names(letters: str) -> np.ndarray[Any, Any]:
        return np.array([letter.strip() for letter in letters.ljust(len(rows))], object)

    return Calls(
        start=start,
        end=start + days * 24 * HOUR,
        joined=joined,
        left=left,
        ended=left + np.maximum(talk, 0),
        answered=talk >= 0,
        agent=names(agents),
        customer=names(customers),
        service=names(""),
    )
