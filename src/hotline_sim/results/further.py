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
    "hard_cases": entry(
        "disputes",
        "hard cases",
        "疑难件",
        "hard cases that leaders or a joint meeting finished in the window",
        "统计期内领导包案或会商办结的疑难件",
    ),
    "hard_case_success_rate": entry(
        "disputes",
        "hard-case success rate",
        "疑难件化解率",
        "hard cases settled / hard cases finished in the window",
        "化解成功的疑难件 / 统计期内办结的疑难件",
    ),
    "hard_case_time": entry(
        "disputes",
        "hard-case time, mean",
        "疑难件平均化解用时",
        "days from being found hard to the end, waiting for a leader or a meeting included, of hard cases "
        "finished in the window",
        "从认定为疑难件到办结的天数（含等待包案领导或会商的时间），统计期内办结的疑难件",
    ),
    "hard_cases_a_meeting": entry(
        "disputes",
        "hard cases a meeting",
        "每次会商化解件数",
        "hard cases that joint meetings finished in the window / joint meetings that ended in it",
        "会商办结的疑难件 / 统计期内结束的会商次数",
    ),
}
"""Further key figures by name, each in one of the groups of all figures."""
