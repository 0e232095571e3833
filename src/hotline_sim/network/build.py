"""Scenario to network: the only dictionary between the words of 12345 and those of queueing.

Everything is numbered in the order of its name, so the order of tables in a file means nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from hotline_sim.clock.calendar import (
    Calendar,
    build_calendar,
    working_day_closes,
    working_days_through,
)
from hotline_sim.clock.days import weekly_days
from hotline_sim.clock.hours import hours_of
from hotline_sim.clock.ticks import DAY, NEVER, WORKING_DAYS, tick_of
from hotline_sim.network.absence import roster
from hotline_sim.network.backlog import opened
from hotline_sim.network.citizens import chase, rate, repeat, threads, weekly
from hotline_sim.network.codes import ALWAYS, UNSTAFFED, ClockStart, Limit, LimitKind
from hotline_sim.network.demand import build_demand
from hotline_sim.network.events import redial_windows, staffing_of
from hotline_sim.network.hard_cases import hard_cases, posts_of_hard_cases
from hotline_sim.network.mechanisms import late, together
from hotline_sim.network.mediation import DISPUTES, has_disputes, mediation, petitions, posts_of_mediation
from hotline_sim.network.network import Names, Network, Tables
from hotline_sim.network.phone import entry, idle, skills
from hotline_sim.network.shortcuts import counter, dispatching, enterprises, three_parties
from hotline_sim.network.staffing import ALWAYS_ONE, stacked, team_staffing
from hotline_sim.network.two_level import local, local_posts
from hotline_sim.scenario.days import days_of
from hotline_sim.scenario.given import check_scenario
from hotline_sim.scenario.schema import REQUEST_CLASSES, Scenario

if TYPE_CHECKING:
    from hotline_sim.clock.days import Days
    from hotline_sim.clock.steps import Steps
    from hotline_sim.clock.ticks import Duration

_Columns: TypeAlias = dict[str, Any]
"""Some fields of Tables by name."""


def build(scenario: Scenario) -> Network:
    """Turn a checked scenario into arrays.

    Parameters
    ----------
    scenario : Scenario
        As loaded, that is, checked.

    Returns
    -------
    Network

    Raises
    ------
    TypeError
        If it is no scenario, such as the name of one.
    """
    check_scenario(scenario)
    return _Builder(scenario).network()


def build_days(scenario: Scenario) -> Days:
    """Days from the first that is needed to the last that the calendar knows or the drain may need."""
    run, backlog = scenario.run, scenario.backlog
    start = datetime(run.start.year, run.start.month, run.start.day)
    return days_of(scenario.calendar, run, backlog.oldest(start).date() if backlog else None)


class _Builder:
    """The steps of :func:`build`, sharing names, days and calendars."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.days = build_days(scenario)
        self.calendars = {name: build_calendar(self.days, hours) for name, hours in scenario.hours.items()}
        every_day = weekly_days(self.days.first, self.days.last, ())
        self.calendars["always"] = build_calendar(every_day, [(0, DAY)])
        self.hours = sorted(scenario.hours) or ["always"]
        self.units = tuple(sorted(scenario.units))
        self.teams = tuple(sorted(scenario.teams))
        areas = tuple(name for name in self.units if scenario.units[name].area_weight > 0)
        self.posts = posts_of_hard_cases(scenario, self.days, self._open_steps())
        self.posts += posts_of_mediation(scenario, areas, self._open_steps())
        duty = [name for name in self.units if scenario.units[name].duty > 0]
        self.duty_at = {name: len(self.teams) + len(self.units) + index for index, name in enumerate(duty)}
        self.local = local_posts(scenario)
        self.names = Names(
            sources=(*sorted(scenario.channels), *((DISPUTES,) if has_disputes(scenario) else ())),
            categories=tuple(sorted(scenario.categories)),
            classes=REQUEST_CLASSES,
            units=self.units,
            unit_kinds=tuple(scenario.units[name].kind for name in self.units),
            stations=(
                *(*self.teams, *self.units, *(f"{name}/duty" for name in duty)),
                *(place.name for place in self.local),
                *(post.name for post in self.posts),
            ),
            areas=areas,
        )

    def network(self) -> Network:
        """Return everything."""
        run = self.scenario.run
        start, end = tick_of(run.start), tick_of(run.end)
        first = start - -(-run.run_in.ticks() // DAY) * DAY
        return Network(
            tables=self._tables(),
            demand=build_demand(self.scenario, self.names, self.days, self.calendars, first, end),
            names=self.names,
            calendar=self._deadline_calendar(),
            days=self.days,
            start=start,
            end=end,
            first=first,
            mechanisms=_given(self.scenario),
            roster=roster(self.scenario, self.names, self.days, self.calendars),
        )

    def _deadline_calendar(self) -> Calendar:
        return self.calendars[self.scenario.handling.deadline_hours]

    def _open_steps(self) -> dict[str, Steps]:
        """1 while an entry of [hours] is open, else 0."""
        return {
            name: ALWAYS_ONE if name == "always" else calendar.open_steps()
            for name, calendar in self.calendars.items()
        }

    def _tables(self) -> Tables:
        scenario = self.scenario
        run, handling, intake = scenario.run, scenario.handling, scenario.intake
        shared = together(scenario, self.names)
        return Tables(
            horizon=tick_of(run.horizon) if run.horizon else self.days.end_tick,
            resolution=run.resolution.ticks(),
            **self._stations(),
            **self._clock(),
            **self._limits(),
            clock_start=int(ClockStart[handling.clock_starts.upper()]),
            clock_restarts=int(handling.clock_after_return == "restarts"),
            effort_window=handling.effort_window,
            effort_speed=handling.effort_speed,
            by_due_date=int(handling.order == "due date"),
            **self._intake(),
            after_call_direct=self._steps(intake.after_call_direct),
            after_call_ticket=self._steps(intake.after_call_ticket),
            **redial_windows(scenario),
            **self._dispatch(),
            **self._routes(),
            **self._units(),
            **self._callback(),
            **self._outcome(),
            together=shared,
            entry=entry(scenario, len(self.names.stations), self.teams),
            skills=skills(scenario, self.names, self.teams),
            idle=idle(scenario, self.teams),
            chase=chase(scenario, self.teams),
            repeat=repeat(scenario, self.teams),
            weekly=weekly(scenario, self.days.first_tick, self.days.end_tick),
            threads=threads(shared.most, scenario.rating is not None, scenario.chasers is not None),
            dispatching=dispatching(scenario),
            three_party=three_parties(scenario),
            counter=counter(scenario, self.teams, self.names.categories),
            opened=opened(scenario, self.names),
            local=local(scenario, self.names.stations),
        )

    def _steps(self, duration: Duration | None) -> int:
        """Ticks of a stated duration as whole steps of the resolution: at least one, unless it is none."""
        ticks = duration.ticks() if duration else 0
        if ticks == 0:
            return 0
        resolution = self.scenario.run.resolution.ticks()
        return max(1, (2 * ticks + resolution) // (2 * resolution)) * resolution

    def _stations(self) -> _Columns:
        scenario = self.scenario
        changed = staffing_of(scenario)
        patterns: list[Steps] = [
            changed.team(name, team_staffing(scenario.teams[name], self.days)) for name in self.teams
        ]
        pattern, staff = list(range(len(patterns))), [1] * len(patterns)
        open_pattern = {}
        for name in sorted({unit.hours for unit in scenario.units.values()}):
            open_pattern[name] = len(patterns)
            patterns.append(ALWAYS_ONE if name == "always" else self.calendars[name].open_steps())
        for name in self.units:
            pattern.append(open_pattern[scenario.units[name].hours])
            staff.append(scenario.units[name].staff)
        if self.duty_at:
            patterns.append(ALWAYS_ONE)
        for name in self.duty_at:
            pattern.append(len(patterns) - 1)
            staff.append(scenario.units[name].duty)
        for place in self.local:
            pattern.append(open_pattern[scenario.units[place.unit].hours])
            staff.append(place.people)
        # Whoever is short of people for a while has a pattern of his own.
        shared = len(patterns)
        owners = (*self.units, *self.duty_at, *(place.unit for place in self.local))
        for number, name in enumerate(owners, len(self.teams)):
            if changed.changes(name):
                patterns.append(changed.unit(name, patterns[pattern[number]].times(staff[number])))
                pattern[number], staff[number] = len(patterns) - 1, 1
        for post in self.posts:
            pattern.append(len(patterns))
            staff.append(post.staff)
            patterns.append(post.steps)
        low, high, ticks, levels = stacked(patterns)
        return {
            "station_pattern": np.array(pattern, np.int64),
            "station_staff": np.array(staff, np.int64),
            "shared_patterns": shared,
            "pattern_low": low,
            "pattern_high": high,
            "step_tick": ticks,
            "step_level": levels,
        }

    def _clock(self) -> _Columns:
        deadline_hours = self.scenario.handling.deadline_hours
        hours = self.scenario.hours.get(deadline_hours, ((0, DAY),))
        return {
            "hours": hours_of([self.calendars[name] for name in self.hours]),
            "deadline_calendar": self._calendar_number(deadline_hours),
            "first_day": self.days.first_tick // DAY,
            "working_days_through": working_days_through(self.days),
            "day_closes": working_day_closes(self.days, hours),
        }

    def _calendar_number(self, hours: str) -> int:
        return ALWAYS if hours == "always" else self.hours.index(hours)

    def _limits(self) -> _Columns:
        scenario = self.scenario
        own = [name for name in self.names.categories if scenario.categories[name].limit]
        row_of = {name: len(Limit) + number for number, name in enumerate(own)}
        lateness, more = late(scenario, len(Limit) + len(own))
        line, further = enterprises(scenario, self.teams, len(Limit) + len(own) + len(more))
        more += further
        rectifying = len(Limit) + len(own) + len(more)
        if scenario.rating:
            more.append(scenario.rating.rectify_limit)
        row = len(Limit) + len(own) + len(more)
        hard, longer = hard_cases(scenario, self.names.stations, self._calendar_number, row)
        more = [*more, *longer]
        kind = np.zeros(len(Limit) + len(own) + len(more), np.int64)
        amount = np.full(len(kind), NEVER // 2, np.int64)
        table: dict[int, Duration | None] = {
            Limit[name.upper()]: scenario.classes[name].limit
            for name in REQUEST_CLASSES
            if name in scenario.classes
        }
        table[Limit.URGENT] = scenario.urgent.limit if scenario.urgent else None
        table[Limit.SIGN] = scenario.sign.limit if scenario.sign else None
        table[Limit.URGENT_SIGN] = scenario.sign.urgent_limit if scenario.sign else None
        table[Limit.REDO] = scenario.outcome.redo_limit if scenario.outcome else None
        table |= {row: scenario.categories[name].limit for name, row in row_of.items()}
        table |= dict(enumerate(more, len(Limit) + len(own)))
        for limit, duration in table.items():
            if duration is None:
                continue
            if not duration.is_working:
                amount[limit] = duration.ticks()
            elif duration.unit == WORKING_DAYS:
                kind[limit], amount[limit] = LimitKind.WORKING_DAYS, int(duration.value)
            else:
                kind[limit] = LimitKind.WORKING_TIME
                amount[limit] = duration.working_ticks(self._deadline_calendar().day_length)
        rows = np.array([row_of.get(name, -1) for name in self.names.categories], np.int64)
        return {
            "limit_kind": kind,
            "limit_amount": amount,
            "category_limit": rows,
            "late": lateness,
            "rating": rate(scenario, rectifying),
            "enterprises": line,
            "hard": hard,
            "mediation": mediation(scenario, self.names, self._calendar_number),
            "petition": petitions(scenario),
        }

    def _intake(self) -> _Columns:
        scenario = self.scenario
        channels = [scenario.channels[name] for name in sorted(scenario.channels)]
        # Disputes and open tickets have sources of their own, where nobody calls.
        more = [0] * (has_disputes(scenario) + (scenario.backlog is not None))
        direct = [
            scenario.classes[name].direct_answer if name in scenario.classes else 1.0
            for name in REQUEST_CLASSES
        ]
        return {
            "intake_station": np.array(
                [*(self.teams.index(channel.team) for channel in channels), *more], np.int64
            ),
            "live": np.array([*(channel.live for channel in channels), *more], np.int64),
            "invalid_share": np.array([*(channel.invalid_share for channel in channels), *more], np.float64),
            "direct_answer": np.array(direct),
        }

    def _dispatch(self) -> _Columns:
        dispatch = self.scenario.dispatch
        if dispatch is None:
            return {"dispatch_station": UNSTAFFED, "misroute": 0.0, "most_returns": 0}
        return {
            "dispatch_station": self.teams.index(dispatch.team),
            "misroute": dispatch.misroute,
            "most_returns": dispatch.most_returns,
        }

    def _routes(self) -> _Columns:
        low, units, cumulative = [0], [], []
        categories = [self.scenario.categories[name] for name in self.names.categories]
        for category in categories:
            weights = np.array([category.units[name] for name in sorted(category.units)])
            units += [self.units.index(name) for name in sorted(category.units)]
            cumulative += list(np.cumsum(weights) / weights.sum()) if len(weights) else []
            low.append(len(units))
        return {
            "units": len(self.units),
            "area_share": np.array([category.area_share for category in categories]),
            "area_unit": np.array([self.units.index(name) for name in self.names.areas], np.int64),
            "route_low": np.array(low[:-1], np.int64),
            "route_high": np.array(low[1:], np.int64),
            "route_unit": np.array(units, np.int64),
            "route_cumulative": np.array(cumulative, np.float64),
        }

    def _units(self) -> _Columns:
        units = [self.scenario.units[name] for name in self.units]
        desk = len(self.teams) + np.arange(len(units), dtype=np.int64)
        own = [self._calendar_number(unit.hours) for unit in units]
        return {
            "desk_station": desk,
            "duty_station": np.array(
                [self.duty_at.get(name, desk[index]) for index, name in enumerate(self.units)], np.int64
            ),
            "duty_calendar": np.array(
                [ALWAYS if unit.duty else own[index] for index, unit in enumerate(units)], np.int64
            ),
            "unit_calendar": np.array(own, np.int64),
            "unit_speed": np.array([unit.speed for unit in units]),
        }

    def _callback(self) -> _Columns:
        callback = self.scenario.callback
        if callback is None:
            return {
                "callback_station": UNSTAFFED,
                "callback_share": 0.0,
                "most_tries": 1,
                "reached_by": np.zeros(1),
                "ring": 1,
                "retry_after": 1,
            }
        each = 1.0 - (1.0 - callback.reached) ** (1.0 / callback.most_tries)
        return {
            "callback_station": self.teams.index(callback.team),
            "callback_share": callback.share,
            "most_tries": callback.most_tries,
            "reached_by": 1.0 - (1.0 - each) ** np.arange(1, callback.most_tries + 1),
            "ring": max(self._steps(callback.ring), self.scenario.run.resolution.ticks()),
            "retry_after": self._steps(callback.retry_after),
        }

    def _outcome(self) -> _Columns:
        outcome = self.scenario.outcome
        return {
            "solved": outcome.solved if outcome else 1.0,
            "solved_when_late": outcome.solved_when_late if outcome else 1.0,
            "satisfied_if_solved": outcome.satisfied_if_solved if outcome else 1.0,
            "satisfied_if_unsolved": outcome.satisfied_if_unsolved if outcome else 1.0,
            "late_factor": outcome.late_factor if outcome else 1.0,
            "redo": outcome.redo if outcome else 0.0,
            "most_redos": outcome.most_redos if outcome else 0,
        }


def _given(scenario: Scenario) -> tuple[str, ...]:
    """Tables that a scenario has and might have left out, and such parts of them."""
    optional = [name for name, field in type(scenario).model_fields.items() if not field.is_required()]
    given = [name for name in optional if getattr(scenario, name)]
    if any(team.lines for team in scenario.teams.values()):
        given.append("lines")
    if any(team.overflow for team in scenario.teams.values()):
        given.append("overflow")
    if scenario.supervision:
        parts = ["remind_at"] if scenario.supervision.remind_at else []
        parts += ("blue", "orange", "red")[: len(scenario.supervision.steps)]
        given += (f"supervision.{part}" for part in parts)
    return tuple(given)
