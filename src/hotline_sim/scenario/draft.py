"""The parts of a scenario that are right in themselves, so that a faulty file can be checked across keys too.

A planner who has misspelt one number should learn of a wrong sum in the same go. Rules are in ``check.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import BaseModel, TypeAdapter, ValidationError

from hotline_sim.scenario.absence import Absence
from hotline_sim.scenario.backlog import Backlog
from hotline_sim.scenario.citizens import Bulletin, Chasers, Rating, Repeats
from hotline_sim.scenario.dispatching import AutomaticDispatch, Dispatch
from hotline_sim.scenario.disputes import HardCases, Mediation, Petitions
from hotline_sim.scenario.events import Event
from hotline_sim.scenario.mechanisms import CoHandlers, Extension, Supervision
from hotline_sim.scenario.phone import Callback, Intake, Skill, Team
from hotline_sim.scenario.schema import (
    CalendarTable,
    Category,
    Channel,
    Demand,
    Handling,
    Outcome,
    RequestClass,
    Run,
    Scenario,
    Sign,
    Unit,
    Urgent,
)
from hotline_sim.scenario.shortcuts import Enterprise, QuickService, ThreeParty
from hotline_sim.scenario.two_level import TwoLevel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T", bound=BaseModel)
Hours = tuple[tuple[int, int], ...]

_NAMED = ("hours", "channels", "teams", "classes", "categories", "units", "events", "skills")


@dataclass(frozen=True)
class Draft:
    """Valid parts of a scenario; a part with a fault is left out, or is None.

    Parameters
    ----------
    stated : frozenset of str
        Top-level keys that the file states, faulty or not.
    whole : frozenset of str
        Named tables all of whose entries are valid: only of these a sum can be told.
    names : dict of str to frozenset of str
        Names in ``hours``, ``channels``, ``teams``, ``classes``, ``categories``, ``units``, ``events``,
        ``skills`` and ``profiles``, those of faulty entries included.
    """

    stated: frozenset[str]
    whole: frozenset[str]
    names: dict[str, frozenset[str]]
    run: Run | None = None
    calendar: CalendarTable | None = None
    demand: Demand | None = None
    intake: Intake | None = None
    dispatch: Dispatch | None = None
    sign: Sign | None = None
    handling: Handling | None = None
    urgent: Urgent | None = None
    callback: Callback | None = None
    outcome: Outcome | None = None
    co_handlers: CoHandlers | None = None
    extension: Extension | None = None
    supervision: Supervision | None = None
    chasers: Chasers | None = None
    repeats: Repeats | None = None
    rating: Rating | None = None
    bulletin: Bulletin | None = None
    absence: Absence | None = None
    backlog: Backlog | None = None
    two_level: TwoLevel | None = None
    hours: Mapping[str, Hours] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    classes: Mapping[str, RequestClass] = field(default_factory=dict)
    categories: Mapping[str, Category] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    skills: Mapping[str, Skill] = field(default_factory=dict)
    automatic_dispatch: AutomaticDispatch | None = None
    enterprise: Enterprise | None = None
    three_party: ThreeParty | None = None
    quick_service: QuickService | None = None
    hard_cases: HardCases | None = None
    mediation: Mediation | None = None
    petitions: Petitions | None = None

    @property
    def makes_tickets(self) -> bool:
        """Whether some class of request is not always answered at intake."""
        return any(entry.direct_answer < 1 for entry in self.classes.values())

    @property
    def gives_work(self) -> bool:
        """Whether units have anything to do: tickets, or direct answers that are rated badly."""
        return self.makes_tickets or (self.rating is not None and self.rating.direct_share > 0)


def draft_of_scenario(scenario: Scenario) -> Draft:
    """Every part of a valid scenario."""
    parts = {name: getattr(scenario, name) for name in Scenario.model_fields}
    named = {name: frozenset(parts[name]) for name in _NAMED}
    named["profiles"] = frozenset(scenario.demand.profiles)
    return Draft(
        stated=frozenset(name for name, part in parts.items() if part is not None),
        whole=frozenset(_NAMED),
        names=named,
        **{name: part for name, part in parts.items() if name not in ("name", "title", "description")},
    )


def draft_of_tables(tables: dict[str, Any]) -> Draft:
    """Parts of plain tables that are valid in themselves."""
    whole: set[str] = set()
    names: dict[str, frozenset[str]] = {}

    def named(section: str, validate: Callable[[Any], Any]) -> dict[str, Any]:
        table = tables.get(section, {})
        entries = table if isinstance(table, dict) else {}
        valid = {name: entry for name in entries if (entry := _attempt(validate, entries[name])) is not None}
        names[section] = frozenset(entries)
        if isinstance(table, dict) and len(valid) == len(entries):
            whole.add(section)
        return valid

    def single(section: str, table: type[T]) -> T | None:
        return cast("T | None", _attempt(table.model_validate, tables.get(section)))

    profiles = tables["demand"].get("profiles") if isinstance(tables.get("demand"), dict) else None
    names["profiles"] = frozenset(profiles if isinstance(profiles, dict) else ())
    hours = TypeAdapter[Any](cast("Any", Scenario.model_fields["hours"].annotation))
    return Draft(
        run=single("run", Run),
        calendar=single("calendar", CalendarTable),
        demand=single("demand", Demand),
        intake=single("intake", Intake),
        dispatch=single("dispatch", Dispatch),
        sign=single("sign", Sign),
        handling=single("handling", Handling) if "handling" in tables else Handling(),
        urgent=single("urgent", Urgent),
        callback=single("callback", Callback),
        outcome=single("outcome", Outcome),
        co_handlers=single("co_handlers", CoHandlers),
        extension=single("extension", Extension),
        supervision=single("supervision", Supervision),
        chasers=single("chasers", Chasers),
        repeats=single("repeats", Repeats),
        rating=single("rating", Rating),
        bulletin=single("bulletin", Bulletin),
        automatic_dispatch=single("automatic_dispatch", AutomaticDispatch),
        enterprise=single("enterprise", Enterprise),
        three_party=single("three_party", ThreeParty),
        quick_service=single("quick_service", QuickService),
        absence=single("absence", Absence),
        backlog=single("backlog", Backlog),
        hard_cases=single("hard_cases", HardCases),
        two_level=single("two_level", TwoLevel),
        mediation=single("mediation", Mediation),
        petitions=single("petitions", Petitions),
        hours=named("hours", lambda entry: hours.validate_python({"hours": entry})["hours"]),
        channels=named("channels", Channel.model_validate),
        teams=named("teams", Team.model_validate),
        classes=named("classes", RequestClass.model_validate),
        categories=named("categories", Category.model_validate),
        units=named("units", Unit.model_validate),
        events=named("events", Event.model_validate),
        skills=named("skills", Skill.model_validate),
        # After the named tables: they fill in what is whole and which names there are.
        stated=frozenset(tables),
        whole=frozenset(whole),
        names=names,
    )


def _attempt(validate: Callable[[Any], Any], value: Any) -> Any:
    try:
        return validate(value)
    except ValidationError:
        return None
