"""One agent: general services (Pollaczek and Khinchine), and urgent tickets first (Cobham 1954).

The dispatch desk with one dispatcher is M/M/1 with two classes, of which the urgent one goes first but
interrupts nobody. Four checks of true formulas: with fresh seeds, one of them fails by chance about once in
900 runs.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from agreement import REPLICATIONS, Estimate, agrees, differs, ratio
from formulas import waits_by_class

from hotline_sim.clock.ticks import DAY, HOUR, MINUTE
from hotline_sim.network.build import build
from hotline_sim.network.codes import Stage
from hotline_sim.network.draws import draw
from scenarios import des, exponential, fixed, mmc, one_unit, team, text

if TYPE_CHECKING:
    from typing import Any

    from hotline_sim.arrays import IntArray

# Rate a minute, mean one minute, squared coefficient of variation of the lognormal.
ARRIVALS, VARIATION = 0.7, 1.5


def waits(talk: dict[str, Any], replications: int = REPLICATIONS) -> Estimate:
    """Mean wait at one operator of the calls of four days, but for the first four hours."""
    network = build(mmc(1, ARRIVALS * 60, MINUTE, days=4, changes={"intake.talk": talk}))
    parts = []
    for replication in range(replications):
        rows = des(network, draw(network, 20210303, replication))
        wait = (rows["start"] - rows["ready"])[rows["ready"] >= network.start + 4 * HOUR]
        parts.append((wait.sum() / MINUTE, wait.size))
    return ratio(parts)


def test_mean_wait_depends_on_two_moments_of_the_talk() -> None:
    talk = {"family": "lognormal", "mean": text(MINUTE), "sigma": math.sqrt(math.log(1 + VARIATION))}
    (theory,) = waits_by_class([ARRIVALS], 1.0, 1 + VARIATION)
    assert theory == pytest.approx(2.91666667)
    assert agrees(waits(talk), theory, width=0.12)


def test_other_variation_of_the_talk_is_noticed() -> None:
    (theory,) = waits_by_class([ARRIVALS], 1.0, 1 + VARIATION)
    assert differs(waits(exponential(MINUTE), replications=16), theory)


URGENT, OTHER = 0.2, 0.6  # tickets a minute; a minute of the desk for each


def desk_waits(*, urgent_first: bool = True, replications: int = REPLICATIONS) -> dict[int, list[IntArray]]:
    """Waits at the dispatch desk by urgency; signing takes for ever, so that nothing follows."""
    rate = URGENT + OTHER
    days = 5
    network = build(
        one_unit(
            {
                "run.end": np.datetime64("2021-03-01").item() + np.timedelta64(days, "D").item(),
                "run.horizon": np.datetime64("2021-03-02").item() + np.timedelta64(days, "D").item(),
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
    found: dict[int, list[IntArray]] = {0: [], 1: []}
    for replication in range(replications):
        draws = draw(network, 20210304, replication)
        # The same tickets and services, but the desk is told that nobody is urgent.
        told = draws if urgent_first else draws._replace(urgent=np.zeros_like(draws.urgent))
        rows = des(network, told)
        counted = (rows["stage"] == Stage.DISPATCH) & (rows["ready"] >= network.start + 4 * HOUR)
        wait = (rows["start"] - rows["ready"])[counted]
        for urgency, parts in found.items():
            parts.append(wait[draws.urgent[rows["ticket"][counted]] == urgency])
    return found


def mean_of(parts: list[IntArray]) -> Estimate:
    return ratio((wait.sum() / MINUTE, wait.size) for wait in parts)


THEORY = dict(zip((1, 0), waits_by_class([URGENT, OTHER], 1.0, 2.0), strict=True))


@pytest.fixture(scope="module")
def right() -> dict[int, list[IntArray]]:
    return desk_waits()


@pytest.mark.parametrize(("urgency", "wait", "width"), [(1, 1.0, 0.05), (0, 5.0, 0.15)])
def test_mean_wait_of_urgent_and_other_tickets(
    right: dict[int, list[IntArray]], urgency: int, wait: float, width: float
) -> None:
    assert THEORY[urgency] == pytest.approx(wait)
    assert agrees(mean_of(right[urgency]), wait, width)


def test_order_moves_waits_between_classes_and_keeps_their_sum(right: dict[int, list[IntArray]]) -> None:
    """Kleinrock's conservation law: with equal services the mean over all tickets is that of M/M/1."""
    (theory,) = waits_by_class([URGENT + OTHER], 1.0, 2.0)
    everybody = [np.concatenate(parts) for parts in zip(right[0], right[1], strict=True)]
    assert agrees(mean_of(everybody), theory, width=0.15)


def test_desk_that_ignores_urgency_is_noticed() -> None:
    found = desk_waits(urgent_first=False, replications=8)
    assert differs(mean_of(found[1]), THEORY[1])


def test_desk_that_puts_urgent_tickets_last_is_noticed(right: dict[int, list[IntArray]]) -> None:
    assert differs(mean_of(right[0]), THEORY[1])
    assert differs(mean_of(right[1]), THEORY[0])
