"""Definitions of the key figures in one sentence each, in English and Chinese: numerator over denominator.

How they are computed is in :mod:`~hotline_sim.results.kpis`; those of further mechanisms are defined in
:mod:`~hotline_sim.results.further`; how a table or a figure asks for a name is in
:mod:`~hotline_sim.results.names`.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Wording(NamedTuple):
    """One text in two languages."""

    en: str
    """English."""
    zh: str
    """Chinese."""

    def text(self, lang: str) -> str:
        """Text in a language.

        Raises
        ------
        ValueError
            If the language is neither ``"en"`` nor ``"zh"``.
        """
        if lang not in self._fields:
            raise ValueError(f'lang: got {lang!r}, must be "en" or "zh"')
        return self.en if lang == "en" else self.zh


class Entry(NamedTuple):
    """Name, definition and place of one key figure."""

    group: str
    """Key of GROUPS."""
    name: Wording
    definition: Wording
    """Numerator over denominator, and whose tickets count."""


def entry(group: str, en: str, zh: str, definition_en: str, definition_zh: str) -> Entry:
    """One entry from its texts."""
    return Entry(group, Wording(en, zh), Wording(definition_en, definition_zh))


def _quantile(percent: int) -> Entry:
    return entry(
        "reply",
        f"response time, {percent} % quantile",
        f"响应时长{percent}%分位数",
        f"time from arrival to first reply that {percent} % of requests do not exceed, open ones last",
        f"{percent}%的受理诉求从来件到首次答复所用时长不超过此值；未答复的排在最后",
    )


ENTRIES: Final[dict[str, Entry]] = {
    "requests_offered": entry(
        "requests",
        "requests offered",
        "来件总量",
        "callers and writers who arrived in the window, invalid contacts included",
        "统计期内来电、来件的人次，含无效来电；重拨不另计",
    ),
    "requests_abandoned": entry(
        "requests",
        "given up for good",
        "最终放弃量",
        "callers who arrived in the window and gave up without calling again",
        "统计期内来电、放弃等待且不再拨打的人次",
    ),
    "requests_invalid": entry(
        "requests",
        "invalid contacts",
        "无效来电量",
        "contacts that arrived in the window and turned out to be no request",
        "统计期内接听后判定为无效的来电、来件",
    ),
    "requests_pending": entry(
        "requests",
        "still at intake",
        "待受理量",
        "contacts that arrived in the window and were still waiting or about to call again at the horizon",
        "统计期内来件、截止时仍在排队或将要重拨的人次",
    ),
    "requests_accepted": entry(
        "requests",
        "requests accepted",
        "受理量",
        "requests that arrived in the window and were answered directly or recorded as a ticket",
        "统计期内来件并直接答复或生成工单的诉求",
    ),
    "direct_answer_rate": entry(
        "requests",
        "direct-answer rate",
        "直接答复率",
        "requests answered at intake / accepted requests, by arrival",
        "直接答复的诉求 / 受理诉求，按来件时间统计",
    ),
    "first_contact_resolution_rate": entry(
        "requests",
        "first-contact resolution rate",
        "首呼解决率",
        "requests answered at intake in the first call or message / accepted requests, by arrival",
        "首次来电、来件即直接答复的诉求 / 受理诉求，按来件时间统计",
    ),
    "tickets_dispatched": entry(
        "requests",
        "tickets dispatched",
        "派单量",
        "requests that arrived in the window and went to a unit, each counted once",
        "统计期内来件并派往承办单位的工单，每件计一次",
    ),
    "tickets_open_at_horizon": entry(
        "requests",
        "tickets without a reply at the end",
        "截止时未答复量",
        "tickets that arrived in the window and had no reply when the simulation ended",
        "统计期内来件、模拟截止时尚未答复的工单",
    ),
    "reply_rate": entry(
        "reply",
        "reply rate",
        "回复率",
        "accepted requests with a reply in the end / accepted requests, by arrival",
        "最终得到答复的诉求 / 受理诉求，按来件时间统计",
    ),
    "reply_rate_within_deadline": entry(
        "reply",
        "reply rate within the deadline",
        "按期回复率",
        "accepted requests replied to by their deadline, or directly / accepted requests, by arrival",
        "按期答复的诉求（含直接答复）/ 受理诉求，按来件时间统计",
    ),
    "reply_rate_within_deadline_tickets": entry(
        "reply",
        "the same, tickets only",
        "工单按期回复率",
        "tickets replied to by their deadline / tickets, by arrival",
        "按期答复的工单 / 全部工单，按来件时间统计",
    ),
    "urgent_reply_rate_within_1h": entry(
        "reply",
        "urgent reply rate within one hour",
        "紧急工单1小时回复率",
        "urgent tickets replied to within an hour of arrival / urgent tickets, by arrival",
        "来件后1小时内答复的紧急工单 / 紧急工单，按来件时间统计",
    ),
    "response_time_mean": entry(
        "reply",
        "mean response time",
        "平均响应时长",
        "time from arrival to first reply / accepted requests with a reply, by arrival",
        "从来件到首次答复的总时长 / 已答复的受理诉求，按来件时间统计",
    ),
    **{f"response_time_p{percent}": _quantile(percent) for percent in (50, 90, 95, 99)},
    "handling_time_mean": entry(
        "reply",
        "mean handling time",
        "平均办理时长",
        "working time from first dispatch to first reply / tickets with a reply, by arrival",
        "从首次派单到首次答复的工作时长 / 已答复的工单，按来件时间统计",
    ),
    "calls_offered": entry(
        "phone",
        "calls offered",
        "呼入量",
        "calls of the window: redials, calls about own tickets and calls that found no line included",
        "统计期内拨入人工服务的来电，含重拨、催单、重复来电与遇忙",
    ),
    "redials": entry(
        "phone",
        "redials",
        "重拨量",
        "calls of the window by people who had given up before",
        "统计期内放弃后再次拨打的来电",
    ),
    "answer_rate": entry(
        "phone",
        "answer rate",
        "接通率",
        "answered calls / offered calls",
        "接通的来电 / 呼入量",
    ),
    "abandonment_rate": entry(
        "phone",
        "abandonment rate",
        "放弃率",
        "abandoned calls / offered calls",
        "放弃的来电 / 呼入量",
    ),
    "service_level_15s": entry(
        "phone",
        "answered within 15 s, of offered",
        "15秒接通率（占呼入）",
        "calls answered within 15 s / offered calls",
        "15秒内接通的来电 / 呼入量",
    ),
    "service_level_15s_of_answered": entry(
        "phone",
        "answered within 15 s, of answered",
        "15秒接通率（占接通）",
        "calls answered within 15 s / answered calls",
        "15秒内接通的来电 / 接通的来电",
    ),
    "service_level_30s": entry(
        "phone",
        "answered within 30 s, of offered",
        "30秒接通率（占呼入）",
        "calls answered within 30 s / offered calls",
        "30秒内接通的来电 / 呼入量",
    ),
    "mean_speed_of_answer": entry(
        "phone",
        "mean speed of answer",
        "平均等待时长",
        "waiting time of answered calls / answered calls",
        "接通来电的等待总时长 / 接通的来电",
    ),
    "occupancy": entry(
        "phone",
        "occupancy of operators",
        "话务员工时利用率",
        "busy hours / staffed hours of the teams that take live calls",
        "接听班组的忙碌工时 / 在岗工时",
    ),
    "occupancy_daytime": entry(
        "phone",
        "occupancy, working days 8 to 18 h",
        "工作日8至18时工时利用率",
        "busy hours / staffed hours of the same teams on working days from 8 to 18 h",
        "工作日8时至18时接听班组的忙碌工时 / 在岗工时",
    ),
    "return_rate": entry(
        "units",
        "return rate",
        "退单率",
        "dispatches that the unit returned / dispatches, by the time of the dispatch",
        "被退回的派单 / 全部派单，按派单时间统计",
    ),
    "signed_on_time_rate": entry(
        "units",
        "signed-on-time rate",
        "按时签收率",
        "receipts accepted or returned within the limit / receipts whose limit ends in the window",
        "限时内签收或退回的派单 / 签收时限在统计期内到期的派单",
    ),
    "on_time_closure_rate": entry(
        "units",
        "on-time closure rate",
        "按期办结率",
        "tickets replied to by their deadline / tickets due in the window; open overdue ones are late",
        "按期答复的工单 / 统计期内到期的工单；逾期未办结的计为逾期",
    ),
    "utilisation_units": entry(
        "units",
        "utilisation of handlers",
        "承办人员工时利用率",
        "busy hours / staffed hours of the units' desks in their working hours; no centres or townships",
        "承办单位工作时间内的忙碌工时 / 在岗工时；不含二级派单中心与乡镇",
    ),
    "backlog_start": entry(
        "units",
        "backlog at the start",
        "期初在办量",
        "tickets recorded and not yet replied to when the window begins",
        "统计期开始时已生成而未答复的工单",
    ),
    "backlog_end": entry(
        "units",
        "backlog at the end",
        "期末在办量",
        "tickets recorded and not yet replied to when the window ends",
        "统计期结束时已生成而未答复的工单",
    ),
    "backlog_max": entry(
        "units",
        "largest backlog",
        "最大在办量",
        "most tickets recorded and not yet replied to at any time of the window",
        "统计期内任一时刻已生成而未答复工单的最大值",
    ),
    "callback_reached_rate": entry(
        "opinion",
        "call-back reach rate",
        "回访接通率",
        "rounds of calls in which the citizen was reached / rounds that began in the window",
        "联系到群众的回访轮次 / 统计期内开始的回访轮次",
    ),
    "outbound_per_inbound": entry(
        "opinion",
        "call-backs per call",
        "外呼与呼入比",
        "answered calls back / answered calls of citizens",
        "接通的回访 / 接通的来电",
    ),
    "solved_rate": entry(
        "opinion",
        "solved rate",
        "解决率",
        "citizens who say that it is solved / citizens reached by call-back in the window",
        "表示已解决的群众 / 统计期内有效回访的群众",
    ),
    "satisfaction_rate": entry(
        "opinion",
        "satisfaction rate",
        "满意率",
        "satisfied citizens / citizens reached by call-back in the window",
        "表示满意的群众 / 统计期内有效回访的群众",
    ),
    "dissatisfaction_rate": entry(
        "opinion",
        "dissatisfaction rate",
        "不满意率",
        "dissatisfied citizens / citizens reached by call-back in the window",
        "表示不满意的群众 / 统计期内有效回访的群众",
    ),
    "solved_rate_true": entry(
        "opinion",
        "solved in truth",
        "真实解决率",
        "tickets whose last reply solved the problem / tickets with a reply, called back or not, by arrival",
        "最后一次答复实际解决问题的工单 / 已答复的工单（无论是否回访），按来件时间统计",
    ),
    "satisfaction_rate_true": entry(
        "opinion",
        "satisfied in truth",
        "真实满意率",
        "tickets whose citizen is satisfied with the last reply / tickets with a reply, by arrival",
        "群众对最后一次答复实际满意的工单 / 已答复的工单（无论是否回访），按来件时间统计",
    ),
    "reopened_rate": entry(
        "opinion",
        "redo rate",
        "重办率",
        "tickets with work ordered again after a call-back or repeat call / tickets with a reply, by arrival",
        "回访或重复来电后重办的工单 / 已答复的工单，按来件时间统计",
    ),
    "first_time_closure_rate": entry(
        "opinion",
        "closed in one go",
        "一次办结率",
        "tickets neither returned nor done again / tickets with a reply, by arrival",
        "未退单也未重办的工单 / 已答复的工单，按来件时间统计",
    ),
}
"""Every key figure, in the order of :data:`hotline_sim.results.kpis.KPIS`."""
