"""What a valid scenario says without any effect: an event in another year, calls back that never begin.

None of it is a fault: a file may be laid over others. ``scenario check`` tells it, so that a slip is seen.
What may not stand in a file at all is checked in :mod:`hotline_sim.scenario.check`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hotline_sim.clock.ticks import DAY, datetime_of, tick_of
from hotline_sim.results.definitions import Wording
from hotline_sim.scenario.faults import key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline_sim.scenario.phone import Team
    from hotline_sim.scenario.schema import Scenario

_OUTSIDE = Wording(
    "{path}: has no effect: the days that are simulated are {first} to {last}",
    "{path}：不起作用：模拟的日期为{first}至{last}",
)
_NEVER_IDLE = Wording(
    "{path}: no call back ever begins: {team} has at most {most} on duty",
    "{path}：永远不会外呼：{team} 同时在岗至多{most}人",
)
_WITHOUT = Wording("{path}: has no effect without [{table}]", "{path}：没有 [{table}] 时不起作用")


def without_effect(scenario: Scenario, lang: str) -> list[str]:
    """Sentences, one for each key that changes nothing.

    Parameters
    ----------
    scenario : Scenario
        Any.
    lang : {"en", "zh"}
        Language.
    """
    return [*_events(scenario, lang), *_idle(scenario, lang), *_petitions(scenario, lang)]


def _events(scenario: Scenario, lang: str) -> Iterator[str]:
    run = scenario.run
    first, end = tick_of(run.start) - run.run_in.ticks(), tick_of(run.end)
    for name, event in scenario.events.items():
        # People matter for as long as the tickets of the last days are worked on.
        is_late = event.start_tick >= end and not event.agents and not event.staff
        if event.end_tick <= first or is_late:
            days = {"first": datetime_of(first).date(), "last": run.end - timedelta(days=1)}
            yield _OUTSIDE.text(lang).format(path=f"events.{key(name)}", **days)


def _idle(scenario: Scenario, lang: str) -> Iterator[str]:
    callback = scenario.callback
    if callback is None or callback.idle_above is None:
        return
    name = callback.team
    grows = any(event.agents.get(name, 1) > 1 for event in scenario.events.values())
    most = _most_on_duty(scenario.teams[name])
    if callback.idle_above >= most and not grows:
        yield _NEVER_IDLE.text(lang).format(path="callback.idle_above", most=most, team=name)


def _most_on_duty(team: Team) -> int:
    """Agents on duty at a time, at most: shifts of different days are taken to be of the same."""
    at = [
        sum(
            shift.agents
            for shift in team.shifts
            if (begin - shift.start) % DAY < ((shift.end - shift.start) % DAY or DAY)
        )
        for begin in (shift.start for shift in team.shifts)
    ]
    return max(at)


def _petitions(scenario: Scenario, lang: str) -> Iterator[str]:
    petitions = scenario.petitions
    if petitions is None:
        return
    needs = {"hard_case": "hard_cases", "mediation": "mediation", "unmediated": "mediation"}
    for name, table in needs.items():
        if getattr(petitions, name) > 0 and getattr(scenario, table) is None:
            yield _WITHOUT.text(lang).format(path=f"petitions.{name}", table=table)
