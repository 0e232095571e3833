from __future__ import annotations

import math

import pytest
from results_case import END, START, case

from hotline_sim.clock.ticks import MINUTE
from hotline_sim.fit.calls import FIGURES, phone_figures


def test_statistics_of_a_hand_made_log() -> None:
    """Seven calls: 20, 30 and 40 s until three gave up, 0, 10, 20 and 30 s until four were answered."""
    found = phone_figures(case(), START, END)
    assert found["calls"] == 7
    assert found["abandonment"] == pytest.approx(3 / 7)
    assert found["within_20s"] == pytest.approx(3 / 7)
    assert found["wait_median"] == 20
    assert 20 < found["wait_p90"] <= 40
    assert found["wait_answered_median"] == 15
    assert found["wait_answered_p90"] == pytest.approx(27)
    assert found["answered_within_20s"] == 3 / 4


def test_a_window_without_calls_has_no_waits() -> None:
    found = phone_figures(case(), END + 100 * MINUTE, END + 101 * MINUTE)
    assert found["calls"] == 0
    assert all(math.isnan(found[name]) for name in FIGURES[1:])
