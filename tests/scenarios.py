"""Small scenarios and hand-made numbers for tests of every kind.

Scenarios are the shipped small town with keys changed by path, checked like a file. Hand-made draws give
each ticket exactly the numbers a test needs, so that every instant can be worked out on paper.
"""

from __future__ import annotations

import copy
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hotline_sim.clock.ticks import DAY, HOUR, MINUTE, NEVER
from hotline_sim.engines.des.model import HotlineModel
from hotline_sim.network.draws import Draws
from hotline_sim.rules.ledger import new_ledger
from hotline_sim.scenario.load import check
from hotline_sim.scenario.schema import Scenario
from hotline_sim.scenario.shipped import locate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from hotline_sim.arrays import IntArray
    from hotline_sim.network.network import Network
    from hotline_sim.rules.ledger import Ledger

    Columns = dict[str, IntArray]
    Engine = Callable[[Network, Draws], Columns]

LABEL = {"en": "x", "zh": "x"}
FLAT_DAY = [1.0] * 24


def text(ms: float) -> str:
    """A duration as a scenario file states it."""
    return f"{ms:.17g} ms"


def fixed(ms: float) -> dict[str, Any]:
    return {"family": "fixed", "mean": text(ms)}


def exponential(ms: float) -> dict[str, Any]:
    return {"family": "exponential", "mean": text(ms)}


def small_town_tables() -> dict[str, Any]:
    """Tables of the shipped small town, as a file gives them."""
    path, _ = locate("small-town")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def changed(tables: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy with values set by key path such as "run.end"; None takes the key away."""
    tables = copy.deepcopy(tables)
    for path, value in changes.items():
        *parents, key = path.split(".")
        table = tables
        for parent in parents:
            table = table.setdefault(parent, {})
        if value is None:
            table.pop(key, None)
        else:
            table[key] = copy.deepcopy(value)
    return tables


def scenario_of(tables: dict[str, Any]) -> Scenario:
    """Scenario of the tables, checked as a file would be."""
    return check(Scenario.model_validate(tables))


def small_town(changes: Mapping[str, Any] | None = None) -> Scenario:
    """Return the shipped small town with keys changed by path."""
    return scenario_of(changed(small_town_tables(), changes or {}))


EVEN_DEMAND: dict[str, Any] = {
    "day_factor_cv": 0.0,
    "month": [1.0] * 12,
    "weekday": [1.0] * 7,
    "holiday": {"spring_festival": 1.0, "other": 1.0, "last_day": 1.0},
    "profiles": {"flat": FLAT_DAY},
    "requests_per_year": 365.0,
}
"""The same rate at every hour of the year."""


def team(agents: int, start: str = "00:00", end: str = "24:00", **more: Any) -> dict[str, Any]:
    """Team with one shift."""
    return {"label": LABEL, "shifts": [{"name": "s", "start": start, "end": end, "agents": agents, **more}]}


def mmc_tables(
    servers: int,
    arrivals_per_hour: float,
    mean_service: float,
    patience: float | None = None,
    *,
    days: int = 1,
) -> dict[str, Any]:
    """Tables of one telephone queue: Poisson calls, exponential talk, every call answered and done.

    Parameters
    ----------
    servers : int
        Agents, round the clock.
    arrivals_per_hour : float
        At every hour alike.
    mean_service : float
        Mean talk in ms.
    patience : float, optional
        Mean patience in ms; without it nobody hangs up.
    days : int
        Length of the run, which begins empty on 1 March 2021.
    """
    changes = {
        "name": "mmc",
        "run": {
            "start": np.datetime64("2021-03-01").item(),
            "end": (np.datetime64("2021-03-01") + days).item(),
            "run_in": "0 d",
            "resolution": "1 ms",
        },
        "calendar": {"base": "weekly"},
        "demand": EVEN_DEMAND | {"requests_per_year": arrivals_per_hour * 24 * 365},
        "channels": {"phone": {"label": LABEL, "share": 1.0, "team": "operators", "live": True}},
        "teams": {"operators": team(servers)},
        "classes": {
            "consult": {
                "label": LABEL,
                "share": 1.0,
                "direct_answer": 1.0,
                "limit": "1 d",
                "desk": fixed(1),
                "field": fixed(1),
            }
        },
        "categories": {"all": {"label": LABEL, "share": 1.0, "profile": "flat"}},
        "units": {},
        "intake": {
            "talk": exponential(mean_service),
            "invalid_talk": fixed(1),
            "written": fixed(1),
            "patience": None,
        },
        "dispatch": None,
        "sign": None,
        "handling": None,
        "urgent": None,
        "callback": None,
        "outcome": None,
    }
    tables = changed(small_town_tables(), changes)
    if patience is None:
        del tables["intake"]["patience"]
    else:
        tables["intake"]["patience"] = exponential(patience)
    return tables


def mmc(
    servers: int,
    arrivals_per_hour: float,
    mean_service: float,
    patience: float | None = None,
    *,
    days: int = 1,
    changes: Mapping[str, Any] | None = None,
) -> Scenario:
    """One telephone queue; see :func:`mmc_tables`."""
    tables = mmc_tables(servers, arrivals_per_hour, mean_service, patience, days=days)
    return scenario_of(changed(tables, changes or {}))


def one_unit_tables() -> dict[str, Any]:
    """One channel, one operator, one dispatcher, one unit with one handler; every request makes a ticket.

    It runs for four weeks from Monday, 1 March 2021, on the Chinese calendar. The office is open from 9 to
    12 and from 14 to 18 h; the hotline works round the clock. Nobody gives up, nobody is called back.
    """
    tables = mmc_tables(1, 1.0, MINUTE, days=28)
    return changed(
        tables,
        {
            "name": "one-unit",
            "calendar": {"base": "china"},
            "teams.dispatchers": team(1),
            "classes.consult": None,
            "classes.complaint": {
                "label": LABEL,
                "share": 1.0,
                "direct_answer": 0.0,
                "limit": "5 working days",
                "desk": fixed(HOUR),
                "field": fixed(HOUR),
            },
            "categories.all.units": {"works": 1.0},
            "units.works": {"label": LABEL, "kind": "department", "staff": 1},
            "dispatch": {
                "team": "dispatchers",
                "work": fixed(MINUTE),
                "urgent_work": fixed(MINUTE),
                "misroute": 0.0,
                "most_returns": 0,
                "return_delay": fixed(HOUR),
            },
            "sign": {
                "delay": fixed(MINUTE),
                "urgent_delay": fixed(MINUTE),
                "limit": "1 working days",
                "urgent_limit": "30 min",
            },
            "handling": {"order": "due date"},
            "urgent": {"limit": "1 d", "desk": fixed(MINUTE), "field": fixed(MINUTE)},
        },
    )


def one_unit(changes: Mapping[str, Any] | None = None) -> Scenario:
    """One unit behind one dispatcher; see :func:`one_unit_tables`."""
    return scenario_of(changed(one_unit_tables(), changes or {}))


CALLED_BACK: dict[str, Any] = {
    "teams.callers": team(1),
    "callback": {
        "team": "callers",
        "share": 1.0,
        "talk": fixed(MINUTE),
        "ring": "30 s",
        "reached": 0.875,  # each of three calls reaches every second citizen
        "most_tries": 3,
        "retry_after": "2 h",
    },
    "outcome": {
        "solved": 0.8,
        "solved_when_late": 0.4,
        "satisfied_if_solved": 0.9,
        "satisfied_if_unsolved": 0.5,
        "late_factor": 0.5,
        "redo": 0.7,
        "most_redos": 2,
        "redo_limit": "3 working days",
    },
}
"""Changes to one unit that add a caller, call-backs and work done again."""

_DEFAULTS: dict[str, float] = {
    # Nothing goes wrong: the uniform lies beyond any probability that is not 1.
    "invalid": 0.999,
    "redial": 0.999,
    "misroute": 0.999,
    "redo": 0.999,
    "extension": 0.999,
    "co_handlers": 0.999,
    "automatic": 0.999,
    "counter": 0.999,
    "three_party": 0.999,
    "hard": 0.999,
    "hard_meeting": 0.999,
    "mediated": 0.999,
    "prevented": 0,
    "petition": 0.999,
    "skill": 0.999,
    "repeats": 0.999,
    "reopens": 0.999,
    "rates": 0.999,
    "rate_bad": 0.999,
    # Whatever may go right does: it lies below any probability that is not 0.
    "direct": 0.001,
    "solved": 0.001,
    "satisfied": 0.001,
    "called": 0.001,
    "reached": 0.001,
    "hard_settled": 0.001,
    "mediation_settled": 0.001,
    "route": 0.5,
    "wrong_unit": 0.5,
    "co_unit": 0.5,
    "patience": NEVER,
    "chase_after": NEVER,
    "chase_patience": NEVER,
    "repeat_patience": NEVER,
    "enterprise": 0,
    "opened": 0,
    "local": 0.001,
    "township": 0.5,
}
_LOCAL = ("local", "township", "local_dispatch", "local_sign", "village_field")
_KINDS = ("source", "category", "request_class", "area", "urgent")


def by_hand(network: Network, arrival: Sequence[int], **columns: Any) -> Draws:
    """Draws with given numbers; what is not given goes well, and takes a minute.

    Parameters
    ----------
    network : Network
        Says how many layers the columns have.
    arrival : sequence of int
        Ticks since the start of the run, not decreasing.
    **columns : number or sequence
        By name of a column of Draws. A number holds for all tickets and attempts, a flat list is one number
        for each ticket, a nested list one list for each attempt.
    """
    tables, n = network.tables, len(arrival)
    request_class = int(np.argmax(np.diff(network.demand.class_cumulative, prepend=0.0) > 0))
    redials, returns, redos = tables.most_redials, 1 + tables.most_returns, 1 + tables.most_redos
    layers = {
        "patience": 1 + redials,
        "redial": redials,
        "redial_delay": redials,
        **dict.fromkeys(("dispatch", "misroute", "wrong_unit", "sign", "return_delay"), returns),
        **dict.fromkeys(("desk", "field", "solved", "satisfied", "called"), redos),
        **dict.fromkeys(("reached", "callback", "redo"), redos),
        "extension": int(tables.late.extended > 0),
        "opened": int(tables.opened.number > 0),
        **dict.fromkeys(_LOCAL, tables.local.on),
        "co_handlers": min(1, tables.together.most),
        **dict.fromkeys(("co_unit", "co_desk", "co_field"), tables.together.most),
        **dict.fromkeys(("automatic", "automatic_work"), int(tables.dispatching.automatic > 0)),
        "enterprise": tables.enterprises.on,
        "counter": int(tables.counter.station >= 0),
        "counter_work": redos * (tables.counter.station >= 0),
        **dict.fromkeys(("three_party", "three_party_talk"), int(tables.three_party.most > 0)),
        **dict.fromkeys(("hard", "hard_meeting", "hard_settled", "hard_work"), tables.hard.on),
        **dict.fromkeys(("mediated", "mediation_settled", "mediation_work"), tables.mediation.on),
        "prevented": tables.mediation.screened,
        **dict.fromkeys(("petition", "petition_delay"), tables.petition.on),
        "skill": int(tables.skills.kinds > 0),
        **dict.fromkeys(("chase_after", "chase_patience", "chase_talk"), tables.chase.most),
        **dict.fromkeys(("repeats", "repeat_delay", "repeat_patience"), redos * (tables.repeat.share > 0)),
        **dict.fromkeys(("repeat_talk", "reopens"), redos * (tables.repeat.share > 0)),
        **dict.fromkeys(("rates", "rate_delay", "rate_bad", "rectify"), tables.rating.on),
    }
    defaults = _DEFAULTS | dict.fromkeys(_KINDS, 0) | {"request_class": request_class}
    made = {"arrival": network.start + np.array(arrival, np.int64)}
    for name, kind in Draws.__annotations__.items():
        if name == "arrival":
            continue
        shape = (layers[name], n) if name in layers else (n,)
        dtype = np.float64 if "Float" in str(kind) else np.int64
        value = columns.pop(name, defaults.get(name, MINUTE))
        made[name] = np.broadcast_to(np.array(value, dtype), shape).copy()
    assert not columns, f"no such columns: {sorted(columns)}"
    return Draws(**made)


class Row(NamedTuple):
    """One row of the log; instants count from the start of the run, unless they never come."""

    ticket: int
    stage: int
    station: int
    attempt: int
    ready: int
    start: int
    end: int
    after_call: int
    target: int
    unit: int
    due: int
    outcome: int
    opinion: int


_INSTANTS = ("ready", "start", "end", "target", "due")


def des(network: Network, draws: Draws) -> Columns:
    """Rows of the SimPy engine, by column."""
    return HotlineModel(network, draws).run()


def ledger_of(network: Network, draws: Draws) -> Ledger:
    """Ledger of a run in which nothing has happened yet."""
    return new_ledger(network.tables, len(draws.arrival))


def sorted_columns(columns: Mapping[str, IntArray]) -> Columns:
    """Return the rows in the order of the log."""
    order = np.lexsort([columns[key] for key in ("unit", "stage", "station", "attempt", "ready", "ticket")])
    return {name: columns[name][order] for name in Row._fields}


def log_rows(network: Network, draws: Draws, engine: Engine = des) -> list[Row]:
    """Rows of one run in the order of the log."""
    columns = sorted_columns(engine(network, draws))
    for name in _INSTANTS:
        column = columns[name]
        columns[name] = np.where(column >= NEVER, NEVER, column - network.start)
    return [Row(*map(int, row)) for row in zip(*columns.values(), strict=True)]


def of_stage(rows: Iterable[Row], stage: int) -> list[Row]:
    """Return the rows of one stage, in order."""
    return [row for row in rows if row.stage == stage]


def at(day: int, clock: str) -> int:
    """Ticks from the start of the run to a clock time of its day 0, 1, ..."""
    hour, minute = clock.split(":")
    return day * DAY + int(hour) * HOUR + int(minute) * MINUTE
