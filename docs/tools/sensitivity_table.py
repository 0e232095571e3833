"""Write the tables and figures of ``docs/sensitivity.md``: which assumption of the baseline matters most.

Ranges are those of the list of parameters behind the baseline, where it has one; the others are stated here.
Run it after a change of the scenario or of the model; it takes some minutes and can be resumed::

    python docs/tools/sensitivity_table.py
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from replications import DOCS, put, table

import hotline_sim as hs
from hotline_sim.cli.sweep_table import short_names
from hotline_sim.experiment.sensitivity import Sensitivity, sensitivity
from hotline_sim.plot.frame import settings
from hotline_sim.plot.sensitivity import sensitivity_figure
from hotline_sim.plot.sweep_frame import Origin
from hotline_sim.results.names import label

if TYPE_CHECKING:
    import pandas as pd

PAGE: Final = DOCS / "sensitivity.md"
SCENARIO: Final = "guangyuan-2021"
KPIS: Final = ("answer_rate", "reply_rate_within_deadline")
SEED: Final = 1
DOTS_PER_INCH: Final = 90

ASSUMPTIONS: Final = {
    "demand.day_factor_cv": ("0.05..0.25", "how much days differ from what is expected"),
    "channels.phone.invalid_share": ("0.20..0.59", "calls that are no request"),
    "classes.consult.direct_answer": ("0.85..0.97", "consultations answered at intake"),
    "intake.talk.mean": ("150 s..300 s", "talk"),
    "intake.after_call_ticket": ("60 s..300 s", "writing a ticket"),
    "intake.patience.mean": ("180 s..650 s", "patience"),
    "intake.redial.probability": ("0.2..0.9", "who gives up calls again"),
    "dispatch.work.mean": ("4 min..12 min", "dispatching a ticket (assumed)"),
    "dispatch.misroute": ("0.04..0.25", "first dispatch to the wrong unit"),
    "sign.delay.mean": ("0.6 working h..2.4 working h", "receipt by the unit (half to double, assumed)"),
    "classes.*.desk.mean": ("x0.8..x1.2", "work at the units' desks (assumed)"),
    "classes.*.field.mean": ("x0.8..x1.2", "field time (assumed)"),
    "handling.effort_speed": ("1..2.5", "haste in the last part of the limit"),
    "categories.*.urgent_share": ("x0.25..x1.3", "urgent tickets"),
    "callback.share": ("0.26..1", "replies that are followed by a call back"),
    "outcome.redo": ("0.3..0.8", "dissatisfied citizens whose ticket is redone"),
    "co_handlers.share": ("0.02..0.2", "tickets with co-handlers (assumed)"),
    "hard_cases.share": ("0.005..0.04", "hard cases (assumed)"),
    "supervision.speed": ("1..4", "haste under supervision (assumed)"),
    "extension.asked": ("0..0.2", "tickets for which more time is asked (assumed)"),
    "chasers.share": ("0.05..0.6", "citizens who would call about a ticket (assumed)"),
    "repeats.share": ("0.2..0.9", "citizens who call again after a bad close (assumed)"),
}
"""Range of each key, and what it is."""


def main() -> None:
    """Run the analyses and write the page's tables and figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=5, help="of the tornado; half as many elsewhere")
    parser.add_argument("--folder", type=Path, help="keeps the runs, so that they can be resumed")
    given = parser.parse_args()
    scenario = hs.load(SCENARIO)
    vary = {key: values for key, (values, _) in ASSUMPTIONS.items()}
    begin = time.perf_counter()
    tornado = _run(scenario, "tornado", vary, None, given.replications, given.folder)
    morris = _run(scenario, "morris", vary, 10, max(1, given.replications // 2), given.folder)
    top = list(
        dict.fromkeys(
            key for kpi in KPIS for key in morris.frame[morris.frame["kpi"] == kpi]["key"].tolist()[:4]
        )
    )
    sobol = _run(scenario, "sobol", {key: vary[key] for key in top}, 64, 1, given.folder)
    runs = sum(found.result.runs for found in (tornado, morris, sobol))
    print(f"{runs} years in {time.perf_counter() - begin:.0f} s", file=sys.stderr)
    put(PAGE, "tornado", _tornado(tornado.frame))
    put(PAGE, "morris", _morris(morris.frame))
    put(PAGE, "sobol", _sobol(sobol.frame))
    for found, count in ((tornado, given.replications), (sobol, 1)):
        _figure(found, scenario, count)


def _run(
    scenario: hs.Scenario,
    method: str,
    vary: dict[str, str],
    size: int | None,
    replications: int,
    folder: Path | None,
) -> Sensitivity:
    return sensitivity(
        scenario,
        vary=vary,
        method=method,  # type: ignore[arg-type]
        size=size,
        replications=replications,
        seed=SEED,
        kpis=KPIS,
        out=None if folder is None else folder / method,
    )


def _tornado(frame: pd.DataFrame) -> str:
    rows = [("key figure", "key", "what", "range", "at the low end", "at the high end")]
    for row in frame.itertuples():
        low, high = (
            f"{100 * getattr(row, end):+.2f} ± {100 * getattr(row, f'{end}_half_width'):.2f}"
            for end in ("at_low", "at_high")
        )
        meaning = ASSUMPTIONS[row.key][1]
        rows.append((label(row.kpi), f"`{row.key}`", meaning, f"{row.low} .. {row.high}", low, high))
    return table(rows)


def _morris(frame: pd.DataFrame) -> str:
    rows = [
        (
            label(row.kpi),
            f"`{row.key}`",
            f"{100 * row.mu_star:.2f} ± {100 * row.mu_star_half_width:.2f}",
            f"{100 * row.sigma:.2f}",
        )
        for row in frame.itertuples()
    ]
    return table([("key figure", "key", "mean absolute effect", "spread of effects"), *rows])


def _sobol(frame: pd.DataFrame) -> str:
    rows = [
        (
            label(row.kpi),
            f"`{row.key}`",
            f"{row.first_order:.2f} ± {row.first_order_half_width:.2f}",
            f"{row.total:.2f} ± {row.total_half_width:.2f}",
        )
        for row in frame.itertuples()
    ]
    return table([("key figure", "key", "alone", "with interactions"), *rows])


def _figure(found: Sensitivity, scenario: hs.Scenario, replications: int) -> None:
    origin = Origin(
        scenario.name, scenario.title.en, found.keys, found.method, len(found.result.design.points), SEED
    )
    figure = sensitivity_figure(
        found.frame,
        short_names(found.keys, least=2),
        method=found.method,
        replications=replications,
        origin=origin,
    )
    with settings():
        figure.savefig(DOCS / f"figures/sensitivity-{found.method}.png", dpi=DOTS_PER_INCH)


if __name__ == "__main__":
    main()
