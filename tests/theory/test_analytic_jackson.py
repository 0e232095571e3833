"""Networks with returns, against balance, hand-made cases and the stationary state of a small chain."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sim.analytic import JacksonNetwork, MMc


def test_station_that_sends_back_to_itself_is_visited_a_geometric_number_of_times() -> None:
    network = JacksonNetwork(entries=3, services=0.2, agents=1, routing=[[0.25]])
    assert network.visits == pytest.approx(np.array([[4 / 3]]))
    assert network.rates == pytest.approx([4.0])
    assert network.mean_number == pytest.approx([4.0])  # rho / (1 - rho) with rho = 0.8
    assert network.mean_sojourn == pytest.approx([4 / 3])  # by Little's law over the arrivals from outside


def test_chain_without_return_is_a_row_of_queues() -> None:
    network = JacksonNetwork(entries=[3.5, 0], services=[3, 2], agents=[13, 9], routing=[[0, 1], [0, 0]])
    rooms = MMc(rate=3.5, service=[3, 2], agents=[13, 9])
    assert network.mean_wait == pytest.approx(rooms.mean_wait)
    assert network.delay_probability == pytest.approx(rooms.delay_probability)
    assert network.mean_sojourn == pytest.approx([rooms.mean_sojourn.sum(), rooms.mean_sojourn[1]])


def test_desk_and_two_units_with_returns_and_redo_by_hand() -> None:
    """A tenth goes to a wrong unit first and comes back; a fifth of the field work is done again."""
    routing = [
        [0, 0.9, 0.1, 0],  # desk to the right unit or a wrong one
        [0, 0, 0, 1],  # unit to the field
        [1, 0, 0, 0],  # the wrong unit returns all
        [0, 0.2, 0, 0],  # redo
    ]
    network = JacksonNetwork(
        entries=[9, 0, 0, 0], services=[0.1, 1, 0.5, 4], agents=[2, 16, 2, math.inf], routing=routing
    )
    # Desk 9 / 0.9; right unit 9 / 0.8; wrong unit a tenth of the desk.
    assert network.rates == pytest.approx([10, 11.25, 1, 11.25])
    assert network.visits[0] == pytest.approx(network.rates / 9)
    assert network.mean_wait[3] == 0
    assert network.mean_number[3] == pytest.approx(45)
    assert network.occupancy == pytest.approx([0.5, 11.25 / 16, 0.25, 0])
    assert network.mean_sojourn_of_all == pytest.approx(network.mean_number.sum() / 9)


def test_numbers_are_those_of_the_chain_of_states() -> None:
    """Two stations with feedback: the balance equations of all states up to 40 in each, solved at once."""
    size, entry, back = 41, 1.0, 0.3
    rates = {"desk": 2.5, "unit": 3.0}
    places = np.arange(size * size).reshape(size, size)
    moves = np.zeros((size * size, size * size))
    for desk in range(size):
        for unit in range(size):
            here = places[desk, unit]
            if desk + 1 < size:
                moves[here, places[desk + 1, unit]] += entry
            if desk and unit + 1 < size:
                moves[here, places[desk - 1, unit + 1]] += rates["desk"]
            if unit:
                moves[here, places[desk, unit - 1]] += (1 - back) * rates["unit"] * min(unit, 2) / 2
                if desk + 1 < size:
                    moves[here, places[desk + 1, unit - 1]] += back * rates["unit"] * min(unit, 2) / 2
    np.fill_diagonal(moves, moves.diagonal() - moves.sum(axis=1))
    system = np.vstack([moves.T[1:], np.ones(size * size)])
    share = np.linalg.solve(system, np.eye(size * size)[-1]).reshape(size, size)
    network = JacksonNetwork(
        entries=[1, 0], services=[1 / 2.5, 2 / 3.0], agents=[1, 2], routing=[[0, 1], [0.3, 0]]
    )
    found = [share.sum(axis=1) @ np.arange(size), share.sum(axis=0) @ np.arange(size)]
    assert network.mean_number == pytest.approx(found, rel=1e-6)


@st.composite
def routings(draw: st.DrawFn) -> list[list[float]]:
    stations = draw(st.integers(1, 5))
    row = st.lists(st.floats(0, 0.9 / stations), min_size=stations, max_size=stations)
    return draw(st.lists(row, min_size=stations, max_size=stations))


@given(routings(), st.floats(0.1, 5))
def test_what_enters_leaves(routing: list[list[float]], entry: float) -> None:
    stations = len(routing)
    network = JacksonNetwork(
        entries=[entry] + [0.5] * (stations - 1), services=0.3, agents=[4] * stations, routing=routing
    )
    leaving = network.rates * (1 - network.routing.sum(axis=1))
    assert leaving.sum() == pytest.approx(network.entries.sum())
    assert network.rates == pytest.approx(network.entries @ network.visits)
    assert network.rates == pytest.approx(network.entries + network.rates @ network.routing)
    if np.isfinite(network.mean_number).all():
        assert network.mean_sojourn_of_all == pytest.approx(network.mean_number.sum() / network.entries.sum())


def test_empty_network_has_no_mean_time() -> None:
    network = JacksonNetwork(entries=[0, 0], services=1, agents=[1, 1], routing=[[0, 1], [0, 0]])
    assert network.mean_sojourn.tolist() == [2, 1]
    assert math.isnan(network.mean_sojourn_of_all)


def test_overloaded_station_delays_only_tickets_that_reach_it() -> None:
    network = JacksonNetwork(entries=[3, 1], services=[1, 1], agents=[2, 3], routing=[[0, 0], [0, 0]])
    assert network.mean_sojourn[0] == math.inf
    assert network.mean_sojourn[1] == pytest.approx(MMc(rate=1, service=1, agents=3).mean_sojourn)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"routing": [[0, 1.5], [0, 0]]}, "routing: row 0 sums up to 1.5, must be at most 1"),
        ({"routing": [[0, 1], [1, 0]]}, "routing: tickets in some stations never leave"),
        ({"routing": [[0, -0.1], [0, 0]]}, "routing: got -0.1, must be finite and at least 0"),
        ({"routing": [[0.5]]}, r"routing: got shape \(1, 1\), must be \(2, 2\)"),
        ({"agents": [1, 0]}, "agents: got 0, must be a whole number of at least 1"),
        ({"services": [1, 0]}, "services: got 0, must be finite and above 0"),
    ],
)
def test_impossible_networks_are_refused(change: dict[str, object], message: str) -> None:
    good: dict[str, object] = {
        "entries": [1, 0],
        "services": [1, 1],
        "agents": [2, 2],
        "routing": [[0, 1], [0, 0]],
    }
    with pytest.raises(ValueError, match=message):
        JacksonNetwork(**good | change)  # type: ignore[arg-type]
