"""What each further mechanism is compared with: the city with it and the same city without it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

import hotline_sim as hs

if TYPE_CHECKING:
    from hotline_sim.scenario.schema import Scenario

SCENARIO: Final = "guangyuan-2021"
WINDOW: Final = "start = 2021-07-05\nend = 2021-08-02"
"""Four whole weeks without a holiday, in the busiest month."""


@dataclass(frozen=True)
class Effect:
    """A mechanism, and the key figures that show what it does.

    Parameters
    ----------
    key : str
        Name between the marks of its section.
    title : str
        What is switched on, for people.
    kpis : tuple of str
        Key figures of its section.
    on, off : str
        TOML laid over the baseline, with the mechanism and without it.
    without : str or None
        Table or key of the baseline that the side without the mechanism does not have.
    page : str
        Where its section is.
    """

    key: str
    title: str
    kpis: tuple[str, ...]
    on: str = ""
    off: str = ""
    without: str | None = None
    page: str = "model.md"

    def sides(self) -> tuple[Scenario, Scenario]:
        """The city without the mechanism, and with it."""
        before = _city(self.off)
        return before if self.without is None else _left_out(before, self.without), _city(self.on)


def _city(changes: str) -> Scenario:
    head = f'extends = "{SCENARIO}"\nname = "{SCENARIO}"\n[run]\n{WINDOW}\n'
    return hs.loads(head + changes, SCENARIO)


def _left_out(scenario: Scenario, path: str) -> Scenario:
    *tables, key = path.split(".")
    changed: Any = reduce(getattr, tables, scenario).model_copy(update={key: None})
    for place in range(len(tables) - 1, -1, -1):
        changed = reduce(getattr, tables[:place], scenario).model_copy(update={tables[place]: changed})
    return changed  # type: ignore[no-any-return]


STORM: Final = """
[events.storm]
start = 2021-07-12
end = 2021-07-17
label = { en = "Heavy rain", zh = "强降雨" }
by_day = [1.3, 1.86, 1.7, 1.5, 1.39]
"""
NEIGHBOURS: Final = """
[teams.neighbours]
label = { en = "Neighbouring cities", zh = "邻市支援坐席" }
shifts = [{ name = "all day", start = "00:00", end = "24:00", agents = 1 }]
[teams.operators.overflow]
to = "neighbours"
above = 3
"""
EXPERTS: Final = """
[teams.experts]
label = { en = "Expert seats", zh = "专家坐席" }
shifts = [{ name = "all day", start = "00:00", end = "24:00", agents = 1 }]
[skills.expert]
team = "experts"
share = 0.05
"""
COUNTER: Final = """
[teams.counter]
label = { en = "Counter", zh = "限时办窗口" }
shifts = [{ name = "day", start = "09:00", end = "17:00", agents = 2, days = "working" }]
[quick_service]
team = "counter"
share = 0.05
work = { family = "lognormal", mean = "12 min", sigma = 0.5 }
limit = "30 min"
"""
AUTOMATIC: Final = """
[automatic_dispatch]
share = 0.8
misroute = 0.03
work = { family = "fixed", mean = "19 s" }
"""
THREE: Final = """
[three_party]
share = 0.1
talk = { family = "lognormal", mean = "4 min", sigma = 0.6 }
"""
LEVELS: Final = """
[two_level]
staff = 2
work = { family = "lognormal", mean = "10 min", sigma = 0.7 }
sign_delay = { family = "lognormal", mean = "2 working h", sigma = 0.8 }
office_share = 0.6
townships = 20
township_staff = 1
village_share = 0.07
village_field = { family = "lognormal", mean = "1 working days", sigma = 0.7 }
"""
ENTERPRISE: Final = """
[enterprise]
share = 0.04
escalate_after = "0 h"
speed = 4.0
[enterprise.limits]
complaint = "5 working days"
help = "3 working days"
"""
SCREENING: Final = """
[mediation.screening]
latent = { family = "exponential", mean = "20 d" }
[mediation.screening.levels]
village = { every = "week", found = 0.05 }
"""
EMPTY: Final = 'run_in = "0 d"\n'
"""Still of the table ``run``: a city that starts with nothing in hand."""
OPEN: Final = (
    EMPTY
    + """
[[backlog.groups]]
unit = "lizhou"
count = 300
youngest = "1 d"
oldest = "20 d"
"""
)
_TIME: Final = "response_time_mean.tickets"

EFFECTS: Final = (
    Effect("events", "five days of storm", ("answer_rate", "requests_abandoned"), on=STORM),
    Effect(
        "help",
        "one neighbour in that storm",
        ("answer_rate", "requests_abandoned"),
        on=STORM + NEIGHBOURS,
        off=STORM,
    ),
    Effect(
        "lines", "eight lines", ("answer_rate", "mean_speed_of_answer"), on="[teams.operators]\nlines = 8\n"
    ),
    Effect("skills", "5 % of callers need an expert", ("service_level_15s", "answer_rate"), on=EXPERTS),
    Effect("levels", "counties pass tickets on", (_TIME, "on_time_closure_rate"), on=LEVELS),
    Effect("co_handlers", "co-handlers", (_TIME, "utilisation_units"), without="co_handlers"),
    Effect("extension", "more time asked for", ("on_time_closure_rate", _TIME), without="extension"),
    Effect("automatic", "80 % dispatched by a system", ("return_rate", _TIME), on=AUTOMATIC),
    Effect(
        "catalogue",
        "a catalogue that halves wrong dispatches",
        ("return_rate", _TIME),
        on="[[dispatch.updates]]\nstart = 2021-05-01\nmisroute_factor = 0.5\n",
    ),
    Effect("three_party", "calls of three", ("direct_answer_rate", "service_level_15s"), on=THREE),
    Effect("counter", "a counter for 5 % of tickets", (_TIME, "utilisation_units"), on=COUNTER),
    Effect("enterprise", "enterprises go first", (_TIME, "on_time_closure_rate"), on=ENTERPRISE),
    Effect(
        "supervision",
        "supervision in three colours",
        ("response_time_p99.tickets", "on_time_closure_rate"),
        without="supervision",
    ),
    Effect("bulletin", "named units hurry", ("on_time_closure_rate", _TIME), without="bulletin"),
    Effect(
        "idle",
        "calls back in idle time only",
        ("mean_speed_of_answer", "service_level_15s"),
        without="callback.idle_above",
    ),
    Effect("chasers", "calls about open tickets", ("service_level_15s", "calls_offered"), without="chasers"),
    Effect(
        "merged",
        "each of these calls a second ticket",
        ("utilisation_units", _TIME),
        on="[chasers]\nmerged = false\n",
    ),
    Effect("repeats", "calls after the close", ("reopened_rate", "utilisation_units"), without="repeats"),
    Effect("rating", "ratings, bad ones rectified", ("utilisation_units", _TIME), without="rating"),
    Effect(
        "open",
        "300 tickets open at the start, else none",
        ("on_time_closure_rate", _TIME),
        on=OPEN,
        off=EMPTY,
    ),
    Effect(
        "absence", "5 % absent", ("service_level_15s", "utilisation_units"), on="[absence]\nshare = 0.05\n"
    ),
    Effect(
        "hard_cases",
        "hard cases go to leaders",
        ("response_time_p99.tickets", "solved_rate_true"),
        without="hard_cases",
        page="model-disputes.md",
    ),
    Effect(
        "mediation",
        "mediators take disputes",
        (_TIME, "utilisation_units"),
        without="mediation",
        page="model-disputes.md",
    ),
    Effect(
        "screening",
        "villages look for disputes each week",
        ("mediation_cases", "petitions"),
        on=SCREENING,
        page="model-disputes.md",
    ),
)
