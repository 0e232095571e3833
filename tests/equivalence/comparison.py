"""Compares two logs of the same network, and tells the first difference as a person would want to read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.clock.ticks import NEVER, datetime_of
from hotline_sim.engines.core.engine import Core
from hotline_sim.engines.des.model import HotlineModel
from hotline_sim.network.codes import Outcome, Stage
from hotline_sim.results.log import build_log

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network
    from hotline_sim.results.log import TicketLog

ENGINES = {"des": HotlineModel, "core": Core}


def log_of(engine: str, network: Network, draws: Draws) -> TicketLog:
    columns = ENGINES[engine](network, draws).run()
    return build_log(network, draws, columns, scenario="test", seed=1, replication=0, engine=engine)


def assert_same_path(network: Network, draws: Draws) -> TicketLog:
    """Run both engines; fail with the first differing visit and its neighbours."""
    one, other = (log_of(engine, network, draws) for engine in ENGINES)
    difference = first_difference(one, other)
    assert difference is None, difference
    for name, column in one.tickets.items():
        assert np.array_equal(column, other.tickets[name]), f"tickets.{name}"
    return one


def first_difference(one: TicketLog, other: TicketLog) -> str | None:
    """None if the visits are equal bit for bit."""
    rows = min(len(one.visits["ticket"]), len(other.visits["ticket"]))
    differs = np.zeros(rows, bool)
    for name, column in one.visits.items():
        if column.dtype != other.visits[name].dtype:
            return f"{name}: {column.dtype} against {other.visits[name].dtype}"
        differs |= column[:rows] != other.visits[name][:rows]
    if not differs.any():
        if len(one.visits["ticket"]) == len(other.visits["ticket"]):
            return None
        first = rows
    else:
        first = int(np.argmax(differs))
    text = [f"row {first} of {len(one.visits['ticket'])} and {len(other.visits['ticket'])}"]
    for log in (one, other):
        text.append(log.meta.engine)
        text += [row_text(log, row, mark=row == first) for row in range(max(0, first - 3), first + 4)]
    return "\n".join(text)


def row_text(log: TicketLog, row: int, *, mark: bool) -> str:
    if row >= len(log.visits["ticket"]):
        return "  (no row)"
    value = {name: int(column[row]) for name, column in log.visits.items()}
    times = " ".join(
        f"{name} {'never' if value[name] >= NEVER else datetime_of(value[name]).isoformat(' ')}"
        for name in ("ready", "start", "end", "target", "due")
    )
    station = "-" if value["station"] < 0 else log.meta.stations[value["station"]]
    stage = Stage(value["stage"]).name
    return (
        f"{'>' if mark else ' '} ticket {value['ticket']} {stage} #{value['attempt']} at {station} "
        f"unit {value['unit']} {times} {Outcome(value['outcome']).name} opinion {value['opinion']} "
        f"after call {value['after_call']}"
    )
