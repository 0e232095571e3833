"""Scenarios as uncertain as the records leave them: variants of a fitted phone room, for prediction bands.

Chance within a scenario is the simulator's; here its parameters vary, each by the law of its estimate, and so
do the agents who come on a day.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from hotline_sim.fit.laws import Z
from hotline_sim.fit.phone import TEAM
from hotline_sim.fit.staffing import shifts
from hotline_sim.scenario.load import check
from hotline_sim.scenario.schema import Scenario
from hotline_sim.scenario.vary import changed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from hotline_sim.fit.estimate import Estimate
    from hotline_sim.fit.phone import PhoneFit


def changes(phone: PhoneFit, count: int, *, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Changes of a fitted phone room drawn from what is known about it.

    Volume, weekdays, day factor, mean talk time, mean patience, probability of redial and share of duty are
    drawn from normal laws on the scale of logarithms with the standard errors of their estimates, independent
    of each other. Weeks differ beyond that: for each weekday one such day of the records is chosen by chance.
    Its agent hours over their mean multiply the agents of that weekday, and the mean talk of the chosen days
    over that of all multiplies the talk.

    Parameters
    ----------
    phone : PhoneFit
        What was learned.
    count : int
        Number of draws.
    seed : int
        Of the draws.

    Yields
    ------
    dict
        Values by key path, as :func:`~hotline_sim.scenario.vary.changed` takes them.
    """
    chance = np.random.default_rng([seed, 6])
    known = {estimate.path: estimate for estimate in phone.findings.estimates}
    for _ in range(count):
        agents, talk = phone.duty.days_drawn(chance)
        found = _drawn(phone.tables, known, chance, talk)
        share = phone.share.share * _factor(phone.share.low, phone.share.high, chance)
        yield found | {f"teams.{TEAM}.shifts": shifts(phone.duty.roster(share, agents))}


def variants(
    phone: PhoneFit, count: int, *, seed: int = 1, start: date | None = None, end: date | None = None
) -> Iterator[Scenario]:
    """Scenarios with the :func:`changes` of a phone room.

    Parameters
    ----------
    phone, count, seed
        As for :func:`changes`.
    start, end : date, optional
        Days to simulate, the last one exclusive; by default those of the records.

    Yields
    ------
    Scenario
        Checked.
    """
    fitted = check(Scenario.model_validate(phone.tables))
    days = {"run.start": start, "run.end": end} if start is not None and end is not None else {}
    for change in changes(phone, count, seed=seed):
        yield changed(fitted, days | change)


def _drawn(
    tables: dict[str, Any], known: dict[str, Estimate], chance: np.random.Generator, talk: float
) -> dict[str, Any]:
    demand, intake = tables["demand"], tables["intake"]

    def factor(path: str) -> float:
        estimate = known.get(path)
        return _factor(estimate.low, estimate.high, chance) if estimate is not None else 1.0

    found: dict[str, Any] = {
        "demand.requests_per_year": demand["requests_per_year"] * factor("demand.requests_per_year"),
        "demand.day_factor_cv": min(2.0, demand["day_factor_cv"] * factor("demand.day_factor_cv")),
    }
    if "demand.weekday" in known:
        found["demand.weekday"] = [
            part.value * _factor(part.low, part.high, chance) for part in known["demand.weekday"].parts
        ]
    for key, more in (("talk", talk), ("patience", 1.0)):
        if f"intake.{key}" in known:
            law = dict(intake[key])
            seconds = float(law["mean"].removesuffix(" s"))
            law["mean"] = f"{seconds * more * factor(f'intake.{key}'):.6g} s"
            found[f"intake.{key}"] = law
    if "redial" in intake:
        probability = min(1.0, intake["redial"]["probability"] * factor("intake.redial"))
        found["intake.redial"] = intake["redial"] | {"probability": probability}
    return found


def _factor(low: float | None, high: float | None, chance: np.random.Generator) -> float:
    """Draw of an estimate over its value: exp of a normal with the standard error of its logarithm."""
    draw = chance.standard_normal()
    if low is None or high is None or not (0 < low <= high < math.inf):
        return 1.0
    return math.exp(draw * math.log(high / low) / (2 * Z))
