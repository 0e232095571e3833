"""Names and definitions of the key figures that only scenarios with further mechanisms have.

What they are made of is in :mod:`~hotline_sim.results.passages`; the figures of every scenario are defined in
:mod:`~hotline_sim.results.definitions`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hotline_sim.results.definitions import entry

if TYPE_CHECKING:
    from hotline_sim.results.definitions import Entry

FURTHER: Final[dict[str, Entry]] = {
    "automatic_dispatch_rate": entry(
        "units",
        "automatic-dispatch rate",
        "智能派单率",
        "dispatches by the system, past the desk / dispatches, by the time of the dispatch",
        "系统自动派单（不经派单席）/ 全部派单，按派单时间统计",
    ),
}
"""Further key figures by name, each in one of the groups of all figures."""
