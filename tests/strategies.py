"""Random small scenarios that use every feature, also in degenerate combinations.

They are for laws that hold for every scenario, and for comparing engines: short runs with coarse ticks,
empty stations, nobody on duty for hours, overload, and a horizon that cuts. Simple choices come first in
every list, so that a failing example shrinks towards a plain queue.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from dispute_strategies import disputes
from hotline_sim.clock.ticks import NEVER
from hotline_sim.network.absence import present
from hotline_sim.network.build import build
from hotline_sim.network.draws import Draws
from hotline_sim.network.draws import draw as draw_numbers
from scenarios import FLAT_DAY, LABEL, scenario_of

if TYPE_CHECKING:
    from hotline_sim.network.network import Network
    from hotline_sim.scenario.schema import Scenario

RUSH = [1.0 if hour in (9, 15) else 0.05 for hour in range(24)]
STARTS = {
    "weekly": (date(2021, 3, 1), date(2021, 3, 5)),  # a Monday, a Friday
    # A Monday; the Friday before a Sunday that is worked; the day before Spring Festival.
    "china": (date(2021, 3, 1), date(2021, 2, 5), date(2021, 2, 10)),
}
CLOCK_LIMITS = ("2 h", "1 d", "15 min")
REPLY_LIMITS = ("3 working days", "1 working days", "8 working h", "7 working h", "1 d")
LIMITS = (*REPLY_LIMITS, *CLOCK_LIMITS)
SHIFT_HOURS = (
    ("00:00", "24:00", None),
    ("08:00", "18:00", None),
    ("20:00", "06:00", None),
    ("09:00", "17:00", "12:00-13:00"),
    ("22:00", "10:00", "02:00-02:30"),
    ("10:00", "10:30", None),
)


def shares(draw: st.DrawFn, names: list[str]) -> dict[str, float]:
    weights = [draw(st.integers(1, 4)) for _ in names]
    return {name: weight / sum(weights) for name, weight in zip(names, weights, strict=True)}


@st.composite
def laws(draw: st.DrawFn, *means: str) -> dict[str, Any]:
    """Distribution of durations with one of the means, each a number and a unit."""
    mean = draw(st.sampled_from(means))
    number, unit = mean.split(" ", 1)
    family = draw(
        st.sampled_from(
            ["exponential", "fixed", "lognormal", "uniform", "gamma", "weibull", "erlang", "triangular"]
        )
    )
    low, high = f"{float(number) / 4:g} {unit}", f"{float(number) * 7 / 4:g} {unit}"
    shape: dict[str, dict[str, Any]] = {
        "lognormal": {"mean": mean, "sigma": 0.8},
        "gamma": {"mean": mean, "cv": 1.5},
        "weibull": {"mean": mean, "shape": 0.7},
        "erlang": {"mean": mean, "stages": 2},
        "uniform": {"low": low, "high": high},
        "triangular": {"low": low, "mode": low, "high": high},
    }
    return {"family": family, **shape.get(family, {"mean": mean})}


@st.composite
def teams(draw: st.DrawFn) -> dict[str, Any]:
    """One team; somebody of it is on duty at some time of every day."""
    shifts = []
    for number in range(draw(st.integers(1, 3))):
        start, end, pause = draw(st.sampled_from(SHIFT_HOURS))
        days = "all" if number == 0 else draw(st.sampled_from(["all", "working", "rest"]))
        agents = draw(st.integers(1 if number == 0 else 0, 3))
        shift = {"name": f"s{number}", "start": start, "end": end, "agents": agents, "days": days}
        shifts.append(shift if pause is None else shift | {"pause": pause})
    return {"label": LABEL, "shifts": shifts}


def _run(draw: st.DrawFn, base: str) -> dict[str, Any]:
    start = draw(st.sampled_from(STARTS[base]))
    end = start + timedelta(days=draw(st.integers(1, 3)))
    run = {
        "start": start,
        "end": end,
        "run_in": draw(st.sampled_from(["0 d", "1 d"])),
        "resolution": draw(st.sampled_from(["1 ms", "1 min", "1 s"])),
    }
    drain = draw(st.sampled_from([None, 0, 1, 4]))
    return run if drain is None else run | {"horizon": end + timedelta(days=drain)}


def _demand(draw: st.DrawFn) -> dict[str, Any]:
    requests_per_day = draw(st.sampled_from([20.0, 1.0, 100.0, 50.0, 10.0, 2.0, 5.0, 1e-6]))
    return {
        "requests_per_year": 365 * requests_per_day,
        "day_factor_cv": draw(st.sampled_from([0.0, 0.5])),
        "month": [1.0] * 12,
        "weekday": [1.0, 1.0, 1.0, 1.0, 1.2, 0.8, 0.0] if draw(st.booleans()) else [1.0] * 7,
        "holiday": {"spring_festival": 0.5, "other": 0.5, "last_day": 1.0},
        "profiles": {"flat": FLAT_DAY, "rush": RUSH},
    }


def _channels(draw: st.DrawFn, team_names: list[str]) -> dict[str, Any]:
    names = ["phone", "app", "web"][: draw(st.integers(1, 3))]
    return {
        name: {
            "label": LABEL,
            "share": share,
            "invalid_share": draw(st.sampled_from([0.0, 0.3])),
            "team": draw(st.sampled_from(team_names)),
            "live": draw(st.sampled_from([True, False])),
        }
        for name, share in shares(draw, names).items()
    }


def _intake(draw: st.DrawFn) -> dict[str, Any]:
    intake: dict[str, Any] = {
        "talk": draw(laws("3 min", "40 min")),
        "invalid_talk": draw(laws("20 s")),
        "written": draw(laws("4 min")),
    }
    for kind in ("direct", "ticket"):
        if draw(st.booleans()):
            intake[f"after_call_{kind}"] = draw(st.sampled_from(["1 min", "7 min"]))
    patience, redial = draw(st.sampled_from([(False, False), (True, True), (True, False)]))
    if patience:
        intake["patience"] = draw(laws("3 min", "10 s"))
        intake["hang_up_share"] = draw(st.sampled_from([0.0, 0.2]))
        if redial:
            intake["redial"] = {
                "probability": draw(st.sampled_from([0.5, 1.0])),
                "delay": draw(laws("10 min")),
                "most": draw(st.sampled_from([1, 0, 3])),
            }
    return intake


def _units(draw: st.DrawFn, hours: list[str]) -> dict[str, Any]:
    names = ["works", "health", "north", "south"][: draw(st.integers(1, 4))]
    units = {
        name: {
            "label": LABEL,
            "kind": "county" if name in ("north", "south") else "department",
            "staff": draw(st.integers(1, 2)),
            "duty": draw(st.integers(0, 2)),
            "hours": draw(st.sampled_from(hours)),
            "speed": draw(st.sampled_from([1.0, 3.0, 0.5])),
        }
        for name in names
    }
    for name in names[2:]:
        units[name]["area_weight"] = draw(st.sampled_from([1.0, 2.0]))
    return units


def _categories(draw: st.DrawFn, units: dict[str, Any]) -> dict[str, Any]:
    has_areas = any("area_weight" in unit for unit in units.values())
    categories = {}
    for name, share in shares(draw, ["noise", "roads"][: draw(st.integers(1, 2))]).items():
        chosen = draw(st.lists(st.sampled_from(sorted(units)), min_size=1, unique=True))
        categories[name] = {
            "label": LABEL,
            "share": share,
            "profile": draw(st.sampled_from(["flat", "rush"])),
            "urgent_share": draw(st.sampled_from([0.0, 0.3, 1.0])),
            "area_share": draw(st.sampled_from([0.0, 0.5, 1.0])) if has_areas else 0.0,
            "units": {unit: float(draw(st.integers(1, 3))) for unit in chosen},
        }
        if draw(st.booleans()):
            categories[name]["urgent_field"] = draw(laws("5 min"))
        if draw(st.booleans()):
            categories[name] |= {"limit": draw(st.sampled_from(REPLY_LIMITS)), "field": draw(laws("15 min"))}
    return categories


def _classes(draw: st.DrawFn) -> dict[str, Any]:
    names = ["complaint", "consult", "help"][: draw(st.integers(1, 3))]
    return {
        name: {
            "label": LABEL,
            "share": share,
            "direct_answer": draw(st.sampled_from([0.0, 0.5, 1.0])),
            "limit": draw(st.sampled_from(REPLY_LIMITS)),
            "desk": draw(laws("10 min", "1 working h")),
            "field": draw(laws("20 min", "0.1 working days")),
        }
        for name, share in shares(draw, names).items()
    }


def _dispatch(draw: st.DrawFn, team_names: list[str]) -> dict[str, Any]:
    updates = [(1, 2.0), (2, 0.0)][: draw(st.sampled_from([0, 2]))]
    return {
        "updates": [{"start": date(2021, 3, day), "misroute_factor": factor} for day, factor in updates],
        "team": draw(st.sampled_from(team_names)),
        "work": draw(laws("2 min", "20 min")),
        "urgent_work": draw(laws("1 min")),
        "misroute": draw(st.sampled_from([0.0, 0.4, 1.0])),
        "most_returns": draw(st.sampled_from([0, 1, 2])),
        "return_delay": draw(laws("30 min", "2 working h")),
    }


def _handling(draw: st.DrawFn, hours: list[str]) -> dict[str, Any]:
    handling = {
        "order": draw(st.sampled_from(["due date", "first come"])),
        "clock_starts": draw(st.sampled_from(["arrival", "dispatch", "sign"])),
        "clock_after_return": draw(st.sampled_from(["continues", "restarts"])),
        "deadline_hours": draw(st.sampled_from(hours)),
    }
    if draw(st.booleans()):
        handling |= {"effort_window": draw(st.sampled_from([0.2, 1.0])), "effort_speed": 1.5}
    return handling


def _after_reply(draw: st.DrawFn, team_names: list[str]) -> dict[str, Any]:
    """Opinions with or without call-backs, or neither."""
    with_outcome, with_callback = draw(st.sampled_from([(False, False), (True, True), (True, False)]))
    if not with_outcome:
        return {}
    outcome = {
        "solved": 0.6,
        "solved_when_late": 0.3,
        "satisfied_if_solved": 0.7,
        "satisfied_if_unsolved": 0.2,
        "late_factor": 0.5,
        "redo": draw(st.sampled_from([0.5, 1.0, 0.0])),
        "most_redos": draw(st.sampled_from([1, 0, 2])),
        "redo_limit": draw(st.sampled_from(LIMITS)),
    }
    if not with_callback:
        return {"outcome": outcome}
    callback = {
        "team": draw(st.sampled_from(team_names)),
        "share": draw(st.sampled_from([1.0, 0.5])),
        "talk": draw(laws("3 min")),
        "ring": draw(st.sampled_from(["1 min", "20 s", "0 s"])),
        "reached": draw(st.sampled_from([0.6, 0.0, 1.0])),
        "most_tries": draw(st.integers(1, 3)),
        "retry_after": draw(st.sampled_from(["1 h", "0 s", "20 h"])),
    }
    return {"outcome": outcome, "callback": callback}


def _mechanisms(draw: st.DrawFn, units: dict[str, Any], team_names: list[str]) -> dict[str, Any]:
    """What units do together and about late tickets: nothing, or each for itself."""
    found: dict[str, Any] = {}
    if len(units) > 1 and draw(st.booleans()):
        found["co_handlers"] = {
            "share": draw(st.sampled_from([0.5, 1.0])),
            "two": draw(st.sampled_from([0.0, 0.5])),
            "work": draw(st.sampled_from([1.0, 0.3])),
        }
    if draw(st.booleans()):
        found["extension"] = {
            "asked": draw(st.sampled_from([0.5, 1.0])),
            "granted": draw(st.sampled_from([1.0, 0.5])),
            "length": draw(st.sampled_from(LIMITS)),
        }
    if draw(st.booleans()):
        found["supervision"] = {
            "steps": draw(st.sampled_from([("1 h",), ("10 min", "1 working days"), ("1 h", "1 d", "2 d")])),
            "first": draw(st.sampled_from([True, False])),
            "speed": draw(st.sampled_from([1.0, 4.0])),
            "remind_at": draw(st.sampled_from([None, 0.8, 0.01])),
        }
    return found | _shortcuts(draw, team_names)


def _shortcuts(draw: st.DrawFn, team_names: list[str]) -> dict[str, Any]:
    """Ways that are shorter than the usual one: none, or each for itself."""
    found: dict[str, Any] = {}
    if draw(st.booleans()):
        found["automatic_dispatch"] = {
            "share": draw(st.sampled_from([0.5, 1.0])),
            "misroute": draw(st.sampled_from([0.3, 0.0, 1.0])),
            "work": draw(laws("19 s", "30 min")),
        }
    if draw(st.booleans()):
        found["quick_service"] = {
            "share": draw(st.sampled_from([0.5, 1.0])),
            "team": draw(st.sampled_from(team_names)),
            "classes": draw(st.sampled_from([(), ("complaint",)])),
            "work": draw(laws("10 min", "2 h")),
            "limit": draw(st.sampled_from(["30 min", "3 h"])),
        }
    if draw(st.booleans()):
        found["three_party"] = {"share": draw(st.sampled_from([0.5, 1.0])), "talk": draw(laws("5 min"))}
    if draw(st.booleans()):
        found["enterprise"] = {
            "share": draw(st.sampled_from([0.5, 1.0])),
            "first": draw(st.sampled_from([True, False])),
            "limits": {"complaint": draw(st.sampled_from(REPLY_LIMITS))} if draw(st.booleans()) else {},
        }
        if draw(st.booleans()):
            found["enterprise"]["team"] = draw(st.sampled_from(team_names))
        if draw(st.booleans()):
            found["enterprise"] |= {
                "escalate_after": draw(st.sampled_from(["0 h", "1 h", "1 working days"])),
                "speed": draw(st.sampled_from([4.0, 1.0])),
            }
    return found


def _citizens(draw: st.DrawFn, team_names: list[str], with_outcome: bool) -> dict[str, Any]:
    """What citizens with a ticket do: nothing, or each for itself."""
    found: dict[str, Any] = {}
    if draw(st.booleans()):
        found["chasers"] = {
            "team": draw(st.sampled_from(team_names)),
            "after": draw(laws("2 h", "1 d")),
            "again": draw(laws("1 h")),
            "most": draw(st.integers(1, 3)),
            "talk": draw(laws("2 min", "30 min")),
            "first": draw(st.booleans()),
            "merged": draw(st.sampled_from([True, False])),
            "duplicate_work": draw(st.sampled_from([0.5, 1.0])),
        }
    if with_outcome and draw(st.booleans()):
        found["repeats"] = {
            "team": draw(st.sampled_from(team_names)),
            "share": draw(st.sampled_from([0.5, 1.0])),
            "delay": draw(laws("1 h", "1 d")),
            "talk": draw(laws("2 min")),
            "reopened": draw(st.sampled_from([1.0, 0.5, 0.0])),
        }
    if draw(st.booleans()):
        found["rating"] = {
            "share": draw(st.sampled_from([1.0, 0.5])),
            "direct_share": draw(st.sampled_from([0.0, 0.5])),
            "delay": draw(laws("10 min", "1 d")),
            "bad_if_satisfied": draw(st.sampled_from([0.0, 0.3])),
            "bad_if_dissatisfied": draw(st.sampled_from([1.0, 0.5])),
            "direct_satisfied": draw(st.sampled_from([1.0, 0.5])),
            "rectify_work": draw(laws("30 min", "1 working h")),
            "rectify_limit": draw(st.sampled_from(LIMITS)),
        }
    if draw(st.booleans()):
        found["bulletin"] = {
            "named": draw(st.integers(1, 2)),
            "least": draw(st.sampled_from([1, 3])),
            "speed": draw(st.sampled_from([2.0, 1.0])),
        }
    return found


def _phone_room(draw: st.DrawFn, tables: dict[str, Any], team_names: list[str]) -> None:
    """Lines, help, seats for certain callers and calls in idle time, added to the tables: none, or some."""
    for name in team_names:
        if draw(st.booleans()):
            tables["teams"][name]["lines"] = draw(st.integers(1, 4))
    if len(team_names) > 1 and draw(st.booleans()):
        one, other = draw(st.permutations(team_names))
        tables["teams"][one]["overflow"] = {"to": other, "above": draw(st.integers(0, 2))}
    if draw(st.booleans()):
        tables["skills"] = {"dialect": {"team": draw(st.sampled_from(team_names)), "share": 0.4}}
        if draw(st.booleans()):
            tables["skills"]["dialect"]["categories"] = {"noise": draw(st.sampled_from([1.0, 0.0]))}
    if "callback" in tables and draw(st.booleans()):
        tables["callback"]["idle_above"] = draw(st.integers(0, 2))
        if draw(st.booleans()):
            tables["callback"]["between"] = draw(st.sampled_from(["09:00-12:00", "00:00-01:00"]))


def _absence(draw: st.DrawFn, team_names: list[str]) -> dict[str, Any]:
    """Nobody is ever absent, or some are."""
    if not draw(st.booleans()):
        return {}
    share, of_team = (draw(st.sampled_from([0.3, 0.0, 1.0])) for _ in range(2))
    return {"absence": {"share": share, "teams": {team_names[0]: of_team}, "least": draw(st.integers(0, 1))}}


def _two_level(draw: st.DrawFn, units: dict[str, Any]) -> dict[str, Any]:
    """No unit passes tickets on, or those of one kind do."""
    kinds = sorted({unit["kind"] for unit in units.values()})
    if not draw(st.booleans()):
        return {}
    table = {
        "kind": draw(st.sampled_from(kinds)),
        "staff": draw(st.integers(1, 2)),
        "work": draw(laws("5 min", "1 h")),
        "sign_delay": draw(laws("10 min", "2 working h")),
        "office_share": draw(st.sampled_from([0.3, 0.0, 1.0])),
        "townships": draw(st.integers(1, 3)),
        "township_staff": 1,
        "village_share": draw(st.sampled_from([0.0, 0.4])),
        "village_field": draw(laws("20 min")),
    }
    return {"two_level": table}


def _events(draw: st.DrawFn, tables: dict[str, Any], team_names: list[str], start: date) -> dict[str, Any]:
    """No event, or one in the midst of the run that changes demand, talk, redials and who is on duty."""
    if not draw(st.booleans()):
        return {}
    begin = datetime(start.year, start.month, start.day) + timedelta(hours=draw(st.sampled_from([0, 9, 22])))
    event: dict[str, Any] = {
        "label": LABEL,
        "start": begin,
        "end": begin + timedelta(hours=draw(st.sampled_from([24, 1, 13]))),
        "demand": draw(st.sampled_from([1.0, 3.0, 0.0])),
        "categories": draw(st.sampled_from([(), ("noise",)])),
        "talk": draw(st.sampled_from([1.0, 1.5])),
        "agents": {draw(st.sampled_from(team_names)): draw(st.sampled_from([1.0, 0.0, 0.5, 2.0]))},
        "staff": {draw(st.sampled_from(sorted(tables["units"]))): draw(st.sampled_from([0.0, 1.0, 3.0]))},
    }
    if "redial" in tables["intake"]:
        event["redial"] = {
            "probability": draw(st.sampled_from([1.0, 0.0])),
            "delay_factor": draw(st.sampled_from([0.5, 3.0])),
            "most": draw(st.sampled_from([2, 0, 5])),
        }
    return {"events": {"storm": event}}


def _backlog(draw: st.DrawFn, tables: dict[str, Any]) -> dict[str, Any]:
    """No ticket is open at the start, or some are; then there is no run-in."""
    if not draw(st.booleans()):
        return {}
    run, units = tables["run"], [None, *sorted(tables["units"])]
    groups, single = [], []
    for _ in range(draw(st.integers(0, 2))):
        unit = draw(st.sampled_from(units))
        group = {"count": draw(st.integers(1, 4)), "youngest": "1 h", "oldest": "3 d"}
        stage = "dispatch" if unit is None else draw(st.sampled_from(["desk", "field"]))
        groups.append(group | {"stage": stage} | ({} if unit is None else {"unit": unit}))
    for hours in draw(st.lists(st.sampled_from([1, 30, 50]), max_size=2)):
        start = datetime(run["start"].year, run["start"].month, run["start"].day)
        unit = draw(st.sampled_from(units))
        ticket = {
            "arrived": start - timedelta(hours=hours),
            "category": draw(st.sampled_from(sorted(tables["categories"]))),
            "request_class": draw(st.sampled_from(sorted(tables["classes"]))),
            "urgent": draw(st.booleans()),
        }
        if draw(st.booleans()):
            ticket["due"] = start + timedelta(hours=draw(st.sampled_from([3, -1 if hours > 1 else 1])))
        single.append(ticket if unit is None else ticket | {"unit": unit})
    return {"run": run | {"run_in": "0 d"}, "backlog": {"groups": groups, "tickets": single}}


@st.composite
def scenario_tables(draw: st.DrawFn) -> dict[str, Any]:
    """Tables of a valid scenario, in no particular order."""
    base = draw(st.sampled_from(sorted(STARTS, reverse=True)))
    named_hours = {"office": ["09:00-12:00", "14:00-18:00"], "long": ["00:00-11:30", "11:30-24:00"]}
    hours = [*named_hours, "always"]
    team_names = ["operators", "back-office"][: draw(st.integers(1, 2))]
    units = _units(draw, hours)
    tables = {
        "name": "random",
        "title": LABEL,
        "run": _run(draw, base),
        "calendar": {"base": base},
        "hours": named_hours,
        "demand": _demand(draw),
        "channels": _channels(draw, team_names),
        "teams": {name: draw(teams()) for name in team_names},
        "classes": _classes(draw),
        "categories": _categories(draw, units),
        "units": units,
        "intake": _intake(draw),
        "dispatch": _dispatch(draw, team_names),
        "sign": {
            "delay": draw(laws("10 min", "1 working h")),
            "urgent_delay": draw(laws("5 min")),
            "limit": draw(st.sampled_from(LIMITS)),
            "urgent_limit": draw(st.sampled_from(CLOCK_LIMITS)),
        },
        "handling": _handling(draw, hours),
        "urgent": {
            "limit": draw(st.sampled_from(CLOCK_LIMITS)),
            "desk": draw(laws("2 min")),
            "field": draw(laws("4 min")),
        },
        **_after_reply(draw, team_names),
        **_mechanisms(draw, units, team_names),
        **_absence(draw, team_names),
        **disputes(draw, hours),
        **_two_level(draw, units),
    }
    tables |= _citizens(draw, team_names, "outcome" in tables)
    _phone_room(draw, tables, team_names)
    tables |= _events(draw, tables, team_names, tables["run"]["start"])
    return tables | _backlog(draw, tables)


def scenarios() -> st.SearchStrategy[Any]:
    """Valid scenarios of a few days that use every feature, some of them none."""
    return scenario_tables().map(scenario_of)


class Replication(NamedTuple):
    """A scenario, its network, and the numbers of one replication."""

    scenario: Scenario
    network: Network
    draws: Draws

    def __repr__(self) -> str:
        """Only what it follows from: the numbers themselves would fill pages."""
        return f"{self.scenario!r}, {len(self.draws.arrival)} tickets"


@st.composite
def replications(draw: st.DrawFn) -> Replication:
    """Everything that an engine needs for one run of a random scenario."""
    scenario = draw(scenarios())
    seed = draw(st.integers(0, 99))
    network = present(build(scenario), seed, 0)
    return Replication(scenario, network, draw_numbers(network, seed, 0))


def coarse(draws: Draws, step: int) -> Draws:
    """The same tickets with every instant and duration on a coarse grid, so that most events are tied."""
    columns = draws._asdict()
    for name, column in columns.items():
        if name == "arrival":
            columns[name] = column // step * step
        elif column.dtype == np.int64:
            steps = np.maximum((column + step // 2) // step, 1)
            columns[name] = np.where(column >= NEVER, column, steps * step)
    return Draws(**columns)
