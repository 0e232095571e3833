"""Distributions of a scenario turned into numbers of ticks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotline_sim.clock.ticks import DAY, Duration
from hotline_sim.network.network import DurationLaw, Laws
from hotline_sim.scenario.schema import REQUEST_CLASSES

if TYPE_CHECKING:
    from hotline_sim.clock.calendar import Calendar
    from hotline_sim.network.network import Names
    from hotline_sim.scenario.schema import Scenario
    from hotline_sim.scenario.types import Distribution


def law(distribution: Distribution | None, working_day: int = DAY) -> DurationLaw | None:
    """One distribution in ticks.

    Parameters
    ----------
    distribution : Distribution or None
        As written in the scenario; None gives None.
    working_day : int
        Working ticks of a working day, for durations in working days.
    """
    if distribution is None:
        return None
    parameters: list[tuple[str, float | tuple[float, ...]]] = []
    for name in sorted(type(distribution).model_fields):
        value = getattr(distribution, name)
        if isinstance(value, tuple):
            parameters.append((name, tuple(_number(entry, working_day) for entry in value)))
        elif name != "family" and value is not None:
            parameters.append((name, _number(value, working_day)))
    return DurationLaw(distribution.family, tuple(parameters))


def _number(value: Any, working_day: int) -> float:
    if isinstance(value, Duration):
        return float(value.working_ticks(working_day) if value.is_working else value.ticks())
    return float(value)


def laws(scenario: Scenario, names: Names, calendars: dict[str, Calendar]) -> Laws:
    """All distributions that the draws need.

    Durations in working days are turned into working ticks with the day length of
    ``handling.deadline_hours``; they then run on the hours of the unit that has the ticket.
    """
    day = calendars[scenario.handling.deadline_hours].day_length
    intake, dispatch, sign, urgent = scenario.intake, scenario.dispatch, scenario.sign, scenario.urgent
    nothing = DurationLaw("fixed", (("mean", 1.0),))
    classes = [scenario.classes.get(name) for name in REQUEST_CLASSES]
    urgent_field = law(urgent.field) if urgent else None
    return Laws(
        talk=law(intake.talk) or nothing,
        invalid_talk=law(intake.invalid_talk) or nothing,
        written=law(intake.written) or nothing,
        patience=law(intake.patience),
        redial_delay=law(intake.redial.delay) if intake.redial else None,
        hang_up_share=intake.hang_up_share,
        dispatch=law(dispatch.work) if dispatch else None,
        urgent_dispatch=law(dispatch.urgent_work) if dispatch else None,
        return_delay=law(dispatch.return_delay, day) if dispatch else None,
        sign=law(sign.delay, day) if sign else None,
        urgent_sign=law(sign.urgent_delay, day) if sign else None,
        desk=tuple((law(item.desk, day) if item else None) or nothing for item in classes),
        field=tuple((law(item.field, day) if item else None) or nothing for item in classes),
        urgent_desk=law(urgent.desk) if urgent else None,
        urgent_field=tuple(
            law(scenario.categories[name].urgent_field) or urgent_field for name in names.categories
        ),
        category_desk=tuple(law(scenario.categories[name].desk, day) for name in names.categories),
        category_field=tuple(law(scenario.categories[name].field, day) for name in names.categories),
        callback=law(scenario.callback.talk) if scenario.callback else None,
        co_work=scenario.co_handlers.work if scenario.co_handlers else 1.0,
        local_dispatch=law(scenario.two_level.work, day) if scenario.two_level else None,
        local_sign=law(scenario.two_level.sign_delay, day) if scenario.two_level else None,
        village_field=law(scenario.two_level.village_field, day) if scenario.two_level else None,
        three_party=law(scenario.three_party.talk) if scenario.three_party else None,
        automatic_dispatch=law(scenario.automatic_dispatch.work) if scenario.automatic_dispatch else None,
    )
