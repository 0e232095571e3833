"""What citizens want, in numbers: rates and mixes, which the draws need; distributions are in ``laws.py``.

``demand.py`` makes it from a scenario; what rules and engines look up is in ``network.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.network.backlog import OpenDemand
    from hotline_sim.network.laws import Laws
    from hotline_sim.network.mediation import Rounds
    from hotline_sim.sampling.arrivals import CumulativeRate


@dataclass(frozen=True, eq=False)
class Source:
    """Demand of one channel.

    Parameters
    ----------
    name : str
        Channel.
    live : bool
        Whether a caller waits on the line.
    rate : CumulativeRate
        Expected contacts from the start of the run-in, invalid ones included, without day factors.
    valid_share : float
        Share of contacts that are requests.
    steady : bool
        Whether random factors of days and weeks leave it as it is.
    """

    name: str
    live: bool
    rate: CumulativeRate
    valid_share: float
    steady: bool = False


@dataclass(frozen=True)
class Level:
    """A level of demand that wanders from week to week.

    Parameters
    ----------
    first_week : int
        Day on which the first week of the window begins (days since 1970-01-01).
    cv : float
        Coefficient of variation in the long run.
    memory : float
        Weeks after which the correlation is 1/e.
    start : float
        Level in the first week and before.
    """

    first_week: int
    cv: float
    memory: float
    start: float


@dataclass(frozen=True, eq=False)
class Demand:
    """What the citizens want, for the draws.

    Parameters
    ----------
    sources : tuple of Source
        In the order of channel names.
    first_day, days : int
        Day factors cover this many days from this day (days since 1970-01-01).
    day_factor_cv : float
        Coefficient of variation of a day's random factor.
    day_pattern : int array, shape (days,)
        Pattern of hours that a day follows.
    hour_category : float array, shape (24 * patterns, categories)
        Cumulative shares of categories in an hour of a day of some pattern.
    event_hours : int64 array, shape (hours,)
        Hours since 1970-01-01 00:00 whose mix of categories is not that of every day, in order.
    event_category : float array, shape (hours, categories)
        Cumulative shares of categories in these hours.
    talk_from : int64 array, shape (windows,)
        Ticks from which a factor on talk holds; empty if there are none.
    talk_factor : float array, shape (windows,)
        The factors; before the first it is 1.
    class_cumulative : float array, shape (5,)
        Cumulative shares of request classes.
    area_cumulative : float array, shape (areas,)
        Cumulative weights of areas; empty if there are none.
    urgent_share : float array, shape (categories,)
        Share of urgent tickets.
    laws : Laws
        Distributions of all durations.
    level : Level, optional
        How the level wanders; it stays if there is none.
    enterprise_share : float array, shape (categories,), optional
        Share of contacts that come from enterprises.
    opened : OpenDemand, optional
        Tickets that are open when the run starts.
    rounds : Rounds, optional
        Rounds that look for disputes.
    """

    sources: tuple[Source, ...]
    first_day: int
    days: int
    day_factor_cv: float
    day_pattern: IntArray
    hour_category: FloatArray
    event_hours: IntArray
    event_category: FloatArray
    talk_from: IntArray
    talk_factor: FloatArray
    class_cumulative: FloatArray
    area_cumulative: FloatArray
    urgent_share: FloatArray
    laws: Laws
    level: Level | None = None
    enterprise_share: FloatArray | None = None
    opened: OpenDemand | None = None
    rounds: Rounds | None = None
