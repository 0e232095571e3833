"""Records of requests: one row for each, opened, perhaps due, closed or still open when they were taken out.

Event logs, which have several rows for a request, are the subject of :mod:`~hotline_sim.records.events`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.clock.ticks import HOUR, NEVER
from hotline_sim.network.codes import UNKNOWN, Outcome, Stage
from hotline_sim.records.assemble import Draft, visit_rows
from hotline_sim.results.schema import TicketOutcome
from hotline_sim.results.unknown import FACTS

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray
    from hotline_sim.records.assemble import Assembly
    from hotline_sim.records.convert import Columns, Converter, Rows

SINGLE_UNIT: Final = "unit"
"""Name of the unit where records name none."""


def settle(columns: Columns, rows: Rows, converter: Converter) -> Columns:
    """Instants of each request that do not contradict each other.

    What comes before the arrival is unknown; a reply or a closing before it takes the row out.
    """
    arrival = columns["arrival"]
    settled = dict(columns)
    for name in ("dispatched", "signed", "due", "replied", "closed"):
        if name not in columns:
            continue
        ticks = _past_the_change(columns, name, arrival, rows)
        early = (ticks < arrival) & (arrival < NEVER)
        if name in ("replied", "closed"):
            rows.leave_out(early, "backwards", name)
        else:
            rows.repaired(early, "ignored", name)
            ticks = np.where(early, NEVER, ticks)
        settled[name] = ticks
    return settled


def _past_the_change(columns: Columns, name: str, arrival: IntArray, rows: Rows) -> IntArray:
    """Ticks, an hour later where summer time ended between the arrival and them."""
    ticks = columns[name]
    both = columns[f"twice:{name}"] & columns["twice:arrival"]
    moved = both & (ticks < arrival) & (arrival - ticks < HOUR)
    rows.repaired(moved, "twice_moved", name)
    return np.where(moved, ticks + HOUR, ticks)


def assemble(assembly: Assembly) -> Draft:
    """Tickets of requests, with one visit at a unit for each if its end is in the records."""
    columns, profile = assembly.columns, assembly.profile
    count = columns["arrival"].size
    none = np.full(count, NEVER, np.int64)
    sources, source = assembly.names_of("source", "request")
    units, unit = assembly.names_of("unit")
    closed = columns.get("closed", columns.get("replied", none))
    replied = columns.get("replied", closed)
    closed = np.where(replied < NEVER, np.where(closed < NEVER, np.maximum(closed, replied), NEVER), closed)
    has_end = bool({"closed", "replied"} & profile.columns.keys())
    tickets = common_tickets(assembly, source, unit) | {"replied": replied, "closed": closed}
    station, stations = unit, units
    if not units:
        station, stations = np.zeros(count, np.int64), (SINGLE_UNIT,)
    signed = columns.get("signed", none)
    visits = visit_rows(
        count if has_end else 0,
        **{
            name: values if has_end else values[:0]
            for name, values in {
                "ticket": np.arange(count),
                "stage": np.full(count, Stage.HANDLING),
                "station": station,
                "ready": columns["arrival"],
                "start": np.where(signed < NEVER, np.minimum(signed, replied), columns["arrival"]),
                "end": replied,
                "target": tickets["due"],
                "unit": unit,
                "due": tickets["due"],
                "outcome": np.where(replied < NEVER, Outcome.REPLIED, Outcome.OPEN),
            }.items()
        },
    )
    return Draft(
        tickets,
        visits,
        sources=sources,
        live=tuple(name in profile.live for name in sources),
        unknown=unknown_facts(assembly),
        units=units,
        stations=stations if has_end else (),
        desk_stations=tuple(range(len(stations))) if has_end else (),
    )


def common_tickets(assembly: Assembly, source: IntArray, unit: IntArray) -> Columns:
    """Columns of tickets that requests and event logs share."""
    columns = assembly.columns
    count = columns["arrival"].size
    none = np.full(count, NEVER, np.int64)
    tickets: Columns = {
        "source": source,
        "unit": unit,
        "outcome": np.full(count, TicketOutcome.TICKET, np.int64),
        "recorded": columns["arrival"],
        "dispatched": columns.get("dispatched", none),
        "signed": columns.get("signed", none),
        "due": columns.get("due", none),
        "returns": whole(columns, "reassignments", count),
        "redos": whole(columns, "reopened", count),
    }
    for name in ("solved", "satisfied"):
        tickets[name] = columns.get(name, np.full(count, UNKNOWN, np.int64))
    return tickets


def whole(columns: Columns, name: str, count: int) -> IntArray:
    """Whole numbers of a column; 0 where they are not known."""
    values = columns.get(name)
    return np.zeros(count, np.int64) if values is None else np.nan_to_num(values).astype(np.int64)


def unknown_facts(assembly: Assembly) -> tuple[str, ...]:
    """Facts that the columns of a profile do not tell."""
    mapped = assembly.profile.columns.keys()
    needs = {
        "reply": {"closed", "replied"},
        "due": {"due"},
        "units": {"unit"},
        "dispatch": {"dispatched"},
        "sign": {"signed"},
        "returns": {"reassignments"},
        "redos": {"reopened"},
        "urgent": {"urgent"},
    }
    unknown = [fact for fact, columns in needs.items() if not mapped & columns]
    if not {"satisfied", "solved"} & mapped:
        unknown.append("opinion")
    unknown += ["phone", "direct", "redials", "callback", "staffing"]
    return tuple(fact for fact in FACTS if fact in unknown)
