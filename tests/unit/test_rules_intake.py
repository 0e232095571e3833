from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from asked import asked

from hotline_sim.clock.ticks import MINUTE, NEVER, SECOND
from hotline_sim.network.build import build
from hotline_sim.network.codes import Outcome, Stage
from hotline_sim.rules.journey import first_visit, next_visit
from scenarios import by_hand, fixed, ledger_of, one_unit

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network
    from hotline_sim.rules.visit import Visit

INTAKE: dict[str, Any] = {
    "channels.phone.invalid_share": 0.25,
    "channels.phone.share": 0.5,
    "channels.web": {"label": {"en": "x", "zh": "x"}, "share": 0.5, "team": "operators", "live": False},
    "classes.complaint.direct_answer": 0.4,
    "intake.after_call_direct": "20 s",
    "intake.after_call_ticket": "50 s",
    "intake.patience": fixed(5 * MINUTE),
    "intake.redial": {"probability": 0.5, "delay": fixed(MINUTE), "most": 2},
}
PHONE, WEB = 0, 1


@pytest.fixture
def network() -> Network:
    return build(one_unit(INTAKE))


def first(network: Network, **columns: Any) -> tuple[Draws, Visit]:
    """Numbers and first visit of one ticket that arrives after 10 s."""
    draws = by_hand(network, [10 * SECOND], **columns)
    return draws, first_visit(network.tables, draws, 0)


def ended(
    network: Network, draws: Draws, visit: Visit, end: int, *, served: bool = True
) -> tuple[int, Visit]:
    return next_visit(network.tables, draws, ledger_of(network, draws), visit, served, end)


def test_call_waits_at_its_team_from_its_arrival_on(network: Network) -> None:
    draws, visit = first(network, patience=7 * SECOND)
    assert visit.stage == Stage.INTAKE
    assert network.names.stations[visit.station] == "operators"
    assert visit.ready == network.start + 10 * SECOND
    assert asked(network, draws, visit).patience == 7 * SECOND
    assert visit.attempt == 0


def test_ticket_call_takes_talk_and_its_after_call_work(network: Network) -> None:
    draws, visit = first(network, direct=0.4, talk=60 * SECOND)
    assert (asked(network, draws, visit).work, asked(network, draws, visit).after_call) == (
        110 * SECOND,
        50 * SECOND,
    )


def test_direct_answer_has_after_call_work_of_its_own(network: Network) -> None:
    draws, visit = first(network, direct=0.39, talk=60 * SECOND)
    assert (asked(network, draws, visit).work, asked(network, draws, visit).after_call) == (
        80 * SECOND,
        20 * SECOND,
    )


def test_invalid_call_takes_its_own_talk_and_no_after_call_work(network: Network) -> None:
    draws, visit = first(network, invalid=0.24, talk=60 * SECOND, invalid_talk=9 * SECOND)
    assert (asked(network, draws, visit).work, asked(network, draws, visit).after_call) == (9 * SECOND, 0)


def test_written_request_has_no_after_call_work(network: Network) -> None:
    draws, visit = first(network, source=WEB, direct=0.1, talk=60 * SECOND)
    assert (asked(network, draws, visit).work, asked(network, draws, visit).after_call) == (60 * SECOND, 0)


def test_invalid_call_ends_the_ticket(network: Network) -> None:
    draws, visit = first(network, invalid=0.24, direct=0.1)
    outcome, following = ended(network, draws, visit, visit.ready + 9 * SECOND)
    assert (outcome, following.stage) == (Outcome.INVALID, Stage.END)


def test_invalid_share_is_the_channels_own(network: Network) -> None:
    # Only the phone has invalid contacts, and a uniform on the bound itself is a valid one.
    assert asked(network, *first(network, source=PHONE, invalid=0.25, talk=5)).work == 5 + 20 * SECOND
    assert asked(network, *first(network, source=WEB, invalid=0.0, talk=5)).work == 5


def test_direct_answer_ends_the_ticket(network: Network) -> None:
    draws, visit = first(network, direct=0.39)
    outcome, following = ended(network, draws, visit, visit.ready + MINUTE)
    assert (outcome, following.stage) == (Outcome.DIRECT, Stage.END)


def test_other_requests_become_tickets_at_the_dispatch_desk(network: Network) -> None:
    draws, visit = first(network, direct=0.4, dispatch=3 * SECOND)
    end = visit.ready + 2 * MINUTE
    outcome, following = ended(network, draws, visit, end)
    assert outcome == Outcome.RECORDED
    assert following.stage == Stage.DISPATCH
    assert network.names.stations[following.station] == "dispatchers"
    assert (
        following.ready,
        asked(network, draws, following).work,
        asked(network, draws, following).patience,
    ) == (end, 3 * SECOND, NEVER)


def test_caller_who_gives_up_calls_again_with_new_patience(network: Network) -> None:
    draws, visit = first(
        network, patience=[[5 * SECOND], [6 * SECOND], [7 * SECOND]], redial=0.49, redial_delay=90 * SECOND
    )
    end = visit.ready + asked(network, draws, visit).patience
    outcome, again = ended(network, draws, visit, end, served=False)
    assert outcome == Outcome.REDIAL
    assert (again.stage, again.attempt) == (Stage.INTAKE, 1)
    assert again.ready == end + 90 * SECOND
    assert asked(network, draws, again).patience == 6 * SECOND
    assert asked(network, draws, again).work == asked(network, draws, visit).work


def test_each_redial_has_its_own_decision_and_delay(network: Network) -> None:
    draws, visit = first(network, redial=[[0.1], [0.5]], redial_delay=[[11], [22]])
    outcome, again = ended(network, draws, visit, visit.ready + 1, served=False)
    assert (outcome, again.ready - visit.ready) == (Outcome.REDIAL, 12)
    outcome, following = ended(network, draws, again, again.ready + 1, served=False)
    assert (outcome, following.stage) == (Outcome.ABANDONED, Stage.END)


def test_caller_who_does_not_call_again_is_lost(network: Network) -> None:
    draws, visit = first(network, redial=0.5)
    outcome, following = ended(network, draws, visit, visit.ready + 1, served=False)
    assert (outcome, following.stage) == (Outcome.ABANDONED, Stage.END)


def test_caller_calls_again_at_most_so_often(network: Network) -> None:
    draws, visit = first(network, redial=0.0)
    outcomes = []
    while visit.stage != Stage.END:
        outcome, visit = ended(network, draws, visit, visit.ready + 1, served=False)
        outcomes.append(outcome)
    assert outcomes == [Outcome.REDIAL, Outcome.REDIAL, Outcome.ABANDONED]


def test_without_redial_an_abandoned_call_is_lost() -> None:
    network = build(one_unit(INTAKE | {"intake.redial": None}))
    draws, visit = first(network)
    outcome, following = ended(network, draws, visit, visit.ready + 1, served=False)
    assert (outcome, following.stage) == (Outcome.ABANDONED, Stage.END)


def test_redial_that_is_answered_goes_on_like_a_first_call(network: Network) -> None:
    draws, visit = first(network, redial=0.1, direct=0.1)
    _, again = ended(network, draws, visit, visit.ready + 1, served=False)
    outcome, following = ended(network, draws, again, again.ready + MINUTE)
    assert (outcome, following.stage) == (Outcome.DIRECT, Stage.END)
