"""Cases of the telephone queue: Erlang's formulas, impatience, and talk times of every family.

Times in formulas are minutes. What comes behind the phone is in ``desk.py`` and ``network.py``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.analytic.durations import Deterministic, Exponential, Lognormal
from hotline_sim.analytic.erlang import MMc, erlang_b
from hotline_sim.analytic.erlang_a import ErlangA, MMcG
from hotline_sim.analytic.general_service import MDc
from hotline_sim.analytic.priority import MG1
from hotline_sim.clock.ticks import HOUR, MINUTE
from hotline_sim.experiment.verification import measures as m
from hotline_sim.experiment.verification.cases import Case, Row, Wording
from hotline_sim.experiment.verification.tables import LABEL, exponential, fixed, lognormal, phone
from hotline_sim.network.codes import Outcome, Stage

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hotline_sim.analytic.durations import Duration
    from hotline_sim.arrays import FloatArray
    from hotline_sim.experiment.verification.measures import Seen
    from hotline_sim.experiment.verification.tables import Law

WAITS: Final = Wording("share that waits", "需等待的比例")
MEAN_WAIT: Final = Wording("mean wait", "平均等待时间")
IN_TIME: Final = Wording("answered within 20 s", "20秒内接通")
GIVES_UP: Final = Wording("share that gives up", "放弃的比例")
SHORT: Final = 1 / 3
"""20 s in minutes."""


def cases() -> tuple[Case, ...]:
    """Cases of the telephone queue."""
    return (
        _erlang_c("erlang-c-1", 1, 0.8, 1.0, days=85, replications=80),
        _erlang_c("erlang-c-3", 3, 0.9, 2.5, days=100, replications=72),
        _erlang_c("erlang-c-4", 4, 0.25, 10.0, days=220, replications=72),
        _erlang_c("erlang-c-12", 12, 4.2, 2.0, days=9, replications=72, with_wait=False),
        _erlang_c("erlang-c-20", 20, 16.0, 1.0, days=7, replications=48, with_wait=False),
        _erlang_a("erlang-a-9", 9, 3.5, 3.0, 5.0, days=9, replications=72),
        _erlang_a("erlang-a-13", 13, 3.5, 3.0, 5.0, days=20, replications=72),
        _erlang_a("erlang-a-50", 50, 53.0, 1.0, 2.0, days=5, replications=24, few=True),
        _patience("patience-fixed", "fixed", "固定", fixed(2 * MINUTE), Deterministic(2.0)),
        _patience(
            "patience-lognormal", "lognormal", "对数正态", lognormal(4 * MINUTE, 0.8), Lognormal(4.0, 0.8)
        ),
        _hang_up(),
        _erlang_b("erlang-b-15", 10.0, 15, days=8, replications=64),
        _erlang_b("erlang-b-100", 100.0, 100, days=2, replications=24),
        _redial(),
        _fixed_talk("m-d-1", 1, 0.8, days=36, replications=72),
        _fixed_talk("m-d-5", 5, 3.5, days=11, replications=72),
        _one_agent("m-g-1-lognormal", lognormal(MINUTE, math.sqrt(math.log(2.5))), 1.5, days=85),
        _one_agent("m-g-1-gamma", {"family": "gamma", "mean": "1 min", "cv": 1.2}, 1.44, days=50),
        _one_agent(
            "m-g-1-weibull", {"family": "weibull", "mean": "1 min", "shape": 0.8}, _weibull(0.8), days=62
        ),
        _one_agent("m-g-1-erlang", {"family": "erlang", "mean": "1 min", "stages": 3}, 1 / 3, days=32),
        _one_agent("m-g-1-uniform", {"family": "uniform", "low": "10 s", "high": "110 s"}, 25 / 108, days=32),
        _one_agent(
            "m-g-1-triangular",
            {"family": "triangular", "low": "10 s", "mode": "30 s", "high": "140 s"},
            _triangular(10, 30, 140),
            days=25,
        ),
        _after_call_work(),
        _calls_that_are_no_request(),
    )


def _erlang_c(
    name: str, agents: int, calls: float, talk: float, *, days: int, replications: int, with_wait: bool = True
) -> Case:
    """M/M/c; where few calls wait, their mean wait would take too many calls for a narrow interval."""
    queue = MMc(rate=calls, service=talk, agents=agents)
    load = float(queue.occupancy)

    def rows() -> tuple[Row, ...]:
        found = [
            Row(WAITS, "share", float(queue.delay_probability), m.share_waiting()),
            Row(IN_TIME, "share", float(queue.service_level(SHORT)), m.share_within(20)),
        ]
        if with_wait:
            found.append(Row(MEAN_WAIT, "s", 60 * float(queue.mean_wait), m.mean_wait()))
        return tuple(found)

    return Case(
        name,
        Wording(f"M/M/{agents}, load {load:.2f}", f"M/M/{agents}，负荷{load:.2f}"),
        "Erlang C",
        lambda: phone(agents, calls, exponential(talk * MINUTE), days=days),
        rows,
        replications,
    )


def _impatient(queue: MMcG, *, few: bool = False) -> tuple[Row, ...]:
    """Rows of a queue whose callers give up."""
    found = [
        Row(GIVES_UP, "share", float(queue.abandonment), m.abandonment()),
        Row(MEAN_WAIT, "s", 60 * float(queue.mean_wait), m.mean_wait()),
    ]
    if not few:
        found.append(Row(WAITS, "share", float(queue.delay_probability), m.share_waiting()))
        found.append(Row(IN_TIME, "share", float(queue.service_level(SHORT)), m.share_within(20)))
    return tuple(found)


def _erlang_a(
    name: str,
    agents: int,
    calls: float,
    talk: float,
    patience: float,
    *,
    days: int,
    replications: int,
    few: bool = False,
) -> Case:
    load = calls * talk / agents
    changes = {"intake.patience": exponential(patience * MINUTE)}
    return Case(
        name,
        Wording(f"M/M/{agents}+M, load {load:.2f}", f"M/M/{agents}+M，负荷{load:.2f}"),
        "Erlang A",
        lambda: phone(agents, calls, exponential(talk * MINUTE), days=days, changes=changes),
        lambda: _impatient(ErlangA(rate=calls, service=talk, agents=agents, patience=patience), few=few),
        replications,
    )


def _patience(name: str, family: str, chinese: str, law: Law, patience: Duration) -> Case:
    """Patience of another family, with more calls than the agents can take."""
    agents, calls, talk = 6, 2.2, 3.0
    return Case(
        name,
        Wording(f"M/M/{agents}+G, {family} patience", f"M/M/{agents}+G，{chinese}忍耐"),
        "Baccelli and Hebuterne",
        lambda: phone(agents, calls, exponential(talk * MINUTE), days=11, changes={"intake.patience": law}),
        lambda: _impatient(MMcG(rate=calls, service=talk, agents=agents, patience=patience)),
        72,
    )


@dataclass(frozen=True)
class _SomeHangUp:
    """Patience of callers of whom a share has none at all; as the formulas take a distribution."""

    others: Duration
    at_once: float

    @property
    def average(self) -> FloatArray:
        """Mean."""
        return (1 - self.at_once) * self.others.average

    @property
    def variation(self) -> FloatArray:
        """Squared coefficient of variation."""
        return (1 + self.others.variation) / (1 - self.at_once) - 1

    @property
    def kink(self) -> FloatArray:
        """The tail jumps at 0 alone."""
        return self.others.kink

    def tail(self, time: ArrayLike) -> FloatArray:
        """Probability of lasting longer than this."""
        return (1 - self.at_once) * self.others.tail(time)

    def partial(self, time: ArrayLike) -> FloatArray:
        """Integral of the tail from 0."""
        return (1 - self.at_once) * self.others.partial(time)

    def hazard(self, time: ArrayLike) -> FloatArray:
        """Rate at which the patience of those who are still there ends."""
        return self.others.hazard(time)


def _hang_up() -> Case:
    """A share hangs up at once if nobody answers, the others have patience."""
    agents, calls, talk, at_once = 12, 4.2, 3.0, 0.3
    patience = _SomeHangUp(Exponential(4.0), at_once)
    changes = {"intake.patience": exponential(4 * MINUTE), "intake.hang_up_share": at_once}
    return Case(
        "hang-up-at-once",
        Wording("M/M/12+G, 30 % hang up at once", "M/M/12+G，30%立即挂断"),
        "Baccelli and Hebuterne",
        lambda: phone(agents, calls, exponential(talk * MINUTE), days=8, changes=changes),
        lambda: _impatient(MMcG(rate=calls, service=talk, agents=agents, patience=patience)),
        72,
    )


def _erlang_b(name: str, calls: float, agents: int, *, days: int, replications: int) -> Case:
    """Everybody hangs up who is not answered at once: a loss system, whatever the law of the talk."""
    changes = {"intake.patience": exponential(MINUTE), "intake.hang_up_share": 1.0}
    return Case(
        name,
        Wording(f"M/G/{agents}/{agents}, lognormal talk", f"M/G/{agents}/{agents}，对数正态通话"),
        "Erlang B",
        lambda: phone(agents, calls, lognormal(MINUTE, 0.8), days=days, changes=changes),
        lambda: (Row(GIVES_UP, "share", float(erlang_b(calls, agents)), m.abandonment()),),
        replications,
    )


def _redial() -> Case:
    """Exponential patience ends at the same rate at all times, whatever the queue does."""
    probability, most = 0.5, 4
    redial = {"probability": probability, "delay": exponential(10 * MINUTE), "most": most}

    def again(seen: Seen) -> tuple[float, float]:
        visits = seen.log.visits
        may = (visits["attempt"] < most) & (visits["ready"] >= seen.start) & (visits["ready"] < seen.end)
        found = visits["outcome"][may]
        return m.count(found == Outcome.REDIAL), m.count(np.isin(found, m.GAVE_UP))

    return Case(
        "redial",
        Wording("calls again after giving up", "放弃后重拨"),
        "rate of patience",
        lambda: phone(
            9,
            3.5,
            exponential(3 * MINUTE),
            days=3,
            changes={"intake.patience": exponential(5 * MINUTE), "intake.redial": redial},
        ),
        lambda: (
            Row(
                Wording("abandonments per hour waited", "每等待小时的放弃次数"),
                "number",
                HOUR / (5 * MINUTE),
                m.abandonments_per_hour_waited(),
            ),
            Row(Wording("share that calls again", "放弃后重拨的比例"), "share", probability, again),
        ),
        64,
    )


def _fixed_talk(name: str, agents: int, calls: float, *, days: int, replications: int) -> Case:
    def rows() -> tuple[Row, ...]:
        queue = MDc(rate=calls, service=1, agents=agents)
        return (
            Row(WAITS, "share", float(queue.delay_probability), m.share_waiting()),
            Row(MEAN_WAIT, "s", 60 * float(queue.mean_wait), m.mean_wait()),
        )

    load = calls / agents
    return Case(
        name,
        Wording(f"M/D/{agents}, load {load:.2f}", f"M/D/{agents}，负荷{load:.2f}"),
        "Crommelin",
        lambda: phone(agents, calls, fixed(MINUTE), days=days),
        rows,
        replications,
    )


def _one_agent(name: str, talk: Law, variation: float, *, days: int) -> Case:
    """M/G/1 with services of a mean of one minute and a squared coefficient of variation."""
    calls = 0.65
    family = {
        "lognormal": "对数正态",
        "gamma": "伽马",
        "weibull": "威布尔",
        "erlang": "爱尔朗",
        "uniform": "均匀",
        "triangular": "三角",
    }[talk["family"]]
    return Case(
        name,
        Wording(f"M/G/1, {talk['family']} talk, load 0.65", f"M/G/1，{family}通话，负荷0.65"),
        "Pollaczek-Khinchine",
        lambda: phone(1, calls, talk, days=days),
        lambda: _one_server(calls, 1.0, variation),
        72,
    )


def _one_server(calls: float, mean: float, variation: float) -> tuple[Row, ...]:
    queue = MG1(rate=calls, service=mean, variation=variation)
    return (
        Row(WAITS, "share", float(queue.delay_probability), m.share_waiting()),
        Row(MEAN_WAIT, "s", 60 * float(queue.mean_wait), m.mean_wait()),
    )


def _weibull(shape: float) -> float:
    return math.gamma(1 + 2 / shape) / math.gamma(1 + 1 / shape) ** 2 - 1


def _triangular(low: float, mode: float, high: float) -> float:
    mean = (low + mode + high) / 3
    variance = (low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18
    return variance / mean**2


def _after_call_work() -> Case:
    """The agent is taken for the talk and half a minute after it."""
    calls, talk, after = 0.45, 1.0, 0.5
    mean, variance = talk + after, talk**2
    return Case(
        "after-call-work",
        Wording("M/G/1, talk and after-call work", "M/G/1，含话后处理"),
        "Pollaczek-Khinchine",
        lambda: phone(
            1, calls, exponential(talk * MINUTE), days=60, changes={"intake.after_call_direct": "30 s"}
        ),
        lambda: _one_server(calls, mean, variance / mean**2),
        72,
    )


def _calls_that_are_no_request() -> Case:
    """Two kinds of calls in one queue: a mixture of exponential services."""
    calls, invalid, talk, short = 0.9, 0.4, 1.0, 0.25
    channel: dict[str, Any] = {
        "label": LABEL,
        "share": 1.0,
        "invalid_share": invalid,
        "team": "operators",
        "live": True,
    }
    mean = (1 - invalid) * talk + invalid * short
    second = 2 * ((1 - invalid) * talk**2 + invalid * short**2)
    changes = {"channels.phone": channel, "intake.invalid_talk": exponential(short * MINUTE)}
    return Case(
        "invalid-calls",
        Wording("M/G/1, 40 % of calls are no request", "M/G/1，40%为无效来电"),
        "Pollaczek-Khinchine",
        lambda: phone(1, calls * (1 - invalid), exponential(talk * MINUTE), days=40, changes=changes),
        lambda: (
            Row(
                Wording("share that is no request", "无效来电的比例"),
                "share",
                invalid,
                m.share_of_outcome(Stage.INTAKE, Outcome.INVALID),
            ),
            *_one_server(calls, mean, second / mean**2 - 1),
        ),
        72,
    )
