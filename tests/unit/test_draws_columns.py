from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from hotline_sim.clock.ticks import HOUR, MINUTE, NEVER, SECOND
from hotline_sim.network.build import build
from hotline_sim.network.draws import Draws, draw
from scenarios import CALLED_BACK, LABEL, fixed, mmc, one_unit

BUSY: dict[str, Any] = {"demand.requests_per_year": 365 * 24 * 60.0, "run.end": date(2021, 3, 2)}
"""A request a minute, for a day."""
HARD = {"share": 0.1, "leaders": 1, "cases_each": 1, "time": fixed(HOUR), "success": 0.9}


def numbers(changes: dict[str, Any], seed: int = 1) -> Draws:
    return draw(build(one_unit(BUSY | changes)), seed, 0)


def test_no_demand_gives_columns_of_no_tickets() -> None:
    draws = numbers({"demand.requests_per_year": 1e-6})
    assert {column.shape[-1] for column in draws} == {0}


def test_columns_have_a_layer_for_every_attempt() -> None:
    draws = numbers(
        {
            **CALLED_BACK,
            "intake.patience": fixed(MINUTE),
            "intake.redial": {"probability": 0.5, "delay": fixed(MINUTE), "most": 3},
            "dispatch.most_returns": 4,
            "outcome.most_redos": 1,
            "units.roads": {"label": LABEL, "kind": "department", "staff": 1},
            "units.parks": {"label": LABEL, "kind": "department", "staff": 1},
            "co_handlers": {"share": 0.1, "two": 0.1},
            "extension": {"asked": 0.1, "length": "1 d"},
            "automatic_dispatch": {"share": 0.1, "misroute": 0.1, "work": fixed(MINUTE)},
            "backlog": {"groups": [{"count": 1, "youngest": "1 d", "oldest": "1 d"}]},
            "enterprise": {"share": 0.1},
            "two_level": {
                "kind": "department",
                "staff": 1,
                "work": fixed(MINUTE),
                "sign_delay": fixed(MINUTE),
                "office_share": 1.0,
                "townships": 1,
                "township_staff": 1,
            },
            "quick_service": {"share": 0.1, "team": "operators", "work": fixed(MINUTE), "limit": "30 min"},
            "three_party": {"share": 0.1, "talk": fixed(MINUTE)},
            "skills": {"dialect": {"team": "operators", "share": 0.1}},
            "chasers": {
                "team": "operators",
                "after": fixed(MINUTE),
                "again": fixed(MINUTE),
                "most": 3,
                "talk": fixed(MINUTE),
            },
            "repeats": {
                "team": "operators",
                "share": 0.1,
                "delay": fixed(MINUTE),
                "talk": fixed(MINUTE),
            },
            "rating": {
                "share": 0.1,
                "delay": fixed(MINUTE),
                "rectify_work": fixed(MINUTE),
                "rectify_limit": "1 d",
            },
            "hard_cases": HARD,
            "mediation": {
                "disputes_per_year": 100,
                "mediators": 1,
                "time": fixed(MINUTE),
                "success": 0.5,
                "screening": {
                    "latent": fixed(MINUTE),
                    "levels": {"village": {"every": "week", "found": 0.5}},
                },
            },
            "petitions": {"unsolved": 0.5},
        }
    )
    layers = {name: column.shape[0] for name, column in draws._asdict().items() if column.ndim == 2}
    assert layers == {
        "patience": 4,
        **dict.fromkeys(("redial", "redial_delay"), 3),
        **dict.fromkeys(("dispatch", "misroute", "wrong_unit", "sign", "return_delay"), 5),
        **dict.fromkeys(("desk", "field", "solved", "satisfied", "called", "reached", "callback", "redo"), 2),
        **dict.fromkeys(("extension", "co_handlers", "automatic", "automatic_work", "enterprise"), 1),
        **dict.fromkeys(("three_party", "three_party_talk", "counter"), 1),
        "counter_work": 2,
        "opened": 1,
        **dict.fromkeys(("local", "township", "local_dispatch", "local_sign", "village_field"), 1),
        "skill": 1,
        **dict.fromkeys(("chase_after", "chase_patience", "chase_talk"), 3),
        **dict.fromkeys(("repeats", "repeat_delay", "repeat_patience", "repeat_talk", "reopens"), 2),
        **dict.fromkeys(("rates", "rate_delay", "rate_bad", "rectify"), 1),
        **dict.fromkeys(("hard", "hard_meeting", "hard_settled", "hard_work"), 1),
        **dict.fromkeys(("mediated", "mediation_settled", "mediation_work", "prevented"), 1),
        **dict.fromkeys(("petition", "petition_delay"), 1),
        **dict.fromkeys(("co_unit", "co_desk", "co_field"), 2),
    }


def test_what_a_scenario_leaves_out_takes_no_numbers() -> None:
    draws = numbers({})
    for name in (
        "extension",
        "co_handlers",
        "co_unit",
        "co_desk",
        "co_field",
        "automatic",
        "automatic_work",
        "enterprise",
        "three_party",
        "three_party_talk",
        "counter",
        "counter_work",
        "opened",
        "local",
        "village_field",
        "hard",
        "hard_meeting",
        "hard_settled",
        "hard_work",
    ):
        assert getattr(draws, name).shape == (0, len(draws.arrival))


def test_each_duration_follows_its_own_law() -> None:
    draws = numbers(
        {
            **CALLED_BACK,
            "channels.phone.share": 0.5,
            "channels.web": {"label": LABEL, "share": 0.5, "team": "operators", "live": False},
            "categories.all.share": 0.5,
            "categories.all.urgent_share": 0.5,
            "categories.fire": {
                "label": LABEL,
                "share": 0.5,
                "profile": "flat",
                "units": {"works": 1.0},
                "urgent_share": 0.5,
                "urgent_field": fixed(21 * SECOND),
            },
            "classes.complaint.share": 0.5,
            "classes.help": {
                "label": LABEL,
                "share": 0.5,
                "direct_answer": 0.0,
                "limit": "9 working days",
                "desk": {"family": "fixed", "mean": "0.5 working days"},
                "field": {"family": "fixed", "mean": "2 working h"},
            },
            "intake": {
                "talk": fixed(1 * SECOND),
                "written": fixed(2 * SECOND),
                "invalid_talk": fixed(3 * SECOND),
                "patience": fixed(4 * SECOND),
                "redial": {"probability": 0.5, "delay": fixed(5 * SECOND), "most": 1},
            },
            "dispatch.work": fixed(6 * SECOND),
            "dispatch.urgent_work": fixed(7 * SECOND),
            "dispatch.return_delay": fixed(8 * SECOND),
            "sign.delay": fixed(9 * SECOND),
            "sign.urgent_delay": fixed(10 * SECOND),
            "urgent.desk": fixed(11 * SECOND),
            "urgent.field": fixed(12 * SECOND),
            "callback.talk": fixed(13 * SECOND),
        }
    )
    urgent, written = draws.urgent == 1, draws.source == 1
    help_class, fire = draws.request_class == 2, draws.category == 1
    assert {urgent.mean() > 0.4, written.mean() > 0.4, help_class.mean() > 0.4, fire.mean() > 0.4} == {True}
    expected = {
        "talk": np.where(written, 2, 1),
        "invalid_talk": 3,
        "redial_delay": 5,
        "dispatch": np.where(urgent, 7, 6),
        "return_delay": 8,
        "sign": np.where(urgent, 10, 9),
        # A working day has seven hours.
        "desk": np.where(urgent, 11, np.where(help_class, 3.5 * 3600, 3600)),
        "field": np.where(urgent, np.where(fire, 21, 12), np.where(help_class, 2 * 3600, 3600)),
        "callback": 13,
    }
    for name, seconds in expected.items():
        column = getattr(draws, name)
        np.testing.assert_array_equal(column, np.broadcast_to(seconds, column.shape) * SECOND, err_msg=name)
    np.testing.assert_array_equal(
        draws.patience, np.broadcast_to(np.where(written, NEVER, 4000), (2, written.size))
    )


def test_caller_who_hangs_up_waits_for_one_step() -> None:
    changes = {"intake.patience": fixed(MINUTE), "intake.hang_up_share": 0.25}
    for resolution, step in (("1 ms", 1), ("1 s", SECOND)):
        patience = numbers(changes | {"run.resolution": resolution}).patience
        assert set(patience.ravel().tolist()) == {step, MINUTE}
        assert (patience == step).mean() == pytest.approx(0.25, abs=0.05)


def test_nobody_gives_up_without_patience() -> None:
    assert set(numbers({}).patience.ravel().tolist()) == {NEVER}


@pytest.mark.parametrize(("share", "urgent"), [(0.0, {0}), (1.0, {1})])
def test_urgent_share_is_the_categorys(share: float, urgent: set[int]) -> None:
    assert set(numbers({"categories.all.urgent_share": share}).urgent.tolist()) == urgent


def test_category_goes_by_the_hour_of_arrival() -> None:
    day = [1.0] * 12 + [0.0] * 12
    changes = {
        "demand.profiles": {"morning": day, "evening": day[::-1]},
        "categories": {
            "early": {"label": LABEL, "share": 0.5, "profile": "morning"},
            "late": {"label": LABEL, "share": 0.5, "profile": "evening"},
        },
    }
    draws = draw(build(mmc(1, 60.0, MINUTE, days=2, changes=changes)), 1, 0)
    early = draws.arrival // HOUR % 24 < 12
    np.testing.assert_array_equal(draws.category, np.where(early, 0, 1))
    assert 0.4 < early.mean() < 0.6


def test_classes_and_areas_come_in_their_shares() -> None:
    county = {"label": LABEL, "kind": "county", "staff": 1}
    complaint = {"direct_answer": 0.0, "limit": "9 d", "desk": fixed(1), "field": fixed(1), "label": LABEL}
    draws = numbers(
        {
            "run.end": date(2021, 3, 8),
            "units.north": county | {"area_weight": 1.0},
            "units.south": county | {"area_weight": 3.0},
            "classes.complaint": complaint | {"share": 0.2},
            "classes.praise": complaint | {"share": 0.8},
        }
    )
    assert (draws.area == 1).mean() == pytest.approx(0.75, abs=0.03)
    assert (draws.request_class == 4).mean() == pytest.approx(0.8, abs=0.03)
    assert set(draws.request_class.tolist()) == {1, 4}


def test_tied_arrivals_are_numbered_by_source() -> None:
    draws = numbers(
        {
            "run.resolution": "1 min",
            "channels.phone.share": 0.5,
            "channels.app": {"label": LABEL, "share": 0.5, "team": "operators", "live": False},
        }
    )
    tied = draws.arrival[1:] == draws.arrival[:-1]
    assert tied.sum() > 100
    assert (np.diff(draws.source)[tied] >= 0).all()


def test_day_factor_is_shared_by_all_channels_of_a_day() -> None:
    network = build(
        mmc(
            1,
            600.0,
            MINUTE,
            days=20,
            changes={
                "demand.day_factor_cv": 1.0,
                "channels.phone.share": 0.5,
                "channels.web": {"label": LABEL, "share": 0.5, "team": "operators", "live": False},
            },
        )
    )
    draws = draw(network, 1, 0)
    day = (draws.arrival - network.start) // (24 * HOUR)
    counts = [np.bincount(day[draws.source == source], minlength=20) for source in (0, 1)]
    # Some 7,200 requests a day and channel: the factor dwarfs the chance of single arrivals.
    assert np.std(counts[0] / 7200) > 0.4
    np.testing.assert_allclose(counts[0], counts[1], rtol=0.25, atol=150)
