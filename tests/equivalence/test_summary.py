"""KPIs streamed in the compiled loop are those of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hotline_sim as hs
from equivalence.comparison import log_of
from equivalence.mechanisms import EVERYTHING
from hotline_sim.engines.core.key_figures import LEFT_OUT, summarise
from hotline_sim.engines.core.observe import bin_of
from hotline_sim.engines.core.stream import summarise_blocks
from hotline_sim.engines.core.summary import BINS, middle_of
from scenarios import small_town
from strategies import replications

if TYPE_CHECKING:
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network
    from strategies import Replication


def assert_same_kpis(network: Network, draws: Draws) -> None:
    streamed, from_log = summarise(network, draws), hs.kpis(log_of("core", network, draws))
    assert list(streamed) == [name for name in from_log if name not in LEFT_OUT]
    for name, kpi in streamed.items():
        expected = from_log[name]
        if "_p" in name and expected.value is not None and name.startswith("response_time"):
            assert kpi.value == pytest.approx(expected.value, rel=0.005), name
            assert kpi.denominator == expected.denominator, name
        else:
            assert kpi == expected, name


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(replications())
def test_streamed_kpis_are_those_of_the_log_on_random_networks(replication: Replication) -> None:
    assert_same_kpis(replication.network, replication.draws)


@pytest.mark.parametrize("name", ["small-town", "guangyuan-2021"])
def test_streamed_kpis_are_those_of_the_log(name: str) -> None:
    network = hs.build(hs.load(name))
    assert_same_kpis(network, hs.draw(network, 1, 0))


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(replications(), st.integers(0, 99), st.integers(1, 2))
def test_blocks_leave_no_trace_on_random_networks(replication: Replication, seed: int, days: int) -> None:
    network = replication.network
    assert summarise_blocks(network, seed, 0, days=days) == summarise(network, hs.draw(network, seed, 0))


@pytest.mark.parametrize("days", [1, 5, 400])
def test_blocks_leave_no_trace(days: int) -> None:
    network = hs.build(hs.load("small-town"))
    assert summarise_blocks(network, 1, 0, days=days) == summarise(network, hs.draw(network, 1, 0))


@pytest.mark.parametrize("duration", [1, 255, 256, 257, 511, 512, 65535, 65536, 2**24, 2**24 + 1, 2**50 - 1])
def test_the_middle_of_a_bin_is_within_half_a_per_cent(duration: int) -> None:
    assert 0 <= bin_of(duration) < BINS
    assert bin_of(duration) <= bin_of(duration + 1) <= bin_of(duration) + 1
    assert middle_of(bin_of(duration)) == pytest.approx(duration, rel=0.005)


def test_co_handlers_extension_and_supervision_leave_no_trace_of_blocks_either() -> None:
    """All three at once: the log, its streamed key figures, and those of blocks of a day tell the same."""
    network = hs.build(
        small_town(
            {
                "co_handlers": {"share": 0.5, "two": 0.5},
                "extension": {"asked": 0.5, "length": "2 working days"},
                "supervision": {"steps": ["1 h", "1 d", "3 d"], "speed": 3.0},
            }
        )
    )
    draws = hs.draw(network, 1, 0)
    assert_same_kpis(network, draws)
    assert summarise_blocks(network, 1, 0, days=1) == summarise(network, draws)


@pytest.mark.parametrize("days", [1, 2, 400])
def test_facts_are_carried_from_block_to_block(days: int) -> None:
    """All mechanisms at once: what is remembered of a ticket or of a week holds in later blocks."""
    network = hs.build(small_town(EVERYTHING))
    draws = hs.draw(network, 1, 0)
    if days == 1:
        assert_same_kpis(network, draws)
    figures = summarise(network, draws)
    assert summarise_blocks(network, 1, 0, days=days) == figures
    # Each of them is seen to happen.
    names = (
        "blocked_rate",
        "helped_rate",
        "chasers_share",
        "duplicates",
        "repeat_calls_share",
        "ratings_given",
    )
    assert [name for name in (*names, "rectified_on_time_rate") if not figures[name].numerator] == []
