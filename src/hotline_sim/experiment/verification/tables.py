"""Scenarios of verification cases, as the tables of a TOML file: one telephone queue, or tickets with units.

They go through the same validation as a file. Hotlines here never close, the week has no days off and demand
is the same in every hour, unless a case says otherwise.
"""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from hotline_sim.clock.ticks import DAY, MINUTE
from hotline_sim.scenario.load import check
from hotline_sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_DAY: Final = date(2021, 3, 1)
"""A Monday; 2021 has 365 days, which makes rates a year simple."""
LABEL: Final = {"en": "x", "zh": "x"}
MANY: Final = 100_000
"""Agents of a team that nobody ever waits for."""
UNBOUNDED: Final = "365 d"
"""Time limit that plays no part."""

Law = dict[str, Any]
Tables = dict[str, Any]


def text(ms: float) -> str:
    """Duration as a scenario file states it."""
    return f"{ms:.17g} ms"


def fixed(ms: float) -> Law:
    """Give a distribution that always has the same value."""
    return {"family": "fixed", "mean": text(ms)}


def exponential(ms: float) -> Law:
    """Exponential distribution with a mean in ms."""
    return {"family": "exponential", "mean": text(ms)}


def lognormal(ms: float, sigma: float) -> Law:
    """Lognormal distribution with a mean in ms and the standard deviation of its logarithm."""
    return {"family": "lognormal", "mean": text(ms), "sigma": sigma}


NO_TIME: Final = fixed(1)
"""A tick, the shortest there is."""


def team(agents: int, **shift: Any) -> Tables:
    """Team with one shift, round the clock if no other hours are given."""
    return shifts({"name": "s", "start": "00:00", "end": "24:00", "agents": agents, **shift})


def shifts(*rows: Tables) -> Tables:
    """Team with several shifts."""
    return {"label": LABEL, "shifts": list(rows)}


def unit(staff: int, **more: Any) -> Tables:
    """Unit that never closes."""
    return {"label": LABEL, "kind": "department", "staff": staff, "hours": "always", **more}


def callback(**more: Any) -> Tables:
    """Call-backs of all replies, at once and without taking time, if nothing else is said."""
    call: Tables = {
        "team": "callers",
        "share": 1.0,
        "talk": NO_TIME,
        "ring": "1 ms",
        "reached": 1.0,
        "most_tries": 1,
        "retry_after": "1 min",
    }
    return call | more


def outcome(**more: Any) -> Tables:
    """Replies of which every second one satisfies, and nothing is done again, if nothing else is said."""
    table: Tables = {
        "solved": 0.5,
        "solved_when_late": 0.5,
        "satisfied_if_solved": 0.8,
        "satisfied_if_unsolved": 0.2,
        "late_factor": 1.0,
        "redo": 0.0,
        "most_redos": 0,
        "redo_limit": UNBOUNDED,
    }
    return table | more


def per_year(contacts_per_minute: float) -> float:
    """Requests a year at so many a minute."""
    return contacts_per_minute * 365 * DAY / MINUTE


def phone(
    agents: int, calls_per_minute: float, talk: Law, *, days: int, changes: Mapping[str, Any] | None = None
) -> Scenario:
    """One telephone queue: Poisson calls, every call answered directly, nobody gives up.

    Parameters
    ----------
    agents : int
        On duty round the clock.
    calls_per_minute : float
        On average.
    talk : dict
        Distribution of the talk time.
    days : int
        Days that count, after one day of run-in.
    changes : mapping, optional
        Other values by key path; None takes a key away.
    """
    return scenario_of(_phone_tables(agents, calls_per_minute, talk, days), changes or {})


def tickets(
    tickets_per_minute: float, *, days: int, changes: Mapping[str, Any] | None = None, run_in: int = 1
) -> Scenario:
    """Written requests that all become tickets; nobody waits anywhere and nothing takes time.

    Parameters
    ----------
    tickets_per_minute : float
        On average.
    days : int
        Days that count.
    changes : mapping, optional
        What takes time after all, by key path; None takes a key away.
    run_in : int
        Days before, which do not count.
    """
    tables = _phone_tables(MANY, tickets_per_minute, NO_TIME, days)
    base: dict[str, Any] = {
        "run.run_in": f"{run_in} d",
        "channels.phone.live": False,
        "teams.desk": team(MANY),
        "classes.consult.direct_answer": 0.0,
        "categories.all.units": {"works": 1.0},
        "units.works": unit(MANY),
        "dispatch": {
            "team": "desk",
            "work": NO_TIME,
            "urgent_work": NO_TIME,
            "misroute": 0.0,
            "most_returns": 0,
            "return_delay": NO_TIME,
        },
        "sign": {"delay": NO_TIME, "urgent_delay": NO_TIME, "limit": UNBOUNDED, "urgent_limit": UNBOUNDED},
        "handling": {"order": "first come", "deadline_hours": "always"},
        "urgent": {"limit": UNBOUNDED, "desk": NO_TIME, "field": NO_TIME},
    }
    return scenario_of(tables, base | dict(changes or {}))


def scenario_of(tables: Tables, changes: Mapping[str, Any]) -> Scenario:
    """Checked scenario of tables with values changed by key path; None takes a key away."""
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
    return check(Scenario.model_validate(tables))


def _phone_tables(agents: int, calls_per_minute: float, talk: Law, days: int) -> Tables:
    return {
        "name": "verification",
        "title": LABEL,
        "run": {
            "start": FIRST_DAY,
            "end": FIRST_DAY + timedelta(days=days),
            "run_in": "1 d",
            "resolution": "1 ms",
        },
        "calendar": {"base": "weekly", "weekend": []},
        "hours": {"office": ["00:00-24:00"]},
        "demand": {
            "requests_per_year": per_year(calls_per_minute),
            "day_factor_cv": 0.0,
            "month": [1.0] * 12,
            "weekday": [1.0] * 7,
            "holiday": {"spring_festival": 1.0, "other": 1.0, "last_day": 1.0},
            "profiles": {"flat": [1.0] * 24},
        },
        "channels": {"phone": {"label": LABEL, "share": 1.0, "team": "operators", "live": True}},
        "teams": {"operators": team(agents)},
        "classes": {
            "consult": {
                "label": LABEL,
                "share": 1.0,
                "direct_answer": 1.0,
                "limit": UNBOUNDED,
                "desk": NO_TIME,
                "field": NO_TIME,
            }
        },
        "categories": {"all": {"label": LABEL, "share": 1.0, "profile": "flat"}},
        "intake": {"talk": talk, "invalid_talk": NO_TIME, "written": NO_TIME},
    }
