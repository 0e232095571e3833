"""What key figures are called, in English and Chinese, for tables and figures.

The definitions themselves are in :mod:`~hotline_sim.results.definitions`; every figure of
:mod:`~hotline_sim.results.kpis` has one, in the same order.
"""

from __future__ import annotations

from typing import Final

from hotline_sim.results.definitions import ENTRIES, Entry, Wording
from hotline_sim.results.further import FURTHER

__all__ = [
    "ALL",
    "ENTRIES",
    "GROUPS",
    "PARTS",
    "UNITS",
    "Entry",
    "Wording",
    "definition",
    "group_of",
    "label",
]

ALL: Final = ENTRIES | FURTHER
"""Every key figure that a scenario may have, in the order in which people read them."""

GROUPS: Final[dict[str, Wording]] = {
    "requests": Wording("Requests", "诉求受理"),
    "reply": Wording("Replies", "答复"),
    "phone": Wording("Phone", "接听"),
    "units": Wording("Dispatch and units", "派单与承办"),
    "opinion": Wording("Call-back and opinion", "回访与评价"),
    "disputes": Wording("Hard cases and disputes", "疑难件与矛盾纠纷"),
}
"""Groups of a table of key figures, in order."""

UNITS: Final[dict[str, Wording]] = {
    "share": Wording("%", "%"),
    "s": Wording("s", "秒"),
    "h": Wording("h", "小时"),
    "d": Wording("days", "天"),
    "working days": Wording("working days", "个工作日"),
    "requests": Wording("requests", "件"),
    "tickets": Wording("tickets", "件"),
    "calls": Wording("calls", "个"),
    "cases": Wording("cases", "件"),
    "calls a call": Wording("per call", "次/次"),
}
"""Units of key figures; a share is shown in per cent."""

PARTS: Final[dict[str, Wording]] = {
    "consult": Wording("consultation", "咨询"),
    "complaint": Wording("complaint", "投诉举报"),
    "help": Wording("help", "求助"),
    "suggestion": Wording("suggestion", "建议"),
    "praise": Wording("praise", "表扬"),
    "tickets": Wording("tickets only", "仅工单"),
    "other": Wording("all but consultation", "非咨询类"),
    "department": Wording("departments", "市级部门"),
    "county": Wording("counties and districts", "县区"),
    "zone": Wording("economic zone", "经开区"),
    "company": Wording("companies", "公共服务企业"),
    "office": Wording("offices of counties", "县级部门"),
    "township": Wording("townships", "乡镇（街道）"),
    "village": Wording("villages", "村（社区）"),
}
"""Parts of the tickets, after the dot of a figure's name."""


def label(name: str, lang: str = "en") -> str:
    """Name of a key figure for people.

    Parameters
    ----------
    name : str
        As in the result of ``kpis``, such as ``"answer_rate"`` or ``"response_time_p90.consult"``.
    lang : {"en", "zh"}
        Language.

    Raises
    ------
    KeyError
        If there is no such figure.
    """
    base, _, part = name.partition(".")
    text = ALL[base].name.text(lang)
    if not part:
        return text
    suffix = PARTS[part].text(lang) if part in PARTS else part
    return f"{text}, {suffix}" if lang == "en" else f"{text}（{suffix}）"


def definition(name: str, lang: str = "en") -> str:
    """Definition of a key figure in one sentence; parts share that of the whole."""
    return ALL[name.partition(".")[0]].definition.text(lang)


def group_of(name: str) -> str:
    """Key of the group in which a key figure is shown."""
    return ALL[name.partition(".")[0]].group
