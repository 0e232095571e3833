"""What a log cannot tell: records of a city lack facts that a simulation has, and KPIs are unknown then.

A fact that is missing is named in ``LogMeta.unknown``; a simulated log lacks none. The KPIs themselves are in
:mod:`~hotline_sim.results.kpis`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hotline_sim.results.definitions import Wording

if TYPE_CHECKING:
    from hotline_sim.results.schema import LogMeta

RECORDS: Final = "records"
"""Engine of logs that were not simulated but read."""

FACTS: Final[dict[str, Wording]] = {
    "phone": Wording("when callers joined the queue, were answered or gave up", "来电何时排队、接通或放弃"),
    "talk": Wording("how long calls took", "通话时长"),
    "redials": Wording("which calls are by people who called before", "哪些是重拨来电"),
    "direct": Wording("which requests were answered directly", "哪些诉求当场直接答复"),
    "reply": Wording("when the reply was given", "何时答复"),
    "due": Wording("by when the reply was due", "到期时间"),
    "urgent": Wording("which requests are urgent", "哪些诉求紧急"),
    "dispatch": Wording("when a request was dispatched", "何时派单"),
    "sign": Wording("when a unit accepted it", "承办单位何时签收"),
    "units": Wording("which unit had it", "由哪家单位承办"),
    "returns": Wording("how often a unit returned it", "退单次数"),
    "redos": Wording("how often the work was done again", "重办次数"),
    "callback": Wording("which citizens were called back", "回访了哪些群众"),
    "opinion": Wording("what citizens think of the reply", "群众对答复的评价"),
    "staffing": Wording("how many agents were on duty", "在岗人数"),
}
"""Facts by name."""

_PHONE: Final = [
    "requests_abandoned",
    "requests_invalid",
    "requests_pending",
    "calls_offered",
    "answer_rate",
    "abandonment_rate",
    "service_level_15s",
    "service_level_15s_of_answered",
    "service_level_30s",
    "mean_speed_of_answer",
]
_REPLY: Final = [
    "tickets_open_at_horizon",
    "reply_rate",
    "response_time_mean",
    "response_time_p50",
    "response_time_p90",
    "response_time_p95",
    "response_time_p99",
    "backlog_start",
    "backlog_end",
    "backlog_max",
]
_RATED: Final = ["callback_reached_rate", "solved_rate", "satisfaction_rate", "dissatisfaction_rate"]

NEEDS: Final[dict[str, frozenset[str]]] = {
    **{name: frozenset({"phone"}) for name in _PHONE},
    **{name: frozenset({"reply"}) for name in _REPLY},
    **{name: frozenset({"callback"}) for name in _RATED},
    "direct_answer_rate": frozenset({"direct"}),
    "first_contact_resolution_rate": frozenset({"direct", "redials"}),
    "tickets_dispatched": frozenset({"dispatch"}),
    "reply_rate_within_deadline": frozenset({"reply", "due"}),
    "reply_rate_within_deadline_tickets": frozenset({"reply", "due"}),
    "urgent_reply_rate_within_1h": frozenset({"reply", "urgent"}),
    "handling_time_mean": frozenset({"reply", "dispatch"}),
    "redials": frozenset({"phone", "redials"}),
    "occupancy": frozenset({"phone", "talk", "staffing"}),
    "occupancy_daytime": frozenset({"phone", "talk", "staffing"}),
    "return_rate": frozenset({"dispatch", "returns"}),
    "signed_on_time_rate": frozenset({"sign", "due"}),
    "on_time_closure_rate": frozenset({"reply", "due"}),
    "utilisation_units": frozenset({"units", "staffing"}),
    "outbound_per_inbound": frozenset({"callback", "phone"}),
    "solved_rate_true": frozenset({"opinion", "reply"}),
    "satisfaction_rate_true": frozenset({"opinion", "reply"}),
    "reopened_rate": frozenset({"redos", "reply"}),
    "first_time_closure_rate": frozenset({"returns", "redos", "reply"}),
}
"""Facts that each key figure rests on, besides arrivals, of which every log knows."""


def is_told(meta: LogMeta, name: str) -> bool:
    """Whether a log has the facts that a key figure rests on."""
    return not NEEDS.get(name, frozenset()) & set(meta.unknown)
