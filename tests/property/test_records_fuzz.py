"""Whatever a file of records holds: one clear message, or every row in the log or among the rejects."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline_sim.clock.ticks import NEVER
from hotline_sim.errors import RecordsError
from hotline_sim.records.tally import WITHOUT_ROWS
from hotline_sim.results.kpis import kpis
from hotline_sim.results.store import load_log
from records_case import CALLS, COUNTS, EVENTS, REQUESTS, read

if TYPE_CHECKING:
    from hotline_sim.records.read import Records

PROFILES = {"calls": CALLS, "requests": REQUESTS, "events": EVENTS, "counts": COUNTS}
HEADERS = {
    "calls": "id,arrival,wait,talk,outcome,agent",
    "requests": "id,opened,due,closed,category,unit",
    "events": "case,time,what,who",
    "counts": "day,calls,lost,wait",
}

INSTANTS = st.sampled_from(
    [
        "2021-03-01 08:00",
        "2021-03-01 08:00:30",
        "2021/3/2 9:15",
        "20210303 101500.0",
        "2021-02-30",
        "1889-01-01",
    ]
)
CELLS = st.one_of(
    INSTANTS,
    st.sampled_from(
        ["", "yes", "no", "answer", "close", "wait", "-5", "30", "1:30", "NULL", "＝１", "&amp;"]
    ),
    st.text(max_size=12),
)
ROWS = st.lists(st.lists(CELLS, max_size=9), max_size=12)


def attempt(profile: str, data: bytes, name: str = "records.csv") -> Records | None:
    """Records, with nothing lost; None where the file is refused in one clear message."""
    with TemporaryDirectory() as folder:
        try:
            records = read(Path(folder), profile, data, name)
        except RecordsError as error:
            message = str(error)
        else:
            message = ""
    if message:
        assert name in message
        assert "\n" not in message
        return None
    report = records.report
    assert report.rows == report.kept + sum(report.dropped.values())
    assert sum(file.rows for file in report.files) == report.rows
    told = Counter(records.rejects["action"])
    assert told["dropped"] == sum(report.dropped.values())
    with_rows = {count.text(): count.number for count in report.counts if count.code not in WITHOUT_ROWS}
    assert dict(Counter(records.rejects["reason"])) == with_rows
    assert records.report.tickets == records.log.tickets["arrival"].size
    assert not np.any(records.log.tickets["arrival"] == NEVER)
    assert np.all(np.diff(records.log.tickets["arrival"]) >= 0)
    kpis(records.log)
    return records


@cache
def table(kind: str, rows: tuple[tuple[str, ...], ...], separator: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(HEADERS[kind].split(","))
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("kind", PROFILES)
@given(st.binary(max_size=300))
@settings(max_examples=25)
def test_any_bytes_are_read_or_refused(kind: str, data: bytes) -> None:
    attempt(PROFILES[kind], data)


@pytest.mark.parametrize("kind", PROFILES)
@given(st.binary(max_size=300))
@settings(max_examples=40)
def test_any_bytes_under_a_header_are_read_or_refused(kind: str, data: bytes) -> None:
    attempt(PROFILES[kind], HEADERS[kind].encode() + b"\n" + data)


@pytest.mark.parametrize("kind", PROFILES)
@given(ROWS, st.sampled_from([",", ";", "\t", "|"]))
@settings(max_examples=60)
def test_rows_of_any_length_and_content_are_read_or_refused(
    kind: str, rows: list[list[str]], separator: str
) -> None:
    attempt(PROFILES[kind], table(kind, tuple(map(tuple, rows)), separator))


@pytest.mark.parametrize(
    "start", [b"PAR1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"BZh", b"[", b"{"]
)
@given(st.binary(max_size=200))
@settings(max_examples=15)
def test_what_looks_like_another_format_and_is_none_is_refused(start: bytes, data: bytes) -> None:
    assert attempt(REQUESTS, start + data) is None


GOOD = tuple(
    (str(number), f"2021-03-01 08:{number:02d}", "", f"2021-03-02 08:{number:02d}", "water", "works")
    for number in range(40)
)


@given(st.integers(min_value=1))
@settings(max_examples=25)
def test_a_packed_file_that_is_cut_off_is_refused(cut: int) -> None:
    data = gzip.compress(table("requests", GOOD), mtime=0)
    assert attempt(REQUESTS, data[: cut % len(data)] if cut % len(data) > 10 else data[:11]) is None


@given(st.lists(st.integers(0, 5), min_size=1, max_size=20))
def test_of_rows_with_one_id_the_first_counts(ids: list[int]) -> None:
    rows = [(str(number), f"2021-03-01 08:{place:02d}", "", "", "", "") for place, number in enumerate(ids)]
    # Ids of their own, so that those given twice do not look like ids that were cut off.
    rows += [(f"own {number}", "2021-03-01 09:00", "", "", "", "") for number in range(len(ids) + 1)]
    records = attempt(REQUESTS, table("requests", tuple(rows)))
    assert records is not None
    assert records.report.kept == len(set(ids)) + len(ids) + 1
    assert records.report.dropped.get("id given before", 0) == len(ids) - len(set(ids))


@given(st.lists(st.tuples(st.integers(-60, 60), st.integers(-60, 60)), min_size=1, max_size=20))
def test_calls_that_last_less_than_nothing_are_dropped(lengths: list[tuple[int, int]]) -> None:
    rows = [
        (str(place), "2021-03-01 08:00", str(wait), str(talk), "yes", "")
        for place, (wait, talk) in enumerate(lengths)
    ]
    good = sum(wait >= 0 and talk >= 0 for wait, talk in lengths)
    records = attempt(CALLS, table("calls", tuple(rows)))
    assert (records is None) == (good == 0)
    if records is not None:
        assert records.report.kept == good
        assert sum(records.report.dropped.values()) == len(lengths) - good


@given(st.lists(st.sampled_from(["utf-8", "gb18030", "big5"]), min_size=2, max_size=30))
def test_lines_in_mixed_encodings_are_all_kept(encodings: list[str]) -> None:
    lines = [b"id,opened,due,closed,category,unit\n"]
    for number, encoding in enumerate(encodings):
        lines.append(f"{number},2021-03-01 08:00,,,馬路積水,水務局\n".encode(encoding))
    records = attempt(REQUESTS, b"".join(lines))
    assert records is not None
    assert records.report.kept == len(encodings)


def test_a_row_of_ten_thousand_cells_costs_itself_only() -> None:
    long = ("9", "2021-03-01 08:00", *["x"] * 9_998)
    records = attempt(REQUESTS, table("requests", (*GOOD, long)))
    assert records is not None
    assert records.report.kept == len(GOOD)
    assert records.report.dropped == {"more cells than the header": 1}


def test_a_quote_that_never_closes_costs_its_own_line_only() -> None:
    lines = table("requests", GOOD).decode().splitlines(keepends=True)
    lines[5] = lines[5].replace("water", '"water')
    records = attempt(REQUESTS, "".join(lines).encode())
    assert records is not None
    assert records.report.dropped == {"a quote that is never closed, or a cell too long": 1}
    assert records.report.kept == len(GOOD) - 1
    assert records.rejects["row"].tolist() == [6]


@given(st.lists(st.text("=+-@\t\r\n'1a\",", min_size=1, max_size=6), min_size=1, max_size=6))
@settings(max_examples=30)
def test_no_cell_of_the_rejects_is_a_formula_and_the_log_is_read_back(texts: list[str]) -> None:
    rows = [(text, "never", "", "", text, text) for text in texts]
    records = attempt(REQUESTS, table("requests", (*GOOD, *rows)))
    assert records is not None
    with TemporaryDirectory() as folder:
        place = records.save(Path(folder) / "out")
        with (place / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
            written = list(csv.reader(file))
        assert load_log(place).meta == records.log.meta
    assert len(written) == 1 + len(records.rejects)
    for row in written[1:]:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row)
