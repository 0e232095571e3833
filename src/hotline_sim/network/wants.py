"""What the citizens want, in numbers: demand of every channel and all distributions, for the draws.

``demand.py`` and ``laws.py`` make it from a scenario; what rules and engines read is in ``network.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.network.backlog import OpenDemand
    from hotline_sim.sampling.arrivals import CumulativeRate


@dataclass(frozen=True)
class DurationLaw:
    """A distribution of durations with its parameters in ticks.

    Parameters
    ----------
    family : str
        Name of a family in ``sampling.distributions``.
    parameters : tuple of (str, float or tuple of float)
        Durations in ticks, shape parameters as they are.
    """

    family: str
    parameters: tuple[tuple[str, float | tuple[float, ...]], ...]


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
    """

    name: str
    live: bool
    rate: CumulativeRate
    valid_share: float


@dataclass(frozen=True, eq=False)
class Laws:
    """Every distribution that the draws sample from; None where the scenario has no such thing.

    Parameters
    ----------
    talk, invalid_talk, written : DurationLaw
        Intake, by kind of contact.
    patience, redial_delay : DurationLaw or None
        Callers.
    hang_up_share : float
        Callers who never wait.
    dispatch, urgent_dispatch, return_delay, sign, urgent_sign : DurationLaw or None
        Dispatch desk and receipt.
    desk, field : tuple of DurationLaw
        By request class.
    urgent_desk : DurationLaw or None
        Duty desk.
    urgent_field, category_desk, category_field : tuple of DurationLaw or None
        By category; the last two stand before those of the class.
    callback : DurationLaw or None
        Talk of an answered call-back.
    co_work : float
        Work and field time of a co-handler, relative to a lead unit's.
    automatic_dispatch : DurationLaw or None
        Time of the system that dispatches.
    three_party : DurationLaw or None
        Talk of three, after the usual talk.
    hard_case : DurationLaw or None
        Time of a leader's case.
    """

    talk: DurationLaw
    invalid_talk: DurationLaw
    written: DurationLaw
    patience: DurationLaw | None
    redial_delay: DurationLaw | None
    hang_up_share: float
    dispatch: DurationLaw | None
    urgent_dispatch: DurationLaw | None
    return_delay: DurationLaw | None
    sign: DurationLaw | None
    urgent_sign: DurationLaw | None
    desk: tuple[DurationLaw, ...]
    field: tuple[DurationLaw, ...]
    urgent_desk: DurationLaw | None
    urgent_field: tuple[DurationLaw | None, ...]
    category_desk: tuple[DurationLaw | None, ...]
    category_field: tuple[DurationLaw | None, ...]
    callback: DurationLaw | None
    co_work: float = 1.0
    automatic_dispatch: DurationLaw | None = None
    three_party: DurationLaw | None = None
    hard_case: DurationLaw | None = None


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
