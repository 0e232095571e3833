"""The words of the figures in English and Chinese, and durations as people write them.

Names of key figures and request classes come from :mod:`hotline_sim.results.names`; only what stands
nowhere but in a figure is here.
"""

from __future__ import annotations

from typing import Final

from hotline_sim.results.definitions import Wording
from hotline_sim.results.names import PARTS

WORDS: Final[dict[str, Wording]] = {
    "agents on duty": Wording("agents on duty", "在岗人数"),
    "abandoned": Wording("gave up, of offered calls", "放弃，占呼入"),
    "all tickets": Wording("all tickets", "全部工单"),
    "answered within": Wording("answered within 15 s, of offered calls", "15秒内接通，占呼入"),
    "at once": Wording("answered at once: {share}", "无需等待：{share}"),
    "backlog": Wording("Backlog of tickets", "工单在办量"),
    "beyond": Wording("longer than {time}: {share}", "超过{time}：{share}"),
    "bulletin": Wording("Weekly bulletin of the units", "承办单位周通报"),
    "busy": Wording("found all lines taken, of offered calls", "遇忙，占呼入"),
    "busy agents": Wording("busy agents", "忙碌人数"),
    "by hour": Wording("By hour of the day", "按时段"),
    "calls": Wording("calls per hour (right axis)", "每小时呼入（右轴）"),
    "calls axis": Wording("calls per hour", "每小时呼入（个）"),
    "date": Wording("date", "日期"),
    "holiday": Wording("holiday", "节假日"),
    "footnote": Wording(
        "scenario {scenario}, seed {seed}, replication {replication}, engine {engine}, hotline-sim {version}",
        "场景 {scenario}，种子 {seed}，重复编号 {replication}，引擎 {engine}，hotline-sim {version}",
    ),
    "footnote records": Wording(
        "records read by the profile {scenario}, hotline-sim {version}",
        "实际记录，读取配置 {scenario}，hotline-sim {version}",
    ),
    "heading": Wording("{title} ({first} to {last})", "{title}，{first} 至 {last}"),
    "hour": Wording("hour of the day (h)", "时刻（时）"),
    "load": Wording("Load and staffing over the day", "全天话务负荷与在岗人数"),
    "load axis": Wording("agents, or load in erlang", "人数，或话务强度（erlang）"),
    "none": Wording("none in the window", "统计期内没有"),
    "number": Wording("number", "件数"),
    "offered load": Wording("offered load", "话务强度"),
    "open": Wording("open tickets", "在办工单"),
    "open axis": Wording("open tickets (number)", "在办工单（件）"),
    "overdue": Wording("open and past the deadline", "其中逾期未答复"),
    "phone": Wording("Waiting on the phone", "电话等待时间"),
    "quantile": Wording("{percent} %", "{percent}%"),
    "quantile head": Wording("{percent} % within", "{percent}%不超过"),
    "response": Wording("Time to the first reply", "首次答复用时"),
    "response axis days": Wording(
        "time from arrival to first reply, nights and days off included (days)",
        "从来件到首次答复的时间，含夜间和休息日（天）",
    ),
    "response axis hours": Wording(
        "time from arrival to first reply, nights and days off included (h)",
        "从来件到首次答复的时间，含夜间和休息日（小时）",
    ),
    "rest days": Wording("Days off ({days} days)", "休息日（{days}天）"),
    "share axis": Wording("share of tickets (%)", "占工单的比例（%）"),
    "share of answered": Wording("share of answered calls (%)", "占接通来电的比例（%）"),
    "share of offered": Wording("share of offered calls (%)", "占呼入的比例（%）"),
    "still open": Wording("open", "未答复"),
    "still open note": Wording(
        "open: fewer than that share had a reply when the simulation ended on {date}",
        "未答复：到模拟截止（{date}）时，已答复的仍不足该比例",
    ),
    "still open records": Wording(
        "open: fewer than that share had a reply when the records end on {date}",
        "未答复：到记录截止（{date}）时，已答复的仍不足该比例",
    ),
    "untold": Wording("the records do not tell", "记录中没有此项"),
    "urgent": Wording("urgent", "紧急工单"),
    "urgent axis": Wording("time from arrival to first reply (min)", "从来件到首次答复的时间（分钟）"),
    "urgent share axis": Wording("share of urgent tickets (%)", "占紧急工单的比例（%）"),
    "urgent title": Wording("Urgent tickets", "紧急工单"),
    "tickets title": Wording("Tickets by class, without direct answers", "各类工单（不含直接答复）"),
    "wait axis": Wording("wait of answered calls (s)", "接通来电的等待时间（秒）"),
    "wait title": Wording("Calls that were answered", "接通的来电"),
    "within": Wording("within {limit}: {share}", "{limit}内：{share}"),
    "working days": Wording("Working days ({days} days)", "工作日（{days}天）"),
}

HOLIDAYS: Final[dict[str, Wording]] = {
    "new_year": Wording("New Year", "元旦"),
    "spring_festival": Wording("Spring Festival", "春节"),
    "tomb_sweeping": Wording("Tomb-sweeping", "清明节"),
    "labour_day": Wording("Labour Day", "劳动节"),
    "dragon_boat": Wording("Dragon Boat", "端午节"),
    "mid_autumn": Wording("Mid-autumn", "中秋节"),
    "national_day": Wording("National Day", "国庆节"),
}
"""Holidays by their key in :mod:`hotline_sim.clock.days`."""

_TIME_UNITS: Final[dict[str, Wording]] = {
    "s": Wording(" s", "秒"),
    "min": Wording(" min", "分钟"),
    "h": Wording(" h", "小时"),
    "d": Wording(" d", "天"),
}

_SECONDS: Final = {"s": 1, "min": 60, "h": 3600, "d": 86_400}


def word(key: str, lang: str, **values: object) -> str:
    """Text of a figure in a language, with values filled in.

    Raises
    ------
    KeyError
        If there is no such text.
    ValueError
        If the language is neither ``"en"`` nor ``"zh"``.
    """
    return WORDS[key].text(lang).format(**values)


def class_word(name: str, lang: str) -> str:
    """Name of a request class for people; a class without one keeps its own."""
    return PARTS[name].text(lang) if name in PARTS else name


def holiday_word(name: str, lang: str) -> str:
    """Name of a holiday for people; one of the scenario's own keeps its name."""
    return HOLIDAYS[name].text(lang) if name in HOLIDAYS else name.replace("_", " ")


def duration_word(seconds: float, lang: str) -> str:
    """Duration in the unit that fits, with two or three digits: ``"45 min"``, ``"5.8 d"``."""
    # A value is shown in the largest unit of which it has one and a half, so "60 min" and not "1 h".
    unit = next((unit for unit in ("d", "h", "min") if seconds >= 1.5 * _SECONDS[unit]), "s")
    amount = seconds / _SECONDS[unit]
    digits = 0 if amount >= 99.95 or amount == round(amount) else 1
    return f"{amount:.{digits}f}{_TIME_UNITS[unit].text(lang)}"


def share_word(part: float, whole: float, lang: str) -> str:
    """Share in per cent with one digit; 100 and 0 stand only where they are exact."""
    space = " " if lang == "en" else ""
    if whole <= 0:
        return "-"
    percent = 100 * part / whole
    digits = 1
    while digits < 6 and 0 < part < whole and round(percent, digits) in (0.0, 100.0):
        digits += 1
    text = f"{percent:.0f}" if part in (0, whole) else f"{percent:.{digits}f}"
    return f"{text}{space}%"
