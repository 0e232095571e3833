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
    "blocked_rate": entry(
        "phone",
        "calls that found no line",
        "遇忙率",
        "calls that found all lines taken / offered calls",
        "线路全忙、未能进入排队的来电 / 呼入量",
    ),
    "helped_rate": entry(
        "phone",
        "calls taken by a team that helps",
        "溢出支援率",
        "calls answered by a team that only helps / answered calls",
        "由支援班组接听的来电 / 接通的来电",
    ),
    "chasers_share": entry(
        "phone",
        "calls about open tickets",
        "催单来电占比",
        "answered calls about the caller's own open ticket / answered calls",
        "接通的催单来电 / 接通的来电",
    ),
    "duplicates": entry(
        "requests",
        "second tickets about the same matter",
        "重复建单量",
        "tickets made in the window about a matter with an open ticket",
        "统计期内就同一在办事项另行生成的工单",
    ),
    "repeat_calls_share": entry(
        "phone",
        "repeat calls",
        "重复来电占比",
        "answered calls about a ticket closed without a solution / answered calls",
        "接通的、反映已办结但未解决事项的来电 / 接通的来电",
    ),
    "repeat_reopened_rate": entry(
        "opinion",
        "repeat calls after which work begins again",
        "重复来电重新办理率",
        "repeat calls after which the unit works again / repeat calls answered",
        "重新交办的重复来电 / 接通的重复来电",
    ),
    "ratings_given": entry(
        "opinion",
        "ratings",
        "评价量",
        "ratings given in the window",
        "统计期内群众作出的评价",
    ),
    "rating_bad_share": entry(
        "opinion",
        "bad ratings",
        "差评率",
        "bad ratings / ratings",
        "差评 / 全部评价",
    ),
    "rectified_on_time_rate": entry(
        "opinion",
        "bad ratings rectified on time",
        "差评按期整改率",
        "bad ratings rectified by their time limit / bad ratings with that limit in the window",
        "期限内完成整改的差评 / 整改期限在统计期内的差评",
    ),
    "three_party_rate": entry(
        "requests",
        "three-party rate",
        "三方通话直接答复占比",
        "calls of the window that were settled together with a unit / direct answers",
        "统计期内经三方通话当场解答的来电 / 直接答复的诉求",
    ),
    "quick_service_replies": entry(
        "reply",
        "replies given at the counter",
        "限时办答复量",
        "replies that the counter gave in the window, those after work done again included",
        "统计期内限时办窗口给出的答复，含重办后的答复",
    ),
    "quick_service_breach_rate": entry(
        "reply",
        "breaches of the limit at the counter",
        "限时办超时率",
        "visits to the counter not ended within their limit / those whose limit ends in the window",
        "未在限时内办结的窗口办理 / 限时在统计期内到期的窗口办理",
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
        "hours of those who are not absent, of the handlers at the desks of all units, in the window",
        "统计期内各承办单位承办人员（不含乡镇）实际在岗（扣除缺勤）的总时数",
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
        "tickets whose deadline was moved, hard cases with a later one included / tickets whose first "
        "deadline lies in the window",
        "时限后移（获准延期，或按疑难件另定时限）的工单 / 原时限在统计期内到期的工单",
    ),
    "on_time_closure_rate_original": entry(
        "units",
        "on-time closure rate, by the first deadline",
        "按原时限办结率",
        "tickets replied to by their deadline before it was moved / tickets with that deadline in the window",
        "按原时限答复的工单 / 原时限在统计期内到期的工单",
    ),
    "overdue_notices": entry(
        "units",
        "overdue notices",
        "逾期催办件数",
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
    "mediation_cases": entry(
        "disputes",
        "mediations",
        "调解案件",
        "disputes whose mediation ended in the window, diverted complaints included",
        "统计期内调解结束的矛盾纠纷（含由投诉转入的）",
    ),
    "mediation_success_rate": entry(
        "disputes",
        "mediation success rate",
        "调解成功率",
        "disputes settled by mediation / mediations that ended in the window",
        "调解成功的矛盾纠纷 / 统计期内调解结束的矛盾纠纷",
    ),
    "mediation_time": entry(
        "disputes",
        "mediation time, mean",
        "平均调解用时",
        "days from being brought to mediators to the end, waiting included, of these mediations",
        "从提交调解到调解结束的天数（含等待时间），统计期内调解结束的矛盾纠纷",
    ),
    "mediator_load": entry(
        "disputes",
        "load of mediators",
        "调解员在手率",
        "time of disputes in hand / time of all mediators, day and night, in the window",
        "调解员手中有纠纷的时间 / 统计期内全部调解员的总时间（含夜间）",
    ),
    "disputes_prevented": entry(
        "disputes",
        "disputes prevented",
        "排查化解数",
        "disputes found by screening that would have been brought forward, or called about, in the window",
        "经排查提前化解、否则会在统计期内提交调解或来电投诉的矛盾纠纷",
    ),
    "petitions": entry(
        "disputes",
        "petitions",
        "信访量",
        "petitions in the window, by those whom nobody could help",
        "统计期内各环节均未能解决而引发的信访",
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
