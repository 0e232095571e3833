"""Cases of one station behind the phone: priorities at the dispatch desk and at a unit, queues in a row.

Whole networks with returns and work done again are in ``network.py``. Times in formulas are minutes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from hotline_sim.analytic.erlang import MMc
from hotline_sim.analytic.priority import PriorityMG1, PriorityMMc
from hotline_sim.clock.ticks import DAY, MINUTE
from hotline_sim.experiment.verification import measures as m
from hotline_sim.experiment.verification.cases import Case, Row, Wording
from hotline_sim.experiment.verification.tables import exponential, fixed, lognormal, team, tickets
from hotline_sim.network.codes import Stage

if TYPE_CHECKING:
    from typing import Any

URGENT_WAIT: Final = Wording("mean wait, urgent", "平均等待时间，紧急")
OTHER_WAIT: Final = Wording("mean wait, others", "平均等待时间，其他")
ALL_WAIT: Final = Wording("mean wait, all", "平均等待时间，全部")


def cases() -> tuple[Case, ...]:
    """Cases of one station behind the phone."""
    return (
        _equal_services("priority-1", 1, 0.2, 0.45, days=40),
        _equal_services("priority-2", 2, 0.5, 0.7, days=32),
        _unequal_services(),
        _unit(),
        _in_a_row(),
    )


def _equal_services(name: str, dispatchers: int, urgent: float, other: float, *, days: int) -> Case:
    """Urgent tickets first at the dispatch desk, exponential work of a minute for all."""
    calls = urgent + other

    def rows() -> tuple[Row, ...]:
        queue = PriorityMMc(rates=[urgent, other], service=1, agents=dispatchers)
        first, second = map(float, queue.mean_wait)
        return (
            Row(URGENT_WAIT, "s", 60 * first, m.mean_wait(Stage.DISPATCH, urgent=1)),
            Row(OTHER_WAIT, "s", 60 * second, m.mean_wait(Stage.DISPATCH, urgent=0)),
            # Kleinrock's conservation law: the order moves waits between classes and keeps their sum.
            Row(
                ALL_WAIT,
                "s",
                60 * float(MMc(rate=calls, service=1, agents=dispatchers).mean_wait),
                m.mean_wait(Stage.DISPATCH),
            ),
        )

    changes: dict[str, Any] = {
        "teams.desk": team(dispatchers),
        "categories.all.urgent_share": urgent / calls,
        "dispatch.work": exponential(MINUTE),
        "dispatch.urgent_work": exponential(MINUTE),
    }
    return Case(
        name,
        Wording(f"M/M/{dispatchers}, urgent tickets first", f"M/M/{dispatchers}，紧急优先"),
        "Cobham" if dispatchers == 1 else "Cobham, Kella and Yechiali",
        lambda: tickets(calls, days=days, changes=changes),
        rows,
        80,
        tail=DAY // 2,
        contacts=4000,
    )


def _unequal_services() -> Case:
    """Urgent tickets have other work than the rest."""
    urgent, other = 0.4, 0.5
    short, long, sigma = 0.5, 1.0, 0.8

    def rows() -> tuple[Row, ...]:
        variations = [math.expm1(sigma**2), 1]
        queue = PriorityMG1(rates=[urgent, other], services=[short, long], variations=variations)
        first, second = map(float, queue.mean_wait)
        return (
            Row(URGENT_WAIT, "s", 60 * first, m.mean_wait(Stage.DISPATCH, urgent=1)),
            Row(OTHER_WAIT, "s", 60 * second, m.mean_wait(Stage.DISPATCH, urgent=0)),
        )

    changes: dict[str, Any] = {
        "teams.desk": team(1),
        "categories.all.urgent_share": urgent / (urgent + other),
        "dispatch.work": exponential(long * MINUTE),
        "dispatch.urgent_work": lognormal(short * MINUTE, sigma),
    }
    return Case(
        "priority-m-g-1",
        Wording("M/G/1, urgent tickets first, other work", "M/G/1，紧急优先，用时不同"),
        "Cobham",
        lambda: tickets(urgent + other, days=34, changes=changes),
        rows,
        80,
        tail=DAY // 2,
        contacts=4000,
    )


def _unit() -> Case:
    """Urgent tickets first in the queue of a unit without duty."""
    urgent, other = 0.3, 0.35

    def rows() -> tuple[Row, ...]:
        queue = PriorityMG1(rates=[urgent, other], services=1, variations=[1, 0])
        first, second = map(float, queue.mean_wait)
        return (
            Row(URGENT_WAIT, "s", 60 * first, m.mean_wait(Stage.HANDLING, urgent=1)),
            Row(OTHER_WAIT, "s", 60 * second, m.mean_wait(Stage.HANDLING, urgent=0)),
        )

    changes: dict[str, Any] = {
        "units.works.staff": 1,
        "categories.all.urgent_share": urgent / (urgent + other),
        "classes.consult.desk": fixed(MINUTE),
        "urgent.desk": exponential(MINUTE),
    }
    return Case(
        "priority-unit",
        Wording("M/G/1 at a unit, urgent tickets first", "承办单位M/G/1，紧急优先"),
        "Cobham",
        lambda: tickets(urgent + other, days=44, changes=changes),
        rows,
        80,
        tail=DAY // 2,
        contacts=4000,
    )


def _in_a_row() -> Case:
    """What leaves M/M/c is a Poisson process again: each station of a row is a queue of its own."""
    calls = 1.0
    stations = (
        (Wording("mean wait, operators", "平均等待时间，话务坐席"), Stage.INTAKE, 1.8, 3),
        (Wording("mean wait, dispatch desk", "平均等待时间，派单席"), Stage.DISPATCH, 0.6, 1),
        (Wording("mean wait, unit", "平均等待时间，承办单位"), Stage.HANDLING, 1.2, 2),
    )

    def rows() -> tuple[Row, ...]:
        return tuple(
            Row(
                what,
                "s",
                60 * float(MMc(rate=calls, service=work, agents=agents).mean_wait),
                m.mean_wait(stage),
            )
            for what, stage, work, agents in stations
        )

    changes: dict[str, Any] = {
        "teams.operators": team(3),
        "teams.desk": team(1),
        "units.works.staff": 2,
        "intake.written": exponential(1.8 * MINUTE),
        "dispatch.work": exponential(0.6 * MINUTE),
        "sign.delay": lognormal(MINUTE, 0.8),
        "classes.consult.desk": exponential(1.2 * MINUTE),
    }
    return Case(
        "queues-in-a-row",
        Wording("M/M/3, M/M/1 and M/M/2 in a row", "M/M/3、M/M/1、M/M/2串联"),
        "Burke, Erlang C",
        lambda: tickets(calls, days=40, changes=changes),
        rows,
        80,
        tail=DAY // 2,
        contacts=2800,
    )
