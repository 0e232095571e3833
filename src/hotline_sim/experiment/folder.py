"""The directory of a sweep: whose it is, who works on it, and its final files.

``manifest.json`` says what the sweep is, ``chunks/`` holds what is done, ``sweep.parquet`` and
``failures.json`` the result. Chunk files themselves are the subject of ``chunks.py``.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from hotline_sim.errors import ResultError
from hotline_sim.experiment.chunks import PART, write_whole
from hotline_sim.experiment.plan import LARGEST
from hotline_sim.experiment.runs import ENGINE
from hotline_sim.results.provenance import machine, versions
from hotline_sim.scenario.write import digest, to_toml, toml_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from hotline_sim.experiment.design import Design
    from hotline_sim.experiment.runs import Failure
    from hotline_sim.scenario.schema import Scenario

SCHEMA_VERSION: Final = "1"
MANIFEST: Final = "manifest.json"
CHUNKS: Final = "chunks"
TABLE: Final = "sweep.parquet"
FAILURES: Final = "failures.json"

TELLING: Final = ("hotline-sim", "numpy", "scipy", "chinesecalendar")
"""Packages whose release may move a number: a sweep or study is finished with those it was begun with."""


def manifest_of(scenario: Scenario, design: Design, *, seed: int, replications: int) -> dict[str, Any]:
    """What a sweep is: scenario, design, seed, engine, versions and machine.

    Returns
    -------
    dict
        Plain values for JSON. ``sweep`` is the digest of all that its numbers depend on; the number of
        replications is not among it, so that a sweep can be given more of them.
    """
    found = versions()
    about = {
        "schema_version": SCHEMA_VERSION,
        "scenario_digest": digest(scenario),
        "seed": seed,
        "engine": ENGINE,
        "design_digest": design.digest,
        "largest_chunk": LARGEST,
        "versions": {package: found[package] for package in TELLING},
    }
    text = json.dumps(about, sort_keys=True)
    return {
        "kind": "sweep",
        "sweep": hashlib.sha256(text.encode()).hexdigest(),
        **about,
        "scenario": scenario.name,
        "replications": replications,
        "design": {
            "method": design.method,
            "keys": list(design.keys),
            "points": [[point.id, *map(_json_value, point.values)] for point in design.points],
        },
        "versions": found,
        "machine": machine(),
        "scenario_text": to_toml(scenario),
    }


def _json_value(value: object) -> object:
    return value if isinstance(value, bool | int | float | str) else toml_value(value)


@contextmanager
def opened(folder: Path, manifest: dict[str, Any]) -> Iterator[Path]:
    """Open the directory of a sweep, new or begun before, for one process alone.

    Parameters
    ----------
    folder : Path
        Absolute; made if it does not exist.
    manifest : dict
        From :func:`manifest_of`.

    Yields
    ------
    Path
        Folder of chunks within it.

    Raises
    ------
    ResultError
        If the directory is another sweep's or no sweep's, another process works on it, or it cannot be
        written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise ResultError(f"{folder}: exists and is no directory; choose another name") from None
    except OSError as error:
        raise ResultError(f"{folder}: cannot be made: {error.strerror or error}") from error
    with locked(folder):
        known = _known(folder)
        if known is None:
            _write_json(folder / MANIFEST, manifest)
        else:
            _check_same(folder, known, manifest)
            if known["replications"] != manifest["replications"]:
                # All else stays as it was begun, the machine included.
                _write_json(folder / MANIFEST, {**known, "replications": manifest["replications"]})
        chunks = folder / CHUNKS
        chunks.mkdir(exist_ok=True)
        for leftover in folder.glob(f".*{PART}"):
            leftover.unlink(missing_ok=True)
        yield chunks


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the directory; the system lets go of it when the process ends, however it ends.

    Raises
    ------
    ResultError
        If another process holds it.
    """
    try:
        import fcntl
    except ImportError:  # Windows cannot lock a directory: there nobody is kept out
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ResultError(f"{folder}: another process is working on it; wait for that") from None
        except OSError:
            pass  # a network disk without locks
        yield
    finally:
        os.close(handle)


def _known(folder: Path) -> dict[str, Any] | None:
    """Manifest of a sweep that was begun here; None if the directory is empty."""
    path = folder / MANIFEST
    if not path.is_file():
        if any(not entry.name.endswith(PART) for entry in folder.iterdir()):
            raise ResultError(f"{folder}: is not empty and no sweep directory (it has no {MANIFEST})")
        return None
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        is_sweep = known["kind"] == "sweep" and isinstance(known["sweep"], str) and known["replications"] >= 1
    except (ValueError, KeyError, TypeError):
        is_sweep = False
    if not is_sweep:
        raise ResultError(f"{folder}: its {MANIFEST} is damaged or no sweep's; choose another directory")
    return dict(known)


def _check_same(folder: Path, known: dict[str, Any], manifest: dict[str, Any]) -> None:
    if known["sweep"] == manifest["sweep"]:
        return
    found = []
    if known.get("scenario_digest") != manifest["scenario_digest"]:
        found.append(f"its scenario ({known.get('scenario')}) is another, or was changed since")
    if known.get("design_digest") != manifest["design_digest"]:
        points = len(known.get("design", {}).get("points", ()))
        found.append(f"its design is another, of {points} points")
    if known.get("seed") != manifest["seed"]:
        found.append(f"its seed is {known.get('seed')}")
    for package in TELLING:
        old, new = known.get("versions", {}).get(package), manifest["versions"][package]
        if old != new:
            found.append(f"it was begun with {package} {old}, this is {new}")
    reason = "; ".join(found) or "it was begun by another release"
    raise ResultError(f"{folder}: holds another sweep: {reason}; choose another directory")


def write_result(folder: Path, table: Any, failures: Sequence[Failure], design: Design) -> None:
    """Write the final table and the list of failures.

    Raises
    ------
    ResultError
        If they cannot be written.
    """
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", row_group_size=1 << 17)
    _write_json(folder / FAILURES, [_failure(failure, design) for failure in failures])
    write_whole(folder / TABLE, buffer.getvalue())


def _failure(failure: Failure, design: Design) -> dict[str, Any]:
    point = design.points[failure.point]
    values = {key: _json_value(value) for key, value in design.changes(point).items()}
    return {**failure._asdict(), "id": point.id, "values": values}


def _write_json(path: Path, values: Any) -> None:
    text = json.dumps(values, ensure_ascii=False, indent=2, allow_nan=False)
    write_whole(path, f"{text}\n".encode())
