"""What the baseline must reproduce: each target with its band, its source and how it is measured.

Read by ``baseline_table.py``, which writes the page, and by the test that runs one year.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.clock.ticks import DAY
from hotline_sim.results.kpis import kpis

if TYPE_CHECKING:
    from hotline_sim.network.network import Network
    from hotline_sim.results.log import TicketLog
    from hotline_sim.scenario.schema import Scenario

ACCEPTED: Final = 190_000
"""Requests accepted in 2021 [seed]."""

NORMAL_95: Final = 1.96
"""Standard normal quantile of a 95 % band."""


@dataclass(frozen=True)
class Target:
    """A band in which a number must lie in the mean of many years.

    Parameters
    ----------
    label : str
        What is measured, for people.
    measure : str
        Name in the result of :func:`measures`.
    band : (float, float)
        Least and largest value that will do.
    band_text : str
        The band for people.
    source : str
        Where the band comes from; numbers in brackets are those of ``docs/sources.md``.
    scale : float
        Factor from the measure to what is shown.
    digits : int
        Digits shown after the point.
    unit : str
        Shown after the number.
    spread : float
        By how much a single year may miss the band: three standard deviations of one year, as found in
        20 replications, rounded up.
    """

    label: str
    measure: str
    band: tuple[float, float]
    band_text: str
    source: str
    scale: float = 100
    digits: int = 2
    unit: str = " %"
    spread: float = 0

    def holds(self, value: float, spread: float = 0) -> bool:
        """Whether a mean meets the target, or, with the spread of one year, a single year does."""
        low, high = self.band
        return low - spread <= value <= high + spread

    def shown(self, value: float) -> str:
        """Number as it stands on the page."""
        return f"{value * self.scale:,.{self.digits}f}{self.unit}"


@dataclass(frozen=True)
class YearlyCount:
    """Law of the number of accepted requests in one year, by the model of demand.

    Parameters
    ----------
    wanted : float
        Expected valid requests in the window, as the scenario states them.
    poisson : float
        Variance of their number if no day had a random factor.
    day_factors : float
        What the random factors of the days add to it.
    """

    wanted: float
    poisson: float
    day_factors: float

    @classmethod
    def of(cls, network: Network) -> YearlyCount:
        """Law of the window of a network.

        Notes
        -----
        Given the factors F of the days, the number of day d is Poisson with mean r F, and F has mean 1 and
        coefficient of variation c; so its variance is r + c^2 r^2. Days are independent.
        """
        midnights = np.arange(network.start, network.end + 1, DAY, dtype=np.int64)
        demand = network.demand
        by_day = sum(np.diff(source.rate.at(midnights)) * source.valid_share for source in demand.sources)
        wanted, squares = float(np.sum(by_day)), float(np.sum(np.square(by_day)))
        return cls(wanted, wanted, demand.day_factor_cv**2 * squares)

    @property
    def deviation(self) -> float:
        """Standard deviation of the number of accepted requests: all but a few of those who want to."""
        return math.sqrt(self.poisson + self.day_factors) * ACCEPTED / self.wanted

    @property
    def band(self) -> tuple[float, float]:
        """Band of 95 of 100 years around the number of 2021."""
        half = NORMAL_95 * self.deviation
        return ACCEPTED - half, ACCEPTED + half


def targets(network: Network) -> tuple[Target, ...]:
    """Targets of the baseline whose mechanisms the model has, for the network of the baseline."""
    low, high = YearlyCount.of(network).band
    return (
        Target(
            "requests accepted",
            "requests_accepted",
            (low, high),
            f"{low:,.0f} to {high:,.0f}",
            "190,000 [seed] and the band of one year, below",
            scale=1,
            digits=0,
            unit="",
        ),
        Target("reply rate when all is drained", "reply_rate", (1, 1), "100 %, in every year", "[seed]"),
        Target(
            "direct answers",
            "direct_answer_rate",
            (0.56, 0.58),
            "57 ± 1 %",
            "57.07 % in Sichuan [1]",
            spread=0.003,
        ),
        Target(
            "tickets dispatched",
            "tickets_dispatched",
            (80_000, 84_000),
            "80,000 to 84,000",
            "derived: 190,000 less direct answers",
            scale=1,
            digits=0,
            unit="",
            spread=1_400,
        ),
        Target(
            "connect rate",
            "answer_rate",
            (0.95, 0.985),
            "95 to 98.5 %",
            "at least 95 % in GB/T 33358 [29]; 98.16 % in Changzhou [5]",
            spread=0.004,
        ),
        Target(
            "mean speed of answer",
            "mean_speed_of_answer",
            (8, 15),
            "8 to 15 s",
            "12 s in Changzhou [5], 13.4 s in Jiangsu [3]",
            scale=1,
            digits=1,
            unit=" s",
            spread=1.3,
        ),
        Target(
            "occupancy of operators, working days, 8 to 18 h",
            "occupancy_daytime",
            (0.45, 0.70),
            "45 to 70 %",
            "assumed: what a small team can bear",
            spread=0.012,
        ),
        Target(
            "handling time of consultations",
            "handling_time_mean.consult",
            (1.1, 1.7),
            "1.4 ± 0.3 working days",
            "1.4 in Jiangsu [3]",
            scale=1,
            unit=" d",
            spread=0.04,
        ),
        Target(
            "handling time of all others",
            "handling_time_mean.other",
            (4.0, 5.2),
            "4.6 ± 0.6 working days",
            "4.6 in Jiangsu [3]",
            scale=1,
            unit=" d",
            spread=0.1,
        ),
        Target(
            "closed on time",
            "on_time_closure_rate",
            (0.96, 0.999),
            "96 to 99.9 %",
            "96.27 % in Lianyungang [6], 99.45 % in Nantong [7]",
            spread=0.002,
        ),
        Target(
            "overdue, whole city",
            "overdue",
            (0.002, 0.008),
            "0.2 to 0.8 %",
            "0.41 % in Chengdu [17]; the band is ours",
            spread=0.002,
        ),
        Target(
            "overdue, departments less counties",
            "overdue.difference",
            (0, math.inf),
            "above 0",
            "1.51 % and 0.04 % in Chengdu [17]",
            spread=0.004,
        ),
        Target(
            "signed on time",
            "signed_on_time_rate",
            (0.99, 1),
            "at least 99 %",
            "99.64 % in Lianyungang [6]",
            spread=0.001,
        ),
        Target(
            "dissatisfied, of citizens reached by call-back",
            "dissatisfaction_rate",
            (0.07, 0.10),
            "7 to 10 %",
            "8.78 % in Sichuan [1]",
            spread=0.004,
        ),
        Target(
            "call-backs answered for each call answered",
            "outbound_per_inbound",
            (0.25, 0.35),
            "0.25 to 0.35",
            "0.295 in Changzhou [5]; the band is ours",
            scale=1,
            digits=3,
            unit="",
            spread=0.003,
        ),
    )


def measures(_: Scenario, log: TicketLog) -> dict[str, float]:
    """Measure what the targets speak of on one log.

    Parameters
    ----------
    log : TicketLog
        Of one year.

    Returns
    -------
    dict of str to float
        Every KPI that has a value, by its name; ``overdue`` and ``overdue.KIND``: share of the tickets due
        in the window that missed their deadline; ``overdue.difference``: departments less counties.
    """
    found = {name: kpi.value for name, kpi in kpis(log).items() if kpi.value is not None}
    found["overdue"] = 1 - found["on_time_closure_rate"]
    for kind in ("department", "county"):
        found[f"overdue.{kind}"] = 1 - found[f"on_time_closure_rate.{kind}"]
    found["overdue.difference"] = found["overdue.department"] - found["overdue.county"]
    return found
