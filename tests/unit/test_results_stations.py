from __future__ import annotations

import numpy as np
import pytest
from results_case import CALLERS, DESK, PHONES, ROADS_DESK, STATIONS, WATER_DESK, WATER_DUTY, at, case, cut

from hotline_sim.results.stations import station_table


def row(station: int, window: tuple[int, int] | None = None) -> dict[str, float]:
    table = station_table(case(), window)
    return {name: column[station] for name, column in table.items() if name != "station"}


def test_every_station_has_a_row() -> None:
    table = station_table(case())
    assert table["station"].tolist() == list(STATIONS)
    assert {column.size for column in table.values()} == {len(STATIONS)}


def test_queue_and_wait_of_a_desk() -> None:
    # Ticket 0 waits from Friday to Monday 9 h but came before the window, 3 comes without a wait, and
    # again at 18:22:30 when the desk is closed, until 9 h.
    water = row(WATER_DESK)
    assert water["visits"] == 2
    overnight = 14 + 37 / 60 + 30 / 3600
    assert water["mean_wait"] == pytest.approx(overnight / 2)
    assert water["longest_queue"] == 1
    assert water["longest_at"] == at("Mon 00:00")
    assert water["queue_end"] == 0
    # Two people for 8 h on three days; 9 to 12 h, 10:30 to 11:30, 9 to 9:30 h.
    assert water["utilisation"] == pytest.approx(4.5 / 48)


def test_work_counts_only_while_the_desk_is_staffed() -> None:
    # Ticket 6 from 16:50 over night to 9:20, ticket 7 from 11 h on.
    roads = row(ROADS_DESK)
    assert roads["utilisation"] == pytest.approx((10 / 60 + 20 / 60 + 6) / 24)
    assert roads["longest_queue"] == 0
    assert roads["longest_at"] == at("Mon 00:00")


def test_callers_who_gave_up_waited_but_have_no_wait_until_taken_up() -> None:
    phones = row(PHONES)
    assert phones["visits"] == 9
    assert phones["mean_wait"] == pytest.approx((10 + 20 + 30) / 6 / 3600)
    # Tickets 2 and 3 wait together from 9:00:05 to 9:00:10.
    assert phones["longest_queue"] == 2
    assert phones["longest_at"] == at("Mon 09:00:05")


def test_a_window_without_visits_has_staff_but_no_wait() -> None:
    duty = row(WATER_DUTY, (at("Fri 00:00"), at("Sat 00:00")))
    assert duty["visits"] == 0
    assert np.isnan(duty["mean_wait"])
    assert duty["utilisation"] == 0
    closed = row(WATER_DESK, (at("Sat 00:00"), at("Sun 00:00")))
    assert np.isnan(closed["utilisation"])
    assert closed["queue_end"] == 1


def test_a_window_that_outlasts_the_simulation_ends_with_its_queue() -> None:
    # Tickets 2 and 3 wait on Monday when it ends.
    cut_off = cut(at("Mon 09:00:07"))
    queues = station_table(cut_off, (at("Mon 00:00"), at("Tue 00:00")))["queue_end"]
    assert queues[PHONES] == 2
    assert station_table(cut_off, (at("Mon 00:00"), at("Mon 09:00:07")))["queue_end"][PHONES] == 2


def test_teams_are_stations_as_well() -> None:
    assert row(CALLERS)["visits"] == 6
    assert row(DESK)["visits"] == 5
