"""What a run means, in a few plain sentences, and what breaks where there is too little staff.

Every number comes from :mod:`hotline_sim.results`; the whole table is printed by ``kpi_table.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.cli.kpi_table import value_text
from hotline_sim.clock.ticks import DAY
from hotline_sim.network.hard_cases import LEADERS, MEETING
from hotline_sim.network.mediation import MEDIATORS
from hotline_sim.plot.words import duration_word, share_word
from hotline_sim.results.definitions import Wording
from hotline_sim.results.names import PARTS
from hotline_sim.results.schema import TicketOutcome
from hotline_sim.results.stations import station_table
from hotline_sim.results.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hotline_sim.results.log import TicketLog
    from hotline_sim.results.tables import Table
    from hotline_sim.results.view import Kpi
    from hotline_sim.scenario.schema import Scenario

LATE: Final = 0.04
"""Share of the tickets due that may be late; a city that keeps its promise has below 1 %."""

LATE_KIND: Final = 0.1
"""Share of the tickets due at one kind of unit that may be late."""

FEWEST_DUE: Final = 20
"""Tickets due at a kind of unit below which its own share says too little."""

LOST: Final = 0.05
"""Share of the calls offered that may be given up, or find no line."""

BUSY: Final = 0.95
"""Share of its staffed time that a station may be busy."""

QUEUE_DAYS: Final = 3
"""Days' visits that may wait at a station when the window ends; a weekend alone leaves two at an office."""

FEWEST_WAITING: Final = 10
"""Visits below which a queue is never said to be long, however little comes in a day."""

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
    "gave up": Wording("; {gone} people gave up for good", "；{gone}人次最终放弃"),
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
        "{open} tickets had no reply when the simulation ended on {date}.",
        "模拟于{date}截止时，{open}件工单尚未答复。",
    ),
    "waiting": Wording(
        "{waiting} citizens had not got through when the simulation ended on {date}.",
        "模拟于{date}截止时，{waiting}人次尚未受理。",
    ),
    "late": Wording(
        "{share} of the tickets due were late ({late} of {due}).", "到期工单逾期{share}（{late}/{due}）。"
    ),
    "late kinds": Wording("Late by kind of unit: {kinds}.", "按承办单位类别逾期：{kinds}。"),
    "late kind": Wording("{kind} {share} ({late} of {due})", "{kind}{share}（{late}/{due}）"),
    "comma": Wording(", ", "，"),
    "backlog": Wording(
        "Open tickets: {start} when the window began ({first}), {end} when it ended ({last}),"
        " {most} at most.",
        "在办工单：期初（{first}）{start}件，期末（{last}）{end}件，最多{most}件。",
    ),
    "drained": Wording(
        "The reply rate of {rate} is what was reached by {date}, while no new requests came after {last}.",
        "回复率{rate}是截至{date}、且{last}之后不再有新来件的结果。",
    ),
    "lost": Wording("{share} of calls gave up ({lost} of {calls}).", "来电放弃{share}（{lost}/{calls}）。"),
    "busy": Wording(
        "{share} of calls found all lines taken ({lost} of {calls}).", "来电遇忙{share}（{lost}/{calls}）。"
    ),
    "gone": Wording(
        "{gone} people gave up for good, {share} of {callers} callers.",
        "{gone}人次最终放弃，占来电人次的{share}（{gone}/{callers}）。",
    ),
    "queue": Wording(
        "Longest queue: {station}, {longest} waiting on {date}, {end} at the end; mean wait {wait};"
        " busy {busy} of staffed time.",
        "最长排队：{station}，{date}排队{longest}件，期末{end}件；平均等待{wait}；忙碌占在岗时间{busy}。",
    ),
    "with calls back": Wording(
        "{station} (calls back that wait for idle time included)", "{station}（含等待闲时外呼的回访）"
    ),
    "one more queue": Wording("1 more station is overloaded.", "另有1处超负荷。"),
    "more queues": Wording("{number} more stations are overloaded.", "另有{number}处超负荷。"),
    "duty": Wording("{unit}, duty", "{unit}值班"),
    "centre": Wording("{unit}, centre", "{unit}二级派单中心"),
    "township": Wording("{unit}, township {number}", "{unit}乡镇（街道）{number}"),
    "leaders": Wording("Leaders", "包案领导"),
    "meeting": Wording("Joint meeting", "会商"),
    "mediators": Wording("Mediators", "调解员"),
    "mediators of": Wording("Mediators, {area}", "{area}调解员"),
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
        if _losses(kpis) and kpis["requests_abandoned"].value:
            phone += _say("gave up", lang, gone=_number(kpis["requests_abandoned"]))
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

    It copes if everything has a reply in the end, at most 4 % of the tickets due are late and at most 10 %
    at any kind of unit with 20 or more, at most 5 % of the calls are given up and at most 5 % find no line,
    and no team's queue is long.
    If it does not, stations are named that are busy for more than 95 % of their staffed time, or whose queue
    at the end of the window is long: ten visits or more, and more than come in three days; where calls are
    given up, also the teams that lose more than 5 % of theirs. Units are only named where tickets are late or
    without a reply: an office may be fully busy and in time.

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
    tickets = [*_unanswered(log, kpis, lang), *_late(kpis, lang)]
    if tickets:
        tickets += _backlog(log, kpis, lang)
    calls = _lost(log, kpis, lang)
    names = _station_names(log, scenario, lang)
    callback = scenario.callback
    if callback is not None and callback.idle_above is not None:
        # Else their queue would be taken for one of callers.
        team = sorted(scenario.teams).index(callback.team)
        names[team] = _say("with calls back", lang, station=names[team])
    stations = range(len(names)) if tickets else range(len(scenario.teams))
    table = station_table(log)
    days = (log.meta.end - log.meta.start) / DAY
    overloaded = {station for station in stations if _has_long_queue(table, station, days)}
    if tickets or calls:
        overloaded |= {station for station in stations if table["utilisation"][station] > BUSY}
    first = _losing(log) if calls else set()
    return [*tickets, *calls, *_queues(table, overloaded | first, first, names, lang)]


def _unanswered(log: TicketLog, kpis: Mapping[str, Kpi], lang: str) -> list[str]:
    lines = []
    unanswered, waiting = kpis["tickets_open_at_horizon"], kpis["requests_pending"]
    date = _date(log.meta.horizon)
    if unanswered.value:
        lines.append(_say("open", lang, open=_number(unanswered), date=date))
    if waiting.value:
        lines.append(_say("waiting", lang, waiting=_number(waiting), date=date))
    return lines


def _late(kpis: Mapping[str, Kpi], lang: str) -> list[str]:
    """Lateness over all and by kind of unit, if either is too large."""
    base = "on_time_closure_rate"
    late, due = _late_and_due(kpis[base])
    kinds = {name.partition(".")[2]: kpi for name, kpi in kpis.items() if name.startswith(f"{base}.")}
    counts = {kind: _late_and_due(kpi) for kind, kpi in kinds.items() if kpi.denominator}
    is_late = [part > LATE_KIND * whole for part, whole in counts.values() if whole >= FEWEST_DUE]
    if late <= LATE * due and not any(is_late):
        return []
    lines = [_say("late", lang, share=share_word(late, due, lang), late=f"{late:,.0f}", due=f"{due:,.0f}")]
    if len(counts) > 1:
        words = [
            _say(
                "late kind",
                lang,
                kind=PARTS[kind].text(lang) if kind in PARTS else kind,
                share=share_word(part, whole, lang),
                late=f"{part:,.0f}",
                due=f"{whole:,.0f}",
            )
            for kind, (part, whole) in sorted(counts.items(), key=lambda item: -item[1][0] / item[1][1])
        ]
        lines.append(_say("late kinds", lang, kinds=_say("comma", lang).join(words)))
    return lines


def _late_and_due(on_time: Kpi) -> tuple[float, float]:
    due = on_time.denominator or 0
    return due - (on_time.numerator or 0), due


def _backlog(log: TicketLog, kpis: Mapping[str, Kpi], lang: str) -> list[str]:
    """Backlog at both ends of the window, and what the reply rate owes to the time after it."""
    meta = log.meta
    last = _date(min(meta.end - 1, meta.horizon))
    start, end, most = (_number(kpis[f"backlog_{when}"]) for when in ("start", "end", "max"))
    lines = [_say("backlog", lang, start=start, end=end, most=most, first=_date(meta.start), last=last)]
    rate = kpis["reply_rate"]
    if meta.horizon >= meta.end and rate.value is not None:
        date = _date(meta.horizon)
        lines.append(_say("drained", lang, rate=value_text(rate, lang), date=date, last=last))
    return lines


def _lost(log: TicketLog, kpis: Mapping[str, Kpi], lang: str) -> list[str]:
    """Calls that were given up or found no line, and people who never called again, if too many."""
    lines = []
    for key, lost in _losses(kpis).items():
        numbers = {"lost": f"{lost.numerator:,.0f}", "calls": f"{lost.denominator:,.0f}"}
        lines.append(_say(key, lang, share=value_text(lost, lang), **numbers))
    if not lines:
        return []
    view = View(log)
    callers = view.arrived & np.array(log.meta.live, np.bool_)[view.tickets["source"]]
    number, gone = (
        int(np.count_nonzero(mask)) for mask in (callers, callers & view.became(TicketOutcome.ABANDONED))
    )
    if gone:
        share = share_word(gone, number, lang)
        lines.append(_say("gone", lang, gone=f"{gone:,}", share=share, callers=f"{number:,}"))
    return lines


def _losses(kpis: Mapping[str, Kpi]) -> dict[str, Kpi]:
    """Shares of lost calls that are too large, by the sentence about them."""
    shares = {"lost": kpis["abandonment_rate"]}
    if "blocked_rate" in kpis:  # only where lines are limited
        shares["busy"] = kpis["blocked_rate"]
    return {key: share for key, share in shares.items() if _over(share.value, LOST)}


def _losing(log: TicketLog) -> set[int]:
    """Stations that lose too large a share of their own calls; one that only helps may lose none."""
    view = View(log)
    lost, station = view.lost_calls | view.busy_calls, view.visits["station"]
    shares = {one: view.share(lost, view.calls & (station == one)).value for one in log.meta.live_stations}
    return {one for one, share in shares.items() if _over(share, LOST)}


def _queues(
    table: Table, overloaded: set[int], first: set[int], names: Sequence[str], lang: str
) -> list[str]:
    """Queues of the overloaded stations, longest first, after those of the teams that lose calls."""
    longest = table["longest_queue"]
    ranked = sorted(overloaded, key=lambda station: (station not in first, -longest[station], station))
    lines = []
    for station in ranked[:MOST_STATIONS]:
        wait, busy = table["mean_wait"][station], table["utilisation"][station]
        lines.append(
            _say(
                "queue",
                lang,
                station=names[station],
                longest=f"{longest[station]:,}",
                date=_date(table["longest_at"][station]),
                end=f"{table['queue_end'][station]:,}",
                wait="-" if np.isnan(wait) else duration_word(3600 * wait, lang),
                # Somebody who finishes after the end of a shift is busy and no longer on duty.
                busy="-" if np.isnan(busy) else share_word(min(busy, 1.0), 1, lang),
            )
        )
    more = len(ranked) - MOST_STATIONS
    if more > 0:
        lines.append(_say("one more queue" if more == 1 else "more queues", lang, number=more))
    return lines


def _has_long_queue(table: Table, station: int, days: float) -> bool:
    waiting = int(table["queue_end"][station])
    return waiting >= FEWEST_WAITING and waiting > QUEUE_DAYS * int(table["visits"][station]) / days


def _station_names(log: TicketLog, scenario: Scenario, lang: str) -> list[str]:
    """Stations for people, in the order of their numbers: teams, units' desks, and further places."""
    labels = {name: getattr(unit.label, lang) for name, unit in scenario.units.items()}
    names = [getattr(scenario.teams[name].label, lang) for name in sorted(scenario.teams)]
    names += [labels[name] for name in sorted(labels)]
    return names + [_place(station, labels, lang) for station in log.meta.stations[len(names) :]]


def _place(station: str, labels: Mapping[str, str], lang: str) -> str:
    """Name of a station that is neither a team nor a unit's desk, such as ``north/township 2``."""
    owner, _, place = station.rpartition("/")
    if owner in labels:
        kind, _, number = place.partition(" ")
        return _say(kind, lang, unit=labels[owner], number=number)
    if owner == MEDIATORS:
        return _say("mediators of", lang, area=labels.get(place, place))
    words = {LEADERS: "leaders", MEETING: "meeting", MEDIATORS: "mediators"}
    return _say(words[station], lang) if station in words else station


def _say(key: str, lang: str, **values: object) -> str:
    return _SENTENCES[key].text(lang).format(**values)


def _over(value: float | None, limit: float) -> bool:
    return value is not None and value > limit


def _number(kpi: Kpi) -> str:
    return f"{kpi.value or 0:,.0f}"


def _date(tick: int) -> str:
    return str(np.datetime64(int(tick), "ms"))[:10]
