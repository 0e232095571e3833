"""Random tables about what units alone cannot settle; the other tables are in ``strategies.py``."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

WORK = (
    {"family": "exponential", "mean": "2 working h"},
    {"family": "lognormal", "mean": "0.1 working days", "sigma": 1.0},
    {"family": "fixed", "mean": "30 min"},
)


def disputes(draw: st.DrawFn, hours: list[str]) -> dict[str, Any]:
    """What units alone cannot settle: nothing, or each for itself."""
    found: dict[str, Any] = {}
    if draw(st.booleans()):
        found["hard_cases"] = hard = {
            "share": draw(st.sampled_from([0.5, 0.0, 1.0])),
            "after_redos": draw(st.sampled_from([1.0, 0.0, 0.5])),
            "leaders": draw(st.integers(1, 2)),
            "cases_each": draw(st.sampled_from([2, 1, 50])),
            "hours": draw(st.sampled_from(hours)),
            "time": draw(st.sampled_from(WORK)),
            "success": draw(st.sampled_from([0.5, 1.0, 0.0])),
        }
        if draw(st.booleans()):
            hard["limit"] = draw(st.sampled_from(["3 working days", "1 d", "2 h"]))
        if draw(st.booleans()):
            hard["meeting"] = {
                "share": draw(st.sampled_from([0.5, 1.0])),
                "every": draw(st.sampled_from(["week", "half-month", "month", "quarter"])),
                "start": draw(st.sampled_from(["09:00", "00:00", "20:00"])),
                "length": draw(st.sampled_from(["2 h", "1 min"])),
                "cases": draw(st.sampled_from([1, 2, 40])),
            }
    if draw(st.booleans()):
        found["mediation"] = mediation = {
            "disputes_per_year": draw(st.sampled_from([2000.0, 0.0, 20000.0])),
            "diverted": draw(st.sampled_from([0.5, 0.0, 1.0])),
            "taken": draw(st.sampled_from([1.0, 0.5, 0.0])),
            "mediators": draw(st.integers(4, 6)),
            "hours": draw(st.sampled_from(hours)),
            "time": draw(st.sampled_from(WORK)),
            "success": draw(st.sampled_from([0.5, 1.0, 0.0])),
        }
        if draw(st.booleans()):
            mediation["longest"] = draw(st.sampled_from(["1 h", "2 d"]))
        if draw(st.booleans()):
            every = st.sampled_from(["week", "half-month", "month", "quarter"])
            found_by = st.sampled_from([0.5, 0.0, 1.0])
            levels = {name: {"every": draw(every), "found": draw(found_by)} for name in ("one", "two")}
            mediation["screening"] = {"latent": {"family": "exponential", "mean": "5 d"}, "levels": levels}
    if draw(st.booleans()):
        found["petitions"] = petitions = dict.fromkeys(
            ("unsolved", "hard_case", "mediation", "unmediated"), draw(st.sampled_from([1.0, 0.5]))
        )
        if draw(st.booleans()):
            petitions["delay"] = {"family": "exponential", "mean": "1 d"}
    return found
