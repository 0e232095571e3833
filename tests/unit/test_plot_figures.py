from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from results_case import HORIZON, PHONES, START, at, case, cut

from hotline_sim.clock.days import china_days, override, weekly_days
from hotline_sim.clock.ticks import DAY, HOUR, NEVER, SECOND, tick_of
from hotline_sim.engines.simulate import simulate
from hotline_sim.errors import HotlineWarning
from hotline_sim.network.build import build_days
from hotline_sim.plot import (
    FIGURES,
    backlog,
    load_and_staffing,
    phone_wait,
    response_time,
    save_figure,
    save_figures,
)
from hotline_sim.plot.frame import MOST_POINTS, STYLES, date_axis, distribution
from hotline_sim.plot.open_tickets import _holidays, _overdue
from hotline_sim.plot.staffing import _offered_load
from hotline_sim.results.series import is_working
from hotline_sim.results.view import View
from hotline_sim.scenario.load import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    from hotline_sim.results.log import TicketLog

DRAW: dict[str, Callable[..., Figure]] = {
    "response_time": response_time,
    "phone_wait": phone_wait,
    "load_and_staffing": load_and_staffing,
    "backlog": backlog,
}
DATE_OR_HOUR = ("date", "日期")
UNIT = re.compile(r"[(（].+[)）]|per hour|in erlang")


@pytest.fixture(scope="module")
def town() -> TicketLog:
    return simulate(load("small-town"))


def ticket_only(log: TicketLog, number: int) -> TicketLog:
    """The log as if nobody else had called."""
    visits = {name: column[log.visits["ticket"] == number] for name, column in log.visits.items()}
    visits["ticket"] = np.zeros_like(visits["ticket"])
    tickets = {name: column[number : number + 1] for name, column in log.tickets.items()}
    return replace(log, visits=visits, tickets=tickets)


def empty(log: TicketLog) -> TicketLog:
    visits = {name: column[:0] for name, column in log.visits.items()}
    return replace(log, visits=visits, tickets={name: column[:0] for name, column in log.tickets.items()})


def logs(town: TicketLog) -> dict[str, TicketLog]:
    return {
        "a town": town,
        "three days": case(),
        "cut short": cut(at("Tue 12:00")),
        "one ticket": ticket_only(case(), 3),
        "nobody": empty(case()),
    }


def shown(figure: Figure) -> list[Text]:
    """Texts that a reader sees: tick labels outside the axes' limits are not drawn."""
    texts = []
    for axes in figure.axes:
        for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            if axes.axison:
                ticks = [*axis.get_major_ticks()]
                texts += [
                    label
                    for tick in ticks
                    if low <= tick.get_loc() <= high
                    for label in (tick.label1, tick.label2)
                    if label.get_visible()
                ]
                texts.append(axis.label)
        texts += [*axes.texts, axes.title, axes._left_title]
    for legend in figure.legends:
        texts += legend.get_texts()
    return [text for text in [*texts, *figure.texts] if text.get_visible() and text.get_text().strip()]


def labels(figure: Figure) -> list[str]:
    drawn = [axes for axes in figure.axes if axes.axison]
    return [text for axes in drawn for text in (axes.get_xlabel(), axes.get_ylabel()) if text]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("which", ["a town", "three days", "cut short", "one ticket", "nobody"])
def test_every_figure_is_drawn_without_a_warning_and_without_overlapping_texts(
    name: str, lang: str, which: str, town: TicketLog, tmp_path: Path
) -> None:
    figure = DRAW[name](logs(town)[which], lang)
    save_figure(figure, tmp_path / name)
    figure.canvas.draw()
    boxes = [(text.get_text(), text.get_window_extent()) for text in shown(figure)]
    overlapping = [
        (one, other) for (one, box), (other, box2) in combinations(boxes, 2) if box.padded(-1).overlaps(box2)
    ]
    assert not overlapping
    width, height = figure.get_size_inches() * figure.dpi
    outside = [one for one, box in boxes if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height]
    assert not outside


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", FIGURES)
def test_every_axis_has_a_label_with_its_unit(name: str, lang: str) -> None:
    found = labels(DRAW[name](case(), lang))
    assert len(found) >= 2
    unclear = [text for text in found if text not in DATE_OR_HOUR and not UNIT.search(text)]
    assert not unclear or lang == "zh"
    if lang == "zh":
        assert all(re.search(r"（.+）", text) for text in unclear)


@pytest.mark.parametrize("name", FIGURES)
def test_heading_and_footnote_say_what_was_simulated(name: str) -> None:
    texts = [text.get_text() for text in DRAW[name](case(), "en", title="Three days").texts]
    assert any("Three days" in text and "2021-01-04 to 2021-01-06" in text for text in texts)
    assert any(
        "three-days" in text and "seed 7" in text and "replication 2" in text and "by hand" in text
        for text in texts
    )


@pytest.mark.parametrize("name", FIGURES)
def test_an_unknown_language_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="lang"):
        DRAW[name](case(), "fr")


def test_no_two_styles_share_colour_dashes_or_marker() -> None:
    for aspect in zip(*STYLES, strict=True):
        assert len(set(aspect)) == len(STYLES)


def test_distribution_counts_open_tickets_among_all_and_keeps_its_ends_when_thinned() -> None:
    values, percents = distribution(np.array([30, 10, NEVER, 20], np.int64))
    assert values.tolist() == [10, 20, 30]
    assert percents.tolist() == [25, 50, 75]
    values, percents = distribution(np.arange(1, 100_001, dtype=np.int64))
    assert values.size == MOST_POINTS
    assert values[[0, -1]].tolist() == [1, 100_000]
    assert np.allclose(percents, values / 1000)


def table_cells(figure: Figure) -> list[str]:
    (table,) = (axes for axes in figure.axes if not axes.axison)
    return [text.get_text() for text in table.texts]


def test_response_table_has_quantiles_by_class_and_says_where_tickets_are_open() -> None:
    # Tickets 3, 5, 6 and 7 arrived in the window; 7 is open. Times: 7 h 19 min 55 s, 50 min, 18 h.
    cells = table_cells(response_time(case(), "en"))
    first = cells.index("all tickets")
    assert cells[first : first + 6] == ["all tickets", "4", "7.3 h", "open", "open", "open"]
    urgent = cells.index("urgent")
    assert cells[urgent : urgent + 6] == ["urgent", "2", "50 min", "18 h", "18 h", "18 h"]


def test_urgent_panel_tells_the_share_within_the_hour() -> None:
    urgent = response_time(case(), "en").axes[1]
    assert [text.get_text() for text in urgent.texts] == ["within 60 min: 50.0 %"]
    assert 60 in [line.get_xdata()[0] for line in urgent.lines if len(line.get_xdata()) == 2]


def test_phone_figure_tells_the_share_within_the_aim() -> None:
    # Tickets 1, 2, 3 and 7 were answered after 0, 10, 20 and 30 s; 5 and 6 wrote.
    texts = "\n".join(text.get_text() for text in phone_wait(case(), "en").axes[0].texts)
    assert "within 15 s: 50.0 %" in texts
    assert "answered at once: 25.0 %" in texts
    assert "longer than 2 min: 0 %" in texts


def test_response_axis_holds_what_is_shown_while_many_tickets_are_open() -> None:
    # Three of four tickets have a reply, the last after 18 h: the 99 % quantile is open.
    figure = response_time(case(), "en")
    classes, _, table = figure.axes
    assert 18 <= classes.get_xlim()[1] < 24
    texts = [text.get_text() for text in table.texts]
    assert "open: fewer than that share had a reply when the simulation ended on 2021-01-07" in texts
    zh = [text.get_text() for text in response_time(case(), "zh").axes[2].texts]
    assert any(text.startswith("未答复：到模拟截止（2021-01-07）") for text in zh)


def test_a_response_table_without_open_tickets_has_no_note(town: TicketLog) -> None:
    assert not any("open:" in text.get_text() for text in response_time(town, "en").axes[2].texts)


def test_phone_figure_shows_each_hour_of_the_day() -> None:
    quick, lost = phone_wait(case(), "en").axes[1].lines
    # At 9 h came three calls: one answered after 10 s, one after 20 s, one given up.
    assert quick.get_ydata()[9] == pytest.approx(100 / 3)
    assert lost.get_ydata()[9] == pytest.approx(100 / 3)
    assert np.isnan(quick.get_ydata()[3])


def test_offered_load_is_the_work_that_came_in_where_nobody_gives_up() -> None:
    log = ticket_only(case(), 1)
    busy = 30 * SECOND / HOUR / 3  # half a minute in one of three days
    load_by_hour = _offered_load(View(log), working=True, days=3)
    assert load_by_hour[7] == pytest.approx(busy)
    assert load_by_hour.sum() == pytest.approx(busy)


def test_offered_load_counts_callers_who_gave_up_with_the_mean_work_of_the_hour(town: TicketLog) -> None:
    view = View(town)
    days = int(np.count_nonzero(is_working(town, np.arange(town.meta.start, town.meta.end, DAY))))
    visits = town.visits
    came = np.isin(visits["station"], town.meta.live_stations) & view.within(visits["ready"])
    came &= is_working(town, visits["ready"])
    served = came & (visits["start"] < NEVER)
    work = (visits["end"] - visits["start"])[served].sum() / HOUR / days
    total = _offered_load(view, working=True, days=days).sum()
    assert total > work
    assert total == pytest.approx(work * came.sum() / served.sum(), rel=0.2)


def test_agents_on_duty_are_drawn_as_a_step_for_each_hour() -> None:
    log = case()
    (steps,) = load_and_staffing(log, "en").axes[0].patches
    assert steps.get_data().values.tolist() == [log.staffing[PHONES].at(START)] * 24


def test_overdue_tickets_are_open_and_past_their_deadline() -> None:
    overdue = _overdue(View(case()))
    expected = {
        "Mon 16:59:59": 0,
        "Mon 17:00": 1,  # ticket 0
        "Tue 10:00": 0,
        "Tue 18:00": 1,  # ticket 6
        "Wed 10:00": 0,
        "Wed 17:00": 1,  # ticket 7 stays open
        "Thu 12:00": 1,
    }
    assert {text: overdue.at(at(text)) for text in expected} == expected


def holiday_marks(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts if text.get_text()]


def test_holidays_are_shaded_and_named_in_both_languages() -> None:
    days = override(weekly_days(date(2021, 1, 1), date(2021, 1, 10)), {date(2021, 1, 5): "new_year"}, [])
    for lang, name in (("en", "New Year"), ("zh", "元旦")):
        (axes,) = backlog(case(), lang, days=days).axes
        assert holiday_marks(axes) == [name]
        (shade,) = axes.patches
        assert shade.get_x() == tick_of(date(2021, 1, 5)) / DAY
        assert shade.get_width() == 1


def test_all_holidays_of_a_year_are_named_without_overlap(tmp_path: Path) -> None:
    log = case()
    year = replace(log.meta, start=tick_of(date(2021, 1, 1)), end=tick_of(date(2022, 1, 1)))
    days = china_days(date(2020, 12, 1), date(2022, 2, 1))
    for lang in ("en", "zh"):
        figure = backlog(replace(log, meta=year), lang, days=days)
        assert len(holiday_marks(figure.axes[0])) == 7
        save_figure(figure, tmp_path / "backlog")
        figure.canvas.draw()
        boxes = [text.get_window_extent() for text in shown(figure)]
        assert not any(one.padded(-1).overlaps(other) for one, other in combinations(boxes, 2))


def test_without_a_calendar_days_off_in_the_week_are_shaded_and_weekends_are_not() -> None:
    log = case()
    week = replace(
        log.meta,
        start=tick_of(date(2021, 1, 4)),
        end=tick_of(date(2021, 1, 11)),
        working_days=tuple(tick_of(date(2021, 1, day)) // DAY for day in (4, 5, 7, 8)),
    )
    found = _holidays(View(replace(log, meta=week)), None)
    assert [(holiday.start, holiday.end) for holiday in found] == [
        (tick_of(date(2021, 1, 6)), tick_of(date(2021, 1, 7)))
    ]


def test_nothing_is_drawn_after_the_horizon() -> None:
    (axes,) = backlog(cut(at("Tue 12:00")), "en").axes
    assert max(axes.lines[0].get_xdata()) <= at("Tue 12:00") / DAY
    assert axes.get_xlim()[1] > HORIZON // DAY - 1


@pytest.mark.parametrize(
    ("first", "last", "count", "one"),
    [
        (date(2021, 3, 1), date(2021, 3, 29), 15, "03-03"),
        (date(2021, 1, 1), date(2022, 1, 1), 13, "Feb"),
        (date(2021, 1, 1), date(2025, 1, 1), 13, "2021-05"),
    ],
)
def test_dates_suit_the_length_of_the_window(first: date, last: date, count: int, one: str) -> None:
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    date_axis(axes, tick_of(first), tick_of(last), "en")
    words = [label.get_text() for label in axes.get_xticklabels()]
    assert len(words) == count
    assert one in words


def test_all_figures_are_written_twice_with_the_same_bytes(tmp_path: Path) -> None:
    loaded = load("small-town")
    folders = [tmp_path / name for name in ("one", "two")]
    told: list[str] = []
    for folder in folders:
        folder.mkdir()
        paths = save_figures(
            case(), folder, "zh", title=loaded.title.zh, days=build_days(loaded), drawn=told.append
        )
        assert [path.name for path in paths] == [f"{n}.{end}" for n in FIGURES for end in ("png", "svg")]
    assert told == [*FIGURES, *FIGURES]
    for path in folders[0].iterdir():
        assert path.read_bytes() == (folders[1] / path.name).read_bytes()


def test_a_character_that_no_font_has_is_told_once(tmp_path: Path) -> None:
    with pytest.warns(HotlineWarning, match="𠮷") as told:
        save_figures(case(), tmp_path, "zh", title="𠮷")
    assert len(told) == 1
