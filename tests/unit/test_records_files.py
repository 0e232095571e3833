from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hotline_sim.errors import RecordsError
from hotline_sim.records.encodings import find_encoding, in_utf8, mended_line
from hotline_sim.records.read import read_records
from records_case import REQUESTS, read

if TYPE_CHECKING:
    from pathlib import Path

CHINESE = """
kind = "requests"
[columns]
id = "编号"
arrival = ["日期", "时间"]
category = "类别"
area = "区县"
"""
HEADER = "编号,日期,时间,类别,区县\n"
SIMPLIFIED = HEADER + "".join(
    f"{number},2021-03-01,08:{number:02d},市容环境与道路积水,利州区\n" for number in range(30)
)
TRADITIONAL = SIMPLIFIED.translate(str.maketrans("编号时间类别区县环与积", "編號時間類別區縣環與積"))
TRADITIONAL_PROFILE = CHINESE.translate(str.maketrans("编号时间类别区县", "編號時間類別區縣"))
REQUEST_TEXT = (
    "id,opened,due,closed,category,unit\n"
    "1,2021-03-01 08:00,2021-03-05 17:00,2021-03-02 08:00,water,works\n"
    "2,2021-03-01 09:00,,,roads,streets\n"
)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-32"]
)
def test_simplified_chinese_is_read_in_every_encoding(encoding: str, tmp_path: Path) -> None:
    given = encoding if encoding == "utf-16-le" else None  # it has no mark
    records = read(tmp_path, CHINESE, SIMPLIFIED.encode(encoding), encoding=given)
    assert records.log.meta.categories == ("市容环境与道路积水",)
    assert records.log.meta.areas == ("利州区",)
    assert records.report.kept == 30


@pytest.mark.parametrize("encoding", ["utf-8", "big5"])
def test_traditional_chinese_is_read_in_every_encoding(encoding: str, tmp_path: Path) -> None:
    records = read(tmp_path, TRADITIONAL_PROFILE, TRADITIONAL.encode(encoding))
    assert records.log.meta.categories == ("市容環境與道路積水",)


def test_encodings_are_told_apart_by_how_common_their_characters_are() -> None:
    assert find_encoding(SIMPLIFIED.encode("gb18030")) == "gb18030"
    assert find_encoding(TRADITIONAL.encode("big5")) == "big5hkscs"
    assert find_encoding("Straße, Café, 30 °C\n".encode("cp1252")) == "cp1252"
    assert find_encoding(b"plain") == "utf-8"
    # A character cut off at the end of the sample is no fault, a broken line is no other encoding.
    assert find_encoding(SIMPLIFIED.encode()[:200]) == "utf-8"
    assert find_encoding(SIMPLIFIED.encode() + "积水\n".encode("gb18030")) == "utf-8"


def test_a_line_in_another_encoding_is_read_and_counted(tmp_path: Path) -> None:
    odd = "99,2021-03-01,09:00,道路积水,利州区\n"
    records = read(tmp_path, CHINESE, SIMPLIFIED.encode() + odd.encode("gb18030"))
    assert records.report.repaired == {"line in another encoding than the file": 1}
    assert "道路积水" in records.log.meta.categories
    assert records.rejects["raw"].tolist() == [odd.strip()]
    assert records.rejects["row"].tolist() == [32]


OTHER = {"line in another encoding than the file": 12}


@pytest.mark.parametrize(
    ("most", "few", "found"),
    [("utf-8", "cp1252", "utf-8"), ("cp1252", "utf-8", "cp1252"), ("utf-8", "gb18030", "utf-8")],
)
def test_lines_in_another_encoding_are_read_in_it_and_counted(
    most: str, few: str, found: str, tmp_path: Path
) -> None:
    # Two lines in five are in another encoding: far too many broken bytes for a fault here and there.
    word = "道路积水" if few == "gb18030" else "Straße à côté"
    lines = ["id,opened,due,closed,category,unit\n".encode(most)]
    for number in range(30):
        row = f"{number},2021-03-01 08:{number:02},,,{word},Müller\n" if few != "gb18030" else ""
        row = row or f"{number},2021-03-01 08:{number:02},,,{word},水务局\n"
        lines.append(row.encode(few if number % 5 < 2 else most))
    records = read(tmp_path, REQUESTS, b"".join(lines))
    assert records.report.files[0].encoding == found
    assert records.report.kept == 30
    assert records.report.repaired == OTHER
    assert records.log.meta.categories == (word,)
    assert len(records.log.meta.units) == 1
    assert all(word in raw for raw in records.rejects["raw"])


@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
def test_lines_of_utf8_in_a_chinese_file_are_read_as_such(encoding: str, tmp_path: Path) -> None:
    profile, whole = (CHINESE, SIMPLIFIED) if encoding == "gb18030" else (TRADITIONAL_PROFILE, TRADITIONAL)
    odd = whole.splitlines()[1].replace("0,", "99,", 1) + "\n"
    records = read(tmp_path, profile, whole.encode(encoding) + odd.encode())
    assert records.report.repaired == {"line in another encoding than the file": 1}
    assert len(records.log.meta.categories) == 1
    assert records.report.kept == 31


def test_two_bytes_of_a_chinese_character_are_no_utf8() -> None:
    # The bytes of these two are also two letters in UTF-8 each.
    line = "1,脛茫,谩茅\n"
    assert line.encode("gb18030").decode("utf-8")
    assert in_utf8(line, "gb18030") is None
    assert in_utf8("plain\n", "cp1252") is None


@pytest.mark.parametrize(
    ("text", "encoding"), [("CAFÉ, 30 °C", "cp1252"), ("道路积水", "gb18030"), ("馬路積水", "big5hkscs")]
)
def test_line_is_mended_in_the_likeliest_encoding(text: str, encoding: str) -> None:
    broken = text.encode(encoding).decode("utf-8", "surrogateescape")
    assert mended_line(broken, "utf-8") == ("other_encoding", text)


def test_an_encoding_that_is_given_is_used_and_an_unknown_one_refused(tmp_path: Path) -> None:
    assert read(tmp_path, CHINESE, SIMPLIFIED.encode("gbk"), encoding="gb2312").report.kept == 30
    with pytest.raises(RecordsError, match=r"unknown encoding 'gb18031'; did you mean gb18030\?"):
        read(tmp_path, CHINESE, SIMPLIFIED.encode("gbk"), encoding="gb18031")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_files_are_recognised_by_their_content(pack: object, tmp_path: Path) -> None:
    assert callable(pack)
    records = read(tmp_path, REQUESTS, pack(REQUEST_TEXT.encode()), name="records.dat")
    assert records.report.kept == 2


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_by_the_columns(separator: str, tmp_path: Path) -> None:
    records = read(tmp_path, REQUESTS, REQUEST_TEXT.replace(",", separator))
    assert records.log.meta.units == ("streets", "works")


def test_lines_above_the_header_and_repeated_headers_are_counted(tmp_path: Path) -> None:
    text = "Requests of March\nprinted 2021-04-01\n\n" + REQUEST_TEXT + REQUEST_TEXT + "\n,,,,,\n"
    records = read(tmp_path, REQUESTS, text.replace("2,2021-03-01 09:00", "3,2021-03-01 09:00", 1))
    assert records.report.dropped == {
        "line above the header": 2,
        "the header once more": 1,
        "id given before": 1,
        "blank row": 2,
    }
    assert records.report.kept == 3


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_machine(ending: str, tmp_path: Path) -> None:
    assert read(tmp_path, REQUESTS, REQUEST_TEXT.replace("\n", ending)).report.kept == 2


def test_quoted_cells_may_hold_separators_and_line_breaks(tmp_path: Path) -> None:
    text = REQUEST_TEXT + '3,2021-03-01 10:00,,,"water, cold\nand ""hot""",works\n'
    records = read(tmp_path, REQUESTS, text)
    assert 'water, cold and "hot"' in records.log.meta.categories
    assert records.report.dropped == {}


def test_names_of_columns_may_differ_in_width_case_and_spaces(tmp_path: Path) -> None:
    text = REQUEST_TEXT.replace("id,opened,due", " ＩＤ ,OPENED,Due")
    assert read(tmp_path, REQUESTS, text).report.kept == 2


def test_cells_beyond_the_header_are_cut_off_if_empty(tmp_path: Path) -> None:
    lines = REQUEST_TEXT.splitlines()
    text = "\n".join([lines[0], lines[1] + ",,", lines[2] + ",x", "4,2021-03-01 09:00"])
    report = read(tmp_path, REQUESTS, text).report
    assert report.repaired == {"empty cells beyond the header cut off": 1}
    assert report.dropped == {"more cells than the header": 1, "fewer cells than the header": 1}


def test_missing_columns_are_told_with_what_is_near(tmp_path: Path) -> None:
    with pytest.raises(RecordsError) as error:
        read(tmp_path, REQUESTS, REQUEST_TEXT.replace("closed", "close").replace("opened", "started"))
    message = str(error.value)
    assert "lacks the columns 'opened', 'closed' (did you mean close?)" in message
    assert "it has 'id', 'started', 'due', 'close', 'category', 'unit'" in message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        (b"id,opened,due,closed,category,unit\n", "holds no row that can be used"),
        (gzip.compress(b"x" * 1000, mtime=0)[:-9], "damaged or cut off"),
        (b"PK\x03\x04nothing", "cannot be read as a workbook"),
        (b"PAR1nothing", "cannot be read as Parquet"),
        (b'[{"id": 1}, {"id"', "is no valid JSON"),
        (b'[{"id": 1}', "does not end"),
        (b"[]", "holds no records"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_one_message(data: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match=message) as error:
        read(tmp_path, REQUESTS, data)
    assert str(error.value).startswith(str(tmp_path / "records.csv"))


def test_missing_files_directories_and_archives_are_told(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(REQUESTS)
    with pytest.raises(RecordsError, match="no such file"):
        read_records(tmp_path / "nothing.csv", tmp_path / "own.toml")
    with pytest.raises(RecordsError, match="is a directory"):
        read_records(tmp_path, tmp_path / "own.toml")
    with pytest.raises(RecordsError, match="is a zip archive"):
        read(tmp_path, REQUESTS, b"PK\x03\x04", name="a.zip")
    with pytest.raises(RecordsError, match="no file is given"):
        read_records([], tmp_path / "own.toml")


@pytest.mark.parametrize(
    ("paths", "profile", "words"),
    [
        (None, "boston-311", "paths: got NoneType, must be the path of a file, or a list of them"),
        ([7], "boston-311", "paths: got list, must be"),
        ("records.csv", None, "profile: got NoneType, must be a name such as"),
    ],
)
def test_what_is_no_path_is_refused(paths: Any, profile: Any, words: str) -> None:
    with pytest.raises(TypeError, match=words):
        read_records(paths, profile)


SPLIT = """
kind = "requests"
columns = { id = "id", arrival = ["day", "clock"], closed = "closed", on_time = "in time" }
"""


def workbook(rows: list[list[object]], *, title: str = "data") -> bytes:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "notes"
    first.append(["nothing here"])
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_a_workbook_is_read_from_the_sheet_that_has_the_columns(tmp_path: Path) -> None:
    rows = [
        ["Requests of March"],
        ["id", "day", "clock", "closed", "in time"],
        [7, date(2021, 3, 1), time(8, 30), datetime(2021, 3, 2, 9, 15), True],
        [None, None, None, None, None],
        [8, datetime(2021, 3, 1), "09:00", None, "no"],
    ]
    records = read(tmp_path, SPLIT, workbook(rows), name="records.xlsx")
    arrival = records.log.tickets["arrival"].astype("datetime64[ms]").astype(str)
    assert [tick[:16] for tick in arrival] == ["2021-03-01T08:30", "2021-03-01T09:00"]
    assert records.extra["id"].tolist() == ["7", "8"]
    assert records.extra["on_time"].tolist() == [1, 0]
    assert records.report.dropped == {"line above the header": 1, "blank row": 1}
    with pytest.raises(RecordsError, match="has no sheet 'march'; it has 'notes', 'data'"):
        read(tmp_path, SPLIT + '[file]\nsheet = "march"\n', workbook(rows), name="records.xlsx")


def test_parquet_is_read_with_its_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "id": pa.array([1, 2], pa.int64()),
            "opened": pa.array([datetime(2021, 3, 1, 8, 30), datetime(2021, 3, 1, 9)], pa.timestamp("us")),
            "due": pa.array([date(2021, 3, 5), None], pa.date32()),
            "closed": pa.array([None, None], pa.timestamp("ns")),
            "category": pa.array(["water", "roads"]).dictionary_encode(),
            "unit": pa.array([7.0, 7.5]),
            "list": pa.array([[1], None], pa.list_(pa.int64())),
        }
    )
    data = io.BytesIO()
    pq.write_table(table, data)
    records = read(tmp_path, REQUESTS, data.getvalue(), name="records.parquet")
    assert records.log.meta.categories == ("roads", "water")
    assert records.log.meta.units == ("7", "7.5")
    assert records.log.to_pandas()["due"].isna().tolist() == [False, True]


RECORDS = [
    {
        "id": 1,
        "opened": "2021-03-01 08:00",
        "due": None,
        "closed": "2021-03-02 08:00",
        "category": "a",
        "unit": "u",
    },
    {"id": 2, "opened": "2021-03-01 09:00", "category": "水", "unit": {"name": "v"}, "tags": [1, 2]},
]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(RECORDS),
        json.dumps(RECORDS, ensure_ascii=False, indent=2),
        json.dumps({"count": 2, "results": RECORDS}),
        "\n".join(json.dumps(record) for record in RECORDS),
    ],
)
def test_json_is_a_list_an_object_around_one_or_a_record_a_line(text: str, tmp_path: Path) -> None:
    profile = REQUESTS.replace('unit = "unit"', 'unit = { any_of = ["unit.name", "unit"] }')
    records = read(tmp_path, profile, text, name="records.json")
    assert records.report.kept == 2
    assert records.log.meta.categories == ("a", "水")
    assert records.log.meta.units == ("v",)


def test_a_value_of_json_that_is_no_record_is_counted(tmp_path: Path) -> None:
    records = read(tmp_path, REQUESTS, json.dumps([RECORDS[0], 7, RECORDS[0] | {"id": 3}]), name="r.json")
    assert records.report.dropped == {"no record but another value of JSON": 1}
    assert records.rejects["row"].tolist() == [2]


def test_many_files_are_one_set_of_records(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(REQUESTS)
    (tmp_path / "a.csv").write_text(REQUEST_TEXT)
    (tmp_path / "b.csv").write_text(REQUEST_TEXT.replace("\n2,", "\n5,"))
    shares: list[float] = []
    records = read_records(
        [tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path / "own.toml", progress=shares.append
    )
    assert records.report.kept == 3
    assert records.report.dropped == {"id given before": 1}
    assert [file.rows for file in records.report.files] == [2, 2]
    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.parametrize("strays", [(10,), (10, 60)])
def test_a_stray_quote_in_the_last_cell_swallows_no_rows(tmp_path: Path, strays: tuple[int, ...]) -> None:
    rows = [f"{number},2021-03-01 08:00,,2021-03-02 08:00,a,u" for number in range(100)]
    for number in strays:
        rows[number] = f'{number},2021-03-01 08:00,,2021-03-02 08:00,a,"u'
    records = read(tmp_path, REQUESTS, "\n".join(["id,opened,due,closed,category,unit", *rows, ""]))
    assert records.report.rows == 100
    assert records.report.dropped == {"a quote that is never closed, or a cell too long": len(strays)}
