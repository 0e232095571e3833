"""Cases of the working calendar and of deadlines, worked out by hand.

Rows that are marked exact hold for every single ticket.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.clock.ticks import DAY, HOUR, NEVER
from hotline_sim.experiment.verification import measures as m
from hotline_sim.experiment.verification.cases import Case, Row, Wording
from hotline_sim.experiment.verification.tables import LABEL, MANY, fixed, team, tickets
from hotline_sim.network.codes import Stage

if TYPE_CHECKING:
    from hotline_sim.experiment.verification.measures import Seen

OFFICE: Final = ["09:00-17:00"]
HOLIDAYS: Final = [date(2021, 3, 10), date(2021, 3, 11), date(2021, 4, 5)]


def cases() -> tuple[Case, ...]:
    """Cases of calendar and deadlines."""
    return (_office_hours(), _team_hours(), _deadline(), _effort())


def _office(**calendar: Any) -> dict[str, Any]:
    """Office hours from 9 to 17, Monday to Friday."""
    unit = {"label": LABEL, "kind": "department", "staff": MANY, "hours": "office"}
    return {
        "calendar": {"base": "weekly", "weekend": ["Sat", "Sun"], **calendar},
        "hours": {"office": OFFICE},
        "units.works": unit,
        "handling.deadline_hours": "office",
    }


def _office_hours() -> Case:
    """Four hours of desk work, for requests that come at any time of the week.

    By hand, over the 168 hours of a week. Who comes in the first four hours of an office day has a reply
    after 4 h; in the last four, after 4 + 16 h, on Fridays 4 + 64 h: 4 (16 + 80) + 16 + 272 = 672. Who comes
    in a gap of g hours waits g/2 on average for its end, then 4 h: four gaps of 16 h and one of 64 h give
    4 (128 + 64) + 2048 + 256 = 3072. Together 3744 / 168 h.
    """
    same_day = (5 * 4 + 5 * 9) / 168

    def on_the_day(seen: Seen) -> tuple[float, float]:
        log = seen.log.tickets
        counted = seen.in_window() & (log["replied"] < NEVER)
        arrival, replied = log["arrival"][counted], log["replied"][counted]
        return m.count(arrival // DAY == replied // DAY), arrival.size

    return Case(
        "working-calendar",
        Wording("four hours of work in office hours", "办公时间内四小时办理"),
        "by hand",
        lambda: tickets(
            0.5, days=28, changes=_office() | {"classes.consult.desk": fixed(4 * HOUR)}, run_in=7
        ),
        lambda: (
            Row(Wording("mean time to first reply", "平均首次答复用时"), "h", 3744 / 168, m.mean_response()),
            Row(Wording("share replied on the day", "当日答复的比例"), "share", same_day, on_the_day),
        ),
        64,
        contacts=4000,
    )


def _team_hours() -> Case:
    """Messages wait for the morning, and through the meal break of the shift.

    By hand: in 24 h, gaps of 16 h and 1 h give a mean wait of (16² + 1²) / 2 / 24 h.
    """
    duty = team(MANY, start="09:00", end="17:00", pause="12:00-13:00")
    return Case(
        "shift-and-break",
        Wording("messages wait for the shift", "留言等候班次"),
        "by hand",
        lambda: tickets(1.0, days=7, changes={"teams.operators": duty}),
        lambda: (
            Row(Wording("share that waits", "需等待的比例"), "share", 17 / 24, m.share_waiting(Stage.INTAKE)),
            Row(Wording("mean wait", "平均等待时间"), "h", 257 / 48, m.mean_wait(Stage.INTAKE, unit_ms=HOUR)),
        ),
        64,
        contacts=4000,
    )


def _deadline() -> Case:
    """A limit of five working days ends at the close of the fifth one after the day on which it begins."""

    def due(seen: Seen) -> tuple[float, float]:
        log = seen.log.tickets
        counted = seen.in_window() & (log["due"] < NEVER)
        days = log["arrival"][counted].astype("datetime64[ms]").astype("datetime64[D]")
        last = np.busday_offset(days, 0, roll="preceding", holidays=HOLIDAYS)
        last = np.busday_offset(last, 5, holidays=HOLIDAYS)
        close = last.astype("datetime64[ms]").astype(np.int64) + 17 * HOUR
        return m.count(close == log["due"][counted]), close.size

    changes = _office(holidays={"rest": HOLIDAYS}) | {"classes.consult.limit": "5 working days"}
    return Case(
        "deadline",
        Wording("limit of five working days, holidays", "五个工作日时限，含节假日"),
        "numpy.busday_offset",
        lambda: tickets(0.5, days=42, changes=changes),
        lambda: (Row(Wording("share due as counted", "到期时间相符的比例"), "share", 1.0, due, exact=True),),
        24,
        contacts=4000,
    )


def _effort() -> Case:
    """Work is two and a half times as fast in the last quarter of the limit.

    By hand: of 100 h of work 75 h are done in 75 h, then 25 h in 10 h.
    """
    changes = {
        "classes.consult.limit": "100 h",
        "classes.consult.field": fixed(100 * HOUR),
        "handling.effort_window": 0.25,
        "handling.effort_speed": 2.5,
    }
    return Case(
        "effort",
        Wording("work is speeded up near the deadline", "临近时限赶办"),
        "by hand",
        lambda: tickets(0.5, days=20, changes=changes),
        lambda: (
            Row(
                Wording("mean time to first reply", "平均首次答复用时"),
                "h",
                85.0,
                m.mean_response(),
                exact=True,
            ),
        ),
        24,
        contacts=2800,
    )
