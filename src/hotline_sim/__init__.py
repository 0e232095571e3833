"""A simulator of a city's 12345 government hotline.

The door: :func:`load` a scenario, :func:`simulate` it, read its :func:`kpis`; :func:`replicate` it,
:func:`compare` several, :func:`sweep` over many.
:func:`build` gives the network of a scenario, :func:`draw` the random numbers of a replication, and
:func:`summarise` the KPIs of both without a log. Names are resolved on first use, so importing the package
is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hotline_sim import analytic as analytic
    from hotline_sim import core as core
    from hotline_sim.engines.core.key_figures import summarise as summarise
    from hotline_sim.engines.core.stream import summarise_blocks as summarise_blocks
    from hotline_sim.engines.simulate import simulate as simulate
    from hotline_sim.experiment.compare import compare as compare
    from hotline_sim.experiment.forecast import forecast as forecast
    from hotline_sim.experiment.goodness import goodness as goodness
    from hotline_sim.experiment.replicate import replicate as replicate
    from hotline_sim.experiment.sensitivity import sensitivity as sensitivity
    from hotline_sim.experiment.sweep import sweep as sweep
    from hotline_sim.experiment.verification.verify import Verification as Verification
    from hotline_sim.experiment.verification.verify import verify as verify
    from hotline_sim.fit.door import fit as fit
    from hotline_sim.network.absence import present as present
    from hotline_sim.network.build import build as build
    from hotline_sim.network.draws import draw as draw
    from hotline_sim.records.read import Records as Records
    from hotline_sim.records.read import read_records as read_records
    from hotline_sim.results.kpis import kpis as kpis
    from hotline_sim.results.log import TicketLog as TicketLog
    from hotline_sim.results.open_tickets import start_from as start_from
    from hotline_sim.results.store import load_log as load_log
    from hotline_sim.results.store import save as save
    from hotline_sim.scenario.load import load as load
    from hotline_sim.scenario.load import loads as loads
    from hotline_sim.scenario.schema import Scenario as Scenario
    from hotline_sim.scenario.write import to_toml as to_toml

_PLACES = {
    "load": "hotline_sim.scenario.load",
    "loads": "hotline_sim.scenario.load",
    "to_toml": "hotline_sim.scenario.write",
    "Scenario": "hotline_sim.scenario.schema",
    "build": "hotline_sim.network.build",
    "draw": "hotline_sim.network.draws",
    "present": "hotline_sim.network.absence",
    "simulate": "hotline_sim.engines.simulate",
    "kpis": "hotline_sim.results.kpis",
    "TicketLog": "hotline_sim.results.log",
    "Records": "hotline_sim.records.read",
    "read_records": "hotline_sim.records.read",
    "save": "hotline_sim.results.store",
    "start_from": "hotline_sim.results.open_tickets",
    "load_log": "hotline_sim.results.store",
    "summarise": "hotline_sim.engines.core.key_figures",
    "summarise_blocks": "hotline_sim.engines.core.stream",
    "sensitivity": "hotline_sim.experiment.sensitivity",
    "sweep": "hotline_sim.experiment.sweep",
    "forecast": "hotline_sim.experiment.forecast",
    "goodness": "hotline_sim.experiment.goodness",
    "verify": "hotline_sim.experiment.verification.verify",
    "Verification": "hotline_sim.experiment.verification.verify",
    "replicate": "hotline_sim.experiment.replicate",
    "compare": "hotline_sim.experiment.compare",
    "fit": "hotline_sim.fit.door",
}

__all__ = [
    "Records",
    "Scenario",
    "TicketLog",
    "Verification",
    "__version__",
    "analytic",
    "build",
    "compare",
    "core",
    "draw",
    "fit",
    "forecast",
    "goodness",
    "kpis",
    "load",
    "load_log",
    "loads",
    "present",
    "read_records",
    "replicate",
    "save",
    "sensitivity",
    "simulate",
    "start_from",
    "summarise",
    "summarise_blocks",
    "sweep",
    "to_toml",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("hotline-sim")
    if name in ("analytic", "core"):
        return import_module(f"hotline_sim.{name}")
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    msg = f"module 'hotline_sim' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted(__all__)
