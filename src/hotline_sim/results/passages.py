"""Visits by stage and outcome, tickets by notice: counts that key figures of further mechanisms rest on.

A log and a run that keeps none give the same counts; what is made of them is said here once, by mechanism.
The other key figures are in :mod:`~hotline_sim.results.kpis`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import numpy as np

from hotline_sim.clock.ticks import DAY, HOUR, NEVER
from hotline_sim.network.codes import Outcome, Stage
from hotline_sim.network.hard_cases import MEETING
from hotline_sim.network.mediation import MEDIATORS
from hotline_sim.results.lateness import Notice, notices_of
from hotline_sim.results.view import Kpi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hotline_sim.arrays import IntArray
    from hotline_sim.clock.steps import Steps
    from hotline_sim.results.view import View


class Passages(NamedTuple):
    """Counts of the visits of further stages and outcomes, and of tickets that were late or shared."""

    ended: IntArray
    """(stages, outcomes) visits that ended in the window."""
    time: IntArray
    """(stages,) ticks from ready to end of these."""
    served: IntArray
    """(stages,) visits that became ready in the window and were served."""
    wait: IntArray
    """(stages,) ticks from ready to start of these."""
    due: IntArray
    """(stages,) visits that should have ended in the window."""
    met: IntArray
    """(stages,) of these, visits that had ended by then."""
    helped: IntArray
    """(1,) calls answered by a team that only helps."""
    busy: IntArray
    """(stages,) ticks of service within the window."""
    meetings: IntArray
    """(1,) joint meetings that ended in the window."""
    notices: IntArray
    """(9,) tickets by Notice: extended, reminded, of each colour, handled together."""
    mediators: IntArray
    """(1,) mediators of all areas."""
    length: IntArray
    """(1,) ticks of the window."""


def new_passages() -> Passages:
    """Counts before anything has happened."""
    return Passages(
        ended=np.zeros((len(Stage), len(Outcome)), np.int64),
        time=np.zeros(len(Stage), np.int64),
        served=np.zeros(len(Stage), np.int64),
        wait=np.zeros(len(Stage), np.int64),
        due=np.zeros(len(Stage), np.int64),
        met=np.zeros(len(Stage), np.int64),
        helped=np.zeros(1, np.int64),
        busy=np.zeros(len(Stage), np.int64),
        meetings=np.zeros(1, np.int64),
        notices=np.zeros(len(Notice), np.int64),
        mediators=np.zeros(1, np.int64),
        length=np.zeros(1, np.int64),
    )


def count_meetings(counts: Passages, staffing: Steps, window: tuple[int, int]) -> None:
    """Note the joint meetings that ended in a window: when one ends, nothing is on the agenda any more."""
    ends = staffing.ticks[staffing.values == 0]
    counts.meetings[0] = np.count_nonzero((ends >= window[0]) & (ends < window[1]))


def passages_of(view: View) -> Passages:
    """Counts of a log in a window."""
    visits, counts = view.visits, new_passages()
    counts.length[0] = view.window[1] - view.window[0]
    # Teams and units may have the same names, and then these bear a number; mediators are the last of all.
    stations = view.meta.stations
    if "mediation" in view.meta.mechanisms and stations[-1].startswith(MEDIATORS):
        pools = view.log.staffing[-max(1, len(view.meta.areas)) :]
        counts.mediators[0] = sum(int(steps.values.max(initial=0)) for steps in pools)
    meetings = [number for number, name in enumerate(stations) if name.startswith(MEETING)]
    if meetings and "hard_cases" in view.meta.mechanisms:
        count_meetings(counts, view.log.staffing[meetings[-1]], view.window)
    stage, outcome = visits["stage"], visits["outcome"]
    further = np.asarray((stage > Stage.END) | (outcome > Outcome.JOINED))
    ready, start, end, target = (visits[name] for name in ("ready", "start", "end", "target"))

    rows = further & view.within(end)
    np.add.at(counts.ended, (stage[rows], outcome[rows]), 1)
    np.add.at(counts.time, stage[rows], end[rows] - ready[rows])
    rows = further & view.within(ready) & (start < NEVER)
    np.add.at(counts.served, stage[rows], 1)
    np.add.at(counts.wait, stage[rows], start[rows] - ready[rows])
    rows = further & view.within(target)
    np.add.at(counts.due, stage[rows], 1)
    np.add.at(counts.met, stage[rows], end[rows] <= target[rows])
    counts.helped[0] = np.count_nonzero(
        np.isin(visits["station"][view.answered_calls], view.meta.help_stations)
    )
    rows = further & (start < NEVER)
    since, until = np.maximum(start[rows], view.window[0]), np.minimum(end[rows], view.window[1])
    np.add.at(counts.busy, stage[rows], np.maximum(until - since, 0))
    counts.notices[:] = notices_of(view)
    return counts


def _whole(kpi: Kpi) -> float:
    """Denominator of a key figure."""
    return kpi.denominator or 0.0


def _calls(before: Mapping[str, Kpi]) -> float:
    return before["answer_rate"].denominator or 0.0


def _answered(before: Mapping[str, Kpi]) -> float:
    return before["answer_rate"].numerator or 0.0


def _served(counts: Passages, stage: Stage) -> int:
    return int(counts.served[stage])


def _blocked(counts: Passages) -> int:
    return int(counts.ended[:, [Outcome.BUSY, Outcome.BLOCKED]].sum())


def _ratings(counts: Passages) -> int:
    return int(counts.ended[Stage.RATING, [Outcome.RATED, Outcome.RATED_BADLY]].sum())


_HARD: Final = [Stage.LEADER, Stage.MEETING]


def _mediated(counts: Passages) -> int:
    return int(counts.ended[Stage.MEDIATION].sum())


def _hard(counts: Passages) -> int:
    return int(counts.ended[_HARD].sum())


def _notices(notice: Notice) -> Measure:
    """Tickets counted by a notice."""
    return lambda counts, _: (int(counts.notices[notice]), None, "tickets")


def _share(part: Notice, whole: Notice) -> Measure:
    """Share of tickets."""
    return lambda counts, _: (int(counts.notices[part]), int(counts.notices[whole]), "share")


def _overdue(_: Passages, before: Mapping[str, Kpi]) -> tuple[float, float | None, str]:
    """Tickets that were open at their deadline."""
    closed = before["on_time_closure_rate"]
    return int(_whole(closed) - (closed.numerator or 0)), None, "tickets"


Measure: TypeAlias = "Callable[[Passages, Mapping[str, Kpi]], tuple[float, float | None, str]]"
"""Numerator, denominator (None: a plain number) and unit, from the counts and the key figures before it."""

MEASURES: Final[dict[str, dict[str, Measure]]] = {
    "quick_service": {
        "quick_service_replies": lambda counts, before: (
            int(counts.ended[Stage.COUNTER, Outcome.REPLIED]),
            None,
            "tickets",
        ),
        "quick_service_breach_rate": lambda counts, before: (
            int(counts.due[Stage.COUNTER] - counts.met[Stage.COUNTER]),
            int(counts.due[Stage.COUNTER]),
            "share",
        ),
    },
    "three_party": {
        "three_party_rate": lambda counts, before: (
            int(counts.ended[Stage.INTAKE, Outcome.THIRD_PARTY]),
            before["direct_answer_rate"].numerator,
            "share",
        ),
    },
    "automatic_dispatch": {
        "automatic_dispatch_rate": lambda counts, before: (
            int(counts.ended[Stage.DISPATCH, Outcome.AUTOMATIC]),
            before["return_rate"].denominator,
            "share",
        ),
    },
    "lines": {"blocked_rate": lambda counts, before: (_blocked(counts), _calls(before), "share")},
    "overflow": {
        "helped_rate": lambda counts, before: (int(counts.helped[0]), _answered(before), "share"),
    },
    "chasers": {
        "chasers_share": lambda counts, before: (_served(counts, Stage.CHASE), _answered(before), "share"),
        "duplicates": lambda counts, _: (int(counts.ended[Stage.CHASE, Outcome.DUPLICATE]), None, "tickets"),
    },
    "repeats": {
        "repeat_calls_share": lambda counts, before: (
            _served(counts, Stage.REPEAT),
            _answered(before),
            "share",
        ),
        "repeat_reopened_rate": lambda counts, _: (
            int(counts.ended[Stage.REPEAT, Outcome.REOPENED]),
            int(counts.ended[Stage.REPEAT, [Outcome.REOPENED, Outcome.REPEATED]].sum()),
            "share",
        ),
    },
    "rating": {
        "ratings_given": lambda counts, _: (_ratings(counts), None, "requests"),
        "rating_bad_share": lambda counts, _: (
            int(counts.ended[Stage.RATING, Outcome.RATED_BADLY]),
            _ratings(counts),
            "share",
        ),
        "rectified_on_time_rate": lambda counts, _: (
            int(counts.met[Stage.RECTIFY]),
            int(counts.due[Stage.RECTIFY]),
            "share",
        ),
    },
    "two_level": {
        "pass_on_time_mean": lambda counts, _: (
            int(counts.time[Stage.LOCAL_DISPATCH]) / HOUR,
            int(counts.ended[Stage.LOCAL_DISPATCH].sum()),
            "h",
        ),
        "village_rate": lambda counts, _: (
            int(counts.ended[Stage.LOCAL_DISPATCH, Outcome.TO_VILLAGE]),
            int(counts.ended[Stage.LOCAL_DISPATCH].sum()),
            "share",
        ),
    },
    "absence": {
        "staffed_hours_phone": lambda _, before: (_whole(before["occupancy"]), None, "h"),
        "staffed_hours_units": lambda _, before: (_whole(before["utilisation_units"]), None, "h"),
    },
    "mediation": {
        "mediation_cases": lambda counts, _: (_mediated(counts), None, "cases"),
        "mediation_success_rate": lambda counts, _: (
            int(counts.ended[Stage.MEDIATION, Outcome.SETTLED]),
            _mediated(counts),
            "share",
        ),
        "mediation_time": lambda counts, _: (
            int(counts.time[Stage.MEDIATION]) / DAY,
            _mediated(counts),
            "d",
        ),
        "mediator_load": lambda counts, _: (
            int(counts.busy[Stage.MEDIATION]) / HOUR,
            int(counts.mediators[0] * counts.length[0]) / HOUR,
            "share",
        ),
        "disputes_prevented": lambda counts, _: (
            int(counts.ended[Stage.DISPUTE, Outcome.PREVENTED]),
            None,
            "cases",
        ),
    },
    "petitions": {
        "petitions": lambda counts, _: (
            int(counts.ended[Stage.PETITION, Outcome.PETITION]),
            None,
            "cases",
        ),
    },
    "hard_cases": {
        "hard_cases": lambda counts, _: (_hard(counts), None, "tickets"),
        "hard_case_success_rate": lambda counts, _: (
            int(counts.ended[_HARD, Outcome.SETTLED].sum()),
            _hard(counts),
            "share",
        ),
        "hard_case_time": lambda counts, _: (int(counts.time[_HARD].sum()) / DAY, _hard(counts), "d"),
        "hard_cases_a_meeting": lambda counts, _: (
            int(counts.ended[Stage.MEETING].sum()),
            int(counts.meetings[0]),
            "tickets",
        ),
    },
    "co_handlers": {"co_handled_rate": _share(Notice.TOGETHER, Notice.SIGNED)},
    "extension": {
        "extension_rate": _share(Notice.EXTENDED, Notice.ORIGINALLY_DUE),
        "on_time_closure_rate_original": _share(Notice.ORIGINALLY_ON_TIME, Notice.ORIGINALLY_DUE),
    },
    "supervision": {"overdue_notices": _overdue},
    "supervision.remind_at": {"reminders": _notices(Notice.REMINDED)},
    "supervision.blue": {"supervised_blue": _notices(Notice.BLUE)},
    "supervision.orange": {"supervised_orange": _notices(Notice.ORANGE)},
    "supervision.red": {"supervised_red": _notices(Notice.RED)},
}
"""Key figures by mechanism: the table of the scenario without which there is no such thing."""


def passage_kpis(
    counts: Passages, mechanisms: Iterable[str], window: tuple[int, int], before: Mapping[str, Kpi]
) -> dict[str, Kpi]:
    """Key figures of the mechanisms that a scenario has.

    Parameters
    ----------
    counts : Passages
        Of a log or of a run.
    mechanisms : iterable of str
        Names of the scenario's tables.
    window : (int, int)
        First and last (exclusive) tick.
    before : mapping of str to Kpi
        The other key figures.
    """
    found: dict[str, Kpi] = {}
    for mechanism in mechanisms:
        for name, measure in MEASURES.get(mechanism, {}).items():
            numerator, denominator, unit = measure(counts, before)
            value = numerator if denominator is None else numerator / denominator if denominator else None
            found[name] = Kpi(value, numerator, denominator, unit, window)
    return found
