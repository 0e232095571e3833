"""The directory that records are kept in: the files of a ticket log, further columns, rejects, report.

That it appears whole or not at all is seen to in :mod:`hotline_sim.results.directory`.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.results.directory import whole_directory
from hotline_sim.results.kpis import kpis
from hotline_sim.results.provenance import provenance
from hotline_sim.results.store import write_files

if TYPE_CHECKING:
    import pandas as pd

    from hotline_sim.records.read import Records

EXTRA: Final = "extra.parquet"
COUNTS: Final = "counts.parquet"
REJECTS: Final = "rejects.csv"
REPORT: Final = "report.json"

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Signs with which a cell begins that a spreadsheet takes for a formula."""


def save_records(records: Records, directory: str | Path, *, force: bool = False) -> Path:
    """Write records to a directory; see :meth:`hotline_sim.records.read.Records.save`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    final = Path(directory).absolute()
    text = json.dumps(records.profile.model_dump(mode="json"), ensure_ascii=False, indent=2)
    origin = provenance(
        records.log, scenario_text=text, scenario_digest=hashlib.sha256(text.encode()).hexdigest()
    )
    with whole_directory(final, force=force) as part:
        write_files(records.log, kpis(records.log), part, origin)
        pq.write_table(pa.table(_columns(records.extra)), part / EXTRA, compression="zstd")
        if records.counts:
            pq.write_table(pa.table(_columns(records.counts)), part / COUNTS, compression="zstd")
        write_rejects(records.rejects, part / REJECTS)
        report = json.dumps(records.report.as_dict(), ensure_ascii=False, indent=2)
        (part / REPORT).write_text(report + "\n", encoding="utf-8")
    return final


def write_rejects(rejects: pd.DataFrame, path: Path) -> None:
    """Write rows that were dropped or repaired for a spreadsheet: UTF-8 with a mark, no cell a formula."""
    safe = rejects.copy()
    for name in ("file", "reason", "raw"):
        text = safe[name].astype(str)
        safe[name] = np.where(text.str.startswith(_FORMULA), "'" + text, text)
    safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def _columns(columns: dict[str, np.ndarray[Any, Any]]) -> dict[str, Any]:
    import pyarrow as pa

    return {
        name: pa.array(values, pa.string()).dictionary_encode()
        if values.dtype == object
        else pa.array(values)
        for name, values in columns.items()
    }
