"""Three days of a tiny hotline, written down by hand: eleven tickets with figures to be worked out on paper.

Monday 2021-01-04 to Wednesday count, offices work from 9 to 17 h, nothing happens after Thursday noon.
"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np

from hotline_sim.clock.calendar import build_calendar
from hotline_sim.clock.days import weekly_days
from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import DAY, HOUR, MINUTE, NEVER, SECOND, tick_of
from hotline_sim.network.codes import UNKNOWN, UNSTAFFED, Outcome, Stage
from hotline_sim.results.log import VISIT_COLUMNS, TicketLog, build_log

WEEK = ("Fri", "Sat", "Sun", "Mon", "Tue", "Wed", "Thu")
FRIDAY = tick_of(date(2021, 1, 1))


def at(text: str) -> int:
    """Tick of ``"Mon 09:00"`` or ``"Mon 09:00:05"`` in the week from Friday 2021-01-01."""
    day, clock = text.split()
    hour, minute, second = (*map(int, clock.split(":")), 0)[:3]
    return FRIDAY + WEEK.index(day) * DAY + hour * HOUR + minute * MINUTE + second * SECOND


START, END, HORIZON = at("Mon 00:00"), at("Thu 00:00"), at("Thu 12:00")
STATIONS = ("callers", "desk", "phones", "roads", "water", "water/duty")
CALLERS, DESK, PHONES, ROADS_DESK, WATER_DESK, WATER_DUTY = range(6)
PHONE, WEB = range(2)
CONSULT, COMPLAINT, HELP, SUGGESTION, PRAISE = range(5)
ROADS, WATER = range(2)


def network(horizon: int = HORIZON) -> SimpleNamespace:
    """The parts of a network that a log needs."""
    days = weekly_days(date(2021, 1, 1), date(2021, 1, 10))
    office = build_calendar(days, [(9 * HOUR, 17 * HOUR)])
    steps = (Steps(np.array([days.first_tick]), np.array([1])), office.open_steps())
    sizes = [pattern.ticks.size for pattern in steps]
    tables = SimpleNamespace(
        opened=SimpleNamespace(number=0),
        local=SimpleNamespace(on=0),
        horizon=horizon,
        station_pattern=np.array([0, 0, 0, 1, 1, 0]),
        station_staff=np.array([1, 1, 2, 1, 2, 1]),
        pattern_low=np.array([0, sizes[0]]),
        pattern_high=np.cumsum(sizes),
        step_tick=np.concatenate([pattern.ticks for pattern in steps]),
        step_level=np.concatenate([pattern.values for pattern in steps]),
        live=np.array([1, 0]),
        intake_station=np.array([PHONES, PHONES]),
        desk_station=np.array([ROADS_DESK, WATER_DESK]),
        callback_station=CALLERS,
        most_tries=2,
        enterprises=SimpleNamespace(on=0, station=-1),
        skills=SimpleNamespace(kinds=0),
        chase=SimpleNamespace(station=-1),
        repeat=SimpleNamespace(station=-1),
        entry=SimpleNamespace(helper=np.full(6, -1)),
    )
    names = SimpleNamespace(
        sources=("phone", "web"),
        categories=("pipes", "potholes"),
        classes=("consult", "complaint", "help", "suggestion", "praise"),
        areas=("east", "west"),
        units=("roads", "water"),
        unit_kinds=("county", "company"),
        stations=STATIONS,
    )
    return SimpleNamespace(
        tables=tables,
        names=names,
        calendar=office,
        days=days,
        start=START,
        end=END,
        first=FRIDAY,
        mechanisms=(),
    )


# Arrival, source, class, urgent.
TICKETS = (
    ("Fri 10:00", PHONE, COMPLAINT, 0),  # 0: run-in; due on Monday, replied to on Tuesday
    ("Mon 07:59:45", PHONE, CONSULT, 0),  # 1: no request
    ("Mon 09:00:00", PHONE, CONSULT, 0),  # 2: answered directly
    ("Mon 09:00:05", PHONE, COMPLAINT, 0),  # 3: calls twice; returned once, done again once
    ("Mon 12:00", PHONE, HELP, 0),  # 4: gives up
    ("Tue 08:00", WEB, HELP, 1),  # 5: urgent, on duty, all at the last tick allowed; not reached
    ("Tue 16:00", WEB, HELP, 1),  # 6: urgent, no duty: overnight, signed late, overdue
    ("Wed 10:00", PHONE, COMPLAINT, 0),  # 7: on the desk at the horizon, overdue
    ("Wed 23:59", PHONE, PRAISE, 0),  # 8: gives up and would call again after the horizon
    ("Thu 01:00", PHONE, CONSULT, 0),  # 9: after the window
    ("Thu 13:00", PHONE, CONSULT, 0),  # 10: after the horizon: never arrives
)


def draws() -> SimpleNamespace:
    """The part of the draws that says who the tickets are."""
    arrival, source, request_class, urgent = zip(*TICKETS, strict=True)
    return SimpleNamespace(
        arrival=np.array([at(text) for text in arrival]),
        source=np.array(source),
        category=np.array([number % 2 for number in range(len(TICKETS))]),
        request_class=np.array(request_class),
        area=np.array([number // 2 % 2 for number in range(len(TICKETS))]),
        urgent=np.array(urgent),
    )


class Rows:
    """Visits written down one by one."""

    def __init__(self) -> None:
        self.columns: dict[str, list[int]] = {name: [] for name in VISIT_COLUMNS}

    def add(
        self,
        ticket: int,
        stage: Stage,
        station: int,
        ready: str,
        start: str,
        end: str,
        outcome: Outcome,
        *,
        attempt: int = 0,
        after_call: int = 0,
        target: str = "",
        unit: int = UNKNOWN,
        due: str = "",
        opinion: int = UNKNOWN,
    ) -> None:
        """Write a row; an empty instant is NEVER."""
        row = {
            "ticket": ticket,
            "stage": int(stage),
            "station": station,
            "attempt": attempt,
            "after_call": after_call * SECOND,
            "unit": unit,
            "outcome": int(outcome),
            "opinion": opinion,
        }
        instants = {"ready": ready, "start": start, "end": end, "target": target, "due": due}
        row |= {name: at(text) if text else NEVER for name, text in instants.items()}
        for name, value in row.items():
            self.columns[name].append(value)

    def call(self, ticket: int, ready: str, start: str, end: str, outcome: Outcome, **more: int) -> None:
        """Intake."""
        self.add(ticket, Stage.INTAKE, PHONES, ready, start, end, outcome, **more)

    def dispatch(self, ticket: int, start: str, end: str, due: str, attempt: int = 0) -> None:
        """Dispatch without a wait."""
        self.add(
            ticket, Stage.DISPATCH, DESK, start, start, end, Outcome.DISPATCHED, due=due, attempt=attempt
        )

    def sign(self, ticket: int, unit: int, start: str, end: str, target: str, due: str, **more: int) -> None:
        """Receipt."""
        outcome = Outcome(more.pop("outcome", Outcome.SIGNED))
        self.add(
            ticket,
            Stage.SIGN,
            UNSTAFFED,
            start,
            start,
            end,
            outcome,
            target=target,
            unit=unit,
            due=due,
            **more,
        )

    def handle(
        self, ticket: int, station: int, unit: int, times: tuple[str, str, str], due: str, **more: int
    ) -> None:
        """Work at a desk, at times ready, start and end."""
        outcome = Outcome.HANDLED if times[2] else Outcome.OPEN
        self.add(ticket, Stage.HANDLING, station, *times, outcome, target=due, unit=unit, due=due, **more)

    def reply(
        self, ticket: int, unit: int, start: str, end: str, due: str, opinion: int, attempt: int = 0
    ) -> None:
        """Field work, then the reply."""
        self.add(
            ticket, Stage.FIELD, UNSTAFFED, start, start, end, Outcome.REPLIED,
            target=due, unit=unit, due=due, opinion=opinion, attempt=attempt,
        )  # fmt: skip

    def call_back(
        self, ticket: int, unit: int, start: str, end: str, outcome: Outcome, opinion: int, attempt: int = 0
    ) -> None:
        """Call back without a wait."""
        self.add(
            ticket,
            Stage.CALLBACK,
            CALLERS,
            start,
            start,
            end,
            outcome,
            unit=unit,
            opinion=opinion,
            attempt=attempt,
        )


def written() -> dict[str, list[int]]:
    """Every visit, ticket by ticket."""
    rows = Rows()
    rows.call(0, "Fri 10:00", "Fri 10:00", "Fri 10:05", Outcome.RECORDED)
    rows.dispatch(0, "Fri 10:05", "Fri 10:20", "Mon 17:00")
    rows.sign(0, WATER, "Fri 10:20", "Fri 11:00", "Mon 11:00", "Mon 17:00")
    rows.handle(0, WATER_DESK, WATER, ("Fri 11:00", "Mon 09:00", "Mon 12:00"), "Mon 17:00")
    rows.reply(0, WATER, "Mon 12:00", "Tue 10:00", "Mon 17:00", opinion=0)

    rows.call(1, "Mon 07:59:45", "Mon 07:59:45", "Mon 08:00:15", Outcome.INVALID)

    rows.call(2, "Mon 09:00:00", "Mon 09:00:10", "Mon 09:03:10", Outcome.DIRECT, after_call=30)

    rows.call(3, "Mon 09:00:05", "", "Mon 09:00:45", Outcome.REDIAL)
    rows.call(3, "Mon 09:10:00", "Mon 09:10:20", "Mon 09:15:20", Outcome.RECORDED, attempt=1, after_call=60)
    rows.dispatch(3, "Mon 09:15:20", "Mon 09:20", "Wed 17:00")
    rows.sign(3, ROADS, "Mon 09:20", "Mon 10:00", "Tue 09:20", "Wed 17:00", outcome=Outcome.RETURNED)
    rows.dispatch(3, "Mon 10:00", "Mon 10:10", "Wed 17:00", attempt=1)
    rows.sign(3, WATER, "Mon 10:10", "Mon 10:30", "Tue 10:10", "Wed 17:00", attempt=1)
    rows.handle(3, WATER_DESK, WATER, ("Mon 10:30", "Mon 10:30", "Mon 11:30"), "Wed 17:00")
    rows.reply(3, WATER, "Mon 11:30", "Mon 16:20", "Wed 17:00", opinion=0)
    rows.call_back(3, WATER, "Mon 16:20", "Mon 16:20:30", Outcome.UNREACHED, opinion=0)
    rows.call_back(3, WATER, "Mon 18:20:30", "Mon 18:22:30", Outcome.REDO, opinion=0, attempt=1)
    redo = ("Mon 18:22:30", "Tue 09:00", "Tue 09:30")
    rows.handle(3, WATER_DESK, WATER, redo, "Tue 09:15", attempt=1, opinion=0)
    rows.reply(3, WATER, "Tue 09:30", "Tue 11:00", "Tue 09:15", opinion=3, attempt=1)
    rows.call_back(3, WATER, "Tue 11:00", "Tue 11:02", Outcome.CONFIRMED, opinion=3)

    rows.call(4, "Mon 12:00", "", "Mon 12:00:20", Outcome.ABANDONED)

    rows.call(5, "Tue 08:00", "Tue 08:00", "Tue 08:05", Outcome.RECORDED)
    rows.dispatch(5, "Tue 08:05", "Tue 08:06", "Tue 08:50")
    rows.sign(5, WATER, "Tue 08:06", "Tue 08:10", "Tue 08:10", "Tue 08:50")
    rows.handle(5, WATER_DUTY, WATER, ("Tue 08:10", "Tue 08:10", "Tue 08:20"), "Tue 08:50")
    rows.reply(5, WATER, "Tue 08:20", "Tue 08:50", "Tue 08:50", opinion=1)
    rows.call_back(5, WATER, "Tue 08:50", "Tue 08:50:30", Outcome.UNREACHED, opinion=1)
    rows.call_back(5, WATER, "Tue 10:50:30", "Tue 10:51", Outcome.UNREACHED, opinion=1, attempt=1)

    rows.call(6, "Tue 16:00", "Tue 16:00", "Tue 16:10", Outcome.RECORDED)
    rows.dispatch(6, "Tue 16:10", "Tue 16:20", "Tue 18:00")
    rows.sign(6, ROADS, "Tue 16:20", "Tue 16:50", "Tue 16:35", "Tue 18:00")
    rows.handle(6, ROADS_DESK, ROADS, ("Tue 16:50", "Tue 16:50", "Wed 09:20"), "Tue 18:00")
    rows.reply(6, ROADS, "Wed 09:20", "Wed 10:00", "Tue 18:00", opinion=2)
    rows.call_back(6, ROADS, "Wed 10:00", "Wed 10:01:40", Outcome.CONFIRMED, opinion=2)

    rows.call(7, "Wed 10:00", "Wed 10:00:30", "Wed 10:05:30", Outcome.RECORDED, after_call=60)
    rows.dispatch(7, "Wed 10:05:30", "Wed 10:20", "Wed 17:00")
    rows.sign(7, ROADS, "Wed 10:20", "Wed 11:00", "Thu 10:20", "Wed 17:00")
    rows.handle(7, ROADS_DESK, ROADS, ("Wed 11:00", "Wed 11:00", ""), "Wed 17:00")

    rows.call(8, "Wed 23:59", "", "Wed 23:59:30", Outcome.REDIAL)

    rows.call(9, "Thu 01:00", "Thu 01:00", "Thu 01:02", Outcome.DIRECT)
    return rows.columns


def case(columns: dict[str, np.ndarray] | None = None, horizon: int = HORIZON) -> TicketLog:
    """Ticket log of all of it, or of other columns."""
    if columns is None:
        columns = {name: np.array(values, np.int64) for name, values in written().items()}
    return build_log(
        network(horizon), draws(), columns, scenario="three-days", seed=7, replication=2, engine="by hand"
    )


def cut(horizon: int) -> TicketLog:
    """The same three days, had they ended earlier."""
    columns = {name: np.array(values, np.int64) for name, values in written().items()}
    known = columns["ready"] <= horizon
    columns = {name: values[known] for name, values in columns.items()}
    pending = columns["end"] > horizon
    columns["end"][pending] = NEVER
    columns["outcome"][pending] = Outcome.OPEN
    columns["start"][columns["start"] > horizon] = NEVER
    return case(columns, horizon)
