"""What a verb of Python says when something else than a scenario is handed to it.

Other arguments are checked in :mod:`hotline_sim.arguments`.
"""

from __future__ import annotations

from pathlib import Path

from hotline_sim.scenario.schema import Scenario


def check_scenario(given: object, name: str = "scenario") -> None:
    """Check that an argument is a scenario.

    Raises
    ------
    TypeError
        If it is not; where it is the name of one, with the call that loads it.
    """
    if isinstance(given, Scenario):
        return
    if isinstance(given, str | Path):
        word = str(given)
        raise TypeError(f"{name}: got {word!r}, must be a scenario: hotline_sim.load({word!r})")
    kind = type(given).__name__
    raise TypeError(f"{name}: got {kind}, must be a scenario, such as hotline_sim.load('small-town') gives")
