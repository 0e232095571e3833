"""Tables of mechanisms that small scenarios leave out, busy enough to happen within a few days."""

from __future__ import annotations

from typing import Any

from hotline_sim.clock.ticks import DAY, HOUR, MINUTE
from scenarios import fixed, team

ENTERPRISE = {"share": 0.5, "escalate_after": "2 h", "speed": 4.0, "limits": {"complaint": "4 h"}}
SHORTCUTS: dict[str, Any] = {
    "enterprise": ENTERPRISE,
    "three_party": {"share": 0.3, "talk": fixed(5 * MINUTE)},
    "quick_service": {"team": "operators", "share": 0.4, "work": fixed(HOUR), "limit": "30 min"},
    "automatic_dispatch": {"share": 0.5, "misroute": 0.3, "work": fixed(19_000)},
}


CHASERS: dict[str, Any] = {
    "team": "operators",
    "after": fixed(3 * HOUR),
    "again": fixed(HOUR),
    "most": 2,
    "talk": fixed(10 * MINUTE),
    "first": True,
    "merged": False,
}
PHONE_ROOM: dict[str, Any] = {
    "teams.operators.lines": 3,
    "teams.operators.overflow": {"to": "helpers", "above": 1},
    "teams.helpers": team(2, "09:00", "20:00") | {"lines": 1},
    "teams.experts": team(1) | {"lines": 2, "overflow": {"to": "operators"}},
    "skills": {"expert": {"team": "experts", "share": 0.3}},
    "intake.after_call_direct": "1 min",
    "intake.after_call_ticket": "5 min",
    "callback.team": "operators",
    "callback.idle_above": 0,
    "callback.between": "09:00-17:00",
    "chasers": CHASERS,
    "repeats": {
        "team": "operators",
        "share": 0.5,
        "delay": fixed(HOUR),
        "talk": fixed(MINUTE),
        "reopened": 0.5,
    },
    "rating": {
        "share": 0.5,
        "direct_share": 0.2,
        "delay": fixed(6 * HOUR),
        "bad_if_satisfied": 0.2,
        "rectify_work": fixed(HOUR),
        "rectify_limit": "90 min",
    },
    "bulletin": {"named": 1, "least": 1, "speed": 2.0},
    "co_handlers": {"share": 0.3},
}
"""Lines, help, seats for certain callers, calls back in idle time; citizens with a ticket."""

DISPUTES: dict[str, Any] = {
    "hard_cases": {
        "share": 0.1,
        "after_redos": 0.5,
        "leaders": 1,
        "cases_each": 2,
        "time": fixed(5 * DAY),
        "success": 0.5,
        "meeting": {"share": 0.5, "every": "week", "start": "09:00", "length": "2 h", "cases": 2},
    },
    "mediation": {
        "disputes_per_year": 2000.0,
        "diverted": 0.2,
        "taken": 0.5,
        "mediators": 2,
        "time": fixed(3 * DAY),
        "success": 0.5,
        "screening": {"latent": fixed(5 * DAY), "levels": {"village": {"every": "week", "found": 0.5}}},
    },
    "petitions": {"unsolved": 0.5, "hard_case": 0.5, "mediation": 0.5, "unmediated": 0.5},
}
"""What units alone cannot settle."""

EVERYTHING: dict[str, Any] = {
    **SHORTCUTS,
    **PHONE_ROOM,
    **DISPUTES,
    "extension": {"asked": 0.5, "length": "2 working days"},
    "supervision": {"steps": ["1 h", "1 d", "3 d"], "speed": 3.0},
}
"""All of them at once."""
