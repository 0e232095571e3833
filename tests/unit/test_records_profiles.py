from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING

import pytest

from hotline_sim.errors import ProfileError
from hotline_sim.records.profile import load_profile, profile_text, shipped_profiles
from hotline_sim.records.schema import NEEDED, TARGETS
from records_case import COUNTS, REQUESTS, read

if TYPE_CHECKING:
    from pathlib import Path


def faults(folder: Path, text: str) -> list[str]:
    """Faults of a profile, without the name of its file."""
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError) as error:
        load_profile(path)
    return [str(fault) for fault in error.value.faults]


@pytest.mark.parametrize("name", shipped_profiles())
def test_every_shipped_profile_is_right_and_has_both_titles(name: str) -> None:
    profile = load_profile(name)
    assert profile.name == name
    assert profile.title is not None
    assert profile_text(name).startswith("# ")
    assert set(NEEDED[profile.kind]) <= profile.columns.keys()


def test_every_target_belongs_to_a_kind_and_needs_are_targets() -> None:
    assert {kind for target in TARGETS.values() for kind in target.kinds} == set(NEEDED)
    for kind, needed in NEEDED.items():
        assert all(kind in TARGETS[name].kinds for name in needed)


def test_all_faults_are_told_at_once_with_line_key_and_nearest_name(tmp_path: Path) -> None:
    text = """kind = "requests"
[columns]
arrivl = "opened"
id = ""
talk = "t"
area = { keep = "(" }
[values.outcom]
x = "y"
[[rules]]
when = { a = "b" }
[time]
zone = "America/New_Yrok"
order = "ydm"
[file]
encoding = "gb18031"
[columns_]
x = 1
"""
    assert faults(tmp_path, text) == [
        "line 2: columns.arrival: is missing; every row of requests needs it",
        "line 3: columns.arrivl: unknown target of requests; did you mean arrival?",
        'line 4: columns.id: got "", must name a column of the file',
        "line 5: columns.talk: unknown target of requests",
        "line 6: columns.area: either any_of or join is needed, with at least one column",
        'line 6: columns.area.keep: got "(", is no regular expression: missing ), unterminated subpattern '
        "at position 0",
        "line 7: values.outcom: unknown target",
        "line 9: rules[0]: either drop, with a reason, or set is needed",
        'line 12: time.zone: got "America/New_Yrok", unknown time zone; did you mean "America/New_York"?',
        'line 13: time.order: got "ydm", must be one of ymd, dmy, mdy, roc; did you mean ymd?',
        'line 15: file.encoding: got "gb18031", unknown encoding; did you mean gb18030?',
        "line 16: columns_: unknown key; did you mean columns?",
    ]


BASE = """kind = "requests"
[columns]
arrival = "a"
"""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "file: is empty"),
        ('kind = "requezts"\n[columns]\narrival = "a"', 'got "requezts", must be one of calls, requests'),
        ("kind = 1\n[columns]\n", "must be one of calls, requests, events, counts"),
        ('[columns]\narrival = "a"', "kind: is missing"),
        ('kind = "requests"', "columns: is missing"),
        ('kind = "calls"\n[columns]\narrival = "a"\n[values.outcome]\nx = "gone"', "must be one of answered"),
        (BASE + '[calendar]\nbase = "chine"', 'got "chine", must be "weekly", "none", "china", or'),
        (
            BASE + '[calendar]\nhours = ["17:00-09:00"]',
            "must start before",
        ),
        (BASE + '[extra]\nunit = "u"', "extra.unit: is a target"),
        ('kind = "requests"\n[columns]\narrival = { any_of = ["a"], keep = "a" }', "must have a group"),
        (BASE + "[time]\nformat = 7", "must be a text in quotes"),
        (BASE + '[time]\nnumber = "unix"', "time.zone: is missing"),
        (
            BASE + "[time]\nstart = 2021-02-01\nend = 2021-01-01",
            "time.end",
        ),
        (
            BASE + "[time]\nextract = 2021-02-01T00:00:00Z",
            "must have no time zone",
        ),
        (
            BASE + "[calendar]\nholidays = [2021-01-01]\nworking_days = [2021-01-01]",
            "calendar.working_days",
        ),
        ("kind = ", "is not valid TOML"),
        ("extends = 3", "extends: got 3, must be the name of a shipped profile"),
        ('extends = "open312"', 'extends: got "open312", no such file, and no shipped profile of that name'),
        ('extends = "own.toml"', "must not lead back to itself"),
    ],
)
def test_a_faulty_profile_is_told_in_plain_words(text: str, fault: str, tmp_path: Path) -> None:
    found = faults(tmp_path, text)
    assert any(fault in one for one in found), found


def test_a_name_that_is_no_profile_is_told_with_the_nearest() -> None:
    with pytest.raises(ProfileError, match=r"no shipped profile of that name; did you mean boston-311\?"):
        load_profile("boston311")
    with pytest.raises(ProfileError, match="no such file"):
        load_profile("nothing/here.toml")
    with pytest.raises(ProfileError, match="no such file, and no shipped profile"):
        load_profile("")


def test_a_profile_may_extend_another_and_say_only_what_differs(tmp_path: Path) -> None:
    (tmp_path / "city.toml").write_text('extends = "open311"\ntime = { zone = "America/Chicago" }\n')
    profile = load_profile(tmp_path / "city.toml")
    assert profile.name == "city"
    assert profile.title is None
    assert profile.time.zone == "America/Chicago"
    assert profile.columns == load_profile("open311").columns


def blocks(page: str, language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    return [text for word, text in found if word == language]


def test_the_profile_of_ten_lines_on_the_page_reads_the_file_beside_it(
    repository: Path, tmp_path: Path
) -> None:
    page = repository / "docs" / "records.md"
    if not page.is_file():
        pytest.skip("the tests run without the source tree around them")
    text = page.read_text(encoding="utf-8")
    ten_lines, calls, _ = blocks(text, "toml")
    assert len(ten_lines.splitlines()) == 10
    rows = next(block for block in blocks(text, "") if block.startswith("工单编号"))
    for encoding in ("utf-8", "gb18030"):
        records = read(tmp_path, ten_lines, rows.encode(encoding))
        assert records.report.kept == records.report.rows == 2
        assert records.report.repaired == {}
        arrival = records.log.to_pandas()["arrival"].astype(str).str[:16].tolist()
        assert arrival == ["2024-03-01 08:05", "2024-03-01 08:31"]
        assert records.log.meta.sources == ("微信", "电话")
    call = "日期,流水号,呼入时间,等待时长,通话时长,结果\n2024-03-01,7,08:05:00,12,0:02:30,接通\n"
    call += "2024-03-01,8,08:06:00,40,,放弃\n2024-03-01,9,08:07:00,0,0,拨测\n"
    records = read(tmp_path, calls, call)
    assert records.report.dropped == {"test call": 1}
    assert records.log.visits["end"][0] - records.log.visits["ready"][0] == 162_000


def test_the_tables_of_the_page_are_those_of_the_package(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = repository / "docs" / "tools"
    if not tools.is_dir():
        pytest.skip("the tests run without the source tree around them")
    monkeypatch.syspath_prepend(str(tools))
    module = importlib.import_module("records_page")
    page = (repository / "docs" / "records.md").read_text(encoding="utf-8")
    for name in ("profiles", "targets", "keys", "reasons"):
        assert f"<!-- {name}: begin -->\n{getattr(module, name)()}\n<!-- {name}: end -->" in page


def test_the_days_off_of_taipei_are_those_of_the_package_for_holidays(tmp_path: Path) -> None:
    rows = "案件編號,派工項目,行政區,立案日期,立案時間\n1,a,大安,20160101,0800\n2,a,大安,20251229,0800\n"
    own = read(tmp_path, 'extends = "taipei-1999"', rows)
    package = 'extends = "taipei-1999"\ncalendar = { base = "holidays:TW", holidays = [], working_days = [] }'
    assert own.log.meta.working_days == read(tmp_path, package, rows).log.meta.working_days


OPEN311 = """[
  {"service_request_id": "638344", "status": "closed", "status_notes": "Duplicate request.",
   "service_name": "Sidewalk and Curb Issues", "service_code": "006", "agency_responsible": null,
   "requested_datetime": "2010-04-14T06:37:38-08:00", "updated_datetime": "2010-04-14T07:37:38-08:00",
   "expected_datetime": "2010-04-15T06:37:38-08:00", "zipcode": null, "lat": 37.76, "long": -122.42},
  {"service_request_id": "638349", "status": "open", "service_name": "Sidewalk and Curb Issues",
   "service_code": "006", "agency_responsible": "Public Works",
   "requested_datetime": "2010-04-19T13:37:38Z", "updated_datetime": "2010-04-19T14:37:38Z"}
]"""


def test_open311_is_read_with_the_zone_of_the_city(tmp_path: Path) -> None:
    profile = 'extends = "open311"\ntime = { zone = "America/Los_Angeles" }\n'
    records = read(tmp_path, profile, OPEN311, name="requests.json")
    frame = records.log.to_pandas()
    assert frame["arrival"].astype(str).str[:16].tolist() == ["2010-04-14 07:37", "2010-04-19 06:37"]
    assert frame["replied"].isna().tolist() == [False, True]
    assert records.extra["status"].tolist() == ["closed", "open"]
    assert records.extra["notes"].tolist() == ["Duplicate request.", ""]
    assert records.log.meta.units == ("Public Works",)


def test_a_cell_of_the_profile_that_says_unknown_is_unknown(tmp_path: Path) -> None:
    text = "id,opened,due,closed,category,unit\n1,2021-03-01,NULL,-,无,n/a\n2,2021-03-01,,?,nan,\\N\n"
    records = read(tmp_path, REQUESTS, text)
    assert records.report.repaired == {}
    assert records.log.meta.categories == ()
    assert records.log.meta.units == ()


def test_counts_may_be_of_any_length(tmp_path: Path) -> None:
    text = "day,calls,lost,wait\n2021-03-01 08:00,5,0,1\n2021-03-01 08:15,7,0,1\n"
    records = read(tmp_path, COUNTS + "counts = { minutes = 15 }", text)
    assert records.counts["length"].tolist() == [15 * 60_000] * 2
    assert records.report.as_dict()["last"] == "2021-03-01T08:30:00"
