"""A scenario of what a log of requests tells: volume, hours, subjects, units, limits, time to the reply.

Calls, patience and staff are not in such a log; where they are, :mod:`hotline_sim.fit.assemble` puts them in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.clock.ticks import DAY, datetime_of, tick_of
from hotline_sim.fit import returns
from hotline_sim.fit.calendar_factors import marked
from hotline_sim.fit.demand import DemandFit, estimates_of, fit_demand
from hotline_sim.fit.estimate import Estimate, NotIdentified
from hotline_sim.fit.handling import (
    Handled,
    closing_timers,
    duration_text,
    handled,
    handling_law,
    timers_after_reply,
    without_limits,
    without_timers,
)
from hotline_sim.fit.mix import NO_UNIT, PROFILE_COUNT, hour_profiles, subjects
from hotline_sim.fit.reply_hours import HOURS_NAME, in_hours, limit_text, reply_hours
from hotline_sim.results.schema import TicketOutcome
from hotline_sim.scenario.days import days_between
from hotline_sim.scenario.load import check
from hotline_sim.statistics.shares import wilson

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from hotline_sim.arrays import IntArray
    from hotline_sim.clock.days import Days
    from hotline_sim.fit.handling import Timer
    from hotline_sim.fit.mix import Subject
    from hotline_sim.fit.reply_hours import ReplyHours
    from hotline_sim.records.read import Records
    from hotline_sim.results.schema import LogMeta
    from hotline_sim.scenario.schema import Scenario

_AT_ONCE: Final = {"family": "fixed", "mean": "1 s"}
_LIMITS_RUN_ON: Final = 60
_AGENTS: Final = 200
"""Staff that nobody ever waits for: waiting is part of the times in the records."""


@dataclass(frozen=True, eq=False)
class RequestFit:
    """A scenario fitted to a log of requests.

    Parameters
    ----------
    scenario : Scenario
        Stand-alone.
    demand : DemandFit
        Of the daily numbers.
    subjects : list of Subject
        Categories of the scenario.
    timers : list of Timer
        Ages at which closings pile up.
    estimates : list of Estimate
        With intervals.
    not_identified : list of NotIdentified
        Keys with the value of the base.
    tickets : Handled
        As they stood at the end of the period, in the hours of their units.
    hours : ReplyHours or None
        Hours in which units reply; None if none is seen to rest.
    """

    scenario: Scenario
    demand: DemandFit
    subjects: list[Subject]
    timers: list[Timer]
    estimates: list[Estimate]
    not_identified: list[NotIdentified]
    tickets: Handled
    hours: ReplyHours | None

    def variants(self, number: int, seed: int = 1) -> list[dict[str, Any]]:
        """Draws from the laws of the estimates, as changes of the scenario.

        Parameters
        ----------
        number : int
            How many, at least 1.
        seed : int
            Of NumPy's generators.

        Returns
        -------
        list of dict
            Demand as :meth:`DemandFit.variants` draws it; times to the reply of each subject fitted again to
            its tickets drawn with replacement (bootstrap).
        """
        generator = np.random.default_rng((seed, 1))
        return [
            one | self._drawn_times(generator) for one in self.demand.variants(self.scenario, number, seed)
        ]

    def _drawn_times(self, generator: np.random.Generator) -> dict[str, Any]:
        found = {}
        for subject in self.subjects:
            if subject.law is None:
                continue
            rows = np.flatnonzero(subject.source)
            drawn = self.tickets[generator.choice(rows, rows.size)]
            law, times = handling_law(drawn), handling_law(without_limits(drawn))
            if law is not None and times is not None:
                found[f'categories."{subject.name}".field'] = subject.field(law, times)
        return found


def fit_requests(
    records: Records,
    base: Scenario,
    *,
    name: str,
    window: tuple[date, date],
    start: date | None = None,
    end: date | None = None,
    apart: Collection[date] = (),
    half_life: float | None = None,
) -> RequestFit:
    """Fit a scenario to a log of requests, as it stood at the end of a period.

    Parameters
    ----------
    records : Records
        Requests with category and, where known, unit, deadline and reply.
    base : Scenario
        Its calendar says which days are worked; its factors hold where the records tell none.
    name : str
        Of the new scenario.
    window : (date, date)
        Its ``run.start`` and ``run.end``.
    start, end : date, optional
        Period of the records that is used; replies after its end are not looked at.
    apart : collection of date
        Days of events: each is left out, with the six days after it, of the daily numbers and of the tickets
        from which hours, subjects and times are taken.
    half_life : float, optional
        Days before the end at which a request counts half for the shares of the subjects; all count alike if
        not given. For forecasts of the next weeks; a scenario of a whole year wants the mix of a year.

    Returns
    -------
    RequestFit

    Raises
    ------
    ValueError
        If there are too few days.
    """
    meta = records.log.meta
    first = start or datetime_of(meta.start).date()
    last = end or datetime_of(meta.end).date()
    demand = fit_demand(records, base, start=first, end=last, apart=apart)
    columns = records.log.tickets
    requests = columns["outcome"] != TicketOutcome.INVALID
    tickets = handled(
        {key: values[requests] for key, values in columns.items()}, tick_of(last), tick_of(first)
    )
    days = days_between(base.calendar, first, last)
    ordinary = days.first_tick // DAY + np.flatnonzero(~marked(days, apart, 6))
    tickets = tickets[np.isin(tickets.arrival // DAY, ordinary)]
    timers = closing_timers(tickets)
    clock = without_timers(tickets, timers)
    hours = reply_hours(clock, _days_beyond(base, first, last))
    tickets = in_hours(clock, hours)
    weight = None if half_life is None else 0.5 ** ((tick_of(last) - tickets.arrival) / (half_life * DAY))
    found = subjects(tickets, meta, weight)
    working = days.first_tick // DAY + np.flatnonzero(days.working)
    tables = _tables(base, name, window)
    limits = _limits(found, clock, tickets, hours)
    tables |= _places(tickets, found, meta, working, limits)
    _keep_hours(tables, hours, meta)
    tables["demand"]["month"] = list(base.demand.month)
    tables["demand"]["holiday"] = base.demand.holiday.model_dump()
    tables["demand"]["weekday"] = list(base.demand.weekday)
    returned, not_told = returns.estimate(
        records.log, base, (tick_of(first), tick_of(last)), extra=records.extra
    )
    for one in returned:
        # Returned at once: the time that it took is part of the time to the reply.
        if one.path.startswith("dispatch.") and len(tables["units"]) > 1:
            tables["dispatch"][one.path.partition(".")[2]] = one.value
    scenario = _with_demand(tables, demand)
    of_demand, unknown = estimates_of(demand, scenario)
    effective = float(tickets.age.size if weight is None else weight.sum() ** 2 / (weight**2).sum())
    estimates = [*of_demand, *_estimates(found, limits, effective), *_of_hours(hours, meta, scenario)]
    estimates += [one for one in returned if one.path.startswith("dispatch.")]
    after = timers_after_reply({key: values[requests] for key, values in columns.items()}, tick_of(last))
    unknown += not_told + _unknown(found) + _of_timers(timers, after)
    return RequestFit(scenario, demand, found, timers, estimates, unknown, tickets, hours)


def _days_beyond(base: Scenario, first: date, last: date) -> Days:
    """Days of the records, and as many after them as limits run on, if the calendar knows them."""
    try:
        return days_between(base.calendar, first, last + timedelta(days=_LIMITS_RUN_ON))
    except ValueError:
        return days_between(base.calendar, first, last)


def _with_demand(tables: dict[str, Any], demand: DemandFit) -> Scenario:
    from hotline_sim.scenario.schema import Scenario
    from hotline_sim.scenario.vary import changed

    tables["demand"] |= {"requests_per_year": 1.0, "day_factor_cv": 0.0}
    plain = check(Scenario.model_validate(tables))
    return changed(plain, demand.demand(plain))


def _label(text: str) -> dict[str, str]:
    return {"en": text, "zh": text}


def _tables(base: Scenario, name: str, window: tuple[date, date]) -> dict[str, Any]:
    """Tables of a hotline that hands every request to its unit at once."""
    shift = {"name": "all", "start": "00:00", "end": "24:00", "agents": _AGENTS}
    calendar = base.calendar.model_dump()
    return {
        "name": name,
        "title": {"en": f"{name}, fitted to its records", "zh": f"{name}，由记录拟合"},
        "run": {"start": window[0], "end": window[1], "run_in": "60 d", "resolution": "1 s"},
        "calendar": calendar | {"weekend": list(calendar["weekend"])},
        "hours": {},
        "demand": {},
        "channels": {"records": {"label": _label("records"), "share": 1.0, "team": "desk", "live": False}},
        "teams": {"desk": {"label": _label("desk"), "shifts": [shift]}},
        "intake": {"talk": _AT_ONCE, "invalid_talk": _AT_ONCE, "written": _AT_ONCE},
        "dispatch": {
            "team": "desk",
            "work": _AT_ONCE,
            "urgent_work": _AT_ONCE,
            "misroute": 0.0,
            "most_returns": 0,
            "return_delay": _AT_ONCE,
        },
        "sign": {"delay": _AT_ONCE, "urgent_delay": _AT_ONCE, "limit": "1 d", "urgent_limit": "1 d"},
        "handling": {"order": "first come", "deadline_hours": "always"},
    }


def _limits(
    found: list[Subject], clock: Handled, tickets: Handled, hours: ReplyHours | None
) -> dict[str, str]:
    """Time limit of each subject that has one."""
    texts = {}
    for subject in found:
        if subject.limit:
            own = subject.members
            keeps = hours is not None and bool(hours.kept(tickets.unit[own][:1]).all())
            texts[subject.name] = limit_text(
                subject.limit, clock.limit[own], tickets.limit[own], keeps_hours=keeps
            )
    return texts


def _keep_hours(tables: dict[str, Any], hours: ReplyHours | None, meta: LogMeta) -> None:
    """Let units rest, and limits in working hours run, in the hours of the replies."""
    if hours is None:
        return
    tables["hours"] = {HOURS_NAME: [hours.text]}
    tables["handling"]["deadline_hours"] = HOURS_NAME
    for number in hours.units:
        name = meta.units[number] if number >= 0 else NO_UNIT
        if name in tables["units"]:
            tables["units"][name]["hours"] = HOURS_NAME


def _places(
    tickets: Handled, found: list[Subject], meta: LogMeta, working: IntArray, limits: dict[str, str]
) -> dict[str, Any]:
    """Categories, units, the class of all requests, and hour profiles."""
    profiles = {name: values.tolist() for name, values in hour_profiles(tickets.arrival, working).items()}
    rest = {"rest": "rest"} if "rest" in profiles else None
    categories, total = {}, sum(subject.share for subject in found)
    for number, subject in enumerate(found):
        table: dict[str, Any] = {
            "label": _label(subject.name),
            "share": subject.share / total,
            "profile": "working",
            "units": {subject.unit: 1.0},
        }
        if rest:
            table["day_profiles"] = rest
        if subject.members.sum() >= PROFILE_COUNT:
            own = hour_profiles(tickets.arrival[subject.members], working)
            for kind, values in own.items():
                profiles[f"{kind} {number}"] = values.tolist()
            table["profile"] = f"working {number}"
            if "rest" in own:
                table["day_profiles"] = {"rest": f"rest {number}"}
        if subject.law and subject.times:
            table["field"] = subject.field(subject.law, subject.times)
        if subject.limit:
            table["limit"] = limits[subject.name]
        categories[subject.name] = table
    names = meta.units if any(subject.unit != NO_UNIT for subject in found) else ()
    units = {
        unit: {"label": _label(unit), "kind": "department", "staff": _AGENTS, "hours": "always"}
        for unit in {*names, *(subject.unit for subject in found)}
    }
    one_class = {
        "label": {"en": "request", "zh": "诉求"},
        "share": 1.0,
        "direct_answer": 0.0,
        "limit": "3650 d",
        "desk": _AT_ONCE,
        "field": {"family": "lognormal", "mean": "5 d", "sigma": 1.0},
    }
    return {
        "categories": categories,
        "units": dict(sorted(units.items())),
        "classes": {"complaint": one_class},
        "demand": {"profiles": profiles},
    }


def _estimates(found: list[Subject], limits: dict[str, str], effective: float) -> list[Estimate]:
    estimates = []
    for subject in found:
        count = int(subject.members.sum())
        path = f'categories."{subject.name}"'
        low, high = wilson(subject.share * effective, effective)
        note = "share of requests, Wilson's interval"
        if effective < subject.members.size:
            note = f"share of requests, recent ones first, worth {effective:.0f}; Wilson's interval"
        estimates.append(Estimate(f"{path}.share", subject.share, note, count, float(low), float(high)))
        if subject.law and subject.times:
            law = subject.law
            note = f"Kaplan-Meier, {law.closed} of {law.count} closed" + ", of the unit" * subject.pooled
            if subject.limit:
                note += "; the interval is of the share later than the limit"
            value = subject.field(law, subject.times)
            estimates.append(Estimate(f"{path}.field", value, note, law.count, law.low, law.high))
        if subject.limit:
            note = "median of the deadlines; where they differ, so that as many are late as by their own"
            estimates.append(Estimate(f"{path}.limit", limits[subject.name], note, count))
    return estimates


def _of_hours(hours: ReplyHours | None, meta: LogMeta, scenario: Scenario) -> list[Estimate]:
    """Hours of the units that rest: seen in their replies, without an interval."""
    if hours is None:
        return []
    note = f"holds 98 % of the replies of working days; {hours.share:.1%} came on days off"
    found = [Estimate(f"hours.{HOURS_NAME}", [hours.text], note, hours.count)]
    for number in sorted(hours.units):
        name = meta.units[number] if number >= 0 else NO_UNIT
        if name in scenario.units:
            note = "rests outside them; times to the reply are in its hours"
            found.append(Estimate(f'units."{name}".hours', HOURS_NAME, note, hours.count))
    return found


def _of_timers(timers: list[Timer], after: list[Timer]) -> list[NotIdentified]:
    """What timers hide; tickets that one closed count as open until then."""
    texts = [
        f"{one.share:.0%} were closed {duration_text(one.age)} after arrival, by a timer" for one in timers
    ]
    texts += [
        f"{one.share:.0%} were closed {duration_text(one.age)} after the reply, by a timer" for one in after
    ]
    return [NotIdentified("categories.*.field", f"the end of the work; {text}") for text in texts]


def _unknown(found: list[Subject]) -> list[NotIdentified]:
    missing = [
        NotIdentified("classes", "a class of each request"),
        NotIdentified("units.*.staff", "times at which work begins; waiting is part of the field time"),
        NotIdentified("outcome", "opinions of citizens"),
    ]
    if not any(subject.law for subject in found):
        missing.append(NotIdentified("classes.complaint.field", "times of replies"))
    return missing
