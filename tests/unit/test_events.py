from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import DAY, HOUR, MINUTE
from hotline_sim.errors import ScenarioError
from hotline_sim.network.build import build
from hotline_sim.network.codes import Outcome
from hotline_sim.network.draws import draw
from scenarios import LABEL, by_hand, des, fixed, mmc, one_unit, small_town

if TYPE_CHECKING:
    from hotline_sim.network.network import Network

STORM: dict[str, Any] = {"label": LABEL, "start": date(2021, 3, 8), "end": date(2021, 3, 10)}


def storm(**more: Any) -> dict[str, Any]:
    return {"events.storm": STORM | more}


def expected(network: Network) -> np.ndarray:
    """Expected contacts of all sources by day."""
    found = sum(np.diff(source.rate.cumulative) for source in network.demand.sources)
    return np.asarray(found).reshape(-1, 24).sum(axis=1)


def test_demand_is_multiplied_on_the_days_of_an_event_and_on_no_other() -> None:
    usual, stormy = (expected(build(small_town(changes))) for changes in ({}, storm(demand=1.5)))
    ratio = stormy / usual
    first = (date(2021, 3, 8) - date(2021, 3, 1)).days + (len(usual) - 28)
    assert ratio[first : first + 2] == pytest.approx([1.5, 1.5])
    others = np.delete(ratio, [first, first + 1])
    assert others == pytest.approx(np.ones(len(others)))


def test_each_day_may_have_its_own_factor_and_events_multiply() -> None:
    events = storm(by_day=[1.2, 1.8]) | {"events.fair": STORM | {"start": date(2021, 3, 9), "demand": 2.0}}
    usual, stormy = expected(build(small_town())), expected(build(small_town(events)))
    ratio = stormy / usual
    assert ratio[ratio > 1.01] == pytest.approx([1.2, 3.6])


def test_an_event_of_hours_changes_those_hours_only() -> None:
    hours = {"start": datetime(2021, 3, 8, 6), "end": datetime(2021, 3, 8, 9), "demand": 3.0}
    usual, stormy = (
        np.diff(build(mmc(1, 1.0, MINUTE, days=14, changes=changes)).demand.sources[0].rate.cumulative)
        for changes in ({}, storm(**hours))
    )
    assert np.flatnonzero(stormy / usual > 1.5).tolist() == [7 * 24 + 6, 7 * 24 + 7, 7 * 24 + 8]


def test_an_event_about_some_categories_changes_their_share() -> None:
    """Half of all requests are noise; tripled, they are three quarters of twice as many."""
    tables = {
        "categories.noise": {"label": LABEL, "share": 0.5, "profile": "flat"},
        "categories.all": {"label": LABEL, "share": 0.5, "profile": "flat"},
    }
    network = build(mmc(1, 1.0, MINUTE, days=14, changes=tables | storm(demand=3.0, categories=["noise"])))
    demand = network.demand
    assert demand.event_hours.tolist() == list(range(STORM_FIRST, STORM_FIRST + 48))
    assert demand.event_category == pytest.approx(np.array([[0.25, 1.0]] * 48))
    daily = expected(network)
    assert daily[7:9] / daily[0] == pytest.approx([2, 2])


STORM_FIRST = (date(2021, 3, 8) - date(1970, 1, 1)).days * 24


def test_tickets_of_an_event_have_its_categories() -> None:
    quiet = small_town()
    noisy = small_town(storm(demand=50.0, categories=["noise"]))
    one, other = (draw(build(scenario), 1, 0) for scenario in (quiet, noisy))
    number = sorted(quiet.categories).index("noise")

    def share(draws: Any) -> float:
        hour = draws.arrival // HOUR
        inside = (hour >= STORM_FIRST) & (hour < STORM_FIRST + 48)
        return float((draws.category[inside] == number).mean())

    assert share(other) > 0.9 > 0.6 > share(one)


def test_talk_is_longer_for_those_who_arrive_meanwhile() -> None:
    usual, stormy = (
        draw(build(mmc(1, 20.0, MINUTE, days=14, changes=changes)), 1, 0) for changes in ({}, storm(talk=2.0))
    )
    assert usual.arrival.tolist() == stormy.arrival.tolist()
    hour = usual.arrival // HOUR
    inside = (hour >= STORM_FIRST) & (hour < STORM_FIRST + 48)
    assert inside.any()
    assert np.abs(stormy.talk[inside] - 2 * usual.talk[inside]).max() <= 1
    assert stormy.talk[~inside].tolist() == usual.talk[~inside].tolist()


def test_callers_redial_sooner_and_more_often_meanwhile() -> None:
    """One agent talks for ten hours; a caller with a minute of patience who begins at 08:00 calls on."""
    changes = {
        "intake.patience": fixed(MINUTE),
        "intake.redial": {"probability": 0.0, "delay": fixed(10 * MINUTE), "most": 0},
    } | storm(redial={"probability": 1.0, "delay_factor": 0.2, "most": 3})
    network = build(mmc(1, 1.0, MINUTE, days=14, changes=changes))
    begin = 7 * DAY + 8 * HOUR
    draws = by_hand(
        network,
        [begin, begin + MINUTE],
        talk=[10 * HOUR, MINUTE],
        patience=MINUTE,
        redial=0.5,
        redial_delay=10 * MINUTE,
    )
    rows = des(network, draws)
    second = rows["ticket"] == 1
    ready = np.sort(rows["ready"][second]) - network.start - begin
    # A minute of patience, then two minutes (a fifth of ten) until the next of three redials.
    assert ready.tolist() == [MINUTE, 4 * MINUTE, 7 * MINUTE, 10 * MINUTE]
    assert sorted(rows["outcome"][second]) == [Outcome.REDIAL] * 3 + [Outcome.ABANDONED]


def test_redial_habits_of_every_day_hold_before_and_after() -> None:
    changes = {
        "intake.patience": fixed(MINUTE),
        "intake.redial": {"probability": 0.5, "delay": fixed(MINUTE), "most": 2},
    } | storm(redial={"probability": 1.0, "most": 8})
    tables = build(mmc(1, 1.0, MINUTE, days=14, changes=changes)).tables
    assert tables.redial.tolist() == [0.5, 1.0, 0.5]
    assert tables.redial_most.tolist() == [2, 8, 2]
    assert tables.most_redials == 8
    assert (tables.redial_from[1:] // DAY).tolist() == [STORM_FIRST // 24, STORM_FIRST // 24 + 2]


def test_agents_of_a_team_are_multiplied_and_rounded() -> None:
    network = build(mmc(5, 1.0, MINUTE, days=14, changes=storm(agents={"operators": 0.5})))
    tables = network.tables
    levels = Steps(tables.step_tick, tables.step_level)
    midnight = network.start + 7 * DAY
    assert [levels.at(midnight + shift) for shift in (-1, 0, 2 * DAY - 1, 2 * DAY)] == [5, 3, 3, 5]


def test_a_unit_that_collapses_starts_nothing_meanwhile() -> None:
    """A ticket of the second day of the storm is handled when the office opens after it."""
    scenario = one_unit(storm(staff={"works": 0}))
    network = build(scenario)
    rows = des(network, by_hand(network, [8 * DAY + 10 * HOUR]))
    handling = rows["stage"] == 3
    assert (rows["start"][handling] - network.start).tolist() == [9 * DAY + 9 * HOUR]


def test_another_unit_keeps_its_pattern() -> None:
    quiet, stormy = build(small_town()), build(small_town(storm(staff={"north": 0})))

    def levels(network: Network, name: str) -> list[list[int]]:
        tables, station = network.tables, network.names.stations.index(name)
        pattern = tables.station_pattern[station]
        rows = slice(tables.pattern_low[pattern], tables.pattern_high[pattern])
        return [
            tables.step_tick[rows].tolist(),
            (tables.step_level[rows] * tables.station_staff[station]).tolist(),
        ]

    for name in quiet.names.stations:
        assert (levels(quiet, name) == levels(stormy, name)) == (name not in ("north", "north/duty")), name


def test_events_without_effect_change_no_tick() -> None:
    idle = STORM | {"demand": 1.0, "talk": 1.0, "agents": {"operators": 1.0}, "staff": {"north": 1.0}}
    for changes in ({"events.storm": idle}, storm(demand=9.0, start=date(2021, 5, 1), end=date(2021, 5, 2))):
        one, other = (
            hs.simulate(scenario, engine="core") for scenario in (small_town(), small_town(changes))
        )
        for name, column in one.visits.items():
            assert (column == other.visits[name]).all(), name


def test_both_engines_agree_on_a_stormy_town() -> None:
    scenario = small_town(
        storm(
            by_day=[2.0, 5.0],
            categories=["noise"],
            talk=1.5,
            redial={"probability": 0.9, "delay_factor": 0.1, "most": 12},
            agents={"operators": 0.5},
            staff={"north": 0, "works": 2},
        )
    )
    one, other = (hs.simulate(scenario, engine=engine) for engine in ("des", "core"))
    for name, column in one.visits.items():
        assert (column == other.visits[name]).all(), name
    assert one.tickets["redials"].max() > 3


def test_an_event_survives_being_written() -> None:
    scenario = small_town(
        storm(by_day=[1.0, 2.0], agents={"operators": 0.5}, redial={"probability": 1, "most": 3})
    )
    assert hs.loads(hs.to_toml(scenario), "again") == scenario


@pytest.mark.parametrize(
    ("changes", "where", "told"),
    [
        (storm(end=date(2021, 3, 8)), "events.storm.end", "must come after start"),
        (storm(by_day=[1.0]), "events.storm.by_day", "one factor for each day"),
        (storm(by_day=[1.0, 2.0], demand=2.0), "events.storm.demand", "leave one of them out"),
        (storm(categories=["noize"]), "events.storm.categories[0]", "noise"),
        (storm(agents={"operator": 1.0}), "events.storm.agents.operator", "operators"),
        (storm(staff={"nord": 1.0}), "events.storm.staff.nord", "north"),
        (
            storm(redial={"probability": 1.0, "most": 1}) | {"intake.redial": None},
            "events.storm.redial",
            r"needs \[intake.redial\]",
        ),
    ],
)
def test_what_is_wrong_with_an_event_is_told(changes: dict[str, Any], where: str, told: str) -> None:
    with pytest.raises(ScenarioError, match=told) as caught:
        small_town(changes)
    assert caught.value.faults[0].where == where


@pytest.mark.parametrize("start", ["2021-03-08T06:30:00", "2021-03-08T06:00:00Z", '"8 March"', "8"])
def test_a_moment_is_a_day_or_a_full_hour_of_local_time(start: str) -> None:
    text = hs.to_toml(hs.load("small-town"))
    event = f'\n[events.x]\nlabel = {{ en = "x", zh = "x" }}\nstart = {start}\nend = 2021-03-09\n'
    with pytest.raises(ScenarioError, match=r"events\.x\.start"):
        hs.loads(text + event, "x")
