from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from results_case import case

from hotline_sim.cli import summary as module
from hotline_sim.cli.summary import summary, troubles
from hotline_sim.engines.simulate import simulate
from hotline_sim.results.kpis import kpis
from hotline_sim.results.stations import station_table
from hotline_sim.results.view import Kpi
from hotline_sim.scenario.load import load, loads

if TYPE_CHECKING:
    from hotline_sim.results.log import TicketLog

FINE = {
    "tickets_open_at_horizon": (0, None),
    "requests_pending": (0, None),
    "on_time_closure_rate": (96, 100),
    "on_time_closure_rate.county": (18, 20),
    "on_time_closure_rate.department": (1, 19),  # too few to speak of
    "abandonment_rate": (5, 100),
    "reply_rate": (100, 100),
    "backlog_start": (3, None),
    "backlog_end": (4, None),
    "backlog_max": (5, None),
}


def scenario() -> Any:
    def named(names: tuple[str, ...]) -> dict[str, Any]:
        return {name: SimpleNamespace(label=SimpleNamespace(en=name.title(), zh=name)) for name in names}

    teams, units = named(("callers", "desk", "phones")), named(("roads", "water"))
    return SimpleNamespace(teams=teams, units=units, callback=None)


def figures(**other: tuple[float, float | None]) -> dict[str, Kpi]:
    found = {}
    for name, (part, whole) in (
        FINE | {name.replace("__", "."): pair for name, pair in other.items()}
    ).items():
        found[name] = Kpi(part / whole if whole else part, part, whole, "share" if whole else "", (0, 1))
    return found


def stations(monkeypatch: pytest.MonkeyPatch, **rows: tuple[float, float, int]) -> None:
    """Busy share, visits in three days and queue at the end of some stations; the others are idle."""
    table = station_table(case())
    for column in ("visits", "longest_queue", "queue_end", "utilisation"):
        table[column] = np.zeros_like(table[column])
    for name, (busy, visits, queue) in rows.items():
        at = list(table["station"]).index(name)
        table["utilisation"][at], table["visits"][at] = busy, visits
        table["queue_end"][at] = table["longest_queue"][at] = queue
    monkeypatch.setattr(module, "station_table", lambda _: table)


def test_nothing_breaks_at_the_limits() -> None:
    assert troubles(case(), figures(), scenario(), "en") == []


def test_the_end_of_the_simulation_is_dated_and_named() -> None:
    log = case()
    text = "\n".join(troubles(log, kpis(log), scenario(), "en"))
    # Ticket 7 is open, ticket 8 would call again; tickets 0, 6 and 7 of five were late; 3 of 7 calls gave up.
    assert "1 tickets had no reply when the simulation ended on 2021-01-07" in text
    assert "1 citizens had not got through when the simulation ended on 2021-01-07" in text
    assert "of the tickets due were late (3 of 5)" in text
    assert "of calls gave up (3 of 7)" in text


def test_people_who_gave_up_for_good_are_counted_among_callers() -> None:
    log = case()
    # Of the six calls of the window's people (1, 2, 3, 4, 7, 8), that of ticket 4 was the last.
    assert "1 people gave up for good, 16.7 % of 6 callers." in troubles(log, kpis(log), scenario(), "en")
    assert "1人次最终放弃，占来电人次的16.7%（1/6）。" in troubles(log, kpis(log), scenario(), "zh")
    assert summary(kpis(log), "en")[1].endswith("; 1 people gave up for good.")
    few = kpis(log) | {"abandonment_rate": figures()["abandonment_rate"]}
    assert "for good" not in summary(few, "en")[1]


def test_lateness_above_four_per_cent_is_told_by_kind_the_worst_first() -> None:
    told = troubles(case(), figures(on_time_closure_rate=(959, 1000)), scenario(), "en")
    assert told[0] == "4.1 % of the tickets due were late (41 of 1,000)."
    assert (
        told[1]
        == "Late by kind of unit: departments 94.7 % (18 of 19), counties and districts 10.0 % (2 of 20)."
    )


def test_one_late_kind_of_unit_is_told_though_all_together_are_in_time() -> None:
    told = troubles(case(), figures(on_time_closure_rate__county=(17, 20)), scenario(), "en")
    assert told[0] == "4.0 % of the tickets due were late (4 of 100)."
    assert "counties and districts 15.0 % (3 of 20)" in told[1]


def test_the_backlog_is_dated_and_the_reply_rate_is_said_to_be_that_of_the_horizon() -> None:
    told = troubles(case(), figures(on_time_closure_rate=(9, 10), reply_rate=(985, 1000)), scenario(), "en")
    assert (
        "Open tickets: 3 when the window began (2021-01-04), 4 when it ended (2021-01-06), 5 at most." in told
    )
    rate = "The reply rate of 98.5 % is what was reached by 2021-01-07"
    assert f"{rate}, while no new requests came after 2021-01-06." in told


def test_only_overloaded_stations_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    stations(
        monkeypatch,
        callers=(0.3, 90, 30),  # a third of a day's visits
        desk=(0.5, 30, 31),  # more than three days' visits
        roads=(0.96, 30, 1),
        water=(0.95, 3, 9),
    )
    text = "\n".join(troubles(case(), figures(on_time_closure_rate=(9, 10)), scenario(), "en"))
    assert "Desk, 31 waiting" in text
    assert "Roads, 1 waiting" in text
    assert "Callers" not in text
    assert "Water" not in text


def test_a_busy_office_that_is_in_time_is_no_trouble_but_a_teams_long_queue_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stations(monkeypatch, roads=(1.0, 30, 300), callers=(0.99, 300, 9))
    assert troubles(case(), figures(), scenario(), "en") == []
    stations(monkeypatch, roads=(1.0, 30, 300), callers=(0.99, 300, 301))
    told = troubles(case(), figures(), scenario(), "en")
    assert len(told) == 1
    assert told[0].startswith("Longest queue: Callers, 301 waiting on ")


def test_calls_back_that_wait_for_idle_time_are_not_taken_for_callers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stations(monkeypatch, callers=(0.99, 300, 301))
    town = scenario()
    town.callback = SimpleNamespace(team="callers", idle_above=1)
    (told,) = troubles(case(), figures(), town, "en")
    assert told.startswith(
        "Longest queue: Callers (calls back that wait for idle time included), 301 waiting"
    )
    (told,) = troubles(case(), figures(), town, "zh")
    assert "callers（含等待闲时外呼的回访）" in told
    town.callback.idle_above = None
    assert "idle" not in troubles(case(), figures(), town, "en")[0]


def test_more_stations_than_are_shown_are_counted_and_who_loses_calls_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stations(
        monkeypatch,
        phones=(0.7, 9, 1),
        callers=(1.003, 9, 40),
        desk=(1, 9, 30),
        roads=(1, 9, 20),
        water=(1, 9, 20),
    )
    late = figures(on_time_closure_rate=(9, 10), abandonment_rate=(51, 1000))
    told = troubles(case(), late, scenario(), "en")
    queues = [line.removeprefix("Longest queue: ") for line in told if line.startswith("Longest")]
    assert [line.partition(",")[0] for line in queues] == ["Phones", "Callers", "Desk"]
    assert "busy 100 % of staffed time" in queues[1]
    assert told[-1] == "2 more stations are overloaded."
    stations(monkeypatch, callers=(1, 9, 40), desk=(1, 9, 30), roads=(1, 9, 20), water=(1, 9, 20))
    assert troubles(case(), figures(on_time_closure_rate=(9, 10)), scenario(), "en")[-1] == (
        "1 more station is overloaded."
    )


def test_a_team_that_takes_calls_and_loses_none_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of the seven calls are lost, all of them at the phones; the desk takes calls as well."""
    log = case()
    two = replace(log, meta=replace(log.meta, live_stations=(1, 2)))
    stations(monkeypatch, phones=(0.7, 9, 1))
    told = "\n".join(troubles(two, figures(abandonment_rate=(51, 1000)), scenario(), "en"))
    assert "Longest queue: Phones" in told
    assert "Desk" not in told


def test_calls_that_find_no_line_are_a_trouble_of_their_own() -> None:
    told = troubles(case(), figures(blocked_rate=(51, 1000)), scenario(), "en")
    assert told[0] == "5.1 % of calls found all lines taken (51 of 1,000)."
    assert troubles(case(), figures(blocked_rate=(50, 1000)), scenario(), "en") == []
    assert (
        troubles(case(), figures(blocked_rate=(51, 1000)), scenario(), "zh")[0]
        == "来电遇忙5.1%（51/1,000）。"
    )


@pytest.mark.parametrize(
    ("station", "en", "zh"),
    [
        ("roads/duty", "Roads, duty", "路政局值班"),
        ("roads/centre", "Roads, centre", "路政局二级派单中心"),
        ("roads/township 12", "Roads, township 12", "路政局乡镇（街道）12"),
        ("leaders", "Leaders", "包案领导"),
        ("joint meeting", "Joint meeting", "会商"),
        ("mediators", "Mediators", "调解员"),
        ("mediators/roads", "Mediators, Roads", "路政局调解员"),
    ],
)
def test_further_stations_have_names_for_people(station: str, en: str, zh: str) -> None:
    assert module._place(station, {"roads": "Roads"}, "en") == en
    assert module._place(station, {"roads": "路政局"}, "zh") == zh


def overloaded_town() -> TicketLog:
    text = 'extends = "small-town"\nname = "overloaded"\n[demand]\nrequests_per_year = 90000\n'
    return simulate(loads(text))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_shipped_town_copes_and_with_four_times_the_requests_does_not(lang: str) -> None:
    town = load("small-town")
    log = simulate(town)
    assert troubles(log, kpis(log), town, lang) == []
    log = overloaded_town()
    told = "\n".join(troubles(log, kpis(log), town, lang))
    for part in ("2021-03-28", "2027-01-01"):  # the ends of window and simulation
        assert part in told
    assert (town.units["north"].label.zh if lang == "zh" else town.units["north"].label.en) in told
