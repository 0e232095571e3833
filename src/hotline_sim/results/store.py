"""The files of a result directory: written from a log, and read back as the same log.

The columns become Arrow tables in :mod:`~hotline_sim.results.arrow`; what stands in the manifest comes from
:mod:`~hotline_sim.results.provenance`; that the directory appears whole or not at all is seen to in
:mod:`~hotline_sim.results.directory`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.arguments import check_path
from hotline_sim.clock.steps import Steps
from hotline_sim.errors import LogSchemaError, ResultError
from hotline_sim.results.directory import MANIFEST, whole_directory
from hotline_sim.results.log import TicketLog, check_log
from hotline_sim.results.schema import (
    SCHEMA_VERSION,
    STAFFING_COLUMNS,
    TICKET_COLUMNS,
    VISIT_COLUMNS,
    LogMeta,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hotline_sim.results.schema import Column
    from hotline_sim.results.view import Kpi

TICKETS: Final = "tickets.parquet"
VISITS: Final = "visits.parquet"
STAFFING: Final = "staffing.parquet"
KPIS: Final = "kpis.json"
FIGURES: Final = "figures"

_META: Final = "hotline_sim"
"""Key of the log's meta data in a Parquet file."""

_SCENARIO: Final = "scenario_digest"
"""Key of the scenario's digest in a Parquet file, and in the manifest."""


def save(
    log: TicketLog,
    kpis: Mapping[str, Kpi],
    directory: str | Path,
    *,
    provenance: Mapping[str, Any],
    force: bool = False,
    figures: Callable[[Path], None] | None = None,
) -> Path:
    """Write a result directory under a temporary name beside it, then rename it.

    It holds ``tickets.parquet``, ``visits.parquet``, ``staffing.parquet``, ``kpis.json``, ``manifest.json``
    and, if asked for, ``figures``. The same log gives the same bytes of Parquet under the same releases.

    Parameters
    ----------
    log : TicketLog
        What to keep.
    kpis : mapping of str to Kpi
        From :func:`hotline_sim.results.kpis.kpis`.
    directory : path
        Where; folders above it are made as needed.
    provenance : mapping
        From :func:`hotline_sim.results.provenance.provenance`, for the manifest.
    force : bool
        Replace an earlier result. It stays until the new one is complete.
    figures : callable, optional
        Given a directory, draws figures into it.

    Returns
    -------
    Path
        The directory.

    Raises
    ------
    ResultError
        If the directory exists and may not be replaced, or cannot be written, as on a full disk. Then,
        and after any other exception, an interruption included, no part of the result is left behind, and
        an earlier result is still there. Only an interruption that comes while the complete result is put
        in its place is raised after that.
    """
    check_log(log)
    check_path("directory", directory, "the path of a directory")
    final = Path(directory).absolute()
    with whole_directory(final, force=force) as part:
        write_files(log, kpis, part, provenance)
        if figures is not None:
            (part / FIGURES).mkdir()
            figures(part / FIGURES)
    return final


def load_log(directory: str | Path) -> TicketLog:
    """Ticket log from a result directory, equal to the one that was saved.

    Parameters
    ----------
    directory : path
        Written by :func:`save`.

    Raises
    ------
    ResultError
        If there is no such directory, or a file in it is missing or damaged.
    LogSchemaError
        If the log has another schema version or other columns than this release reads.
    """
    check_path("directory", directory, "the path of a result directory")
    folder = Path(directory)
    if not folder.is_dir():
        raise ResultError(f"{folder}: no such result directory")
    tickets, meta, digest = _read(folder / TICKETS, TICKET_COLUMNS)
    visits, *visits_origin = _read(folder / VISITS, VISIT_COLUMNS)
    staffing, *staffing_origin = _read(folder / STAFFING, STAFFING_COLUMNS)
    # The digest tells scenarios of one name apart.
    if not [meta, digest] == visits_origin == staffing_origin:
        raise ResultError(f"{folder}: its files come from different runs")
    return TicketLog(visits, tickets, meta, _staffing_from(staffing, len(meta.stations)))


def kpis_as_dict(kpis: Mapping[str, Kpi]) -> dict[str, dict[str, Any]]:
    """Key figures as plain values: value, numerator, denominator and unit by name."""
    return {name: kpi.as_dict() for name, kpi in kpis.items()}


def write_files(log: TicketLog, kpis: Mapping[str, Kpi], part: Path, provenance: Mapping[str, Any]) -> None:
    """Write the files of a log into a directory that is there already."""
    import pyarrow.parquet as pq

    from hotline_sim.results.arrow import arrow_table

    metadata = {
        _META: json.dumps(log.meta.as_dict(), ensure_ascii=False),
        _SCENARIO: str(provenance.get(_SCENARIO, "")),
    }
    for name, columns, schema in (
        (TICKETS, log.tickets, TICKET_COLUMNS),
        (VISITS, log.visits, VISIT_COLUMNS),
        (STAFFING, _staffing_columns(log), STAFFING_COLUMNS),
    ):
        table = arrow_table(columns, schema, log.meta).replace_schema_metadata(metadata)
        # Instants hardly repeat: a dictionary of them costs time and space. Small groups bound the memory.
        words = [column for column, about in schema.items() if about.unit not in ("tick", "ms")]
        pq.write_table(table, part / name, compression="zstd", use_dictionary=words, row_group_size=1 << 17)
    _write_json(kpis_as_dict(kpis), part / KPIS)
    _write_json(dict(provenance), part / MANIFEST)


def _write_json(values: Mapping[str, Any], path: Path) -> None:
    text = json.dumps(values, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _read(path: Path, schema: Mapping[str, Column]) -> tuple[dict[str, np.ndarray[Any, Any]], LogMeta, bytes]:
    """Columns of a file, the description of its log, and the digest of its scenario."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from hotline_sim.results.arrow import columns_from

    if not path.is_file():
        raise ResultError(f"{path}: no such file; a complete result directory is needed")
    try:
        # Not read_table: it takes a folder named "a=b" above the file for a column.
        with pq.ParquetFile(path) as file:
            table = file.read()
    except (OSError, pa.ArrowException) as error:
        raise ResultError(f"{path}: cannot be read as Parquet; the file is damaged: {error}") from error
    metadata = table.schema.metadata or {}
    try:
        meta = _meta_of(metadata)
        return columns_from(table, schema, meta), meta, metadata.get(_SCENARIO.encode(), b"")
    except LogSchemaError as error:
        raise LogSchemaError(f"{path}: {error}") from error


def _meta_of(metadata: Mapping[bytes, bytes]) -> LogMeta:
    if _META.encode() not in metadata:
        raise LogSchemaError("is no file of a ticket log")
    try:
        values = json.loads(metadata[_META.encode()])
        found = str(values["schema_version"])
        if found != SCHEMA_VERSION:
            raise LogSchemaError(f"schema version {found}, this release reads version {SCHEMA_VERSION}")
        return LogMeta.from_dict(values)
    except (ValueError, KeyError, TypeError) as error:
        raise LogSchemaError(f"the description of the log is damaged: {error!r}") from error


def _staffing_columns(log: TicketLog) -> dict[str, np.ndarray[Any, Any]]:
    counts = [steps.ticks.size for steps in log.staffing]
    none = np.zeros(0, np.int64)
    return {
        "station": np.repeat(np.arange(len(counts)), counts),
        "tick": np.concatenate([none, *(steps.ticks for steps in log.staffing)]),
        "agents": np.concatenate([none, *(steps.values for steps in log.staffing)]),
    }


def _staffing_from(columns: Mapping[str, np.ndarray[Any, Any]], stations: int) -> tuple[Steps, ...]:
    edges = np.searchsorted(columns["station"], np.arange(1, stations))
    ticks, agents = np.split(columns["tick"], edges), np.split(columns["agents"], edges)
    return tuple(Steps(*pair) for pair in zip(ticks, agents, strict=True)) if stations else ()
