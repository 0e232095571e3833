"""The table of a scenario about people who do not come to work, by chance.

Absence that is planned is an event (``events.py``): its factors say who is on duty between two hours.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from hotline_sim.scenario.types import Name, Share, Table


class Absence(Table):
    """People who are ill or called away (缺勤): everybody alike, for a whole shift or a day at a unit."""

    share: Annotated[Share, Field(description="probability that somebody who should be on duty is absent")]
    teams: Annotated[dict[Name, Share], Field(description="the same in some teams, in place of share")] = {}
    units: Annotated[dict[Name, Share], Field(description="the same at some units, in place of share")] = {}
    least: Annotated[
        int,
        Field(
            ge=0,
            le=100_000,
            description="people of a shift or a unit who come in any case, or send others",
        ),
    ] = 1
