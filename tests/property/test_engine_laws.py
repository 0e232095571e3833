"""Laws that hold for the log of every scenario, whatever the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings

from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import NEVER
from hotline_sim.engines.des.model import HotlineModel
from hotline_sim.engines.des.station import Station
from hotline_sim.network.absence import present
from hotline_sim.network.build import build
from hotline_sim.network.codes import BESIDE, UNSTAFFED, Outcome, Stage
from hotline_sim.network.draws import draw
from hotline_sim.results.conservation import check_conservation
from hotline_sim.results.log import build_log
from hotline_sim.rules.cohandling import co_handlers
from hotline_sim.scenario.schema import Scenario
from scenarios import des, sorted_columns
from strategies import Replication, replications, scenario_tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hotline_sim.arrays import IntArray
    from hotline_sim.network.network import Network
    from scenarios import Columns

few = settings(max_examples=60)


def run(replication: Replication) -> Columns:
    """Rows in the order of the log."""
    return sorted_columns(des(replication.network, replication.draws))


def at_station(rows: Columns, station: int) -> Columns:
    members = rows["station"] == station
    return {name: column[members] for name, column in rows.items()}


def stations(network: Network) -> range:
    return range(len(network.names.stations))


def staffing(network: Network, station: int) -> Steps:
    tables = network.tables
    pattern = tables.station_pattern[station]
    steps = slice(tables.pattern_low[pattern], tables.pattern_high[pattern])
    return Steps(tables.step_tick[steps], tables.step_level[steps] * int(tables.station_staff[station]))


def left_queue(rows: Columns) -> IntArray:
    """Tick at which each visit stops waiting, served or not; NEVER if it still waits at the end."""
    return np.where(rows["start"] < NEVER, rows["start"], rows["end"])


def passed(ticks: IntArray, instants: IntArray) -> IntArray:
    """How many of the ticks have come, at each instant."""
    return np.searchsorted(np.sort(ticks), instants, side="right")


def busy(rows: Columns, instants: IntArray) -> IntArray:
    """Agents at work after everything that happens at each instant."""
    served = rows["start"] < NEVER
    return passed(rows["start"][served], instants) - passed(rows["end"][served], instants)


ALONE = (
    *(Stage.DISPATCH, Stage.SIGN, Stage.FIELD, Stage.RATING),
    *(Stage.LOCAL_SIGN, Stage.DISPUTE, Stage.PETITION),
)
"""Stages that may wait for nobody."""


@few
@given(replications())
def test_time_runs_forward_in_every_visit(replication: Replication) -> None:
    rows, draws = run(replication), replication.draws
    assert (draws.arrival[rows["ticket"]] <= rows["ready"]).all()
    assert (rows["ready"] <= replication.network.tables.horizon).all()
    served = rows["start"] < NEVER
    assert (rows["ready"] <= rows["start"])[served].all()
    assert (rows["start"] < rows["end"])[served].all()
    # Only who finds all lines taken is gone at once.
    refused = np.isin(rows["outcome"], (Outcome.BUSY, Outcome.BLOCKED))
    assert (rows["ready"] < rows["end"])[~refused].all()
    assert (rows["ready"] == rows["end"])[refused].all()


@few
@given(replications())
def test_a_ticket_is_in_one_place_at_a_time(replication: Replication) -> None:
    if replication.scenario.co_handlers is not None:
        return  # several units work on a ticket at the same time
    rows = run(replication)
    own = ~np.isin(rows["stage"], BESIDE)  # what citizens do goes on at the same time
    rows = {name: column[own] for name, column in rows.items()}
    same_ticket = rows["ticket"][1:] == rows["ticket"][:-1]
    assert (rows["end"][:-1] <= rows["ready"][1:])[same_ticket].all()
    # What is open is the ticket's last visit.
    is_open = rows["outcome"] == Outcome.OPEN
    assert not (is_open[:-1] & same_ticket).any()
    assert ((rows["end"] == NEVER) == is_open).all()


@few
@given(replications())
def test_every_visit_follows_from_one_before(replication: Replication) -> None:
    scenario = replication.scenario
    if scenario.backlog or scenario.mediation or scenario.hard_cases or scenario.two_level:
        return  # others enter, or further stages lie between; that nothing is lost is a law of its own
    rows, tables, draws = run(replication), replication.network.tables, replication.draws

    def outcomes(outcome: Outcome) -> int:
        return int((rows["outcome"] == outcome).sum())

    def visits(stage: Stage, *, first: bool) -> int:
        return int(((rows["stage"] == stage) & ((rows["attempt"] == 0) == first)).sum())

    arrived = int((draws.arrival <= tables.horizon).sum())
    assert visits(Stage.INTAKE, first=True) == arrived
    at_desk, at_counter = visits(Stage.DISPATCH, first=True), visits(Stage.COUNTER, first=True)
    assert at_desk + at_counter == outcomes(Outcome.RECORDED)
    assert visits(Stage.DISPATCH, first=False) == outcomes(Outcome.RETURNED)
    signs = visits(Stage.SIGN, first=True) + visits(Stage.SIGN, first=False)
    assert signs == outcomes(Outcome.DISPATCHED) + outcomes(Outcome.AUTOMATIC)
    signed = rows["ticket"][rows["outcome"] == Outcome.SIGNED].tolist()
    others = sum(co_handlers(tables, draws, ticket) for ticket in signed)
    assert visits(Stage.HANDLING, first=True) == outcomes(Outcome.SIGNED) + others
    assert outcomes(Outcome.JOINED) <= others
    redone = visits(Stage.HANDLING, first=False) + visits(Stage.COUNTER, first=False)
    assert redone == outcomes(Outcome.REDO) + outcomes(Outcome.REOPENED)
    fields = visits(Stage.FIELD, first=True) + visits(Stage.FIELD, first=False)
    assert fields == outcomes(Outcome.HANDLED)
    # What waits for its time beyond the horizon has no row yet.
    assert visits(Stage.INTAKE, first=False) <= outcomes(Outcome.REDIAL) + outcomes(Outcome.BUSY)
    assert visits(Stage.CALLBACK, first=False) <= outcomes(Outcome.UNREACHED)
    if replication.scenario.run.horizon is None:
        assert visits(Stage.INTAKE, first=False) == outcomes(Outcome.REDIAL) + outcomes(Outcome.BUSY)
        assert outcomes(Outcome.OPEN) == 0
        assert outcomes(Outcome.JOINED) == others


@few
@given(replications())
def test_no_request_is_lost(replication: Replication) -> None:
    scenario, network, draws = replication
    log = build_log(
        network, draws, des(network, draws), scenario=scenario.name, seed=0, replication=0, engine="des"
    )
    check_conservation(log)


@few
@given(replications())
def test_never_more_agents_at_work_than_on_duty_except_in_overtime(replication: Replication) -> None:
    rows = run(replication)
    for station in stations(replication.network):
        visits = at_station(rows, station)
        starts = np.unique(visits["start"][visits["start"] < NEVER])
        # Overtime may exceed the level, but then nobody starts anything new.
        assert (busy(visits, starts) <= staffing(replication.network, station).at(starts)).all()


@few
@given(replications())
def test_no_agent_is_idle_while_a_visit_waits(replication: Replication) -> None:
    rows, horizon = run(replication), replication.network.tables.horizon
    for station in stations(replication.network):
        if station == replication.network.tables.idle.station:
            continue  # calls back wait on purpose
        visits, level = at_station(rows, station), staffing(replication.network, station)
        instants = np.concatenate((visits["ready"], left_queue(visits), visits["end"], level.ticks))
        instants = np.unique(instants[(instants <= horizon) & (instants >= replication.network.first)])
        waiting = passed(visits["ready"], instants) - passed(left_queue(visits), instants)
        assert (waiting >= 0).all()
        idle = busy(visits, instants) < level.at(instants)
        assert not (idle & (waiting > 0)).any()


def service_order(replication: Replication, visits: Columns) -> list[tuple[int, int, int]]:
    """Key of each visit of a station by which the next one to start is chosen."""
    draws, by_due_date = replication.draws, replication.scenario.handling.order == "due date"
    keys = []
    for stage, ticket, ready, due in zip(
        *(visits[name].tolist() for name in ("stage", "ticket", "ready", "due")), strict=True
    ):
        urgent = -1 if draws.urgent[ticket] else 0
        if stage == Stage.DISPATCH:
            keys.append((urgent, ready, ticket))
        elif stage == Stage.HANDLING and by_due_date:
            # One number for both, as there are no instants beyond 10**15 but NEVER.
            keys.append((urgent * 10**15 + min(due, 10**15), int(draws.arrival[ticket]), ticket))
        elif stage == Stage.HANDLING:
            keys.append((urgent, ready, ticket))
        else:
            keys.append((0, ready, ticket))
    return keys


@few
@given(replications())
def test_next_to_start_is_the_first_in_order_of_those_who_wait(replication: Replication) -> None:
    scenario = replication.scenario
    if scenario.co_handlers or scenario.extension or scenario.supervision or scenario.enterprise:
        return  # places change while a visit waits: the log does not tell when
    if scenario.chasers or scenario.rating or replication.network.tables.idle.on:
        return  # others than a ticket's own visits wait too, or some wait on purpose
    rows = run(replication)
    for station in stations(replication.network):
        visits = at_station(rows, station)
        keys = service_order(replication, visits)
        place = np.empty(len(keys), np.int64)
        place[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
        ready, start, left = visits["ready"], visits["start"], left_queue(visits)
        for number in np.flatnonzero(start < NEVER):
            now = start[number]
            if ready[number] < now:
                # Taken from the queue when an agent was freed, before anybody's patience ended on that tick
                # and before the visits that became ready on it.
                gives_up = (start == NEVER) & (left == now)
                waited = (ready < now) & ((left > now) | gives_up)
                assert not (waited & (place < place[number])).any()
            else:
                # Started as it became ready: nobody may have been waiting, nor be next of the same tick.
                waited = (ready < now) & (left > now)
                assert not waited.any()
                together = (ready == now) & (left > now)
                assert not (together & (visits["ticket"] < visits["ticket"][number])).any()


class QueueArea:
    """Integral over time of the number of visits that wait at a station, as the engine sees it."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self.area = 0
        self.since = int(station.env.now)
        for name in ("request", "withdraw", "release", "_staff_came"):
            setattr(station, name, self.counted(getattr(station, name)))

    def counted(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            self.add(int(self.station.env.now))
            return method(*arguments)

        return counted

    def add(self, now: int) -> int:
        self.area += len(self.station._waiting) * (now - self.since)
        self.since = now
        return self.area


@few
@given(replications())
def test_waits_add_up_to_the_integral_of_the_queue(replication: Replication) -> None:
    """Little's law on a finite path, exactly: two sums of the same area."""
    network, draws = replication.network, replication.draws
    model = HotlineModel(network, draws)
    areas = [QueueArea(station) for station in model.stations if isinstance(station, Station)]
    rows, horizon = model.run(), network.tables.horizon
    for station, area in enumerate(areas):
        visits = at_station(rows, station)
        waits = np.minimum(left_queue(visits), horizon) - visits["ready"]
        assert area.add(horizon) == int(waits.sum())


@few
@given(replications())
def test_what_waits_for_nobody_starts_when_it_is_ready(replication: Replication) -> None:
    rows = run(replication)
    alone = rows["station"] == UNSTAFFED
    assert (rows["ready"] == rows["start"])[alone].all()
    assert np.isin(rows["stage"], ALONE)[alone].all()


@few
@given(replications())
def test_instants_lie_on_the_grid_of_the_resolution(replication: Replication) -> None:
    scenario, resolution = replication.scenario, replication.network.tables.resolution
    # The start of hurry, and an unanswered call, may lie between its points.
    if scenario.handling.effort_window > 0 or (
        scenario.callback and scenario.callback.ring.ticks() % resolution
    ):
        return
    rows = run(replication)
    for name in ("ready", "start", "end"):
        known = rows[name][rows[name] < NEVER]
        assert not (known % resolution).any(), name


def assert_equal(one: Columns, two: Columns) -> None:
    assert one.keys() == two.keys()
    for name in one:
        assert one[name].tobytes() == two[name].tobytes(), name


@few
@given(replications())
def test_same_numbers_give_the_same_bytes(replication: Replication) -> None:
    assert_equal(des(replication.network, replication.draws), des(replication.network, replication.draws))


def backwards(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in reversed(value)}
    return value


@few
@given(scenario_tables())
def test_order_of_tables_in_the_file_changes_nothing(tables: dict[str, Any]) -> None:
    logs = []
    for given_tables in (tables, backwards(tables)):
        network = present(build(Scenario.model_validate(given_tables)), 1, 0)
        logs.append(des(network, draw(network, 1, 0)))
    assert_equal(*logs)
