"""Each convention of ``hotline_sim.engines`` that a single queue can show, by instants worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from hotline_sim.clock.ticks import DAY, HOUR, MINUTE, NEVER
from hotline_sim.network.build import build
from hotline_sim.network.codes import Outcome, Stage
from scenarios import LABEL, at, by_hand, fixed, log_rows, mmc, of_stage, one_unit, one_unit_tables

if TYPE_CHECKING:
    from hotline_sim.network.network import Network

M = MINUTE
REDIAL = {"intake.redial": {"probability": 0.5, "delay": fixed(M), "most": 1}, "intake.patience": fixed(M)}


def shift(start: str, end: str, agents: int, **more: Any) -> dict[str, Any]:
    return {"name": "s", "start": start, "end": end, "agents": agents, **more}


def queue(*shifts: dict[str, Any], **changes: Any) -> Network:
    """One queue of callers with given shifts."""
    team = {"teams.operators": {"label": LABEL, "shifts": list(shifts)}}
    return build(mmc(1, 1.0, M, changes=team | changes))


def all_day(agents: int = 1, **changes: Any) -> Network:
    return queue(shift("00:00", "24:00", agents), **changes)


def spans(network: Network, arrival: list[int], **columns: Any) -> list[tuple[int, int]]:
    """Start and end of every call, in order of ticket and attempt."""
    return [(row.start, row.end) for row in log_rows(network, by_hand(network, arrival, **columns))]


def test_no_ticket_gives_an_empty_log() -> None:
    assert log_rows(all_day(), by_hand(all_day(), [])) == []


def test_one_ticket_is_served_at_once() -> None:
    network = all_day()
    (row,) = log_rows(network, by_hand(network, [3], talk=7))
    assert (row.stage, row.station, row.attempt) == (Stage.INTAKE, 0, 0)
    assert (row.ready, row.start, row.end, row.outcome) == (3, 3, 10, Outcome.DIRECT)


def test_fixed_arrivals_and_services_give_the_waits_of_arithmetic() -> None:
    # One every 2 minutes, 3 minutes each, one agent: the n-th waits n minutes (D/D/1).
    network = all_day()
    found = spans(network, [2 * M * n for n in range(6)], talk=3 * M)
    assert found == [(3 * M * n, 3 * M * (n + 1)) for n in range(6)]


def test_batch_is_served_in_pairs_by_two_agents() -> None:
    found = spans(all_day(2), [0] * 5, talk=3 * M)
    assert [start for start, _ in found] == [0, 0, 3 * M, 3 * M, 6 * M]


def test_longest_waiting_call_goes_first() -> None:
    assert [start for start, _ in spans(all_day(), [0, 1, 2, 3], talk=[9, 5, 5, 5])] == [0, 9, 14, 19]


def test_ties_go_by_ticket_number() -> None:
    assert [start for start, _ in spans(all_day(), [0, 4, 4, 4], talk=[9, 1, 2, 3])] == [0, 9, 10, 12]


def test_tied_visits_become_ready_by_ticket_number_whatever_was_planned_first() -> None:
    # Ticket 1 gives up on minute 3 and calls again on minute 8, when 2 calls; both find the agent free.
    network = all_day(**REDIAL)
    found = spans(
        network,
        [0, 2 * M, 8 * M],
        talk=[5 * M, M, M],
        patience=[[NEVER, M, NEVER], [NEVER] * 3],
        redial=0.0,
        redial_delay=5 * M,
    )
    assert found == [(0, 5 * M), (NEVER, 3 * M), (8 * M, 9 * M), (9 * M, 10 * M)]


def test_caller_whose_patience_ends_as_an_agent_is_freed_is_served() -> None:
    found = spans(all_day(), [0, 2], talk=[9, 5], patience=7)
    assert found == [(0, 9), (9, 14)]


def test_caller_leaves_one_tick_before_an_agent_is_freed() -> None:
    network = all_day()
    rows = log_rows(network, by_hand(network, [0, 2], talk=[9, 5], patience=6))
    assert (rows[1].start, rows[1].end, rows[1].outcome) == (NEVER, 8, Outcome.ABANDONED)


def test_caller_with_no_patience_is_served_if_an_agent_is_free() -> None:
    assert spans(all_day(), [0, 9], talk=[9, 5], patience=1) == [(0, 9), (9, 14)]


def test_place_of_a_caller_who_left_is_not_kept() -> None:
    found = spans(all_day(), [0, 1, 2], talk=[9, 5, 5], patience=[NEVER, 3, NEVER])
    assert found == [(0, 9), (NEVER, 4), (9, 14)]


def test_caller_who_calls_again_queues_at_the_end() -> None:
    # Ticket 1 leaves on tick 4 and is back on tick 6, behind ticket 2, while the agent is still busy.
    found = spans(
        all_day(**REDIAL),
        [0, 1, 5],
        talk=[9, 3, 5],
        patience=[[NEVER, 3, NEVER], [NEVER] * 3],
        redial=0.0,
        redial_delay=2,
    )
    assert found == [(0, 9), (NEVER, 4), (14, 17), (9, 14)]


def test_agents_who_come_on_duty_take_all_who_wait() -> None:
    network = queue(shift("01:00", "24:00", 2))
    assert spans(network, [0, 1, 2], talk=M) == [(HOUR, HOUR + M), (HOUR, HOUR + M), (HOUR + M, HOUR + 2 * M)]


def test_nobody_is_served_while_nobody_is_on_duty() -> None:
    # From 10 to 20 h there are no agents; the next come on duty once more the following day.
    network = queue(shift("20:00", "10:00", 1))
    found = spans(network, [at(0, "09:59"), at(0, "10:00"), at(0, "19:00")], talk=[2 * M, 3 * M, M])
    assert [start for start, _ in found] == [at(0, "09:59"), at(0, "20:00"), at(0, "20:03")]


def test_change_of_staffing_comes_before_completions() -> None:
    # Two agents until 1 h, then one. Both are freed on that very tick: only one takes another call.
    network = queue(shift("00:00", "24:00", 1), shift("00:00", "01:00", 1))
    found = spans(network, [0, 0, 1, 2], talk=[HOUR, HOUR, M, M])
    assert [start for start, _ in found] == [0, 0, HOUR, HOUR + M]


def test_change_of_staffing_comes_before_abandonments() -> None:
    network = queue(shift("01:00", "24:00", 1))
    assert spans(network, [5], talk=M, patience=HOUR - 5) == [(HOUR, HOUR + M)]


def test_agent_in_overtime_fills_a_place_of_the_next_shift() -> None:
    # Two agents until 1 h, then one. The first to end his overtime is not replaced, the second is.
    network = queue(shift("00:00", "24:00", 1), shift("00:00", "01:00", 1))
    found = spans(network, [0, 0, 1], talk=[HOUR + 10 * M, HOUR + 20 * M, M])
    assert found[2] == (HOUR + 20 * M, HOUR + 21 * M)


def test_all_overtime_is_worked_off_before_a_smaller_shift_takes_a_call() -> None:
    # Three agents until 1 h, then one: only the last of them, on leaving, makes room.
    network = queue(shift("00:00", "24:00", 1), shift("00:00", "01:00", 2))
    found = spans(network, [0, 0, 0, 1], talk=[HOUR + 10 * M, HOUR + 20 * M, HOUR + 30 * M, M])
    assert found[3] == (HOUR + 30 * M, HOUR + 31 * M)


def test_shift_that_takes_over_waits_for_the_overtime_of_the_one_before() -> None:
    network = queue(shift("00:00", "01:00", 1), shift("01:00", "24:00", 1))
    assert spans(network, [0, 1], talk=[HOUR + 10 * M, M])[1][0] == HOUR + 10 * M


def test_overtime_through_a_pause_counts_when_the_pause_is_over() -> None:
    network = queue(shift("00:00", "24:00", 1, pause="01:00-02:00"))
    found = spans(network, [0, 1], talk=[2 * HOUR + 30 * M, M])
    assert found == [(0, 2 * HOUR + 30 * M), (2 * HOUR + 30 * M, 2 * HOUR + 31 * M)]


def test_larger_shift_serves_at_once_in_spite_of_overtime() -> None:
    network = queue(shift("00:00", "01:00", 1), shift("01:00", "24:00", 2))
    assert spans(network, [0, 1, 2], talk=[HOUR + 10 * M, M, M])[1:] == [
        (HOUR, HOUR + M),
        (HOUR + M, HOUR + 2 * M),
    ]


def test_queue_that_empties_before_staff_comes_can_fill_again() -> None:
    network = queue(shift("01:00", "02:00", 1), shift("03:00", "04:00", 1))
    found = spans(network, [0, 5 * M, at(0, "02:30")], talk=M, patience=[10 * M, NEVER, NEVER])
    assert found == [
        (NEVER, 10 * M),
        (HOUR, HOUR + M),
        (3 * HOUR, 3 * HOUR + M),
    ]


def test_first_shift_ever_takes_up_what_came_before_it() -> None:
    # The calendar begins on a weekend, and the team works on Monday for the first time.
    changes = {
        "run.start": date(2023, 1, 1),
        "run.end": date(2023, 1, 2),
        "channels.phone.live": False,
        "teams.operators": {"label": LABEL, "shifts": [shift("09:00", "17:00", 1, days="working")]},
    }
    network = build(mmc(1, 1.0, M, changes=changes))
    assert spans(network, [5], talk=M) == [(at(1, "09:00"), at(1, "09:01"))]


def horizon(**changes: Any) -> Network:
    """One agent; nothing happens after the midnight that ends the first day."""
    return all_day(**{"run.horizon": mmc(1, 1.0, M).run.end} | changes)


def test_what_falls_on_the_horizon_still_happens() -> None:
    network = horizon()
    rows = log_rows(network, by_hand(network, [DAY - 10, DAY - 5], talk=[10, 5]))
    assert [(row.start, row.end, row.outcome) for row in rows] == [
        (DAY - 10, DAY, Outcome.DIRECT),
        (DAY, NEVER, Outcome.OPEN),
    ]


def test_what_comes_after_the_horizon_never_happens() -> None:
    network = horizon()
    rows = log_rows(network, by_hand(network, [DAY - 10, DAY - 5], talk=[11, 5]))
    assert [(row.ready, row.start, row.end, row.outcome) for row in rows] == [
        (DAY - 10, DAY - 10, NEVER, Outcome.OPEN),
        (DAY - 5, NEVER, NEVER, Outcome.OPEN),
    ]


def test_caller_who_would_call_again_after_the_horizon_leaves_no_open_visit() -> None:
    network = horizon(**REDIAL)
    rows = log_rows(
        network, by_hand(network, [DAY - 10, DAY - 9], talk=20, patience=3, redial=0.0, redial_delay=7)
    )
    assert [(row.end, row.outcome) for row in rows] == [(NEVER, Outcome.OPEN), (DAY - 6, Outcome.REDIAL)]


def two_desks(**changes: Any) -> Network:
    """Many operators, one dispatcher, one handler; half of the tickets may be urgent."""
    return build(one_unit({"teams.operators.shifts": [shift("00:00", "24:00", 9)], **changes}))


def test_urgent_ticket_overtakes_at_the_dispatch_desk_but_interrupts_nobody() -> None:
    network = two_desks()
    rows = log_rows(network, by_hand(network, [0, 0, 0], talk=[10, 11, 12], dispatch=5 * M, urgent=[0, 0, 1]))
    assert [row.start for row in of_stage(rows, Stage.DISPATCH)] == [10, 10 + 10 * M, 10 + 5 * M]


def test_completion_comes_before_visits_that_become_ready_on_its_tick() -> None:
    # The dispatcher is freed on the tick on which the urgent ticket 2 is recorded: 1 has been waiting.
    network = two_desks()
    rows = log_rows(
        network,
        by_hand(network, [0, 0, 0], talk=[10, 11, 10 + 5 * M], dispatch=5 * M, urgent=[0, 0, 1]),
    )
    starts = [row.start for row in of_stage(rows, Stage.DISPATCH)]
    assert starts == [10, 10 + 5 * M, 10 + 10 * M]


def test_unit_takes_urgent_then_earliest_due_then_earliest_arrival() -> None:
    consult = one_unit_tables()["classes"]["complaint"] | {"limit": "1 working days", "share": 0.5}
    network = two_desks(**{"classes.complaint.share": 0.5, "classes.consult": consult})
    draws = by_hand(
        network,
        [at(5, "10:00"), at(6, "10:00"), at(6, "11:00"), at(6, "12:00"), at(7, "09:30")],
        sign=M,
        desk=HOUR,
        urgent=[0, 0, 0, 1, 0],
        request_class=[1, 1, 1, 1, 0],
    )
    rows = of_stage(log_rows(network, draws), Stage.HANDLING)
    assert [row.start for row in rows] == [
        at(7, "09:01"),  # signed with 1, 2 and 3, and the lowest number
        at(7, "14:01"),
        at(7, "15:01"),
        at(7, "10:01"),  # urgent
        at(7, "11:01"),  # due on Tuesday, while 1 and 2, of Sunday, are due on Friday
    ]


def test_units_may_serve_in_order_of_arrival_at_the_desk() -> None:
    # 1 was signed before 0; due dates would take 0 first.
    tickets = {"arrival": [0, 0, 1], "sign": [[2 * HOUR, HOUR, M]], "desk": [2 * HOUR, 2 * HOUR, 2 * HOUR]}
    starts = {}
    for order in ("due date", "first come"):
        network = two_desks(**{"handling.order": order})
        rows = of_stage(log_rows(network, by_hand(network, **tickets)), Stage.HANDLING)
        starts[order] = [row.start for row in rows]
    assert starts["first come"] == [at(0, "15:01"), at(0, "11:01"), at(0, "09:01")]
    assert starts["due date"] == [at(0, "11:01"), at(0, "15:01"), at(0, "09:01")]


def test_handler_keeps_a_ticket_overnight() -> None:
    network = two_desks()
    rows = of_stage(log_rows(network, by_hand(network, [0, 0], sign=M, desk=[8 * HOUR, M])), Stage.HANDLING)
    # Seven hours on Monday, less the minute of signing; the rest on Tuesday.
    assert [(row.start, row.end) for row in rows] == [
        (at(0, "09:01"), at(1, "10:01")),
        (at(1, "10:01"), at(1, "10:02")),
    ]


def test_nobody_starts_at_a_desk_that_is_closed() -> None:
    network = two_desks()
    rows = of_stage(
        log_rows(network, by_hand(network, [at(0, "11:00")] * 2, sign=M, desk=57 * M)), Stage.HANDLING
    )
    # The first fills the time until noon; an empty desk at lunch takes nothing up before 14 h.
    assert [row.start for row in rows] == [at(0, "11:03"), at(0, "14:00")]


@pytest.mark.parametrize(("duty", "start"), [(1, at(5, "03:03")), (0, at(7, "09:01"))])
def test_urgent_ticket_is_handled_at_night_only_by_a_duty(duty: int, start: int) -> None:
    network = two_desks(**{"units.works.duty": duty})
    rows = log_rows(network, by_hand(network, [at(5, "03:00")], urgent=1, sign=M, desk=2 * HOUR))
    (handling,) = of_stage(rows, Stage.HANDLING)
    assert handling.start == start
    assert handling.end == start + 2 * HOUR


def test_channels_and_desks_of_one_team_share_one_queue() -> None:
    # The dispatcher is the operator: the ticket that was recorded waits behind the call that came before.
    network = build(one_unit({"dispatch.team": "operators", "teams.dispatchers": None}))
    rows = log_rows(network, by_hand(network, [0, 5, 20], talk=10, dispatch=7))
    operators = network.names.stations.index("operators")
    served = sorted((row.start, row.ticket, row.stage) for row in rows if row.station == operators)
    assert served == [
        (0, 0, Stage.INTAKE),
        (10, 1, Stage.INTAKE),
        (20, 0, Stage.DISPATCH),
        (27, 1, Stage.DISPATCH),  # ready on tick 20 like the call of ticket 2
        (34, 2, Stage.INTAKE),
        (44, 2, Stage.DISPATCH),
    ]
