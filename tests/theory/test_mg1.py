"""One agent: general services (Pollaczek and Khinchine), and urgent tickets first (Cobham 1954).

The dispatch desk with one dispatcher is M/M/1 with two classes, of which the urgent one goes first but
interrupts nobody. Four checks of true formulas on either engine: with fresh seeds, one of them fails by
chance about once in 690 runs.
"""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from agreement import Effort, Estimate, differs, name_of, on_core, on_des, ratio

from hotline_sim.analytic import MG1, PriorityMG1
from hotline_sim.clock.ticks import DAY, HOUR, MINUTE
from hotline_sim.network.build import build
from hotline_sim.network.codes import Stage
from hotline_sim.network.draws import draw
from scenarios import exponential, fixed, mmc, one_unit, team, text

if TYPE_CHECKING:
    from typing import Any

# Rate a minute, mean one minute, squared coefficient of variation of the lognormal.
ARRIVALS, VARIATION = 0.7, 1.5
WAIT_ON_PHONE = float(MG1(rate=ARRIVALS, service=1, variation=VARIATION).mean_wait)
PHONE = [on_des(days=4), on_core(days=35)]
DESK = [on_des(days=5), on_core(days=30)]


def lognormal(variation: float) -> dict[str, Any]:
    return {"family": "lognormal", "mean": text(MINUTE), "sigma": math.sqrt(math.log(1 + variation))}


def phone_wait(effort: Effort, talk: dict[str, Any]) -> Estimate:
    """Mean wait at one operator of all calls but those of the first four hours."""
    network = build(mmc(1, ARRIVALS * 60, MINUTE, days=effort.days, changes={"intake.talk": talk}))
    parts = []
    for replication in range(effort.replications):
        rows = effort.engine(network, draw(network, 20210303, replication))
        wait = (rows["start"] - rows["ready"])[rows["ready"] >= network.start + 4 * HOUR]
        parts.append((wait.sum() / MINUTE, wait.size))
    return ratio(parts)


@pytest.mark.parametrize("effort", PHONE, ids=name_of)
def test_mean_wait_depends_on_two_moments_of_the_talk(effort: Effort) -> None:
    assert pytest.approx(2.91666667) == WAIT_ON_PHONE
    assert effort.accepts(phone_wait(effort, lognormal(VARIATION)), WAIT_ON_PHONE, on_des=0.12)


@pytest.mark.parametrize("effort", PHONE, ids=name_of)
def test_other_variation_of_the_talk_is_noticed(effort: Effort) -> None:
    assert differs(phone_wait(effort.part(0.4), exponential(MINUTE)), WAIT_ON_PHONE)


def test_variation_smaller_by_a_tenth_is_noticed_on_the_core() -> None:
    assert differs(phone_wait(on_core(days=35), lognormal(0.9 * VARIATION)), WAIT_ON_PHONE)


URGENT, OTHER = 0.2, 0.6  # tickets a minute; a minute of the desk for each


class Sums(NamedTuple):
    """Tickets of one urgency in one replication, without those of the first four hours."""

    minutes: float
    """Of all waits together."""
    tickets: int


def desk_waits(effort: Effort, *, urgent_first: bool = True) -> dict[int, list[Sums]]:
    """Waits at the dispatch desk by urgency; signing takes for ever, so that nothing follows."""
    rate = URGENT + OTHER
    first = datetime.date(2021, 3, 1)
    network = build(
        one_unit(
            {
                "run.end": first + datetime.timedelta(days=effort.days),
                "run.horizon": first + datetime.timedelta(days=effort.days + 1),
                "demand.requests_per_year": rate * 60 * 24 * 365,
                "channels.phone.live": False,
                "teams.operators": team(50),
                "intake.written": fixed(1),
                "categories.all.urgent_share": URGENT / rate,
                "dispatch.work": exponential(MINUTE),
                "dispatch.urgent_work": exponential(MINUTE),
                "sign.delay": fixed(1000 * DAY),
                "sign.urgent_delay": fixed(1000 * DAY),
            }
        )
    )
    found: dict[int, list[Sums]] = {0: [], 1: []}
    for replication in range(effort.replications):
        draws = draw(network, 20210304, replication)
        # The same tickets and services, but the desk is told that nobody is urgent.
        told = draws if urgent_first else draws._replace(urgent=np.zeros_like(draws.urgent))
        rows = effort.engine(network, told)
        counted = (rows["stage"] == Stage.DISPATCH) & (rows["ready"] >= network.start + 4 * HOUR)
        wait = (rows["start"] - rows["ready"])[counted]
        urgent = draws.urgent[rows["ticket"][counted]]
        for urgency, parts in found.items():
            ours = wait[urgent == urgency]
            parts.append(Sums(ours.sum() / MINUTE, ours.size))
    return found


BY_CLASS = PriorityMG1(rates=[URGENT, OTHER], services=1, variations=1)
THEORY = dict(zip((1, 0), BY_CLASS.mean_wait.tolist(), strict=True))


class Case(NamedTuple):
    """What was simulated, and what came out by urgency."""

    effort: Effort
    found: dict[int, list[Sums]]


@pytest.fixture(scope="module", params=DESK, ids=name_of)
def right(request: pytest.FixtureRequest) -> Case:
    return Case(request.param, desk_waits(request.param))


@pytest.mark.parametrize(("urgency", "wait", "width"), [(1, 1.0, 0.05), (0, 5.0, 0.15)])
def test_mean_wait_of_urgent_and_other_tickets(right: Case, urgency: int, wait: float, width: float) -> None:
    assert THEORY[urgency] == pytest.approx(wait)
    assert right.effort.accepts(ratio(right.found[urgency]), wait, width)


def test_order_moves_waits_between_classes_and_keeps_their_sum(right: Case) -> None:
    """Kleinrock's conservation law: with equal services the mean over all tickets is that of M/M/1."""
    theory = float(MG1(rate=URGENT + OTHER, service=1, variation=1).mean_wait)
    pairs = zip(right.found[0], right.found[1], strict=True)
    everybody = [(one.minutes + other.minutes, one.tickets + other.tickets) for one, other in pairs]
    assert right.effort.accepts(ratio(everybody), theory, on_des=0.15)


@pytest.mark.parametrize("effort", DESK, ids=name_of)
def test_desk_that_ignores_urgency_is_noticed(effort: Effort) -> None:
    found = desk_waits(effort.part(), urgent_first=False)
    assert differs(ratio(found[1]), THEORY[1])


def test_desk_that_puts_urgent_tickets_last_is_noticed(right: Case) -> None:
    assert differs(ratio(right.found[0]), THEORY[1])
    assert differs(ratio(right.found[1]), THEORY[0])
