"""Write the tables of ``docs/shortcuts.md``: what each of the shorter ways does to the baseline.

Run it after a change of the scenarios or of the model; 5 replications take a minute or two::

    python docs/tools/shortcuts_table.py --replications 5
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final, NamedTuple

from replications import DOCS, SEED, Interval, put, table

from hotline_sim.experiment.compare import compare
from hotline_sim.results.names import ALL, UNITS
from hotline_sim.scenario.load import load, loads

if TYPE_CHECKING:
    from hotline_sim.experiment.compare import Comparison
    from hotline_sim.scenario.schema import Scenario

BASE: Final = "guangyuan-2021"
CHANGED: Final = (
    "mean_speed_of_answer",
    "direct_answer_rate",
    "return_rate",
    "response_time_mean",
    "reply_rate_within_deadline_tickets",
)
"""Key figures that every scenario has, and that a shorter way may change."""
NAMES: Final = {"reply_rate_within_deadline_tickets": "tickets replied to within the deadline"}
"""Names that only make sense beside others in the list of all figures."""
OWN: Final = {
    "automatic": ("automatic_dispatch_rate",),
    "mayor-line-on": (
        "enterprise_requests",
        "enterprise_mean_speed_of_answer",
        "enterprise_response_time_mean",
        "enterprise_reply_rate_within_deadline",
        "enterprise_escalation_rate",
    ),
    "three-party": ("three_party_rate",),
    "counter": ("quick_service_replies", "quick_service_breach_rate"),
}
"""Key figures of the ways themselves, by variant."""


class Variant(NamedTuple):
    """The baseline with one thing changed."""

    label: str
    changes: str

    def scenario(self, name: str) -> Scenario:
        """Load it: a shipped scenario, if nothing is laid over the baseline."""
        if not self.changes:
            return load(name)
        return loads(f'extends = "{BASE}"\nname = "{name}"\n{self.changes}', name)


_SYSTEM = 'work = { family = "fixed", mean = "19 s" }\n'
VARIANTS: Final = {
    "automatic": Variant(
        "automatic dispatch of 80 % of the tickets, 3 % of them wrong",
        f"[automatic_dispatch]\nshare = 0.8\nmisroute = 0.03\n{_SYSTEM}",
    ),
    "catalogue": Variant(
        "a catalogue that halves the mistakes from 1 July on",
        "[[dispatch.updates]]\nstart = 2021-07-01\nmisroute_factor = 0.5\n",
    ),
    "ai-dispatch": Variant("`ai-dispatch`", ""),
    "mayor-line-on": Variant("`mayor-line-on`", ""),
    "three-party": Variant(
        "three-party calls, 10 % of those that would be tickets, 5 minutes more of talk",
        '[three_party]\nshare = 0.1\ntalk = { family = "exponential", mean = "5 min" }\n',
    ),
    "counter": Variant(
        "thirty-minute service for 5 % of the tickets, two clerks, 15 minutes of work",
        '[teams.counter]\nlabel = { en = "Counter", zh = "限时办窗口" }\nshifts = '
        '[{ name = "day", start = "09:00", end = "17:00", agents = 2, days = "working" }]\n'
        '[quick_service]\nteam = "counter"\nshare = 0.05\nlimit = "30 min"\n'
        'work = { family = "exponential", mean = "15 min" }\n',
    ),
    "deadline-5wd-shandong": Variant("`deadline-5wd-shandong`", ""),
}


def _text(found: Interval, unit: str, *, sign: str = "") -> str:
    """Mean and half of its interval, shares in per cent."""
    factor, digits = (100.0, 2) if unit == "share" else (1.0, 1)
    half = (found.high - found.low) / 2
    if unit == "requests":
        digits = 0
    return f"{found.mean * factor:{sign}.{digits}f} ± {half * factor:.{digits}f}"


def changes(found: Comparison) -> str:
    """Table of paired differences from the baseline."""
    summary = found.summary(*CHANGED).set_index(["scenario", "kpi"])
    units = {kpi: str(summary.loc[(next(iter(VARIANTS)), kpi), "unit"]) for kpi in CHANGED}
    heads = [f"{NAMES.get(kpi, ALL[kpi].name.en)}, {UNITS[units[kpi]].en}" for kpi in CHANGED]
    of_base = found.frame[found.frame["scenario"] == BASE].groupby("kpi", observed=True)["value"]
    base = [_text(Interval.of(of_base.get_group(kpi).tolist()), units[kpi]) for kpi in CHANGED]
    rows = [("variant", *heads), ("the baseline itself", *base)]
    for name, variant in VARIANTS.items():
        cells = []
        for kpi in CHANGED:
            row = summary.loc[(name, kpi)]
            cells.append(_text(Interval(row["difference"], row["low"], row["high"]), units[kpi], sign="+"))
        rows.append((variant.label, *cells))
    return table(rows)


def own(found: Comparison) -> str:
    """Table of the key figures that only the variants have."""
    rows: list[tuple[str, ...]] = [("variant", "key figure", "mean")]
    for name, kpis in OWN.items():
        values = found.frame[found.frame["scenario"] == name].groupby("kpi", observed=True)
        for kpi in kpis:
            group = values.get_group(kpi)
            unit = str(group["unit"].iloc[0])
            text = _text(Interval.of(group["value"].tolist()), unit)
            rows.append((VARIANTS[name].label, ALL[kpi].name.en, f"{text} {UNITS[unit].en}"))
    return table(rows)


def main() -> None:
    """Simulate and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=5)
    count = parser.parse_args().replications
    scenarios = [load(BASE), *(variant.scenario(name) for name, variant in VARIANTS.items())]
    found = compare(*scenarios, replications=count, seed=SEED, workers=1)
    page = DOCS / "shortcuts.md"
    put(page, "changes", changes(found))
    put(page, "own", own(found))


if __name__ == "__main__":
    main()
