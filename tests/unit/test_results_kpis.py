from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from results_case import CALLERS, END, FRIDAY, HORIZON, PHONES, START, WATER, at, case, cut, written

from hotline_sim.clock.ticks import HOUR, MINUTE, NEVER
from hotline_sim.errors import ResultError
from hotline_sim.network.codes import Outcome, Stage
from hotline_sim.results.definitions import ENTRIES
from hotline_sim.results.enterprise import EnterpriseCounts, enterprise_kpis
from hotline_sim.results.further import FURTHER
from hotline_sim.results.kpis import KPIS, Kpi, check_conservation, class_table, kpis, unit_table
from hotline_sim.results.names import ALL, GROUPS, UNITS, definition, group_of, label
from hotline_sim.results.passages import MEASURES
from hotline_sim.results.store import kpis_as_dict
from hotline_sim.results.view import View

# Worked out on paper from the visits in results_case: value and denominator, None where there is none.
HAND: dict[str, tuple[Fraction | int | None, int | None]] = {
    "requests_offered": (8, None),
    "requests_abandoned": (1, None),
    "requests_invalid": (1, None),
    "requests_pending": (1, None),
    "requests_accepted": (5, None),
    "direct_answer_rate": (Fraction(1, 5), 5),
    "first_contact_resolution_rate": (Fraction(1, 5), 5),
    "tickets_dispatched": (4, None),
    "tickets_open_at_horizon": (1, None),
    "reply_rate": (Fraction(4, 5), 5),
    "reply_rate_within_deadline": (Fraction(3, 5), 5),
    "reply_rate_within_deadline_tickets": (Fraction(2, 4), 4),
    "urgent_reply_rate_within_1h": (Fraction(1, 2), 2),
    "urgent_reply_rate_within_1h.pipes": (Fraction(0), 1),
    "urgent_reply_rate_within_1h.potholes": (Fraction(1), 1),
    # Seconds from arrival to reply: 160, 26395, 3000, 64800; ticket 7 has none.
    "response_time_mean": (Fraction(160 + 26395 + 3000 + 64800, 4 * 3600), 4),
    "response_time_mean.consult": (Fraction(160, 3600), 1),
    "response_time_mean.complaint": (Fraction(26395, 3600), 1),
    "response_time_mean.help": (Fraction(3000 + 64800, 2 * 3600), 2),
    "response_time_mean.suggestion": (None, 0),
    "response_time_mean.praise": (None, 0),
    "response_time_mean.tickets": (Fraction(26395 + 3000 + 64800, 3 * 3600), 3),
    "response_time_p50": (Fraction(26395, 3600), 5),
    "response_time_p50.consult": (Fraction(160, 3600), 1),
    "response_time_p50.complaint": (Fraction(26395, 3600), 2),
    "response_time_p50.help": (Fraction(3000, 3600), 2),
    "response_time_p50.suggestion": (None, 0),
    "response_time_p50.praise": (None, 0),
    "response_time_p50.tickets": (Fraction(26395, 3600), 4),
    **{
        f"response_time_p{percent}{part}": value
        for percent in (90, 95, 99)
        for part, value in {
            "": (None, 5),
            ".consult": (Fraction(160, 3600), 1),
            ".complaint": (None, 2),
            ".help": (Fraction(64800, 3600), 2),
            ".suggestion": (None, 0),
            ".praise": (None, 0),
            ".tickets": (None, 4),
        }.items()
    },
    # Minutes of office hours from dispatch to reply: ticket 3 has 420, ticket 5 has 0, ticket 6 has 40 + 60.
    "handling_time_mean": (Fraction(520, 3 * 480), 3),
    "handling_time_mean.consult": (None, 0),
    "handling_time_mean.complaint": (Fraction(420, 480), 1),
    "handling_time_mean.help": (Fraction(100, 2 * 480), 2),
    "handling_time_mean.suggestion": (None, 0),
    "handling_time_mean.praise": (None, 0),
    "handling_time_mean.other": (Fraction(520, 3 * 480), 3),
    "calls_offered": (7, None),
    "redials": (1, None),
    "answer_rate": (Fraction(4, 7), 7),
    "abandonment_rate": (Fraction(3, 7), 7),
    "service_level_15s": (Fraction(2, 7), 7),
    "service_level_15s_of_answered": (Fraction(2, 4), 4),
    "service_level_30s": (Fraction(4, 7), 7),
    "mean_speed_of_answer": (Fraction(0 + 10 + 20 + 30, 4), 4),
    # Seconds with a call or a message in hand: 30, 180, 300, 300, 600, 300; two agents for 72 or 30 hours.
    "occupancy": (Fraction(1710, 144 * 3600), 144),
    "occupancy_daytime": (Fraction(1695, 60 * 3600), 60),
    "return_rate": (Fraction(1, 5), 5),
    "signed_on_time_rate": (Fraction(4, 5), 5),
    "on_time_closure_rate": (Fraction(2, 5), 5),
    "on_time_closure_rate.company": (Fraction(2, 3), 3),
    "on_time_closure_rate.county": (Fraction(0, 2), 2),
    # Hours at a desk while it is open: 3 (ticket 0), 1 and 1/2 (ticket 3), 1/2 (ticket 6), 6 (ticket 7).
    "utilisation_units": (Fraction(11, 72), 72),
    "backlog_start": (1, None),
    "backlog_end": (1, None),
    "backlog_max": (2, None),
    "callback_reached_rate": (Fraction(3, 4), 4),
    "outbound_per_inbound": (Fraction(3, 4), 4),
    "solved_rate": (Fraction(1, 3), 3),
    "satisfaction_rate": (Fraction(2, 3), 3),
    "dissatisfaction_rate": (Fraction(1, 3), 3),
    "solved_rate_true": (Fraction(2, 3), 3),
    "satisfaction_rate_true": (Fraction(2, 3), 3),
    "reopened_rate": (Fraction(1, 3), 3),
    "first_time_closure_rate": (Fraction(2, 3), 3),
}


@pytest.fixture(scope="module")
def figures() -> dict[str, Kpi]:
    return kpis(case())


def test_every_figure_has_been_worked_out_by_hand(figures: dict[str, Kpi]) -> None:
    assert list(figures) == list(HAND)


@pytest.mark.parametrize("name", HAND)
def test_figure_is_what_paper_says(figures: dict[str, Kpi], name: str) -> None:
    value, denominator = HAND[name]
    found = figures[name]
    assert found.denominator == denominator
    if value is None:
        assert found.value is None
    else:
        assert found.value == pytest.approx(float(value), rel=1e-12)
        if denominator is not None and found.numerator is not None:
            assert found.value == pytest.approx(found.numerator / denominator, rel=1e-12)
    assert found.window == (START, END)


def test_figures_can_be_written_as_json(figures: dict[str, Kpi]) -> None:
    plain = kpis_as_dict(figures)
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert plain["answer_rate"] == {"value": 4 / 7, "numerator": 4, "denominator": 7, "unit": "share"}


def test_another_window_counts_other_tickets() -> None:
    log = case()
    monday = kpis(log, (at("Mon 00:00"), at("Tue 00:00")))
    assert monday["requests_offered"].value == 4
    assert monday["backlog_end"].value == 1
    assert monday["on_time_closure_rate"].denominator == 1
    assert monday["signed_on_time_rate"].denominator == 1
    assert monday["satisfaction_rate"].denominator == 1
    whole = kpis(log, (FRIDAY, NEVER))
    assert whole["requests_offered"].value == 10  # ticket 10 never arrived
    assert whole["requests_offered"].window == (FRIDAY, HORIZON + 1)


def test_visits_are_clipped_at_the_window() -> None:
    log = case()
    figures = kpis(log, (at("Mon 09:01:10"), at("Mon 09:12:20")))
    # Two minutes of ticket 2 and two of ticket 3, of two agents for 11 minutes and 10 seconds.
    assert figures["occupancy"].value == pytest.approx(240 / (2 * 670))
    night = kpis(log, (at("Tue 18:00"), at("Wed 08:00")))
    assert night["utilisation_units"].value is None
    assert night["utilisation_units"].denominator == 0


@pytest.mark.parametrize(("late", "share"), [(0, Fraction(1, 2)), (1, 0)])
def test_an_hour_ends_with_its_last_tick(late: int, share: Fraction) -> None:
    columns = {name: np.array(values, np.int64) for name, values in written().items()}
    reply = (columns["ticket"] == 5) & (columns["outcome"] == Outcome.REPLIED)
    columns["end"][reply] = at("Tue 09:00") + late
    assert kpis(case(columns))["urgent_reply_rate_within_1h"].value == share


def test_quantile_is_the_smallest_value_that_enough_values_do_not_exceed() -> None:
    view = View(case())
    values = np.arange(1, 11)
    assert [view.quantile(values, percent, 1, "h").value for percent in (50, 90, 91, 95, 99)] == [
        5,
        9,
        10,
        10,
        10,
    ]
    assert view.quantile(values[:0], 50, 1, "h").value is None


def test_a_log_without_visits_has_no_shares() -> None:
    log = cut(FRIDAY - 1)
    check_conservation(log)
    figures = kpis(log)
    assert all(not figure.value for figure in figures.values())
    assert unit_table(log)["tickets"].tolist() == [0, 0]


@given(st.integers(min_value=FRIDAY // MINUTE, max_value=HORIZON // MINUTE))
def test_a_log_cut_anywhere_loses_nothing(minute: int) -> None:
    log = cut(minute * MINUTE)
    check_conservation(log)
    figures = kpis(log, (FRIDAY, END))
    counts = {name: figure.value or 0 for name, figure in figures.items() if name.startswith("requests_")}
    offered = counts.pop("requests_offered")
    assert offered == sum(counts.values())
    replied = figures["reply_rate"].numerator or 0
    assert counts["requests_accepted"] == replied + (figures["tickets_open_at_horizon"].value or 0)
    for name, figure in figures.items():
        if figure.unit == "share" and figure.value is not None:
            assert 0 <= figure.value <= 1, name
    waiting = (log.tickets["recorded"] < NEVER) & (log.tickets["replied"] == NEVER)
    if log.meta.horizon <= END:
        assert figures["backlog_end"].value == np.count_nonzero(waiting)
    closed = log.tickets["closed"]
    assert (closed[closed < NEVER] <= minute * MINUTE).all()


def _without(drop: np.ndarray) -> dict[str, np.ndarray]:
    columns = {name: np.array(values, np.int64) for name, values in written().items()}
    return {name: values[~drop] for name, values in columns.items()}


@pytest.mark.parametrize(
    ("ticket", "stage", "balance", "broken"),
    [
        (4, Stage.INTAKE, "offered", 1),
        (2, Stage.INTAKE, "offered", 1),
        (5, Stage.FIELD, "recorded", 1),
        (7, Stage.HANDLING, "recorded", 1),
        (6, Stage.INTAKE, "offered", 1),
    ],
)
def test_a_lost_visit_breaks_a_balance(ticket: int, stage: Stage, balance: str, broken: int) -> None:
    columns = written()
    drop = (np.array(columns["ticket"]) == ticket) & (np.array(columns["stage"]) == stage)
    assert drop.any()
    with pytest.raises(
        ResultError, match=f"balance {balance}.* for {broken} tickets, the first is ticket {ticket}"
    ):
        check_conservation(case(_without(drop)))


def test_a_request_that_ends_twice_breaks_a_balance() -> None:
    columns = {name: np.array(values, np.int64) for name, values in written().items()}
    again = columns["outcome"] == Outcome.DIRECT
    columns = {name: np.append(values, values[again][:1]) for name, values in columns.items()}
    with pytest.raises(ResultError, match="offered"):
        check_conservation(case(columns))


def test_unit_table_agrees_with_the_figures_of_the_city() -> None:
    table = unit_table(case())
    assert table["unit"].tolist() == ["roads", "water"]
    assert table["kind"].tolist() == ["county", "company"]
    assert table["tickets"].tolist() == [2, 2]
    assert table["due"].tolist() == [2, 3]
    assert table["on_time"].tolist() == [0, 2]
    assert table["overdue"].tolist() == [2, 1]
    assert table["returned"].tolist() == [1, 0]
    assert table["handling_mean"] == pytest.approx([100 / 480, 210 / 480])
    assert table["reached"].tolist() == [1, 2]
    assert table["satisfied"].tolist() == [1, 1]


def test_class_table_agrees_with_the_figures_of_the_city() -> None:
    table = class_table(case())
    assert table["class"].tolist() == ["consult", "complaint", "help", "suggestion", "praise"]
    assert table["accepted"].tolist() == [1, 2, 2, 0, 0]
    assert table["direct"].tolist() == [1, 0, 0, 0, 0]
    assert table["tickets"].tolist() == [0, 2, 2, 0, 0]
    assert table["due"].tolist() == [0, 3, 2, 0, 0]
    assert table["on_time"].tolist() == [0, 1, 1, 0, 0]
    assert table["overdue"].tolist() == [0, 2, 1, 0, 0]
    assert table["handling_mean"] == pytest.approx([np.nan, 420 / 480, 50 / 480, np.nan, np.nan], nan_ok=True)
    p90 = [160 / 3600, np.nan, 18, np.nan, np.nan]
    assert table["response_p90"] == pytest.approx(p90, nan_ok=True)


def test_every_figure_has_a_name_and_a_definition_in_both_languages(figures: dict[str, Kpi]) -> None:
    assert list(ENTRIES) == list(KPIS)
    measured = {name for measures in MEASURES.values() for name in measures}
    assert set(FURTHER) == measured | set(enterprise_kpis(EnterpriseCounts(*[1] * 8), (0, 1)))
    for name, figure in figures.items():
        assert label(name, "en")
        assert label(name, "zh") != label(name, "en")
        assert definition(name, "en")
        assert definition(name, "zh") != definition(name, "en")
        assert group_of(name) in GROUPS
        assert figure.unit in UNITS
    for lang in ("en", "zh"):
        assert len({label(name, lang) for name in figures}) == len(figures)


def test_figures_of_further_mechanisms_have_names_too() -> None:
    for name, entry in FURTHER.items():
        assert entry.group in GROUPS, name
        assert label(name, "en") != label(name, "zh")
        assert definition(name, "en") != definition(name, "zh")
    for lang in ("en", "zh"):
        assert len({label(name, lang) for name in ALL}) == len(ALL)


def test_name_of_a_part_follows_the_name_of_the_whole() -> None:
    assert label("response_time_p90.complaint") == "response time, 90 % quantile, complaint"
    assert label("on_time_closure_rate.county", "zh") == "按期办结率（县区）"
    with pytest.raises(KeyError):
        label("no_such_figure")
    with pytest.raises(ValueError, match="lang"):
        label("answer_rate", "fr")


def test_groups_stand_together_in_the_order_of_the_table() -> None:
    order = list(dict.fromkeys(entry.group for entry in ALL.values()))
    assert order == list(GROUPS)
    groups = [entry.group for entry in ENTRIES.values()]
    assert groups == sorted(groups, key=order.index)


def test_stations_that_take_no_calls_do_not_count_as_phone_teams() -> None:
    log = case()
    assert log.meta.live_stations == (PHONES,)
    assert log.meta.callback_station == CALLERS
    busy, staffed = View(log).busy([CALLERS])
    assert staffed == 72 * HOUR
    assert busy == (30 + 120 + 120 + 30 + 30 + 100) * 1000
    assert log.meta.units[WATER] == "water"
