"""Turns marked functions into machine code, once per version of their sources.

Numba's disk cache does not notice a change in a function that is called from another file. The cache
folder is therefore named by a digest of every source that can be compiled. With ``NUMBA_DISABLE_JIT=1``
nothing is compiled: the same functions run as plain Python, slowly, and give the same results.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import stat
import sys
import tempfile
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from hotline_sim.compiled import MARKED
from hotline_sim.engines.core.inlining import teach
from hotline_sim.engines.core.prefetch import teach_prefetch
from hotline_sim.network.layout import SPACED

if TYPE_CHECKING:
    from collections.abc import Callable

Kernel = TypeVar("Kernel", bound="Callable[..., Any]")

_SOURCES = ("clock", "network", "rules", "engines/core")
"""Folders whose functions may end up in machine code."""


def compiled_kernel(function: Kernel) -> Kernel:
    """Machine code of a kernel, compiled on its first call and kept on disk.

    Parameters
    ----------
    function : callable
        Plain function on numbers, arrays and named tuples of them; it may call marked functions.

    Returns
    -------
    callable
        The same signature. It holds no lock on the interpreter while it runs.
    """
    numba = _numba()
    kernel: Kernel = numba.njit(cache=True, nogil=True, _nrt=False, no_cfunc_wrapper=True)(function)
    return kernel


def is_switched_off() -> bool:
    """Whether compilation is switched off, so that everything runs as plain Python."""
    return bool(_numba().config.DISABLE_JIT)


def announce() -> None:
    """Say on a terminal that the first compilation takes a while; nothing once it is on disk."""
    numba = _numba()
    folder = Path(numba.config.CACHE_DIR)
    if numba.config.DISABLE_JIT or any(folder.rglob("*advance*.nbi")) or not sys.stderr.isatty():
        return
    sys.stderr.write("hotline-sim: compiling the core, once for this version (half a minute) ...\n")
    sys.stderr.flush()


def sources_digest() -> str:
    """Digest of all sources that can be compiled, and of what compiles them."""
    import numba
    import numpy as np

    digest = hashlib.sha256(f"{numba.__version__} {np.__version__} {sys.version}".encode())
    package = Path(__file__).parents[2]
    for folder in _SOURCES:
        for path in sorted((package / folder).glob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def _numba() -> Any:
    """Numba, with its cache folder set and every marked function known to it."""
    numba = import_module("numba")
    numba.config.CACHE_DIR = str(_cache_folder() / sources_digest())
    for folder in ("clock.calendar", "rules.journey", "engines.core.loop"):
        import_module(f"hotline_sim.{folder}")
    if not numba.config.DISABLE_JIT:
        import_module("hotline_sim.engines.core.references").teach_references(_held_by_address())
        teach_prefetch()
        teach(MARKED)
    return numba


def _held_by_address() -> dict[type, frozenset[str]]:
    """The named tuples that kernels get from outside, and their fields that are columns of records."""
    from hotline_sim.engines.core.queue import Slots
    from hotline_sim.engines.core.rows import Rows
    from hotline_sim.engines.core.station import Stations
    from hotline_sim.engines.core.summary import Summary
    from hotline_sim.network.columns import Draws
    from hotline_sim.network.network import Tables
    from hotline_sim.rules.ledger import Ledger

    plain = dict.fromkeys((Tables, Stations, Slots, Ledger, Rows, Summary), frozenset[str]())
    return {**plain, Draws: SPACED}


def _cache_folder() -> Path:
    chosen = os.environ.get("HOTLINE_SIM_CACHE_DIR") or os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(base) / "hotline-sim" / "compiled"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    user = os.getuid() if hasattr(os, "getuid") else getpass.getuser()
    return _private_folder(Path(tempfile.gettempdir()) / f"hotline-sim-compiled-{user}")


def _private_folder(folder: Path) -> Path:
    """A folder that nobody else can write to, since what lies there is loaded as code; else a new one."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
        own = not hasattr(os, "getuid") or status.st_uid == os.getuid()
        if own and stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o022:
            return folder
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="hotline-sim-compiled-"))
