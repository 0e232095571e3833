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
    "staffed_hours_phone": entry(
        "phone",
        "hours of operators on duty",
        "话务在岗时数",
        "hours of those who are not absent, of all teams that take calls, in the window",
        "统计期内接听班组实际在岗（扣除缺勤）的总时数",
    ),
    "staffed_hours_units": entry(
        "units",
        "hours of handlers on duty",
        "承办人员在岗时数",
        "hours of those who are not absent, of the handlers of all units, in the window",
        "统计期内各承办单位承办人员实际在岗（扣除缺勤）的总时数",
    ),
}
"""Further key figures by name, each in one of the groups of all figures."""
