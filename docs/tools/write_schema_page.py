"""Write ``docs/log-schema.md`` from the columns that the package declares, so that the page cannot drift.

Run it after a change of ``hotline_sim.results.schema``::

    python docs/tools/write_schema_page.py
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.network.codes import Outcome, Stage
from hotline_sim.results.schema import (
    OPINIONS,
    SCHEMA_VERSION,
    STAFFING_COLUMNS,
    TICKET_COLUMNS,
    VISIT_COLUMNS,
    TicketOutcome,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import IntEnum

    from hotline_sim.results.schema import Column

PAGE: Final = Path(__file__).parents[1] / "log-schema.md"

HEAD: Final = f"""# The ticket log, schema version {SCHEMA_VERSION}

<!-- Written by docs/tools/write_schema_page.py from src/hotline_sim/results/schema.py; do not edit. -->

`hs.simulate` returns a `TicketLog` with two tables of NumPy columns, `log.visits` and `log.tickets`.
`hotline-sim run` keeps them as `visits.parquet` and `tickets.parquet`, beside the staffing of every station
in `staffing.parquet`. `hs.load_log(DIRECTORY)` gives the same log back; it refuses another schema version
and other columns.

Units of the columns, in NumPy and in Arrow (that is, in Parquet, pandas and polars):

* **tick**: whole milliseconds since 1970-01-01 00:00, local wall time of the city; `NEVER` (2^62) if it has
  not happened. In Arrow `timestamp[ms]` without a time zone, or null.
* **ms**: a duration in whole milliseconds; `NEVER` if it is not known. In Arrow `duration[ms]`, or null.
* **number**: a count or the number of a row; the same integer in Arrow.
* **flag**: 1 yes, 0 no, -1 unknown. In Arrow `bool`, or null.
* any other: position in the list of that name, counted from 0; -1 means none. In Arrow the name itself, as a
  dictionary-encoded string, or null.

The lists `stage`, `outcome`, `ticket outcome` and `opinion` stand below. The lists `source`, `category`,
`area`, `unit` and `station` are names of the scenario, `class` is consult, complaint, help, suggestion,
praise; they stand in `log.meta` and in the metadata of each Parquet file. What the words mean is said in
[GLOSSARY.md](../GLOSSARY.md), what leads from one visit to the next in [model.md](model.md).
"""


def page() -> str:
    """Return the text of the whole page."""
    sections = [
        HEAD,
        _table(
            "Visits",
            "One row for each passage of a ticket through a station, sorted by ticket, ready, "
            "attempt, station, stage.",
            VISIT_COLUMNS,
        ),
        _table(
            "Tickets",
            "One row for each contact of the replication, run-in included; row number and "
            "`ticket` are the same.",
            TICKET_COLUMNS,
        ),
        _table(
            "Staffing",
            "One row for each change of the number of agents on duty, by station and tick.",
            STAFFING_COLUMNS,
        ),
        _codes("Stages of a visit", Stage, without=("END",)),
        _codes("Outcomes of a visit", Outcome),
        _codes("Ticket outcomes", TicketOutcome),
        _list("Opinions", dict(enumerate(OPINIONS))),
    ]
    return "\n".join(sections)


def _table(title: str, about: str, columns: Mapping[str, Column]) -> str:
    rows = [
        f"| `{name}` | {np.dtype(column.dtype).name} | {column.unit} | {column.meaning} |"
        for name, column in columns.items()
    ]
    head = ["| column | type | unit | meaning |", "| --- | --- | --- | --- |"]
    return "\n".join([f"## {title}", "", about, "", *head, *rows, ""])


def _codes(title: str, codes: type[IntEnum], without: tuple[str, ...] = ()) -> str:
    return _list(title, {int(one): one.name.lower() for one in codes if one.name not in without})


def _list(title: str, names: dict[int, str]) -> str:
    rows = [f"| {number} | {name} |" for number, name in names.items()]
    return "\n".join([f"## {title}", "", "| number | name |", "| --- | --- |", *rows, ""])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
