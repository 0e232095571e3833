from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from results_case import case as hand_made

import hotline_sim as hs
from hotline_sim.clock.ticks import NEVER
from hotline_sim.results.bulletin import bulletin, ranks, wilson


def test_wilson_gives_the_printed_intervals() -> None:
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3 (score)."""
    low, high = wilson(np.array([81, 15, 0, 1]), np.array([263, 148, 20, 29]))
    assert low.round(4).tolist() == [0.2553, 0.0624, 0.0, 0.0061]
    assert high.round(4).tolist() == [0.3662, 0.1605, 0.1611, 0.1718]


def test_a_share_of_nothing_has_no_interval() -> None:
    low, high = wilson(np.array([0]), np.array([0]))
    assert np.isnan(low[0])
    assert np.isnan(high[0])


def test_large_units_have_sure_ranks_and_small_ones_none() -> None:
    """990, 900 and 800 of 1,000 differ beyond doubt; 1 of 1 may be anywhere."""
    rank, best, worst = ranks(np.array([990, 800, 900, 1]), np.array([1000, 1000, 1000, 1]))
    assert rank.tolist() == [2, 4, 3, 1]
    assert best.tolist() == [1, 3, 2, 1]
    assert worst.tolist() == [2, 4, 3, 4]


def test_equal_units_share_a_rank() -> None:
    rank, best, worst = ranks(np.array([5, 5, 2]), np.array([10, 10, 10]))
    assert rank.tolist() == [1, 1, 3]
    assert best.tolist() == [1, 1, 1]
    assert worst.tolist() == [3, 3, 3]


def test_true_ranks_lie_in_their_intervals() -> None:
    """Twelve units of many sizes, 400 weeks: 95 % for each unit, so few weeks miss one."""
    generator = np.random.default_rng(1)
    truth = np.linspace(0.99, 0.8, 12)
    trials = np.array([3, 10, 30, 100, 300, 1000] * 2)
    missed = np.zeros(12)
    for _ in range(400):
        _, best, worst = ranks(generator.binomial(trials, truth), trials)
        true = np.arange(1, 13)
        missed += (true < best) | (true > worst)
    assert (missed / 400 < 0.05).all()


def test_the_bulletin_of_a_hand_made_log_counts_what_was_due_in_the_week() -> None:
    """Of the week from Monday: due and on time are the tickets of the log, by their last unit."""
    log = hand_made()
    frame = bulletin(log)
    assert frame["week"].unique().tolist() == [pd.Timestamp("2021-01-04")]
    tickets = log.tickets
    for row in frame.itertuples():
        unit = log.meta.units.index(row.unit)
        mine = (
            (tickets["unit"] == unit)
            & (tickets["outcome"] == 4)
            & (tickets["due"] >= log.meta.start)
            & (tickets["due"] < log.meta.end)
        )
        assert row.due == mine.sum()
        assert row.on_time == (mine & (tickets["replied"] <= tickets["due"])).sum()
        assert row.overdue == row.due - row.on_time
        assert row.small
    assert frame["due"].sum() > 3
    assert frame["overdue"].sum() > 0
    assert frame["returned"].sum() == 1


def test_the_bulletin_adds_up_to_the_key_figures() -> None:
    log = hs.simulate(hs.load("small-town"), engine="core")
    frame, figures = bulletin(log), hs.kpis(log)
    assert frame["due"].sum() == figures["on_time_closure_rate"].denominator
    assert frame["on_time"].sum() == figures["on_time_closure_rate"].numerator
    assert frame["rated"].sum() == figures["dissatisfaction_rate"].denominator
    assert frame["dissatisfied"].sum() == figures["dissatisfaction_rate"].numerator
    assert frame["received"].sum() >= frame["returned"].sum() > 0
    assert frame.groupby("week")["rank"].min().tolist() == [1] * frame["week"].nunique()
    assert (frame["rank_low"] <= frame["rank"]).all()
    assert (frame["low"] <= frame["on_time_rate"]).all()


def test_a_confidence_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="confidence"):
        bulletin(hand_made(), confidence=95)


def test_never_is_no_week() -> None:
    """Deadlines that do not exist are not counted as far future ones."""
    log = hand_made()
    assert (log.tickets["due"] == NEVER).any()
    assert len(bulletin(log)) <= len(log.meta.units)
