"""Two desks close tickets by a timer after the reply; where they do so is found in their records."""

from __future__ import annotations

import pytest

from hotline_sim.clock.ticks import HOUR
from hotline_sim.fit.handling import closing_timers, handled, timers_after_reply
from hotline_sim.records.read import read_records
from records_case import real_data


@pytest.mark.parametrize(
    ("folder", "profile", "hours"),
    [("itsm_incidents_2016_03", "itsm-incidents", 120), ("helpdesk_2010_2014", "helpdesk-events", 360)],
)
def test_timer_runs_from_the_reply_and_not_from_the_arrival(folder: str, profile: str, hours: int) -> None:
    log = read_records(real_data(folder), profile).log
    end = log.meta.horizon + 1
    (timer,) = timers_after_reply(log.tickets, end)
    assert timer.age == pytest.approx(hours * HOUR, abs=HOUR)
    assert timer.share > 0.2
    assert closing_timers(handled(log.tickets, end)) == []
