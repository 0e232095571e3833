"""The days on which a scenario may play: from the first that is needed to the last that is known or laid out.

What kind each date is comes from :mod:`hotline_sim.clock.days`; that time limits end within these days is
checked in ``check_time.py``.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from hotline_sim.clock.days import CHINA_LAST, china_days, override, weekly_days
from hotline_sim.clock.ticks import DAY

if TYPE_CHECKING:
    from hotline_sim.clock.days import Days
    from hotline_sim.scenario.schema import CalendarTable, Run

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DRAIN_YEARS: Final = 5
"""Years after the window for which a weekly calendar is laid out, so that the system can drain."""


def days_of(calendar: CalendarTable, run: Run, oldest: date | None = None) -> Days:
    """Days from the first that is needed to the last that the calendar knows or the drain may need.

    Parameters
    ----------
    calendar : CalendarTable
        With exceptions that contradict neither each other nor the weekend.
    run : Run
        Within the days that the calendar knows.
    oldest : date, optional
        Arrival of the oldest ticket that is open before the run.

    Returns
    -------
    Days
    """
    run_in_days = -(-run.run_in.ticks() // DAY)
    # The whole year counts for the average day, and the night shift before the first day is on duty.
    first = min(date(run.start.year, 1, 1), run.start - timedelta(days=run_in_days)) - timedelta(days=1)
    if oldest is not None:
        first = min(first, oldest - timedelta(days=1))
    last = CHINA_LAST
    if calendar.base != "china":
        last = date(run.end.year + DRAIN_YEARS, 12, 31)
        if run.horizon is not None:
            last = max(last, run.horizon)
    return days_between(calendar, first, last)


def days_between(calendar: CalendarTable, first: date, last: date) -> Days:
    """Days of a calendar from the first date to the last, both included.

    Raises
    ------
    ValueError
        If the calendar does not know a date.
    """
    if calendar.base == "china":
        days = china_days(first, last)
    else:
        days = weekly_days(first, last, tuple(WEEKDAYS.index(name) for name in calendar.weekend))
    # A date outside the days that are laid out can change nothing.
    holidays = {
        day: name
        for name, dates in calendar.holidays.items()
        for day in dates
        if days.first <= day <= days.last
    }
    return override(days, holidays, [day for day in calendar.working_days if days.first <= day <= days.last])
