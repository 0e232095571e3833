"""Scenarios as uncertain as the records leave them: variants of a fitted phone room, for prediction bands.

Chance within a scenario is the simulator's; here its parameters vary, each by the law of its estimate, and so
do the agents who come on a day.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from hotline_sim.fit.laws import Z
from hotline_sim.fit.phone import TEAM, day_ratio_draws, with_roster

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from hotline_sim.fit.estimate import Estimate
    from hotline_sim.fit.phone import PhoneFit
    from hotline_sim.scenario.schema import Scenario


def variants(
    phone: PhoneFit, count: int, *, seed: int = 1, start: date | None = None, end: date | None = None
) -> Iterator[Scenario]:
    """Scenarios drawn from what is known about a phone room.

    Volume, day factor, mean talk time, mean patience, probability of redial and share of duty are drawn from
    normal laws on the scale of logarithms with the standard errors of their estimates, independent of each
    other. The agents of each weekday are multiplied by the agent hours of one such day of the records, chosen
    by chance, over their mean: rosters differ from week to week.

    Parameters
    ----------
    phone : PhoneFit
        What was learned.
    count : int
        Number of scenarios.
    seed : int
        Of the draws.
    start, end : date, optional
        Days to simulate, the last one exclusive; by default those of the records.

    Yields
    ------
    Scenario
        Checked.
    """
    chance = np.random.default_rng([seed, 6])
    known = {estimate.path: estimate for estimate in phone.findings.estimates}
    for _ in range(count):
        tables = _drawn(phone.tables, known, chance)
        if start is not None and end is not None:
            tables["run"] = tables["run"] | {"start": start, "end": end}
        share = phone.share.share * _factor(phone.share.low, phone.share.high, chance)
        yield with_roster(tables, phone.duty.roster(share, day_ratio_draws(phone.duty, chance)))


def _drawn(tables: dict[str, Any], known: dict[str, Estimate], chance: np.random.Generator) -> dict[str, Any]:
    demand, intake = dict(tables["demand"]), dict(tables["intake"])

    def factor(path: str) -> float:
        estimate = known[path]
        return _factor(estimate.low, estimate.high, chance)

    demand["requests_per_year"] *= factor("demand.requests_per_year")
    demand["day_factor_cv"] = min(2.0, demand["day_factor_cv"] * factor("demand.day_factor_cv"))
    for key in ("talk", "patience"):
        if key in intake and f"intake.{key}" in known:
            law = dict(intake[key])
            seconds = float(law["mean"].removesuffix(" s"))
            law["mean"] = f"{seconds * factor(f'intake.{key}'):.6g} s"
            intake[key] = law
    if "redial" in intake:
        probability = min(1.0, intake["redial"]["probability"] * factor("intake.redial"))
        intake["redial"] = intake["redial"] | {"probability": probability}
    return tables | {"demand": demand, "intake": intake, "teams": {TEAM: tables["teams"][TEAM]}}


def _factor(low: float | None, high: float | None, chance: np.random.Generator) -> float:
    """Draw of an estimate over its value: exp of a normal with the standard error of its logarithm."""
    draw = chance.standard_normal()
    if low is None or high is None or not (0 < low <= high < math.inf):
        return 1.0
    return math.exp(draw * math.log(high / low) / (2 * Z))
