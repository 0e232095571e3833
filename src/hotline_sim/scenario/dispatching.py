"""Tables of a scenario about the dispatch desk, the catalogue it goes by, and dispatch without a person.

The other tables are in ``schema.py``; what follows from these is said in :mod:`hotline_sim.rules.routing`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from hotline_sim.scenario.types import Distribution, FewTimes, Name, Share, Table


class CatalogueUpdate(Table):
    """A new edition of the catalogue that says which unit is responsible for what (派单目录)."""

    start: Annotated[date, Field(description="day from which it is in use")]
    misroute_factor: Annotated[
        float,
        Field(ge=0, le=10, description="probabilities of a wrong unit are multiplied by this from then on"),
    ]


class Dispatch(Table):
    """The desk that chooses the unit, and what happens after a wrong choice."""

    team: Annotated[Name, Field(description="team at the dispatch desk")]
    work: Annotated[Distribution, Field(description="desk work for one ticket")]
    urgent_work: Annotated[Distribution, Field(description="desk work for an urgent ticket")]
    misroute: Annotated[Share, Field(description="probability that a dispatch goes to a wrong unit")]
    most_returns: Annotated[
        FewTimes, Field(description="after so many returns the desk assigns finally, and rightly")
    ]
    return_delay: Annotated[
        Distribution, Field(description="from receipt until a wrong unit returns the ticket")
    ]
    updates: Annotated[
        tuple[CatalogueUpdate, ...],
        Field(strict=False, description="editions of the dispatch catalogue; each replaces the one before"),
    ] = ()


class AutomaticDispatch(Table):
    """Tickets that a system sends to a unit, past the desk (智能派单)."""

    share: Annotated[
        Share, Field(description="share of tickets; urgent and returned ones are left to the desk")
    ]
    misroute: Annotated[Share, Field(description="probability that the system chooses a wrong unit")]
    work: Annotated[Distribution, Field(description="time that the system takes")]
