"""Write what each further mechanism does into its section of ``docs/model.md``, and draw all of them.

Every mechanism is compared with the same city without it, under the same citizens. Run it after a change of
the scenario or of the model; it takes some minutes::

    python docs/tools/effects_table.py --replications 10
"""

from __future__ import annotations

import argparse
import math
import sys
from typing import TYPE_CHECKING, Any, Final

from effects import EFFECTS, Effect
from replications import DOCS, SEED, put, table

import hotline_sim as hs
from hotline_sim.plot.frame import settings
from hotline_sim.results.names import UNITS, label

if TYPE_CHECKING:
    import pandas as pd

FIGURE: Final = DOCS / "figures" / "effects.png"
SHOWN: Final[dict[str, tuple[str, float]]] = {
    "service_level_15s": ("answered within 15 s\n(percentage points)", 100.0),
    "response_time_mean.tickets": ("mean time to reply, tickets\n(hours)", 1.0),
    "on_time_closure_rate": ("closed on time\n(percentage points)", 100.0),
    "utilisation_units": ("utilisation of units\n(percentage points)", 100.0),
}
"""Key figures of the figure: text of the axis, and what a difference is multiplied by."""


def main() -> None:
    """Compare every mechanism, write its section, draw the figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replications", type=int, default=10, metavar="N")
    count = parser.parse_args().replications
    found = []
    for effect in EFFECTS:
        sys.stderr.write(f"{effect.title}\n")
        result = hs.compare(
            *effect.sides(),
            names=("without", "with"),
            replications=count,
            seed=SEED,
            kpis=sorted({*effect.kpis, *SHOWN}),
            engine="core",
        )
        found.append(result.summary(*(kpi for kpi in {*effect.kpis, *SHOWN} if kpi in result.kpis)))
        put(DOCS / effect.page, f"effect {effect.key}", _section(effect, found[-1].set_index("kpi")))
    _draw(found)


def _section(effect: Effect, summary: pd.DataFrame) -> str:
    rows = [(f"{effect.title}: effect", "without", "with", "difference, 95 % interval")]
    for kpi in effect.kpis:
        if kpi in summary.index:
            row = summary.loc[kpi]
            before, after, by, low, high = (
                _number(row[name], row["unit"]) for name in ("base_mean", "mean", "difference", "low", "high")
            )
            unit = UNITS[row["unit"]].text("en")
            rows.append((f"{label(kpi)} ({unit})", before, after, f"{by} [{low}, {high}]"))
    return table(rows)


def _number(value: float, unit: str) -> str:
    if unit == "share":
        return f"{100 * value:.2f}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.2f}"


def _draw(found: list[pd.DataFrame]) -> None:
    with settings() as _:
        from matplotlib.figure import Figure

        figure = Figure(figsize=(11, 0.3 * len(found) + 1.6), layout="constrained")
        panels: Any = figure.subplots(1, len(SHOWN), sharey=True)
        for axes, (kpi, (text, factor)) in zip(panels, SHOWN.items(), strict=True):
            for place, summary in enumerate(found):
                row = summary.set_index("kpi").loc[kpi]
                middle, low, high = (factor * float(row[name]) for name in ("difference", "low", "high"))
                surely = not (low <= 0 <= high) and not math.isclose(low, high)
                axes.plot([low, high], [place, place], color="#0072B2" if surely else "#999999", linewidth=2)
                axes.plot([middle], [place], "o", color="#0072B2" if surely else "#999999", markersize=5)
            axes.axvline(0, color="black", linewidth=0.8)
            axes.set_xlabel(text)
            axes.grid(visible=True, axis="x", alpha=0.3)
        panels[0].set_yticks(range(len(EFFECTS)), [effect.title for effect in EFFECTS])
        panels[0].invert_yaxis()
        figure.suptitle(
            "What each mechanism changes in four weeks of the baseline (blue: the interval leaves out 0)"
        )
        figure.savefig(FIGURE, dpi=110)


if __name__ == "__main__":
    main()
