"""Numbers belong to tickets: what does not concern a ticket never moves a number of it."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hotline_sim.clock.ticks import NEVER
from hotline_sim.network.build import build
from hotline_sim.network.draws import Draws, draw, views
from hotline_sim.sampling.distributions import quantile, to_ticks
from hotline_sim.sampling.streams import Stream, uniforms
from scenarios import LABEL, changed, scenario_of, small_town
from strategies import Replication, replications, scenario_tables

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray

few = settings(max_examples=40)
seeds = st.integers(0, 99)
KINDS = ("source", "category", "request_class", "area", "urgent")


def numbers(tables: dict[str, Any], seed: int) -> Draws:
    return draw(build(scenario_of(tables)), seed, 0)


def assert_prefix(shorter: Draws, longer: Draws, without: tuple[str, ...] = ()) -> None:
    """Every number of the shorter one stands at the same place in the longer one."""
    for name, one, two in zip(Draws._fields, shorter, longer, strict=True):
        if name in without:
            continue
        layers = min(one.shape[0], two.shape[0]) if one.ndim == 2 else slice(None)
        tickets = one.shape[-1]
        if one.ndim == 2:
            one, two = one[:layers], two[:layers, :tickets]
        else:
            two = two[:tickets]
        np.testing.assert_array_equal(one, two, err_msg=name)


@few
@given(scenario_tables(), seeds, st.integers(1, 3))
def test_a_later_end_adds_tickets_and_moves_none(tables: dict[str, Any], seed: int, days: int) -> None:
    tables["run"].pop("horizon", None)
    end = tables["run"]["end"] + timedelta(days=days)
    shorter, longer = numbers(tables, seed), numbers(changed(tables, {"run.end": end}), seed)
    assert shorter.arrival.size <= longer.arrival.size
    assert_prefix(shorter, longer)


@few
@given(scenario_tables(), seeds)
def test_staff_moves_no_number(tables: dict[str, Any], seed: int) -> None:
    more = copy.deepcopy(tables)
    for team in more["teams"].values():
        team["shifts"][0]["agents"] += 5
    for unit in more["units"].values():
        unit |= {"staff": unit["staff"] + 1, "duty": unit["duty"] + 1}
    assert_prefix(numbers(tables, seed), numbers(more, seed))
    assert_prefix(numbers(more, seed), numbers(tables, seed))


@few
@given(scenario_tables(), seeds, st.sampled_from(["aaa", "zzz"]))
def test_unit_that_nobody_sends_tickets_to_moves_no_number(
    tables: dict[str, Any], seed: int, name: str
) -> None:
    unit = {"label": LABEL, "kind": "county", "staff": 1}
    more = numbers(changed(tables, {f"units.{name}": unit}), seed)
    assert_prefix(numbers(tables, seed), more)


@few
@given(scenario_tables(), seeds)
def test_further_features_and_attempts_move_no_number(tables: dict[str, Any], seed: int) -> None:
    without = {"callback": None, "outcome": None, "intake.redial": None, "dispatch.most_returns": 0}
    without |= {"repeats": None, "rating": None}  # they ask what the outcome was
    if "events" in tables:
        without["events.storm.redial"] = None  # it changes habits that there must be
    plain = changed(tables, without)
    rich = changed(tables, {"dispatch.most_returns": 4})
    assert_prefix(numbers(plain, seed), numbers(tables, seed), without=("callback",))
    assert_prefix(numbers(tables, seed), numbers(rich, seed))


@few
@given(scenario_tables(), seeds)
def test_citizen_keeps_the_numbers_when_more_citizens_come(tables: dict[str, Any], seed: int) -> None:
    busier = changed(tables, {"demand.requests_per_year": 1.5 * tables["demand"]["requests_per_year"]})
    few_draws, many_draws = numbers(tables, seed), numbers(busier, seed)
    for source in range(len(tables["channels"])):
        mine, theirs = few_draws.source == source, many_draws.source == source
        assert mine.sum() <= theirs.sum()
        # Durations may differ: their laws go by the kind of ticket, and that by the hour of arrival.
        for name in ("invalid", "direct", "request_class", "area", "route", "misroute", "redo", "satisfied"):
            one, two = getattr(few_draws, name)[..., mine], getattr(many_draws, name)[..., theirs]
            # A table of one ticket has a row more in memory.
            layers = min(one.shape[0], two.shape[0]) if one.ndim == 2 else one.size
            np.testing.assert_array_equal(one[:layers], two[..., : one.shape[-1]][:layers], err_msg=name)


@few
@given(replications())
def test_tickets_are_numbered_by_arrival_then_source(replication: Replication) -> None:
    network, draws = replication.network, replication.draws
    assert ((draws.arrival >= network.first) & (draws.arrival < network.end)).all()
    assert not (draws.arrival % network.tables.resolution).any()
    same = draws.arrival[1:] == draws.arrival[:-1]
    assert (draws.arrival[1:] >= draws.arrival[:-1]).all()
    assert (draws.source[1:] >= draws.source[:-1])[same].all()


@few
@given(replications())
def test_numbers_are_probabilities_durations_and_numbers_of_things(replication: Replication) -> None:
    network, draws = replication.network, replication.draws
    resolution, n = network.tables.resolution, draws.arrival.size
    names = network.names
    opened = network.tables.opened.number
    most = (len(network.tables.live), len(names.categories), 5, max(len(names.areas), 1), 2)
    for name, column in zip(Draws._fields, draws, strict=True):
        assert column.shape[-1] == n, name
        if column.dtype == np.float64:
            assert ((column > 0) & (column < 1)).all(), name
        elif name in KINDS:
            assert ((column >= 0) & (column < most[KINDS.index(name)])).all(), name
        elif name in ("enterprise", "prevented"):
            assert (column <= 1).all()
        elif name == "opened":
            assert (column <= opened).all()
            assert np.unique(column[column > 0]).size == (opened if column.size else 0)
        elif name != "arrival":
            # A whole number of steps, one at least; patience may have no end.
            assert (column >= resolution).all(), name
            assert not (column[column < NEVER] % resolution).any(), name


@few
@given(replications())
def test_views_hold_the_same_plain_numbers(replication: Replication) -> None:
    draws = replication.draws
    for name, column, view in zip(Draws._fields, draws, views(draws), strict=True):
        assert view.tolist() == column.tolist(), name
        if column.size:
            last = tuple(size - 1 for size in column.shape)
            found = view[last if len(last) > 1 else last[0]]
            assert type(found) in (int, float), name
            assert found == column[last], name


@settings(max_examples=5)
@given(seeds, seeds)
def test_other_seeds_and_replications_give_other_numbers(one: int, two: int) -> None:
    assume(one != two)
    network = build(small_town({"demand.day_factor_cv": 0.0}))
    seed, other, replication = draw(network, one, 0), draw(network, two, 0), draw(network, one, 1)
    for name in ("arrival", "talk", "direct", "route", "field"):
        for different in (other, replication):
            left, right = getattr(seed, name), getattr(different, name)
            size = min(left.shape[-1], right.shape[-1])
            assert (left[..., :size] == right[..., :size]).mean() < 0.5, name


def by_serial(draws: Draws, source: int, column: IntArray | FloatArray) -> IntArray | FloatArray:
    """Column of the tickets of one source in the order of their serial numbers."""
    return column[..., draws.source == source]


@pytest.mark.parametrize(
    ("name", "stream"),
    [
        ("invalid", Stream.INVALID),
        ("direct", Stream.DIRECT),
        ("route", Stream.UNIT),
        ("misroute", Stream.MISROUTE),
        ("wrong_unit", Stream.WRONG_UNIT),
        ("redial", Stream.REDIAL),
        ("solved", Stream.SOLVED),
        ("satisfied", Stream.SATISFIED),
        ("called", Stream.CALLED),
        ("reached", Stream.REACHED),
        ("redo", Stream.REDO),
    ],
)
def test_decision_is_the_uniform_of_its_address(name: str, stream: Stream) -> None:
    draws = draw(build(small_town()), 7, 3)
    for source in (0, 1):
        column = np.atleast_2d(by_serial(draws, source, getattr(draws, name)))
        for attempt, layer in enumerate(column):
            np.testing.assert_array_equal(layer, uniforms(7, 3, stream, source, attempt, layer.size))


def test_duration_is_the_quantile_of_its_uniform() -> None:
    draws = draw(build(small_town()), 7, 3)
    number = uniforms(7, 3, Stream.TALK, 0, 0, int((draws.source == 0).sum()))
    expected = to_ticks(quantile("lognormal", number, mean=200e3, sigma=0.8), 1)
    np.testing.assert_array_equal(by_serial(draws, 0, draws.talk), expected)
