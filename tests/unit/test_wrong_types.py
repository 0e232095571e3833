from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import hotline_sim as hs
from hotline_sim.network.draws import draw_blocks


@pytest.mark.parametrize("verb", [hs.simulate, hs.build])
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("small-town", "hotline_sim.load('small-town')"),
        (Path("my-city.toml"), "hotline_sim.load('my-city.toml')"),
        ({"name": "x"}, "got dict, must be a scenario, such as hotline_sim.load"),
        (None, "got NoneType, must be a scenario"),
    ],
)
def test_what_is_no_scenario_is_refused_with_the_right_call(verb: Any, given: Any, words: str) -> None:
    with pytest.raises(TypeError) as caught:
        verb(given)
    assert words in str(caught.value)


def test_a_scenario_is_no_network_and_the_right_call_is_named() -> None:
    scenario: Any = hs.load("small-town")
    with pytest.raises(TypeError, match=r"network: got Scenario, must be a network: hotline_sim\.build"):
        hs.draw(scenario, 1, 0)
    with pytest.raises(TypeError, match="got Scenario"):
        next(draw_blocks(scenario, 1, 0, 1))


def test_a_network_is_no_scenario() -> None:
    network: Any = hs.build(hs.load("small-town"))
    with pytest.raises(TypeError, match="got Network, must be a scenario"):
        hs.simulate(network)
