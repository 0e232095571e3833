from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from results_case import HORIZON, PHONES, START, STATIONS, WATER, at, case, cut, draws, network, written

from hotline_sim.clock.ticks import HOUR, MINUTE, NEVER, SECOND
from hotline_sim.errors import LogSchemaError
from hotline_sim.network.codes import UNKNOWN, Outcome, Stage
from hotline_sim.results.log import (
    SCHEMA_VERSION,
    TICKET_COLUMNS,
    VISIT_COLUMNS,
    LogMeta,
    TicketLog,
    TicketOutcome,
    build_log,
)

WRITTEN = {name: np.array(values, np.int64) for name, values in written().items()}
NUMBER_OF_VISITS = WRITTEN["ticket"].size


@pytest.fixture(scope="module")
def log() -> TicketLog:
    return case()


@given(st.permutations(range(NUMBER_OF_VISITS)))
def test_order_in_which_an_engine_writes_does_not_matter(order: list[int]) -> None:
    log = case()
    shuffled = case({name: values[order] for name, values in WRITTEN.items()})
    for name in VISIT_COLUMNS:
        assert np.array_equal(shuffled.visits[name], log.visits[name])
    for name in TICKET_COLUMNS:
        assert np.array_equal(shuffled.tickets[name], log.tickets[name])


def test_a_log_is_shown_on_one_line(log: TicketLog) -> None:
    shown = repr(log)
    assert shown.startswith("<TicketLog 'three-days', seed=7, replication=2, engine='by hand': ")
    assert shown.endswith(f" tickets, {NUMBER_OF_VISITS} visits>")


def test_visits_are_sorted_by_ticket_ready_attempt_station_and_stage() -> None:
    columns = {name: np.zeros(6, np.int64) for name in VISIT_COLUMNS}
    columns["ticket"] = np.array([1, 0, 0, 0, 0, 0])
    columns["ready"] = np.array([0, 2, 1, 1, 1, 1])
    columns["attempt"] = np.array([0, 0, 1, 0, 0, 0])
    columns["station"] = np.array([0, 0, 0, 1, 0, 0])
    columns["stage"] = np.array([0, 0, 0, 0, 3, 2])
    log = case(columns)
    keys = ("ticket", "ready", "attempt", "station", "stage")
    rows = list(zip(*(log.visits[key].tolist() for key in keys), strict=True))
    assert rows == sorted(rows)
    assert len(set(rows)) == 6


def test_columns_have_the_types_of_the_schema(log: TicketLog) -> None:
    for columns, schema in ((log.visits, VISIT_COLUMNS), (log.tickets, TICKET_COLUMNS)):
        assert list(columns) == list(schema)
        assert {name: values.dtype for name, values in columns.items()} == {
            name: np.dtype(column.dtype) for name, column in schema.items()
        }
        assert all(column.meaning for column in schema.values())


def test_names_and_window_come_from_the_network(log: TicketLog) -> None:
    meta = log.meta
    assert (meta.scenario, meta.seed, meta.replication, meta.engine) == ("three-days", 7, 2, "by hand")
    assert (meta.start, meta.horizon) == (START, HORIZON)
    assert meta.live == (True, False)
    assert meta.unit_kinds == ("county", "company")
    assert meta.day_length == 8 * HOUR
    assert len(meta.working_days) == 6
    assert meta.schema_version == SCHEMA_VERSION
    assert LogMeta.from_dict(meta.as_dict()) == meta


def test_two_stations_of_one_name_get_two_names() -> None:
    twins = network()
    twins.names.stations = ("water", "desk", "phones", "roads", "water", "water")
    log = build_log(twins, draws(), WRITTEN, scenario="twins", seed=1, replication=0, engine="by hand")
    assert log.meta.stations == ("water", "desk", "phones", "roads", "water (2)", "water (3)")


def test_staffing_is_agents_by_station(log: TicketLog) -> None:
    assert len(log.staffing) == len(STATIONS)
    assert log.staffing[PHONES].at(at("Sun 03:00")) == 2
    assert [log.staffing[4].at(at(text)) for text in ("Mon 08:59:59", "Mon 09:00", "Mon 17:00")] == [0, 2, 0]


def test_missing_unknown_and_uneven_columns_are_refused() -> None:
    with pytest.raises(LogSchemaError, match="due"):
        case({name: values for name, values in WRITTEN.items() if name != "due"})
    with pytest.raises(LogSchemaError, match="mood"):
        case(WRITTEN | {"mood": WRITTEN["due"]})
    with pytest.raises(LogSchemaError, match="length"):
        case(WRITTEN | {"due": WRITTEN["due"][:-1]})


def test_tickets_follow_from_visits(log: TicketLog) -> None:
    tickets = log.tickets
    outcomes = " ".join(TicketOutcome(code).name for code in tickets["outcome"])
    assert outcomes == "TICKET INVALID DIRECT TICKET ABANDONED TICKET TICKET TICKET OPEN DIRECT OPEN"
    expected = {
        "answered": {
            **{0: "Fri 10:00", 1: "Mon 07:59:45", 2: "Mon 09:00:10", 3: "Mon 09:10:20", 5: "Tue 08:00"},
            **{6: "Tue 16:00", 7: "Wed 10:00:30", 9: "Thu 01:00"},
        },
        "recorded": {0: "Fri 10:05", 3: "Mon 09:15:20", 5: "Tue 08:05", 6: "Tue 16:10", 7: "Wed 10:05:30"},
        "dispatched": {0: "Fri 10:20", 3: "Mon 09:20", 5: "Tue 08:06", 6: "Tue 16:20", 7: "Wed 10:20"},
        "signed": {0: "Fri 11:00", 3: "Mon 10:30", 5: "Tue 08:10", 6: "Tue 16:50", 7: "Wed 11:00"},
        "due": {0: "Mon 17:00", 3: "Wed 17:00", 5: "Tue 08:50", 6: "Tue 18:00", 7: "Wed 17:00"},
        "replied": {
            **{0: "Tue 10:00", 2: "Mon 09:02:40", 3: "Mon 16:20", 5: "Tue 08:50", 6: "Wed 10:00"},
            **{9: "Thu 01:02"},
        },
        "closed": {
            **{0: "Tue 10:00", 1: "Mon 08:00:15", 2: "Mon 09:03:10", 3: "Tue 11:02", 4: "Mon 12:00:20"},
            **{5: "Tue 10:51", 6: "Wed 10:01:40", 9: "Thu 01:02"},
        },
    }
    for name, texts in expected.items():
        assert tickets[name].tolist() == [at(texts[t]) if t in texts else NEVER for t in range(11)], name
    none = UNKNOWN
    assert tickets["unit"].tolist() == [1, none, none, 1, none, 1, 0, 0, none, none, none]
    assert tickets["redials"].tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    assert tickets["returns"].tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    assert tickets["redos"].tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    assert tickets["calls"].tolist() == [0, 0, 0, 3, 0, 2, 1, 0, 0, 0, 0]
    assert tickets["reached"].tolist() == [none, none, none, 1, none, 0, 1, none, none, none, none]
    assert tickets["solved"].tolist() == [0, none, none, 1, none, 1, 0, none, none, none, none]
    assert tickets["satisfied"].tolist() == [0, none, none, 1, none, 0, 1, none, none, none, none]
    # Ticket 0: 6 h 40 min on Friday, all of Monday, an hour on Tuesday.
    minutes = [400 + 480 + 60, none, none, 420, none, 0, 100, none, none, none, none]
    assert tickets["handling"].tolist() == [NEVER if m == none else m * MINUTE for m in minutes]


@pytest.mark.parametrize(
    ("horizon", "ticket"),
    [
        ("Mon 09:05", 3),  # between two calls
        ("Mon 17:00", 3),  # between two calls back
        ("Tue 08:00", 3),  # work ordered again waits for the desk
        ("Tue 09:00", 5),  # a second call back is to come
        ("Wed 09:30", 6),  # in the field
    ],
)
def test_a_ticket_with_something_to_come_is_not_closed(horizon: str, ticket: int) -> None:
    assert cut(at(horizon)).tickets["closed"][ticket] == NEVER


def test_a_deadline_that_starts_afresh_counts_and_that_of_work_done_again_does_not() -> None:
    columns = {name: values.copy() for name, values in WRITTEN.items()}
    first = (columns["ticket"] == 3) & (columns["ready"] < at("Mon 10:00"))
    columns["due"][first] = np.where(columns["due"][first] < NEVER, at("Tue 17:00"), NEVER)
    assert case(columns).tickets["due"][3] == at("Wed 17:00")
    unanswered = (columns["ticket"] == 3) & (columns["ready"] >= at("Mon 10:10"))
    cut_short = {name: values[~unanswered] for name, values in columns.items()}
    assert case(cut_short).tickets["due"][3] == at("Wed 17:00")


def test_no_ticket_and_no_visit_make_an_empty_log() -> None:
    empty = {name: np.zeros(0, np.int64) for name in VISIT_COLUMNS}
    nobody = draws()
    for name in vars(nobody):
        setattr(nobody, name, np.zeros(0, np.int64))
    log = build_log(network(), nobody, empty, scenario="empty", seed=1, replication=0, engine="by hand")
    assert log.to_pandas("tickets").shape == (0, len(TICKET_COLUMNS))
    assert log.to_pandas("visits").shape == (0, len(VISIT_COLUMNS))


def test_pandas_gets_names_times_and_unknowns(log: TicketLog) -> None:
    frame = log.to_pandas()
    types = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert types["arrival"] == types["replied"] == "datetime64[ms]"
    assert types["handling"] == "timedelta64[ms]"
    assert types["unit"] == types["outcome"] == "category"
    assert types["satisfied"] == "boolean"
    assert types["redials"] == "int8"
    row = frame.loc[3]
    assert (row["source"], row["request_class"], row["unit"], row["area"]) == (
        "phone",
        "complaint",
        "water",
        "west",
    )
    assert row["arrival"] == datetime(2021, 1, 4, 9, 0, 5)
    assert row["handling"] == pd.Timedelta(hours=7)
    assert row["satisfied"]
    assert pd.isna(frame.loc[4, "replied"])
    assert pd.isna(frame.loc[4, "unit"])
    assert pd.isna(frame.loc[4, "satisfied"])
    words = ["open", "abandoned", "invalid", "direct", "ticket", "dispute"]
    assert list(frame["outcome"].cat.categories) == words


def test_visits_are_told_in_words(log: TicketLog) -> None:
    frame = log.to_pandas("visits")
    last = frame[frame["ticket"] == 3].iloc[-1]
    assert (last["stage"], last["station"], last["outcome"]) == ("callback", "callers", "confirmed")
    assert last["opinion"] == "solved and satisfied"
    field = frame[frame["stage"] == "field"]
    assert field["station"].isna().all()
    assert frame["after_call"].sum() == pd.Timedelta(seconds=30 + 60 + 60)
    assert (log.visits["after_call"].sum()) == 150 * SECOND


def test_polars_and_arrow_read_the_log(log: TicketLog) -> None:
    frame = log.to_polars("visits")
    assert frame.height == NUMBER_OF_VISITS
    assert frame["start"].null_count() == (log.visits["start"] == NEVER).sum() > 0
    stream = pa.table(log)
    assert stream.equals(log.to_arrow())
    assert pl.DataFrame(log)["arrival"].to_list() == log.to_pandas()["arrival"].tolist()
    unit = stream.schema.field("due")
    assert unit.type == pa.timestamp("ms")
    assert unit.metadata == {b"unit": b"tick", b"meaning": b"deadline of the first reply"}


def test_there_is_no_third_table(log: TicketLog) -> None:
    with pytest.raises(ValueError, match="agents"):
        log.to_arrow("agents")  # type: ignore[arg-type]


def test_codes_of_the_case_are_all_used() -> None:
    """The case would be a weak one if a stage or an outcome of every ticket did not occur in it."""
    assert set(WRITTEN["stage"]) == {stage for stage in Stage if stage < Stage.END}
    assert set(WRITTEN["outcome"]) == {outcome for outcome in Outcome if outcome < Outcome.JOINED}
    assert WATER in WRITTEN["unit"]
