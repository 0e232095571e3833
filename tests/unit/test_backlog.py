"""Tickets that are open when the run starts, worked out by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.clock.ticks import DAY, HOUR, MINUTE, NEVER, tick_of
from hotline_sim.engines.core.key_figures import summarise
from hotline_sim.errors import ResultError, ScenarioError
from hotline_sim.network.backlog import rest_of
from hotline_sim.network.build import build
from hotline_sim.network.codes import UNKNOWN, Outcome, Stage
from hotline_sim.network.draws import draw
from hotline_sim.network.laws import DurationLaw
from hotline_sim.results.conservation import check_conservation
from hotline_sim.results.log import build_log
from hotline_sim.results.open_tickets import open_tickets
from scenarios import LABEL, at, by_hand, des, log_rows, of_stage, one_unit, small_town

if TYPE_CHECKING:
    from hotline_sim.results.log import TicketLog
    from scenarios import Row

FRIDAY = datetime(2021, 2, 26, 10)
"""Ten o'clock on the working day before the run, which starts on Monday, 1 March."""
HAS = {"category": "all", "request_class": "complaint"}
IN_FIELD = {"unit": "works", "stage": "field"}
CHANNEL = {"label": LABEL, "share": 1.0, "team": "operators", "live": True}
AT_DESK = {"unit": "works", "stage": "desk"}


def tickets(*them: dict[str, Any]) -> dict[str, Any]:
    return {"backlog": {"tickets": [{"arrived": FRIDAY} | HAS | one for one in them]}}


def rows_of(changes: dict[str, Any], **columns: Any) -> list[Row]:
    """Rows of the open tickets alone, which enter at midnight."""
    network = build(one_unit(changes))
    count = network.tables.opened.number
    opened = list(range(1, count + 1))
    return log_rows(network, by_hand(network, [0] * count, opened=opened, source=1, **columns))


# Times of Monday; desk work and field time take an hour each, dispatch and signing a minute.


def test_a_ticket_that_waits_for_dispatch_goes_the_whole_way() -> None:
    rows = rows_of(tickets({}), desk=HOUR, field=HOUR)
    ends = [(Stage(row.stage), row.end) for row in rows]
    assert ends[:2] == [(Stage.DISPATCH, at(0, "00:01")), (Stage.SIGN, at(0, "09:01"))]
    assert ends[2:] == [(Stage.HANDLING, at(0, "10:01")), (Stage.FIELD, at(0, "11:01"))]
    # Five working days from Friday end on the Friday after.
    assert {row.due for row in rows} == {at(4, "18:00")}


def test_a_ticket_at_the_desk_waits_for_a_handler_and_one_in_the_field_for_nobody() -> None:
    rows = rows_of(tickets(AT_DESK, IN_FIELD), desk=HOUR, field=[[2 * HOUR, HOUR]])
    assert [(row.ticket, Stage(row.stage), row.start, row.end) for row in rows] == [
        (0, Stage.HANDLING, at(0, "09:00"), at(0, "10:00")),
        (0, Stage.FIELD, at(0, "10:00"), at(0, "12:00")),
        (1, Stage.FIELD, 0, at(0, "10:00")),
    ]
    assert {row.outcome for row in of_stage(rows, Stage.FIELD)} == {Outcome.REPLIED}


def test_the_earliest_deadline_goes_first_and_among_equals_who_came_first() -> None:
    due = datetime(2021, 3, 2, 18)
    early, usual = AT_DESK | {"arrived": datetime(2021, 2, 25)}, AT_DESK
    pressing = AT_DESK | {"arrived": datetime(2021, 2, 26, 11), "due": due}
    rows = of_stage(rows_of(tickets(pressing, usual, early), desk=HOUR), Stage.HANDLING)
    # Numbered by arrival: the one with a deadline of its own is the last of them.
    assert sorted((row.start, row.ticket) for row in rows) == [
        (at(0, "09:00"), 2),
        (at(0, "10:00"), 0),
        (at(0, "11:00"), 1),
    ]


@pytest.mark.parametrize(
    ("clock", "due"),
    # Since Thursday it has been there: its five days end on the Thursday after.
    [("arrival", at(2, "18:00")), ("dispatch", at(3, "18:00")), ("sign", at(3, "18:00"))],
)
def test_a_deadline_counts_from_where_the_clock_starts(clock: str, due: int) -> None:
    since = {"arrived": datetime(2021, 2, 24, 9), "since": datetime(2021, 2, 25, 9)}
    (row,) = rows_of(tickets(IN_FIELD | since) | {"handling.clock_starts": clock}, field=HOUR)
    assert row.due == due


@pytest.mark.parametrize("after_return", ["continues", "restarts"])
def test_a_deadline_that_is_stated_holds_though_the_clock_starts_at_dispatch(after_return: str) -> None:
    """Where it starts afresh after a return, as for the second ticket, it ends on the next Monday."""
    stated = {"due": datetime(2021, 3, 3, 18)}
    changes = tickets(stated, stated) | {
        "handling.clock_starts": "dispatch",
        "handling.clock_after_return": after_return,
        "dispatch.misroute": 0.5,
        "dispatch.most_returns": 1,
        "units.parks": {"label": LABEL, "kind": "department", "staff": 1},
        "supervision": {"steps": ["1 d"], "remind_at": 0.5},
    }
    network = build(one_unit(changes))
    misroute = [[0.9, 0.1], [0.9, 0.9]]
    draws = by_hand(network, [0, 0], opened=[1, 2], source=1, field=60 * HOUR, misroute=misroute)
    log = build_log(network, draws, des(network, draws), scenario="x", seed=1, replication=0, engine="des")
    again = at(2, "18:00") if after_return == "continues" else at(7, "18:00")
    for name in ("due", "original_due"):
        assert (log.tickets[name] - log.meta.start).tolist() == [at(2, "18:00"), again], name
    figures = hs.kpis(log)
    for name, figure in summarise(network, draws).items():
        if not name.startswith("response_time_p"):
            assert figure == figures[name], name


def test_who_asked_for_more_time_before_the_run_has_it_in_the_queue() -> None:
    """Units ask at the deadline, which was on Friday: who got more time lets the other ticket go first."""
    changes = {"extension": {"asked": 0.5, "length": "5 working days"}}
    open_then = tickets(AT_DESK | {"due": datetime(2021, 2, 26, 18)}, AT_DESK | {"due": datetime(2021, 3, 1)})
    rows = rows_of(open_then | changes, desk=HOUR, extension=[[0.1, 0.9]])
    handled = sorted(of_stage(rows, Stage.HANDLING), key=lambda row: row.start)
    assert [(row.ticket, row.due) for row in handled] == [(1, 0), (0, at(4, "18:00"))]


def test_an_urgent_ticket_goes_to_the_people_on_duty() -> None:
    rows = rows_of(
        tickets(AT_DESK | {"urgent": True, "arrived": datetime(2021, 2, 28, 22)}) | {"units.works.duty": 1},
        desk=HOUR,
        field=HOUR,
        urgent=1,
    )
    assert [row.end for row in rows] == [at(0, "01:00"), at(0, "02:00")]
    assert rows[0].due == at(0, "22:00")  # a day after it came


def test_what_is_left_of_an_exponential_time_is_exponential_again() -> None:
    law = DurationLaw("exponential", (("mean", float(HOUR)),))
    numbers = np.array([0.1, 0.5, 0.9])
    rest = rest_of(law, numbers, np.array([0.0, 2.0 * HOUR, 9.0 * HOUR]))
    assert rest == pytest.approx(-HOUR * np.log1p(-numbers), rel=1e-6)


def test_what_is_left_of_a_uniform_time_is_uniform_up_to_its_end() -> None:
    law = DurationLaw("uniform", (("low", 1.0 * HOUR), ("high", 5.0 * HOUR)))
    rest = rest_of(law, np.array([0.25, 0.25, 0.25, 0.25]), np.array([0.0, HOUR, 3.0 * HOUR, 6.0 * HOUR]))
    assert rest == pytest.approx(np.array([2.0, 1.0, 0.5, 0.0]) * HOUR, rel=1e-9)


def test_hours_in_the_field_count_in_the_hours_of_the_unit() -> None:
    """From Friday 10:00: two hours, then four, less the hour of a unit that works twice as fast."""
    speeds = (tickets(IN_FIELD) | {"units.works.speed": speed} for speed in (1.0, 2.0))
    slow, fast = (build(one_unit(changes)).demand.opened for changes in speeds)
    assert slow is not None
    assert fast is not None
    assert [slow.worked.tolist(), fast.worked.tolist()] == [[6.0 * HOUR], [12.0 * HOUR]]


def test_counts_are_spread_evenly_over_their_ages() -> None:
    group = {"count": 4, "unit": "works", "youngest": "1 d", "oldest": "5 d"}
    waiting = {"count": 1, "youngest": "1 d", "oldest": "5 d"}
    opened = build(one_unit({"backlog": {"groups": [group, waiting]}})).tables.opened
    start = tick_of(date(2021, 3, 1))
    assert ((start - opened.arrival) / DAY).tolist() == [4.5, 3.5, 3.0, 2.5, 1.5]
    assert opened.unit.tolist() == [0, 0, UNKNOWN, 0, 0]
    assert [Stage(stage) for stage in opened.stage[1:3]] == [Stage.FIELD, Stage.DISPATCH]


def test_what_counts_leave_open_is_drawn_from_what_comes_to_the_unit() -> None:
    town = small_town()
    group = {"count": 4000, "youngest": "1 d", "oldest": "9 d"}
    groups = [group | {"unit": "north"}, group | {"request_class": "help", "category": "noise"}]
    network = build(small_town({"run.run_in": "0 d", "backlog": {"groups": groups}}))
    draws = draw(network, 1, 0)
    number = draws.opened[0].astype(np.int64)
    assert number.max() == 8000
    opened, row = network.tables.opened, number[number > 0] - 1
    at_north = opened.unit[row] == network.names.units.index("north")
    found = np.bincount(draws.category[number > 0][at_north], minlength=len(town.categories)) / 4000
    weight = town.units["north"].area_weight / sum(unit.area_weight for unit in town.units.values())
    to_north = []
    for _, one in sorted(town.categories.items()):
        by_weight = one.units.get("north", 0.0) / max(1e-9, sum(one.units.values()))
        to_north.append(one.share * (one.area_share * weight + (1 - one.area_share) * by_weight))
    expected = np.array(to_north) / sum(to_north)
    assert (np.abs(found - expected) <= 4 * np.sqrt(expected * (1 - expected) / 4000)).all()
    noise = sorted(town.categories).index("noise")
    assert set(draws.category[number > 0][~at_north]) == {noise}
    assert set(draws.request_class[number > 0][~at_north]) == {2}
    areas = draws.area[number > 0][at_north]
    assert {network.names.areas[area] for area in np.unique(areas)} == {"north"}


def later_town() -> tuple[TicketLog, Any]:
    town = small_town()
    log = hs.simulate(town)
    return log, hs.start_from(town, log, date(2021, 3, 15))


def test_a_run_starts_from_the_tickets_of_a_log() -> None:
    before, scenario = later_town()
    open_then = hs.kpis(before, (before.meta.start, tick_of(date(2021, 3, 15))))["backlog_end"].value
    log = hs.simulate(scenario)
    figures = hs.kpis(log)
    assert figures["backlog_start"].value == open_then == len(scenario.backlog.tickets)
    is_old = log.tickets["source"] == log.meta.sources.index("backlog")
    assert is_old.sum() == open_then
    check_conservation(log)
    # They are nobody's arrivals of the window, but they are due in it, and get their replies.
    assert figures["requests_offered"].value == (~is_old).sum()
    assert (log.tickets["arrival"][is_old] < log.meta.start).all()
    assert (log.tickets["replied"][is_old] < NEVER).all()
    due = log.tickets["due"]
    inside = (due >= log.meta.start) & (due < log.meta.end) & (log.tickets["outcome"] == 4)
    assert figures["on_time_closure_rate"].denominator == inside.sum()
    assert (inside & is_old).any()


def test_every_open_ticket_is_where_the_log_says() -> None:
    before, scenario = later_town()
    tick = tick_of(date(2021, 3, 15))
    visits = before.visits
    now = (visits["ready"] <= tick) & (visits["end"] > tick) & (visits["stage"] > 0) & (visits["stage"] < 5)
    # Work that is done again has its reply already: it is not open.
    now &= before.tickets["replied"][visits["ticket"]] > tick
    stages = np.bincount(visits["stage"][now], minlength=5)
    found = [one.stage for one in scenario.backlog.tickets]
    count = {stage: found.count(stage) for stage in (None, "desk", "field")}
    assert count[None] == stages[Stage.DISPATCH]
    assert count["desk"] == stages[Stage.SIGN] + stages[Stage.HANDLING]
    assert count["field"] == stages[Stage.FIELD]


def test_an_open_ticket_is_the_lead_units_whoever_helps() -> None:
    parks = {"units.parks": {"label": LABEL, "kind": "department", "staff": 1}, "co_handlers": {"share": 0.5}}
    for lead in ("parks", "works"):
        network = build(one_unit(parks | {"categories.all.units": {lead: 1.0}}))
        draws = by_hand(network, [at(0, "09:00")], desk=20 * HOUR, co_desk=20 * HOUR, co_handlers=0.1)
        log = build_log(
            network, draws, des(network, draws), scenario="x", seed=1, replication=0, engine="des"
        )
        assert [one.unit for one in open_tickets(log, date(2021, 3, 2)).tickets] == [lead]


def test_open_tickets_of_a_log_are_as_fast_as_in_the_log_itself() -> None:
    """Replies within three days: what happened lies within four deviations of what is simulated."""
    before, scenario = later_town()
    tick, until = (tick_of(date(2021, 3, day)) for day in (15, 18))
    old = before.tickets
    was_open = (old["outcome"] == 4) & (old["recorded"] <= tick) & (old["replied"] > tick)
    truth = (old["replied"][was_open] <= until).sum()
    simulated = []
    for replication in range(20):
        log = hs.simulate(scenario, seed=5, replication=replication)
        is_old = log.tickets["source"] == log.meta.sources.index("backlog")
        simulated.append((log.tickets["replied"][is_old] <= until).sum())
    assert abs(truth - np.mean(simulated)) < 4 * np.std(simulated, ddof=1)
    assert 0.1 * was_open.sum() < truth < 0.9 * was_open.sum()


def test_both_engines_and_the_summaries_see_the_same() -> None:
    _, scenario = later_town()
    logs = [hs.simulate(scenario, engine=engine) for engine in ("core", "des")]
    for table in ("visits", "tickets"):
        one, other = (getattr(log, table) for log in logs)
        assert all(np.array_equal(one[name], other[name]) for name in one), table
    figures, network = hs.kpis(logs[0]), build(scenario)
    whole = hs.summarise(network, hs.draw(network, 1, 0))
    for found in (whole, hs.summarise_blocks(network, 1, 0, days=3)):
        for name in found:
            if "_p" not in name:
                assert found[name].value == figures[name].value, name


def test_a_backlog_of_nothing_changes_nothing() -> None:
    logs = [hs.simulate(small_town({"run.run_in": "0 d", "backlog": table})) for table in (None, {})]
    assert all(np.array_equal(logs[0].visits[name], logs[1].visits[name]) for name in logs[0].visits)
    assert logs[1].meta.sources == logs[0].meta.sources


def test_new_requests_are_the_same_with_or_without_open_tickets() -> None:
    group = {"count": 30, "unit": "north", "youngest": "1 d", "oldest": "5 d"}
    one, other = (
        hs.draw(build(small_town({"run.run_in": "0 d", "backlog": table})), 1, 0)
        for table in (None, {"groups": [group]})
    )
    new = other.opened[0] == 0
    assert new.sum() == len(one.arrival) == len(other.arrival) - 30
    for name in ("arrival", "category", "talk", "desk", "field", "patience", "area"):
        assert np.array_equal(getattr(one, name), getattr(other, name)[..., new]), name


def test_log_and_scenario_must_fit() -> None:
    log, _ = later_town()
    other = one_unit({})
    with pytest.raises(ResultError, match=r"not in \[categories\] of one-unit"):
        hs.start_from(other, log, date(2021, 3, 15))
    with pytest.raises(TypeError, match="must be a date"):
        hs.start_from(other, log, "2021-03-15")  # type: ignore[arg-type]
    for outside in (date(2021, 2, 7), date(2021, 3, 30)):
        with pytest.raises(ResultError, match=r"must lie in the log, from 2021-02-08 to 2021-03-29"):
            hs.start_from(small_town(), log, outside)
    assert len(open_tickets(log, date(2021, 3, 1)).tickets) == hs.kpis(log)["backlog_start"].value


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (tickets({"category": "al"}), "backlog.tickets[0].category"),
        (tickets({}, {"unit": "work"}), "backlog.tickets[1].unit"),
        (tickets({"stage": "desk"}), "backlog.tickets[0].stage"),
        (tickets(IN_FIELD | {"stage": "dispatch"}), "backlog.tickets[0].stage"),
        (tickets({"arrived": datetime(2021, 3, 1)}), "backlog.tickets[0].arrived"),
        (tickets(IN_FIELD | {"since": datetime(2021, 2, 20)}), "backlog.tickets[0].since"),
        (tickets({"due": datetime(2021, 2, 20)}), "backlog.tickets[0].due"),
        (tickets({"arrived": datetime(2019, 2, 20)}), "must arrive after 2020-01-01"),
        (tickets({}) | {"run.run_in": "1 d"}, "run.run_in"),
        (
            {"backlog": {"groups": [{"count": 1, "youngest": "0 d", "oldest": "30000000000 d"}]}},
            "must arrive after 2020-01-01",
        ),
        (
            tickets({"arrived": datetime(1969, 2, 20)}) | {"calendar": {"base": "weekly"}},
            "must arrive after 1970-01-02",
        ),
        ({"backlog": {"groups": [{"count": 1, "youngest": "2 d", "oldest": "1 d"}]}}, "groups[0].oldest"),
        (
            {"backlog": {"groups": [{"count": 100_000, "youngest": "1 d", "oldest": "2 d"}] * 11}},
            "at most 1,000,000",
        ),
        (
            tickets({}) | {"channels": {"backlog": CHANNEL}},
            "channels.backlog",
        ),
    ],
)
def test_faults_are_told(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        one_unit(changes)
    assert told in str(raised.value)


def test_minutes_are_as_given() -> None:
    """A resolution of one minute rounds what is left of the field time to whole minutes."""
    nine_hours = {"classes.complaint.field": {"family": "exponential", "mean": "9 h"}}
    network = build(one_unit(tickets(IN_FIELD) | nine_hours | {"run.resolution": "1 min"}))
    field = draw(network, 1, 0).field[0]
    assert (field % MINUTE == 0).all()
