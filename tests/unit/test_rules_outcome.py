from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from asked import asked

from hotline_sim.clock.ticks import HOUR, MINUTE, NEVER, SECOND
from hotline_sim.network.build import build
from hotline_sim.network.codes import (
    SATISFIED_BIT,
    SOLVED_BIT,
    UNKNOWN,
    Outcome,
    Stage,
)
from hotline_sim.rules.journey import first_visit, next_visit
from scenarios import CALLED_BACK, at, by_hand, ledger_of, one_unit

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network
    from hotline_sim.rules.visit import Visit

DUE = at(7, "18:00")
"""Five working days after Monday, day 0."""
HAPPY = SOLVED_BIT + SATISFIED_BIT


@pytest.fixture
def network() -> Network:
    return build(one_unit(CALLED_BACK))


def ended(network: Network, draws: Draws, visit: Visit, end: int) -> tuple[int, Visit]:
    return next_visit(network.tables, draws, ledger_of(network, draws), visit, True, network.start + end)


def to_stage(network: Network, stage: Stage, **columns: Any) -> tuple[Draws, Visit]:
    """Numbers of a ticket of Monday, 9 o'clock, and its first visit of a stage."""
    draws = by_hand(network, [at(0, "09:00")], **columns)
    visit = first_visit(network.tables, draws, 0)
    while visit.stage != stage:
        _, visit = ended(network, draws, visit, visit.ready - network.start + MINUTE)
    return draws, visit


def replied(network: Network, end: int, **columns: Any) -> tuple[Draws, Visit]:
    """Numbers of a ticket, and what follows its reply at ``end``."""
    draws, visit = to_stage(network, Stage.FIELD, **columns)
    outcome, following = ended(network, draws, visit, end)
    assert outcome == Outcome.REPLIED
    return draws, following


def test_field_work_follows_the_desk_in_the_hours_of_the_unit(network: Network) -> None:
    draws, visit = to_stage(network, Stage.HANDLING, field=5 * HOUR)
    outcome, following = ended(network, draws, visit, at(0, "11:00"))
    assert (outcome, following.stage) == (Outcome.HANDLED, Stage.FIELD)
    assert (following.ready, asked(network, draws, following).work) == (
        network.start + at(0, "11:00"),
        5 * HOUR,
    )
    assert asked(network, draws, following).calendar == network.tables.unit_calendar[0]
    assert asked(network, draws, following).target == network.start + DUE


# In time: solved below 0.8, satisfied below 0.9 or 0.5. Late: 0.4, and half of 0.9 or 0.5.
@pytest.mark.parametrize(
    ("end", "solved", "satisfied", "opinion"),
    [
        (DUE, 0.79, 0.89, HAPPY),
        (DUE, 0.79, 0.90, SOLVED_BIT),
        (DUE, 0.80, 0.49, SATISFIED_BIT),
        (DUE, 0.80, 0.50, 0),
        (DUE + 1, 0.39, 0.44, HAPPY),
        (DUE + 1, 0.39, 0.45, SOLVED_BIT),
        (DUE + 1, 0.40, 0.24, SATISFIED_BIT),
        (DUE + 1, 0.40, 0.25, 0),
    ],
)
def test_lateness_lowers_what_the_reply_is_worth(
    network: Network, end: int, solved: float, satisfied: float, opinion: int
) -> None:
    _, following = replied(network, end, solved=solved, satisfied=satisfied)
    assert following.opinion == opinion


def test_reply_has_no_opinion_before_it_is_given(network: Network) -> None:
    _, visit = to_stage(network, Stage.FIELD)
    assert visit.opinion == UNKNOWN


def test_citizen_is_called_back_below_the_share() -> None:
    network = build(one_unit(CALLED_BACK | {"callback.share": 0.6}))
    assert replied(network, DUE, called=0.59)[1].stage == Stage.CALLBACK
    assert replied(network, DUE, called=0.6)[1].stage == Stage.END


def test_reply_ends_the_ticket_where_nobody_calls_back() -> None:
    network = build(one_unit({"outcome": CALLED_BACK["outcome"]}))
    _, following = replied(network, DUE, solved=0.9, satisfied=0.9)
    assert (following.stage, following.opinion) == (Stage.END, 0)


def test_call_back_begins_at_the_reply_and_talks_if_answered(network: Network) -> None:
    draws, call = replied(network, at(1, "09:00"), reached=0.49, callback=4 * MINUTE)
    assert network.names.stations[call.station] == "callers"
    assert (call.ready, asked(network, draws, call).work, asked(network, draws, call).patience) == (
        network.start + at(1, "09:00"),
        4 * MINUTE,
        NEVER,
    )


def test_each_try_reaches_the_same_share_of_those_left(network: Network) -> None:
    # Seven of eight citizens in three calls: each call reaches one in two.
    np.testing.assert_allclose(network.tables.reached_by, [0.5, 0.75, 0.875], rtol=1e-14)


@pytest.mark.parametrize(
    ("reached", "outcomes"),
    [
        (0.49, [Outcome.CONFIRMED]),
        (0.51, [Outcome.UNREACHED, Outcome.CONFIRMED]),
        (0.76, [Outcome.UNREACHED, Outcome.UNREACHED, Outcome.CONFIRMED]),
        (0.88, [Outcome.UNREACHED, Outcome.UNREACHED, Outcome.UNREACHED]),
    ],
)
def test_unreached_citizen_is_called_again_after_the_pause(
    network: Network, reached: float, outcomes: list[Outcome]
) -> None:
    draws, call = replied(network, at(1, "09:00"), reached=reached, callback=4 * MINUTE)
    found, readies, works = [], [], []
    while call.stage != Stage.END:
        readies.append(call.ready - network.start)
        works.append(asked(network, draws, call).work)
        outcome, call = ended(
            network, draws, call, call.ready - network.start + asked(network, draws, call).work
        )
        found.append(outcome)
    assert found == outcomes
    # A call rings for half a minute; the next one comes two hours later.
    assert readies == [at(1, "09:00") + tries * (2 * HOUR + 30 * SECOND) for tries in range(len(outcomes))]
    assert works[-1] == (4 * MINUTE if outcomes[-1] == Outcome.CONFIRMED else 30 * SECOND)
    assert set(works[:-1]) <= {30 * SECOND}


def redo_after(network: Network, **columns: Any) -> tuple[int, Visit]:
    draws, call = replied(network, at(2, "09:00"), **columns)
    return ended(network, draws, call, at(2, "10:00"))


def test_dissatisfied_citizen_may_have_the_work_done_again(network: Network) -> None:
    draws, call = replied(network, at(2, "09:00"), satisfied=0.95, redo=0.69, desk=[[1], [HOUR], [3]])
    outcome, again = ended(network, draws, call, at(2, "10:00"))
    assert outcome == Outcome.REDO
    assert (again.stage, again.attempt, again.redos) == (Stage.HANDLING, 1, 1)
    assert again.station == network.tables.desk_station[0]
    assert (again.ready, asked(network, draws, again).work) == (network.start + at(2, "10:00"), HOUR)
    # Three working days after Wednesday.
    assert again.due == asked(network, draws, again).target == network.start + at(7, "18:00")


def test_work_done_again_is_hurried_by_its_own_limit() -> None:
    hurry = {"handling.effort_window": 0.5, "handling.effort_speed": 2.0}
    network = build(one_unit(CALLED_BACK | hurry))
    _, again = redo_after(network, satisfied=0.95, redo=0.69)
    # 6 h left on Wednesday and three days of 7 h: half of 27 h is 13 h 30 min; 30 min of them on Friday.
    assert again.effort_from == network.start + at(4, "09:30")


def test_satisfied_citizen_never_asks_for_more(network: Network) -> None:
    outcome, following = redo_after(network, solved=0.99, satisfied=0.1, redo=0.0)
    assert (outcome, following.stage, following.opinion) == (Outcome.CONFIRMED, Stage.END, SATISFIED_BIT)


def test_solved_problem_may_still_be_done_again(network: Network) -> None:
    outcome, _ = redo_after(network, solved=0.1, satisfied=0.95, redo=0.0)
    assert outcome == Outcome.REDO


def test_work_is_not_done_again_beyond_the_probability(network: Network) -> None:
    outcome, following = redo_after(network, satisfied=0.95, redo=0.7)
    assert (outcome, following.stage) == (Outcome.CONFIRMED, Stage.END)


def test_citizen_who_is_not_reached_cannot_ask_for_more(network: Network) -> None:
    draws, call = replied(network, at(2, "09:00"), satisfied=0.95, redo=0.0, reached=0.99)
    outcomes = []
    while call.stage != Stage.END:
        outcome, call = ended(
            network, draws, call, call.ready - network.start + asked(network, draws, call).work
        )
        outcomes.append(outcome)
    assert outcomes == [Outcome.UNREACHED] * 3


def test_work_is_done_again_at_most_twice(network: Network) -> None:
    draws, visit = replied(network, at(2, "09:00"), satisfied=0.95, redo=0.0)
    outcomes = []
    while visit.stage != Stage.END:
        outcome, visit = ended(
            network, draws, visit, visit.ready - network.start + asked(network, draws, visit).work
        )
        outcomes.append(outcome)
    round_of_work = [Outcome.REDO, Outcome.HANDLED, Outcome.REPLIED]
    assert outcomes == round_of_work * 2 + [Outcome.CONFIRMED]


def test_each_round_has_numbers_of_its_own(network: Network) -> None:
    draws, visit = replied(
        network,
        at(2, "09:00"),
        solved=[[0.9], [0.1], [0.9]],
        satisfied=[[0.95], [0.95], [0.1]],
        redo=[[0.0], [0.0], [0.0]],
        reached=[[0.1], [0.6], [0.1]],
        field=[[1], [HOUR], [2 * HOUR]],
        callback=[[10], [20], [30]],
    )
    opinions, works = [visit.opinion], [(visit.stage, asked(network, draws, visit).work)]
    while visit.stage != Stage.END:
        _, visit = ended(
            network, draws, visit, visit.ready - network.start + asked(network, draws, visit).work
        )
        works.append((visit.stage, asked(network, draws, visit).work))
        if visit.opinion != opinions[-1]:
            opinions.append(visit.opinion)
    assert opinions == [0, SOLVED_BIT, SATISFIED_BIT]
    assert [work for stage, work in works if stage == Stage.FIELD] == [HOUR, 2 * HOUR]
    # In the second round the first call is not answered.
    assert [work for stage, work in works if stage == Stage.CALLBACK] == [10, 30 * SECOND, 20, 30]


def test_urgent_ticket_is_done_again_by_the_duty() -> None:
    network = build(one_unit(CALLED_BACK | {"units.works.duty": 1}))
    _, again = redo_after(network, urgent=1, satisfied=0.95, redo=0.0)
    assert network.names.stations[again.station] == "works/duty"
