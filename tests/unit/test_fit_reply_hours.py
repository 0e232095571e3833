"""Units that rest at night and on days off are seen in their replies, and their open tickets predicted."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.clock.days import weekly_days
from hotline_sim.clock.ticks import DAY, HOUR, MINUTE, SECOND, tick_of
from hotline_sim.experiment.forecast import interval
from hotline_sim.fit.handling import Handled
from hotline_sim.fit.mix import subjects
from hotline_sim.fit.reply_hours import in_hours, limit_text, reply_hours
from hotline_sim.fit.requests import fit_requests
from hotline_sim.results.schema import TicketOutcome
from hotline_sim.results.series import backlog_by_day
from records_case import REQUESTS, read
from scenarios import small_town

if TYPE_CHECKING:
    from hotline_sim.records.read import Records

MONDAY = date(2021, 3, 1)
FOUR_WEEKS = weekly_days(MONDAY, MONDAY + timedelta(days=27))


def tick(day: int, clock: str) -> int:
    hour, minute = clock.split(":")
    return tick_of(MONDAY) + day * DAY + int(hour) * HOUR + int(minute) * MINUTE


def replies(at: list[int], unit: list[int] | int = 0, *, took: int = HOUR) -> Handled:
    """Tickets that were replied to at given instants, an hour after they came."""
    replied = np.array(at, np.int64)
    count = replied.size
    return Handled(
        arrival=replied - took,
        age=np.full(count, took),
        closed=np.ones(count, np.bool_),
        limit=np.full(count, 2 * DAY),
        unit=np.full(count, unit) if isinstance(unit, int) else np.array(unit),
        category=np.zeros(count, np.int64),
    )


def office(count: int = 200) -> list[int]:
    """Instants from 9:00 to 16:59 on the working days of four weeks."""
    return [tick(7 * (n % 4) + n % 5, f"{9 + n % 8}:{n % 60:02}") for n in range(count)]


def test_hours_are_the_shortest_run_that_holds_nearly_all_replies() -> None:
    # Three of 203 come at night: 98 % are left in the eight hours.
    found = reply_hours(replies([*office(), *[tick(1, "03:30")] * 3]), FOUR_WEEKS)
    assert found is not None
    assert (found.start, found.end, found.text) == (9, 17, "09:00-17:00")
    assert found.units == {0}
    assert found.share == 0.0


def test_unit_that_replies_on_days_off_does_not_rest() -> None:
    # 16 of 216 replies, 7 %, on Saturdays.
    saturdays = [tick(7 * week + 5, "10:00") for week in range(4)] * 4
    assert reply_hours(replies(office() + saturdays), FOUR_WEEKS) is None
    both = replies([*office(), *office(), *saturdays], [0] * 200 + [1] * 216)
    found = reply_hours(both, FOUR_WEEKS)
    assert found is not None
    assert found.units == {0}


def test_unit_of_few_replies_keeps_the_hours_of_the_city() -> None:
    found = reply_hours(replies([*office(), tick(5, "12:00")], [0] * 200 + [1]), FOUR_WEEKS)
    assert found is not None
    assert found.units == {0, 1}


@pytest.mark.parametrize("days", [weekly_days(MONDAY, MONDAY + timedelta(days=27), ()), FOUR_WEEKS])
def test_nobody_is_seen_to_rest_where_no_day_is_off_or_replies_are_few(days: object) -> None:
    count = 200 if days is not FOUR_WEEKS else 99
    assert reply_hours(replies(office(count)), days) is None  # type: ignore[arg-type]


def test_ages_and_limits_leave_out_nights_and_weekends() -> None:
    hours = reply_hours(replies(office()), FOUR_WEEKS)
    # Came on Friday at 16:00 and was answered on Monday at 11:00: one hour and two.
    friday = replies([tick(7, "11:00")], took=2 * DAY + 19 * HOUR)
    counted = in_hours(friday, hours)
    assert counted.age.tolist() == [3 * HOUR]
    # Two days by the clock end on Sunday: an hour of work.
    assert counted.limit.tolist() == [HOUR]
    # Of another unit the clock goes on.
    other = in_hours(replies([tick(7, "11:00")], 1, took=2 * DAY), hours)
    assert (other.age.tolist(), other.limit.tolist()) == ([2 * DAY], [2 * DAY])
    # A reply at night to a ticket of that night took no working time.
    night = in_hours(replies([tick(1, "03:00")]), hours)
    assert night.age.tolist() == [SECOND]


def test_limit_beyond_the_calendar_goes_on_as_before() -> None:
    hours = reply_hours(replies(office()), FOUR_WEEKS)
    one = replies([tick(0, "10:00")])
    long = in_hours(
        Handled(one.arrival, one.age, one.closed, np.array([364 * DAY]), one.unit, one.category), hours
    )
    # 52 weeks of 40 hours.
    assert long.limit[0] == pytest.approx(52 * 40 * HOUR, rel=0.01)


def test_limit_is_written_in_what_varies_less() -> None:
    clock, worked = np.array([2, 4, 4, 2]) * DAY, np.array([16, 16, 16, 16]) * HOUR
    assert limit_text(16 * HOUR, clock, worked, keeps_hours=True) == "16 working hours"
    assert limit_text(16 * HOUR, clock, worked, keeps_hours=False) == "16 h"
    # By the clock all have two days; in working time they differ, with a median of six hours.
    two_days, worked = np.full(4, 2 * DAY), np.array([3, 3, 9, 9]) * HOUR
    assert limit_text(6 * HOUR, two_days, worked, keeps_hours=True) == "2 d"
    assert limit_text(9 * HOUR, two_days, worked, keeps_hours=True) == "3 d"


def test_one_limit_for_tickets_of_several_makes_as_many_late_as_their_own() -> None:
    # Half have one day and take up to 2, half have nine and take up to 2: a quarter of all is late.
    count = 400
    took = np.tile(np.linspace(0.01, 2.0, count // 2), 2)
    tickets = Handled(
        arrival=np.zeros(count, np.int64),
        age=(took * DAY).astype(np.int64),
        closed=np.ones(count, np.bool_),
        limit=np.repeat([DAY, 9 * DAY], count // 2),
        unit=np.zeros(count, np.int64),
        category=np.zeros(count, np.int64),
    )
    meta = hs.simulate(small_town({"demand.requests_per_year": 100})).meta
    (subject,) = subjects(tickets, meta)
    assert subject.law is not None
    assert subject.times is not None
    assert subject.law.overdue == pytest.approx(0.25, abs=0.01)
    # Three quarters take up to a day and a half.
    assert subject.limit == pytest.approx(1.5 * DAY, rel=0.02)
    # Half of all take up to a day. In multiples of limits, of which half are short, they would not.
    assert subject.times.quantile(0.5) == pytest.approx(1.0, abs=0.02)


def town(seed: int) -> tuple[hs.TicketLog, list[str]]:
    """Sixteen weeks of units that have plenty of staff and rest at weekends; twelve of them on record."""
    plenty = {f"units.{name}.staff": 500 for name in small_town().units}
    run = {"run.start": MONDAY, "run.end": MONDAY + timedelta(weeks=16), "run.run_in": "60 d"}
    log = hs.simulate(
        small_town({**plenty, **run, "demand.requests_per_year": 40_000, "outcome.redo": 0.0}), seed=seed
    )
    tickets, meta, now = log.tickets, log.meta, tick_of(MONDAY + timedelta(weeks=12))
    made = (
        (tickets["outcome"] == TicketOutcome.TICKET)
        & (tickets["arrival"] >= meta.start)
        & (tickets["arrival"] < now)
    )
    lines = ["id,opened,due,closed,category,unit"]
    columns = (tickets[name][made].tolist() for name in ("arrival", "due", "replied", "category", "unit"))
    for number, (arrival, due, replied, category, unit) in enumerate(zip(*columns, strict=True)):
        closed = text(replied) if replied < now else ""
        lines.append(
            f"{number},{text(arrival)},{text(due)},{closed},{meta.categories[category]},{meta.units[unit]}"
        )
    return log, lines


def text(instant: int) -> str:
    return str(datetime(1970, 1, 1) + timedelta(milliseconds=instant))[:19]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[hs.TicketLog, Records]]:
    place = tmp_path_factory.mktemp("towns")
    found = []
    for seed in (1, 2, 3):
        log, lines = town(seed)
        found.append((log, read(place, REQUESTS, "\n".join(lines))))
    return found


def test_open_tickets_of_a_known_town_are_inside_their_bands(
    known: list[tuple[hs.TicketLog, Records]],
) -> None:
    now = MONDAY + timedelta(weeks=12)
    inside, swing = [], []
    for log, records in known:
        base = small_town({"calendar": {"base": "china"}})
        fit = fit_requests(records, base, name="town", window=(MONDAY, now), start=MONDAY, end=now)
        assert fit.hours is not None
        assert fit.hours.end - fit.hours.start < 12
        forecast = hs.forecast(
            fit.scenario, weeks=4, start=now, open_tickets=records, variants=fit.variants(40), replications=40
        )
        seen = backlog_by_day(log)[1][-28:]
        low, high = interval(forecast.paths["backlog"], 80)
        inside.append((low <= seen) & (seen <= high))
        median = np.median(forecast.paths["backlog"], axis=0)
        swing.append(np.corrcoef(seen, median)[0, 1])
    # The 84 days are far from independent: three towns support no narrower statement.
    assert 0.55 < np.mean(inside) < 0.98
    assert min(swing) > 0.6


def test_times_are_drawn_again_for_each_variant(known: list[tuple[hs.TicketLog, Records]]) -> None:
    records = known[0][1]
    now = MONDAY + timedelta(weeks=12)
    fit = fit_requests(records, small_town(), name="town", window=(MONDAY, now), start=MONDAY, end=now)
    path = f'categories."{fit.subjects[0].name}".field'
    medians = [one[path]["quantiles"][20] for one in fit.variants(3)]
    assert len(set(medians)) == 3
    assert fit.variants(2) == fit.variants(2)
