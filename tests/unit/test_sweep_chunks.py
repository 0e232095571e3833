from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

import hotline_sim as hs
from hotline_sim.errors import ResultError
from hotline_sim.experiment.chunks import Found, find_chunks, read_chunk, write_chunk
from hotline_sim.experiment.design import Design, make_design
from hotline_sim.experiment.folder import manifest_of, opened
from hotline_sim.experiment.runs import Failure

if TYPE_CHECKING:
    from pathlib import Path

    from hotline_sim.scenario.schema import Scenario

ROWS: list[tuple[int, list[Any]]] = [
    (4, [("reply_rate", 0.5, 1.0, 2.0, "share"), ("response_time_p50", None, None, 2.0, "h")]),
    (7, [("reply_rate", None, 0.0, 0.0, "share")]),
]
FAILURES = [Failure("run", 5, 3, "", "boom"), Failure("change", 6, None, 'units."住建局".staff', "too few")]
NAME, SWEEP = "000003-000001", "a" * 64


def write(folder: Path) -> Path:
    return folder / write_chunk(folder, NAME, SWEEP, ROWS, FAILURES)


# Chunk files.


def test_a_chunk_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    data = read_chunk(write(tmp_path))
    assert data.table.to_pylist() == [
        {"point": 4, "kpi": "reply_rate", "value": 0.5, "numerator": 1, "denominator": 2, "unit": "share"},
        {
            "point": 4,
            "kpi": "response_time_p50",
            "value": None,
            "numerator": None,
            "denominator": 2,
            "unit": "h",
        },
        {"point": 7, "kpi": "reply_rate", "value": None, "numerator": 0, "denominator": 0, "unit": "share"},
    ]
    assert [Failure(*failure) for failure in data.failures] == FAILURES
    assert [path.suffix for path in tmp_path.iterdir()] == [".parquet"]


def test_the_same_content_has_the_same_name_and_bytes(tmp_path: Path) -> None:
    path = write(tmp_path)
    content = path.read_bytes()
    assert write(tmp_path) == path
    assert path.read_bytes() == content
    assert write_chunk(tmp_path, NAME, SWEEP, ROWS[:1], FAILURES) != path.name
    assert write_chunk(tmp_path, NAME, SWEEP, ROWS, []) != path.name


def test_a_chunk_of_failures_alone_has_the_columns_of_any_other(tmp_path: Path) -> None:
    whole, empty = (
        read_chunk(write(tmp_path)),
        read_chunk(tmp_path / write_chunk(tmp_path, "000000-000000", SWEEP, [], FAILURES)),
    )
    assert empty.table.num_rows == 0
    assert empty.table.schema.equals(whole.table.schema)


def test_whole_chunks_are_found_and_kept(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert find_chunks(tmp_path, SWEEP) == Found({NAME: path.name}, 0)
    assert path.is_file()


def test_every_flipped_bit_is_found(tmp_path: Path) -> None:
    path = write(tmp_path)
    content = path.read_bytes()
    places = {0, 1, len(content) // 2, len(content) - 1, *range(5, len(content), 97)}
    for place in places:
        path.write_bytes(content[:place] + bytes([content[place] ^ 16]) + content[place + 1 :])
        with pytest.raises(ResultError, match="damaged"):
            read_chunk(path)
        assert find_chunks(tmp_path, SWEEP) == Found({}, 1)
        assert not path.exists()


@pytest.mark.parametrize("length", [0, 1, 100, -1])
def test_a_cut_chunk_is_found(tmp_path: Path, length: int) -> None:
    path = write(tmp_path)
    path.write_bytes(path.read_bytes()[:length])
    assert find_chunks(tmp_path, SWEEP) == Found({}, 1)


def test_a_chunk_under_another_name_or_of_another_sweep_is_not_taken(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.rename(path.with_name(f"{NAME}.{'0' * 32}.parquet"))
    assert find_chunks(tmp_path, SWEEP) == Found({}, 1)
    write(tmp_path)
    assert find_chunks(tmp_path, "b" * 64) == Found({}, 1)


def test_what_was_being_written_is_removed_and_other_files_are_left(tmp_path: Path) -> None:
    (tmp_path / f".{NAME}.parquet.12345678.part").write_bytes(b"half")
    (tmp_path / "notes.txt").write_text("mine")
    assert find_chunks(tmp_path, SWEEP) == Found({}, 0)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_missing_chunk_is_told(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="cannot be read"):
        read_chunk(tmp_path / f"{NAME}.{'0' * 32}.parquet")


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ResultError, match="No space left"):
        write(tmp_path)
    assert list(tmp_path.iterdir()) == []


# The directory of a sweep.


@pytest.fixture(scope="module")
def town() -> Scenario:
    return hs.load("small-town")


@pytest.fixture(scope="module")
def design(town: Scenario) -> Design:
    return make_design(town, {"units.north.staff": [1, 2]})


@pytest.fixture
def manifest(town: Scenario, design: Design) -> dict[str, Any]:
    return manifest_of(town, design, seed=1, replications=2)


def test_a_new_directory_is_made_with_its_manifest(tmp_path: Path, manifest: dict[str, Any]) -> None:
    folder = tmp_path / "a" / "b"
    with opened(folder, manifest) as chunks:
        assert chunks == folder / "chunks"
        assert chunks.is_dir()
    known = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert known == manifest
    assert known["scenario"] == "small-town"
    assert known["design"]["keys"] == ["units.north.staff"]
    assert [point[1] for point in known["design"]["points"]] == [1, 2]
    assert hs.loads(known["scenario_text"]) == hs.load("small-town")
    with opened(folder, manifest):
        pass


def test_what_makes_another_sweep(town: Scenario, design: Design, manifest: dict[str, Any]) -> None:
    others = [
        manifest_of(hs.load("manhole-one-hour"), design, seed=1, replications=2),
        manifest_of(town, make_design(town, {"units.north.staff": [1, 3]}), seed=1, replications=2),
        manifest_of(town, design, seed=2, replications=2),
    ]
    assert len({manifest["sweep"], *(other["sweep"] for other in others)}) == 4
    assert manifest_of(town, design, seed=1, replications=9)["sweep"] == manifest["sweep"]


def test_more_replications_are_noted_and_all_else_stays(
    tmp_path: Path, town: Scenario, design: Design, manifest: dict[str, Any]
) -> None:
    with opened(tmp_path, {**manifest, "machine": {"system": "another"}}):
        pass
    with opened(tmp_path, manifest_of(town, design, seed=1, replications=5)):
        pass
    known = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert known == {**manifest, "machine": {"system": "another"}, "replications": 5}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scenario_digest": "x", "scenario": "tiny"}, r"its scenario \(tiny\) is another"),
        ({"design_digest": "x"}, "its design is another, of 2 points"),
        ({"seed": 7}, "its seed is 7"),
        ({"versions": {"hotline-sim": "0.0.9"}}, r"begun with hotline-sim 0\.0\.9, this is"),
        ({}, "begun by another release"),
    ],
)
def test_the_directory_of_another_sweep_is_refused(
    tmp_path: Path, manifest: dict[str, Any], change: dict[str, Any], message: str
) -> None:
    with opened(tmp_path, {**manifest, **change, "sweep": "other"}):
        pass
    before = (tmp_path / "manifest.json").read_bytes()
    with pytest.raises(ResultError, match=message), opened(tmp_path, manifest):
        pass
    assert (tmp_path / "manifest.json").read_bytes() == before


@pytest.mark.parametrize("text", ["", "{", "[]", '{"kind": "run"}', '{"kind": "sweep", "sweep": 1}'])
def test_a_manifest_that_is_none_is_refused_and_left(
    tmp_path: Path, manifest: dict[str, Any], text: str
) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ResultError, match="damaged or no sweep's"), opened(tmp_path, manifest):
        pass
    assert (tmp_path / "manifest.json").read_text() == text


def test_a_folder_with_something_else_is_refused_and_left(tmp_path: Path, manifest: dict[str, Any]) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ResultError, match="is not empty and no sweep directory"), opened(tmp_path, manifest):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    with pytest.raises(ResultError, match="no directory"), opened(tmp_path / "thesis.txt", manifest):
        pass
    with pytest.raises(ResultError, match="cannot be made"), opened(tmp_path / "thesis.txt" / "a", manifest):
        pass


def test_a_directory_that_was_killed_before_its_manifest_is_taken(
    tmp_path: Path, manifest: dict[str, Any]
) -> None:
    (tmp_path / ".manifest.json.12345678.part").write_text('{"kind"')
    with opened(tmp_path, manifest):
        pass
    assert {path.name for path in tmp_path.iterdir()} == {"manifest.json", "chunks"}


@pytest.mark.skipif(os.name == "nt", reason="Windows does not lock directories")
def test_two_at_a_time_are_refused(tmp_path: Path, manifest: dict[str, Any]) -> None:
    with (
        opened(tmp_path, manifest),
        pytest.raises(ResultError, match="another process"),
        opened(tmp_path, manifest),
    ):
        pass
    with opened(tmp_path, manifest):
        pass


def test_a_chunk_is_written_without_pandas_in_memory(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from hotline_sim.experiment.chunks import write_chunk; "
        "write_chunk(Path(sys.argv[1]), 'a', 'b', [(1, [('x', None, 1, 2.0, 'h')])], []); "
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 0
