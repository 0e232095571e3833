"""Draw the figure of the README: the time to the first reply in the baseline, seed 1, replication 0.

Run it after a change of the scenario or of the model::

    python docs/tools/readme_figure.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from hotline_sim.engines.simulate import simulate
from hotline_sim.plot.frame import settings
from hotline_sim.plot.response import response_time
from hotline_sim.scenario.load import load

OUTPUT: Final = Path(__file__).parents[1] / "figures/response-time.png"
DOTS_PER_INCH: Final = 100
"""Sharp enough for a page, and a small file."""


def main() -> None:
    """Simulate the year and write the figure."""
    scenario = load("guangyuan-2021")
    figure = response_time(simulate(scenario, seed=1), title=scenario.title.en)
    with settings():
        figure.savefig(OUTPUT, dpi=DOTS_PER_INCH)


if __name__ == "__main__":
    main()
