"""Numbers of hard cases, leaders and joint meetings; left out, they never trigger.

The tables are in :mod:`hotline_sim.scenario.disputes`, what they mean in :mod:`hotline_sim.rules.hard_cases`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import DAY
from hotline_sim.network.codes import ALWAYS, UNSTAFFED
from hotline_sim.network.rhythm import days_of_rhythm
from hotline_sim.network.staffing import Post
from hotline_sim.sampling.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.clock.days import Days
    from hotline_sim.clock.ticks import Duration
    from hotline_sim.network.columns import Draws
    from hotline_sim.scenario.disputes import JointMeeting
    from hotline_sim.scenario.schema import Scenario

LEADERS = "leaders"
MEETING = "joint meeting"


class Hard(NamedTuple):
    """Hard cases."""

    on: int
    """1 if there are any."""
    share: float
    """Share of tickets found hard when signed for."""
    after_redos: float
    """Share of citizens still dissatisfied after the last redo whose ticket becomes one."""
    leaders: int
    """Station of the leaders."""
    calendar: int
    """Calendar on which they work."""
    success: float
    """Probability that a case is settled."""
    limit: int
    """Row of the limit table that holds from signing; -1: none."""
    meeting_share: float
    """Share of hard cases that go to the joint meeting."""
    meeting: int
    """Station of the meeting, whose staffing is the cases on its agenda while it lasts."""


NO_HARD_CASES = Hard(0, 0.0, 0.0, UNSTAFFED, ALWAYS, 0.0, -1, 0.0, UNSTAFFED)


def has_hard_cases(scenario: Scenario) -> bool:
    """Whether any ticket may become a hard case."""
    table = scenario.hard_cases
    return table is not None and (table.share > 0 or table.after_redos > 0)


def posts_of_hard_cases(scenario: Scenario, days: Days, hours: dict[str, Steps]) -> list[Post]:
    """Stations of leaders and of the meeting.

    Parameters
    ----------
    scenario : Scenario
        Checked.
    days : Days
        Coverage.
    hours : dict
        1 while an entry of [hours] is open, else 0.
    """
    table = scenario.hard_cases
    if table is None or not has_hard_cases(scenario):
        return []
    posts = [Post(LEADERS, hours[table.hours], table.leaders * table.cases_each)]
    if table.meeting is not None and table.meeting.share > 0:
        posts.append(Post(MEETING, _meetings(table.meeting, days), 1))
    return posts


def _meetings(meeting: JointMeeting, days: Days) -> Steps:
    starts = days.first_tick + days_of_rhythm(days, meeting.every) * DAY + meeting.start
    return Steps.from_intervals(starts, starts + meeting.length.ticks(), np.int64(meeting.cases))


def hard_cases(
    scenario: Scenario, stations: tuple[str, ...], calendar: Callable[[str], int], first_row: int
) -> tuple[Hard, list[Duration]]:
    """Numbers of hard cases, and the time limit behind them.

    Parameters
    ----------
    scenario : Scenario
        Checked.
    stations : tuple of str
        Names of all stations.
    calendar : callable
        Number of an entry of [hours].
    first_row : int
        Row of the limit table of their time limit.

    Returns
    -------
    Hard
    list of Duration
        The limit, if there is one.
    """
    table = scenario.hard_cases
    if table is None or not has_hard_cases(scenario):
        return NO_HARD_CASES, []
    meeting = table.meeting
    # Teams and units may have the same names: ours come last.
    place = {name: number for number, name in enumerate(stations)}
    return (
        Hard(
            on=1,
            share=table.share,
            after_redos=table.after_redos,
            leaders=place[LEADERS],
            calendar=calendar(table.hours),
            success=table.success,
            limit=first_row if table.limit else -1,
            meeting_share=meeting.share if meeting else 0.0,
            meeting=place[MEETING] if meeting and meeting.share > 0 else UNSTAFFED,
        ),
        [table.limit] if table.limit else [],
    )


def fill_hard_cases(
    uniform: Callable[[Stream], FloatArray], duration: Callable[[FloatArray], IntArray], into: Draws
) -> None:
    """Give tickets their numbers of hard cases.

    Parameters
    ----------
    uniform : callable
        Numbers of the tickets in a stream.
    duration : callable
        Times of a leader, from uniform numbers.
    into : Draws
        Columns to be written.
    """
    into.hard[0] = uniform(Stream.HARD)
    into.hard_meeting[0] = uniform(Stream.HARD_MEETING)
    into.hard_settled[0] = uniform(Stream.HARD_SETTLED)
    into.hard_work[0] = duration(uniform(Stream.HARD_WORK))
