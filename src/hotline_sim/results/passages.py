"""Visits counted by stage and outcome: what key figures of a scenario's further mechanisms rest on.

A log and a run that keeps none give the same counts; what is made of them is said here once, by mechanism.
The other key figures are in :mod:`~hotline_sim.results.kpis`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import numpy as np

from hotline_sim.clock.ticks import DAY, NEVER
from hotline_sim.network.codes import Outcome, Stage
from hotline_sim.network.hard_cases import MEETING
from hotline_sim.results.view import Kpi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hotline_sim.arrays import IntArray
    from hotline_sim.clock.steps import Steps
    from hotline_sim.results.view import View


class Passages(NamedTuple):
    """Counts of the visits of further stages, and of those with further outcomes."""

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
    )


def count_meetings(counts: Passages, staffing: Steps, window: tuple[int, int]) -> None:
    """Note the joint meetings that ended in a window: when one ends, nothing is on the agenda any more."""
    ends = staffing.ticks[staffing.values == 0]
    counts.meetings[0] = np.count_nonzero((ends >= window[0]) & (ends < window[1]))


def passages_of(view: View) -> Passages:
    """Counts of a log in a window."""
    visits, counts = view.visits, new_passages()
    if MEETING in view.meta.stations and "hard_cases" in view.meta.mechanisms:
        # Teams and units may have the same name: the meeting comes last.
        last = len(view.meta.stations) - 1 - view.meta.stations[::-1].index(MEETING)
        count_meetings(counts, view.log.staffing[last], view.window)
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


def _hard(counts: Passages) -> int:
    return int(counts.ended[_HARD].sum())


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
    "absence": {
        "staffed_hours_phone": lambda _, before: (_whole(before["occupancy"]), None, "h"),
        "staffed_hours_units": lambda _, before: (_whole(before["utilisation_units"]), None, "h"),
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
