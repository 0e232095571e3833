"""A single queue in order of arrival: the engine against a recursion that knows no events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline_sim.clock.ticks import HOUR, MINUTE, NEVER
from hotline_sim.network.build import build
from scenarios import LABEL, by_hand, fixed, log_rows, mmc

if TYPE_CHECKING:
    from hotline_sim.network.network import Network

HOURS = st.integers(0, 24)
# Few distinct values, so that most instants are tied with others.
ticks = st.integers(0, 6).map(lambda number: number * 10 * MINUTE)
Shift = tuple[int, int, int]
Call = tuple[int, int, int]


@st.composite
def shifts(draw: st.DrawFn) -> list[Shift]:
    """Start, end and agents of shifts of whole hours; somebody comes on duty every day."""
    found = [(draw(st.integers(0, 23)), 24, draw(st.integers(1, 2)))]
    for _ in range(draw(st.integers(0, 3))):
        start, end = sorted((draw(HOURS), draw(HOURS)))
        if start < end:
            found.append((start, end, draw(st.integers(1, 3))))
    return found


@st.composite
def calls(draw: st.DrawFn) -> list[Call]:
    """Arrival, talk and patience of up to 25 calls in order of arrival."""
    gaps = st.one_of(ticks, st.just(3 * HOUR))
    found, now = [], 0
    for _ in range(draw(st.integers(0, 25))):
        now += draw(gaps)
        talk = draw(st.one_of(ticks.map(lambda tick: tick + MINUTE), st.just(5 * HOUR)))
        patience = draw(st.one_of(st.just(NEVER), ticks.map(lambda tick: max(tick, 1))))
        found.append((now, talk, patience))
    return found


def network_of(plan: list[Shift]) -> Network:
    """One queue with given shifts, the same every day."""
    listed = [
        {"name": "s", "start": f"{start:02d}:00", "end": f"{end:02d}:00", "agents": agents}
        for start, end, agents in plan
    ]
    changes: dict[str, Any] = {
        "teams.operators": {"label": LABEL, "shifts": listed},
        "intake.patience": fixed(MINUTE),
    }
    return build(mmc(1, 1.0, MINUTE, changes=changes))


def starts(plan: list[Shift], made: list[Call]) -> list[int]:
    """Start of every call by the engine; NEVER if the caller gave up."""
    network = network_of(plan)
    arrival, talk, patience = zip(*made, strict=True) if made else ((), (), ())
    draws = by_hand(network, arrival, talk=list(talk), patience=list(patience))
    return [row.start for row in log_rows(network, draws)]


def recursion(plan: list[Shift], made: list[Call]) -> list[int]:
    """The same without events.

    A call may start at the first instant, from its arrival and the start of the call before it on, at which
    fewer of those before it are being served than there are agents. It does so unless patience ends earlier.
    """

    def level(tick: int) -> int:
        hour = tick // HOUR % 24
        return sum(agents for start, end, agents in plan if start <= hour < end)

    found: list[int] = []
    served: list[tuple[int, int]] = []
    for arrival, talk, patience in made:
        now = max(arrival, max((start for start, _ in served), default=0))
        while sum(end > now for _, end in served) >= level(now):
            # Only a change of staffing or an end of service can help.
            changes = [end for _, end in served if end > now]
            now = min([*changes, (now // HOUR + 1) * HOUR])
        if now <= arrival + patience:
            served.append((now, now + talk))
            found.append(now)
        else:
            found.append(NEVER)
    return found


@settings(max_examples=150)
@given(shifts(), calls())
def test_engine_agrees_with_the_recursion(plan: list[Shift], made: list[Call]) -> None:
    assert starts(plan, made) == recursion(plan, made)


@settings(max_examples=60)
@given(shifts(), calls(), st.integers(0, 23), st.integers(1, 24))
def test_more_agents_never_delay_a_start(
    plan: list[Shift], made: list[Call], start: int, length: int
) -> None:
    patient = [(arrival, talk, NEVER) for arrival, talk, _ in made]
    more = [*plan, (start, min(start + length, 24), 1)]
    assert (np.array(starts(more, patient)) <= np.array(starts(plan, patient))).all()


@settings(max_examples=60)
@given(shifts(), calls(), st.integers(1, 3))
def test_shorter_talks_never_delay_a_start(plan: list[Shift], made: list[Call], share: int) -> None:
    patient = [(arrival, talk, NEVER) for arrival, talk, _ in made]
    shorter = [(arrival, max(talk // share, 1), NEVER) for arrival, talk, _ in made]
    assert (np.array(starts(plan, shorter)) <= np.array(starts(plan, patient))).all()
