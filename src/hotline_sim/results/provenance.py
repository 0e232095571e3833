"""Where a result comes from: scenario, key of the draws, engine, versions and machine.

Written beside every result by :mod:`~hotline_sim.results.store`. The scenario arrives as text, so that
nothing here depends on how scenarios are read.
"""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from hotline_sim.results.log import TicketLog

PACKAGES: Final = (
    "hotline-sim",
    "numpy",
    "scipy",
    "simpy",
    "numba",
    "pandas",
    "pyarrow",
    "matplotlib",
    "chinesecalendar",
)
"""Packages whose release may move a number or a byte of a result."""


def provenance(
    log: TicketLog, *, scenario_text: str, scenario_digest: str, core_digest: str | None = None
) -> dict[str, Any]:
    """Everything needed to make the same log again.

    Parameters
    ----------
    log : TicketLog
        The result.
    scenario_text : str
        Scenario in its canonical form.
    scenario_digest : str
        Digest of that text.
    core_digest : str, optional
        Digest of the sources that were compiled, and of their compiler, if the compiled core made the log.

    Returns
    -------
    dict
        Plain values for JSON; the same on every call on one machine.
    """
    meta = log.meta
    core = {} if core_digest is None else {"core_digest": core_digest}
    return {
        "schema_version": meta.schema_version,
        "scenario": meta.scenario,
        "scenario_digest": scenario_digest,
        "seed": meta.seed,
        "replication": meta.replication,
        "engine": meta.engine,
        **core,
        "window": [_iso(meta.start), _iso(meta.end)],
        "horizon": _iso(meta.horizon),
        "versions": versions(),
        "machine": machine(),
        "scenario_text": scenario_text,
    }


def versions() -> dict[str, str]:
    """Release of Python and of each package that matters; empty where one is not installed."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = ""
    return found


def machine() -> dict[str, Any]:
    """Kind of machine, and the features of its processor that NumPy uses.

    Logarithms and powers differ in the last bit between processors with and without some of these. After
    rounding to whole ticks that moves a duration very rarely, but it can.
    """
    return {"system": platform.system(), "processor": platform.machine(), "simd": _simd()}


def _simd() -> list[str]:
    config = np.show_config(mode="dicts") or {}
    extensions = config.get("SIMD Extensions", {})
    return sorted({*extensions.get("baseline", []), *extensions.get("found", [])})


def _iso(tick: int) -> str:
    return str(np.datetime64(tick, "ms"))
