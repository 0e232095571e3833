from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from results_case import at, case, cut

from hotline_sim.engines.simulate import simulate
from hotline_sim.errors import LogSchemaError, ResultError
from hotline_sim.results import directory, schema, store
from hotline_sim.results.kpis import kpis
from hotline_sim.results.provenance import provenance
from hotline_sim.results.store import load_log, save
from scenarios import mmc

if TYPE_CHECKING:
    from hotline_sim.results.log import TicketLog

FILES = {"tickets.parquet", "visits.parquet", "staffing.parquet", "kpis.json", "manifest.json"}


def keep(log: TicketLog, place: Path, digest: str = "abc123", **more: Any) -> Path:
    origin = provenance(log, scenario_text='name = "three-days"\n', scenario_digest=digest)
    return save(log, kpis(log), place, provenance=origin, **more)


def assert_same(left: TicketLog, right: TicketLog) -> None:
    assert left.meta == right.meta
    for ours, theirs in ((left.visits, right.visits), (left.tickets, right.tickets)):
        assert list(ours) == list(theirs)
        for name in ours:
            assert ours[name].dtype == theirs[name].dtype, name
            assert np.array_equal(ours[name], theirs[name]), name
    assert len(left.staffing) == len(right.staffing)
    for steps, read in zip(left.staffing, right.staffing, strict=True):
        assert np.array_equal(steps.ticks, read.ticks)
        assert np.array_equal(steps.values, read.values)


@pytest.mark.parametrize("horizon", ["Thu 12:00", "Wed 09:30", "Mon 09:00"])
def test_what_is_saved_is_read_back_equal(tmp_path: Path, horizon: str) -> None:
    log = cut(at(horizon))
    assert_same(load_log(keep(log, tmp_path / "run")), log)


def test_a_log_of_a_town_without_areas_is_read_back_equal(tmp_path: Path) -> None:
    log = simulate(mmc(2, 20.0, 180_000.0, days=1), seed=1)
    assert log.tickets["area"].size
    assert set(log.tickets["area"]) == {-1}
    assert log.to_pandas("tickets")["area"].isna().all()
    assert_same(load_log(keep(log, tmp_path / "run")), log)


def test_an_empty_log_is_read_back_equal(tmp_path: Path) -> None:
    log = cut(at("Fri 09:00"))
    assert log.visits["ticket"].size == 0
    assert_same(load_log(keep(log, tmp_path / "run")), log)


def test_a_log_in_several_row_groups_is_read_back_equal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_table = pq.write_table

    def write_in_pieces(*arguments: Any, **options: Any) -> None:
        write_table(*arguments, **options | {"row_group_size": 5})

    monkeypatch.setattr(pq, "write_table", write_in_pieces)
    log = case()
    result = keep(log, tmp_path / "run")
    assert pq.ParquetFile(result / "visits.parquet").num_row_groups > 3
    assert_same(load_log(result), log)


def test_the_directory_holds_what_a_reader_needs(tmp_path: Path) -> None:
    result = keep(case(), tmp_path / "run", figures=lambda folder: (folder / "one.png").touch())
    assert {path.name for path in result.iterdir()} == FILES | {"figures"}
    assert (result / "figures" / "one.png").exists()
    manifest = json.loads((result / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["scenario_text"] == 'name = "three-days"\n'
    assert manifest["scenario_digest"] == "abc123"
    assert (manifest["seed"], manifest["replication"], manifest["engine"]) == (7, 2, "by hand")
    assert manifest["window"] == ["2021-01-04T00:00:00.000", "2021-01-07T00:00:00.000"]
    assert manifest["versions"]["numpy"] == np.__version__
    figures = json.loads((result / "kpis.json").read_text(encoding="utf-8"))
    assert figures["answer_rate"] == {"value": 4 / 7, "numerator": 4, "denominator": 7, "unit": "share"}
    metadata = pq.read_schema(result / "tickets.parquet").metadata
    assert metadata[b"scenario_digest"] == b"abc123"
    assert json.loads(metadata[b"hotline_sim"])["schema_version"] == schema.SCHEMA_VERSION


def test_the_same_log_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = keep(case(), tmp_path / "a"), keep(case(), tmp_path / "b")
    for name in FILES:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_a_folder_that_looks_like_a_column_does_no_harm(tmp_path: Path) -> None:
    log = case()
    assert_same(load_log(keep(log, tmp_path / "year=2021" / "run")), log)


def test_an_existing_result_is_kept_unless_told_otherwise(tmp_path: Path) -> None:
    result = keep(cut(at("Wed 09:30")), tmp_path / "run")
    with pytest.raises(ResultError, match=r"exists already.*--force"):
        keep(case(), result)
    assert load_log(result).meta.horizon == at("Wed 09:30")
    keep(case(), result, force=True)
    assert_same(load_log(result), case())
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_nothing_but_a_result_is_replaced(tmp_path: Path) -> None:
    precious = tmp_path / "photos"
    precious.mkdir()
    (precious / "one.jpg").touch()
    with pytest.raises(ResultError, match="not replaced"):
        keep(case(), precious, force=True)
    assert (precious / "one.jpg").exists()
    file = tmp_path / "file"
    file.touch()
    link = tmp_path / "link"
    link.symlink_to(precious)
    for path in (file, link):
        with pytest.raises(ResultError, match="no directory"):
            keep(case(), path, force=True)
    empty = tmp_path / "empty"
    empty.mkdir()
    keep(case(), empty, force=True)
    assert_same(load_log(empty), case())


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    ("failure", "raised", "message"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), ResultError, "run: the disk is full"),
        (OSError(errno.EIO, "Input/output error"), ResultError, "run: cannot be written.*Input/output error"),
        (KeyboardInterrupt(), KeyboardInterrupt, "^$"),
        (ValueError("a figure went wrong"), ValueError, "a figure went wrong"),
    ],
)
@pytest.mark.parametrize("place", ["figures", "sync", "rename"])
def test_after_a_failure_everything_is_as_before(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    failure: BaseException,
    raised: type[BaseException],
    message: str,
    force: bool,
) -> None:
    def fail(*_: object) -> None:
        raise failure

    before = cut(at("Wed 09:30"))
    if force:
        keep(before, tmp_path / "run")
    draw = None
    if place == "figures":
        draw = fail
    elif place == "sync":
        monkeypatch.setattr(directory, "_sync", fail)
    else:
        rename = Path.rename
        monkeypatch.setattr(
            Path, "rename", lambda path, target: fail() if ".part-" in path.name else rename(path, target)
        )
    with pytest.raises(raised, match=message):
        keep(case(), tmp_path / "run", force=force, figures=draw)
    assert [path.name for path in tmp_path.iterdir()] == (["run"] if force else [])
    if force:
        assert_same(load_log(tmp_path / "run"), before)


def test_a_place_where_nobody_may_write_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ResultError, match=r"file.run: cannot be written"):
        keep(case(), tmp_path / "file" / "run")


def test_missing_and_damaged_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="nowhere: no such result directory"):
        load_log(tmp_path / "nowhere")
    result = keep(case(), tmp_path / "run")
    visits = result / "visits.parquet"
    visits.write_bytes(visits.read_bytes()[:-100])
    with pytest.raises(ResultError, match=r"visits\.parquet: .*damaged"):
        load_log(result)
    visits.unlink()
    with pytest.raises(ResultError, match=r"visits\.parquet: no such file"):
        load_log(result)


def test_files_of_different_runs_are_not_mixed(tmp_path: Path) -> None:
    result, other = keep(case(), tmp_path / "run"), keep(cut(at("Wed 09:30")), tmp_path / "other")
    (other / "visits.parquet").replace(result / "visits.parquet")
    with pytest.raises(ResultError, match="different runs"):
        load_log(result)


def test_files_of_an_edited_scenario_are_not_mixed(tmp_path: Path) -> None:
    result, other = keep(case(), tmp_path / "run"), keep(case(), tmp_path / "other", digest="def456")
    (other / "tickets.parquet").replace(result / "tickets.parquet")
    with pytest.raises(ResultError, match="different runs"):
        load_log(result)


def test_manifest_names_the_compiler_and_what_draws_and_the_sources_of_the_core() -> None:
    bare = provenance(case(), scenario_text="", scenario_digest="")
    assert {"numba", "matplotlib"} <= bare["versions"].keys()
    assert "core_digest" not in bare
    core = provenance(case(), scenario_text="", scenario_digest="", core_digest="fed789")
    assert core["core_digest"] == "fed789"


def test_another_schema_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = keep(case(), tmp_path / "run")
    monkeypatch.setattr(store, "SCHEMA_VERSION", "2")
    with pytest.raises(
        LogSchemaError, match=r"tickets\.parquet: schema version 1, this release reads version 2"
    ):
        load_log(result)


def _rewritten(path: Path, **changes: Any) -> None:
    table = pq.read_table(path)
    if "drop" in changes:
        table = table.drop_columns([changes["drop"]])
    if "cast" in changes:
        name = changes["cast"]
        place = table.column_names.index(name)
        table = table.set_column(place, name, table.column(name).cast("string"))
    if "metadata" in changes:
        table = table.replace_schema_metadata(changes["metadata"])
    pq.write_table(table, path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"drop": "due"}, r"visits\.parquet: columns differ .*: due"),
        ({"cast": "due"}, r"visits\.parquet: due: got values of type string"),
        ({"metadata": {}}, r"visits\.parquet: is no file of a ticket log"),
        ({"metadata": {"hotline_sim": "{"}}, r"visits\.parquet: the description of the log is damaged"),
        (
            {"metadata": {"hotline_sim": '{"schema_version": "1"}'}},
            r"visits\.parquet: the description .* damaged",
        ),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    result = keep(case(), tmp_path / "run")
    _rewritten(result / "visits.parquet", **changes)
    with pytest.raises(LogSchemaError, match=message):
        load_log(result)


def test_a_name_that_the_log_does_not_know_is_refused(tmp_path: Path) -> None:
    result = keep(case(), tmp_path / "run")
    path = result / "visits.parquet"
    metadata = pq.read_schema(path).metadata
    about = json.loads(metadata[b"hotline_sim"])
    about["stations"][2] = "telephones"
    _rewritten(path, metadata={"hotline_sim": json.dumps(about)})
    with pytest.raises(LogSchemaError, match=r"station: .*phones"):
        load_log(result)
