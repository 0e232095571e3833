"""Cases of demand over time: arrivals by hour and day, and queues whose load follows the clock.

Times in formulas are hours.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.analytic.durations import Lognormal
from hotline_sim.analytic.offered_load import StepRate, mean_busy
from hotline_sim.analytic.time_varying import follow
from hotline_sim.clock.ticks import HOUR
from hotline_sim.experiment.verification import measures as m
from hotline_sim.experiment.verification.cases import Case, Row, Wording
from hotline_sim.experiment.verification.tables import (
    MANY,
    NO_TIME,
    exponential,
    lognormal,
    phone,
    shifts,
    tickets,
)
from hotline_sim.network.codes import Stage

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.experiment.verification.measures import Measure, Seen

WAVE: Final = [1 + 0.8 * math.sin(2 * math.pi * (hour - 9) / 24) for hour in range(24)]
"""Weights of the hours: least in the small hours, most in the afternoon; their mean is 1."""
DISPERSION: Final = Wording("variance over mean", "方差与均值之比")


def cases() -> tuple[Case, ...]:
    """Cases of demand over time."""
    return (_by_hour(), _day_factor(), _calendar(), _field(), _day(), _staffed_day())


def _by_hour() -> Case:
    """Arrivals are a Poisson process: counts by hour, and gaps after the change of time."""
    calls = 20.0

    def in_hour(hour: int) -> Measure:
        def measure(seen: Seen) -> tuple[float, float]:
            return float(_by_clock(seen)[:, hour].sum()), seen.days

        return measure

    def dispersion(seen: Seen) -> tuple[float, float]:
        expected = calls * np.array(WAVE)
        squares = (_by_clock(seen) - expected) ** 2 / expected
        return float(squares.sum()), squares.size

    def long_gaps(seen: Seen) -> tuple[float, float]:
        # In the time in which one call is expected per unit, gaps are exponential with mean 1.
        passed = (seen.arrivals() - seen.start) / HOUR
        edges = np.arange(24 * round(seen.days) + 1)
        expected = np.concatenate(([0.0], np.cumsum(calls * np.tile(WAVE, round(seen.days)))))
        gaps = np.diff(np.interp(passed, edges, expected))
        return m.count(gaps > 1), gaps.size

    return Case(
        "arrivals-by-hour",
        Wording("Poisson arrivals, rate by hour", "泊松到达，逐时速率"),
        "change of time",
        lambda: phone(MANY, calls / 60, NO_TIME, days=200, changes={"demand.profiles": {"flat": WAVE}}),
        lambda: (
            *(
                Row(
                    Wording(f"calls from {hour} to {hour + 1} h", f"{hour}至{hour + 1}时来电"),
                    "number",
                    calls * WAVE[hour],
                    in_hour(hour),
                )
                for hour in (3, 9, 15)
            ),
            Row(DISPERSION, "number", 1.0, dispersion),
            Row(Wording("gaps longer than expected", "间隔大于期望的比例"), "share", math.exp(-1), long_gaps),
        ),
        64,
    )


def _by_clock(seen: Seen) -> IntArray:
    """Calls by day and hour, shape (days, 24)."""
    hours = (seen.arrivals() - seen.start) // HOUR
    return np.bincount(hours, minlength=24 * round(seen.days)).reshape(-1, 24).astype(np.int64)


def _day_factor() -> Case:
    """Random volume of whole days: gamma mixes Poisson counts into negative binomial ones."""
    calls, cv = 30.0, 0.3

    def by_day(seen: Seen) -> FloatArray:
        return np.asarray(_by_clock(seen).sum(axis=1), np.float64)

    def dispersion(seen: Seen) -> tuple[float, float]:
        squares = (by_day(seen) - calls) ** 2 / calls
        return float(squares.sum()), squares.size

    def empty(seen: Seen) -> FloatArray:
        return np.asarray(by_day(seen) <= 20, np.float64)

    def few() -> float:
        from scipy.stats import nbinom

        shape = 1 / cv**2
        return float(nbinom.cdf(20, shape, shape / (shape + calls)))

    return Case(
        "arrivals-by-day",
        Wording("calls a day with a random factor", "日来电量，含随机日因子"),
        "negative binomial",
        lambda: phone(MANY, calls / 24 / 60, NO_TIME, days=3000, changes={"demand.day_factor_cv": cv}),
        lambda: (
            Row(Wording("calls a day", "日来电量"), "number", calls, m.mean_of(by_day)),
            Row(DISPERSION, "number", 1 + cv**2 * calls, dispersion),
            Row(
                Wording("days with 20 calls or fewer", "来电不超过20个的日子"),
                "share",
                few(),
                m.mean_of(empty),
            ),
        ),
        96,
    )


MONTH: Final = [1.0, 1.0, 1.4, *[1.0] * 9]
WEEKDAY: Final = [1.2, 1.1, 1.0, 1.0, 1.0, 0.7, 0.5]
FESTIVAL: Final = [date(2021, 3, 10), date(2021, 3, 11), date(2021, 3, 12)]
REST: Final = [date(2021, 3, 17), date(2021, 3, 18)]
FACTORS: Final = {"spring_festival": 0.4, "other": 0.6, "last_day": 0.8}


def _calendar() -> Case:
    """The rate of a day is its month's factor times its weekday's, or the holiday's."""
    mean = 400.0
    kinds = {
        "Mondays": (
            Wording("calls on a Monday", "星期一来电"),
            [date(2021, 3, day) for day in (1, 8, 15, 22)],
        ),
        "Sundays": (
            Wording("calls on a Sunday", "星期日来电"),
            [date(2021, 3, day) for day in (7, 14, 21, 28)],
        ),
        "festival": (Wording("calls at Spring Festival", "春节来电"), FESTIVAL[:2]),
        "last": (Wording("calls on a last day off", "假期最后一天来电"), [FESTIVAL[2], REST[1]]),
        "rest": (Wording("calls on another holiday", "其他节假日来电"), REST[:1]),
    }

    def on(days: list[date]) -> Measure:
        def measure(seen: Seen) -> tuple[float, float]:
            first = date(2021, 3, 1)
            counts = _by_clock(seen).sum(axis=1)
            return float(sum(counts[(day - first).days] for day in days)), len(days)

        return measure

    changes: dict[str, Any] = {
        "demand.month": MONTH,
        "demand.weekday": WEEKDAY,
        "demand.holiday": FACTORS,
        "calendar.holidays": {"spring_festival": FESTIVAL, "rest": REST},
    }
    return Case(
        "arrivals-by-calendar",
        Wording("months, weekdays and holidays", "月份、星期与节假日"),
        "by hand",
        lambda: phone(MANY, mean / 24 / 60, NO_TIME, days=31, changes=changes),
        lambda: tuple(
            Row(what, "number", mean * _day_weight(days[0]) / _mean_weight(), on(days))
            for what, days in kinds.values()
        ),
        180,
    )


def _day_weight(day: date) -> float:
    weight = MONTH[day.month - 1]
    if day in (FESTIVAL[-1], REST[-1]):
        return weight * FACTORS["last_day"]
    if day in FESTIVAL:
        return weight * FACTORS["spring_festival"]
    return weight * (FACTORS["other"] if day in REST else WEEKDAY[day.weekday()])


@cache
def _mean_weight() -> float:
    return sum(_day_weight(date(2021, 1, 1) + timedelta(days=number)) for number in range(365)) / 365


def _daily(rate: float, weights: list[float]) -> StepRate:
    """Rates of the hours of a day that is repeated."""
    return StepRate(np.arange(25), rate * np.array(weights), repeats=True)


def _field() -> Case:
    """Field work needs nobody of the staff: a Poisson number of tickets is in the field at any time."""
    rate, mean, sigma, hours = 5.0, 1.5, 1.0, (2, 6, 10, 14, 18, 22)

    @cache
    def means() -> FloatArray:
        return np.asarray(mean_busy(_daily(rate, WAVE), Lognormal(mean, sigma), at=np.arange(24)))

    def dispersion(seen: Seen) -> tuple[float, float]:
        begins, ends = seen.services(Stage.FIELD)
        expected = np.tile(means()[list(hours)], round(seen.days))
        squares = (m.present(begins, ends, m.hours_of(seen, hours)) - expected) ** 2 / expected
        return float(squares.sum()), squares.size

    def rows() -> tuple[Row, ...]:
        return (
            *(
                Row(
                    Wording(f"in the field at {hour} h", f"{hour}时现场处置件数"),
                    "number",
                    float(means()[hour]),
                    m.number_at((hour,), Stage.FIELD),
                )
                for hour in (6, 10, 18)
            ),
            Row(DISPERSION, "number", 1.0, dispersion),
        )

    changes: dict[str, Any] = {
        "demand.profiles": {"flat": WAVE},
        "classes.consult.field": lognormal(mean * HOUR, sigma),
    }
    return Case(
        "m-t-g-infinity",
        Wording("M(t)/G/∞: field work over the day", "M(t)/G/∞：现场处置的日变化"),
        "Eick, Massey and Whitt",
        lambda: tickets(rate / 60, days=430, changes=changes, run_in=7),
        rows,
        64,
        contacts=2800,
    )


def _day() -> Case:
    """More calls at midday than the agents can take, and none left by the morning."""
    agents, calls, talk = 3, 10.5, 0.2
    weights = [0.25] * 8 + [1.0, 1.6, 2.2, 2.2, 1.6, 1.2, 1.0, 1.0, 0.8] + [0.6] * 7
    weights = [weight / (sum(weights) / 24) for weight in weights]

    def rows() -> tuple[Row, ...]:
        course = follow(_daily(calls, weights), agents, service=talk)
        return (
            *(
                Row(
                    Wording(f"number waiting at {hour} h", f"{hour}时排队人数"),
                    "number",
                    float(course.queue_length[hour]),
                    m.number_at((hour,), Stage.INTAKE, waiting=True),
                )
                for hour in (10, 12, 14)
            ),
            Row(
                Wording("number busy at 9 h", "9时忙碌人数"),
                "number",
                float(course.mean_busy[9]),
                m.number_at((9,), Stage.INTAKE),
            ),
        )

    return Case(
        "m-t-m-3-day",
        Wording("M(t)/M/3: a day with a rush", "M(t)/M/3：有高峰的一天"),
        "Kolmogorov's equations",
        lambda: phone(
            agents,
            calls / 60,
            exponential(talk * HOUR),
            days=430,
            changes={"demand.profiles": {"flat": weights}},
        ),
        rows,
        64,
    )


def _staffed_day() -> Case:
    """Agents come and go by shifts; who still talks at the end of a shift fills a place of the next."""
    talk, patience, calls = 0.4, 1.0, 10.0
    staff = [1] * 8 + [4] * 4 + [6] * 4 + [3] * 8
    weights = [0.2] * 8 + [1.4, 1.8, 1.8, 1.6, 1.9, 1.9, 1.7, 1.5, 1.2] + [0.7] * 7
    weights = [weight / (sum(weights) / 24) for weight in weights]
    hours = (
        ("00:00", "08:00", 1),
        ("08:00", "12:00", 4),
        ("12:00", "16:00", 6),
        ("16:00", "24:00", 3),
    )
    team = shifts(
        *({"name": start, "start": start, "end": end, "agents": agents} for start, end, agents in hours)
    )

    def rows() -> tuple[Row, ...]:
        course = follow(_daily(calls, weights), staff, service=talk, patience=patience)
        return (
            *(
                Row(
                    Wording(f"number waiting at {hour} h", f"{hour}时排队人数"),
                    "number",
                    float(course.queue_length[hour]),
                    m.number_at((hour,), Stage.INTAKE, waiting=True),
                )
                for hour in (10, 15)
            ),
            *(
                Row(
                    Wording(f"number busy at {hour} h", f"{hour}时忙碌人数"),
                    "number",
                    float(course.mean_busy[hour]),
                    m.number_at((hour,), Stage.INTAKE),
                )
                for hour in (9, 14, 18)
            ),
        )

    return Case(
        "m-t-m-c-t-day",
        Wording("M(t)/M/c(t)+M: a day in shifts", "M(t)/M/c(t)+M：轮班的一天"),
        "Kolmogorov's equations",
        lambda: phone(
            1,
            calls / 60,
            exponential(talk * HOUR),
            days=480,
            changes={
                "demand.profiles": {"flat": weights},
                "teams.operators": team,
                "intake.patience": exponential(patience * HOUR),
            },
        ),
        rows,
        64,
    )
