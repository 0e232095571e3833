"""Cases of what becomes of contacts and replies: splits, opinions, late replies, call-backs.

Every one of them is a product of probabilities; who waits for whom does not matter here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotline_sim.clock.ticks import HOUR, MINUTE, NEVER
from hotline_sim.experiment.verification import measures as m
from hotline_sim.experiment.verification.cases import Case, Row, Wording
from hotline_sim.experiment.verification.tables import (
    LABEL,
    MANY,
    NO_TIME,
    UNBOUNDED,
    callback,
    fixed,
    outcome,
    team,
    tickets,
    unit,
)
from hotline_sim.network.codes import SATISFIED_BIT, SOLVED_BIT, Outcome, Stage

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray
    from hotline_sim.experiment.verification.measures import Measure, Seen


def cases() -> tuple[Case, ...]:
    """Cases of splits and opinions."""
    return (_call_back(), _shares(), _outcomes())


def _call_back() -> Case:
    """Calls until the citizen is reached, three at most, each with the same chance."""
    reached, tries = 0.875, 3
    each = 1 - (1 - reached) ** (1 / tries)

    def reached_at_last(seen: Seen) -> tuple[float, float]:
        found = seen.log.tickets["reached"][seen.in_window()]
        return m.count(found == 1), m.count(found >= 0)

    changes: dict[str, Any] = {
        "teams.callers": team(MANY),
        "callback": callback(share=0.6, reached=reached, most_tries=tries, retry_after="2 h"),
        "outcome": outcome(),
    }
    return Case(
        "call-back",
        Wording("call-backs until somebody answers", "回访至接通为止"),
        "geometric law",
        lambda: tickets(2.0, days=4, changes=changes),
        lambda: (
            Row(
                Wording("calls per ticket", "每件工单回访次数"),
                "number",
                0.6 * reached / each,
                m.visits_per_ticket(Stage.CALLBACK),
            ),
            Row(Wording("share reached", "回访成功的比例"), "share", reached, reached_at_last),
        ),
        64,
        tail=0,
        contacts=3200,
    )


def _shares() -> Case:
    """Classes, direct answers, areas and units: every split is by its probability."""
    consult = {"label": LABEL, "share": 0.6, "direct_answer": 0.7, "limit": UNBOUNDED}
    complaint = {"label": LABEL, "share": 0.4, "direct_answer": 0.25, "limit": UNBOUNDED}
    work: dict[str, Any] = {"desk": NO_TIME, "field": NO_TIME}
    direct = 0.6 * 0.7 + 0.4 * 0.25
    changes: dict[str, Any] = {
        "classes": {"consult": consult | work, "complaint": complaint | work},
        "categories": {
            "noise": {
                "label": LABEL,
                "share": 0.7,
                "profile": "flat",
                "area_share": 0.5,
                "units": {"works": 3.0, "police": 1.0},
            },
            "roads": {
                "label": LABEL,
                "share": 0.3,
                "profile": "flat",
                "urgent_share": 0.4,
                "units": {"works": 1.0},
            },
        },
        "units": {
            "works": unit(MANY),
            "police": unit(MANY),
            "north": unit(MANY, kind="county", area_weight=2.0),
            "south": unit(MANY, kind="county", area_weight=3.0),
        },
    }

    def made(seen: Seen) -> BoolArray:
        return seen.in_window() & (seen.log.tickets["dispatched"] < NEVER)

    def handled_by(name: str) -> Measure:
        def measure(seen: Seen) -> tuple[float, float]:
            units = seen.log.tickets["unit"][made(seen)]
            return m.count(units == seen.log.meta.units.index(name)), units.size

        return measure

    def urgent(seen: Seen) -> tuple[float, float]:
        found = seen.log.tickets["urgent"][made(seen)]
        return float(found.sum()), found.size

    return Case(
        "shares",
        Wording("how contacts are split", "诉求的分流比例"),
        "thinning",
        lambda: tickets(2.0, days=10, changes=changes),
        lambda: (
            Row(
                Wording("share answered directly", "直接答复的比例"),
                "share",
                direct,
                m.share_of_outcome(Stage.INTAKE, Outcome.DIRECT),
            ),
            Row(Wording("share that is urgent", "紧急工单的比例"), "share", 0.3 * 0.4, urgent),
            Row(
                Wording("share to a unit by weight", "按权重派单的比例"),
                "share",
                0.7 * 0.5 * 0.75 + 0.3,
                handled_by("works"),
            ),
            Row(
                Wording("share to an area by weight", "按区域派单的比例"),
                "share",
                0.7 * 0.5 * 0.6,
                handled_by("south"),
            ),
        ),
        64,
        contacts=6000,
    )


def _outcomes() -> Case:
    """Replies that all come late: what they are worth, and how many rounds follow."""
    solved, if_solved, if_unsolved, factor, redo, most = 0.4, 0.9, 0.5, 0.5, 0.6, 2
    satisfied = (solved * if_solved + (1 - solved) * if_unsolved) * factor
    again = (1 - satisfied) * redo

    def share_of(bit: int) -> Measure:
        def measure(seen: Seen) -> tuple[float, float]:
            columns = seen.log.visits
            replies = columns["opinion"][columns["outcome"] == Outcome.REPLIED]
            return m.count(replies & bit), replies.size

        return measure

    changes: dict[str, Any] = {
        "classes.consult.limit": "2 h",
        "classes.consult.field": fixed(90 * MINUTE),
        "sign.delay": fixed(HOUR),
        "teams.callers": team(MANY),
        "callback": callback(),
        "outcome": outcome(
            solved=0.9,
            solved_when_late=solved,
            satisfied_if_solved=if_solved,
            satisfied_if_unsolved=if_unsolved,
            late_factor=factor,
            redo=redo,
            most_redos=most,
            redo_limit="1 h",
        ),
    }
    return Case(
        "late-replies",
        Wording("replies that are all late", "全部逾期答复"),
        "products of probabilities",
        lambda: tickets(2.0, days=3, changes=changes),
        lambda: (
            Row(Wording("share solved", "解决的比例"), "share", solved, share_of(SOLVED_BIT)),
            Row(Wording("share satisfied", "满意的比例"), "share", satisfied, share_of(SATISFIED_BIT)),
            Row(
                Wording("rounds of work per ticket", "每件工单办理次数"),
                "number",
                1 + again + again**2,
                m.visits_per_ticket(Stage.HANDLING),
            ),
        ),
        64,
        contacts=2800,
    )
