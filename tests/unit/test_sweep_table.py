from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import stats

import hotline_sim as hs
from hotline_sim.experiment.chunks import write_chunk
from hotline_sim.experiment.design import Design, make_design
from hotline_sim.experiment.runs import Failure
from hotline_sim.experiment.table import SweepResult, assemble, in_order
from hotline_sim.statistics.intervals import half_width

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

STAFF, TALK = "units.north.staff", "intake.talk.mean"


@pytest.fixture(scope="module")
def design() -> Design:
    return make_design(hs.load("small-town"), {STAFF: [1, 2], TALK: ["1 min", "2 min"]})


def rows(point: int, replication: int) -> tuple[int, list[Any]]:
    """Two key figures whose value says which run they belong to; the last point has no rate."""
    number = 10.0 * point + replication
    value = None if point == 3 else number / 100
    return point, [
        ("calls_offered", number, number, None, "calls"),
        ("reply_rate", value, number, 100.0, "share"),
    ]


def write(folder: Path, design: Design, replications: int = 3) -> list[tuple[int, Path]]:
    """Chunks whose points do not follow each other in the design."""
    chunks = []
    for replication in range(replications):
        for block, points in enumerate(((0, 2), (1, 3))):
            name = f"{replication:06d}-{block:06d}"
            failed = [Failure("change", 2, None, STAFF, "no")] if block == 0 else []
            failed += [Failure("run", 1, replication, "", "boom")] if block and replication == 1 else []
            found = [rows(point, replication) for point in points if point != 2]
            chunks.append((replication, folder / write_chunk(folder, name, "s", found, failed)))
    return chunks


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory, design: Design) -> SweepResult:
    chunks = write(tmp_path_factory.mktemp("chunks"), design)
    table, failures = assemble(design, chunks)
    return SweepResult(design, table, tuple(failures), 12, 0, None)


def test_table_has_one_row_for_each_point_replication_and_key_figure_in_order(result: SweepResult) -> None:
    frame = result.frame
    assert list(frame.columns) == [
        "point",
        "id",
        STAFF,
        TALK,
        "replication",
        "kpi",
        "value",
        "numerator",
        "denominator",
        "unit",
    ]
    keys = frame[["point", "replication", "kpi"]].itertuples(index=False, name=None)
    assert list(keys) == [
        (point, replication, kpi)
        for point in (0, 1, 3)
        for replication in range(3)
        for kpi in ("calls_offered", "reply_rate")
    ]
    run = frame[(frame["point"] == 1) & (frame["replication"] == 2)]
    assert run[[STAFF, TALK]].drop_duplicates().to_numpy().tolist() == [[1, "2 min"]]
    assert run["numerator"].tolist() == [12, 12]
    assert run["value"].tolist() == [12, 0.12]
    assert run["denominator"].isna().tolist() == [True, False]
    assert set(frame["id"]) == {result.design.points[number].id for number in (0, 1, 3)}
    assert frame[STAFF].dtype == np.int64


def test_table_does_not_depend_on_the_order_of_chunks(
    tmp_path: Path, design: Design, result: SweepResult
) -> None:
    chunks = write(tmp_path, design)
    for order in (chunks[::-1], chunks[3:] + chunks[:3], chunks[1::2] + chunks[::2]):
        table, failures = assemble(design, order)
        assert table.equals(result.table, check_metadata=True)
        assert tuple(failures) == result.failures


def test_only_the_key_figures_asked_for_are_kept(tmp_path: Path, design: Design) -> None:
    table, _ = assemble(design, write(tmp_path, design), ["reply_rate"])
    assert set(table["kpi"].to_pylist()) == {"reply_rate"}
    assert table.num_rows == 9


def test_failures_are_in_order_and_each_once(result: SweepResult) -> None:
    assert result.failures == (Failure("run", 1, 1, "", "boom"), Failure("change", 2, None, STAFF, "no"))
    again = [*result.failures[::-1], Failure("worker", 0, 2, "", ""), *result.failures]
    assert [failure.point for failure in in_order(again)] == [0, 1, 2]


def test_other_libraries_read_the_result_without_a_copy_of_ours(result: SweepResult) -> None:
    assert pa.table(result).equals(result.table)


def test_summary_has_mean_and_interval_of_the_replications(result: SweepResult) -> None:
    summary = result.summary("calls_offered")
    assert list(summary.columns) == [
        "point",
        "id",
        STAFF,
        TALK,
        "kpi",
        "unit",
        "replications",
        "mean",
        "half_width",
    ]
    assert summary["point"].tolist() == [0, 1, 3]
    assert summary["mean"].tolist() == [1, 11, 31]
    low, high = stats.t.interval(0.95, 2, loc=11, scale=stats.sem([10, 11, 12]))
    assert summary["half_width"].to_numpy() == pytest.approx([(high - low) / 2] * 3)
    assert result.summary("calls_offered", confidence=0.5)["half_width"].max() < 1


def test_summary_leaves_out_what_has_no_value(result: SweepResult) -> None:
    summary = result.summary()
    none = summary[(summary["point"] == 3) & (summary["kpi"] == "reply_rate")].iloc[0]
    assert none["replications"] == 0
    assert np.isnan(none["mean"])
    assert np.isnan(none["half_width"])
    assert len(summary) == 6


@pytest.mark.parametrize("values", [[1.0, 2.0], [3.0, 1.0, 4.0, 1.0, 5.0], [0.0] * 10, list(range(30))])
def test_half_width_is_that_of_scipy(values: Sequence[float]) -> None:
    count, deviation = np.array([len(values)]), np.array([np.std(values, ddof=1)])
    for confidence in (0.5, 0.9, 0.99):
        expected = stats.t.ppf((1 + confidence) / 2, len(values) - 1) * stats.sem(values)
        assert half_width(count, deviation, confidence) == pytest.approx(expected)


def test_one_replication_has_no_interval() -> None:
    assert np.isnan(half_width(np.array([1, 0]), np.array([np.nan, np.nan]))).all()
    with pytest.raises(ValueError, match="got 95, must lie in"):
        half_width(np.array([2]), np.array([1.0]), 95)


def test_frame_is_what_pandas_reads_from_the_file(tmp_path: Path, result: SweepResult) -> None:
    import pyarrow.parquet as pq

    pq.write_table(result.table, tmp_path / "sweep.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "sweep.parquet"), result.frame)
