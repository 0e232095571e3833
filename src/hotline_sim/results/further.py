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
    "three_party_rate": entry(
        "requests",
        "three-party rate",
        "三方通话直接答复占比",
        "calls of the window that were settled together with a unit / direct answers",
        "统计期内经三方通话当场解答的来电 / 直接答复的诉求",
    ),
    "enterprise_requests": entry(
        "requests",
        "enterprises' requests accepted",
        "企业诉求受理量",
        "requests of enterprises that arrived in the window and were answered directly or recorded",
        "统计期内来件并直接答复或生成工单的企业诉求",
    ),
    "enterprise_reply_rate_within_deadline": entry(
        "reply",
        "enterprises' tickets replied to within the deadline",
        "企业工单按期回复率",
        "tickets of enterprises replied to by their deadline / tickets of enterprises, by arrival",
        "按期答复的企业工单 / 全部企业工单，按来件时间统计",
    ),
    "enterprise_response_time_mean": entry(
        "reply",
        "mean response time of enterprises' tickets",
        "企业工单平均响应时长",
        "time from arrival to first reply / tickets of enterprises with a reply, by arrival",
        "企业工单从来件到首次答复的总时长 / 已答复的企业工单，按来件时间统计",
    ),
    "enterprise_escalation_rate": entry(
        "units",
        "escalation rate",
        "企业工单提级率",
        "tickets brought before the mayor's office / tickets of enterprises with a reply, by arrival",
        "提级至市长办公室的工单 / 已答复的企业工单，按来件时间统计",
    ),
    "enterprise_mean_speed_of_answer": entry(
        "phone",
        "mean speed of answer to enterprises",
        "企业来电平均等待时长",
        "waiting time of enterprises' answered calls / their answered calls",
        "接通的企业来电的等待总时长 / 接通的企业来电",
    ),
    "pass_on_time_mean": entry(
        "units",
        "time until passed on",
        "二级派单时长",
        "mean time from receipt at a unit until its centre has passed the ticket on, by the end of that",
        "承办单位签收至其中心转派的平均时长，按转派时间统计",
    ),
    "village_rate": entry(
        "units",
        "settled in the village",
        "村级办结率",
        "tickets that the village settles / tickets passed on, by the time of that",
        "由村（社区）办结的工单 / 二级派单的工单，按转派时间统计",
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
