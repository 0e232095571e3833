"""Columns and key figures of extension, reminders, colours and co-handlers, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hotline_sim as hs
from hotline_sim.clock.ticks import DAY, HOUR, NEVER
from hotline_sim.network.build import build
from hotline_sim.network.codes import Limit
from hotline_sim.network.limits import due_after
from hotline_sim.results.lateness import limit_ends
from hotline_sim.results.log import build_log
from hotline_sim.rules.deadlines import share_of_limit
from scenarios import LABEL, at, by_hand, des, one_unit, small_town

if TYPE_CHECKING:
    from hotline_sim.results.log import TicketLog

MECHANISMS: dict[str, Any] = {
    "units.parks": {"label": LABEL, "kind": "department", "staff": 1},
    "units.roads": {"label": LABEL, "kind": "department", "staff": 1},
    "co_handlers": {"share": 0.5, "two": 0.5},
    "extension": {"asked": 0.5, "length": "3 working days"},
    "supervision": {"steps": ["1 h", "1 d"], "remind_at": 0.8},
}
DUE, LATER = at(7, "18:00"), at(10, "18:00")


def four_tickets(changes: dict[str, Any]) -> TicketLog:
    """Tickets of Monday, 9:00, 9:10, 9:20 and 9:30, due after five working days: on day 7 at 18:00.

    Field work begins four minutes after each arrival. That of ticket 0 ends on Tuesday. Ticket 1 asks for
    more time and gets it; its 60 h end on day 10 at 15:14. Ticket 2 does not; its 45 h end on day 8 at 14:24,
    after it turned blue on day 7 at 19:00 and before it would turn orange on day 8 at 18:00. Ticket 3 has two
    co-handlers and ends on Monday. Four fifths of the limit are over on Friday.
    """
    network = build(one_unit(MECHANISMS | changes))
    draws = by_hand(
        network,
        [at(0, "09:00"), at(0, "09:10"), at(0, "09:20"), at(0, "09:30")],
        extension=[0.999, 0.1, 0.999, 0.1],
        co_handlers=[0.999, 0.999, 0.999, 0.1],
        co_unit=0.0,
        field=[[10 * HOUR, 60 * HOUR, 45 * HOUR, HOUR]],
    )
    return build_log(
        network, draws, des(network, draws), scenario="four", seed=1, replication=0, engine="des"
    )


def instants(log: TicketLog, name: str) -> list[int]:
    return [int(tick) - log.meta.start for tick in log.tickets[name]]


@pytest.mark.parametrize("clock_starts", ["arrival", "dispatch", "sign"])
def test_the_columns_tell_what_became_of_the_deadline(clock_starts: str) -> None:
    log = four_tickets({"handling.clock_starts": clock_starts})
    assert instants(log, "replied")[1:3] == [at(10, "15:14"), at(8, "14:24")]
    assert instants(log, "due") == [DUE, LATER, DUE, DUE]
    assert instants(log, "original_due") == [DUE] * 4
    assert log.tickets["extended"].tolist() == [0, 1, 0, 0]
    assert log.tickets["reminded"].tolist() == [0, 1, 1, 0]
    assert log.tickets["colours"].tolist() == [0, 0, 1, 0]
    assert log.tickets["handlers"].tolist() == [1, 1, 1, 3]


def test_key_figures_give_both_readings_of_on_time() -> None:
    figures = hs.kpis(four_tickets({}))
    told = {
        "on_time_closure_rate": 3 / 4,  # ticket 2 is late
        "on_time_closure_rate_original": 2 / 4,  # ticket 1 as well
        "extension_rate": 1 / 4,
        "co_handled_rate": 1 / 4,
        "overdue_notices": 1,
        "reminders": 2,
        "supervised_blue": 1,
        "supervised_orange": 0,
    }
    assert {name: figures[name].value for name in told} == told
    # There are only two colours.
    assert "supervised_red" not in figures


def test_what_a_scenario_does_not_have_has_no_key_figure() -> None:
    names = set(hs.kpis(four_tickets({"supervision.remind_at": None, "extension": None})))
    assert "overdue_notices" in names
    assert not names & {"reminders", "extension_rate", "on_time_closure_rate_original"}
    log = four_tickets({"supervision": None, "extension": None, "co_handlers": None})
    assert not set(hs.kpis(log)) & {"overdue_notices", "supervised_blue", "co_handled_rate"}
    assert instants(log, "original_due") == instants(log, "due")
    assert log.tickets["reminded"].tolist() == [0] * 4


def test_a_reminder_on_the_tick_of_the_reply_is_not_sent() -> None:
    """From 9:00 to the deadline there are 42 h; half of them are over on Wednesday, day 2, at 18:00."""
    for later, reminded in ((0, 0), (1, 1)):
        network = build(one_unit({"supervision": {"steps": ["1 h"], "remind_at": 0.5}}))
        # Field work from 9:04 until then takes 20 h 56 min.
        draws = by_hand(network, [at(0, "09:00")], field=21 * HOUR - HOUR // 15 + later)
        log = build_log(network, draws, des(network, draws), scenario="", seed=1, replication=0, engine="des")
        assert log.tickets["reminded"].tolist() == [reminded], later


def test_open_tickets_are_reminded_and_coloured_up_to_the_horizon() -> None:
    """On day 7, at 19:00, ticket 2 turns blue: on the horizon it still does, a tick before it does not."""
    network = build(one_unit(MECHANISMS))
    for cut, colours in ((0, 1), (1, 0)):
        tables = network.tables._replace(horizon=network.start + at(7, "19:00") - cut)
        short = replace(network, tables=tables)
        draws = by_hand(short, [at(0, "09:20")], field=45 * HOUR)
        log = build_log(short, draws, des(short, draws), scenario="", seed=1, replication=0, engine="des")
        assert (log.tickets["replied"] == NEVER).all()
        assert log.tickets["colours"].tolist() == [colours]
        assert log.tickets["reminded"].tolist() == [1]


@given(st.integers(0, 400 * DAY), st.sampled_from(["working", "always"]))
def test_limits_of_many_tickets_end_as_those_of_one(start: int, hours: str) -> None:
    network = NETWORKS[hours]
    begin = network.start + start
    rows = np.arange(len(network.tables.limit_kind))
    ends = limit_ends(network, rows, np.full(len(rows), begin))
    assert ends.tolist() == [due_after(network.tables, row, begin) for row in rows]


NETWORKS = {
    hours: build(
        small_town(
            {
                "handling.deadline_hours": "always" if hours == "always" else "office",
                "classes.help.limit": "9 working h",
                "supervision": {"steps": ["1 h", "3 working h", "2 working days"]},
            }
        )
    )
    for hours in ("working", "always")
}


def test_a_share_of_a_limit_runs_on_the_clock_of_the_limit() -> None:
    """Half of nine working hours from Monday, 9:00; half of a day round the clock."""
    network = build(one_unit({"classes.complaint.limit": "9 working h"}))
    tables, start = network.tables, network.start + at(0, "09:00")
    due = due_after(tables, Limit.COMPLAINT, start)
    assert due - network.start == at(1, "11:00")
    assert share_of_limit(tables, Limit.COMPLAINT, start, due, 0.5) - network.start == at(0, "15:30")
    assert share_of_limit(tables, Limit.URGENT, start, start + DAY, 0.5) == start + DAY // 2
    assert share_of_limit(tables, Limit.COMPLAINT, start, NEVER, 0.5) == NEVER
