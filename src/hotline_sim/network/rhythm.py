"""Days on which something happens again and again, such as meetings and rounds; the rhythm is a scenario's.

What a working day is says :mod:`hotline_sim.clock.days`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.clock.days import Days
    from hotline_sim.scenario.disputes import Rhythm

_MONTHS = {"month": 1, "quarter": 3}


def days_of_rhythm(days: Days, every: Rhythm) -> IntArray:
    """Days of a rhythm, counted from the first day covered.

    Parameters
    ----------
    days : Days
        Coverage; a day whose next working day lies beyond it is left out.
    every : {"week", "half-month", "month", "quarter"}
        Mondays, the 1st and 16th, the 1st of each month, or the 1st of January, April, July and October.

    Returns
    -------
    int64 array
        Rising. In place of a day off stands the next working day, once.
    """
    dates: Any = np.datetime64(days.first) + np.arange(len(days.names))
    month = dates.astype("datetime64[M]")
    day_of_month = (dates - month).astype(np.int64) + 1
    if every == "week":
        begins = days.weekday == 0
    elif every == "half-month":
        begins = (day_of_month == 1) | (day_of_month == 16)
    else:
        begins = (day_of_month == 1) & (month.astype(np.int64) % _MONTHS[every] == 0)
    working = np.flatnonzero(days.working)
    following = np.searchsorted(working, np.flatnonzero(begins))
    return np.unique(working[following[following < len(working)]]).astype(np.int64)
