"""``read_records``: files of a city's own records as a ticket log, and all that was left out or repaired.

How a layout is described is in :mod:`~hotline_sim.records.schema`; what can be learned from records is the
subject of :mod:`hotline_sim.fit`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.errors import RecordsError
from hotline_sim.records import calls, counts, events, requests
from hotline_sim.records.assemble import Assembly, finish
from hotline_sim.records.blocks import Wanted
from hotline_sim.records.columns import UNKNOWN, Grown
from hotline_sim.records.convert import Converter
from hotline_sim.records.files import file_blocks
from hotline_sim.records.profile import file_columns, load_profile
from hotline_sim.records.report import FileReport, Report
from hotline_sim.records.tally import DROPPED, REPAIRED, Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from hotline_sim.records.convert import Columns
    from hotline_sim.records.files import Found
    from hotline_sim.records.schema import Profile
    from hotline_sim.results.log import TicketLog

_SETTLE: Final = {
    "calls": calls.settle,
    "requests": requests.settle,
    "events": events.settle,
    "counts": counts.settle,
}


@dataclass(frozen=True, eq=False)
class Records:
    """A city's records.

    Parameters
    ----------
    log : TicketLog
        Tickets and visits as a simulation has them; ``log.meta.unknown`` names what they do not tell. Counts
        have no tickets.
    extra : dict of str to array
        Further columns, by ticket row: texts (empty if unknown) such as ``agent``, ``priority``, ``service``,
        ``status``, ``customer``, ``id``; numbers (-1 if unknown) such as ``reassignments``, ``reopened``,
        ``on_time``; for event logs also ``handovers``, ``events`` and ``waiting`` in ms.
    counts : dict of str to array
        For counts: ``start`` and ``length`` in ms, ``offered``, and ``answered``, ``abandoned``, ``wait``
        (mean, in s), ``service_level`` where the records have them, NaN if unknown. Empty for other kinds.
    rejects : DataFrame
        Rows dropped or repaired: ``file``, ``row``, ``action``, ``reason``, ``raw``.
    report : Report
        How many rows were read, kept, dropped and repaired, by reason; what the files are.
    profile : Profile
        What they were read by.
    """

    log: TicketLog
    extra: dict[str, np.ndarray[Any, Any]]
    counts: dict[str, np.ndarray[Any, Any]]
    rejects: pd.DataFrame
    report: Report
    profile: Profile

    def __repr__(self) -> str:
        return f"<Records {self.profile.name!r}: {self.report.summary()}>"

    def save(self, directory: str | Path, *, force: bool = False) -> Path:
        """Write a result directory: the ticket log, further columns, rejects, report.

        Parameters
        ----------
        directory : path
            It appears whole or not at all.
        force : bool
            Replace an earlier result.

        Returns
        -------
        Path
            The directory; :func:`hotline_sim.load_log` reads the log in it.

        Raises
        ------
        ResultError
            If the directory exists and may not be replaced, or cannot be written.
        """
        from hotline_sim.records.store import save_records

        return save_records(self, directory, force=force)


def read_records(
    paths: str | Path | Sequence[str | Path],
    profile: str | Path,
    *,
    encoding: str | None = None,
    progress: Callable[[float], None] | None = None,
) -> Records:
    """Records of a city's hotline as a ticket log.

    Parameters
    ----------
    paths : path or sequence of paths
        CSV or other delimited text, JSON, Excel or Parquet; text may be packed by gzip, bzip2 or xz. Several
        files are parts of one set of records, such as months; a row that stands in two of them counts once
        if it has an id.
    profile : str or path
        Name of a shipped profile, such as ``"boston-311"``, or a TOML file.
    encoding : str, optional
        Encoding of text; found out if not given here or in the profile.
    progress : callable, optional
        Called with the share of the work that is done, from 0 to 1.

    Returns
    -------
    Records
        No row is lost in silence: each is in the log, or counted in ``report`` and kept in ``rejects``.

    Raises
    ------
    ProfileError
        If the profile has faults; all of them are told.
    RecordsError
        If a file cannot be read, lacks columns that the profile needs, or holds no row that can be used.
    TypeError
        If the paths are no paths, or the profile is neither a name nor a path.
    """
    if not isinstance(profile, str | os.PathLike):
        given = type(profile).__name__
        raise TypeError(
            f'profile: got {given}, must be a name such as "boston-311" or the path of a TOML file'
        )
    loaded = load_profile(profile)
    files = _paths(paths)
    if not files:
        raise RecordsError("no file is given")
    reader = _Reader(loaded, encoding, progress, len(files))
    for file in files:
        reader.read(file)
    return reader.finished()


def _paths(paths: Any) -> list[Path]:
    try:
        return [Path(path) for path in ([paths] if isinstance(paths, str | os.PathLike) else paths)]
    except TypeError:
        given = type(paths).__name__
        raise TypeError(f"paths: got {given}, must be the path of a file, or a list of them") from None


class _Reader:
    """Reads the files of one set of records."""

    def __init__(
        self, profile: Profile, encoding: str | None, progress: Callable[[float], None] | None, files: int
    ) -> None:
        self._profile = profile
        self._encoding = encoding
        self._progress = progress or (lambda share: None)
        self._files = files
        self._tally = Tally()
        self._converter = Converter(profile)
        self._grown = Grown()
        self._found: list[FileReport] = []
        self._rows = 0

    def read(self, path: Path) -> None:
        """Take up the rows of a file."""
        source, done, before, lost = str(path), len(self._found) / self._files, self._rows, [0]

        def lose(code: str, number: int, raw: str) -> None:
            lost[0] += 1
            self._tally.line(source, DROPPED, code, number, raw)

        wanted = Wanted(
            groups=self._needed(),
            settings=self._profile.file,
            lost=lose,
            mended=lambda code, number, raw: self._tally.line(source, REPAIRED, code, number, raw),
            reached=lambda share: self._progress(done + share / self._files),
        )
        found, blocks = file_blocks(path, wanted, self._encoding)
        for block in blocks:
            columns, rows = self._converter.convert(block)
            columns = _SETTLE[self._profile.kind](columns, rows, self._converter)
            self._converter.each_once(columns, rows)
            kept = rows.kept
            rows.tell(self._tally)
            self._rows += block.numbers.size
            self._grown.add(
                {name: _compact(values[kept]) for name, values in columns.items() if ":" not in name}
            )
        self._rows += lost[0]
        self._found.append(_file_report(found, self._rows - before))

    def _needed(self) -> tuple[tuple[str, ...], ...]:
        picks = [*self._profile.columns.values(), *self._profile.extra.values()]
        groups = [group for pick in picks if not pick.optional for group in file_columns(pick)]
        groups += [(column,) for rule in self._profile.rules for column in rule.when]
        return tuple(dict.fromkeys(groups))

    def finished(self) -> Records:
        """Everything that was read."""
        kept = self._rows - self._tally.dropped
        if not kept:
            raise RecordsError(self._nothing())
        columns = self._grown.whole()
        assembly = Assembly(self._profile, columns, self._converter.names, self._tally)
        per_interval: Columns = {}
        if self._profile.kind == "calls":
            draft = calls.assemble(assembly)
        elif self._profile.kind == "requests":
            draft = requests.assemble(assembly)
        elif self._profile.kind == "events":
            assembly, draft = events.assemble(assembly)
        else:
            per_interval = counts.per_interval(assembly)
            assembly, draft = counts.assemble(assembly, per_interval)
        log, extra = finish(assembly, draft)
        arrival = log.tickets["arrival"]
        arrival if arrival.size else np.array([log.meta.start, log.meta.end])
        arrival = log.tickets["arrival"]
        covered = arrival if arrival.size else np.array([log.meta.start, log.meta.end])
        report = Report(
            profile=self._profile.name,
            kind=self._profile.kind,
            rows=self._rows,
            kept=kept,
            tickets=log.tickets["arrival"].size,
            first=int(covered[0]),
            last=int(covered[-1]),
            counts=self._tally.counts,
            files=tuple(self._found),
            shares=_shares(extra),
            unknown=log.meta.unknown,
        )
        self._progress(1.0)
        return Records(log, extra, per_interval, self._tally.frame(), report, self._profile)

    def _nothing(self) -> str:
        files = ", ".join(file.name for file in self._found)
        why = "; ".join(f"{count.text()} ({count.number})" for count in self._tally.counts[:3])
        return f"{files}: holds no row that can be used{': ' + why if why else ''}"


def _compact(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Numbers of names take half the room; ticks need all of it."""
    if values.dtype == np.int64 and values.size and values.max() < 2**31 and values.min() >= UNKNOWN:
        return values.astype(np.int32)
    return values


def _file_report(found: Found, rows: int) -> FileReport:
    return FileReport(name=found.source, format=found.format, encoding=found.encoding, rows=rows)


def _shares(extra: Columns) -> dict[str, float]:
    """Shares of tickets, among those of which it is known: reassigned, reopened, on time."""
    shares = {}
    for name, column in (("reassigned", "reassignments"), ("reopened", "reopened"), ("on_time", "on_time")):
        if column in extra:
            known = extra[column][extra[column] != UNKNOWN]
            if known.size:
                shares[name] = float(np.mean(known > 0))
    return shares
