"""Lines, help from other teams, seats for certain callers and calls back in idle time, worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.clock.ticks import DAY, HOUR, MINUTE, NEVER
from hotline_sim.engines.core.key_figures import summarise
from hotline_sim.errors import ScenarioError
from hotline_sim.network.build import build
from hotline_sim.network.codes import Outcome, Stage
from hotline_sim.plot.phone import phone_wait
from hotline_sim.plot.words import word
from hotline_sim.results.conservation import check_conservation
from hotline_sim.results.log import build_log
from hotline_sim.results.series import queue_length
from hotline_sim.rules.calls import kept_free, next_opening
from scenarios import CALLED_BACK, LABEL, at, by_hand, des, fixed, mmc, one_unit, small_town, team

if TYPE_CHECKING:
    from hotline_sim.results.log import TicketLog
    from hotline_sim.scenario.schema import Scenario

DIRECT = Outcome.DIRECT


def log_of(scenario: Scenario, arrival: list[int], **columns: Any) -> TicketLog:
    """Log of some calls, whose key figures are those of a run that keeps no log."""
    network = build(scenario)
    draws = by_hand(network, arrival, **columns)
    log = build_log(network, draws, des(network, draws), scenario="x", seed=1, replication=0, engine="des")
    check_conservation(log)
    figures = hs.kpis(log)
    for name, kpi in summarise(network, draws).items():
        if not name.startswith("response_time_p"):
            assert kpi == figures[name], name
    return log


def phone(changes: dict[str, Any], arrival: list[int], **columns: Any) -> TicketLog:
    """One team of operators who answer everything at once; a call takes ten minutes."""
    return log_of(mmc(1, 1.0, MINUTE, changes=changes), arrival, **{"talk": 10 * MINUTE} | columns)


def visits(log: TicketLog, stage: Stage, *names: str) -> list[tuple[Any, ...]]:
    """Some columns of the visits of a stage, in the order of the log; instants from the start of the run."""
    rows = np.flatnonzero(log.visits["stage"] == stage)
    columns = []
    for name in names:
        column = log.visits[name][rows].tolist()
        if name == "station":
            column = [log.meta.stations[number] for number in column]
        elif name in ("ready", "start", "end"):
            column = [tick if tick == NEVER else tick - log.meta.start for tick in column]
        columns.append(column)
    return list(zip(*columns, strict=True))


def calls(log: TicketLog) -> list[tuple[Any, ...]]:
    return visits(log, Stage.INTAKE, "ready", "start", "outcome")


def taken_by(log: TicketLog) -> list[tuple[Any, ...]]:
    return visits(log, Stage.INTAKE, "station", "start")


def ratio(log: TicketLog, name: str) -> tuple[float | None, float | None]:
    figure = hs.kpis(log)[name]
    return figure.numerator, figure.denominator


def nine(*minutes: float) -> list[int]:
    """Ticks of Monday, so many minutes after nine."""
    return [at(0, "09:00") + int(minute * MINUTE) for minute in minutes]


# Lines. One operator; a call takes ten minutes.

TWO_LINES = {"teams.operators": team(1) | {"lines": 2}}
ONE_LINE = {"teams.operators": team(1) | {"lines": 1}}
REDIAL = {"intake.patience": fixed(HOUR), "intake.redial": {"probability": 0.5, "delay": fixed(1), "most": 1}}


def test_who_finds_all_lines_taken_is_gone() -> None:
    """One talks and one waits: there are two lines, and none for the third."""
    log = phone(TWO_LINES, nine(0, 1, 2))
    assert calls(log) == [
        (*nine(0, 0), DIRECT),
        (*nine(1, 10), DIRECT),
        (*nine(2), NEVER, Outcome.BLOCKED),
    ]
    assert visits(log, Stage.INTAKE, "end")[2] == (nine(2)[0],)
    assert ratio(log, "blocked_rate") == (1, 3)
    assert ratio(log, "answer_rate") == (2, 3)
    assert ratio(log, "abandonment_rate") == (0, 3)
    assert hs.kpis(log)["requests_abandoned"].value == 1
    assert "blocked_rate" not in hs.kpis(phone({}, nine(0)))
    # Whoever finds no line waits for nobody, and is told apart in the figure.
    assert [line.get_label() for line in phone_wait(log).axes[1].lines][2:] == [word("busy", "en")]
    assert len(phone_wait(phone({}, nine(0))).axes[1].lines) == 2
    assert queue_length(log, [0]).at(log.meta.start + nine(5)[0]) == 1
    assert queue_length(log, [0]).at(log.meta.start + nine(60)[0]) == 0


def test_who_finds_all_lines_taken_may_call_again() -> None:
    """Busy at 9:02; at 9:07 the others still talk and wait; the other one calls again at 9:13 and waits."""
    log = phone(
        TWO_LINES | REDIAL,
        nine(0, 1, 2, 3),
        patience=NEVER,
        redial=0.1,
        redial_delay=[[MINUTE, MINUTE, 5 * MINUTE, 10 * MINUTE]],
    )
    assert calls(log)[2:] == [
        (*nine(2), NEVER, Outcome.BUSY),
        (*nine(7), NEVER, Outcome.BLOCKED),
        (*nine(3), NEVER, Outcome.BUSY),
        (*nine(13, 20), DIRECT),
    ]
    assert hs.kpis(log)["redials"].value == 2
    assert ratio(log, "blocked_rate") == (3, 6)
    assert hs.kpis(log)["requests_abandoned"].value == 1


def test_who_would_call_again_after_the_horizon_is_not_lost() -> None:
    changes = ONE_LINE | REDIAL | {"run.horizon": date(2021, 3, 2)}
    log = phone(changes, nine(0, 1), patience=NEVER, redial=0.1, redial_delay=DAY)
    assert calls(log)[1:] == [(*nine(1), NEVER, Outcome.BUSY)]
    assert hs.kpis(log)["requests_pending"].value == 1


def test_a_line_is_free_from_the_end_of_the_talk_on() -> None:
    """The talk is over at 9:10, the after-call work at 9:15."""
    second = 1 / 60_000
    for minute, outcome in ((10 - second, Outcome.BLOCKED), (10, DIRECT), (12, DIRECT)):
        changes = ONE_LINE | {"intake.after_call_direct": "5 min"}
        log = phone(changes, nine(0, minute))
        assert calls(log)[1][2] == outcome
        if outcome == DIRECT:
            assert calls(log)[1][1] == nine(15)[0]


def test_who_waits_holds_a_line_during_after_call_work_too() -> None:
    log = phone(ONE_LINE | {"intake.after_call_direct": "5 min"}, nine(0, 11, 12))
    assert [call[2] for call in calls(log)] == [DIRECT, DIRECT, Outcome.BLOCKED]


def test_who_gives_up_frees_a_line() -> None:
    """The second waits from 9:01 to 9:03; on that very tick its line is free again."""
    log = phone(
        TWO_LINES | {"intake.patience": fixed(HOUR)},
        nine(0, 1, 2, 3),
        patience=[[NEVER, 2 * MINUTE, NEVER, NEVER]],
    )
    outcomes = [call[2] for call in calls(log)]
    assert outcomes == [DIRECT, Outcome.ABANDONED, Outcome.BLOCKED, DIRECT]
    assert ratio(log, "blocked_rate") == (1, 4)


def test_written_requests_need_no_line() -> None:
    """Requests by web at 9:00, 9:02 and 9:04 of ten minutes; calls at 9:01 and 9:03."""
    channels = {
        "phone": {"label": LABEL, "share": 0.5, "team": "operators", "live": True},
        "web": {"label": LABEL, "share": 0.5, "team": "operators", "live": False},
    }
    log = phone(ONE_LINE | {"channels": channels}, nine(0, 1, 2, 3, 4), source=[1, 0, 1, 0, 1])
    assert calls(log) == [
        (*nine(0, 0), DIRECT),
        (*nine(1, 10), DIRECT),
        (*nine(2, 20), DIRECT),
        (*nine(3), NEVER, Outcome.BLOCKED),
        (*nine(4, 30), DIRECT),
    ]
    assert ratio(log, "blocked_rate") == (1, 2)


# Help. One operator and one helper; a call takes ten minutes.


def helped(helper: dict[str, Any], above: int = 0, **operators: Any) -> dict[str, Any]:
    own = team(1) | {"overflow": {"to": "helpers", "above": above}} | operators
    return {"teams.operators": own, "teams.helpers": helper}


def test_a_call_that_would_wait_goes_to_who_is_free_elsewhere() -> None:
    """The second is helped, the third waits for the operator, as everybody talks; the fourth is helped."""
    log = phone(helped(team(1)), nine(0, 1, 2, 13))
    assert taken_by(log) == [
        ("operators", nine(0)[0]),
        ("helpers", nine(1)[0]),
        ("operators", nine(10)[0]),
        ("helpers", nine(13)[0]),
    ]
    assert ratio(log, "helped_rate") == (2, 4)
    assert ratio(log, "answer_rate") == (4, 4)


def test_nobody_is_helped_while_an_operator_is_free() -> None:
    changes = helped(team(1))
    changes["teams.operators"] |= team(2)
    assert taken_by(phone(changes, nine(0, 1))) == [("operators", nine(0)[0]), ("operators", nine(1)[0])]


@pytest.mark.parametrize(
    ("above", "teams"),
    [
        (0, ["operators", "helpers", "operators", "operators"]),
        (1, ["operators", "operators", "helpers", "operators"]),
        (2, ["operators", "operators", "operators", "helpers"]),
        (3, ["operators", "operators", "operators", "operators"]),
    ],
)
def test_help_comes_when_enough_calls_wait(above: int, teams: list[str]) -> None:
    log = phone(helped(team(1), above), nine(0, 1, 2, 3))
    assert [name for name, _ in taken_by(log)] == teams


def test_who_is_not_on_duty_helps_nobody() -> None:
    """The helper comes at 9:02 and takes the call that comes on this very tick, not those that wait."""
    log = phone(helped(team(1, "09:02", "24:00")), nine(0, 1, 2, 3))
    assert [name for name, _ in taken_by(log)] == ["operators", "operators", "helpers", "operators"]


def test_a_helper_without_a_line_helps_nobody() -> None:
    """Two helpers with one line: the third call finds a helper free, but no line to her."""
    changes = helped(team(2) | {"lines": 1})
    log = phone(changes, nine(0, 1, 2, 12))
    assert [name for name, _ in taken_by(log)] == ["operators", "helpers", "operators", "helpers"]


def test_help_comes_before_a_busy_tone_and_a_busy_tone_before_nothing() -> None:
    """One line of one's own: the second call is helped, the third finds neither line nor helper."""
    log = phone(helped(team(1), lines=1), nine(0, 1, 2))
    assert [name for name, _ in taken_by(log)][:2] == ["operators", "helpers"]
    assert calls(log)[2][2] == Outcome.BLOCKED
    assert ratio(log, "helped_rate") == (1, 2)
    assert ratio(log, "blocked_rate") == (1, 3)


def test_who_gave_up_no_longer_counts_as_waiting() -> None:
    """Help comes when two wait; of the two at 9:01 and 9:02, one has given up by 9:04."""
    log = phone(
        helped(team(1), 2) | {"intake.patience": fixed(HOUR)},
        nine(0, 1, 2, 4, 5),
        patience=[[NEVER, NEVER, MINUTE, NEVER, NEVER]],
    )
    assert [name for name, _ in taken_by(log)] == ["operators"] * 4 + ["helpers"]


# Seats for certain callers.


def seats(**skills: dict[str, Any]) -> dict[str, Any]:
    return {"teams.experts": team(1), "teams.dialects": team(1), "skills": skills}


def test_a_share_of_callers_goes_to_other_seats() -> None:
    """By name: dialects have the first 0.3 of the numbers, experts the next 0.4."""
    changes = seats(expert={"team": "experts", "share": 0.4}, dialect={"team": "dialects", "share": 0.3})
    log = phone(changes, nine(0, 20, 40, 60), skill=[[0.29, 0.31, 0.69, 0.71]])
    assert [name for name, _ in taken_by(log)] == ["dialects", "experts", "experts", "operators"]
    assert set(log.meta.live_stations) == {0, 1, 2}


def test_a_category_may_have_a_share_of_its_own_seats() -> None:
    expert = {"team": "experts", "share": 0.2, "categories": {"all": 0.6}}
    log = phone(seats(expert=expert), nine(0, 20), skill=[[0.59, 0.61]])
    assert [name for name, _ in taken_by(log)] == ["experts", "operators"]


def test_an_area_may_have_a_share_of_its_own_seats() -> None:
    """Areas in order: east and west; there is a dialect in the west."""
    areas = {
        f"units.{name}": {"label": LABEL, "kind": "county", "staff": 1, "area_weight": 1.0}
        for name in ("east", "west")
    }
    dialect = {"team": "experts", "share": 0.2, "areas": {"west": 0.6}}
    changes = areas | {"teams.experts": team(1), "skills": {"dialect": dialect}}
    log = log_of(one_unit(changes), nine(0, 20, 40, 60), skill=[[0.19, 0.59, 0.21, 0.61]], area=[0, 1, 0, 1])
    assert [name for name, _ in taken_by(log)] == ["experts", "experts", "operators", "operators"]


def test_who_finds_certain_seats_taken_is_helped_by_the_others() -> None:
    changes = seats(expert={"team": "experts", "share": 0.5})
    changes["teams.experts"] |= {"overflow": {"to": "operators"}}
    log = phone(changes, nine(0, 1), skill=0.1)
    assert [name for name, _ in taken_by(log)] == ["experts", "operators"]
    # Operators have callers of their own as well: they do not only help.
    assert ratio(log, "helped_rate") == (0, 2)


def test_who_writes_needs_no_certain_seat() -> None:
    changes = seats(expert={"team": "experts", "share": 1.0}) | {"channels.phone.live": False}
    assert [name for name, _ in taken_by(phone(changes, nine(0), skill=0.1))] == ["operators"]


# Calls back in idle time. A ticket of Monday 9:00 has its reply at 9:05; operators call back.


def idle(agents: int, **callback: Any) -> Scenario:
    given = CALLED_BACK["callback"] | {"team": "operators", "idle_above": 0} | callback
    return one_unit(CALLED_BACK | {"teams.operators": team(agents), "callback": given})


def calls_back(log: TicketLog) -> list[tuple[Any, ...]]:
    return visits(log, Stage.CALLBACK, "ready", "start")


@pytest.mark.parametrize(("above", "start"), [(0, 5), (1, 14), (2, 24)])
def test_a_call_back_begins_while_more_than_so_many_are_free(above: int, start: int) -> None:
    """Of three operators two talk, one until 9:14 and one until 9:24."""
    log = log_of(idle(3, idle_above=above), nine(0, 4, 4), talk=[MINUTE, 10 * MINUTE, 20 * MINUTE])
    assert calls_back(log)[0] == (nine(5)[0], nine(start)[0])


def test_a_call_back_lets_every_call_go_first() -> None:
    """The operator is busy from 9:04 to 9:24; another call comes at 9:10 and is taken then, to 9:25."""
    arrival, talk = nine(0, 4, 10), [MINUTE, 20 * MINUTE, MINUTE]
    gives_way = log_of(idle(1), arrival, talk=talk)
    assert calls(gives_way)[2][1] == nine(24)[0]
    assert calls_back(gives_way)[0] == tuple(nine(5, 25))
    like_any_other = log_of(idle(1, idle_above=None), arrival, talk=talk)
    assert calls_back(like_any_other)[0] == tuple(nine(5, 24))
    assert calls(like_any_other)[2][1] == nine(25)[0]


def test_a_call_takes_the_operator_that_a_call_back_leaves_free() -> None:
    """One is to stay free: the call back waits all day long, and the call of 9:10 does not wait for it."""
    log = log_of(idle(1, idle_above=1), nine(0, 10))
    assert calls(log)[1][1] == nine(10)[0]
    assert [start for _, start in calls_back(log)] == [NEVER, NEVER]


def test_a_call_back_that_is_ready_in_the_evening_waits_for_the_morning() -> None:
    """Field work ends at 17:04; a quarter of an hour earlier the call would have begun at once."""
    office = {"between": "09:00-17:00"}
    late = log_of(idle(1, **office), nine(0), field=6 * HOUR)
    assert calls_back(late) == [(at(0, "17:04"), at(1, "09:00"))]
    early = log_of(idle(1, **office), nine(0), field=6 * HOUR - 15 * MINUTE)
    assert calls_back(early) == [(at(0, "16:49"), at(0, "16:49"))]


def test_a_call_back_that_is_ready_before_the_opening_waits_for_it() -> None:
    log = log_of(idle(1, between="11:00-17:00"), nine(0))
    assert calls_back(log) == [(at(0, "09:05"), at(0, "11:00"))]


@pytest.mark.parametrize(("busy_until", "start"), [("16:59", at(0, "16:59")), ("17:00", at(1, "09:00"))])
def test_a_call_back_that_waits_as_the_hours_end_waits_for_the_next_ones(busy_until: str, start: int) -> None:
    """The operator talks from 16:30 on; the reply comes at 16:49."""
    talk = [MINUTE, at(0, busy_until) - at(0, "16:30")]
    log = log_of(
        idle(1, between="09:00-17:00"),
        [at(0, "09:00"), at(0, "16:30")],
        talk=talk,
        field=6 * HOUR - 15 * MINUTE,
    )
    assert calls_back(log)[0] == (at(0, "16:49"), start)


def test_who_is_busy_at_the_opening_calls_back_after_that() -> None:
    """From 8:55 to 9:20 of the next day the operator talks; the call back waits since the evening."""
    log = log_of(
        idle(1, between="09:00-17:00"),
        [at(0, "09:00"), at(1, "08:55")],
        talk=[MINUTE, 25 * MINUTE],
        field=6 * HOUR,
    )
    assert calls_back(log)[0] == (at(0, "17:04"), at(1, "09:20"))


def test_every_morning_is_an_opening() -> None:
    """Two operators are to stay free, and the second comes on Thursday only."""
    shifts = [
        {"name": "always", "start": "00:00", "end": "24:00", "agents": 2},
        {"name": "thursday", "start": "10:00", "end": "24:00", "agents": 1, "weekdays": ["Thu"]},
    ]
    callback = CALLED_BACK["callback"] | {"team": "operators", "idle_above": 2, "between": "09:00-12:00"}
    changes = CALLED_BACK | {"teams.operators": {"label": LABEL, "shifts": shifts}, "callback": callback}
    assert calls_back(log_of(one_unit(changes), nine(0))) == [(at(0, "09:05"), at(3, "10:00"))]


@pytest.mark.parametrize(
    ("now", "free", "opening"),
    [
        (at(0, "08:59"), NEVER, at(0, "09:00")),
        (at(0, "09:00"), 3, at(1, "09:00")),
        (at(0, "16:59"), 3, at(1, "09:00")),
        (at(0, "17:00"), NEVER, at(1, "09:00")),
    ],
)
def test_hours_open_on_their_first_tick_and_close_before_the_last(now: int, free: int, opening: int) -> None:
    network = build(idle(9, idle_above=3, between="09:00-17:00"))
    tables, start = network.tables, network.start
    assert kept_free(tables, Stage.CALLBACK, start + now) == free
    assert kept_free(tables, Stage.INTAKE, start + now) == 0
    assert next_opening(tables, tables.callback_station, start + now) == start + opening
    assert next_opening(tables, tables.dispatch_station, start + now) == NEVER


def test_whole_days_never_open() -> None:
    tables = build(idle(9, idle_above=3)).tables
    assert next_opening(tables, tables.callback_station, 5 * HOUR) == NEVER
    assert kept_free(tables, Stage.CALLBACK, DAY - 1) == kept_free(tables, Stage.CALLBACK, DAY) == 3


def test_hours_that_end_before_they_begin_are_refused() -> None:
    """A file cannot even say so; Python can."""
    with pytest.raises(ScenarioError, match="must end after it begins"):
        idle(1, between=(17 * HOUR, 9 * HOUR))


# What is left out changes nothing.

OWN_TEAM = {"teams.callers": team(1), "callback.team": "callers"}
MANY = 10_000


@pytest.mark.parametrize(
    ("before", "quiet"),
    [
        ({}, {"teams.operators.lines": MANY, "teams.back-office.lines": MANY}),
        ({}, {"teams.operators.overflow": {"to": "back-office", "above": 1_000_000}}),
        ({}, {"skills": {"dialect": {"team": "back-office", "share": 0.0}}}),
        (OWN_TEAM, {"callback.idle_above": 0}),
        (OWN_TEAM, {"callback.idle_above": 0, "callback.between": "00:00-24:00"}),
    ],
    ids=["lines", "overflow", "skills", "idle", "idle all day"],
)
def test_what_never_happens_changes_no_tick(before: dict[str, Any], quiet: dict[str, Any]) -> None:
    one, other = (hs.simulate(small_town(more), engine="core") for more in (before, before | quiet))
    for name, column in one.visits.items():
        assert (column == other.visits[name]).all(), name
