"""Cases of whole networks: tickets that come back to the desk, and work that is done again.

Single stations are in ``phone.py`` and ``desk.py``, the shares by which tickets are split in ``outcomes.py``.
Times in formulas are minutes.
"""

from __future__ import annotations

from typing import Any, Final

from hotline_sim.analytic.erlang import MMc
from hotline_sim.analytic.jackson import JacksonNetwork
from hotline_sim.clock.ticks import DAY, MINUTE
from hotline_sim.experiment.verification import measures as m
from hotline_sim.experiment.verification.cases import Case, Row, Wording
from hotline_sim.experiment.verification.tables import (
    MANY,
    callback,
    exponential,
    lognormal,
    outcome,
    team,
    tickets,
    unit,
)
from hotline_sim.network.codes import Outcome, Stage

MOST: Final = 9
"""Returns and redos at most: what is cut off has a probability below one in a hundred thousand."""


def cases() -> tuple[Case, ...]:
    """Cases of whole networks."""
    return (_jackson(), _few_returns())


CALLS: Final = 1.0
MISROUTE: Final = 0.2
REDO: Final = 0.4
"""Of the dissatisfied, who are one half."""
WORK: Final = {"operators": 0.5, "desk": 0.8, "north": 0.8, "south": 0.8, "callers": 0.4}
STAFF: Final = {"operators": 1, "desk": 2, "north": 1, "south": 1, "callers": 1}
NORTH: Final = 0.55
"""Share of the tickets that are for the unit in the north."""
RETURN_DELAY, SIGN_DELAY, FIELD = 20.0, 10.0, 60.0


def _jackson() -> Case:
    """Five stations, tickets that come back to the desk and to the unit, a time in the field between."""

    def rows() -> tuple[Row, ...]:
        network = _network()
        dispatches, rounds = float(network.visits[0, 1]), float(network.visits[0, 4])
        waits = dict(zip(WORK, map(float, network.mean_wait), strict=True))
        response = (
            waits["operators"]
            + WORK["operators"]
            + dispatches * (waits["desk"] + WORK["desk"])
            + (dispatches - 1) * RETURN_DELAY
            + SIGN_DELAY
            + NORTH * (waits["north"] + WORK["north"])
            + (1 - NORTH) * (waits["south"] + WORK["south"])
            + FIELD
        )
        measured = (
            ("operators", "话务坐席", Stage.INTAKE, None),
            ("dispatch desk", "派单席", Stage.DISPATCH, None),
            ("unit north", "北区", Stage.HANDLING, "north"),
            ("unit south", "南区", Stage.HANDLING, "south"),
            ("call-back", "回访席", Stage.CALLBACK, None),
        )
        found = [
            Row(
                Wording("dispatches per ticket", "每件工单派单次数"),
                "number",
                dispatches,
                m.visits_per_ticket(Stage.DISPATCH),
            ),
            Row(
                Wording("rounds of work per ticket", "每件工单办理次数"),
                "number",
                rounds,
                m.visits_per_ticket(Stage.HANDLING),
            ),
        ]
        for key, (english, chinese, stage, name) in zip(WORK, measured, strict=True):
            what = Wording(f"mean wait, {english}", f"平均等待时间，{chinese}")
            found.append(Row(what, "s", 60 * waits[key], m.mean_wait(stage, unit=name)))
        found.append(
            Row(
                Wording("mean number waiting, north", "平均排队件数，北区"),
                "number",
                float(network.rates[2]) * waits["north"],
                m.mean_waiting(Stage.HANDLING, unit="north"),
            )
        )
        found.append(
            Row(
                Wording("mean time to first reply", "平均首次答复用时"),
                "min",
                response,
                m.mean_response(MINUTE),
            )
        )
        return tuple(found)

    changes: dict[str, Any] = {
        **{f"teams.{name}": team(STAFF[name]) for name in ("operators", "desk", "callers")},
        "intake.written": exponential(WORK["operators"] * MINUTE),
        "dispatch.work": exponential(WORK["desk"] * MINUTE),
        "dispatch.misroute": MISROUTE,
        "dispatch.most_returns": MOST,
        "dispatch.return_delay": lognormal(RETURN_DELAY * MINUTE, 0.8),
        "sign.delay": exponential(SIGN_DELAY * MINUTE),
        "units": {"north": unit(STAFF["north"]), "south": unit(STAFF["south"])},
        "categories.all.units": {"north": NORTH, "south": 1 - NORTH},
        "classes.consult.desk": exponential(WORK["north"] * MINUTE),
        "classes.consult.field": lognormal(FIELD * MINUTE, 0.6),
        "callback": callback(talk=exponential(WORK["callers"] * MINUTE)),
        "outcome": outcome(redo=REDO, most_redos=MOST),
    }
    return Case(
        "jackson",
        Wording("Jackson network, returns and redo", "杰克逊网络，含退单与重办"),
        "Jackson, Kelly",
        lambda: tickets(CALLS, days=36, changes=changes),
        rows,
        64,
        tail=DAY,
        contacts=2000,
    )


def _network() -> JacksonNetwork:
    """Operators, desk, two units, call-back. Where nobody is waited for does not matter for the queues.

    After a call-back, a ticket that is done again goes to the unit that had it: the share of each unit among
    those that come back is its share among all.
    """
    again = 0.5 * REDO
    routing: list[list[float]] = [
        [0, 1, 0, 0, 0],
        [0, MISROUTE, (1 - MISROUTE) * NORTH, (1 - MISROUTE) * (1 - NORTH), 0],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 1],
        [0, 0, again * NORTH, again * (1 - NORTH), 0],
    ]
    return JacksonNetwork(
        entries=[CALLS, 0, 0, 0, 0],
        services=list(WORK.values()),
        agents=list(STAFF.values()),
        routing=routing,
    )


def _few_returns() -> Case:
    """One return at most, then the desk assigns finally: a queue whose arrivals are not Poisson."""
    calls, work, misroute = 0.5, 0.8, 0.4

    def rows() -> tuple[Row, ...]:
        dispatches = 1 + misroute
        queue = MMc(rate=calls * dispatches, service=work, agents=1)
        return (
            Row(
                Wording("dispatches per ticket", "每件工单派单次数"),
                "number",
                dispatches,
                m.visits_per_ticket(Stage.DISPATCH),
            ),
            Row(
                Wording("share of dispatches returned", "退单占派单的比例"),
                "share",
                misroute / dispatches,
                m.share_of_outcome(Stage.SIGN, Outcome.RETURNED),
            ),
            Row(
                Wording("mean wait, dispatch desk", "平均等待时间，派单席"),
                "s",
                60 * float(queue.mean_wait),
                m.mean_wait(Stage.DISPATCH),
            ),
        )

    changes: dict[str, Any] = {
        "teams.desk": team(1),
        "dispatch.work": exponential(work * MINUTE),
        "dispatch.misroute": misroute,
        "dispatch.most_returns": 1,
        "dispatch.return_delay": exponential(2 * MINUTE),
        "units.elsewhere": unit(MANY),
    }
    return Case(
        "returned-once",
        Wording("M/M/1 with at most one return", "M/M/1，至多退单一次"),
        "Kelly",
        lambda: tickets(calls, days=45, changes=changes),
        rows,
        64,
        tail=DAY // 2,
        contacts=4000,
    )
