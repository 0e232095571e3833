"""What a run means, in a few plain sentences, and what breaks where there is too little staff.

Every number comes from :mod:`hotline_sim.results`; the whole table is printed by ``kpi_table.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.cli.kpi_table import value_text
from hotline_sim.plot.words import duration_word, share_word
from hotline_sim.results.definitions import Wording
from hotline_sim.results.stations import station_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hotline_sim.results.log import TicketLog
    from hotline_sim.results.view import Kpi
    from hotline_sim.scenario.schema import Scenario

LATE: Final = 0.1
"""Share of tickets past their deadline from which the units are said to have too little staff."""

LOST: Final = 0.1
"""Share of calls given up from which the operators are said to be too few."""

MOST_STATIONS: Final = 3

_SENTENCES: Final[dict[str, Wording]] = {
    "replies": Wording(
        "{accepted} accepted requests: {replied} replied to, {in_time} within the deadline",
        "受理诉求{accepted}件：回复率{replied}，按期回复率{in_time}",
    ),
    "urgent": Wording(
        "; {share} of {number} urgent tickets within one hour", "；{number}件紧急工单1小时内回复{share}"
    ),
    "nothing": Wording("No request was accepted", "没有受理任何诉求"),
    "phone": Wording(
        "{offered} calls: {answered} answered, {quick} of these within 15 s, mean wait {wait}",
        "呼入{offered}个：接通率{answered}，其中15秒内接通{quick}，平均等待{wait}",
    ),
    "no calls": Wording("No calls", "没有呼入"),
    "tickets": Wording(
        "{number} tickets went to units and took {handling} on average",
        "派往承办单位{number}件，平均办理{handling}",
    ),
    "some tickets": Wording(
        "{number} tickets went to units; the {replied} with a reply took {handling} on average",
        "派往承办单位{number}件；已答复的{replied}件平均办理{handling}",
    ),
    "opinion": Wording(
        "; of citizens called back, {solved} say solved and {satisfied} are satisfied",
        "；回访群众中{solved}表示已解决，{satisfied}表示满意",
    ),
    "no tickets": Wording("No ticket went to a unit", "没有派往承办单位的工单"),
    "stop": Wording(".", "。"),
    "open": Wording(
        "{open} tickets had no reply when it ended on {date}.", "模拟于{date}截止时，{open}件工单尚未答复。"
    ),
    "waiting": Wording(
        "{waiting} citizens had not got through when it ended on {date}.",
        "模拟于{date}截止时，{waiting}人次尚未受理。",
    ),
    "late": Wording(
        "{share} of the tickets due were late ({late} of {due}).", "到期工单逾期{share}（{late}/{due}）。"
    ),
    "backlog": Wording(
        "Open tickets: {start} at the start, {end} at the end, {most} at most.",
        "在办工单：期初{start}件，期末{end}件，最多{most}件。",
    ),
    "lost": Wording("{share} of calls gave up ({lost} of {calls}).", "来电放弃{share}（{lost}/{calls}）。"),
    "queue": Wording(
        "Longest queue: {station}, {longest} waiting on {date}, {end} at the end; mean wait {wait};"
        " busy {busy} of staffed time.",
        "最长排队：{station}，{date}排队{longest}件，期末{end}件；平均等待{wait}；忙碌占在岗时间{busy}。",
    ),
    "duty": Wording("{unit}, duty", "{unit}值班"),
}


def summary(kpis: Mapping[str, Kpi], lang: str) -> list[str]:
    """Three sentences: replies, phone, tickets and opinion.

    Parameters
    ----------
    kpis : mapping of str to Kpi
        From :func:`hotline_sim.results.kpis.kpis`.
    lang : {"en", "zh"}
        Language.
    """

    def of(name: str) -> str:
        return value_text(kpis[name], lang)

    phone = _say("no calls", lang)
    if kpis["calls_offered"].value:
        phone = _say(
            "phone",
            lang,
            offered=_number(kpis["calls_offered"]),
            answered=of("answer_rate"),
            quick=of("service_level_15s_of_answered"),
            wait=of("mean_speed_of_answer"),
        )
    return [line + _say("stop", lang) for line in (_replies(kpis, lang), phone, _tickets(kpis, lang))]


def _replies(kpis: Mapping[str, Kpi], lang: str) -> str:
    if not kpis["requests_accepted"].value:
        return _say("nothing", lang)
    line = _say(
        "replies",
        lang,
        accepted=_number(kpis["requests_accepted"]),
        replied=value_text(kpis["reply_rate"], lang),
        in_time=value_text(kpis["reply_rate_within_deadline"], lang),
    )
    urgent = kpis["urgent_reply_rate_within_1h"]
    if urgent.value is not None:
        line += _say("urgent", lang, share=value_text(urgent, lang), number=f"{urgent.denominator:,.0f}")
    return line


def _tickets(kpis: Mapping[str, Kpi], lang: str) -> str:
    dispatched, handling = kpis["tickets_dispatched"], kpis["handling_time_mean"]
    if not dispatched.value:
        return _say("no tickets", lang)
    # A mean over the few that are done says little while many are not.
    line = _say(
        "tickets" if handling.denominator == dispatched.value else "some tickets",
        lang,
        number=_number(dispatched),
        replied=f"{handling.denominator:,.0f}",
        handling=value_text(handling, lang),
    )
    if kpis["satisfaction_rate"].value is not None:
        solved, satisfied = (value_text(kpis[name], lang) for name in ("solved_rate", "satisfaction_rate"))
        line += _say("opinion", lang, solved=solved, satisfied=satisfied)
    return line


def troubles(log: TicketLog, kpis: Mapping[str, Kpi], scenario: Scenario, lang: str) -> list[str]:
    """What breaks, in sentences; none if the hotline copes.

    It copes if everything has a reply in the end, and lateness and lost calls stay below LATE and LOST.

    Parameters
    ----------
    log : TicketLog
        Tells where work piles up.
    kpis : mapping of str to Kpi
        Of this log.
    scenario : Scenario
        Names the stations.
    lang : {"en", "zh"}
        Language.
    """
    lines, stations = [], set()
    unanswered, waiting = kpis["tickets_open_at_horizon"], kpis["requests_pending"]
    date = _date(log.meta.horizon)
    if unanswered.value:
        lines.append(_say("open", lang, open=_number(unanswered), date=date))
    if waiting.value:
        lines.append(_say("waiting", lang, waiting=_number(waiting), date=date))
    if lines:
        stations |= set(range(len(log.meta.stations)))
    on_time = kpis["on_time_closure_rate"]
    if on_time.value is not None and 1 - on_time.value >= LATE:
        lines.append(_late(on_time, lang))
        stations |= set(log.meta.desk_stations)
    if lines:
        start, end, most = (_number(kpis[f"backlog_{when}"]) for when in ("start", "end", "max"))
        lines.append(_say("backlog", lang, start=start, end=end, most=most))
    lost = kpis["abandonment_rate"]
    if lost.value is not None and lost.value >= LOST:
        share = value_text(lost, lang)
        numbers = {"lost": f"{lost.numerator:,.0f}", "calls": f"{lost.denominator:,.0f}"}
        lines.append(_say("lost", lang, share=share, **numbers))
        stations |= set(log.meta.live_stations)
    return [*lines, *_queues(log, sorted(stations), _station_names(log, scenario, lang), lang)]


def _late(on_time: Kpi, lang: str) -> str:
    due = on_time.denominator or 0
    late = due - (on_time.numerator or 0)
    return _say("late", lang, share=share_word(late, due, lang), late=f"{late:,.0f}", due=f"{due:,.0f}")


def _queues(log: TicketLog, stations: Sequence[int], names: Sequence[str], lang: str) -> list[str]:
    """The stations with the longest queues among some, longest first."""
    if not stations:
        return []
    table = station_table(log)
    ranked = sorted(stations, key=lambda station: (-table["longest_queue"][station], station))
    lines = []
    for station in ranked[:MOST_STATIONS]:
        if not table["longest_queue"][station]:
            break
        wait, busy = table["mean_wait"][station], table["utilisation"][station]
        lines.append(
            _say(
                "queue",
                lang,
                station=names[station],
                longest=f"{table['longest_queue'][station]:,}",
                date=_date(table["longest_at"][station]),
                end=f"{table['queue_end'][station]:,}",
                wait="-" if np.isnan(wait) else duration_word(3600 * wait, lang),
                busy="-" if np.isnan(busy) else share_word(busy, 1, lang),
            )
        )
    return lines


def _station_names(log: TicketLog, scenario: Scenario, lang: str) -> list[str]:
    """Stations for people, in the order of their numbers: teams, units' desks, units' duty."""
    labels = {name: getattr(unit.label, lang) for name, unit in scenario.units.items()}
    names = [getattr(scenario.teams[name].label, lang) for name in sorted(scenario.teams)]
    names += [labels[name] for name in sorted(labels)]
    for station in log.meta.stations[len(names) :]:
        names.append(_say("duty", lang, unit=labels.get(station.removesuffix("/duty"), station)))
    return names


def _say(key: str, lang: str, **values: object) -> str:
    return _SENTENCES[key].text(lang).format(**values)


def _number(kpi: Kpi) -> str:
    return f"{kpi.value or 0:,.0f}"


def _date(tick: int) -> str:
    return str(np.datetime64(int(tick), "ms"))[:10]
