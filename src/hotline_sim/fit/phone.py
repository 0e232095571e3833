"""A phone room fitted as a whole: all estimators of calls together, and the scenario that they make.

The scenario stands alone: one team, every call answered directly, since that is the structure of such
records. Requests that units handle are put together in :mod:`~hotline_sim.fit.assemble`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.clock.ticks import DAY, MINUTE, datetime_of
from hotline_sim.fit import patience, rates, redial, staffing, talk
from hotline_sim.fit.after_call import LEAST
from hotline_sim.fit.assemble import parsed_path
from hotline_sim.fit.availability import Availability, availability
from hotline_sim.fit.estimate import Estimate, Findings, NotIdentified
from hotline_sim.scenario.faults import key
from hotline_sim.scenario.load import check
from hotline_sim.scenario.phone import WEEKDAYS
from hotline_sim.scenario.schema import Scenario
from hotline_sim.scenario.write import to_tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline_sim.fit.calls import Calls
    from hotline_sim.fit.staffing import Duty
    from hotline_sim.records.read import Records

TEAM: Final = "agents"
CHANNEL: Final = "phone"
_NEVER_USED: Final = {"family": "fixed", "mean": "1 s"}
_MOST_SERVICES: Final = 20


@dataclass(frozen=True, eq=False)
class PhoneFit:
    """What was learned about a phone room.

    Parameters
    ----------
    calls : Calls
        What it was learned from.
    duty : Duty
        Agents on duty.
    share : Availability
        Part of the duty that counts.
    findings : Findings
        Estimates by key, and keys that stay unknown.
    tables : dict
        The scenario as tables of its file.
    """

    calls: Calls
    duty: Duty
    share: Availability
    findings: Findings
    tables: dict[str, Any]


def fit_phone(
    records: Records,
    calls: Calls,
    name: str,
    base: Scenario,
    *,
    progress: Callable[[float], None] | None = None,
) -> PhoneFit | None:
    """Fit a phone room; None if the records do not name the agents.

    Parameters
    ----------
    records : Records
        Of calls.
    calls : Calls
        Those of the period that is fitted.
    name : str
        Of the scenario.
    base : Scenario
        Its patience and day factor hold where the records tell none.
    progress : callable, optional
        Called with the part of the work that is done, from 0 to 1.
    """
    duty = staffing.duty_of(calls)
    if duty is None:
        return None
    again = redial.estimate(calls)
    probability = again.estimates[0].value["probability"] if again.estimates else 0.0
    parts = [
        rates.estimate(calls, probability),
        services(calls),
        talk.estimate(calls),
        patience.estimate(calls),
        again,
    ]
    estimates = [estimate for part in parts for estimate in part.estimates]
    missing = [unknown for part in parts for unknown in part.not_identified]
    work = _after_call(duty)
    estimates += work.estimates
    missing += work.not_identified
    tables = _tables(records, calls, name, estimates, base)
    if tables is None:
        return None

    def at(share: float) -> Scenario:
        return with_roster(tables, duty.roster(share))

    share = availability(calls, at, progress=progress)
    estimates.append(_shifts(duty, share))
    tables["teams"][TEAM]["shifts"] = staffing.shifts(duty.roster(share.share))
    return PhoneFit(calls, duty, share, Findings(estimates, [*missing, *_unknown(calls)]), tables)


def with_roster(tables: dict[str, Any], roster: np.ndarray) -> Scenario:
    """Scenario of tables with other agents on duty."""
    teams = {TEAM: tables["teams"][TEAM] | {"shifts": staffing.shifts(roster)}}
    return check(Scenario.model_validate(tables | {"teams": teams}))


def _after_call(duty: Duty) -> Findings:
    work, minutes = duty.after_call, staffing.BREAK // MINUTE
    if work.seen < LEAST:
        reason = (
            f"needs {LEAST} calls at whose end somebody waits; the records have {work.seen}: taken as none"
        )
        return Findings([], [NotIdentified("intake.after_call_direct", reason)])
    note = (
        "mean time from the end of a call at which somebody waits to the agent's next call, short pauses up "
        f"to {minutes} min included, by Kaplan-Meier: in {work.censored:,} of {work.seen + work.censored:,} "
        "gaps the queue emptied first"
    )
    value = f"{work.mean:.3g} s"
    found = Estimate("intake.after_call_direct", value, note, work.seen, work.low, work.high, "s")
    return Findings([found], [])


def _shifts(duty: Duty, share: Availability) -> Estimate:
    minutes = staffing.BREAK // MINUTE
    note = (
        f"{duty.agents} agents on duty from first to last call, gaps over {minutes} min are breaks, by the "
        f"mean calls that they can take in an hour, times {share.share:.3f}, the share of duty at which a "
        "simulated wait is as often longer as shorter than a recorded one (means "
        f"{share.simulated_wait:.1f} and {share.observed_wait:.1f} s)"
    )
    return Estimate(
        f"teams.{TEAM}.shifts",
        staffing.shifts(duty.roster(share.share)),
        note,
        duty.on_duty.shape[0],
        share.low,
        share.high,
        "share of duty",
    )


def services(calls: Calls) -> Findings:
    """Categories: the services that the records name, or one for all calls.

    Services beyond the twentieth, and calls without one, are put together as "other".
    """
    from scipy.stats import binomtest

    names, counts = np.unique(calls.service.astype(str), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    kept = [number for number in order[:_MOST_SERVICES] if names[number]]
    shares = {str(names[number]): int(counts[number]) for number in sorted(kept)}
    rest = calls.size - sum(shares.values())
    if rest:
        shares["other" if shares else "calls"] = shares.get("other", 0) + rest
    found = []
    for service, count in shares.items():
        low, high = binomtest(count, calls.size).proportion_ci(0.95)
        note = "share of calls" if len(shares) > 1 else "the records name no services"
        path = f"categories.{key(service)}.share"
        found.append(Estimate(path, count / calls.size, note, count, float(low), float(high)))
    missing = []
    if len(shares) > 1:
        reason = "a scenario has one talk time for all calls; that of the services together is fitted"
        missing.append(NotIdentified("intake.talk by category", reason))
    return Findings(found, missing)


def _unknown(calls: Calls) -> list[NotIdentified]:
    """Keys of which records of calls say nothing, whatever they hold."""
    return [
        NotIdentified("priority of callers", "a scenario serves callers first come, first served"),
        NotIdentified("classes", "needs what became of the request; every call counts as answered directly"),
        NotIdentified(
            "dispatch, sign, handling, urgent, callback, outcome", "needs records of requests after the call"
        ),
    ]


def _tables(
    records: Records, calls: Calls, name: str, estimates: list[Estimate], base: Scenario
) -> dict[str, Any] | None:
    """Tables of the scenario, still without shifts; None if the talk time is unknown."""
    value = {estimate.path: estimate.value for estimate in estimates}
    if "intake.talk" not in value:
        return None
    label = records.profile.title
    en, zh = (label.en, label.zh) if label else (records.profile.name, records.profile.name)
    intake: dict[str, Any] = {
        path.removeprefix("intake."): value[path] for path in value if path.startswith("intake.")
    }
    own = to_tables(base)
    for entry in ("patience", "hang_up_share"):
        if entry not in intake and "patience" in own["intake"]:
            intake[entry] = own["intake"][entry]
    # No such contacts; a scenario file wants the keys all the same.
    intake |= {"invalid_talk": intake["talk"], "written": intake["talk"]}
    demand: dict[str, Any] = {
        part: value.get(f"demand.{part}", own["demand"][part])
        for part in ("requests_per_year", "day_factor_cv", "weekday")
    }
    demand |= {
        "month": [1.0] * 12,
        "holiday": {"spring_festival": 1.0, "other": 1.0, "last_day": 1.0},
        "profiles": {weekday: value[f"demand.profiles.{weekday}"] for weekday in WEEKDAYS},
    }
    start, end = datetime_of(calls.start).date(), datetime_of(calls.end).date()
    return {
        "name": name,
        "title": {"en": f"{en}, fitted to its records", "zh": f"{zh}（据实际记录拟合）"},
        "description": {
            "en": f"Fitted to {calls.size:,} calls from {start} to {end - timedelta(days=1)}.",
            "zh": f"据{start}至{end - timedelta(days=1)}的{calls.size}次来电拟合。",
        },
        "run": {"start": start, "end": end, "run_in": "1 d", "resolution": "1 ms"},
        "calendar": calendar_of(records),
        "hours": {"office": ["09:00-17:00"]},
        "demand": demand,
        "channels": {
            CHANNEL: {"label": {"en": "Phone", "zh": "电话"}, "share": 1.0, "team": TEAM, "live": True}
        },
        "teams": {TEAM: {"label": {"en": "Agents", "zh": "坐席"}}},
        "classes": {
            "consult": {
                "label": {"en": "Call", "zh": "来电"},
                "share": 1.0,
                "direct_answer": 1.0,
                "limit": "1 d",
                "desk": _NEVER_USED,
                "field": _NEVER_USED,
            }
        },
        "categories": _categories(estimates),
        "intake": intake,
    }


def _categories(estimates: list[Estimate]) -> dict[str, Any]:
    """Categories by the names in the paths of their shares; all of them follow the hours of the line."""
    days = {weekday: weekday for weekday in WEEKDAYS[1:]}
    found = {}
    for estimate in estimates:
        path = parsed_path(estimate.path)
        if path is not None and path[0] == "categories":
            name = str(path[1])
            found[name] = {
                "label": {"en": name, "zh": name},
                "share": estimate.value,
                "profile": WEEKDAYS[0],
                "day_profiles": days,
            }
    return found


def calendar_of(records: Records) -> dict[str, Any]:
    """Calendar of a scenario with the working days of the records."""
    meta, own = records.log.meta, records.profile.calendar
    if own.base == "china":
        return {"base": "china"}
    weekend = list(own.weekend) if own.base != "none" else []
    table: dict[str, Any] = {"base": "weekly", "weekend": weekend}
    working = set(meta.working_days)
    first, last = meta.start // DAY, (meta.end - 1) // DAY
    off: list[date] = []
    worked: list[date] = []
    for day in range(first, last + 1):
        is_weekend = WEEKDAYS[(day + 3) % 7] in weekend
        if is_weekend == (day in working):
            (worked if is_weekend else off).append(date(1970, 1, 1) + timedelta(days=day))
    if off:
        table["holidays"] = {"holiday": off}
    if worked:
        table["working_days"] = worked
    return table
