"""The ``hotline-sim`` command and the list of its commands.

Nothing heavy is imported here: a command's own module is imported when it is called.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from hotline_sim.cli.bad_input import listen_to_signals, plain_messages
from hotline_sim.cli.groups import LazyGroup
from hotline_sim.cli.options import examples, language_of

COMMANDS = {
    "run": ("hotline_sim.cli.run:run", "Simulate a scenario once: KPIs, figures, ticket log."),
    "replicate": ("hotline_sim.cli.replicate:replicate", "Simulate a scenario many times: intervals."),
    "compare": ("hotline_sim.cli.compare:compare", "Simulate scenarios side by side: paired differences."),
    "sweep": ("hotline_sim.cli.sweep:sweep", "Simulate a scenario with some of its keys varied."),
    "sensitivity": (
        "hotline_sim.cli.sensitivity:sensitivity",
        "Tell which keys of a scenario move which key figures.",
    ),
    "verify": ("hotline_sim.cli.verify:verify", "Compare the simulator with queueing theory."),
    "forecast": ("hotline_sim.cli.forecast:forecast", "Forecast the coming weeks, with bands."),
    "bulletin": ("hotline_sim.cli.bulletin:bulletin", "Rank the units of a result by week, with intervals."),
    "records": ("hotline_sim.cli.records:records", "Read a city's own records as a ticket log."),
    "fit": ("hotline_sim.cli.fit:fit", "Fit a scenario to records of calls or requests."),
    "goodness": (
        "hotline_sim.cli.goodness:goodness",
        "Compare records with simulations of the same days.",
    ),
    "scenario": ("hotline_sim.cli.scenario:scenario", "Check, show or start a scenario file."),
}

EXAMPLES = examples(
    "hotline-sim run small-town",
    "hotline-sim scenario show guangyuan-2021",
    "hotline-sim scenario check my-city.toml",
)


class _Program(LazyGroup):
    def main(self, *args: Any, **settings: Any) -> Any:
        """Run the program; text that the console cannot show is replaced, never an error."""
        for stream in (sys.stdout, sys.stderr):
            _make_safe(stream)
        return super().main(*args, **settings)

    def invoke(self, ctx: click.Context) -> Any:
        """Call the command; whatever a person can mend ends in one clear message."""
        with plain_messages(lambda: language_of(ctx)):
            return super().invoke(ctx)


def _make_safe(stream: Any) -> None:
    if not hasattr(stream, "reconfigure"):
        return
    # A file or pipe gets UTF-8, which is what TOML and JSON are; a console keeps its own encoding.
    if not stream.isatty() and "PYTHONIOENCODING" not in os.environ:
        stream.reconfigure(encoding="utf-8")
    stream.reconfigure(errors="replace")


@click.command(cls=_Program, lazy=COMMANDS, epilog=EXAMPLES)
@click.version_option(package_name="hotline-sim", prog_name="hotline-sim")
def program() -> None:
    """Simulate a city's 12345 hotline, from the call to the reply.

    A scenario is a TOML file, or a shipped one by its name, such as guangyuan-2021.
    """


def main() -> None:
    """Entry point of the command ``hotline-sim``."""
    listen_to_signals()
    program(prog_name="hotline-sim")
