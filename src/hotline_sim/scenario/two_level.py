"""The table of a scenario about counties that pass tickets on to their offices, townships and villages."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hotline_sim.scenario.types import Distribution, Name, Share, Table

_People = Annotated[int, Field(ge=1, le=10_000)]


class LocalCentre(Table):
    """What one unit has in place of the numbers for all."""

    staff: Annotated[int | None, Field(ge=1, le=10_000, description="people of its centre")] = None
    townships: Annotated[int | None, Field(ge=1, le=500, description="its townships")] = None
    township_staff: Annotated[
        int | None, Field(ge=1, le=10_000, description="handlers of each of its townships")
    ] = None


class TwoLevel(Table):
    """Dispatch at two levels (两级派单): the city to the county, the county to those who do the work."""

    kind: Annotated[
        Literal["department", "county", "zone", "company"],
        Field(description="units of this kind pass their tickets on, urgent ones left out"),
    ] = "county"
    staff: Annotated[_People, Field(description="people of the centre of each unit, who pass tickets on")]
    work: Annotated[Distribution, Field(description="work of the centre on one ticket, in the unit's hours")]
    sign_delay: Annotated[
        Distribution,
        Field(description="until an office or township signs in its turn, in the unit's hours"),
    ]
    office_share: Annotated[
        Share, Field(description="share for the unit's own offices, which are its staff; the rest: townships")
    ]
    townships: Annotated[
        int, Field(ge=1, le=500, description="townships of each unit, all with the same chance")
    ]
    township_staff: Annotated[_People, Field(description="handlers of each township")]
    village_share: Annotated[
        Share, Field(description="of the townships' tickets, share that the village settles at once")
    ] = 0.0
    village_field: Annotated[
        Distribution | None, Field(description="time in the field of these, without desk work")
    ] = None
    units: Annotated[dict[Name, LocalCentre], Field(description="of some units: other numbers")] = {}
