"""Distributions of a scenario turned into numbers of ticks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hotline_sim.clock.ticks import DAY, Duration
from hotline_sim.scenario.schema import REQUEST_CLASSES

if TYPE_CHECKING:
    from hotline_sim.clock.calendar import Calendar
    from hotline_sim.network.network import Names
    from hotline_sim.scenario.schema import Scenario
    from hotline_sim.scenario.types import Distribution


@dataclass(frozen=True)
class DurationLaw:
    """A distribution of durations with its parameters in ticks.

    Parameters
    ----------
    family : str
        Name of a family in ``sampling.distributions``.
    parameters : tuple of (str, float or tuple of float)
        Durations in ticks, shape parameters as they are.
    """

    family: str
    parameters: tuple[tuple[str, float | tuple[float, ...]], ...]


@dataclass(frozen=True, eq=False)
class Laws:
    """Every distribution that the draws sample from; None where the scenario has no such thing.

    Parameters
    ----------
    talk, invalid_talk, written : DurationLaw
        Intake, by kind of contact.
    patience, redial_delay : DurationLaw or None
        Callers.
    hang_up_share : float
        Callers who never wait.
    dispatch, urgent_dispatch, return_delay, sign, urgent_sign : DurationLaw or None
        Dispatch desk and receipt.
    desk, field : tuple of DurationLaw
        By request class.
    urgent_desk : DurationLaw or None
        Duty desk.
    urgent_field, category_desk, category_field : tuple of DurationLaw or None
        By category; the last two stand before those of the class.
    callback : DurationLaw or None
        Talk of an answered call-back.
    co_work : float
        Work and field time of a co-handler, relative to a lead unit's.
    automatic_dispatch : DurationLaw or None
        Time of the system that dispatches.
    three_party : DurationLaw or None
        Talk of three, after the usual talk.
    counter : DurationLaw or None
        Work at the counter.
    chase_share : float
        Of citizens who would call about an open ticket.
    chase_after, chase_again, chase_talk : DurationLaw or None
        Calls about open tickets.
    repeat_delay, repeat_talk : DurationLaw or None
        Calls about tickets closed without a solution.
    rate_delay, rectify : DurationLaw or None
        Ratings and their rectification.
    hard_case : DurationLaw or None
        Time of a leader's case.
    local_dispatch, local_sign, village_field : DurationLaw or None
        Work of a unit's centre, second receipt, and field time of a village.
    mediation, latent, petition : DurationLaw or None
        Time of a mediation, of a dispute before it is brought forward, and until a petition.
    """

    talk: DurationLaw
    invalid_talk: DurationLaw
    written: DurationLaw
    patience: DurationLaw | None
    redial_delay: DurationLaw | None
    hang_up_share: float
    dispatch: DurationLaw | None
    urgent_dispatch: DurationLaw | None
    return_delay: DurationLaw | None
    sign: DurationLaw | None
    urgent_sign: DurationLaw | None
    desk: tuple[DurationLaw, ...]
    field: tuple[DurationLaw, ...]
    urgent_desk: DurationLaw | None
    urgent_field: tuple[DurationLaw | None, ...]
    category_desk: tuple[DurationLaw | None, ...]
    category_field: tuple[DurationLaw | None, ...]
    callback: DurationLaw | None
    co_work: float = 1.0
    automatic_dispatch: DurationLaw | None = None
    three_party: DurationLaw | None = None
    counter: DurationLaw | None = None
    chase_share: float = 1.0
    chase_after: DurationLaw | None = None
    chase_again: DurationLaw | None = None
    chase_talk: DurationLaw | None = None
    repeat_delay: DurationLaw | None = None
    repeat_talk: DurationLaw | None = None
    rate_delay: DurationLaw | None = None
    rectify: DurationLaw | None = None
    hard_case: DurationLaw | None = None
    local_dispatch: DurationLaw | None = None
    local_sign: DurationLaw | None = None
    village_field: DurationLaw | None = None
    mediation: DurationLaw | None = None
    latent: DurationLaw | None = None
    petition: DurationLaw | None = None


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
    chasers, repeats, rating = scenario.chasers, scenario.repeats, scenario.rating
    intake, dispatch, sign, urgent = scenario.intake, scenario.dispatch, scenario.sign, scenario.urgent
    nothing = DurationLaw("fixed", (("mean", 1.0),))
    classes = [scenario.classes.get(name) for name in REQUEST_CLASSES]
    urgent_field = law(urgent.field) if urgent else None
    mediation = scenario.mediation
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
        chase_share=chasers.share if chasers else 1.0,
        chase_after=law(chasers.after) if chasers else None,
        chase_again=law(chasers.again) if chasers else None,
        chase_talk=law(chasers.talk) if chasers else None,
        repeat_delay=law(repeats.delay) if repeats else None,
        repeat_talk=law(repeats.talk) if repeats else None,
        rate_delay=law(rating.delay) if rating else None,
        rectify=law(rating.rectify_work, day) if rating else None,
        counter=law(scenario.quick_service.work) if scenario.quick_service else None,
        hard_case=law(scenario.hard_cases.time, day) if scenario.hard_cases else None,
        mediation=law(mediation.time, day) if mediation else None,
        latent=law(mediation.screening.latent) if mediation and mediation.screening else None,
        petition=law(scenario.petitions.delay) if scenario.petitions else None,
        three_party=law(scenario.three_party.talk) if scenario.three_party else None,
        automatic_dispatch=law(scenario.automatic_dispatch.work) if scenario.automatic_dispatch else None,
    )
