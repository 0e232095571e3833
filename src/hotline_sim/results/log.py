"""The ticket log: every visit and every ticket of one replication, as columns.

An engine hands its rows to :func:`build_log` and returns what it gets; nothing is averaged here. Columns
are listed in :mod:`~hotline_sim.results.schema`, tickets are derived in :mod:`~hotline_sim.results.tickets`,
numbers for people are computed in :mod:`~hotline_sim.results.kpis`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from hotline_sim.clock.steps import Steps
from hotline_sim.clock.ticks import DAY
from hotline_sim.errors import LogSchemaError
from hotline_sim.network.codes import UNSTAFFED
from hotline_sim.network.shortcuts import helping_stations, live_stations
from hotline_sim.results.schema import (
    BACKLOG,
    OPINIONS,
    SCHEMA_VERSION,
    TICKET_COLUMNS,
    VISIT_COLUMNS,
    Column,
    LogMeta,
    TicketOutcome,
)
from hotline_sim.results.tickets import derive_tickets

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from hotline_sim.arrays import IntArray
    from hotline_sim.network.draws import Draws
    from hotline_sim.network.network import Network, Tables

__all__ = [
    "OPINIONS",
    "SCHEMA_VERSION",
    "TICKET_COLUMNS",
    "VISIT_COLUMNS",
    "Column",
    "LogMeta",
    "TicketLog",
    "TicketOutcome",
    "build_log",
]

TableName: TypeAlias = Literal["tickets", "visits"]


@dataclass(frozen=True, eq=False)
class TicketLog:
    """What happened in one replication.

    It can be given to any library that reads an Arrow stream, which finds the table of tickets.

    Parameters
    ----------
    visits : dict of str to array
        Columns of VISIT_COLUMNS, all of one length, by ticket, ready, attempt, station, stage, unit.
    tickets : dict of str to array
        Columns of TICKET_COLUMNS; row ``i`` is ticket ``i``.
    meta : LogMeta
        Names, window and origin.
    staffing : tuple of Steps
        Agents on duty over time, one function for each station.
    """

    visits: dict[str, np.ndarray[Any, Any]]
    tickets: dict[str, np.ndarray[Any, Any]]
    meta: LogMeta
    staffing: tuple[Steps, ...]

    def __repr__(self) -> str:
        meta = self.meta
        key = f"seed={meta.seed}, replication={meta.replication}"
        size = f"{self.tickets['arrival'].size:,} tickets, {self.visits['ticket'].size:,} visits"
        return f"<TicketLog {meta.scenario!r}, {key}, engine={meta.engine!r}: {size}>"

    def to_arrow(self, table: TableName = "tickets") -> pa.Table:
        """Table with names in place of numbers and timestamps in place of ticks.

        Parameters
        ----------
        table : {"tickets", "visits"}
            Which of the two.

        Raises
        ------
        ValueError
            If there is no such table.
        """
        from hotline_sim.results.arrow import arrow_table

        if table == "tickets":
            return arrow_table(self.tickets, TICKET_COLUMNS, self.meta)
        if table == "visits":
            return arrow_table(self.visits, VISIT_COLUMNS, self.meta)
        raise ValueError(f'table: got {table!r}, must be "tickets" or "visits"')

    def to_pandas(self, table: TableName = "tickets") -> pd.DataFrame:
        """Data frame: ``datetime64[ms]``, ``timedelta64[ms]``, ``category`` and ``boolean`` columns.

        Parameters
        ----------
        table : {"tickets", "visits"}
            Which of the two.
        """
        from hotline_sim.results.arrow import to_pandas

        return to_pandas(self.to_arrow(table))

    def to_polars(self, table: TableName = "tickets") -> pl.DataFrame:
        """Polars data frame; needs the package ``polars``.

        Parameters
        ----------
        table : {"tickets", "visits"}
            Which of the two.
        """
        import polars as pl

        frame = pl.from_arrow(self.to_arrow(table))
        assert isinstance(frame, pl.DataFrame)
        return frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.to_arrow("tickets").__arrow_c_stream__(requested_schema)


def check_log(given: object, name: str = "log") -> None:
    """Check that an argument is a ticket log.

    Raises
    ------
    TypeError
        If it is not, such as the scenario that is simulated to get one.
    """
    if not isinstance(given, TicketLog):
        kind = type(given).__name__
        raise TypeError(f"{name}: got {kind}, must be a ticket log: hotline_sim.simulate(scenario)")


def build_log(
    network: Network,
    draws: Draws,
    columns: Mapping[str, IntArray],
    *,
    scenario: str,
    seed: int,
    replication: int,
    engine: str,
) -> TicketLog:
    """Ticket log from the rows of an engine, in whatever order it wrote them.

    Parameters
    ----------
    network : Network
        What was simulated.
    draws : Draws
        Whose tickets they are.
    columns : mapping of str to int64 array
        Columns of VISIT_COLUMNS, all of one length.
    scenario : str
        Name of the scenario.
    seed, replication : int
        Key of the draws.
    engine : str
        Engine that made the rows.

    Raises
    ------
    LogSchemaError
        If columns are missing, unknown, or differ in length.
    """
    visits = _sorted_visits(columns)
    return TicketLog(
        visits=visits,
        tickets=derive_tickets(visits, draws, network),
        meta=_meta(network, scenario=scenario, seed=seed, replication=replication, engine=engine),
        staffing=_staffing(network.tables),
    )


def _sorted_visits(columns: Mapping[str, IntArray]) -> dict[str, np.ndarray[Any, Any]]:
    if columns.keys() != VISIT_COLUMNS.keys():
        odd = ", ".join(sorted(columns.keys() ^ VISIT_COLUMNS.keys()))
        raise LogSchemaError(f"visits: columns missing or unknown: {odd}")
    if len({column.shape for column in columns.values()}) != 1:
        raise LogSchemaError("visits: all columns must have the same length")
    # A visit and the next one may differ in nothing but the stage if work takes no time; parts of several
    # handlers in nothing but the unit.
    keys = ("unit", "stage", "station", "attempt", "ready", "ticket")
    order = np.lexsort([columns[key] for key in keys])
    return {name: columns[name][order].astype(column.dtype) for name, column in VISIT_COLUMNS.items()}


def _meta(network: Network, *, scenario: str, seed: int, replication: int, engine: str) -> LogMeta:
    tables, names, days = network.tables, network.names, network.days
    sources = len(names.sources) + (tables.opened.number > 0)
    live = np.asarray(tables.live)[:sources] == 1
    first_day = days.first_tick // DAY
    return LogMeta(
        scenario=scenario,
        seed=seed,
        replication=replication,
        engine=engine,
        start=network.start,
        end=network.end,
        first=network.first,
        horizon=int(tables.horizon),
        sources=names.sources + (BACKLOG,) * (tables.opened.number > 0),
        categories=names.categories,
        classes=names.classes,
        areas=names.areas,
        units=names.units,
        stations=_distinct(names.stations),
        unit_kinds=names.unit_kinds,
        live=tuple(live.tolist()),
        live_stations=tuple(live_stations(tables).tolist()),
        desk_stations=tuple(np.unique(np.asarray(tables.desk_station)).tolist()),
        callback_station=None if tables.callback_station == UNSTAFFED else int(tables.callback_station),
        working_days=tuple((np.flatnonzero(days.working) + first_day).tolist()),
        day_length=network.calendar.day_length,
        mechanisms=network.mechanisms,
        help_stations=tuple(helping_stations(tables).tolist()),
    )


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    # A team and a unit may share a name; in a table of words they must stay two stations.
    return tuple(
        f"{name} ({names[:number].count(name) + 1})" if name in names[:number] else name
        for number, name in enumerate(names)
    )


def _staffing(tables: Tables) -> tuple[Steps, ...]:
    steps = []
    for pattern, staff in zip(tables.station_pattern, tables.station_staff, strict=True):
        rows = slice(tables.pattern_low[pattern], tables.pattern_high[pattern])
        ticks, levels = np.asarray(tables.step_tick)[rows], np.asarray(tables.step_level)[rows]
        steps.append(Steps(ticks, levels * int(staff)))
    return tuple(steps)
