"""People who do not come to work: how many, on which days, and what that changes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import DAY, HOUR
from hotline_sim.engines.core.engine import Core
from hotline_sim.engines.core.key_figures import LEFT_OUT
from hotline_sim.engines.des.model import HotlineModel
from hotline_sim.errors import ScenarioError
from hotline_sim.network.absence import binomial
from hotline_sim.sampling.streams import Stream, stream_id, uniforms
from scenarios import LABEL, one_unit, small_town

if TYPE_CHECKING:
    from hotline_sim.network.network import Network

HALF = {"absence": {"share": 0.5, "least": 0}}
FIRST = 18687  # 1 March 2021, days since 1970


def levels(network: Network, name: str) -> Steps:
    """People of a station on duty."""
    tables, station = network.tables, network.names.stations.index(name)
    pattern = tables.station_pattern[station]
    rows = slice(tables.pattern_low[pattern], tables.pattern_high[pattern])
    return Steps(tables.step_tick[rows], tables.step_level[rows] * tables.station_staff[station])


def of_days(network: Network, name: str, hour: float, days: int = 28) -> list[int]:
    """People on duty at an hour of each day from the start of the run."""
    ticks = network.start + DAY * np.arange(days, dtype=np.int64) + int(hour * HOUR)
    return levels(network, name).at(ticks).tolist()


def two_shifts(share: float = 0.5, **more: Any) -> Network:
    shifts = [
        {"name": "day", "start": "08:00", "end": "20:00", "pause": "12:00-13:00", "agents": 4},
        {"name": "night", "start": "18:00", "end": "08:00", "agents": 2},
    ]
    changes = {"teams.operators": {"label": LABEL, "shifts": shifts}, "absence": {"share": share, **more}}
    return hs.present(hs.build(one_unit(changes)), 7, 3)


@pytest.mark.parametrize("share", [0.0, 1e-9, 0.03, 0.5, 0.97, 1.0])
@pytest.mark.parametrize("people", [0, 1, 7, 400])
def test_numbers_are_binomial_by_inversion(people: int, share: float) -> None:
    from scipy.stats import binom

    numbers = np.array([2.0**-54, 0.01, 0.3, 0.51, 0.77, 0.999, 1 - 1e-9])
    # The library says -1 where the very first probability reaches the number.
    expected = np.maximum(binom.ppf(numbers, people, share), 0)
    assert binomial(numbers, people, share).tolist() == expected.tolist()


def test_one_of_two_is_absent_where_the_number_lies_between_a_quarter_and_three() -> None:
    """Of two people at one half: none with 1/4, one with 1/2, both with 1/4."""
    assert binomial(np.array([0.24, 0.26, 0.74, 0.76]), 2, 0.5).tolist() == [0, 1, 1, 2]


def test_a_shift_has_one_number_a_day_at_an_address_of_its_own() -> None:
    network = two_shifts(least=0)
    address = stream_id("team operators")
    day, night = (
        people - binomial(uniforms(7, 3, Stream.ABSENCE, address, shift, 28, start=FIRST), people, 0.5)
        for shift, people in ((0, 4), (1, 2))
    )
    assert of_days(network, "operators", 9) == day.tolist()
    assert of_days(network, "operators", 14) == day.tolist()
    assert of_days(network, "operators", 12.5) == [0] * 28
    assert of_days(network, "operators", 19) == (day + night).tolist()
    # The night belongs to the evening on which it begins.
    assert of_days(network, "operators", 27) == night.tolist()


def test_a_unit_has_one_number_a_day_in_its_hours_only() -> None:
    network = hs.present(hs.build(one_unit(HALF | {"units.works.staff": 9, "units.works.duty": 3})), 1, 0)
    desk, duty = (
        people - binomial(uniforms(1, 0, Stream.ABSENCE, stream_id(name), 0, 28, start=FIRST), people, 0.5)
        for name, people in (("unit works", 9), ("unit works/duty", 3))
    )
    is_open = np.array(of_days(hs.build(one_unit()), "works", 10))
    assert of_days(network, "works", 10) == (desk * is_open).tolist()
    assert of_days(network, "works", 17.9) == (desk * is_open).tolist()
    assert of_days(network, "works", 13) == [0] * 28
    assert of_days(network, "works/duty", 3) == duty.tolist()
    assert of_days(network, "works/duty", 23.9) == duty.tolist()


def test_some_people_come_in_any_case() -> None:
    assert set(of_days(two_shifts(1.0, least=3), "operators", 9)) == {3}
    assert set(of_days(two_shifts(1.0, least=3), "operators", 3)) == {2}
    assert set(of_days(two_shifts(1.0, least=0), "operators", 9)) == {0}


def test_teams_and_units_may_have_shares_of_their_own() -> None:
    changes = {"absence": {"share": 0.0, "teams": {"operators": 1.0}, "units": {"works": 1.0}, "least": 0}}
    network = hs.present(hs.build(one_unit(changes)), 1, 0)
    assert [max(of_days(network, name, 10)) for name in ("operators", "works", "dispatchers")] == [0, 0, 1]


def test_an_event_multiplies_those_who_are_there() -> None:
    event = {"label": LABEL, "start": tick_day(3), "end": tick_day(5), "staff": {"works": 0.5}}
    changes = HALF | {"units.works.staff": 9, "events": {"training": event}}
    usual = np.array(of_days(hs.present(hs.build(one_unit(changes | {"events": None})), 1, 0), "works", 10))
    fewer = np.array(of_days(hs.present(hs.build(one_unit(changes)), 1, 0), "works", 10))
    inside = np.isin(np.arange(28), (3, 4))
    assert fewer.tolist() == np.where(inside, np.floor(usual * 0.5 + 0.5), usual).tolist()
    assert (usual[3:5] != fewer[3:5]).all()


def tick_day(day: int) -> Any:
    return np.datetime64("2021-03-01").item().replace(day=1 + day)


def test_on_average_the_share_is_absent() -> None:
    """One operator on 28 days in 120 replications, and a 99.9 % interval."""
    network = hs.build(one_unit({"absence": {"share": 0.1, "least": 0}}))
    absent = sum(28 - sum(of_days(hs.present(network, 1, number), "operators", 9)) for number in range(120))
    people = 28 * 120
    assert abs(absent / people - 0.1) < 3.29 * math.sqrt(0.09 / people)


def test_replications_differ_and_more_units_move_nobody() -> None:
    network = hs.build(one_unit(HALF | {"units.works.staff": 9}))
    days = [of_days(hs.present(network, 1, number), "works", 10) for number in (0, 0, 1)]
    assert days[0] == days[1] != days[2]
    parks = {"units.parks": {"label": LABEL, "kind": "department", "staff": 5}}
    more = hs.build(one_unit(HALF | parks | {"units.works.staff": 9}))
    assert of_days(hs.present(more, 1, 0), "works", 10) == days[0]


def test_without_a_chance_of_absence_nothing_changes() -> None:
    plain, neutral = hs.build(small_town()), hs.build(small_town({"absence": {"share": 0.0}}))
    assert neutral.roster is None
    assert hs.present(plain, 1, 0) is plain
    logs = [hs.simulate(small_town({"absence": table})).visits for table in (None, {"share": 0.0})]
    assert all(np.array_equal(logs[0][name], logs[1][name]) for name in logs[0])


def test_a_network_whose_absence_is_open_is_refused() -> None:
    network = hs.build(small_town(HALF))
    draws = hs.draw(network, 1, 0)
    for run in (lambda: hs.summarise(network, draws), lambda: HotlineModel(network, draws)):
        with pytest.raises(ValueError, match=r"hotline_sim\.present\(network, seed, replication\)"):
            run()
    Core(hs.present(network, 1, 0), draws)


def test_every_way_to_run_sees_the_same_absence() -> None:
    scenario = small_town({"absence": {"share": 0.2, "least": 0}})
    logs = [hs.simulate(scenario, seed=3, replication=1, engine=engine) for engine in ("core", "des")]
    assert all(np.array_equal(logs[0].visits[name], logs[1].visits[name]) for name in logs[0].visits)
    network = hs.build(scenario)
    from_log = hs.kpis(logs[0])
    blocks = hs.summarise_blocks(network, 3, 1, days=5)
    whole = hs.summarise(hs.present(network, 3, 1), hs.draw(network, 3, 1))
    for name in ("answer_rate", "occupancy", "utilisation_units", "staffed_hours_phone"):
        assert from_log[name].value == blocks[name].value == whole[name].value, name
    assert set(from_log) - set(whole) == set(LEFT_OUT)


def test_studies_draw_absence_too() -> None:
    scenario = small_town({"absence": {"share": 0.2, "least": 0}})
    study = hs.replicate(scenario, replications=2, seed=3, executor="threads")
    hours = [
        hs.kpis(hs.simulate(scenario, seed=3, replication=number))["staffed_hours_phone"].value
        for number in (0, 1)
    ]
    assert hours[0] != hours[1]
    assert study.columns["staffed_hours_phone"].tolist() == hours


def test_fewer_people_do_more_each() -> None:
    usual, short = (
        hs.kpis(hs.simulate(small_town({"absence": {"share": share, "least": 0}}))) for share in (0.0, 0.3)
    )
    assert short["occupancy"].value > usual["occupancy"].value
    assert short["occupancy"].denominator < 0.8 * usual["occupancy"].denominator
    assert short["staffed_hours_phone"].value == short["occupancy"].denominator
    assert short["staffed_hours_units"].value == short["utilisation_units"].denominator


def test_unknown_names_are_told_with_the_nearest() -> None:
    with pytest.raises(ScenarioError) as raised:
        small_town({"absence": {"share": 0.1, "teams": {"operator": 0.1}, "units": {"no such": 0.2}}})
    told = str(raised.value)
    assert "absence.teams.operator: must be a name from [teams]" in told.replace("got ", "")
    assert "absence.units" in told
