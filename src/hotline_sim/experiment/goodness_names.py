"""What the numbers of a comparison of records with simulations are called, in English and Chinese.

Key figures have their names in :mod:`hotline_sim.results.names`; quantiles, distances and samples have
theirs here.
"""

from __future__ import annotations

from typing import Final

from hotline_sim.results.definitions import ENTRIES, Wording
from hotline_sim.results.names import GROUPS, group_of, label
from hotline_sim.results.unknown import FACTS

SAMPLE_NAMES: Final[dict[str, Wording]] = {
    "wait": Wording("wait of all callers", "全部来电等待时长"),
    "talk": Wording("talk time", "通话时长"),
    "response": Wording("time to the first reply of tickets", "工单首次答复用时"),
}
SERIES_NAMES: Final[dict[str, Wording]] = {
    "calls": Wording("calls, redials included", "呼入量（含重拨）"),
    "requests": Wording("requests accepted", "受理量"),
}
DISTANCES: Final[dict[str, Wording]] = {
    "ks": Wording("{name}, KS distance", "{name}，KS距离"),
    "wasserstein": Wording("{name}, Wasserstein distance", "{name}，Wasserstein距离"),
    "by_hour": Wording("{name}, at another hour", "{name}，时段错位比例"),
    "by_day": Wording("{name}, on another day", "{name}，逐日偏差"),
}
_QUANTILE: Final = Wording("{name}, {percent} % quantile", "{name}，{percent}%分位数")
_TITLES: Final[dict[str, Wording]] = {
    **GROUPS,
    "quantile": Wording("Quantiles", "分位数"),
    "distance": Wording("Distances", "分布距离"),
}


def name_of(name: str, lang: str = "en") -> str:
    """Name for people of a key figure, a quantile such as ``wait_p90``, or a distance such as ``wait_ks``.

    Raises
    ------
    KeyError
        If there is no such number.
    """
    if name in ENTRIES:
        return label(name, lang)
    whose, _, what = name.partition("_")
    subject = (SAMPLE_NAMES | SERIES_NAMES)[whose].text(lang)
    if what in DISTANCES:
        return DISTANCES[what].text(lang).format(name=subject)
    return _QUANTILE.text(lang).format(name=subject, percent=what.removeprefix("p"))


def titles(lang: str) -> dict[str, str]:
    """Headings of the groups of :func:`group`, in order."""
    return {key: title.text(lang) for key, title in _TITLES.items()}


def group(kind: str, name: str) -> str:
    """Group in which a number is shown: that of a key figure, else its kind."""
    return group_of(name) if kind == "kpi" else kind


def facts_text(facts: tuple[str, ...], lang: str) -> str:
    """What records do not tell, for people."""
    return ("; " if lang == "en" else "；").join(FACTS[fact].text(lang) for fact in facts)
