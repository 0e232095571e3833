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
    "co_handled_rate": entry(
        "units",
        "co-handled rate",
        "协办率",
        "tickets with co-handlers / tickets that a unit accepted in the window",
        "有协办单位的工单 / 统计期内签收的工单",
    ),
    "extension_rate": entry(
        "units",
        "extension rate",
        "延期率",
        "tickets whose deadline was moved / tickets whose first deadline lies in the window",
        "获准延期的工单 / 原时限在统计期内到期的工单",
    ),
    "on_time_closure_rate_original": entry(
        "units",
        "on-time closure rate, by the first deadline",
        "按原时限办结率",
        "tickets replied to by their deadline before extension / tickets with that deadline in the window",
        "按延期前的时限答复的工单 / 原时限在统计期内到期的工单",
    ),
    "overdue_notices": entry(
        "units",
        "overdue notices",
        "超期督办件数",
        "tickets due in the window without a reply at their deadline, after any extension",
        "统计期内到期（含延期后时限）而到期时尚未答复的工单",
    ),
    "reminders": entry(
        "units",
        "reminders",
        "临期催办件数",
        "tickets without a reply when the stated share of their limit had passed, by their first deadline",
        "时限过去规定比例时尚未答复、原时限在统计期内到期的工单",
    ),
    "supervised_blue": entry(
        "units",
        "supervised, blue",
        "蓝色督办件数",
        "tickets due in the window without a reply when they turned blue",
        "统计期内到期、达到蓝色督办时尚未答复的工单",
    ),
    "supervised_orange": entry(
        "units",
        "supervised, orange",
        "橙色督办件数",
        "tickets due in the window without a reply when they turned orange",
        "统计期内到期、达到橙色督办时尚未答复的工单",
    ),
    "supervised_red": entry(
        "units",
        "supervised, red",
        "红色督办件数",
        "tickets due in the window without a reply when they turned red",
        "统计期内到期、达到红色督办时尚未答复的工单",
    ),
}
"""Further key figures by name, each in one of the groups of all figures."""
