"""Replications that are done, kept on disk, so that a study that was interrupted goes on where it was.

The files are those of a sweep (``chunks.py``), each with some replications of all scenarios of the study; who
runs what is left is the subject of ``study.py``.
"""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hotline_sim.clock.ticks import tick_of
from hotline_sim.errors import ResultError
from hotline_sim.experiment.chunks import find_chunks, read_chunk, write_chunk
from hotline_sim.experiment.folder import TELLING, locked
from hotline_sim.experiment.runs import row_of
from hotline_sim.experiment.study import Ran
from hotline_sim.results.provenance import versions
from hotline_sim.results.view import Kpi
from hotline_sim.scenario.write import digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotline_sim.engines.simulate import EngineName
    from hotline_sim.scenario.schema import Scenario

EVERY: Final = 1.0
"""Seconds between two files: little is lost, and a study of quick runs is not held up by the disk."""

_ENGINE: Final = "engine"


class Kept:
    """Replications of one study that are done.

    Parameters
    ----------
    folder : Path
        Where their files are.
    scenarios : sequence of Scenario
        Of the study.
    name : str
        Digest of all that its numbers depend on.
    """

    def __init__(self, folder: Path, scenarios: Sequence[Scenario], name: str) -> None:
        self._folder = folder
        self._name = name
        self._windows = [(tick_of(one.run.start), tick_of(one.run.end)) for one in scenarios]
        self._found: dict[int, Ran] = {}
        self._new: dict[int, Ran] = {}
        self._written: float | None = None
        for file in find_chunks(folder, name).whole.values():
            self._found |= self._read(folder / file)

    def __len__(self) -> int:
        """Return how many replications are there from an earlier time."""
        return len(self._found)

    def take(self, replication: int) -> Ran | None:
        """What a replication found; None if it is still to be done."""
        return self._found.get(replication)

    def put(self, replication: int, ran: Ran) -> None:
        """Keep a replication; with the next one it is on disk, or a second later.

        Raises
        ------
        ResultError
            If it cannot be written.
        """
        self._new[replication] = ran
        if self._written is None:
            # Names of key figures are looked at after the first: should one be wrong, nothing is left behind.
            self._written = time.monotonic()
        elif time.monotonic() - self._written >= EVERY:
            self.write()

    def write(self) -> None:
        """Write what is not on disk."""
        if self._new:
            numbers = sorted(self._new)
            rows = [
                (number, [row_of(name, kpi) for name, kpi in kpis.items()])
                for replication in numbers
                for number, kpis in enumerate(self._new[replication].kpis, replication * self._parts)
            ]
            for replication in numbers:  # after the key figures of the scenarios, which engine found them
                engine = self._new[replication].engine
                rows.append(((replication + 1) * self._parts - 1, [(_ENGINE, None, None, None, engine)]))
            write_chunk(self._folder, f"{numbers[0]:06d}-{numbers[-1]:06d}", self._name, rows, ())
            self._new.clear()
        self._written = time.monotonic()

    @property
    def _parts(self) -> int:
        return len(self._windows) + 1

    def _read(self, path: Path) -> dict[int, Ran]:
        found: dict[int, list[dict[str, Kpi]]] = {}
        engines: dict[int, str] = {}
        for row in read_chunk(path).table.to_pylist():
            replication, place = divmod(row["point"], self._parts)
            kpis = found.setdefault(replication, [{} for _ in self._windows])
            if place == len(self._windows):
                engines[replication] = row["unit"]
                continue
            numbers = row["value"], row["numerator"], row["denominator"]
            kpis[place][row["kpi"]] = Kpi(*numbers, row["unit"], self._windows[place])
        return {replication: Ran(tuple(kpis), engines[replication]) for replication, kpis in found.items()}


@contextmanager
def kept(
    folder: str | Path | None, scenarios: Sequence[Scenario], *, seed: int, engine: EngineName
) -> Iterator[Kept | None]:
    """Open the folder of a study's replications, for one process alone; what is of another study is removed.

    Parameters
    ----------
    folder : path or None
        Made if it does not exist; None: nothing is kept.
    scenarios : sequence of Scenario
        Of the study, in order.
    seed : int
        Of its draws.
    engine : {"auto", "des", "core"}
        As asked for.

    Yields
    ------
    Kept or None
        What is there. At the end what is new is written, after an interruption too; after a ValueError the
        folder is taken away again if it is empty.

    Raises
    ------
    ResultError
        If the folder holds something else, another process works on it, or it cannot be written to.
    """
    if folder is None:
        yield None
        return
    place = Path(folder).absolute()
    made = [path for path in (place, *place.parents) if not path.exists()]
    try:
        place.mkdir(parents=True, exist_ok=True)
        strangers = [path.name for path in place.iterdir() if path.suffix not in (".parquet", ".part")]
    except OSError as error:
        raise ResultError(f"{place}: cannot be made: {error.strerror or error}") from error
    if strangers:
        raise ResultError(f"{place}: holds {strangers[0]} and is no folder of replications; choose another")
    with locked(place):
        found = Kept(place, scenarios, _digest(scenarios, seed, engine))
        try:
            yield found
        except ValueError:  # an argument that makes no sense
            for path in made:
                with suppress(OSError):
                    path.rmdir()
            raise
        except BaseException:
            found.write()
            raise
        found.write()


def _digest(scenarios: Sequence[Scenario], seed: int, engine: str) -> str:
    found = versions()
    about = {
        "kind": "study",
        "scenarios": [digest(scenario) for scenario in scenarios],
        "seed": seed,
        "engine": engine,
        "versions": {package: found[package] for package in TELLING},
    }
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()
