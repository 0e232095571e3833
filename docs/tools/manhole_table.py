"""Write the tables of ``docs/manhole.md``: a broken manhole cover, how often in an hour, and why.

Run it after a change of the scenarios or of the model; 20 replications take some minutes::

    python docs/tools/manhole_table.py --replications 20
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from replications import DOCS, SEED, Interval, put, replicate, table

from hotline_sim.clock.ticks import HOUR, MINUTE, NEVER
from hotline_sim.network.codes import Stage
from hotline_sim.results.schema import TicketOutcome
from hotline_sim.scenario.load import load, loads

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.results.log import TicketLog
    from hotline_sim.scenario.schema import Scenario

CATEGORY = "manhole"
OWNERS = ("telecom", "urban-management", "water-company", "housing")
"""Units that the scenarios name for manhole covers."""


@dataclass(frozen=True)
class Variant:
    """A changed scenario.

    Parameters
    ----------
    label : str
        For people.
    base : str
        Shipped scenario that is changed.
    changes : str
        TOML laid over it; empty for the scenario as it is.
    """

    label: str
    base: str
    changes: str = ""

    def scenario(self) -> Scenario:
        """Load the base with the changes laid over it."""
        if not self.changes:
            return load(self.base)
        head = f'extends = "{self.base}"\nname = "{self.base}"\n'
        return loads(f"{head}{self.changes}", self.label)


_SLOW_DISPATCH = '[dispatch]\nurgent_work = { family = "lognormal", mean = "15 min", sigma = 0.4 }\n'
_SLOW_RECEIPT = '[sign]\nurgent_delay = { family = "lognormal", mean = "15 min", sigma = 0.5 }\n'
_FAR_CREW = '[categories.manhole]\nurgent_field = { family = "lognormal", mean = "60 min", sigma = 0.35 }\n'
_ALL_RIGHT = "[dispatch]\nmisroute = 0.0\n"

VARIANTS = (
    Variant("the baseline", "guangyuan-2021"),
    Variant("one hour", "manhole-one-hour"),
    Variant(
        "one hour, but no duty crew",
        "manhole-one-hour",
        "".join(f"[units.{name}]\nduty = 0\n" for name in OWNERS),
    ),
    Variant("one hour, but dispatch takes 15 minutes", "manhole-one-hour", _SLOW_DISPATCH),
    Variant("one hour, but receipt takes 15 minutes", "manhole-one-hour", _SLOW_RECEIPT),
    Variant("one hour, but the crew needs 60 minutes", "manhole-one-hour", _FAR_CREW),
    Variant("one hour, and no ticket sent to a wrong unit", "manhole-one-hour", _ALL_RIGHT),
)

LEGS = (
    (Stage.INTAKE, "call or message, with waiting"),
    (Stage.DISPATCH, "dispatch, with waiting"),
    (Stage.SIGN, "receipt"),
    (Stage.HANDLING, "duty desk, with waiting"),
    (Stage.FIELD, "way and repair"),
)
"""What a ticket passes before the reply, and how people call it."""


def measures(_: Scenario, log: TicketLog) -> dict[str, float]:
    """Measure urgent manhole tickets that arrived in the window.

    Parameters
    ----------
    log : TicketLog
        Of one year.

    Returns
    -------
    dict of str to float
        ``tickets``, their number; ``within``, the share with a reply within an hour of the first call or
        message, open ones counted as without; ``within.phone``, the same of those by phone; by leg, mean
        minutes from the end of the leg before to its end.
    """
    tickets, visits, meta = log.tickets, log.visits, log.meta
    arrived = (tickets["arrival"] >= meta.start) & (tickets["arrival"] < meta.end)
    ours = (
        arrived
        & (tickets["outcome"] == TicketOutcome.TICKET)
        & (tickets["urgent"] == 1)
        & (tickets["category"] == meta.categories.index(CATEGORY))
    )
    count = int(ours.sum())
    replied = tickets["replied"] < NEVER
    within = ours & replied & (tickets["replied"] - tickets["arrival"] <= HOUR)
    by_phone = tickets["source"] == meta.sources.index("phone")
    found = {
        "tickets": float(count),
        "within": within.sum() / count,
        "within.phone": (within & by_phone).sum() / (ours & by_phone).sum(),
    }

    answered = ours & replied
    found[Stage.INTAKE.name] = _minutes(tickets["recorded"][answered] - tickets["arrival"][answered], count)
    first_reply = tickets["replied"][visits["ticket"]]
    rows = answered[visits["ticket"]] & (visits["end"] <= first_reply)
    for stage, _label in LEGS[1:]:
        of_leg = rows & (visits["stage"] == stage)
        found[stage.name] = _minutes(visits["end"][of_leg] - visits["ready"][of_leg], count)
    return found


def main() -> None:
    """Run every variant and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replications", type=int, default=20, metavar="N")
    count = parser.parse_args().replications

    found = {variant.label: replicate(variant.scenario(), measures, count) for variant in VARIANTS}
    head = f"Replications 0 to {count - 1} under seed {SEED}."
    put(DOCS / "manhole.md", "within", f"{head}\n\n{table(_within(found))}")
    put(DOCS / "manhole.md", "legs", f"Mean minutes, same runs.\n\n{table(_legs(found))}")
    put(DOCS / "manhole.md", "changes", _changes())


def _within(found: dict[str, dict[str, list[float]]]) -> list[tuple[str, ...]]:
    rows = [("scenario", "replied to within one hour", "95 % interval", "if by phone", "tickets a year")]
    for label, values in found.items():
        interval = Interval.of(values["within"])
        tickets = sum(values["tickets"]) / len(values["tickets"])
        bounds = f"{_percent(interval.low)} to {_percent(interval.high)}"
        phone = _percent(Interval.of(values["within.phone"]).mean)
        rows.append((label, _percent(interval.mean), bounds, phone, f"{tickets:.0f}"))
    return rows


def _legs(found: dict[str, dict[str, list[float]]]) -> list[tuple[str, ...]]:
    rows = [("scenario", *(label for _stage, label in LEGS), "together")]
    for label, values in found.items():
        legs = [Interval.of(values[stage.name]).mean for stage, _label in LEGS]
        rows.append((label, *(f"{leg:.1f}" for leg in legs), f"{sum(legs):.1f}"))
    return rows


def _changes() -> str:
    changed = [variant for variant in VARIANTS if variant.changes]
    return "\n\n".join(f"{variant.label}:\n\n```toml\n{variant.changes.strip()}\n```" for variant in changed)


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _minutes(ticks: IntArray, count: int) -> float:
    return float(ticks.sum()) / MINUTE / count


if __name__ == "__main__":
    main()
