"""Comparing logs finds every deliberate fault of the core.

Each fault of ``mutants.py`` is put into a copy of the core, which then runs on a fixed set of networks until
its log, or its KPIs, differ from those of the SimPy engine. The copies start with hardly any room, so that
every buffer grows and every run pauses many times.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

import hotline_sim as hs
from equivalence.comparison import first_difference, log_of
from equivalence.mechanisms import PHONE_ROOM, SHORTCUTS
from equivalence.mutants import FAULTS_OF_KPIS, FAULTS_OF_LOGS, copy_of_core
from hotline_sim.clock.ticks import HOUR, MINUTE, NEVER
from hotline_sim.network.build import build
from hotline_sim.network.draws import Draws, draw
from hotline_sim.results.log import build_log
from scenarios import CALLED_BACK, LABEL, at, by_hand, fixed, mmc, one_unit, small_town, team
from strategies import coarse, replications

if TYPE_CHECKING:
    from collections.abc import Callable

    from equivalence.mutants import Fault
    from hotline_sim.network.network import Network
    from hotline_sim.results.log import TicketLog
    from hotline_sim.results.view import Kpi
    from strategies import Replication


class Case(NamedTuple):
    """A network with its draws, and what the SimPy engine makes of them."""

    name: str
    network: Network
    draws: Draws
    log: TicketLog


def shifts(*times: tuple[str, str, int], **more: Any) -> dict[str, Any]:
    """Team with a shift for each start, end and number of agents."""
    made = [{"name": f"s{n}", "start": a, "end": b, "agents": c} for n, (a, b, c) in enumerate(times)]
    made[-1].update(more)
    return {"label": LABEL, "shifts": made}


CROWD = 48
"""Many, when there is room for some forty; and as many rows just fit before there is more room."""
IMPATIENT: dict[str, Any] = {
    "intake.patience": fixed(MINUTE),
    "intake.redial": {"probability": 1.0, "delay": fixed(HOUR), "most": 1},
}
LAST_MIDNIGHT: dict[str, Any] = {"run.end": date(2021, 3, 2), "run.horizon": date(2021, 3, 2)}
BUSY_DAYS: dict[str, Any] = {
    "run": {"start": date(2021, 3, 2), "end": date(2021, 3, 4), "run_in": "1 d", "resolution": "1 ms"},
    "demand.requests_per_year": 15000,
    "teams.operators": shifts(("08:00", "18:00", 1), ("09:00", "17:00", 1), pause="12:00-13:00"),
    "teams.back-office": shifts(("00:00", "24:00", 1), ("10:00", "16:00", 1)),
    "classes.help.field": fixed(HOUR),
    "dispatch.misroute": 0.3,
    "callback.retry_after": "1 h",
    "outcome.satisfied_if_solved": 0.5,
    "outcome.redo": 0.9,
}
"""Changes to the small town: three days of hard work, nobody on the telephone at night, much done again."""
ONE_TEAM: dict[str, Any] = {
    "dispatch.team": "operators",
    "callback.team": "operators",
    "teams.back-office": None,
}
TOWNS: dict[str, dict[str, Any]] = {
    "two teams": {},
    "two teams, cut": {"run.horizon": date(2021, 3, 4), "handling.order": "first come"},
    "one team": ONE_TEAM,
    "one team, cut": ONE_TEAM | {"run.horizon": date(2021, 3, 3), "run.end": date(2021, 3, 3)},
}


def towns() -> list[tuple[str, Network, Draws]]:
    """Busy days of the small town, as they are and on coarse grids."""
    made = []
    for name, changes in TOWNS.items():
        network = build(small_town(BUSY_DAYS | changes))
        draws = draw(network, 1, 0)
        made.append((name, network, draws))
        made += [(f"{name}, {m} min", network, coarse(draws, m * MINUTE)) for m in (10, 30)]
    return made


def on_phone(changes: dict[str, Any]) -> Network:
    """One queue of callers who are answered and done."""
    return build(mmc(1, 1.0, MINUTE, changes=changes))


def of_staffing() -> list[tuple[str, Network, Draws]]:
    """Teams of one or two, whose staffing changes while they work or somebody waits."""
    made = []

    # Two agents, one from 1 to 2 h, two again while both are still in overtime.
    two = shifts(("00:00", "24:00", 1), ("00:00", "24:00", 1), pause="01:00-02:00")
    network = on_phone({"teams.operators": two})
    talk = [2 * HOUR + 30 * MINUTE, 3 * HOUR, MINUTE]
    made.append(("overtime", network, by_hand(network, [0, 0, HOUR + MINUTE], talk=talk)))

    # Two dispatchers, none from 1 to 2 h, one from then on; one is in overtime until 3 h.
    two = shifts(("00:00", "01:00", 2), ("02:00", "24:00", 1))
    network = build(one_unit({"teams.operators": team(9), "teams.dispatchers": two}))
    draws = by_hand(network, [0, 0, HOUR], dispatch=[[80 * MINUTE, 3 * HOUR, MINUTE]])
    made.append(("overtime of dispatchers", network, draws))

    # An urgent ticket comes on the very tick as the dispatcher for whom another waits.
    network = build(one_unit({"teams.dispatchers": team(1, "02:00", "24:00")}))
    draws = by_hand(network, [HOUR, 2 * HOUR - MINUTE], urgent=[0, 1])
    made.append(("urgent as staff comes", network, draws))

    # Nobody has been on duty before the first working day of the year, which begins with a Sunday.
    run = {"start": date(2023, 1, 1), "end": date(2023, 1, 3), "run_in": "0 d", "resolution": "1 ms"}
    working = team(1, "08:00", "18:00", days="working")
    network = build(one_unit({"run": run, "calendar.base": "weekly", "teams.dispatchers": working}))
    made.append(("new year", network, by_hand(network, [HOUR, 2 * HOUR])))
    return made


def of_crowds() -> list[tuple[str, Network, Draws]]:
    """Many events at once, when there is hardly any room for them."""
    made = []

    # All callers give up at once and call again in the same later hour.
    network = on_phone({"teams.operators": team(1, "12:00", "13:00")} | IMPATIENT)
    draws = by_hand(network, [0] * CROWD, patience=MINUTE, redial=0.0, redial_delay=2 * HOUR)
    made.append(("many in one later hour", network, draws))

    # All dispatchers come at 2 h; the long call has brought the hour that begins then into the present.
    dispatchers = team(CROWD, "02:00", "24:00")
    network = build(one_unit({"teams.operators": team(3), "teams.dispatchers": dispatchers}))
    talk = [2 * HOUR, *[MINUTE] * CROWD]
    draws = by_hand(network, [n * MINUTE for n in range(1 + CROWD)], talk=talk)
    made.append(("many start at once", network, draws))

    # Forty agents are busy when six of them go off duty. A rush comes later; every fourth is impatient.
    agents = shifts(("00:00", "24:00", 34), ("08:00", "09:00", 6))
    network = on_phone({"teams.operators": agents} | IMPATIENT)
    numbers = range(400)
    draws = by_hand(
        network,
        [at(0, "08:50") if n < 40 else at(0, "10:30") + MINUTE * (n // 8) for n in numbers],
        talk=[MINUTE * (1 + 37 * n % 19) for n in numbers],
        patience=[NEVER if n % 4 else 2 * MINUTE for n in numbers],
        redial_delay=5 * MINUTE,
    )
    made.append(("a room of forty", network, draws))

    # The horizon is the midnight before the first dispatcher comes.
    changes = LAST_MIDNIGHT | {"teams.dispatchers": team(1, "20:00", "21:00")}
    network = build(one_unit(changes))
    draws = by_hand(network, [at(0, "22:00") + n * MINUTE for n in range(CROWD)])
    made.append(("many wait at the end", network, draws))
    return made


def of_horizons() -> list[tuple[str, Network, Draws]]:
    """What happens on the tick of the horizon, a midnight, or after it; and patience in a shared queue."""
    made = []
    together = {"dispatch.team": "operators", "teams.dispatchers": None, **IMPATIENT}
    network = build(one_unit(together))
    draws = by_hand(network, [0, MINUTE], talk=[2 * MINUTE, HOUR], patience=10 * MINUTE)
    made.append(("patience ends in service", network, draws))

    network = on_phone(LAST_MIDNIGHT | {"teams.operators": team(1, "08:00", "20:00")})
    made.append(("staff comes after the horizon", network, by_hand(network, [at(0, "22:00")])))
    together |= LAST_MIDNIGHT
    network = build(one_unit(together | {"teams.operators": team(1, "00:00", "08:00")}))
    made.append(("staff comes on the horizon", network, by_hand(network, [at(0, "23:00")] * 2)))
    network = build(one_unit(together | {"teams.operators": team(1, "08:00", "20:00")}))
    evening = [at(0, "19:00"), at(0, "23:00"), at(0, "23:30")]
    patience = [[NEVER, HOUR, MINUTE]] * 2
    draws = by_hand(network, evening, patience=patience, redial=0.0, redial_delay=29 * MINUTE)
    made.append(("patience ends on the horizon", network, draws))
    network = build(one_unit(together))
    draws = by_hand(network, [at(0, "22:00")], talk=HOUR, dispatch=HOUR)
    made.append(("work ends on the horizon", network, draws))

    # A wrong unit returns the ticket when no dispatcher is there any more; it is due before midnight.
    changes = LAST_MIDNIGHT | {
        "teams.dispatchers": team(1, "08:00", "12:00"),
        "classes.complaint.limit": "12 h",
        "categories.all.units": {"works": 0.5, "roads": 0.5},
        "units.roads": {"label": LABEL, "kind": "company", "staff": 1},
        "dispatch.misroute": 0.5,
        "dispatch.most_returns": 1,
    }
    network = build(one_unit(changes))
    draws = by_hand(network, [at(0, "09:00")], misroute=[[0.0], [0.9]], return_delay=4 * HOUR)
    made.append(("came back before the horizon", network, draws))
    return made


def of_reviews() -> list[tuple[str, Network, Draws]]:
    """Visits whose place in the queue, or whose deadline, changes while they wait or are worked on."""
    made = []
    kind = {
        "label": LABEL,
        "share": 0.25,
        "direct_answer": 0.0,
        "desk": fixed(MINUTE),
        "field": fixed(MINUTE),
    }
    changes = {
        "handling.order": "first come",
        "classes.complaint.share": 0.5,
        "classes.consult": kind | {"limit": "1 h"},
        "classes.help": kind | {"limit": "4 h"},
    }
    # Consultations turn blue first; who has more colours goes first, and some come while all wait.
    for steps in (["1 h"], ["1 h", "3 h"], ["90 min", "2 h", "150 min"]):
        network = build(one_unit(changes | {"supervision": {"steps": steps}}))
        draws = by_hand(
            network,
            [at(0, "09:00") + n * 10 * MINUTE for n in range(8)],
            desk=[[4 * HOUR, *[20 * MINUTE] * 7]],
            request_class=[1, 1, 2, 0, 1, 0, 2, 1],
        )
        made.append((f"supervised, {len(steps)} colours", network, draws))

    # Due on the first evening; more time is asked for then, while one is worked on and the other waits.
    changes = {"classes.complaint.limit": "8 h", "extension": {"asked": 0.5, "length": "2 d"}}
    run = {"start": date(2021, 3, 1), "end": date(2021, 3, 2), "run_in": "0 d", "resolution": "1 ms"}
    for name, more in (("", {}), (", cut", {"run": run | {"horizon": date(2021, 3, 3)}})):
        network = build(one_unit(changes | more))
        draws = by_hand(
            network,
            [at(0, "09:00"), at(0, "09:10"), at(0, "14:00")],
            desk=[[HOUR, 9 * HOUR, HOUR]],
            field=[[20 * HOUR, HOUR, HOUR]],
            extension=[[0.1, 0.1, 0.9]],
        )
        made.append((f"more time{name}", network, draws))

    # Both units are busy when two tickets come to them on one tick, one for each to lead and help with.
    network = build(
        one_unit(
            {
                "teams.operators": team(2),
                "teams.dispatchers": team(2),
                "handling.order": "first come",
                "units.parks": {"label": LABEL, "kind": "department", "staff": 1},
                "categories.all.units": {"parks": 0.5, "works": 0.5},
                "co_handlers": {"share": 1.0},
            }
        )
    )
    draws = by_hand(
        network,
        [at(0, "09:00"), at(0, "09:10"), at(0, "09:10")],
        route=[0.25, 0.25, 0.75],
        co_handlers=0.1,
        desk=HOUR,
        co_desk=HOUR,
    )
    made.append(("two who help each other", network, draws))
    draws = by_hand(
        network,
        [at(0, "09:00")],
        co_handlers=0.1,
        desk=HOUR,
        co_desk=2 * HOUR,
        field=30 * HOUR,
        co_field=MINUTE,
    )
    made.append(("the lead takes longest", network, draws))

    # The handler has the first ticket until the afternoon; the citizen of the third asks for it meanwhile.
    chasers = {
        "team": "operators",
        "after": fixed(HOUR),
        "again": fixed(HOUR),
        "most": 1,
        "talk": fixed(MINUTE),
        "first": True,
    }
    network = build(one_unit({"chasers": chasers}))
    draws = by_hand(
        network,
        [at(0, "09:00"), at(0, "09:10"), at(0, "09:20")],
        desk=[[4 * HOUR, HOUR, HOUR]],
        chase_after=[[NEVER, NEVER, HOUR]],
    )
    made.append(("one is asked for", network, draws))
    return made


def of_shortcuts() -> list[tuple[str, Network, Draws]]:
    """Ways that are shorter than the usual one: in a busy town, to its end or cut, and one by one."""
    made = []
    cut = {"run.horizon": date(2021, 3, 4)}
    own = {"enterprise": {"share": 0.3, "team": "operators", "first": False}}
    for name, changes in {"": {}, ", cut": cut, ", nobody escalates": own}.items():
        network = build(small_town(BUSY_DAYS | SHORTCUTS | changes))
        made.append((f"short ways{name}", network, draw(network, 1, 0)))

    # All wait for the handler, and the last of them is brought before the mayor's office meanwhile.
    line = {"share": 0.5, "first": False, "escalate_after": "1 h"}
    network = build(one_unit({"classes.complaint.limit": "4 h", "enterprise": line}))
    arrival = [at(0, "09:00") + n * 10 * MINUTE for n in range(4)]
    draws = by_hand(network, arrival, desk=[[5 * HOUR, HOUR, HOUR, HOUR]], enterprise=[[0, 0, 0, 1]])
    made.append(("before the mayor", network, draws))

    # One is in time at the counter, one is late, and the others are still there at the last midnight.
    quick = {"team": "counter", "share": 0.5, "work": fixed(MINUTE), "limit": "30 min"}
    desk = team(1, "09:00", "17:00")
    network = build(one_unit(LAST_MIDNIGHT | {"teams.counter": desk, "quick_service": quick}))
    arrival = [at(0, "16:00") + n * MINUTE for n in range(4)]
    work = [[10 * MINUTE, HOUR, 5 * HOUR, 5 * HOUR]]
    made.append(("at the counter", network, by_hand(network, arrival, counter=0.1, counter_work=work)))

    # All are due in the evening: one has its reply, one waits for the second receipt, one is at the centre.
    county = {
        "staff": 1,
        "work": fixed(HOUR),
        "sign_delay": fixed(HOUR),
        "office_share": 1.0,
        "townships": 1,
        "township_staff": 1,
    }
    changes = LAST_MIDNIGHT | {"units.works.kind": "county", "classes.complaint.limit": "12 h"}
    network = build(one_unit(changes | {"two_level": county}))
    draws = by_hand(
        network,
        [at(0, "09:00")] * 3,
        local_dispatch=[[HOUR, HOUR, 9 * HOUR]],
        local_sign=[[HOUR, 9 * HOUR, HOUR]],
    )
    made.append(("below the county", network, draws))
    return made


def of_calls() -> list[tuple[str, Network, Draws]]:
    """Lines, help, seats for some, calls back in idle time, citizens with a ticket: at once, and by hand."""
    made = []
    for name, changes in {"": {}, ", cut": {"run.horizon": date(2021, 3, 4)}}.items():
        network = build(small_town(BUSY_DAYS | PHONE_ROOM | changes))
        draws = draw(network, 1, 0)
        made.append((f"phone room{name}", network, draws))
        made.append((f"phone room{name}, 5 min", network, coarse(draws, 5 * MINUTE)))

    # The third call comes as the first talk is over, the second a tick before; the agent still writes.
    one_line = {"teams.operators": team(1) | {"lines": 1}, "intake.after_call_direct": "5 min"}
    network = on_phone(one_line)
    draws = by_hand(network, [0, 10 * MINUTE - 1, 10 * MINUTE], talk=10 * MINUTE)
    made.append(("a line is free", network, draws))

    # Field work ends in the evening; the operator, there all night, calls back in the morning.
    callback = CALLED_BACK["callback"] | {"team": "operators", "idle_above": 0, "between": "09:00-17:00"}
    network = build(one_unit(CALLED_BACK | {"callback": callback}))
    made.append(("called back in the morning", network, by_hand(network, [at(0, "09:00")], field=6 * HOUR)))

    # The citizen calls on the last tick, and rates the reply after it.
    network = build(one_unit(LAST_MIDNIGHT | {key: PHONE_ROOM[key] for key in ("chasers", "rating")}))
    draws = by_hand(
        network,
        [at(0, "09:00")] * 2,
        desk=[[MINUTE, 20 * HOUR]],
        chase_after=[[NEVER, at(0, "14:58")]] * 2,
        rates=0.1,
        rate_delay=20 * HOUR,
    )
    made.append(("about the ticket at midnight", network, draws))

    # The unit is busy; the third citizen calls while the ticket is on its way there, which then goes first.
    network = build(one_unit({"chasers": PHONE_ROOM["chasers"]}))
    draws = by_hand(
        network,
        [at(0, "09:00"), at(0, "09:10"), at(0, "09:20")],
        desk=[[5 * HOUR, HOUR, HOUR]],
        sign=[[MINUTE, MINUTE, 2 * HOUR]],
        chase_after=[[NEVER, NEVER, HOUR], [NEVER] * 3],
    )
    made.append(("asked for on its way", network, draws))
    return made


@cache
def by_chance() -> list[tuple[str, Network, Draws]]:
    """Networks of the strategy that the equality suite uses, as they are and on a coarse grid."""
    found: list[Replication] = []

    @seed(20210101)
    @settings(
        max_examples=60, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck)
    )
    @given(replications())
    def collect(replication: Replication) -> None:
        found.append(replication)

    collect()
    made = []
    for number, (_, network, draws) in enumerate(found):
        made.append((f"random {number}", network, draws))
        made.append((f"random {number}, 30 min", network, coarse(draws, 30 * MINUTE)))
    return made


@cache
def cases() -> list[Case]:
    """All networks; those in which a fault may run in circles come after those made to find it."""
    return [
        Case(*case, log_of("des", *case[1:]))
        for case in of_staffing()
        + of_crowds()
        + of_horizons()
        + of_reviews()
        + of_shortcuts()
        + of_calls()
        + towns()
        + by_chance()
    ]


def log_of_copy(core: Any, network: Network, draws: Draws) -> TicketLog:
    """Run a copy of the core that starts with hardly any room and pauses often."""
    core.engine._TURNS = 50
    run = core.engine.Core(network, draws)
    run.slots = core.engine.more_slots(None, 2)
    run.heap = np.empty(40, np.int64)
    run.rows = core.engine._rows(40)
    return build_log(network, draws, run.run(), scenario="test", seed=1, replication=0, engine="core")


def differing_log(core: Any, case: Case) -> str | None:
    """The first difference of a copy's log from that of the SimPy engine."""
    core.compiler.turns = 0
    try:
        return first_difference(case.log, log_of_copy(core, case.network, case.draws))
    except (IndexError, core.compiler.EndlessError) as error:
        return repr(error)


@cache
def kpis_of(name: str) -> dict[str, Kpi]:
    """KPIs of a case, from the log of the SimPy engine."""
    return hs.kpis(next(case.log for case in cases() if case.name == name))


def differing_kpi(core: Any, case: Case) -> str | None:
    """The first KPI that a copy counts otherwise than the SimPy engine's log gives it."""
    core.compiler.turns = 0
    expected = kpis_of(case.name)
    with np.errstate(over="ignore"):  # compiled code does not tell either
        found = core.key_figures.summarise(case.network, case.draws)
    for name, kpi in found.items():
        same = kpi == expected[name]
        if name.startswith("response_time_p"):  # read from a histogram, so its value may differ a little
            same = kpi.denominator == expected[name].denominator
        if not same:
            return f"{name}: {kpi} against {expected[name]}"
    return None


def assert_found(fault: Fault, differing: Callable[[Any, Case], str | None]) -> None:
    """Fail if no network shows a fault."""
    with copy_of_core(fault) as core:
        assert any(differing(core, case) for case in cases()), f"no network shows that {fault.name}"


def named(fault: Fault) -> str:
    """Name of the test of one fault."""
    return fault.name


def test_networks_have_names_of_their_own() -> None:
    names = [case.name for case in cases()]
    assert len(set(names)) == len(names)


def test_compiled_core_agrees_on_every_network() -> None:
    for case in cases():
        difference = first_difference(case.log, log_of("core", case.network, case.draws))
        assert difference is None, f"{case.name}: {difference}"


@pytest.mark.parametrize("differing", [differing_log, differing_kpi])
def test_copy_without_a_fault_agrees_on_every_network(differing: Callable[[Any, Case], str | None]) -> None:
    with copy_of_core(None) as core:
        assert {case.name: differing(core, case) for case in cases()} == {case.name: None for case in cases()}


@pytest.mark.parametrize("fault", FAULTS_OF_LOGS, ids=named)
def test_every_fault_shows_in_a_log(fault: Fault) -> None:
    assert_found(fault, differing_log)


@pytest.mark.parametrize("fault", FAULTS_OF_KPIS, ids=named)
def test_every_fault_of_counting_shows_in_a_kpi(fault: Fault) -> None:
    assert_found(fault, differing_kpi)


def test_a_fault_whose_text_has_gone_is_told() -> None:
    fault = FAULTS_OF_LOGS[0]._replace(name="outdated", old="no such text")
    with pytest.raises(AssertionError, match="outdated: its text stands 0 times"), copy_of_core(fault):
        pass


def test_event_list_grows_before_a_later_hour_is_opened() -> None:
    (case,) = (case for case in cases() if case.name == "many in one later hour")
    ready = case.log.visits["ready"]
    assert np.count_nonzero(ready == ready.max()) == CROWD  # all are on the event list at once
    with copy_of_core(None) as core:
        assert differing_log(core, case) is None
    (fault,) = (fault for fault in FAULTS_OF_LOGS if fault.name == "room is not kept for later hours")
    with copy_of_core(fault) as core:
        assert "out of bounds" in str(differing_log(core, case))
