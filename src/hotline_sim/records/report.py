"""What happened when records were read: files, rows, reasons, and what the records cannot tell.

The rows themselves are kept by :mod:`~hotline_sim.records.tally`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotline_sim.records.tally import DROPPED, REPAIRED

if TYPE_CHECKING:
    from hotline_sim.records.tally import Count


@dataclass(frozen=True)
class FileReport:
    """One file.

    Parameters
    ----------
    name : str
        As given.
    format : str
        ``text``, ``json``, ``workbook`` or ``parquet``.
    encoding : str
        Of text and JSON, given or found; empty for the others.
    rows : int
        Rows below the header, those included that were dropped.
    """

    name: str
    format: str
    encoding: str
    rows: int


@dataclass(frozen=True)
class Report:
    """Numbers about a set of records.

    Parameters
    ----------
    profile, kind : str
        How they were read.
    rows, kept : int
        Rows read, and rows that are in the log; the others were dropped.
    tickets : int
        Tickets in the log; for event logs fewer than rows.
    first, last : int
        Ticks of the first and the last arrival; for counts the edges of the intervals.
    counts : tuple of Count
        Rows dropped and repaired by reason.
    files : tuple of FileReport
        What was read.
    shares : dict of str to float
        Tickets reassigned, reopened, on time, of those of which it is known.
    unknown : tuple of str
        Facts that the records do not tell.
    """

    profile: str
    kind: str
    rows: int
    kept: int
    tickets: int
    first: int
    last: int
    counts: tuple[Count, ...]
    files: tuple[FileReport, ...]
    shares: dict[str, float]
    unknown: tuple[str, ...]

    @property
    def dropped(self) -> dict[str, int]:
        """Rows dropped by reason; they and the rows kept add up to the rows read."""
        return self._by_reason(DROPPED)

    @property
    def repaired(self) -> dict[str, int]:
        """Rows kept after a repair, by reason; a row may have several."""
        return self._by_reason(REPAIRED)

    def _by_reason(self, action: str) -> dict[str, int]:
        return {count.text(): count.number for count in self.counts if count.action == action}

    def summary(self) -> str:
        """Return one line for people."""
        dropped = self.rows - self.kept
        return f"{self.rows:,} rows, {self.kept:,} kept, {dropped:,} dropped, {self.tickets:,} tickets"

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "profile": self.profile,
            "kind": self.kind,
            "rows": self.rows,
            "kept": self.kept,
            "dropped": self.dropped,
            "repaired": self.repaired,
            "tickets": self.tickets,
            "first": _iso(self.first),
            "last": _iso(self.last),
            "files": [asdict(file) for file in self.files],
            "shares": self.shares,
            "unknown": list(self.unknown),
        }


def _iso(tick: int) -> str:
    return str(np.datetime64(tick, "ms").astype("datetime64[s]"))
