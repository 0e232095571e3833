"""The result of a sweep: one tidy table, put together from chunks in an order that is always the same.

Chunk files are the subject of ``chunks.py``; figures of a summary that of :mod:`hotline_sim.plot.sweep`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hotline_sim.experiment.chunks import read_chunk
from hotline_sim.experiment.runs import Failure
from hotline_sim.statistics.intervals import half_width

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    import pandas as pd

    from hotline_sim.experiment.design import Design


@dataclass(frozen=True, eq=False)
class SweepResult:
    """What a sweep found.

    Parameters
    ----------
    design : Design
        The points.
    table : pyarrow.Table
        One row for each point, replication and key figure, in this order. Columns: point, id, one for each
        key that was varied, replication, kpi, value, numerator, denominator, unit.
    failures : tuple of Failure
        Runs that could not be done; they have no rows.
    runs, found : int
        Runs of the whole sweep, and how many of them were done before.
    directory : Path or None
        Where it is kept.
    """

    design: Design
    table: Any
    failures: tuple[Failure, ...]
    runs: int
    found: int
    directory: Path | None

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The table for pandas; NaN where a key figure has no value."""
        frame: pd.DataFrame = self.table.to_pandas()
        return frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hand the table to pandas, polars, DuckDB or pyarrow."""
        return self.table.__arrow_c_stream__(requested_schema)

    def summary(self, *kpis: str, confidence: float = 0.95) -> pd.DataFrame:
        """Mean over replications with its interval, one row for each point and key figure.

        Parameters
        ----------
        *kpis : str
            Names of key figures; all if none is given.
        confidence : float
            In (0, 1).

        Returns
        -------
        DataFrame
            Columns: point, id, the keys, kpi, unit, replications (with a value), mean, half_width. The
            half-width is that of a t interval of independent replications; NaN for a single one.
        """
        frame = self.frame
        if kpis:
            frame = frame[frame["kpi"].isin(kpis)]
        groups = frame.groupby(["point", "id", *self.design.keys, "kpi", "unit"], sort=False)["value"]
        found = groups.agg(replications="count", mean="mean", deviation="std").reset_index()
        found["half_width"] = half_width(
            found["replications"].to_numpy(), found.pop("deviation").to_numpy(), confidence
        )
        return found


def assemble(
    design: Design, chunks: Iterable[tuple[int, Path]], kpis: Collection[str] | None = None
) -> tuple[Any, list[Failure]]:
    """Put chunks together.

    Parameters
    ----------
    design : Design
        Gives the columns of keys.
    chunks : iterable of (int, Path)
        Replication and file of each, in any order.
    kpis : collection of str, optional
        Names of the key figures that are kept; all if not given.

    Returns
    -------
    table : pyarrow.Table
        See :class:`SweepResult`; its order does not depend on that of the chunks.
    failures : list of Failure
        In order, each once.
    """
    import pyarrow as pa

    tables, replications = [], []
    failures: set[Failure] = set()
    for replication, path in chunks:
        data = read_chunk(path)
        table = data.table.replace_schema_metadata(None)
        if kpis is not None:
            table = table.filter(np.isin(table["kpi"].to_numpy(zero_copy_only=False), list(kpis)))
        tables.append(table)
        replications.append(np.full(table.num_rows, replication, np.int32))
        failures |= {Failure(*failed) for failed in data.failures}
    table = pa.concat_tables(tables).combine_chunks()
    replication_of = np.concatenate(replications)
    point_of = table["point"].to_numpy()
    # A stable sort: key figures of one run stay in the order in which people read them.
    order = np.lexsort((replication_of, point_of))
    table, point_of = table.take(order), point_of[order]
    columns: dict[str, Any] = {"point": table["point"]}
    columns["id"] = pa.array([point.id for point in design.points]).take(point_of)
    for key in design.keys:
        columns[key] = pa.array(design.column(key)).take(point_of)
    columns["replication"] = pa.array(replication_of[order])
    for name in ("kpi", "value", "numerator", "denominator", "unit"):
        columns[name] = table[name]
    keys = json.dumps(design.keys, ensure_ascii=False)
    return pa.table(columns).replace_schema_metadata({"keys": keys}), in_order(failures)


def in_order(failures: Iterable[Failure]) -> list[Failure]:
    """Failures by point and replication, each once."""
    return sorted(set(failures), key=lambda one: (one.point, one.replication or 0, *map(str, one)))
